//! Can all of these bits hold at once? Tries the values of the conditions that they are made of, one by one.
//!
//! Conditions are taken to be independent of each other, but for these: a word equals one constant at most, and of "a is newer
//! than b", "b is newer than a" and "a equals b" one holds at most. So "no" is certain, and "yes" may be too careful.

use super::tape::{Bit, BitNode, Tape, WordNode};
use std::collections::HashMap;

/// Whether the bits can all be true at once.
pub(crate) fn satisfiable(tape: &Tape, bits: &[Bit]) -> bool {
    search(tape, bits, &mut vec![])
}

type Assigned = Vec<(Bit, bool)>;

fn search(tape: &Tape, bits: &[Bit], assigned: &mut Assigned) -> bool {
    let mut known: HashMap<Bit, Result<bool, Bit>> = HashMap::new();
    known.extend(assigned.iter().map(|(bit, value)| (*bit, Ok(*value))));
    let mut open = None;
    for bit in bits {
        match value(tape, *bit, &mut known) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(atom) => open = open.or(Some(atom)),
        }
    }
    let Some(atom) = open else { return true };
    for guess in [true, false] {
        if guess && assigned.iter().any(|(other, value)| *value && excludes(tape, atom, *other)) {
            continue;
        }
        assigned.push((atom, guess));
        let found = search(tape, bits, assigned);
        assigned.pop();
        if found {
            return true;
        }
    }
    false
}

/// The bit's value, or a condition that it still depends on.
fn value(tape: &Tape, bit: Bit, known: &mut HashMap<Bit, Result<bool, Bit>>) -> Result<bool, Bit> {
    if let Some(value) = known.get(&bit) {
        return *value;
    }
    let value = match tape.node(bit) {
        BitNode::Const(value) => Ok(value),
        BitNode::Not(a) => value(tape, a, known).map(|a| !a),
        BitNode::Both(a, b) => match (value(tape, a, known), value(tape, b, known)) {
            (Ok(false), _) | (_, Ok(false)) => Ok(false),
            (Err(atom), _) | (_, Err(atom)) => Err(atom),
            (Ok(true), Ok(true)) => Ok(true),
        },
        BitNode::Either(a, b) => match (value(tape, a, known), value(tape, b, known)) {
            (Ok(true), _) | (_, Ok(true)) => Ok(true),
            (Err(atom), _) | (_, Err(atom)) => Err(atom),
            (Ok(false), Ok(false)) => Ok(false),
        },
        BitNode::Has(_) | BitNode::Unknown(_) | BitNode::Eq(..) | BitNode::Newer(..) => Err(bit),
    };
    known.insert(bit, value);
    value
}

/// Whether two conditions are never true together.
fn excludes(tape: &Tape, a: Bit, b: Bit) -> bool {
    let is_lit = |word| matches!(tape.word_node(word), WordNode::Lit(_));
    match (tape.node(a), tape.node(b)) {
        (BitNode::Eq(x, k), BitNode::Eq(y, l)) => x == y && k != l && is_lit(k) && is_lit(l),
        (BitNode::Newer(x, y), BitNode::Newer(v, w)) => x == w && y == v,
        (BitNode::Newer(x, y), BitNode::Eq(v, w)) | (BitNode::Eq(v, w), BitNode::Newer(x, y)) => {
            (x, y) == (v, w) || (x, y) == (w, v)
        }
        _ => false,
    }
}

mod tests {
    use super::*;
    use redplane_core::field::{Field, Header};
    use redplane_core::machine::{Alu, Machine};

    #[test]
    fn equal_to_two_constants_is_impossible() {
        let mut tape = Tape::new();
        let word = tape.get(Field::Pass);
        let (one, two) = (tape.is(word, 1), tape.is(word, 2));
        assert!(!satisfiable(&tape, &[one, two]));
        let (not_one, not_two) = (tape.not(one), tape.not(two));
        assert!(satisfiable(&tape, &[not_one, not_two]));
        assert!(!satisfiable(&tape, &[one, not_one]));
    }

    #[test]
    fn newer_and_equal_are_impossible_together() {
        let mut tape = Tape::new();
        let (a, b) = (tape.get(Field::Now), tape.get(Field::MessageEpoch));
        let (newer, older, equal) = (tape.newer(a, b), tape.newer(b, a), tape.eq(b, a));
        assert!(!satisfiable(&tape, &[newer, equal]));
        assert!(!satisfiable(&tape, &[older, equal]));
        assert!(!satisfiable(&tape, &[newer, older]));
        assert!(satisfiable(&tape, &[newer]));
    }

    #[test]
    fn field_that_was_written_between_is_another_value() {
        let mut tape = Tape::new();
        let before = tape.get(Field::OutKind);
        let one = tape.is(before, 1);
        tape.set(Field::OutKind, before);
        let after = tape.get(Field::OutKind);
        let two = tape.is(after, 2);
        assert!(satisfiable(&tape, &[one, two]));
    }

    #[test]
    fn bit_that_went_through_a_word_is_the_same_bit() {
        let mut tape = Tape::new();
        let bit = tape.has(Header::Tcp);
        let word = tape.word(bit);
        let again = tape.is(word, 1);
        let not = tape.not(bit);
        assert!(!satisfiable(&tape, &[again, not]));
    }
}
