//! Statements.

use super::doc::Doc;
use super::expr::{call, call_list, expr};
use super::page::Page;
use crate::p4::ast::{CounterField, Expr, If, Stmt, StmtKind, Switch};

/// Statements in order. A commented one stands behind a blank line.
pub(super) fn body(page: &mut Page, body: &[Stmt]) {
    for stmt in body {
        if !stmt.notes.comment.is_empty() {
            page.blank();
        }
        page.notes(&stmt.notes);
        match &stmt.kind {
            StmtKind::If(branches) => conditional(page, branches),
            StmtKind::Switch(switch) => action_switch(page, switch),
            simple => page.line(Doc::concat([one(simple), Doc::text(";")])),
        }
    }
}

fn conditional(page: &mut Page, branches: &If) {
    for (place, (cond, then)) in branches.branches.iter().enumerate() {
        let head = if place == 0 { "if (" } else { "} else if (" };
        page.line(
            Doc::concat([
                Doc::text(head),
                Doc::concat([Doc::Break, expr(cond)]).nest(),
                Doc::Break,
                Doc::text(") {"),
            ])
            .group(),
        );
        page.nested(|page| body(page, then));
    }
    if !branches.otherwise.is_empty() {
        page.put("} else {");
        page.nested(|page| body(page, &branches.otherwise));
    }
    page.put("}");
}

fn action_switch(page: &mut Page, switch: &Switch) {
    page.braces(&format!("switch ({}.apply().action_run)", switch.table), "}", |page| {
        for (action, then) in &switch.cases {
            page.braces(&format!("{action}:"), "}", |page| body(page, then));
        }
        if !switch.otherwise.is_empty() {
            page.braces("default:", "}", |page| body(page, &switch.otherwise));
        }
    });
}

/// A statement of one line, without its semicolon.
fn one(stmt: &StmtKind) -> Doc {
    match stmt {
        StmtKind::Assign(target, value) => assign(expr(target), value),
        StmtKind::Let { ty, name, value: Some(value) } => assign(Doc::text(format!("{ty} {name}")), value),
        StmtKind::Let { ty, name, value: None } => Doc::text(format!("{ty} {name}")),
        StmtKind::Apply(table) => call(table, "apply", []),
        StmtKind::ApplyControl { instance, arguments } => call(instance, "apply", arguments.iter().map(expr)),
        StmtKind::Call { action, arguments } => {
            Doc::items(&format!("{action}("), arguments.iter().map(expr), ")")
        }
        StmtKind::Execute { action, index } => call(action, "execute", [expr(index)]),
        StmtKind::Count { counter, index } => call(counter, "count", [expr(index)]),
        StmtKind::DirectCount(counter) => call(counter, "count", []),
        StmtKind::SetValid(header) => Doc::concat([expr(header), Doc::text(".setValid()")]),
        StmtKind::SetInvalid(header) => Doc::concat([expr(header), Doc::text(".setInvalid()")]),
        StmtKind::Exit => Doc::text("exit"),
        StmtKind::Return => Doc::text("return"),
        StmtKind::Extract(header) => call("pkt", "extract", [expr(header)]),
        StmtKind::Advance(bits) => call("pkt", "advance", [expr(bits)]),
        StmtKind::ChecksumAdd { checksum, data } => summed(checksum, "add", data),
        StmtKind::ChecksumSubtract { checksum, data } => summed(checksum, "subtract", data),
        StmtKind::ChecksumSubtractAllAndDeposit { checksum, target } => {
            call(checksum, "subtract_all_and_deposit", [expr(target)])
        }
        StmtKind::CounterSet { counter, value, field } => {
            call(counter, "set", std::iter::once(expr(value)).chain(field.iter().flat_map(counter_field)))
        }
        StmtKind::CounterIncrement { counter, value } => {
            call(counter, "increment", [Doc::text(value.to_string())])
        }
        StmtKind::CounterDecrement { counter, value } => {
            call(counter, "decrement", [Doc::text(value.to_string())])
        }
        StmtKind::Emit(header) => call("pkt", "emit", [expr(header)]),
        StmtKind::MirrorEmit { mirror, session, header: None } => call(mirror, "emit", [expr(session)]),
        StmtKind::MirrorEmit { mirror, session, header: Some((ty, header)) } => {
            call(mirror, &format!("emit<{ty}>"), [expr(session), expr(header)])
        }
        StmtKind::ResubmitEmit { resubmit, header } => call(resubmit, "emit", header.iter().map(expr)),
        StmtKind::DigestPack { digest, data } => call_list(digest, "pack", data, ""),
        // These two have lines of their own, see `body`.
        StmtKind::If(_) | StmtKind::Switch(_) => Doc::Concat(Vec::new()),
    }
}

/// One header or field stands for itself, several are a list.
fn summed(checksum: &str, method: &str, data: &[Expr]) -> Doc {
    match data {
        [one] => call(checksum, method, [expr(one)]),
        several => call_list(checksum, method, several, ""),
    }
}

fn assign(target: Doc, value: &Expr) -> Doc {
    match value {
        // A call or list breaks inside; an operation moves to the next line as a whole first.
        Expr::Binary(..) | Expr::Mux(..) => {
            Doc::concat([target, Doc::text(" ="), Doc::concat([Doc::Line, expr(value)]).nest()]).group()
        }
        _ => Doc::concat([target, Doc::text(" = "), expr(value)]),
    }
}

fn counter_field(field: &CounterField) -> Vec<Doc> {
    [field.max, field.rotate, field.mask, field.add].map(|number| Doc::text(number.to_string())).into()
}
