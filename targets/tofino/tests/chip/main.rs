//! Generated programs, run: what the tree of a program says is done packet by packet, and held against core.
//!
//! | module | is |
//! | --- | --- |
//! | `model` | parser, control and deparser as P4 means them |
//! | `switch` | ports, loop, mirrors and control plane around them |
//! | `store`, `frames` | what they have to do with |
//! | `parsing` | the parsers by themselves |
//! | `native` | a whole program against the native switch |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test a panic is the report")]
#![allow(unreachable_pub, reason = "the modules of one test binary")]

mod bits;
mod frames;
mod model;
mod native;
mod parsing;
mod store;
mod switch;
