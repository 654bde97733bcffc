//! Parsers: states, what they extract, where they go.

use super::note::noted;
use super::{Body, Direction, Expr, Gress, Local, Notes, Param, Stmt};

/// `parser name(…) { … }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Parser {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, UpperCamel.
    pub name: String,
    /// Which half of the pipeline it feeds.
    pub gress: Gress,
    /// Parameters, in the architecture's order.
    pub params: Vec<Param>,
    /// Checksums, parser counters, value sets, variables.
    pub locals: Vec<Local>,
    /// States; the one named `start` comes first in a packet's life.
    pub states: Vec<State>,
}

impl Parser {
    /// An ingress parser with the architecture's parameters: `pkt`, `hdr`, `ig_md`, `ig_intr_md`.
    ///
    /// `ig_tm_md` and `ig_prsr_md` are left out; nothing in a parser needs them.
    pub fn ingress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            gress: Gress::Ingress,
            params: vec![
                Param::new(Direction::None, "packet_in", "pkt"),
                Param::new(Direction::Out, headers, "hdr"),
                Param::new(Direction::Out, metadata, "ig_md"),
                Param::new(Direction::Out, "ingress_intrinsic_metadata_t", "ig_intr_md"),
            ],
            locals: Vec::new(),
            states: Vec::new(),
        }
    }

    /// An egress parser with the architecture's parameters: `pkt`, `hdr`, `eg_md`, `eg_intr_md`.
    pub fn egress(name: impl Into<String>, headers: &str, metadata: &str) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            gress: Gress::Egress,
            params: vec![
                Param::new(Direction::None, "packet_in", "pkt"),
                Param::new(Direction::Out, headers, "hdr"),
                Param::new(Direction::Out, metadata, "eg_md"),
                Param::new(Direction::Out, "egress_intrinsic_metadata_t", "eg_intr_md"),
            ],
            locals: Vec::new(),
            states: Vec::new(),
        }
    }

    /// Adds a checksum, parser counter, value set or variable.
    #[must_use]
    pub fn local(mut self, local: impl Into<Local>) -> Self {
        self.locals.push(local.into());
        self
    }

    /// Adds a state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.states.push(state);
        self
    }
}

/// `state name { … transition …; }`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// Comment and annotations.
    pub notes: Notes,
    /// Name, snake_case; `start` for the first one.
    pub name: String,
    /// What is extracted, skipped and noted down.
    pub body: Body,
    /// Where the packet goes next.
    pub transition: Transition,
}

impl State {
    /// A state that does nothing and accepts.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            notes: Notes::default(),
            name: name.into(),
            body: Vec::new(),
            transition: Transition::To(Next::Accept),
        }
    }

    /// Adds `pkt.extract(header);`.
    #[must_use]
    pub fn extract(self, header: impl Into<Expr>) -> Self {
        self.stmt(Stmt::extract(header))
    }

    /// Adds a statement.
    #[must_use]
    pub fn stmt(mut self, stmt: impl Into<Stmt>) -> Self {
        self.body.push(stmt.into());
        self
    }

    /// `transition next;`
    #[must_use]
    pub fn to(mut self, next: impl Into<Next>) -> Self {
        self.transition = Transition::To(next.into());
        self
    }

    /// `transition select(keys) { cases }`
    #[must_use]
    pub fn select<E: Into<Expr>>(
        mut self,
        keys: impl IntoIterator<Item = E>,
        cases: impl IntoIterator<Item = Case>,
    ) -> Self {
        self.transition = Transition::Select {
            keys: keys.into_iter().map(Into::into).collect(),
            cases: cases.into_iter().collect(),
        };
        self
    }
}

/// Where a state goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Transition {
    /// `transition next;`
    To(Next),
    /// `transition select(keys) { … }`: the first case that matches. Without one, the packet is rejected.
    Select {
        /// What is compared.
        keys: Vec<Expr>,
        /// Cases, tried in order.
        cases: Vec<Case>,
    },
}

/// A state's successor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Next {
    /// Parsing ends, the pipeline begins.
    Accept,
    /// The packet is dropped (ingress), or goes on with an error noted (egress).
    Reject,
    /// Another state.
    State(String),
}

/// `"accept"` and `"reject"` are what P4 means by them; anything else names a state.
impl From<&str> for Next {
    fn from(name: &str) -> Self {
        match name {
            "accept" => Self::Accept,
            "reject" => Self::Reject,
            state => Self::State(state.to_owned()),
        }
    }
}

impl From<String> for Next {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl Next {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::State(state) => state,
        }
    }
}

/// `(values) : next;`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Case {
    /// Comment and annotations.
    pub notes: Notes,
    /// One for each key.
    pub keysets: Vec<Keyset>,
    /// Where a packet goes that matches all of them.
    pub next: Next,
}

impl Case {
    /// One case with a keyset for each key.
    pub fn new<K: Into<Keyset>>(keysets: impl IntoIterator<Item = K>, next: impl Into<Next>) -> Self {
        Self {
            notes: Notes::default(),
            keysets: keysets.into_iter().map(Into::into).collect(),
            next: next.into(),
        }
    }

    /// A case of a select with one key.
    pub fn of(keyset: impl Into<Keyset>, next: impl Into<Next>) -> Self {
        Self::new([keyset], next)
    }

    /// `default : next;`: every packet, whatever the number of keys.
    pub fn otherwise(next: impl Into<Next>) -> Self {
        Self::of(Keyset::Any, next)
    }
}

/// What a key is compared with, in a parser's select or a table's entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Keyset {
    /// `_` or `default`: everything.
    Any,
    /// One value.
    Value(Expr),
    /// `value &&& mask`: the bits that are set in the mask.
    Mask(Expr, Expr),
    /// `low .. high`, both included.
    Range(Expr, Expr),
    /// A value set of the parser, filled by the control plane.
    Set(String),
}

impl Keyset {
    /// `value &&& mask`
    pub fn mask(value: impl Into<Expr>, mask: impl Into<Expr>) -> Self {
        Self::Mask(value.into(), mask.into())
    }

    /// `low .. high`, both included.
    pub fn range(low: impl Into<Expr>, high: impl Into<Expr>) -> Self {
        Self::Range(low.into(), high.into())
    }

    /// A value set.
    pub fn set(name: impl Into<String>) -> Self {
        Self::Set(name.into())
    }
}

macro_rules! from_value {
    ($($ty:ty),+) => { $(
        impl From<$ty> for Keyset {
            fn from(value: $ty) -> Self {
                Self::Value(value.into())
            }
        }
    )+ };
}
from_value!(Expr, &str, String, bool, i32, u8, u16, u32, u64, u128);

/// An array of keysets of whatever converts: `keysets![0x0800, Keyset::Any, "PORT_STORE"]`.
///
/// ```
/// use redplane_tofino::{keysets, p4::ast::*};
///
/// let case = Case::new(keysets!["ETHERTYPE_IPV4", Keyset::mask(0x40, 0xf0)], "parse_ipv4");
/// assert_eq!(case.keysets.len(), 2);
/// ```
#[macro_export]
macro_rules! keysets {
    ($($keyset:expr),* $(,)?) => {
        [$($crate::p4::ast::Keyset::from($keyset)),*]
    };
}

noted!(Parser, State, Case);
