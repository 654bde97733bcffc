//! Simulation of a store that is a chain of replicas: the same switches, hosts, network and checkers, and servers that fail.
//!
//! One to three servers hold the shards. A configuration `master` has the true view; each replica hears of it late, or not at all for a
//! while. Servers lose their memory and come back as other members, are voted out although they live, are cut off from the master or from each
//! other in one direction, and stand still in the middle of their work and go on as if nothing had happened. Their clocks differ.
//! The last living member of a view is never taken: what it knows, nobody else does.
//!
//! Beside the checkers of [`crate::sim`]:
//!
//! | checker | promise |
//! | --- | --- |
//! | `truth` | what was committed once stays, at its place and in these words, whoever decides (RP-CH-5) |
//! | `checker``::answer` | what an answer that leaves rests on is at every living member of the newest view (RP-ST-4) |
//! | `checker``::in_time` | a head that has a successor answers nothing that came in after the change (RP-CH-3) |
//! | `checker``::owner` | a lease that a switch believes in would be kept by whoever became head now (RP-ST-6) |
//! | `checker``::alike` | when everything rests, all members of the view have the same records, and all servers are members |

mod checker;
mod group;
mod master;
mod misfortune;
mod server;
mod truth;

use crate::sim::Violation;
use crate::sim::nat::Nat;
use crate::sim::register::Registers;
use crate::sim::summary::Summary;
use crate::sim::world::World;
use group::Group;

/// Runs a seed; gives its counts, its trace (empty unless asked for), and the first promise that was broken.
pub fn run(seed: u64, trace: bool) -> (Summary, Vec<String>, Result<(), Violation>) {
    match seed % 16 {
        3 | 7 | 11 | 15 => World::<Nat, Group<_>, 8>::new(seed, trace).run(),
        5 => World::<Registers<true>, Group<_>, 4>::new(seed, trace).run(),
        _ => World::<Registers<false>, Group<_>, 4>::new(seed, trace).run(),
    }
}
