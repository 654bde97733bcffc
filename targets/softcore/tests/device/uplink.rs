//! The way to the store, through the device: frames read and made by smoltcp.

use proptest::prelude::*;
use redplane_apps::Counter;
use redplane_core::count::{Event, Reason};
use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Refusal};
use redplane_softcore::{Device, NextHop, Routes, Setup, Uplink};
use redplane_tests::sim::frames;
use smoltcp::wire::{ArpOperation, ArpRepr};

use super::board::{self, Board, Did, INSIDE, OUTSIDE, UPLINK, WAY};
use super::network::{self, Ends, NEXT_HOP};

type Counting = Device<'static, Counter, 4>;

const NOW: Tick = Tick::new(1_000_000);
/// The address of the store's next hop, where it is asked for.
const GATEWAY: [u8; 4] = [10, 9, 0, 254];

fn counting(setup: &Setup) -> (Counting, Board) {
    (board::device(setup, 16, 16, NOW), Board::new(8))
}

fn with(uplink: Uplink) -> (Counting, Board) {
    counting(&Setup { uplink, ..board::setup(1) })
}

fn asking() -> Uplink {
    Uplink { next_hop: NextHop::Arp(GATEWAY), ..WAY }
}

/// A packet of flow `number`, and its key.
fn packet(number: u16) -> (Vec<u8>, [u32; 4]) {
    let key = [frames::UDP.into(), 0x0a00_0001, 0xc633_6401, u32::from(number) << 16 | 53];
    (frames::udp(key[1], key[2], number, 53, b"a payload of odd length"), key)
}

/// A message of the store about a flow.
fn answer(kind: Kind, key: &[u32; 4], flags: Flags, behind: &[u8]) -> Vec<u8> {
    let mut memory = vec![0; HEADROOM];
    memory.extend(behind);
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
    let envelope = Envelope {
        layout: Counter::LAYOUT,
        kind,
        flags,
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: Epoch::new(7),
        seq: Seq::new(0),
        timestamp: NOW,
        key,
        state: &[40],
    };
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}

fn gives(device: &mut Counting, board: &mut Board, port: u16, frame: &[u8]) -> Vec<Did> {
    let packet = board.packet(port, frame);
    device.handle_frame(NOW, packet, board);
    board.did(device.held())
}

fn freed(did: &[Did], expected: Option<Reason>) -> bool {
    matches!(did, [Did::Freed { why, .. }] if *why == expected)
}

#[test]
fn packet_without_a_lease_goes_to_the_shard_of_its_key_in_a_right_frame() {
    let mut shards = [0; 5];
    for checksum in [true, false] {
        let uplink = Uplink { checksum, shards: 5, udp_port: 4711, ..WAY };
        let (mut device, mut board) = with(uplink);
        for number in 1..200 {
            let (frame, key) = packet(number);
            let did = gives(&mut device, &mut board, INSIDE, &frame);
            let [Did::Sent { port: UPLINK, bytes, .. }] = &did[..] else { panic!("{did:?}") };
            let (shard, payload) = network::to_store(&uplink, bytes);
            assert_eq!(shard, shard_of(&key, 5));
            shards[usize::from(shard)] += 1;
            let message = network::message(Counter::LAYOUT, &payload);
            assert_eq!((message.kind(), message.piggyback()), (Kind::LeaseRequest, Some(&frame[..])));
        }
        assert_eq!(board::counted(&device, "messages_sent"), 199);
    }
    assert!(shards.iter().all(|packets| *packets > 0), "{shards:?}");
}

#[test]
fn checksum_that_comes_out_as_zero_is_sent_as_all_ones() {
    let (mut device, mut board) = with(WAY);
    // Two bytes of payload take every value, and with them the sum.
    let zeros = (0..=u16::MAX).filter(|tail| {
        let frame = frames::udp(0x0a00_0001, 0xc633_6401, 1, 53, &tail.to_be_bytes());
        let did = gives(&mut device, &mut board, INSIDE, &frame);
        let [Did::Sent { bytes, .. }] = &did[..] else { panic!("{did:?}") };
        network::to_store(&WAY, bytes);
        frames::half(bytes, 40) == Some(u16::MAX)
    });
    assert!(zeros.count() >= 1);
}

#[test]
fn grant_in_a_padded_frame_is_taken_and_its_packet_goes_on() {
    for checksum in [true, false] {
        let uplink = Uplink { checksum, ..WAY };
        let (mut device, mut board) = with(uplink);
        let (frame, key) = packet(9);
        let flags = Flags::new().with_piggyback(true).with_port(INSIDE);
        let grant = answer(Kind::Grant, &key, flags, &frame);
        let did = gives(&mut device, &mut board, UPLINK, &network::from_store(&uplink, &grant));
        let [Did::Sent { port: UPLINK, bytes, .. }] = &did[..] else { panic!("{did:?}") };
        let (_, payload) = network::to_store(&uplink, bytes);
        let message = network::message(Counter::LAYOUT, &payload);
        assert_eq!(
            (message.kind(), message.state()[0].get(), message.epoch()),
            (Kind::Write, 41, Epoch::new(7))
        );
        // Shorter than the shortest frame, and so padded.
        let ack = answer(Kind::GiveUpAck, &key, Flags::new(), &[]);
        let short = network::datagram(Ends::from_store(&uplink, 0), &ack);
        let padded = [&short[..], &[0xee; 18]].concat();
        assert!(freed(&gives(&mut device, &mut board, UPLINK, &padded), None));
        assert_eq!(device.counters().event(Event::GiveUpConfirmed), 1);
        assert_eq!(board::counted(&device, "datagrams_received"), 2);
    }
}

#[test]
fn several_messages_in_a_datagram_are_taken_one_after_the_other() {
    let (mut device, mut board) = with(WAY);
    let (frame, last_key) = packet(3);
    let flags = Flags::new().with_piggyback(true).with_port(INSIDE);
    let mut payload = answer(Kind::Grant, &last_key, flags, &frame);
    for number in [2, 1] {
        payload = answer(Kind::Grant, &packet(number).1, Flags::new().with_more(true), &payload);
    }
    let did = gives(&mut device, &mut board, UPLINK, &network::from_store(&WAY, &payload));
    assert!(matches!(&did[..], [Did::Sent { port: UPLINK, .. }]), "{did:?}");
    assert_eq!(device.counters().event(Event::GrantInstalled), 3);
    assert_eq!(device.counters().event(Event::WriteBegun), 1);
    for number in 1..=3 {
        let view = device.inspect(NOW, &packet(number).1).unwrap();
        assert!(view.live, "flow {number}");
    }
    // Cut anywhere, the first ones count that are whole.
    for cut in 0..payload.len() {
        let (mut device, mut board) = with(WAY);
        let did = gives(&mut device, &mut board, UPLINK, &network::from_store(&WAY, &payload[..cut]));
        assert_eq!(did.len(), 1, "{did:?}");
        assert!(device.counters().event(Event::GrantInstalled) <= 3);
    }
}

#[test]
fn uplink_that_carries_other_traffic_passes_it_on() {
    let uplink = Uplink { port: OUTSIDE, ..WAY };
    let (mut device, mut board) = with(uplink);
    // Not the program's: ARP between others, and a protocol without ports.
    let others = network::arp(ArpOperation::Request, ([2; 6], [10, 9, 0, 7]), ([0; 6], [10, 9, 0, 8]));
    let mut no_ports = frames::ethernet(0x0800, false);
    no_ports.extend(frames::ipv4(1, 2, 47, 9, 0, b"gre"));
    for frame in [&others, &no_ports] {
        let did = gives(&mut device, &mut board, OUTSIDE, frame);
        assert!(matches!(&did[..], [Did::Sent { port: INSIDE, bytes, .. }] if bytes == frame), "{did:?}");
    }
    // Near misses of the store's datagrams are packets of the program.
    let ends = Ends::from_store(&uplink, 0);
    let near = [
        Ends { from: [10, 9, 1, 2], ..ends },
        Ends { to: [10, 9, 0, 2], ..ends },
        Ends { from_port: 8001, ..ends },
        Ends { from_port: 7999, ..ends },
        Ends { to_port: 4001, ..ends },
    ];
    for ends in near {
        let did = gives(&mut device, &mut board, OUTSIDE, &network::datagram(ends, b"not for us"));
        let [Did::Sent { port: OUTSIDE, bytes, .. }] = &did[..] else { panic!("{did:?}") };
        let (_, payload) = network::to_store(&uplink, bytes);
        assert_eq!(network::message(Counter::LAYOUT, &payload).kind(), Kind::LeaseRequest);
    }
    assert_eq!(board::counted(&device, "datagrams_received"), 0);
    // By another port, nothing is the store's.
    let ours = network::datagram(ends, b"from the wrong side");
    assert!(matches!(&gives(&mut device, &mut board, INSIDE, &ours)[..], [Did::Sent { port: OUTSIDE, .. }]));
    assert_eq!(board::counted(&device, "datagrams_received"), 0);
}

#[test]
fn frame_for_others_on_an_uplink_that_leads_nowhere_is_dropped_and_counted() {
    let (mut device, mut board) = with(WAY);
    assert!(freed(&gives(&mut device, &mut board, UPLINK, &packet(1).0), Some(Reason::NotHandled)));
    assert_eq!(board::counted(&device, "no_route"), 1);
}

#[test]
fn datagram_of_the_store_with_any_bit_flipped_is_never_taken_as_it_is() {
    let (_, key) = packet(5);
    let grant = answer(Kind::Grant, &key, Flags::new(), &[]);
    let frame = network::datagram(Ends::from_store(&WAY, 0), &grant);
    let (mut damaged, mut other) = (0, 0);
    // Ethernet's own header is under its check sequence alone.
    for bit in 14 * 8..frame.len() * 8 {
        let (mut device, mut board) = with(WAY);
        let mut frame = frame.clone();
        frame[bit / 8] ^= 0x80 >> (bit % 8);
        gives(&mut device, &mut board, UPLINK, &frame);
        assert_eq!(board::counted(&device, "datagrams_received"), 0, "bit {bit}");
        assert_eq!(device.counters().event(Event::GrantInstalled), 0, "bit {bit}");
        damaged += board::counted(&device, "datagrams_damaged");
        other += board::counted(&device, "no_route");
    }
    // Another protocol (8 bits), address (64) or port (32) makes it somebody else's.
    let others = 8 + 64 + 32;
    let bits = (frame.len() as u32 - 14) * 8;
    assert_eq!((damaged, other), (bits - others, others));
}

#[test]
fn fragment_of_the_store_is_damaged_wherever_it_says_it_is_one() {
    for (word, taken) in [(0x4000_u16, true), (0x8000, true), (0x2000, false), (0x0001, false)] {
        let (mut device, mut board) = with(WAY);
        let mut frame = network::datagram(Ends::from_store(&WAY, 0), b"whatever");
        frame[20..22].copy_from_slice(&word.to_be_bytes());
        frame[24..26].fill(0);
        let sum = frames::checksum(&frame[14..34]);
        frame[24..26].copy_from_slice(&sum.to_be_bytes());
        gives(&mut device, &mut board, UPLINK, &frame);
        let counts = ["datagrams_received", "datagrams_damaged"].map(|name| board::counted(&device, name));
        assert_eq!(counts, [u32::from(taken), u32::from(!taken)], "{word:#x}");
    }
}

#[test]
fn next_hop_is_asked_for_once_a_second_until_it_answers_and_then_every_half_minute() {
    let (mut device, mut board) = with(asking());
    let (frame, _) = packet(1);
    let mut asked = vec![];
    for ms in 0..100_000u64 {
        let now = NOW + Span::from_millis(ms);
        device.poll(now, &mut board);
        for (port, bytes) in board.sent(0) {
            let (macs, arp) = network::read_arp(&bytes).unwrap();
            assert_eq!((port, bytes.len(), macs), (UPLINK, 42, [WAY.mac, [0xff; 6]]));
            let ArpRepr::EthernetIpv4 {
                operation,
                source_hardware_addr,
                source_protocol_addr,
                target_protocol_addr,
                ..
            } = arp
            else {
                panic!("{arp:?}")
            };
            assert_eq!((operation, source_hardware_addr.0), (ArpOperation::Request, WAY.mac));
            assert_eq!(
                [source_protocol_addr, target_protocol_addr].map(|address| address.octets()),
                [WAY.address, GATEWAY]
            );
            asked.push(ms);
        }
        if ms == 1500 {
            assert!(freed(&gives(&mut device, &mut board, INSIDE, &frame), None));
            assert_eq!(board::counted(&device, "no_next_hop"), 1);
        }
        if ms == 2500 {
            let reply = network::arp(ArpOperation::Reply, (NEXT_HOP, GATEWAY), (WAY.mac, WAY.address));
            assert!(freed(&gives(&mut device, &mut board, UPLINK, &reply), None));
            let did = gives(&mut device, &mut board, INSIDE, &frame);
            assert!(matches!(&did[..], [Did::Sent { bytes, .. }] if bytes[..6] == NEXT_HOP), "{did:?}");
        }
    }
    // A tick more or less, because milliseconds are no whole ticks.
    let rounded: Vec<_> = asked.iter().map(|ms| ms / 100 * 100).collect();
    assert_eq!(rounded, [0, 1000, 2000, 32_000, 62_000, 92_000], "{asked:?}");
    assert_eq!(board::counted(&device, "arp_asked"), 6);
}

#[test]
fn next_hop_is_learnt_from_its_own_arp_alone() {
    let learns = |operation, from: ([u8; 6], [u8; 4]), to: [u8; 4]| {
        let (mut device, mut board) = with(asking());
        let frame = network::arp(operation, from, ([0; 6], to));
        gives(&mut device, &mut board, UPLINK, &frame);
        let did = gives(&mut device, &mut board, INSIDE, &packet(1).0);
        match &did[..] {
            [Did::Sent { bytes, .. }] => Some(<[u8; 6]>::try_from(&bytes[..6]).unwrap()),
            _ => None,
        }
    };
    let (request, reply) = (ArpOperation::Request, ArpOperation::Reply);
    let gateway = (NEXT_HOP, GATEWAY);
    assert_eq!(learns(reply, gateway, WAY.address), Some(NEXT_HOP));
    assert_eq!(learns(request, gateway, WAY.address), Some(NEXT_HOP));
    assert_eq!(learns(request, gateway, GATEWAY), Some(NEXT_HOP), "it announces itself");
    assert_eq!(learns(reply, ([2; 6], [10, 9, 0, 7]), WAY.address), None, "somebody else");
    assert_eq!(learns(reply, (NEXT_HOP, WAY.store), WAY.address), None, "the store is not the next hop");
    assert_eq!(learns(reply, ([0xff; 6], GATEWAY), WAY.address), None, "a group is nobody");
    // A configured hardware address cannot be changed from the network.
    let (mut device, mut board) = with(WAY);
    let forged = network::arp(reply, ([2, 6, 6, 6, 6, 6], GATEWAY), (WAY.mac, WAY.address));
    gives(&mut device, &mut board, UPLINK, &forged);
    let did = gives(&mut device, &mut board, INSIDE, &packet(1).0);
    assert!(matches!(&did[..], [Did::Sent { bytes, .. }] if bytes[..6] == NEXT_HOP));
}

#[test]
fn arp_request_for_our_address_is_answered_and_no_other() {
    let (mut device, mut board) = with(WAY);
    let asker = ([2, 0, 0, 0, 0, 0x55], [10, 9, 0, 7]);
    let request = network::arp(ArpOperation::Request, asker, ([0; 6], WAY.address));
    let did = gives(&mut device, &mut board, UPLINK, &request);
    let [Did::Sent { port: UPLINK, bytes, .. }] = &did[..] else { panic!("{did:?}") };
    let (macs, arp) = network::read_arp(bytes).unwrap();
    assert_eq!(macs, [WAY.mac, asker.0]);
    let expected = network::arp(ArpOperation::Reply, (WAY.mac, WAY.address), asker);
    assert_eq!(arp, network::read_arp(&expected).unwrap().1);
    let other = network::arp(ArpOperation::Request, asker, ([0; 6], [10, 9, 0, 2]));
    assert!(freed(&gives(&mut device, &mut board, UPLINK, &other), Some(Reason::NotHandled)));
    // By another port it is a packet.
    let did = gives(&mut device, &mut board, INSIDE, &request);
    assert!(matches!(&did[..], [Did::Sent { port: OUTSIDE, bytes, .. }] if *bytes == request));
    assert_eq!(board::counted(&device, "arp_answered"), 1);
}

#[test]
fn routes_lead_each_port_where_they_say_and_ports_beyond_nowhere() {
    let routes = Routes::NONE.with(0, 3).with(3, 0).with(5, 5).with(16, 0).with(1, 16);
    let all: Vec<_> = (0..20).filter_map(|port| routes.from(port).map(|to| (port, to))).collect();
    assert_eq!(all, [(0, 3), (3, 0), (5, 5)]);
    let (mut device, mut board) = counting(&Setup { routes, ..board::setup(1) });
    for port in [1, 4, 15, 16, 511, 512, u16::MAX] {
        assert!(freed(&gives(&mut device, &mut board, port, &packet(1).0), Some(Reason::NotHandled)));
    }
    assert_eq!(board::counted(&device, "no_route"), 7);
}

/// Replicas of the store behind the first.
const OTHERS: [[u8; 4]; 3] = [[10, 9, 1, 2], [10, 9, 1, 3], [0; 4]];
/// The first and those.
const REPLICAS: [[u8; 4]; 3] = [WAY.store, OTHERS[0], OTHERS[1]];

const REPLICATED: Uplink = Uplink { replicas: OTHERS, ..WAY };

/// Which replica a message that was sent goes to, and what it is.
fn replica_of(uplink: &Uplink, did: &[Did]) -> (usize, Kind) {
    let [Did::Sent { port: UPLINK, bytes, .. }] = did else { panic!("{did:?}") };
    let to = network::read(bytes).unwrap().addresses[1];
    let (_, payload) = network::to_store(&Uplink { store: to, ..*uplink }, bytes);
    let replica = REPLICAS.iter().position(|address| *address == to).unwrap();
    (replica, network::message(Counter::LAYOUT, &payload).kind())
}

/// A message of a replica as it comes in.
fn from_replica(uplink: &Uplink, replica: usize, payload: &[u8]) -> Vec<u8> {
    network::from_store(&Uplink { store: REPLICAS[replica], ..*uplink }, payload)
}

fn moved(key: &[u32; 4]) -> Vec<u8> {
    answer(Kind::Refuse, key, Flags::new().with_port(Refusal::Moved.to_wire()), &[])
}

#[test]
fn replica_that_says_moved_is_left_for_the_next_in_turn() {
    let (mut device, mut board) = with(REPLICATED);
    let (frame, key) = packet(1);
    for turn in [0, 1, 2, 0, 1] {
        let asked = gives(&mut device, &mut board, INSIDE, &frame);
        assert_eq!(replica_of(&REPLICATED, &asked), (turn, Kind::LeaseRequest));
        // The former one says it once more, which is late.
        for replica in [(turn + 2) % 3, turn] {
            let refusal = from_replica(&REPLICATED, replica, &moved(&key));
            let refused = gives(&mut device, &mut board, UPLINK, &refusal);
            assert!(freed(&refused, None), "{refused:?}");
        }
    }
    let counts = ["moved_refused", "moved_silent"].map(|name| board::counted(&device, name));
    assert_eq!(counts, [5, 0]);
    assert_eq!(device.counters().reason(Reason::RefusedForNow), 10, "the switch counts each");
}

#[test]
fn write_that_a_silent_replica_has_not_answered_is_sent_again_to_the_next() {
    let (mut device, mut board) = with(REPLICATED);
    let (frame, key) = packet(1);
    gives(&mut device, &mut board, INSIDE, &frame);
    let flags = Flags::new().with_piggyback(true).with_port(INSIDE);
    let grant = from_replica(&REPLICATED, 0, &answer(Kind::Grant, &key, flags, &frame));
    let did = gives(&mut device, &mut board, UPLINK, &grant);
    assert_eq!(replica_of(&REPLICATED, &did), (0, Kind::Write));
    let resend = board::setup(1).switch.resend_after;
    device.poll(NOW + resend - Span::from_ticks(1), &mut board);
    assert_eq!(board.did(0), [Did::Freed { why: None, tag: 7 }], "nothing is due");
    device.poll(NOW + resend, &mut board);
    assert_eq!(replica_of(&REPLICATED, &board.did(0)), (1, Kind::Write));
    assert_eq!(board::counted(&device, "moved_silent"), 1);
    // What the former head acked, late, is acked.
    let ack = from_replica(&REPLICATED, 0, &answer(Kind::GiveUpAck, &key, Flags::new(), &[]));
    gives(&mut device, &mut board, UPLINK, &ack);
    assert_eq!(board::counted(&device, "datagrams_received"), 2);
    assert_eq!(board::counted(&device, "moved_refused"), 0);
}

#[test]
fn only_store_is_asked_again_whatever_it_says() {
    let (mut device, mut board) = with(WAY);
    let (frame, key) = packet(1);
    for ms in 0..4 {
        let given = board.packet(INSIDE, &frame);
        device.handle_frame(NOW + Span::from_millis(ms * 10), given, &mut board);
        assert_eq!(replica_of(&WAY, &board.did(0)).0, 0);
    }
    gives(&mut device, &mut board, UPLINK, &network::from_store(&WAY, &moved(&key)));
    assert_eq!(replica_of(&WAY, &gives(&mut device, &mut board, INSIDE, &frame)).0, 0);
    let counts = ["moved_refused", "moved_silent"].map(|name| board::counted(&device, name));
    assert_eq!(counts, [0, 0]);
}

#[test]
fn next_hop_that_is_the_store_is_the_replica_that_serves() {
    let uplink = Uplink { next_hop: NextHop::Arp(WAY.store), ..REPLICATED };
    let (mut device, mut board) = with(uplink);
    let (frame, key) = packet(1);
    for (turn, mac) in [[2, 0, 0, 0, 1, 1], [2, 0, 0, 0, 1, 2], [2, 0, 0, 0, 1, 3]].into_iter().enumerate() {
        device.poll(NOW, &mut board);
        let sent = board.sent(0);
        let [(UPLINK, question)] = &sent[..] else { panic!("{sent:?}") };
        let (_, arp) = network::read_arp(question).unwrap();
        assert!(matches!(arp, ArpRepr::EthernetIpv4 { target_protocol_addr, .. }
            if target_protocol_addr.octets() == REPLICAS[turn]));
        assert!(freed(&gives(&mut device, &mut board, INSIDE, &frame), None), "its address is not known");
        // The former one's word is not the present one's.
        let others =
            network::arp(ArpOperation::Reply, ([2; 6], REPLICAS[(turn + 2) % 3]), (WAY.mac, WAY.address));
        gives(&mut device, &mut board, UPLINK, &others);
        assert!(freed(&gives(&mut device, &mut board, INSIDE, &frame), None), "it is not learnt from others");
        let reply = network::arp(ArpOperation::Reply, (mac, REPLICAS[turn]), (WAY.mac, WAY.address));
        gives(&mut device, &mut board, UPLINK, &reply);
        let did = gives(&mut device, &mut board, INSIDE, &frame);
        let fixed = Uplink { next_hop: NextHop::Mac(mac), ..uplink };
        assert_eq!(replica_of(&fixed, &did), (turn, Kind::LeaseRequest));
        gives(&mut device, &mut board, UPLINK, &from_replica(&uplink, turn, &moved(&key)));
    }
    assert_eq!(board::counted(&device, "moved_refused"), 3);
    assert_eq!(board::counted(&device, "no_next_hop"), 6);
}

#[test]
fn replica_that_answers_no_arp_is_left_as_a_silent_one() {
    let uplink = Uplink { next_hop: NextHop::Arp(WAY.store), ..REPLICATED };
    let (mut device, mut board) = with(uplink);
    let resend = board::setup(1).switch.resend_after;
    let (frame, _) = packet(1);
    let mut now = NOW;
    let mut targets = vec![];
    for _ in 0..4 {
        let given = board.packet(INSIDE, &frame);
        device.handle_frame(now, given, &mut board);
        device.poll(now, &mut board);
        targets.extend(board.sent(0).iter().map(|(_, bytes)| <[u8; 4]>::try_from(&bytes[38..42]).unwrap()));
        now = now + resend;
    }
    assert_eq!(targets, [REPLICAS[0], REPLICAS[1], REPLICAS[2], REPLICAS[0]]);
    assert_eq!(board::counted(&device, "moved_silent"), 3);
}

#[test]
fn router_that_is_the_next_hop_is_kept_when_the_store_moves() {
    let uplink = Uplink { replicas: OTHERS, ..asking() };
    let (mut device, mut board) = with(uplink);
    let (frame, key) = packet(1);
    let reply = network::arp(ArpOperation::Reply, (NEXT_HOP, GATEWAY), (WAY.mac, WAY.address));
    gives(&mut device, &mut board, UPLINK, &reply);
    for turn in [0, 1, 2, 0] {
        let did = gives(&mut device, &mut board, INSIDE, &frame);
        let fixed = Uplink { next_hop: NextHop::Mac(NEXT_HOP), ..uplink };
        assert_eq!(replica_of(&fixed, &did).0, turn);
        gives(&mut device, &mut board, UPLINK, &from_replica(&uplink, turn, &moved(&key)));
    }
}

#[test]
fn address_that_is_no_replicas_is_not_the_stores() {
    for (uplink, from) in [(WAY, OTHERS[0]), (REPLICATED, [10, 9, 1, 4]), (REPLICATED, [0; 4]), (WAY, [0; 4])]
    {
        let (mut device, mut board) = with(uplink);
        let ends = Ends { from, ..Ends::from_store(&uplink, 0) };
        gives(&mut device, &mut board, UPLINK, &network::datagram(ends, &moved(&packet(1).1)));
        assert_eq!(board::counted(&device, "datagrams_received"), 0, "{from:?}");
    }
}

#[test]
fn messages_given_without_their_frame_are_those_of_the_replica_that_was_asked() {
    let (mut device, mut board) = with(REPLICATED);
    let (frame, key) = packet(1);
    for turn in [0, 1, 2] {
        assert_eq!(replica_of(&REPLICATED, &gives(&mut device, &mut board, INSIDE, &frame)).0, turn);
        let messages = board.packet(UPLINK, &moved(&key));
        device.handle_messages(NOW, messages, &mut board);
        assert!(freed(&board.did(0), None));
    }
}

/// A frame near to one that the device takes, or far from any.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let (_, key) = packet(5);
    let grant = answer(Kind::Grant, &key, Flags::new(), &[]);
    let datagram = network::datagram(Ends::from_store(&WAY, 0), &grant);
    let arp = network::arp(ArpOperation::Request, ([2; 6], GATEWAY), ([0; 6], WAY.address));
    let base = prop_oneof![
        4 => Just(datagram),
        1 => Just(arp),
        1 => Just(packet(5).0),
        1 => proptest::collection::vec(any::<u8>(), 0..128),
    ];
    let edits = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4);
    (base, edits, 0..200usize, any::<bool>()).prop_map(|(mut frame, edits, len, mend)| {
        for (at, byte) in edits {
            if !frame.is_empty() {
                let at = at.index(frame.len());
                frame[at] = byte;
            }
        }
        if len < 100 {
            frame.truncate(len);
        }
        // Half of them with a right header checksum, so that what comes behind it is met.
        if mend && frame.len() >= 34 {
            frame[24..26].fill(0);
            let sum = frames::checksum(&frame[14..34]);
            frame[24..26].copy_from_slice(&sum.to_be_bytes());
        }
        frame
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_frame_is_taken_for_the_stores_only_if_smoltcp_reads_it_as_that(frame in any_frame(), asks in any::<bool>()) {
        let (mut device, mut board) = with(if asks { asking() } else { WAY });
        let did = gives(&mut device, &mut board, UPLINK, &frame);
        prop_assert_eq!(did.len(), 1, "{:?}", did);
        let is_ours = network::read(&frame).is_some_and(|read| {
            (read.addresses, read.ports) == ([WAY.store, WAY.address], [8000, 4000])
        });
        prop_assert_eq!(board::counted(&device, "datagrams_received"), u32::from(is_ours));
        let answers = network::read_arp(&frame).is_some_and(|(_, arp)| {
            matches!(arp, ArpRepr::EthernetIpv4 { operation: ArpOperation::Request, target_protocol_addr, .. }
                if target_protocol_addr.octets() == WAY.address)
        });
        prop_assert_eq!(board::counted(&device, "arp_answered"), u32::from(answers));
    }
}
