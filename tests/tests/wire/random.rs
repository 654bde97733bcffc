//! Whatever is encoded decodes to itself, and whatever is not ours is an error and never a panic.

use proptest::prelude::*;
use redplane_core::packet::Buffer;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::Tick;
use redplane_core::wire::{
    Body, Envelope, Flags, HEADER_LEN, HEADROOM, KEY_WORDS_MAX, Kind, Layout, Message, PORT_MAX, Refusal,
    STATE_WORDS_MAX, SlotRange, VERSION,
};

/// A message as a test has drawn it: valid by construction.
#[derive(Clone, Debug)]
struct Drawn {
    layout: Layout,
    kind: Kind,
    flags: Flags,
    numbers: (u16, u16, u32, u32, u32),
    key: Vec<u32>,
    state: Vec<u32>,
    slots: SlotRange,
    packet: Vec<u8>,
}

prop_compose! {
    fn drawn(is_last: bool)(
        schema: u8,
        key_words in 1..=KEY_WORDS_MAX as u8,
        state_words in 1..=STATE_WORDS_MAX as u8,
        kind in prop::sample::select(Kind::ALL),
        retransmission: bool,
        migrated: bool,
        wants_packet: bool,
        port in 0..=PORT_MAX,
        // Of a schema that is not known there is no key to be had: that refusal has its own example.
        why in prop::sample::select(Refusal::ALL).prop_filter("keyless", |why| *why != Refusal::UnknownSchema),
        numbers: (u16, u16, u32, u32, u32),
        first: u16,
        count in 0..8u16,
        words in prop::collection::vec(any::<u32>(), KEY_WORDS_MAX + 8 * STATE_WORDS_MAX),
        packet in prop::collection::vec(any::<u8>(), 0..100),
    ) -> Drawn {
        let piggyback = wants_packet && kind.may_carry() && is_last;
        let flags = Flags::new()
            .with_piggyback(piggyback)
            .with_retransmission(retransmission)
            .with_migrated(migrated && kind == Kind::Grant)
            .with_more(!is_last)
            .with_port(if kind == Kind::Refuse { why.to_wire() } else if piggyback { port } else { 0 });
        let (key, state) = words.split_at(key_words as usize);
        let state_len = match kind {
            Kind::Grant | Kind::Write => state_words as usize,
            Kind::SnapshotSlots => (count * u16::from(state_words)) as usize,
            _ => 0,
        };
        Drawn {
            layout: Layout { schema, key_words, state_words, slot_words: 0 },
            kind,
            flags,
            numbers,
            key: key.to_vec(),
            state: state[..state_len].to_vec(),
            slots: SlotRange::new(first, count),
            packet: if piggyback { packet } else { vec![] },
        }
    }
}

impl Drawn {
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
            Kind::SnapshotSlots | Kind::SnapshotAck => envelope.encode_slots(self.slots, buffer).unwrap(),
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
            Body::Slots(slots, values) => {
                assert_eq!((slots, words!(values)), (self.slots, self.state.clone()))
            }
            Body::Range(slots) => assert_eq!(slots, self.slots),
            Body::Refusal(why) => assert_eq!(why.to_wire(), self.flags.port()),
        }
        assert_eq!(message.piggyback(), self.flags.piggyback().then_some(&self.packet[..]));
    }
}

proptest! {
    #[test]
    fn message_encoded_decodes_to_itself(drawn in drawn(true)) {
        let mut memory = vec![0; HEADROOM + 8 * 4 * STATE_WORDS_MAX];
        let start = memory.len();
        memory.extend(&drawn.packet);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, start, end).unwrap();
        drawn.encode(&mut buffer);
        let (message, rest) = Message::parse(buffer.bytes(), |_| Some(drawn.layout)).unwrap();
        drawn.assert_is(&message);
        prop_assert!(rest.is_empty());
        prop_assert_eq!(message.head_len() + drawn.packet.len(), buffer.bytes().len());
    }

    /// Of several messages in a datagram, each comes out as it went in, in order.
    #[test]
    fn datagram_of_several_messages_decodes_to_each(first in drawn(false), second in drawn(false), last in drawn(true)) {
        let layout = first.layout;
        let several = [first, Drawn { layout, ..second }, Drawn { layout, ..last }].map(|mut drawn| {
            // One layout for all, as a datagram has it: what was drawn for another is cut or filled up.
            drawn.key.resize(layout.key_words as usize, 7);
            let state_len = match drawn.kind {
                Kind::Grant | Kind::Write => layout.state_words as usize,
                Kind::SnapshotSlots => drawn.slots.count.get() as usize * layout.state_words as usize,
                _ => 0,
            };
            drawn.state.resize(state_len, 8);
            drawn
        });
        let packet = &several[2].packet;
        let mut memory = vec![0; 3 * (HEADROOM + 8 * 4 * STATE_WORDS_MAX)];
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
    fn decode_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), key_words in 0..=u8::MAX, state_words in 0..=u8::MAX) {
        let layout = Layout { schema: 0, key_words, state_words };
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
        let layout = Layout { schema: 0, key_words: 3, state_words: 2, slot_words: 0 };
        if let Ok((message, rest)) = Message::parse(&bytes, |_| Some(layout)) {
            // Every byte is accounted for: head, packet, and the message after it.
            let packet = message.piggyback().map_or(0, <[u8]>::len);
            prop_assert_eq!(message.head_len() + packet + rest.len(), bytes.len());
            prop_assert_eq!(rest.is_empty(), !message.flags().more());
        }
    }
}
