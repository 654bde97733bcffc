//! Tables: keys, actions, default, entries, size.

use super::constant::exceeds;
use super::env::Ty;
use super::scope::{NO_ACTION, Scope};
use super::{Place, Rule, Sink, counted};
use crate::p4::ast::{DefaultAction, Direction, Entry, Expr, Key, Keyset, MatchKind, Table};
use crate::p4::print::{expr_text, keyset_text};

pub(super) fn check<'p>(scope: &Scope<'_, 'p>, table: &'p Table, place: &Place, sink: &mut Sink) {
    let keys = keys(scope, table, place, sink);
    actions(scope, table, place, sink);
    default_action(scope, table, place, sink);
    size(scope, table, place, sink);
    for (index, entry) in table.entries.iter().enumerate() {
        self::entry(scope, table, entry, &keys, &place.nth("entry", index), sink);
    }
    twice(scope, table, place, sink);
    if let Some(counter) = &table.counters {
        scope.direct_counter(counter, place, sink);
    }
}

/// Types of the keys.
fn keys<'p>(scope: &Scope<'_, 'p>, table: &'p Table, place: &Place, sink: &mut Sink) -> Vec<Ty<'p>> {
    let types = table
        .keys
        .iter()
        .enumerate()
        .map(|(index, key)| self::key(scope, key, &place.nth("key", index), sink));
    let types = types.collect();
    let has = |kind| table.keys.iter().any(|key| key.kind == kind);
    if table.keys.iter().filter(|key| key.kind == MatchKind::Lpm).count() > 1 {
        let message = "two keys are matched by prefix; the chip matches one, make the other ternary";
        sink.report(Rule::TableKey, place, message);
    }
    if has(MatchKind::Lpm) && (has(MatchKind::Ternary) || has(MatchKind::Range)) {
        let message = "a prefix beside a mask or range; make the prefix a ternary key with priorities";
        sink.report(Rule::TableKey, place, message);
    }
    types
}

fn key<'p>(scope: &Scope<'_, 'p>, key: &'p Key, place: &Place, sink: &mut Sink) -> Ty<'p> {
    let ty = scope.plain(&key.expr, place, sink);
    if !matches!(ty, Ty::Bit(_) | Ty::Bool | Ty::Unknown) {
        let message =
            format!("`{}` is {ty}; match on its fields, or on whether it is valid", expr_text(&key.expr));
        sink.report(Rule::TableKey, place, message);
    }
    if !matches!(key.expr, Expr::Name(_) | Expr::Field(..) | Expr::Slice { .. } | Expr::IsValid(_)) {
        let message =
            format!("`{}` is computed; compute it into a field before the table", expr_text(&key.expr));
        sink.report(Rule::TableKey, place, message);
    }
    ty
}

fn actions<'p>(scope: &Scope<'_, 'p>, table: &'p Table, place: &Place, sink: &mut Sink) {
    if table.actions.is_empty() {
        sink.report(Rule::TableAction, place, "the table has no actions; name at least one");
    }
    for (index, reference) in table.actions.iter().enumerate() {
        let place = place.at(format_args!("action {}", reference.name));
        if table.actions[..index].iter().any(|earlier| earlier.name == reference.name) {
            sink.report(Rule::Duplicate, &place, "the action is named twice; name it once");
        }
        let Some(action) = scope.action(&reference.name, &place, sink) else { continue };
        if let Some(param) = action.params.iter().find(|param| param.direction != Direction::None) {
            let message = format!(
                "parameter `{}` has a direction, so that no entry can hold it; make it action data, or read the field in the body",
                param.name
            );
            sink.report(Rule::TableAction, &place, message);
        }
    }
}

fn default_action<'p>(scope: &Scope<'_, 'p>, table: &'p Table, place: &Place, sink: &mut Sink) {
    let Some(DefaultAction { action, arguments, .. }) = &table.default_action else {
        let message = format!(
            "the table says nothing of a packet that matches nothing; give it a default action, `{NO_ACTION}` if need be"
        );
        sink.report(Rule::DefaultAction, place, message);
        return;
    };
    let place = place.at("default action");
    if !table.actions.iter().any(|reference| reference.name == *action) {
        let message = format!(
            "`{action}` is not among the table's actions; add it, marked `@defaultonly` if it is no entry's"
        );
        sink.report(Rule::DefaultAction, &place, message);
    }
    bound(scope, action, arguments, &place, sink);
}

/// An action with all its parameters given.
fn bound<'p>(scope: &Scope<'_, 'p>, action: &str, arguments: &'p [Expr], place: &Place, sink: &mut Sink) {
    let Some(action) = scope.action(action, place, sink) else { return };
    if action.params.len() != arguments.len() {
        let message = format!(
            "action `{}` has {} and is given {}; give one for each",
            action.name,
            counted(action.params.len(), "parameter"),
            arguments.len()
        );
        sink.report(Rule::Arguments, place, message);
    }
    for (index, (param, argument)) in action.params.iter().zip(arguments).enumerate() {
        let place = place.nth("argument", index);
        let ty = scope.env.resolve(&param.ty, &place, &mut Sink::default());
        scope.constant_of(argument, &ty, &place, sink);
    }
}

fn size<'p>(scope: &Scope<'_, 'p>, table: &'p Table, place: &Place, sink: &mut Sink) {
    let entries = table.entries.len();
    match scope.env.constants.value(&table.size) {
        Some(0) => sink.report(
            Rule::TableSize,
            place,
            "the table has room for no entry; give it a size of 1 or more",
        ),
        Some(size) if size < entries as u128 => {
            let message = format!("{entries} constant entries in a table of {size}; raise the size");
            sink.report(Rule::TableSize, place, message);
        }
        Some(_) => {}
        None => sink.report(Rule::Constant, place, "the size is not a constant; use a number or a constant"),
    }
}

fn entry<'p>(
    scope: &Scope<'_, 'p>,
    table: &'p Table,
    entry: &'p Entry,
    types: &[Ty<'p>],
    place: &Place,
    sink: &mut Sink,
) {
    if entry.keysets.len() != table.keys.len() {
        let message = format!(
            "{} for {}; give one for each, `_` where any will do",
            counted(entry.keysets.len(), "value"),
            counted(table.keys.len(), "key")
        );
        sink.report(Rule::Entry, place, message);
    }
    for (index, ((keyset, key), ty)) in entry.keysets.iter().zip(&table.keys).zip(types).enumerate() {
        self::keyset(scope, keyset, key.kind, ty, &place.nth("key", index), sink);
    }
    if !table.actions.iter().any(|reference| reference.name == entry.action) {
        let message = format!("`{}` is not among the table's actions; add it", entry.action);
        sink.report(Rule::TableAction, place, message);
    }
    bound(scope, &entry.action, &entry.arguments, place, sink);
}

fn keyset<'p>(
    scope: &Scope<'_, 'p>,
    keyset: &'p Keyset,
    kind: MatchKind,
    ty: &Ty<'p>,
    place: &Place,
    sink: &mut Sink,
) {
    let fits_kind = match keyset {
        Keyset::Value(_) => true,
        Keyset::Any => kind != MatchKind::Exact,
        Keyset::Mask(..) => matches!(kind, MatchKind::Ternary | MatchKind::Lpm),
        Keyset::Range(..) => kind == MatchKind::Range,
        Keyset::Set(_) => false,
    };
    if !fits_kind {
        let message = format!(
            "`{}` for a key whose match is {}; change the one or the other",
            keyset_text(keyset),
            kind.as_str()
        );
        sink.report(Rule::Entry, place, message);
    }
    values(scope, keyset, ty, Rule::Entry, place, sink);
    if let (Keyset::Mask(_, mask), MatchKind::Lpm, Ty::Bit(width)) = (keyset, kind, ty)
        && let Some(mask) = scope.env.constants.value(mask)
    {
        let all = if *width >= 128 { u128::MAX } else { (1 << width) - 1 };
        let rest = !mask & all;
        if rest & rest.wrapping_add(1) != 0 {
            let message = "the mask of a prefix has its ones at the top only; make the key ternary, or correct the mask";
            sink.report(Rule::Entry, place, message);
        }
    }
}

/// That the values of a keyset are constants that fit the key. Also for the select of a parser.
pub(super) fn values<'p>(
    scope: &Scope<'_, 'p>,
    keyset: &'p Keyset,
    ty: &Ty<'p>,
    rule: Rule,
    place: &Place,
    sink: &mut Sink,
) {
    let values: &[&'p Expr] = match keyset {
        Keyset::Value(value) => &[value],
        Keyset::Mask(low, high) | Keyset::Range(low, high) => &[low, high],
        Keyset::Any | Keyset::Set(_) => &[],
    };
    for value in values {
        match scope.env.constants.value(value) {
            None => {
                let message =
                    format!("`{}` is not a constant; write a number or a constant", expr_text(value));
                sink.report(Rule::Constant, place, message);
            }
            Some(number) => {
                let theirs = scope.plain(value, place, sink);
                if !scope.agree(ty, &theirs) {
                    let message = format!(
                        "`{}` is {theirs} and the key {ty}; write it in the key's width",
                        expr_text(value)
                    );
                    sink.report(rule, place, message);
                } else if exceeds(number, ty) {
                    sink.report(
                        rule,
                        place,
                        format!("{number} does not fit into the key's {ty}; correct it"),
                    );
                }
            }
        }
    }
    if let Keyset::Range(low, high) = keyset
        && let (Some(low), Some(high)) = (scope.env.constants.value(low), scope.env.constants.value(high))
        && low > high
    {
        sink.report(
            rule,
            place,
            format!("the range from {low} to {high} is empty; give the lower end first"),
        );
    }
}

/// A keyset by its numbers, so that `0x0800` and the constant of that value are the same.
pub(super) fn numbers(scope: &Scope<'_, '_>, keysets: &[Keyset]) -> Vec<(u8, Option<u128>, Option<u128>)> {
    let value = |expr: &Expr| scope.env.constants.value(expr);
    keysets
        .iter()
        .map(|keyset| match keyset {
            Keyset::Any => (0, None, None),
            Keyset::Value(one) => (1, value(one), None),
            Keyset::Mask(bits, mask) => (2, value(bits), value(mask)),
            Keyset::Range(low, high) => (3, value(low), value(high)),
            Keyset::Set(_) => (4, None, None),
        })
        .collect()
}

fn twice(scope: &Scope<'_, '_>, table: &Table, place: &Place, sink: &mut Sink) {
    let mut seen = Vec::new();
    for (index, entry) in table.entries.iter().enumerate() {
        let numbers = numbers(scope, &entry.keysets);
        if let Some(first) = seen.iter().position(|earlier| *earlier == numbers) {
            let message = format!("the entry matches the same as entry {}; leave one of them out", first + 1);
            sink.report(Rule::EntryTwice, &place.nth("entry", index), message);
        }
        seen.push(numbers);
    }
}
