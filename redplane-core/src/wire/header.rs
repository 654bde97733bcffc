//! The fixed 20-byte header, its kinds, flags and refusals.

use bitfield_struct::bitfield;
use zerocopy::byteorder::network_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Version of the wire format. A message of another version is refused with a counter of its own.
pub const VERSION: u8 = 1;

/// Length of [`Header`] in bytes.
pub const HEADER_LEN: usize = 20;

/// Length in bytes of the authentication tag that a flag announces.
pub const TAG_LEN: usize = 8;

/// Highest number of a port that fits the header: nine bits, as a Tofino has them.
pub const PORT_MAX: u16 = 0x1ff;

/// The fixed part of every message; see the drawing in [the module](super).
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Version in the upper, [`Kind`] in the lower four bits.
    pub version_kind: u8,
    /// Which program's key and state follow: [`super::Layout::schema`].
    pub schema: u8,
    /// The switch that asks, or that is answered.
    pub switch: U16,
    /// Boot number of that switch; answers for an earlier boot are ignored.
    pub incarnation: U16,
    /// [`Flags`].
    pub flags: U16,
    /// Lease generation of the flow; in a `LeaseRequest` the renounced one or 0 (RP-SW-9).
    pub epoch: U32,
    /// Number of the flow's last write; in snapshot messages the snapshot's id.
    pub seq: U32,
    /// The sender's tick; an answer carries the asker's back unchanged (RP-SW-2).
    pub timestamp: U32,
}

const _: () = {
    assert!(size_of::<Header>() == HEADER_LEN);
    assert!(core::mem::offset_of!(Header, epoch) == 8);
    assert!(core::mem::offset_of!(Header, seq) == 12);
    assert!(core::mem::offset_of!(Header, timestamp) == 16);
};

/// The flags of the header.
///
/// ```text
///  15 14 13            5   4        3            2        1     0
/// +-----+---------------+----------+------+----------------+-----+-----------+
/// |  0  | port / reason | migrated | more | retransmission | tag | piggyback |
/// +-----+---------------+----------+------+----------------+-----+-----------+
/// ```
#[bitfield(u16, defmt = cfg(feature = "defmt"))]
#[derive(PartialEq, Eq)]
pub struct Flags {
    /// A packet follows the message and fills the datagram's rest.
    pub piggyback: bool,
    /// An authentication tag of [`TAG_LEN`] bytes follows the body.
    pub tag: bool,
    /// Sent before: header and state again, without the packet (RP-SW-6).
    pub retransmission: bool,
    /// Another message follows in the datagram. Never together with `piggyback`.
    pub more: bool,
    /// In a `Grant`: the flow existed, its state comes from an earlier owner.
    pub migrated: bool,
    /// With a piggyback: the switch's port that the packet came in by, given back unchanged. In a `Refuse`: the
    /// [`Refusal`].
    #[bits(9)]
    pub port: u16,
    /// Zero; anything else is refused.
    #[bits(2)]
    pub reserved: u8,
}

macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident($int:ty) { $($(#[$vdoc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr($int)]
        pub enum $name { $($(#[$vdoc])* $variant = $value,)* }

        impl $name {
            /// All there are, in wire order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The one with this number on the wire, if there is one.
            pub const fn from_wire(raw: $int) -> Option<Self> {
                match raw { $($value => Some(Self::$variant),)* _ => None }
            }

            /// Its number on the wire.
            pub const fn to_wire(self) -> $int {
                self as $int
            }

            /// Its name as printed.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }
        }
    };
}

wire_enum! {
    /// What a message is for. Unknown numbers are refused, not carried through.
    Kind(u8) {
        /// Switch → store: may I act on this flow? Carries the packet that asks (RP-SW-1).
        LeaseRequest = 1,
        /// Store → switch: you may; the state; the packet back.
        Grant = 2,
        /// Switch → store: the flow's new state; carries the packet that may leave once it is durable (RP-SW-5).
        Write = 3,
        /// Store → switch: durable; the packet back.
        WriteAck = 4,
        /// Switch → store: a read saw an unacked write; carries its output (RP-SW-3).
        Hold = 5,
        /// Store → switch: what the read saw is durable; the packet back.
        Release = 6,
        /// Switch → store: the flow is in use, extend the lease (RP-SW-8).
        Renew = 7,
        /// Store → switch: extended.
        RenewAck = 8,
        /// Switch → store: the lease is handed back early.
        GiveUp = 9,
        /// Store → switch: heard.
        GiveUpAck = 10,
        /// Store → switch: somebody else wants the flow.
        Recall = 11,
        /// Switch → store: a run of slots of a snapshot. Store → switch: the run that was fetched.
        SnapshotSlots = 12,
        /// Store → switch: the run has arrived.
        SnapshotAck = 13,
        /// Store → switch: cannot be done, and why.
        Refuse = 14,
        /// Switch → store: a run of slots of the last complete snapshot is wanted. Answered by `SnapshotSlots`.
        SnapshotFetch = 15,
    }
}

impl Kind {
    /// Whether messages of this kind may carry a packet.
    pub const fn may_carry(self) -> bool {
        matches!(
            self,
            Self::LeaseRequest | Self::Grant | Self::Write | Self::WriteAck | Self::Hold | Self::Release
        )
    }

    /// Whether a switch sends it (and a store receives it).
    pub const fn is_request(self) -> bool {
        matches!(
            self,
            Self::LeaseRequest
                | Self::Write
                | Self::Hold
                | Self::Renew
                | Self::GiveUp
                | Self::SnapshotSlots
                | Self::SnapshotFetch
        )
    }
}

wire_enum! {
    /// Why a store refuses.
    Refusal(u16) {
        /// The epoch is not the flow's current one: the lease has gone to somebody else.
        StaleEpoch = 1,
        /// The store has no such flow.
        UnknownFlow = 2,
        /// The store does not serve this schema. This refusal has no key: its length is not known.
        UnknownSchema = 3,
        /// The program cannot make a state for a new flow: its pool is empty.
        PoolEmpty = 4,
        /// The program does not let this packet begin a flow.
        NotAllowed = 5,
        /// The shard holds as many flows as it may (RP-ST-7).
        FlowsFull = 6,
        /// As many requests wait as may (RP-ST-7).
        WaitingFull = 7,
        /// A `GiveUp` names a write that has not arrived; ask again.
        NotCommitted = 8,
        /// The switch has booted since; this request is from its earlier life.
        OldIncarnation = 9,
        /// Another shard or store serves this flow.
        Moved = 10,
        /// The store does not do this kind of message for this schema.
        Unsupported = 11,
        /// The snapshot is not newer than what the store has (RP-SN-3).
        OldSnapshot = 12,
        /// The store does not have the snapshot that unmarked slots are to be taken from; send a whole one.
        NoBase = 13,
    }
}

impl Refusal {
    /// Whether the refused epoch is dead for good: its lease is over and its unacked writes will never be taken
    /// (RP-SW-6, RP-SW-9). The other refusals are about this one request.
    pub const fn ends_lease(self) -> bool {
        matches!(self, Self::StaleEpoch | Self::UnknownFlow)
    }
}
