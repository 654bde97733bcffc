//! P4-16 for the Tofino Native Architecture as values: built, checked, printed.
//!
//! A program for the switch is built in Rust ([`ast`]), checked as a whole ([`check`]), and only then turned into text
//! ([`mod@print`]). The three are apart so that each can be trusted on its own: the printer decides nothing, and what the
//! chip or its compiler would refuse is refused here, with a place and a remedy, before any text exists. Nothing in
//! this module knows RedPlane.
//!
//! The facts about the architecture — signatures, widths, limits — stand in `TNA-NOTES.md` with their sources.

pub mod ast;
pub mod check;
pub mod print;
mod tna;
