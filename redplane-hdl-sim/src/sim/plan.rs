//! Plans: which units of a stage act on which answers, found out once and remembered.
//!
//! What acts follows from the answers alone. A stage has far fewer answers to give than packets to give them for, and the next packet's
//! are mostly the last one's. So instead of asking every guard for every packet, a stage does what it did the last time that its
//! questions had these answers: its moves one behind the other, and nothing that does not act. Guards are asked where answers are new,
//! and by those who want to see each unit by itself ([`super::stage`]).

use rustc_hash::FxHashMap;

use super::alu::{CopyCode, ExecCode, MoveCode};
use super::code::{StageCode, Task};
use super::guard::Answers;
use super::vector::Place;

/// Plans that a stage remembers. Traffic that asks for more is unusual: all are forgotten then.
const PLANS_MAX: usize = 1 << 10;

/// What a stage does when its questions have certain answers.
#[derive(Debug)]
pub(super) struct Plan {
    answers: Answers,
    /// Moves of a word as it is, which are most.
    pub(super) copies: Vec<CopyCode>,
    /// The other moves.
    pub(super) moves: Vec<MoveCode>,
    pub(super) accesses: Vec<Access>,
    /// Units that do something else, by their place in [`StageCode::units`].
    pub(super) others: Vec<usize>,
}

/// An access to a register array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) array: u16,
    pub(super) index: Place,
    pub(super) exec: ExecCode,
}

impl Plan {
    fn new(stage: &StageCode, answers: Answers) -> Self {
        let (mut copies, mut moves, mut others) = (vec![], vec![], vec![]);
        let acting =
            stage.units.iter().enumerate().filter(|(_, unit)| stage.guards.hold(&unit.guard, answers));
        for (at, unit) in acting {
            let Task::Assign { moves: range } = &unit.task else {
                others.push(at);
                continue;
            };
            for step in &stage.moves[range.clone()] {
                match step.as_copy() {
                    Some(copy) => copies.push(copy),
                    None => moves.push(*step),
                }
            }
        }
        let accesses = stage.registers.iter().filter_map(|register| {
            let exec = stage.execution(register, answers)?;
            Some(Access { array: register.array, index: register.index, exec: *exec })
        });
        Self { answers, copies, moves, accesses: accesses.collect(), others }
    }
}

/// The plans of a stage that have been needed.
#[derive(Debug, Default)]
pub(super) struct Plans {
    plans: Vec<Plan>,
    /// By their answers.
    places: FxHashMap<Answers, usize>,
    /// The place of the one that was needed last.
    last: usize,
}

impl Plans {
    /// What the stage does on these answers.
    #[inline]
    pub(super) fn of(&mut self, stage: &StageCode, answers: Answers) -> &Plan {
        if self.plans.get(self.last).is_none_or(|plan| plan.answers != answers) {
            self.last = self.place(stage, answers);
        }
        &self.plans[self.last]
    }

    fn place(&mut self, stage: &StageCode, answers: Answers) -> usize {
        if let Some(place) = self.places.get(&answers) {
            return *place;
        }
        if self.plans.len() == PLANS_MAX {
            self.plans.clear();
            self.places.clear();
        }
        let place = self.plans.len();
        self.plans.push(Plan::new(stage, answers));
        self.places.insert(answers, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_answers_than_are_remembered_get_each_their_own_plan() {
        let (stage, mut plans) = (StageCode::default(), Plans::default());
        for answers in (0..3 * PLANS_MAX as Answers).map(|turn| turn % (PLANS_MAX as Answers + 7)) {
            assert_eq!(plans.of(&stage, answers).answers, answers);
            assert_eq!(plans.of(&stage, 1).answers, 1);
            assert!(plans.plans.len() <= PLANS_MAX && plans.places.len() == plans.plans.len());
        }
    }
}
