//! Packets that wait in the device's own memory for the store's answer, instead of travelling to the store and back.
//!
//! A switch ASIC has no memory for packets, so the protocol lets the network be the buffer: a packet that needs a lease, and the
//! output of a write, travel inside the message. A soft core has packet memory. With [`crate::Setup::hold`] it keeps the packet, sends the
//! message without it, and acts when the answer comes as it would on the packet in it:
//!
//! | the packet waits for | goes on | is dropped |
//! | --- | --- | --- |
//! | a lease (RP-SW-1) | when a grant of its flow came: as one that just arrived | when the store refuses, or no slot is free (RP-SW-7) |
//! | its write, or one that it saw (RP-SW-3, RP-SW-5) | when that write's number is acked in its epoch | when the flow has another epoch |
//!
//! Both are dropped after [`crate::Setup::hold`], as the network would have lost them. A read that saw an unacked write sends no
//! message at all: the write's ack, which the mirror queue sees to, is the one that it waits for. When no more packets can be kept, the
//! packet travels in its message after all. Kept packets of a flow go on in the order in which they came; others may overtake them.

use heapless::Deque;
use redplane_core::count::Reason;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::switch::FlowView;
use redplane_core::time::Tick;

use crate::io::Packet;

/// What a kept packet waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// A grant of its flow.
    Lease,
    /// The ack of this write, or of a later one, in this epoch.
    Ack(Epoch, Seq),
}

/// A kept packet.
#[derive(Debug)]
pub(crate) struct Entry<'m, P: Program> {
    pub(crate) packet: Packet<'m>,
    pub(crate) key: P::Key,
    pub(crate) waits: Waits,
    /// When it will have waited for too long.
    pub(crate) until: Tick,
}

/// What the store has said of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A lease.
    Granted,
    /// No lease, for this reason.
    Refused(Reason),
    /// Something about writes, or nothing.
    Other,
}

/// What has become of a kept packet's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It waits on.
    Waits,
    /// Its output may leave.
    Leaves,
    /// It is to be processed as one that just arrived.
    GoesAgain,
    /// What it waited for will not come.
    Lost(Reason),
}

/// At most `H` kept packets, in the order in which they came.
pub(crate) type Held<'m, P, const H: usize> = Deque<Entry<'m, P>, H>;

impl<P: Program> Entry<'_, P> {
    /// Whether it has waited for too long.
    pub(crate) fn is_too_old(&self, now: Tick) -> bool {
        !self.until.is_after(now)
    }
}

impl Waits {
    /// What the registers, and what came from the store for its flow just now, mean for it.
    pub(crate) fn fate<S>(self, view: Option<&FlowView<S>>, news: News) -> Fate {
        match self {
            Waits::Lease => match news {
                News::Granted => Fate::GoesAgain,
                // It was granted when the board had no room to go on.
                _ if view.is_some_and(|view| view.live && !view.renounced) => Fate::GoesAgain,
                News::Refused(reason) => Fate::Lost(reason),
                News::Other => Fate::Waits,
            },
            Waits::Ack(epoch, seq) => match view {
                Some(view) if view.epoch == epoch => {
                    if seq.is_newer_than(Seq::new(view.acked)) {
                        Fate::Waits
                    } else {
                        Fate::Leaves
                    }
                }
                // The write may be durable or not: the network may lose packets.
                _ => Fate::Lost(Reason::OtherEpoch),
            },
        }
    }
}
