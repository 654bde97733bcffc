//! Statements: which may stand where, and that their parts agree.

use super::env::Ty;
use super::scope::{Scope, Site};
use super::{Place, Rule, Sink, calls, gateways};
use crate::p4::ast::{Expr, If, Stmt, StmtKind, Switch};
use crate::p4::print::expr_text;

/// All statements of a body. Declarations in it are known behind them.
pub(super) fn body<'p>(scope: &mut Scope<'_, 'p>, body: &'p [Stmt], place: &Place, sink: &mut Sink) {
    for (index, stmt) in body.iter().enumerate() {
        let place = place.nth("statement", index);
        if may_stand(&stmt.kind, scope.site) {
            one(scope, stmt, &place, sink);
        } else {
            misplaced(&stmt.kind, scope.site, &place, sink);
        }
    }
}

fn may_stand(stmt: &StmtKind, site: Site) -> bool {
    match stmt {
        StmtKind::Assign(..) => true,
        StmtKind::Let { .. } => site != Site::Deparser,
        StmtKind::If(_) => matches!(site, Site::Control | Site::RegisterAction | Site::Deparser),
        StmtKind::Switch(_)
        | StmtKind::Apply(_)
        | StmtKind::ApplyControl { .. }
        | StmtKind::Exit
        | StmtKind::Return => site == Site::Control,
        StmtKind::Call { .. } | StmtKind::Execute { .. } | StmtKind::Count { .. } => {
            matches!(site, Site::Control | Site::Action)
        }
        StmtKind::DirectCount(_) => site == Site::Action,
        StmtKind::SetValid(_) | StmtKind::SetInvalid(_) => {
            matches!(site, Site::Parser | Site::Control | Site::Action)
        }
        StmtKind::Extract(_)
        | StmtKind::Advance(_)
        | StmtKind::ChecksumAdd { .. }
        | StmtKind::ChecksumSubtract { .. }
        | StmtKind::ChecksumSubtractAllAndDeposit { .. }
        | StmtKind::CounterSet { .. }
        | StmtKind::CounterIncrement { .. }
        | StmtKind::CounterDecrement { .. } => site == Site::Parser,
        StmtKind::Emit(_)
        | StmtKind::MirrorEmit { .. }
        | StmtKind::ResubmitEmit { .. }
        | StmtKind::DigestPack { .. } => site == Site::Deparser,
    }
}

fn misplaced(stmt: &StmtKind, site: Site, place: &Place, sink: &mut Sink) {
    match (stmt, site) {
        (StmtKind::If(_) | StmtKind::Switch(_), Site::Action) => {
            let message = "a branch in an action; make two actions, and choose between them by a table or in the apply block";
            sink.report(Rule::ActionBody, place, message);
        }
        (StmtKind::If(_), Site::Parser) => {
            sink.report(
                Rule::Misplaced,
                place,
                "a branch in a parser state; choose the next state by a select",
            );
        }
        _ => sink.report(Rule::Misplaced, place, format!("this statement cannot stand in {site}; move it")),
    }
}

fn one<'p>(scope: &mut Scope<'_, 'p>, stmt: &'p Stmt, place: &Place, sink: &mut Sink) {
    match &stmt.kind {
        StmtKind::Assign(target, value) => {
            let wanted = scope.target(target, place, sink);
            scope.expect(value, &wanted, place, sink);
        }
        StmtKind::Let { ty, name, value } => {
            let ty = scope.env.resolve(ty, place, sink);
            if let Some(value) = value {
                scope.expect(value, &ty, place, sink);
            }
            if scope.is_taken(name) {
                let message = format!("`{name}` is already declared; choose another name");
                sink.report(Rule::Duplicate, place, message);
            }
            scope.add_var(name, ty);
        }
        StmtKind::If(branches) => conditional(scope, branches, place, sink),
        StmtKind::Switch(switch) => action_switch(scope, switch, place, sink),
        StmtKind::Apply(table) => {
            scope.table(table, place, sink);
        }
        StmtKind::ApplyControl { instance, arguments } => {
            calls::control(scope, instance, arguments, place, sink)
        }
        StmtKind::Call { action, arguments } => calls::action(scope, action, arguments, place, sink),
        StmtKind::Execute { action, index } => {
            scope.execute(action, index, place, sink);
        }
        StmtKind::Count { counter, index } => {
            if let Some(counter) = scope.counter(counter, place, sink) {
                let wanted = scope.env.resolve(&counter.index, place, &mut Sink::default());
                scope.expect(index, &wanted, place, sink);
                let bounded_by = counter.bounded_by.as_deref();
                super::registers::check_index(
                    scope,
                    index,
                    &counter.size,
                    bounded_by,
                    &counter.name,
                    place,
                    sink,
                );
            }
        }
        StmtKind::DirectCount(counter) => {
            scope.direct_counter(counter, place, sink);
        }
        StmtKind::SetValid(header) | StmtKind::SetInvalid(header) => {
            scope.target(header, place, sink);
            scope.header(header, place, sink);
        }
        StmtKind::Exit | StmtKind::Return => {}
        StmtKind::Extract(header) => {
            scope.target(header, place, sink);
            scope.header(header, place, sink);
        }
        StmtKind::Advance(bits) => {
            if scope.env.constants.value(bits).is_none() {
                let message =
                    format!("an advance by `{}`; the parser advances by constants only", expr_text(bits));
                sink.report(Rule::Constant, place, message);
            }
        }
        StmtKind::ChecksumAdd { checksum, data } | StmtKind::ChecksumSubtract { checksum, data } => {
            scope.checksum(checksum, place, sink);
            scope.data(data, place, sink);
        }
        StmtKind::ChecksumSubtractAllAndDeposit { checksum, target } => {
            scope.checksum(checksum, place, sink);
            let ty = scope.target(target, place, sink);
            if !scope.agree(&Ty::Bit(16), &ty) {
                sink.report(
                    Rule::Width,
                    place,
                    format!("`{}` is {ty}; a checksum is bit<16>", expr_text(target)),
                );
            }
        }
        StmtKind::CounterSet { counter, value, .. } => {
            scope.parser_counter(counter, place, sink);
            if scope.plain(value, place, sink) == Ty::Number {
                let message = format!("`{}` has no width here; write it as `8w4`", expr_text(value));
                sink.report(Rule::Width, place, message);
            }
        }
        StmtKind::CounterIncrement { counter, .. } | StmtKind::CounterDecrement { counter, .. } => {
            scope.parser_counter(counter, place, sink);
        }
        StmtKind::Emit(header) => {
            let ty = scope.plain(header, place, sink);
            if !matches!(ty, Ty::Header(_) | Ty::Struct(_) | Ty::Stack(..) | Ty::Unknown) {
                let message = format!("`{}` is {ty}; emit headers", expr_text(header));
                sink.report(Rule::Width, place, message);
            }
        }
        StmtKind::MirrorEmit { mirror, session, header } => {
            scope.mirror(mirror, place, sink);
            scope.expect(session, &Ty::Bit(10), place, sink);
            if let Some((ty, value)) = header {
                named_header(scope, ty, value, place, sink);
            }
        }
        StmtKind::ResubmitEmit { resubmit, header } => {
            scope.resubmit(resubmit, place, sink);
            if let Some(header) = header {
                scope.plain(header, place, sink);
            }
        }
        StmtKind::DigestPack { digest, data } => {
            let fields: Vec<Ty<'p>> = data.iter().map(|field| scope.plain(field, place, sink)).collect();
            if let Some(digest) = scope.digest(digest, place, sink) {
                let wanted = scope.env.resolve(&digest.ty, place, sink);
                let given = Ty::List(fields);
                if !scope.agree(&wanted, &given) {
                    let message = format!("{given} for a digest of {wanted}; give its fields in order");
                    sink.report(Rule::Width, place, message);
                }
            }
        }
    }
}

/// A header or a list for it, where its type is named beside it.
fn named_header<'p>(scope: &Scope<'_, 'p>, ty: &'p str, value: &'p Expr, place: &Place, sink: &mut Sink) {
    if scope.env.composite(ty).is_some_and(|composite| composite.is_header) {
        scope.expect(value, &Ty::Header(ty), place, sink);
    } else {
        sink.report(Rule::Unresolved, place, format!("there is no header `{ty}`; declare it"));
    }
}

fn conditional<'p>(scope: &mut Scope<'_, 'p>, branches: &'p If, place: &Place, sink: &mut Sink) {
    for (index, (cond, then)) in branches.branches.iter().enumerate() {
        scope.condition(cond, &place.nth("condition", index), sink);
        if scope.site == Site::Control {
            gateways::check(scope, cond, &place.nth("condition", index), sink);
        }
        body(&mut scope.clone(), then, &place.nth("branch", index), sink);
    }
    body(&mut scope.clone(), &branches.otherwise, &place.at("else"), sink);
}

fn action_switch<'p>(scope: &mut Scope<'_, 'p>, switch: &'p Switch, place: &Place, sink: &mut Sink) {
    let table = scope.table(&switch.table, place, sink);
    for (action, then) in &switch.cases {
        let place = place.at(format_args!("case {action}"));
        if table.is_some_and(|table| !table.actions.iter().any(|it| it.name == *action)) {
            let message =
                format!("table `{}` has no action `{action}`; add it, or leave the case out", switch.table);
            sink.report(Rule::TableAction, &place, message);
        }
        body(&mut scope.clone(), then, &place, sink);
    }
    body(&mut scope.clone(), &switch.otherwise, &place.at("default"), sink);
}
