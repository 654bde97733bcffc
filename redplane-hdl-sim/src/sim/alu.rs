//! Instructions: moves of a stage's ALUs, and register actions as its stateful ALUs execute them.
//!
//! Both are compiled ([`super::code`]) to places of the vector, constants among them, so that an operand is fetched and not first
//! asked what it is. What a register action means is defined by [`Salu::run`].

use super::vector::{Place, Vector};
use crate::pipeline::ActionId;
use crate::salu::{CONDITIONS_MAX, Operand, Output, Relation, Salu, Value};

/// An instruction that computes a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct MoveCode {
    pub(super) op: Op,
    /// Bits by which is shifted, fewer than a word has.
    pub(super) by: u8,
    pub(super) dest: Place,
    pub(super) a: Place,
    pub(super) b: Place,
    /// Bits of the field.
    pub(super) mask: u32,
}

/// An instruction that copies a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopyCode {
    dest: Place,
    from: Place,
    mask: u32,
}

impl CopyCode {
    /// What it writes, and where.
    #[inline(always)]
    pub(super) fn run(&self, vector: &Vector) -> (Place, u32) {
        (self.dest, vector.get(self.from) & self.mask)
    }
}

/// What is done with two words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Copy,
    Add,
    Sub,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Join,
}

impl Op {
    #[inline(always)]
    fn apply(self, a: u32, b: u32, by: u8) -> u32 {
        match self {
            Self::Copy => a,
            Self::Add => a.wrapping_add(b),
            Self::Sub => a.wrapping_sub(b),
            Self::And => a & b,
            Self::Or => a | b,
            Self::Xor => a ^ b,
            Self::Shl => a << by,
            Self::Shr => a >> by,
            Self::Join => a << by | b,
        }
    }
}

impl MoveCode {
    /// The same as a copy, if it is one.
    pub(super) fn as_copy(&self) -> Option<CopyCode> {
        let copy = CopyCode { dest: self.dest, from: self.a, mask: self.mask };
        matches!(self.op, Op::Copy).then_some(copy)
    }

    /// What it writes, and where.
    #[inline(always)]
    pub(super) fn run(&self, vector: &Vector) -> (Place, u32) {
        let value = self.op.apply(vector.get(self.a), vector.get(self.b), self.by);
        (self.dest, value & self.mask)
    }
}

/// Stands for the cell among an action's operands; no place of a vector.
const CELL: Place = Place::MAX;

/// A register action with its operands.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExecCode {
    pub(super) action: ActionId,
    pub(super) operands: [Place; 2],
    /// Where the result goes.
    pub(super) result: Place,
    result_mask: u32,
    /// How many of the conditions there are.
    count: u8,
    conditions: [Condition; CONDITIONS_MAX],
    /// As in [`Salu::rows`].
    rows: [RowCode; 1 << CONDITIONS_MAX],
}

#[derive(Clone, Copy, Debug)]
struct Condition {
    relation: Relation,
    left: Place,
    right: Place,
}

#[derive(Clone, Copy, Debug)]
struct RowCode {
    op: Op,
    a: Place,
    b: Place,
    output: Output,
}

impl ExecCode {
    /// An action that has as many rows as its conditions have outcomes, and no more conditions than a stateful ALU; `constant`
    /// gives the place of one.
    ///
    /// # Errors
    /// Those of `constant`.
    pub(super) fn new<E>(
        (id, action): (ActionId, &Salu),
        operands: [Place; 2],
        (result, result_mask): (Place, u32),
        mut constant: impl FnMut(u32) -> Result<Place, E>,
    ) -> Result<Self, E> {
        let mut place = |operand| match operand {
            Operand::Cell => Ok(CELL),
            Operand::A => Ok(operands[0]),
            Operand::B => Ok(operands[1]),
            Operand::Lit(value) => constant(value),
        };
        let mut conditions =
            [Condition { relation: Relation::Equal, left: CELL, right: CELL }; CONDITIONS_MAX];
        for (code, condition) in conditions.iter_mut().zip(&action.conditions) {
            let (left, right) = (place(condition.left)?, place(condition.right)?);
            *code = Condition { relation: condition.relation, left, right };
        }
        let mut rows = [RowCode { op: Op::Copy, a: CELL, b: CELL, output: Output::Old }; 1 << CONDITIONS_MAX];
        for (code, row) in rows.iter_mut().zip(&action.rows) {
            let (op, a, b) = match row.value {
                Value::Operand(a) => (Op::Copy, a, a),
                Value::Add(a, b) => (Op::Add, a, b),
                Value::Sub(a, b) => (Op::Sub, a, b),
                Value::And(a, b) => (Op::And, a, b),
                Value::Or(a, b) => (Op::Or, a, b),
                Value::Xor(a, b) => (Op::Xor, a, b),
            };
            *code = RowCode { op, a: place(a)?, b: place(b)?, output: row.output };
        }
        let count = action.conditions.len() as u8;
        Ok(Self { action: id, operands, result, result_mask, count, conditions, rows })
    }

    /// The cell's new value and the result, as [`Salu::run`] has them but for the result's bits that its field does not have.
    #[inline(always)]
    pub(super) fn run(&self, vector: &Vector, cell: u32) -> (u32, u32) {
        let word = |place| if place == CELL { cell } else { vector.get(place) };
        let mut row = 0;
        for (at, condition) in self.conditions[..self.count as usize].iter().enumerate() {
            let (left, right) = (word(condition.left), word(condition.right));
            let holds = match condition.relation {
                Relation::Equal => left == right,
                Relation::Newer => left.wrapping_sub(right) as i32 > 0,
            };
            row |= usize::from(holds) << at;
        }
        let row = &self.rows[row];
        let value = row.op.apply(word(row.a), word(row.b), 0);
        let result = match row.output {
            Output::Old => cell,
            Output::New => value,
            Output::Number(number) => number,
        };
        (value, result & self.result_mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salu::{Compare, Row};

    const LITERALS: [u32; 3] = [0, 1, 0x8000_0000];

    fn operand(rng: &mut fastrand::Rng) -> Operand {
        match rng.u32(0..4) {
            0 => Operand::Cell,
            1 => Operand::A,
            2 => Operand::B,
            _ => Operand::Lit(LITERALS[rng.usize(0..LITERALS.len())]),
        }
    }

    fn action(rng: &mut fastrand::Rng) -> Salu {
        let compare = |rng: &mut fastrand::Rng| Compare {
            relation: if rng.bool() { Relation::Equal } else { Relation::Newer },
            left: operand(rng),
            right: operand(rng),
        };
        let row = |rng: &mut fastrand::Rng| {
            let (a, b) = (operand(rng), operand(rng));
            let value = match rng.u32(0..6) {
                0 => Value::Operand(a),
                1 => Value::Add(a, b),
                2 => Value::Sub(a, b),
                3 => Value::And(a, b),
                4 => Value::Or(a, b),
                _ => Value::Xor(a, b),
            };
            let output = match rng.u32(0..3) {
                0 => Output::Old,
                1 => Output::New,
                _ => Output::Number(rng.u32(..)),
            };
            Row { value, output }
        };
        let conditions: Vec<_> = (0..rng.usize(0..=CONDITIONS_MAX)).map(|_| compare(rng)).collect();
        let rows = (0..1 << conditions.len()).map(|_| row(rng)).collect();
        Salu { name: "drawn".into(), conditions, rows }
    }

    #[test]
    fn drawn_action_on_drawn_words_gives_what_the_stateful_alu_gives() {
        let mut rng = fastrand::Rng::with_seed(7);
        let mut outcomes = [0; 1 << CONDITIONS_MAX];
        for _ in 0..10_000 {
            let action = action(&mut rng);
            let constant =
                |value| LITERALS.iter().position(|known| *known == value).map(|at| at as Place).ok_or(());
            let (a, b) = (3, 4);
            let code = ExecCode::new((ActionId(0), &action), [a, b], (5, 0xffff), constant).unwrap();
            // Few values, so that words are often the same.
            let [cell, first, second] = std::array::from_fn(|_| rng.u32(0..3).wrapping_sub(1));
            let mut vector = Vector::ZERO;
            vector.reset(0, &[LITERALS[0], LITERALS[1], LITERALS[2], first, second]);
            let (value, result) = action.run(cell, first, second);
            assert_eq!(
                code.run(&vector, cell),
                (value, result & 0xffff),
                "{action:?} of {cell}, {first}, {second}"
            );
            outcomes[action.rows.len() - 1] += 1;
        }
        assert!([0, 1, 3].iter().all(|rows| outcomes[*rows] > 1000), "{outcomes:?}");
    }
}
