//! What the kind of a pass decides beforehand: fields that stay zero, headers that there are not, and so units that cannot act.
//!
//! The parser fills in some fields in a pass of one kind and others in one of another; the rest are zero until a unit writes them. A
//! unit whose guard asks one of them for anything else cannot act, what only such units write stays zero too, and so on. Leaving
//! those units out changes no word of any vector; it is most of what there is to do in a stage.

use redplane_core::field::{Field, Pass};

use super::parser::fills;
use crate::pipeline::{Cond, FieldId, Pipeline, Role, Unit};

/// A condition that never holds.
pub(super) const NEVER: Cond = Cond::Any(Vec::new());

/// What is known of the vectors of passes of a kind.
#[derive(Debug)]
pub(super) struct Known {
    pass: Option<Pass>,
    /// By field: whether it is zero in every stage.
    zero: Vec<bool>,
    pass_field: Option<FieldId>,
}

impl Known {
    /// Nothing: passes of any kind.
    pub(super) fn nothing(pipeline: &Pipeline) -> Self {
        Self { pass: None, zero: vec![false; pipeline.fields.len()], pass_field: None }
    }

    /// What is known of passes of this kind. The pipeline names no field that it does not have.
    pub(super) fn of(pipeline: &Pipeline, pass: Pass) -> Self {
        let mut known = Self {
            pass: Some(pass),
            zero: pipeline.fields.iter().map(|field| !fills(pass, field.role)).collect(),
            pass_field: pipeline.find(Role::Field(Field::Pass)),
        };
        let units = || pipeline.ingress.iter().chain(&pipeline.egress).flat_map(|stage| &stage.units);
        loop {
            let written: Vec<FieldId> = units().flat_map(|unit| known.written(unit)).collect();
            let mut changed = false;
            for field in written {
                changed |= std::mem::take(&mut known.zero[field.0 as usize]);
                if known.pass_field == Some(field) {
                    known.pass_field = None;
                }
            }
            if !changed {
                return known;
            }
        }
    }

    /// What a unit may write.
    fn written(&self, unit: &Unit) -> Vec<FieldId> {
        let may_act = |guard: &Cond| self.reduce(guard) != NEVER;
        match unit {
            Unit::Lookup { guard, hit, slot, .. } if may_act(guard) => vec![*hit, *slot],
            Unit::Assign { guard, moves } if may_act(guard) => moves.iter().map(|step| step.dest).collect(),
            Unit::Register(register) => {
                let cases = register.cases.iter().filter(|case| may_act(&case.guard));
                let executions = cases.map(|case| &case.execution).chain(&register.otherwise);
                executions.filter_map(|execution| execution.result).collect()
            }
            _ => vec![],
        }
    }

    fn value(&self, field: FieldId) -> Option<u32> {
        match self.pass {
            Some(pass) if self.pass_field == Some(field) => Some(pass as u32),
            _ => self.zero[field.0 as usize].then_some(0),
        }
    }

    /// A condition without what is known.
    pub(super) fn reduce(&self, cond: &Cond) -> Cond {
        let constant = |holds: Option<bool>| match holds {
            Some(true) => Cond::Always,
            Some(false) => NEVER,
            None => cond.clone(),
        };
        match cond {
            Cond::Always => Cond::Always,
            Cond::Valid(_) => constant(self.pass.filter(|pass| *pass != Pass::Packet).map(|_| false)),
            Cond::Is(field, value) => constant(self.value(*field).map(|known| known == *value)),
            // A value with bits beside the mask is never met.
            Cond::Masked(_, mask, value) if value & !mask != 0 => NEVER,
            Cond::Masked(field, mask, value) => {
                constant(self.value(*field).map(|known| known & mask == *value))
            }
            Cond::Same(a, b) => constant(self.value(*a).zip(self.value(*b)).map(|(a, b)| a == b)),
            // What is known is zero, or the number of a pass.
            Cond::Positive(field) => constant(self.value(*field).map(|known| known > 0)),
            Cond::Not(inner) => match self.reduce(inner) {
                Cond::Always => NEVER,
                never if never == NEVER => Cond::Always,
                inner => Cond::Not(Box::new(inner)),
            },
            Cond::All(terms) => {
                let mut terms: Vec<_> = terms.iter().map(|term| self.reduce(term)).collect();
                terms.retain(|term| *term != Cond::Always);
                match terms.len() {
                    _ if terms.contains(&NEVER) => NEVER,
                    0 => Cond::Always,
                    _ => Cond::All(terms),
                }
            }
            Cond::Any(terms) => {
                let mut terms: Vec<_> = terms.iter().map(|term| self.reduce(term)).collect();
                terms.retain(|term| *term != NEVER);
                if terms.contains(&Cond::Always) { Cond::Always } else { Cond::Any(terms) }
            }
        }
    }
}
