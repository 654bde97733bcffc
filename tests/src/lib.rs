//! What the tests that span crates share: the simulation of switches, store, hosts and network, a language for failures,
//! and the comparison of machines.

pub mod cluster;
pub mod equivalence;
pub mod sim;
