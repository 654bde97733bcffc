//! Bodies of actions: the chip does all their statements at once.

use super::expr::root;
use super::{Place, Rule, Sink};
use crate::p4::ast::{Action, Expr, Stmt, StmtKind};
use crate::p4::print::expr_text;

/// No statement reads what an earlier one of the same action wrote.
///
/// The compiler mends some such actions by putting the earlier value in place of the field, and refuses others as
/// needing two stages. Two actions, or reading the source, is right in both cases.
pub(super) fn check(action: &Action, place: &Place, sink: &mut Sink) {
    let mut written: Vec<&Expr> = Vec::new();
    for (index, stmt) in action.body.iter().enumerate() {
        let place = place.nth("statement", index);
        for read in reads_of(stmt) {
            if let Some(earlier) = written.iter().find(|earlier| overlap(earlier, read)) {
                let message = format!(
                    "`{}` is read after `{}` was written in the same action, where all happens at once; read its source, or make two actions",
                    expr_text(read),
                    expr_text(earlier)
                );
                sink.report(Rule::ActionBody, &place, message);
            }
        }
        if let StmtKind::Assign(target, _) = &stmt.kind {
            if let Some(earlier) = written.iter().find(|earlier| overlap(earlier, target)) {
                let message =
                    format!("`{}` is written twice in one action; write it once", expr_text(earlier));
                sink.report(Rule::ActionBody, &place, message);
            }
            written.push(target);
        }
    }
}

fn reads_of(stmt: &Stmt) -> Vec<&Expr> {
    let mut paths = Vec::new();
    match &stmt.kind {
        StmtKind::Assign(_, value) => reads(value, &mut paths),
        StmtKind::Execute { index, .. } | StmtKind::Count { index, .. } => reads(index, &mut paths),
        StmtKind::Call { arguments, .. } => arguments.iter().for_each(|argument| reads(argument, &mut paths)),
        _ => {}
    }
    paths
}

/// The fields and variables that an expression reads, slices included as they stand.
pub(super) fn reads<'x>(expr: &'x Expr, paths: &mut Vec<&'x Expr>) {
    match expr {
        Expr::Name(_) | Expr::Field(..) | Expr::Index(..) | Expr::End(..) => paths.push(expr),
        Expr::Slice { of, .. } if root(of).is_some() => paths.push(expr),
        Expr::Slice { of, .. } | Expr::Unary(_, of) | Expr::Cast(_, of) => reads(of, paths),
        Expr::Binary(_, left, right) => {
            reads(left, paths);
            reads(right, paths);
        }
        Expr::Mux(cond, then, otherwise) => {
            for part in [cond, then, otherwise] {
                reads(part, paths);
            }
        }
        Expr::List(fields)
        | Expr::HashGet { data: fields, .. }
        | Expr::ChecksumUpdate { data: fields, .. } => {
            fields.iter().for_each(|field| reads(field, paths));
        }
        Expr::Execute { index, .. } => reads(index, paths),
        Expr::Predicate { lo, hi } => {
            reads(lo, paths);
            hi.iter().for_each(|hi| reads(hi, paths));
        }
        Expr::Bool(_)
        | Expr::Int { .. }
        | Expr::IsValid(_)
        | Expr::Lookahead(_)
        | Expr::Hit(_)
        | Expr::Miss(_)
        | Expr::RandomGet(_)
        | Expr::ChecksumGet(_)
        | Expr::ChecksumVerify(_)
        | Expr::CounterIsZero(_)
        | Expr::CounterIsNegative(_) => {}
    }
}

/// Whether two paths share bits: the same field, or slices of it that meet.
fn overlap(a: &Expr, b: &Expr) -> bool {
    match (a, b) {
        (Expr::Slice { of: a, hi, lo }, Expr::Slice { of: b, hi: their_hi, lo: their_lo }) => {
            a == b && lo <= their_hi && their_lo <= hi
        }
        (Expr::Slice { of, .. }, whole) | (whole, Expr::Slice { of, .. }) => **of == *whole,
        _ => a == b,
    }
}
