//! A shard: one program's flows, their waiting messages, and the answers that are not durable yet. Sans IO.
//!
//! ```text
//! datagram in ─▶ FlowStore (core: the rules) ─┬─▶ answer ──▶ committed? ──▶ out
//!                                             │                └─ not yet ─▶ pending ─(RP-ST-4)─▶ out
//!                                             └─▶ waits ───▶ parking ─(lease ends, write comes)─▶ FlowStore
//! ```
//!
//! Shards share nothing. A shard owns no socket and reads no clock: [`crate::server`] and the simulation give it both. After
//! construction it allocates nothing, but for the two copies of a flow's first snapshot.

use std::collections::VecDeque;
use std::net::SocketAddr;

use indexmap::IndexMap;
use redplane_core::count::{Counters, Event, Reason};
use redplane_core::packet::Buffer;
use redplane_core::program::{Program, Words};
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{
    Assembly, Creation, FlowStore, Full, Handled, Initializer, Instant, Limits, LogIndex, Outcome, Record,
    Records, Share, SwitchLimits,
};
use redplane_core::structure::Structure;
use redplane_core::time::Span;
use redplane_core::wire::{Flags, Header, Kind, Message, Refusal};
use zerocopy::FromBytes;

use crate::datagram::{Datagram, Pool, Queue};
use crate::durability::{Durability, Service};
use crate::histogram::Histogram;
use crate::parking::Parking;

/// Switches whose addresses a shard remembers, for recalls, and whose flows and waiting messages it counts. Requests of further
/// switches are served, but the leases that they hold are not recalled: they run out; and limits for each switch do not stop them.
pub const SWITCHES_MAX: usize = 1024;

/// Records that one call of [`Shard::poll`] looks at for having ended (RP-ST-9).
const EXPIRED_A_POLL: usize = 64;

/// Capacity of a map, in its limit. Deletions use up places of a hash table, and one that is more than half full is given a
/// larger table when none are left, in the middle of a packet; with room for twice the limit it is tidied where it is. The entries
/// beyond the limit are address space that is never touched.
pub(crate) const ROOM: usize = 2;

/// Flows that a shard keeps snapshots of: as many as there are VLANs. Those of further flows are refused.
pub const SNAPSHOTS_MAX: usize = 4096;

/// How a shard is set up.
#[derive(Clone, Copy, Debug)]
pub struct ShardConfig {
    /// The switches' lease period.
    pub lease_period: Span,
    /// What it may hold (RP-ST-7).
    pub limits: Limits,
    /// Answers that may wait to be durable (RP-ST-4); beyond it answers are lost, as the network may lose them.
    pub pending: usize,
    /// Above every epoch of an earlier life (RP-ST-10).
    pub epoch_floor: Epoch,
    /// Where the numbering of a new flow's writes begins: any number does (RP-SW-10).
    pub first_seq: Seq,
}

/// The flows of a shard in memory: bounded, allocated at start-up, iterated in a fixed order.
pub struct FlowMap<P: Program> {
    flows: IndexMap<P::Key, Record<P::State>>,
    limit: usize,
    /// The snapshots of flows that have sent one; nothing of programs without a structure.
    snapshots: IndexMap<P::Key, Box<<P::Structure as Structure>::Assembly>>,
    /// What each switch takes.
    shares: IndexMap<u16, Share>,
}

impl<P: Program> std::fmt::Debug for FlowMap<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { flows, limit, snapshots, .. } = self;
        write!(f, "FlowMap {{ {} of {limit} flows, {} with snapshots }}", flows.len(), snapshots.len())
    }
}

impl<P: Program> FlowMap<P> {
    /// Bytes that a flow takes of a full map: its entry, and four places of the index with a byte of tag each.
    pub const FLOW_BYTES: usize = size_of::<(u64, P::Key, Record<P::State>)>() + 4 * (size_of::<u64>() + 1);

    fn with_capacity(limit: usize) -> Self {
        let snapshots = if P::Structure::ROWS == 0 { 0 } else { limit.min(SNAPSHOTS_MAX) * ROOM };
        Self {
            flows: IndexMap::with_capacity(limit.saturating_mul(ROOM)),
            limit,
            snapshots: IndexMap::with_capacity(snapshots),
            shares: IndexMap::with_capacity(SWITCHES_MAX),
        }
    }

    /// What each switch takes, as far as it is counted.
    pub fn shares(&self) -> impl Iterator<Item = (&u16, &Share)> {
        self.shares.iter()
    }

    /// All messages that waited were thrown away.
    pub(crate) fn forget_waiting(&mut self) {
        self.shares.values_mut().for_each(|share| share.waiting = 0);
    }

    /// How many flows have snapshots here.
    pub fn snapshots(&self) -> usize {
        self.snapshots.len()
    }

    /// The words of a flow's snapshots, if it has any.
    pub(crate) fn assembly_words(&mut self, key: &P::Key) -> Option<Vec<u32>> {
        let parts = self.snapshots.get_mut(key)?.parts()?;
        Some((0..parts.words()).filter_map(|at| parts.word(at)).collect())
    }

    /// The record at a place of the iteration order.
    pub(crate) fn record_at(&self, at: usize) -> Option<(&P::Key, &Record<P::State>)> {
        self.flows.get_index(at)
    }

    /// The key at a place of the iteration order, which deletions change.
    pub(crate) fn key_at(&self, at: usize) -> Option<P::Key> {
        self.flows.get_index(at).map(|(key, _)| *key)
    }

    /// All keys and records.
    pub fn iter(&self) -> impl Iterator<Item = (&P::Key, &Record<P::State>)> {
        self.flows.iter()
    }
}

impl<P: Program> Records<P> for FlowMap<P> {
    fn get(&mut self, key: &P::Key) -> Option<&mut Record<P::State>> {
        self.flows.get_mut(key)
    }

    fn insert(&mut self, key: P::Key, record: Record<P::State>) -> Result<(), Full> {
        if self.flows.len() >= self.limit {
            return Err(Full);
        }
        self.flows.insert(key, record);
        Ok(())
    }

    fn remove(&mut self, key: &P::Key) {
        self.flows.swap_remove(key);
        self.snapshots.swap_remove(key);
    }

    fn assembly(&mut self, key: &P::Key) -> Option<&mut <P::Structure as Structure>::Assembly> {
        if P::Structure::ROWS == 0 {
            return None;
        }
        if !self.snapshots.contains_key(key) {
            if self.snapshots.len() >= self.limit.min(SNAPSHOTS_MAX) {
                return None;
            }
            self.snapshots.insert(*key, Box::new(Assembly::EMPTY));
        }
        self.snapshots.get_mut(key).map(|assembly| &mut **assembly)
    }

    fn share(&mut self, switch: u16) -> Option<&mut Share> {
        if !self.shares.contains_key(&switch) {
            if self.shares.len() >= SWITCHES_MAX {
                return None;
            }
            self.shares.insert(switch, Share::default());
        }
        self.shares.get_mut(&switch)
    }

    fn len(&self) -> usize {
        self.flows.len()
    }
}

/// The initializer of programs whose flows begin with a state of all zero and end by idling.
#[derive(Clone, Copy, Debug)]
pub struct ZeroState {
    /// Ticks without a sign of life after which a flow has ended.
    pub idle_ticks: u64,
}

impl<P: Program> Initializer<P> for ZeroState {
    fn create(&mut self, _: &P::Key) -> Result<Creation<P>, Refusal> {
        Ok(Creation { state: P::State::ZERO, pair: None })
    }

    fn pair(&self, _: &P::Key, _: &P::State) -> Option<P::Key> {
        None
    }

    fn idle_ticks(&self, _: &P::Key, _: &P::State) -> Option<u64> {
        Some(self.idle_ticks)
    }

    fn claim(&mut self, _: &P::Key, _: &P::State) {}

    fn release(&mut self, _: &P::Key, _: &P::State) {}
}

/// An answer that waits to be durable.
#[derive(Debug)]
pub(crate) struct Pending {
    index: LogIndex,
    since: Instant,
    pub(crate) datagram: Box<Datagram>,
}

/// One shard of one program.
#[derive(Debug)]
pub struct Shard<P: Program, I, D> {
    pub(crate) flows: FlowStore<P, FlowMap<P>, I>,
    pub(crate) durability: D,
    pub(crate) parking: Parking<P::Key>,
    pub(crate) pending: VecDeque<Pending>,
    pending_max: usize,
    switches: IndexMap<u16, SocketAddr>,
    expire_next: usize,
    woken: Vec<P::Key>,
    /// Requests that came while it was not known whether this store may decide.
    unserved: u32,
    /// How long answers waited to be durable.
    commit_ticks: Histogram,
    /// What the shard itself ignored or did, beside what [`FlowStore`] counts.
    counters: Counters,
    received: KindCounts,
    sent: KindCounts,
}

/// Messages by the kind's four bits on the wire; they wrap.
type KindCounts = [u32; 16];

fn count_kind(counts: &mut KindCounts, kind: u8) {
    let count = &mut counts[usize::from(kind & 0xf)];
    *count = count.wrapping_add(1);
}

impl<P: Program, I: Initializer<P>, D: Durability<P>> Shard<P, I, D> {
    /// An empty shard.
    pub fn new(config: &ShardConfig, initializer: I, durability: D) -> Self {
        let limits = config.limits;
        Self {
            flows: FlowStore::new(
                FlowMap::with_capacity(limits.flows),
                initializer,
                config.lease_period,
                limits,
                config.epoch_floor,
            )
            .with_first_seq(config.first_seq),
            durability,
            parking: Parking::with_capacity(limits.waiting),
            pending: VecDeque::with_capacity(config.pending),
            pending_max: config.pending,
            switches: IndexMap::with_capacity(SWITCHES_MAX),
            expire_next: 0,
            woken: Vec::with_capacity(limits.waiting),
            unserved: 0,
            commit_ticks: Histogram::default(),
            counters: Counters::new(),
            received: KindCounts::default(),
            sent: KindCounts::default(),
        }
    }

    /// The same, with limits for each switch.
    #[must_use]
    pub fn with_switch_limits(mut self, limits: SwitchLimits) -> Self {
        self.flows = self.flows.with_switch_limits(limits);
        self
    }

    /// Buffers that the shard may hold at once, beside those in queues: what a [`Pool`] must have for it.
    pub fn buffers_held(config: &ShardConfig) -> usize {
        config.limits.waiting + config.pending
    }

    /// A datagram came in; answers go to `out`, buffers that are done with to `pool`.
    pub fn handle(&mut self, now: Instant, datagram: Box<Datagram>, out: &mut Queue, pool: &mut Pool) {
        if datagram.is_truncated() {
            return self.ignore(Reason::DatagramTooLong, datagram, pool);
        }
        let mut datagram = Some(datagram);
        // All messages but the last go through in buffers of their own.
        while let Some(mut whole) = datagram.take() {
            let layout_of = |schema| (schema == P::LAYOUT.schema).then_some(P::LAYOUT);
            let parsed = Message::parse(whole.payload(), layout_of).map(|(message, _)| {
                count_kind(&mut self.received, message.kind().to_wire());
                let switch = message.kind().is_request().then(|| message.switch());
                (switch, message.flags().more(), message.head_len())
            });
            if let Ok((Some(switch), ..)) = parsed {
                self.learn(switch, whole.peer());
            }
            let Ok((_, true, first_len)) = parsed else {
                return self.handle_one(now, whole, false, out, pool);
            };
            let Some(mut first) = pool.take() else {
                return self.ignore(Reason::NoBuffer, whole, pool);
            };
            let split = whole.payload().split_at_checked(first_len).map(|(head, _)| first.set_payload(head));
            let Some(Ok(())) = split else {
                pool.give(first);
                return self.ignore(Reason::MessageTooShort, whole, pool);
            };
            clear_more(first.payload_mut());
            first.set_peer(whole.peer());
            let range = whole.range();
            if whole.set_range(range.start + first_len..range.end).is_err() {
                pool.give(first);
                return self.ignore(Reason::MessageTooShort, whole, pool);
            }
            self.handle_one(now, first, false, out, pool);
            datagram = Some(whole);
        }
    }

    fn handle_one(
        &mut self,
        now: Instant,
        mut datagram: Box<Datagram>,
        parked: bool,
        out: &mut Queue,
        pool: &mut Pool,
    ) {
        let range = datagram.range();
        let Some(mut buffer) = Buffer::new(datagram.buffer_mut(), range.start, range.end) else {
            return pool.give(datagram);
        };
        let handled = match self.durability.service(now) {
            Service::Serves if self.durability.has_room() => {
                self.flows.handle(now, &mut buffer, parked, &mut self.durability)
            }
            Service::Serves => {
                self.counters.count(Event::LimitReached);
                return self.ignore(Reason::NoBuffer, datagram, pool);
            }
            Service::Elsewhere => {
                let outcome = self.flows.refuse(&mut buffer, Refusal::Moved, &mut self.durability);
                Handled { outcome, key: None, wakes: false }
            }
            Service::Silent => {
                self.unserved = self.unserved.wrapping_add(1);
                return pool.give(datagram);
            }
        };
        let range = buffer.start()..buffer.end();
        match (handled.outcome, handled.key) {
            (Outcome::Reply(index), _) => match datagram.set_range(range) {
                Ok(()) => self.answer(now, index, datagram, out, pool),
                Err(_) => pool.give(datagram),
            },
            (Outcome::Wait, Some(key)) => {
                // The limits of the flow store are the parking's capacity, so there is room.
                if let Err(datagram) = self.parking.park(key, datagram) {
                    self.ignore(Reason::NoBuffer, datagram, pool);
                }
                self.recall(now, &key, out, pool);
            }
            (Outcome::Wait, None) | (Outcome::Drop(_), _) => pool.give(datagram),
        }
        if let (true, Some(key)) = (handled.wakes, handled.key) {
            self.wake(now, &key, out, pool);
        }
    }

    /// Presents all messages that wait for a flow again, in the order in which they came.
    fn wake(&mut self, now: Instant, key: &P::Key, out: &mut Queue, pool: &mut Pool) {
        // Those that must wait on are parked again behind: each is presented once.
        for _ in 0..self.parking.waiting_for(key) {
            // Whoever waits is counted, and must not be dropped for want of room.
            if !self.durability.has_room() {
                return;
            }
            if let Some(datagram) = self.parking.take(key) {
                self.handle_one(now, datagram, true, out, pool);
            }
        }
    }

    /// RP-ST-4: an answer leaves when what it rests on is durable.
    fn answer(
        &mut self,
        now: Instant,
        index: LogIndex,
        datagram: Box<Datagram>,
        out: &mut Queue,
        pool: &mut Pool,
    ) {
        if index <= self.durability.committed() {
            self.send(datagram, out, pool);
        } else if self.pending.len() < self.pending_max {
            self.counters.count(Event::AnswerWaited);
            self.pending.push_back(Pending { index, since: now, datagram });
        } else {
            self.counters.count(Event::LimitReached);
            self.ignore(Reason::NoBuffer, datagram, pool);
        }
    }

    fn send(&mut self, datagram: Box<Datagram>, out: &mut Queue, pool: &mut Pool) {
        if let Some(version_kind) = datagram.payload().first() {
            count_kind(&mut self.sent, *version_kind);
        }
        if let Err(datagram) = out.push(datagram) {
            self.ignore(Reason::NoBuffer, datagram, pool);
        }
    }

    fn recall(&mut self, now: Instant, key: &P::Key, out: &mut Queue, pool: &mut Pool) {
        let Some(mut datagram) = pool.take() else { return self.counters.ignore(Reason::NoBuffer) };
        let mut buffer = Buffer::empty(datagram.buffer_mut());
        let switch = self.flows.recall(now, key, &mut buffer);
        let range = buffer.start()..buffer.end();
        match switch.and_then(|switch| self.switches.get(&switch).copied()) {
            Some(address) if datagram.set_range(range).is_ok() => {
                datagram.set_peer(address);
                self.send(datagram, out, pool);
            }
            _ => pool.give(datagram),
        }
    }

    /// Time has passed: to be called every millisecond or so.
    pub fn poll(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        self.take_loaded(now, pool);
        self.release(now, out, pool);
        if self.durability.service(now) != Service::Serves {
            return;
        }
        let mut waiting = std::mem::take(&mut self.woken);
        waiting.extend(self.parking.flows());
        for key in waiting.drain(..) {
            if self.flows.may_proceed(now, &key) {
                self.wake(now, &key, out, pool);
            } else {
                self.recall(now, &key, out, pool);
            }
        }
        self.woken = waiting;
        self.expire(now);
    }

    /// The answers whose log index is durable by now leave (RP-ST-4).
    pub fn release(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        let committed = self.durability.committed();
        while self.pending.front().is_some_and(|pending| pending.index <= committed) {
            if let Some(Pending { since, datagram, .. }) = self.pending.pop_front() {
                self.commit_ticks.add(now.since(since));
                self.send(datagram, out, pool);
            }
        }
    }

    /// RP-ST-9, a few records at a time.
    fn expire(&mut self, now: Instant) {
        for _ in 0..EXPIRED_A_POLL.min(self.flows.records().len()) {
            if !self.durability.has_room() {
                return;
            }
            if self.expire_next >= self.flows.records().len() {
                self.expire_next = 0;
            }
            let Some(key) = self.flows.records().key_at(self.expire_next) else { return };
            // Where a record was deleted, another has taken its place.
            if !self.flows.expire(now, &key, &mut self.durability) {
                self.expire_next += 1;
            }
        }
    }

    /// Remembers where a switch is: its leases are recalled there.
    fn learn(&mut self, switch: u16, address: SocketAddr) {
        if self.switches.len() < SWITCHES_MAX || self.switches.contains_key(&switch) {
            self.switches.insert(switch, address);
        }
    }

    fn ignore(&mut self, reason: Reason, datagram: Box<Datagram>, pool: &mut Pool) {
        self.counters.ignore(reason);
        pool.give(datagram);
    }

    /// The rules' side of the shard.
    pub fn flows(&self) -> &FlowStore<P, FlowMap<P>, I> {
        &self.flows
    }

    /// The same, to look a record up.
    pub fn flows_mut(&mut self) -> &mut FlowStore<P, FlowMap<P>, I> {
        &mut self.flows
    }

    /// Where changes become durable.
    pub fn durability_mut(&mut self) -> &mut D {
        &mut self.durability
    }

    /// Requests that were dropped because it was not known whether this store may decide (RP-CH-3); wraps.
    pub fn unserved(&self) -> u32 {
        self.unserved
    }

    /// How long answers waited to be durable, in ticks. Those that did not wait are not in it.
    pub fn commit_ticks(&self) -> &Histogram {
        &self.commit_ticks
    }

    /// Where changes become durable.
    pub fn durability(&self) -> &D {
        &self.durability
    }

    /// Answers that wait to be durable.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Messages of this kind that were received, valid ones alone; wraps.
    pub fn received(&self, kind: Kind) -> u32 {
        self.received[usize::from(kind.to_wire())]
    }

    /// Messages of this kind that went to the queue for sending; wraps.
    pub fn sent(&self, kind: Kind) -> u32 {
        self.sent[usize::from(kind.to_wire())]
    }

    /// How often this was the reason, in the shard and in its flow store.
    pub fn reason(&self, reason: Reason) -> u32 {
        self.counters.reason(reason).wrapping_add(self.flows.counters().reason(reason))
    }

    /// How often this happened, in the shard and in its flow store.
    pub fn event(&self, event: Event) -> u32 {
        self.counters.event(event).wrapping_add(self.flows.counters().event(event))
    }
}

/// Takes the flag off a message that now is alone in its buffer.
fn clear_more(message: &mut [u8]) {
    if let Ok((header, _)) = Header::mut_from_prefix(message) {
        let flags = Flags::from(header.flags.get()).with_more(false);
        header.flags.set(flags.into());
    }
}
