//! What the tests that span crates share: the simulation of switches, store, hosts and network, a language for failures,
//! the comparison of machines, scripts that every machine runs, and the simulation of snapshots.

pub mod cluster;
pub mod conformance;
pub mod equivalence;
pub mod sim;
pub mod snapshots;
