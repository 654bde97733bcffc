//! What is declared in a block is used there.

use std::collections::BTreeSet;

use super::env::{Env, place_of};
use super::names::kind_and_name;
use super::{Rule, Sink};
use crate::p4::ast::{Block, Expr, Keyset, Local, Stmt, StmtKind, Transition};

/// Names that a block mentions.
#[derive(Default)]
struct Names<'p>(BTreeSet<&'p str>);

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    for block in &env.program.blocks {
        let mut names = Names::default();
        let locals: &[Local] = match block {
            Block::Parser(parser) => {
                for state in &parser.states {
                    names.body(&state.body);
                    if let Transition::Select { keys, cases } = &state.transition {
                        keys.iter().for_each(|key| names.expr(key));
                        for keyset in cases.iter().flat_map(|case| &case.keysets) {
                            names.keyset(keyset);
                        }
                    }
                }
                &parser.locals
            }
            Block::Control(control) => {
                names.body(&control.apply);
                &control.locals
            }
            Block::Deparser(deparser) => {
                names.body(&deparser.apply);
                &deparser.locals
            }
        };
        locals.iter().for_each(|local| names.local(local));
        for local in locals {
            if !names.0.contains(local.name()) {
                let message = "nothing uses it; use it or leave it out";
                sink.report(Rule::Unused, &place_of(block).at(kind_and_name(local)), message);
            }
        }
    }
}

impl<'p> Names<'p> {
    fn local(&mut self, local: &'p Local) {
        match local {
            Local::RegisterAction(action) => {
                self.0.insert(&action.register);
                self.body(&action.body);
            }
            Local::Action(action) => self.body(&action.body),
            Local::Table(table) => {
                table.keys.iter().for_each(|key| self.expr(&key.expr));
                self.0.extend(table.actions.iter().map(|reference| reference.name.as_str()));
                self.0.extend(table.counters.as_deref());
            }
            _ => {}
        }
    }

    fn keyset(&mut self, keyset: &'p Keyset) {
        match keyset {
            Keyset::Any => {}
            Keyset::Value(value) => self.expr(value),
            Keyset::Mask(a, b) | Keyset::Range(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            Keyset::Set(name) => {
                self.0.insert(name);
            }
        }
    }

    fn body(&mut self, body: &'p [Stmt]) {
        for stmt in body {
            self.stmt(&stmt.kind);
        }
    }

    fn stmt(&mut self, stmt: &'p StmtKind) {
        match stmt {
            StmtKind::Assign(target, value) => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::Let { value, .. } => value.iter().for_each(|value| self.expr(value)),
            StmtKind::If(branches) => {
                for (cond, then) in &branches.branches {
                    self.expr(cond);
                    self.body(then);
                }
                self.body(&branches.otherwise);
            }
            StmtKind::Switch(switch) => {
                self.0.insert(&switch.table);
                switch.cases.iter().for_each(|(_, then)| self.body(then));
                self.body(&switch.otherwise);
            }
            StmtKind::Apply(name) | StmtKind::DirectCount(name) => {
                self.0.insert(name);
            }
            StmtKind::ApplyControl { instance: name, arguments }
            | StmtKind::Call { action: name, arguments } => {
                self.0.insert(name);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            StmtKind::Execute { action: name, index } | StmtKind::Count { counter: name, index } => {
                self.0.insert(name);
                self.expr(index);
            }
            StmtKind::SetValid(of)
            | StmtKind::SetInvalid(of)
            | StmtKind::Extract(of)
            | StmtKind::Advance(of)
            | StmtKind::Emit(of) => {
                self.expr(of);
            }
            StmtKind::Exit | StmtKind::Return => {}
            StmtKind::ChecksumAdd { checksum: name, data }
            | StmtKind::ChecksumSubtract { checksum: name, data }
            | StmtKind::DigestPack { digest: name, data } => {
                self.0.insert(name);
                data.iter().for_each(|field| self.expr(field));
            }
            StmtKind::ChecksumSubtractAllAndDeposit { checksum: name, target: of }
            | StmtKind::CounterSet { counter: name, value: of, .. } => {
                self.0.insert(name);
                self.expr(of);
            }
            StmtKind::CounterIncrement { counter, .. } | StmtKind::CounterDecrement { counter, .. } => {
                self.0.insert(counter);
            }
            StmtKind::MirrorEmit { mirror, session, header } => {
                self.0.insert(mirror);
                self.expr(session);
                header.iter().for_each(|(_, header)| self.expr(header));
            }
            StmtKind::ResubmitEmit { resubmit, header } => {
                self.0.insert(resubmit);
                header.iter().for_each(|header| self.expr(header));
            }
        }
    }

    fn expr(&mut self, expr: &'p Expr) {
        match expr {
            Expr::Bool(_) | Expr::Int { .. } | Expr::Lookahead(_) => {}
            Expr::Name(name)
            | Expr::Hit(name)
            | Expr::Miss(name)
            | Expr::RandomGet(name)
            | Expr::ChecksumGet(name)
            | Expr::ChecksumVerify(name)
            | Expr::CounterIsZero(name)
            | Expr::CounterIsNegative(name) => {
                self.0.insert(name);
            }
            Expr::Field(of, _)
            | Expr::Index(of, _)
            | Expr::End(of, _)
            | Expr::Slice { of, .. }
            | Expr::Unary(_, of)
            | Expr::Cast(_, of)
            | Expr::IsValid(of) => self.expr(of),
            Expr::Binary(_, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            Expr::Mux(cond, then, otherwise) => {
                for part in [cond, then, otherwise] {
                    self.expr(part);
                }
            }
            Expr::List(fields) => fields.iter().for_each(|field| self.expr(field)),
            Expr::Execute { action: name, index } => {
                self.0.insert(name);
                self.expr(index);
            }
            Expr::Predicate { lo, hi } => {
                self.expr(lo);
                hi.iter().for_each(|hi| self.expr(hi));
            }
            Expr::HashGet { hash: name, data } | Expr::ChecksumUpdate { checksum: name, data, .. } => {
                self.0.insert(name);
                data.iter().for_each(|field| self.expr(field));
            }
        }
    }
}
