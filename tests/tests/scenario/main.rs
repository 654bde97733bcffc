//! Failures in words: each test is a sentence about what happens when something goes wrong, played out on the machines that ship.
//!
//! The language is [`redplane_tests::cluster`]. In every test, beside what it says, one owner at a time, durability before output
//! and linearizability are checked all along, and an output that the test has not asked for is a failure.
//!
//! | file | about |
//! | --- | --- |
//! | `writes.rs` | writes and their acks that are lost, late, doubled (RP-SW-4, 5, 6, RP-ST-3, 4) |
//! | `reads.rs` | reads that see what is not durable, and reads that renew (RP-SW-3, 8, RP-ST-5) |
//! | `leases.rs` | requests and grants that are lost, late, doubled (RP-SW-1, 2, 7, RP-ST-2) |
//! | `hand_over.rs` | recalls and give-ups (RP-SW-9, RP-ST-2) |
//! | `restarts.rs` | switches that die and come back (RP-ST-2) |
//! | `limits.rs` | tables, queues and waiting rooms that are full (RP-SW-4, 9, RP-ST-7) |
//! | `silence.rs` | a store that cannot be reached (RP-SW-11) |
//! | `time.rs` | numbers that wrap and minutes that pass (RP-SW-10, 12, RP-ST-9, 10) |

mod hand_over;
mod leases;
mod limits;
mod reads;
mod restarts;
mod silence;
mod time;
mod writes;

use redplane_core::program::Program;
use redplane_tests::cluster::Cluster;

/// The flow of most tests.
const FLOW: u32 = 1;

/// A cluster in which switch 0 owns [`FLOW`], which has had one write; what it took to get there is forgotten.
fn owned<const N: usize, const Q: usize, P>(mut c: Cluster<N, Q, P>) -> Cluster<N, Q, P>
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    write(&mut c, FLOW, 0, 1);
    assert!(c.is_live(0, FLOW));
    c.messages();
    c
}

/// A write that goes well and shows `count` writes.
#[track_caller]
fn write<const N: usize, const Q: usize, P>(c: &mut Cluster<N, Q, P>, flow: u32, via: usize, count: u32)
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    c.expect_silence();
    let packet = c.send(flow).write().via(via);
    c.settle();
    c.expect_output(packet, count);
}

/// A read that goes well and shows `count` writes.
#[track_caller]
fn read<const N: usize, const Q: usize, P>(c: &mut Cluster<N, Q, P>, flow: u32, via: usize, count: u32)
where
    P: Program<Key = [u32; 1], State = [u32; 3]>,
{
    c.expect_silence();
    let packet = c.send(flow).read().via(via);
    c.settle();
    c.expect_output(packet, count);
}
