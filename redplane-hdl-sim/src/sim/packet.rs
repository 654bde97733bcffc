//! Packets that own their memory, with head room for the message that may be put around them, and keys.

use std::fmt;

use redplane_core::packet::Buffer;
use redplane_core::wire::{HEADROOM, KEY_WORDS_MAX};

/// A frame, or a message: bytes with room in front of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Packet {
    memory: Vec<u8>,
    start: usize,
}

impl Packet {
    /// Puts these bytes in, behind as much head room as any message needs.
    pub(super) fn fill(&mut self, bytes: &[u8]) {
        self.memory.clear();
        self.memory.resize(HEADROOM, 0);
        self.memory.extend_from_slice(bytes);
        self.start = HEADROOM;
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.memory[self.start..]
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..]
    }

    /// Takes `len` bytes off the front; the caller has parsed at least as many.
    pub(super) fn pull(&mut self, len: usize) {
        self.start = (self.start + len).min(self.memory.len());
    }

    /// Forgets the bytes but keeps the room.
    pub(super) fn clear(&mut self) {
        self.start = self.memory.len();
    }

    /// Lends the packet as the buffer that core encodes messages into; what core leaves in it is the packet then.
    pub(super) fn with_buffer<R>(&mut self, then: impl FnOnce(&mut Buffer<'_>) -> R) -> Option<R> {
        let end = self.memory.len();
        let mut buffer = Buffer::new(&mut self.memory, self.start, end)?;
        let result = then(&mut buffer);
        let (start, end) = (buffer.start(), buffer.end());
        self.start = start;
        self.memory.truncate(end);
        Some(result)
    }
}

impl std::ops::Deref for Packet {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes()
    }
}

impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packet({} bytes)", self.bytes().len())
    }
}

/// A flow's key, of as many words as the program's layout says.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Key {
    len: u8,
    words: [u32; KEY_WORDS_MAX],
}

impl Key {
    /// The key of these words, of which the first [`KEY_WORDS_MAX`] count.
    pub fn new(words: &[u32]) -> Self {
        words.iter().copied().collect()
    }
}

impl FromIterator<u32> for Key {
    fn from_iter<I: IntoIterator<Item = u32>>(words: I) -> Self {
        let mut key = Self::default();
        for (to, from) in key.words.iter_mut().zip(words) {
            *to = from;
            key.len += 1;
        }
        key
    }
}

impl std::ops::Deref for Key {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.words[..self.len as usize]
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.iter().enumerate() {
            write!(f, "{}{word:08x}", if at > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}
