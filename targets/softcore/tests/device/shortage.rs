//! What becomes of rules and packets when something is short: room, buffers, slots, places in the mirror queue, time.

use redplane_apps::Counter;
use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Refusal};
use redplane_softcore::device::PACKETS_A_CALL;
use redplane_softcore::{Device, Packet, PacketIo, Setup};
use redplane_tests::sim::frames;

use super::board::{self, Board, Did, INSIDE, OUTSIDE, UPLINK, WAY, counted};
use super::network;

const START: Tick = Tick::new(5_000_000);
const HOLD: Span = Span::from_millis(20);

/// A device that keeps packets, its board, and what it is told.
struct Rig {
    device: Device<'static, Counter, 4>,
    board: Board,
    now: Tick,
}

/// What the store says.
struct Answer<'a> {
    kind: Kind,
    flow: u16,
    seq: u32,
    flags: Flags,
    behind: &'a [u8],
}

impl Answer<'_> {
    fn new(kind: Kind, flow: u16, seq: u32) -> Self {
        Self { kind, flow, seq, flags: Flags::new(), behind: &[] }
    }

    fn refusal(flow: u16, why: Refusal) -> Self {
        Self { flags: Flags::new().with_port(why.to_wire()), ..Self::new(Kind::Refuse, flow, 0) }
    }

    fn bytes(&self, now: Tick) -> Vec<u8> {
        let mut memory = vec![0; HEADROOM];
        memory.extend(self.behind);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let envelope = Envelope {
            layout: Counter::LAYOUT,
            kind: self.kind,
            flags: self.flags,
            switch: 1,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(7),
            seq: Seq::new(self.seq),
            timestamp: now,
            key: &key(self.flow),
            state: &[0],
        };
        envelope.encode(&mut buffer).unwrap();
        buffer.bytes().to_vec()
    }
}

fn key(flow: u16) -> [u32; 4] {
    [frames::UDP.into(), 0x0a00_0001, 0xc633_6401, u32::from(flow) << 16 | 53]
}

fn frame(flow: u16) -> Vec<u8> {
    frames::udp(0x0a00_0001, 0xc633_6401, flow, 53, b"payload")
}

impl Rig {
    fn new(slots: usize, copies: usize) -> Self {
        let setup = Setup { hold: Some(HOLD), ..board::setup(1) };
        Self { device: board::device(&setup, slots, copies, START), board: Board::new(16), now: START }
    }

    fn packet(&mut self, flow: u16) -> Vec<Did> {
        let packet = self.board.packet(INSIDE, &frame(flow));
        self.device.handle_frame(self.now, packet, &mut self.board);
        self.board.did(self.device.held())
    }

    fn answer(&mut self, answer: Answer<'_>) -> Vec<Did> {
        self.datagram(&answer.bytes(self.now))
    }

    fn datagram(&mut self, payload: &[u8]) -> Vec<Did> {
        let packet = self.board.packet(UPLINK, &network::from_store(&WAY, payload));
        self.device.handle_frame(self.now, packet, &mut self.board);
        self.board.did(self.device.held())
    }

    /// Polls with this much room until there is no more to do.
    fn poll(&mut self, room: usize) -> Vec<Did> {
        let mut did = vec![];
        for _ in 0..100 {
            self.board.room = room;
            let goes_on = self.device.poll(self.now, &mut self.board);
            did.extend(self.board.did(self.device.held()));
            if !goes_on {
                self.board.room = usize::MAX;
                return did;
            }
        }
        panic!("polls never end: {did:?}");
    }

    /// A lease on a flow.
    fn leased(&mut self, flow: u16) {
        self.answer(Answer::new(Kind::Grant, flow, 0));
        assert!(self.device.inspect(self.now, &key(flow)).unwrap().live);
    }

    fn counts(&self, names: [&str; 4]) -> [u32; 4] {
        names.map(|name| counted(&self.device, name))
    }
}

/// The kinds of the messages to the store, and whether they carry a packet.
fn messages(did: &[Did]) -> Vec<(Kind, bool)> {
    let message = |did: &Did| match did {
        Did::Sent { port: UPLINK, bytes, .. } => {
            let (_, payload) = network::to_store(&WAY, bytes);
            let message = network::message(Counter::LAYOUT, &payload);
            Some((message.kind(), message.piggyback().is_some()))
        }
        _ => None,
    };
    did.iter().filter_map(message).collect()
}

/// Packets that left.
fn left(did: &[Did]) -> usize {
    did.iter().filter(|did| matches!(did, Did::Sent { port: OUTSIDE, .. })).count()
}

const FATES: [&str; 4] = ["held", "hold_released", "hold_lost", "hold_expired"];

#[test]
fn kept_packet_waits_for_grant_and_ack_and_leaves_once() {
    let mut rig = Rig::new(8, 8);
    assert_eq!(messages(&rig.packet(1)), [(Kind::LeaseRequest, false)]);
    assert_eq!(messages(&rig.answer(Answer::new(Kind::Grant, 1, 0))), [(Kind::Write, false)]);
    let other = [
        Answer::new(Kind::WriteAck, 2, 1),
        Answer::new(Kind::WriteAck, 1, 0),
        Answer::new(Kind::Release, 1, 1),
    ];
    for answer in other {
        assert_eq!(left(&rig.answer(answer)), 0);
    }
    let did = rig.answer(Answer::new(Kind::WriteAck, 1, 1));
    assert!(
        did.iter().any(|did| matches!(did, Did::Sent { port: OUTSIDE, bytes, .. } if *bytes == frame(1)))
    );
    assert_eq!((left(&did), rig.device.held()), (1, 0));
    assert_eq!(left(&rig.answer(Answer::new(Kind::WriteAck, 1, 1))), 0);
    assert_eq!(rig.counts(FATES), [2, 2, 0, 0]);
}

#[test]
fn kept_packet_leaves_by_the_way_of_the_port_it_came_in_by_wherever_it_was_meanwhile() {
    let mut rig = Rig::new(8, 8);
    let packet = rig.board.packet(OUTSIDE, &frame(1));
    rig.device.handle_frame(rig.now, packet, &mut rig.board);
    rig.answer(Answer::new(Kind::Grant, 1, 0));
    // Another has been to the store and is kept now, in another buffer.
    let travelled = frame(1);
    let flags = Flags::new().with_piggyback(true).with_port(OUTSIDE);
    rig.answer(Answer { flags, behind: &travelled, ..Answer::new(Kind::Grant, 1, 0) });
    assert_eq!(rig.device.held(), 2);
    let did = rig.answer(Answer::new(Kind::WriteAck, 1, 2));
    let ports: Vec<_> = did
        .iter()
        .filter_map(|did| if let Did::Sent { port, .. } = did { Some(*port) } else { None })
        .collect();
    assert_eq!(ports, [INSIDE, INSIDE]);
}

#[test]
fn news_of_another_flow_or_of_no_lease_leave_a_packet_that_asked_where_it_is() {
    let mut rig = Rig::new(8, 8);
    rig.packet(1);
    let asked = rig.device.counters().event(Event::LeaseRequested);
    for answer in
        [Answer::new(Kind::Grant, 2, 0), Answer::new(Kind::WriteAck, 1, 0), Answer::new(Kind::RenewAck, 1, 0)]
    {
        assert_eq!(messages(&rig.answer(answer)), []);
    }
    assert_eq!((rig.device.held(), rig.device.counters().event(Event::LeaseRequested)), (1, asked));
}

#[test]
fn no_place_to_keep_a_packet_sends_it_along() {
    let mut rig = Rig::new(8, 8);
    for flow in 1..=4 {
        assert_eq!(messages(&rig.packet(flow)), [(Kind::LeaseRequest, false)]);
    }
    assert_eq!(messages(&rig.packet(5)), [(Kind::LeaseRequest, true)]);
    assert_eq!(counted(&rig.device, "hold_full"), 1);
}

#[test]
fn no_buffer_for_a_message_sends_the_packet_along() {
    for short in [false, true] {
        let mut rig = Rig::new(8, 8);
        rig.board.has_buffers = short;
        rig.board.own_headroom = redplane_softcore::HEADROOM - 1;
        assert_eq!(messages(&rig.packet(1)), [(Kind::LeaseRequest, true)]);
        assert_eq!((rig.device.held(), counted(&rig.device, "no_buffer")), (0, 1));
    }
}

#[test]
fn grant_that_finds_no_slot_drops_its_kept_packet_and_does_not_ask_again() {
    let mut rig = Rig::new(4, 8);
    for flow in 1..=4 {
        rig.leased(flow);
    }
    assert_eq!(messages(&rig.packet(5)), [(Kind::LeaseRequest, false)]);
    let did = rig.answer(Answer::new(Kind::Grant, 5, 0));
    assert_eq!(messages(&did), []);
    assert!(did.iter().any(|did| matches!(did, Did::Freed { why: Some(Reason::TableFull), .. })), "{did:?}");
    assert_eq!((rig.device.held(), rig.counts(FATES)), (0, [1, 0, 1, 0]));
}

#[test]
fn grant_that_comes_too_late_makes_one_packet_ask_again() {
    let mut rig = Rig::new(8, 8);
    for _ in 0..3 {
        rig.packet(1);
    }
    let late = Answer::new(Kind::Grant, 1, 0).bytes(rig.now - Span::from_millis(1000));
    assert_eq!(messages(&rig.datagram(&late)), [(Kind::LeaseRequest, false)]);
    assert_eq!(rig.device.held(), 3);
    assert_eq!(messages(&rig.answer(Answer::new(Kind::Grant, 1, 0))), [(Kind::Write, false); 3]);
}

#[test]
fn refusal_drops_the_packet_that_asked_and_not_one_that_waits_for_something_else() {
    for (why, drops) in [
        (Refusal::PoolEmpty, true),
        (Refusal::NotAllowed, true),
        (Refusal::WaitingFull, true),
        // Said of a write, a renewal or a give-up of the flow, never of a request for a lease.
        (Refusal::StaleEpoch, false),
        (Refusal::UnknownFlow, false),
        (Refusal::NotCommitted, false),
    ] {
        let mut rig = Rig::new(8, 8);
        rig.packet(1);
        rig.packet(2);
        rig.answer(Answer::refusal(1, why));
        assert_eq!(rig.device.held(), if drops { 1 } else { 2 }, "{why:?}");
    }
}

#[test]
fn lease_of_another_epoch_drops_what_was_written_in_the_old_one() {
    let mut rig = Rig::new(8, 8);
    rig.leased(1);
    assert_eq!(messages(&rig.packet(1)), [(Kind::Write, false)]);
    let mut newer = Answer::new(Kind::Grant, 1, 1).bytes(rig.now);
    newer[11] = 8;
    let did = rig.datagram(&newer);
    assert_eq!((left(&did), rig.device.held(), rig.counts(FATES)), (0, 0, [1, 0, 1, 0]));
    assert!(did.iter().any(|did| matches!(did, Did::Freed { why: Some(Reason::OtherEpoch), .. })));
}

#[test]
fn kept_packets_expire_in_time_whatever_their_order() {
    let mut rig = Rig::new(8, 8);
    rig.packet(1);
    rig.packet(2);
    rig.now = START + Span::from_millis(15);
    // The first is kept anew, for its write; the second still waits for its lease.
    rig.answer(Answer::new(Kind::Grant, 1, 0));
    assert_eq!(rig.device.held(), 2);
    rig.now = START + HOLD - Span::from_ticks(1);
    rig.poll(usize::MAX);
    assert_eq!(rig.device.held(), 2);
    rig.now = START + HOLD;
    let did = rig.poll(usize::MAX);
    assert!(did.iter().any(|did| matches!(did, Did::Freed { why: Some(Reason::StoreSilent), .. })));
    assert_eq!((rig.device.held(), counted(&rig.device, "hold_expired")), (1, 1));
    rig.now = START + HOLD + HOLD;
    rig.poll(usize::MAX);
    assert_eq!((rig.device.held(), counted(&rig.device, "hold_expired")), (0, 2));
}

#[test]
fn room_for_one_packet_lets_all_kept_ones_go_on_poll_by_poll() {
    for expires in [false, true] {
        let mut rig = Rig::new(8, 8);
        rig.leased(1);
        for _ in 0..4 {
            rig.packet(1);
        }
        rig.board.room = PACKETS_A_CALL;
        let mut did = vec![];
        if expires {
            rig.now = rig.now + HOLD;
        } else {
            did = rig.answer(Answer::new(Kind::WriteAck, 1, 4));
        }
        did.extend(rig.poll(PACKETS_A_CALL));
        assert_eq!(rig.device.held(), 0);
        assert_eq!(left(&did), if expires { 0 } else { 4 });
    }
    // Packets that go again take the most room.
    let mut rig = Rig::new(8, 8);
    for _ in 0..4 {
        rig.packet(1);
    }
    rig.board.room = PACKETS_A_CALL;
    let mut did = rig.answer(Answer::new(Kind::Grant, 1, 0));
    did.extend(rig.poll(PACKETS_A_CALL));
    assert_eq!(messages(&did), [(Kind::Write, false); 4]);
    assert_eq!((rig.device.held(), rig.device.counters().event(Event::WriteBegun)), (4, 4));
}

#[test]
fn datagram_of_many_messages_stays_within_the_room_for_one_packet() {
    for room in PACKETS_A_CALL..PACKETS_A_CALL + 6 {
        let mut rig = Rig::new(8, 8);
        for flow in 1..=3 {
            rig.packet(flow);
        }
        let last = frame(4);
        let flags = Flags::new().with_piggyback(true).with_port(INSIDE);
        let mut payload = Answer { flags, behind: &last, ..Answer::new(Kind::Grant, 4, 0) }.bytes(rig.now);
        for flow in (1..=3).rev() {
            let flags = Flags::new().with_more(true);
            payload = Answer { flags, behind: &payload, ..Answer::new(Kind::Grant, flow, 0) }.bytes(rig.now);
        }
        rig.board.room = room;
        let mut did = rig.datagram(&payload);
        did.extend(rig.poll(room));
        assert_eq!(messages(&did).len(), 4, "room {room}");
        for flow in 1..=4 {
            did.extend(rig.answer(Answer::new(Kind::WriteAck, flow, 1)));
        }
        assert_eq!((left(&did), rig.device.held()), (4, 0), "room {room}");
    }
}

#[test]
fn board_without_room_or_buffers_does_not_stop_the_sweep() {
    for (room, has_buffers) in [(0, true), (PACKETS_A_CALL - 1, true), (usize::MAX, false)] {
        let mut rig = Rig::new(4, 8);
        rig.leased(1);
        rig.packet(1);
        assert!(rig.device.unanswered() > 0);
        rig.board.has_buffers = has_buffers;
        // A deadline that is left alone looks live again when it is 2^31 ticks old.
        for minute in 0..18 {
            rig.now = rig.now + Span::from_millis(60_000);
            rig.poll(room);
            assert!(!rig.device.inspect(rig.now, &key(1)).unwrap().live, "minute {minute}");
        }
        // The write is not forgotten for all that (RP-SW-6).
        rig.board.has_buffers = true;
        rig.now = rig.now + Span::from_millis(1000);
        assert_eq!(messages(&rig.poll(usize::MAX))[..1], [(Kind::Write, false)]);
    }
}

#[test]
fn messages_that_are_due_wait_for_buffers_for_a_while() {
    let mut rig = Rig::new(8, 8);
    rig.leased(1);
    rig.packet(1);
    rig.board.has_buffers = false;
    for _ in 0..50 {
        rig.now = rig.now + Span::from_millis(10);
        assert_eq!(messages(&rig.poll(usize::MAX)), []);
    }
    rig.board.has_buffers = true;
    // The first resending, and not a later one with a longer wait.
    assert_eq!(rig.device.counters().event(Event::Resent), 0);
    assert_eq!(messages(&rig.poll(usize::MAX))[..1], [(Kind::Write, false)]);
}

#[test]
fn evacuation_goes_on_as_the_mirror_queue_has_room_and_does_not_spin() {
    let mut rig = Rig::new(8, 2);
    let flows: Vec<u16> = (1..=20)
        .filter(|flow| {
            rig.answer(Answer::new(Kind::Grant, *flow, 0));
            rig.device.inspect(rig.now, &key(*flow)).is_some()
        })
        .collect();
    assert!(flows.len() > 4);
    assert!(rig.device.has_given_up_all(), "nothing was asked for");
    rig.device.give_up_all();
    assert!(!rig.device.has_given_up_all());
    let mut handed_back = 0;
    while !rig.device.has_given_up_all() {
        let did = rig.poll(usize::MAX);
        assert_eq!(messages(&did), vec![(Kind::GiveUp, false); messages(&did).len()]);
        assert!(messages(&did).len() <= 2);
        for flow in &flows {
            let view = rig.device.inspect(rig.now, &key(*flow)).unwrap();
            if view.renounced && rig.device.unanswered() > 0 {
                rig.answer(Answer::new(Kind::GiveUpAck, *flow, 0));
            }
        }
        rig.now = rig.now + Span::from_millis(1);
        handed_back += messages(&did).len();
        assert!(handed_back <= flows.len() + 2, "{handed_back} of {}", flows.len());
    }
    for flow in &flows {
        assert!(!rig.device.inspect(rig.now, &key(*flow)).unwrap().live);
    }
}

#[test]
fn run_takes_what_came_in_and_sends_again_what_is_due() {
    let mut rig = Rig::new(8, 8);
    assert!(!rig.device.run(rig.now, &mut rig.board));
    for flow in 1..=3 {
        rig.leased(flow);
        rig.board.comes_in(INSIDE, &frame(flow));
    }
    assert!(rig.device.run(rig.now, &mut rig.board));
    let did = rig.board.did(rig.device.held());
    assert_eq!(messages(&did), [(Kind::Write, false); 3]);
    rig.now = rig.now + Span::from_millis(3);
    assert!(rig.device.run(rig.now, &mut rig.board));
    let did = rig.board.did(rig.device.held());
    assert_eq!(messages(&did), [(Kind::Write, false); 3], "all three in one turn");
    assert!(!rig.device.run(rig.now, &mut rig.board));
}

#[test]
fn run_on_a_board_without_room_leaves_packets_where_they_are() {
    let mut rig = Rig::new(8, 8);
    rig.leased(1);
    for _ in 0..3 {
        rig.board.comes_in(INSIDE, &frame(1));
    }
    // Each takes two places, and the next one wants three.
    rig.board.room = PACKETS_A_CALL + 2;
    assert!(rig.device.run(rig.now, &mut rig.board));
    assert_eq!(messages(&rig.board.did(rig.device.held())).len(), 2);
    rig.board.room = PACKETS_A_CALL - 1;
    assert!(!rig.device.run(rig.now, &mut rig.board));
    rig.board.room = usize::MAX;
    assert!(rig.device.run(rig.now, &mut rig.board));
    assert_eq!(messages(&rig.board.did(rig.device.held())).len(), 1);
}

#[test]
fn packet_without_head_room_is_dropped_and_counted() {
    // The longest message needs all of it; this program's need less.
    for headroom in [0, HEADROOM - 1] {
        let mut rig = Rig::new(8, 8);
        rig.board.headroom = headroom;
        let did = rig.packet(1);
        assert!(matches!(&did[..], [Did::Freed { why: Some(Reason::NoBuffer), .. }]), "{did:?}");
    }
    let setup = board::setup(1);
    let mut device: Device<'static, Counter, 4> = board::device(&setup, 8, 8, START);
    let mut board = Board::new(4);
    for headroom in HEADROOM..redplane_softcore::HEADROOM {
        board.headroom = headroom;
        let packet = board.packet(INSIDE, &frame(1));
        device.handle_frame(START, packet, &mut board);
        let sent = messages(&board.did(0)).len();
        // 20 bytes of header, 16 of key, 42 of the frame.
        assert_eq!(sent, usize::from(headroom >= 20 + 16 + 42), "{headroom}");
    }
}

/// A board for a single packet.
#[derive(Default)]
struct Single {
    sent: usize,
    freed: Vec<Option<Reason>>,
}

impl PacketIo<'static> for Single {
    fn receive(&mut self) -> Option<Packet<'static>> {
        None
    }

    fn allocate(&mut self) -> Option<Packet<'static>> {
        None
    }

    fn send(&mut self, _: Packet<'static>) {
        self.sent += 1;
    }

    fn free(&mut self, _: Packet<'static>, why: Option<Reason>) {
        self.freed.push(why);
    }
}

#[test]
fn packet_too_long_for_a_datagram_is_dropped_and_counted() {
    // A message around it has 36 bytes, UDP and IPv4 have 28.
    let longest = usize::from(u16::MAX) - 36 - 28;
    for (len, fits) in
        [(longest, true), (longest + 1, false), (usize::from(u16::MAX), false), (70_000, false)]
    {
        let mut bytes = vec![0; redplane_softcore::HEADROOM];
        bytes.extend(frame(1));
        bytes.resize(redplane_softcore::HEADROOM + len, 0);
        let end = bytes.len();
        let buffer = Buffer::new(bytes.leak(), redplane_softcore::HEADROOM, end).unwrap();
        let mut device: Device<'static, Counter, 4> = board::device(&board::setup(1), 8, 8, START);
        let mut io = Single::default();
        device.handle_frame(START, Packet { buffer, port: INSIDE, tag: 0 }, &mut io);
        assert_eq!((io.sent, io.freed.len()), (usize::from(fits), usize::from(!fits)), "{len}");
        assert_eq!(counted(&device, "no_buffer"), u32::from(!fits));
    }
}
