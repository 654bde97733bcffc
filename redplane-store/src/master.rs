//! Who decides which replicas a group has, and in which order (RP-CH-2).
//!
//! ```text
//!             beat, admit, leave                        the view
//! replica ───────────────────────▶ Master (one truth) ─────────────▶ replica
//! ```
//!
//! A [`Master`] is a replica's way to the one place where views are decided. Each decision is a compare-and-swap: the view after
//! this one, if it is still this one. So each number is given to one view, and a decision that comes too late is none. Three are
//! shipped: [`StaticMaster`] (a list that never changes), [`EtcdMaster`] (leases for liveness, one key for the view) and
//! [`LocalMaster`] (an object of this process, for demonstrations and tests).
//!
//! Whether a replica lives is a guess, and a wrong one costs no more than that replica's work: a view takes members away but never
//! all of them, and one that stays obeys no older view, so whoever was taken away can commit nothing.
//!
//! Contract: the calls block, and one thread makes them. A replica beats several times in a detection time. The tail alone
//! admits, and only a joiner that has everything (RP-CH-4).

mod etcd;
mod local;
mod r#static;

pub use etcd::EtcdMaster;
pub use local::LocalMaster;
pub use r#static::StaticMaster;

use crate::chain::{Member, MemberId, View};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a replica presents itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Which life of which replica it is, and where.
    pub member: Member,
    /// What has to be the same at all replicas of a group (programs, shards, lease period), for comparison.
    pub setup: String,
}

/// What a replica learns by a beat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The newest view; `None` if there is none yet.
    pub view: Option<View>,
    /// Live replicas that the view does not name. The one that waits longest is first.
    pub candidates: Vec<Registration>,
    /// Whether this very replica began the group with this view: nobody else has anything that it lacks.
    pub founded: bool,
    /// What keeps the group from working until somebody does something about it.
    pub trouble: Option<String>,
}

/// Why a master did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MasterError {
    /// No answer, or none that can be relied on: it is not known whether it was done. To be asked again.
    Unreachable(String),
    /// It will not be done until somebody does something about it.
    Refused(String),
}

impl fmt::Display for MasterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(text) | Self::Refused(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for MasterError {}

/// A replica's way to the configuration master.
pub trait Master: Send + fmt::Debug {
    /// Says who this replica is; once, before anything else.
    fn register(&mut self, me: Registration);

    /// Says that this replica lives, and looks at the group. The master takes members that have not beaten for the detection time out
    /// of the view, never the last one. A group without a view begins with one of whoever comes first.
    ///
    /// # Errors
    /// See [`MasterError`]. The replica goes on as it was.
    fn beat(&mut self) -> Result<Seen, MasterError>;

    /// By the tail: the view after `view`, with `joiner` behind all others. Gives the newest view, which names the joiner if it was
    /// admitted, and is another than `view`.
    ///
    /// # Errors
    /// See [`MasterError`]. It may have been done, or be done later: until another call, or a beat, gives a newer view the tail must
    /// go on as if it had been.
    fn admit(&mut self, view: &View, joiner: &Member) -> Result<View, MasterError>;

    /// This replica ends: the view after the present one is without it, unless no other member of it lives. Gives the newest view.
    /// It does not join again.
    ///
    /// # Errors
    /// See [`MasterError`].
    fn leave(&mut self) -> Result<Option<View>, MasterError>;

    /// What people call it.
    fn name(&self) -> &'static str;
}

/// What to say when a view names only members that are dead.
fn orphaned(view: &View) -> String {
    format!(
        "no member of {view} lives, and what they knew nobody else does: start one of them again if its process was only \
         suspended; otherwise the group's state is lost, and a replica started with --new-group begins anew"
    )
}

/// The members of a view that are dead, if others live; they may be taken out.
fn repaired(view: &View, me: MemberId, is_dead: impl Fn(&Member) -> bool) -> Option<View> {
    // Whoever is in the view and asks, lives. Others have no business to decide.
    view.position(me)?;
    view.without(|member| member.id != me && is_dead(member))
}

#[cfg(test)]
mod tests;
