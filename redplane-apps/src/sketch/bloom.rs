//! Bloom filter: whether an item was seen, never no if it was (Bloom, CACM 13(7), 1970).

use redplane_core::machine::{Alu, Machine};
use redplane_core::program::Update;
use redplane_core::snapshot::{StructureArrays, Touched};

use super::one_hot;

/// `R` rows of `S` words of 32 bits, in a structure of `R` rows. An item has a bit in each row, and shares it with others.
///
/// What was inserted is always found. With hash functions drawn at random, an item that was not is found with a probability of
/// `(1 - (1 - 1 / 32 S)^n)^R`, where `n` items were inserted: the variant with a part of its own for each hash function (Broder
/// and Mitzenmacher, Internet Mathematics 1(4), 2004). With 3 rows of 64 words that is 1.1 % for 512 items. How the
/// rows' fixed hashes differ from random ones is said in [the module](super).
#[derive(Clone, Copy, Debug)]
pub struct Bloom<const R: usize, const S: usize>;

impl<const R: usize, const S: usize> Bloom<R, S> {
    const SLOT_BITS: u32 = {
        assert!(S.is_power_of_two() && S.ilog2() <= 27, "a hash has bits for the slot and the bit in it");
        S.ilog2()
    };

    /// Inserts the item where `inserts` holds. Gives the slots, for marks, and whether the item is in the filter then.
    #[inline(always)]
    pub fn update<M: Machine, const N: usize>(
        m: &mut M,
        structure: &StructureArrays<M>,
        item: [M::Word; N],
        inserts: M::Bit,
    ) -> ([Touched<M>; R], M::Bit) {
        let hashes = super::hashes::<M, R, N>(m, item);
        let touched = structure.touch(m, 0, hashes);
        let zero = m.lit(0);
        let mut is_in = m.bit(true);
        for (slot, hash) in touched.into_iter().zip(hashes) {
            let bit = m.shr(hash, Self::SLOT_BITS);
            let bit = one_hot(m, bit);
            let set = m.select(inserts, bit, zero);
            let word = structure.update::<SetBits>(m, slot, set, zero);
            let found = m.and(word, bit);
            let found = m.eq(found, bit);
            is_in = m.both(is_in, found);
        }
        (touched, is_in)
    }

    /// The slot of each row that an item has its bit in.
    pub fn slots(item: &[u32]) -> [usize; R] {
        super::slots::<R, S>(item)
    }

    /// Whether an item is in the filter, by the words of a structure.
    pub fn contains(words: &[u32], item: &[u32]) -> bool {
        let mut hashes = super::hashes_of::<R>(item).into_iter().zip(Self::slots(item)).enumerate();
        hashes.all(|(row, (hash, slot))| {
            let bit = (hash >> Self::SLOT_BITS) & 31;
            super::word::<R>(words, row, slot) >> bit & 1 == 1
        })
    }
}

/// Sets the bits of `a`.
pub(super) struct SetBits;

impl Update for SetBits {
    const NAME: &'static str = "set_bits";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
        alu.or(word, a)
    }
}
