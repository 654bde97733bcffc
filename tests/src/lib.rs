//! What the tests that span crates share: the simulation of switches, store, hosts and network, a language for failures,
//! the comparison of machines, scripts that every machine runs, and the
//! simulations of snapshots and of a chain of replicas.

pub mod chain;
pub mod cluster;
pub mod conformance;
pub mod equivalence;
pub mod sim;
pub mod snapshots;
