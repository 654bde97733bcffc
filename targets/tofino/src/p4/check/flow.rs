//! What holds on a packet's way through one half of the pipeline: which headers are valid, which fields were written,
//! which registers and tables were used.
//!
//! Parser, control and deparser are walked once with a [`State`] that stands for all packets that can be there. Branches
//! fork it and join it again; a parser's states are walked until nothing changes. Errors are reported on the way.

mod body;
mod deparser;
mod frame;
mod parser;
mod state;

use std::collections::BTreeSet;

use super::env::{Env, Ty};
use super::{Place, Rule, Sink};
use crate::p4::ast::{Expr, Gress};
use crate::p4::print::expr_text;
use frame::{Frame, Spot};
use state::{State, Validity};

/// A header that ingress emits.
pub(super) struct Emitted<'p> {
    /// Its type.
    pub header: &'p str,
    /// Whether every packet has it.
    pub is_always: bool,
}

/// Walks both halves. Headers that ingress emits, in order.
pub(super) fn check<'p>(env: &Env<'p>, sink: &mut Sink) -> Vec<Emitted<'p>> {
    let pipeline = &env.program.pipeline;
    let ingress = (&pipeline.ingress_parser, &pipeline.ingress, &pipeline.ingress_deparser);
    let egress = (&pipeline.egress_parser, &pipeline.egress, &pipeline.egress_deparser);
    let mut emitted = Vec::new();
    for (gress, (parser, control, deparser)) in [(Gress::Ingress, ingress), (Gress::Egress, egress)] {
        let blocks = (env.parser(parser), env.control(control), env.deparser(deparser));
        let (Some(parser), Some(control), Some(deparser)) = blocks else { continue };
        let mut walk = Walk::new(env, sink);
        let Some(state) = walk.parser(gress, parser) else { continue };
        let Some(state) = walk.control(control, state) else { continue };
        let out = walk.deparser(deparser, state);
        if gress == Gress::Ingress {
            emitted = out;
        }
    }
    emitted
}

/// A walk through one half.
struct Walk<'e, 'p> {
    env: &'e Env<'p>,
    sink: &'e mut Sink,
    /// All states at an `exit`.
    exits: Option<State>,
    /// All states at a `return`, of each control that is open.
    returns: Vec<Option<State>>,
    /// Headers that some statement sets valid.
    set_valid: BTreeSet<String>,
}

impl<'e, 'p> Walk<'e, 'p> {
    fn new(env: &'e Env<'p>, sink: &'e mut Sink) -> Self {
        Self { env, sink, exits: None, returns: Vec::new(), set_valid: BTreeSet::new() }
    }

    /// Reading an expression. Where `is_lenient`, only what was written on no path is reported: the read happens on
    /// some paths, and its condition is not followed.
    fn read(
        &mut self,
        frame: &Frame<'p>,
        state: &mut State,
        expr: &'p Expr,
        is_lenient: bool,
        place: &Place,
    ) {
        match expr {
            Expr::Name(_) | Expr::Field(..) | Expr::Index(..) | Expr::End(..) => {
                if let Some(spot) = frame.spot(self.env, expr) {
                    self.read_spot(state, expr, &spot, is_lenient, place);
                }
            }
            Expr::Slice { of, .. } | Expr::Unary(_, of) | Expr::Cast(_, of) => {
                self.read(frame, state, of, is_lenient, place);
            }
            Expr::Binary(_, left, right) => {
                self.read(frame, state, left, is_lenient, place);
                self.read(frame, state, right, is_lenient, place);
            }
            Expr::Mux(cond, then, otherwise) => {
                for part in [cond, then, otherwise] {
                    self.read(frame, state, part, is_lenient, place);
                }
            }
            Expr::List(fields)
            | Expr::HashGet { data: fields, .. }
            | Expr::ChecksumUpdate { data: fields, .. } => {
                for field in fields {
                    self.read(frame, state, field, is_lenient, place);
                }
            }
            Expr::Execute { action, index } => self.execute(frame, state, action, index, place),
            // In a register action, whose own names mean nothing outside.
            Expr::Predicate { lo, hi } => {
                for condition in std::iter::once(lo).chain(hi) {
                    self.read(frame, state, condition, is_lenient, place);
                }
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

    fn read_spot(&mut self, state: &State, expr: &Expr, spot: &Spot<'p>, is_lenient: bool, place: &Place) {
        if let Some(header) = &spot.header
            && state.validity(header) == Some(Validity::Never)
        {
            let message = format!(
                "`{}` is used where its header is valid on no path; extract it or set it valid before",
                expr_text(expr)
            );
            self.sink.report(Rule::HeaderInvalid, place, message);
            return;
        }
        for leaf in spot.leaves(self.env) {
            let missing = if is_lenient { !state.is_written(&leaf) } else { state.may_be_unwritten(&leaf) };
            if missing {
                let what = leaf.strip_prefix(&spot.path).unwrap_or_default();
                let paths = if is_lenient { "on any path" } else { "on every path" };
                let message = format!(
                    "`{}{what}` is read here and not written before {paths}; give it a value at the start, or have its struct initialised with zeros",
                    expr_text(expr)
                );
                self.sink.report(Rule::Unwritten, place, message);
            }
        }
    }

    /// Writing a field, header or struct.
    fn write(&mut self, frame: &Frame<'p>, state: &mut State, target: &'p Expr, place: &Place) {
        let whole = match target {
            Expr::Slice { of, .. } => of,
            _ => target,
        };
        let Some(spot) = frame.spot(self.env, whole) else { return };
        if let Some(header) = &spot.header
            && state.validity(header) == Some(Validity::Never)
        {
            let message = format!(
                "`{}` is written where its header is valid on no path; set it valid first",
                expr_text(target)
            );
            self.sink.report(Rule::HeaderInvalid, place, message);
        }
        for leaf in spot.leaves(self.env) {
            state.write(leaf);
        }
    }

    /// `target = value;`, copies of whole headers and structs included.
    fn assign(
        &mut self,
        frame: &Frame<'p>,
        state: &mut State,
        target: &'p Expr,
        value: &'p Expr,
        place: &Place,
    ) {
        let spots = (frame.spot(self.env, target), frame.spot(self.env, value));
        if let (Some(to), Some(from)) = &spots
            && matches!(to.ty, Ty::Header(_) | Ty::Struct(_))
        {
            self.copy(state, to, from);
            return;
        }
        if let (Some(Spot { path, ty: Ty::Header(_), .. }), Expr::List(_)) = (&spots.0, value) {
            self.set_valid.insert(path.clone());
            state.set_validity(path, Validity::Always);
        }
        self.read(frame, state, value, false, place);
        self.write(frame, state, target, place);
    }

    fn copy(&mut self, state: &mut State, to: &Spot<'p>, from: &Spot<'p>) {
        for (to, from) in to.headers(self.env).into_iter().zip(from.headers(self.env)) {
            if let Some(validity) = state.validity(&from) {
                if validity != Validity::Never {
                    self.set_valid.insert(to.clone());
                }
                state.set_validity(&to, validity);
            }
        }
        for (to, from) in to.leaves(self.env).into_iter().zip(from.leaves(self.env)) {
            state.copy(&from, to);
        }
    }

    fn set_valid(&mut self, frame: &Frame<'p>, state: &mut State, header: &'p Expr) {
        let Some(spot) = frame.spot(self.env, header) else { return };
        self.set_valid.insert(spot.path.clone());
        // A header that was valid keeps its fields; otherwise they hold whatever was there.
        if state.validity(&spot.path) != Some(Validity::Always) {
            for leaf in spot.leaves(self.env) {
                state.forget(leaf);
            }
        }
        let validity = if spot.is_element { Validity::Maybe } else { Validity::Always };
        state.set_validity(&spot.path, validity);
    }

    fn set_invalid(&mut self, frame: &Frame<'p>, state: &mut State, header: &'p Expr) {
        let Some(spot) = frame.spot(self.env, header) else { return };
        if spot.is_element {
            state.set_validity(&spot.path, Validity::Maybe);
            return;
        }
        state.set_validity(&spot.path, Validity::Never);
        for leaf in spot.leaves(self.env) {
            state.write(leaf);
        }
    }
}
