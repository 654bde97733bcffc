//! The whole program, and the package that names its six blocks.

use super::note::noted;
use super::{Const, Control, Deparser, Header, Notes, Parser, Struct, Typedef};

/// A parser, control or deparser at the top of the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Block {
    /// A parser.
    Parser(Parser),
    /// A control.
    Control(Control),
    /// A deparser.
    Deparser(Deparser),
}

impl Block {
    /// The declared name.
    pub fn name(&self) -> &str {
        match self {
            Self::Parser(block) => &block.name,
            Self::Control(block) => &block.name,
            Self::Deparser(block) => &block.name,
        }
    }
}

impl From<Parser> for Block {
    fn from(parser: Parser) -> Self {
        Self::Parser(parser)
    }
}

impl From<Control> for Block {
    fn from(control: Control) -> Self {
        Self::Control(control)
    }
}

impl From<Deparser> for Block {
    fn from(deparser: Deparser) -> Self {
        Self::Deparser(deparser)
    }
}

/// `Pipeline(…) name; Switch(name) main;`: which blocks the switch runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pipeline {
    /// Comment and annotations; annotations about the whole program stand here.
    pub notes: Notes,
    /// Name of the pipeline; the control plane's names begin with it.
    pub name: String,
    /// The ingress parser.
    pub ingress_parser: String,
    /// The ingress control.
    pub ingress: String,
    /// The ingress deparser.
    pub ingress_deparser: String,
    /// The egress parser.
    pub egress_parser: String,
    /// The egress control.
    pub egress: String,
    /// The egress deparser.
    pub egress_deparser: String,
}

impl Default for Pipeline {
    /// `pipe`, of `IngressParser`, `Ingress`, `IngressDeparser`, `EgressParser`, `Egress` and `EgressDeparser`.
    fn default() -> Self {
        Self {
            notes: Notes::default(),
            name: "pipe".to_owned(),
            ingress_parser: "IngressParser".to_owned(),
            ingress: "Ingress".to_owned(),
            ingress_deparser: "IngressDeparser".to_owned(),
            egress_parser: "EgressParser".to_owned(),
            egress: "Egress".to_owned(),
            egress_deparser: "EgressDeparser".to_owned(),
        }
    }
}

/// A program for one pipeline of a Tofino.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Program {
    /// The comment at its head.
    pub notes: Notes,
    /// Files included, without brackets; `core.p4` and `tna.p4` unless changed.
    pub includes: Vec<String>,
    /// Typedefs; they stand above everything else.
    pub typedefs: Vec<Typedef>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Headers.
    pub headers: Vec<Header>,
    /// Structs.
    pub structs: Vec<Struct>,
    /// Parsers, controls and deparsers, in the order of the text.
    pub blocks: Vec<Block>,
    /// The package.
    pub pipeline: Pipeline,
}

impl Default for Program {
    /// A program without declarations.
    fn default() -> Self {
        Self {
            notes: Notes::default(),
            includes: vec!["core.p4".to_owned(), "tna.p4".to_owned()],
            consts: Vec::new(),
            typedefs: Vec::new(),
            headers: Vec::new(),
            structs: Vec::new(),
            blocks: Vec::new(),
            pipeline: Pipeline::default(),
        }
    }
}

impl Program {
    /// Adds a constant.
    #[must_use]
    pub fn constant(mut self, constant: Const) -> Self {
        self.consts.push(constant);
        self
    }

    /// Adds a typedef.
    #[must_use]
    pub fn typedef(mut self, typedef: Typedef) -> Self {
        self.typedefs.push(typedef);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }

    /// Adds a struct.
    #[must_use]
    pub fn structure(mut self, structure: Struct) -> Self {
        self.structs.push(structure);
        self
    }

    /// Adds a parser, control or deparser.
    #[must_use]
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }

    /// The parsers in order.
    pub fn parsers(&self) -> impl Iterator<Item = &Parser> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Parser(parser) => Some(parser),
            _ => None,
        })
    }

    /// The controls in order.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Control(control) => Some(control),
            _ => None,
        })
    }

    /// The deparsers in order.
    pub fn deparsers(&self) -> impl Iterator<Item = &Deparser> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Deparser(deparser) => Some(deparser),
            _ => None,
        })
    }
}

noted!(Pipeline, Program);
