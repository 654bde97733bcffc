//! A register action as a stateful ALU does it: at most two conditions, and for each of their outcomes what is stored and given.

mod of_action;

pub use of_action::{CONDITIONS_MAX, Unfit};

/// A register action in the form of a stateful ALU. Made by [`Salu::of_action`], or refused with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salu {
    /// The action's name, `snake_case`.
    pub name: String,
    /// At most two.
    pub conditions: Vec<Compare>,
    /// What happens, by the outcome of the conditions: bit *i* of the row's number is the outcome of condition *i*. There are
    /// 2^conditions rows.
    pub rows: Vec<Row>,
}

/// What a stateful ALU does in one outcome of its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The cell's new value.
    pub value: Value,
    /// The result.
    pub output: Output,
}

/// A condition of a stateful ALU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Compare {
    /// How.
    pub relation: Relation,
    /// The left side.
    pub left: Operand,
    /// The right side.
    pub right: Operand,
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They are equal.
    Equal,
    /// The left one is newer as a serial number: `(left - right) as i32 > 0` (RP-SW-10).
    Newer,
}

/// What a stateful ALU can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// The cell as it was.
    Cell,
    /// The first operand from the packet.
    A,
    /// The second operand from the packet.
    B,
    /// A constant.
    Lit(u32),
}

/// What a stateful ALU can store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// An operand; the cell itself: it stays.
    Operand(Operand),
    /// A sum.
    Add(Operand, Operand),
    /// A difference.
    Sub(Operand, Operand),
    /// Bitwise and.
    And(Operand, Operand),
    /// Bitwise or.
    Or(Operand, Operand),
    /// Bitwise exclusive or.
    Xor(Operand, Operand),
}

/// What a stateful ALU can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// The cell as it was.
    Old,
    /// The cell as it is now.
    New,
    /// A number that the conditions alone decide.
    Number(u32),
}

impl Salu {
    /// The new cell and the result. All on 32 bits; a narrower array cuts the cell.
    #[inline]
    pub fn run(&self, cell: u32, a: u32, b: u32) -> (u32, u32) {
        let operand = |operand| match operand {
            Operand::Cell => cell,
            Operand::A => a,
            Operand::B => b,
            Operand::Lit(value) => value,
        };
        let mut row = 0;
        for (at, condition) in self.conditions.iter().enumerate() {
            let (left, right) = (operand(condition.left), operand(condition.right));
            let holds = match condition.relation {
                Relation::Equal => left == right,
                Relation::Newer => left.wrapping_sub(right) as i32 > 0,
            };
            row |= (holds as usize) << at;
        }
        let row = self.rows[row];
        let value = match row.value {
            Value::Operand(a) => operand(a),
            Value::Add(a, b) => operand(a).wrapping_add(operand(b)),
            Value::Sub(a, b) => operand(a).wrapping_sub(operand(b)),
            Value::And(a, b) => operand(a) & operand(b),
            Value::Or(a, b) => operand(a) | operand(b),
            Value::Xor(a, b) => operand(a) ^ operand(b),
        };
        let result = match row.output {
            Output::Old => cell,
            Output::New => value,
            Output::Number(number) => number,
        };
        (value, result)
    }

    /// Whether it looks at an operand.
    pub fn reads(&self, operand: Operand) -> bool {
        let in_value = |value: Value| match value {
            Value::Operand(a) => a == operand,
            Value::Add(a, b) | Value::Sub(a, b) | Value::And(a, b) | Value::Or(a, b) | Value::Xor(a, b) => {
                a == operand || b == operand
            }
        };
        self.conditions.iter().any(|condition| condition.left == operand || condition.right == operand)
            || self.rows.iter().any(|row| in_value(row.value))
    }

    /// Whether the cell stays as it is whatever the conditions say.
    pub fn is_pure(&self) -> bool {
        self.rows.iter().all(|row| row.value == Value::Operand(Operand::Cell))
    }

    /// Whether the result is a number that the conditions decide, so that few bits are enough for it.
    pub fn gives_number(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.output, Output::Number(_)))
    }

    /// Bits that the result needs.
    pub fn output_bits(&self) -> u32 {
        let bits = |row: &Row| match row.output {
            Output::Number(number) => u32::BITS - number.leading_zeros(),
            Output::Old | Output::New => u32::BITS,
        };
        self.rows.iter().map(bits).max().unwrap_or(0).max(1)
    }
}
