//! Whatever is encoded decodes to itself, and whatever is not ours is an error and never a panic.

use proptest::prelude::*;
use redplane_core::packet::Buffer;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::Tick;
use redplane_core::wire::{
    Body, Envelope, Flags, HEADER_LEN, HEADROOM, KEY_WORDS_MAX, Kind, Layout, Message, PORT_MAX, ParseError,
    Refusal, STATE_WORDS_MAX, SlotRange, Slots, VERSION,
};

/// Slots of the longest run that is drawn: its marks take four words.
const SLOTS: u16 = 100;

/// Words of the longest slot that is drawn.
const SLOT_WORDS: u8 = 4;

/// Head room for any message that is drawn.
const ROOM: usize = HEADROOM + 4 * (5 + SLOTS as usize * SLOT_WORDS as usize);

/// A message as a test has drawn it: valid by construction.
#[derive(Clone, Debug)]
struct Drawn {
    layout: Layout,
    kind: Kind,
    flags: Flags,
    numbers: (u16, u16, u32, u32, u32),
    key: Vec<u32>,
    /// The state, or the words of slots.
    state: Vec<u32>,
    slots: SlotRange,
    base: u32,
    marks: Vec<u32>,
    packet: Vec<u8>,
}

prop_compose! {
    fn drawn(is_last: bool, kinds: &'static [Kind])(
        schema: u8,
        key_words in 1..=KEY_WORDS_MAX as u8,
        state_words in 1..=STATE_WORDS_MAX as u8,
        slot_words in 0..=SLOT_WORDS,
        kind in prop::sample::select(kinds),
        retransmission: bool,
        migrated: bool,
        wants_packet: bool,
        port in 0..=PORT_MAX,
        // Of a schema that is not known there is no key to be had: that refusal has its own example.
        why in prop::sample::select(Refusal::ALL).prop_filter("keyless", |why| *why != Refusal::UnknownSchema),
        numbers: (u16, u16, u32, u32, u32),
        first: u16,
        count in 0..=SLOTS,
        base in prop::option::of(any::<u32>()),
        marks: [u32; 4],
        words in prop::collection::vec(any::<u32>(), KEY_WORDS_MAX + SLOTS as usize * SLOT_WORDS as usize),
        packet in prop::collection::vec(any::<u8>(), 0..100),
    ) -> Drawn {
        let piggyback = wants_packet && kind.may_carry() && is_last;
        let flags = Flags::new()
            .with_piggyback(piggyback)
            .with_retransmission(retransmission)
            .with_migrated(migrated && kind == Kind::Grant)
            .with_more(!is_last)
            .with_port(if kind == Kind::Refuse { why.to_wire() } else if piggyback { port } else { 0 });
        let (key, state) = words.split_at(KEY_WORDS_MAX);
        let id = numbers.3;
        let base = base.unwrap_or(id);
        let drawn = Drawn {
            layout: Layout { schema, key_words, state_words, slot_words },
            kind,
            flags,
            numbers,
            key: key.to_vec(),
            state: state.to_vec(),
            slots: SlotRange::new(first, count),
            base,
            marks: if base == id { vec![] } else { marks_of(count, marks) },
            packet: if piggyback { packet } else { vec![] },
        };
        drawn.cut_to(drawn.layout)
    }
}

/// As many marks as a run of `count` slots has, none of them beyond it.
fn marks_of(count: u16, drawn: [u32; 4]) -> Vec<u32> {
    let mut marks = drawn[..count.div_ceil(32) as usize].to_vec();
    if let (Some(last), used @ 1..) = (marks.last_mut(), count % 32) {
        *last &= (1 << used) - 1;
    }
    marks
}

impl Drawn {
    /// The same message with keys, states and slots of this layout.
    fn cut_to(&self, layout: Layout) -> Self {
        let follow = match self.marks[..] {
            [] => self.slots.count.get() as usize,
            _ => self.marks.iter().map(|mark| mark.count_ones() as usize).sum(),
        };
        let state_len = match self.kind {
            Kind::Grant | Kind::Write => layout.state_words as usize,
            Kind::SnapshotSlots => follow * layout.slot_words as usize,
            _ => 0,
        };
        let mut cut = Self { layout, ..self.clone() };
        cut.key.resize(layout.key_words as usize, 7);
        cut.state.resize(state_len, 8);
        cut
    }

    /// What the message is as a datagram.
    fn bytes(&self) -> Vec<u8> {
        let mut memory = vec![0; ROOM];
        memory.extend(&self.packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, ROOM, end).unwrap();
        self.encode(&mut buffer);
        buffer.bytes().to_vec()
    }

    fn encode(&self, buffer: &mut Buffer<'_>) {
        let (switch, incarnation, epoch, seq, timestamp) = self.numbers;
        let envelope = Envelope {
            layout: self.layout,
            kind: self.kind,
            flags: self.flags,
            switch,
            incarnation: Incarnation::new(incarnation),
            epoch: Epoch::new(epoch),
            seq: Seq::new(seq),
            timestamp: Tick::new(timestamp),
            key: &self.key,
            state: &self.state,
        };
        match self.kind {
            Kind::SnapshotSlots => {
                let Self { slots: range, base, ref marks, state: ref values, .. } = *self;
                envelope.encode_slots(&Slots { range, base, marks, values }, buffer).unwrap();
            }
            Kind::SnapshotAck | Kind::SnapshotFetch => envelope.encode_range(self.slots, buffer).unwrap(),
            _ => envelope.encode(buffer).unwrap(),
        }
    }

    fn assert_is(&self, message: &Message<'_>) {
        assert_eq!((message.schema(), message.kind()), (self.layout.schema, self.kind));
        assert_eq!(message.flags(), self.flags);
        let numbers = (
            message.switch(),
            message.incarnation().raw(),
            message.epoch().raw(),
            message.seq().raw(),
            message.timestamp().raw(),
        );
        assert_eq!(numbers, self.numbers);
        assert_eq!(words!(message.key()), self.key);
        match message.body() {
            Body::Empty => assert!(self.state.is_empty()),
            Body::State(state) => assert_eq!(words!(state), self.state),
            Body::Slots { range, base, marks, values } => {
                assert_eq!((range, base), (self.slots, self.base));
                assert_eq!((words!(marks), words!(values)), (self.marks.clone(), self.state.clone()));
            }
            Body::Range(slots) => assert_eq!(slots, self.slots),
            Body::Refusal(why) => assert_eq!(why.to_wire(), self.flags.port()),
        }
        assert_eq!(message.piggyback(), self.flags.piggyback().then_some(&self.packet[..]));
    }
}

proptest! {
    #[test]
    fn message_encoded_decodes_to_itself(drawn in drawn(true, Kind::ALL)) {
        let bytes = drawn.bytes();
        let (message, rest) = Message::parse(&bytes, |_| Some(drawn.layout)).unwrap();
        drawn.assert_is(&message);
        prop_assert!(rest.is_empty());
        prop_assert_eq!(message.head_len() + drawn.packet.len(), bytes.len());
    }

    #[test]
    fn message_cut_anywhere_before_its_packet_is_too_short(drawn in drawn(true, Kind::ALL)) {
        let bytes = drawn.bytes();
        for len in 0..bytes.len() - drawn.packet.len() {
            let error = Message::parse(&bytes[..len], |_| Some(drawn.layout)).err();
            prop_assert_eq!(error, Some(ParseError::TooShort), "cut to {}", len);
        }
    }

    #[test]
    fn mark_beyond_the_run_is_an_error(
        drawn in drawn(true, &[Kind::SnapshotSlots])
            .prop_filter("ends within a word of marks", |drawn| {
                drawn.marks.len() * 32 > drawn.slots.count.get() as usize
            }),
        beyond in 0..32u16,
    ) {
        let used = drawn.slots.count.get() % 32;
        let mut marked = drawn;
        let last = marked.marks.len() - 1;
        marked.marks[last] |= 1 << (used + beyond % (32 - used));
        // With or without the slot that it announces.
        for layout in [marked.layout, Layout { slot_words: 0, ..marked.layout }] {
            let error = Message::parse(&marked.cut_to(layout).bytes(), |_| Some(layout)).err();
            prop_assert_eq!(error, Some(ParseError::Flags));
        }
    }

    /// Of several messages in a datagram, each comes out as it went in, in order.
    #[test]
    fn datagram_of_several_messages_decodes_to_each(
        first in drawn(false, Kind::ALL),
        second in drawn(false, Kind::ALL),
        last in drawn(true, Kind::ALL),
    ) {
        let layout = first.layout;
        // One layout for all, as a datagram has it.
        let several = [first, second, last].map(|drawn| drawn.cut_to(layout));
        let packet = &several[2].packet;
        let mut memory = vec![0; 3 * ROOM];
        let start = memory.len();
        memory.extend(packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, start, end).unwrap();
        several.iter().rev().for_each(|drawn| drawn.encode(&mut buffer));

        let mut rest = buffer.bytes();
        for drawn in &several {
            let (message, after) = Message::parse(rest, |_| Some(layout)).unwrap();
            drawn.assert_is(&message);
            rest = after;
        }
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn decode_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), key_words: u8, state_words: u8, slot_words: u8) {
        let layout = Layout { schema: 0, key_words, state_words, slot_words };
        if let Ok((message, rest)) = Message::parse(&bytes, |_| Some(layout)) {
            prop_assert!(message.head_len() + rest.len() <= bytes.len());
            prop_assert!(!message.to_string().is_empty());
        }
    }

    /// The same with a header that is nearly right, so that the rest is looked at.
    #[test]
    fn decode_of_a_damaged_header_never_panics(
        kind in 0..16u8,
        flags: u16,
        mut bytes in prop::collection::vec(any::<u8>(), HEADER_LEN..200),
    ) {
        bytes[0] = VERSION << 4 | kind;
        bytes[6..8].copy_from_slice(&(flags & 0x3fff).to_be_bytes());
        let layout = Layout { schema: 0, key_words: 3, state_words: 2, slot_words: 1 };
        if let Ok((message, rest)) = Message::parse(&bytes, |_| Some(layout)) {
            // Every byte is accounted for: head, packet, and the message after it.
            let packet = message.piggyback().map_or(0, <[u8]>::len);
            prop_assert_eq!(message.head_len() + packet + rest.len(), bytes.len());
            prop_assert_eq!(rest.is_empty(), !message.flags().more());
        }
    }
}
