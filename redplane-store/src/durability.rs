//! Where a shard's changes become durable, and how far they are (RP-ST-4).
//!
//! A shard appends every change to its [`Durability`] and lets an answer go only when the log is committed up to what the answer
//! rests on. [`OneReplica`] is this process's memory: committed as soon as it is written, and lost with the process. A chain of
//! replicas or an engine is another implementation, and changes nothing in the shard.

use redplane_core::program::Program;
use redplane_core::store::{Instant, Log, LogIndex, Record, Run};

use crate::chain::Chain;
use crate::engine::log::Loaded;

/// What becomes of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// They are served.
    Serves,
    /// They are refused as `Moved`: another replica serves them.
    Elsewhere,
    /// They are dropped: whether this store may decide is not known just now (RP-CH-3).
    Silent,
}

/// A log that knows how much of it survives.
pub trait Durability<P: Program>: Log<P> {
    /// Everything up to here is on every live replica.
    fn committed(&self) -> LogIndex;

    /// What becomes of requests now.
    fn service(&self, now: Instant) -> Service;

    /// The chain that this is a replica of, if it is one.
    fn chain(&mut self) -> Option<&mut Chain> {
        None
    }

    /// The records that the shard has to take in place of its own before it serves: this store has become the one that decides, and
    /// an engine has what its predecessor decided.
    fn take_over(&mut self) -> Option<Loaded<P>> {
        None
    }

    /// The shard cannot go on, for this reason: it is to serve nobody any more.
    fn stop(&mut self, reason: &str);

    /// Whether there is room for what a request may append. Without it requests are dropped (RP-ST-7).
    fn has_room(&self) -> bool;
}

/// One replica, in memory.
#[derive(Debug, Default)]
pub struct OneReplica {
    last: LogIndex,
}

impl OneReplica {
    fn next(&mut self) -> LogIndex {
        self.last = LogIndex(self.last.0 + 1);
        self.last
    }
}

impl<P: Program> Log<P> for OneReplica {
    fn append(&mut self, _: &P::Key, _: &Record<P::State>) -> LogIndex {
        self.next()
    }

    fn append_pair(&mut self, _: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        self.next()
    }

    fn append_removal(&mut self, _: &P::Key, _: Option<&P::Key>) -> LogIndex {
        self.next()
    }

    fn append_slots(&mut self, _: &P::Key, _: &Record<P::State>, _: &Run<'_>) -> LogIndex {
        self.next()
    }

    fn confirm(&mut self) -> LogIndex {
        self.last
    }
}

impl<P: Program> Durability<P> for OneReplica {
    fn committed(&self) -> LogIndex {
        self.last
    }

    fn service(&self, _: Instant) -> Service {
        Service::Serves
    }

    /// It can always go on.
    fn stop(&mut self, _: &str) {}

    fn has_room(&self) -> bool {
        true
    }
}
