//! What a program takes of a target: RAM, ALUs, gateways and the wires between them.
//!
//! A [`Usage`] is a vector of amounts: what a unit needs, what a stage has. [`Usage::fits`] compares the two and names what
//! is short. [`stage`] says what the units of a stage take, [`unit()`] what one takes alone; [`register`], [`flow_table`],
//! [`gateway()`], [`assign`] and [`count`] are their parts.
//!
//! It is a model: made from what the open-source Tofino compiler says of its own choices, and held against programs that went
//! through it. What a compiler really takes for a program is known when it has compiled it. The tests in `known` say how far
//! off the model was.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

mod gateway;
mod memory;
mod unit;

#[cfg(test)]
mod known;
#[cfg(test)]
pub(crate) mod testing;

pub use gateway::gateway;
pub use memory::{FlowTable, counters, flow_table, pieces, register};
pub use unit::{Ctx, action_data_bits, assign, count, mend, stage, stage_with_tables, unit};

/// Amounts of each resource of a match-action stage. What each means on a machine is said where its [`crate::target::Target`]
/// is defined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// RAM blocks.
    pub sram: u32,
    /// Small RAMs beside the RAM blocks of arrays and counters, which take a write while a row is being read.
    pub map_ram: u32,
    /// Blocks of ternary memory.
    pub tcam: u32,
    /// Stateful ALUs.
    pub salu: u32,
    /// Words of instruction memory: one an action, whatever it does.
    pub vliw: u32,
    /// Bytes of the packet header vector that are brought to exact-match tables, hashes, gateways and stateful ALUs.
    pub crossbar_bytes: u32,
    /// Columns of the hash matrix.
    pub hash_bits: u32,
    /// Units that evaluate a condition.
    pub gateways: u32,
    /// Tables, keyless ones that only hold an action included.
    pub logical_tables: u32,
    /// ALUs that count.
    pub stats_alu: u32,
}

/// A resource's name and how to get at its amount.
type Kind = (&'static str, fn(&Usage) -> u32);

impl Usage {
    /// Nothing.
    pub const NONE: Self = Self {
        sram: 0,
        map_ram: 0,
        tcam: 0,
        salu: 0,
        vliw: 0,
        crossbar_bytes: 0,
        hash_bits: 0,
        gateways: 0,
        logical_tables: 0,
        stats_alu: 0,
    };

    /// All resources by name, in the order of reports.
    pub const KINDS: [Kind; 10] = [
        ("match crossbar (bytes)", |usage| usage.crossbar_bytes),
        ("hash bits", |usage| usage.hash_bits),
        ("gateways", |usage| usage.gateways),
        ("SRAM blocks", |usage| usage.sram),
        ("map RAM", |usage| usage.map_ram),
        ("TCAM blocks", |usage| usage.tcam),
        ("VLIW words", |usage| usage.vliw),
        ("stateful ALUs", |usage| usage.salu),
        ("statistics ALUs", |usage| usage.stats_alu),
        ("logical tables", |usage| usage.logical_tables),
    ];

    /// `count` times as much.
    pub const fn times(self, count: u32) -> Self {
        Self {
            sram: self.sram * count,
            map_ram: self.map_ram * count,
            tcam: self.tcam * count,
            salu: self.salu * count,
            vliw: self.vliw * count,
            crossbar_bytes: self.crossbar_bytes * count,
            hash_bits: self.hash_bits * count,
            gateways: self.gateways * count,
            logical_tables: self.logical_tables * count,
            stats_alu: self.stats_alu * count,
        }
    }

    /// Whether there is enough of everything.
    ///
    /// # Errors
    ///
    /// The first resource, in the order of [`Usage::KINDS`], that is short.
    pub fn fits(&self, capacity: &Self) -> Result<(), Shortage> {
        self.shortages(capacity).next().map_or(Ok(()), Err)
    }

    /// All resources that are short.
    pub fn shortages(&self, capacity: &Self) -> impl Iterator<Item = Shortage> {
        Self::KINDS.iter().filter_map(|(what, amount)| {
            let (needed, has) = (amount(self), amount(capacity));
            (needed > has).then_some(Shortage { what, needed, has })
        })
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            sram: self.sram + other.sram,
            map_ram: self.map_ram + other.map_ram,
            tcam: self.tcam + other.tcam,
            salu: self.salu + other.salu,
            vliw: self.vliw + other.vliw,
            crossbar_bytes: self.crossbar_bytes + other.crossbar_bytes,
            hash_bits: self.hash_bits + other.hash_bits,
            gateways: self.gateways + other.gateways,
            logical_tables: self.logical_tables + other.logical_tables,
            stats_alu: self.stats_alu + other.stats_alu,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::NONE, Add::add)
    }
}

/// A resource of which there is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Its name, as in [`Usage::KINDS`].
    pub what: &'static str,
    /// How much is needed.
    pub needed: u32,
    /// How much there is.
    pub has: u32,
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} needed, {} there", self.what, self.needed, self.has)
    }
}

impl std::error::Error for Shortage {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_within_capacity_fits() {
        let one = Usage { sram: 17, salu: 1, ..Usage::NONE };
        let capacity = Usage { sram: 34, salu: 2, ..Usage::NONE };
        assert_eq!((one + one).fits(&capacity), Ok(()));
        assert_eq!([one; 2].into_iter().sum::<Usage>(), one.times(2));
    }

    #[test]
    fn two_resources_short_are_both_named_and_the_first_is_the_error() {
        let need = Usage { sram: 3, gateways: 2, ..Usage::NONE };
        let capacity = Usage { sram: 2, gateways: 1, ..Usage::NONE };
        let first = Shortage { what: "gateways", needed: 2, has: 1 };
        assert_eq!(need.fits(&capacity), Err(first));
        assert_eq!(first.to_string(), "gateways: 2 needed, 1 there");
        assert_eq!(need.shortages(&capacity).count(), 2);
    }

    #[test]
    fn every_resource_has_one_kind() {
        let all = Usage::KINDS.map(|(_, amount)| {
            let one = Usage {
                sram: 1,
                map_ram: 2,
                tcam: 4,
                salu: 8,
                vliw: 16,
                crossbar_bytes: 32,
                hash_bits: 64,
                gateways: 128,
                logical_tables: 256,
                stats_alu: 512,
            };
            amount(&one)
        });
        assert_eq!(all.iter().sum::<u32>(), 1023, "each once");
    }
}
