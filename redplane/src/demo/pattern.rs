//! Seeded bytes and choices: what streams carry, and when and how large connections are.
//!
//! End-to-end verification needs bytes that the receiver can predict and that a mix-up of two streams, or a
//! shift within one, would not reproduce. Generating them per byte would cost more than the TCP stack, so a
//! table is drawn once and streams read it from different places: checking is a comparison of slices.
//!
//! Limits: a stream repeats after [`PERIOD`] bytes, so a loss of exactly that many bytes goes unseen. TCP
//! itself numbers bytes; the check is there for damage on the path, not to replace sequence numbers.

/// Bytes after which a stream repeats: a prime, so that no power-of-two slip maps a stream onto itself.
pub(super) const PERIOD: usize = 65_521;

/// The longest slice that [`Pattern::slice`] gives at once, bytes.
pub(super) const SLICE_LEN_MAX: usize = 4096;

/// How far apart in the table two streams with neighbouring numbers begin, bytes.
const STREAM_STRIDE: u64 = 7919;

/// The table that all streams of a run read.
pub(super) struct Pattern {
    table: Vec<u8>,
}

impl Pattern {
    /// Draws the table from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut choices = Choices::new(seed);
        let mut table: Vec<u8> = (0..PERIOD).map(|_| choices.next() as u8).collect();
        table.extend_from_within(..SLICE_LEN_MAX);
        Self { table }
    }

    /// The bytes of `stream` from `offset` on: `len` of them, or [`SLICE_LEN_MAX`] if that is less.
    pub(super) fn slice(&self, stream: u32, offset: u64, len: usize) -> &[u8] {
        let start = (u64::from(stream) * STREAM_STRIDE + offset) % PERIOD as u64;
        // start < PERIOD and the table is SLICE_LEN_MAX longer than PERIOD.
        &self.table[start as usize..][..len.min(SLICE_LEN_MAX)]
    }

    /// Whether `bytes` are what `stream` carries from `offset` on; any length.
    pub(super) fn matches(&self, stream: u32, offset: u64, bytes: &[u8]) -> bool {
        let mut at = offset;
        bytes.chunks(SLICE_LEN_MAX).all(|chunk| {
            let same = chunk == self.slice(stream, at, chunk.len());
            at += chunk.len() as u64;
            same
        })
    }
}

/// A reproducible sequence of choices: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
pub(super) struct Choices {
    state: u64,
}

impl Choices {
    /// The sequence that belongs to `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `low..=high`. The slight bias towards small remainders does not matter here.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_read_in_pieces_matches_across_the_period() {
        let pattern = Pattern::new(7);
        let mut bytes = Vec::new();
        while bytes.len() < 2 * PERIOD {
            bytes.extend_from_slice(pattern.slice(3, bytes.len() as u64, 1000));
        }
        assert!(pattern.matches(3, 0, &bytes));
    }

    #[test]
    fn one_bit_changed_or_another_stream_does_not_match() {
        let pattern = Pattern::new(7);
        let mut bytes = pattern.slice(3, 500, 1360).to_vec();
        assert!(pattern.matches(3, 500, &bytes));
        assert!(!pattern.matches(4, 500, &bytes), "another stream");
        assert!(!pattern.matches(3, 501, &bytes), "a shift");
        bytes[1359] ^= 1;
        assert!(!pattern.matches(3, 500, &bytes), "one bit");
    }

    #[test]
    fn choices_of_one_seed_repeat_and_keep_to_their_bounds() {
        let draw = |seed| {
            let mut choices = Choices::new(seed);
            (0..1000).map(|_| choices.between(10, 30)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!(draw(1).iter().all(|value| (10..=30).contains(value)));
    }
}
