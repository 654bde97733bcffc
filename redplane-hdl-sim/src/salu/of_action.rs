//! From a recorded register action to the form of a stateful ALU, or why there is none.

use std::collections::HashMap;

use super::{Compare, Operand, Output, Relation, Row, Salu, Value};
use crate::netlist::{Action, BinaryOp, Bit, BitNode, Graph, Word, WordNode};

/// So many conditions a stateful ALU has.
pub const CONDITIONS_MAX: usize = 2;

/// Why an action is none that a stateful ALU can do. Prints as a sentence with the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It asks this many conditions.
    Conditions(usize),
    /// A condition compares something that was computed.
    ComputedCondition,
    /// What it stores takes more than one operation, or one that a stateful ALU does not have.
    Value,
    /// Its result is neither the cell, old or new, nor a number that the conditions decide.
    Output,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Conditions(count) => write!(
                f,
                "asks {count} conditions, and a stateful ALU has {CONDITIONS_MAX}: decide one of them before, from the packet, and \
                 make two actions under opposite guards"
            ),
            Self::ComputedCondition => f.write_str(
                "compares a value that it computes: compare the cell and the operands themselves, and compute before the access",
            ),
            Self::Value => f.write_str(
                "stores what takes more than one operation, or a shift: compute the operand before the access, in the packet",
            ),
            Self::Output => f.write_str(
                "gives neither the cell, old or new, nor a number that its conditions decide: give the cell and compute behind the \
                 access",
            ),
        }
    }
}

impl Salu {
    /// The action as a stateful ALU does it.
    pub fn of_action(action: &Action) -> Result<Self, Unfit> {
        let graph = &action.graph;
        let mut conditions = vec![];
        for word in [action.value, action.result] {
            collect(graph, word, &mut conditions);
        }
        if conditions.len() > CONDITIONS_MAX {
            return Err(Unfit::Conditions(conditions.len()));
        }
        let compares = conditions.iter().map(|bit| compare(graph, *bit)).collect::<Result<Vec<_>, _>>()?;
        let rows = (0..1usize << conditions.len()).map(|row| {
            let outcome: HashMap<Bit, bool> =
                conditions.iter().enumerate().map(|(at, bit)| (*bit, row >> at & 1 == 1)).collect();
            let stored = settle(graph, action.value, &outcome).ok_or(Unfit::Value)?;
            let given = settle(graph, action.result, &outcome).ok_or(Unfit::Output)?;
            let output = match given {
                Value::Operand(Operand::Cell) => Output::Old,
                Value::Operand(Operand::Lit(number)) => Output::Number(number),
                given if given == stored => Output::New,
                _ => return Err(Unfit::Output),
            };
            Ok(Row { value: stored, output })
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { name: action.name.into(), conditions: compares, rows })
    }
}

/// The conditions that a word depends on.
fn collect(graph: &Graph, word: Word, found: &mut Vec<Bit>) {
    match graph.word_node(word) {
        WordNode::Binary(_, a, b) => [a, b].into_iter().for_each(|word| collect(graph, word, found)),
        WordNode::Shl(a, _) | WordNode::Shr(a, _) => collect(graph, a, found),
        WordNode::Select(bit, a, b) => {
            collect_bit(graph, bit, found);
            [a, b].into_iter().for_each(|word| collect(graph, word, found));
        }
        _ => {}
    }
}

fn collect_bit(graph: &Graph, bit: Bit, found: &mut Vec<Bit>) {
    match graph.bit_node(bit) {
        BitNode::Both(a, b) | BitNode::Either(a, b) => {
            [a, b].into_iter().for_each(|bit| collect_bit(graph, bit, found))
        }
        BitNode::Not(a) => collect_bit(graph, a, found),
        BitNode::Const(_) => {}
        _ if found.contains(&bit) => {}
        _ => found.push(bit),
    }
}

fn compare(graph: &Graph, bit: Bit) -> Result<Compare, Unfit> {
    let (relation, left, right) = match graph.bit_node(bit) {
        BitNode::Eq(a, b) => (Relation::Equal, a, b),
        BitNode::Newer(a, b) => (Relation::Newer, a, b),
        _ => return Err(Unfit::ComputedCondition),
    };
    let operand = |word| operand(graph, word).ok_or(Unfit::ComputedCondition);
    Ok(Compare { relation, left: operand(left)?, right: operand(right)? })
}

fn operand(graph: &Graph, word: Word) -> Option<Operand> {
    Some(match graph.word_node(word) {
        WordNode::Cell => Operand::Cell,
        WordNode::A => Operand::A,
        WordNode::B => Operand::B,
        WordNode::Lit(value) => Operand::Lit(value),
        _ => return None,
    })
}

/// What a word is once the conditions have come out; `None` if that takes more than one operation.
fn settle(graph: &Graph, word: Word, outcome: &HashMap<Bit, bool>) -> Option<Value> {
    match graph.word_node(word) {
        WordNode::Select(bit, a, b) => {
            let chosen = if truth(graph, bit, outcome) { a } else { b };
            settle(graph, chosen, outcome)
        }
        WordNode::Binary(op, a, b) => {
            let (Value::Operand(a), Value::Operand(b)) =
                (settle(graph, a, outcome)?, settle(graph, b, outcome)?)
            else {
                return None;
            };
            if let (Operand::Lit(a), Operand::Lit(b)) = (a, b) {
                return Some(Value::Operand(Operand::Lit(op.apply(a, b))));
            }
            Some(match op {
                BinaryOp::Add => Value::Add(a, b),
                BinaryOp::Sub => Value::Sub(a, b),
                BinaryOp::And => Value::And(a, b),
                BinaryOp::Or => Value::Or(a, b),
                BinaryOp::Xor => Value::Xor(a, b),
            })
        }
        _ => operand(graph, word).map(Value::Operand),
    }
}

fn truth(graph: &Graph, bit: Bit, outcome: &HashMap<Bit, bool>) -> bool {
    if let Some(known) = outcome.get(&bit) {
        return *known;
    }
    match graph.bit_node(bit) {
        BitNode::Const(value) => value,
        BitNode::Not(a) => !truth(graph, a, outcome),
        BitNode::Both(a, b) => truth(graph, a, outcome) && truth(graph, b, outcome),
        BitNode::Either(a, b) => truth(graph, a, outcome) || truth(graph, b, outcome),
        // Every other bit is a condition, and those have all come out.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use proptest::prelude::*;
    use redplane_core::machine::{Alu, Array, RegisterAction};
    use redplane_core::native::NativeAlu;
    use redplane_core::registers::*;

    use super::*;
    use crate::netlist::Place;
    use crate::pipeline::StageArray;
    use crate::record::recorded_action;

    fn salu<R: RegisterAction>() -> Result<Salu, Unfit> {
        let place = Place(Location::caller());
        Salu::of_action(&recorded_action::<R>(StageArray::Core(Array::Seq), place))
    }

    /// Compared, stored and given as the action does it by hand.
    fn by_hand(
        conditions: &[(Relation, Operand, Operand)],
        rows: &[(Value, Output)],
    ) -> (Vec<Compare>, Vec<Row>) {
        let compare =
            |(relation, left, right): &_| Compare { relation: *relation, left: *left, right: *right };
        let row = |(value, output): &_| Row { value: *value, output: *output };
        (conditions.iter().map(compare).collect(), rows.iter().map(row).collect())
    }

    fn assert_is<R: RegisterAction>(conditions: &[(Relation, Operand, Operand)], rows: &[(Value, Output)]) {
        let salu = salu::<R>().unwrap();
        assert_eq!(salu.name, R::NAME);
        assert_eq!((salu.conditions, salu.rows), by_hand(conditions, rows), "{}", R::NAME);
    }

    #[test]
    fn action_of_core_is_what_one_would_write_by_hand() {
        use Operand::{A, B, Cell, Lit};
        use Output::{New, Number, Old};
        use Relation::{Equal, Newer};
        const STAYS: Value = Value::Operand(Cell);
        const PUTS_A: Value = Value::Operand(A);
        assert_is::<Read>(&[], &[(STAYS, Old)]);
        assert_is::<Put>(&[], &[(PUTS_A, Old)]);
        assert_is::<Advance>(&[], &[(Value::Add(Cell, Lit(1)), New)]);
        assert_is::<Same>(&[(Equal, Cell, A)], &[(STAYS, Number(0)), (STAYS, Number(YES))]);
        assert_is::<IsBefore>(&[(Newer, A, Cell)], &[(STAYS, Number(0)), (STAYS, Number(YES))]);
        assert_is::<IsAfter>(&[(Newer, Cell, A)], &[(STAYS, Number(0)), (STAYS, Number(YES))]);
        assert_is::<Latest>(&[(Newer, A, Cell)], &[(STAYS, Old), (PUTS_A, Old)]);
        assert_is::<IfOlder>(&[(Newer, B, Cell)], &[(STAYS, Number(0)), (PUTS_A, Number(YES))]);
        assert_is::<Replace>(&[(Equal, Cell, A)], &[(STAYS, Old), (Value::Operand(B), Old)]);
        let newer_or_same = [
            (STAYS, Number(0)),
            (PUTS_A, Number(NEWER)),
            (STAYS, Number(SAME)),
            // Never both; it does not matter.
            (PUTS_A, Number(NEWER)),
        ];
        assert_is::<Adopt>(&[(Newer, A, Cell), (Equal, Cell, A)], &newer_or_same);
        let live = [0, 1, 1, LIVE].map(|number| (STAYS, Number(number)));
        assert_is::<Liveness>(&[(Newer, Cell, A), (Newer, Cell, B)], &live);
        let unanswered = [(STAYS, Number(0)), (PUTS_A, Number(0)), (STAYS, Number(YES)), (PUTS_A, Number(0))];
        assert_is::<Unanswered>(&[(Equal, Cell, Lit(0)), (Newer, B, Cell)], &unanswered);
    }

    fn assert_same<R: RegisterAction>(cell: u32, a: u32, b: u32) {
        let native = R::apply(&mut NativeAlu, cell, a, b);
        assert_eq!(salu::<R>().unwrap().run(cell, a, b), native, "{} of {cell}, {a}, {b}", R::NAME);
    }

    /// Words that are often equal, close to each other, or half the circle of numbers apart.
    fn word() -> impl Strategy<Value = u32> {
        let edges = [0, 1, i32::MAX as u32, i32::MIN as u32, u32::MAX];
        prop_oneof![any::<u32>(), 0..4u32, proptest::sample::select(edges.to_vec())]
    }

    proptest! {
        #[test]
        fn action_of_core_does_on_a_stateful_alu_what_it_does_on_the_native_machine(
            cell in word(), a in word(), b in word(),
        ) {
            assert_same::<Read>(cell, a, b);
            assert_same::<Put>(cell, a, b);
            assert_same::<Advance>(cell, a, b);
            assert_same::<Same>(cell, a, b);
            assert_same::<Adopt>(cell, a, b);
            assert_same::<IsBefore>(cell, a, b);
            assert_same::<IsAfter>(cell, a, b);
            assert_same::<Liveness>(cell, a, b);
            assert_same::<Latest>(cell, a, b);
            assert_same::<IfOlder>(cell, a, b);
            assert_same::<Replace>(cell, a, b);
            assert_same::<Unanswered>(cell, a, b);
        }
    }

    macro_rules! action {
        ($name:ident, |$alu:ident, $cell:ident, $a:ident, $b:ident| $body:expr) => {
            struct $name;
            impl RegisterAction for $name {
                const NAME: &'static str = stringify!($name);
                fn apply<A: Alu + ?Sized>(
                    $alu: &mut A,
                    $cell: A::Word,
                    $a: A::Word,
                    $b: A::Word,
                ) -> (A::Word, A::Word) {
                    $body
                }
            }
        };
    }

    action!(Saturate, |alu, cell, a, b| {
        let full = alu.eq(cell, b);
        let sum = alu.add(cell, a);
        let next = alu.select(full, cell, sum);
        (next, next)
    });

    #[test]
    fn new_cell_that_is_given_may_depend_on_conditions() {
        use Operand::{A, B, Cell};
        let rows = [(Value::Add(Cell, A), Output::New), (Value::Operand(Cell), Output::Old)];
        assert_is::<Saturate>(&[(Relation::Equal, Cell, B)], &rows);
    }

    action!(TakeTheGreaterStep, |alu, cell, a, b| {
        let newer = alu.newer(a, b);
        let step = alu.select(newer, a, b);
        (alu.add(cell, step), cell)
    });

    #[test]
    fn selection_inside_of_an_operation_is_decided_first() {
        use Operand::{A, B, Cell};
        let rows = [(Value::Add(Cell, B), Output::Old), (Value::Add(Cell, A), Output::Old)];
        assert_is::<TakeTheGreaterStep>(&[(Relation::Newer, A, B)], &rows);
    }

    action!(Shift, |alu, cell, _a, _b| (alu.shl(cell, 1), cell));
    action!(GiveOperand, |_alu, cell, a, _b| (cell, a));

    #[test]
    fn what_a_stateful_alu_does_not_have_is_refused() {
        assert_eq!(salu::<Shift>(), Err(Unfit::Value));
        assert_eq!(salu::<GiveOperand>(), Err(Unfit::Output));
    }
}
