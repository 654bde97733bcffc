//! A master in this process's memory, for demonstrations and tests of replicas in one process.

use super::{Master, MasterError, Registration, Seen, orphaned, repaired};
use crate::chain::{Member, MemberId, View};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Life {
    registration: Registration,
    beat: Instant,
    /// Until then it takes nobody out: it had been silent itself, and whatever held it up may have held up the others.
    quiet_until: Instant,
}

#[derive(Debug, Default)]
struct Group {
    view: Option<View>,
    /// In the order in which they came.
    lives: Vec<Life>,
    /// Those that are dead whatever they say.
    forgotten: Vec<MemberId>,
}

/// A group of replicas in one process. A clone is another replica's way to the same group.
#[derive(Debug)]
pub struct LocalMaster {
    group: Arc<Mutex<Group>>,
    detection: Duration,
    me: Option<Registration>,
}

impl Clone for LocalMaster {
    fn clone(&self) -> Self {
        Self { group: Arc::clone(&self.group), detection: self.detection, me: None }
    }
}

impl LocalMaster {
    /// A group without replicas. A member that does not beat for `detection` is taken out.
    #[must_use]
    pub fn new(detection: Duration) -> Self {
        Self { group: Arc::default(), detection, me: None }
    }

    /// After how long without a beat a replica counts as dead.
    #[must_use]
    pub fn detection(&self) -> Duration {
        self.detection
    }

    /// The newest view.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        self.group().view.clone()
    }

    /// Takes a replica for dead from now on, whatever it says. Another member does what follows from it at its next beat.
    pub fn forget(&self, id: MemberId) {
        self.group().forgotten.push(id);
    }

    fn group(&self) -> MutexGuard<'_, Group> {
        // Each change of the group is whole before the next one.
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn me(&self) -> Result<Registration, MasterError> {
        self.me.clone().ok_or_else(|| MasterError::Refused("this replica has not said who it is".to_owned()))
    }
}

impl Group {
    fn is_dead(&self, id: MemberId, now: Instant, detection: Duration) -> bool {
        let life = self.lives.iter().find(|life| life.registration.member.id == id);
        self.forgotten.contains(&id) || life.is_none_or(|life| now.duration_since(life.beat) > detection)
    }
}

impl Master for LocalMaster {
    fn register(&mut self, me: Registration) {
        self.me = Some(me);
    }

    fn beat(&mut self) -> Result<Seen, MasterError> {
        let (me, detection) = (self.me()?, self.detection);
        let mut group = self.group();
        let now = Instant::now();
        let id = me.member.id;
        match group.lives.iter_mut().find(|life| life.registration.member.id == id) {
            Some(life) => {
                if now.duration_since(life.beat) > detection {
                    life.quiet_until = now + detection;
                }
                life.beat = now;
            }
            None => group.lives.push(Life { registration: me.clone(), beat: now, quiet_until: now }),
        }
        let is_quiet =
            group.lives.iter().any(|life| life.registration.member.id == id && now < life.quiet_until);
        let founded = group.view.is_none();
        let view = match group.view.take() {
            None => View::first(vec![me.member]),
            Some(view) if is_quiet => view,
            Some(view) => {
                repaired(&view, id, |member| group.is_dead(member.id, now, detection)).unwrap_or(view)
            }
        };
        let is_orphaned = view.members.iter().all(|member| group.is_dead(member.id, now, detection));
        let waits = |life: &&Life| {
            let id = life.registration.member.id;
            view.position(id).is_none() && !group.is_dead(id, now, detection)
        };
        let candidates = group.lives.iter().filter(waits).map(|life| life.registration.clone()).collect();
        let trouble = is_orphaned.then(|| orphaned(&view));
        group.view = Some(view.clone());
        Ok(Seen { view: Some(view), candidates, founded, trouble })
    }

    fn admit(&mut self, view: &View, joiner: &Member) -> Result<View, MasterError> {
        let mut group = self.group();
        if group.view.as_ref().is_some_and(|known| known.number == view.number) {
            group.view = Some(view.with_tail(joiner.clone()));
        }
        group.view.clone().ok_or_else(|| MasterError::Refused("the group has no view".to_owned()))
    }

    fn leave(&mut self) -> Result<Option<View>, MasterError> {
        let (id, detection) = (self.me()?.member.id, self.detection);
        let mut group = self.group();
        let now = Instant::now();
        if let Some(view) = &group.view {
            let is_left = |member: &Member| member.id != id && !group.is_dead(member.id, now, detection);
            if view.position(id).is_some() && view.members.iter().any(is_left) {
                group.view = view.without(|member| member.id == id);
            }
        }
        let view = group.view.clone();
        if view.as_ref().is_none_or(|view| view.position(id).is_none()) {
            group.lives.retain(|life| life.registration.member.id != id);
        }
        Ok(view)
    }

    fn name(&self) -> &'static str {
        "local"
    }
}
