//! One stage in one clock cycle, in two steps: what it would write, from what was; then the writing.
//!
//! [`evaluate`] looks at the vector and the registers as they are at the start of the cycle and changes nothing; [`commit`] writes
//! what all units have found. As nothing that is written can be read in the same cycle, neither the order of the units nor that of
//! the stages matters.

use redplane_core::count::Counters;
use redplane_core::field::Checksum;
use redplane_core::parse;

use super::code::{Code, ExecCode, Place, StageCode, UnitCode};
use super::flight::Flight;
use super::memory::Memory;
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
    guards: Vec<bool>,
    fields: Vec<(Place, u32)>,
    cells: Vec<(u16, u32, u32)>,
    counts: Vec<(u32, Counted)>,
    mends: Vec<(Checksum, u32)>,
    /// What units did, if somebody wants to know.
    pub(super) acts: Vec<Act>,
}

/// Finds out what a stage will do with a vector. Units are taken in this order, if one is given.
#[inline]
pub(super) fn evaluate<const ACTS: bool>(
    code: &Code,
    stage: &StageCode,
    order: Option<&[usize]>,
    flight: &Flight,
    memory: &Memory,
    pending: &mut Pending,
) {
    debug_assert!(pending.fields.is_empty(), "what was found out before was not committed");
    stage.decide(&flight.vector, flight.valid, &mut pending.guards);
    let sight = Sight { code, stage, flight, memory };
    match order {
        None => (0..stage.units.len()).for_each(|unit| sight.unit::<ACTS>(unit, pending)),
        Some(order) => order.iter().for_each(|unit| sight.unit::<ACTS>(*unit, pending)),
    }
    #[cfg(debug_assertions)]
    pending.assert_exclusive(code.nowhere());
}

/// What a unit sees: everything as it was at the start of the cycle.
#[derive(Clone, Copy)]
struct Sight<'a> {
    code: &'a Code,
    stage: &'a StageCode,
    flight: &'a Flight,
    memory: &'a Memory,
}

impl Sight<'_> {
    #[inline]
    fn word(&self, place: Place) -> u32 {
        self.flight.vector[place as usize]
    }

    #[inline]
    fn unit<const ACTS: bool>(&self, number: usize, pending: &mut Pending) {
        let done = match &self.stage.units[number] {
            UnitCode::Assign { guard, moves } => {
                if !pending.guards[*guard as usize] {
                    return;
                }
                self.stage.compute(moves, &self.flight.vector, &mut pending.fields);
                Done::Assigned
            }
            UnitCode::Register { array, index, cases, otherwise } => {
                let cases = &self.stage.cases[cases.clone()];
                let mut firing = cases.iter().filter(|case| pending.guards[case.guard as usize]);
                let case = firing.next().map(|case| &case.exec);
                debug_assert!(firing.next().is_none(), "two cases of an array hold at once");
                let Some(exec) = case.or(otherwise.as_ref()) else { return };
                self.access(*array, self.word(*index), exec, pending)
            }
            UnitCode::Count { guard, what, bank } => {
                if !pending.guards[*guard as usize] {
                    return;
                }
                pending.counts.push((*bank, *what));
                Done::Counted
            }
            UnitCode::Mend { guard, checksum, old, new } => {
                if !pending.guards[*guard as usize] {
                    return;
                }
                let (old, new) = (self.word(*old), self.word(*new));
                pending.mends.push((*checksum, parse::change(old, new)));
                Done::Mended { old, new }
            }
            UnitCode::Lookup { guard, keys, hit, slot } => {
                if !pending.guards[*guard as usize] {
                    return;
                }
                let key: super::packet::Key =
                    self.stage.keys[keys.clone()].iter().map(|place| self.word(*place)).collect();
                let found = self.memory.slot_of(&key);
                if let Some(found) = found {
                    pending.fields.push((*hit, 1));
                    pending.fields.push((*slot, found & self.code.masks[*slot as usize]));
                }
                Done::Looked(found)
            }
        };
        if ACTS {
            pending.acts.push(Act { unit: number, done });
        }
    }

    #[inline]
    fn access(&self, array: u16, index: u32, exec: &ExecCode, pending: &mut Pending) -> Done {
        let (cell, before) = self.memory.read(array, index);
        let (a, b) = (self.word(exec.a), self.word(exec.b));
        let (after, result) = self.code.actions[exec.action as usize].run(before, a, b);
        pending.cells.push((array, cell, after));
        pending.fields.push((exec.result, result & exec.result_mask));
        Done::Accessed { cell, action: ActionId(exec.action), operands: [a, b], before, after, result }
    }
}

impl Pending {
    /// Writes everything and forgets it.
    #[inline]
    pub(super) fn commit(&mut self, flight: &mut Flight, memory: &mut Memory, counters: &mut Counters) {
        for (place, value) in self.fields.drain(..) {
            flight.vector[place as usize] = value;
        }
        for (array, cell, value) in self.cells.drain(..) {
            memory.write(array, cell, value);
        }
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
    /// vain apart.
    #[cfg(debug_assertions)]
    fn assert_exclusive(&self, nowhere: Place) {
        for (at, (place, _)) in self.fields.iter().enumerate() {
            let twice = self.fields[..at].iter().any(|(other, _)| other == place);
            assert!(!twice || *place == nowhere, "two units of a stage write field {place}");
        }
        for (at, (array, ..)) in self.cells.iter().enumerate() {
            assert!(
                self.cells[..at].iter().all(|(other, ..)| other != array),
                "two units of a stage access array {array}"
            );
        }
        for (at, (bank, what)) in self.counts.iter().enumerate() {
            assert!(
                self.counts[..at].iter().all(|(other, _)| other != bank),
                "bank {bank} of a stage counts {} beside another",
                what.name()
            );
        }
    }
}
