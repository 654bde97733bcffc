//! Sketches that programs keep in their structures: small tables of words that answer questions about many packets, roughly.
//!
//! | sketch | answers | rows |
//! | --- | --- | --- |
//! | [`CountMin`] | how often was this seen? | `R` |
//! | [`Bloom`] | was this seen? | `R` |
//! | [`SpreadSketch`] | with how many different others was this seen, and what with many? | `3 R` |
//!
//! Each has two sides that agree on where things are: an update over any [`Machine`], for a program's
//! `apply`, and questions on the words of a structure, for whoever reads it at the switch or at the store. A structure has exactly the
//! sketch's rows. Its words come slot by slot, as `structure` of a switch and the store's snapshots give them: with `n` rows, the
//! word of row `r` of slot `i` is at `n i + r`.
//!
//! Row `r` finds its slot by the low bits of the `r`-th of four CRCs, which is what a switch can compute. Those are fixed and linear:
//! two items that differ alike collide alike. The bounds that the sketches give are for hash functions drawn at random; they hold
//! for traffic that does not know of the CRCs, as the tests show, and not against somebody who picks flows to collide.

mod bloom;
mod count_min;
mod spread;

pub use bloom::Bloom;
pub use count_min::CountMin;
pub use spread::{Candidate, SpreadSketch};

use redplane_core::machine::{Hash, Machine};
use redplane_core::memory::hash_with;

/// The hash of each row. There are no more rows than hashes.
const HASHES: [Hash; 4] = [Hash::Crc32, Hash::Crc32C, Hash::Crc32Mef, Hash::Crc32Autosar];

/// The hash of an item for each of `R` rows; a slot is as many of its low bits as it takes.
#[inline(always)]
fn hashes<M: Machine, const R: usize, const N: usize>(m: &mut M, item: [M::Word; N]) -> [M::Word; R] {
    const { assert!(R >= 1 && R <= HASHES.len(), "a sketch has 1 to 4 rows of a kind") };
    let mut hashes = HASHES.into_iter();
    core::array::from_fn(|_| match hashes.next() {
        Some(hash) => m.hash(hash, item),
        None => m.lit(0), // There are as many.
    })
}

/// The same on the host.
fn hashes_of<const R: usize>(item: &[u32]) -> [u32; R] {
    const { assert!(R >= 1 && R <= HASHES.len(), "a sketch has 1 to 4 rows of a kind") };
    let mut hashes = HASHES.into_iter();
    core::array::from_fn(|_| hashes.next().map_or(0, |hash| hash_with(hash, item)))
}

/// The slot of each row, of `S` slots, that an item is in.
fn slots<const R: usize, const S: usize>(item: &[u32]) -> [usize; R] {
    const { assert!(S.is_power_of_two(), "the slots of a row are a power of two") };
    hashes_of::<R>(item).map(|hash| hash as usize & const { S - 1 })
}

/// The bit that the low five bits of a word number, by doubling: what a machine that shifts by constants can do.
#[inline(always)]
fn one_hot<M: Machine>(m: &mut M, number: M::Word) -> M::Word {
    let mut bit = m.lit(1);
    for place in 0..5 {
        let digit = m.lit(1 << place);
        let digit = m.and(number, digit);
        let is_clear = m.is(digit, 0);
        let moved = m.shl(bit, 1 << place);
        bit = m.select(is_clear, bit, moved);
    }
    bit
}

/// The word of a row and slot among those of a structure of `ROWS` rows; 0 if it is not there.
fn word<const ROWS: usize>(words: &[u32], row: usize, slot: usize) -> u32 {
    words.chunks_exact(ROWS).nth(slot).and_then(|slot| slot.get(row)).copied().unwrap_or(0)
}
