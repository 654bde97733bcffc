//! What the tests that span crates share: the simulation of switches, store, hosts and network.

pub mod sim;
