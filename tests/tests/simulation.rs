//! The simulation in its short form, and scenarios that it has found.

use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Refusal};
use redplane_tests::sim;
use redplane_tests::sim::many::run_many;
use redplane_tests::sim::register::{OpenRegister, Packet};

const SEEDS: u64 = 300;
const TRACE_TAIL: usize = 30;

/// No promise is broken, and the run is no idle one: everything that can go wrong did, and every rule was needed.
#[test]
fn seeds_of_the_short_run_break_no_promise_and_exercise_everything() {
    let many = run_many(0, SEEDS, 1, || {});
    if let Some((seed, violation)) = many.failures.first() {
        let (_, trace, _) = sim::run(*seed, true);
        let tail = trace[trace.len().saturating_sub(TRACE_TAIL)..].join("\n");
        panic!("seed {seed}: {violation}\nreplay: cargo xtask sim --seed {seed}\n{tail}");
    }
    let never = many.summary.never();
    assert!(never.is_empty(), "never exercised: {}", never.join(", "));
}

/// A failure that cannot be replayed is worth nothing: one seed of each world, twice.
#[test]
fn seed_run_twice_makes_the_same_trace() {
    for seed in [0, 3, 5] {
        let (first, second) = (sim::run(seed, true), sim::run(seed, true));
        assert!(first.1.len() > 100, "seed {seed} has done something");
        assert_eq!(first.1, second.1, "seed {seed}");
        assert_eq!(first.0.table(), second.0.table(), "seed {seed}");
    }
}

/// A switch of a `BoundedOpen` program, and its clock.
struct Device {
    switch: Switch<OpenRegister, 4, 4>,
    now: Tick,
}

impl Device {
    fn new() -> Self {
        let now = Tick::new(1000);
        let mut config = Config::new(1, Incarnation::new(1)).with_lease_period(Span::from_millis(20));
        config.silence = Span::from_millis(5);
        config.open = Span::from_millis(40);
        Self { switch: Switch::new(&config, PortSet::ALL, now), now }
    }

    fn packet(&mut self, id: u16, writes: bool) -> Verdict {
        let frame = Packet { id, flow: 1, writes }.frame();
        let mut memory = [0; HEADROOM + 64];
        memory[HEADROOM..HEADROOM + frame.len()].copy_from_slice(&frame);
        let mut buffer = Buffer::new(&mut memory, HEADROOM, HEADROOM + frame.len()).expect("within");
        self.switch.handle_packet(self.now, Ingress { port: 1, inside: true }, &mut buffer)
    }

    /// The store answers a request of now.
    fn answer(&mut self, kind: Kind, seq: u32) {
        self.answer_to(self.now, kind, Flags::new(), seq);
    }

    fn answer_to(&mut self, timestamp: Tick, kind: Kind, flags: Flags, seq: u32) {
        let mut memory = [0; HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        let envelope = Envelope {
            layout: OpenRegister::LAYOUT,
            kind,
            flags,
            switch: 1,
            incarnation: Incarnation::new(1),
            epoch: Epoch::new(7),
            seq: Seq::new(seq),
            timestamp,
            key: &[Packet::key(1)],
            state: &[0; 3],
        };
        envelope.encode(&mut buffer).expect("room");
        assert_eq!(self.switch.handle_message(self.now, &mut buffer), Verdict::Consumed);
    }

    /// The lease lapses and the store is silent for long enough.
    fn let_lapse(&mut self) {
        self.now = self.now + Span::from_millis(20);
        assert_eq!(self.packet(8, false), Verdict::ToStore { kind: Kind::LeaseRequest });
        self.now = self.now + Span::from_millis(6);
    }
}

/// RP-SW-3 with RP-SW-11: a `BoundedOpen` read may be stale, but it must not show a write that may be lost. Found by seed 5.
#[test]
fn open_read_after_an_unacked_write_asks_and_after_an_acked_one_goes_on() {
    let mut device = Device::new();
    device.answer(Kind::Grant, 0);
    assert_eq!(device.packet(2, true), Verdict::ToStore { kind: Kind::Write });
    device.let_lapse();
    assert_eq!(device.packet(3, false), Verdict::ToStore { kind: Kind::LeaseRequest });

    let mut device = Device::new();
    device.answer(Kind::Grant, 0);
    assert_eq!(device.packet(2, true), Verdict::ToStore { kind: Kind::Write });
    device.answer(Kind::WriteAck, 1);
    device.let_lapse();
    assert_eq!(device.packet(3, false), Verdict::Forward { port: 1 });
    assert_eq!(device.packet(4, true), Verdict::ToStore { kind: Kind::LeaseRequest });
}

/// RP-SW-11: a refusal makes unacked writes void, so that what the slot holds never was. An ack from before the refusal that comes
/// late must not make the lease one that lapsed just now.
#[test]
fn open_read_after_a_refusal_asks_although_an_older_ack_comes_late() {
    let mut device = Device::new();
    let sent = device.now;
    device.answer(Kind::Grant, 0);
    assert_eq!(device.packet(2, true), Verdict::ToStore { kind: Kind::Write });
    device.let_lapse();
    let why = Flags::new().with_port(Refusal::UnknownFlow.to_wire());
    device.answer_to(device.now, Kind::Refuse, why, 1);
    device.answer_to(sent, Kind::WriteAck, Flags::new(), 0);
    assert_eq!(device.packet(3, false), Verdict::ToStore { kind: Kind::LeaseRequest });
    device.now = device.now + Span::from_millis(6);
    assert_eq!(device.packet(4, false), Verdict::ToStore { kind: Kind::LeaseRequest });
}
