//! Headers are emitted in the order in which parsers read them: the own half's, and that of the half that comes next.

use super::env::{Env, Ty};
use super::parsers::Graph;
use super::scope::{Scope, Site};
use super::{Place, Rule, Sink};
use crate::p4::ast::{Deparser, Expr, Parser, StmtKind};
use crate::p4::print::expr_text;

/// A header that a block extracts or emits.
struct Item<'p> {
    /// Its path behind the block's parameter, as `ipv4`.
    path: String,
    header: &'p str,
    /// State and place in it, or place among the emits.
    state: &'p str,
    at: usize,
}

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    let pipeline = &env.program.pipeline;
    let (Some(ingress_parser), Some(egress_parser)) =
        (env.parser(&pipeline.ingress_parser), env.parser(&pipeline.egress_parser))
    else {
        return;
    };
    let (Some(ingress), Some(egress)) =
        (env.deparser(&pipeline.ingress_deparser), env.deparser(&pipeline.egress_deparser))
    else {
        return;
    };
    same_half(env, ingress_parser, ingress, sink);
    same_half(env, egress_parser, egress, sink);
    next_half(env, egress_parser, ingress, sink);
}

/// The same header, by its path.
fn same_half(env: &Env<'_>, parser: &Parser, deparser: &Deparser, sink: &mut Sink) {
    let extracts = extracts(env, parser);
    let find = |emit: &Item<'_>| extracts.iter().filter(|it| it.path == emit.path).collect();
    compare(env, parser, deparser, &find, sink);
}

/// Headers of one type that both halves have one of.
fn next_half(env: &Env<'_>, parser: &Parser, deparser: &Deparser, sink: &mut Sink) {
    let extracts = extracts(env, parser);
    let emits = emits(env, deparser);
    let find = |emit: &Item<'_>| {
        let mut theirs: Vec<&Item<'_>> = extracts.iter().filter(|it| it.header == emit.header).collect();
        let is_only = theirs.iter().all(|it| it.path == theirs[0].path)
            && emits.iter().filter(|it| it.header == emit.header).count() == 1;
        if !is_only {
            theirs.clear();
        }
        theirs
    };
    compare(env, parser, deparser, &find, sink);
}

fn compare<'x>(
    env: &'x Env<'_>,
    parser: &Parser,
    deparser: &'x Deparser,
    find: &dyn Fn(&Item<'_>) -> Vec<&'x Item<'x>>,
    sink: &mut Sink,
) {
    let graph = Graph::new(parser);
    let before =
        |a: &Item<'_>, b: &Item<'_>| graph.leads_to(a.state, b.state) || (a.state == b.state && a.at < b.at);
    let emits = emits(env, deparser);
    for (index, late) in emits.iter().enumerate() {
        for early in &emits[..index] {
            let (first, second) = (find(early), find(late));
            let is_read_later = second.iter().any(|second| first.iter().any(|first| before(second, first)));
            let is_read_first = second.iter().any(|second| first.iter().any(|first| before(first, second)));
            if is_read_later && !is_read_first {
                let place = Place::new(format_args!("deparser {}", deparser.name))
                    .at("apply")
                    .nth("statement", late.at);
                let message = format!(
                    "`{}` is emitted behind `{}`, and parser `{}` reads it before; emit it first",
                    late.path, early.path, parser.name
                );
                sink.report(Rule::EmitOrder, &place, message);
            }
        }
    }
}

fn extracts<'p>(env: &Env<'p>, parser: &'p Parser) -> Vec<Item<'p>> {
    let mut quiet = Sink::default();
    let place = Place::new("");
    let scope = Scope::new(env, Site::Parser, &parser.name, &parser.params, &place, &mut quiet);
    let mut items = Vec::new();
    for state in &parser.states {
        for (at, stmt) in state.body.iter().enumerate() {
            if let StmtKind::Extract(header) = &stmt.kind {
                push(&scope, header, &state.name, at, &mut items);
            }
        }
    }
    items
}

fn emits<'p>(env: &Env<'p>, deparser: &'p Deparser) -> Vec<Item<'p>> {
    let mut quiet = Sink::default();
    let place = Place::new("");
    let scope = Scope::new(env, Site::Deparser, &deparser.name, &deparser.params, &place, &mut quiet);
    let mut items = Vec::new();
    for (at, stmt) in deparser.apply.iter().enumerate() {
        if let StmtKind::Emit(header) = &stmt.kind {
            push(&scope, header, "", at, &mut items);
        }
    }
    items
}

/// A header; the headers of a struct in their order; a stack as one.
fn push<'p>(scope: &Scope<'_, 'p>, path: &'p Expr, state: &'p str, at: usize, items: &mut Vec<Item<'p>>) {
    let whole = match path {
        Expr::End(of, _) | Expr::Index(of, _) => of,
        _ => path,
    };
    let ty = scope.plain(whole, &Place::new(""), &mut Sink::default());
    expand(scope.env, &behind_root(whole), &ty, state, at, items);
}

fn expand<'p>(env: &Env<'p>, path: &str, ty: &Ty<'p>, state: &'p str, at: usize, items: &mut Vec<Item<'p>>) {
    match ty {
        Ty::Header(header) | Ty::Stack(header, _) => {
            items.push(Item { path: path.to_owned(), header, state, at });
        }
        Ty::Struct(_) => {
            for (name, ty) in env.fields(ty) {
                let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                expand(env, &path, ty, state, at, items);
            }
        }
        _ => {}
    }
}

/// `hdr.ipv4` without the parameter's name, which may differ between blocks.
fn behind_root(path: &Expr) -> String {
    let text = expr_text(path);
    text.split_once('.').map_or(String::new(), |(_, rest)| rest.to_owned())
}
