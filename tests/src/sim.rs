//! Deterministic simulation: switches, store, hosts and network in one thread, in virtual time. One seed is one run.
//!
//! The machines that run are those that ship: [`redplane_core::switch::Switch`] and [`redplane_store::shard::Shard`]. The
//! [`world`] gives them packets, messages and time, and takes what they send through a [`network`] that loses, duplicates,
//! reorders and delays it and cuts links one way; switches crash with the loss of their memory, restart, lose and gain flows at
//! any moment, and have clocks that run at different rates within the guard. The log commits late (RP-ST-4).
//!
//! The life of a run: a *safety phase* in which anything may fail; then faults stop, everything that is down comes back, and in
//! a *liveness phase* every flow must get an answer and everything must come to rest.
//!
//! There are three worlds; the seed says which it is:
//!
//! | world | program | seeds |
//! | --- | --- | --- |
//! | register | [`register`], whose outputs reveal its state | the others |
//! | NAT | [`nat`]: two shards, and hosts on both sides | one of four |
//! | open register | the register under `BoundedOpen` (RP-SW-11) | one of sixteen |
//!
//! Checkers stand apart and see only inputs, outputs, what the log commits and, for the owner, the registers:
//!
//! | checker | promise |
//! | --- | --- |
//! | [`checker::linear`] | per-flow linearizability (Definition 4): outputs may be missing, never wrong |
//! | [`checker::owner`] | one live owner per flow at any instant of true time, and the store agrees |
//! | [`checker::durable`] | no output before durability, no lost acked write |
//! | [`checker::translation`] | a flow keeps its translation, and no two share one |
//! | [`checker::open`] | what leaves without a lease leaves by right |
//! | [`checker::quiet`] | everything comes to rest once faults have stopped |
//!
//! A failing seed prints the command that replays it, with a trace of every message.

pub mod app;
pub mod checker;
pub mod frames;
pub mod garbage;
pub mod log;
pub mod many;
pub mod nat;
pub mod network;
pub mod register;
pub mod summary;
pub mod world;

use std::fmt;

use nat::Nat;
use register::Registers;
use summary::Summary;
use world::{OneStore, World};

/// A promise that was broken, in words, and when.
#[derive(Clone, Debug)]
pub struct Violation {
    /// True time of the run.
    pub at_ns: u64,
    /// Which promise, and how.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6} ms: {}", self.at_ns as f64 / 1e6, self.what)
    }
}

/// Runs a seed; gives its counts, its trace (empty unless asked for), and the first promise that was broken.
pub fn run(seed: u64, trace: bool) -> (Summary, Vec<String>, Result<(), Violation>) {
    match seed % 16 {
        3 | 7 | 11 | 15 => World::<Nat, OneStore<_>, 8>::new(seed, trace).run(),
        5 => World::<Registers<true>, OneStore<_>, 4>::new(seed, trace).run(),
        // One set of the flow table for eight flows: what is scarce must be exercised.
        _ => World::<Registers<false>, OneStore<_>, 4>::new(seed, trace).run(),
    }
}
