//! Instructions per packet, counted by callgrind: what RedPlane adds to the same program on the same machine without it.
//!
//! Each benchmark is one call with everything set up before it. `cargo xtask bench` runs it and prints the differences that
//! `docs/performance.md` reports.

#![allow(
    missing_docs,
    unused_qualifications,
    reason = "the benchmark macros generate public items with full paths"
)]

use std::hint::black_box;

use gungraun::{library_benchmark, library_benchmark_group, main};
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::packet::Buffer;
use redplane_core::plain::{PlainSwitch, Verdict as PlainVerdict};
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message};

const SLOTS: usize = 1024;
/// A flow of the detector has its whole sketch in its slot.
const SKETCHES: usize = 16;
const COPIES: usize = 64;
const NOW: Tick = Tick::new(1_000_000);
const INGRESS: Ingress = Ingress { port: 1, inside: true };

type RedPlane<P, const N: usize = SLOTS> = Box<Switch<P, N, COPIES>>;
type Plain<P, const N: usize = SLOTS> = Box<PlainSwitch<P, N>>;
type Packet = (Vec<u8>, usize);

fn config() -> Config {
    Config { program: Nat44::params([203, 0, 113, 0], 24), ..Config::new(1, Incarnation::new(1)) }
}

/// A threshold that is not reached, and one slot of a snapshot to a message.
fn sketch_config() -> Config {
    let mut config =
        Config { program: HeavyHitter::params(1_000_000), ..Config::new(1, Incarnation::new(1)) };
    config.snapshots.slots_per_message = 1;
    config
}

/// A 64-byte frame: the size at which instructions per packet matter most.
fn packet() -> Packet {
    let mut memory = vec![0; HEADROOM];
    memory.extend([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]); // Ethernet
    memory.extend([0x45, 0, 0, 50, 0, 0, 0x40, 0, 64, 17, 0x6d, 0x2c, 10, 0, 0, 1, 198, 51, 100, 1]); // IPv4
    memory.extend([0x13, 0x88, 0, 53, 0, 30, 0x12, 0x34]); // UDP, with a checksum
    memory.extend([0; 22]);
    (memory, HEADROOM)
}

fn redplane<P: Program, const N: usize>(config: &Config, state: P::State) -> (RedPlane<P, N>, Packet) {
    let mut switch: RedPlane<P, N> = Box::new(Switch::new(config, PortSet::ALL, NOW));
    let (mut memory, start) = packet();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    assert!(matches!(
        switch.handle_packet(NOW, INGRESS, &mut buffer),
        Verdict::ToStore { kind: Kind::LeaseRequest }
    ));
    let asked = Message::parse(buffer.bytes(), |_| Some(P::LAYOUT)).expect("a request").0;
    let key: Vec<u32> = asked.key().iter().map(|word| word.get()).collect();
    let grant = Envelope {
        layout: P::LAYOUT,
        kind: Kind::Grant,
        flags: Flags::new(),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: Epoch::new(1),
        seq: Seq::new(0),
        timestamp: NOW,
        key: &key,
        state: state.as_ref(),
    };
    deliver(&mut switch, &grant);
    (switch, packet())
}

fn deliver<P: Program, const N: usize>(switch: &mut RedPlane<P, N>, message: &Envelope<'_>) {
    let mut memory = [0; 2 * HEADROOM];
    let mut buffer = Buffer::empty(&mut memory);
    message.encode(&mut buffer).expect("head room");
    let _ = switch.handle_message(NOW, &mut buffer);
}

fn plain<P: Program, const N: usize>(config: &Config, state: P::State) -> (Plain<P, N>, Packet) {
    let mut switch: Plain<P, N> = Box::new(PlainSwitch::new(config));
    let (mut memory, start) = packet();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    let PlainVerdict::Miss(key) = switch.handle_packet(NOW, INGRESS, &mut buffer) else { panic!("no miss") };
    assert!(switch.install(&key, &state));
    (switch, packet())
}

const MAPPING: [u32; 3] = [0xcb00_7101, 40000, 0];

fn nat_redplane() -> (RedPlane<Nat44>, Packet) {
    redplane(&config(), MAPPING)
}

fn nat_plain() -> (Plain<Nat44>, Packet) {
    plain(&config(), MAPPING)
}

fn counter_redplane() -> (RedPlane<Counter>, Packet) {
    redplane(&config(), [0])
}

fn counter_plain() -> (Plain<Counter>, Packet) {
    plain(&config(), [0])
}

fn heavy_hitter_plain() -> (Plain<HeavyHitter, SKETCHES>, Packet) {
    plain(&sketch_config(), [0, 0])
}

/// A snapshot runs, of which one slot was read: not one of the packet's.
fn heavy_hitter_first_touch() -> (RedPlane<HeavyHitter, SKETCHES>, Packet) {
    let (mut switch, packet) = redplane(&sketch_config(), [0, 0]);
    let mut memory = [0; 1500];
    assert_eq!(switch.poll(NOW, &mut Buffer::empty(&mut memory)), Some(Kind::SnapshotSlots));
    (switch, packet)
}

/// The same after a packet of the same flow.
fn heavy_hitter_later_touch() -> (RedPlane<HeavyHitter, SKETCHES>, Packet) {
    let (mut switch, (mut memory, start)) = heavy_hitter_first_touch();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    assert_eq!(switch.handle_packet(NOW, INGRESS, &mut buffer), Verdict::Forward { port: INGRESS.port });
    (switch, packet())
}

/// An ack of the first write, with a 64-byte packet inside.
fn counter_ack() -> (RedPlane<Counter>, Packet) {
    let (mut switch, (mut memory, start)) = counter_redplane();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    assert!(matches!(
        switch.handle_packet(NOW, INGRESS, &mut buffer),
        Verdict::ToStore { kind: Kind::Write }
    ));
    let (start, written) = (buffer.start(), buffer.bytes().to_vec());
    let write = Message::parse(&written, |_| Some(Counter::LAYOUT)).expect("a write").0;
    let key: Vec<u32> = write.key().iter().map(|word| word.get()).collect();
    let piggyback = write.piggyback().expect("a packet");
    let mut memory = vec![0; HEADROOM];
    memory.extend(piggyback);
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).expect("a buffer");
    let ack = Envelope {
        layout: Counter::LAYOUT,
        kind: Kind::WriteAck,
        flags: write.flags(),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch: write.epoch(),
        seq: write.seq(),
        timestamp: write.timestamp(),
        key: &key,
        state: &[],
    };
    ack.encode(&mut buffer).expect("head room");
    let _ = start;
    let start = buffer.start();
    (switch, (memory, start))
}

/// A copy that has come around and is neither acked nor due.
fn counter_copy() -> (RedPlane<Counter>, Packet) {
    let (mut switch, (mut memory, start)) = counter_redplane();
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    assert!(matches!(
        switch.handle_packet(NOW, INGRESS, &mut buffer),
        Verdict::ToStore { kind: Kind::Write }
    ));
    (switch, (vec![0; HEADROOM], HEADROOM))
}

#[inline(always)]
fn redplane_packet<P: Program, const N: usize>(
    (mut switch, (mut memory, start)): (RedPlane<P, N>, Packet),
) -> (Verdict, RedPlane<P, N>, Vec<u8>) {
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    let verdict = black_box(switch.handle_packet(black_box(NOW), black_box(INGRESS), &mut buffer));
    (verdict, switch, memory)
}

#[inline(always)]
fn plain_packet<P: Program, const N: usize>(
    (mut switch, (mut memory, start)): (Plain<P, N>, Packet),
) -> (PlainVerdict<P::Key>, Plain<P, N>, Vec<u8>) {
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    let verdict = black_box(switch.handle_packet(black_box(NOW), black_box(INGRESS), &mut buffer));
    (verdict, switch, memory)
}

#[library_benchmark]
#[bench::read_hit(nat_plain())]
fn nat_without_redplane(input: (Plain<Nat44>, Packet)) -> (PlainVerdict<[u32; 3]>, Plain<Nat44>, Vec<u8>) {
    plain_packet(input)
}

#[library_benchmark]
#[bench::read_hit(nat_redplane())]
fn nat_with_redplane(input: (RedPlane<Nat44>, Packet)) -> (Verdict, RedPlane<Nat44>, Vec<u8>) {
    redplane_packet(input)
}

#[library_benchmark]
#[bench::write(counter_plain())]
fn counter_without_redplane(
    input: (Plain<Counter>, Packet),
) -> (PlainVerdict<[u32; 4]>, Plain<Counter>, Vec<u8>) {
    plain_packet(input)
}

#[library_benchmark]
#[bench::write(counter_redplane())]
fn counter_with_redplane(input: (RedPlane<Counter>, Packet)) -> (Verdict, RedPlane<Counter>, Vec<u8>) {
    redplane_packet(input)
}

#[library_benchmark]
#[bench::update(heavy_hitter_plain())]
fn heavy_hitter_without_redplane(
    input: (Plain<HeavyHitter, SKETCHES>, Packet),
) -> (PlainVerdict<[u32; 1]>, Plain<HeavyHitter, SKETCHES>, Vec<u8>) {
    plain_packet(input)
}

#[library_benchmark]
#[bench::later_touch(heavy_hitter_later_touch())]
fn heavy_hitter_with_redplane(
    input: (RedPlane<HeavyHitter, SKETCHES>, Packet),
) -> (Verdict, RedPlane<HeavyHitter, SKETCHES>, Vec<u8>) {
    redplane_packet(input)
}

#[library_benchmark]
#[bench::first_touch(heavy_hitter_first_touch())]
fn heavy_hitter_after_snapshot(
    input: (RedPlane<HeavyHitter, SKETCHES>, Packet),
) -> (Verdict, RedPlane<HeavyHitter, SKETCHES>, Vec<u8>) {
    redplane_packet(input)
}

#[library_benchmark]
#[bench::ack(counter_ack())]
fn counter_message(
    (mut switch, (mut memory, start)): (RedPlane<Counter>, Packet),
) -> (Verdict, RedPlane<Counter>, Vec<u8>) {
    let end = memory.len();
    let mut buffer = Buffer::new(&mut memory, start, end).expect("a buffer");
    let verdict = black_box(switch.handle_message(black_box(NOW), &mut buffer));
    (verdict, switch, memory)
}

#[library_benchmark]
#[bench::not_due(counter_copy())]
fn counter_mirror_pass(
    (mut switch, (mut memory, _)): (RedPlane<Counter>, Packet),
) -> (Option<Kind>, RedPlane<Counter>) {
    let mut buffer = Buffer::empty(&mut memory);
    let sent = black_box(switch.poll(black_box(NOW + Span::from_ticks(1)), &mut buffer));
    (sent, switch)
}

library_benchmark_group!(
    name = instructions,
    benchmarks = [
        nat_without_redplane,
        nat_with_redplane,
        counter_without_redplane,
        counter_with_redplane,
        counter_message,
        counter_mirror_pass,
        heavy_hitter_without_redplane,
        heavy_hitter_with_redplane,
        heavy_hitter_after_snapshot
    ]
);
main!(library_benchmark_groups = instructions);
