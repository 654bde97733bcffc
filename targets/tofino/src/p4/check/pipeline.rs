//! The package: six blocks with the architecture's parameters, and nothing of one half in the other.

use std::collections::BTreeSet;

use super::env::Env;
use super::{Place, Rule, Sink};
use crate::p4::ast::{Control, Direction, Gress, Local, Param, Type};
use crate::p4::tna::{self, HEADERS, METADATA, Slot};

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    let package = Place::new("package");
    let pipeline = &env.program.pipeline;
    let mut named = BTreeSet::new();
    for gress in [Gress::Ingress, Gress::Egress] {
        let (parser, control, deparser) = match gress {
            Gress::Ingress => (&pipeline.ingress_parser, &pipeline.ingress, &pipeline.ingress_deparser),
            Gress::Egress => (&pipeline.egress_parser, &pipeline.egress, &pipeline.egress_deparser),
        };
        let mut own = Vec::new();
        match env.parser(parser) {
            Some(found) => {
                let place = Place::new(format_args!("parser {parser}"));
                half(found.gress, gress, &place, sink);
                own.push((place.clone(), signature(&found.params, &tna::parser(gress), 4, &place, sink)));
            }
            None => missing("parser", parser, &package, sink),
        }
        match env.control(control) {
            Some(found) => {
                let place = Place::new(format_args!("control {control}"));
                own.push((place.clone(), signature(&found.params, &tna::control(gress), 2, &place, sink)));
                parts(env, found, gress, &mut Vec::new(), sink);
                named.insert(control.as_str());
            }
            None => missing("control", control, &package, sink),
        }
        match env.deparser(deparser) {
            Some(found) => {
                let place = Place::new(format_args!("deparser {deparser}"));
                half(found.gress, gress, &place, sink);
                own.push((place.clone(), signature(&found.params, &tna::deparser(gress), 3, &place, sink)));
            }
            None => missing("deparser", deparser, &package, sink),
        }
        agree(gress, &own, sink);
    }
    for control in env.program.controls() {
        let is_used = named.contains(control.name.as_str()) || instantiated(env, &control.name);
        if !is_used {
            let message = "no block uses this control; instantiate it, or leave it out";
            sink.report(Rule::Unused, &Place::new(format_args!("control {}", control.name)), message);
        }
    }
}

fn instantiated(env: &Env<'_>, name: &str) -> bool {
    env.program.controls().flat_map(|control| &control.locals).any(|local| match local {
        Local::Instance(instance) => instance.control == name,
        _ => false,
    })
}

fn missing(what: &str, name: &str, place: &Place, sink: &mut Sink) {
    sink.report(
        Rule::Unresolved,
        place,
        format!("there is no {what} `{name}`; declare it, or correct the package"),
    );
}

fn half(declared: Gress, used: Gress, place: &Place, sink: &mut Sink) {
    if declared != used {
        let message = format!("it is made for {declared} and the package names it for {used}; exchange them");
        sink.report(Rule::Gress, place, message);
    }
}

/// Types of a block's headers and metadata.
type Own<'p> = (Option<&'p Type>, Option<&'p Type>);

/// The parameters are the architecture's, the last ones left out perhaps. Types of headers and metadata.
fn signature<'p>(
    params: &'p [Param],
    slots: &[Slot],
    needed: usize,
    place: &Place,
    sink: &mut Sink,
) -> Own<'p> {
    if params.len() < needed || params.len() > slots.len() {
        let message = format!(
            "{} parameters, and the architecture has {needed} to {}; see `Control::ingress` and the like",
            params.len(),
            slots.len()
        );
        sink.report(Rule::Signature, place, message);
    }
    let (mut headers, mut metadata) = (None, None);
    for (index, (param, (direction, ty))) in params.iter().zip(slots).enumerate() {
        let place = place.nth("parameter", index);
        if param.direction != *direction {
            let message = format!("`{}` has the wrong direction; make it {}", param.name, word(*direction));
            sink.report(Rule::Signature, &place, message);
        }
        match *ty {
            HEADERS => headers = Some(&param.ty),
            METADATA => metadata = Some(&param.ty),
            ty if param.ty != Type::named(ty) => {
                let message = format!(
                    "`{}` is {}, and the architecture gives {ty} here; take that",
                    param.name, param.ty
                );
                let is_other_half = tna::INTRINSICS.iter().any(|it| param.ty == Type::named(it.name));
                let rule = if is_other_half { Rule::Gress } else { Rule::Signature };
                sink.report(rule, &place, message);
            }
            // Statements name the packet without being told how.
            "packet_in" | "packet_out" if param.name != "pkt" => {
                sink.report(
                    Rule::Signature,
                    &place,
                    format!("the packet is called `{}`; call it `pkt`", param.name),
                );
            }
            _ => {}
        }
    }
    (headers, metadata)
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::None => "directionless",
        Direction::In => "`in`",
        Direction::Out => "`out`",
        Direction::InOut => "`inout`",
    }
}

/// The blocks of one half have the same headers and the same metadata.
fn agree(gress: Gress, blocks: &[(Place, Own<'_>)], sink: &mut Sink) {
    let Some((_, first)) = blocks.first() else { return };
    for (place, theirs) in blocks {
        if theirs != first {
            let message =
                format!("headers or metadata are of another type than in the {gress} parser; use the same");
            sink.report(Rule::Signature, place, message);
        }
    }
}

/// The parts of a control stay in its half. `open` holds the controls on the way, should one be part of itself.
fn parts<'p>(env: &Env<'p>, control: &'p Control, gress: Gress, open: &mut Vec<&'p str>, sink: &mut Sink) {
    if open.contains(&control.name.as_str()) {
        return;
    }
    open.push(&control.name);
    for local in &control.locals {
        let Local::Instance(instance) = local else { continue };
        let Some(part) = env.control(&instance.control) else { continue };
        for param in &part.params {
            let theirs = match &param.ty {
                Type::Named(name) => env.composite(name).and_then(|composite| composite.gress),
                _ => None,
            };
            if theirs.is_some_and(|theirs| theirs != gress) {
                let place = Place::new(format_args!("control {}", part.name));
                let place = place.at(format_args!("parameter {}", param.name));
                let message = format!(
                    "{} belongs to the other half, and the control is part of {gress}; take the {gress} one",
                    param.ty
                );
                sink.report(Rule::Gress, &place, message);
            }
        }
        parts(env, part, gress, open, sink);
    }
    open.pop();
}
