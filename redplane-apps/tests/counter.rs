//! The counter against a real switch: every packet is a write, and leaves as it came.

#[path = "support/mod.rs"]
mod support;

use redplane_apps::Counter;
use redplane_core::count::Event;
use redplane_core::wire::Kind;
use support::bench::{Bench, INSIDE, OUTSIDE, Outcome};
use support::frame::{Ip, TCP, UDP, echo, ethernet, tcp, udp};
use support::random::Random;

const A: (u32, u16) = (0x0a00_0001, 40000);
const B: (u32, u16) = (0x0a00_0002, 80);

fn key(protocol: u8, from: (u32, u16), to: (u32, u16)) -> [u32; 4] {
    [protocol as u32, from.0, to.0, (from.1 as u32) << 16 | to.1 as u32]
}

fn bench(flows: &[[u32; 4]]) -> Bench<Counter> {
    let mut bench = Bench::new([0; 4]);
    bench.records = flows.iter().map(|flow| (*flow, [0])).collect();
    bench
}

#[test]
fn packets_of_a_flow_each_write_the_next_count_and_leave_unchanged() {
    let flow = key(TCP, A, B);
    let mut bench = bench(&[flow]);
    for count in 1..=5 {
        let frame = tcp(A, B, 0x10, &[count as u8; 9]).frame(&[]);
        assert_eq!(bench.send(INSIDE, &frame), Outcome::Left(frame.clone()));
        let last = bench.sent.last().unwrap();
        assert_eq!((last.kind, last.key, last.state), (Kind::Write, flow, [count]));
    }
    let kinds: Vec<Kind> = bench.sent.iter().map(|sent| sent.kind).collect();
    assert_eq!(kinds, [Kind::LeaseRequest, Kind::Write, Kind::Write, Kind::Write, Kind::Write, Kind::Write]);
    assert_eq!(bench.event(Event::WriteReleased), 5);
}

#[test]
fn flows_differ_in_every_part_of_the_tuple() {
    let flows = [
        key(TCP, A, B),
        key(UDP, A, B),
        key(UDP, B, A),
        key(UDP, (A.0 + 1, A.1), B),
        key(UDP, A, (B.0 + 1, B.1)),
        key(UDP, (A.0, A.1 + 1), B),
        key(UDP, A, (B.0, B.1 + 1)),
    ];
    let frames = [
        tcp(A, B, 0, b""),
        udp(A, B, b""),
        udp(B, A, b""),
        udp((A.0 + 1, A.1), B, b""),
        udp(A, (B.0 + 1, B.1), b""),
        udp((A.0, A.1 + 1), B, b""),
        udp(A, (B.0, B.1 + 1), b""),
    ];
    let mut bench = bench(&flows);
    for (flow, frame) in flows.iter().zip(&frames) {
        let frame = frame.frame(&[]);
        assert_eq!(bench.send(OUTSIDE, &frame), Outcome::Left(frame.clone()));
        assert_eq!(bench.sent.last().unwrap().key, *flow);
    }
    assert!(bench.records.values().all(|count| *count == [1]));
}

#[test]
fn first_fragment_is_counted_later_ones_pass() {
    let mut bench = bench(&[key(UDP, A, B)]);
    let first = udp(A, B, &[1; 24]).fragment(0x2000).frame(&[]);
    let later = udp(A, B, &[1; 24]).fragment(0x2004).frame(&[]);
    assert_eq!(bench.send(INSIDE, &first), Outcome::Left(first.clone()));
    bench.sent.clear();
    assert_eq!(bench.send(INSIDE, &later), Outcome::Left(later.clone()));
    assert_eq!(bench.sent, []);
    assert_eq!(bench.event(Event::Passed), 1);
}

#[test]
fn packet_without_ports_passes_and_is_counted() {
    let mut bench = bench(&[]);
    let frames = [
        echo(8, A.0, B.0, 1, b"ping").frame(&[]),
        Ip::new(47, A.0, B.0, vec![0; 8]).frame(&[]),
        ethernet(0x0806, &[], &[0; 28]),
    ];
    for frame in &frames {
        assert_eq!(bench.send(INSIDE, frame), Outcome::Left(frame.clone()));
    }
    assert_eq!(bench.sent, []);
    assert_eq!(bench.event(Event::Passed), 3);
}

#[test]
fn random_bytes_never_panic() {
    let seed = 0xc0;
    let mut random = Random::new(seed);
    let mut bench = bench(&[key(TCP, A, B)]);
    for round in 0..20_000 {
        let mut frame = tcp(A, B, 0x10, b"data").frame(&[]);
        // Addresses and ports stay, or the hand-made store would have no record.
        for _ in 0..random.below(3) {
            let at = random.pick(&[0, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 46, 50]);
            frame[at] = random.word() as u8;
        }
        if frame[23] == UDP || frame[14] != 0x45 {
            frame[23] = 47;
        }
        let len = random.below(frame.len() + 1);
        if round % 2 == 0 {
            frame.truncate(len);
        }
        let _ = bench.send(INSIDE, &frame);
    }
}
