//! What a store knows of a flow, and what it needs from its caller to know it.

use super::Run;
use crate::program::Program;
use crate::seq::{Epoch, Incarnation, Seq};
use crate::structure::Structure;
use crate::time::{Span, TICK_NANOS};
use crate::wire::Refusal;

/// The store's own time, in ticks of 256 ns. 64 bits of it do not wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The instant of a nanosecond clock.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos / TICK_NANOS)
    }

    /// Ticks since `earlier`, 0 if that is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl core::ops::Add<Span> for Instant {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.ticks() as u64))
    }
}

/// Place of a record's change in the shard's log; grows by one each change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LogIndex(pub u64);

/// Who may act on a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Owner {
    /// The switch.
    pub switch: u16,
    /// Its boot number when the lease was granted.
    pub incarnation: Incarnation,
}

/// A flow's record (RP-ST-1).
///
/// `held` is set iff the owner may still believe in the lease: it was granted and not given up. The lease is *live* iff it is
/// held and its deadline has not passed.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Record<S> {
    /// The last owner; `None` while the flow was never granted.
    pub owner: Option<Owner>,
    /// Whether the owner has not given the lease up.
    pub held: bool,
    /// Lease generation.
    pub epoch: Epoch,
    /// Number of the newest write that was applied.
    pub seq: Seq,
    /// When the lease ends: the last sign of life plus a period.
    pub deadline: Instant,
    /// The program's state.
    pub state: S,
    /// Where the record's last change stands in the log.
    pub index: LogIndex,
    /// Messages of the flow that wait with the caller.
    pub waiting: u16,
    /// Those among them that want the lease: requests of other switches.
    pub wanted: u16,
    /// When the owner was last asked for the lease.
    pub recalled: Option<Instant>,
}

impl<S> Record<S> {
    /// Whether nobody else may be granted the flow. `assumed` is the deadline of leases that an earlier store may have extended
    /// without this one's knowledge (RP-ST-6).
    pub fn is_live(&self, now: Instant, assumed: Instant) -> bool {
        self.held && now < self.deadline.max(assumed)
    }
}

/// What a switch takes of a shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Share {
    /// Flows whose last owner it is.
    pub flows: usize,
    /// Messages of it that wait.
    pub waiting: usize,
}

/// The map is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Full;

/// The map from keys to records, supplied by the caller. It must not lose or invent records.
pub trait Records<P: Program> {
    /// The record of a key.
    fn get(&mut self, key: &P::Key) -> Option<&mut Record<P::State>>;
    /// Adds a record for a key that has none.
    fn insert(&mut self, key: P::Key, record: Record<P::State>) -> Result<(), Full>;
    /// Deletes the record of a key, and its snapshots.
    fn remove(&mut self, key: &P::Key);
    /// The memory for the snapshots of a key that has a record: made when it is first asked for, and empty then. `None`: there is
    /// no room for it, or this map keeps no snapshots.
    fn assembly(&mut self, key: &P::Key) -> Option<&mut <P::Structure as Structure>::Assembly>;
    /// What this switch takes of the shard; `None` for one that is not counted.
    fn share(&mut self, switch: u16) -> Option<&mut Share>;
    /// How many records there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The state of a new flow, and of the flow that is made with it (RP-ST-8).
#[derive(Clone, Copy, Debug)]
pub struct Creation<P: Program> {
    /// The asked-for flow's state.
    pub state: P::State,
    /// Another flow that comes to be at once, with its state: a NAT's other direction.
    pub pair: Option<(P::Key, P::State)>,
}

/// What a program does at the store: make states, know when they have ended, take back what they held.
pub trait Initializer<P: Program> {
    /// Makes the state of a new flow, taking what it needs out of pools; or says why not (RP-ST-1).
    fn create(&mut self, key: &P::Key) -> Result<Creation<P>, Refusal>;
    /// The flow that was made together with this one and ends with it (RP-ST-8).
    fn pair(&self, key: &P::Key, state: &P::State) -> Option<P::Key>;
    /// Ticks without a sign of life after which a flow in this state has ended (RP-ST-9); `None`: never. A pair ends when both
    /// flows have idled for the shorter of their times.
    fn idle_ticks(&self, key: &P::Key, state: &P::State) -> Option<u64>;
    /// Takes out of the pools what a flow holds that another store has made: called once for a flow and its pair, before this
    /// store makes any itself.
    fn claim(&mut self, key: &P::Key, state: &P::State);
    /// Takes back into the pools what a flow held whose record was deleted. Called once for a flow and its pair.
    fn release(&mut self, key: &P::Key, state: &P::State);
}

/// Where changes of records go to become durable (RP-ST-4).
///
/// Each method gives the place that must be durable before anything that shows the change may leave. Places grow, except that a
/// change may take the place of an older one of the same flow that nobody else has seen yet.
pub trait Log<P: Program> {
    /// Takes a changed record down. [`Record::index`] is still the place of the change before.
    fn append(&mut self, key: &P::Key, record: &Record<P::State>) -> LogIndex;
    /// Takes two new records down, which become durable together or not at all (RP-ST-8).
    fn append_pair(&mut self, records: [(&P::Key, &Record<P::State>); 2]) -> LogIndex;
    /// Takes the deletion of a record down, and of its pair's: together or not at all.
    fn append_removal(&mut self, key: &P::Key, pair: Option<&P::Key>) -> LogIndex;
    /// Takes a run of slots of a snapshot down, and the record as it is with them.
    fn append_slots(&mut self, key: &P::Key, record: &Record<P::State>, run: &Run<'_>) -> LogIndex;
    /// A place that is durable only once it is known that this store may still decide, as of now or later (RP-CH-3).
    fn confirm(&mut self) -> LogIndex;
}
