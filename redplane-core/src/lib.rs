//! RedPlane's core: stateful in-network programs that survive the loss of the device they run on.
//!
//! No `std`, no allocation, no `unsafe`, no atomics; nothing here reads a clock, opens a socket or draws a random number. It is
//! given bytes and time and answers with what must be done.
//!
//! From the outside in:
//!
//! - [`switch`]: a whole switch, for one program: packets, messages and time in, verdicts out.
//! - [`plain`]: the same program without RedPlane, to compare with.
//! - [`store`]: the store's side of the protocol, for one flow at a time, over a map that the caller supplies.
//! - [`program`]: what an application is; [`structure`]: what it keeps beside its flow's state; [`snapshot`]: how that is replicated.
//! - [`dataplane`]: RedPlane's logic, written once over [`machine::Machine`]; [`native`] is the machine that runs it here,
//!   [`registers`] what its stateful ALUs do, [`field`] what it can name.
//! - [`memory`], [`storage`], [`mirror`], [`packet`], [`parse`]: what the native machine is made of.
//! - [`way`]: which replica of the store a switch talks to.
//! - [`wire`]: the messages. [`seq`], [`time`], [`ports`]: the numbers in them. [`count`]: what is counted.
//!
//! Feature `defmt`: public values can be logged with `defmt`, and [`count`] logs what it counts. Without it there is no trace of
//! logging in the code.
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod count;
pub mod dataplane;
pub mod field;
pub mod machine;
pub mod memory;
pub mod mirror;
pub mod native;
pub mod packet;
pub mod parse;
pub mod plain;
pub mod ports;
pub mod program;
pub mod registers;
pub mod seq;
pub mod snapshot;
pub mod storage;
pub mod store;
pub mod structure;
pub mod switch;
pub mod time;
pub mod way;
pub mod wire;
