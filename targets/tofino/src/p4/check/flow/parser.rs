//! The way through a parser, until no state learns anything new.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::state::{State, Validity, join};
use super::{Place, Walk};
use crate::p4::ast::{Gress, Local, Next, Parser, State as ParserState, Stmt, StmtKind, Transition};
use crate::p4::check::Sink;
use crate::p4::check::parsers::successors;

impl<'p> Walk<'_, 'p> {
    /// What is known where parsing ends; nothing, where it never does.
    pub(super) fn parser(&mut self, gress: Gress, parser: &'p Parser) -> Option<State> {
        let place = Place::new(format_args!("parser {}", parser.name));
        let frame = Frame::new(&parser.name, place.clone(), &parser.locals);
        let mut frame = Frame::of_block(self.env, &parser.params, frame);
        let mut first = State::default();
        for param in &parser.params {
            if let Some(spot) = frame.named(&param.name) {
                spot.headers(self.env).into_iter().for_each(|header| first.add_header(header));
                spot.uninitialised(self.env).into_iter().for_each(|field| first.forget(field));
            }
        }
        for local in &parser.locals {
            if let Local::Var(var) = local {
                let spot = frame.declare(self.env, &var.name, &var.ty);
                spot.headers(self.env).into_iter().for_each(|header| first.add_header(header));
                if var.initial.is_none() {
                    spot.uninitialised(self.env).into_iter().for_each(|field| first.forget(field));
                }
            }
        }
        let known = self.settle(&frame, parser, first);
        let mut end = None;
        for state in &parser.states {
            let Some(before) = known.get(state.name.as_str()) else { continue };
            let place = place.at(format_args!("state {}", state.name));
            let after = self.state(&mut frame.clone(), state, before.clone(), &place);
            for next in successors(state) {
                // A packet that ingress rejects is dropped; egress goes on with it.
                let ends = *next == Next::Accept || (*next == Next::Reject && gress == Gress::Egress);
                if ends {
                    end = join(end, Some(after.clone()));
                }
            }
        }
        end
    }

    /// What is known at the beginning of every state that a packet reaches.
    fn settle(&mut self, frame: &Frame<'p>, parser: &'p Parser, first: State) -> BTreeMap<&'p str, State> {
        let mut quiet = Sink::default();
        let mut walk = Walk::new(self.env, &mut quiet);
        let mut known: BTreeMap<&str, State> = BTreeMap::new();
        let mut open: Vec<(&str, State)> = vec![("start", first)];
        while let Some((name, arriving)) = open.pop() {
            let Some(state) = parser.states.iter().find(|state| state.name == name) else { continue };
            let joined = match known.get(name) {
                Some(before) => before.clone().joined(arriving),
                None => arriving,
            };
            if known.get(name) == Some(&joined) {
                continue;
            }
            known.insert(&state.name, joined.clone());
            let after = walk.state(&mut frame.clone(), state, joined, &Place::new(""));
            for next in successors(state) {
                if let Next::State(next) = next {
                    open.push((next, after.clone()));
                }
            }
        }
        known
    }

    fn state(
        &mut self,
        frame: &mut Frame<'p>,
        state: &'p ParserState,
        mut known: State,
        place: &Place,
    ) -> State {
        for (index, stmt) in state.body.iter().enumerate() {
            self.parse(frame, &mut known, stmt, &place.nth("statement", index));
        }
        if let Transition::Select { keys, .. } = &state.transition {
            let place = place.at("select");
            for key in keys {
                self.read(frame, &mut known, key, false, &place);
            }
        }
        known
    }

    fn parse(&mut self, frame: &mut Frame<'p>, state: &mut State, stmt: &'p Stmt, place: &Place) {
        match &stmt.kind {
            StmtKind::Extract(header) => {
                let Some(spot) = frame.spot(self.env, header) else { return };
                let validity = if spot.is_element { Validity::Maybe } else { Validity::Always };
                state.set_validity(&spot.path, validity);
                spot.leaves(self.env).into_iter().for_each(|leaf| state.write(leaf));
            }
            StmtKind::Assign(target, value) => self.assign(frame, state, target, value, place),
            StmtKind::Let { ty, name, value } => {
                if let Some(value) = value {
                    self.read(frame, state, value, false, place);
                }
                let spot = frame.declare(self.env, name, ty);
                if value.is_none() {
                    spot.uninitialised(self.env).into_iter().for_each(|field| state.forget(field));
                }
            }
            StmtKind::SetValid(header) => self.set_valid(frame, state, header),
            StmtKind::SetInvalid(header) => self.set_invalid(frame, state, header),
            StmtKind::ChecksumAdd { data, .. } | StmtKind::ChecksumSubtract { data, .. } => {
                for field in data {
                    self.read(frame, state, field, false, place);
                }
            }
            StmtKind::ChecksumSubtractAllAndDeposit { target, .. } => self.write(frame, state, target, place),
            StmtKind::CounterSet { value, .. } => self.read(frame, state, value, false, place),
            _ => {}
        }
    }
}
