//! RAM: register arrays, and the exact-match table of flows.

use super::Usage;
use crate::target::Target;

/// How many arrays an array of `cells` cells of `bits` bits has to be cut into so that each keeps within
/// [`crate::target::Stateful::ram_max`]: 1 as long as `cells` is at most [`Target::cells_max`].
///
/// The pieces stand in one stage and have a stateful ALU each; the high bits of the index pick one.
pub fn pieces(target: &Target, bits: u32, cells: u32) -> u32 {
    cells.div_ceil(target.cells_max(bits).max(1)).max(1)
}

/// A register array of `cells` cells of `bits` bits each, whatever its actions do: RAM, a stateful ALU, and the way of its index.
///
/// - RAM blocks: ⌈cells / (rows × cells a row)⌉, and a spare one. A Tofino's RAM has one port: a row is written back into the
///   spare block while another is being read, and map RAM remembers which is where.
/// - The index of an array of more than one cell goes over the crossbar into the hash matrix, which passes it through: as many
///   hash bits as it is wide.
///
/// An array that is too big for a stateful ALU is [cut into pieces](pieces), all counted here.
pub fn register(target: &Target, bits: u32, cells: u32) -> Usage {
    let pieces = pieces(target, bits, cells);
    let blocks = blocks(target, bits, cells.div_ceil(pieces)) + target.ram.spare;
    let index_bits = index_bits(cells);
    let one = Usage { sram: blocks, map_ram: blocks * target.ram.map_ram, salu: 1, ..Usage::NONE };
    let way = Usage { hash_bits: index_bits, crossbar_bytes: index_bits.div_ceil(8), ..Usage::NONE };
    one.times(pieces) + way
}

/// A table of counters in one stage: RAM as for an array, and a statistics ALU. 32 bits a counter.
pub fn counters(target: &Target, counters: u32) -> Usage {
    let blocks = blocks(target, 32, counters) + target.ram.spare;
    Usage { sram: blocks, map_ram: blocks * target.ram.map_ram, stats_alu: 1, ..Usage::NONE }
}

/// Blocks that hold `cells` cells of `bits` bits.
fn blocks(target: &Target, bits: u32, cells: u32) -> u32 {
    let a_row = (target.ram.bits / bits.max(1)).max(1);
    cells.div_ceil(target.ram.rows * a_row).max(1)
}

/// Bits of the number of one of `cells` cells; 0 for a single cell.
pub(super) fn index_bits(cells: u32) -> u32 {
    u32::BITS - cells.saturating_sub(1).leading_zeros()
}

/// How an exact-match table lies in RAM.
///
/// It is a hash table of several ways. A row of it is `width` blocks side by side and holds `pack` entries; a way is one or more
/// such rows of blocks. Of each entry is stored: the key without the *ghost bits* (as many bits as the row's number has need not
/// be stored, they follow from the row), the version (whether the entry is there), and the *overhead*: what the action is given,
/// and one bit that says which action it is, as the table's entries and its default differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowTable {
    /// Bits of an entry as stored.
    pub entry_bits: u32,
    /// Entries in a row.
    pub pack: u32,
    /// Blocks side by side.
    pub width: u32,
    /// Rows of blocks, all ways together.
    pub depth: u32,
    /// Entries in all: at least what was asked for.
    pub entries: u32,
}

impl FlowTable {
    /// The layout that takes the least RAM blocks and holds `entries` entries of a key of `key_bits`, each with `slot_bits` for
    /// the action. `None` if no layout is narrow enough.
    ///
    /// A row has room for `pack` entries if the bits suffice, the whole bytes of key suffice (a comparator compares bytes), the
    /// overhead suffices, and no block's row begins more than so many entries.
    ///
    /// A hash table does not fill up: with four ways and no entry moved, 90 % is what can be counted on. Who needs room for
    /// all flows for certain asks for more entries.
    pub fn best(target: &Target, key_bits: u32, slot_bits: u32, entries: u32) -> Option<Self> {
        let ram = target.ram;
        let ghost_bits = ram.rows.ilog2().min(key_bits);
        let overhead_bits = slot_bits + 1;
        let stored_key_bits = key_bits - ghost_bits;
        let entry_bits = stored_key_bits + ram.version_bits + overhead_bits;
        (1..=ram.pack_max)
            .map(|pack| {
                let widths = [
                    (pack * entry_bits).div_ceil(ram.bits),
                    (pack * stored_key_bits.div_ceil(8)).div_ceil((ram.bits / 8).max(1)),
                    (pack * overhead_bits).div_ceil(ram.overhead_bits_max),
                    pack.div_ceil(ram.pack_row_max),
                ];
                let width = widths.into_iter().max().unwrap_or(1);
                let depth = entries.div_ceil(pack * ram.rows).max(ram.ways);
                Self { entry_bits, pack, width, depth, entries: depth * pack * ram.rows }
            })
            .filter(|layout| layout.width <= ram.width_max)
            .min_by_key(|layout| (layout.blocks(), layout.width))
    }

    /// RAM blocks.
    pub fn blocks(&self) -> u32 {
        self.width * self.depth
    }

    /// How many stages it has to be spread over: 1 if it fits into one. Each part is a table of its own, in which the packet is
    /// looked up if the parts before it did not have the key.
    pub fn stages(&self, target: &Target) -> u32 {
        self.depth.div_ceil((target.stage.sram / self.width).max(1))
    }

    /// What the largest of `parts` parts takes. Each has as good as the same number of entries.
    ///
    /// Hash bits: each way has its own row number, and its own number of a row of blocks among the way's.
    pub fn part(&self, parts: u32, target: &Target, key_bits: u32) -> Usage {
        let depth = self.depth.div_ceil(parts.max(1));
        let ways = target.ram.ways.min(depth);
        let way_bits = target.ram.rows.ilog2() + index_bits(depth.div_ceil(ways));
        Usage {
            sram: depth * self.width,
            crossbar_bytes: key_bits.div_ceil(8),
            hash_bits: ways * way_bits,
            logical_tables: 1,
            vliw: 1,
            ..Usage::NONE
        }
    }
}

/// RAM blocks of a table that has no layout: more than there are anywhere, and sums of it are still numbers.
const NOWHERE: u32 = 1 << 20;

/// An exact-match table in as few RAM blocks as it can be: see [`FlowTable`]. All of it, even if that is more than a stage has, and
/// [`Usage::fits`] says so; [`FlowTable::part`] cuts it up. A key that is too wide for any layout takes more RAM than there is.
pub fn flow_table(target: &Target, key_bits: u32, slot_bits: u32, entries: u32) -> Usage {
    let layout = FlowTable::best(target, key_bits, slot_bits, entries);
    layout.map_or(Usage { sram: NOWHERE, ..Usage::NONE }, |layout| layout.part(1, target, key_bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{SMALL_FPGA, TOFINO1};

    #[test]
    fn array_of_65536_words_takes_16_blocks_and_a_spare_one() {
        let usage = register(&TOFINO1, 32, 65_536);
        assert_eq!((usage.sram, usage.map_ram, usage.salu), (17, 17, 1));
        assert_eq!((usage.hash_bits, usage.crossbar_bytes), (16, 2));
        assert_eq!(register(&TOFINO1, 8, 65_536).sram, 5, "sixteen cells a row");
        assert_eq!(register(&SMALL_FPGA, 32, 65_536).sram, 64, "two ports, no spare");
    }

    #[test]
    fn single_cell_needs_no_index() {
        let usage = register(&TOFINO1, 32, 1);
        assert_eq!((usage.sram, usage.hash_bits, usage.crossbar_bytes), (2, 0, 0));
    }

    #[test]
    fn array_of_100000_words_is_cut_in_two_within_a_stage() {
        assert_eq!(pieces(&TOFINO1, 32, TOFINO1.cells_max(32)), 1);
        assert_eq!(pieces(&TOFINO1, 32, 100_000), 2);
        let usage = register(&TOFINO1, 32, 100_000);
        assert_eq!((usage.sram, usage.salu, usage.hash_bits), (2 * (13 + 1), 2, 17));
        assert_eq!(usage.fits(&TOFINO1.stage), Ok(()));
    }

    #[test]
    fn flow_table_of_96_bits_with_a_word_for_the_slot_takes_64_blocks_and_56_hash_bits() {
        let layout = FlowTable::best(&TOFINO1, 96, 32, 65_536).unwrap();
        assert_eq!(layout.entry_bits, 86 + 4 + 33);
        assert_eq!((layout.pack, layout.width, layout.depth), (1, 1, 64));
        let usage = flow_table(&TOFINO1, 96, 32, 65_536);
        assert_eq!((usage.sram, usage.hash_bits, usage.crossbar_bytes), (64, 56, 12));
    }

    #[test]
    fn flow_table_with_as_many_bits_as_the_slot_needs_packs_eight_entries_into_seven_blocks() {
        let layout = FlowTable::best(&TOFINO1, 96, 16, 65_536).unwrap();
        assert_eq!((layout.pack, layout.width, layout.depth), (8, 7, 8));
        assert_eq!(layout.blocks(), 56);
    }

    #[test]
    fn narrow_key_is_packed_over_several_blocks() {
        // 32 + 16: 22 + 4 + 17 = 43 bits an entry: two in a row of one block, but three blocks hold eight.
        let layout = FlowTable::best(&TOFINO1, 32, 16, 65_536).unwrap();
        assert_eq!(layout.entry_bits, 43);
        assert_eq!((layout.pack, layout.width), (8, 3));
        assert!(layout.blocks() < 65_536 / 1024 / 2);
    }

    #[test]
    fn small_table_has_its_ways_all_the_same() {
        assert_eq!(flow_table(&TOFINO1, 96, 9, 512).sram, 4);
    }

    #[test]
    fn table_of_100000_flows_needs_two_stages() {
        let layout = FlowTable::best(&TOFINO1, 96, 17, 100_000).unwrap();
        assert_eq!(layout.blocks(), 84);
        assert!(flow_table(&TOFINO1, 96, 17, 100_000).fits(&TOFINO1.stage).is_err());
        assert_eq!(layout.stages(&TOFINO1), 2);
        let half = layout.part(2, &TOFINO1, 96);
        assert_eq!((half.sram, half.fits(&TOFINO1.stage)), (42, Ok(())));
    }

    #[test]
    fn key_too_wide_for_any_layout_fits_nowhere() {
        assert!(flow_table(&TOFINO1, 2000, 16, 512).fits(&TOFINO1.whole).is_err());
    }
}
