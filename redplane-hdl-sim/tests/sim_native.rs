//! The simulated pipeline does what the native machine does: same verdicts, bytes, counters and registers, whatever comes.
//!
//! A switch of core and a device with the same program are given the same packets, messages, polls, sweeps and orders at the same
//! ticks, one at a time, and answer to one shard of the store. Everything that can be seen of them is compared after each step.

mod sim_support;

use std::net::{Ipv4Addr, SocketAddr};

use redplane_apps::{Counter, Nat44};
use redplane_core::count::{Counters, Event, Reason};
use redplane_core::machine::Array;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Initializer, Instant, Limits};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{Envelope, Flags, HEADER_LEN, HEADROOM, Kind, PORT_MAX, Refusal};
use redplane_hdl_sim::pipeline::{Pipeline, StageArray};
use redplane_hdl_sim::place;
use redplane_hdl_sim::sim::{Device, Hardware, Link, Output, Port, QueueId, What};
use redplane_hdl_sim::target::TOFINO1;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::{Shard, ShardConfig, ZeroState};
use sim_support::{End, ICMP, TCP, UDP};

const SLOTS: usize = 8;
const COPIES: usize = 1024;
const INSIDE_PORT: u16 = 0;
const OUTSIDE_PORT: u16 = 1;
const OUTSIDE: [u8; 4] = [203, 0, 113, 1];
const LEASE: Span = Span::from_millis(20);

fn is_inside(port: u16) -> bool {
    port == INSIDE_PORT
}

/// What a machine did with what it was given.
#[derive(Debug, PartialEq, Eq)]
enum Did {
    Forward { port: u16, bytes: Vec<u8> },
    ToStore { kind: Kind, key: Vec<u32>, bytes: Vec<u8> },
    Punt { port: u16, reason: Reason, bytes: Vec<u8> },
    Dropped(Reason),
}

/// The two machines and what they answer to.
struct Pair<P: Program, I> {
    rng: fastrand::Rng,
    switch: Box<Switch<P, SLOTS, COPIES>>,
    device: Device,
    shard: Shard<P, I, OneReplica>,
    pool: Pool,
    out: Queue,
    now: Tick,
    store_now: u64,
    sweep_next: u32,
    /// Messages from the store that have not arrived.
    under_way: Vec<Vec<u8>>,
    keys: Vec<P::Key>,
}

impl<P: Program, I: Initializer<P>> Pair<P, I> {
    fn new(seed: u64, pipeline: &Pipeline, config: Config, initializer: I) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let config = Config { resend_after: Span::from_millis(1), ..config }.with_lease_period(LEASE);
        // Half of the runs come to the clock's wrap.
        let now = Tick::new(if rng.bool() { u32::MAX - rng.u32(0..200_000) } else { rng.u32(..) });
        // As many ports as a message can name: the native machine asks none of them whether it is there.
        let ports = (0..=PORT_MAX).map(|number| Port {
            inside: is_inside(number),
            leads_to: number ^ 1,
            link: Link::FAST,
        });
        let hardware = Hardware {
            sweep_every: None,
            controller_cycles: 1000,
            ..Hardware::new(pipeline, ports.collect())
        };
        let mut device = Device::new(pipeline.clone(), &config, hardware).unwrap();
        device.hold_copies(true);
        device.shuffle(rng.bool().then(|| rng.u64(..)));
        let store = ShardConfig {
            lease_period: LEASE,
            limits: Limits { flows: 64, waiting_per_flow: 8, waiting: 16 },
            pending: 64,
            epoch_floor: Epoch::new(if rng.bool() { u32::MAX - 3 } else { 0 }),
            first_seq: Seq::new(if rng.bool() { u32::MAX - 3 } else { 0 }),
        };
        Self {
            switch: Box::new(Switch::new(&config, is_inside, now)),
            device,
            pool: Pool::with_capacity(Shard::<P, I, OneReplica>::buffers_held(&store) + 64),
            shard: Shard::new(&store, initializer, OneReplica::default()),
            out: Queue::with_capacity(64),
            now,
            store_now: 1_000_000_000,
            sweep_next: 0,
            under_way: vec![],
            keys: vec![],
            rng,
        }
    }

    fn outputs(&mut self) -> Vec<Did> {
        let outputs = std::iter::from_fn(|| self.device.poll_output());
        outputs
            .map(|Output { what, .. }| match what {
                What::Forward { port, packet, .. } => Did::Forward { port, bytes: packet.to_vec() },
                What::ToStore { kind, key, packet } => {
                    Did::ToStore { kind, key: key.to_vec(), bytes: packet.to_vec() }
                }
                What::Punt { port, reason, packet } => Did::Punt { port, reason, bytes: packet.to_vec() },
                What::Dropped(reason) => Did::Dropped(reason),
                What::Miss { .. } | What::Lost(_) => panic!("{what:?}"),
            })
            .collect()
    }

    fn did(&self, verdict: Verdict, buffer: &Buffer<'_>) -> Option<Did> {
        let bytes = buffer.bytes().to_vec();
        Some(match verdict {
            Verdict::Forward { port } => Did::Forward { port, bytes },
            Verdict::ToStore { kind } => {
                Did::ToStore { kind, key: self.switch.last_key().as_ref().to_vec(), bytes }
            }
            Verdict::Punt { port, reason } => Did::Punt { port, reason, bytes },
            Verdict::Dropped(reason) => Did::Dropped(reason),
            Verdict::Consumed => return None,
        })
    }

    fn packet(&mut self, port: u16, frame: &[u8]) -> Vec<Did> {
        let mut memory = vec![0; HEADROOM + frame.len()];
        memory[HEADROOM..].copy_from_slice(frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let ingress = Ingress { port, inside: is_inside(port) };
        let verdict = self.switch.handle_packet(self.now, ingress, &mut buffer);
        let expected: Vec<_> = self.did(verdict, &buffer).into_iter().collect();

        self.device.freeze(Some(self.now));
        self.device.offer(port, frame).unwrap();
        self.device.run_until_idle();
        let done = self.outputs();
        assert_eq!(done, expected, "packet {frame:02x?}");
        self.settle(&done);
        done
    }

    fn message(&mut self, bytes: &[u8]) -> Vec<Did> {
        let mut memory = vec![0; HEADROOM + bytes.len()];
        memory[HEADROOM..].copy_from_slice(bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let verdict = self.switch.handle_message(self.now, &mut buffer);
        let expected = self.did(verdict, &buffer);

        self.device.freeze(Some(self.now));
        self.device.message(bytes);
        self.device.run_until_idle();
        let mut done = self.outputs();
        // The native machine does not say of a message that is used up what of it was ignored; the counters do.
        if expected.is_none() {
            done.retain(|done| !matches!(done, Did::Dropped(_)));
        }
        assert_eq!(done, expected.into_iter().collect::<Vec<_>>(), "message {bytes:02x?}");
        self.settle(&done);
        done
    }

    fn poll(&mut self) {
        self.device.freeze(Some(self.now));
        let swept = self.switch.counters().event(Event::Swept);
        let mut left = 64;
        loop {
            let mut memory = [0; 2 * HEADROOM];
            let mut buffer = Buffer::empty(&mut memory);
            let sent = self.switch.poll(self.now, &mut buffer);
            for _ in swept..self.switch.counters().event(Event::Swept) {
                if self.device.counters().event(Event::Swept) != self.switch.counters().event(Event::Swept) {
                    self.device.sweep(self.sweep_next);
                    self.device.run_until_idle();
                    self.sweep_next = (self.sweep_next + 1) % SLOTS as u32;
                }
            }
            let expected: Vec<_> =
                sent.and_then(|kind| self.did(Verdict::ToStore { kind }, &buffer)).into_iter().collect();
            let mut done = vec![];
            for _ in 0..left.min(self.device.queue(QueueId::Mirror).packets) {
                left -= 1;
                assert!(self.device.release_copy());
                done = self.outputs();
                if !done.is_empty() {
                    break;
                }
            }
            assert_eq!(done, expected, "poll");
            self.settle(&done);
            if sent.is_none() {
                return;
            }
        }
    }

    fn give_up(&mut self, key: P::Key) {
        self.switch.give_up(self.now, &key);
        self.device.freeze(Some(self.now));
        self.device.give_up(key.as_ref());
        self.device.run_until_idle();
        assert_eq!(self.outputs(), []);
        self.settle(&[]);
    }

    /// Gives the store what was sent to it, and compares all that stays.
    fn settle(&mut self, done: &[Did]) {
        for did in done {
            let Did::ToStore { bytes, key, .. } = did else { continue };
            if let Ok(key) = key_of::<P>(key) {
                if !self.keys.contains(&key) {
                    self.keys.push(key);
                }
            }
            if self.rng.u32(0..10) > 0 {
                self.to_store(&bytes.clone());
            }
        }
        for event in Event::ALL {
            let (switch, device) =
                (self.switch.counters().event(*event), self.device.counters().event(*event));
            assert_eq!(device, switch, "{}", event.name());
        }
        for reason in Reason::ALL {
            let (switch, device) =
                (self.switch.counters().reason(*reason), self.device.counters().reason(*reason));
            assert_eq!(device, switch, "{}", reason.name());
        }
        assert_eq!(self.device.queue(QueueId::Mirror).packets, self.switch.mirrored());
        for key in &self.keys {
            let slot = self.device.slot_of(key.as_ref());
            let view = self.switch.inspect(self.now, key);
            assert_eq!(slot.is_some(), view.is_some(), "{key:x?} has a slot");
            let (Some(slot), Some(view)) = (slot, view) else { continue };
            let cell = |array| self.device.register(StageArray::Core(array), slot).unwrap();
            assert_eq!(cell(Array::Epoch), view.epoch.raw(), "{key:x?}");
            assert_eq!(cell(Array::Renounced) != 0, view.renounced, "{key:x?}");
            assert_eq!(Tick::new(cell(Array::Deadline)).is_after(self.now), view.live, "{key:x?}");
            assert_eq!((cell(Array::Seq), cell(Array::Acked)), (view.seq, view.acked), "{key:x?}");
            for (word, value) in view.state.as_ref().iter().enumerate() {
                assert_eq!(cell(Array::State(word as u8)), *value, "{key:x?}");
            }
        }
    }

    fn to_store(&mut self, bytes: &[u8]) {
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(bytes).unwrap();
        datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, 4000)));
        self.shard.handle(Instant::from_nanos(self.store_now), datagram, &mut self.out, &mut self.pool);
        self.from_store();
    }

    fn from_store(&mut self) {
        while let Some(datagram) = self.out.pop() {
            self.under_way.push(datagram.payload().to_vec());
            self.pool.give(datagram);
        }
    }

    fn time_passes(&mut self) {
        let ticks = match self.rng.u32(0..200) {
            // The time between the sweeps of two slots.
            0 => 1 << 25,
            1..5 => LEASE.ticks() + self.rng.u32(0..LEASE.ticks()),
            5..15 => self.rng.u32(0..LEASE.ticks()),
            15..100 => self.rng.u32(0..4000),
            _ => self.rng.u32(0..3),
        };
        self.now = self.now + Span::from_ticks(ticks);
        self.store_now += u64::from(ticks) * TICK_NANOS;
        self.shard.poll(Instant::from_nanos(self.store_now), &mut self.out, &mut self.pool);
        self.from_store();
    }

    /// A message that the store did not send, but could have.
    fn forged(&mut self) -> Vec<u8> {
        let kinds = Kind::ALL.iter().filter(|kind| !matches!(kind, Kind::SnapshotSlots | Kind::SnapshotAck));
        let kinds: Vec<_> = kinds.copied().collect();
        let kind = kinds[self.rng.usize(0..kinds.len())];
        let key = match self.keys.len() {
            0 => vec![1; P::LAYOUT.key_words.into()],
            known => self.keys[self.rng.usize(0..known)].as_ref().to_vec(),
        };
        let view = key_of::<P>(&key).ok().and_then(|key| self.switch.inspect(self.now, &key));
        let (epoch, seq) = view.map_or((1, 0), |view| (view.epoch.raw(), view.seq));
        let near = |rng: &mut fastrand::Rng| rng.u32(0..4).wrapping_sub(2);
        // No store grants the epoch that means none.
        let told = epoch.wrapping_add(near(&mut self.rng)).max(1);
        let carries = kind.may_carry() && self.rng.bool();
        let port = match kind {
            Kind::Refuse => [Refusal::StaleEpoch, Refusal::UnknownFlow, Refusal::PoolEmpty]
                [self.rng.usize(0..3)]
            .to_wire(),
            _ if carries => self.rng.u16(0..2),
            _ => 0,
        };
        let state: Vec<_> = (0..P::LAYOUT.state_words).map(|_| self.rng.u32(0..3)).collect();
        let frame = sim_support::udp((1, 2), (3, 4), b"carried");
        let mut memory = vec![0; HEADROOM + frame.len()];
        memory[HEADROOM..].copy_from_slice(&frame);
        let end = if carries { memory.len() } else { HEADROOM };
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind,
            flags: Flags::new()
                .with_piggyback(carries)
                .with_port(port)
                .with_tag(self.rng.u32(0..20) == 0)
                .with_migrated(kind == Kind::Grant && self.rng.bool()),
            switch: if self.rng.u32(0..8) == 0 { 7 } else { 1 },
            incarnation: Incarnation::new(if self.rng.u32(0..8) == 0 { 2 } else { 1 }),
            epoch: Epoch::new(told),
            seq: Seq::new(seq.wrapping_add(near(&mut self.rng))),
            timestamp: self.now - Span::from_ticks(self.rng.u32(0..2 * LEASE.ticks())),
            key: &key,
            state: &state,
        };
        envelope.encode(&mut buffer).unwrap();
        buffer.bytes().to_vec()
    }

    fn step(&mut self, frames: &mut impl FnMut(&mut fastrand::Rng) -> (u16, Vec<u8>)) -> Vec<Did> {
        self.time_passes();
        match self.rng.u32(0..100) {
            0..45 => {
                let (port, mut frame) = frames(&mut self.rng);
                if self.rng.u32(0..30) == 0 {
                    frame.truncate(self.rng.usize(0..frame.len()));
                }
                self.packet(port, &frame)
            }
            45..80 if !self.under_way.is_empty() => {
                let at = self.rng.usize(0..self.under_way.len().min(3));
                let message = match self.rng.u32(0..10) {
                    0 => self.under_way[at].clone(),
                    _ => self.under_way.remove(at),
                };
                if self.rng.u32(0..12) == 0 { vec![] } else { self.message(&message) }
            }
            80..84 if !self.under_way.is_empty() => {
                let mut message = self.under_way[0].clone();
                let at = self.rng.usize(0..message.len());
                match self.rng.u32(0..3) {
                    // The header alone: the vector need not have room for words of a key that no packet makes.
                    0 => message[at % HEADER_LEN] ^= 1 << self.rng.u32(0..8),
                    1 => message.truncate(at),
                    _ => message.push(0),
                }
                self.message(&message)
            }
            84..91 => {
                let message = self.forged();
                self.message(&message)
            }
            91..92 if !self.keys.is_empty() => {
                let key = self.keys[self.rng.usize(0..self.keys.len())];
                self.give_up(key);
                vec![]
            }
            _ => {
                self.poll();
                vec![]
            }
        }
    }
}

/// What the runs have exercised.
#[derive(Default)]
struct Coverage {
    events: Vec<Event>,
    reasons: Vec<Reason>,
}

impl Coverage {
    fn add(&mut self, counters: &Counters) {
        self.events.extend(Event::ALL.iter().filter(|event| counters.event(**event) > 0));
        self.reasons.extend(Reason::ALL.iter().filter(|reason| counters.reason(**reason) > 0));
    }

    /// Every event of a switch has happened, but for these; and every one of these reasons.
    fn assert(&self, not: &[Event], reasons: &[Reason]) {
        let last = Event::ALL.iter().position(|event| *event == Event::Swept).unwrap();
        for event in Event::ALL[..=last].iter().filter(|event| !not.contains(event)) {
            assert!(self.events.contains(event), "{} did not happen", event.name());
        }
        for reason in reasons {
            assert!(self.reasons.contains(reason), "nothing was ignored as {}", reason.name());
        }
    }
}

const REASONS: &[Reason] = &[
    Reason::Malformed,
    Reason::TableFull,
    Reason::MessageTooShort,
    Reason::MessageVersion,
    Reason::MessageKind,
    Reason::MessageSchema,
    Reason::MessageFlags,
    Reason::MessageTrailing,
    Reason::MessageTag,
    Reason::WrongDirection,
    Reason::WrongSwitch,
    Reason::OldIncarnation,
    Reason::NoSlot,
    Reason::GrantOldEpoch,
    Reason::GrantExpired,
    Reason::GrantRenounced,
    Reason::AckOldEpoch,
    Reason::AckBeyondSeq,
    Reason::OtherEpoch,
    Reason::RefusedForGood,
    Reason::RefusedForNow,
];

fn key_of<P: Program>(words: &[u32]) -> Result<P::Key, ()> {
    let mut key = <P::Key as redplane_core::program::Words>::ZERO;
    if words.len() != key.as_ref().len() {
        return Err(());
    }
    key.as_mut().copy_from_slice(words);
    Ok(key)
}

fn any_frame(rng: &mut fastrand::Rng, from: End, to: End) -> Vec<u8> {
    let payload = vec![0x5a; rng.usize(0..40)];
    let fragment = if rng.u32(0..20) == 0 { rng.u16(..) } else { 0x4000 };
    let ttl = if rng.u32(0..15) == 0 { rng.u8(0..3) } else { 64 };
    let (protocol, inner) = match rng.u32(0..8) {
        0..3 => (UDP, sim_support::udp_datagram(from, to, rng.bool(), &payload)),
        3..6 => (
            TCP,
            sim_support::tcp_segment(from, to, [0x02, 0x10, 0x10, 0x11, 0x04][rng.usize(0..5)], &payload),
        ),
        6 => {
            let id = from.1.to_be_bytes();
            (ICMP, sim_support::icmp_message([8, 0, 13][rng.usize(0..3)], [id[0], id[1], 0, 1], &payload))
        }
        _ => (47, payload),
    };
    sim_support::frame(rng.usize(0..3), &sim_support::ipv4(from.0, to.0, protocol, ttl, fragment, &inner))
}

#[test]
fn counter_in_a_pipeline_does_what_the_native_machine_does() {
    let pipeline = place::program::<Counter>(&TOFINO1, SLOTS as u32).unwrap();
    let mut coverage = Coverage::default();
    for seed in 0..12 {
        let config = Config::new(1, Incarnation::new(1));
        let mut pair = Pair::<Counter, _>::new(seed, &pipeline, config, ZeroState { idle_ticks: 1 << 30 });
        let mut frames = |rng: &mut fastrand::Rng| {
            let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..4));
            (rng.u16(0..2), any_frame(rng, from, (0xc633_6401, 53)))
        };
        for _ in 0..3000 {
            pair.step(&mut frames);
        }
        coverage.add(pair.switch.counters());
    }
    // A counter writes with every packet.
    let reads = [Event::ReadForwarded, Event::ReadHeld, Event::RenewSent, Event::WentOpen];
    coverage.assert(&reads, REASONS);
}

#[test]
fn nat_in_a_pipeline_does_what_the_native_machine_does() {
    let pipeline = place::program::<Nat44>(&TOFINO1, SLOTS as u32).unwrap();
    let mut coverage = Coverage::default();
    for seed in 0..12 {
        let mut config = Config::new(1, Incarnation::new(1));
        config.program = Nat44::params(OUTSIDE, 32);
        let nat = NatConfig::new(vec![OUTSIDE.into()]);
        let initializer = NatInitializer::new(&nat, Placement::ALONE).unwrap();
        let mut pair = Pair::<Nat44, _>::new(seed, &pipeline, config, initializer);
        // The packets that have left to the outside: what comes back is about one of them.
        let mut left: Vec<Vec<u8>> = vec![];
        for _ in 0..3000 {
            let known = left.clone();
            let mut frames = |rng: &mut fastrand::Rng| {
                let server = (0xc633_6401, 53);
                if known.is_empty() || rng.bool() {
                    let from = (0x0a00_0001 + rng.u32(0..4), 1000 + rng.u16(0..2));
                    return (INSIDE_PORT, any_frame(rng, from, server));
                }
                let sent = &known[rng.usize(0..known.len())];
                (OUTSIDE_PORT, answer_to(rng, sent, server))
            };
            for did in pair.step(&mut frames) {
                if let Did::Forward { port: INSIDE_PORT, bytes } = did {
                    let translated = bytes.len() >= 42 && bytes[12..14] == [8, 0] && bytes[26..30] == OUTSIDE;
                    left.extend(translated.then_some(bytes));
                }
            }
        }
        coverage.add(pair.switch.counters());
    }
    coverage.assert(&[Event::WentOpen], REASONS);
    coverage.assert(&[Event::WentOpen], &[Reason::Fragment, Reason::TtlExpired, Reason::NotHandled]);
}

/// What an outside server, or a router on the way, sends when it has got this frame without VLAN tags.
fn answer_to(rng: &mut fastrand::Rng, sent: &[u8], server: End) -> Vec<u8> {
    let mapped = (sim_support::word(sent, 26), sim_support::half(sent, 34));
    if rng.u32(0..3) > 0 {
        return any_frame(rng, server, mapped);
    }
    let quoted = &sent[14..sent.len().min(14 + 28 + rng.usize(0..20))];
    let error = sim_support::icmp_message([3, 11, 5][rng.usize(0..3)], [0; 4], quoted);
    sim_support::frame(0, &sim_support::ipv4(0xc633_0001, mapped.0, ICMP, 60, 0, &error))
}
