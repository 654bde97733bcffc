//! The thread that speaks with the configuration master: it beats, hands views to the shards, and sees to it that whoever waits is
//! let in (RP-CH-2, RP-CH-4).
//!
//! | joiner | event | then |
//! | --- | --- | --- |
//! | nobody | this is the tail, the group is not full, a candidate waits | all shards copy themselves to it |
//! | copying | all programs of all shards are ready | the master is asked to admit it |
//! | copying | it is gone, a shard gave it up, it takes too long and another waits | nobody |
//! | admitting | a newer view | nobody: the view says what became of it |
//! | admitting | no answer | asked again; the shards go on counting on it, for it may be a member by now |

use super::board::{Board, Progress, Standing};
use super::programs::Identity;
use super::{DETECTION, Replication, ServerConfig};
use crate::chain::{Member, MemberId, View};
use crate::master::{Master, MasterError, Registration, Seen, StaticMaster};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Beats in a detection time: three may be lost.
const BEATS: u32 = 4;

/// The shortest time between two beats.
const BEAT_EVERY_MIN: Duration = Duration::from_millis(10);

/// How often a joiner's progress is looked at.
const JOIN_CHECK: Duration = Duration::from_millis(2);

/// After how long a joiner that is not ready has to make room for another one that waits.
const JOIN_PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
enum Join {
    Nobody,
    Copying { joiner: Member, order: u64, since: Instant },
    Admitting { joiner: Member },
}

/// What the thread owns.
#[derive(Debug)]
pub(super) struct Steward {
    master: Box<dyn Master>,
    pub(super) me: Registration,
    pub(super) board: Arc<Board>,
    beat_every: Duration,
    /// Most members of the group; further replicas wait.
    replicas_max: usize,
    state: State,
}

#[derive(Debug)]
struct State {
    view: Option<View>,
    join: Join,
    candidates: Vec<Registration>,
    /// Who was given up last: others go first.
    given_up: Option<MemberId>,
    /// Replicas that were complained about.
    misfits: Vec<MemberId>,
    trouble: Option<String>,
}

impl Steward {
    /// Whoever speaks with the master of the group, if the store is one of a group; takes the master out of the configuration.
    /// `address` is where the first shard listens.
    pub(super) fn of(
        config: &mut ServerConfig,
        identity: Identity,
        address: SocketAddr,
        shard_ended: &Arc<AtomicBool>,
    ) -> Option<Self> {
        let setup = config.setup();
        let (mut master, member, detection): (Box<dyn Master>, _, _) =
            match std::mem::replace(&mut config.replication, Replication::Alone) {
                Replication::Static { replicas, me } => {
                    let master = StaticMaster::new(&replicas);
                    let member = master.member(me)?.clone();
                    (Box::new(master), member, DETECTION)
                }
                Replication::Master { master, name, detection } => {
                    (master, Member { id: identity.id, name, address }, detection)
                }
                other => {
                    config.replication = other;
                    return None;
                }
            };
        let me = Registration { member, setup };
        master.register(me.clone());
        let state = State {
            view: None,
            join: Join::Nobody,
            candidates: Vec::new(),
            given_up: None,
            misfits: Vec::new(),
            trouble: Some("the configuration master has not answered yet".to_owned()),
        };
        Some(Self {
            master,
            me,
            board: Arc::new(Board::new(config.shards, Arc::clone(shard_ended))),
            beat_every: (detection / BEATS).max(BEAT_EVERY_MIN),
            replicas_max: config.replicas_max,
            state,
        })
    }

    /// Beats until the server ends, is voted out or wants to leave.
    pub(super) fn run(mut self) {
        let mut next_beat = Instant::now();
        let wishes = loop {
            if Instant::now() >= next_beat {
                self.beat();
                next_beat = Instant::now() + self.beat_every;
            }
            self.see_to_joiner(next_beat);
            self.publish();
            let until_beat = next_beat.saturating_duration_since(Instant::now());
            let wait = match self.state.join {
                Join::Copying { .. } => until_beat.min(JOIN_CHECK),
                Join::Nobody | Join::Admitting { .. } => until_beat,
            };
            let is_broken = self.board.has_shard_ended();
            let wishes =
                self.board.wait(wait, |wishes| !wishes.stop && !wishes.leave && !self.board.is_removed());
            if wishes.stop || wishes.leave || self.board.is_removed() || is_broken {
                break wishes;
            }
        };
        if !wishes.stop {
            self.leave();
        }
        self.publish();
        self.board.wish(|wishes| wishes.left = true);
    }

    fn beat(&mut self) {
        match self.master.beat() {
            Ok(seen) => self.take(seen),
            Err(error) => self.complain(&error),
        }
    }

    fn take(&mut self, seen: Seen) {
        if let Some(trouble) = &seen.trouble
            && self.state.trouble.as_ref() != Some(trouble)
        {
            log::error!("{trouble}");
        }
        self.state.trouble = seen.trouble;
        self.state.candidates = seen.candidates;
        if let Some(view) = seen.view {
            self.take_view(view, seen.founded);
        }
    }

    fn take_view(&mut self, view: View, founded: bool) {
        if self.state.view.as_ref().is_some_and(|known| known.number >= view.number) {
            return;
        }
        log::info!("{view}");
        let id = self.me.member.id;
        let was_member = self.state.view.as_ref().is_some_and(|known| known.position(id).is_some());
        self.board.order(|orders| {
            orders.view = Some(view.clone());
            orders.founded = founded;
            orders.joiner = None;
        });
        if was_member && view.position(id).is_none() {
            self.board.set_removed();
        }
        (self.state.view, self.state.join) = (Some(view), Join::Nobody);
    }

    fn complain(&mut self, error: &MasterError) {
        let trouble = error.to_string();
        if self.state.trouble.as_ref() != Some(&trouble) {
            log::warn!("the configuration master does not answer, the group stays as it is: {trouble}");
        }
        self.state.trouble = Some(trouble);
    }

    fn see_to_joiner(&mut self, next_beat: Instant) {
        match &self.state.join {
            Join::Nobody => {
                if let Some(joiner) = self.next_joiner() {
                    log::info!("{} at {} joins: it is sent a copy", joiner.name, joiner.address);
                    let order = self.board.order(|orders| orders.joiner = Some(joiner.clone()));
                    self.state.join = Join::Copying { joiner, order, since: Instant::now() };
                }
            }
            Join::Copying { joiner, order, since } => {
                let is_gone = !self.is_candidate(joiner.id);
                let is_late = since.elapsed() > JOIN_PATIENCE && self.state.candidates.len() > 1;
                match self.board.progress(*order) {
                    Progress::Ready => self.admit(joiner.clone()),
                    Progress::GivenUp => self.give_up("a shard ran out of room for its entries"),
                    Progress::Copying if is_gone => self.give_up("it is gone"),
                    Progress::Copying if is_late => self.give_up("it takes too long and another one waits"),
                    Progress::Copying => {}
                }
            }
            // Once a beat, behind it: the beat may have brought the answer.
            Join::Admitting { joiner } if Instant::now() + self.beat_every / 2 < next_beat => {
                self.admit(joiner.clone());
            }
            Join::Admitting { .. } => {}
        }
    }

    fn is_candidate(&self, id: MemberId) -> bool {
        self.state.candidates.iter().any(|candidate| candidate.member.id == id)
    }

    /// Who may join here now, if anybody may.
    fn next_joiner(&mut self) -> Option<Member> {
        let view = self.state.view.as_ref()?;
        if view.tail()?.id != self.me.member.id || view.members.len() >= self.replicas_max {
            return None;
        }
        let State { candidates, misfits, given_up, .. } = &mut self.state;
        let (fits, others): (Vec<_>, Vec<_>) =
            candidates.iter().partition(|candidate| candidate.setup == self.me.setup);
        for misfit in others {
            if !misfits.contains(&misfit.member.id) {
                misfits.push(misfit.member.id);
                log::error!(
                    "{} at {} is not let in, for it is set up differently: there {}, here {}",
                    misfit.member.name,
                    misfit.member.address,
                    misfit.setup,
                    self.me.setup
                );
            }
        }
        let other = fits.iter().find(|candidate| Some(candidate.member.id) != *given_up);
        other.or(fits.first()).map(|candidate| candidate.member.clone())
    }

    fn give_up(&mut self, why: &str) {
        if let Join::Copying { joiner, .. } = &self.state.join {
            log::warn!("{} at {} is given up: {why}", joiner.name, joiner.address);
            self.state.given_up = Some(joiner.id);
        }
        self.board.order(|orders| orders.joiner = None);
        self.state.join = Join::Nobody;
    }

    /// Asks the master; while it has not answered the shards go on counting on the joiner.
    fn admit(&mut self, joiner: Member) {
        let Some(view) = self.state.view.clone() else { return };
        self.state.join = Join::Admitting { joiner: joiner.clone() };
        match self.master.admit(&view, &joiner) {
            Ok(newest) => self.take_view(newest, false),
            Err(error) => self.complain(&error),
        }
    }

    /// The master takes this replica out, if it is in, and forgets it.
    fn leave(&mut self) {
        match self.master.leave() {
            Ok(Some(view)) => self.take_view(view, false),
            Ok(None) => {}
            Err(error) => log::warn!("the configuration master was not told that this replica ends: {error}"),
        }
    }

    fn publish(&self) {
        let State { view, join, candidates, trouble, .. } = &self.state;
        let place = view.as_ref().and_then(|view| view.position(self.me.member.id));
        let joiner = match join {
            Join::Nobody => None,
            Join::Copying { joiner, .. } | Join::Admitting { joiner } => Some(joiner.clone()),
        };
        self.board.set_standing(Standing {
            view: view.clone(),
            place,
            joiner,
            candidates: candidates.len(),
            trouble: trouble.clone(),
        });
    }
}
