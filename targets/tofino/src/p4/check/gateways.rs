//! Conditions of the apply block: each is a gateway, which compares four bytes and twelve bits and computes nothing.

use super::env::Ty;
use super::scope::Scope;
use super::{Place, Rule, Sink};
use crate::p4::ast::{BinaryOp, Expr, UnaryOp};
use crate::p4::print::expr_text;
use crate::p4::tna::{GATEWAY_BITS_MAX, GATEWAY_RANGE_BITS_MAX};

/// What one side of an `||` compares.
#[derive(Default)]
struct Compared<'p> {
    fields: Vec<&'p Expr>,
    bits: u32,
    range_bits: u32,
}

pub(super) fn check<'p>(scope: &Scope<'_, 'p>, cond: &'p Expr, place: &Place, sink: &mut Sink) {
    match cond {
        // The compiler splits a gateway between rows, that is, at `||`, but not inside of one.
        Expr::Binary(BinaryOp::Or, left, right) => {
            check(scope, left, place, sink);
            check(scope, right, place, sink);
        }
        _ => {
            let mut compared = Compared::default();
            collect(scope, cond, &mut compared, place, sink);
            if compared.bits > GATEWAY_BITS_MAX {
                let message = format!(
                    "the condition compares {} bits at once, a gateway {GATEWAY_BITS_MAX}; match on some of them in a table",
                    compared.bits
                );
                sink.report(Rule::Gateway, place, message);
            }
            if compared.range_bits > GATEWAY_RANGE_BITS_MAX {
                let message = format!(
                    "the condition orders {} bits, a gateway {GATEWAY_RANGE_BITS_MAX}; subtract in an action and test a bit, or use a register action",
                    compared.range_bits
                );
                sink.report(Rule::Gateway, place, message);
            }
        }
    }
}

fn collect<'p>(
    scope: &Scope<'_, 'p>,
    cond: &'p Expr,
    compared: &mut Compared<'p>,
    place: &Place,
    sink: &mut Sink,
) {
    match cond {
        Expr::Unary(UnaryOp::Not, of) => collect(scope, of, compared, place, sink),
        Expr::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
            collect(scope, left, compared, place, sink);
            collect(scope, right, compared, place, sink);
        }
        Expr::Binary(op, left, right) => {
            let constants = &scope.env.constants;
            let (known_left, known_right) = (constants.value(left), constants.value(right));
            let is_order = matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
            let bound = if is_order { threshold(*op, known_left, known_right) } else { Some(1) };
            let Some(bound) = bound else {
                let message = "two fields are ordered; compare their difference with 0 in a register action, or in a table by range";
                sink.report(Rule::Gateway, place, message);
                return;
            };
            input(scope, left, bound, compared, place, sink);
            // Two fields are compared by the exclusive or of their bytes: the second takes no room of its own.
            let mut unused = Compared::default();
            let is_pair = known_left.is_none() && known_right.is_none();
            input(scope, right, bound, if is_pair { &mut unused } else { compared }, place, sink);
        }
        Expr::IsValid(_) | Expr::Name(_) | Expr::Field(..) | Expr::Slice { .. } => {
            input(scope, cond, 1, compared, place, sink);
        }
        _ => {}
    }
}

/// The number of which a comparison of order asks whether the field is below; none where no side is known.
fn threshold(op: BinaryOp, left: Option<u128>, right: Option<u128>) -> Option<u128> {
    let (value, is_next) = match (left, right) {
        (_, Some(value)) => (value, matches!(op, BinaryOp::Le | BinaryOp::Gt)),
        (Some(value), None) => (value, matches!(op, BinaryOp::Lt | BinaryOp::Ge)),
        (None, None) => return None,
    };
    Some(if is_next { value.saturating_add(1) } else { value })
}

/// One side of a comparison: a constant, or a field that may be masked. Ordered by `bound`, or equal where that is 1.
fn input<'p>(
    scope: &Scope<'_, 'p>,
    side: &'p Expr,
    bound: u128,
    compared: &mut Compared<'p>,
    place: &Place,
    sink: &mut Sink,
) {
    if scope.env.constants.value(side).is_some() {
        return;
    }
    match side {
        Expr::Binary(BinaryOp::BitAnd, field, mask) if scope.env.constants.value(mask).is_some() => {
            input(scope, field, bound, compared, place, sink);
        }
        Expr::Name(_) | Expr::Field(..) | Expr::Slice { .. } | Expr::Index(..) | Expr::IsValid(_) => {
            if compared.fields.contains(&side) {
                return;
            }
            compared.fields.push(side);
            let bits = match scope.plain(side, place, &mut Sink::default()) {
                Ty::Bit(width) | Ty::Int(width) => width,
                _ => 1,
            };
            compared.bits += bits;
            // Against a power of two it is enough that the bits above are zero or not; below one, nothing is ordered.
            if !bound.is_power_of_two() {
                compared.range_bits += bits.saturating_sub(bound.trailing_zeros());
            }
        }
        // One bool field beside another is compared as a bit each.
        Expr::Unary(UnaryOp::Not, of) => input(scope, of, bound, compared, place, sink),
        _ => {
            let message =
                format!("`{}` is computed in a condition; compute it in an action before", expr_text(side));
            sink.report(Rule::Gateway, place, message);
        }
    }
}
