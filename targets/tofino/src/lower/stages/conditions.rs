//! Guards as conditions of the apply block, each no more than a gateway compares.
//!
//! A gateway compares for equality, and two fields with one another; it computes nothing and knows no sign. What is more than one
//! gateway's is nested: all of it holds where each part does.

use redplane_hdl_sim::pipeline::{Cond, FieldId};

use super::StageError;
use super::vector::Vector;
use crate::lower::headers;
use crate::p4::ast::{BinaryOp, Body, Expr, Gress, If, Stmt, UnaryOp};

/// Bits that a gateway compares.
const GATEWAY_BITS: u32 = 44;
/// More parts than this, and nobody could read the text.
const PARTS_MAX: usize = 128;

/// A guard without negations but of its atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Formula {
    /// A comparison, and what it compares with how many bits.
    Atom(Expr, Vec<(Expr, u32)>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// The conditions that together are the guard, to be nested; none if it always holds.
pub(super) fn conditions(vector: &Vector<'_>, cond: &Cond) -> Result<Vec<Expr>, StageError> {
    let formula = formula(vector, cond, true)?;
    if formula == Formula::All(vec![]) {
        return Ok(vec![]);
    }
    let terms = match formula {
        Formula::All(terms) if bits(&terms) > GATEWAY_BITS => terms,
        whole => vec![whole],
    };
    let mut clauses = vec![];
    for term in terms {
        if fits(&term) {
            clauses.push(term);
        } else {
            clauses.extend(in_clauses(&term)?);
        }
    }
    let mut parts: Vec<Vec<Formula>> = vec![];
    for clause in clauses {
        let room = parts.iter_mut().find(|part| {
            let together: Vec<Formula> = part.iter().cloned().chain([clause.clone()]).collect();
            bits(&together) <= GATEWAY_BITS
        });
        match room {
            Some(part) => part.push(clause),
            None => parts.push(vec![clause]),
        }
    }
    Ok(parts.into_iter().map(|part| text(&Formula::All(part))).collect())
}

/// The statements with the guard around them.
pub(super) fn guarded(conditions: &[Expr], then: Body, otherwise: &Body) -> Body {
    conditions.iter().rev().fold(then, |inner, condition| {
        vec![If::new(condition.clone(), inner).otherwise(otherwise.clone()).into()]
    })
}

/// What is compared in all of them, each field once.
fn bits(terms: &[Formula]) -> u32 {
    fn collect<'f>(formula: &'f Formula, found: &mut Vec<&'f (Expr, u32)>) {
        match formula {
            Formula::Atom(_, compared) => {
                for field in compared {
                    if !found.contains(&field) {
                        found.push(field);
                    }
                }
            }
            Formula::All(terms) | Formula::Any(terms) => terms.iter().for_each(|term| collect(term, found)),
        }
    }
    let mut found = vec![];
    terms.iter().for_each(|term| collect(term, &mut found));
    found.iter().map(|(_, bits)| bits).sum()
}

/// Whether gateways take it as one condition: they are split between alternatives.
fn fits(formula: &Formula) -> bool {
    match formula {
        Formula::Any(terms) => terms.iter().all(fits),
        other => bits(std::slice::from_ref(other)) <= GATEWAY_BITS,
    }
}

/// The same as alternatives of atoms that must all hold.
fn in_clauses(formula: &Formula) -> Result<Vec<Formula>, StageError> {
    let clauses = clauses(formula)?.into_iter().map(|mut terms| match terms.len() {
        1 => terms.remove(0),
        _ => Formula::Any(terms),
    });
    Ok(clauses.collect())
}

fn clauses(formula: &Formula) -> Result<Vec<Vec<Formula>>, StageError> {
    match formula {
        Formula::Atom(..) => Ok(vec![vec![formula.clone()]]),
        Formula::All(terms) => {
            let mut all = vec![];
            for term in terms {
                all.extend(clauses(term)?);
            }
            Ok(needed(all))
        }
        Formula::Any(terms) => {
            let mut known: Vec<Vec<Formula>> = vec![vec![]];
            for term in terms {
                let theirs = clauses(term)?;
                let joined =
                    known.iter().flat_map(|clause| theirs.iter().map(move |their| join(clause, their)));
                known = needed(joined.flatten().collect());
                if known.len() > PARTS_MAX {
                    let message = "a guard is more than gateways can be asked for in one stage: give a part of it a name in the program (`signal`)";
                    return Err(StageError::new("guard", message));
                }
            }
            Ok(known)
        }
    }
}

/// Both as alternatives; none if one of them holds in any case.
fn join(a: &[Formula], b: &[Formula]) -> Option<Vec<Formula>> {
    let mut joined = a.to_vec();
    for atom in b {
        if joined.iter().any(|known| are_opposite(known, atom)) {
            return None;
        }
        if !joined.iter().any(|known| known == atom || includes(known, atom)) {
            joined.retain(|known| !includes(atom, known));
            joined.push(atom.clone());
        }
    }
    Some(joined)
}

/// Whether one holds wherever the other does: a field that is one number is no other.
fn includes(wide: &Formula, narrow: &Formula) -> bool {
    let (Formula::Atom(wide, _), Formula::Atom(narrow, _)) = (wide, narrow) else { return false };
    match (wide, narrow) {
        (Expr::Binary(BinaryOp::Ne, path, other), Expr::Binary(BinaryOp::Eq, same, number)) => {
            let are_numbers = matches!(
                (&**other, &**number),
                (Expr::Int { .. }, Expr::Int { .. }) | (Expr::Name(_), Expr::Name(_))
            );
            path == same && are_numbers && other != number
        }
        _ => false,
    }
}

fn are_opposite(a: &Formula, b: &Formula) -> bool {
    let (Formula::Atom(a, compared), Formula::Atom(b, _)) = (a, b) else { return false };
    match (a, b) {
        (Expr::Binary(one, left, right), Expr::Binary(other, their_left, their_right))
            if left == their_left =>
        {
            let is_bit = matches!(&compared[..], [(_, 1)]);
            (one != other && right == their_right) || (is_bit && one == other && right != their_right)
        }
        (Expr::Unary(UnaryOp::Not, of), other) | (other, Expr::Unary(UnaryOp::Not, of)) => **of == *other,
        _ => false,
    }
}

/// Without those that hold where another one does.
fn needed(clauses: Vec<Vec<Formula>>) -> Vec<Vec<Formula>> {
    let mut needed: Vec<Vec<Formula>> = vec![];
    for clause in clauses {
        let within = |a: &[Formula], b: &[Formula]| a.iter().all(|atom| b.contains(atom));
        if !needed.iter().any(|known| within(known, &clause)) {
            needed.retain(|known| !within(&clause, known));
            needed.push(clause);
        }
    }
    needed
}

fn flat(terms: Vec<Formula>) -> Vec<Formula> {
    let mut flat = vec![];
    for term in terms {
        match term {
            Formula::Any(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    flat
}

fn text(formula: &Formula) -> Expr {
    let join = |terms: &[Formula], op, empty| {
        let mut terms = terms.iter().map(text);
        let first = terms.next().unwrap_or(Expr::Bool(empty));
        terms.fold(first, |left, right| left.binary(op, right))
    };
    match formula {
        Formula::Atom(expr, _) => expr.clone(),
        Formula::All(terms) => join(terms, BinaryOp::And, true),
        Formula::Any(terms) => join(terms, BinaryOp::Or, false),
    }
}

fn all(terms: Vec<Formula>) -> Formula {
    let mut flat = vec![];
    for term in terms {
        match term {
            Formula::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() == 1 { flat.remove(0) } else { Formula::All(flat) }
}

fn any(terms: Vec<Formula>) -> Formula {
    let mut flat = flat(terms);
    if flat.len() == 1 { flat.remove(0) } else { Formula::Any(flat) }
}

fn formula(vector: &Vector<'_>, cond: &Cond, holds: bool) -> Result<Formula, StageError> {
    let both = |terms: Vec<Formula>| if holds { all(terms) } else { any(terms) };
    Ok(match cond {
        Cond::Always => both(vec![]),
        Cond::Valid(header) => {
            if vector.gress == Gress::Egress {
                return Err(StageError::new("guard", "egress does not parse the packet: ask in ingress"));
            }
            let valid = headers::valid(*header);
            let asked =
                if holds { valid.clone() } else { Expr::Unary(UnaryOp::Not, Box::new(valid.clone())) };
            Formula::Atom(asked, vec![(valid, 1)])
        }
        Cond::Is(field, value) => {
            let terms =
                vector.encodings(*field, *value).into_iter().map(|code| is(vector, *field, code, holds));
            let terms: Vec<Formula> = terms.collect();
            if holds { any(terms) } else { all(terms) }
        }
        Cond::Masked(field, mask, value) => both(masked(vector, *field, *mask, *value, holds)),
        Cond::Same(a, b) => both(same(vector, *a, *b, holds)?),
        Cond::Positive(field) => {
            let location = vector.location(*field);
            let (path, bits) = (&location.path, location.bits);
            let not_zero = compare(path.clone(), bits, 0.into(), !holds);
            if bits < 32 {
                not_zero
            } else {
                both(vec![compare(path.clone().slice(31, 31), 1, 0.into(), holds), not_zero])
            }
        }
        Cond::Not(inner) => formula(vector, inner, !holds)?,
        Cond::All(terms) | Cond::Any(terms) => {
            let is_all = matches!(cond, Cond::All(_)) == holds;
            let terms: Result<Vec<Formula>, StageError> =
                terms.iter().map(|term| formula(vector, term, holds)).collect();
            if is_all { all(terms?) } else { any(terms?) }
        }
    })
}

fn compare(path: Expr, bits: u32, value: Expr, equal: bool) -> Formula {
    let compared = vec![(path.clone(), bits)];
    Formula::Atom(if equal { path.equals(value) } else { path.differs(value) }, compared)
}

fn is(vector: &Vector<'_>, field: FieldId, code: u32, holds: bool) -> Formula {
    let location = vector.location(field);
    let (path, bits) = (location.path.clone(), location.bits);
    if bits == 1 {
        // A bit that is not one is the other.
        return compare(path, 1, (if holds { code } else { 1 - code }).into(), true);
    }
    let value = if location.numbers.is_some() { code.into() } else { vector.constant(field, code) };
    compare(path, bits, value, holds)
}

/// A comparison for each run of ones in the mask.
fn masked(vector: &Vector<'_>, field: FieldId, mask: u32, value: u32, holds: bool) -> Vec<Formula> {
    let path = &vector.location(field).path;
    let mut terms = vec![];
    let mut lo = 0;
    while lo < 32 && mask >> lo != 0 {
        lo += (mask >> lo).trailing_zeros();
        let ones = (mask >> lo).trailing_ones();
        let part = (value >> lo) & (u32::MAX >> (32 - ones));
        terms.push(compare(path.clone().slice(lo + ones - 1, lo), ones, part.into(), holds));
        lo += ones;
    }
    terms
}

/// Two fields of different widths are the same where the wider one has zeros above.
fn same(vector: &Vector<'_>, a: FieldId, b: FieldId, holds: bool) -> Result<Vec<Formula>, StageError> {
    let (a, b) = (vector.location(a), vector.location(b));
    if a.numbers.is_some() || b.numbers.is_some() {
        return Err(StageError::new(
            "guard",
            "what stands for conditions is compared with a field: compare it with numbers",
        ));
    }
    let (wide, narrow) = if a.bits >= b.bits { (a, b) } else { (b, a) };
    let low = super::values::sized(wide.path.clone(), wide.bits, narrow.bits);
    let mut terms = vec![compare(low, narrow.bits, narrow.path.clone(), holds)];
    if wide.bits > narrow.bits {
        let above = wide.path.clone().slice(wide.bits - 1, narrow.bits);
        terms.push(compare(above, wide.bits - narrow.bits, 0.into(), holds));
    }
    Ok(terms)
}

/// A statement that is done where the guard holds.
pub(super) fn when(vector: &Vector<'_>, cond: &Cond, then: Body) -> Result<Body, StageError> {
    Ok(guarded(&conditions(vector, cond)?, then, &vec![]))
}

/// One condition, if the guard is no more.
pub(super) fn single(conditions: &[Expr]) -> Option<&Expr> {
    match conditions {
        [one] => Some(one),
        _ => None,
    }
}

/// `if … else if …` of guards of which no two hold at once.
pub(super) fn chain(branches: Vec<(Expr, Body)>) -> Stmt {
    If { branches, otherwise: vec![] }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(text: Expr) -> Formula {
        let compared = vec![(text.clone(), 8)];
        Formula::Atom(text, compared)
    }

    #[test]
    fn clauses_that_hold_in_any_case_are_left_out() {
        let (yes, no) = (atom(Expr::from("kind").equals(1)), atom(Expr::from("kind").differs(1)));
        let other = atom(Expr::from("port").equals(2));
        // (kind == 1 && port == 2) || kind != 1: port == 2 || kind != 1.
        let formula = Formula::Any(vec![Formula::All(vec![yes, other.clone()]), no.clone()]);
        assert_eq!(clauses(&formula).unwrap(), [vec![other, no]]);
    }

    #[test]
    fn clauses_that_others_imply_are_left_out() {
        let (a, b) = (atom(Expr::from("a").equals(1)), atom(Expr::from("b").equals(1)));
        let both = Formula::Any(vec![a.clone(), b]);
        assert_eq!(clauses(&Formula::All(vec![both, a.clone()])).unwrap(), [vec![a]]);
    }

    #[test]
    fn number_is_left_out_beside_what_another_number_leaves() {
        let (is, is_not) = (atom(Expr::from("kind").equals(8)), atom(Expr::from("kind").differs(5)));
        let (is, is_not) = (vec![is], vec![is_not]);
        assert_eq!(join(&is, &is_not), Some(is_not.clone()));
        assert_eq!(join(&is_not, &is), Some(is_not));
    }
}
