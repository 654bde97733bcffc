//! The program as a tree: types, expressions, statements, parsers, controls, the package.
//!
//! One Rust type per construct that a TNA program uses and no more: there is no node for an extern that does not exist
//! and no way to leave a table's size out. What a type cannot rule out, the checker does. Trees are plain values; all
//! fields are public, and constructors and builder methods take whatever converts (`"hdr.ipv4.ttl"`, `64`), so that a
//! lowering reads like the program that it makes:
//!
//! ```
//! use redplane_tofino::p4::ast::*;
//!
//! let count = Action::new("count")
//!     .body([Stmt::assign("hdr.ipv4.ttl", Expr::from("hdr.ipv4.ttl") - 1)])
//!     .comment("One hop less to live.");
//! let route = Table::new("route", "ROUTES_MAX")
//!     .key("hdr.ipv4.dst_addr", MatchKind::Lpm)
//!     .action("count")
//!     .const_default("count", []);
//! let ingress = Control::ingress("Ingress", "headers_t", "metadata_t")
//!     .local(count)
//!     .local(route)
//!     .apply([Stmt::when(Expr::from("hdr.ipv4").is_valid(), [Stmt::apply("route")])]);
//! assert_eq!(ingress.params.len(), 6);
//! ```
//!
//! Order is meaning: declarations are printed, and may refer to one another, in the order in which they were added.

mod control;
mod expr;
mod note;
mod parser;
mod program;
mod stmt;
mod types;

pub use control::{
    Action, ActionRef, Checksum, Control, Counter, CounterKind, DefaultAction, Deparser, Digest,
    DirectCounter, Entry, Hash, HashAlgorithm, Instance, Key, Local, MatchKind, Mirror, ParserCounter,
    Random, Register, RegisterAction, Resubmit, Table, ValueSet, Var,
};
pub use expr::{Base, BinaryOp, Expr, StackEnd, UnaryOp};
pub use note::{Annotation, Noted, Notes};
pub use parser::{Case, Keyset, Next, Parser, State, Transition};
pub use program::{Block, Pipeline, Program};
pub use stmt::{Body, CounterField, If, Stmt, StmtKind, Switch};
pub use types::{Const, Direction, Field, Gress, Header, Param, Struct, Type, Typedef};
