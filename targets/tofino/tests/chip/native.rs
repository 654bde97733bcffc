//! The generated program does what the native switch does: same frames, same messages, same counters, same registers.
//!
//! Both are given the same at the same tick, one thing after the other, and are compared after each.

use std::collections::BTreeSet;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, Words};
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Ingress, Switch as Native, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{HEADROOM, Kind, Message, ParseError};
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::TOFINO1;
use redplane_tofino::generate::{Options, of_program};
use redplane_tofino::lower::{self, ProgramShape};
use redplane_tofino::p4::ast;

use crate::frames;
use crate::store::{OUTSIDE, Store};
use crate::switch::{STORE, STORE_PORT, SWITCH, Switch};

/// More than the flows that there are, so that no slot changes flows: how it does is the control plane's, and is tested there.
const SLOTS: usize = 1024;
const PORTS: u16 = 4;
const INSIDE_PORT: u16 = 0;
const OUTSIDE_PORT: u16 = 1;
const LEASE: Span = Span::from_millis(20);
/// Ethernet, IPv4 and UDP around a message.
const ENVELOPE: usize = 42;

/// What a machine has sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    Frame(u16, Vec<u8>),
    Message(Vec<u8>),
    Punted(Vec<u8>),
}

/// A program as it is printed, and what the control plane is told of it.
struct Generated {
    program: ast::Program,
    manifest: String,
}

impl Generated {
    fn of<P: Program>() -> Self {
        let pipeline = place::program::<P>(&TOFINO1, SLOTS as u32).unwrap();
        let shape = ProgramShape::of(&pipeline).unwrap();
        let stages = lower::stages::stages(&pipeline, &shape).unwrap();
        let files = of_program::<P>("test", Options { flows: SLOTS as u32 }).unwrap();
        let manifest = files.into_iter().find(|file| file.path == "manifest.json").unwrap().text;
        Self { program: lower::program(&shape, stages), manifest }
    }
}

struct Pair<P: Program> {
    native: Box<Native<P, SLOTS, 1024>>,
    chip: Switch,
    store: Store,
    rng: fastrand::Rng,
    now: Tick,
    under_way: Vec<Vec<u8>>,
    seen: BTreeSet<&'static str>,
}

/// What a message is refused for before it is acted upon: the parser tells the reasons apart less finely.
const REFUSED: [Reason; 8] = [
    Reason::MessageTooShort,
    Reason::MessageVersion,
    Reason::MessageKind,
    Reason::MessageSchema,
    Reason::MessageFlags,
    Reason::MessageTrailing,
    Reason::MessageTag,
    Reason::WrongDirection,
];

impl<P: Program> Pair<P> {
    fn new(seed: u64, generated: &Generated, program: [u32; 4]) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let config =
            Config { program, resend_after: Span::from_millis(1), ..Config::new(1, Incarnation::new(1)) };
        let config = config.with_lease_period(LEASE);
        let is_nat = P::SCHEMA.id == Nat44::SCHEMA.id;
        // Half of the runs come to the clock's wrap.
        let now = Tick::new(if rng.bool() { u32::MAX - rng.u32(0..200_000) } else { rng.u32(..) });
        let noise = rng.u64(1..);
        let Generated { program, manifest } = generated;
        let mut chip = Switch::new(program.clone(), manifest, &config, PORTS, INSIDE_PORT, noise);
        chip.now = now.raw();
        Self {
            native: Box::new(Native::new(&config, PortSet::EMPTY.with(INSIDE_PORT), now)),
            chip,
            store: Store::new(P::LAYOUT, is_nat, rng.bool()),
            rng,
            now,
            under_way: vec![],
            seen: BTreeSet::new(),
        }
    }

    fn did(&self, verdict: Verdict, buffer: &Buffer<'_>) -> Vec<Sent> {
        let bytes = buffer.bytes().to_vec();
        match verdict {
            Verdict::Forward { port } if port < PORTS => vec![Sent::Frame(port ^ 1, bytes)],
            Verdict::ToStore { .. } => vec![Sent::Message(bytes)],
            Verdict::Punt { .. } => vec![Sent::Punted(bytes)],
            _ => vec![],
        }
    }

    fn with_buffer(
        &mut self,
        bytes: &[u8],
        handle: impl FnOnce(&mut Native<P, SLOTS, 1024>, Tick, &mut Buffer<'_>) -> Verdict,
    ) -> Vec<Sent> {
        let mut memory = vec![0; HEADROOM + bytes.len()];
        memory[HEADROOM..].copy_from_slice(bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let verdict = handle(&mut self.native, self.now, &mut buffer);
        self.did(verdict, &buffer)
    }

    /// What the chip has sent since it was last asked.
    fn sent(&mut self) -> Vec<Sent> {
        let out = std::mem::take(&mut self.chip.out);
        out.into_iter()
            .map(|(port, frame)| match port {
                STORE_PORT => {
                    check_envelope(&frame);
                    Sent::Message(frame[ENVELOPE..].to_vec())
                }
                crate::switch::CPU => Sent::Punted(frame[22..].to_vec()),
                _ => Sent::Frame(port, frame),
            })
            .collect()
    }

    fn frame(&mut self, port: u16, frame: &[u8]) -> Vec<Sent> {
        let expected = self.with_buffer(frame, |native, now, buffer| {
            native.handle_packet(now, Ingress { port, inside: port == INSIDE_PORT }, buffer)
        });
        self.chip.receive(port, frame);
        let sent = self.sent();
        assert_eq!(sent, expected, "frame {frame:02x?} by port {port}");
        self.compare();
        sent
    }

    fn message(&mut self, bytes: &[u8]) -> Vec<Sent> {
        if !is_told_apart::<P>(bytes) {
            return vec![];
        }
        let expected = self.with_buffer(bytes, |native, now, buffer| native.handle_message(now, buffer));
        self.chip.receive(STORE_PORT, &frames::datagram(STORE, SWITCH, bytes));
        let sent = self.sent();
        assert_eq!(sent, expected, "message {bytes:02x?}");
        self.compare();
        sent
    }

    /// Copies come around, each once.
    fn poll(&mut self) -> Vec<Sent> {
        let mut all = vec![];
        let mut left = 64;
        loop {
            let mut memory = [0; 2 * HEADROOM];
            let mut buffer = Buffer::empty(&mut memory);
            let polled = self.native.poll(self.now, &mut buffer);
            let expected: Vec<Sent> =
                polled.map(|_| Sent::Message(buffer.bytes().to_vec())).into_iter().collect();
            let mut sent = vec![];
            for _ in 0..left.min(self.chip.copies.len()) {
                left -= 1;
                self.chip.turn();
                sent = self.sent();
                if !sent.is_empty() {
                    break;
                }
            }
            assert_eq!(sent, expected, "what was sent again");
            self.compare();
            all.extend(sent);
            if polled.is_none() {
                return all;
            }
        }
    }

    fn give_up(&mut self) {
        let keys: Vec<Vec<u32>> =
            self.chip.slots.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        if keys.is_empty() {
            return;
        }
        let words = &keys[self.rng.usize(0..keys.len())];
        let mut key = P::Key::ZERO;
        key.as_mut().copy_from_slice(words);
        self.native.give_up(self.now, &key);
        self.chip.give_up(words);
        assert_eq!(self.sent(), []);
        self.compare();
    }

    /// Counters, copies and registers.
    fn compare(&mut self) {
        let native = self.native.counters();
        for event in Event::ALL.iter().filter(|event| **event != Event::Swept) {
            assert_eq!(self.chip.counted(event.name()), u64::from(native.event(*event)), "{}", event.name());
            if native.event(*event) > 0 {
                self.seen.insert(event.name());
            }
        }
        let refused = |reason: Reason| {
            self.chip.memory.counters.get(&("departure.refused".into(), reason as u128)).copied()
        };
        let chip = |reason: Reason| self.chip.counted(reason.name()) + refused(reason).unwrap_or(0);
        for reason in Reason::ALL.iter().filter(|reason| !REFUSED.contains(reason)) {
            assert_eq!(chip(*reason), u64::from(native.reason(*reason)), "{}", reason.name());
            if native.reason(*reason) > 0 {
                self.seen.insert(reason.name());
            }
        }
        let all: u64 = REFUSED.iter().map(|reason| u64::from(native.reason(*reason))).sum();
        assert_eq!(REFUSED.iter().map(|reason| chip(*reason)).sum::<u64>(), all, "refused messages");
        assert_eq!(self.chip.copies.len(), self.native.mirrored(), "copies");
        for (words, slot) in &self.chip.slots {
            let mut key = P::Key::ZERO;
            key.as_mut().copy_from_slice(words);
            let view =
                self.native.inspect(self.now, &key).unwrap_or_else(|| panic!("{words:x?} has no slot"));
            let cell = |name: &str| self.chip.cell(name, *slot);
            assert_eq!(
                (cell("epoch"), cell("seq"), cell("acked")),
                (view.epoch.raw(), view.seq, view.acked),
                "{words:x?}"
            );
            assert_eq!(cell("renounced") != 0, view.renounced, "{words:x?}");
            assert_eq!(Tick::new(cell("deadline")).is_after(self.now), view.live, "{words:x?}");
            for (number, word) in view.state.as_ref().iter().enumerate() {
                assert_eq!(cell(&format!("state_{number}")), *word, "state of {words:x?}");
            }
        }
    }

    fn time_passes(&mut self) {
        let ticks = match self.rng.u32(0..200) {
            0..4 => LEASE.ticks() + self.rng.u32(0..LEASE.ticks()),
            4..12 => self.rng.u32(0..LEASE.ticks()),
            12..100 => self.rng.u32(0..4000),
            _ => self.rng.u32(0..3),
        };
        self.now = self.now + Span::from_ticks(ticks);
        self.chip.now = self.now.raw();
        if self.rng.u32(0..50) == 0 {
            let slot = self.rng.u32(0..SLOTS as u32);
            self.chip.sweep(slot);
            assert_eq!(self.sent(), []);
        }
    }

    fn step(&mut self, next: &mut impl FnMut(&mut fastrand::Rng) -> (u16, Vec<u8>)) -> Vec<Sent> {
        self.time_passes();
        let sent = match self.rng.u32(0..100) {
            0..45 => {
                let (port, frame) = next(&mut self.rng);
                self.frame(port, &frame)
            }
            45..80 if !self.under_way.is_empty() => {
                let at = self.rng.usize(0..self.under_way.len().min(3));
                let message = match self.rng.u32(0..10) {
                    0 => self.under_way[at].clone(),
                    _ => self.under_way.remove(at),
                };
                self.message(&message)
            }
            80..84 if !self.under_way.is_empty() => {
                let mut message = self.under_way[0].clone();
                // The header alone: what a message carries is the store's affair.
                message[self.rng.usize(0..20)] ^= 1 << self.rng.u32(0..8);
                self.message(&message)
            }
            84..90 => {
                let message = self.store.forged(&mut self.rng, self.now.raw());
                self.message(&message)
            }
            90..92 => {
                let recall = self.store.recall(&mut self.rng, self.now.raw());
                recall.map_or(vec![], |recall| self.message(&recall))
            }
            92..93 => {
                self.give_up();
                vec![]
            }
            _ => self.poll(),
        };
        for it in &sent {
            if let Sent::Message(bytes) = it {
                self.under_way.extend(self.store.answer(&mut self.rng, bytes));
            }
        }
        sent
    }
}

/// Whether chip and native switch are to do the same with these bytes: the chip does not see where a datagram ends, and a parser
/// that reaches the end of a packet drops it.
fn is_told_apart<P: Program>(bytes: &[u8]) -> bool {
    match Message::parse(bytes, |id| (id == P::LAYOUT.schema).then_some(P::LAYOUT)) {
        Err(ParseError::TooShort | ParseError::TrailingBytes) => false,
        Err(_) => true,
        Ok((message, rest)) => {
            let released = matches!(message.kind(), Kind::WriteAck | Kind::Release);
            let is_whole = message.piggyback().is_none_or(|packet| packet.len() >= 42);
            // A released packet goes by the port that the message names; others than ours have no wire.
            rest.is_empty() && !message.flags().more() && (!released || is_whole)
        }
    }
}

/// What is around a message is right.
fn check_envelope(frame: &[u8]) {
    let half = |at: usize| u32::from(frame[at]) << 8 | u32::from(frame[at + 1]);
    let sum: u32 = (14..34).step_by(2).map(half).sum();
    assert_eq!((sum >> 16) + (sum & 0xffff), 0xffff, "IPv4 checksum of {frame:02x?}");
    assert_eq!(half(16) as usize, frame.len() - 14, "IPv4 length");
    assert_eq!(half(38) as usize, frame.len() - 34, "UDP length");
    assert_eq!(frame[12..16], [8, 0, 0x45, 0]);
    assert_eq!(frame[23], frames::UDP);
    assert_eq!(frame[26..30], SWITCH.0.to_be_bytes());
    assert_eq!(frame[30..34], STORE.0.to_be_bytes());
    assert_eq!((half(34), half(36)), (SWITCH.1.into(), STORE.1.into()));
}

fn assert_seen(seen: &BTreeSet<&'static str>, but: &[Event]) {
    let last = Event::ALL.iter().position(|event| *event == Event::GiveUpConfirmed).unwrap();
    for event in Event::ALL[..=last].iter().filter(|event| !but.contains(event)) {
        // Slots change flows by the control plane, which does not count.
        assert!(
            *event == Event::SlotReused || seen.contains(event.name()),
            "{} has not happened",
            event.name()
        );
    }
}

#[test]
fn counter_on_the_chip_does_what_the_native_switch_does() {
    let mut seen = BTreeSet::new();
    let generated = Generated::of::<Counter>();
    for seed in 0..3 {
        let mut pair = Pair::<Counter>::new(seed, &generated, [0; 4]);
        let mut frames = |rng: &mut fastrand::Rng| {
            let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..4));
            (rng.u16(0..2), frames::any(rng, from, (0xc633_6401, 53)))
        };
        for _ in 0..1500 {
            pair.step(&mut frames);
        }
        seen.extend(pair.seen);
    }
    // A counter writes with every packet.
    assert_seen(
        &seen,
        &[Event::ReadForwarded, Event::ReadHeld, Event::HoldReleased, Event::RenewSent, Event::Renewed],
    );
}

#[test]
fn nat_on_the_chip_does_what_the_native_switch_does() {
    let mut seen = BTreeSet::new();
    let generated = Generated::of::<Nat44>();
    for seed in 0..3 {
        let mut pair = Pair::<Nat44>::new(seed, &generated, Nat44::params(OUTSIDE.to_be_bytes(), 32));
        // What has left to the outside: what comes back is about one of these.
        let mut left: Vec<Vec<u8>> = vec![];
        for _ in 0..1500 {
            let known = left.clone();
            let mut next = |rng: &mut fastrand::Rng| {
                let server = (0xc633_6401, 53);
                if known.is_empty() || rng.bool() {
                    let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..2));
                    return (INSIDE_PORT, frames::any(rng, from, server));
                }
                let sent = &known[rng.usize(0..known.len())];
                (OUTSIDE_PORT, frames::answer_to(rng, sent, server))
            };
            for sent in pair.step(&mut next) {
                if let Sent::Frame(OUTSIDE_PORT, bytes) = sent {
                    let is_plain = bytes[12..15] == [8, 0, 0x45] && bytes[26..30] == OUTSIDE.to_be_bytes();
                    left.extend(is_plain.then_some(bytes));
                }
            }
        }
        seen.extend(pair.seen);
    }
    assert_seen(&seen, &[]);
}
