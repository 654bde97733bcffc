//! Parsing: from bytes to a message that can only be valid.

use zerocopy::FromBytes;
use zerocopy::byteorder::network_endian::U32;

use super::{Flags, HEADER_LEN, Header, Kind, Layout, Refusal, SlotRange, TAG_LEN, VERSION};
use crate::seq::{Epoch, Incarnation, Seq};
use crate::time::Tick;

/// Why bytes are not a message. The only answer is to drop and count (and, at the store, to refuse).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ParseError {
    /// Shorter than its header, key and body.
    TooShort,
    /// Not [`VERSION`].
    Version,
    /// No [`Kind`] has this number.
    Kind,
    /// No layout is configured for this schema.
    Schema,
    /// Reserved flags are set, a flag does not go with the kind, or a refusal has no such reason.
    Flags,
    /// Bytes follow the message although no flag announces them.
    TrailingBytes,
}

/// What a kind carries besides its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Nothing.
    Empty,
    /// The flow's whole state: `Grant` and `Write`. As many words as the layout says.
    State(&'a [U32]),
    /// A run of snapshot slots: `SnapshotSlots`.
    Slots {
        /// Which run.
        range: SlotRange,
        /// Id of the snapshot that unmarked slots are taken from; the message's own: there are none.
        base: u32,
        /// A bit for each slot of the run, set if it follows: ⌈count ÷ 32⌉ words, none if `base` is the message's own id.
        marks: &'a [U32],
        /// The layout's slot words for each slot that follows.
        values: &'a [U32],
    },
    /// A run of snapshot slots: `SnapshotAck` and `SnapshotFetch`.
    Range(SlotRange),
    /// Why not: `Refuse`.
    Refusal(Refusal),
}

/// A valid message, borrowed from the bytes of a datagram.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    header: &'a Header,
    kind: Kind,
    key: &'a [U32],
    body: Body<'a>,
    tag: Option<&'a [u8]>,
    piggyback: &'a [u8],
}

impl<'a> Message<'a> {
    /// Parses the first message of `bytes`, a datagram's payload or what a previous call left of it.
    ///
    /// Gives the message and the bytes after it, which are empty unless [`Flags::more`] is set. `layout_of` tells the
    /// geometry of a schema, `None` if it is not served.
    pub fn parse(
        bytes: &'a [u8],
        layout_of: impl Fn(u8) -> Option<Layout>,
    ) -> Result<(Self, &'a [u8]), ParseError> {
        let (header, rest) = Header::ref_from_prefix(bytes).map_err(|_| ParseError::TooShort)?;
        if header.version_kind >> 4 != VERSION {
            return Err(ParseError::Version);
        }
        let kind = Kind::from_wire(header.version_kind & 0xf).ok_or(ParseError::Kind)?;
        let layout = layout_of(header.schema).ok_or(ParseError::Schema)?;
        let flags = Flags::from(header.flags.get());
        if flags.reserved() != 0
            || (flags.piggyback() && (flags.more() || !kind.may_carry()))
            || (flags.migrated() && kind != Kind::Grant)
            || (flags.port() != 0 && !flags.piggyback() && kind != Kind::Refuse)
        {
            return Err(ParseError::Flags);
        }
        // A store that does not know a schema does not know how long its keys are either.
        let keyless = kind == Kind::Refuse && flags.port() == Refusal::UnknownSchema.to_wire();
        let (key, rest) = words(rest, if keyless { 0 } else { layout.key_words as usize })?;
        let (body, rest) = match kind {
            Kind::Grant | Kind::Write => {
                let (state, rest) = words(rest, layout.state_words as usize)?;
                (Body::State(state), rest)
            }
            Kind::SnapshotSlots => {
                let (range, rest) = SlotRange::ref_from_prefix(rest).map_err(|_| ParseError::TooShort)?;
                let (base, rest) = U32::ref_from_prefix(rest).map_err(|_| ParseError::TooShort)?;
                let count = range.count.get() as usize;
                let whole = base.get() == header.seq.get();
                let (marks, rest) = words(rest, if whole { 0 } else { count.div_ceil(32) })?;
                let follow = if whole { count } else { marked(marks, count)? };
                let (values, rest) = words(rest, follow * layout.slot_words as usize)?;
                (Body::Slots { range: *range, base: base.get(), marks, values }, rest)
            }
            Kind::SnapshotAck | Kind::SnapshotFetch => {
                let (range, rest) = SlotRange::ref_from_prefix(rest).map_err(|_| ParseError::TooShort)?;
                (Body::Range(*range), rest)
            }
            Kind::Refuse => (Body::Refusal(Refusal::from_wire(flags.port()).ok_or(ParseError::Flags)?), rest),
            _ => (Body::Empty, rest),
        };
        let (tag, rest) = if flags.tag() {
            let (tag, rest) = rest.split_at_checked(TAG_LEN).ok_or(ParseError::TooShort)?;
            (Some(tag), rest)
        } else {
            (None, rest)
        };
        let (piggyback, rest) = if flags.piggyback() { (rest, &[][..]) } else { (&[][..], rest) };
        if flags.more() == rest.is_empty() {
            return Err(if flags.more() { ParseError::TooShort } else { ParseError::TrailingBytes });
        }
        Ok((Self { header, kind, key, body, tag, piggyback }, rest))
    }

    /// What the message is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The program's schema number.
    pub fn schema(&self) -> u8 {
        self.header.schema
    }

    /// The switch that asks or is answered.
    pub fn switch(&self) -> u16 {
        self.header.switch.get()
    }

    /// Boot number of that switch.
    pub fn incarnation(&self) -> Incarnation {
        Incarnation::new(self.header.incarnation.get())
    }

    /// The header's flags.
    pub fn flags(&self) -> Flags {
        Flags::from(self.header.flags.get())
    }

    /// Lease generation.
    pub fn epoch(&self) -> Epoch {
        Epoch::new(self.header.epoch.get())
    }

    /// Number of the write that the message is about.
    pub fn seq(&self) -> Seq {
        Seq::new(self.header.seq.get())
    }

    /// The asker's tick.
    pub fn timestamp(&self) -> Tick {
        Tick::new(self.header.timestamp.get())
    }

    /// The key's words, as many as the layout says.
    pub fn key(&self) -> &'a [U32] {
        self.key
    }

    /// What the kind carries.
    pub fn body(&self) -> Body<'a> {
        self.body
    }

    /// The flow's state, empty for kinds that carry none.
    pub fn state(&self) -> &'a [U32] {
        match self.body {
            Body::State(state) => state,
            _ => &[],
        }
    }

    /// The authentication tag, if there is one.
    pub fn tag(&self) -> Option<&'a [u8]> {
        self.tag
    }

    /// The packet inside: a whole Ethernet frame whose own lengths are not to be trusted. `None` without one; a
    /// piggyback may be of zero length.
    pub fn piggyback(&self) -> Option<&'a [u8]> {
        self.flags().piggyback().then_some(self.piggyback)
    }

    /// Bytes of the message in front of the piggyback.
    pub fn head_len(&self) -> usize {
        let body = match self.body {
            Body::Empty | Body::Refusal(_) => 0,
            Body::State(state) => 4 * state.len(),
            Body::Slots { marks, values, .. } => 8 + 4 * (marks.len() + values.len()),
            Body::Range(_) => 4,
        };
        HEADER_LEN + 4 * self.key.len() + body + self.tag.map_or(0, <[u8]>::len)
    }
}

fn words(bytes: &[u8], count: usize) -> Result<(&[U32], &[u8]), ParseError> {
    <[U32]>::ref_from_prefix_with_elems(bytes, count).map_err(|_| ParseError::TooShort)
}

/// How many of `count` slots are marked. A mark beyond them is none.
fn marked(marks: &[U32], count: usize) -> Result<usize, ParseError> {
    let set: u32 = marks.iter().map(|word| word.get().count_ones()).sum();
    let beyond = match (marks.last(), count % 32) {
        (Some(last), used @ 1..) => last.get() >> used != 0,
        _ => false,
    };
    if beyond { Err(ParseError::Flags) } else { Ok(set as usize) }
}
