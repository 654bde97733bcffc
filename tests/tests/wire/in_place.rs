//! A message is written into the head room in front of its packet; the packet stays where it is.

use redplane_apps::{Counter, Nat44};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::Tick;
use redplane_core::wire::{
    Envelope, Flags, HEADER_LEN, HEADROOM, KEY_WORDS_MAX, Kind, Layout, Message, NoRoom, STATE_WORDS_MAX,
    SlotRange, Slots, TAG_LEN,
};

const PACKET: &[u8] = b"a packet that stays where it is";

fn envelope(layout: Layout, kind: Kind, flags: Flags) -> Envelope<'static> {
    Envelope {
        layout,
        kind,
        flags,
        switch: 2,
        incarnation: Incarnation::new(7),
        epoch: Epoch::new(3),
        seq: Seq::new(9),
        timestamp: Tick::new(1),
        key: &[1, 2, 3],
        state: &[4, 5, 6],
    }
}

#[test]
fn encode_leaves_the_packet_where_it_is() {
    let mut memory = [0xa5; HEADROOM + PACKET.len() + 8];
    memory[HEADROOM..HEADROOM + PACKET.len()].copy_from_slice(PACKET);
    let packet_at = memory[HEADROOM..].as_ptr();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + PACKET.len()).unwrap();
    envelope(Nat44::LAYOUT, Kind::Write, Flags::new().with_piggyback(true)).encode(&mut buffer).unwrap();

    let len = Nat44::LAYOUT.message_len(Kind::Write);
    assert_eq!((buffer.start(), buffer.end()), (HEADROOM - len, HEADROOM + PACKET.len()));
    let (message, _) = Message::parse(buffer.bytes(), |_| Some(Nat44::LAYOUT)).unwrap();
    assert_eq!(message.piggyback().unwrap(), PACKET);
    assert!(std::ptr::eq(message.piggyback().unwrap().as_ptr(), packet_at), "the packet was copied");
    assert_eq!(memory[..HEADROOM - len], [0xa5; HEADROOM][len..], "written in front of the message");
    assert_eq!(memory[HEADROOM + PACKET.len()..], [0xa5; 8], "written behind the packet");
}

#[test]
fn encode_without_head_room_says_so_and_changes_nothing() {
    let flags = Flags::new().with_piggyback(true).with_tag(true);
    let len = Nat44::LAYOUT.message_len(Kind::Write) + TAG_LEN;
    for room in 0..=len {
        let mut memory = vec![0xa5; room + PACKET.len()];
        memory[room..].copy_from_slice(PACKET);
        let before = memory.clone();
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, room, end).unwrap();
        let result = envelope(Nat44::LAYOUT, Kind::Write, flags).encode(&mut buffer);
        if room == len {
            assert_eq!((result, buffer.start()), (Ok(()), 0));
        } else {
            assert_eq!((result, buffer.start(), buffer.end()), (Err(NoRoom), room, end));
            assert_eq!(memory, before);
        }
    }
}

#[test]
fn encode_slots_without_head_room_says_so_and_changes_nothing() {
    let mut memory = [0xa5; 100];
    let mut buffer = Buffer::empty(&mut memory);
    // Header and key take 36 bytes, range and base 8: 15 words do not fit the 56 bytes that are left.
    let slots = Slots { range: SlotRange::new(0, 8), base: 8, marks: &[0x7f], values: &[7; 14] };
    assert_eq!(slots.len(), 8 + 4 * 15);
    let envelope = envelope(Counter::LAYOUT, Kind::SnapshotSlots, Flags::new());
    assert_eq!(envelope.encode_slots(&slots, &mut buffer), Err(NoRoom));
    assert_eq!(buffer.start(), 100);
    assert_eq!(memory, [0xa5; 100]);

    let mut memory = [0xa5; 104];
    let mut buffer = Buffer::empty(&mut memory);
    assert_eq!(envelope.encode_slots(&slots, &mut buffer), Ok(()));
    assert_eq!(buffer.start(), 0);
}

#[test]
fn words_that_are_missing_are_zero_and_none_is_written_too_many() {
    let mut memory = [0xa5; HEADROOM];
    let mut buffer = Buffer::empty(&mut memory);
    // Three words of key and state are given; this layout has two of the one and five of the other.
    let layout = Layout { schema: 9, key_words: 2, state_words: 5, slot_words: 0 };
    envelope(layout, Kind::Write, Flags::new()).encode(&mut buffer).unwrap();
    let (message, _) = Message::parse(buffer.bytes(), |_| Some(layout)).unwrap();
    let (key, state) = (words!(message.key()), words!(message.state()));
    assert_eq!((key, state), (vec![1, 2], vec![4, 5, 6, 0, 0]));
}

#[test]
fn sizes_are_what_is_written() {
    for layout in [Nat44::LAYOUT, Counter::LAYOUT] {
        for kind in Kind::ALL {
            let mut memory = [0; HEADROOM];
            let mut buffer = Buffer::empty(&mut memory);
            let envelope = envelope(layout, *kind, Flags::new());
            match kind {
                Kind::SnapshotSlots => {
                    let none = Slots { range: SlotRange::default(), base: 9, marks: &[], values: &[] };
                    envelope.encode_slots(&none, &mut buffer).unwrap();
                }
                Kind::SnapshotAck | Kind::SnapshotFetch => {
                    envelope.encode_range(SlotRange::default(), &mut buffer).unwrap();
                }
                _ => envelope.encode(&mut buffer).unwrap(),
            }
            assert_eq!(buffer.bytes().len(), layout.message_len(*kind), "{kind:?}");
        }
    }
}

#[test]
fn head_room_holds_the_longest_message_exactly() {
    let (key_words, state_words) = (KEY_WORDS_MAX as u8, STATE_WORDS_MAX as u8);
    let layout = Layout { schema: 1, key_words, state_words, slot_words: 0 };
    assert_eq!(layout.message_len(Kind::Grant) + TAG_LEN, HEADROOM);
    assert_eq!(HEADER_LEN, 20);
    assert_eq!(Nat44::LAYOUT.message_len(Kind::Write), 20 + 12 + 12);
    assert_eq!(Counter::LAYOUT.message_len(Kind::Write), 20 + 16 + 4);
}
