//! The wire format: one fixed header, a key, a body that the kind decides, an optional tag, an optional packet.
//!
//! ```text
//!  0       1       2           4             6         8          12         16          20
//! +-------+-------+-----------+-------------+---------+----------+----------+-----------+
//! |ver|kind|schema| switch id | incarnation | flags   |  epoch   |   seq    | timestamp |  key | body | [tag] | piggyback…
//! +-------+-------+-----------+-------------+---------+----------+----------+-----------+
//! ```
//!
//! A message is the payload of a UDP datagram (switch port 4000, store port 8000 + shard by default), in network byte
//! order. Several messages may share a datagram as long as only the last carries a piggyback. `docs/wire-format.md` draws
//! every kind with an example in hex that a test reads.
//!
//! - [`Message::parse`] turns bytes into a value that can only be valid; [`ParseError`] names what was wrong.
//! - [`Envelope::encode`] writes a message into the head room in front of the packet that it carries: the packet is
//!   not copied.
//! - Both know the geometry of keys and states from a [`Layout`], which is configuration and not on the wire.

mod encode;
mod header;
mod message;
mod print;

pub use encode::{Envelope, NoRoom, SlotRange, Slots};
pub use header::{Flags, HEADER_LEN, Header, Kind, PORT_MAX, Refusal, TAG_LEN, VERSION};
pub use message::{Body, Message, ParseError};

/// UDP port of a switch, unless configured otherwise.
pub const SWITCH_PORT: u16 = 4000;

/// UDP port of a store's first shard, unless configured otherwise; shard `n` listens on the port `n` above it.
pub const STORE_PORT: u16 = 8000;

/// Most words that a key may have. Ten hold an IPv6 5-tuple.
pub const KEY_WORDS_MAX: usize = 10;

/// Most words that a flow's state may have.
pub const STATE_WORDS_MAX: usize = 16;

/// Bytes that the longest header with key, state and tag takes: the head room that encapsulation needs.
pub const HEADROOM: usize = HEADER_LEN + 4 * (KEY_WORDS_MAX + STATE_WORDS_MAX) + TAG_LEN;

/// Geometry of a schema: what the header's schema number means in bytes. Agreed in configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Layout {
    /// The schema's number in the header.
    pub schema: u8,
    /// Length of a key in 32-bit words, at most [`KEY_WORDS_MAX`].
    pub key_words: u8,
    /// Length of a flow's state in 32-bit words, at most [`STATE_WORDS_MAX`].
    pub state_words: u8,
    /// Length of a slot of a snapshot in 32-bit words, 0 for a program without a structure.
    pub slot_words: u8,
}

impl Layout {
    /// Length of header and key in bytes.
    pub const fn fixed_len(self) -> usize {
        HEADER_LEN + 4 * self.key_words as usize
    }

    /// Length in bytes of header, key and body of a message of `kind` without tag and piggyback. Snapshot slots come
    /// on top of what this says of [`Kind::SnapshotSlots`].
    pub const fn message_len(self, kind: Kind) -> usize {
        let body = match kind {
            Kind::Grant | Kind::Write => 4 * self.state_words as usize,
            Kind::SnapshotSlots => 8,
            Kind::SnapshotAck | Kind::SnapshotFetch => 4,
            _ => 0,
        };
        self.fixed_len() + body
    }
}
