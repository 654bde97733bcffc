//! Switches, a store shard and the links between them, in virtual time; what goes wrong is said beforehand, message by message.
//!
//! Everything that a run does follows from what the test says: there is no chance here. A message takes [`LATENCY_NS`]; switches
//! and store are polled every `POLL_NS`. An order ("drop the next `WriteAck`") applies to the next message of that kind that is
//! sent and is used up by it; orders for the same kind apply in the order in which they were given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::store::{Initializer, Instant};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::Tick;
use redplane_core::wire::{HEADROOM, Kind, Message, SWITCH_PORT};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::shard::Shard;

use super::Setup;
use crate::sim::log::LateLog;
use crate::sim::network::End;

/// Time that a message takes from end to end.
pub const LATENCY_NS: u64 = 50_000;

/// Time between two polls.
const POLL_NS: u64 = 100_000;

/// Ports below this one are on the inside.
pub const OUTSIDE: u16 = 2;
/// The ports of the inside hosts.
const INSIDE: PortSet = PortSet::EMPTY.with(0).with(1);

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Pass,
    Drop,
    Hold,
    Delay(u64),
    Duplicate,
}

/// A message that was sent, whether or not it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What it is for.
    pub kind: Kind,
    /// Who sent it.
    pub from: End,
    /// Lease generation in it.
    pub epoch: u32,
    /// Write number in it.
    pub seq: u32,
    /// Whether it carries a packet.
    pub carries: bool,
    /// Whether it says that it was sent before.
    pub resent: bool,
}

#[derive(Clone, Debug)]
struct Flight {
    from: End,
    to: End,
    kind: Option<Kind>,
    bytes: Vec<u8>,
}

pub(super) struct Node<P: Program, const N: usize, const Q: usize> {
    /// `None` while it is down.
    pub(super) switch: Option<Box<Switch<P, N, Q>>>,
    config: Config,
}

/// The machines and their network.
pub struct Fabric<P: Program, I, const N: usize, const Q: usize>
where
    P::Key: Ord,
{
    now_ns: u64,
    clock_ns: u64,
    next_poll_ns: u64,
    pub(super) nodes: Vec<Node<P, N, Q>>,
    /// The store's shard.
    pub store: Shard<P, I, LateLog<P>>,
    pool: Pool,
    out: Queue,
    flights: BTreeMap<(u64, u64), Flight>,
    flights_made: u64,
    held: VecDeque<Flight>,
    orders: VecDeque<(Kind, Order)>,
    cuts: BTreeSet<(End, End)>,
    /// Whether the log commits only when it is told to.
    pub commits_by_hand: bool,
    /// Messages since this was last emptied.
    pub sent: Vec<Sent>,
    /// Frames that came out, and of which switch, since this was last emptied.
    pub outputs: VecDeque<(usize, Vec<u8>)>,
    /// Packets inside lease requests and grants that the network doubled.
    pub(super) doubled: Vec<Vec<u8>>,
    /// Everything that happened, for whoever reads a failure.
    pub transcript: Vec<String>,
}

impl<P: Program, I: Initializer<P>, const N: usize, const Q: usize> Fabric<P, I, N, Q>
where
    P::Key: Ord,
{
    /// Everything up, no lease held, nothing under way.
    pub fn new(setup: &Setup, initializer: I) -> Self {
        let mut fabric = Self {
            now_ns: 0,
            clock_ns: setup.clock_ns,
            next_poll_ns: 0,
            nodes: Vec::new(),
            store: Shard::new(&setup.store, initializer, LateLog::new()),
            pool: Pool::with_capacity(Shard::<P, I, LateLog<P>>::buffers_held(&setup.store) + 64),
            out: Queue::with_capacity(64),
            flights: BTreeMap::new(),
            flights_made: 0,
            held: VecDeque::new(),
            orders: VecDeque::new(),
            cuts: BTreeSet::new(),
            commits_by_hand: false,
            sent: Vec::new(),
            outputs: VecDeque::new(),
            doubled: Vec::new(),
            transcript: Vec::new(),
        };
        for switch_id in 0..setup.switches as u16 {
            fabric.nodes.push(Node { switch: None, config: Config { switch_id, ..setup.config } });
            fabric.boot(switch_id.into());
        }
        fabric
    }

    /// True time since the start, which is the store's as well.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// The store's clock.
    pub fn instant(&self) -> Instant {
        Instant::from_nanos(self.now_ns)
    }

    /// The switches' clock.
    pub fn tick(&self) -> Tick {
        Tick::from_nanos(self.clock_ns + self.now_ns)
    }

    /// A switch that must be up.
    pub fn switch(&mut self, index: usize) -> &mut Switch<P, N, Q> {
        self.nodes[index].switch.as_mut().expect("the switch is down")
    }

    /// The boot number of a switch, also while it is down.
    pub fn incarnation(&self, index: usize) -> Incarnation {
        self.nodes[index].config.incarnation
    }

    /// A packet comes in at a switch. It is lost if the switch is down.
    pub fn packet_in(&mut self, index: usize, port: u16, frame: &[u8]) {
        let now = self.tick();
        let Some(switch) = self.nodes[index].switch.as_mut() else {
            self.note(format!("packet to switch {index}, which is down"));
            return;
        };
        let mut memory = with_head_room(frame);
        let end = memory.len();
        let mut buffer = Buffer::new(&mut memory, HEADROOM, end).expect("in range");
        let verdict = switch.handle_packet(now, Ingress { port, inside: INSIDE.contains(port) }, &mut buffer);
        let bytes = buffer.bytes().to_vec();
        self.obey(index, verdict, bytes);
    }

    /// Bytes arrive that nobody of this network has sent, at once.
    pub fn forge(&mut self, from: End, to: End, bytes: &[u8]) {
        self.note(format!("forged, as of {from:?}"));
        self.arrive(&Flight { from, to, kind: None, bytes: bytes.to_vec() });
    }

    /// Lets time pass, whatever happens in it.
    pub fn advance_ms(&mut self, span_ms: u64) {
        let until_ns = self.now_ns + span_ms * 1_000_000;
        while self.step(until_ns) {}
    }

    /// Does the next thing that happens up to `until_ns`; false, and time is then, if there is none.
    pub fn step(&mut self, until_ns: u64) -> bool {
        let flight = self.flights.first_key_value().map_or(u64::MAX, |((at_ns, _), _)| *at_ns);
        let next_ns = flight.min(self.next_poll_ns);
        if next_ns > until_ns {
            self.now_ns = self.now_ns.max(until_ns);
            return false;
        }
        self.now_ns = self.now_ns.max(next_ns);
        if flight == next_ns {
            if let Some((_, flight)) = self.flights.pop_first() {
                self.arrive(&flight);
            }
        } else {
            self.next_poll_ns = self.now_ns + POLL_NS;
            self.poll();
        }
        true
    }

    /// Polls everything now.
    pub fn poll(&mut self) {
        for index in 0..self.nodes.len() {
            self.poll_switch(index);
        }
        self.poll_store();
    }

    /// Lets time pass at one go, with nothing under way: one poll at its end.
    pub fn leap(&mut self, span_ns: u64) {
        assert!(self.flights.is_empty(), "time leaps while a message is under way");
        self.now_ns += span_ns;
        self.next_poll_ns = self.now_ns + POLL_NS;
        self.poll();
    }

    fn poll_switch(&mut self, index: usize) {
        let now = self.tick();
        let mut memory = [0; HEADROOM];
        loop {
            let Some(switch) = self.nodes[index].switch.as_mut() else { return };
            let mut out = Buffer::empty(&mut memory);
            if switch.poll(now, &mut out).is_none() {
                return;
            }
            let bytes = out.bytes().to_vec();
            self.transmit(End::Switch(index), End::Shard(0), bytes);
        }
    }

    fn poll_store(&mut self) {
        let now = self.instant();
        self.store.poll(now, &mut self.out, &mut self.pool);
        self.settle_store();
    }

    /// Commits unless that is done by hand, and sends what the store has to send.
    fn settle_store(&mut self) {
        if !self.commits_by_hand && self.store.durability_mut().waiting() > 0 {
            self.commit();
        }
        self.flush_store();
    }

    /// Commits all that the log has.
    pub fn commit(&mut self) {
        let now = self.instant();
        let log = self.store.durability_mut();
        let waiting = log.waiting();
        log.commit(waiting);
        self.store.poll(now, &mut self.out, &mut self.pool);
        self.flush_store();
    }

    fn flush_store(&mut self) {
        while let Some(datagram) = self.out.pop() {
            let index = usize::from(datagram.peer().port() - SWITCH_PORT);
            let bytes = datagram.payload().to_vec();
            self.pool.give(datagram);
            self.transmit(End::Shard(0), End::Switch(index), bytes);
        }
    }

    /// Does what a switch says.
    fn obey(&mut self, index: usize, verdict: Verdict, bytes: Vec<u8>) {
        match verdict {
            Verdict::Forward { .. } => {
                self.note(format!("switch {index} lets a packet out"));
                self.outputs.push_back((index, bytes));
            }
            Verdict::ToStore { .. } => self.transmit(End::Switch(index), End::Shard(0), bytes),
            Verdict::Consumed => {}
            Verdict::Dropped(reason) | Verdict::Punt { reason, .. } => {
                self.note(format!("switch {index} ignores: {reason:?}"));
            }
        }
    }

    fn transmit(&mut self, from: End, to: End, bytes: Vec<u8>) {
        let (message, rest) = Message::parse(&bytes, layout_of::<P>).expect("a machine sent nonsense");
        assert!(rest.is_empty(), "machines send one message a datagram");
        let kind = message.kind();
        let sent = Sent {
            kind,
            from,
            epoch: message.epoch().raw(),
            seq: message.seq().raw(),
            carries: message.piggyback().is_some(),
            resent: message.flags().retransmission(),
        };
        let line = format!("{from:?} -> {to:?}: {message}");
        let inside = message.piggyback().map(<[u8]>::to_vec);
        self.sent.push(sent);
        let flight = Flight { from, to, kind: Some(kind), bytes };
        let order = self.orders.iter().position(|(of, _)| *of == kind);
        let order = order.and_then(|at| self.orders.remove(at)).map_or(Order::Pass, |(_, order)| order);
        // What is held back goes on when it is told to, whatever the link was like when it was sent.
        if order != Order::Hold && self.cuts.contains(&(from, to)) {
            return self.note(format!("{line} (cut)"));
        }
        self.note(if order == Order::Pass { line } else { format!("{line} ({order:?})") });
        match order {
            Order::Pass => self.fly(flight, LATENCY_NS),
            Order::Drop => {}
            Order::Hold => self.held.push_back(flight),
            Order::Delay(delay_ns) => self.fly(flight, delay_ns),
            Order::Duplicate => {
                self.fly(flight.clone(), LATENCY_NS);
                self.fly(flight, LATENCY_NS);
                if let (Kind::LeaseRequest | Kind::Grant, Some(packet)) = (kind, inside) {
                    self.doubled.push(packet);
                }
            }
        }
    }

    fn fly(&mut self, flight: Flight, delay_ns: u64) {
        self.flights_made += 1;
        self.flights.insert((self.now_ns + delay_ns, self.flights_made), flight);
    }

    fn arrive(&mut self, flight: &Flight) {
        let now = self.tick();
        match flight.to {
            End::Shard(_) => {
                let mut datagram = self.pool.take().expect("the store has a buffer");
                datagram.set_payload(&flight.bytes).expect("a datagram fits its buffer");
                if let End::Switch(index) = flight.from {
                    datagram.set_peer(address_of(index));
                }
                let instant = self.instant();
                self.store.handle(instant, datagram, &mut self.out, &mut self.pool);
                self.settle_store();
            }
            End::Switch(index) => {
                let Some(switch) = self.nodes[index].switch.as_mut() else { return };
                let mut memory = with_head_room(&flight.bytes);
                let end = memory.len();
                let mut buffer = Buffer::new(&mut memory, HEADROOM, end).expect("in range");
                let verdict = switch.handle_message(now, &mut buffer);
                let bytes = buffer.bytes().to_vec();
                self.obey(index, verdict, bytes);
            }
        }
    }

    pub(super) fn order(&mut self, kind: Kind, order: Order) {
        self.orders.push_back((kind, order));
    }

    /// Lets the oldest message of this kind that was held back go on.
    pub fn release(&mut self, kind: Kind) {
        let at = self.held.iter().position(|flight| flight.kind == Some(kind));
        let flight = at.and_then(|at| self.held.remove(at)).expect("no such message is held back");
        self.note(format!("a {kind:?} goes on"));
        self.fly(flight, LATENCY_NS);
    }

    /// Cuts a link in one direction.
    pub fn cut(&mut self, from: End, to: End) {
        self.note(format!("cut: {from:?} -> {to:?}"));
        self.cuts.insert((from, to));
    }

    /// Mends all links.
    pub fn mend(&mut self) {
        self.note("mended".into());
        self.cuts.clear();
    }

    /// The switch loses its memory and does nothing until [`Fabric::restart`].
    pub fn crash(&mut self, index: usize) {
        self.note(format!("switch {index} crashes"));
        self.nodes[index].switch = None;
    }

    /// The switch comes up with the next boot number.
    pub fn restart(&mut self, index: usize) {
        self.note(format!("switch {index} restarts"));
        let config = &mut self.nodes[index].config;
        config.incarnation = config.incarnation.next();
        self.boot(index);
    }

    fn boot(&mut self, index: usize) {
        let now = self.tick();
        let node = &mut self.nodes[index];
        node.switch = Some(Box::new(Switch::new(&node.config, INSIDE, now)));
    }

    pub(super) fn note(&mut self, line: String) {
        self.transcript.push(format!("{:>12.3} ms  {line}", self.now_ns as f64 / 1e6));
    }
}

/// Where a switch of these tests is reached.
fn address_of(index: usize) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, SWITCH_PORT + index as u16).into()
}

fn layout_of<P: Program>(schema: u8) -> Option<redplane_core::wire::Layout> {
    (schema == P::LAYOUT.schema).then_some(P::LAYOUT)
}

fn with_head_room(bytes: &[u8]) -> Vec<u8> {
    let mut memory = vec![0; HEADROOM + bytes.len()];
    memory[HEADROOM..].copy_from_slice(bytes);
    memory
}
