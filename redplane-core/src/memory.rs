//! The switch's memory: flow table, register arrays and parameters over a [`Storage`].
//!
//! The flow table is set-associative: a key's CRC-32 names a set of four slots, and the slot's number is the index of all
//! register arrays. A slot takes 24 bytes beside its key and its state.

use crc::{Algorithm, CRC_32_AUTOSAR, CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_32_MEF, Crc, Table};

use crate::count::Event;
use crate::field::{PROGRAM_PARAMS, Param};
use crate::machine::{Array, Hash, REPORT_WORDS, Report};
use crate::native::NativeAlu;
use crate::program::{Program, Words};
use crate::registers::{SlotCells, is_reusable};
use crate::seq::Epoch;
use crate::storage::{Cells, Row, Storage};
use crate::structure::{ROWS_MAX, Structure};

/// Slots of a set.
pub const WAYS: usize = 4;

const fn table(algorithm: &'static Algorithm<u32>) -> [u32; 256] {
    let [table] = *Crc::<u32, Table<1>>::new(algorithm).table();
    table
}

static CRC32: [u32; 256] = table(&CRC_32_ISO_HDLC);
static CRC32C: [u32; 256] = table(&CRC_32_ISCSI);
static CRC32_MEF: [u32; 256] = table(&CRC_32_MEF);
static CRC32_AUTOSAR: [u32; 256] = table(&CRC_32_AUTOSAR);

/// The hash of a key: CRC-32 (ISO-HDLC) over its words in network byte order, the polynomial that switches have.
///
/// The flow table takes its low bits and the choice of the shard its high half, see [`shard_of`].
#[inline]
pub fn hash(key: &[u32]) -> u32 {
    crc(&CRC32, &CRC_32_ISO_HDLC, key)
}

/// A [`enum@Hash`] over words in network byte order: what [`crate::machine::Machine::hash`] gives.
#[inline]
pub fn hash_with(hash: Hash, words: &[u32]) -> u32 {
    match hash {
        Hash::Crc32 => crc(&CRC32, &CRC_32_ISO_HDLC, words),
        Hash::Crc32C => crc(&CRC32C, &CRC_32_ISCSI, words),
        Hash::Crc32Mef => crc(&CRC32_MEF, &CRC_32_MEF, words),
        Hash::Crc32Autosar => crc(&CRC32_AUTOSAR, &CRC_32_AUTOSAR, words),
    }
}

/// A reflected CRC.
#[inline(always)]
fn crc(table: &[u32; 256], algorithm: &Algorithm<u32>, words: &[u32]) -> u32 {
    let mut crc = algorithm.init;
    for word in words {
        // All four bytes go in at once, the first at the low end: fewer steps and fewer values at a time than byte by byte.
        crc ^= word.swap_bytes();
        for _ in 0..4 {
            #[allow(clippy::indexing_slicing)] // In bounds: a byte is below 256.
            let entry = table[crc as u8 as usize];
            crc = entry ^ crc >> 8;
        }
    }
    crc ^ algorithm.xorout
}

/// The shard that serves a key: the same at switch and store (RP-ST-8). `shards` is at least 1.
#[inline]
pub fn shard_of(key: &[u32], shards: u16) -> u16 {
    // The high half scaled to the number of shards: no division, and any number of shards.
    (((hash(key) >> 16) * shards as u32) >> 16) as u16
}

/// The message that a pass has for the store, from ingress over egress to the encoding. It waits in memory: on its way through the
/// program it would take registers from all the passes that send nothing.
#[derive(Debug)]
pub(crate) struct Outgoing<P: Program> {
    /// As on the wire.
    pub(crate) kind: u32,
    pub(crate) key: P::Key,
    pub(crate) state: P::State,
    pub(crate) epoch: u32,
    pub(crate) seq: u32,
    pub(crate) timestamp: u32,
    pub(crate) carry: bool,
    pub(crate) retransmission: bool,
}

impl<P: Program> Outgoing<P> {
    pub(crate) const NONE: Self = Self {
        kind: 0,
        key: P::Key::ZERO,
        state: P::State::ZERO,
        epoch: 0,
        seq: 0,
        timestamp: 0,
        carry: false,
        retransmission: false,
    };
}

/// The control plane's settings, in ticks where they are times. [`crate::switch::Config`] makes them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Params {
    pub(crate) switch_id: u32,
    pub(crate) incarnation: u32,
    pub(crate) lease_span: u32,
    pub(crate) period: u32,
    pub(crate) half_period: u32,
    pub(crate) resend_after: u32,
    pub(crate) resend_max: u32,
    pub(crate) silence_span: u32,
    pub(crate) open_span: u32,
    pub(crate) stale_span: u32,
    pub(crate) snapshot_every: u32,
    pub(crate) whole_every: u16,
    pub(crate) slots_per_message: u16,
    pub(crate) window: u32,
    pub(crate) program: [u32; PROGRAM_PARAMS],
}

impl Params {
    #[inline(always)]
    pub(crate) fn get(&self, param: Param) -> u32 {
        match param {
            Param::SwitchId => self.switch_id,
            Param::Incarnation => self.incarnation,
            Param::LeaseSpan => self.lease_span,
            Param::Period => self.period,
            Param::HalfPeriod => self.half_period,
            Param::ResendAfter => self.resend_after,
            Param::ResendMax => self.resend_max,
            Param::SilenceSpan => self.silence_span,
            Param::OpenSpan => self.open_span,
            Param::StaleSpan => self.stale_span,
            Param::Program(index) => self.program.get(index as usize).copied().unwrap_or(0),
        }
    }
}

/// Everything that a switch remembers.
#[derive(Debug)]
pub(crate) struct Memory<P: Program, S: Storage<P>> {
    pub(crate) silence: u32,
    pub(crate) storage: S,
    pub(crate) outgoing: Outgoing<P>,
    pub(crate) params: Params,
    /// What the pass has told the control plane.
    pub(crate) report: Option<(Report, [u32; REPORT_WORDS])>,
    /// What the reader's pass has read: the words of a slot, and whether it has changed.
    pub(crate) slot: [u32; ROWS_MAX],
    pub(crate) slot_unchanged: bool,
    /// The flow whose structure the control plane looks at next.
    pub(crate) snapshot_flow: u32,
}

impl<P: Program, S: Storage<P>> Memory<P, S> {
    pub(crate) const fn new(params: Params, storage: S) -> Self {
        Self {
            silence: 0,
            storage,
            outgoing: Outgoing::NONE,
            params,
            report: None,
            slot: [0; ROWS_MAX],
            slot_unchanged: false,
            snapshot_flow: 0,
        }
    }

    /// A row of the table.
    #[inline(always)]
    pub(crate) fn row(&mut self, index: u32) -> &mut Row<P> {
        self.storage.row(index)
    }

    /// The cell that an array has for a slot.
    #[inline(always)]
    pub(crate) fn cell(&mut self, array: Array, index: u32) -> Option<&mut u32> {
        if array == Array::Silence {
            return Some(&mut self.silence);
        }
        if let Array::LastUpdated(_) | Array::Reported(_) = array {
            let row = self.row(index >> P::Structure::SLOTS.trailing_zeros());
            return row.structure.cell(array, index);
        }
        let row = self.row(index);
        match array {
            Array::Epoch => Some(&mut row.cells.epoch),
            Array::Renounced => Some(&mut row.cells.renounced),
            Array::Deadline => Some(&mut row.cells.deadline),
            Array::Silence => None,
            Array::Seq => Some(&mut row.cells.seq),
            Array::Acked => Some(&mut row.cells.acked),
            Array::Asked => Some(&mut row.cells.asked),
            Array::State(word) => row.state.as_mut().get_mut(word as usize),
            Array::Restored | Array::Fresh | Array::Snapshot => row.structure.cell(array, 0),
            Array::LastUpdated(_) | Array::Pair(_) | Array::Reported(_) => None,
        }
    }

    /// The pair that an array has for a slot of a structure.
    #[inline(always)]
    pub(crate) fn pair(&mut self, array: Array, index: u32) -> Option<&mut [u32; 2]> {
        let Array::Pair(row) = array else { return None };
        let flow = self.row(index >> P::Structure::SLOTS.trailing_zeros());
        flow.structure.pair(row as usize, index as usize)
    }

    /// The first slot of a key's set.
    #[inline(always)]
    fn set_of(&self, key: &P::Key) -> u32 {
        ((hash(key.as_ref()) as usize & (self.storage.slots() / WAYS - 1)) * WAYS) as u32
    }

    /// The slot of a key.
    #[inline(always)]
    pub(crate) fn lookup(&mut self, key: &P::Key) -> Option<u32> {
        let first = self.set_of(key);
        for index in first..first + WAYS as u32 {
            let row = self.row(index);
            if row.key == *key && row.cells.epoch != Epoch::NONE.raw() {
                return Some(index);
            }
        }
        None
    }

    /// Gives a slot to a key that has none: a free one, else one that may be reused (RP-SW-9). Its registers are reset so that
    /// a grant of `epoch` is newer than what they hold.
    pub(crate) fn insert(&mut self, key: &P::Key, epoch: u32, now: u32) -> Option<u32> {
        let first = self.set_of(key);
        let period = self.params.period;
        let mut found = None;
        for index in first..first + WAYS as u32 {
            let cells = self.row(index).cells;
            if cells.epoch == Epoch::NONE.raw() {
                found = Some(index);
                break;
            }
            let cells = SlotCells {
                renounced: cells.renounced,
                deadline: cells.deadline,
                seq: cells.seq,
                acked: cells.acked,
                asked: cells.asked,
            };
            if found.is_none() && is_reusable(&mut NativeAlu, cells, now, period) {
                found = Some(index);
            }
        }
        let index = found?;
        let row = self.row(index);
        if row.cells.epoch != Epoch::NONE.raw() {
            self.storage.counters_mut().count(Event::SlotReused);
        }
        let past = now.wrapping_sub(self.params.open_span);
        let answered = now.wrapping_sub(period);
        *self.row(index) = Row {
            key: *key,
            cells: Cells {
                epoch: epoch.wrapping_sub(1),
                renounced: 0,
                deadline: past,
                seq: 0,
                acked: 0,
                asked: answered,
            },
            state: P::State::ZERO,
            structure: P::Structure::EMPTY,
        };
        Some(index)
    }

    /// Gives a free slot to a key that has none, for good: without leases nothing says when a slot may be reused. False if its
    /// set is full.
    pub(crate) fn insert_for_good(&mut self, key: &P::Key, state: &P::State) -> bool {
        let first = self.set_of(key);
        for index in first..first + WAYS as u32 {
            let row = self.row(index);
            if row.cells.epoch == Epoch::NONE.raw() {
                row.key = *key;
                row.state = *state;
                row.cells.epoch = Epoch::NONE.successor().raw();
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_the_crc_of_the_bytes_in_network_order() {
        let reference = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);
        for key in
            [&[][..], &[0u32], &[0x3132_3334, 0x3536_3738], &[17, 0x0a00_0001, 0xc633_6401, 0x1388_0035]]
        {
            let mut digest = reference.digest();
            key.iter().for_each(|word| digest.update(&word.to_be_bytes()));
            assert_eq!(hash(key), digest.finalize(), "{key:?}");
        }
    }

    #[test]
    fn every_hash_is_the_crc_of_its_name() {
        let words = [0x3132_3334, 0x3536_3738, 17];
        for (named, algorithm) in [
            (Hash::Crc32, &CRC_32_ISO_HDLC),
            (Hash::Crc32C, &CRC_32_ISCSI),
            (Hash::Crc32Mef, &CRC_32_MEF),
            (Hash::Crc32Autosar, &CRC_32_AUTOSAR),
        ] {
            assert!(algorithm.refin && algorithm.refout, "the loop is that of a reflected one");
            let reference = Crc::<u32, Table<1>>::new(algorithm);
            let mut digest = reference.digest();
            words.iter().for_each(|word| digest.update(&u32::to_be_bytes(*word)));
            assert_eq!(hash_with(named, &words), digest.finalize(), "{named:?}");
        }
    }
}
