//! Expressions and keysets.
//!
//! Parentheses stand wherever a reader would have to know the table of precedences: P4's differs from C's for `&`, `|`
//! and `^`. They are left out where all tables agree: sums in comparisons, comparisons in `&&` and `||`.

use super::doc::Doc;
use crate::p4::ast::{Base, BinaryOp, Expr, Keyset, RegisterAction, StackEnd, UnaryOp};

/// `` `name` ``, for messages.
pub(in crate::p4) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

pub(super) fn expr(expr: &Expr) -> Doc {
    match expr {
        Expr::Bool(value) => Doc::text(value.to_string()),
        Expr::Int { value, width, base } => Doc::text(int(*value, *width, *base)),
        Expr::Name(name) => Doc::text(name),
        Expr::Field(of, field) => Doc::concat([operand(of), Doc::text(format!(".{field}"))]),
        Expr::Index(of, index) => Doc::concat([operand(of), Doc::text(format!("[{index}]"))]),
        Expr::End(of, end) => {
            let end = match end {
                StackEnd::Next => ".next",
                StackEnd::Last => ".last",
            };
            Doc::concat([operand(of), Doc::text(end)])
        }
        Expr::Slice { of, hi, lo } => Doc::concat([operand(of), Doc::text(format!("[{hi}:{lo}]"))]),
        Expr::Unary(op, of) => {
            let op = match op {
                UnaryOp::Not => "!",
                UnaryOp::Complement => "~",
                UnaryOp::Negate => "-",
            };
            Doc::concat([Doc::text(op), operand(of)])
        }
        Expr::Binary(op, left, right) => binary(*op, left, right),
        Expr::Cast(ty, of) => Doc::concat([Doc::text(format!("({ty})")), operand(of)]),
        Expr::Mux(cond, then, otherwise) => Doc::concat([
            operand(cond),
            Doc::concat([Doc::Line, Doc::text("? "), operand(then)]).nest(),
            Doc::concat([Doc::Line, Doc::text(": "), operand(otherwise)]).nest(),
        ])
        .group(),
        Expr::List(fields) => list(fields),
        Expr::IsValid(of) => Doc::concat([operand(of), Doc::text(".isValid()")]),
        Expr::Lookahead(ty) => Doc::text(format!("pkt.lookahead<{ty}>()")),
        Expr::Hit(table) => Doc::text(format!("{table}.apply().hit")),
        Expr::Miss(table) => Doc::text(format!("{table}.apply().miss")),
        Expr::Execute { action, index } => call(action, "execute", [self::expr(index)]),
        Expr::Predicate { lo, hi } => {
            let conditions = std::iter::once(lo).chain(hi).map(|condition| self::expr(condition));
            call("this", "predicate", conditions)
        }
        Expr::HashGet { hash, data } => call_list(hash, "get", data, ""),
        Expr::RandomGet(random) => call(random, "get", []),
        Expr::ChecksumGet(checksum) => call(checksum, "get", []),
        Expr::ChecksumVerify(checksum) => call(checksum, "verify", []),
        Expr::ChecksumUpdate { checksum, data, zeros_as_ones } => {
            call_list(checksum, "update", data, if *zeros_as_ones { ", true" } else { "" })
        }
        Expr::CounterIsZero(counter) => call(counter, "is_zero", []),
        Expr::CounterIsNegative(counter) => call(counter, "is_negative", []),
    }
}

/// `of.method(arguments)`
pub(super) fn call(of: &str, method: &str, arguments: impl IntoIterator<Item = Doc>) -> Doc {
    Doc::items(&format!("{of}.{method}("), arguments, ")")
}

/// `of.method({ a, b })`, with `tail` behind the list: the braces break and the parentheses hold on to them.
pub(super) fn call_list(of: &str, method: &str, fields: &[Expr], tail: &str) -> Doc {
    Doc::concat([Doc::text(format!("{of}.{method}(")), list(fields), Doc::text(format!("{tail})"))])
}

/// `{ a, b }`
fn list(fields: &[Expr]) -> Doc {
    let mut inner = vec![Doc::Line];
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            inner.extend([Doc::text(","), Doc::Line]);
        }
        inner.push(expr(field));
    }
    Doc::concat([Doc::text("{"), Doc::Concat(inner).nest(), Doc::Line, Doc::text("}")]).group()
}

pub(super) fn keyset(keyset: &Keyset) -> Doc {
    match keyset {
        Keyset::Any => Doc::text("_"),
        Keyset::Value(value) => expr(value),
        Keyset::Mask(value, mask) => Doc::concat([operand(value), Doc::text(" &&& "), operand(mask)]),
        Keyset::Range(low, high) => Doc::concat([operand(low), Doc::text(" .. "), operand(high)]),
        Keyset::Set(name) => Doc::text(name),
    }
}

/// One keyset as it is, several in parentheses.
pub(super) fn keysets(keysets: &[Keyset]) -> Doc {
    match keysets {
        [Keyset::Any] => Doc::text("default"),
        [one] => keyset(one),
        several => Doc::items("(", several.iter().map(keyset), ")"),
    }
}

/// Name of the cell, or of the result, in a register action's body.
pub(super) const VALUE_AND_RESULT: (&str, &str) = (RegisterAction::VALUE, RegisterAction::RESULT);

fn int(value: u128, width: Option<u32>, base: Base) -> String {
    let digits = match base {
        Base::Decimal => value.to_string(),
        Base::Hex => {
            let digits = format!("{value:x}");
            let even = digits.len().next_multiple_of(2);
            format!("0x{digits:0>even$}")
        }
    };
    match width {
        Some(width) => format!("{width}w{digits}"),
        None => digits,
    }
}

/// A part of an expression that binds tightly: in parentheses where it is an operation of two or three operands.
fn operand(of: &Expr) -> Doc {
    match of {
        Expr::Binary(..) | Expr::Mux(..) => parenthesised(of),
        _ => expr(of),
    }
}

fn parenthesised(of: &Expr) -> Doc {
    Doc::concat([Doc::text("("), expr(of), Doc::text(")")])
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Doc {
    // A chain of one operator is one group, so that it breaks before every operator or before none.
    let mut chain = vec![right];
    let mut first = left;
    while let Expr::Binary(inner, left, right) = first {
        if *inner != op || !is_associative_to_the_left(op) {
            break;
        }
        chain.push(right);
        first = left;
    }
    let mut doc = vec![within(op, first)];
    for link in chain.into_iter().rev() {
        doc.push(Doc::concat([Doc::Line, Doc::text(format!("{} ", sign(op))), within(op, link)]).nest());
    }
    Doc::Concat(doc).group()
}

/// `of` as an operand of `op`.
fn within(op: BinaryOp, of: &Expr) -> Doc {
    let bare = match of {
        Expr::Binary(inner, ..) => match op {
            BinaryOp::And | BinaryOp::Or => is_comparison(*inner),
            comparison if is_comparison(comparison) => matches!(inner, BinaryOp::Add | BinaryOp::Sub),
            _ => false,
        },
        Expr::Mux(..) => false,
        _ => true,
    };
    if bare { expr(of) } else { parenthesised(of) }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

fn is_associative_to_the_left(op: BinaryOp) -> bool {
    !is_comparison(op)
}

/// The operator as it is written.
pub(super) fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::SatAdd => "|+|",
        BinaryOp::SatSub => "|-|",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::Concat => "++",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}
