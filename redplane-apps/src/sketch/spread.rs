//! SpreadSketch: how many different destinations a source has, and which sources have many (Tang, Huang, Lee, INFOCOM 2020).
//!
//! A slot of each row has three words, in three rows of the structure:
//!
//! | rows | word | update |
//! | --- | --- | --- |
//! | 0 … R | bits that count different pairs | one bit is set |
//! | R … 2R | level: the highest of the pairs | the greater |
//! | 2R … 3R | candidate: the source of the last pair with that level | put, if the level was reached |
//!
//! A source chooses the slots. A pair's level and bit come from a hash of source and destination: the level is the number of
//! leading zeros, so half of all pairs reach level 1 and one of 2^l reaches level `l`. A source of many destinations reaches a high
//! level sooner or later, and takes the slot.
//!
//! The bits are a multiresolution bitmap (Estan, Varghese, Fisk, IMC 2003) of 16 parts of two bits: a pair goes to the part of its
//! level, 15 at most, and there to the bit that the hash's lowest bit says. The same bit is set in all rows, so what all
//! rows of a source have in common is what it has set, and few others.

use redplane_core::machine::{Alu, Hash, Machine};
use redplane_core::memory::hash_with;
use redplane_core::program::Update;
use redplane_core::snapshot::{StructureArrays, Touched};

use super::bloom::SetBits;
use super::one_hot;

/// What stands in the first, second and third `R` rows.
const BITS: usize = 0;
const LEVELS: usize = 1;
const SOURCES: usize = 2;

/// The hash of a pair, for level and bit. The slots are of the source alone.
const PAIR: Hash = Hash::Crc32Autosar;

/// Parts of a bitmap less one.
const LAST_PART: u32 = 15;

/// How many pairs have most probably set so many bits of a bitmap: `n` for which `Σ 1 - exp(-n p)` over the bits is that number, with
/// `p` the part of all pairs that set the bit. Each bit more stands for about 1.41 times as many pairs. All bits: at least so many.
const PAIRS: [u32; 33] = [
    0, 1, 2, 4, 6, 9, 13, 18, 25, 36, 51, 72, 102, 144, 203, 287, 407, 575, 813, 1150, 1626, 2300, 3254,
    4605, 6519, 9239, 13120, 18708, 26885, 39255, 59323, 98131, 98131,
];

/// `R` rows of `S` slots, in a structure of `3 R` rows.
///
/// The estimate of a spread counts the bits that all of a source's slots have. By itself it is off by a factor of two or more for one
/// source in five, and of four for one in a hundred: 32 bits count no better from 1 to 100,000 with random hash functions, and more
/// than that they cannot count. Other sources in the same slots only add to it: bits that others have set in each of the `R` slots.
///
/// A source of many destinations is among the candidates unless in each of its `R` slots another source's pair has reached a level
/// as high. In a slot where others have as many destinations together as it has, that is a coin's throw; the paper bounds it.
///
/// How the rows' fixed hashes differ from random ones is said in [the module](super).
#[derive(Clone, Copy, Debug)]
pub struct SpreadSketch<const R: usize, const S: usize>;

/// A source that may have many destinations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The source.
    pub source: u32,
    /// The highest level that a pair of it has reached.
    pub level: u32,
}

impl<const R: usize, const S: usize> SpreadSketch<R, S> {
    /// Counts a pair of source and destination. Gives the slots with the bits, for marks, their bits, and the level of the pair.
    #[inline(always)]
    pub fn add<M: Machine>(
        m: &mut M,
        structure: &StructureArrays<M>,
        source: M::Word,
        destination: M::Word,
    ) -> ([Touched<M>; R], [M::Word; R], M::Word) {
        let pair = m.hash(PAIR, [source, destination]);
        let level = leading_zeros(m, pair);
        let bit = bit_of(m, pair, level);
        let hashes = super::hashes::<M, R, 1>(m, [source]);
        let rows = R as u8;
        let touched = structure.touch(m, 0, hashes);
        let levels = structure.touch(m, rows, hashes);
        let sources = structure.touch(m, rows.wrapping_mul(2), hashes);

        let zero = m.lit(0);
        let bits = touched.map(|slot| structure.update::<SetBits>(m, slot, bit, zero));
        let reached = levels.map(|slot| {
            let highest = structure.update::<Raise>(m, slot, level, zero);
            m.eq(highest, level)
        });
        for (slot, reached) in sources.into_iter().zip(reached) {
            let reached = m.word(reached);
            structure.update::<PutIf>(m, slot, source, reached);
        }
        (touched, bits, level)
    }

    /// The slot of each row that a source is in.
    pub fn slots(source: u32) -> [usize; R] {
        super::slots::<R, S>(&[source])
    }

    /// The level of a pair and its bit in the bitmap.
    pub fn place(source: u32, destination: u32) -> (u32, u32) {
        let pair = hash_with(PAIR, &[source, destination]);
        let level = pair.leading_zeros().min(31);
        (level, 1 << (level.min(LAST_PART) << 1 | pair & 1))
    }

    /// How many destinations a source has, by the words of a structure.
    pub fn spread(words: &[u32], source: u32) -> u32 {
        let slots = Self::slots(source).into_iter().enumerate();
        let common = slots.fold(u32::MAX, |common, (row, slot)| common & Self::word(words, BITS, row, slot));
        pairs(common)
    }

    /// The same by the bits of a source's slots, as an update gives them.
    pub fn spread_of(bits: &[u32; R]) -> u32 {
        pairs(bits.iter().fold(u32::MAX, |common, bits| common & bits))
    }

    /// The sources that may have many destinations, by the words of a structure: one of each slot that has any. A source may come up
    /// several times, with the same level or different ones. Its spread is another question.
    pub fn candidates(words: &[u32]) -> impl Iterator<Item = Candidate> {
        let word = move |kind, row, slot| Self::word(words, kind, row, slot);
        (0..S).flat_map(move |slot| {
            let rows = (0..R).filter(move |row| word(BITS, *row, slot) != 0);
            rows.map(move |row| Candidate {
                source: word(SOURCES, row, slot),
                level: word(LEVELS, row, slot),
            })
        })
    }

    fn word(words: &[u32], kind: usize, row: usize, slot: usize) -> u32 {
        let slot = words.chunks_exact(const { 3 * R }).nth(slot);
        let kind = slot.and_then(|words| words.chunks_exact(R).nth(kind));
        kind.and_then(|words| words.get(row)).copied().unwrap_or(0)
    }
}

/// How many pairs have set these bits.
fn pairs(bits: u32) -> u32 {
    PAIRS.get(bits.count_ones() as usize).copied().unwrap_or(u32::MAX)
}

/// Leading zeros of a word, 31 at most, by halves: what a machine that shifts by constants can do.
#[inline(always)]
fn leading_zeros<M: Machine>(m: &mut M, word: M::Word) -> M::Word {
    let mut word = word;
    let mut zeros = m.lit(0);
    for half in [16, 8, 4, 2, 1] {
        let upper = m.shr(word, 32u32.wrapping_sub(half));
        let is_empty = m.is(upper, 0);
        let lower = m.shl(word, half);
        word = m.select(is_empty, lower, word);
        let half = m.lit(half);
        let more = m.or(zeros, half);
        zeros = m.select(is_empty, more, zeros);
    }
    zeros
}

/// The bit of a pair: two for each part, and the part is the level, 15 at most.
#[inline(always)]
fn bit_of<M: Machine>(m: &mut M, pair: M::Word, level: M::Word) -> M::Word {
    let last = m.lit(LAST_PART);
    let is_beyond = m.newer(level, last);
    let part = m.select(is_beyond, last, level);
    let part = m.shl(part, 1);
    let one = m.lit(1);
    let which = m.and(pair, one);
    let bit = m.or(part, which);
    one_hot(m, bit)
}

/// Puts `a` where it is greater.
struct Raise;

impl Update for Raise {
    const NAME: &'static str = "raise";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
        let is_more = alu.newer(a, word);
        alu.select(is_more, a, word)
    }
}

/// Puts `a` if `b` is not zero.
struct PutIf;

impl Update for PutIf {
    const NAME: &'static str = "put_if";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, b: A::Word) -> A::Word {
        let keeps = alu.is(b, 0);
        alu.select(keeps, word, a)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    /// Part of all pairs that set a bit.
    fn part_of(bit: u32) -> f64 {
        0.5f64.powi((bit >> 1).saturating_add(1).min(LAST_PART) as i32) / 2.0
    }

    #[test]
    fn table_of_pairs_solves_its_equation() {
        assert!(((0..32).map(part_of).sum::<f64>() - 1.0).abs() < 1e-9);
        for (set, pairs) in PAIRS.iter().enumerate().take(32) {
            let bits = |pairs: f64| (0..32).map(|bit| -(-pairs * part_of(bit)).exp_m1()).sum::<f64>();
            let near = |pairs: f64| bits(pairs) - set as f64;
            let (less, more) = (f64::from(*pairs) - 0.51, f64::from(*pairs) + 0.51);
            assert!(near(more) >= 0.0, "{set} bits are more than {pairs} pairs");
            assert!(less < 0.0 || near(less) <= 0.0, "{set} bits are less than {pairs} pairs");
        }
    }
}
