//! Types, and the declarations that give them names: constants, typedefs, headers, structs, parameters.

use super::note::noted;
use super::{Expr, Notes};

/// Half of the switch's pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gress {
    /// From the port to the traffic manager.
    Ingress,
    /// From the traffic manager to the port.
    Egress,
}

impl std::fmt::Display for Gress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        })
    }
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bit<n>`, `n` ≥ 1.
    Bit(u32),
    /// `int<n>`: two's complement; on Tofino only good for the comparison of differences in register actions.
    Int(u32),
    /// `bool`. Not a `bit<1>`: neither converts to the other without a cast.
    Bool,
    /// A header, struct, typedef, or one of the architecture's types, by its name.
    Named(String),
    /// `name[n]`: `n` headers of one type, filled one after the other by the parser.
    Stack(String, u32),
}

impl Type {
    /// A named type.
    pub fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    /// `name[count]`.
    pub fn stack(name: impl Into<String>, count: u32) -> Self {
        Self::Stack(name.into(), count)
    }
}

impl From<&str> for Type {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl From<String> for Type {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bit(width) => write!(f, "bit<{width}>"),
            Self::Int(width) => write!(f, "int<{width}>"),
            Self::Bool => f.write_str("bool"),
            Self::Named(name) => f.write_str(name),
            Self::Stack(name, count) => write!(f, "{name}[{count}]"),
        }
    }
}

/// `const bit<16> ETHERTYPE_IPV4 = 0x0800;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Const {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, UPPER_SNAKE.
    pub name: String,
    /// Type; also of untyped literals in `value`.
    pub ty: Type,
    /// Value: literals, earlier constants, and operations on them.
    pub value: Expr,
}

impl Const {
    /// A constant of type `ty`.
    pub fn new(name: impl Into<String>, ty: impl Into<Type>, value: impl Into<Expr>) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into(), value: value.into() }
    }
}

/// `typedef bit<32> tick_t;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Typedef {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, ending in `_t`.
    pub name: String,
    /// What it stands for; the two are the same type.
    pub ty: Type,
}

impl Typedef {
    /// Another name for `ty`.
    pub fn new(name: impl Into<String>, ty: impl Into<Type>) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into() }
    }
}

/// A field of a header or struct.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Comment, printed behind the field where it is one short paragraph; annotations such as `@padding`.
    pub notes: Notes,
    /// Name, snake_case.
    pub name: String,
    /// Type.
    pub ty: Type,
}

impl Field {
    /// A field of type `ty`.
    pub fn new(name: impl Into<String>, ty: impl Into<Type>) -> Self {
        Self { notes: Notes::default(), name: name.into(), ty: ty.into() }
    }

    /// A field of `width` bits.
    pub fn bits(name: impl Into<String>, width: u32) -> Self {
        Self::new(name, Type::Bit(width))
    }
}

/// `header name { … }`: fields of fixed width on the wire, whole bytes in sum, and a validity bit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Header {
    /// Comment and annotations (`@flexible` for bridged metadata).
    pub notes: Notes,
    /// Name, ending in `_h`.
    pub name: String,
    /// Fields in wire order.
    pub fields: Vec<Field>,
}

impl Header {
    /// A header without fields.
    pub fn new(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), fields: Vec::new() }
    }

    /// Adds a field of `width` bits.
    #[must_use]
    pub fn bits(self, name: impl Into<String>, width: u32) -> Self {
        self.field(Field::bits(name, width))
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

/// `struct name { … }`: the set of headers, metadata, a register's pair of words, a digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Struct {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, ending in `_t`.
    pub name: String,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// Whether fields may be read before they are written, because something outside the program text makes them zero.
    /// See `TNA-NOTES.md` on the initialisation of metadata.
    pub zero_initialised: bool,
}

impl Struct {
    /// A struct without fields, whose fields must be written before they are read.
    pub fn new(name: impl Into<String>) -> Self {
        Self { notes: Notes::default(), name: name.into(), fields: Vec::new(), zero_initialised: false }
    }

    /// Adds a field of type `ty`.
    #[must_use]
    pub fn with(self, name: impl Into<String>, ty: impl Into<Type>) -> Self {
        self.field(Field::new(name, ty))
    }

    /// Adds a field of `width` bits.
    #[must_use]
    pub fn bits(self, name: impl Into<String>, width: u32) -> Self {
        self.field(Field::bits(name, width))
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Marks the struct as zero where nothing was written.
    #[must_use]
    pub fn zero_initialised(mut self) -> Self {
        self.zero_initialised = true;
        self
    }
}

/// Direction of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// No direction: an action's data, set by the control plane; a parser's `packet_in`.
    None,
    /// `in`
    In,
    /// `out`
    Out,
    /// `inout`
    InOut,
}

/// A parameter of a parser, control or action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Param {
    /// Direction.
    pub direction: Direction,
    /// Type.
    pub ty: Type,
    /// Name, snake_case.
    pub name: String,
}

impl Param {
    /// A parameter.
    pub fn new(direction: Direction, ty: impl Into<Type>, name: impl Into<String>) -> Self {
        Self { direction, ty: ty.into(), name: name.into() }
    }

    /// A directionless parameter: action data.
    pub fn data(ty: impl Into<Type>, name: impl Into<String>) -> Self {
        Self::new(Direction::None, ty, name)
    }
}

noted!(Const, Typedef, Field, Header, Struct);
