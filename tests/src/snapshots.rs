//! Deterministic simulation of bounded inconsistency: switches, a shard, hosts and network, and the true history of every structure.
//!
//! The linearizable mode has its simulation in [`crate::sim`]; this one has programs whose every packet changes a structure, and asks
//! what snapshots promise. The machines are those that ship. Structures are small (2 rows of 8 slots) and messages of a snapshot many,
//! so that what can come between two of them does. One seed is one run; it says which of the three policies beyond the bound the
//! program has ([`tally`]).
//!
//! | promise | how it is checked |
//! | --- | --- |
//! | a packet that was forwarded is counted once, any other not at all | after every call the live words are those of a model, and each output shows a word |
//! | a restored structure was the true one at one instant (RP-SN-1, 2, 3, 4, 6) | its words are an entry of the [`history`] of the owner before |
//! | that instant is at most ε before the last packet that was counted (RP-SN-5) | by true time, packets excepted of which the owner had said that they are beyond ε |
//! | one owner | [`crate::sim::checker::owner`] |
//! | everything comes to rest | faults stop; then every flow is served, and a planned hand-over loses nothing |

pub mod history;
mod misfortune;
mod shard;
mod spoil;
pub mod tally;
pub mod world;

use redplane_core::program::WhenStale;

use crate::sim::many::Ran;
use tally::{GOES_ON, REPORTS, STOPS};
use world::World;

/// Runs a seed; gives its counts, its trace (empty unless asked for), and the first promise that was broken.
pub fn run(seed: u64, trace: bool) -> Ran {
    match policy(seed) {
        WhenStale::KeepGoing => World::<GOES_ON>::new(seed, trace).run(),
        WhenStale::StopForwarding => World::<STOPS>::new(seed, trace).run(),
        WhenStale::Report => World::<REPORTS>::new(seed, trace).run(),
    }
}

/// What the program of a seed does beyond the bound.
fn policy(seed: u64) -> WhenStale {
    match seed % 4 {
        0 => WhenStale::KeepGoing,
        1 => WhenStale::Report,
        _ => WhenStale::StopForwarding,
    }
}
