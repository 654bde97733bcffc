//! What a unit takes, and what the units of a stage take together: less than their sum, as they share.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use redplane_core::count::{Event, Reason};

use super::gateway::{Inputs, unwired};
use super::{Usage, counters, flow_table, pieces, register};
use crate::pipeline::{
    Act, Cond, DecisionTable, Expr, FieldId, KeyPart, Move, PhvField, Pipeline, RegisterArray, RegisterUnit,
    Src, Stage, StageArray, Unit,
};
use crate::target::Target;

/// What the usage of a unit depends on beside the unit.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// The machine.
    pub target: &'a Target,
    /// The packet header vector that the unit's field numbers refer to.
    pub fields: &'a [PhvField],
    /// The register arrays.
    pub arrays: &'a [RegisterArray],
    /// Flow slots.
    pub flows: u32,
}

impl<'a> Ctx<'a> {
    /// Of a placed program.
    pub fn of(target: &'a Target, pipeline: &'a Pipeline) -> Self {
        Self { target, fields: &pipeline.fields, arrays: &pipeline.arrays, flows: pipeline.flows }
    }

    /// Width of a field, bits.
    pub fn bits(&self, field: FieldId) -> u32 {
        self.fields[usize::from(field.0)].bits
    }

    /// Width of a field in whole bytes, as the crossbar carries it.
    pub fn bytes(&self, field: FieldId) -> u32 {
        self.bits(field).div_ceil(8)
    }

    /// Width and number of an array's cells. An array that is not among [`Ctx::arrays`] counts as one word a flow.
    fn shape(&self, array: StageArray) -> (u32, u32) {
        let known = self.arrays.iter().find(|known| known.array == array);
        known.map_or((32, self.flows), |array| (array.bits, array.cells))
    }
}

/// What `unit` takes, alone in its stage.
pub fn unit(unit: &Unit, ctx: &Ctx<'_>) -> Usage {
    stage([unit], ctx)
}

/// What the units of a stage take together.
///
/// - The same condition is evaluated once.
/// - What happens under the same condition is the action of one keyless table, as far as a table can: one stateful ALU, one
///   counter, and any number of moves. Each action takes a word of instruction memory, unless it moves nothing.
/// - Fields that several conditions look at, that index several arrays or that are part of several keys go over the crossbar once.
/// - The flow table gives as many bits as the field has that the slot goes to.
/// - Each case of a register is a table of its own, as is `otherwise`; only the latter needs no gateway.
/// - `Mend` takes nothing: it is the deparser's.
pub fn stage<'a>(units: impl IntoIterator<Item = &'a Unit>, ctx: &Ctx<'_>) -> Usage {
    let mut load = Load::default();
    for unit in units {
        load.add(unit, ctx);
    }
    load.usage(ctx)
}

/// The same for a stage whose decision tables stand for the guards of what they decide.
///
/// A decision table is one logical table without gateways: its key goes over the crossbar and through the hash matrix, its entries
/// are in one way of RAM, each combination of acts with a move is an action. One way is what the Tofino compiler takes as long as
/// the key is hardly longer than a row's number, and so is its own hash: up to 12 bits (`mau/resource_estimate.cpp`,
/// `can_be_identity_hash`).
pub fn stage_with_tables(stage: &Stage, ctx: &Ctx<'_>) -> Usage {
    let decided: HashSet<Act> =
        stage.tables.iter().flat_map(|table| &table.entries).flat_map(|entry| entry.acts.clone()).collect();
    let decides_case_of =
        |register| decided.iter().any(|act| matches!(act, Act::Case { unit, .. } if *unit == register));
    let mut load = Load::default();
    for (at, unit) in stage.units.iter().enumerate() {
        match unit {
            Unit::Register(register) if decides_case_of(at) => {
                load.add_decided_register(register, ctx);
            }
            Unit::Count { bank, .. } if decided.contains(&Act::Unit(at)) => load.add_bank(*bank, ctx),
            Unit::Assign { moves, .. } if decided.contains(&Act::Unit(at)) => {
                load.alone.sram += data_blocks(moves.iter(), ctx);
            }
            _ => load.add(unit, ctx),
        }
    }
    for table in &stage.tables {
        load.add_table(table, &stage.units);
    }
    load.usage(ctx)
}

/// What moves of one action take beside its gateway: a keyless table and an instruction word, and RAM for action data that is too
/// long to be kept with the table.
pub fn assign(moves: &[Move], ctx: &Ctx<'_>) -> Usage {
    let sram = data_blocks(moves.iter(), ctx);
    Usage { sram, logical_tables: 1, vliw: !moves.is_empty() as u32, ..Usage::NONE }
}

/// What counting takes beside its gateway: a keyless table, and a table of counters with its ALU, one for each of a stage's banks.
pub fn count(ctx: &Ctx<'_>) -> Usage {
    Usage { logical_tables: 1, ..Usage::NONE } + counters(ctx.target, COUNTERS)
}

/// Counters in a bank: one for each thing that is counted.
const COUNTERS: u32 = (Event::ALL.len() + Reason::ALL.len()) as u32;

/// What mending a checksum takes: nothing of a stage.
pub fn mend() -> Usage {
    Usage::NONE
}

/// Bits that the action of these moves is given: values of the control plane, and constants that do not fit an instruction.
pub fn action_data_bits(moves: &[Move], ctx: &Ctx<'_>) -> u32 {
    data_bits(moves.iter(), ctx)
}

fn data_bits<'a>(moves: impl Iterator<Item = &'a Move>, ctx: &Ctx<'_>) -> u32 {
    let mut data = BTreeMap::new();
    for Move { dest, expr } in moves {
        let loads = matches!(expr, Expr::Copy(_));
        for src in expr.sources() {
            if is_data(src, loads) {
                // The same value in the same width is there once.
                data.insert((format!("{src:?}"), ctx.bytes(*dest)), ctx.bytes(*dest) * 8);
            }
        }
    }
    data.values().sum()
}

/// Whether an instruction has no room for it. `loads`: the instruction does nothing but load it.
///
/// Limits of `p4lang/p4c`, `mau/action_analysis.h`: CONST_SRC_MAX, an operand that is a constant is -8 to 7; LOADCONST_MAX, a load
/// has 21 bits.
fn is_data(src: Src, loads: bool) -> bool {
    match src {
        Src::Field(_) => false,
        Src::Lit(value) if loads => value >= 1 << 21 && !(-8..0).contains(&(value as i32)),
        Src::Lit(value) => !(-8..=7).contains(&(value as i32)),
        Src::Param(_) | Src::Minus(_) => true,
    }
}

fn data_blocks<'a>(moves: impl Iterator<Item = &'a Move>, ctx: &Ctx<'_>) -> u32 {
    let bits = data_bits(moves, ctx);
    if bits <= ctx.target.immediate_bits_max { 0 } else { bits.div_ceil(ctx.target.ram.bits) }
}

/// Hash bits of a small exact-match table: they choose the row.
const ENTRY_HASH_BITS: u32 = 10;

/// What has been put into a stage so far.
#[derive(Default)]
struct Load<'a> {
    /// What nothing is shared of.
    alone: Usage,
    /// What gateways decide.
    conds: HashSet<&'a Cond>,
    inputs: Inputs,
    /// What happens, by its condition.
    actions: HashMap<&'a Cond, Action<'a>>,
    /// Fields of keys and of indices.
    keys: BTreeSet<FieldId>,
    indices: BTreeMap<FieldId, u32>,
    /// Tables of counters.
    banks: HashSet<u32>,
}

/// What happens under one condition.
#[derive(Default)]
struct Action<'a> {
    moves: Vec<&'a Move>,
    /// Register cases, and those of them that have a result.
    registers: u32,
    results: u32,
    counts: u32,
}

impl<'a> Load<'a> {
    fn add(&mut self, unit: &'a Unit, ctx: &Ctx<'_>) {
        match unit {
            Unit::Lookup { guard, entries, key, slot, .. } => {
                let key_bits = key.iter().map(|field| ctx.bits(*field)).sum();
                let table = flow_table(ctx.target, key_bits, ctx.bits(*slot), *entries);
                self.alone += Usage { crossbar_bytes: 0, ..table };
                self.keys.extend(key);
                self.decide(guard);
            }
            Unit::Register(register) => self.add_register(register, ctx),
            Unit::Assign { guard, moves } => self.action(guard).moves.extend(moves),
            Unit::Count { guard, bank, .. } => {
                self.action(guard).counts += 1;
                self.add_bank(*bank, ctx);
            }
            Unit::Mend { .. } => self.alone += mend(),
        }
    }

    fn add_bank(&mut self, bank: u32, ctx: &Ctx<'_>) {
        if self.banks.insert(bank) {
            self.alone += counters(ctx.target, COUNTERS);
        }
    }

    /// The table itself, with an action for each combination of acts that moves anything.
    fn add_table(&mut self, table: &DecisionTable, units: &[Unit]) {
        let key = table.key.iter().filter_map(|part| match part {
            KeyPart::Field(field) => Some(*field),
            KeyPart::Valid(_) => None,
        });
        self.keys.extend(key);
        let actions: HashSet<&Vec<Act>> = table
            .entries
            .iter()
            .map(|entry| &entry.acts)
            .filter(|acts| {
                acts.iter()
                    .any(|act| matches!(act, Act::Unit(at) if matches!(units[*at], Unit::Assign { .. })))
            })
            .collect();
        let validity = table.key.iter().any(|part| matches!(part, KeyPart::Valid(_))) as u32;
        let decides_register =
            table.entries.iter().flat_map(|entry| &entry.acts).any(|act| matches!(act, Act::Case { .. }));
        self.alone += Usage {
            // A register's table is counted with the register.
            logical_tables: !decides_register as u32,
            vliw: actions.len() as u32,
            sram: 1,
            hash_bits: ENTRY_HASH_BITS,
            crossbar_bytes: validity,
            ..Usage::NONE
        };
    }

    /// A register whose cases a table decides: one table, an instruction for each case with a result.
    fn add_decided_register(&mut self, unit: &'a RegisterUnit, ctx: &Ctx<'_>) {
        let pieces = self.add_array(unit, ctx);
        let results = unit.cases.iter().map(|case| &case.execution).chain(&unit.otherwise);
        let results = results.filter(|execution| execution.result.is_some()).count() as u32;
        self.alone.logical_tables += pieces;
        self.alone.vliw += pieces * results.max(1);
        self.alone.gateways += pieces - 1;
    }

    fn add_register(&mut self, unit: &'a RegisterUnit, ctx: &Ctx<'_>) {
        let pieces = self.add_array(unit, ctx);
        for case in &unit.cases {
            let action = self.action(&case.guard);
            action.registers += pieces;
            action.results += pieces * case.execution.result.is_some() as u32;
            // Which piece is one more thing to decide, in a gateway of its own.
            self.alone.gateways += pieces - 1;
        }
        if let Some(execution) = &unit.otherwise {
            self.alone.logical_tables += pieces;
            self.alone.vliw += pieces * execution.result.is_some() as u32;
            self.alone.gateways += pieces - 1;
        }
    }

    /// The array and what its actions are brought; gives in how many pieces the array is.
    fn add_array(&mut self, unit: &'a RegisterUnit, ctx: &Ctx<'_>) -> u32 {
        let (bits, cells) = ctx.shape(unit.array);
        let pieces = pieces(ctx.target, bits, cells);
        let array = register(ctx.target, bits, cells);
        self.alone += Usage { crossbar_bytes: 0, ..array };
        if let Src::Field(index) = unit.index {
            let bytes = self.indices.entry(index).or_default();
            *bytes = array.crossbar_bytes.max(*bytes);
        }
        let mut operands = BTreeSet::new();
        let executions = unit.cases.iter().map(|case| &case.execution).chain(&unit.otherwise);
        for execution in executions {
            operands.extend([execution.a, execution.b].into_iter().filter_map(|src| match src {
                Src::Field(field) => Some(field),
                Src::Lit(_) | Src::Param(_) | Src::Minus(_) => None,
            }));
        }
        self.alone.crossbar_bytes += operands.iter().map(|field| ctx.bytes(*field)).sum::<u32>();
        pieces
    }

    fn decide(&mut self, guard: &'a Cond) {
        if self.conds.insert(guard) {
            self.inputs.add(guard);
        }
    }

    fn action(&mut self, guard: &'a Cond) -> &mut Action<'a> {
        self.decide(guard);
        self.actions.entry(guard).or_default()
    }

    fn usage(&self, ctx: &Ctx<'_>) -> Usage {
        let gateways: Usage = self.conds.iter().map(|cond| unwired(cond, ctx)).sum();
        let actions: Usage = self.actions.values().map(|action| action.usage(ctx)).sum();
        let keys: u32 = self.keys.iter().map(|field| ctx.bytes(*field)).sum();
        let indices: u32 = self.indices.values().sum();
        let crossbar_bytes = keys + indices + self.inputs.bytes(ctx);
        self.alone + gateways + actions + Usage { crossbar_bytes, ..Usage::NONE }
    }
}

impl Action<'_> {
    fn usage(&self, ctx: &Ctx<'_>) -> Usage {
        let moves = !self.moves.is_empty() as u32;
        Usage {
            logical_tables: moves.max(self.registers).max(self.counts),
            vliw: moves.max(self.results),
            sram: data_blocks(self.moves.iter().copied(), ctx),
            ..Usage::NONE
        }
    }
}

#[cfg(test)]
mod tests {
    use redplane_core::count::{Event, Reason};
    use redplane_core::field::{Checksum, Param};
    use redplane_core::machine::Array;

    use super::*;
    use crate::pipeline::{Counted, Entry, Execution};
    use crate::usage::testing::{World, case, field, register_unit};

    fn moves(dest: u16, src: Src) -> Vec<Move> {
        vec![Move { dest: field(dest), expr: Expr::Copy(src) }]
    }

    fn assign_unit(guard: Cond, moves: Vec<Move>) -> Unit {
        Unit::Assign { guard, moves }
    }

    #[test]
    fn moves_under_the_same_condition_are_one_action_behind_one_gateway() {
        let world = World::new(&[("kind", 8), ("a", 32), ("b", 32)]);
        let when = |kind| Cond::Is(field(0), kind);
        let units = [
            assign_unit(when(1), moves(1, Src::Lit(1))),
            assign_unit(when(1), moves(2, Src::Lit(2))),
            assign_unit(when(2), moves(2, Src::Lit(3))),
        ];
        let usage = stage(&units, &world.ctx());
        assert_eq!((usage.gateways, usage.logical_tables, usage.vliw), (2, 2, 2));
        assert_eq!(usage.crossbar_bytes, 1, "both look at the same byte");
        assert_eq!(usage.sram, 0);
    }

    #[test]
    fn unguarded_moves_need_no_gateway() {
        let world = World::new(&[("a", 32)]);
        let unguarded = assign_unit(Cond::Always, moves(0, Src::Lit(1)));
        assert_eq!(unit(&unguarded, &world.ctx()), assign(&moves(0, Src::Lit(1)), &world.ctx()));
    }

    #[test]
    fn register_cases_are_a_table_each_and_take_in_moves_of_their_condition() {
        let world = World::new(&[("kind", 8), ("slot", 16), ("epoch", 32), ("old", 32), ("a", 32)])
            .with_arrays(&[Array::Epoch]);
        let when = |kind| Cond::Is(field(0), kind);
        let cases = vec![
            case(when(1), Src::Field(field(2)), Some(field(3))),
            case(when(2), Src::Field(field(2)), None),
        ];
        let mut register = register_unit(Array::Epoch, field(1), cases);
        let ctx = world.ctx();
        let alone = unit(&register, &ctx);
        assert_eq!((alone.salu, alone.gateways, alone.logical_tables, alone.vliw), (1, 2, 2, 1));
        assert_eq!(alone.crossbar_bytes, 2 + 4 + 1, "index, operand, kind");

        let with_moves = [register.clone(), assign_unit(when(2), moves(4, Src::Lit(1)))];
        assert_eq!(stage(&with_moves, &ctx), alone + Usage { vliw: 1, ..Usage::NONE });

        let Unit::Register(unit) = &mut register else { unreachable!() };
        let mut otherwise: Execution = unit.cases[0].execution.clone();
        otherwise.result = None;
        unit.otherwise = Some(otherwise);
        assert_eq!(stage([&register], &ctx), alone + Usage { logical_tables: 1, ..Usage::NONE });
    }

    #[test]
    fn decision_table_takes_no_gateway_and_one_block_whatever_it_decides() {
        let world = World::new(&[("kind", 4), ("slot", 16), ("old", 32), ("a", 32), ("b", 32)])
            .with_arrays(&[Array::Epoch]);
        let when = |kind| Cond::Is(field(0), kind);
        let entry = |kind, acts: &[Act]| Entry { values: vec![kind], acts: acts.into() };
        let table = |entries| DecisionTable { key: vec![KeyPart::Field(field(0))], entries };
        let moves =
            [assign_unit(when(1), moves(3, Src::Lit(1))), assign_unit(when(2), moves(4, Src::Lit(1)))];
        let ctx = world.ctx();
        let decided = Stage {
            units: moves.into(),
            tables: vec![table(vec![entry(1, &[Act::Unit(0)]), entry(2, &[Act::Unit(1)])])],
        };
        let expected =
            Usage { crossbar_bytes: 1, hash_bits: 10, sram: 1, vliw: 2, logical_tables: 1, ..Usage::NONE };
        assert_eq!(stage_with_tables(&decided, &ctx), expected);
        let alone = Stage { tables: vec![], ..decided };
        assert_eq!(stage_with_tables(&alone, &ctx), stage(&alone.units, &ctx));

        let cases = vec![case(when(1), Src::Lit(1), None), case(when(2), Src::Lit(2), Some(field(2)))];
        let register = Stage {
            units: vec![register_unit(Array::Epoch, field(1), cases)],
            tables: vec![table(vec![entry(2, &[Act::Case { unit: 0, case: 1 }])])],
        };
        let usage = stage_with_tables(&register, &ctx);
        assert_eq!((usage.salu, usage.gateways, usage.logical_tables), (1, 0, 1));
    }

    #[test]
    fn array_in_two_pieces_has_its_actions_twice() {
        let mut world = World::new(&[("kind", 8), ("slot", 17), ("epoch", 32), ("old", 32)]);
        world.flows = 100_000;
        let world = world.with_arrays(&[Array::Epoch]);
        let cases = vec![case(Cond::Is(field(0), 1), Src::Field(field(2)), Some(field(3)))];
        let usage = unit(&register_unit(Array::Epoch, field(1), cases), &world.ctx());
        assert_eq!((usage.salu, usage.gateways, usage.logical_tables, usage.vliw), (2, 2, 2, 2));
        assert_eq!((usage.sram, usage.hash_bits, usage.crossbar_bytes), (28, 17, 3 + 4 + 1));
    }

    #[test]
    fn counts_of_one_bank_share_a_table_of_counters() {
        let world = World::new(&[("kind", 8)]);
        let count = |kind, bank| Unit::Count {
            guard: Cond::Is(field(0), kind),
            what: Counted::Event(Event::ALL[0]),
            bank,
        };
        let ctx = world.ctx();
        let usage = stage(&[count(1, 0), count(2, 0), count(3, 1)], &ctx);
        assert_eq!((usage.stats_alu, usage.sram, usage.map_ram), (2, 4, 4));
        assert_eq!((usage.gateways, usage.logical_tables, usage.vliw), (3, 3, 0));
        assert_eq!(super::count(&ctx).logical_tables, 1);
        assert!(COUNTERS as usize > Reason::ALL.len());
    }

    #[test]
    fn long_action_data_takes_a_block() {
        let world = World::new(&[("a", 32), ("b", 32), ("c", 8)]);
        let ctx = world.ctx();
        let params = |count: u16| -> Vec<Move> {
            (0..count).flat_map(|at| moves(at, Src::Param(Param::Program(at as u8)))).collect()
        };
        assert_eq!(action_data_bits(&params(1), &ctx), 32);
        assert_eq!(assign(&params(1), &ctx).sram, 0);
        assert_eq!(action_data_bits(&params(3), &ctx), 72);
        assert_eq!(assign(&params(3), &ctx).sram, 1);
    }

    #[test]
    fn constants_that_an_instruction_holds_are_no_action_data() {
        let world = World::new(&[("a", 32)]);
        let bits = |expr| action_data_bits(&[Move { dest: field(0), expr }], &world.ctx());
        let a = Src::Field(field(0));
        assert_eq!(bits(Expr::Copy(Src::Lit(65_535))), 0, "a load has 21 bits");
        assert_eq!(bits(Expr::Copy(Src::Lit(1 << 21))), 32);
        assert_eq!(bits(Expr::Add(a, Src::Lit(7))), 0);
        assert_eq!(bits(Expr::Add(a, Src::Lit(8))), 32);
        assert_eq!(bits(Expr::Add(a, Src::Lit((-8i32) as u32))), 0);
    }

    #[test]
    fn mending_a_checksum_takes_nothing() {
        let world = World::new(&[]);
        let (old, new) = (Src::Lit(0), Src::Lit(0));
        let mends = Unit::Mend { guard: Cond::Always, checksum: Checksum::Ipv4, old, new };
        assert_eq!(unit(&mends, &world.ctx()), Usage::NONE);
    }
}
