//! Where a switch's flow slots, mirrored copies and counters lie: in the switch itself, or in memory that the caller lends.
//!
//! [`Owned`] has its sizes in its type, so that a switch is one value and a slot's address is computed with constants. [`Lent`] takes
//! slices: firmware puts flow slots into its fast memory and copies into its slow one, and a C caller says at start how many of each
//! it has room for.

use crate::count::Counters;
use crate::memory::WAYS;
use crate::mirror::{Copy as MirrorCopy, LentMirror, Mirror};
use crate::program::{Program, Words};
use crate::structure::Structure;

/// Bytes that a flow slot takes beside its key and its state.
pub const SLOT_BYTES: usize = size_of::<Cells>();

const _: () = assert!(SLOT_BYTES <= 24);

/// The register cells of a slot, one per array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    pub(crate) epoch: u32,
    pub(crate) renounced: u32,
    pub(crate) deadline: u32,
    pub(crate) seq: u32,
    pub(crate) acked: u32,
    pub(crate) asked: u32,
}

/// A slot: its key, its cells and the program's state. One array of slots keeps what a packet needs together; the arrays of
/// [`crate::machine::Array`] are its columns.
#[derive(Debug)]
pub struct Row<P: Program> {
    pub(crate) key: P::Key,
    pub(crate) cells: Cells,
    pub(crate) state: P::State,
    pub(crate) structure: P::Structure,
}

impl<P: Program> Row<P> {
    /// A slot that was never used: what a static array of slots is filled with.
    pub const EMPTY: Self = Self {
        key: P::Key::ZERO,
        cells: Cells { epoch: 0, renounced: 0, deadline: 0, seq: 0, acked: 0, asked: 0 },
        state: P::State::ZERO,
        structure: P::Structure::EMPTY,
    };
}

mod sealed {
    /// Only this crate says what a storage is.
    pub trait Sealed {}
}

/// Flow slots, mirrored copies and counters of a switch for program `P`. [`Owned`] and [`Lent`] are all there are.
pub trait Storage<P: Program>: sealed::Sealed {
    /// Number of flow slots: a power of two, [`WAYS`] at least.
    fn slots(&self) -> usize;
    /// A flow slot. No pass has an index beyond the table; it would get some cell or other, and never a panic.
    fn row(&mut self, index: u32) -> &mut Row<P>;
    /// Number of copies in the mirror queue.
    fn copies(&self) -> usize;
    /// Whether the mirror queue takes another copy (RP-SW-4).
    fn has_room(&self) -> bool;
    /// Takes a copy in; false, and it is lost, if there was no room.
    #[must_use]
    fn push(&mut self, copy: MirrorCopy<P>) -> bool;
    /// The oldest copy comes around.
    fn pop(&mut self) -> Option<MirrorCopy<P>>;
    /// What is counted.
    fn counters(&self) -> &Counters;
    /// What is counted, to count.
    fn counters_mut(&mut self) -> &mut Counters;
}

/// `N` flow slots (a power of two, at least [`WAYS`]) and `Q` mirrored copies, by value.
#[derive(Debug)]
pub struct Owned<P: Program, const N: usize, const Q: usize> {
    rows: [Row<P>; N],
    mirror: Mirror<P, Q>,
    counters: Counters,
}

impl<P: Program, const N: usize, const Q: usize> Owned<P, N, Q> {
    const MASK: usize = {
        assert!(N.is_power_of_two() && N >= WAYS, "the number of flow slots is a power of two, 4 at least");
        N - 1
    };

    /// Nothing in it.
    pub const fn new() -> Self {
        Self { rows: [Row::EMPTY; N], mirror: Mirror::new(), counters: Counters::new() }
    }
}

impl<P: Program, const N: usize, const Q: usize> Default for Owned<P, N, Q> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Program, const N: usize, const Q: usize> sealed::Sealed for Owned<P, N, Q> {}

impl<P: Program, const N: usize, const Q: usize> Storage<P> for Owned<P, N, Q> {
    #[inline(always)]
    fn slots(&self) -> usize {
        Self::MASK + 1
    }

    #[inline(always)]
    fn row(&mut self, index: u32) -> &mut Row<P> {
        #[allow(clippy::indexing_slicing)]
        // In bounds: N is a power of two (MASK asserts it), so the mask is below N.
        &mut self.rows[index as usize & Self::MASK]
    }

    #[inline(always)]
    fn copies(&self) -> usize {
        self.mirror.len()
    }

    #[inline(always)]
    fn has_room(&self) -> bool {
        self.mirror.has_room()
    }

    #[inline(always)]
    fn push(&mut self, copy: MirrorCopy<P>) -> bool {
        self.mirror.push(copy)
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<MirrorCopy<P>> {
        self.mirror.pop()
    }

    #[inline(always)]
    fn counters(&self) -> &Counters {
        &self.counters
    }

    #[inline(always)]
    fn counters_mut(&mut self) -> &mut Counters {
        &mut self.counters
    }
}

/// Why memory that was lent is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TooSmall {
    /// Fewer than [`WAYS`] flow slots.
    Slots,
    /// No room for a single mirrored copy: no write could ever begin (RP-SW-4).
    Copies,
}

/// Flow slots, mirrored copies and counters in memory that somebody else owns.
#[derive(Debug)]
pub struct Lent<'m, P: Program> {
    rows: &'m mut [Row<P>],
    /// In the place of a row that is not there. A panic is no way to say so: firmware has none.
    nowhere: Row<P>,
    mirror: LentMirror<'m, P>,
    counters: &'m mut Counters,
}

impl<'m, P: Program> Lent<'m, P> {
    /// Empties the memory and uses it: as many of the slots as the largest power of two, and all copies.
    ///
    /// # Errors
    /// There is less than a switch can work with.
    pub fn new(
        rows: &'m mut [Row<P>],
        copies: &'m mut [Option<MirrorCopy<P>>],
        counters: &'m mut Counters,
    ) -> Result<Self, TooSmall> {
        if rows.len() < WAYS {
            return Err(TooSmall::Slots);
        }
        if copies.is_empty() {
            return Err(TooSmall::Copies);
        }
        let slots = 1usize << rows.len().ilog2();
        let (rows, _) = rows.split_at_mut_checked(slots).ok_or(TooSmall::Slots)?;
        rows.fill_with(|| Row::EMPTY);
        *counters = Counters::new();
        Ok(Self { rows, nowhere: Row::EMPTY, mirror: LentMirror::new(copies), counters })
    }
}

impl<P: Program> sealed::Sealed for Lent<'_, P> {}

impl<P: Program> Storage<P> for Lent<'_, P> {
    #[inline(always)]
    fn slots(&self) -> usize {
        self.rows.len()
    }

    #[inline(always)]
    fn row(&mut self, index: u32) -> &mut Row<P> {
        self.rows.get_mut(index as usize).unwrap_or(&mut self.nowhere)
    }

    #[inline(always)]
    fn copies(&self) -> usize {
        self.mirror.len()
    }

    #[inline(always)]
    fn has_room(&self) -> bool {
        self.mirror.has_room()
    }

    #[inline(always)]
    fn push(&mut self, copy: MirrorCopy<P>) -> bool {
        self.mirror.push(copy)
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<MirrorCopy<P>> {
        self.mirror.pop()
    }

    #[inline(always)]
    fn counters(&self) -> &Counters {
        self.counters
    }

    #[inline(always)]
    fn counters_mut(&mut self) -> &mut Counters {
        self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;
    use crate::program::{Schema, StateArrays, WhenSilent, WhenStale};
    use crate::structure::NoStructure;
    use crate::wire::Kind;

    #[derive(Debug)]
    struct Nothing;

    impl Program for Nothing {
        const SCHEMA: Schema = Schema {
            id: 9,
            name: "nothing",
            when_silent: WhenSilent::FailClosed,
            when_stale: WhenStale::KeepGoing,
        };
        type Key = [u32; 1];
        type State = [u32; 1];
        type Structure = NoStructure;

        fn key<M: Machine>(m: &mut M) -> M::Bit {
            m.bit(false)
        }

        fn writes<M: Machine>(m: &mut M) -> M::Bit {
            m.bit(false)
        }

        fn apply<M: Machine>(_m: &mut M, _state: StateArrays<M>) {}
    }

    fn copy(seq: u32) -> MirrorCopy<Nothing> {
        MirrorCopy { kind: Kind::Write, key: [1], state: [2], epoch: 3, seq, due: 4, wait: 5 }
    }

    #[test]
    fn lent_memory_too_small_is_refused() {
        let mut counters = Counters::new();
        let (mut rows, mut copies) = ([const { Row::<Nothing>::EMPTY }; 3], [const { None }; 1]);
        assert_eq!(Lent::new(&mut rows, &mut copies, &mut counters).err(), Some(TooSmall::Slots));
        let mut rows = [const { Row::<Nothing>::EMPTY }; 4];
        assert_eq!(Lent::new(&mut rows, &mut [], &mut counters).err(), Some(TooSmall::Copies));
    }

    #[test]
    fn lent_rows_are_cut_to_a_power_of_two_and_emptied() {
        let mut counters = Counters::new();
        counters.ignore(crate::count::Reason::Malformed);
        let mut rows = [const { Row::<Nothing>::EMPTY }; 13];
        rows[0].key = [77];
        let mut copies = [Some(copy(9))];
        let mut lent = Lent::new(&mut rows, &mut copies, &mut counters).unwrap();
        assert_eq!((lent.slots(), lent.copies(), lent.row(0).key), (8, 0, [0]));
        assert_eq!(lent.counters().reason(crate::count::Reason::Malformed), 0);
        lent.row(7).key = [5];
        lent.row(8).key = [6];
        assert_eq!((lent.row(7).key, lent.row(0).key), ([5], [0]), "what is beyond the table is not in it");
    }

    #[test]
    fn lent_mirror_keeps_the_order_around_its_end() {
        let mut counters = Counters::new();
        let (mut rows, mut copies) = ([const { Row::<Nothing>::EMPTY }; 4], [const { None }; 3]);
        let mut lent = Lent::new(&mut rows, &mut copies, &mut counters).unwrap();
        let (mut next_in, mut next_out) = (0, 0);
        for _ in 0..5 {
            while lent.has_room() {
                assert!(lent.push(copy(next_in)));
                next_in += 1;
            }
            assert!(!lent.push(copy(99)), "a copy too many is not taken");
            assert_eq!(lent.copies(), 3);
            for _ in 0..2 {
                assert_eq!(lent.pop().map(|copy| copy.seq), Some(next_out));
                next_out += 1;
            }
        }
        assert_eq!(lent.pop().map(|copy| copy.seq), Some(next_out));
        assert!(lent.pop().is_none());
    }
}
