//! Sketches that programs keep in their structures: small tables of words that answer questions about many packets, roughly.
//!
//! | sketch | answers | rows |
//! | --- | --- | --- |
//! | [`CountMin`] | how often was this seen? | `R` |
//!
//! Each has two sides that agree on where things are: an update over any [`Machine`](redplane_core::machine::Machine), for a program's
//! `apply`, and questions on the words of a structure, for whoever reads it at the switch or at the store. A structure has exactly the
//! sketch's rows. Its words come slot by slot, as `structure` of a switch and the store's snapshots give them: with `n` rows, the
//! word of row `r` of slot `i` is at `n i + r`.
//!
//! Row `r` finds its slot by the low bits of the `r`-th of four CRCs, which is what a switch can compute. Those are fixed and linear:
//! two items that differ alike collide alike. The bounds that the sketches give are for hash functions drawn at random; they hold
//! for traffic that does not know of the CRCs, as the tests show, and not against somebody who picks flows to collide.

mod count_min;

pub use count_min::CountMin;

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

/// The slot of each row, of `S` slots, that an item is in.
fn slots<const R: usize, const S: usize>(item: &[u32]) -> [usize; R] {
    const { assert!(R >= 1 && R <= HASHES.len(), "a sketch has 1 to 4 rows of a kind") };
    const { assert!(S.is_power_of_two(), "the slots of a row are a power of two") };
    let mut hashes = HASHES.into_iter();
    core::array::from_fn(|_| hashes.next().map_or(0, |hash| hash_with(hash, item) as usize & const { S - 1 }))
}

/// The word of a row and slot among those of a structure of `rows` rows; 0 if it is not there.
fn word(words: &[u32], rows: usize, row: usize, slot: usize) -> u32 {
    let at = slot.checked_mul(rows).and_then(|start| start.checked_add(row));
    at.and_then(|at| words.get(at)).copied().unwrap_or(0)
}
