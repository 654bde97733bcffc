//! Selects: keys that fit the match registers, cases that fit the keys and can be chosen.

use super::{Place, Rule, Scope, Sink, State, Ty};
use crate::p4::ast::{Case, Keyset, Transition};
use crate::p4::check::counted;
use crate::p4::check::tables::{numbers, values};
use crate::p4::tna::SELECT_BITS_MAX;

pub(super) fn check<'p>(scope: &Scope<'_, 'p>, state: &'p State, place: &Place, sink: &mut Sink) {
    let Transition::Select { keys, cases } = &state.transition else { return };
    let place = place.at("select");
    let types: Vec<Ty<'p>> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            let place = place.nth("key", index);
            let ty = scope.value(key, &place, sink);
            if !matches!(ty, Ty::Bit(_) | Ty::Bool | Ty::Unknown) {
                sink.report(Rule::Select, &place, format!("a key of {ty}; select on bits of a known width"));
            }
            ty
        })
        .collect();
    if keys.is_empty() || cases.is_empty() {
        sink.report(Rule::Select, &place, "a select without keys or cases; name the next state");
    }
    let bits: u32 = types.iter().map(|ty| scope.env.bits(ty)).sum();
    if bits > SELECT_BITS_MAX {
        let message = format!(
            "the keys have {bits} bits, and a state matches {SELECT_BITS_MAX}; select in two states, one after the other"
        );
        sink.report(Rule::Select, &place, message);
    }
    let mut seen = Vec::new();
    let mut all_taken = None;
    for (index, case) in cases.iter().enumerate() {
        let place = place.nth("case", index);
        if let Some(taken) = all_taken {
            let message = format!("case {taken} takes every packet; put this one before it or leave it out");
            sink.report(Rule::Select, &place, message);
        }
        self::case(scope, case, &types, &place, sink);
        let is_default = case.keysets.iter().all(|keyset| *keyset == Keyset::Any);
        if is_default {
            all_taken = all_taken.or(Some(index + 1));
        }
        let numbers = numbers(scope, &case.keysets);
        let has_set = case.keysets.iter().any(|keyset| matches!(keyset, Keyset::Set(_)));
        if !is_default && !has_set && seen.contains(&numbers) {
            sink.report(Rule::Select, &place, "an earlier case matches the same; leave this one out");
        }
        seen.push(numbers);
    }
}

fn case<'p>(scope: &Scope<'_, 'p>, case: &'p Case, types: &[Ty<'p>], place: &Place, sink: &mut Sink) {
    if let [Keyset::Any] = case.keysets.as_slice() {
        return;
    }
    if case.keysets.len() != types.len() {
        let message = format!(
            "{} for {}; give one for each, `_` where any will do",
            counted(case.keysets.len(), "value"),
            counted(types.len(), "key")
        );
        sink.report(Rule::Select, place, message);
    }
    for (keyset, ty) in case.keysets.iter().zip(types) {
        if let Keyset::Set(name) = keyset {
            if case.keysets.len() > 1 {
                let message = "a value set beside other values; the chip matches it alone, select on it in a state of its own";
                sink.report(Rule::Select, place, message);
            }
            if let Some(set) = scope.value_set(name, place, sink) {
                let theirs = scope.env.resolve(&set.ty, place, &mut Sink::default());
                if !scope.agree(ty, &theirs) {
                    sink.report(
                        Rule::Select,
                        place,
                        format!("the value set holds {theirs} and the key is {ty}; make them the same"),
                    );
                }
            }
        }
        values(scope, keyset, ty, Rule::Select, place, sink);
    }
}
