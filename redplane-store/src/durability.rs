//! Where a shard's changes become durable, and how far they are (RP-ST-4).
//!
//! A shard appends every change to its [`Durability`] and lets an answer go only when the log is committed up to what the answer
//! rests on. [`OneReplica`] is this process's memory: committed as soon as it is written, and lost with the process. A chain of
//! replicas or an engine is another implementation, and changes nothing in the shard.

use redplane_core::program::Program;
use redplane_core::store::{Log, LogIndex, Record};

/// A log that knows how much of it survives.
pub trait Durability<P: Program>: Log<P> {
    /// Everything up to here is on every live replica.
    fn committed(&self) -> LogIndex;
}

/// One replica, in memory.
#[derive(Debug, Default)]
pub struct OneReplica {
    last: LogIndex,
}

impl<P: Program> Log<P> for OneReplica {
    fn append(&mut self, _: &P::Key, _: &Record<P::State>) -> LogIndex {
        self.last = LogIndex(self.last.0 + 1);
        self.last
    }

    fn append_removal(&mut self, _: &P::Key) -> LogIndex {
        self.last = LogIndex(self.last.0 + 1);
        self.last
    }
}

impl<P: Program> Durability<P> for OneReplica {
    fn committed(&self) -> LogIndex {
        self.last
    }
}
