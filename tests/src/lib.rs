//! What the tests that span crates share: the simulation of switches, store, hosts and network, and a language for failures.

pub mod cluster;
pub mod sim;
