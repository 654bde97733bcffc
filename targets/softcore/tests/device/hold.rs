//! Packets that are kept in the device: a simulation of two devices, a store that commits late, and a network that loses, repeats and reorders.
//!
//! The program is the register of the simulation in `redplane-tests`, whose outputs show how many writes a flow has had and which packet made
//! the last, and the checkers are that simulation's own: no output before what it shows is durable (RP-SW-3, RP-SW-5), and per-flow
//! linearizability, which no count that is shown and lost later, and no packet that is executed twice, passes. Beside them, after each call:
//! every buffer is where the device says; nothing goes beyond the board's room; what is too old is gone; kept packets of a flow leave in
//! the order in which they were kept, on a board that never runs out of room. Flows move between devices at any moment; devices restart, hand all leases back,
//! have clocks that run at different rates and step ahead, and little room or no buffers. In the end faults stop, every flow must be
//! answered, nothing may be kept, and all leases are handed back.

use std::collections::{BTreeMap, BTreeSet};

use redplane_core::count::Event;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::store::Limits;
use redplane_core::switch::Config;
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::Kind;
use redplane_softcore::device::PACKETS_A_CALL;
use redplane_softcore::{Device, Setup};
use redplane_store::shard::ShardConfig;
use redplane_tests::sim::checker::{durable, linear::History};
use redplane_tests::sim::frames;
use redplane_tests::sim::log::LateLog;
use redplane_tests::sim::register::{FLOWS, FORBIDDEN, Lives, Output, Packet, Register};
use redplane_tests::sim::world::LEASE;

use super::board::{self, Board, Did, INSIDE, OUTSIDE, UPLINK, WAY};
use super::network;
use super::store::{Store, shard_config};

const SEEDS: u64 = 400;
/// Packets that hosts send in a run.
const PACKETS: u16 = 600;
const SLOTS: usize = 4;
const COPIES: usize = 6;
/// Time between two polls.
const POLL_NS: u64 = 400_000;
/// Polls after which there must be no more to do.
const POLLS_MAX: usize = 50;
/// Packets and messages that can be under way at a time, by far.
const UNDER_WAY_MAX: usize = 2000;
const NODES: usize = 2;
const BUFFERS: u32 = 16;

type Keeping = Device<'static, Register, 4>;

/// A device with its board and clock, and what the checks remember of it.
struct Node {
    device: Keeping,
    board: Board,
    setup: Setup,
    /// Its clock: an offset, and by how much in a million it is faster.
    offset: u32,
    ppm: i64,
    /// Whether it runs out of room, and of buffers.
    scarce_room: bool,
    scarce_buffers: bool,
    /// When each kept packet was kept last, and its place among all that were kept, unless it has travelled before.
    kept: BTreeMap<u32, (Tick, Option<u64>)>,
    /// The buffer of what came from the store just now.
    travelled: Option<u32>,
    next_place: u64,
    /// The place of the newest kept packet that left, by flow.
    left: BTreeMap<u32, u64>,
}

impl Node {
    fn new(number: usize, rng: &mut fastrand::Rng) -> Self {
        let config = Config::new(number as u16, Incarnation::new(rng.u16(..))).with_lease_period(LEASE);
        let hold = Some(Span::from_millis([3, 10, 40][rng.usize(0..3)]));
        let setup = Setup { switch: config, hold, ..board::setup(number as u16) };
        let offset = rng.u32(..);
        Self {
            device: board::device(&setup, SLOTS, COPIES, Tick::new(offset)),
            board: Board::new(BUFFERS),
            setup,
            offset,
            ppm: rng.i64(-4000..4000),
            scarce_room: rng.bool(),
            scarce_buffers: rng.bool(),
            kept: BTreeMap::new(),
            travelled: None,
            next_place: 0,
            left: BTreeMap::new(),
        }
    }

    fn now(&self, true_ns: u64) -> Tick {
        let ns = true_ns as i64 + true_ns as i64 * self.ppm / 1_000_000;
        Tick::new(self.offset.wrapping_add((ns as u64 / TICK_NANOS) as u32))
    }

    /// It loses its memory, and every packet in it.
    fn restart(&mut self, true_ns: u64) {
        self.setup.switch.incarnation = self.setup.switch.incarnation.next();
        self.device = board::device(&self.setup, SLOTS, COPIES, self.now(true_ns));
        self.board = Board::new(BUFFERS);
        self.kept.clear();
        self.left.clear();
    }
}

enum What {
    Packet(Packet),
    ToStore(u16, Vec<u8>),
    ToNode(usize, Vec<u8>),
    Poll(usize),
    PollStore,
}

struct World {
    rng: fastrand::Rng,
    now_ns: u64,
    /// What happens, by when and in which order.
    agenda: BTreeMap<(u64, u64), What>,
    next_entry: u64,
    nodes: Vec<Node>,
    store: Store<Register, Lives, LateLog<Register>>,
    history: History,
    packets: BTreeMap<u16, Packet>,
    /// Which node gets the packets of a flow.
    routes: [usize; FLOWS as usize],
    faults: bool,
    met: BTreeMap<String, u64>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let limits = Limits { flows: FLOWS as usize, waiting_per_flow: 3, waiting: 6 };
        let config = ShardConfig { limits, ..shard_config(LEASE, 0) };
        let nodes = (0..NODES).map(|number| Node::new(number, &mut rng)).collect();
        let mut world = Self {
            rng,
            now_ns: 1_000_000_000,
            agenda: BTreeMap::new(),
            next_entry: 0,
            nodes,
            store: Store::new(&config, Lives::default(), LateLog::new()),
            history: History::default(),
            packets: BTreeMap::new(),
            routes: [0; FLOWS as usize],
            faults: true,
            met: BTreeMap::new(),
        };
        for node in 0..NODES {
            world.plan(0, What::Poll(node));
        }
        world.plan(0, What::PollStore);
        world
    }

    fn plan(&mut self, in_ns: u64, what: What) {
        self.next_entry += 1;
        self.agenda.insert((self.now_ns + in_ns, self.next_entry), what);
        assert!(self.agenda.len() < UNDER_WAY_MAX, "messages multiply");
    }

    fn meets(&mut self, what: &str) {
        *self.met.entry(what.to_owned()).or_default() += 1;
    }

    /// A host sends a packet.
    fn send(&mut self, flow: u32, writes: bool) -> u16 {
        let id = self.packets.len() as u16 + 1;
        let packet = Packet { id, flow, writes };
        self.packets.insert(id, packet);
        let in_ns = self.rng.u64(0..200_000);
        self.plan(in_ns, What::Packet(packet));
        id
    }

    /// A message enters the network.
    fn transmit(&mut self, bytes: &[u8], to: impl Fn(Vec<u8>) -> What) {
        let message = network::message(Register::LAYOUT, bytes);
        // A read that is kept waits for the ack of its write, which is asked for anyway.
        assert!(message.kind() != Kind::Hold || message.piggyback().is_some());
        let copies = match self.rng.u32(0..20) {
            0..3 if self.faults => return self.meets("lost"),
            3..5 if self.faults => 2,
            _ => 1,
        };
        if copies == 2
            && matches!(message.kind(), Kind::LeaseRequest | Kind::Grant)
            && let Some(id) = message.piggyback().and_then(frames::id_of)
        {
            self.history.duplicated(self.now_ns, id);
        }
        for _ in 0..copies {
            let longest_ns = match self.rng.u32(0..30) {
                _ if !self.faults => 100_000,
                0 => LEASE.nanos() * 2,
                1..10 => 3_000_000,
                _ => 300_000,
            };
            let in_ns = self.rng.u64(20_000..longest_ns);
            self.plan(in_ns, to(bytes.to_vec()));
        }
    }

    fn answer(&mut self, answers: Vec<(u16, Vec<u8>)>) {
        for (node, bytes) in answers {
            self.transmit(&bytes, |bytes| What::ToNode(usize::from(node), bytes));
        }
    }

    /// The next thing happens.
    fn step(&mut self) {
        let ((at_ns, _), what) = self.agenda.pop_first().unwrap();
        self.now_ns = at_ns;
        if self.faults {
            self.fault();
        }
        match what {
            What::Packet(packet) => {
                let node = self.routes[packet.flow as usize];
                self.history.came_in(self.now_ns, packet);
                self.call(node, |node, now| {
                    let packet = node.board.packet(INSIDE, &packet.frame());
                    node.device.handle_frame(now, packet, &mut node.board);
                });
            }
            What::ToStore(node, bytes) => {
                let answers = self.store.handle(self.now_ns, node, &bytes);
                self.answer(answers);
            }
            What::ToNode(node, bytes) => self.call(node, |node, now| {
                let packet = node.board.packet(UPLINK, &network::from_store(&WAY, &bytes));
                node.travelled = Some(packet.tag);
                node.device.handle_frame(now, packet, &mut node.board);
            }),
            What::Poll(node) => {
                let mut goes_on = true;
                for _ in 0..POLLS_MAX {
                    if goes_on {
                        self.call(node, |node, now| goes_on = node.device.poll(now, &mut node.board));
                    }
                }
                assert!(!goes_on, "polls never end");
                self.nothing_is_too_old(node);
                self.plan(POLL_NS, What::Poll(node));
            }
            What::PollStore => {
                let entries = if self.faults { self.rng.usize(0..4) } else { usize::MAX };
                self.store.shard.durability_mut().commit(entries);
                let answers = self.store.poll(self.now_ns);
                self.answer(answers);
                self.plan(POLL_NS, What::PollStore);
            }
        }
    }

    /// Something goes wrong, now and then.
    fn fault(&mut self) {
        let node = self.rng.usize(0..NODES);
        match self.rng.u32(0..4000) {
            0..40 => self.routes[self.rng.usize(0..FLOWS as usize)] = node,
            40..44 => {
                self.meets("restart");
                self.nodes[node].restart(self.now_ns);
            }
            44..50 => {
                self.meets("hand back");
                self.nodes[node].device.give_up_all();
            }
            50..60 => {
                // Ahead of the store's clock is on the safe side: the holder believes for less long.
                self.meets("clock step");
                let ticks = self.rng.u32(0..LEASE.ticks() * 2);
                self.nodes[node].offset = self.nodes[node].offset.wrapping_add(ticks);
            }
            60..64 => {
                self.meets("silence");
                let until_ns = self.now_ns + LEASE.nanos() * 2;
                self.agenda.retain(|(at_ns, _), what| {
                    *at_ns > until_ns || !matches!(what, What::ToStore(..) | What::ToNode(..))
                });
            }
            _ => {}
        }
    }

    /// Calls a device, carries out what it wants, and checks that.
    fn call(&mut self, number: usize, call: impl FnOnce(&mut Node, Tick)) {
        let node = &mut self.nodes[number];
        let now = node.now(self.now_ns);
        node.board.room = match node.scarce_room && self.faults {
            true => self.rng.usize(PACKETS_A_CALL..PACKETS_A_CALL + 4),
            false => usize::MAX,
        };
        node.board.has_buffers = !(node.scarce_buffers && self.faults && self.rng.u32(0..6) == 0);
        node.travelled = None;
        call(node, now);
        let did = node.board.did(node.device.held());
        for tag in std::mem::take(&mut node.board.holds) {
            // A packet that went again and is kept again stays in its place.
            let new = (node.travelled != Some(tag)).then_some(node.next_place);
            let place = node.kept.get(&tag).map_or(new, |(_, place)| *place);
            node.next_place += 1;
            node.kept.insert(tag, (now, place));
        }
        for did in did {
            let (tag, output) = match did {
                Did::Sent { port: UPLINK, bytes, tag } => {
                    let (_, bytes) = network::to_store(&WAY, &bytes);
                    self.transmit(&bytes, |bytes| What::ToStore(number as u16, bytes));
                    (tag, None)
                }
                Did::Sent { port, bytes, tag } => {
                    assert_eq!(port, OUTSIDE);
                    (tag, Some(bytes))
                }
                Did::Freed { tag, .. } => (tag, None),
                Did::Punted { .. } => panic!("nothing is to be punted"),
            };
            let kept = self.nodes[number].kept.remove(&tag);
            if let Some(output) = output {
                self.came_out(number, &output, kept);
            }
        }
    }

    /// What an output shows is durable, and it does not overtake an older one that was kept.
    fn came_out(&mut self, number: usize, frame: &[u8], kept: Option<(Tick, Option<u64>)>) {
        let output = Output::parse(frame).unwrap();
        let packet = self.history.came_out(self.now_ns, output).unwrap();
        let log = self.store.shard.durability_mut();
        let record = log.durable(&[Packet::key(packet.flow)]).map(|record| record.state.into());
        durable::check(&output, record).unwrap();
        let node = &mut self.nodes[number];
        let Some((_, Some(place))) = kept else { return };
        if node.scarce_room || node.scarce_buffers {
            return;
        }
        let before = node.left.insert(packet.flow, place);
        assert!(
            before.is_none_or(|before| before < place),
            "flow {}: kept packets changed order",
            packet.flow
        );
        self.meets("left in order");
    }

    /// After a poll with room for all, nothing is kept beyond its time.
    fn nothing_is_too_old(&mut self, number: usize) {
        let node = &self.nodes[number];
        if node.board.room < usize::MAX / 2 {
            return;
        }
        let (now, hold) = (node.now(self.now_ns), node.setup.hold.unwrap());
        for (tag, (since, _)) in &node.kept {
            assert!(now.since(*since) < hold.ticks(), "the packet in buffer {tag} is kept for too long");
        }
    }

    fn run_for(&mut self, ns: u64) {
        let until_ns = self.now_ns + ns;
        while self.agenda.first_key_value().is_some_and(|((at_ns, _), _)| *at_ns < until_ns) {
            self.step();
        }
    }

    fn run(mut self) -> BTreeMap<String, u64> {
        let write_share = [0.1, 0.5, 0.9][self.rng.usize(0..3)];
        for _ in 0..PACKETS {
            let (flow, writes) = (self.rng.u32(0..FLOWS), self.rng.f64() < write_share);
            self.send(flow, writes);
            let ns = match self.rng.u32(0..100) {
                0 => LEASE.nanos() * 3 / 2,
                1..10 => 2_000_000,
                _ => 100_000,
            };
            self.run_for(ns);
        }
        self.faults = false;
        self.run_for(LEASE.nanos() * 6);
        self.everything_is_answered();
        self.history.check().unwrap();
        for node in &self.nodes {
            for (name, _, count) in node.device.device_counters().all() {
                *self.met.entry(name.to_owned()).or_default() += u64::from(count);
            }
            for event in Event::ALL {
                *self.met.entry(event.name().to_owned()).or_default() +=
                    u64::from(node.device.counters().event(*event));
            }
        }
        self.met
    }

    /// Without faults, every flow that the store allows gets answers, nothing stays, and all leases can be handed back.
    fn everything_is_answered(&mut self) {
        // Beyond these the store refuses by right, always or every other time.
        for flow in 0..FORBIDDEN {
            let answered = (0..10).any(|_| {
                let ids = [self.send(flow, true), self.send(flow, false)];
                self.run_for(LEASE.nanos() * 2);
                ids.iter().all(|id| self.history.has_output(*id))
            });
            let records = self.store.shard.flows().records().iter();
            let known: BTreeSet<_> = records.map(|(key, _)| *key).collect();
            // A full store refuses by right.
            let full = known.len() + 2 > FLOWS as usize && !known.contains(&[Packet::key(flow)]);
            assert!(answered || full, "flow {flow} is not answered");
        }
        for node in &mut self.nodes {
            node.device.give_up_all();
        }
        self.run_for(LEASE.nanos() * 3);
        for node in &mut self.nodes {
            assert!(node.device.has_given_up_all());
            assert_eq!((node.device.held(), node.device.unanswered()), (0, 0));
            for flow in 0..FLOWS {
                let now = node.now(self.now_ns);
                let view = node.device.inspect(now, &[Packet::key(flow)]);
                assert!(view.is_none_or(|view| !view.live), "flow {flow} was not handed back");
            }
        }
    }
}

#[test]
fn kept_packets_reveal_nothing_that_is_not_durable_whatever_fails() {
    let mut met = BTreeMap::<String, u64>::new();
    for seed in 0..SEEDS {
        println!("seed {seed}");
        for (what, count) in World::new(seed).run() {
            *met.entry(what).or_default() += count;
        }
    }
    println!("{met:#?}");
    let needed = [
        "lost",
        "restart",
        "hand back",
        "clock step",
        "silence",
        "left in order",
        "held",
        "hold_full",
        "hold_released",
        "hold_expired",
        "hold_lost",
        "no_buffer",
        "ReadForwarded",
        "ReadHeld",
        "WriteBegun",
        "WriteReleased",
        "HoldReleased",
        "Recalled",
        "GaveUp",
        "RenouncedInRequest",
        "LeaseLapsed",
        "Resent",
        "SlotReused",
        "GrantExtended",
        "Reprocessed",
    ];
    for what in needed {
        assert!(met.get(what).is_some_and(|count| *count > 0), "{what} was never met");
    }
}
