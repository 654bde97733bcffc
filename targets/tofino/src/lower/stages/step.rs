//! The order of a stage: the chip does it all at once, the text says one thing after the other.
//!
//! So whatever reads a field stands before whatever writes it: then each reads what the stage began with. Units that write the
//! same field exclude one another, so their order means nothing.

use std::collections::BTreeSet;

use redplane_hdl_sim::pipeline::FieldId;

use super::StageError;
use crate::p4::ast::Body;

/// Statements that belong together, with what they read and write.
pub(super) struct Step {
    /// What it is called in errors.
    pub(super) name: String,
    /// The statements.
    pub(super) body: Body,
    /// Fields that it reads.
    pub(super) reads: BTreeSet<FieldId>,
    /// Fields that it writes.
    pub(super) writes: BTreeSet<FieldId>,
}

/// The steps in an order in which each reads what was there before all of them. Where that leaves a choice, they stand as given.
pub(super) fn ordered(steps: Vec<Step>, stage: &str) -> Result<Vec<Step>, StageError> {
    let mut left = steps;
    let mut done = vec![];
    while !left.is_empty() {
        // May go next: nobody else still has to read what it writes.
        let is_free = |step: &Step, at: usize| {
            left.iter()
                .enumerate()
                .all(|(other, reader)| other == at || reader.reads.is_disjoint(&step.writes))
        };
        match (0..left.len()).find(|at| is_free(&left[*at], *at)) {
            Some(at) => done.push(left.remove(at)),
            None => {
                let names: Vec<&str> = left.iter().map(|step| step.name.as_str()).collect();
                let message = format!(
                    "{} read what others of them write, in a circle: let one of them be decided in another stage",
                    names.join(", ")
                );
                return Err(StageError::new(stage, message));
            }
        }
    }
    Ok(done)
}

/// The order of an action's assignments, by the same rule: each is a target, the fields read, and anything.
pub(super) fn ordered_moves<T>(
    moves: Vec<(FieldId, Vec<FieldId>, T)>,
    action: &str,
) -> Result<Vec<T>, StageError> {
    let mut left = moves;
    let mut done = vec![];
    while !left.is_empty() {
        let free = (0..left.len()).find(|at| {
            left.iter()
                .enumerate()
                .all(|(other, (_, reads, _))| other == *at || !reads.contains(&left[*at].0))
        });
        match free {
            Some(at) => done.push(left.remove(at).2),
            None => {
                return Err(StageError::new(
                    action,
                    "it exchanges fields, which the text cannot say: keep one of them in a stage before",
                ));
            }
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, reads: &[u16], writes: &[u16]) -> Step {
        let set = |ids: &[u16]| ids.iter().map(|id| FieldId(*id)).collect();
        Step { name: name.into(), body: vec![], reads: set(reads), writes: set(writes) }
    }

    fn names(steps: Vec<Step>) -> Vec<String> {
        steps.into_iter().map(|step| step.name).collect()
    }

    #[test]
    fn steps_that_write_what_others_read_come_behind_them() {
        let steps = vec![step("writes", &[], &[1]), step("reads", &[1], &[2]), step("alone", &[3], &[4])];
        assert_eq!(names(ordered(steps, "stage 0").unwrap()), ["reads", "writes", "alone"]);
    }

    #[test]
    fn steps_in_a_circle_are_refused_with_their_names() {
        let steps = vec![step("one", &[1], &[2]), step("other", &[2], &[1])];
        let error = ordered(steps, "stage 3").err().unwrap().to_string();
        assert!(error.contains("stage 3") && error.contains("one, other"), "{error}");
    }

    #[test]
    fn moves_that_exchange_fields_are_refused() {
        let (a, b) = (FieldId(1), FieldId(2));
        assert!(ordered_moves(vec![(a, vec![b], ()), (b, vec![a], ())], "swap").is_err());
        assert_eq!(ordered_moves(vec![(a, vec![], 1), (b, vec![a], 2)], "shift").unwrap(), [2, 1]);
    }
}
