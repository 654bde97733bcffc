//! What the kind of a pass decides beforehand: fields that stay zero, headers that there are not, and so units that cannot act.
//!
//! The parser fills in some fields in a pass of one kind and others in one of another; the rest are zero until a unit writes them. A
//! unit whose guard asks one of them for anything else cannot act, what only such units write stays zero too, and so on. A message
//! and a copy are also of a kind of their own, which the parser writes down and no unit changes. Leaving out the units that cannot
//! act changes no word of any vector; it is most of what there is to do in a stage.

use redplane_core::field::{Field, Pass};

use super::code::ones;
use super::course::Course;
use super::parser::fills;
use crate::pipeline::{Cond, FieldId, Pipeline, Role, Unit};

/// A condition that never holds.
pub(super) const NEVER: Cond = Cond::Any(Vec::new());

/// What is known of the vectors of passes of a kind.
#[derive(Debug)]
pub(super) struct Known {
    pass: Option<Pass>,
    /// By field: what it holds in every stage, if that is known.
    values: Vec<Option<u32>>,
}

impl Known {
    /// Nothing: passes of any kind.
    pub(super) fn nothing(pipeline: &Pipeline) -> Self {
        Self { pass: None, values: vec![None; pipeline.fields.len()] }
    }

    /// What is known of passes of this kind. The pipeline names no field that it does not have.
    pub(super) fn of(pipeline: &Pipeline, course: Course) -> Self {
        let filled = pipeline.fields.iter().map(|field| match field.role {
            Role::Field(Field::Pass) => Some(course.pass as u32 & ones(field.bits)),
            Role::Field(Field::MessageKind) => Some(course.kind_number() & ones(field.bits)),
            role => (!fills(course.pass, role)).then_some(0),
        });
        let mut known = Self { pass: Some(course.pass), values: filled.collect() };
        let units = || pipeline.ingress.iter().chain(&pipeline.egress).flat_map(|stage| &stage.units);
        loop {
            let written: Vec<FieldId> = units().flat_map(|unit| known.written(unit)).collect();
            let mut changed = false;
            for field in written {
                changed |= known.values[field.0 as usize].take().is_some();
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
        self.values[field.0 as usize]
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
            // Of another number it is the field's width that says.
            Cond::Positive(field) => constant(self.value(*field).filter(|known| *known == 0).map(|_| false)),
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

#[cfg(test)]
mod tests {
    use redplane_core::wire::{Kind, Layout};

    use super::*;
    use crate::pipeline::{Expr, Move, PhvField, Src, Stage};

    const KIND: FieldId = FieldId(0);
    const SET_BY_GRANTS: FieldId = FieldId(1);

    /// In a grant a field is set to 1; where the field is 1, so is `dest`.
    fn pipeline(dest: FieldId) -> Pipeline {
        let field = |name: &str, bits, role| PhvField { name: name.into(), bits, role };
        let set = |guard, dest| Stage {
            units: vec![Unit::Assign { guard, moves: vec![Move { dest, expr: Expr::Copy(Src::Lit(1)) }] }],
            tables: vec![],
        };
        Pipeline {
            name: "by hand".into(),
            layout: Layout { schema: 9, key_words: 1, state_words: 1, slot_words: 0 },
            fields: vec![
                field("kind", 4, Role::Field(Field::MessageKind)),
                field("set_by_grants", 1, Role::Temp),
                field("after", 1, Role::Temp),
            ],
            actions: vec![],
            arrays: vec![],
            ingress: vec![set(is(Kind::Grant), SET_BY_GRANTS), set(Cond::Is(SET_BY_GRANTS, 1), dest)],
            egress: vec![],
            flows: 4,
        }
    }

    fn is(kind: Kind) -> Cond {
        Cond::Is(KIND, kind as u32)
    }

    fn known(pipeline: &Pipeline, pass: Pass, kind: Option<Kind>) -> Known {
        Known::of(pipeline, Course { pass, kind })
    }

    #[test]
    fn kind_of_a_message_decides_what_asks_for_it_and_what_follows() {
        let pipeline = pipeline(FieldId(2));
        let grant = known(&pipeline, Pass::Message, Some(Kind::Grant));
        assert_eq!(grant.reduce(&is(Kind::Grant)), Cond::Always);
        assert_eq!(grant.reduce(&is(Kind::Refuse)), NEVER);
        assert_eq!(grant.reduce(&Cond::Is(FieldId(2), 1)), Cond::Is(FieldId(2), 1));
        for (pass, kind) in [(Pass::Message, Some(Kind::Refuse)), (Pass::Packet, None)] {
            let other = known(&pipeline, pass, kind);
            assert_eq!(other.reduce(&is(Kind::Grant)), NEVER);
            assert_eq!(other.reduce(&Cond::Is(FieldId(2), 1)), NEVER);
        }
    }

    #[test]
    fn kind_that_a_unit_may_overwrite_is_not_known() {
        let pipeline = pipeline(KIND);
        let grant = known(&pipeline, Pass::Message, Some(Kind::Grant));
        assert_eq!(grant.reduce(&is(Kind::Grant)), is(Kind::Grant));
        // Only a grant overwrites it.
        assert_eq!(
            known(&pipeline, Pass::Message, Some(Kind::Recall)).reduce(&is(Kind::Recall)),
            Cond::Always
        );
    }

    #[test]
    fn sign_of_a_kind_is_left_to_the_field() {
        let pipeline = pipeline(FieldId(2));
        let refusal = known(&pipeline, Pass::Message, Some(Kind::Refuse));
        assert_eq!(refusal.reduce(&Cond::Positive(KIND)), Cond::Positive(KIND));
        assert_eq!(known(&pipeline, Pass::Packet, None).reduce(&Cond::Positive(KIND)), NEVER);
    }
}
