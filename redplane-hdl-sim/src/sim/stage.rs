//! One stage in one clock cycle, in two steps: what it would write, from what was; then the writing.
//!
//! [`evaluate`] looks at the vector and the registers as they are at the start of the cycle and changes nothing; [`commit`] writes
//! what all units have found. As nothing that is written can be read in the same cycle, neither the order of the units nor that of
//! the stages matters.

use redplane_core::count::Counters;
use redplane_core::field::Checksum;
use redplane_core::parse;

use super::code::{Code, RegisterCode, StageCode, Task, UnitCode};
use super::flight::Flight;
use super::guard::Answers;
use super::memory::Memory;
use super::packet::Key;
use super::vector::Place;
use crate::pipeline::{ActionId, Counted};

/// What a unit has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its place in [`crate::pipeline::Stage::units`].
    pub unit: usize,
    /// What.
    pub done: Done,
}

/// What a unit can have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Looked its key up: the slot, if the flow table had it.
    Looked(Option<u32>),
    /// Accessed a register.
    Accessed {
        /// The cell's number.
        cell: u32,
        /// What was done with it.
        action: ActionId,
        /// The operands.
        operands: [u32; 2],
        /// The cell as it was.
        before: u32,
        /// The cell as it is now, before it is cut to the array's width.
        after: u32,
        /// What the action gave.
        result: u32,
    },
    /// Moved values into fields.
    Assigned,
    /// Counted something.
    Counted,
    /// Told the deparser that a word has changed.
    Mended {
        /// The word as it was.
        old: u32,
        /// The word as it is.
        new: u32,
    },
}

/// What a stage is going to write when its cycle ends.
#[derive(Debug, Default)]
pub(super) struct Pending {
    fields: Vec<(Place, u32)>,
    cells: Vec<(u16, u32, u32)>,
    counts: Vec<(u32, Counted)>,
    mends: Vec<(Checksum, u32)>,
    /// What units did, if somebody wants to know.
    pub(super) acts: Vec<Act>,
}

/// Finds out what a stage will do with a vector.
#[inline]
pub(super) fn evaluate<const ACTS: bool>(
    code: &Code,
    stage: &StageCode,
    flight: &Flight,
    memory: &Memory,
    pending: &mut Pending,
) {
    let sight = Sight::new(code, stage, flight, memory);
    for group in &stage.groups {
        if !stage.guards.hold(&group.guard, sight.answers) {
            continue;
        }
        let one_by_one = if ACTS { &group.units } else { &group.others };
        if !ACTS {
            stage.compute(&group.moves, &flight.vector, &mut pending.fields);
        }
        stage.units[one_by_one.clone()].iter().for_each(|unit| sight.act::<ACTS>(unit, pending));
    }
    stage.registers.iter().for_each(|register| sight.access::<ACTS>(register, pending));
    pending.assert_exclusive(code.nowhere());
}

/// The same, with the units in an order that is drawn.
pub(super) fn evaluate_shuffled<const ACTS: bool>(
    code: &Code,
    stage: &StageCode,
    flight: &Flight,
    memory: &Memory,
    pending: &mut Pending,
    rng: &mut fastrand::Rng,
) {
    let sight = Sight::new(code, stage, flight, memory);
    let mut order: Vec<_> = (0..stage.units.len() + stage.registers.len()).collect();
    rng.shuffle(&mut order);
    for at in order {
        match stage.units.get(at) {
            Some(unit) if stage.guards.hold(&unit.guard, sight.answers) => sight.act::<ACTS>(unit, pending),
            Some(_) => {}
            None => sight.access::<ACTS>(&stage.registers[at - stage.units.len()], pending),
        }
    }
    pending.assert_exclusive(code.nowhere());
}

/// What a unit sees: everything as it was at the start of the cycle.
#[derive(Clone, Copy)]
struct Sight<'a> {
    code: &'a Code,
    stage: &'a StageCode,
    flight: &'a Flight,
    memory: &'a Memory,
    answers: Answers,
}

impl<'a> Sight<'a> {
    #[inline]
    fn new(code: &'a Code, stage: &'a StageCode, flight: &'a Flight, memory: &'a Memory) -> Self {
        let answers = stage.questions.answer(&flight.vector, flight.valid);
        for table in &stage.tables {
            table.assert(&stage.guards, &flight.vector, flight.valid, answers);
        }
        Self { code, stage, flight, memory, answers }
    }

    #[inline]
    fn word(&self, place: Place) -> u32 {
        self.flight.vector.get(place)
    }

    /// A unit whose guard holds.
    #[inline]
    fn act<const ACTS: bool>(&self, unit: &UnitCode, pending: &mut Pending) {
        let done = match &unit.task {
            Task::Assign { moves } => {
                self.stage.compute(moves, &self.flight.vector, &mut pending.fields);
                Done::Assigned
            }
            Task::Count { what, bank } => {
                pending.counts.push((*bank, *what));
                Done::Counted
            }
            Task::Mend { checksum, old, new } => {
                let (old, new) = (self.word(*old), self.word(*new));
                pending.mends.push((*checksum, parse::change(old, new)));
                Done::Mended { old, new }
            }
            Task::Lookup { keys, slots, hit, slot } => {
                let key: Key = self.stage.keys[keys.clone()].iter().map(|place| self.word(*place)).collect();
                let found = self.memory.slot_of(&key).filter(|slot| slots.contains(slot));
                if let Some(found) = found {
                    pending.fields.push((*hit, 1));
                    pending.fields.push((*slot, found & self.code.masks[*slot as usize]));
                }
                Done::Looked(found)
            }
        };
        if ACTS {
            pending.acts.push(Act { unit: unit.number, done });
        }
    }

    #[inline]
    fn access<const ACTS: bool>(&self, register: &RegisterCode, pending: &mut Pending) {
        let cases = &self.stage.cases[register.cases.clone()];
        let mut firing = cases.iter().filter(|case| self.stage.guards.hold(&case.guard, self.answers));
        let case = firing.next().map(|case| &case.exec);
        debug_assert!(firing.next().is_none(), "two cases of an array hold at once");
        let Some(exec) = case.or(register.otherwise.as_ref()) else { return };
        let (cell, before) = self.memory.read(register.array, self.word(register.index));
        let operands = [self.word(exec.a), self.word(exec.b)];
        let [a, b] = operands;
        let (after, result) = self.code.actions[exec.action as usize].run(before, a, b);
        pending.cells.push((register.array, cell, after));
        pending.fields.push((exec.result, result & exec.result_mask));
        if ACTS {
            let action = ActionId(exec.action);
            let done = Done::Accessed { cell, action, operands, before, after, result };
            pending.acts.push(Act { unit: register.number, done });
        }
    }
}

impl Pending {
    /// Writes everything and forgets it.
    #[inline]
    pub(super) fn commit(&mut self, flight: &mut Flight, memory: &mut Memory, counters: &mut Counters) {
        for (place, value) in &self.fields {
            flight.vector.set(*place, *value);
        }
        self.fields.clear();
        for (array, cell, value) in &self.cells {
            memory.write(*array, *cell, *value);
        }
        self.cells.clear();
        if !self.counts.is_empty() || !self.mends.is_empty() {
            self.account(flight, counters);
        }
    }

    fn account(&mut self, flight: &mut Flight, counters: &mut Counters) {
        for (_, what) in self.counts.drain(..) {
            match what {
                Counted::Event(event) => counters.count(event),
                Counted::Reason(reason) => {
                    counters.ignore(reason);
                    flight.ignored = Some(reason);
                }
            }
        }
        for (checksum, change) in self.mends.drain(..) {
            flight.sums.add(checksum, &flight.headers, change);
        }
    }

    /// Of the units that write a field, access an array or count in a bank, one has acted at most; the place that is written in
    /// vain apart. Asked where assertions are on.
    fn assert_exclusive(&self, nowhere: Place) {
        if !cfg!(debug_assertions) {
            return;
        }
        for (at, (place, _)) in self.fields.iter().enumerate() {
            let twice = self.fields[..at].iter().any(|(other, _)| other == place);
            assert!(!twice || *place == nowhere, "two units of a stage write field {place}");
        }
        for (at, (array, ..)) in self.cells.iter().enumerate() {
            let twice = self.cells[..at].iter().any(|(other, ..)| other == array);
            assert!(!twice, "two units of a stage access array {array}");
        }
        for (at, (bank, what)) in self.counts.iter().enumerate() {
            let twice = self.counts[..at].iter().any(|(other, _)| other == bank);
            assert!(!twice, "bank {bank} of a stage counts {} beside another", what.name());
        }
    }
}
