//! Registers and their actions: what the stateful ALU can hold and compute.
//!
//! The ALU has two words of memory, two inputs, two comparisons, and one output. It takes four programs, each of which
//! may compute at most two values. See `TNA-NOTES.md` for the sources of these limits.

pub(super) mod body;

use std::collections::BTreeSet;

use super::env::{Env, Ty, place_of};
use super::names::kind_and_name;
use super::scope::Scope;
use super::{Place, Rule, Sink};
use crate::p4::ast::{BinaryOp, Block, Control, Expr, Local, Register, RegisterAction, Type};
use crate::p4::print::expr_text;
use crate::p4::tna::{LARGE_CONSTANTS_MAX, REGISTER_ACTIONS_MAX};

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    for block in &env.program.blocks {
        let Block::Control(control) = block else { continue };
        for local in &control.locals {
            let place = place_of(block).at(kind_and_name(local));
            match local {
                Local::Register(register) => self::register(env, control, register, &place, sink),
                Local::RegisterAction(action) => body::check(env, action, &place, sink),
                Local::Counter(counter) => covered(env, &counter.index, &counter.size, &place, sink),
                _ => {}
            }
        }
    }
}

fn register(env: &Env<'_>, control: &Control, register: &Register, place: &Place, sink: &mut Sink) {
    let cell = env.resolve(&register.cell, place, &mut Sink::default());
    if cell != Ty::Unknown && !is_cell(env, &cell) {
        let message = format!(
            "a cell of {cell}; use bit<1>, bit<8>, bit<16>, bit<32>, or a struct of one or two equal words of 8 to 32 bits"
        );
        sink.report(Rule::RegisterCell, place, message);
    }
    covered(env, &register.index, &register.size, place, sink);
    let actions: Vec<&RegisterAction> = actions_of(control, register).collect();
    if actions.len() > REGISTER_ACTIONS_MAX {
        let message = format!(
            "{} register actions use the register, and the chip holds {REGISTER_ACTIONS_MAX}; merge some, or split the register",
            actions.len()
        );
        sink.report(Rule::RegisterActions, place, message);
    }
    let mut large = BTreeSet::new();
    for action in actions {
        body::large_constants(env, &action.body, &mut large);
    }
    if large.len() > LARGE_CONSTANTS_MAX {
        let message = format!(
            "its actions use {} constants outside -8..7, and the chip keeps {LARGE_CONSTANTS_MAX}; pass some in by a field",
            large.len()
        );
        sink.report(Rule::RegisterOperands, place, message);
    }
}

fn actions_of<'c>(control: &'c Control, register: &Register) -> impl Iterator<Item = &'c RegisterAction> {
    control.locals.iter().filter_map(move |local| match local {
        Local::RegisterAction(action) if action.register == register.name => Some(action),
        _ => None,
    })
}

fn is_cell(env: &Env<'_>, cell: &Ty<'_>) -> bool {
    let is_word = |ty: &Ty<'_>| matches!(ty, Ty::Bit(8 | 16 | 32) | Ty::Int(8 | 16 | 32));
    match cell {
        Ty::Bit(1) => true,
        Ty::Struct(_) => match env.fields(cell) {
            [(_, one)] => is_word(one),
            [(_, low), (_, high)] => is_word(low) && low == high,
            _ => false,
        },
        word => is_word(word),
    }
}

/// The index reaches every cell.
fn covered<'p>(env: &Env<'p>, index: &'p Type, size: &Expr, place: &Place, sink: &mut Sink) {
    let Ty::Bit(width) = env.resolve(index, place, &mut Sink::default()) else {
        sink.report(Rule::IndexRange, place, "the index is not bit<n>; make it bits");
        return;
    };
    let Some(size) = env.constants.value(size) else { return };
    if width < 128 && size > 1 << width {
        let message = format!(
            "an index of {width} bits reaches {} of {size} cells; widen it or shrink the array",
            1_u128 << width
        );
        sink.report(Rule::IndexRange, place, message);
    }
}

/// The index stays inside: its type has no more values than there are cells, or its form shows a bound, or somebody
/// else's promise stands at the declaration.
pub(super) fn check_index<'p>(
    scope: &Scope<'_, 'p>,
    index: &'p Expr,
    size: &Expr,
    bounded_by: Option<&str>,
    name: &str,
    place: &Place,
    sink: &mut Sink,
) {
    let Some(size) = scope.env.constants.value(size) else { return };
    if bounded_by.is_some() {
        return;
    }
    let Some(bound) = values(scope, index) else { return };
    if bound > size {
        let message = format!(
            "`{}` may be up to {} and `{name}` has {size} cells; use an index of as many values as there are cells, or say at the declaration who keeps it below (`bounded_by`)",
            expr_text(index),
            bound - 1
        );
        sink.report(Rule::IndexRange, place, message);
    }
}

/// How many values an expression can have, from 0 up; none where its type is unknown.
fn values<'p>(scope: &Scope<'_, 'p>, expr: &'p Expr) -> Option<u128> {
    if let Some(value) = scope.env.constants.value(expr) {
        return value.checked_add(1);
    }
    let of_type = match scope.plain(expr, &Place::new(""), &mut Sink::default()) {
        Ty::Bit(width) if width < 128 => Some(1 << width),
        Ty::Bit(_) => Some(u128::MAX),
        _ => None,
    };
    let by_form = match expr {
        Expr::Cast(_, of) => values(scope, of),
        Expr::Binary(BinaryOp::BitAnd, of, mask) => {
            let mask = scope.env.constants.value(mask).or_else(|| scope.env.constants.value(of))?;
            mask.checked_add(1)
        }
        Expr::Binary(BinaryOp::Concat, high, low) if scope.env.constants.value(high) == Some(0) => {
            values(scope, low)
        }
        _ => None,
    };
    match (of_type, by_form) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
