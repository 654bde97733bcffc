//! What of a placed program is over a limit of its target.

use std::collections::BTreeSet;
use std::fmt;

use super::Report;
use crate::pipeline::{Cond, Move, Pipeline, RegisterUnit, Stage, Unit};
use crate::salu::{Operand, Salu, Value};
use crate::usage::{Ctx, Usage, action_data_bits};

/// More than there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Where.
    pub place: String,
    /// Of what.
    pub what: String,
    /// How much is needed.
    pub needed: u32,
    /// How much there is.
    pub has: u32,
}

impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what, needed, has } = self;
        write!(f, "{place}: {what}: {needed} needed, {has} there")
    }
}

/// Everything that is over a limit: stages, arrays, actions, tables, the vector.
pub(super) fn overruns(report: &Report, pipeline: &Pipeline) -> Vec<Overrun> {
    let mut found = Found(vec![]);
    let target = &report.target;
    for (gress, stages) in [("ingress", &report.ingress), ("egress", &report.egress)] {
        found.check(gress, "stages", stages.len() as u32, target.stages);
    }
    if target.shared_stages {
        for stage in 0..report.ingress.len().max(report.egress.len()) {
            let both = [&report.ingress, &report.egress].map(|gress| gress.get(stage).copied());
            let usage: Usage = both.into_iter().flatten().sum();
            found.shortages(&format!("stage {stage}"), usage, target.stage);
        }
    } else {
        for (gress, stages) in [("ingress", &report.ingress), ("egress", &report.egress)] {
            for (stage, usage) in stages.iter().enumerate() {
                found.shortages(&format!("{gress} stage {stage}"), *usage, target.stage);
            }
        }
    }
    found.shortages("all stages", report.sum(), target.whole);
    found.check("packet header vector", "bits", report.vector_bits(), target.vector_bits());
    for array in &pipeline.arrays {
        let place = format!("array {}", array.array);
        found.check(&place, "bits a cell", array.bits, target.stateful.cell_bits_max);
        found.check(&place, "cells in one piece", array.cells, target.cells_max(array.bits));
    }
    let ctx = Ctx::of(target, pipeline);
    for (gress, stages) in [("ingress", &pipeline.ingress), ("egress", &pipeline.egress)] {
        for (at, stage) in stages.iter().enumerate() {
            found.units(&format!("{gress} stage {at}"), stage, pipeline, &ctx);
        }
    }
    found.0
}

struct Found(Vec<Overrun>);

impl Found {
    fn check(&mut self, place: &str, what: &str, needed: u32, has: u32) {
        if needed > has {
            self.0.push(Overrun { place: place.into(), what: what.into(), needed, has });
        }
    }

    fn shortages(&mut self, place: &str, usage: Usage, capacity: Usage) {
        for short in usage.shortages(&capacity) {
            self.check(place, short.what, short.needed, short.has);
        }
    }

    fn units(&mut self, place: &str, stage: &Stage, pipeline: &Pipeline, ctx: &Ctx<'_>) {
        for unit in &stage.units {
            match unit {
                Unit::Lookup { key, .. } => {
                    let bits = key.iter().map(|field| ctx.bits(*field)).sum();
                    self.check(place, "bits of the flow table's key", bits, ctx.target.key_bits_max);
                }
                Unit::Register(register) => self.register(place, register, pipeline, ctx),
                Unit::Assign { .. } | Unit::Count { .. } | Unit::Mend { .. } => {}
            }
        }
        for moves in actions(stage) {
            let bits = action_data_bits(&moves, ctx);
            self.check(place, "bits of action data", bits, ctx.target.action_data_bits_max);
        }
    }

    fn register(&mut self, place: &str, unit: &RegisterUnit, pipeline: &Pipeline, ctx: &Ctx<'_>) {
        let place = format!("{place}, array {}", unit.array);
        let limits = ctx.target.stateful;
        let executions = unit.cases.iter().map(|case| &case.execution).chain(&unit.otherwise);
        let ids: BTreeSet<_> = executions.map(|execution| execution.action).collect();
        self.check(&place, "actions", ids.len() as u32, limits.actions_max);
        let actions: Vec<&Salu> = ids.into_iter().map(|id| pipeline.action(id)).collect();
        for action in &actions {
            let conditions = action.conditions.len() as u32;
            self.check(&format!("{place}, {}", action.name), "conditions", conditions, limits.conditions_max);
        }
        let (least, most) = limits.constants;
        let big: BTreeSet<u32> = actions.iter().flat_map(|action| constants(action)).collect();
        let big = big.into_iter().filter(|value| !(least..=most).contains(&(*value as i32))).count();
        self.check(&place, "large constants", big as u32, limits.big_constants_max);
    }
}

/// The constants that an action computes with.
fn constants(action: &Salu) -> Vec<u32> {
    let of_value = |value| match value {
        Value::Operand(a) => [Some(a), None],
        Value::Add(a, b) | Value::Sub(a, b) | Value::And(a, b) | Value::Or(a, b) | Value::Xor(a, b) => {
            [Some(a), Some(b)]
        }
    };
    let compared = action.conditions.iter().flat_map(|condition| [condition.left, condition.right]);
    let stored = action.rows.iter().flat_map(|row| of_value(row.value)).flatten();
    let constant = |operand| if let Operand::Lit(value) = operand { Some(value) } else { None };
    compared.chain(stored).filter_map(constant).collect()
}

/// The moves of each action of a stage: what happens under the same condition is one action.
fn actions(stage: &Stage) -> Vec<Vec<Move>> {
    let mut actions: Vec<(&Cond, Vec<Move>)> = vec![];
    for unit in &stage.units {
        let Unit::Assign { guard, moves } = unit else { continue };
        match actions.iter_mut().find(|(known, _)| *known == guard) {
            Some((_, known)) => known.extend(moves),
            None => actions.push((guard, moves.clone())),
        }
    }
    actions.into_iter().map(|(_, moves)| moves).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::pipeline;
    use super::*;
    use crate::salu::{Compare, Operand, Relation};
    use crate::target::TOFINO1;

    fn texts(pipeline: &Pipeline) -> Vec<String> {
        Report::of(pipeline, &TOFINO1).overruns.iter().map(Overrun::to_string).collect()
    }

    #[test]
    fn array_that_has_to_be_cut_is_named() {
        let mut pipeline = pipeline();
        pipeline.arrays[0].cells = 100_000;
        assert_eq!(texts(&pipeline), ["array asked: cells in one piece: 100000 needed, 94208 there"]);
    }

    #[test]
    fn third_condition_of_an_action_is_named() {
        let mut pipeline = pipeline();
        let compare = Compare { relation: Relation::Equal, left: Operand::Cell, right: Operand::Lit(100) };
        pipeline.actions[0].conditions = vec![compare; 3];
        let texts = texts(&pipeline);
        assert_eq!(texts, ["ingress stage 1, array asked, put: conditions: 3 needed, 2 there"]);
    }

    #[test]
    fn thirteenth_stage_is_named() {
        let mut pipeline = pipeline();
        pipeline.egress = vec![Stage::default(); 13];
        assert_eq!(texts(&pipeline), ["egress: stages: 13 needed, 12 there"]);
    }

    #[test]
    fn stage_that_both_directions_fill_is_named() {
        let mut pipeline = pipeline();
        let count = pipeline.ingress[2].units[2].clone();
        let Unit::Count { guard, what, .. } = count else { unreachable!() };
        let counts = |banks: std::ops::Range<u32>| {
            banks.map(|bank| Unit::Count { guard: guard.clone(), what, bank }).collect()
        };
        pipeline.ingress[0].units = counts(0..3);
        pipeline.egress[0].units = counts(3..5);
        assert_eq!(texts(&pipeline), ["stage 0: statistics ALUs: 5 needed, 4 there"]);
    }
}
