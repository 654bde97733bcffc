//! What the parsers make of frames and messages, without any stages behind them.

use redplane_core::count::Reason;
use redplane_core::field::Header;
use redplane_core::packet::Buffer;
use redplane_core::parse::Headers;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::Config;
use redplane_core::time::Tick;
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Layout, Refusal};
use redplane_tofino::generate::{Options, of_program};
use redplane_tofino::lower::stages::{Half, Stages};
use redplane_tofino::lower::{self, ProgramShape};
use redplane_tofino::p4::ast::{Gress, Stmt};

use crate::frames::{self, Ip, UDP};
use crate::model::{Done, Match, Pass};
use crate::switch::{STORE, STORE_PORT, SWITCH, Switch};

const LAYOUT: Layout = Layout { schema: 2, key_words: 4, state_words: 1, slot_words: 0 };

/// A switch on which every packet leaves.
fn passing() -> Switch {
    let shape = ProgramShape { layout: LAYOUT, slots: 16, mends: vec![] };
    let ingress = Half { apply: vec![Stmt::assign("ig_md.fate", "FATE_LEAVES")], ..Half::default() };
    let stages = Stages { constants: vec![], annotations: vec![], ingress, egress: Half::default() };
    let files = of_program::<redplane_apps::Counter>("test", Options { flows: 16 }).unwrap();
    let mut manifest: serde_json::Value =
        serde_json::from_str(&files.iter().find(|file| file.path == "manifest.json").unwrap().text).unwrap();
    // There are no stages that anything could be set in.
    manifest["params"]
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name == "switch_id" || name == "incarnation");
    for places in manifest["params"].as_object_mut().unwrap().values_mut() {
        places.as_array_mut().unwrap().retain(|place| place["table"] == "pipe.Egress.envelope.sender");
    }
    let config = Config::new(1, Incarnation::new(1));
    Switch::new(lower::program(&shape, stages), &manifest.to_string(), &config, 4, 0, 7)
}

fn ingress(switch: &mut Switch, port: u16, frame: &[u8]) -> Done {
    let intrinsic = [("ig_intr_md.ingress_port", u128::from(port)), ("ig_prsr_md.global_tstamp", 0)];
    Pass::new(&switch.loaded, &mut switch.memory, Gress::Ingress, frame, &intrinsic).run().unwrap()
}

#[test]
fn frame_has_the_headers_that_core_finds_and_leaves_as_it_came() {
    let mut switch = passing();
    let mut rng = fastrand::Rng::with_seed(1);
    let headers = [
        (Header::Ipv4, "ipv4"),
        (Header::Tcp, "tcp"),
        (Header::Udp, "udp"),
        (Header::Icmp, "icmp"),
        (Header::InnerIpv4, "inner_ipv4"),
        (Header::InnerL4, "inner_l4"),
    ];
    let (inside, server) = ((0x0a00_0001, 1000), (0xc633_6401, 53));
    for _ in 0..3000 {
        let plain = frames::tagged(
            0,
            0x0800,
            &Ip { from: inside.0, to: server.0, protocol: UDP, ttl: 64, fragment: 0, options: 0 }
                .packet(&frames::udp(inside, server, true, &[7; 40])),
        );
        let frame = match rng.u32(0..3) {
            0 => frames::answer_to(&mut rng, &plain, server),
            1 => frames::tagged(rng.usize(0..3), rng.u16(0x0801..), &[0x45; 50]),
            _ => frames::any(&mut rng, inside, server),
        };
        let found = Headers::parse(&frame).unwrap();
        let done = ingress(&mut switch, 1, &frame);
        for (header, name) in headers {
            assert_eq!(done.has(name), found.has(header), "{header:?} of {frame:02x?}");
        }
        assert_eq!(done.bytes, frame);
        switch.receive(1, &frame);
        assert_eq!(std::mem::take(&mut switch.out), [(0, frame)]);
    }
}

fn message(kind: Kind, flags: Flags, packet: &[u8]) -> Vec<u8> {
    let mut memory = vec![0; HEADROOM + packet.len()];
    memory[HEADROOM..].copy_from_slice(packet);
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
    let envelope = Envelope {
        layout: LAYOUT,
        kind,
        flags,
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: Epoch::new(1),
        seq: Seq::new(2),
        timestamp: Tick::new(3),
        key: &[4, 5, 6, 7],
        state: &[8],
    };
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}

/// Prototype defect P13: a port number alone made a packet a message.
#[test]
fn what_is_not_from_the_store_to_us_is_a_frame_whatever_its_ports_say() {
    let mut switch = passing();
    let answer = message(Kind::RenewAck, Flags::new(), &[]);
    let ip = Ip { from: STORE.0, to: SWITCH.0, protocol: UDP, ttl: 64, fragment: 0x4000, options: 0 };
    let datagram = |from, to| frames::udp(from, to, false, &answer);
    let right = ip.packet(&datagram(STORE, SWITCH));
    let with = |ip: Ip, payload: &[u8]| frames::tagged(0, 0x0800, &ip.packet(payload));
    let others = [
        with(Ip { to: SWITCH.0 + 1, ..ip.clone() }, &datagram(STORE, SWITCH)),
        with(Ip { from: STORE.0 + 1, ..ip.clone() }, &datagram(STORE, SWITCH)),
        with(Ip { fragment: 0x2000, ..ip.clone() }, &datagram(STORE, SWITCH)),
        with(Ip { options: 4, ..ip.clone() }, &datagram(STORE, SWITCH)),
        with(Ip { protocol: frames::TCP, ..ip.clone() }, &datagram(STORE, SWITCH)),
        with(ip.clone(), &datagram((STORE.0, STORE.1 + 1), SWITCH)),
        with(ip.clone(), &datagram(STORE, (SWITCH.0, SWITCH.1 + 1))),
        frames::tagged(1, 0x0800, &right),
    ];
    for frame in others {
        let done = ingress(&mut switch, 1, &frame);
        assert_eq!((done.field("hdr.bridge.pass"), &done.bytes), (0, &frame), "{frame:02x?}");
    }
    let done = ingress(&mut switch, 1, &frames::tagged(0, 0x0800, &right));
    assert_eq!(done.field("hdr.bridge.pass"), switch.loaded.constant("PASS_MESSAGE"));
}

#[test]
fn message_is_taken_apart_by_what_its_kind_and_flags_say() {
    let mut switch = passing();
    let ip = Ip { from: 1, to: 2, protocol: UDP, ttl: 9, fragment: 0, options: 0 };
    let packet = frames::tagged(
        1,
        0x0800,
        &ip.packet(&frames::udp((1, 3), (2, 4), true, b"carried, and long enough")),
    );
    let port = Flags::new().with_piggyback(true).with_port(3);
    let refuse = |why: Refusal| Flags::new().with_port(why.to_wire());
    let cases = [
        (Kind::Grant, Flags::new(), true, false),
        (Kind::Grant, port.with_migrated(true), true, false),
        (Kind::WriteAck, Flags::new(), false, false),
        (Kind::Recall, Flags::new(), false, false),
        (Kind::Refuse, refuse(Refusal::StaleEpoch), false, true),
        (Kind::Refuse, refuse(Refusal::PoolEmpty), false, false),
    ];
    for (kind, flags, has_state, ends_lease) in cases {
        let carried = if flags.piggyback() { &packet[..] } else { &[] };
        let frame = frames::datagram(STORE, SWITCH, &message(kind, flags, carried));
        let done = ingress(&mut switch, STORE_PORT, &frame);
        let field = |path: &str| done.field(path) as u32;
        assert_eq!(field("ig_md.skips"), 0, "{kind:?}");
        assert_eq!(field("ig_md.message_kind"), u32::from(kind.to_wire()));
        assert_eq!(
            (field("hdr.redplane.epoch"), field("hdr.redplane.seq"), field("hdr.redplane.timestamp")),
            (1, 2, 3)
        );
        assert_eq!([0, 1, 2, 3].map(|word| field(&format!("hdr.key.word_{word}"))), [4, 5, 6, 7]);
        assert_eq!(field("hdr.state.word_0") == 8, has_state, "{kind:?}");
        assert_eq!(field("ig_md.ends_lease") == 1, ends_lease, "{kind:?}");
        assert_eq!(field("hdr.redplane.piggyback") == 1, flags.piggyback());
    }
    // A packet that is released leaves by the port that the message names, as it was.
    for kind in [Kind::WriteAck, Kind::Release] {
        switch.receive(STORE_PORT, &frames::datagram(STORE, SWITCH, &message(kind, port, &packet)));
        assert_eq!(std::mem::take(&mut switch.out), [(2, packet.clone())], "{kind:?}");
    }
}

#[test]
fn message_that_is_refused_is_dropped_and_counted_by_its_reason() {
    let mut switch = passing();
    let plain = message(Kind::RenewAck, Flags::new(), &[]);
    let with = |at: usize, byte: u8| {
        let mut bytes = plain.clone();
        bytes[at] = byte;
        bytes
    };
    let cases = [
        (with(0, 0x28), Reason::MessageVersion),
        (with(0, 0x10), Reason::MessageKind),
        (with(1, 3), Reason::MessageSchema),
        (with(6, 0x80), Reason::MessageFlags),
        (with(6, 0x40), Reason::MessageFlags),
        (message(Kind::RenewAck, Flags::new().with_piggyback(true), &[0; 60]), Reason::MessageFlags),
        (message(Kind::RenewAck, Flags::new().with_migrated(true), &[]), Reason::MessageFlags),
        (message(Kind::RenewAck, Flags::new().with_port(1), &[]), Reason::MessageFlags),
        (message(Kind::RenewAck, Flags::new().with_more(true), &plain), Reason::MessageFlags),
        (message(Kind::Refuse, Flags::new(), &[]), Reason::MessageFlags),
        (message(Kind::RenewAck, Flags::new().with_tag(true), &[]), Reason::MessageTag),
        (message(Kind::LeaseRequest, Flags::new(), &[]), Reason::WrongDirection),
        (message(Kind::Hold, Flags::new(), &[]), Reason::WrongDirection),
        (with(0, 0x1d), Reason::WrongDirection),
        (with(0, 0x1f), Reason::WrongDirection),
    ];
    for (bytes, reason) in cases {
        let count = |switch: &Switch| {
            switch.memory.counters.get(&("departure.refused".into(), reason as u128)).copied().unwrap_or(0)
        };
        let before = count(&switch);
        switch.receive(STORE_PORT, &frames::datagram(STORE, SWITCH, &bytes));
        assert_eq!(count(&switch), before + 1, "{reason:?} {bytes:02x?}");
        assert_eq!((switch.out.len(), switch.copies.len()), (0, 0));
    }
}

#[test]
fn packet_without_a_wire_leaves_by_its_longest_route_or_not_at_all() {
    let mut switch = passing();
    for (network, length, port, mac) in [(0xc633_6400, 24, 9, 0x11), (0xc633_6401, 32, 10, 0x22)] {
        switch.add("routes", vec![Match::Prefix(network, length, 32)], &[port, mac, 0x33]);
    }
    let to = |to: u32| {
        let ip = Ip { from: 0x0a00_0001, to, protocol: UDP, ttl: 64, fragment: 0, options: 0 };
        frames::tagged(1, 0x0800, &ip.packet(&frames::udp((0x0a00_0001, 1), (to, 2), true, &[0; 40])))
    };
    for (address, port, mac) in [(0xc633_6401, 10, 0x22), (0xc633_6402, 9, 0x11)] {
        switch.receive(5, &to(address));
        let mut expected = to(address);
        expected[..12].copy_from_slice(&[0, 0, 0, 0, 0, mac, 0, 0, 0, 0, 0, 0x33]);
        assert_eq!(std::mem::take(&mut switch.out), [(port, expected)]);
    }
    switch.receive(5, &to(0xc633_6501));
    switch.receive(5, &frames::tagged(0, 0x0806, &[0; 46]));
    assert_eq!(switch.out, []);
}

#[test]
fn what_nobody_makes_is_refused_on_the_loop() {
    let mut switch = passing();
    let refused = |switch: &Switch| {
        switch
            .memory
            .counters
            .get(&("departure.refused".into(), Reason::Malformed as u128))
            .copied()
            .unwrap_or(0)
    };
    let mut frame = vec![0x99; 60];
    let done = ingress(&mut switch, crate::switch::LOOP, &frame);
    assert_eq!(done.field("ig_dprsr_md.drop_ctl"), 1);
    // A frame of the CPU with an order that there is none of.
    frame[..14].copy_from_slice(&[0x86; 14]);
    let done = ingress(&mut switch, crate::switch::LOOP, &frame);
    assert_eq!(done.field("ig_dprsr_md.drop_ctl"), 1);
    assert_eq!(refused(&switch), 2);
}
