//! What a device gives out, and what it loses.

use redplane_core::count::Reason;
use redplane_core::wire::Kind;

use super::flight::Ticket;
use super::packet::{Key, Packet};

/// One thing that a device gives out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Of what: the number that [`super::Device::offer`] or its like gave.
    pub ticket: Ticket,
    /// Cycle in which that was given to the device.
    pub since: u64,
    /// Cycle in which the last bit has arrived at the far end of the link; where there is no link, the cycle of the decision.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What a device can give out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A packet leaves.
    Forward {
        /// The port that it had come in by.
        port: u16,
        /// The port that it leaves by.
        by: u16,
        /// The frame.
        packet: Packet,
    },
    /// A message for the store.
    ToStore {
        /// What kind.
        kind: Kind,
        /// The flow that it is about, which names the shard: [`redplane_core::memory::shard_of`].
        key: Key,
        /// The message: a datagram's payload.
        packet: Packet,
    },
    /// A packet for the device's CPU.
    Punt {
        /// The port that it had come in by.
        port: u16,
        /// Why.
        reason: Reason,
        /// The frame.
        packet: Packet,
    },
    /// A packet whose flow has no slot, in a pipeline without RedPlane. It is to come in again once there is one.
    Miss {
        /// The port that it had come in by.
        port: u16,
        /// The flow.
        key: Key,
        /// The frame, as it came.
        packet: Packet,
    },
    /// Nothing: the packet or message was ignored, or something of a message was of which nothing is left.
    Dropped(Reason),
    /// Nothing: it was lost for want of a place.
    Lost(Loss),
}

/// What the fixed parts of a device lose. The program does not see it, so it has no [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// The queue of a link was full.
    QueueFull,
    /// A packet was to leave by a port that there is not.
    NoSuchPort,
    /// A copy found the mirror queue full: what it was to remember is forgotten.
    MirrorQueueFull,
}

impl Loss {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::QueueFull, Self::NoSuchPort, Self::MirrorQueueFull];

    /// Its name as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "QueueFull",
            Self::NoSuchPort => "NoSuchPort",
            Self::MirrorQueueFull => "MirrorQueueFull",
        }
    }
}
