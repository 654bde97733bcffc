//! Decision tables, held against the guards that they stand for.
//!
//! A printer of P4 may put the guards of several units into one exact-match table. The simulator goes by the guards; where assertions
//! are on, it also looks each vector up in the tables of the stage, and both must let the same units act.

use std::collections::HashMap;

use super::guard::{Answers, Guard, Guards};
use super::vector::{Place, Vector};
use crate::pipeline::{Act, Cond, Entry, Stage, Unit};

/// The guard that a stage has for an act; `None` if there is no such thing in the stage.
pub(super) fn guard_of(act: Act, stage: &Stage) -> Option<&Cond> {
    let (Act::Unit(unit) | Act::Case { unit, .. }) = act;
    match (stage.units.get(unit)?, act) {
        (Unit::Register(register), Act::Case { case, .. }) => Some(&register.cases.get(case)?.guard),
        (
            Unit::Lookup { guard, .. }
            | Unit::Assign { guard, .. }
            | Unit::Count { guard, .. }
            | Unit::Mend { guard, .. },
            Act::Unit(_),
        ) => Some(guard),
        _ => None,
    }
}

/// A table, and the guards that it stands for.
#[derive(Debug)]
pub(super) struct TableCode {
    /// Fields, and bits of headers.
    key: Vec<Result<Place, u8>>,
    /// What acts, in order.
    entries: HashMap<Vec<u32>, Vec<Act>>,
    /// Every act that an entry names, each once, in order; without a guard, one that never acts.
    guards: Vec<(Act, Option<Guard>)>,
}

impl TableCode {
    pub(super) fn new(
        key: Vec<Result<Place, u8>>,
        mut guards: Vec<(Act, Option<Guard>)>,
        entries: &[Entry],
    ) -> Self {
        guards.sort_by_key(|(act, _)| *act);
        guards.dedup_by_key(|(act, _)| *act);
        let entries = entries.iter().map(|entry| {
            let mut acts = entry.acts.clone();
            acts.sort();
            (entry.values.clone(), acts)
        });
        Self { key, entries: entries.collect(), guards }
    }

    /// That the table and the guards agree.
    pub(super) fn assert(&self, guards: &Guards, vector: &Vector, valid: u8, answers: Answers) {
        let part = |part: &Result<Place, u8>| match part {
            Ok(field) => vector.get(*field),
            Err(header) => u32::from(valid & header != 0),
        };
        let key: Vec<_> = self.key.iter().map(part).collect();
        let by_table = self.entries.get(&key).map_or(&[][..], Vec::as_slice);
        let holds = |guard: &Option<Guard>| guard.is_some_and(|guard| guards.hold(&guard, answers));
        let by_guards: Vec<_> =
            self.guards.iter().filter(|(_, guard)| holds(guard)).map(|(act, _)| *act).collect();
        assert_eq!(by_table, by_guards, "a table and the guards that it stands for, at {key:x?}");
    }
}
