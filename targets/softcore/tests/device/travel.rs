//! Packets that travel in their messages: a device does what the switch of `redplane-core` does, byte for byte.
//!
//! Both are given the same packets, messages and ticks; the store answers to them, over a network that loses, repeats, reorders and packs
//! several messages into a datagram. What the device sends to the store is compared after its frame is taken off, and so are verdicts,
//! ports, reasons, all counters, and what is known of each flow.

use std::collections::BTreeSet;

use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::{Program, Words};
use redplane_core::seq::Incarnation;
use redplane_core::store::Initializer;
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{Flags, Header};
use redplane_softcore::{Device, HEADROOM, Setup, Uplink};
use redplane_store::durability::OneReplica;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::ZeroState;
use redplane_tests::sim::frames;
use zerocopy::FromBytes;

use super::board::{self, Board, Did, INSIDE, OUTSIDE, UPLINK, WAY};
use super::network;
use super::store::{Store, shard_config};

const LEASE: Span = Span::from_millis(20);
const COPIES: usize = 12;
const SLOTS: usize = 8;
const SEEDS: u64 = 40;
const STEPS: u32 = 1000;
/// The NAT's outside address.
const MAPPED: [u8; 4] = [203, 0, 113, 1];
const SERVER: (u32, u16) = (0xc633_6401, 53);

struct Pair<P: Program, I> {
    device: Device<'static, P, 1>,
    switch: Box<Switch<P, SLOTS, COPIES>>,
    uplink: Uplink,
    board: Board,
    store: Store<P, I, OneReplica>,
    rng: fastrand::Rng,
    now: Tick,
    store_ns: u64,
    under_way: Vec<Vec<u8>>,
    keys: BTreeSet<Vec<u32>>,
    /// What left to the outside: what comes back is about one of them.
    left: Vec<Vec<u8>>,
    gives_up: bool,
    packed: u32,
}

impl<P: Program, I: Initializer<P>> Pair<P, I> {
    fn new(seed: u64, program: [u32; 4], initializer: I) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let now = Tick::new(if rng.bool() { u32::MAX - rng.u32(0..500_000) } else { rng.u32(..) });
        let config = Config { program, ..Config::new(1, Incarnation::new(1)).with_lease_period(LEASE) };
        let uplink = Uplink { checksum: rng.bool(), ..WAY };
        let setup = Setup { switch: config, uplink, ..board::setup(1) };
        Self {
            device: board::device(&setup, SLOTS, COPIES, now),
            switch: Box::new(Switch::new(&config, setup.inside, now)),
            uplink,
            board: Board::new(4),
            store: Store::new(&shard_config(LEASE, 64), initializer, OneReplica::default()),
            rng,
            now,
            store_ns: 1_000_000_000,
            under_way: vec![],
            keys: BTreeSet::new(),
            left: vec![],
            gives_up: false,
            packed: 0,
        }
    }

    /// Gives the switch these bytes; what a device should do then.
    fn expected(
        &mut self,
        bytes: &[u8],
        handle: impl FnOnce(&mut Switch<P, SLOTS, COPIES>, Tick, &mut Buffer<'_>) -> Verdict,
    ) -> Did {
        let mut memory = vec![0; HEADROOM];
        memory.extend(bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let verdict = handle(&mut self.switch, self.now, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        let tag = 0;
        match verdict {
            Verdict::Forward { port: port @ (INSIDE | OUTSIDE) } => Did::Sent { port: port ^ 1, bytes, tag },
            Verdict::Forward { .. } => Did::Freed { why: Some(Reason::NotHandled), tag },
            Verdict::ToStore { .. } => {
                self.keys.insert(self.switch.last_key().as_ref().to_vec());
                Did::Sent { port: UPLINK, bytes, tag }
            }
            Verdict::Punt { port, reason } => Did::Punted { port, why: reason, bytes, tag },
            Verdict::Consumed => Did::Freed { why: None, tag },
            Verdict::Dropped(why) => Did::Freed { why: Some(why), tag },
        }
    }

    /// What the device did, without tags, and without the frames around messages.
    fn done(&mut self) -> Vec<Did> {
        let uplink = self.uplink;
        let plain = |did| match did {
            Did::Sent { port: UPLINK, bytes, .. } => {
                let (shard, bytes) = network::to_store(&uplink, &bytes);
                assert_eq!(shard, 0);
                Did::Sent { port: UPLINK, bytes, tag: 0 }
            }
            Did::Sent { port, bytes, .. } => Did::Sent { port, bytes, tag: 0 },
            Did::Freed { why, .. } => Did::Freed { why, tag: 0 },
            Did::Punted { port, why, bytes, .. } => Did::Punted { port, why, bytes, tag: 0 },
        };
        self.board.did(0).into_iter().map(plain).collect()
    }

    fn compare(&mut self, expected: &[Did], what: &str) {
        let done = self.done();
        assert_eq!(done, expected, "{what}");
        for did in done {
            match did {
                Did::Sent { port: UPLINK, bytes, .. } if self.rng.u32(0..8) > 0 => {
                    let answers = self.store.handle(self.store_ns, 1, &bytes);
                    self.under_way.extend(answers.into_iter().map(|(_, bytes)| bytes));
                }
                Did::Sent { port: OUTSIDE, bytes, .. } if self.left.len() < 64 => self.left.push(bytes),
                _ => {}
            }
        }
        for event in Event::ALL {
            let (device, switch) =
                (self.device.counters().event(*event), self.switch.counters().event(*event));
            assert_eq!(device, switch, "{what}: {event:?}");
        }
        for reason in Reason::ALL {
            let (device, switch) =
                (self.device.counters().reason(*reason), self.switch.counters().reason(*reason));
            assert_eq!(device, switch, "{what}: {reason:?}");
        }
        assert_eq!(self.device.unanswered(), self.switch.mirrored());
        for words in &self.keys {
            let mut key = P::Key::ZERO;
            key.as_mut().copy_from_slice(words);
            assert_eq!(self.device.inspect(self.now, &key), self.switch.inspect(self.now, &key), "{what}");
        }
    }

    fn frame(&mut self) {
        let is_nat = P::SCHEMA.id == Nat44::SCHEMA.id;
        let answered = is_nat && !self.left.is_empty() && self.rng.bool();
        let (port, frame) = if answered {
            let sent = &self.left[self.rng.usize(0..self.left.len())];
            let mapped = frames::word(sent, 26).zip(frames::half(sent, 34));
            (OUTSIDE, any_frame(&mut self.rng, SERVER, mapped.unwrap_or(SERVER)))
        } else {
            let from = (0x0a00_0001 + self.rng.u32(0..3), 1000 + self.rng.u16(0..4));
            let port = if is_nat { INSIDE } else { self.rng.u16(0..2) };
            (port, any_frame(&mut self.rng, from, SERVER))
        };
        let ingress = Ingress { port, inside: port == INSIDE };
        let expected =
            self.expected(&frame, |switch, now, buffer| switch.handle_packet(now, ingress, buffer));
        let packet = self.board.packet(port, &frame);
        self.device.handle_frame(self.now, packet, &mut self.board);
        self.compare(&[expected], "a frame");
    }

    /// Takes a message that is under way, or a copy of it; some are lost.
    fn next_message(&mut self) -> Option<Vec<u8>> {
        let at = self.rng.usize(0..self.under_way.len().max(1));
        let message = self.under_way.get(at)?.clone();
        if self.rng.u32(0..6) > 0 {
            self.under_way.swap_remove(at);
        }
        (self.rng.u32(0..8) > 0).then_some(message)
    }

    /// Messages arrive, several of them in one datagram if only the last carries a packet.
    fn messages(&mut self) {
        let mut messages: Vec<Vec<u8>> = vec![];
        for _ in 0..self.rng.usize(1..4) {
            let Some(message) = self.next_message() else { break };
            let carries = flags_of(&message).piggyback();
            messages.push(message);
            if carries {
                break;
            }
        }
        let Some((last, others)) = messages.split_last() else { return };
        self.packed += others.len() as u32;
        let mut datagram = vec![];
        for message in others {
            // What a message does that carries nothing is seen in counters and flows.
            let _ = self.expected(message, |switch, now, buffer| switch.handle_message(now, buffer));
            let begins = datagram.len();
            datagram.extend(message);
            let header = Header::mut_from_prefix(&mut datagram[begins..]).unwrap().0;
            header.flags.set(flags_of(message).with_more(true).into());
        }
        datagram.extend(last);
        let expected = self.expected(last, |switch, now, buffer| switch.handle_message(now, buffer));
        let frame = network::from_store(&self.uplink, &datagram);
        let packet = self.board.packet(UPLINK, &frame);
        self.device.handle_frame(self.now, packet, &mut self.board);
        self.compare(&[expected], "a datagram");
    }

    fn poll(&mut self) {
        loop {
            if self.gives_up {
                self.gives_up = self.switch.give_up_all(self.now) > 0;
            }
            let mirrored = self.switch.mirrored();
            let mut sent = false;
            let expected = self.expected(&[], |switch, now, buffer| match switch.poll(now, buffer) {
                Some(kind) => {
                    sent = true;
                    Verdict::ToStore { kind }
                }
                None => Verdict::Consumed,
            });
            assert_eq!(self.device.poll(self.now, &mut self.board), sent);
            // A buffer is taken only if there may be something to put into it.
            let expected = if mirrored == 0 { vec![] } else { vec![expected] };
            self.compare(&expected, "a poll");
            if !sent {
                return;
            }
        }
    }

    fn wait(&mut self) {
        let ticks = match self.rng.u32(0..40) {
            0 => LEASE.ticks() * 2,
            1 => self.rng.u32(0..1 << 28),
            2..10 => self.rng.u32(0..LEASE.ticks() / 2),
            _ => self.rng.u32(0..2000),
        };
        self.now = self.now + Span::from_ticks(ticks);
        self.store_ns += u64::from(ticks) * TICK_NANOS;
        let answers = self.store.poll(self.store_ns);
        self.under_way.extend(answers.into_iter().map(|(_, bytes)| bytes));
        self.poll();
    }

    /// A run; gives what the switch counted.
    fn run(mut self) -> (redplane_core::count::Counters, u32) {
        for _ in 0..STEPS {
            match self.rng.u32(0..100) {
                0..45 => self.frame(),
                45..75 => self.messages(),
                75..99 => self.wait(),
                _ => {
                    self.device.give_up_all();
                    self.gives_up = true;
                }
            }
            assert_eq!(self.device.has_given_up_all(), !self.gives_up && self.switch.mirrored() == 0);
        }
        (self.switch.counters().clone(), self.packed)
    }
}

fn flags_of(message: &[u8]) -> Flags {
    Flags::from(Header::ref_from_prefix(message).unwrap().0.flags.get())
}

fn any_frame(rng: &mut fastrand::Rng, from: (u32, u16), to: (u32, u16)) -> Vec<u8> {
    let payload = vec![0x5a; rng.usize(0..40)];
    let ttl = if rng.u32(0..15) == 0 { rng.u8(0..3) } else { 64 };
    let fragment = if rng.u32(0..20) == 0 { rng.u16(..) } else { 0x4000 };
    let (protocol, inner) = match rng.u32(0..8) {
        0..3 => {
            (frames::UDP, frames::udp_datagram(rng.bool().then_some((from.0, to.0)), from.1, to.1, &payload))
        }
        3..6 => {
            let flags = [0x02, 0x10, 0x10, 0x11, 0x04][rng.usize(0..5)];
            (frames::TCP, frames::tcp_segment(from.0, to.0, from.1, to.1, flags, &payload))
        }
        6 => (frames::ICMP, frames::icmp_message(8, 0, [0, 1, 0, 1], &payload)),
        _ => (47, payload),
    };
    let mut frame = frames::ethernet(0x0800, rng.u32(0..4) == 0);
    frame.extend(frames::ipv4(from.0, to.0, protocol, ttl, fragment, &inner));
    if rng.u32(0..20) == 0 {
        frame.truncate(rng.usize(0..frame.len()));
    }
    frame
}

/// Runs all seeds; each event and reason named here must have been met.
fn all_seeds<P: Program, I: Initializer<P>>(
    program: [u32; 4],
    initializer: impl Fn() -> I,
    events: &[Event],
    reasons: &[Reason],
) {
    let (mut met_events, mut met_reasons, mut packed) = (BTreeSet::new(), BTreeSet::new(), 0);
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let (counters, several) = Pair::<P, I>::new(seed, program, initializer()).run();
        packed += several;
        met_events
            .extend(Event::ALL.iter().filter(|event| counters.event(**event) > 0).map(|event| event.name()));
        met_reasons.extend(Reason::ALL.iter().filter(|why| counters.reason(**why) > 0).map(|why| why.name()));
    }
    assert!(packed > 100, "{packed} messages shared a datagram with another");
    for event in events {
        assert!(met_events.contains(event.name()), "{event:?} was never met");
    }
    for reason in reasons {
        assert!(met_reasons.contains(reason.name()), "{reason:?} was never met");
    }
}

#[test]
fn device_with_the_counter_does_what_the_switch_does() {
    use Event::*;
    all_seeds::<Counter, _>(
        [0; 4],
        || ZeroState { idle_ticks: 1 << 30 },
        &[
            Passed,
            LeaseRequested,
            LeaseLapsed,
            WriteBegun,
            WriteReleased,
            Resent,
            GrantInstalled,
            GrantExtended,
            Reprocessed,
            SlotReused,
            GaveUp,
            GiveUpConfirmed,
            Swept,
        ],
        &[
            Reason::MirrorFull,
            Reason::TableFull,
            Reason::AckOldEpoch,
            Reason::GrantExpired,
            Reason::RefusedForNow,
        ],
    );
}

#[test]
fn device_with_the_nat_does_what_the_switch_does() {
    use Event::*;
    all_seeds::<Nat44, _>(
        Nat44::params(MAPPED, 32),
        || NatInitializer::new(&NatConfig::new(vec![MAPPED.into()]), Placement::ALONE).unwrap(),
        &[
            Passed,
            ReadForwarded,
            LeaseRequested,
            WriteBegun,
            WriteReleased,
            ReadHeld,
            HoldReleased,
            RenewSent,
            Renewed,
            SlotReused,
        ],
        &[Reason::TtlExpired, Reason::Fragment, Reason::Malformed, Reason::TableFull],
    );
}
