//! The mirror queue: a bounded FIFO of header-only copies of what must be sent until it is answered.
//!
//! On a switch it is packets that egress mirrors to itself, truncated; here it is a `heapless` ring of what such a packet
//! would contain. What becomes of a copy when it comes around is the data plane's decision (RP-SW-6); the queue only keeps
//! the order.

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
