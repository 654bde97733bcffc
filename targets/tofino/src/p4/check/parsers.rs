//! Parsers: states, selects, loops, and what the parser can compute.

mod graph;
mod select;

use std::collections::BTreeMap;

use super::env::{Env, Ty, place_of};
use super::scope::Scope;
use super::{Place, Rule, Sink, stmt};
use crate::p4::ast::{
    BinaryOp, Block, Expr, Gress, Local, Parser, StackEnd, State, Stmt, StmtKind, Transition,
};
use crate::p4::print::expr_text;
use crate::p4::tna::{EGRESS_PARSE_BYTES_MAX, EGRESS_PARSE_BYTES_MIN};
pub(super) use graph::{Graph, successors};

/// Statements and selects of all states. Called with the parser's scope.
pub(super) fn check_states<'p>(scope: &Scope<'_, 'p>, parser: &'p Parser, place: &Place, sink: &mut Sink) {
    for state in &parser.states {
        let place = place.at(format_args!("state {}", state.name));
        let mut scope = scope.clone();
        stmt::body(&mut scope, &state.body, &place, sink);
        select::check(&scope, state, &place, sink);
        consumed(&scope, state, &place, sink);
        for (index, stmt) in state.body.iter().enumerate() {
            computable(&scope, stmt, &state.body[..index], &place.nth("statement", index), sink);
        }
    }
}

/// What concerns a parser as a whole.
pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    for block in &env.program.blocks {
        let Block::Parser(parser) = block else { continue };
        let place = place_of(block);
        let graph = Graph::new(parser);
        graph.check_targets(&place, sink);
        if parser.states.iter().all(|state| state.name != "start") {
            sink.report(Rule::Reachability, &place, "no state is called `start`; name the first one so");
            continue;
        }
        for state in &parser.states {
            if !graph.is_reachable(&state.name) {
                let message = "no packet gets to this state; lead a transition to it or leave it out";
                sink.report(Rule::Reachability, &place.at(format_args!("state {}", state.name)), message);
            }
        }
        loops(parser, &graph, &place, sink);
        extracted_once(parser, &graph, &place, sink);
        assigned_once(env, parser, &graph, &place, sink);
        depth(env, parser, &graph, &place, sink);
        let counters = parser.locals.iter().filter(|local| matches!(local, Local::ParserCounter(_))).count();
        if counters > 1 {
            let message = format!(
                "{counters} parser counters, and the chip has one; set it anew where it is needed again"
            );
            sink.report(Rule::ParserLoop, &place, message);
        }
    }
}

/// Bits that a state takes from the packet.
fn bits_of<'p>(scope: &Scope<'_, 'p>, state: &'p State) -> u32 {
    state
        .body
        .iter()
        .map(|stmt| match &stmt.kind {
            StmtKind::Extract(header) => {
                scope.env.bits(&scope.plain(header, &Place::new(""), &mut Sink::default()))
            }
            StmtKind::Advance(bits) => {
                scope.env.constants.value(bits).and_then(|bits| u32::try_from(bits).ok()).unwrap_or_default()
            }
            _ => 0,
        })
        .sum()
}

/// A state takes whole bytes. Headers that are none themselves, or that the compiler pads, are somebody else's concern.
fn consumed<'p>(scope: &Scope<'_, 'p>, state: &'p State, place: &Place, sink: &mut Sink) {
    let is_odd_header = |stmt: &'p Stmt| match &stmt.kind {
        StmtKind::Extract(header) => {
            !scope.env.bits(&scope.plain(header, place, &mut Sink::default())).is_multiple_of(8)
        }
        _ => false,
    };
    let bits = bits_of(scope, state);
    if !bits.is_multiple_of(8) && !state.body.iter().any(is_odd_header) {
        let message = format!("the state takes {bits} bits from the packet; take whole bytes");
        sink.report(Rule::ParserDepth, place, message);
    }
}

/// What a parser's statement computes: constants, fields, what lies ahead, checksums, and `a = a | b`.
fn computable<'p>(scope: &Scope<'_, 'p>, stmt: &'p Stmt, before: &'p [Stmt], place: &Place, sink: &mut Sink) {
    match &stmt.kind {
        StmtKind::Assign(target, value) => {
            let joined = match value {
                Expr::Binary(BinaryOp::BitOr | BinaryOp::Or, left, right) if **left == *target => {
                    Some(&**right)
                }
                Expr::Binary(BinaryOp::BitOr | BinaryOp::Or, left, right) if **right == *target => {
                    Some(&**left)
                }
                _ => None,
            };
            if !is_source(scope, joined.unwrap_or(value)) {
                let message = format!(
                    "`{}` cannot be computed in a parser; assign a constant, a field or a look ahead, and compute in the control",
                    expr_text(value)
                );
                sink.report(Rule::ParserAssignment, place, message);
            }
        }
        StmtKind::Let { value: Some(value), .. } if !is_source(scope, value) => {
            let message = format!(
                "`{}` cannot be computed in a parser; name a constant, a field or a look ahead",
                expr_text(value)
            );
            sink.report(Rule::ParserAssignment, place, message);
        }
        StmtKind::ChecksumAdd { data, .. } | StmtKind::ChecksumSubtract { data, .. } => {
            for field in data {
                let is_here = before.iter().any(|earlier| match &earlier.kind {
                    StmtKind::Extract(header) => is_part_of(field, header),
                    _ => false,
                });
                let value = scope.env.constants.value(field);
                if value.is_some_and(|value| value != 0) {
                    let message = "a number other than zero in a checksum; the chip sums headers only";
                    sink.report(Rule::ParserAssignment, place, message);
                } else if value.is_none() && !is_here {
                    let message = format!(
                        "`{}` is not extracted in this state; sum fields in the state that extracts them",
                        expr_text(field)
                    );
                    sink.report(Rule::ParserAssignment, place, message);
                }
            }
        }
        _ => {}
    }
}

fn is_source(scope: &Scope<'_, '_>, value: &Expr) -> bool {
    match value {
        Expr::Cast(_, of) | Expr::Slice { of, .. } => is_source(scope, of),
        Expr::Name(_) | Expr::Field(..) | Expr::Index(..) | Expr::End(..) => true,
        Expr::Lookahead(_) | Expr::ChecksumGet(_) | Expr::ChecksumVerify(_) => true,
        _ => scope.env.constants.value(value).is_some(),
    }
}

/// Whether `path` is `header` or a field of it. What was extracted into a stack's `next` is its `last` from then on.
fn is_part_of(path: &Expr, header: &Expr) -> bool {
    match (path, header) {
        (Expr::End(of, StackEnd::Last), Expr::End(stack, StackEnd::Next)) if of == stack => true,
        _ if path == header => true,
        (Expr::Field(of, _) | Expr::Slice { of, .. }, _) => is_part_of(of, header),
        _ => false,
    }
}

/// Every loop ends: it fills a stack, or it moves the counter and asks it.
fn loops(parser: &Parser, graph: &Graph<'_>, place: &Place, sink: &mut Sink) {
    let fills = |state: &State| {
        state.body.iter().any(|stmt| matches!(&stmt.kind, StmtKind::Extract(Expr::End(_, StackEnd::Next))))
    };
    let moves = |state: &State| {
        let is_move = |stmt: &Stmt| {
            matches!(stmt.kind, StmtKind::CounterDecrement { .. } | StmtKind::CounterIncrement { .. })
        };
        state.body.iter().any(is_move)
    };
    let asks = |state: &State| match &state.transition {
        Transition::Select { keys, .. } => {
            keys.iter().any(|key| matches!(key, Expr::CounterIsZero(_) | Expr::CounterIsNegative(_)))
        }
        Transition::To(_) => false,
    };
    let loops_without = |makes_progress: &dyn Fn(&State) -> bool| {
        let idle = parser.states.iter().filter(|state| !fills(state) && !makes_progress(state));
        graph.cycle_within(&idle.map(|state| state.name.as_str()).collect())
    };
    if let Some(name) = loops_without(&moves).or_else(|| loops_without(&asks)) {
        let message = "the state comes back to itself without an end; count down a parser counter on the way and select on it, or extract into a stack";
        sink.report(Rule::ParserLoop, &place.at(format_args!("state {name}")), message);
    }
}

/// A header that is no stack is extracted once on every path.
fn extracted_once(parser: &Parser, graph: &Graph<'_>, place: &Place, sink: &mut Sink) {
    let mut extracts: Vec<(&State, usize, &Expr)> = Vec::new();
    for state in &parser.states {
        for (index, stmt) in state.body.iter().enumerate() {
            if let StmtKind::Extract(header) = &stmt.kind {
                extracts.push((state, index, header));
            }
        }
    }
    for (state, index, header) in &extracts {
        if matches!(header, Expr::End(..)) {
            continue;
        }
        let earlier = extracts.iter().find(|(other, at, theirs)| {
            theirs == header
                && (graph.leads_to(&other.name, &state.name) || (std::ptr::eq(*other, *state) && at < index))
        });
        if let Some((other, ..)) = earlier {
            let place = place.at(format_args!("state {}", state.name)).nth("statement", *index);
            let message = format!(
                "`{}` was extracted in state `{}` on the same path; use another header",
                expr_text(header),
                other.name
            );
            sink.report(Rule::ParserAssignment, &place, message);
        }
    }
}

/// A field is not assigned over: the chip joins both values by `|`.
fn assigned_once(env: &Env<'_>, parser: &Parser, graph: &Graph<'_>, place: &Place, sink: &mut Sink) {
    let mut writes: BTreeMap<String, Vec<(&State, usize, &Expr)>> = BTreeMap::new();
    for state in &parser.states {
        for (index, stmt) in state.body.iter().enumerate() {
            if let StmtKind::Assign(target, value) = &stmt.kind {
                // A variable of a parser lives in no container of its own.
                if !matches!(target, Expr::Name(_)) {
                    writes.entry(expr_text(target)).or_default().push((state, index, value));
                }
            }
        }
    }
    for (target, writes) in &writes {
        for (state, index, value) in writes {
            let joins = matches!(value, Expr::Binary(BinaryOp::BitOr | BinaryOp::Or, ..));
            let earlier = writes.iter().find(|(other, at, theirs)| {
                env.constants.value(theirs) != Some(0)
                    && (graph.leads_to(&other.name, &state.name)
                        || (std::ptr::eq(*other, *state) && at < index))
            });
            if let (false, Some((other, ..))) = (joins, earlier) {
                let place = place.at(format_args!("state {}", state.name)).nth("statement", *index);
                let message = format!(
                    "`{target}` was assigned in state `{}` on the same path, and the chip would join both values; assign it once, or join by `|`",
                    other.name
                );
                sink.report(Rule::ParserAssignment, &place, message);
            }
        }
    }
}

fn depth(env: &Env<'_>, parser: &Parser, graph: &Graph<'_>, place: &Place, sink: &mut Sink) {
    if parser.gress == Gress::Ingress {
        return;
    }
    let mut quiet = Sink::default();
    let scope = Scope::new(env, super::scope::Site::Parser, &parser.name, &parser.params, place, &mut quiet);
    let bits = |name: &str| {
        let Some(state) = parser.states.iter().find(|state| state.name == name) else { return 0 };
        let turns = state.body.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Extract(Expr::End(of, _)) => match scope.plain(of, place, &mut Sink::default()) {
                Ty::Stack(_, count) => Some(count),
                _ => None,
            },
            _ => None,
        });
        bits_of(&scope, state) * turns.max().unwrap_or(1)
    };
    let has_counter = parser.locals.iter().any(|local| matches!(local, Local::ParserCounter(_)));
    let bytes = graph.shortest_path(&bits) / 8;
    if has_counter && bytes < EGRESS_PARSE_BYTES_MIN {
        let message = format!(
            "the shortest way through takes {bytes} bytes of {EGRESS_PARSE_BYTES_MIN}, and the compiler fills them up with the parser counter, which is taken; do without a counter in egress"
        );
        sink.report(Rule::ParserDepth, place, message);
    }
    let bytes = graph.longest_path(&bits) / 8;
    if bytes > EGRESS_PARSE_BYTES_MAX {
        let message = format!(
            "the longest way through takes {bytes} bytes, and egress parses {EGRESS_PARSE_BYTES_MAX}; stop earlier, or bridge what is needed"
        );
        sink.report(Rule::ParserDepth, place, message);
    }
}
