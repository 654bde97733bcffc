//! Snapshots of structures that packets go on changing: bounded inconsistency (paper §4.4, §5.4, Algorithm 1).
//!
//! A structure (a sketch, a filter) is rows of slots, and a packet may access one slot of a row. It is kept in two copies, side by
//! side. The lowest bit of the snapshot's number says which copy packets update; a snapshot begins by counting the number up, and
//! from then on the other copy is what the structure was at that instant. Whoever touches a slot first after that, a packet or the
//! reader, brings the copies in step:
//!
//! | pass | first touch of the slot since the snapshot began | later |
//! | --- | --- | --- |
//! | packet | active copy := the other, updated | active copy updated |
//! | reader | active copy := the other; gives it | gives the other copy |
//!
//! The reader must have touched every slot before the next snapshot begins, or a slot's copies would be two snapshots apart: so a
//! new snapshot waits for the running one (RP-SN-2), which ends when the store has acknowledged all of it.
//!
//! - [`StructureArrays`]: what a program does with its structure, over any machine.
//! - [`CopyAndUpdate`], [`UpdateCopy`]: the four actions of a pair of copies, two for each copy.
//! - [`Control`]: what the packet generator remembers: when a snapshot began, which slots the store still lacks. What it does with that is
//!   in `switch/snapshots.rs`: it is a capability of the machine, as a switch's packet generator and control plane are.

mod control;

pub(crate) use control::Phase;
pub use control::{Control, Mark};

use core::marker::PhantomData;

use crate::machine::{Alu, Array, Machine, PairAction};
use crate::program::{Program, Update};
use crate::registers::{Put, Read};
use crate::structure::Structure;

/// Leaves a word as it is: the reader's update.
#[derive(Clone, Copy, Debug)]
pub struct Keep;

impl Update for Keep {
    const NAME: &'static str = "keep";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(_alu: &mut A, word: A::Word, _a: A::Word, _b: A::Word) -> A::Word {
        word
    }
}

/// First touch of a slot: copy `ACTIVE` becomes the updated other one. Gives the new word.
#[derive(Clone, Copy, Debug)]
pub struct CopyAndUpdate<U, const ACTIVE: bool>(PhantomData<U>);

/// Later touch: copy `COPY` is updated. Gives the new word.
#[derive(Clone, Copy, Debug)]
pub struct UpdateCopy<U, const COPY: bool>(PhantomData<U>);

impl<U: Update, const ACTIVE: bool> PairAction for CopyAndUpdate<U, ACTIVE> {
    const NAME: &'static str = U::NAME;

    #[inline(always)]
    fn apply<A: Alu + ?Sized>(
        alu: &mut A,
        (even, odd): (A::Word, A::Word),
        a: A::Word,
        b: A::Word,
    ) -> ((A::Word, A::Word), A::Word) {
        let word = U::update(alu, if ACTIVE { even } else { odd }, a, b);
        (if ACTIVE { (even, word) } else { (word, odd) }, word)
    }
}

impl<U: Update, const COPY: bool> PairAction for UpdateCopy<U, COPY> {
    const NAME: &'static str = U::NAME;

    #[inline(always)]
    fn apply<A: Alu + ?Sized>(
        alu: &mut A,
        (even, odd): (A::Word, A::Word),
        a: A::Word,
        b: A::Word,
    ) -> ((A::Word, A::Word), A::Word) {
        let word = U::update(alu, if COPY { odd } else { even }, a, b);
        (if COPY { (even, word) } else { (word, odd) }, word)
    }
}

/// The structure of the packet's flow, for [`Program::apply`].
///
/// Slots are touched first, all rows in one call, and then updated: on a pipeline the marks of all rows are in one stage and the
/// words behind it. An update must leave the word as it is where both operands are zero.
#[derive(Debug)]
pub struct StructureArrays<M: Machine> {
    flow: M::Word,
    /// Twice the number of the newest snapshot, and its lowest bit; zero and false without snapshots.
    number: M::Word,
    active: M::Bit,
    lazy: bool,
    shift: u32,
    mask: u32,
}

impl<M: Machine> Clone for StructureArrays<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for StructureArrays<M> {}

/// A slot of a row that this pass has touched.
#[derive(Debug)]
pub struct Touched<M: Machine> {
    row: u8,
    index: M::Word,
    first: M::Bit,
}

impl<M: Machine> Clone for Touched<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Touched<M> {}

impl<M: Machine> StructureArrays<M> {
    #[inline(always)]
    pub(crate) fn new<P: Program>(m: &mut M, flow: M::Word, lazy: bool) -> Self {
        let zero = m.lit(0);
        let number = if lazy { m.access::<Read>(Array::Snapshot, flow, zero, zero) } else { zero };
        let active = low_bit(m, number);
        let (shift, mask) = (P::Structure::SLOTS.trailing_zeros(), P::Structure::SLOTS as u32 - 1);
        Self { flow, number: m.shl(number, 1), active, lazy, shift, mask }
    }

    /// Marks a slot of each of `N` rows, from row `first` on, as updated by a packet. Of a slot's number as many low bits count
    /// as a row has slots.
    #[inline(always)]
    pub fn touch<const N: usize>(&self, m: &mut M, first: u8, slots: [M::Word; N]) -> [Touched<M>; N] {
        let zero = m.lit(0);
        let base = m.shl(self.flow, self.shift);
        let mask = m.lit(self.mask);
        let updated = m.lit(1);
        let updated = m.or(self.number, updated);
        let mut row = first;
        slots.map(|slot| {
            let slot = m.and(slot, mask);
            let index = m.or(base, slot);
            let here = row;
            row = row.wrapping_add(1);
            if !self.lazy {
                return Touched { row: here, index, first: m.bit(false) };
            }
            let before = m.access::<Put>(Array::LastUpdated(here), index, updated, zero);
            let first = m.newer(self.number, before);
            Touched { row: here, index, first }
        })
    }

    /// Updates a touched slot and gives its new word.
    #[inline(always)]
    pub fn update<U: Update>(&self, m: &mut M, slot: Touched<M>, a: M::Word, b: M::Word) -> M::Word {
        let Touched { row, index, first } = slot;
        if !self.lazy {
            return m.access_pair::<UpdateCopy<U, false>>(Array::Pair(row), index, a, b);
        }
        let active = self.active;
        let inactive = m.not(active);
        let odd = m.when(active, |m| {
            let later = m.not(first);
            let copied =
                m.when(first, |m| m.access_pair::<CopyAndUpdate<U, true>>(Array::Pair(row), index, a, b));
            let updated =
                m.when(later, |m| m.access_pair::<UpdateCopy<U, true>>(Array::Pair(row), index, a, b));
            m.or(copied, updated)
        });
        let even = m.when(inactive, |m| {
            let later = m.not(first);
            let copied =
                m.when(first, |m| m.access_pair::<CopyAndUpdate<U, false>>(Array::Pair(row), index, a, b));
            let updated =
                m.when(later, |m| m.access_pair::<UpdateCopy<U, false>>(Array::Pair(row), index, a, b));
            m.or(copied, updated)
        });
        m.or(odd, even)
    }

    /// Notes that a report was made of a touched slot; gives whether one had been made of it before.
    #[inline(always)]
    pub fn note(&self, m: &mut M, slot: Touched<M>) -> M::Bit {
        let zero = m.lit(0);
        let one = m.lit(1);
        let before = m.access::<Put>(Array::Reported(slot.row), slot.index, one, zero);
        m.is(before, 1)
    }
}

#[inline(always)]
pub(crate) fn low_bit<M: Machine>(m: &mut M, word: M::Word) -> M::Bit {
    let one = m.lit(1);
    let bit = m.and(word, one);
    m.is(bit, 1)
}
