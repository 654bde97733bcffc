//! Register arrays and flow table: what stays when a packet has gone.

use redplane_core::machine::Array;
use redplane_core::memory::{WAYS, hash};

use super::code::ones;
use super::packet::Key;
use super::unfit::Unfit;
use crate::pipeline::{Pipeline, StageArray};

/// The cells of one array.
#[derive(Debug)]
struct Cells {
    array: StageArray,
    mask: u32,
    values: Vec<u32>,
    /// If the number of cells is a power of two, it less one; an index beyond the array wraps.
    wrap: Option<u32>,
}

/// What an entry of the flow table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Free,
    Taken(Key),
    /// The controller has taken the flow of this key out and waits for the packets that found it to have gone.
    Leaving(Key),
}

/// All that a pipeline remembers.
#[derive(Debug)]
pub(super) struct Memory {
    arrays: Vec<Cells>,
    entries: Vec<Entry>,
}

impl Memory {
    pub(super) fn new(pipeline: &Pipeline) -> Result<Self, Unfit> {
        if pipeline.flows == 0 || !(pipeline.flows as usize).is_multiple_of(WAYS) {
            return Err(Unfit::Flows(pipeline.flows));
        }
        let mut arrays = Vec::new();
        for array in &pipeline.arrays {
            let needed = if array.array.is_single() { 1 } else { pipeline.flows };
            if array.cells < needed {
                return Err(Unfit::ArrayCells(array.array));
            }
            arrays.push(Cells {
                array: array.array,
                mask: ones(array.bits),
                values: vec![0; array.cells as usize],
                wrap: array.cells.is_power_of_two().then(|| array.cells - 1),
            });
        }
        Ok(Self { arrays, entries: vec![Entry::Free; pipeline.flows as usize] })
    }

    /// The cell that an index names, and its value.
    #[inline]
    pub(super) fn read(&self, array: u16, index: u32) -> (u32, u32) {
        let cells = &self.arrays[array as usize];
        let cell = match cells.wrap {
            Some(mask) => index & mask,
            None => index % cells.values.len() as u32,
        };
        (cell, cells.values[cell as usize])
    }

    /// Puts a value into a cell, cut to the array's width.
    #[inline]
    pub(super) fn write(&mut self, array: u16, cell: u32, value: u32) {
        let cells = &mut self.arrays[array as usize];
        cells.values[cell as usize] = value & cells.mask;
    }

    fn find(&self, array: StageArray) -> Option<usize> {
        self.arrays.iter().position(|cells| cells.array == array)
    }

    /// A cell by the array's name; `None` if there is none.
    pub(super) fn cell(&self, array: StageArray, cell: u32) -> Option<u32> {
        self.arrays[self.find(array)?].values.get(cell as usize).copied()
    }

    /// A cell that the data plane keeps for a slot; 0 if it keeps none.
    pub(super) fn core_cell(&self, array: Array, slot: u32) -> u32 {
        self.cell(StageArray::Core(array), slot).unwrap_or(0)
    }

    /// Puts a value into a cell by the array's name; nothing happens if there is none.
    pub(super) fn put(&mut self, array: Array, slot: u32, value: u32) {
        if let Some(at) = self.find(StageArray::Core(array)) {
            self.write(at as u16, slot, value);
        }
    }

    /// The slots of a key's set: the low bits of the key's CRC name it, as core has it for a power of two.
    pub(super) fn set_of(&self, key: &[u32]) -> std::ops::Range<u32> {
        let sets = (self.entries.len() / WAYS) as u32;
        let first = hash(key) % sets * WAYS as u32;
        first..first + WAYS as u32
    }

    /// The slot of a flow that a packet finds.
    #[inline]
    pub(super) fn slot_of(&self, key: &[u32]) -> Option<u32> {
        self.set_of(key).find(|slot| match &self.entries[*slot as usize] {
            Entry::Taken(taken) => **taken == *key,
            Entry::Free | Entry::Leaving(_) => false,
        })
    }

    /// The flow that has a slot.
    pub(super) fn key_of(&self, slot: u32) -> Option<Key> {
        match self.entries.get(slot as usize) {
            Some(Entry::Taken(key)) => Some(*key),
            _ => None,
        }
    }

    /// Whether a slot has no flow.
    pub(super) fn is_free(&self, slot: u32) -> bool {
        self.entries[slot as usize] == Entry::Free
    }

    /// Packets find this flow in this slot from now on.
    pub(super) fn take(&mut self, slot: u32, key: Key) {
        self.entries[slot as usize] = Entry::Taken(key);
    }

    /// Packets do not find the slot's flow any more.
    pub(super) fn begin_leaving(&mut self, slot: u32) {
        if let Entry::Taken(key) = self.entries[slot as usize] {
            self.entries[slot as usize] = Entry::Leaving(key);
        }
    }

    /// The flow stays after all.
    pub(super) fn stay(&mut self, slot: u32) {
        if let Entry::Leaving(key) = self.entries[slot as usize] {
            self.entries[slot as usize] = Entry::Taken(key);
        }
    }
}
