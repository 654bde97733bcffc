//! A master in etcd: a lease says that a replica lives, one key is the view.
//!
//! ```text
//! redplane/<group>/replicas/<id>   a replica's registration, as JSON; ends with its lease
//! redplane/<group>/view            the newest view, as JSON; changed by compare-and-swap on its revision
//! ```
//!
//! Whoever is a member and sees that another one's key is gone writes the view without it. So does whoever sees that another life
//! listens at a member's address: a process that was started again need not wait for its former life's lease to end.
//!
//! - A replica that had lost its own lease, or could not reach etcd, takes nobody out for a whole detection time: the others may
//!   be on their way back as well.
//! - An answer that does not come leaves open what was done. The next call finds out, because all that was sent rests on the
//!   revision of the view that it changes.
//!
//! Limits: etcd counts leases in seconds, and not below one and a half of its own election timeouts: a detection time is made that
//! long. No TLS and no passwords, as [`crate::etcd`] has none.

use super::{Master, MasterError, Registration, Seen, orphaned, repaired};
use crate::chain::{Member, MemberId, View};
use crate::etcd::{Client, Compare, Error, KeyValue, Op};
use std::time::{Duration, Instant};

/// How often a decision is tried anew because another one came in between, in one call.
const TRIES: usize = 4;

/// The shortest time that etcd is given for an answer: an election among its members takes longer than a round trip.
const PATIENCE_MIN: Duration = Duration::from_millis(500);

/// A replica's way to a group whose view is in etcd.
#[derive(Debug)]
pub struct EtcdMaster {
    client: Client,
    prefix: String,
    ttl_s: u32,
    /// The view is to be replaced by one of this replica alone, whatever it is.
    new_group: bool,
    me: Option<Registration>,
    /// The lease that the registration hangs on.
    lease: Option<i64>,
    /// Until then nobody is taken out.
    quiet_until: Instant,
    view: Option<Known>,
    /// The view of this replica alone that it tried to begin the group with.
    founding: Option<View>,
}

/// A view, and the revision of its key.
#[derive(Clone, Debug)]
struct Known {
    view: View,
    revision: i64,
}

/// A replica whose key is there.
#[derive(Debug)]
struct Live {
    registration: Registration,
    revision: i64,
}

impl From<Error> for MasterError {
    fn from(error: Error) -> Self {
        match error {
            // A lease that has ended and a cluster without a leader are refusals too: both pass.
            Error::Unreachable(_) | Error::Unknown(_) | Error::Refused(_) => {
                Self::Unreachable(error.to_string())
            }
            Error::Malformed(_) => Self::Refused(error.to_string()),
        }
    }
}

impl EtcdMaster {
    /// The group of this name in the etcd cluster at these endpoints (`host:port`). A replica counts as dead when it was not heard of
    /// for `detection`, rounded up to seconds. With `new_group` the view is replaced by one of this replica alone: for a
    /// group all of whose members are lost.
    ///
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(endpoints: Vec<String>, group: &str, detection: Duration, new_group: bool) -> Self {
        let ttl_s = detection.as_millis().div_ceil(1000).clamp(1, 3600) as u32;
        let patience = (Duration::from_secs(ttl_s.into()) / 4).max(PATIENCE_MIN);
        Self {
            client: Client::new(endpoints, patience),
            prefix: format!("redplane/{group}/"),
            ttl_s,
            new_group,
            me: None,
            lease: None,
            quiet_until: Instant::now(),
            view: None,
            founding: None,
        }
    }

    fn me(&self) -> Result<&Registration, MasterError> {
        self.me.as_ref().ok_or_else(|| MasterError::Refused("this replica has not said who it is".to_owned()))
    }

    fn view_key(&self) -> String {
        format!("{}view", self.prefix)
    }

    fn replica_key(&self, id: MemberId) -> String {
        format!("{}replicas/{id}", self.prefix)
    }

    /// Extends the lease, or gets one and registers under it.
    fn keep_alive(&mut self) -> Result<(), MasterError> {
        if let Some(lease) = self.lease {
            if self.client.lease_keep_alive(lease)? > 0 {
                return Ok(());
            }
            log::warn!("this replica's lease in etcd had ended: it registers again");
            self.lease = None;
        }
        let me = self.me()?;
        let key = self.replica_key(me.member.id);
        let value = to_json(me)?;
        let lease = self.client.lease_grant(self.ttl_s)?;
        if lease.ttl > self.ttl_s.into() {
            log::warn!(
                "etcd makes the detection time {} s: its own election timeout allows no less",
                lease.ttl
            );
        }
        self.be_quiet(lease.ttl);
        let put = Op::Put { key: key.as_bytes(), value: value.as_bytes(), lease: Some(lease.id) };
        self.client.txn(&[], &[put], &[])?;
        self.lease = Some(lease.id);
        Ok(())
    }

    fn be_quiet(&mut self, seconds: i64) {
        self.quiet_until = Instant::now() + Duration::from_secs(seconds.max(1).unsigned_abs());
    }

    /// The newest view and all live replicas, of one instant; the replica that came first is first.
    fn look(&mut self) -> Result<Vec<Live>, MasterError> {
        let (_, found) = self.client.range(self.prefix.as_bytes())?;
        let (view_key, replicas) = (self.view_key(), format!("{}replicas/", self.prefix));
        self.view = None;
        let mut lives = Vec::new();
        for pair in found {
            if pair.key == view_key.as_bytes() {
                self.view = Some(known(&pair)?);
            } else if pair.key.starts_with(replicas.as_bytes()) {
                // What cannot be read was written by somebody else, and says nothing about a replica.
                if let Ok(registration) = serde_json::from_slice(&pair.value) {
                    lives.push(Live { registration, revision: pair.mod_revision });
                }
            }
        }
        lives.sort_by_key(|live| live.revision);
        Ok(lives)
    }

    /// Writes a view if the key is still at the revision of the known one, and gives the newest view.
    fn propose(&mut self, view: View) -> Result<View, MasterError> {
        let key = self.view_key();
        let value = to_json(&view)?;
        let compare = match &self.view {
            Some(known) => Compare::ModRevision(key.as_bytes(), known.revision),
            None => Compare::Absent(key.as_bytes()),
        };
        let put = Op::Put { key: key.as_bytes(), value: value.as_bytes(), lease: None };
        let outcome = self.client.txn(&[compare], &[put], &[Op::Get(key.as_bytes())])?;
        if outcome.succeeded {
            log::info!("decided: {view}");
            self.view = Some(Known { view: view.clone(), revision: outcome.revision });
            return Ok(view);
        }
        let Some(found) = outcome.found.first() else {
            return Err(MasterError::Unreachable(format!("the key {key} is gone: it was deleted by hand")));
        };
        let known = known(found)?;
        let newest = known.view.clone();
        self.view = Some(known);
        Ok(newest)
    }

    /// What the view should be, if it is another.
    fn decide(&self, lives: &[Live]) -> Result<Option<View>, MasterError> {
        let me = &self.me()?.member;
        let Some(Known { view, .. }) = &self.view else {
            return Ok(Some(View::first(vec![me.clone()])));
        };
        if self.new_group && view.position(me.id).is_none() {
            return Ok(Some(View { number: view.number + 1, members: vec![me.clone()] }));
        }
        if Instant::now() < self.quiet_until {
            return Ok(None);
        }
        Ok(repaired(view, me.id, |member| is_dead(lives, member)))
    }
}

/// Whether a member is dead as far as the registrations tell.
fn is_dead(lives: &[Live], member: &Member) -> bool {
    let Some(own) = lives.iter().find(|live| live.registration.member.id == member.id) else { return true };
    lives
        .iter()
        .any(|live| live.registration.member.address == member.address && live.revision > own.revision)
}

fn known(pair: &KeyValue) -> Result<Known, MasterError> {
    let view = serde_json::from_slice(&pair.value).map_err(|error| {
        let key = String::from_utf8_lossy(&pair.key);
        MasterError::Refused(format!("the key {key} in etcd holds no view ({error}): choose another --group"))
    })?;
    Ok(Known { view, revision: pair.mod_revision })
}

fn to_json(value: &impl serde::Serialize) -> Result<String, MasterError> {
    serde_json::to_string(value).map_err(|error| MasterError::Refused(error.to_string()))
}

impl Master for EtcdMaster {
    fn register(&mut self, me: Registration) {
        self.me = Some(me);
    }

    fn beat(&mut self) -> Result<Seen, MasterError> {
        let result = self.keep_alive().and_then(|()| self.look());
        let lives = match result {
            Ok(lives) => lives,
            Err(error) => {
                self.be_quiet(self.ttl_s.into());
                return Err(error);
            }
        };
        let id = self.me()?.member.id;
        if !lives.iter().any(|live| live.registration.member.id == id) {
            // The lease ended since it was extended.
            self.lease = None;
        }
        if let Some(view) = self.decide(&lives)? {
            if self.view.as_ref().is_none_or(|known| known.view.position(id).is_none()) {
                // Before the answer, which may not come.
                self.founding = Some(view.clone());
            }
            self.propose(view)?;
        }
        let view = self.view.as_ref().map(|known| known.view.clone());
        let founded = view.is_some() && view == self.founding;
        let candidates: Vec<Registration> = lives
            .iter()
            .map(|live| &live.registration)
            .filter(|live| view.as_ref().is_none_or(|view| view.position(live.member.id).is_none()))
            .cloned()
            .collect();
        let is_lost = |view: &&View| view.members.iter().all(|member| is_dead(&lives, member));
        let trouble = view.as_ref().filter(|view| view.position(id).is_none()).filter(is_lost).map(orphaned);
        Ok(Seen { view, candidates, founded, trouble })
    }

    fn admit(&mut self, view: &View, joiner: &Member) -> Result<View, MasterError> {
        for _ in 0..TRIES {
            match &self.view {
                Some(known) if known.view.number == view.number => {
                    let newest = self.propose(view.with_tail(joiner.clone()))?;
                    if newest.number > view.number {
                        return Ok(newest);
                    }
                }
                Some(known) if known.view.number > view.number => return Ok(known.view.clone()),
                _ => drop(self.look()?),
            }
        }
        Err(MasterError::Unreachable("the view's key in etcd changes all the time".to_owned()))
    }

    fn leave(&mut self) -> Result<Option<View>, MasterError> {
        let id = self.me()?.member.id;
        for _ in 0..TRIES {
            let lives = self.look()?;
            let Some(Known { view, .. }) = self.view.clone() else { break };
            let others = view.members.iter().any(|member| member.id != id && !is_dead(&lives, member));
            if view.position(id).is_none() || !others {
                break;
            }
            if let Some(without) = view.without(|member| member.id == id) {
                self.propose(without)?;
            }
        }
        let view = self.view.as_ref().map(|known| known.view.clone());
        if view.as_ref().is_none_or(|view| view.position(id).is_none())
            && let Some(lease) = self.lease.take()
        {
            // It ends by itself if this fails.
            let _ = self.client.lease_revoke(lease);
        }
        Ok(view)
    }

    fn name(&self) -> &'static str {
        "etcd"
    }
}
