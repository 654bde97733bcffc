//! The world's switches: their clocks, what they are given and what they do.

use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, WhenSilent};
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::way::Way;
use redplane_core::wire::{HEADROOM, Kind, Message, PORT_MAX};

use super::{LEASE, SAFETY_NS, SWITCHES, StoreSide, World, layout_of, shard_of};
use crate::sim::app::{App, INSIDE_PORT, Key, Leaving, OUTSIDE_PORT, Sent};
use crate::sim::checker::open::{Times, Watch};
use crate::sim::frames;
use crate::sim::network::{End, Flight};
use crate::sim::summary::{Fault, Summary};

/// A mirror queue that fills up: what is scarce must be exercised.
const COPIES: usize = 4;
/// How long a replica of a store may be silent before the next one is tried.
const PATIENCE: Span = Span::from_millis(3);

pub(super) type AppSwitch<A, const SLOTS: usize> = Switch<<A as App>::Program, SLOTS, COPIES>;

/// A device that a switch runs on, which may be down.
pub(super) struct Node<A: App, const SLOTS: usize> {
    /// `None` while it is down.
    pub(super) switch: Option<Box<AppSwitch<A, SLOTS>>>,
    pub(super) incarnation: Incarnation,
    offset_ns: u64,
    drift_ppm: i64,
    watch: Watch<Key<A>>,
    /// The way to each shard.
    ways: Vec<Way>,
    pub(super) poll_at_ns: u64,
    pub(super) up_at_ns: u64,
}

impl<A: App, const SLOTS: usize> Node<A, SLOTS> {
    pub(super) fn new(
        app: &A,
        index: usize,
        drift_ppm_max: i64,
        rng: &mut fastrand::Rng,
        summary: &mut Summary,
    ) -> Self {
        let drift_ppm = if rng.bool() { rng.i64(-drift_ppm_max..=drift_ppm_max) } else { 0 };
        if drift_ppm != 0 {
            summary.fault(Fault::ClockDrift);
        }
        let config = config(app, index, Incarnation::default());
        let mut node = Self {
            switch: None,
            incarnation: Incarnation::new(if rng.bool() { u16::MAX } else { rng.u16(..) }),
            // Anywhere in the tick's wrap, half of them just before it.
            offset_ns: if rng.bool() { (1 << 40) - rng.u64(0..SAFETY_NS) } else { rng.u64(0..1 << 40) },
            drift_ppm,
            watch: Watch::new(times::<A>(&config)),
            ways: Vec::new(),
            poll_at_ns: 0,
            up_at_ns: 0,
        };
        node.boot(app, index, 0);
        node
    }

    /// Which of these many replicas of each shard serves is found out from now on.
    pub(super) fn find_ways(&mut self, shards: u16, replicas: usize) {
        self.ways = vec![Way::new(replicas, PATIENCE); usize::from(shards)];
    }

    /// The device's own clock, which does not wrap.
    fn local_ns(&self, now_ns: u64) -> u64 {
        let drift_ns = (now_ns as i128 * i128::from(self.drift_ppm) / 1_000_000) as i64;
        self.offset_ns.wrapping_add(now_ns).wrapping_add_signed(drift_ns)
    }

    /// The same as the switch is told it.
    pub(super) fn tick(&self, now_ns: u64) -> Tick {
        Tick::from_nanos(self.local_ns(now_ns))
    }

    pub(super) fn boot(&mut self, app: &A, index: usize, now_ns: u64) {
        let config = config(app, index, self.incarnation);
        self.watch = Watch::new(times::<A>(&config));
        let inside = PortSet::EMPTY.with(INSIDE_PORT);
        self.switch = Some(Box::new(Switch::new(&config, inside, self.tick(now_ns))));
    }

    /// Tells the watch what arrives, if it is an answer for this boot.
    fn watch_arrival(&mut self, index: usize, now_ns: u64, bytes: &[u8]) {
        let Ok((message, _)) = Message::parse(bytes, layout_of::<A>) else { return };
        let ours = usize::from(message.switch()) == index && message.incarnation() == self.incarnation;
        if ours && !message.kind().is_request() && message.tag().is_none() {
            let age_ns = u64::from(self.tick(now_ns).since(message.timestamp())) * TICK_NANOS;
            self.watch.answered(self.local_ns(now_ns), age_ns, key_of::<A>(&message), &message);
        }
    }
}

fn config<A: App>(app: &A, index: usize, incarnation: Incarnation) -> Config {
    let mut config = Config::new(index as u16, incarnation).with_lease_period(LEASE);
    config.resend_after = Span::from_millis(1);
    config.resend_max = Span::from_millis(8);
    app.configure(&mut config);
    config
}

fn times<A: App>(config: &Config) -> Times {
    Times {
        lease_ns: config.lease_period.nanos() - config.guard.nanos(),
        // A tick less, for the first of the ticks of silence has begun when it is counted.
        silence_ns: config.silence.nanos() - TICK_NANOS,
        open_ns: match A::Program::SCHEMA.when_silent {
            WhenSilent::FailClosed => 0,
            WhenSilent::BoundedOpen => config.open.nanos(),
        },
    }
}

/// The key that a message is about.
fn key_of<A: App>(message: &Message<'_>) -> Key<A> {
    let mut key = <Key<A> as redplane_core::program::Words>::ZERO;
    for (to, from) in key.as_mut().iter_mut().zip(message.key()) {
        *to = from.get();
    }
    key
}

/// Adds what a switch has counted.
pub(super) fn count<A: App, const SLOTS: usize>(summary: &mut Summary, switch: &AppSwitch<A, SLOTS>) {
    for reason in Reason::ALL {
        summary.reason(*reason, u64::from(switch.counters().reason(*reason)));
    }
    for event in Event::ALL {
        summary.event(*event, u64::from(switch.counters().event(*event)));
    }
}

/// What made a packet leave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The switch itself.
    Switch,
    /// A `WriteAck` or a `Release`.
    Answer,
}

impl<A: App, S: StoreSide<A>, const SLOTS: usize> World<A, S, SLOTS> {
    /// Gives a packet to the switch that its route leads to.
    pub(super) fn send_packet(&mut self, id: u16, sent: Sent<Key<A>>) -> Result<(), String> {
        self.sent.push((sent.key, sent.writes));
        self.around.summary.packets += 1;
        let index = self.routes[sent.route];
        let now = self.nodes[index].tick(self.around.now_ns);
        let Some(switch) = self.nodes[index].switch.as_mut() else {
            self.around.summary.fault(Fault::PacketToDeadSwitch);
            return Ok(());
        };
        let mut memory = vec![0; HEADROOM + sent.frame.len()];
        memory[HEADROOM..].copy_from_slice(&sent.frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let port = match sent.inside {
            // Some come in by a port that the device should not have.
            _ if !self.around.calm && self.around.rng.u32(0..2_000) == 0 => PORT_MAX + 1,
            true => INSIDE_PORT,
            false => OUTSIDE_PORT,
        };
        self.around.app.came_in(self.around.now_ns, id);
        let verdict = switch.handle_packet(now, Ingress { port, inside: sent.inside }, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        self.around.note(|app| format!("host -> switch {index}: packet {id}: {}", app.describe(&sent.frame)));
        self.obey(index, Cause::Switch, verdict, &bytes)
    }

    /// Does what a switch says.
    fn obey(&mut self, index: usize, cause: Cause, verdict: Verdict, bytes: &[u8]) -> Result<(), String> {
        match verdict {
            Verdict::Forward { .. } => self.output(index, cause, bytes),
            Verdict::ToStore { .. } => {
                self.send_to_store(index, bytes);
                Ok(())
            }
            Verdict::Consumed | Verdict::Dropped(_) | Verdict::Punt { .. } => Ok(()),
        }
    }

    fn send_to_store(&mut self, index: usize, bytes: &[u8]) {
        let node = &mut self.nodes[index];
        let Some(switch) = node.switch.as_ref() else { return };
        let mut shard = shard_of::<A>(switch.last_key());
        let parsed = Message::parse(bytes, layout_of::<A>).ok().map(|(message, _)| message);
        let asks = parsed.is_some_and(|message| message.kind() == Kind::LeaseRequest);
        if asks && !self.around.calm && A::SHARDS > 1 && self.around.rng.u32(0..200) == 0 {
            self.around.summary.fault(Fault::WrongShard);
            shard = (shard + 1) % usize::from(A::SHARDS);
        }
        if let Some(message) = parsed.filter(|message| message.kind() == Kind::GiveUp) {
            node.watch.gave_up(&key_of::<A>(&message), message.epoch());
        }
        let tick = node.tick(self.around.now_ns);
        let moved = node.ways[shard].sends(tick);
        self.around.summary.rule("RP-CH-6", u64::from(moved));
        let to = self.store.end(shard, node.ways[shard].current());
        self.around.transmit(End::Switch(index), to, bytes);
    }

    fn output(&mut self, index: usize, cause: Cause, frame: &[u8]) -> Result<(), String> {
        self.around.summary.outputs += 1;
        self.around.note(|app| format!("switch {index} -> host: {}", app.describe(frame)));
        let id = frames::id_of(frame).ok_or("an output without a number")?;
        let (key, writes) =
            *self.sent.get(usize::from(id)).ok_or("an output of a packet that was never sent")?;
        let at_once = cause == Cause::Switch;
        let open = match key {
            Some(key) if at_once => self.check_right(index, &key, writes)?,
            _ => false,
        };
        let leaving = Leaving { now_ns: self.around.now_ns, at_once, open };
        let store = &self.store;
        self.around.app.came_out(leaving, frame, |key| store.durable(key).copied())
    }

    /// What a switch lets go by itself has a live lease that is durable, or is open by right (which is given).
    fn check_right(&mut self, index: usize, key: &Key<A>, writes: bool) -> Result<bool, String> {
        let node = &mut self.nodes[index];
        let (tick, local_ns) = (node.tick(self.around.now_ns), node.local_ns(self.around.now_ns));
        let view = node.switch.as_mut().and_then(|switch| switch.inspect(tick, key));
        let Some(view) = view.filter(|view| view.live) else {
            return node.watch.check(local_ns, key, writes).map(|()| true);
        };
        let durable = self.store.durable(key);
        if durable.is_some_and(|durable| durable.epoch == view.epoch) {
            return Ok(false);
        }
        Err(format!("a packet left under epoch {}, but durable is {durable:?}", view.epoch))
    }

    /// The next datagram arrives.
    pub(super) fn arrive(&mut self) -> Result<(), String> {
        let Some(flight) = self.around.network.arrive() else { return Ok(()) };
        match flight.to {
            End::Shard(_) => self.store.arrive(&mut self.around, &flight),
            End::Switch(index) => self.arrive_at_switch(index, &flight),
        }
    }

    fn arrive_at_switch(&mut self, index: usize, flight: &Flight) -> Result<(), String> {
        let now = self.nodes[index].tick(self.around.now_ns);
        if self.nodes[index].switch.is_some() {
            self.nodes[index].watch_arrival(index, self.around.now_ns, &flight.bytes);
        }
        let node = &mut self.nodes[index];
        let Some(switch) = node.switch.as_mut() else { return Ok(()) };
        let (shard, replica) = self.store.whose(flight.from);
        if let Some(way) = node.ways.get_mut(shard) {
            let moved = way.hears(replica, &flight.bytes);
            self.around.summary.rule("RP-CH-6", u64::from(moved));
        }
        let kind = Message::parse(&flight.bytes, layout_of::<A>).ok().map(|(message, _)| message.kind());
        let mut memory = vec![0; HEADROOM + flight.bytes.len()];
        memory[HEADROOM..].copy_from_slice(&flight.bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let verdict = switch.handle_message(now, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        let cause = match kind {
            Some(Kind::WriteAck | Kind::Release) => Cause::Answer,
            _ => Cause::Switch,
        };
        self.obey(index, cause, verdict, &bytes)
    }

    pub(super) fn poll_switches(&mut self) {
        for index in 0..SWITCHES {
            if self.nodes[index].poll_at_ns <= self.around.now_ns {
                self.nodes[index].poll_at_ns = self.around.now_ns + self.around.rng.u64(200_000..400_000);
                self.poll_switch(index);
            }
            let node = &mut self.nodes[index];
            if node.switch.is_none() && node.up_at_ns <= self.around.now_ns {
                self.around.summary.fault(Fault::Restart);
                node.incarnation = node.incarnation.next();
                node.boot(&self.around.app, index, self.around.now_ns);
            }
        }
    }

    pub(super) fn poll_switch(&mut self, index: usize) {
        let now = self.nodes[index].tick(self.around.now_ns);
        let mut memory = [0; HEADROOM];
        loop {
            let Some(switch) = self.nodes[index].switch.as_mut() else { return };
            let mut out = Buffer::empty(&mut memory);
            if switch.poll(now, &mut out).is_none() {
                return;
            }
            let bytes = out.bytes().to_vec();
            self.send_to_store(index, &bytes);
        }
    }
}
