//! Names: one thing each, in the form of its kind, none of P4's own.

use std::collections::HashMap;

use super::env::{Env, place_of};
use super::{Place, Rule, Sink};
use crate::p4::ast::{Annotation, Block, Local, Notes, Param};
use crate::p4::tna;

/// Words that P4 or `core.p4` has taken.
const RESERVED: &[&str] = &[
    "abstract",
    "accept",
    "action",
    "actions",
    "apply",
    "bit",
    "bool",
    "const",
    "control",
    "default",
    "default_action",
    "else",
    "entries",
    "enum",
    "error",
    "exact",
    "exit",
    "extern",
    "false",
    "header",
    "header_union",
    "if",
    "in",
    "inout",
    "int",
    "key",
    "lpm",
    "main",
    "match_kind",
    "out",
    "package",
    "parser",
    "priority",
    "range",
    "reject",
    "return",
    "select",
    "size",
    "state",
    "string",
    "struct",
    "switch",
    "table",
    "ternary",
    "this",
    "transition",
    "true",
    "tuple",
    "type",
    "typedef",
    "value_set",
    "varbit",
    "void",
];

/// Those of them that may name a field all the same.
const FREE_FOR_FIELDS: &[&str] = &[
    "actions", "apply", "entries", "exact", "key", "lpm", "main", "priority", "range", "size", "state",
    "ternary", "type",
];

/// Form of a name.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Constant,
    Header,
    Type,
    Block,
    Field,
    Plain,
}

impl Form {
    fn fits(self, name: &str) -> bool {
        let snake = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
        };
        match self {
            Self::Constant => {
                name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
            }
            Self::Header => snake(name) && name.ends_with("_h"),
            Self::Type => snake(name) && name.ends_with("_t"),
            Self::Block => {
                name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.chars().all(|it| it.is_ascii_alphanumeric())
                    && name.chars().any(|it| it.is_ascii_lowercase())
            }
            // A field with a leading underscore is padding.
            Self::Field => snake(name.strip_prefix('_').unwrap_or(name)),
            Self::Plain => snake(name),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Constant => "write a constant as UPPER_SNAKE",
            Self::Header => "write a header as snake_case ending in `_h`",
            Self::Type => "write a type as snake_case ending in `_t`",
            Self::Block => "write a block as UpperCamel",
            Self::Field | Self::Plain => "write it as snake_case",
        }
    }
}

/// Names of one scope, each with the place of its declaration.
struct Taken<'p> {
    names: HashMap<&'p str, String>,
}

impl<'p> Taken<'p> {
    fn declare(&mut self, name: &'p str, form: Form, place: &Place, sink: &mut Sink) {
        let free = form == Form::Field && FREE_FOR_FIELDS.contains(&name);
        if RESERVED.contains(&name) && !free {
            sink.report(Rule::Naming, place, format!("`{name}` is a word of P4; choose another name"));
        } else if !form.fits(name) {
            sink.report(
                Rule::Naming,
                place,
                format!("`{name}` does not look like what it is; {}", form.advice()),
            );
        }
        if let Some(first) = self.names.get(name) {
            let message = format!("`{name}` is already the name of {first}; choose another");
            sink.report(Rule::Duplicate, place, message);
        } else {
            self.names.insert(name, place.0.clone());
        }
    }
}

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    let program = env.program;
    let mut top = Taken { names: HashMap::new() };
    for (name, _, _) in tna::CONSTANTS {
        top.names.insert(name, "a constant of the architecture".to_owned());
    }
    let types = tna::TYPEDEFS.iter().map(|(name, _)| *name).chain(tna::INTRINSICS.iter().map(|it| it.name));
    top.names.extend(types.map(|name| (name, "a type of the architecture".to_owned())));
    for constant in &program.consts {
        let place = Place::new(format_args!("const {}", constant.name));
        top.declare(&constant.name, Form::Constant, &place, sink);
    }
    for typedef in &program.typedefs {
        let place = Place::new(format_args!("typedef {}", typedef.name));
        top.declare(&typedef.name, Form::Type, &place, sink);
    }
    for header in &program.headers {
        let place = Place::new(format_args!("header {}", header.name));
        top.declare(&header.name, Form::Header, &place, sink);
        members(&place, header.fields.iter().map(|field| (field.name.as_str(), &field.notes)), sink);
    }
    for structure in &program.structs {
        let place = Place::new(format_args!("struct {}", structure.name));
        top.declare(&structure.name, Form::Type, &place, sink);
        members(&place, structure.fields.iter().map(|field| (field.name.as_str(), &field.notes)), sink);
    }
    for block in &program.blocks {
        top.declare(block.name(), Form::Block, &place_of(block), sink);
    }
    let pipeline = Place::new("package");
    top.declare(&program.pipeline.name, Form::Plain, &pipeline, sink);
    for block in &program.blocks {
        let mut names = Taken { names: top.names.clone() };
        inside(block, &mut names, sink);
    }
}

/// Names of fields are a scope of their own.
fn members<'p>(place: &Place, fields: impl Iterator<Item = (&'p str, &'p Notes)>, sink: &mut Sink) {
    let mut names = Taken { names: HashMap::new() };
    for (name, notes) in fields {
        let place = place.at(format_args!("field {name}"));
        names.declare(name, Form::Field, &place, sink);
        for annotation in &notes.annotations {
            if matches!(annotation, Annotation::Pragma(_)) {
                let message = "a pragma takes the rest of the line; write it as an annotation with `@`";
                sink.report(Rule::Misplaced, &place, message);
            }
        }
    }
}

fn inside<'p>(block: &'p Block, names: &mut Taken<'p>, sink: &mut Sink) {
    let place = place_of(block);
    let (params, locals): (&[Param], &[Local]) = match block {
        Block::Parser(parser) => (&parser.params, &parser.locals),
        Block::Control(control) => (&control.params, &control.locals),
        Block::Deparser(deparser) => (&deparser.params, &deparser.locals),
    };
    for param in params {
        names.declare(&param.name, Form::Plain, &place.at(format_args!("parameter {}", param.name)), sink);
    }
    for local in locals {
        let place = place.at(kind_and_name(local));
        names.declare(local.name(), Form::Plain, &place, sink);
        if let Local::Action(action) = local {
            let mut inner = Taken { names: names.names.clone() };
            for param in &action.params {
                let place = place.at(format_args!("parameter {}", param.name));
                inner.declare(&param.name, Form::Plain, &place, sink);
            }
        }
    }
    if let Block::Parser(parser) = block {
        let mut states = Taken { names: HashMap::new() };
        for state in &parser.states {
            states.declare(&state.name, Form::Plain, &place.at(format_args!("state {}", state.name)), sink);
        }
    }
}

/// `table flows`, for places.
pub(super) fn kind_and_name(local: &Local) -> String {
    let kind = match local {
        Local::Var(_) => "variable",
        Local::Register(_) => "register",
        Local::RegisterAction(_) => "register action",
        Local::Counter(_) => "counter",
        Local::DirectCounter(_) => "direct counter",
        Local::Hash(_) => "hash",
        Local::Random(_) => "random",
        Local::Action(_) => "action",
        Local::Table(_) => "table",
        Local::Instance(_) => "instance",
        Local::Checksum(_) => "checksum",
        Local::Mirror(_) => "mirror",
        Local::Resubmit(_) => "resubmit",
        Local::Digest(_) => "digest",
        Local::ParserCounter(_) => "parser counter",
        Local::ValueSet(_) => "value set",
    };
    format!("{kind} {}", local.name())
}

/// Whether the annotation lets the compiler pad and reorder.
pub(super) fn is_flexible(annotation: &Annotation) -> bool {
    matches!(annotation, Annotation::At { name, .. } if name == "flexible")
}
