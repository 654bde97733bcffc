//! What the packet generator remembers of a flow's snapshots, and the three cells that packets look at.

use crate::time::Tick;

/// How far a slot is in the snapshot that is read, or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not read, or not come, yet.
    Open,
    /// Its words travel until the store has acknowledged them.
    Changed,
    /// That it is as in the base travels until the store has acknowledged it.
    Unchanged,
    /// The store has it, or it has come.
    Done,
}

/// What the packet generator is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The last snapshot is complete, or there is none yet.
    Idle,
    /// A snapshot is read and sent.
    Running,
    /// The structure is fetched from the store (RP-SN-6).
    Restoring,
}

/// What is known of a flow's snapshots, beside the slots.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// [`Array::Restored`](crate::machine::Array::Restored).
    pub(crate) restored: u32,
    /// [`Array::Fresh`](crate::machine::Array::Fresh).
    pub(crate) fresh: u32,
    /// [`Array::Snapshot`](crate::machine::Array::Snapshot): also the id of the newest snapshot.
    pub(crate) number: u32,
    pub(crate) phase: Phase,
    /// The lease that all this belongs to.
    pub(crate) epoch: u32,
    /// Where the burst goes on; the number of slots: it is over, and answers are waited for.
    pub(crate) cursor: u16,
    /// Slots that are not done.
    pub(crate) missing: u16,
    /// Whether the store has the snapshot of the number before this one.
    pub(crate) has_base: bool,
    /// Whether all slots travel, changed or not.
    pub(crate) whole: bool,
    /// Snapshots until the next whole one.
    pub(crate) until_whole: u16,
    /// Whether the burst is a repetition.
    pub(crate) again: bool,
    /// Whether it was counted that the next snapshot waits for this one (RP-SN-2).
    pub(crate) awaited: bool,
    /// When the newest snapshot began, or the structure was restored.
    pub(crate) started: Tick,
    /// When the last message left.
    pub(crate) sent: Tick,
    /// Ticks to wait for answers before the burst is repeated.
    pub(crate) wait: u32,
    /// When the window of the counts began.
    pub(crate) window: Tick,
}

impl Control {
    /// No snapshot, no lease.
    pub const EMPTY: Self = Self {
        restored: 0,
        fresh: 0,
        number: 0,
        phase: Phase::Idle,
        epoch: 0,
        cursor: 0,
        missing: 0,
        has_base: false,
        whole: false,
        until_whole: 0,
        again: false,
        awaited: false,
        started: Tick::new(0),
        sent: Tick::new(0),
        wait: 0,
        window: Tick::new(0),
    };
}
