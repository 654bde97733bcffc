//! What the tests that span crates share: the simulation of switches, store, hosts and network, a language for failures,
//! the comparison of machines, and scripts that every machine runs.

pub mod cluster;
pub mod conformance;
pub mod equivalence;
pub mod sim;
