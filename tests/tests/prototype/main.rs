//! The mistakes of the authors' published prototype, one test each: we must not repeat them.
//!
//! The prototype is `daehyeok-kim/redplane-public` at da1f80e. A test is named after the mistake it guards against, with the number
//! that the list of them gives it: S store, C chain replication, P data plane, K sketches, T the TLA+ specification.
//!
//! | file | mistakes |
//! | --- | --- |
//! | `store.rs` | S1 – S14 |
//! | `chain.rs` | C2 – C4, as far as one replica can make them |
//! | `data_plane.rs` | P1 – P15 |
//! | `model.rs` | T1 – T4, T6, T7 |
//!
//! Not here, and why:
//!
//! | mistake | why there is no test |
//! | --- | --- |
//! | S15 needs a certain network card | the store needs a kernel with UDP sockets, and its tests run without any card |
//! | S16 prints and allocates per write | shown by `redplane-store/tests/no_alloc_*.rs` |
//! | S17 a tester that checks nothing | it was a tool; ours are these tests |
//! | C1, C5, C6 a replica that stores nothing, no roles, no repair | there is one replica so far; the chain comes with its own tests |
//! | P16 six copies of the core by hand | there is one data plane for all programs: `redplane-apps/tests/recordable` runs it for each |
//! | P17 missing applications | NAT and counter are here, the others are to come |
//! | K1 – K5 sketches and snapshots | bounded-inconsistency mode is to come |
//! | T5 properties that do not say linearizable or durable | the checkers of the simulation (`tests/src/sim/checker`) say both |

#![allow(clippy::unwrap_used)] // in a test a panic is the report

mod chain;
mod data_plane;
mod desk;
mod model;
mod store;
