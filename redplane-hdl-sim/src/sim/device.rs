//! The device: what is given to it, time, and what it gives out.

use redplane_core::count::Counters;
use redplane_core::field::Pass;
use redplane_core::switch::Config;
use redplane_core::time::Tick;

use super::controller;
use super::deparser::Gress;
use super::engine::Engine;
use super::flight::{MirrorCopy, Ticket};
use super::hardware::Hardware;
use super::manager::{Occupancy, QueueId};
use super::observer::Observer;
use super::output::{Loss, Output};
use super::packet::{Key, Packet};
use super::unfit::Unfit;
use crate::pipeline::{Pipeline, StageArray};

/// A frame was offered at a port that the device does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchPort(pub u16);

impl std::fmt::Display for NoSuchPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the device has no port {}", self.0)
    }
}

impl std::error::Error for NoSuchPort {}

/// A device that runs one pipeline, watched by an observer.
#[derive(Debug)]
pub struct Device<O = ()> {
    engine: Engine,
    observer: O,
}

impl Device {
    /// A device that holds no lease, in cycle 0, and is watched by nobody.
    ///
    /// # Errors
    /// The pipeline is not one that the hardware can run.
    pub fn new(pipeline: Pipeline, config: &Config, hardware: Hardware) -> Result<Self, Unfit> {
        Self::watched(pipeline, config, hardware, ())
    }
}

impl<O: Observer> Device<O> {
    /// The same, watched by this observer.
    ///
    /// # Errors
    /// The pipeline is not one that the hardware can run.
    pub fn watched(
        pipeline: Pipeline,
        config: &Config,
        hardware: Hardware,
        observer: O,
    ) -> Result<Self, Unfit> {
        Ok(Self { engine: Engine::new(pipeline, config, hardware)?, observer })
    }

    /// A frame comes in by a port now. Gives its ticket.
    ///
    /// # Errors
    /// There is no such port.
    pub fn offer(&mut self, port: u16, frame: &[u8]) -> Result<Ticket, NoSuchPort> {
        self.offer_at(self.cycle(), port, frame)
    }

    /// A frame comes in by a port in this cycle; now, if that has passed.
    ///
    /// # Errors
    /// There is no such port.
    pub fn offer_at(&mut self, cycle: u64, port: u16, frame: &[u8]) -> Result<Ticket, NoSuchPort> {
        if usize::from(port) >= self.engine.hardware.ports.len() {
            return Err(NoSuchPort(port));
        }
        let mut flight = self.engine.flight(Pass::Packet, frame);
        flight.port = port;
        Ok(self.engine.give(cycle, flight, &mut self.observer))
    }

    /// A message comes from the store now: one, as [`redplane_core::wire::Message::parse`] takes it off a datagram.
    pub fn message(&mut self, bytes: &[u8]) -> Ticket {
        self.message_at(self.cycle(), bytes)
    }

    /// The same in this cycle; now, if that has passed.
    pub fn message_at(&mut self, cycle: u64, bytes: &[u8]) -> Ticket {
        let flight = self.engine.flight(Pass::Message, bytes);
        self.engine.give(cycle, flight, &mut self.observer)
    }

    /// The operator wants this flow handed back.
    pub fn give_up(&mut self, key: &[u32]) -> Ticket {
        let mut flight = self.engine.flight(Pass::GiveUp, &[]);
        flight.key = Key::new(key);
        self.engine.give(self.cycle(), flight, &mut self.observer)
    }

    /// A slot is swept, beside what the packet generator does.
    pub fn sweep(&mut self, slot: u32) -> Ticket {
        let mut flight = self.engine.flight(Pass::Sweep, &[]);
        flight.slot = slot;
        self.engine.give(self.cycle(), flight, &mut self.observer)
    }

    /// In a pipeline without RedPlane: gives a flow that has no slot a slot with this state, for good; false, and counted, if its
    /// set is full.
    pub fn install(&mut self, key: &[u32], state: &[u32]) -> bool {
        let Engine { memory, counters, .. } = &mut self.engine;
        controller::install(memory, counters, &Key::new(key), state)
    }

    /// One clock cycle.
    pub fn step(&mut self) {
        self.engine.step(&mut self.observer);
    }

    /// Runs until this cycle has begun. Cycles in which nothing is under way are passed over.
    pub fn run_until(&mut self, cycle: u64) {
        while self.cycle() < cycle {
            match self.engine.next_event() {
                Some(next) if next < cycle => {
                    self.engine.clock.advance_to(next);
                    self.step();
                }
                _ => self.engine.clock.advance_to(cycle),
            }
        }
    }

    /// Runs until everything that was given to the device has come to its end. Copies may still wait in the mirror queue or come
    /// around, and sweeps go on.
    pub fn run_until_idle(&mut self) {
        while self.engine.under_way > 0 {
            let Some(next) = self.engine.next_event() else { return };
            self.engine.clock.advance_to(next);
            self.step();
        }
    }

    /// The oldest thing that the device has given out and nobody has taken. Its time may be later than the device's: it is on its
    /// way over a link.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.engine.outputs.pop_front()
    }

    /// Gives a packet's memory back, so that the next one needs none.
    pub fn recycle(&mut self, packet: Packet) {
        self.engine.packets.push(packet);
    }

    /// The program is told this tick from now on, whatever the clock shows; `None` for the clock's own. Links and queues go on in
    /// cycles.
    pub fn freeze(&mut self, tick: Option<Tick>) {
        self.engine.clock.freeze(tick);
    }

    /// Whether copies stay in the mirror queue until [`Device::release_copy`].
    pub fn hold_copies(&mut self, hold: bool) {
        self.engine.manager.holds_copies = hold;
    }

    /// The oldest copy of the mirror queue comes around now, and its pass is run to its end; false if there is none.
    pub fn release_copy(&mut self) -> bool {
        let released = self.engine.release_copy();
        while self.engine.copies_under_way > 0 {
            let Some(next) = self.engine.next_event() else { break };
            self.engine.clock.advance_to(next);
            self.step();
        }
        released
    }

    /// Stages, and units in them, are looked at in an order that is drawn anew in each cycle, from this seed; `None` for theirs. The
    /// outcome is the same: that is what is to be shown with it.
    pub fn shuffle(&mut self, seed: Option<u64>) {
        self.engine.shuffle(seed);
    }

    /// How many of the things that were given to the device have not come to their end.
    pub fn under_way(&self) -> usize {
        self.engine.under_way
    }

    /// The first cycle, from now on, in which something may happen; `None` if nothing will.
    pub fn next_event(&self) -> Option<u64> {
        self.engine.next_event()
    }

    /// Cycles so far.
    pub fn cycle(&self) -> u64 {
        self.engine.clock.cycle()
    }

    /// A register cell; `None` if there is none.
    pub fn register(&self, array: StageArray, cell: u32) -> Option<u32> {
        self.view().register(array, cell)
    }

    /// The slot of a flow; `None` if it has none.
    pub fn slot_of(&self, key: &[u32]) -> Option<u32> {
        self.view().slot_of(key)
    }

    /// What waits in a queue.
    pub fn queue(&self, queue: QueueId) -> Occupancy {
        self.view().queue(queue)
    }

    /// What was done and what was ignored.
    pub fn counters(&self) -> &Counters {
        &self.engine.counters
    }

    /// Everything that can be seen of the device.
    pub fn view(&self) -> View<'_> {
        View::of(&self.engine)
    }

    /// Who watches.
    pub fn observer(&mut self) -> &mut O {
        &mut self.observer
    }

    /// Ends the device; gives who watched.
    pub fn into_observer(self) -> O {
        self.observer
    }
}

/// What can be seen of a device.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    engine: &'a Engine,
}

impl<'a> View<'a> {
    pub(super) fn of(engine: &'a Engine) -> Self {
        Self { engine }
    }

    /// What it runs.
    pub fn pipeline(self) -> &'a Pipeline {
        &self.engine.pipeline
    }

    /// What it is made of.
    pub fn hardware(self) -> &'a Hardware {
        &self.engine.hardware
    }

    /// The cycle.
    pub fn cycle(self) -> u64 {
        self.engine.clock.cycle()
    }

    /// What the device's nanosecond clock shows in a cycle.
    pub fn nanos_at(self, cycle: u64) -> u64 {
        self.engine.clock.nanos_at(cycle)
    }

    /// Cycles that so many nanoseconds take, rounded up.
    pub fn cycles(self, nanos: u64) -> u64 {
        self.engine.clock.cycles(nanos)
    }

    /// What the program is told of the time.
    pub fn tick(self) -> Tick {
        self.engine.clock.tick()
    }

    /// A register cell; `None` if there is none.
    pub fn register(self, array: StageArray, cell: u32) -> Option<u32> {
        self.engine.memory.cell(array, cell)
    }

    /// The slot of a flow; `None` if it has none.
    pub fn slot_of(self, key: &[u32]) -> Option<u32> {
        self.engine.memory.slot_of(key)
    }

    /// The flow that has a slot; `None` if none has.
    pub fn key_of(self, slot: u32) -> Option<Key> {
        self.engine.memory.key_of(slot)
    }

    /// What waits in a queue.
    pub fn queue(self, queue: QueueId) -> Occupancy {
        self.engine.manager.occupancy(queue)
    }

    /// The copies that wait in the mirror queue, oldest first.
    pub fn copies(self) -> impl Iterator<Item = &'a MirrorCopy> {
        self.engine.manager.copies()
    }

    /// What a stage holds: its ticket and the kind of pass.
    pub fn occupant(self, gress: Gress, stage: usize) -> Option<(Ticket, Pass)> {
        let first = if gress == Gress::Ingress { 0 } else { self.engine.code.ingress };
        let flight = self.engine.stages.get(first + stage)?.as_ref()?;
        Some((flight.ticket, flight.pass))
    }

    /// What was done and what was ignored.
    pub fn counters(self) -> &'a Counters {
        &self.engine.counters
    }

    /// How often the fixed parts lost something for this reason.
    pub fn losses(self, loss: Loss) -> u64 {
        self.engine.losses[loss as usize]
    }
}
