//! The packet header vector over the stages: which bits have to be kept from one stage to the next.
//!
//! A field is in use from where it first gets a value to where it is last looked at. The parser gives values to header fields and to
//! what describes the pass, if a stage looks at them before it has replaced them; the deparser looks at header fields, at what
//! the fixed functions are told, and, where there is a message to send, at key and state. It is a lower bound: containers have
//! fixed sizes, and fields of one header share them.

use crate::pipeline::{Cond, FieldId, Output, Pipeline, Role, Src, Stage, Unit};

/// Bits in use in front of each stage and behind the last, of ingress and of egress.
pub(super) fn bits(pipeline: &Pipeline) -> (Vec<u32>, Vec<u32>) {
    (gress_bits(pipeline, &pipeline.ingress), gress_bits(pipeline, &pipeline.egress))
}

fn gress_bits(pipeline: &Pipeline, stages: &[Stage]) -> Vec<u32> {
    if stages.is_empty() {
        return vec![];
    }
    let mut bits = vec![0; stages.len() + 1];
    let accesses: Vec<Accesses> = stages.iter().map(Accesses::of).collect();
    let tells = accesses.iter().flat_map(|stage| &stage.writes).any(|(field, _)| {
        let role = pipeline.field(*field).role;
        matches!(role, Role::Output(Output::SendKind | Output::MirrorKind))
    });
    for (at, field) in pipeline.fields.iter().enumerate() {
        let Some((first, last)) = span(FieldId(at as u16), field.role, &accesses, tells) else { continue };
        bits[first..last].iter_mut().for_each(|bits| *bits += field.bits);
    }
    bits
}

/// The gaps between stages in which a field is in use, gap *n* being in front of stage *n*: the first, and the one behind the last.
fn span(field: FieldId, role: Role, accesses: &[Accesses], tells: bool) -> Option<(usize, usize)> {
    let writes = |stage: &Accesses| stage.writes.iter().any(|(written, _)| *written == field);
    let replaces = |stage: &Accesses| stage.writes.contains(&(field, true));
    let reads = |stage: &Accesses| stage.reads.contains(&field);
    let first_write = accesses.iter().position(writes);
    let last_read = accesses.iter().rposition(reads);
    let from_parser = match role {
        Role::Field(field) if field.place().is_some() => true,
        Role::Field(_) | Role::TableFull | Role::MirrorDepth => {
            let replaced = accesses.iter().position(replaces).unwrap_or(accesses.len());
            let guarded = accesses.iter().position(|stage| writes(stage) && !replaces(stage));
            let read = accesses.iter().position(reads);
            [guarded, read].into_iter().flatten().any(|at| at < replaced)
                || read.is_some_and(|at| at == replaced)
        }
        Role::Output(_) | Role::Hit | Role::Slot | Role::Temp => false,
    };
    let first = if from_parser { 0 } else { first_write? + 1 };
    let to_deparser = match role {
        Role::Output(_) => true,
        Role::Field(redplane_core::field::Field::Key(_) | redplane_core::field::Field::State(_)) => tells,
        Role::Field(field) => field.place().is_some(),
        _ => false,
    };
    let last = if to_deparser { accesses.len() + 1 } else { last_read? + 1 };
    (first < last).then_some((first, last))
}

/// What a stage reads, and what it writes: whether in every pass.
#[derive(Default)]
struct Accesses {
    reads: Vec<FieldId>,
    writes: Vec<(FieldId, bool)>,
}

impl Accesses {
    fn of(stage: &Stage) -> Self {
        let mut accesses = Self::default();
        for unit in &stage.units {
            accesses.add(unit);
        }
        accesses
    }

    fn add(&mut self, unit: &Unit) {
        match unit {
            Unit::Lookup { guard, key, hit, slot, .. } => {
                self.reads.extend(guard.fields());
                self.reads.extend(key);
                self.writes.extend([(*hit, false), (*slot, false)]);
            }
            Unit::Register(register) => {
                self.read([register.index]);
                for case in &register.cases {
                    self.reads.extend(case.guard.fields());
                }
                let cases = register.cases.iter().map(|case| &case.execution);
                for execution in cases.chain(&register.otherwise) {
                    self.read([execution.a, execution.b]);
                    self.writes.extend(execution.result.map(|result| (result, false)));
                }
            }
            Unit::Assign { guard, moves } => {
                self.reads.extend(guard.fields());
                for step in moves {
                    self.read(step.expr.sources());
                    self.writes.push((step.dest, *guard == Cond::Always));
                }
            }
            Unit::Count { guard, .. } => self.reads.extend(guard.fields()),
            Unit::Mend { guard, old, new, .. } => {
                self.reads.extend(guard.fields());
                self.read([*old, *new]);
            }
        }
    }

    fn read(&mut self, sources: impl IntoIterator<Item = Src>) {
        self.reads.extend(sources.into_iter().filter_map(|source| match source {
            Src::Field(field) => Some(field),
            Src::Lit(_) | Src::Param(_) | Src::Minus(_) => None,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pipeline, plain};
    use super::*;

    #[test]
    fn fields_are_in_use_from_their_first_value_to_their_last_reader() {
        let (ingress, egress) = bits(&pipeline());
        let (key, hit, slot, now, ttl, old, fate) = (32, 1, 16, 32, 8, 32, 3);
        assert_eq!(ingress, [key + now + ttl, hit + slot + now + ttl, hit + now + old + ttl, fate + ttl]);
        // The message to send is told to the deparser; key and TTL leave with the packet.
        let (out_kind, send_kind) = (4, 4);
        assert_eq!(egress, [ttl + out_kind, ttl + send_kind]);
    }

    #[test]
    fn gress_without_stages_keeps_nothing() {
        assert!(bits(&plain()).1.is_empty());
    }

    #[test]
    fn field_that_is_replaced_before_it_is_read_comes_from_no_parser() {
        let at = |reads: &[u16], writes: &[(u16, bool)]| Accesses {
            reads: reads.iter().map(|id| FieldId(*id)).collect(),
            writes: writes.iter().map(|(id, always)| (FieldId(*id), *always)).collect(),
        };
        let role = Role::Field(redplane_core::field::Field::Leaves);
        let accesses = |always| [at(&[], &[(0, always)]), at(&[], &[]), at(&[0], &[])];
        assert_eq!(span(FieldId(0), role, &accesses(true), false), Some((1, 3)));
        assert_eq!(span(FieldId(0), role, &accesses(false), false), Some((0, 3)));
    }
}
