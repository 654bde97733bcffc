//! P4-16 text of a program, as if written by hand.
//!
//! The printer decides nothing: what stands in the tree is printed in the tree's order, with the tree's names and
//! comments. Only the layout is its own: four spaces to a level, lines of at most 100 columns, a blank line between
//! concerns. The same tree always gives the same text.

mod block;
mod doc;
mod expr;
mod page;
mod stmt;
mod top;

use super::ast::{Expr, Keyset, Program};

pub(super) use expr::quoted;

/// The text of a program that was not checked: for looking at while a lowering is written.
///
/// What is meant for a compiler comes from [`Checked::to_p4`](super::check::Checked::to_p4).
pub fn draft(program: &Program) -> String {
    let mut page = page::Page::default();
    top::program(&mut page, program);
    page.into_text()
}

/// An expression in one line, for messages.
pub(super) fn expr_text(expr: &Expr) -> String {
    expr::expr(expr).one_line()
}

/// A keyset in one line, for messages.
pub(super) fn keyset_text(keyset: &Keyset) -> String {
    expr::keyset(keyset).one_line()
}
