//! Switch and device side by side, and what is compared.
//!
//! Both are given the same at the same tick and answer to one shard of the store, over a network that loses, repeats and reorders.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::count::{Counters, Event, Reason};
use redplane_core::machine::Array;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, Words};
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Initializer, Instant, Limits};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{HEADROOM, Kind};
use redplane_hdl_sim::pipeline::{Pipeline, StageArray};
use redplane_hdl_sim::sim::{Device, Hardware, Link, Loss, Output, Port, QueueId, What};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig};

use super::registers::Registers;
use super::traffic::Traffic;
use super::{Difference, Tally};

/// Copies that the switch's mirror queue takes.
pub(super) const COPIES: usize = 1024;
/// Copies that a round of polls takes around.
const COPIES_A_POLL: usize = 64;
pub(super) const INSIDE_PORT: u16 = 0;
pub(super) const OUTSIDE_PORT: u16 = 1;
/// Ports of the device. A message may name others.
const PORTS: u16 = 4;
/// The lease period.
pub(super) const LEASE: Span = Span::from_millis(20);
/// Cycles in which everything that the device was given must have come to its end.
const REST_CYCLES: u64 = 1_000_000;
/// Flows that are compared after each step, the ones met last.
const KEYS: usize = 32;
/// All registers are compared after so many steps.
const REGISTERS_EVERY: u64 = 16;

/// The ports on the inside.
const INSIDE: PortSet = PortSet::EMPTY.with(INSIDE_PORT);

/// What a machine did with what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Did {
    Forward {
        port: u16,
        bytes: Vec<u8>,
    },
    ToStore {
        kind: Kind,
        key: Vec<u32>,
        bytes: Vec<u8>,
    },
    Punt {
        port: u16,
        reason: Reason,
        bytes: Vec<u8>,
    },
    Dropped(Reason),
    /// It had come in by a port, so a damaged message says, that the device does not have.
    NoSuchPort,
    /// The device lost what the switch does not lose.
    Lost(Loss),
}

impl Did {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Forward { bytes, .. } | Self::ToStore { bytes, .. } | Self::Punt { bytes, .. } => bytes,
            Self::Dropped(_) | Self::NoSuchPort | Self::Lost(_) => &[],
        }
    }
}

/// The two machines and what they answer to.
pub(super) struct Pair<P: Program, I, const N: usize> {
    seed: u64,
    steps: u64,
    pub(super) rng: fastrand::Rng,
    pub(super) switch: Box<Switch<P, N, COPIES>>,
    pub(super) device: Device,
    shard: Shard<P, I, OneReplica>,
    pool: Pool,
    out: Queue,
    pub(super) now: Tick,
    store_now: u64,
    sweep_next: u32,
    /// Messages from the store that have not arrived.
    pub(super) under_way: Vec<Vec<u8>>,
    pub(super) keys: VecDeque<P::Key>,
    taken: u64,
    /// How much rarer than usual long waits are, as a power of two: leases last for few packets or for many.
    pub(super) pace: u32,
    /// Whether copies may wait in the device's mirror queue in another order than in the switch's.
    pub(super) is_mixed: bool,
    pub(super) tally: Tally,
}

impl<P: Program + Debug, I: Initializer<P>, const N: usize> Pair<P, I, N> {
    pub(super) fn new(
        seed: u64,
        pipeline: &Pipeline,
        config: Config,
        initializer: I,
    ) -> Result<Self, Difference> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let config = Config { resend_after: Span::from_millis(1), ..config }.with_lease_period(LEASE);
        // Half of the runs come to the clock's wrap.
        let now = Tick::new(if rng.bool() { u32::MAX - rng.u32(0..200_000) } else { rng.u32(..) });
        let ports = (0..PORTS).map(|number| Port {
            inside: INSIDE.contains(number),
            leads_to: number ^ 1,
            link: Link::FAST,
        });
        let hardware = Hardware {
            sweep_every: None,
            controller_cycles: 1000,
            ..Hardware::new(pipeline, ports.collect())
        };
        let mut device = Device::new(pipeline.clone(), &config, hardware).map_err(|unfit| Difference {
            seed,
            step: 0,
            what: format!("no device: {unfit}"),
        })?;
        device.hold_copies(true);
        device.shuffle((rng.u32(0..4) == 0).then(|| rng.u64(..)));
        let store = ShardConfig {
            lease_period: LEASE,
            limits: Limits { flows: 64, waiting_per_flow: 8, waiting: 16 },
            pending: 64,
            epoch_floor: Epoch::new(if rng.bool() { u32::MAX - 3 } else { 0 }),
            first_seq: Seq::new(if rng.bool() { u32::MAX - 3 } else { 0 }),
        };
        Ok(Self {
            seed,
            steps: 0,
            switch: Box::new(Switch::new(&config, INSIDE, now)),
            device,
            pool: Pool::with_capacity(Shard::<P, I, OneReplica>::buffers_held(&store) + 64),
            shard: Shard::new(&store, initializer, OneReplica::default()),
            out: Queue::with_capacity(64),
            now,
            store_now: 1_000_000_000,
            sweep_next: 0,
            under_way: vec![],
            keys: VecDeque::new(),
            taken: 0,
            pace: rng.u32(0..6),
            is_mixed: false,
            tally: Tally::default(),
            rng,
        })
    }

    /// What was exercised.
    pub(super) fn finish(mut self) -> Tally {
        self.tally.count_all(self.switch.counters());
        self.tally
    }

    /// Counts a step; after some of them all registers are compared.
    pub(super) fn step_done(&mut self) -> Result<(), Difference> {
        self.steps += 1;
        if self.steps.is_multiple_of(REGISTERS_EVERY) { self.compare_registers() } else { Ok(()) }
    }

    pub(super) fn differ(&self, what: String) -> Difference {
        Difference { seed: self.seed, step: self.steps, what }
    }

    /// The device's and the switch's are the same.
    pub(super) fn same<T: Debug + PartialEq>(
        &self,
        device: T,
        switch: T,
        what: impl FnOnce() -> String,
    ) -> Result<(), Difference> {
        if device == switch {
            return Ok(());
        }
        let what = what();
        Err(self.differ(format!("{what}: the device's is {device:02x?}, the switch's is {switch:02x?}")))
    }

    pub(super) fn outputs(&mut self) -> Vec<Did> {
        std::iter::from_fn(|| self.device.poll_output())
            .map(|Output { what, .. }| match what {
                What::Forward { port, packet, .. } => Did::Forward { port, bytes: packet.to_vec() },
                What::ToStore { kind, key, packet } => {
                    Did::ToStore { kind, key: key.to_vec(), bytes: packet.to_vec() }
                }
                What::Punt { port, reason, packet } => Did::Punt { port, reason, bytes: packet.to_vec() },
                What::Dropped(reason) => Did::Dropped(reason),
                What::Lost(Loss::NoSuchPort) => Did::NoSuchPort,
                What::Lost(loss) => Did::Lost(loss),
                What::Miss { .. } => Did::Dropped(Reason::NoSlot),
            })
            .collect()
    }

    fn did(&self, verdict: Verdict, buffer: &Buffer<'_>) -> Option<Did> {
        let bytes = buffer.bytes().to_vec();
        Some(match verdict {
            Verdict::Forward { port } if port >= PORTS => Did::NoSuchPort,
            Verdict::Forward { port } => Did::Forward { port, bytes },
            Verdict::ToStore { kind } => {
                Did::ToStore { kind, key: self.switch.last_key().as_ref().to_vec(), bytes }
            }
            Verdict::Punt { port, reason } => Did::Punt { port, reason, bytes },
            Verdict::Dropped(reason) => Did::Dropped(reason),
            Verdict::Consumed => return None,
        })
    }

    /// Gives the switch a frame.
    pub(super) fn switch_frame(&mut self, port: u16, frame: &[u8]) -> Result<Option<Did>, Difference> {
        self.with_buffer(frame, |switch, now, buffer| {
            switch.handle_packet(now, Ingress { port, inside: INSIDE.contains(port) }, buffer)
        })
    }

    /// Gives the switch a message.
    pub(super) fn switch_message(&mut self, bytes: &[u8]) -> Result<Option<Did>, Difference> {
        self.with_buffer(bytes, |switch, now, buffer| switch.handle_message(now, buffer))
    }

    fn with_buffer(
        &mut self,
        bytes: &[u8],
        handle: impl FnOnce(&mut Switch<P, N, COPIES>, Tick, &mut Buffer<'_>) -> Verdict,
    ) -> Result<Option<Did>, Difference> {
        let mut memory = vec![0; HEADROOM + bytes.len()];
        memory[HEADROOM..].copy_from_slice(bytes);
        let end = memory.len();
        let Some(mut buffer) = Buffer::new(&mut memory, HEADROOM, end) else {
            return Err(self.differ("no buffer could be made".into()));
        };
        let verdict = handle(&mut self.switch, self.now, &mut buffer);
        Ok(self.did(verdict, &buffer))
    }

    /// Both are given a frame.
    pub(super) fn frame(&mut self, port: u16, frame: &[u8]) -> Result<Vec<Did>, Difference> {
        self.tally.count("packets");
        let expected: Vec<_> = self.switch_frame(port, frame)?.into_iter().collect();
        self.device.freeze(Some(self.now));
        let offered = self.device.offer(port, frame);
        offered.map_err(|error| self.differ(error.to_string()))?;
        self.rest()?;
        let done = self.outputs();
        self.same(&done, &expected, || format!("what became of the frame {frame:02x?}"))?;
        self.settle(&done)?;
        Ok(done)
    }

    /// Both are given a message.
    pub(super) fn message(&mut self, bytes: &[u8]) -> Result<Vec<Did>, Difference> {
        self.tally.count("messages");
        let expected = self.switch_message(bytes)?;
        self.device.freeze(Some(self.now));
        self.device.message(bytes);
        self.rest()?;
        let mut done = self.outputs();
        // The switch does not say of a message that is used up what of it was ignored; the counters do.
        if expected.is_none() {
            done.retain(|done| !matches!(done, Did::Dropped(_)));
        }
        let expected: Vec<_> = expected.into_iter().collect();
        self.same(&done, &expected, || format!("what became of the message {bytes:02x?}"))?;
        self.settle(&done)?;
        Ok(done)
    }

    /// Time has passed for both: copies come around, slots are swept.
    pub(super) fn poll(&mut self) -> Result<(), Difference> {
        self.tally.count("polls");
        self.device.freeze(Some(self.now));
        if self.is_mixed {
            return self.poll_all();
        }
        let mut left = COPIES_A_POLL;
        loop {
            let expected = self.switch_poll();
            self.sweep_too()?;
            let sent = !expected.is_empty();
            let mut done = vec![];
            for _ in 0..left.min(self.device.queue(QueueId::Mirror).packets) {
                left -= 1;
                self.device.release_copy();
                done = self.outputs();
                if !done.is_empty() {
                    break;
                }
            }
            self.same(&done, &expected, || "what was sent again".into())?;
            self.settle(&done)?;
            if !sent {
                return Ok(());
            }
        }
    }

    /// All copies come around, in whatever order they wait. Some do so twice, and stay the second time: no time has passed.
    fn poll_all(&mut self) -> Result<(), Difference> {
        let rounds = self.switch.mirrored() / COPIES_A_POLL + 1;
        let mut expected = vec![];
        for _ in 0..rounds {
            loop {
                let sent = self.switch_poll();
                if sent.is_empty() {
                    break;
                }
                expected.extend(sent);
            }
        }
        self.sweep_too()?;
        for _ in 0..rounds * COPIES_A_POLL {
            self.device.release_copy();
        }
        let mut done = self.outputs();
        done.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        expected.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        self.same(&done, &expected, || "what was sent again".into())?;
        self.settle(&done)
    }

    /// What the switch sends when it is polled once: one message at most.
    fn switch_poll(&mut self) -> Vec<Did> {
        let mut memory = [0; 2 * HEADROOM];
        let mut buffer = Buffer::empty(&mut memory);
        let sent = self.switch.poll(self.now, &mut buffer);
        sent.and_then(|kind| self.did(Verdict::ToStore { kind }, &buffer)).into_iter().collect()
    }

    /// The device sweeps what the switch has swept.
    fn sweep_too(&mut self) -> Result<(), Difference> {
        let swept = |counters: &Counters| counters.event(Event::Swept);
        for _ in 0..swept(self.switch.counters()).wrapping_sub(swept(self.device.counters())) {
            self.device.sweep(self.sweep_next);
            self.rest()?;
            self.sweep_next = (self.sweep_next + 1) % N as u32;
        }
        Ok(())
    }

    /// Everything that was given to the device comes to its end.
    fn rest(&mut self) -> Result<(), Difference> {
        let limit = self.device.cycle() + REST_CYCLES;
        while self.device.under_way() > 0 {
            let Some(next) = self.device.next_event().filter(|next| *next < limit) else {
                return Err(self.differ("the device does not come to rest".into()));
            };
            self.device.run_until(next + 1);
        }
        Ok(())
    }

    /// The operator hands a flow back.
    pub(super) fn give_up(&mut self, key: P::Key) -> Result<(), Difference> {
        self.tally.count("give-ups");
        self.switch.give_up(self.now, &key);
        self.device.freeze(Some(self.now));
        self.device.give_up(key.as_ref());
        self.rest()?;
        let done = self.outputs();
        self.same(done, vec![], || format!("what became of the order to give {key:x?} up"))?;
        self.settle(&[])
    }

    /// Gives the store what was sent to it, and compares what stays.
    pub(super) fn settle(&mut self, done: &[Did]) -> Result<(), Difference> {
        for did in done {
            let Did::ToStore { bytes, key, .. } = did else { continue };
            if let Some(key) = key_of::<P>(key).filter(|key| !self.keys.contains(key)) {
                if self.keys.len() == KEYS {
                    self.keys.pop_front();
                }
                self.keys.push_back(key);
            }
            self.tally.count("messages to the store");
            if self.rng.u32(0..10) > 0 {
                self.ask_store(bytes);
            } else {
                self.tally.count("messages lost on the way to the store");
            }
        }
        self.compare_counters()?;
        let (device, switch) = (self.device.queue(QueueId::Mirror).packets, self.switch.mirrored());
        self.same(device, switch, || "copies in the mirror queue".into())?;
        self.compare_flows()
    }

    fn compare_counters(&self) -> Result<(), Difference> {
        let (device, switch) = (self.device.counters(), self.switch.counters());
        for event in Event::ALL {
            self.same(device.event(*event), switch.event(*event), || format!("counter {}", event.name()))?;
        }
        for reason in Reason::ALL {
            self.same(device.reason(*reason), switch.reason(*reason), || {
                format!("counter {}", reason.name())
            })?;
        }
        Ok(())
    }

    /// Of the flows met last, everything that the switch shows.
    fn compare_flows(&mut self) -> Result<(), Difference> {
        for at in 0..self.keys.len() {
            let key = self.keys[at];
            let slot = self.device.slot_of(key.as_ref());
            let view = self.switch.inspect(self.now, &key);
            let name = |what: &str| format!("{what} of the flow {key:x?}");
            self.same(slot.is_some(), view.is_some(), || name("having a slot"))?;
            let (Some(slot), Some(view)) = (slot, view) else { continue };
            let cell = |array| self.device.register(StageArray::Core(array), slot).unwrap_or_default();
            let device = [cell(Array::Epoch), cell(Array::Seq), cell(Array::Acked)];
            self.same(device, [view.epoch.raw(), view.seq, view.acked], || name("epoch, seq and acked"))?;
            self.same(cell(Array::Renounced) != 0, view.renounced, || name("tombstone"))?;
            self.same(Tick::new(cell(Array::Deadline)).is_after(self.now), view.live, || name("life"))?;
            for (word, value) in view.state.as_ref().iter().enumerate() {
                self.same(cell(Array::State(word as u8)), *value, || name("state"))?;
            }
        }
        Ok(())
    }

    /// Every cell of every array, and which flow has which slot.
    pub(super) fn compare_registers(&mut self) -> Result<(), Difference> {
        let Some(registers) = Registers::of(&*self.switch) else {
            return Err(self.differ("the switch's registers could not be read".into()));
        };
        self.same(N, registers.slots.len(), || "number of slots".into())?;
        let mut taken = 0;
        for (number, slot) in registers.slots.iter().enumerate() {
            let number = number as u32;
            let key = self.device.view().key_of(number).map(|key| key.to_vec());
            taken += u64::from(key.is_some());
            let switch_key = (slot.cells[0] != Epoch::NONE.raw()).then(|| slot.key.clone());
            self.same(key, switch_key, || format!("flow of slot {number}"))?;
            let cell = |array| self.device.register(StageArray::Core(array), number);
            let arrays =
                [Array::Epoch, Array::Renounced, Array::Deadline, Array::Seq, Array::Acked, Array::Asked];
            self.same(arrays.map(cell), slot.cells.map(Some), || format!("registers of slot {number}"))?;
            let words = 0..slot.state.len() as u8;
            let state: Vec<_> = words.map(|word| cell(Array::State(word)).unwrap_or_default()).collect();
            self.same(&state, &slot.state, || format!("state of slot {number}"))?;
        }
        // A program that never goes open has no such array.
        if let Some(silence) = self.device.register(StageArray::Core(Array::Silence), 0) {
            self.same(silence, registers.silence, || "silence".into())?;
        }
        self.tally.count_many("insertions", taken.saturating_sub(self.taken));
        self.taken = taken;
        Ok(())
    }

    /// The store gets a message.
    pub(super) fn ask_store(&mut self, bytes: &[u8]) {
        let Some(mut datagram) = self.pool.take() else { return };
        // What is too long for a datagram is lost.
        if datagram.set_payload(bytes).is_err() {
            self.pool.give(datagram);
            return;
        }
        datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, 4000)));
        self.shard.handle(Instant::from_nanos(self.store_now), datagram, &mut self.out, &mut self.pool);
        self.take_answers();
    }

    fn take_answers(&mut self) {
        while let Some(datagram) = self.out.pop() {
            self.under_way.push(datagram.payload().to_vec());
            self.pool.give(datagram);
        }
    }

    /// Time goes on by so many ticks.
    pub(super) fn advance(&mut self, ticks: u32) {
        self.now = self.now + Span::from_ticks(ticks);
        self.store_now += u64::from(ticks) * TICK_NANOS;
        self.shard.poll(Instant::from_nanos(self.store_now), &mut self.out, &mut self.pool);
        self.take_answers();
    }

    /// Tells the traffic what came of it.
    pub(super) fn tell(&mut self, traffic: &mut impl Traffic, done: &[Did]) {
        for did in done {
            match did {
                Did::Forward { port, bytes } => traffic.left(*port, bytes),
                Did::ToStore { key, .. } => {
                    let Some(key) = key_of::<P>(key) else { continue };
                    if let Some(view) = self.switch.inspect(self.now, &key) {
                        traffic.learn(key.as_ref(), view.state.as_ref());
                    }
                }
                _ => {}
            }
        }
    }
}

/// The key that these words are; `None` if they are too many or too few.
pub(super) fn key_of<P: Program>(words: &[u32]) -> Option<P::Key> {
    let mut key = <P::Key as Words>::ZERO;
    (words.len() == P::Key::LEN).then(|| {
        key.as_mut().copy_from_slice(words);
        key
    })
}
