//! What a write-centric program keeps beside its flow's state: rows of slots, in two copies, that are replicated by snapshots.
//!
//! A count-min sketch is three rows of 64 words; [`Rows`] is that memory, [`NoStructure`] is for programs whose every change is
//! replicated at once. The type stands in [`Program::Structure`](crate::program::Program::Structure), and a flow slot holds one value of it.
//!
//! A **slot** of a snapshot is a column: the words that all rows have at one index.

use core::fmt::Debug;

use crate::machine::Array;
use crate::snapshot::{Control, Mark};
use crate::store::{Assembly, NoAssembly, Parts};

/// Most rows that a structure may have.
pub const ROWS_MAX: usize = 12;

/// Most slots that a row may have.
pub const SLOTS_MAX: usize = 1 << 12;

mod sealed {
    /// Only this crate says what a structure is.
    pub trait Sealed {}
}

/// The memory of a structure. [`Rows`] and [`NoStructure`] are all there are.
pub trait Structure: Debug + Send + 'static + sealed::Sealed {
    /// How many rows.
    const ROWS: usize;
    /// How many slots a row has: a power of two.
    const SLOTS: usize;
    /// All zero, and no snapshot.
    const EMPTY: Self;
    /// What the store keeps of it.
    type Assembly: Assembly;

    /// The cell that an array of one word a slot has for it.
    fn cell(&mut self, array: Array, slot: u32) -> Option<&mut u32>;
    /// The two copies of a slot of a row.
    fn pair(&mut self, row: usize, slot: usize) -> Option<&mut [u32; 2]>;
    /// What the reading of snapshots remembers, and of each slot how far it is.
    fn control(&mut self) -> Option<(&mut Control, &mut [Mark])>;
}

/// None: every change of state is replicated before a packet reveals it.
#[derive(Clone, Copy, Debug)]
pub struct NoStructure;

impl sealed::Sealed for NoStructure {}

impl Structure for NoStructure {
    const ROWS: usize = 0;
    const SLOTS: usize = 1;
    const EMPTY: Self = Self;
    type Assembly = NoAssembly;

    #[inline(always)]
    fn cell(&mut self, _array: Array, _slot: u32) -> Option<&mut u32> {
        None
    }

    #[inline(always)]
    fn pair(&mut self, _row: usize, _slot: usize) -> Option<&mut [u32; 2]> {
        None
    }

    #[inline(always)]
    fn control(&mut self) -> Option<(&mut Control, &mut [Mark])> {
        None
    }
}

/// `R` rows of `S` slots of a word each, in two copies: 16 bytes a word, and one a slot.
#[derive(Debug)]
pub struct Rows<const R: usize, const S: usize> {
    control: Control,
    last_updated: [[u32; S]; R],
    pairs: [[[u32; 2]; S]; R],
    reported: [[u32; S]; R],
    marks: [Mark; S],
}

impl<const R: usize, const S: usize> Rows<R, S> {
    const MASK: usize = {
        assert!(R >= 1 && R <= ROWS_MAX, "a structure has 1 to 12 rows");
        assert!(S.is_power_of_two() && S <= SLOTS_MAX, "the slots of a row are a power of two, 4096 at most");
        S - 1
    };
}

impl<const R: usize, const S: usize> sealed::Sealed for Rows<R, S> {}

impl<const R: usize, const S: usize> Structure for Rows<R, S> {
    const ROWS: usize = R;
    const SLOTS: usize = S;
    const EMPTY: Self = Self {
        control: Control::EMPTY,
        last_updated: [[0; S]; R],
        pairs: [[[0; 2]; S]; R],
        reported: [[0; S]; R],
        marks: [Mark::Done; S],
    };
    type Assembly = Columns<R, S>;

    #[inline(always)]
    fn cell(&mut self, array: Array, slot: u32) -> Option<&mut u32> {
        let slot = slot as usize & Self::MASK;
        match array {
            Array::Restored => Some(&mut self.control.restored),
            Array::Fresh => Some(&mut self.control.fresh),
            Array::Snapshot => Some(&mut self.control.number),
            Array::LastUpdated(row) => self.last_updated.get_mut(row as usize)?.get_mut(slot),
            Array::Reported(row) => self.reported.get_mut(row as usize)?.get_mut(slot),
            _ => None,
        }
    }

    #[inline(always)]
    fn pair(&mut self, row: usize, slot: usize) -> Option<&mut [u32; 2]> {
        self.pairs.get_mut(row)?.get_mut(slot & Self::MASK)
    }

    fn control(&mut self) -> Option<(&mut Control, &mut [Mark])> {
        Some((&mut self.control, &mut self.marks))
    }
}

/// What the store keeps of [`Rows`]: the last complete snapshot and the one that is coming in, slot by slot.
#[derive(Debug)]
pub struct Columns<const R: usize, const S: usize> {
    words: [[[u32; R]; S]; 2],
    received: [bool; S],
    head: crate::store::AssemblyHead,
}

impl<const R: usize, const S: usize> Assembly for Columns<R, S> {
    const EMPTY: Self =
        Self { words: [[[0; R]; S]; 2], received: [false; S], head: crate::store::AssemblyHead::EMPTY };

    fn parts(&mut self) -> Option<Parts<'_>> {
        let [even, odd] = &mut self.words;
        Some(Parts {
            rows: R,
            copies: [even.as_flattened_mut(), odd.as_flattened_mut()],
            received: &mut self.received,
            head: &mut self.head,
        })
    }
}
