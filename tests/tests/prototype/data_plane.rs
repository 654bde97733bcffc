//! P: the data plane.

use std::collections::BTreeSet;

use redplane_apps::Counter;
use redplane_core::count::{Event, Reason};
use redplane_core::memory::shard_of;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Incarnation, Seq};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{HEADROOM, Kind, Message};
use redplane_store::shard::ZeroState;
use redplane_tests::cluster::nat::{FROM_INSIDE, FROM_OUTSIDE, Nat, outside_address, tcp};
use redplane_tests::cluster::{Cluster, Fabric, LEASE_MS, Setup};
use redplane_tests::sim::frames;
use redplane_tests::sim::network::End;

const FLOW: u32 = 1;
const HOST: (u32, u16) = (0x0a00_0002, 5000);
const SERVER: (u32, u16) = (0xc633_6407, 80);

#[track_caller]
fn write<const N: usize, const Q: usize>(c: &mut Cluster<N, Q>, flow: u32, count: u32) {
    let packet = c.send(flow).write().via(0);
    c.settle();
    c.expect_output(packet, count);
}

fn counters() -> Fabric<Counter, ZeroState, 16, 8> {
    Fabric::new(&Setup::default(), ZeroState { idle_ticks: u64::MAX })
}

/// P1: the sequence skipped and repeated numbers at its wrap, and the mirror loop stood still for ever.
#[test]
fn prototype_p1_sequence_has_no_gap_at_its_wrap() {
    let mut setup = Setup::default();
    setup.store.first_seq = Seq::new(u32::MAX - 2);
    let mut c = <Cluster>::with(setup);
    for count in 1..=6 {
        write(&mut c, FLOW, count);
        assert_eq!(c.mirrored(0), 0, "acked");
    }
    let seqs: Vec<u32> =
        c.messages().iter().filter(|sent| sent.kind == Kind::Write).map(|sent| sent.seq).collect();
    assert_eq!(seqs, [u32::MAX - 1, u32::MAX, 0, 1, 2, 3]);
}

/// P2: a lease of 100 seconds that was called 5, where the paper says 1.
#[test]
fn prototype_p2_lease_is_a_second_less_the_guard() {
    let config = Config::new(0, Incarnation::new(1));
    assert_eq!(config.lease_period, Span::from_millis(1000));
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 1);
    c.advance_ms(985);
    assert!(c.is_live(0, FLOW));
    c.advance_ms(10);
    assert!(!c.is_live(0, FLOW));
}

/// P3: a timeout longer than the lease, from two halves of a clock subtracted without borrow.
#[test]
fn prototype_p3_resend_timeout_is_right_at_every_place_of_the_clock() {
    let around = |ticks: u64| ticks * TICK_NANOS - 500_000;
    let clocks = [around(1 << 16), around(7 << 16), around(1 << 31), around(1 << 32), 1_000_000_123];
    for clock_ns in clocks {
        let mut c = <Cluster>::with(Setup { clock_ns, ..Setup::default() });
        write(&mut c, FLOW, 1);
        c.messages();
        c.drop_next(Kind::Write);
        c.send(FLOW).write().via(0);
        c.advance_us(1950);
        c.expect_messages(&[Kind::Write]);
        c.advance_us(200);
        c.expect_messages(&[Kind::Write, Kind::WriteAck]);
    }
}

/// P4: the lease was counted from the arrival of an ack, so any late or doubled ack prolonged it.
#[test]
fn prototype_p4_lease_counts_from_the_request_and_a_late_ack_does_not_prolong_it() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 1);
    c.advance_ms(600);
    c.delay_next(Kind::RenewAck, 300);
    c.duplicate_next(Kind::Renew);
    let packet = c.send(FLOW).read().via(0);
    c.expect_output(packet, 1);
    let asked_us = c.now_us();
    c.advance_ms(400); // the renewal has been answered twice, the second time 300 ms late
    assert_eq!(c.event(0, Event::Renewed), 2);
    while c.is_live(0, FLOW) {
        c.advance_us(100);
    }
    let lived_ms = (c.now_us() - asked_us) / 1000;
    assert!((988..=992).contains(&lived_ms), "{lived_ms} ms");
}

/// P5: leases from before the clock's wrap looked valid for days.
#[test]
fn prototype_p5_lease_from_before_the_wrap_of_the_clock_ends_in_time() {
    let clock_ns = (TICK_NANOS << 32) - 300_000_000;
    let mut c = <Cluster>::with(Setup { clock_ns, ..Setup::default() });
    write(&mut c, FLOW, 1);
    c.advance_ms(980);
    assert!(c.is_live(0, FLOW));
    c.advance_ms(20);
    assert!(!c.is_live(0, FLOW));
    c.idle_minutes(30);
    assert!(!c.is_live(0, FLOW));
}

/// P6: tables of different sizes for one flow's lease and acks.
#[test]
fn prototype_p6_all_that_a_flow_has_is_in_one_slot_of_its_own() {
    let mut c = Cluster::<256, 8>::new();
    let flows = 50; // as many as the shard takes; some sets of four slots are shared by several
    for count in 1..=2 {
        for flow in 0..flows {
            write(&mut c, flow, count);
        }
    }
    for flow in 0..flows {
        let view = c.view(0, flow).unwrap();
        assert_eq!((view.live, view.seq, view.acked, view.state[0]), (true, 2, 2, 2));
    }
}

/// P7: either every read renewed, or none.
#[test]
fn prototype_p7_reads_renew_once_per_half_period() {
    let mut c = <Cluster>::new();
    write(&mut c, FLOW, 1);
    c.messages();
    for _ in 0..2000 {
        c.advance_ms(1);
        let packet = c.send(FLOW).read().via(0);
        c.expect_output(packet, 1);
    }
    let renewals = c.messages().iter().filter(|sent| sent.kind == Kind::Renew).count();
    assert!((3..=4).contains(&renewals), "{renewals} renewals in two periods");
}

/// P8: writes in a pipeline stayed in the mirror loop though they were acked.
#[test]
fn prototype_p8_writes_in_a_pipeline_leave_the_mirror_loop() {
    let mut c = Cluster::<16, 64>::new();
    write(&mut c, FLOW, 1);
    c.messages();
    // 40 writes, of which the first 39 acks are lost.
    for _ in 0..39 {
        c.drop_next(Kind::WriteAck);
    }
    let packets: Vec<_> = (0..40).map(|_| c.send(FLOW).write().via(0)).collect();
    assert_eq!(c.mirrored(0), 40);
    c.settle();
    c.expect_output(packets[39], 41);
    assert_eq!(c.mirrored(0), 0);
    c.messages();
    c.advance_ms(100);
    c.expect_messages(&[]);
}

/// P9: no application replicated a write of the data plane: the values were never filled in.
#[test]
fn prototype_p9_write_of_the_data_plane_brings_its_state_to_the_store() {
    let mut fabric = counters();
    for count in 1..=5 {
        fabric.packet_in(0, 1, &frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, b"x"));
        fabric.advance_ms(1);
        let counts: Vec<u32> =
            fabric.store.flows().records().iter().map(|(_, record)| record.state[0]).collect();
        assert_eq!(counts, [count]);
    }
    assert_eq!(fabric.outputs.len(), 5);
}

/// P10: the message's length left out the packet inside.
#[test]
fn prototype_p10_message_is_as_long_as_head_and_packet() {
    let mut switch = Box::new(Switch::<Counter, 16, 8>::new(
        &Config::new(0, Incarnation::new(1)),
        PortSet::ALL,
        Tick::new(1),
    ));
    for payload_len in [0, 1, 18, 300, 1400] {
        let frame = frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, &vec![7; payload_len]);
        let mut memory = vec![0; HEADROOM];
        memory.extend(&frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let verdict = switch.handle_packet(Tick::new(2), Ingress { port: 1, inside: true }, &mut buffer);
        assert_eq!(verdict, Verdict::ToStore { kind: Kind::LeaseRequest });
        let (message, rest) = Message::parse(buffer.bytes(), |_| Some(Counter::LAYOUT)).unwrap();
        assert_eq!(message.piggyback(), Some(&frame[..]));
        assert!(rest.is_empty());
        assert_eq!(buffer.bytes().len(), Counter::LAYOUT.message_len(Kind::LeaseRequest) + frame.len());
    }
}

/// P11: four shards at most.
#[test]
fn prototype_p11_flows_spread_over_any_number_of_shards() {
    for shards in [1, 2, 3, 4, 5, 7, 16, 63, 64] {
        let used: BTreeSet<u16> = (0..2000u32).map(|flow| shard_of(&[17, flow, 9], shards)).collect();
        assert_eq!(used, (0..shards).collect(), "of {shards} shards");
    }
}

/// P12: a key without the protocol, made of TCP's ports for UDP too.
#[test]
fn prototype_p12_tcp_and_udp_of_the_same_ports_are_different_flows() {
    let mut fabric = counters();
    let udp = frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, b"x");
    for frame in [&udp, &tcp(HOST, SERVER, 16), &udp] {
        fabric.packet_in(0, 1, frame);
        fabric.advance_ms(1);
    }
    let mut counts: Vec<(u32, u32)> =
        fabric.store.flows().records().iter().map(|(key, record)| (key[0], record.state[0])).collect();
    counts.sort_unstable();
    assert_eq!(counts, [(6, 1), (17, 2)]);
}

/// P13: any packet to certain ports was taken for a message of the protocol: forged acks from any host, and users' packets eaten.
#[test]
fn prototype_p13_packet_of_a_user_is_never_a_message() {
    let mut fabric = counters();
    let victim = frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, b"x");
    fabric.packet_in(0, 1, &victim);
    fabric.advance_ms(1);
    fabric.outputs.clear();
    let key = *fabric.store.flows().records().iter().next().unwrap().0;
    fabric.cut(End::Switch(0), End::Shard(0));
    fabric.packet_in(0, 1, &victim); // a write that is not acked
    let now = fabric.tick();
    // The ack that would release it, right in every field, as a packet of a user.
    let mut ack = vec![0x14, Counter::SCHEMA.id, 0, 0, 0, 1, 0, 0];
    for word in [1, 2, now.raw(), key[0], key[1], key[2], key[3]] {
        ack.extend(word.to_be_bytes());
    }
    for port in [4000, 8000, 8063] {
        let forged = frames::udp(0x0a00_0009, 0x0a00_0001, port, port, &ack);
        fabric.sent.clear();
        fabric.packet_in(0, 1, &forged);
        // It asks for a lease of its own flow like any packet.
        assert_eq!(fabric.sent.iter().map(|sent| sent.kind).collect::<Vec<_>>(), [Kind::LeaseRequest]);
        let view = fabric.switch(0).inspect(now, &key).unwrap();
        assert_eq!((view.seq, view.acked), (2, 1));
    }
    // The same bytes from the store are an ack.
    fabric.forge(End::Shard(0), End::Switch(0), &ack);
    assert_eq!(fabric.switch(0).inspect(now, &key).unwrap().acked, 2);
}

/// P14: ICMP, options, fragments, VLAN and IPv6 were rejected or mangled, and UDP checksums left wrong.
#[test]
fn prototype_p14_what_is_not_plain_tcp_or_udp_has_a_defined_fate() {
    let mut nat = Nat::new(1);
    // UDP with a checksum, behind a VLAN tag, with IP options.
    let plain = with_udp_checksum(frames::udp(HOST.0, SERVER.0, HOST.1, SERVER.1, b"sum"));
    let mut fancy = plain[..12].to_vec();
    fancy.extend([0x81, 0x00, 0x00, 0x0a, 0x08, 0x00]);
    fancy.extend(&plain[14..34]);
    fancy.extend([1, 1, 1, 0]);
    fancy.extend(&plain[34..]);
    fancy[18] = 0x46;
    let total = u16::from_be_bytes([fancy[20], fancy[21]]) + 4;
    fancy[20..22].copy_from_slice(&total.to_be_bytes());
    fancy[28..30].fill(0);
    let sum = frames::checksum(&fancy[18..42]);
    fancy[28..30].copy_from_slice(&sum.to_be_bytes());
    let out = nat.through(0, FROM_INSIDE, &fancy).unwrap();
    assert_eq!(out[12..18], fancy[12..18], "the tag");
    assert_eq!(frames::word(&out, 30), Some(outside_address()));
    assert_eq!(frames::checksum(&out[18..42]), 0, "the IP header's checksum");
    assert_eq!(out.len(), fancy.len());
    assert_eq!(udp_sum(&out[30..38], &out[42..]), 0, "the UDP checksum");

    // ICMP echo.
    let mut echo = vec![8, 0, 0, 0, 0x12, 0x34, 0, 1];
    let sum = frames::checksum(&echo);
    echo[2..4].copy_from_slice(&sum.to_be_bytes());
    let out = nat.through(0, FROM_INSIDE, &ip_frame(1, 0x4000, &echo)).unwrap();
    assert_eq!(frames::word(&out, 26), Some(outside_address()));
    assert_eq!(frames::checksum(&out[34..]), 0);

    // What cannot be translated is dropped with its reason; what is not IPv4 passes.
    let reason = |nat: &mut Nat, reason| nat.fabric.switch(0).counters().reason(reason);
    assert_eq!(nat.through(0, FROM_INSIDE, &ip_frame(17, 0x2000, &[0; 16])), None);
    assert_eq!(reason(&mut nat, Reason::Fragment), 1);
    assert_eq!(nat.through(0, FROM_INSIDE, &ip_frame(132, 0x4000, &[0; 16])), None);
    assert_eq!(reason(&mut nat, Reason::NotHandled), 1);
    let mut ipv6 = plain[..12].to_vec();
    ipv6.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
    for port in [FROM_INSIDE, FROM_OUTSIDE] {
        assert_eq!(nat.through(0, port, &ipv6).as_deref(), Some(&ipv6[..]));
    }
}

fn ip_frame(protocol: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = frames::udp(HOST.0, SERVER.0, 0, 0, b"")[..34].to_vec();
    frame[16..18].copy_from_slice(&(20 + payload.len() as u16).to_be_bytes());
    frame[20..22].copy_from_slice(&fragment.to_be_bytes());
    frame[23] = protocol;
    frame[24..26].fill(0);
    let sum = frames::checksum(&frame[14..34]);
    frame[24..26].copy_from_slice(&sum.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The checksum over pseudo header and datagram: 0 if the one inside is right.
fn udp_sum(addresses: &[u8], datagram: &[u8]) -> u16 {
    let mut bytes = addresses.to_vec();
    bytes.extend([0, 17]);
    bytes.extend((datagram.len() as u16).to_be_bytes());
    bytes.extend(datagram);
    frames::checksum(&bytes)
}

fn with_udp_checksum(mut frame: Vec<u8>) -> Vec<u8> {
    let sum = udp_sum(&frame[26..34], &frame[34..]);
    frame[40..42].copy_from_slice(&sum.to_be_bytes());
    frame
}

/// P15: tables that an unpublished program had to fill, and nothing aged.
#[test]
fn prototype_p15_flows_come_and_go_without_a_control_plane() {
    let mut c = Cluster::<4, 8>::new();
    for round in 0..5 {
        for flow in 0..4 {
            write(&mut c, 4 * round + flow, 1);
        }
        c.advance_ms(LEASE_MS);
    }
    assert_eq!(c.event(0, Event::GrantInstalled), 20);
    assert_eq!(c.event(0, Event::SlotReused), 16);
}
