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
