//! What the world runs: a program with its initializer, the hosts that send its packets, and the checkers of its outputs.
//!
//! The [`crate::sim::world`] moves frames and messages and knows no program; an [`App`] makes frames, reads them, and says when a
//! promise was broken. It sees what a host sees, and what the log has committed.

use redplane_core::program::Program;
use redplane_core::store::{FlowStore, Initializer, Limits};
use redplane_core::switch::Config;
use redplane_store::placement::Placement;
use redplane_store::shard::{FlowMap, Shard};

use super::log::Durable;

/// Key of the app's flows.
pub type Key<A> = <<A as App>::Program as Program>::Key;
/// State of the app's flows.
pub type State<A> = <<A as App>::Program as Program>::State;
/// A shard that serves the app.
pub type AppShard<A, D> = Shard<<A as App>::Program, <A as App>::Initializer, D>;
/// The flows of one.
pub type AppFlows<A> = FlowStore<<A as App>::Program, FlowMap<<A as App>::Program>, <A as App>::Initializer>;

/// The port that inside hosts are at.
pub const INSIDE_PORT: u16 = 1;
/// The port that outside hosts are at.
pub const OUTSIDE_PORT: u16 = 2;

/// A packet that a host sends.
#[derive(Clone, Debug)]
pub struct Sent<K> {
    /// The frame; its last four bytes are the packet's number in the run.
    pub frame: Vec<u8>,
    /// Packets of one route go to the same switch, until it changes.
    pub route: usize,
    /// Whether an inside host sends it.
    pub inside: bool,
    /// The flow that it is of; `None` if it is of none.
    pub key: Option<K>,
    /// Whether it changes the flow's state.
    pub writes: bool,
}

/// How a packet comes out.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// When.
    pub now_ns: u64,
    /// The switch went on with it by itself: no ack or release of the store's let it go.
    pub at_once: bool,
    /// The switch had no live lease, and had the right to go on (RP-SW-11).
    pub open: bool,
}

/// A program and all that a run needs to know of it.
pub trait App: Sized {
    /// The program.
    type Program: Program<Key: Ord>;
    /// What makes its states.
    type Initializer: Initializer<Self::Program>;
    /// Its name in summaries.
    const NAME: &'static str;
    /// Shards of the store.
    const SHARDS: u16;

    /// The hosts of a run.
    fn new(rng: &mut fastrand::Rng) -> Self;
    /// The store's part.
    fn initializer(&self, placement: Placement) -> Self::Initializer;
    /// What a shard may hold.
    fn limits(&self) -> Limits;
    /// Changes what a switch is told.
    fn configure(&self, config: &mut Config);
    /// All flows that there may be.
    fn keys(&self) -> &[Key<Self>];
    /// How many routes there are.
    fn routes(&self) -> usize;

    /// A host sends something.
    fn host_sends(&mut self, rng: &mut fastrand::Rng, id: u16) -> Sent<Key<Self>>;
    /// The packet came in at a switch.
    fn came_in(&mut self, now_ns: u64, id: u16);
    /// The network duplicated a message that makes the packet arrive once more.
    fn duplicated(&mut self, now_ns: u64, id: u16);
    /// A frame came out of a switch.
    fn came_out(
        &mut self,
        leaving: Leaving,
        frame: &[u8],
        durable: impl FnMut(&Key<Self>) -> Option<Durable<State<Self>>>,
    ) -> Result<(), String>;
    /// The log committed a record, or its deletion.
    fn committed(
        &mut self,
        now_ns: u64,
        key: &Key<Self>,
        record: Option<&Durable<State<Self>>>,
    ) -> Result<(), String>;
    /// Looks at all that was seen.
    fn check(&self) -> Result<(), String>;

    /// Faults have stopped: the next packet that must be answered, and has not been; `None` after the last of a round. Rounds
    /// are counted from 1; one without a packet is the last.
    fn ask(&mut self, round: u32, id: u16) -> Option<Sent<Key<Self>>>;
    /// Questions that had no answer and should have had one.
    fn unanswered<'a>(&self, shards: impl Iterator<Item = &'a AppFlows<Self>>) -> usize
    where
        Self: 'a;
    /// Everything rests: what the initializers hold must be what the records say.
    fn at_rest<'a>(&self, shards: impl Iterator<Item = &'a AppFlows<Self>>) -> Result<(), String>
    where
        Self: 'a;
    /// A frame in one line.
    fn describe(&self, frame: &[u8]) -> String;
}
