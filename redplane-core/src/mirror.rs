//! The mirror queue: a bounded FIFO of header-only copies of what must be sent until it is answered.
//!
//! On a switch it is packets that egress mirrors to itself, truncated; here it is a ring of what such a packet would contain:
//! of a size known at compile time, or in memory that the caller lends ([`crate::storage`]). What becomes of a copy when it comes
//! around is the data plane's decision (RP-SW-6); the queue only keeps the order.

use heapless::Deque;

use crate::program::Program;
use crate::wire::Kind;

/// What is left of a message when its packet is cut off.
#[derive(Debug)]
pub struct Copy<P: Program> {
    /// The kind of message to send.
    pub kind: Kind,
    /// The flow.
    pub key: P::Key,
    /// Its whole state, for a write.
    pub state: P::State,
    /// Lease generation.
    pub epoch: u32,
    /// Write number.
    pub seq: u32,
    /// Tick after which it is to be sent.
    pub due: u32,
    /// Ticks to wait after that; 0 while it was never sent.
    pub wait: u32,
}

/// At most `Q` copies, oldest first.
#[derive(Debug)]
pub struct Mirror<P: Program, const Q: usize> {
    copies: Deque<Copy<P>, Q>,
}

impl<P: Program, const Q: usize> Mirror<P, Q> {
    /// An empty queue.
    pub const fn new() -> Self {
        Self { copies: Deque::new() }
    }

    /// Whether another copy fits (RP-SW-4).
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        !self.copies.is_full()
    }

    /// How many copies there are.
    pub fn len(&self) -> usize {
        self.copies.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.copies.is_empty()
    }

    /// Takes a copy in; false, and it is lost, if there was no room.
    #[inline]
    #[must_use]
    pub fn push(&mut self, copy: Copy<P>) -> bool {
        self.copies.push_back(copy).is_ok()
    }

    /// The oldest copy comes around.
    #[inline]
    pub fn pop(&mut self) -> Option<Copy<P>> {
        self.copies.pop_front()
    }
}

impl<P: Program, const Q: usize> Default for Mirror<P, Q> {
    fn default() -> Self {
        Self::new()
    }
}

/// As many copies as there is memory for, oldest first.
///
/// Invariant: `len` slots from `first` on, around the end, hold a copy, the others none.
#[derive(Debug)]
pub(crate) struct LentMirror<'m, P: Program> {
    slots: &'m mut [Option<Copy<P>>],
    first: usize,
    len: usize,
}

impl<'m, P: Program> LentMirror<'m, P> {
    /// An empty queue; what was in the memory is gone.
    pub(crate) fn new(slots: &'m mut [Option<Copy<P>>]) -> Self {
        slots.fill_with(|| None);
        Self { slots, first: 0, len: 0 }
    }

    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.len < self.slots.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    #[must_use]
    pub(crate) fn push(&mut self, copy: Copy<P>) -> bool {
        if !self.has_room() {
            return false;
        }
        let behind = self.first + self.len;
        // Around the end without a division, which a small core has not.
        let at = if behind >= self.slots.len() { behind - self.slots.len() } else { behind };
        let Some(slot) = self.slots.get_mut(at) else { return false };
        *slot = Some(copy);
        self.len += 1;
        true
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Copy<P>> {
        let copy = self.slots.get_mut(self.first)?.take()?;
        self.first = if self.first + 1 == self.slots.len() { 0 } else { self.first + 1 };
        self.len -= 1;
        Some(copy)
    }
}
