//! Machines that a program is placed on: how many stages, and what each stage can hold and do.
//!
//! Numbers of the Tofino are facts of the open-source compiler `p4lang/p4c`, `backends/tofino/bf-p4c` (release 1.2.5.10); a comment
//! beside each names the file there. That compiler prints the sums of a whole pipe, 12 stages: 1,536 bytes of exact-match
//! crossbar, 4,992 hash bits, 192 gateways, 960 RAM blocks, 576 map RAMs, 288 ternary blocks, 384 instruction words, 48 stateful ALUs,
//! 192 logical tables; a test holds ours against them.
//!
//! The second machine is ours to design: a match-action pipeline in the fabric of a mid-size FPGA. What is a property of the chip
//! has the data sheet as its source, what is a decision says so.

use crate::usage::Usage;

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name in reports.
    pub name: &'static str,
    /// How many stages a pass goes through in each direction.
    pub stages: u32,
    /// Whether ingress stage *n* and egress stage *n* are the same hardware and share its resources.
    pub shared_stages: bool,
    /// What one stage has.
    pub stage: Usage,
    /// What all stages have together.
    pub whole: Usage,
    /// What a RAM block is and how tables are laid out in RAM blocks.
    pub ram: Ram,
    /// What a stateful ALU does.
    pub stateful: Stateful,
    /// What a gateway does.
    pub gateway: Gateway,
    /// The containers of the packet header vector, shared by both directions.
    pub containers: &'static [Containers],
    /// Widest key of an exact-match table, bits.
    pub key_bits_max: u32,
    /// Most bits that an entry of a table can give to its action.
    pub action_data_bits_max: u32,
    /// As many of these as stand with the entry; more take a RAM block of their own.
    pub immediate_bits_max: u32,
}

impl Target {
    /// Bits of the packet header vector.
    pub fn vector_bits(&self) -> u32 {
        self.containers.iter().map(|size| size.bits * size.count).sum()
    }

    /// Most cells of `bits` that one register array can have here; 0 if a cell cannot be that wide.
    pub fn cells_max(&self, bits: u32) -> u32 {
        if bits == 0 || bits > self.stateful.cell_bits_max {
            return 0;
        }
        self.stateful.ram_max.saturating_sub(self.ram.spare) * self.ram.rows * (self.ram.bits / bits)
    }
}

/// RAM blocks, and tables made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ram {
    /// Rows of a block.
    pub rows: u32,
    /// Bits of a row.
    pub bits: u32,
    /// Blocks that each array or table of counters takes on top of what holds its cells, to write back into while it is read.
    pub spare: u32,
    /// Map RAMs for each block of an array or a table of counters.
    pub map_ram: u32,
    /// Fewest ways of a hash table.
    pub ways: u32,
    /// Most blocks side by side that hold an entry's row.
    pub width_max: u32,
    /// Most entries in the rows of blocks side by side.
    pub pack_max: u32,
    /// Most entries of which a part begins in one block's row.
    pub pack_row_max: u32,
    /// Bits of an entry that say whether it is there.
    pub version_bits: u32,
    /// Most bits of a row that are not key.
    pub overhead_bits_max: u32,
    /// Bits of the hash that pick a block among the blocks of a way, for all ways of a search together.
    pub select_bits: u32,
}

/// A stateful ALU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stateful {
    /// Different actions on one array.
    pub actions_max: u32,
    /// Conditions of an action.
    pub conditions_max: u32,
    /// Operands that an action takes from the packet.
    pub operands_max: u32,
    /// Results that it gives.
    pub outputs_max: u32,
    /// Widest cell, bits, of an array with one value a cell.
    pub cell_bits_max: u32,
    /// Smallest and largest constant of an instruction; what is outside is an operand or takes a place among the next.
    pub constants: (i32, i32),
    /// How many constants outside that range an array's actions may have.
    pub big_constants_max: u32,
    /// Most RAM blocks of one array, the spare one included.
    pub ram_max: u32,
}

/// A gateway: rows of a small ternary table over what it is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Bytes of the vector that it sees as they are; as many again can be compared with them bit by bit.
    pub bytes: u32,
    /// Bits that it sees through the hash matrix beside those.
    pub hash_bits: u32,
    /// Rows.
    pub rows: u32,
}

impl Gateway {
    /// Bits of input in all.
    pub const fn input_bits(&self) -> u32 {
        self.bytes * 8 + self.hash_bits
    }
}

/// Containers of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Containers {
    /// Width in bits.
    pub bits: u32,
    /// How many.
    pub count: u32,
}

const TOFINO_STAGE: Usage = Usage {
    // mau/memories.h: SRAM_ROWS 8 × SRAM_COLUMNS 10.
    sram: 80,
    // mau/memories.h: SRAM_ROWS 8 × MAPRAM_COLUMNS 6.
    map_ram: 48,
    // mau/mau_spec.cpp: 12 rows × 2 columns, each 512 × 44 bits.
    tcam: 24,
    // mau/memories.h: METER_ALUS; a stateful ALU is a mode of a meter ALU.
    salu: 4,
    // mau/mau_spec.cpp, TofinoIMemSpec::rows. A row is a very long instruction word with an operation for each container, so an
    // action takes one however much it moves. A row has two colours: two actions that write different containers may share it.
    vliw: 32,
    // mau/mau_spec.cpp: exactGroups 8 × exactBytesPerGroup 16.
    crossbar_bytes: 128,
    // mau/mau_spec.cpp: hashGroups 8 × maxHashBits 52.
    hash_bits: 416,
    // mau/memories.h: SRAM_ROWS 8 × GATEWAYS_PER_ROW 2.
    gateways: 16,
    // mau/memories.h: LOGICAL_TABLES; device.h: getNumLogTablesPerStage.
    logical_tables: 16,
    // mau/memories.h: STATS_ALUS.
    stats_alu: 4,
};

/// Intel Tofino (the first), one pipe. Both directions share the twelve stages.
pub const TOFINO1: Target = Target {
    name: "Tofino 1",
    // device.h, TofinoDevice: getNumStages, getThreadsSharePipe.
    stages: 12,
    shared_stages: true,
    stage: TOFINO_STAGE,
    whole: TOFINO_STAGE.times(12),
    ram: Ram {
        // mau/memories.h: SRAM_DEPTH; mau/table_format.h: SINGLE_RAM_BITS.
        rows: 1024,
        bits: 128,
        // mau/resource_estimate.cpp, calculate_attached_rams: "spare bank", and as many map RAMs as blocks.
        spare: 1,
        map_ram: 1,
        // mau/resource_estimate.cpp, calculate_way_sizes: four independent ways fill to 90 % without moving entries.
        ways: 4,
        // mau/table_layout.cpp, setup_exact_match: a row of entries is at most SRAM_ROWS blocks wide.
        width_max: 8,
        // device.h: getSramMaxPackEntries, getSramMaxPackEntriesPerRow.
        pack_max: 9,
        pack_row_max: 5,
        // mau/table_format.h: VERSION_BITS, OVERHEAD_BITS.
        version_bits: 4,
        overhead_bits_max: 64,
        // mau/mau_spec.cpp: hashSingleBits, the top 12 of a search's 52 hash bits.
        select_bits: 12,
    },
    stateful: Stateful {
        // mau/stateful_alu.cpp, TofinoDevice::getStatefulAluSpec: MaxInstructions.
        actions_max: 4,
        // The same: CmpUnits "lo" and "hi".
        conditions_max: 2,
        // Two of MaxPhvInputWidth 32 bits.
        operands_max: 2,
        // OutputWords.
        outputs_max: 1,
        // MaxSize. MaxDualSize is 64: a pair of 32-bit values, which no program here uses.
        cell_bits_max: 32,
        // MinInstructionConstValue and MaxInstructionConstValue.
        constants: (-8, 7),
        // MaxRegfileRows.
        big_constants_max: 4,
        // mau/resource_estimate.cpp, options_to_dleft_entries: an array stays within one half of a stage, 23 blocks and the spare
        // one. It is why 98,304 cells of 32 bits (24 and 1) were refused.
        ram_max: 24,
    },
    gateway: Gateway {
        // mau/gateway.cpp, TofinoDevice::getGatewaySpec: PhvBytes (XorByteSlots for the other side), HashBits, MaxRows.
        bytes: 4,
        hash_bits: 12,
        rows: 4,
    },
    // specs/phv_spec.cpp, TofinoPhvSpec: 4, 6 and 4 groups of 16. Tagalong containers, which no stage can reach, are not counted.
    containers: &[
        Containers { bits: 8, count: 64 },
        Containers { bits: 16, count: 96 },
        Containers { bits: 32, count: 64 },
    ],
    // The whole exact-match crossbar of a stage.
    key_bits_max: 128 * 8,
    // mau/resource_estimate.cpp, ActionDataHuffmanVPNBits: widest entry of an action data table.
    action_data_bits_max: 1024,
    // mau/action_format.h, RandomNumber: 32 immediate bits a logical table.
    immediate_bits_max: 32,
};

const SMALL_FPGA_STAGE: Usage = Usage {
    // All of the chip's block RAM less 45 for packet and mirror queues. A block belongs to no stage until the program is placed.
    sram: 400,
    // Block RAM has two ports: it is read and written in the same cycle.
    map_ram: 0,
    // A decision: ternary memory costs a flip-flop pair a bit in fabric, and nothing here needs it.
    tcam: 0,
    // A decision, for timing closure: one 32-bit read-modify-write loop a stage.
    salu: 1,
    // A decision: 16 × 32 moves of 32 bits, each an adder and a multiplexer of some 64 LUTs, are 32,768 of the chip's 203,800 LUTs.
    vliw: 32,
    // The vector is wired to every stage: as many bytes as it has.
    crossbar_bytes: 512,
    // A decision: two CRC-32 of the key a stage, one a way.
    hash_bits: 64,
    // A decision: 16 conditions of 64 bits, some 20 LUTs each.
    gateways: 16,
    // What gateways can guard.
    logical_tables: 16,
    // A decision: counters are adders in front of block RAM.
    stats_alu: 4,
};

/// A modest match-action pipeline in the fabric of an AMD Kintex-7 325T (445 block RAMs of 36 Kbit, 203,800 LUTs: data sheet DS180),
/// a mid-size chip that network cards of several makers carry. Directions have stages of their own.
pub const SMALL_FPGA: Target = Target {
    name: "small FPGA",
    // A decision: a pipeline as long as the longest program here needs with one array a stage.
    stages: 16,
    shared_stages: false,
    stage: SMALL_FPGA_STAGE,
    whole: Usage { sram: 400, ..SMALL_FPGA_STAGE.times(32) },
    ram: Ram {
        // User guide UG473: a 36-Kbit block as 1,024 × 36 bits, with a port to read and one to write. 32 of the 36 bits are used by cells.
        rows: 1024,
        bits: 36,
        spare: 0,
        map_ram: 0,
        // A decision: two ways and a small stash, as in cuckoo tables in fabric.
        ways: 2,
        // A decision: up to 512 bits are compared at once in a way.
        width_max: 15,
        pack_max: 4,
        pack_row_max: 4,
        // One valid bit.
        version_bits: 1,
        overhead_bits_max: 36,
        // Each way has a CRC-32 of its own: 10 bits for the row, 22 for the block.
        select_bits: 44,
    },
    stateful: Stateful {
        // Decisions, the same as the Tofino's so that one program suits both, but for constants: a LUT is one.
        actions_max: 4,
        conditions_max: 2,
        operands_max: 2,
        outputs_max: 1,
        cell_bits_max: 32,
        constants: (i32::MIN, i32::MAX),
        big_constants_max: 0,
        ram_max: 400,
    },
    // A decision: two words a condition, and six levels of logic behind them.
    gateway: Gateway { bytes: 8, hash_bits: 0, rows: 8 },
    // A decision: 512 bytes of registers a stage, 16 × 4,096 of the chip's 407,600 flip-flops are 16 %.
    containers: &[Containers { bits: 32, count: 128 }],
    // Ten words of key, the most that a schema may have.
    key_bits_max: 320,
    action_data_bits_max: 256,
    // Values of the control plane are flip-flops.
    immediate_bits_max: 256,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tofino_sums_are_those_that_the_compiler_prints() {
        let printed = Usage {
            crossbar_bytes: 1536,
            hash_bits: 4992,
            gateways: 192,
            sram: 960,
            map_ram: 576,
            tcam: 288,
            vliw: 384,
            salu: 48,
            logical_tables: 192,
            // Not among the rows that were read off.
            stats_alu: 48,
        };
        assert_eq!(TOFINO1.whole, printed);
        assert_eq!(TOFINO1.vector_bits(), 64 * 8 + 96 * 16 + 64 * 32);
        assert_eq!(TOFINO1.gateway.input_bits(), 44);
    }

    #[test]
    fn tofino_array_of_98304_words_is_too_big_and_of_65536_is_not() {
        assert!(TOFINO1.cells_max(32) >= 65_536);
        assert!(TOFINO1.cells_max(32) < 98_304);
        assert_eq!(TOFINO1.cells_max(32), 94_208);
        assert_eq!(TOFINO1.cells_max(64), 0, "pairs are not modelled");
    }

    #[test]
    fn fpga_stage_has_as_much_ram_as_the_whole_chip() {
        assert_eq!(SMALL_FPGA.stage.sram, SMALL_FPGA.whole.sram);
        assert_eq!(SMALL_FPGA.cells_max(32), 400 * 1024);
    }
}
