//! What the replicas of a chain say to each other: three kinds of datagram, told from a switch's by the kind nibble 0.
//!
//! ```text
//! head, 36 bytes   version·16 | schema | kind | flags | boot | view (8) | from (8) | to (8) | shard, zero
//! Entries, down    first (8) | entries from that index on, none to ask how far the other is
//! Applied, up      applied (8) | committed (8) | session | chunk
//! Copy, to joiner  as of (8) | session | chunk | epoch floor | zero | puts and pieces
//! ```

use redplane_core::wire::VERSION;
use zerocopy::byteorder::network_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// What a link's datagram is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum LinkKind {
    /// Predecessor → successor.
    Entries = 1,
    /// Successor → predecessor.
    Applied = 2,
    /// Tail → joiner.
    Copy = 3,
}

/// An entry was missing: what is behind `applied` is wanted again, now.
pub(super) const GAP: u8 = 1;
/// The joiner has nothing yet: the copy begins.
pub(super) const FIRST: u8 = 4;
/// The copy ends with this chunk.
pub(super) const DONE: u8 = 2;

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct LinkHeader {
    pub(super) version_kind: u8,
    pub(super) schema: u8,
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// Drawn at the start of the sender's process.
    pub(super) boot: U32,
    pub(super) view: U64,
    pub(super) from: U64,
    pub(super) to: U64,
    pub(super) shard: U16,
    pub(super) zero: U16,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct AppliedBody {
    pub(super) applied: U64,
    pub(super) committed: U64,
    pub(super) session: U32,
    pub(super) chunk: U32,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct CopyBody {
    pub(super) as_of: U64,
    pub(super) session: U32,
    pub(super) chunk: U32,
    pub(super) floor: U32,
    pub(super) zero: U32,
}

/// First byte of every datagram between replicas.
pub(super) const VERSION_LINK: u8 = VERSION << 4;

/// Whether a datagram is one of a link, as far as its first byte tells.
#[must_use]
pub fn is_link(payload: &[u8]) -> bool {
    payload.first() == Some(&VERSION_LINK)
}

impl LinkKind {
    pub(super) fn from_wire(kind: u8) -> Option<Self> {
        [Self::Entries, Self::Applied, Self::Copy].into_iter().find(|known| *known as u8 == kind)
    }
}
