//! The cycle-level simulator: runs a placed pipeline as a switch with one packet per clock would.
//!
//! ```text
//!  offer ──┐                                                      ┌─▶ Forward  ┐
//!  message ┤  parser ─▶ ingress ─▶ traffic ─▶ egress ─▶ deparser ─┼─▶ ToStore  ├─ poll_output
//!  give_up ┤     ▲      stages     manager    stages              └─ ...       ┘
//!  sweep ──┘     │                 │  │ │
//!                ├── copies ◀──────┘  │ └─ queue per port, exact in bytes
//!                ├── goes again ◀─────┘
//!                └── controller: inserts flows, after its latency
//! ```
//!
//! What it is for: it shows that the placed program does what the native machine does, although a packet takes many cycles and
//! others follow in the next one; and it counts what only hardware has: stages, cycles, queues, bytes.
//!
//! Its life: [`Device::new`] compiles the pipeline into flat lists; [`Device::offer`] and its like put things at the parser;
//! [`Device::step`] is a clock cycle, in which every stage first looks at what was and then writes (so no order matters within a
//! cycle, which [`Device::shuffle`] lets a test show); [`Device::poll_output`] gives what has left.
//!
//! It differs from [`redplane_core::switch::Switch`] in what a pipeline cannot do:
//! - A write that finds the mirror queue full does not take copies around to make room. It is dropped, and the next one finds room
//!   when the copies have come around by themselves. What the program knows of the queue's depth is what the last copy saw: writes
//!   that follow each other faster than copies come around see an old number, so the limit that the program was placed with must lie
//!   below [`MirrorLimits`] by as many copies as can be under way. A copy that is lost all the same is counted
//!   ([`Loss::MirrorQueueFull`]) and breaks the promise of RP-SW-6.
//! - A flow is inserted by the controller, after its latency; until then packets of the flow go on asking for a lease.
//! - Copies go around all the time, not when they are polled.
//! - A word of a message's key is cut to the field that the vector has for it. A store answers with keys that packets have made,
//!   which fit; a forged message may meet another flow's slot.
//!
//! Several devices, and a store, on links that a seed makes bad are a [`network::Network`]. Who wants to see more than outputs watches
//! as an [`Observer`]; [`crate::trace`] has some that write files.
//!
//! Limits: one pipeline to a device; no bits go wrong; a port's incoming side is the caller's, which says when a frame's last bit is in; the header
//! that carries metadata from ingress to egress takes no bytes in the traffic manager, and a copy on its way through egress takes a
//! cycle of the traffic manager but no stage's.

mod alu;
mod clock;
mod code;
mod controller;
mod course;
mod deparser;
mod device;
mod engine;
mod flight;
mod guard;
mod hardware;
mod known;
mod manager;
mod memory;
pub mod network;
mod observer;
mod output;
mod packet;
mod parser;
mod plan;
mod stage;
mod tables;
mod unfit;
mod vector;

pub use deparser::Gress;
pub use device::{Device, NoSuchPort, View};
pub use flight::{MirrorCopy, NO_TICKET, Ticket};
pub use hardware::{
    COPY_METADATA, FRAME_MIN, FRAME_OVERHEAD, Hardware, Link, MESSAGE_HEADERS, MirrorLimits, Port,
    Recirculation,
};
pub use manager::{Occupancy, QueueId};
pub use observer::{Observer, Seen, StageSeen, Wire};
pub use output::{Loss, Output, What};
pub use packet::{Key, Packet};
pub use stage::{Act, Done};
pub use unfit::Unfit;
