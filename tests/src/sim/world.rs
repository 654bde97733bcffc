//! The world of a run: three switches, a store, hosts, a network, and what befalls them.

use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::count::{Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{HEADROOM, Kind, Message, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::shard::{Shard, ShardConfig};

use super::Violation;
use super::app::{self, FLOWS, Lives, Output, Packet, Register};
use super::checker::{durable, linear::History, owner, quiet};
use super::garbage;
use super::log::LateLog;
use super::network::{End, Network, Weather};
use super::summary::{Fault, Summary};

/// The lease period of all runs.
pub const LEASE: Span = Span::from_millis(20);

const SWITCHES: usize = 3;
/// One set of the flow table for eight flows, and a mirror queue that fills up: what is scarce must be exercised.
const SLOTS: usize = 4;
const COPIES: usize = 4;
const SAFETY_NS: u64 = 250_000_000;
const REST_NS: u64 = 120_000_000;
const TRIES: u32 = 40;
/// The clocks of switches differ from the store's by up to 9 parts in 1000; the guard is 10.
const DRIFT_PPM_MAX: i64 = 9_000;

type RegisterSwitch = Switch<Register, SLOTS, COPIES>;

struct Node {
    /// `None` while it is down.
    switch: Option<Box<RegisterSwitch>>,
    incarnation: Incarnation,
    offset_ns: u64,
    drift_ppm: i64,
    poll_at_ns: u64,
    up_at_ns: u64,
}

/// One run.
pub struct World {
    rng: fastrand::Rng,
    now_ns: u64,
    nodes: Vec<Node>,
    store: Shard<Register, Lives, LateLog<Register>>,
    pool: Pool,
    out: Queue,
    network: Network,
    routes: Vec<usize>,
    history: History,
    summary: Summary,
    trace: Option<Vec<String>>,
    next_id: u16,
    store_poll_at_ns: u64,
    commit_at_ns: u64,
    commit_late_ns: u64,
    packet_at_ns: u64,
    packet_every_ns: u64,
    write_share: f64,
    fault_at_ns: u64,
    calm: bool,
    /// The flow each liveness question is about, and the packets that asked.
    questions: Vec<(u32, Vec<u16>)>,
}

impl World {
    /// A run of this seed. With `trace`, every message is written down.
    pub fn new(seed: u64, trace: bool) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let weather = Weather {
            loss: [0.0, 0.02, 0.1, 0.2][rng.usize(0..4)],
            duplication: [0.0, 0.05, 0.2][rng.usize(0..3)],
            straggling: [0.0, 0.02, 0.1][rng.usize(0..3)],
            delay_min_ns: 5_000,
            delay_max_ns: [20_000, 200_000, 2_000_000][rng.usize(0..3)],
            delay_long_ns: LEASE.nanos() * 3 / 2,
        };
        let limits = Limits { flows: FLOWS as usize, waiting_per_flow: 3, waiting: 6 };
        let config = ShardConfig {
            lease_period: LEASE,
            limits,
            pending: 8,
            // Half of the runs start just below the wrap of epochs and seqs (RP-SW-10).
            epoch_floor: Epoch::new(if rng.bool() { u32::MAX - rng.u32(0..4) } else { rng.u32(..) }),
            first_seq: Seq::new(if rng.bool() { u32::MAX - rng.u32(0..20) } else { rng.u32(..) }),
        };
        let mut summary = Summary::default();
        summary.runs = 1;
        let nodes = (0..SWITCHES)
            .map(|index| {
                let drift_ppm = if rng.bool() { rng.i64(-DRIFT_PPM_MAX..=DRIFT_PPM_MAX) } else { 0 };
                if drift_ppm != 0 {
                    summary.fault(Fault::ClockDrift);
                }
                let mut node = Node {
                    switch: None,
                    incarnation: Incarnation::new(if rng.bool() { u16::MAX } else { rng.u16(..) }),
                    // Anywhere in the tick's wrap, half of them just before it.
                    offset_ns: if rng.bool() {
                        (1 << 40) - rng.u64(0..SAFETY_NS)
                    } else {
                        rng.u64(0..1 << 40)
                    },
                    drift_ppm,
                    poll_at_ns: 0,
                    up_at_ns: 0,
                };
                node.boot(index, 0);
                node
            })
            .collect();
        Self {
            now_ns: 0,
            nodes,
            store: Shard::new(&config, Lives::default(), LateLog::new()),
            pool: Pool::with_capacity(
                Shard::<Register, Lives, LateLog<Register>>::buffers_held(&config) + 64,
            ),
            out: Queue::with_capacity(64),
            network: Network::new(weather),
            routes: (0..FLOWS).map(|_| rng.usize(0..SWITCHES)).collect(),
            history: History::default(),
            summary,
            trace: trace.then(Vec::new),
            next_id: 1,
            store_poll_at_ns: 0,
            commit_at_ns: 0,
            commit_late_ns: [0, 50_000, 500_000][rng.usize(0..3)],
            packet_at_ns: 0,
            packet_every_ns: [100_000, 300_000, 1_000_000][rng.usize(0..3)],
            write_share: [0.1, 0.5, 0.9][rng.usize(0..3)],
            fault_at_ns: rng.u64(0..LEASE.nanos()),
            calm: false,
            questions: Vec::new(),
            rng,
        }
    }

    /// Runs it to its end. Gives the counts, the trace, and the first promise that was broken.
    pub fn run(mut self) -> (Summary, Vec<String>, Result<(), Violation>) {
        let result = self
            .safety()
            .and_then(|()| self.liveness())
            .map_err(|what| Violation { at_ns: self.now_ns, what });
        self.collect();
        (self.summary, self.trace.unwrap_or_default(), result)
    }

    fn safety(&mut self) -> Result<(), String> {
        let idles = self.rng.u32(0..8) == 0;
        let idle_at_ns = if idles { self.rng.u64(0..SAFETY_NS) } else { u64::MAX };
        let mut end_ns = SAFETY_NS;
        while self.now_ns < end_ns {
            if idles && end_ns == SAFETY_NS && self.now_ns > idle_at_ns {
                let before = self.now_ns;
                self.long_idle()?;
                end_ns += self.now_ns - before;
            }
            self.step()?;
        }
        self.history.check()
    }

    /// The next thing that happens, whatever it is.
    fn step(&mut self) -> Result<(), String> {
        let polls = self.nodes.iter().map(|node| node.poll_at_ns).min().unwrap_or(u64::MAX);
        let flight = self.network.next_at_ns().unwrap_or(u64::MAX);
        let faults = if self.calm { u64::MAX } else { self.fault_at_ns };
        let next = [polls, flight, self.store_poll_at_ns, self.commit_at_ns, self.packet_at_ns, faults]
            .into_iter()
            .min();
        let Some(next) = next else { return Err("nothing will ever happen".into()) };
        self.now_ns = self.now_ns.max(next);
        if flight == next {
            self.arrive()?;
        } else if self.commit_at_ns == next {
            self.commit();
        } else if self.store_poll_at_ns == next {
            self.poll_store();
        } else if self.packet_at_ns == next {
            self.host_sends()?;
        } else if faults == next {
            self.misfortune();
        } else {
            self.poll_switches();
        }
        self.check_owners()
    }

    fn host_sends(&mut self) -> Result<(), String> {
        self.packet_at_ns = self.now_ns + self.rng.u64(1..=2 * self.packet_every_ns);
        let flow = self.rng.u32(0..FLOWS);
        let writes = self.rng.f64() < self.write_share;
        self.send_packet(flow, writes).map(drop)
    }

    fn send_packet(&mut self, flow: u32, writes: bool) -> Result<u16, String> {
        let packet = Packet { id: self.next_id, flow, writes };
        self.next_id = self.next_id.checked_add(1).ok_or("a run of more packets than ids")?;
        self.summary.packets += 1;
        let index = self.routes[flow as usize];
        let now = self.nodes[index].tick(self.now_ns);
        let Some(switch) = self.nodes[index].switch.as_mut() else {
            self.summary.fault(Fault::PacketToDeadSwitch);
            return Ok(packet.id);
        };
        self.history.came_in(self.now_ns, packet);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} host -> switch {index}: {packet:?}", self.now_ns));
        }
        let frame = packet.frame();
        let mut memory = vec![0; HEADROOM + frame.len()];
        memory[HEADROOM..].copy_from_slice(&frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
        let verdict = switch.handle_packet(now, Ingress { port: 1, inside: true }, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        self.obey(index, verdict, &bytes)?;
        Ok(packet.id)
    }

    /// Does what a switch says.
    fn obey(&mut self, index: usize, verdict: Verdict, bytes: &[u8]) -> Result<(), String> {
        match verdict {
            Verdict::Forward { .. } => self.output(index, bytes),
            Verdict::ToStore { .. } => {
                self.transmit(End::Switch(index), End::Store, bytes);
                Ok(())
            }
            Verdict::Consumed | Verdict::Dropped(_) | Verdict::Punt { .. } => Ok(()),
        }
    }

    fn output(&mut self, index: usize, frame: &[u8]) -> Result<(), String> {
        let output = Output::parse(frame).ok_or("an output that is none of ours")?;
        self.summary.outputs += 1;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} switch {index} -> host: {output:?}", self.now_ns));
        }
        let packet = self.history.came_out(self.now_ns, output)?;
        let durable = self.store.durability_mut().durable(&[Packet::key(packet.flow)]);
        durable::check(&output, durable.map(|durable| (durable.state[0], durable.state[2] as u16)))
    }

    /// Sends a datagram, tells the history if a packet will arrive twice for it, and now and then sends garbage after it.
    fn transmit(&mut self, from: End, to: End, bytes: &[u8]) {
        let parsed = Message::parse(bytes, layout_of).ok().map(|(message, _)| message);
        if let Some(message) = parsed {
            self.summary.message(message.kind());
            if let Some(trace) = &mut self.trace {
                trace.push(format!("{:>12} {from:?} -> {to:?}: {message}", self.now_ns));
            }
        }
        let twice = self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, bytes);
        if let (true, Some(message)) = (twice, parsed)
            && matches!(message.kind(), Kind::LeaseRequest | Kind::Grant)
            && let Some(id) = message.piggyback().and_then(app::id_of)
        {
            self.history.duplicated(self.now_ns, id);
        }
        if !self.calm && self.rng.u32(0..60) == 0 {
            self.summary.fault(Fault::Garbage);
            let (spoiled, to_switch) = garbage::spoil(&mut self.rng, bytes, to != End::Store);
            let switch = match (from, to) {
                (End::Switch(index), _) | (_, End::Switch(index)) => End::Switch(index),
                _ => End::Switch(0),
            };
            let (from, to) = if to_switch { (End::Store, switch) } else { (switch, End::Store) };
            if let Ok((message, _)) = Message::parse(&spoiled, layout_of) {
                self.summary.message(message.kind());
                // What can still be told for a message may make its packet arrive once more.
                if let Some(id) = message.piggyback().and_then(app::id_of) {
                    self.history.duplicated(self.now_ns, id);
                }
            }
            self.network.send(&mut self.rng, &mut self.summary, self.now_ns, from, to, &spoiled);
        }
    }

    fn arrive(&mut self) -> Result<(), String> {
        let Some(flight) = self.network.arrive() else { return Ok(()) };
        match flight.to {
            End::Store => {
                let Some(mut datagram) = self.pool.take() else {
                    return Err("the store has no buffer".into());
                };
                if datagram.set_payload(&flight.bytes).is_err() {
                    return Err("a datagram longer than a buffer".into());
                }
                if let End::Switch(index) = flight.from {
                    datagram.set_peer(address_of(index));
                }
                // Some arrive longer than they were sent.
                if !self.calm && self.rng.u32(0..5_000) == 0 {
                    datagram.set_truncated(true);
                }
                self.store.handle(Instant::from_nanos(self.now_ns), datagram, &mut self.out, &mut self.pool);
                self.flush_store();
                Ok(())
            }
            End::Switch(index) => {
                let now = self.nodes[index].tick(self.now_ns);
                let Some(switch) = self.nodes[index].switch.as_mut() else { return Ok(()) };
                let mut memory = vec![0; HEADROOM + flight.bytes.len()];
                memory[HEADROOM..].copy_from_slice(&flight.bytes);
                let end = memory.len();
                let mut buffer = Buffer::new(&mut memory, HEADROOM, end).ok_or("buffer")?;
                let verdict = switch.handle_message(now, &mut buffer);
                let bytes = buffer.bytes().to_vec();
                self.obey(index, verdict, &bytes)
            }
        }
    }

    fn flush_store(&mut self) {
        while let Some(datagram) = self.out.pop() {
            let index = usize::from(datagram.peer().port() - SWITCH_PORT);
            let bytes = datagram.payload().to_vec();
            self.pool.give(datagram);
            self.transmit(End::Store, End::Switch(index), &bytes);
        }
    }

    fn commit(&mut self) {
        let late = if self.calm { 10_000 } else { self.commit_late_ns };
        self.commit_at_ns = self.now_ns + 1 + self.rng.u64(0..=late);
        let log = self.store.durability_mut();
        let waiting = log.waiting();
        if waiting > 0 {
            if late > 0 {
                self.summary.fault(Fault::LateCommit);
            }
            log.commit(if self.calm { waiting } else { self.rng.usize(1..=waiting) });
            self.poll_store();
        } else if late == 0 {
            self.commit_at_ns = self.now_ns + 20_000;
        }
    }

    fn poll_store(&mut self) {
        self.store_poll_at_ns = self.now_ns + 500_000;
        self.store.poll(Instant::from_nanos(self.now_ns), &mut self.out, &mut self.pool);
        self.flush_store();
    }

    fn poll_switches(&mut self) {
        for index in 0..SWITCHES {
            if self.nodes[index].poll_at_ns <= self.now_ns {
                self.nodes[index].poll_at_ns = self.now_ns + self.rng.u64(200_000..400_000);
                if !self.calm || self.nodes[index].switch.is_some() {
                    self.poll_switch(index);
                }
            }
            let node = &mut self.nodes[index];
            if node.switch.is_none() && node.up_at_ns <= self.now_ns {
                self.summary.fault(Fault::Restart);
                node.incarnation = node.incarnation.next();
                node.boot(index, self.now_ns);
            }
        }
    }

    fn poll_switch(&mut self, index: usize) {
        let now = self.nodes[index].tick(self.now_ns);
        let mut memory = [0; HEADROOM];
        loop {
            let Some(switch) = self.nodes[index].switch.as_mut() else { return };
            let mut out = Buffer::empty(&mut memory);
            if switch.poll(now, &mut out).is_none() {
                return;
            }
            let bytes = out.bytes().to_vec();
            self.transmit(End::Switch(index), End::Store, &bytes);
        }
    }

    fn misfortune(&mut self) {
        self.fault_at_ns = self.now_ns + self.rng.u64(1..LEASE.nanos());
        let index = self.rng.usize(0..SWITCHES);
        match self.rng.u32(0..10) {
            0 | 1 => self.crash(index),
            2..=5 => {
                self.summary.fault(Fault::Reroute);
                let flow = self.rng.usize(0..FLOWS as usize);
                self.routes[flow] = index;
            }
            6 | 7 => {
                let until_ns = self.now_ns + self.rng.u64(0..4 * LEASE.nanos());
                let (from, to) = if self.rng.bool() {
                    (End::Switch(index), End::Store)
                } else {
                    (End::Store, End::Switch(index))
                };
                self.network.cut(from, to, until_ns);
            }
            8 => {
                self.summary.fault(Fault::Evacuation);
                let now = self.nodes[index].tick(self.now_ns);
                if let Some(switch) = self.nodes[index].switch.as_mut() {
                    switch.give_up_all(now);
                }
            }
            _ => {
                // A whole device fails over: all its flows go elsewhere.
                self.crash(index);
                for route in self.routes.iter_mut().filter(|route| **route == index) {
                    *route = (index + 1) % SWITCHES;
                }
                self.summary.fault(Fault::Reroute);
            }
        }
    }

    fn crash(&mut self, index: usize) {
        let down_ns = self.rng.u64(0..3 * LEASE.nanos());
        if let Some(switch) = self.nodes[index].switch.take() {
            self.summary.fault(Fault::Crash);
            count_switch(&mut self.summary, &switch);
            self.nodes[index].up_at_ns = self.now_ns + down_ns;
        }
    }

    /// Nothing happens for up to forty minutes but the polls that a switch is owed, so that ticks wrap (RP-SW-12).
    fn long_idle(&mut self) -> Result<(), String> {
        self.summary.fault(Fault::LongIdle);
        for _ in 0..self.rng.u32(1..40) {
            // No message lives for minutes: what is under way arrives before the time jumps.
            while let Some(at_ns) = self.network.next_at_ns() {
                self.now_ns = self.now_ns.max(at_ns);
                self.arrive()?;
            }
            self.now_ns += self.rng.u64(1..60_000_000_000);
            for index in 0..SWITCHES {
                self.poll_switch(index);
            }
            self.commit();
            self.poll_store();
            self.check_owners()?;
        }
        self.packet_at_ns = self.now_ns;
        self.fault_at_ns = self.now_ns + self.rng.u64(0..LEASE.nanos());
        Ok(())
    }

    fn check_owners(&mut self) -> Result<(), String> {
        let now = Instant::from_nanos(self.now_ns);
        for flow in 0..FLOWS {
            let key = [Packet::key(flow)];
            let mut believers = [None; SWITCHES];
            for (index, node) in self.nodes.iter_mut().enumerate() {
                let tick = node.tick(self.now_ns);
                let view = node.switch.as_mut().and_then(|switch| switch.inspect(tick, &key));
                if let Some(view) = view.filter(|view| view.live) {
                    let switch = index as u16;
                    believers[index] = Some(owner::Belief {
                        switch,
                        incarnation: node.incarnation.raw(),
                        epoch: view.epoch,
                    });
                }
            }
            let believers: Vec<_> = believers.into_iter().flatten().collect();
            if !believers.is_empty() {
                owner::check(&believers, self.store.flows_mut().record(&key), now)
                    .map_err(|what| format!("flow {flow}: {what}"))?;
            }
        }
        Ok(())
    }

    /// Faults stop; every flow that can be served must be served, and everything must come to rest.
    fn liveness(&mut self) -> Result<(), String> {
        self.calm = true;
        self.network.set_weather(Weather::FINE);
        for index in 0..SWITCHES {
            self.nodes[index].up_at_ns = self.nodes[index].up_at_ns.min(self.now_ns);
        }
        // What the old weather has under way takes up to one and a half periods; leases of the dead take one more.
        self.run_until(self.now_ns + LEASE.nanos() * 4, u64::MAX)?;
        self.questions =
            (0..FLOWS).filter(|flow| *flow < app::FORBIDDEN).map(|flow| (flow, Vec::new())).collect();
        for _ in 0..TRIES {
            for question in 0..self.questions.len() {
                let (flow, asked) = &self.questions[question];
                let flow = *flow;
                if !asked.iter().any(|id| self.history.has_output(*id)) {
                    let id = self.send_packet(flow, true)?;
                    self.questions[question].1.push(id);
                }
            }
            self.run_until(self.now_ns + 1_000_000, u64::MAX)?;
        }
        self.run_until(self.now_ns + REST_NS, u64::MAX)?;
        self.history.check()?;
        let limit = FLOWS as usize;
        let full = self.store.flows().records().iter().count() + 2 > limit;
        let unanswered = self
            .questions
            .iter()
            .filter(|(_, asked)| !asked.iter().any(|id| self.history.has_output(*id)))
            // A full store and a full table refuse by right.
            .filter(|(flow, _)| !(full && self.store.flows_mut().record(&[Packet::key(*flow)]).is_none()))
            .filter(|(flow, _)| {
                self.questions
                    .iter()
                    .filter(|(other, _)| self.routes[*other as usize] == self.routes[*flow as usize])
                    .count()
                    <= SLOTS
            })
            .count();
        quiet::check(&quiet::Unrest {
            mirrored: self.nodes.iter().flat_map(|node| &node.switch).map(|switch| switch.mirrored()).sum(),
            waiting: self.store.flows().waiting(),
            pending: self.store.pending(),
            unanswered,
        })
    }

    fn run_until(&mut self, until_ns: u64, next_packet_ns: u64) -> Result<(), String> {
        self.packet_at_ns = next_packet_ns;
        while self.now_ns < until_ns {
            self.step()?;
        }
        Ok(())
    }

    fn collect(&mut self) {
        for node in &self.nodes {
            if let Some(switch) = &node.switch {
                count_switch(&mut self.summary, switch);
            }
        }
        for reason in Reason::ALL {
            self.summary.reason(*reason, u64::from(self.store.reason(*reason)));
        }
        for event in Event::ALL {
            self.summary.event(*event, u64::from(self.store.event(*event)));
        }
        for refusal in Refusal::ALL {
            self.summary.refusal(*refusal, u64::from(self.store.flows().refusals(*refusal)));
        }
        let wraps = self.store.durability_mut().wraps();
        self.summary.rule("RP-SW-10", wraps);
    }
}

const SWITCH_PORT: u16 = 4000;

fn address_of(index: usize) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, SWITCH_PORT + index as u16))
}

fn layout_of(schema: u8) -> Option<redplane_core::wire::Layout> {
    (schema == Register::LAYOUT.schema).then_some(Register::LAYOUT)
}

fn count_switch(summary: &mut Summary, switch: &RegisterSwitch) {
    for reason in Reason::ALL {
        summary.reason(*reason, u64::from(switch.counters().reason(*reason)));
    }
    for event in Event::ALL {
        summary.event(*event, u64::from(switch.counters().event(*event)));
    }
}

impl Node {
    /// The switch's own clock.
    fn tick(&self, now_ns: u64) -> Tick {
        let drift_ns = (now_ns as i128 * i128::from(self.drift_ppm) / 1_000_000) as i64;
        Tick::from_nanos(self.offset_ns.wrapping_add(now_ns).wrapping_add_signed(drift_ns))
    }

    fn boot(&mut self, index: usize, now_ns: u64) {
        let mut config = Config::new(index as u16, self.incarnation).with_lease_period(LEASE);
        config.resend_after = Span::from_millis(1);
        config.resend_max = Span::from_millis(8);
        self.switch = Some(Box::new(Switch::new(&config, |_| true, self.tick(now_ns))));
    }
}
