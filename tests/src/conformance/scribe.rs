//! Writes a script: what is done to a native switch, with a shard of the store that answers it.

use std::collections::VecDeque;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};

use redplane_conformance::{Machine, Output, Script};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Initializer, Instant, Limits};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig};

use super::native::Native;
use super::{COPIES, SLOTS};

/// The lease period.
pub(super) const LEASE: u32 = 4000;
/// What a lease is shorter by at the switch.
pub(super) const GUARD: u32 = 40;
/// Ticks until a write is sent again.
pub(super) const RESEND: u32 = 400;
/// Where the doubling of that time stops.
pub(super) const RESEND_MAX: u32 = 1600;
/// Ticks after which a store that says nothing counts as unreachable.
pub(super) const SILENCE: u32 = 12_000;
/// Ticks that a message takes to the store, and its answer back.
pub(super) const WAY: u32 = 20;

/// The other switch, which wants flows that ours holds.
const RIVAL: u16 = 2;
const SWITCH: u16 = 1;
const INCARNATION: u16 = 7;

/// What came out of the switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Did {
    Forward(Vec<u8>),
    Store(Vec<u8>),
    Other,
}

/// A script in the making.
pub(super) struct Scribe<P: Program, I> {
    text: String,
    switch: Native<P>,
    shard: Shard<P, I, OneReplica>,
    pool: Pool,
    out: Queue,
    now: Tick,
    store_now: u64,
}

impl<P: Program, I: Initializer<P>> Scribe<P, I> {
    /// A script about a program, as its line has it, which begins at a tick.
    pub(super) fn new(about: &str, program: &str, start: u32, initializer: I) -> Self {
        let text = format!(
            "# {about}\n# Written by the conformance tests, see README.md.\n\nredplane-conformance 1\nprogram {program}\nslots {SLOTS}\ncopies {COPIES}\n\
             switch {SWITCH}\nincarnation {INCARNATION}\nlease {LEASE}\nguard {GUARD}\nresend {RESEND}\nresend-max {RESEND_MAX}\n\
             silence {SILENCE}\nstart {start}\n"
        );
        let script = Script::read(&text).expect("a set-up");
        let store = ShardConfig {
            lease_period: script.config.lease_period,
            limits: Limits { flows: 64, waiting_per_flow: 4, waiting: 16 },
            pending: 16,
            // Numbers that wrap too.
            epoch_floor: Epoch::new(u32::MAX - 3),
            first_seq: Seq::new(u32::MAX - 2),
        };
        Self {
            switch: Native::new(&script),
            text,
            pool: Pool::with_capacity(Shard::<P, I, OneReplica>::buffers_held(&store) + 64),
            shard: Shard::new(&store, initializer, OneReplica::default()),
            out: Queue::with_capacity(64),
            now: Tick::new(start),
            store_now: 1_000_000_000,
        }
    }

    /// The script.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// This machine need not run it. To be said before the first step.
    pub(super) fn not_for(&mut self, machine: &str, reason: &str) {
        self.text += &format!("not-for {machine} {reason}\n");
    }

    /// A comment over the steps that follow.
    pub(super) fn note(&mut self, note: &str) {
        self.text += &format!("\n# {note}\n");
    }

    pub(super) fn now(&self) -> Tick {
        self.now
    }

    /// Time goes on, for the store too.
    pub(super) fn after(&mut self, ticks: u32) {
        self.now = self.now + Span::from_ticks(ticks);
        self.store_now += u64::from(ticks) * TICK_NANOS;
    }

    /// A frame comes in.
    pub(super) fn packet(&mut self, port: u16, frame: &[u8]) -> Vec<Did> {
        self.step(&format!("packet {port} {}", hex(frame)));
        let (now, mut done) = (self.now, vec![]);
        self.switch.packet(now, port, frame, &mut |output| done.push(Did::of(output)));
        done
    }

    /// A message comes in.
    pub(super) fn message(&mut self, message: &[u8]) -> Vec<Did> {
        self.step(&format!("message {}", hex(message)));
        let (now, mut done) = (self.now, vec![]);
        self.switch.message(now, message, &mut |output| done.push(Did::of(output)));
        done
    }

    /// The switch is polled until it sends nothing.
    pub(super) fn poll(&mut self) -> Vec<Did> {
        self.step("poll");
        let mut done = vec![];
        loop {
            let before = done.len();
            self.switch.poll(self.now, &mut |output| done.push(Did::of(output)));
            if done.len() == before {
                return done;
            }
        }
    }

    /// The operator wants all leases handed back.
    pub(super) fn give_up_all(&mut self) {
        self.step("give-up-all");
        self.switch.give_up_all();
    }

    /// The store gets what the switch has sent; gives its answers, which nobody has yet.
    pub(super) fn store(&mut self, sent: &[Did]) -> Vec<Vec<u8>> {
        sent.iter().filter_map(Did::for_store).for_each(|message| self.ask(message));
        self.answers()
    }

    /// What the store sends by itself, by now.
    pub(super) fn store_wakes(&mut self) -> Vec<Vec<u8>> {
        self.shard.poll(Instant::from_nanos(self.store_now), &mut self.out, &mut self.pool);
        self.answers()
    }

    /// What was sent goes to the store, the answers come back, and so on until nothing is under way. Gives what left last.
    pub(super) fn settle(&mut self, sent: Vec<Did>) -> Vec<Did> {
        let mut last = vec![];
        let mut under_way = VecDeque::from(sent);
        while let Some(did) = under_way.pop_front() {
            if did.for_store().is_none() {
                last.push(did);
                continue;
            }
            self.after(WAY);
            let answers = self.store(&[did]);
            self.after(WAY);
            for answer in answers {
                under_way.extend(self.message(&answer));
            }
        }
        last
    }

    /// A frame comes in, and everything that comes of it with a store that answers. Gives what left.
    pub(super) fn through(&mut self, port: u16, frame: &[u8]) -> Vec<Did> {
        let sent = self.packet(port, frame);
        self.settle(sent)
    }

    /// A poll, and everything that comes of it with a store that answers.
    pub(super) fn poll_through(&mut self) {
        let sent = self.poll();
        self.settle(sent);
    }

    /// The other switch asks the store for a flow. Gives what the store sends, to whomever.
    pub(super) fn rival_asks(&mut self, key: &[u32]) -> Vec<Vec<u8>> {
        let request = self.made(Made { kind: Kind::LeaseRequest, key, switch: RIVAL, ..Made::default() });
        self.ask(&request);
        self.answers()
    }

    /// A message as somebody who knows the format would make it.
    pub(super) fn made(&self, made: Made<'_>) -> Vec<u8> {
        let carries = !made.carried.is_empty();
        let mut memory = [&[0; HEADROOM], made.carried].concat();
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).expect("the packet is inside of its memory");
        let envelope = Envelope {
            layout: P::LAYOUT,
            kind: made.kind,
            flags: made.flags.with_piggyback(carries),
            switch: made.switch,
            incarnation: Incarnation::new(made.incarnation),
            epoch: made.epoch,
            seq: made.seq,
            timestamp: made.timestamp.unwrap_or(self.now),
            key: made.key,
            state: made.state,
        };
        envelope.encode(&mut buffer).expect("enough head room");
        buffer.bytes().to_vec()
    }

    fn step(&mut self, deed: &str) {
        let line = format!("at {} {deed}", self.now.raw());
        // What has no bytes leaves no space behind.
        writeln!(self.text, "{}", line.trim_end()).expect("text takes text");
    }

    fn ask(&mut self, message: &[u8]) {
        let mut datagram = self.pool.take().expect("a buffer");
        datagram.set_payload(message).expect("a message is shorter than a datagram");
        datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, 4000)));
        self.shard.handle(Instant::from_nanos(self.store_now), datagram, &mut self.out, &mut self.pool);
    }

    fn answers(&mut self) -> Vec<Vec<u8>> {
        let mut answers = vec![];
        while let Some(datagram) = self.out.pop() {
            answers.push(datagram.payload().to_vec());
            self.pool.give(datagram);
        }
        answers
    }
}

impl Did {
    fn of(output: Output<'_>) -> Self {
        match output {
            Output::Forward { bytes, .. } => Self::Forward(bytes.to_vec()),
            Output::Store { bytes } => Self::Store(bytes.to_vec()),
            Output::Punt { .. } | Output::Drop { .. } => Self::Other,
            Output::Broken { what, .. } => panic!("{what}"),
        }
    }

    /// The message, if it is one.
    pub(super) fn for_store(&self) -> Option<&[u8]> {
        if let Self::Store(message) = self { Some(message) } else { None }
    }

    /// The frame, if one left.
    pub(super) fn frame(&self) -> Option<&[u8]> {
        if let Self::Forward(frame) = self { Some(frame) } else { None }
    }
}

/// What a message says; the rest is as an answer to our switch would have it.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) kind: Kind,
    pub(super) key: &'a [u32],
    pub(super) state: &'a [u32],
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
    pub(super) flags: Flags,
    pub(super) carried: &'a [u8],
    pub(super) switch: u16,
    pub(super) incarnation: u16,
    /// Now, if it is not said.
    pub(super) timestamp: Option<Tick>,
}

impl Default for Made<'_> {
    fn default() -> Self {
        Self {
            kind: Kind::Grant,
            key: &[],
            state: &[],
            epoch: Epoch::NONE,
            seq: Seq::new(0),
            flags: Flags::new(),
            carried: &[],
            switch: SWITCH,
            incarnation: INCARNATION,
            timestamp: None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
