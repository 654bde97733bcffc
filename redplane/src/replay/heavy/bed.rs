//! A detector switch, a store and the link between them, in virtual time.
//!
//! Time goes from event to event: a packet comes in, a message arrives, a snapshot is due. There is one switch at a time; when it
//! dies, another one that knows nothing takes its place.

use std::collections::BTreeMap;

use redplane_apps::HeavyHitter;
use redplane_core::count::{Counters, Event};
use redplane_core::machine::{REPORT_WORDS, Report};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits};
use redplane_core::switch::{Config, Ingress, Switch, Verdict};
use redplane_core::time::{Span, TICK_NANOS, Tick};
use redplane_core::wire::{Body, HEADROOM, Kind, Message};
use redplane_linux::capture::MAX_PADDED_LEN;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig, ZeroState};

use super::flow::Vlan;
use super::truth::{ROWS, SLOTS, Words};
use super::wire::{InFlight, LinkConfig, Tally, To, Wire};
use crate::replay::timeline::GAP_NS_MAX;

/// VLANs that a switch has room for.
const VLANS: usize = 256;
/// Copies in its mirror queue: requests to renew leases.
const COPIES: usize = 512;
/// Packets that may wait at the store for a lease to end.
const WAITING_MAX: usize = 4096;
/// Datagrams on their way out of the store at once: every waiting one may be answered in one go.
const QUEUE_LEN: usize = WAITING_MAX + 64;
/// Room for a message of the packet generator: what a frame of 1,500 bytes holds behind IPv4 and UDP.
const MESSAGE_LEN_MAX: usize = 1472;
/// Longest time between two polls while a snapshot may have to be sent again, in nanoseconds.
const POLL_EVERY_NS: u64 = 500_000;
/// The same while nothing happens, well within [`redplane_core::switch::POLL_AT_LEAST`].
const POLL_AT_LEAST_NS: u64 = 30_000_000_000;
/// Time between two polls of the store while packets wait there, in nanoseconds.
const STORE_POLL_EVERY_NS: u64 = 1_000_000;
/// Steps that a lease period is cut into at the end, and lease periods that the end is waited for.
const STEPS_A_LEASE: u64 = 64;
const LEASES_AT_END: u64 = 16;
/// Port that packets come in by.
const PORT: u16 = 1;

type Detector = Switch<HeavyHitter, VLANS, COPIES>;
type DetectorShard = Shard<HeavyHitter, ZeroState, OneReplica>;

/// What the program did with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// It is not the program's.
    Passed,
    /// It was counted.
    Counted {
        /// While the last complete snapshot was too old, and the switch said so.
        stale: bool,
    },
}

impl How {
    /// By what the switch counted meanwhile.
    fn between(before: &[u32; 2], after: &[u32; 2]) -> How {
        if before[0] == after[0] { How::Counted { stale: before[1] != after[1] } } else { How::Passed }
    }
}

/// Who watches.
pub(super) trait Watch {
    /// A packet left the switch.
    fn left(&mut self, now_ns: u64, frame: &[u8], how: How);
    /// A snapshot of a VLAN's structure began.
    fn begun(&mut self, now_ns: u64, vlan: Vlan, id: u32);
    /// A VLAN's structure is restored, or begun empty where there is no snapshot.
    fn restored(&mut self, now_ns: u64, vlan: Vlan, id: Option<u32>, words: &Words);
    /// The switch told its control plane something.
    fn reported(&mut self, now_ns: u64, what: Report, words: &[u32; REPORT_WORDS]);
}

/// When the packet generator is to be looked at for a VLAN, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Due {
    poll_ns: u64,
    /// When its next snapshot is due.
    snapshot_ns: u64,
}

impl Due {
    fn after(now_ns: u64, snapshot_ns: u64) -> Due {
        let soon_ns = now_ns + POLL_EVERY_NS;
        let poll_ns = if snapshot_ns > now_ns { soon_ns.min(snapshot_ns) } else { soon_ns };
        Due { poll_ns, snapshot_ns }
    }
}

/// The switch, the store and the link.
pub(super) struct Bed {
    config: Config,
    now_ns: u64,
    switch: Option<Box<Detector>>,
    /// The number of the switch, or of the next one.
    switch_id: u16,
    shard: DetectorShard,
    pool: Pool,
    out: Queue,
    store_polled_ns: u64,
    wire: Wire,
    due: BTreeMap<Vlan, Due>,
    polled_ns: u64,
    /// Under which epoch a VLAN's structure was restored.
    restored: BTreeMap<Vlan, Option<Epoch>>,
    dead: Vec<Counters>,
    memory: Box<[u8]>,
}

impl Bed {
    /// A switch that knows nothing, and an empty store. `seed` is where clocks and numbers begin.
    pub(super) fn new(config: Config, link: LinkConfig, seed: u32) -> Bed {
        let shard = ShardConfig {
            lease_period: config.lease_period,
            limits: Limits { flows: VLANS * 16, waiting_per_flow: WAITING_MAX as u16, waiting: WAITING_MAX },
            pending: 0, // one replica: every change is durable at once
            epoch_floor: Epoch::new(seed),
            first_seq: Seq::new(seed),
        };
        // As long as a capture may last: VLANs do not end.
        let forever = ZeroState { idle_ticks: u64::MAX / 2 };
        let mut bed = Bed {
            config: Config { incarnation: Incarnation::new(seed as u16), ..config },
            now_ns: u64::from(seed) * TICK_NANOS,
            switch: None,
            switch_id: 1,
            shard: Shard::new(&shard, forever, OneReplica::default()),
            pool: Pool::with_capacity(DetectorShard::buffers_held(&shard) + QUEUE_LEN),
            out: Queue::with_capacity(QUEUE_LEN),
            store_polled_ns: 0,
            wire: Wire::new(link),
            due: BTreeMap::new(),
            polled_ns: 0,
            restored: BTreeMap::new(),
            dead: Vec::new(),
            memory: vec![0; HEADROOM + MAX_PADDED_LEN].into_boxed_slice(),
        };
        bed.start();
        bed
    }

    /// The time, in nanoseconds.
    pub(super) fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// The switch dies with all that it knows. What it had sent is on its way.
    pub(super) fn fail(&mut self) {
        self.dead.extend(self.switch.take().map(|switch| switch.counters().clone()));
        self.restored.values_mut().for_each(|epoch| *epoch = None);
        self.due.clear();
        self.switch_id += 1;
    }

    /// A switch that knows nothing takes the place of the dead one.
    pub(super) fn start(&mut self) {
        let config = Config { switch_id: self.switch_id, ..self.config };
        self.switch = Some(Box::new(Switch::new(&config, PortSet::EMPTY.with(PORT), self.tick())));
    }

    /// Whether there is a switch.
    pub(super) fn is_alive(&self) -> bool {
        self.switch.is_some()
    }

    /// A frame of a VLAN arrives; it is lost if there is no switch.
    pub(super) fn offer(&mut self, vlan: Option<Vlan>, frame: &[u8], watch: &mut impl Watch) {
        if let Some(vlan) = vlan {
            self.restored.entry(vlan).or_default();
        }
        let Some(switch) = &mut self.switch else { return };
        let now = Tick::from_nanos(self.now_ns);
        let end = HEADROOM + frame.len().min(MAX_PADDED_LEN);
        self.memory[HEADROOM..end].copy_from_slice(&frame[..end - HEADROOM]);
        let before = said(switch);
        let Some(mut packet) = Buffer::new(&mut self.memory, HEADROOM, end) else { return };
        let verdict = switch.handle_packet(now, Ingress { port: PORT, inside: true }, &mut packet);
        let how = How::between(&before, &said(switch));
        let range = packet.start()..packet.end();
        if let Some((what, words)) = switch.take_report() {
            watch.reported(self.now_ns, what, &words);
        }
        self.carry_out(verdict, range, how, watch);
        if let Some(vlan) = vlan {
            self.due.entry(vlan).or_insert(Due::after(self.now_ns, self.now_ns));
        }
    }

    /// Lets time pass until `until_ns`.
    pub(super) fn advance(&mut self, until_ns: u64, watch: &mut impl Watch) {
        loop {
            let at_store = (self.waiting() > 0).then_some(self.store_polled_ns + STORE_POLL_EVERY_NS);
            let wakes = [self.wire.next_ns(), self.due.values().map(|due| due.poll_ns).min(), at_store];
            let idle = self.polled_ns.saturating_add(POLL_AT_LEAST_NS);
            let next_ns = wakes.into_iter().flatten().min().unwrap_or(idle).min(idle).max(self.now_ns);
            if next_ns > until_ns {
                self.now_ns = until_ns.max(self.now_ns);
                return;
            }
            self.now_ns = next_ns;
            if self.now_ns.saturating_sub(self.store_polled_ns) >= STORE_POLL_EVERY_NS {
                self.store_polled_ns = self.now_ns;
                self.shard.poll(Instant::from_nanos(self.now_ns), &mut self.out, &mut self.pool);
                self.deliver();
            }
            while let Some(arrived) = self.wire.receive(self.now_ns) {
                self.take(&arrived, watch);
            }
            self.poll(watch);
        }
    }

    /// Lets time pass until no packet waits for anything; whether it came to that.
    pub(super) fn run_out(&mut self, watch: &mut impl Watch) -> bool {
        let step_ns = (self.config.lease_period.nanos() / STEPS_A_LEASE).max(1);
        for _ in 0..LEASES_AT_END * STEPS_A_LEASE {
            if self.waiting() == 0 && !self.wire.has_packets() {
                return true;
            }
            self.advance(self.now_ns + step_ns, watch);
        }
        false
    }

    /// Ends the window of a VLAN's counts; false if the VLAN has no structure now.
    pub(super) fn empty(&mut self, vlan: Vlan) -> bool {
        let now = self.tick();
        self.switch.as_mut().is_some_and(|switch| switch.clear_structure(now, &[vlan]))
    }

    /// A VLAN's structure as packets update it.
    pub(super) fn structure(&mut self, vlan: Vlan) -> Option<Words> {
        structure_of(self.switch.as_mut()?, vlan)
    }

    /// Packets that wait at the store.
    pub(super) fn waiting(&self) -> usize {
        self.shard.flows().waiting()
    }

    /// What the switches did, the dead one first.
    pub(super) fn counters(&self) -> Vec<Counters> {
        let living = self.switch.as_ref().map(|switch| switch.counters().clone());
        self.dead.iter().cloned().chain(living).collect()
    }

    /// The store.
    pub(super) fn shard(&self) -> &DetectorShard {
        &self.shard
    }

    /// What travelled of a kind.
    pub(super) fn tally(&self, kind: Kind) -> Tally {
        self.wire.tally(kind)
    }

    /// Packets that were lost on the way to the store or back.
    pub(super) fn packets_lost(&self) -> u64 {
        self.wire.packets_lost()
    }

    fn tick(&self) -> Tick {
        Tick::from_nanos(self.now_ns)
    }

    fn take(&mut self, arrived: &InFlight, watch: &mut impl Watch) {
        let message = &arrived.message;
        match arrived.to {
            To::Store => {
                let Some(mut datagram) = self.pool.take() else { return };
                if datagram.set_payload(message).is_err() {
                    return self.pool.give(datagram);
                }
                let now = Instant::from_nanos(self.now_ns);
                self.shard.handle(now, datagram, &mut self.out, &mut self.pool);
                self.deliver();
            }
            To::Switch(id) if id == self.switch_id => self.take_answer(message, watch),
            To::Switch(_) => {} // that one is dead
        }
    }

    fn take_answer(&mut self, message: &[u8], watch: &mut impl Watch) {
        let Some(switch) = &mut self.switch else { return };
        let end = HEADROOM + message.len();
        let Some(room) = self.memory.get_mut(HEADROOM..end) else { return };
        room.copy_from_slice(message);
        let before = said(switch);
        let Some(mut buffer) = Buffer::new(&mut self.memory, HEADROOM, end) else { return };
        let verdict = switch.handle_message(Tick::from_nanos(self.now_ns), &mut buffer);
        let how = How::between(&before, &said(switch));
        let range = buffer.start()..buffer.end();
        if let Some((what, words)) = switch.take_report() {
            watch.reported(self.now_ns, what, &words);
        }
        self.look_for_restored(watch);
        self.carry_out(verdict, range, how, watch);
        if let Some([vlan]) = parse(message).map(|message| message.key()) {
            self.due.entry(vlan.get()).or_insert(Due::after(self.now_ns, self.now_ns));
        }
    }

    fn carry_out(
        &mut self,
        verdict: Verdict,
        range: std::ops::Range<usize>,
        how: How,
        watch: &mut impl Watch,
    ) {
        match verdict {
            Verdict::Forward { .. } => watch.left(self.now_ns, &self.memory[range], how),
            Verdict::ToStore { .. } => self.wire.send(self.now_ns, To::Store, &self.memory[range]),
            Verdict::Punt { .. } | Verdict::Consumed | Verdict::Dropped(_) => {}
        }
    }

    /// The packet generator's turn.
    fn poll(&mut self, watch: &mut impl Watch) {
        self.polled_ns = self.now_ns;
        let every_ns = u64::from(self.config.snapshots.every.ticks()) * TICK_NANOS;
        let now_ns = self.now_ns;
        let Some(switch) = &mut self.switch else { return self.due.clear() };
        loop {
            let mut out = Buffer::empty(&mut self.memory[..MESSAGE_LEN_MAX]);
            let Some(kind) = switch.poll(Tick::from_nanos(now_ns), &mut out) else { break };
            if let (Kind::SnapshotSlots, Some(id)) = (kind, begins(out.bytes())) {
                let [vlan] = *switch.last_key();
                // Both are whole ticks: the next is due a period after this one's tick.
                let snapshot_ns = now_ns / TICK_NANOS * TICK_NANOS + every_ns;
                self.due.insert(vlan, Due::after(now_ns, snapshot_ns));
                watch.begun(now_ns, vlan, id);
            }
            self.wire.send(now_ns, To::Store, out.bytes());
        }
        self.look_for_restored(watch);
        let Some(switch) = &mut self.switch else { return };
        let tick = Tick::from_nanos(now_ns);
        self.due.retain(|vlan, due| {
            if due.poll_ns > now_ns {
                return true;
            }
            *due = Due::after(now_ns, due.snapshot_ns);
            switch.inspect(tick, &[*vlan]).is_some_and(|flow| flow.live)
        });
    }

    /// Tells of structures that were restored since the last look.
    fn look_for_restored(&mut self, watch: &mut impl Watch) {
        let Some(switch) = &mut self.switch else { return };
        let tick = Tick::from_nanos(self.now_ns);
        for (vlan, known) in &mut self.restored {
            let Some(flow) = switch.inspect(tick, &[*vlan]) else { continue };
            if *known == Some(flow.epoch) {
                continue;
            }
            let Some(words) = structure_of(switch, *vlan) else { continue };
            *known = Some(flow.epoch);
            let [id, has] = flow.state;
            watch.restored(self.now_ns, *vlan, (has != 0).then_some(id), &words);
            self.due.insert(*vlan, Due::after(self.now_ns, self.now_ns));
        }
    }

    fn deliver(&mut self) {
        while let Some(datagram) = self.out.pop() {
            if let Some(id) = switch_of(datagram.payload()) {
                self.wire.send(self.now_ns, To::Switch(id), datagram.payload());
            }
            self.pool.give(datagram);
        }
    }
}

fn said(switch: &Detector) -> [u32; 2] {
    [Event::Passed, Event::StaleWentOn].map(|event| switch.counters().event(event))
}

fn structure_of(switch: &mut Detector, vlan: Vlan) -> Option<Words> {
    let mut words = [0; ROWS * SLOTS];
    let mut cells = words.iter_mut();
    switch.structure(&[vlan], |word| {
        if let Some(cell) = cells.next() {
            *cell = word;
        }
    })?;
    Some(words)
}

fn parse(message: &[u8]) -> Option<Message<'_>> {
    let layout_of = |schema| (schema == HeavyHitter::LAYOUT.schema).then_some(HeavyHitter::LAYOUT);
    Message::parse(message, layout_of).ok().map(|(message, _)| message)
}

/// The switch that a message of the store is for.
fn switch_of(message: &[u8]) -> Option<u16> {
    parse(message).map(|message| message.switch())
}

/// The snapshot's id if this message is the first of it.
fn begins(message: &[u8]) -> Option<u32> {
    let message = parse(message)?;
    match message.body() {
        Body::Slots { range, .. } if range.first.get() == 0 && !message.flags().retransmission() => {
            Some(message.seq().raw())
        }
        _ => None,
    }
}

const _: () = assert!(GAP_NS_MAX < redplane_core::switch::POLL_AT_LEAST.nanos());
const _: () = assert!(POLL_AT_LEAST_NS < Span::MAX.nanos());
