//! Count-min: how often an item was seen, never too few (Cormode and Muthukrishnan, J. Algorithms 55, 2005).

use redplane_core::machine::{Alu, Machine};
use redplane_core::program::Update;
use redplane_core::snapshot::{StructureArrays, Touched};

/// `R` rows of `S` counters, in a structure of `R` rows. An item has a counter in each row, and shares it with others.
///
/// The estimate is the least of an item's counters. It is never below the truth, as long as no counter reaches 2^31. With hash
/// functions drawn at random it is above the truth by more than `e N / S` with a probability of `e^-R` at most, where `N` is the
/// sum of all that was added and `e` is 2.718 (theorem 1 of the source): with 3 rows of 64, by more than 4.25 % of `N` for one item in
/// 20. How the rows' fixed hashes differ from random ones is said in [the module](super).
#[derive(Clone, Copy, Debug)]
pub struct CountMin<const R: usize, const S: usize>;

impl<const R: usize, const S: usize> CountMin<R, S> {
    /// Adds `by` to the item's counters. Gives the slots, for marks, and the estimate.
    #[inline(always)]
    pub fn add<M: Machine, const N: usize>(
        m: &mut M,
        structure: &StructureArrays<M>,
        item: [M::Word; N],
        by: M::Word,
    ) -> ([Touched<M>; R], M::Word) {
        let hashes = super::hashes::<M, R, N>(m, item);
        let touched = structure.touch(m, 0, hashes);
        let zero = m.lit(0);
        let counters = touched.map(|slot| structure.update::<Add>(m, slot, by, zero));
        let least = counters.into_iter().reduce(|least, counter| {
            let is_less = m.newer(least, counter);
            m.select(is_less, counter, least)
        });
        (touched, least.unwrap_or(zero))
    }

    /// The slot of each row that an item has its counter in.
    pub fn slots(item: &[u32]) -> [usize; R] {
        super::slots::<R, S>(item)
    }

    /// How often an item was seen, by the words of a structure.
    pub fn estimate(words: &[u32], item: &[u32]) -> u32 {
        let slots = Self::slots(item).into_iter().enumerate();
        slots.map(|(row, slot)| super::word::<R>(words, row, slot)).min().unwrap_or(0)
    }
}

/// Adds `a`.
struct Add;

impl Update for Add {
    const NAME: &'static str = "add";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
        alu.add(word, a)
    }
}
