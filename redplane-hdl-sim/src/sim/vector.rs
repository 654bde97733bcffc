//! The words that stages work on: a packet header vector with constants behind it.

/// The place of a word.
pub(super) type Place = u16;

/// Words of a vector: more than any pipeline has fields and constants, and a power of two, so that a place needs no check but a
/// mask.
pub(super) const WORDS: usize = 1024;

/// A vector. A place beyond its end is one within it.
#[derive(Clone, Debug)]
pub(super) struct Vector {
    words: [u32; WORDS],
}

impl Vector {
    pub(super) const ZERO: Self = Self { words: [0; WORDS] };

    #[inline(always)]
    pub(super) fn get(&self, place: Place) -> u32 {
        self.words[place as usize % WORDS]
    }

    #[inline(always)]
    pub(super) fn set(&mut self, place: Place, value: u32) {
        self.words[place as usize % WORDS] = value;
    }

    /// The first words.
    pub(super) fn first(&self, words: usize) -> &[u32] {
        &self.words[..words]
    }

    /// Sets the first words to zero and puts constants behind them.
    pub(super) fn reset(&mut self, words: usize, constants: &[u32]) {
        self.words[..words].fill(0);
        self.words[words..words + constants.len()].copy_from_slice(constants);
    }
}
