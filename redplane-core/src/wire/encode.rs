//! Encoding in place: a message is written into the head room in front of the packet that it carries.

use zerocopy::byteorder::network_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{Flags, HEADER_LEN, Header, Kind, Layout, TAG_LEN, VERSION};
use crate::packet::Buffer;
use crate::seq::{Epoch, Incarnation, Seq};
use crate::time::Tick;

/// The buffer's head room is shorter than the message: the caller gave less than [`super::HEADROOM`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NoRoom;

/// A run of snapshot slots: the first index and how many.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(C)]
pub struct SlotRange {
    /// Index of the first slot.
    pub first: U16,
    /// Number of slots.
    pub count: U16,
}

impl SlotRange {
    /// The `count` slots from `first` on.
    pub const fn new(first: u16, count: u16) -> Self {
        Self { first: U16::new(first), count: U16::new(count) }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for SlotRange {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=u16}+{=u16}", self.first.get(), self.count.get());
    }
}

/// The body of a `SnapshotSlots`.
#[derive(Clone, Copy, Debug)]
pub struct Slots<'a> {
    /// Which run of slots it is about.
    pub range: SlotRange,
    /// Id of the complete snapshot that slots without a mark are taken from; the message's own id: all of the run follow.
    pub base: u32,
    /// A bit for each slot of the run that follows, the lowest of the first word for the first slot; empty if all do.
    pub marks: &'a [u32],
    /// The words of the slots that follow, one slot after the other.
    pub values: &'a [u32],
}

impl Slots<'_> {
    /// Its length in bytes.
    pub const fn len(&self) -> usize {
        size_of::<SlotRange>() + 4 * (1 + self.marks.len() + self.values.len())
    }

    /// Whether it has no bytes: never.
    pub const fn is_empty(&self) -> bool {
        false
    }
}

/// All of a message but the packet inside: what [`Envelope::encode`] puts in front of it.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The schema and how long its keys and states are.
    pub layout: Layout,
    /// What the message is for.
    pub kind: Kind,
    /// Flags; `piggyback` must say whether the buffer holds a packet, `more` whether it holds another message. In a `Refuse`,
    /// `port` is the refusal.
    pub flags: Flags,
    /// The switch that asks or is answered.
    pub switch: u16,
    /// Boot number of that switch.
    pub incarnation: Incarnation,
    /// Lease generation.
    pub epoch: Epoch,
    /// Write number.
    pub seq: Seq,
    /// The asker's tick.
    pub timestamp: Tick,
    /// Key words; `layout.key_words` of them are written, missing ones as zero.
    pub key: &'a [u32],
    /// State words, written for kinds that carry state; missing ones as zero.
    pub state: &'a [u32],
}

impl Envelope<'_> {
    /// Writes the message in front of the buffer's contents, which become the piggyback, or are the messages that follow.
    ///
    /// If the flags announce a tag, its bytes are zero: whoever signs fills them in. Snapshot messages are written by
    /// [`Envelope::encode_slots`] and [`Envelope::encode_range`].
    #[inline(always)] // With the kind and layout of the caller little is left of it; as a call it is a hundred instructions more.
    pub fn encode(&self, buffer: &mut Buffer<'_>) -> Result<(), NoRoom> {
        debug_assert!(
            !matches!(self.kind, Kind::SnapshotSlots | Kind::SnapshotAck | Kind::SnapshotFetch),
            "a run of slots is missing"
        );
        let body_len = self.layout.message_len(self.kind) - self.layout.fixed_len();
        fill(self.write(buffer, body_len)?, self.state);
        Ok(())
    }

    /// Writes a `SnapshotAck` or a `SnapshotFetch` about this run of slots.
    pub fn encode_range(&self, range: SlotRange, buffer: &mut Buffer<'_>) -> Result<(), NoRoom> {
        let body = self.write(buffer, size_of::<SlotRange>())?;
        range.write_to_prefix(body).map_err(|_| NoRoom)
    }

    /// Writes a `SnapshotSlots`. It needs head room beyond [`super::HEADROOM`]: [`Slots::len`] more than header and key.
    pub fn encode_slots(&self, slots: &Slots<'_>, buffer: &mut Buffer<'_>) -> Result<(), NoRoom> {
        let body = self.write(buffer, slots.len())?;
        let (range, rest) = body.split_at_mut_checked(size_of::<SlotRange>()).ok_or(NoRoom)?;
        slots.range.write_to_prefix(range).map_err(|_| NoRoom)?;
        let words =
            [slots.base].into_iter().chain(slots.marks.iter().copied()).chain(slots.values.iter().copied());
        for (chunk, word) in rest.chunks_exact_mut(4).zip(words) {
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        Ok(())
    }

    /// Writes header, key and an empty tag around `body_len` bytes, and gives those. Nothing is written without room for all.
    #[inline]
    fn write<'b>(&self, buffer: &'b mut Buffer<'_>, body_len: usize) -> Result<&'b mut [u8], NoRoom> {
        let tag_len = if self.flags.tag() { TAG_LEN } else { 0 };
        let head = buffer.push(self.layout.fixed_len() + body_len + tag_len).ok_or(NoRoom)?;
        let header = Header {
            version_kind: VERSION << 4 | self.kind.to_wire(),
            schema: self.layout.schema,
            switch: U16::new(self.switch),
            incarnation: U16::new(self.incarnation.raw()),
            flags: U16::new(self.flags.into()),
            epoch: U32::new(self.epoch.raw()),
            seq: U32::new(self.seq.raw()),
            timestamp: U32::new(self.timestamp.raw()),
        };
        header.write_to_prefix(head).map_err(|_| NoRoom)?;
        let (key, rest) = head
            .get_mut(HEADER_LEN..)
            .and_then(|rest| rest.split_at_mut_checked(4 * self.layout.key_words as usize))
            .ok_or(NoRoom)?;
        fill(key, self.key);
        let (body, tag) = rest.split_at_mut_checked(body_len).ok_or(NoRoom)?;
        tag.fill(0);
        Ok(body)
    }
}

#[inline]
fn fill(bytes: &mut [u8], words: &[u32]) {
    let mut words = words.iter();
    for chunk in bytes.chunks_exact_mut(4) {
        chunk.copy_from_slice(&words.next().copied().unwrap_or(0).to_be_bytes());
    }
}
