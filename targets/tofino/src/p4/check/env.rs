//! What is declared at the top: types with their fields, constants with their values, blocks.

use std::collections::HashMap;
use std::fmt;

use super::constant::Constants;
use super::{Place, Rule, Sink};
use crate::p4::ast::{Block, Control, Deparser, Field, Gress, Parser, Program, Type};
use crate::p4::tna;

/// A type after typedefs were looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ty<'p> {
    Bit(u32),
    Int(u32),
    Bool,
    /// A number without a width: takes the one beside it.
    Number,
    Header(&'p str),
    Struct(&'p str),
    Stack(&'p str, u32),
    /// `packet_in`, `packet_out`.
    Packet,
    List(Vec<Ty<'p>>),
    /// Already reported; agrees with everything.
    Unknown,
}

impl fmt::Display for Ty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit(width) => write!(f, "bit<{width}>"),
            Self::Int(width) => write!(f, "int<{width}>"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("a number without width"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Struct(name) => write!(f, "struct {name}"),
            Self::Stack(name, count) => write!(f, "{name}[{count}]"),
            Self::Packet => f.write_str("the packet"),
            Self::List(fields) => write!(f, "a list of {} fields", fields.len()),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Ty<'_> {
    pub(super) fn is_bits(&self) -> bool {
        matches!(self, Self::Bit(_) | Self::Number | Self::Unknown)
    }
}

/// A header or struct.
#[derive(Debug)]
pub(super) struct Composite<'p> {
    pub is_header: bool,
    pub fields: Vec<(&'p str, Ty<'p>)>,
    pub zero_initialised: bool,
    /// The half of the pipeline that has it, where it is the architecture's.
    pub gress: Option<Gress>,
    /// Whether the compiler pads it (`@flexible`), so that it need not be whole bytes.
    pub is_flexible: bool,
}

/// The declarations at the top of a program, and those of the architecture.
pub(super) struct Env<'p> {
    pub program: &'p Program,
    pub constants: Constants<'p>,
    typedefs: HashMap<&'p str, &'p Type>,
    composites: HashMap<&'p str, Composite<'p>>,
}

impl<'p> Env<'p> {
    pub(super) fn new(program: &'p Program, sink: &mut Sink) -> Self {
        let mut env = Self {
            program,
            constants: Constants::default(),
            typedefs: program.typedefs.iter().map(|typedef| (typedef.name.as_str(), &typedef.ty)).collect(),
            composites: HashMap::new(),
        };
        // Types are named before their fields are looked at, so that a field's type is known as header or struct.
        for intrinsic in tna::INTRINSICS {
            let fields = intrinsic.fields.iter().map(|(name, width)| (*name, Ty::Bit(*width))).collect();
            env.composites.insert(
                intrinsic.name,
                Composite {
                    is_header: intrinsic.is_header,
                    fields,
                    zero_initialised: !intrinsic.is_header,
                    gress: Some(intrinsic.gress),
                    is_flexible: false,
                },
            );
        }
        let headers = program.headers.iter().map(|header| (&header.name, &header.notes, true, false));
        let structs = program.structs.iter().map(|it| (&it.name, &it.notes, false, it.zero_initialised));
        for (name, notes, is_header, zero_initialised) in headers.chain(structs) {
            let is_flexible = notes.annotations.iter().any(super::names::is_flexible);
            let composite =
                Composite { is_header, fields: Vec::new(), zero_initialised, gress: None, is_flexible };
            env.composites.insert(name, composite);
        }
        for header in &program.headers {
            env.add_header_fields(&header.name, &header.fields, sink);
        }
        for index in 0..program.structs.len() {
            env.add_struct_fields(index, sink);
        }
        env.constants = Constants::new(&env, sink);
        env
    }

    fn add_header_fields(&mut self, name: &'p str, fields: &'p [Field], sink: &mut Sink) {
        let place = Place::new(format_args!("header {name}"));
        let types = fields.iter().map(|field| {
            let place = place.at(format_args!("field {}", field.name));
            match self.resolve(&field.ty, &place, sink) {
                bits @ (Ty::Bit(_) | Ty::Unknown) => (field.name.as_str(), bits),
                other => {
                    let message = format!("`{}` is {other}; a header's field is bit<n>", field.name);
                    sink.report(Rule::HeaderShape, &place, message);
                    (field.name.as_str(), Ty::Unknown)
                }
            }
        });
        let types = types.collect();
        if let Some(composite) = self.composites.get_mut(name) {
            composite.fields = types;
        }
    }

    /// Fields of the struct of that number. A struct in it stands above it, so that none holds itself.
    fn add_struct_fields(&mut self, index: usize, sink: &mut Sink) {
        let structure = &self.program.structs[index];
        let above = &self.program.structs[..index];
        let place = Place::new(format_args!("struct {}", structure.name));
        let types = structure.fields.iter().map(|field| {
            let place = place.at(format_args!("field {}", field.name));
            match self.resolve(&field.ty, &place, sink) {
                Ty::Struct(inner)
                    if !above.iter().any(|it| it.name == inner)
                        && self.program.structs.iter().any(|it| it.name == inner) =>
                {
                    let message = format!("struct `{inner}` stands below; declare it above this one");
                    sink.report(Rule::Unresolved, &place, message);
                    (field.name.as_str(), Ty::Unknown)
                }
                ty => (field.name.as_str(), ty),
            }
        });
        let types = types.collect();
        if let Some(composite) = self.composites.get_mut(structure.name.as_str()) {
            composite.fields = types;
        }
    }

    /// The type behind its name; reports a name that is none.
    pub(super) fn resolve(&self, ty: &'p Type, place: &Place, sink: &mut Sink) -> Ty<'p> {
        match ty {
            Type::Bit(0) | Type::Int(0) => {
                sink.report(Rule::Width, place, "a type of no bits; give it at least one");
                Ty::Unknown
            }
            Type::Bit(width) => Ty::Bit(*width),
            Type::Int(width) => Ty::Int(*width),
            Type::Bool => Ty::Bool,
            Type::Named(name) => match self.named(name) {
                Some(ty) => ty,
                None => {
                    let message = format!("there is no type `{name}`; declare it, or correct the name");
                    sink.report(Rule::Unresolved, place, message);
                    Ty::Unknown
                }
            },
            Type::Stack(name, count) => {
                if !self.composites.get(name.as_str()).is_some_and(|composite| composite.is_header) {
                    let message = format!("there is no header `{name}` to make a stack of; declare it");
                    sink.report(Rule::Unresolved, place, message);
                }
                Ty::Stack(name, *count)
            }
        }
    }

    fn named(&self, name: &'p str) -> Option<Ty<'p>> {
        if name == "packet_in" || name == "packet_out" {
            return Some(Ty::Packet);
        }
        if let Some((_, width)) = tna::TYPEDEFS.iter().find(|(typedef, _)| *typedef == name) {
            return Some(Ty::Bit(*width));
        }
        if let Some(composite) = self.composites.get(name) {
            return Some(if composite.is_header { Ty::Header(name) } else { Ty::Struct(name) });
        }
        // A typedef of a typedef is looked through once for each; one that names itself resolves to nothing.
        let mut ty = self.typedefs.get(name)?;
        for _ in 0..self.typedefs.len() {
            match ty {
                Type::Named(next) => match self.typedefs.get(next.as_str()) {
                    Some(further) => ty = further,
                    None => return self.named(next),
                },
                Type::Bit(width) => return Some(Ty::Bit(*width)),
                Type::Int(width) => return Some(Ty::Int(*width)),
                Type::Bool => return Some(Ty::Bool),
                Type::Stack(name, count) => return Some(Ty::Stack(name, *count)),
            }
        }
        None
    }

    /// A header or struct.
    pub(super) fn composite(&self, name: &str) -> Option<&Composite<'p>> {
        self.composites.get(name)
    }

    /// Fields of a header or struct; none of anything else.
    pub(super) fn fields(&self, ty: &Ty<'p>) -> &[(&'p str, Ty<'p>)] {
        match ty {
            Ty::Header(name) | Ty::Struct(name) => {
                self.composite(name).map_or(&[], |it| it.fields.as_slice())
            }
            _ => &[],
        }
    }

    /// Bits of a value; headers and structs are the sum of their fields.
    pub(super) fn bits(&self, ty: &Ty<'p>) -> u32 {
        match ty {
            Ty::Bit(width) | Ty::Int(width) => *width,
            Ty::Bool => 1,
            Ty::Header(_) | Ty::Struct(_) => self.fields(ty).iter().map(|(_, field)| self.bits(field)).sum(),
            Ty::Stack(name, count) => count * self.bits(&Ty::Header(name)),
            Ty::List(fields) => fields.iter().map(|field| self.bits(field)).sum(),
            Ty::Number | Ty::Packet | Ty::Unknown => 0,
        }
    }

    pub(super) fn control(&self, name: &str) -> Option<&'p Control> {
        self.program.controls().find(|control| control.name == name)
    }

    pub(super) fn parser(&self, name: &str) -> Option<&'p Parser> {
        self.program.parsers().find(|parser| parser.name == name)
    }

    pub(super) fn deparser(&self, name: &str) -> Option<&'p Deparser> {
        self.program.deparsers().find(|deparser| deparser.name == name)
    }

    /// The shapes of headers.
    pub(super) fn check_declarations(&self, sink: &mut Sink) {
        for header in &self.program.headers {
            let place = Place::new(format_args!("header {}", header.name));
            let Some(composite) = self.composite(&header.name) else { continue };
            let bits = self.bits(&Ty::Header(&header.name));
            if composite.fields.is_empty() {
                sink.report(
                    Rule::HeaderShape,
                    &place,
                    "the header has no fields; give it some or leave it out",
                );
            } else if !bits.is_multiple_of(8) && !composite.is_flexible {
                let message = format!(
                    "the header has {bits} bits, not whole bytes; pad it with a field of {} bits",
                    8 - bits % 8
                );
                sink.report(Rule::HeaderShape, &place, message);
            }
        }
        for (index, typedef) in self.program.typedefs.iter().enumerate() {
            let place = Place::new(format_args!("typedef {}", typedef.name));
            let ty = self.resolve(&typedef.ty, &place, sink);
            let is_below = match &typedef.ty {
                Type::Named(name) => self.program.typedefs[index..].iter().any(|it| it.name == *name),
                _ => false,
            };
            if is_below || matches!(ty, Ty::Header(_) | Ty::Struct(_) | Ty::Stack(..)) {
                let message =
                    format!("`{}` is declared below; name a type of bits, or an earlier typedef", typedef.ty);
                sink.report(Rule::Unresolved, &place, message);
            }
        }
    }
}

/// The place of a block.
pub(super) fn place_of(block: &Block) -> Place {
    match block {
        Block::Parser(parser) => Place::new(format_args!("parser {}", parser.name)),
        Block::Control(control) => Place::new(format_args!("control {}", control.name)),
        Block::Deparser(deparser) => Place::new(format_args!("deparser {}", deparser.name)),
    }
}
