//! One stage in one clock cycle, in two steps: what it would write, from what was; then the writing.
//!
//! [`evaluate`] looks at the vector and the registers as they are at the start of the cycle and changes nothing; [`commit`] writes
//! what all units have found. As nothing that is written can be read in the same cycle, neither the order of the units nor that of
//! the stages matters.

use redplane_core::count::Counters;
use redplane_core::field::Checksum;
use redplane_core::parse;

use super::alu::ExecCode;
use super::code::{PlannedStage, StageCode, Task, UnitCode};
use super::flight::Flight;
use super::guard::Answers;
use super::memory::Memory;
use super::packet::Key;
use super::plan::Access;
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
pub(super) fn evaluate(stage: &mut PlannedStage, flight: &Flight, memory: &Memory, pending: &mut Pending) {
    let PlannedStage { code, plans } = stage;
    let sight = Sight::new(code, flight, memory);
    let plan = plans.of(code, sight.answers);
    pending.fields.extend(plan.copies.iter().map(|copy| copy.run(&flight.vector)));
    pending.fields.extend(plan.moves.iter().map(|step| step.run(&flight.vector)));
    for Access { array, index, exec } in &plan.accesses {
        sight.access(*array, *index, exec, pending);
    }
    for unit in &plan.others {
        sight.act(&code.units[*unit], pending);
    }
}

/// The same unit by unit, for somebody who wants to know what each did, or with the units in an order that is drawn.
pub(super) fn evaluate_units<const ACTS: bool>(
    stage: &StageCode,
    flight: &Flight,
    memory: &Memory,
    pending: &mut Pending,
    rng: Option<&mut fastrand::Rng>,
) {
    let sight = Sight::new(stage, flight, memory);
    let mut order: Vec<_> = (0..stage.units.len() + stage.registers.len()).collect();
    if let Some(rng) = rng {
        rng.shuffle(&mut order);
    }
    for at in order {
        let (unit, done) = match stage.units.get(at) {
            Some(unit) if stage.guards.hold(&unit.guard, sight.answers) => {
                (unit.number, sight.act(unit, pending))
            }
            Some(_) => continue,
            None => {
                let register = &stage.registers[at - stage.units.len()];
                let Some(exec) = stage.execution(register, sight.answers) else { continue };
                (register.number, sight.access(register.array, register.index, exec, pending))
            }
        };
        if ACTS {
            pending.acts.push(Act { unit, done });
        }
    }
}

/// What a unit sees: everything as it was at the start of the cycle.
#[derive(Clone, Copy)]
struct Sight<'a> {
    stage: &'a StageCode,
    flight: &'a Flight,
    memory: &'a Memory,
    answers: Answers,
}

impl<'a> Sight<'a> {
    #[inline]
    fn new(stage: &'a StageCode, flight: &'a Flight, memory: &'a Memory) -> Self {
        let answers = stage.questions.answer(&flight.vector, flight.valid);
        for table in &stage.tables {
            table.assert(&stage.guards, &flight.vector, flight.valid, answers);
        }
        Self { stage, flight, memory, answers }
    }

    #[inline]
    fn word(&self, place: Place) -> u32 {
        self.flight.vector.get(place)
    }

    /// A unit whose guard holds.
    #[inline]
    fn act(&self, unit: &UnitCode, pending: &mut Pending) -> Done {
        match &unit.task {
            Task::Assign { moves } => {
                let moves = &self.stage.moves[moves.clone()];
                pending.fields.extend(moves.iter().map(|step| step.run(&self.flight.vector)));
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
            Task::Lookup { keys, slots, hit, slot, mask } => {
                let key: Key = self.stage.keys[keys.clone()].iter().map(|place| self.word(*place)).collect();
                let found = self.memory.slot_of(&key).filter(|slot| slots.contains(slot));
                if let Some(found) = found {
                    pending.fields.push((*hit, 1));
                    pending.fields.push((*slot, found & mask));
                }
                Done::Looked(found)
            }
        }
    }

    /// An access to a register array. Always inlined: what it gives takes more to write down than the access, and mostly nobody asks.
    #[inline(always)]
    fn access(&self, array: u16, index: Place, exec: &ExecCode, pending: &mut Pending) -> Done {
        let (cell, before) = self.memory.read(array, self.word(index));
        let (after, result) = exec.run(&self.flight.vector, before);
        pending.cells.push((array, cell, after));
        pending.fields.push((exec.result, result));
        let operands = exec.operands.map(|place| self.word(place));
        Done::Accessed { cell, action: exec.action, operands, before, after, result }
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
    pub(super) fn assert_exclusive(&self, nowhere: Place) {
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
