//! The world's switches: their clocks, what they are given and what they do.

use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::{Program, WhenSilent};
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{HEADROOM, Kind, Message, PORT_MAX};

use super::store::{layout_of, shard_of};
use super::{LEASE, SAFETY_NS, SWITCHES, World};
use crate::sim::app::{App, INSIDE_PORT, Key, Leaving, OUTSIDE_PORT, Sent};
use crate::sim::checker::open::{Times, Watch};
use crate::sim::frames;
use crate::sim::garbage;
use crate::sim::network::{End, Flight};
use crate::sim::summary::{Fault, Summary};

/// A mirror queue that fills up: what is scarce must be exercised.
const COPIES: usize = 4;
/// The clocks of switches differ from the store's by up to 9 parts in 1000; the guard is 10.
const DRIFT_PPM_MAX: i64 = 9_000;

pub(super) type AppSwitch<A, const SLOTS: usize> = Switch<<A as App>::Program, SLOTS, COPIES>;

/// A device that a switch runs on, which may be down.
pub(super) struct Node<A: App, const SLOTS: usize> {
    /// `None` while it is down.
    pub(super) switch: Option<Box<AppSwitch<A, SLOTS>>>,
    pub(super) incarnation: Incarnation,
    offset_ns: u64,
    drift_ppm: i64,
    watch: Watch<Key<A>>,
    pub(super) poll_at_ns: u64,
    pub(super) up_at_ns: u64,
}

impl<A: App, const SLOTS: usize> Node<A, SLOTS> {
    pub(super) fn new(app: &A, index: usize, rng: &mut fastrand::Rng, summary: &mut Summary) -> Self {
        let drift_ppm = if rng.bool() { rng.i64(-DRIFT_PPM_MAX..=DRIFT_PPM_MAX) } else { 0 };
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
            poll_at_ns: 0,
            up_at_ns: 0,
        };
        node.boot(app, index, 0);
        node
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

impl<A: App, const SLOTS: usize> World<A, SLOTS> {
    /// Gives a packet to the switch that its route leads to.
    pub(super) fn send_packet(&mut self, id: u16, sent: Sent<Key<A>>) -> Result<(), String> {
        self.sent.push((sent.key, sent.writes));
        self.summary.packets += 1;
        let index = self.routes[sent.route];
        let now = self.nodes[index].tick(self.now_ns);
        let Some(switch) = self.nodes[index].switch.as_mut() else {
            self.summary.fault(Fault::PacketToDeadSwitch);
            return Ok(());
        };
        let mut memory = vec![0; HEADROOM + sent.frame.len()];
        memory[HEADROOM..].copy_from_slice(&sent.frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let port = match sent.inside {
            // Some come in by a port that the device should not have.
            _ if !self.calm && self.rng.u32(0..2_000) == 0 => PORT_MAX + 1,
            true => INSIDE_PORT,
            false => OUTSIDE_PORT,
        };
        self.app.came_in(self.now_ns, id);
        let verdict = switch.handle_packet(now, Ingress { port, inside: sent.inside }, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        self.note(|app| format!("host -> switch {index}: packet {id}: {}", app.describe(&sent.frame)));
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
        let Some(switch) = self.nodes[index].switch.as_ref() else { return };
        let mut shard = shard_of::<A>(switch.last_key());
        let asks = Message::parse(bytes, layout_of::<A>)
            .is_ok_and(|(message, _)| message.kind() == Kind::LeaseRequest);
        if asks && !self.calm && A::SHARDS > 1 && self.rng.u32(0..200) == 0 {
            self.summary.fault(Fault::WrongShard);
            shard = (shard + 1) % usize::from(A::SHARDS);
        }
        self.transmit(End::Switch(index), End::Shard(shard), bytes);
    }

    fn output(&mut self, index: usize, cause: Cause, frame: &[u8]) -> Result<(), String> {
        self.summary.outputs += 1;
        self.note(|app| format!("switch {index} -> host: {}", app.describe(frame)));
        let id = frames::id_of(frame).ok_or("an output without a number")?;
        let (key, writes) =
            *self.sent.get(usize::from(id)).ok_or("an output of a packet that was never sent")?;
        let at_once = cause == Cause::Switch;
        let open = match key {
            Some(key) if at_once => self.check_right(index, &key, writes)?,
            _ => false,
        };
        let leaving = Leaving { now_ns: self.now_ns, at_once, open };
        let stores = &mut self.stores;
        self.app.came_out(leaving, frame, |key| {
            stores[shard_of::<A>(key)].shard.durability_mut().durable(key).copied()
        })
    }

    /// What a switch lets go by itself has a live lease that is durable, or is open by right (which is given).
    fn check_right(&mut self, index: usize, key: &Key<A>, writes: bool) -> Result<bool, String> {
        let node = &mut self.nodes[index];
        let (tick, local_ns) = (node.tick(self.now_ns), node.local_ns(self.now_ns));
        let view = node.switch.as_mut().and_then(|switch| switch.inspect(tick, key));
        let Some(view) = view.filter(|view| view.live) else {
            return node.watch.check(local_ns, key, writes).map(|()| true);
        };
        let durable = self.stores[shard_of::<A>(key)].shard.durability_mut().durable(key);
        if durable.is_some_and(|durable| durable.epoch == view.epoch) {
            return Ok(false);
        }
        Err(format!("a packet left under epoch {}, but durable is {durable:?}", view.epoch))
    }

    /// Sends a datagram, tells the app if a packet will arrive twice for it, and now and then sends garbage after it.
    pub(super) fn transmit(&mut self, from: End, to: End, bytes: &[u8]) {
        let parsed = Message::parse(bytes, layout_of::<A>).ok().map(|(message, _)| message);
        if let Some(message) = parsed {
            self.summary.message(message.kind());
            self.note(|_| format!("{from:?} -> {to:?}: {message}"));
            if let (Kind::GiveUp, End::Switch(index)) = (message.kind(), from) {
                self.nodes[index].watch.gave_up(&key_of::<A>(&message), message.epoch());
            }
        }
        let twice = self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, bytes);
        if let (true, Some(message)) = (twice, parsed)
            && matches!(message.kind(), Kind::LeaseRequest | Kind::Grant)
            && let Some(id) = message.piggyback().and_then(frames::id_of)
        {
            self.app.duplicated(self.now_ns, id);
        }
        if !self.calm && self.rng.u32(0..60) == 0 {
            self.send_garbage(from, to, bytes);
        }
    }

    fn send_garbage(&mut self, from: End, to: End, bytes: &[u8]) {
        self.summary.fault(Fault::Garbage);
        let (spoiled, to_switch) = garbage::spoil(&mut self.rng, bytes, matches!(to, End::Switch(_)));
        let (switch, shard) = match (from, to) {
            (End::Switch(_), _) => (from, to),
            _ => (to, from),
        };
        let (from, to) = if to_switch { (shard, switch) } else { (switch, shard) };
        if let Ok((message, _)) = Message::parse(&spoiled, layout_of::<A>) {
            self.summary.message(message.kind());
            // What can still be told for a message may make its packet arrive once more.
            if let Some(id) = message.piggyback().and_then(frames::id_of) {
                self.app.duplicated(self.now_ns, id);
            }
        }
        self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, &spoiled);
    }

    /// The next datagram arrives.
    pub(super) fn arrive(&mut self) -> Result<(), String> {
        let Some(flight) = self.network.arrive() else { return Ok(()) };
        match flight.to {
            End::Shard(shard) => self.arrive_at_store(shard, &flight),
            End::Switch(index) => self.arrive_at_switch(index, &flight),
        }
    }

    fn arrive_at_switch(&mut self, index: usize, flight: &Flight) -> Result<(), String> {
        let now = self.nodes[index].tick(self.now_ns);
        if self.nodes[index].switch.is_some() {
            self.nodes[index].watch_arrival(index, self.now_ns, &flight.bytes);
        }
        let Some(switch) = self.nodes[index].switch.as_mut() else { return Ok(()) };
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
            if self.nodes[index].poll_at_ns <= self.now_ns {
                self.nodes[index].poll_at_ns = self.now_ns + self.rng.u64(200_000..400_000);
                self.poll_switch(index);
            }
            let node = &mut self.nodes[index];
            if node.switch.is_none() && node.up_at_ns <= self.now_ns {
                self.summary.fault(Fault::Restart);
                node.incarnation = node.incarnation.next();
                node.boot(&self.app, index, self.now_ns);
            }
        }
    }

    pub(super) fn poll_switch(&mut self, index: usize) {
        let now = self.nodes[index].tick(self.now_ns);
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
