//! What egress takes from every packet is there: ingress put it in front.
//!
//! Egress parses what the ingress deparser has emitted. As long as its states follow one another without a select, it
//! takes their headers from whatever comes, and a packet that lacks one is misread without an error.

use std::collections::BTreeSet;

use super::env::{Env, Ty};
use super::flow::Emitted;
use super::scope::{Scope, Site};
use super::{Place, Rule, Sink};
use crate::p4::ast::{Next, Parser, StmtKind, Transition};

pub(super) fn check(env: &Env<'_>, emitted: &[Emitted<'_>], sink: &mut Sink) {
    let Some(parser) = env.parser(&env.program.pipeline.egress_parser) else { return };
    let mut theirs = emitted.iter();
    for (place, header) in taken(env, parser) {
        let is_there = theirs.next().is_some_and(|first| first.header == header && first.is_always);
        if !is_there {
            let message = format!(
                "{header} is taken from every packet here, and ingress does not put it in this place in front of every packet; set it valid on every path and emit it in this order, or select before extracting"
            );
            sink.report(Rule::Bridged, &place, message);
            // Everything behind it is displaced too.
            return;
        }
    }
}

/// Headers that the parser extracts before it selects for the first time, where it does so.
fn taken<'p>(env: &Env<'p>, parser: &'p Parser) -> Vec<(Place, &'p str)> {
    let mut quiet = Sink::default();
    let place = Place::new(format_args!("parser {}", parser.name));
    let scope = Scope::new(env, Site::Parser, &parser.name, &parser.params, &place, &mut quiet);
    let mut headers = Vec::new();
    let mut seen = BTreeSet::new();
    let mut name = "start";
    while let Some(state) = parser.states.iter().find(|state| state.name == name) {
        if !seen.insert(name) {
            break;
        }
        let place = place.at(format_args!("state {}", state.name));
        for (index, stmt) in state.body.iter().enumerate() {
            let StmtKind::Extract(header) = &stmt.kind else { continue };
            match scope.plain(header, &place, &mut quiet) {
                Ty::Header(ty) if env.composite(ty).is_some_and(|composite| composite.gress.is_none()) => {
                    headers.push((place.nth("statement", index), ty));
                }
                _ => {}
            }
        }
        match &state.transition {
            Transition::To(Next::State(next)) => name = next,
            _ => break,
        }
    }
    headers
}
