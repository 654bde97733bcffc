//! A packet buffer with head room, so that encapsulation happens in place.
//!
//! ```text
//! 0            start                 end          len
//! | head room  | packet               | tail room  |
//! ```
//!
//! ```
//! use redplane_core::packet::Buffer;
//! let mut memory = [0; 64];
//! let mut buffer = Buffer::new(&mut memory, 16, 20).unwrap();
//! buffer.push(4).unwrap().copy_from_slice(b"head");
//! assert_eq!(buffer.bytes().len(), 8);
//! assert!(buffer.push(100).is_none());
//! ```

/// Borrowed memory, and which part of it is the packet.
///
/// Invariant: `start <= end <= memory.len()`.
#[derive(Debug)]
pub struct Buffer<'a> {
    memory: &'a mut [u8],
    start: usize,
    end: usize,
}

impl<'a> Buffer<'a> {
    /// The packet is `memory[start..end]`; `None` if that is not inside the memory.
    pub fn new(memory: &'a mut [u8], start: usize, end: usize) -> Option<Self> {
        (start <= end && end <= memory.len()).then_some(Self { memory, start, end })
    }

    /// An empty packet with all of the memory as head room.
    pub fn empty(memory: &'a mut [u8]) -> Self {
        let end = memory.len();
        Self { memory, start: end, end }
    }

    /// Where the packet begins in the memory.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where the packet ends in the memory.
    pub fn end(&self) -> usize {
        self.end
    }

    /// The packet.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.memory.get(self.start..self.end).unwrap_or(&[])
    }

    /// The packet, to be changed in place.
    #[inline]
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        match self.memory.get_mut(self.start..self.end) {
            Some(bytes) => bytes,
            None => nothing(),
        }
    }

    /// Makes the packet `len` bytes longer at its front and gives those bytes, whose contents are whatever was there;
    /// `None`, and nothing changes, if the head room is shorter.
    #[inline]
    pub fn push(&mut self, len: usize) -> Option<&mut [u8]> {
        let start = self.start.checked_sub(len)?;
        let pushed = self.memory.get_mut(start..self.start)?;
        self.start = start;
        Some(pushed)
    }

    /// Takes `len` bytes off the packet's front; false, and nothing changes, if it is shorter.
    #[inline]
    #[must_use]
    pub fn pull(&mut self, len: usize) -> bool {
        let fits = len <= self.end - self.start;
        if fits {
            self.start += len;
        }
        fits
    }

    /// Says anew which part of the memory is the packet; cut to what the memory has.
    #[inline]
    pub fn set_range(&mut self, start: usize, end: usize) {
        self.end = end.min(self.memory.len());
        self.start = start.min(self.end);
    }

    /// Makes the packet empty; its former bytes become head room.
    pub fn clear(&mut self) {
        self.start = self.end;
    }

    /// Cuts the packet to its first `len` bytes; nothing happens if it is not longer.
    pub fn truncate(&mut self, len: usize) {
        self.end = self.end.min(self.start.saturating_add(len));
    }
}

/// Never called, by the buffer's invariant. Cold and out of line, so that the check is a branch that is not taken instead of selections.
#[cold]
#[inline(never)]
fn nothing<'a>() -> &'a mut [u8] {
    &mut []
}
