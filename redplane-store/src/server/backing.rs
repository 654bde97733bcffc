//! Where a server's shards keep their changes: this process alone, a chain of replicas, or an engine.

use crate::chain::Chain;
use crate::durability::{Durability, OneReplica, Service};
use crate::engine::log::{EngineLog, Loaded};
use redplane_core::program::Program;
use redplane_core::store::{Instant, Log, LogIndex, Record, Run};

/// One of the ways to be durable, chosen when the server starts.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of them for a shard and program")]
pub(crate) enum Backing<P: Program> {
    /// This process's memory.
    One(OneReplica),
    /// A replica of a chain.
    Chain(Chain),
    /// A log over an engine.
    Engine(EngineLog<P>),
}

/// The same call, whichever it is.
macro_rules! each {
    ($self:expr, $it:ident => $call:expr) => {
        match $self {
            Backing::One($it) => $call,
            Backing::Chain($it) => $call,
            Backing::Engine($it) => $call,
        }
    };
}

impl<P: Program> Backing<P> {
    /// Which of the ways it is.
    pub(super) fn number(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Chain(_) => 1,
            Self::Engine(_) => 2,
        }
    }
}

impl<P: Program> Log<P> for Backing<P> {
    fn append(&mut self, key: &P::Key, record: &Record<P::State>) -> LogIndex {
        each!(self, it => Log::<P>::append(it, key, record))
    }

    fn append_pair(&mut self, records: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        each!(self, it => Log::<P>::append_pair(it, records))
    }

    fn append_removal(&mut self, key: &P::Key, pair: Option<&P::Key>) -> LogIndex {
        each!(self, it => Log::<P>::append_removal(it, key, pair))
    }

    fn append_slots(&mut self, key: &P::Key, record: &Record<P::State>, run: &Run<'_>) -> LogIndex {
        each!(self, it => Log::<P>::append_slots(it, key, record, run))
    }

    fn confirm(&mut self) -> LogIndex {
        each!(self, it => Log::<P>::confirm(it))
    }
}

impl<P: Program> Durability<P> for Backing<P> {
    fn committed(&self) -> LogIndex {
        each!(self, it => Durability::<P>::committed(it))
    }

    fn service(&self, now: Instant) -> Service {
        each!(self, it => Durability::<P>::service(it, now))
    }

    fn chain(&mut self) -> Option<&mut Chain> {
        match self {
            Self::Chain(chain) => Some(chain),
            Self::One(_) | Self::Engine(_) => None,
        }
    }

    fn take_over(&mut self) -> Option<Loaded<P>> {
        match self {
            Self::Engine(log) => log.take_over(),
            Self::One(_) | Self::Chain(_) => None,
        }
    }

    fn stop(&mut self, reason: &str) {
        each!(self, it => Durability::<P>::stop(it, reason));
    }

    fn has_room(&self) -> bool {
        each!(self, it => Durability::<P>::has_room(it))
    }
}
