//! The world of a run: three switches, a shard, hosts, a network, and what is checked after every call of a switch.

use redplane_core::count::{Event, Reason};
use redplane_core::machine::Report;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation};
use redplane_core::store::Instant;
use redplane_core::switch::{Config, Ingress, Snapshots, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{HEADROOM, Kind, Layout, Message, Refusal};

use super::history::{Cause, History, Owner};
use super::shard::Store;
use super::spoil;
use super::tally::{GOES_ON, Packet, ROWS, SLOTS, STOPS, Tally, Words};
use crate::sim::Violation;
use crate::sim::checker::{owner, quiet};
use crate::sim::garbage;
use crate::sim::many::Ran;
use crate::sim::network::{End, Flight, Network, Weather};
use crate::sim::summary::{Fault, Summary};

/// The lease period of all runs.
pub const LEASE: Span = Span::from_millis(20);
/// Most flows of a run: more than a switch has slots.
pub const FLOWS: usize = 6;

pub(super) const SWITCHES: usize = 3;
/// One set of the flow table.
const FLOW_SLOTS: usize = 4;
const COPIES: usize = 8;
const PORT: u16 = 1;
const SAFETY_NS: u64 = 200_000_000;
/// Datagrams under way that no honest run has: somebody answers answers.
const FLOOD: usize = 10_000;
/// Datagrams under way from which on those with packets are lost. A packet that waits for a structure travels to the store and back,
/// and a network that duplicates it each time needs queues that end.
const QUEUES: usize = 200;
/// The clocks of switches differ from the store's by up to 9 parts in 1000; the guard is 10.
const DRIFT_PPM_MAX: i64 = 9_000;
/// Rooms of the buffers that a switch is polled with: for a single slot, for a few, for all.
const ROOMS: [usize; 3] = [HEADROOM, HEADROOM + 24, 1_500];

type TallySwitch<const W: u8> = Switch<Tally<W>, FLOW_SLOTS, COPIES>;

/// A device that a switch runs on, which may be down, and the model of what it holds.
pub(super) struct Device<const W: u8> {
    switch: Option<Box<TallySwitch<W>>>,
    incarnation: Incarnation,
    offset_ns: u64,
    drift_ppm: i64,
    pub(super) poll_at_ns: u64,
    up_at_ns: u64,
    held: [Option<Held>; FLOWS],
}

/// A structure that a switch has restored.
#[derive(Clone, Copy)]
struct Held {
    words: Words,
    /// Whether the history knows of it: a lease that lapsed while the structure was restored may never be live again.
    known: bool,
    /// Whether the switch has said that packets go on beyond the bound, and nothing else since.
    told: bool,
}

/// Counters before a call.
struct Before {
    stale: u32,
    windows: u32,
    completes: u32,
}

impl<const W: u8> Device<W> {
    fn new(index: usize, rng: &mut fastrand::Rng, snapshots: Snapshots, summary: &mut Summary) -> Self {
        let drift_ppm = if rng.bool() { rng.i64(-DRIFT_PPM_MAX..=DRIFT_PPM_MAX) } else { 0 };
        if drift_ppm != 0 {
            summary.fault(Fault::ClockDrift);
        }
        let mut device = Self {
            switch: None,
            incarnation: Incarnation::new(if rng.bool() { u16::MAX } else { rng.u16(..) }),
            // Anywhere in the tick's wrap, half of them just before it.
            offset_ns: if rng.bool() { (1 << 40) - rng.u64(0..SAFETY_NS) } else { rng.u64(0..1 << 40) },
            drift_ppm,
            poll_at_ns: 0,
            up_at_ns: 0,
            held: [None; FLOWS],
        };
        device.boot(index, snapshots, 0);
        device
    }

    fn tick(&self, now_ns: u64) -> Tick {
        let drift_ns = (now_ns as i128 * i128::from(self.drift_ppm) / 1_000_000) as i64;
        Tick::from_nanos(self.offset_ns.wrapping_add(now_ns).wrapping_add_signed(drift_ns))
    }

    fn boot(&mut self, index: usize, snapshots: Snapshots, now_ns: u64) {
        let mut config = Config::new(index as u16, self.incarnation).with_lease_period(LEASE);
        config.resend_after = Span::from_millis(1);
        config.resend_max = Span::from_millis(8);
        config.snapshots = snapshots;
        self.switch = Some(Box::new(Switch::new(&config, PortSet::ALL, self.tick(now_ns))));
        self.held = [None; FLOWS];
    }

    /// Loses its memory; false: it had none.
    pub(super) fn crash(&mut self, summary: &mut Summary, up_at_ns: u64) -> bool {
        let Some(switch) = self.switch.take() else { return false };
        count(summary, &switch);
        self.held = [None; FLOWS];
        self.up_at_ns = up_at_ns;
        true
    }

    fn before(&self) -> Before {
        let event = |event| self.switch.as_ref().map_or(0, |switch| switch.counters().event(event));
        Before {
            stale: event(Event::StaleWentOn),
            windows: event(Event::WindowEnded),
            completes: event(Event::SnapshotComplete),
        }
    }
}

fn count<const W: u8>(summary: &mut Summary, switch: &TallySwitch<W>) {
    for reason in Reason::ALL {
        summary.reason(*reason, u64::from(switch.counters().reason(*reason)));
    }
    for event in Event::ALL {
        summary.event(*event, u64::from(switch.counters().event(*event)));
    }
}

pub(super) fn layout_of<const W: u8>(schema: u8) -> Option<Layout> {
    (schema == Tally::<W>::LAYOUT.schema).then_some(Tally::<W>::LAYOUT)
}

/// One run.
pub struct World<const W: u8> {
    pub(super) rng: fastrand::Rng,
    pub(super) now_ns: u64,
    pub(super) devices: Vec<Device<W>>,
    store: Store<W>,
    pub(super) network: Network,
    pub(super) routes: Vec<usize>,
    /// Most flows stay with the first switch, so that they compete for its slots.
    pub(super) crowded: bool,
    histories: Vec<History>,
    /// The newest id of a snapshot of each flow.
    ids: [u32; FLOWS],
    snapshots: Snapshots,
    pub(super) summary: Summary,
    trace: Option<Vec<String>>,
    amount: u32,
    commit_late_ns: u64,
    pub(super) packet_at_ns: u64,
    packet_every_ns: u64,
    pub(super) fault_at_ns: u64,
    /// When each flow's last packet was forwarded.
    served_ns: [u64; FLOWS],
    calm: bool,
    /// Nothing that was counted may be lost any more.
    exact: bool,
}

impl<const W: u8> World<W> {
    /// A run of this seed. With `trace`, every message is written down.
    pub fn new(seed: u64, trace: bool) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let weather = Weather {
            loss: [0.0, 0.02, 0.1, 0.3][rng.usize(0..4)],
            duplication: [0.0, 0.05, 0.2][rng.usize(0..3)],
            straggling: [0.0, 0.05, 0.2][rng.usize(0..3)],
            delay_min_ns: 5_000,
            delay_max_ns: [20_000, 200_000, 2_000_000][rng.usize(0..3)],
            delay_long_ns: LEASE.nanos() * [1, 3][rng.usize(0..2)],
        };
        let every = Span::from_millis([1, 2, 5][rng.usize(0..3)]);
        let snapshots = Snapshots {
            every,
            bound: Span::from_micros(every.nanos() / 1000 + [1_000, 5_000, 20_000][rng.usize(0..3)]),
            whole_every: [1, 2, 4, 64][rng.usize(0..4)],
            slots_per_message: [1, 2, 3, 8][rng.usize(0..4)],
            window: Span::from_millis([0, 0, 7, 30][rng.usize(0..4)]),
        };
        let epoch_floor = Epoch::new(if rng.bool() { u32::MAX - rng.u32(0..4) } else { rng.u32(..) });
        let mut summary = Summary::of(match W {
            GOES_ON => "tally, goes on",
            STOPS => "tally, stops",
            _ => "tally, reports",
        });
        let flows = [2, 3, FLOWS][rng.usize(0..3)];
        let crowded = rng.u32(0..4) == 0;
        let devices =
            (0..SWITCHES).map(|index| Device::new(index, &mut rng, snapshots, &mut summary)).collect();
        Self {
            devices,
            store: Store::new(epoch_floor),
            network: Network::new(weather),
            routes: (0..flows).map(|_| if crowded { 0 } else { rng.usize(0..SWITCHES) }).collect(),
            crowded,
            histories: (0..flows).map(|_| History::new([0; ROWS * SLOTS])).collect(),
            ids: [0; FLOWS],
            snapshots,
            now_ns: 0,
            summary,
            trace: trace.then(Vec::new),
            amount: 0,
            commit_late_ns: [0, 50_000, 500_000][rng.usize(0..3)],
            packet_at_ns: 0,
            packet_every_ns: [50_000, 200_000, 800_000][rng.usize(0..3)],
            fault_at_ns: rng.u64(0..LEASE.nanos()),
            served_ns: [0; FLOWS],
            calm: false,
            exact: false,
            rng,
        }
    }

    /// Runs it to its end. Gives the counts, the trace, and the first promise that was broken.
    pub fn run(mut self) -> Ran {
        let result = self
            .precede()
            .and_then(|()| self.safety())
            .and_then(|()| self.liveness())
            .map_err(|what| Violation { at_ns: self.now_ns, what });
        for device in &self.devices {
            device.switch.iter().for_each(|switch| count(&mut self.summary, switch));
        }
        for event in Event::ALL {
            self.summary.event(*event, u64::from(self.store.shard.event(*event)));
        }
        for reason in Reason::ALL {
            self.summary.reason(*reason, u64::from(self.store.shard.reason(*reason)));
        }
        for refusal in Refusal::ALL {
            self.summary.refusal(*refusal, u64::from(self.store.shard.flows().refusals(*refusal)));
        }
        (self.summary, self.trace.unwrap_or_default(), result)
    }

    pub(super) fn flows(&self) -> usize {
        self.histories.len()
    }

    /// Half of the flows have a past, with ids just below a wrap: of the id, or of its double, which switches compare.
    fn precede(&mut self) -> Result<(), String> {
        for flow in 0..self.flows() {
            let below = [0, u32::MAX, u32::MAX >> 1, 0][self.rng.usize(0..4)];
            if below == 0 {
                continue;
            }
            let words = std::array::from_fn(|_| self.rng.u32(..));
            self.ids[flow] = below - self.rng.u32(0..12);
            self.store.precede(flow, self.ids[flow], &words)?;
            self.histories[flow] = History::new(words);
        }
        Ok(())
    }

    fn safety(&mut self) -> Result<(), String> {
        let idles = self.rng.u32(0..8) == 0;
        let idle_at_ns = if idles { self.rng.u64(0..SAFETY_NS) } else { u64::MAX };
        let mut end_ns = SAFETY_NS;
        while self.now_ns < end_ns {
            if idles && end_ns == SAFETY_NS && self.now_ns > idle_at_ns {
                let before_ns = self.now_ns;
                self.long_idle()?;
                end_ns += self.now_ns - before_ns;
            }
            self.step()?;
        }
        Ok(())
    }

    /// Faults have stopped: every flow must be served, and then a planned hand-over must lose nothing.
    fn liveness(&mut self) -> Result<(), String> {
        self.calm = true;
        self.network.set_weather(Weather::FINE);
        for (flow, route) in self.routes.iter_mut().enumerate() {
            *route = flow % SWITCHES;
        }
        for device in &mut self.devices {
            device.up_at_ns = device.up_at_ns.min(self.now_ns);
            device.poll_at_ns = device.poll_at_ns.min(self.now_ns);
        }
        self.packet_every_ns = 100_000;
        // What the old weather has under way takes up to three periods; leases of the dead take one more.
        self.run_for(LEASE.nanos() * 7)?;
        self.check_served()?;
        // Without packets the snapshots come to be of the last state, well within the lease.
        self.packet_at_ns = u64::MAX;
        self.run_for(9_000_000)?;
        for index in 0..SWITCHES {
            self.give_up_all(index);
        }
        self.run_for(5_000_000)?;
        for (flow, route) in self.routes.iter_mut().enumerate() {
            *route = (flow + 1) % SWITCHES;
        }
        self.exact = true;
        self.packet_at_ns = self.now_ns;
        self.run_for(LEASE.nanos() * 3)?;
        self.check_served()?;
        for flow in 0..self.flows() {
            let owner = self.histories[flow].owner().map(|owner| owner.switch);
            if owner != Some(self.routes[flow]) {
                return Err(format!("flow {flow} was not handed over: its owner is {owner:?}"));
            }
        }
        self.packet_at_ns = u64::MAX;
        self.run_for(LEASE.nanos() * 3)?;
        quiet::check(&quiet::Unrest {
            mirrored: self
                .devices
                .iter()
                .flat_map(|device| &device.switch)
                .map(|switch| switch.mirrored())
                .sum(),
            waiting: self.store.shard.flows().waiting(),
            pending: self.store.shard.pending(),
            unanswered: 0,
        })
    }

    fn check_served(&self) -> Result<(), String> {
        match (0..self.flows()).find(|flow| self.now_ns - self.served_ns[*flow] > 5_000_000) {
            Some(flow) => Err(format!("flow {flow} is not served although faults have stopped")),
            None => Ok(()),
        }
    }

    fn run_for(&mut self, span_ns: u64) -> Result<(), String> {
        let until_ns = self.now_ns + span_ns;
        while self.now_ns < until_ns {
            self.step()?;
        }
        Ok(())
    }

    /// The next thing that happens, whatever it is.
    pub(super) fn step(&mut self) -> Result<(), String> {
        let polls = self
            .devices
            .iter()
            .map(|device| if device.switch.is_some() { device.poll_at_ns } else { device.up_at_ns })
            .min()
            .unwrap_or(u64::MAX);
        let flight = self.network.next_at_ns().unwrap_or(u64::MAX);
        let faults = if self.calm { u64::MAX } else { self.fault_at_ns };
        let times =
            [polls, self.store.poll_at_ns, self.store.commit_at_ns, flight, self.packet_at_ns, faults];
        let next = times.into_iter().min().unwrap_or(u64::MAX);
        self.now_ns = self.now_ns.max(next);
        if self.network.under_way() > FLOOD {
            return Err(format!("a flood: {} datagrams are under way", self.network.under_way()));
        }
        if flight == next {
            self.arrive()?;
        } else if self.store.commit_at_ns == next {
            self.commit()?;
        } else if self.store.poll_at_ns == next {
            self.poll_store();
        } else if self.packet_at_ns == next {
            self.host_sends()?;
        } else if faults == next {
            self.misfortune();
        } else {
            self.poll_switches()?;
        }
        self.check_owners()
    }

    fn host_sends(&mut self) -> Result<(), String> {
        self.packet_at_ns = self.now_ns + self.rng.u64(1..=2 * self.packet_every_ns);
        self.amount += 1;
        let slots = std::array::from_fn(|_| self.rng.u16(0..SLOTS as u16));
        // In the end each has its turn, so that one that is not served is told from one that nobody asked for.
        let flow =
            if self.calm { self.amount as usize % self.flows() } else { self.rng.usize(0..self.flows()) };
        let packet = Packet { flow, amount: self.amount, slots };
        self.summary.packets += 1;
        let index = self.routes[packet.flow];
        let now = self.devices[index].tick(self.now_ns);
        let before = self.devices[index].before();
        let Some(switch) = self.devices[index].switch.as_mut() else {
            self.summary.fault(Fault::PacketToDeadSwitch);
            return Ok(());
        };
        let frame = packet.frame();
        let mut memory = vec![0; HEADROOM + frame.len()];
        memory[HEADROOM..].copy_from_slice(&frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let verdict = switch.handle_packet(now, Ingress { port: PORT, inside: true }, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        self.note(|| format!("host -> switch {index}: {packet:?}: {verdict:?}"));
        self.settle(index, &before, verdict, &bytes)
    }

    /// Does what a switch says, and looks at what its call has changed.
    fn settle(
        &mut self,
        index: usize,
        before: &Before,
        verdict: Verdict,
        bytes: &[u8],
    ) -> Result<(), String> {
        match verdict {
            Verdict::Forward { .. } => self.output(index, before, bytes)?,
            Verdict::ToStore { .. } => self.transmit(End::Switch(index), End::Shard(0), bytes),
            Verdict::Consumed | Verdict::Dropped(_) | Verdict::Punt { .. } => {}
        }
        self.observe(index, before)
    }

    /// A packet left: it must have been counted, once, by the owner.
    fn output(&mut self, index: usize, before: &Before, frame: &[u8]) -> Result<(), String> {
        self.summary.outputs += 1;
        let (packet, shown) = Packet::parse(frame).ok_or("an output that is no packet")?;
        let stale = self.devices[index].before().stale != before.stale;
        if stale && W == STOPS {
            return Err("a packet went on beyond the bound".into());
        }
        self.know(index, packet.flow)?;
        let by = self
            .owner_now(index, packet.flow)
            .ok_or_else(|| format!("{packet:?} left without a live lease"))?;
        let device = &mut self.devices[index];
        let report = device.switch.as_mut().and_then(|switch| switch.take_report());
        let reported = matches!(report, Some((Report::Stale, _)));
        if reported != (stale && !matches!(W, GOES_ON | STOPS)) {
            return Err(format!("counted as stale: {stale}, but reported: {reported}"));
        }
        let held = device.held[packet.flow]
            .as_mut()
            .ok_or_else(|| format!("{packet:?} left before the structure was restored"))?;
        let must = packet.apply(&mut held.words);
        if shown != must {
            return Err(format!("{packet:?} shows {shown}, but the word is {must}"));
        }
        // Who goes on says so of each packet; who reports does so once in a while.
        held.told = stale || (held.told && W != GOES_ON);
        let (told, words) = (held.told, held.words);
        self.served_ns[packet.flow] = self.now_ns;
        self.histories[packet.flow].changed(self.now_ns, by, Cause::Packet { told }, words)
    }

    /// Who a switch is to a flow, if its lease is live by its own clock.
    fn owner_now(&mut self, index: usize, flow: usize) -> Option<Owner> {
        let device = &mut self.devices[index];
        let now = device.tick(self.now_ns);
        let view = device.switch.as_mut()?.inspect(now, &Packet::key(flow))?;
        let incarnation = device.incarnation.raw();
        view.live.then_some(Owner { switch: index, incarnation, epoch: view.epoch.raw() })
    }

    /// Tells the history of a restored structure, once, when its lease is live.
    fn know(&mut self, index: usize, flow: usize) -> Result<(), String> {
        let Some(by) = self.owner_now(index, flow) else { return Ok(()) };
        let Some(held) = self.devices[index].held[flow].as_mut().filter(|held| !held.known) else {
            return Ok(());
        };
        held.known = true;
        let words = held.words;
        // By the switch's clock, which may be slow by 9 in 1000; and a tick at either end.
        let bound_ns = self.snapshots.bound.nanos() * 101 / 100 + 512;
        let lost = self.histories[flow].restored(self.now_ns, by, words, bound_ns, self.exact)?;
        self.note(|| format!("flow {flow} is restored by {by:?}: {lost:?}"));
        Ok(())
    }

    /// Compares a switch's structures with the model.
    fn observe(&mut self, index: usize, before: &Before) -> Result<(), String> {
        let window_ended = self.devices[index].before().windows != before.windows;
        for flow in 0..self.flows() {
            let device = &mut self.devices[index];
            let Some(switch) = device.switch.as_mut() else { return Ok(()) };
            let mut words: Words = [0; _];
            let mut cells = words.iter_mut();
            let restored = switch.structure(&Packet::key(flow), |word| {
                if let Some(cell) = cells.next() {
                    *cell = word;
                }
            });
            if restored.is_none() {
                device.held[flow] = None;
                continue;
            }
            match device.held[flow].as_mut() {
                None => device.held[flow] = Some(Held { words, known: false, told: false }),
                Some(held) if held.words == words => {}
                Some(_) if window_ended && words == [0; _] => {
                    self.know(index, flow)?;
                    let by = self.owner_now(index, flow).ok_or("a window ended without a live lease")?;
                    if let Some(held) = self.devices[index].held[flow].as_mut() {
                        held.words = words;
                    }
                    self.histories[flow].changed(self.now_ns, by, Cause::Window, words)?;
                }
                Some(held) => {
                    let must = held.words;
                    return Err(format!(
                        "switch {index} has {words:?} of flow {flow}, but it must be {must:?}"
                    ));
                }
            }
            self.know(index, flow)?;
        }
        Ok(())
    }

    /// Sends a datagram, and now and then garbage after it.
    fn transmit(&mut self, from: End, to: End, bytes: &[u8]) {
        let parsed = Message::parse(bytes, layout_of::<W>).ok().map(|(message, _)| message);
        if let Some(message) = parsed {
            self.summary.message(message.kind());
            self.note(|| format!("{from:?} -> {to:?}: {message}"));
            if let (Kind::SnapshotSlots, End::Switch(_)) = (message.kind(), from) {
                self.note_id(message.key().first().map_or(0, |key| key.get()), message.seq().raw());
            }
        }
        let carries = parsed.is_some_and(|message| message.piggyback().is_some());
        if carries && self.network.under_way() >= QUEUES {
            return self.summary.fault(Fault::Loss);
        }
        self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, bytes);
        if self.calm || self.rng.u32(0..40) != 0 {
            return;
        }
        self.summary.fault(Fault::Garbage);
        let to_switch = matches!(to, End::Switch(_));
        let special =
            parsed.and_then(|message| spoil::spoil(&mut self.rng, message.kind(), to_switch, bytes));
        let (spoiled, goes_to_switch) = special
            .map_or_else(|| garbage::spoil(&mut self.rng, bytes, to_switch), |spoiled| (spoiled, to_switch));
        let (from, to) = if goes_to_switch == to_switch { (from, to) } else { (to, from) };
        self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, &spoiled);
    }

    fn note_id(&mut self, key: u32, id: u32) {
        let last = std::mem::replace(&mut self.ids[Packet::flow_of(key)], id);
        let near = id.wrapping_sub(last) < 1 << 16;
        if near && (id < last || id << 1 < last << 1) {
            self.summary.fault(Fault::IdWrap);
        }
    }

    pub(super) fn arrive(&mut self) -> Result<(), String> {
        let Some(flight) = self.network.arrive() else { return Ok(()) };
        match flight.to {
            End::Shard(_) => {
                let End::Switch(from) = flight.from else { return Ok(()) };
                self.store.handle(self.now_ns, from as u16, &flight.bytes)?;
                self.flush_store();
                Ok(())
            }
            End::Switch(index) => self.arrive_at_switch(index, &flight),
        }
    }

    fn arrive_at_switch(&mut self, index: usize, flight: &Flight) -> Result<(), String> {
        let Some(device) = self.devices.get_mut(index) else { return Ok(()) };
        let now = device.tick(self.now_ns);
        let before = device.before();
        let Some(switch) = device.switch.as_mut() else { return Ok(()) };
        let mut memory = vec![0; HEADROOM + flight.bytes.len()];
        memory[HEADROOM..].copy_from_slice(&flight.bytes);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let verdict = switch.handle_message(now, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        if device.before().completes != before.completes
            && let Ok((message, _)) = Message::parse(&flight.bytes, layout_of::<W>)
        {
            let flow = message.key().first().map_or(0, |key| Packet::flow_of(key.get()));
            // What was said before this is no excuse any more.
            device.held[flow].iter_mut().for_each(|held| held.told = false);
        }
        self.note(|| format!("switch {index} got it: {verdict:?}"));
        self.settle(index, &before, verdict, &bytes)
    }

    fn flush_store(&mut self) {
        while let Some((index, bytes)) = self.store.sends() {
            self.transmit(End::Shard(0), End::Switch(index), &bytes);
        }
    }

    pub(super) fn commit(&mut self) -> Result<(), String> {
        let late_ns = if self.calm { 10_000 } else { self.commit_late_ns };
        self.store.commit_at_ns = self.now_ns + 20_000 + self.rng.u64(0..=late_ns);
        let log = self.store.shard.durability_mut();
        let waiting = log.waiting();
        if waiting == 0 {
            return Ok(());
        }
        if late_ns > 0 {
            self.summary.fault(Fault::LateCommit);
        }
        for (key, record) in log.commit(if self.calm { waiting } else { self.rng.usize(1..=waiting) }) {
            if record.is_none() {
                self.histories[Packet::flow_of(key[0])].forget(self.now_ns);
            }
        }
        self.poll_store();
        Ok(())
    }

    pub(super) fn poll_store(&mut self) {
        self.store.poll_at_ns = self.now_ns + 500_000;
        self.store.poll(self.now_ns);
        self.flush_store();
    }

    fn poll_switches(&mut self) -> Result<(), String> {
        for index in 0..SWITCHES {
            let device = &mut self.devices[index];
            if device.switch.is_none() && device.up_at_ns <= self.now_ns {
                self.summary.fault(Fault::Restart);
                device.incarnation = device.incarnation.next();
                device.boot(index, self.snapshots, self.now_ns);
                device.poll_at_ns = self.now_ns;
            }
            if device.switch.is_some() && device.poll_at_ns <= self.now_ns {
                device.poll_at_ns = self.now_ns + self.rng.u64(100_000..400_000);
                self.poll_switch(index)?;
            }
        }
        Ok(())
    }

    pub(super) fn poll_switch(&mut self, index: usize) -> Result<(), String> {
        let now = self.devices[index].tick(self.now_ns);
        let room = ROOMS[self.rng.usize(0..ROOMS.len())];
        let mut memory = vec![0; room];
        loop {
            let before = self.devices[index].before();
            let Some(switch) = self.devices[index].switch.as_mut() else { return Ok(()) };
            let mut out = Buffer::empty(&mut memory);
            let kind = switch.poll(now, &mut out);
            let bytes = out.bytes().to_vec();
            self.observe(index, &before)?;
            let Some(kind) = kind else { return Ok(()) };
            self.transmit(End::Switch(index), End::Shard(0), &bytes);
            if kind != Kind::SnapshotSlots || self.calm {
                continue;
            }
            if room == HEADROOM {
                self.summary.fault(Fault::LittleRoom);
            }
            match self.rng.u32(0..400) {
                0 => {
                    self.summary.fault(Fault::CrashInBurst);
                    self.crash(index);
                }
                // The rest of the burst is lost, and so is what renews the lease.
                1 => {
                    let until_ns = self.now_ns + self.rng.u64(0..3 * LEASE.nanos());
                    self.network.cut(End::Switch(index), End::Shard(0), until_ns);
                }
                // It comes with a later poll.
                2..60 => return Ok(()),
                _ => {}
            }
        }
    }

    pub(super) fn give_up_all(&mut self, index: usize) {
        let now = self.devices[index].tick(self.now_ns);
        if let Some(switch) = self.devices[index].switch.as_mut() {
            switch.give_up_all(now);
        }
        self.note(|| format!("switch {index} gives up all flows"));
    }

    fn check_owners(&mut self) -> Result<(), String> {
        for flow in 0..self.flows() {
            let believers: Vec<_> = (0..SWITCHES)
                .filter_map(|index| self.owner_now(index, flow))
                .map(|owner| owner::Belief {
                    switch: owner.switch as u16,
                    incarnation: owner.incarnation,
                    epoch: Epoch::new(owner.epoch),
                })
                .collect();
            let record = self.store.shard.flows_mut().record(&Packet::key(flow));
            owner::check(&believers, record, Instant::from_nanos(self.now_ns))
                .map_err(|what| format!("flow {flow}: {what}"))?;
        }
        Ok(())
    }

    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} {}", self.now_ns, what()));
        }
    }
}
