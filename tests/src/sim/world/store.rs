//! The world's store: what it must be able to do, and the one of a single server whose log commits late.

use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::count::{Event, Reason};
use redplane_core::memory;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::Instant;
use redplane_core::wire::{Layout, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::Durability;
use redplane_store::placement::Placement;
use redplane_store::shard::{Shard, ShardConfig};

use super::around::Around;
use super::{LEASE, owner};
use crate::sim::app::{App, AppFlows, AppShard, Key, State};
use crate::sim::log::{Durable, LateLog};
use crate::sim::network::{End, Flight};
use crate::sim::summary::{Fault, Summary};

const POLL_EVERY_NS: u64 = 500_000;
/// Answers that may wait to be durable: few, so that some are lost.
pub(crate) const PENDING: usize = 8;
/// Switch *n* is at this port + *n* of the local host.
pub(crate) const SWITCH_PORT: u16 = 4000;

/// Where numbers begin in a run.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Above every epoch of an earlier life (RP-ST-10).
    pub epoch_floor: Epoch,
    /// Where the numbering of a new flow's writes begins.
    pub first_seq: Seq,
}

impl Start {
    /// How the shards of this run are set up.
    pub fn shard_config<A: App>(&self, app: &A) -> ShardConfig {
        ShardConfig {
            lease_period: LEASE,
            limits: app.limits(),
            pending: PENDING,
            epoch_floor: self.epoch_floor,
            first_seq: self.first_seq,
        }
    }
}

/// The servers of a world.
pub trait StoreSide<A: App>: Sized {
    /// The clocks of switches differ from true time by up to so many parts in a million; the guard is one in a hundred.
    const DRIFT_PPM_MAX: i64;

    /// The servers of a run.
    fn new(app: &A, rng: &mut fastrand::Rng, summary: &mut Summary, start: &Start) -> Self;
    /// How many replicas each shard has.
    fn replicas(&self) -> usize;
    /// Where a replica of a shard is.
    fn end(&self, shard: usize, replica: usize) -> End;
    /// Which shard and replica is there.
    fn whose(&self, end: End) -> (usize, usize);
    /// Where all of them are.
    fn ends(&self) -> Vec<End>;
    /// When something happens by itself.
    fn next_at_ns(&self) -> u64;
    /// What was to happen by now happens.
    fn act(&mut self, around: &mut Around<A>) -> Result<(), String>;
    /// A datagram arrives.
    fn arrive(&mut self, around: &mut Around<A>, flight: &Flight) -> Result<(), String>;
    /// What is durable of a flow, or was when its record was deleted.
    fn durable(&self, key: &Key<A>) -> Option<&Durable<State<A>>>;
    /// Whether a flow is these switches' by right.
    fn check_owner(&mut self, believers: &[owner::Belief], key: &Key<A>, now_ns: u64) -> Result<(), String>;
    /// Something befalls the store, or nothing (false).
    fn misfortune(&mut self, around: &mut Around<A>) -> bool;
    /// A long time has passed in which nothing arrived.
    fn idle(&mut self, around: &mut Around<A>) -> Result<(), String>;
    /// Faults have stopped.
    fn calm(&mut self, around: &mut Around<A>);
    /// Messages that wait for a lease or a write, and answers that wait to be durable.
    fn unrest(&self) -> (usize, usize);
    /// The flows of those who serve, by shard.
    fn flows(&self) -> Vec<&AppFlows<A>>;
    /// Everything rests: what there is must fit together.
    fn check_rest(&self, around: &Around<A>) -> Result<(), String>;
    /// Adds up what was counted.
    fn collect(&mut self, summary: &mut Summary);
}

/// The number of the shard that a flow belongs to.
pub fn shard_of<A: App>(key: &Key<A>) -> usize {
    usize::from(memory::shard_of(key.as_ref(), A::SHARDS))
}

/// The layout of the app's messages, if this is its schema.
pub fn layout_of<A: App>(schema: u8) -> Option<Layout> {
    (schema == A::Program::LAYOUT.schema).then_some(A::Program::LAYOUT)
}

/// The number of the switch that is there, if one is.
pub(crate) fn switch_at(address: SocketAddr) -> Option<usize> {
    (address.ip() == Ipv4Addr::LOCALHOST).then(|| usize::from(address.port() - SWITCH_PORT))
}

/// Where a switch is.
pub(crate) fn switch_address(index: usize) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, SWITCH_PORT + index as u16))
}

/// Adds what a shard has counted.
pub(crate) fn count<A: App, D: Durability<A::Program>>(summary: &mut Summary, shard: &AppShard<A, D>) {
    for reason in Reason::ALL {
        summary.reason(*reason, u64::from(shard.reason(*reason)));
    }
    for event in Event::ALL {
        summary.event(*event, u64::from(shard.event(*event)));
    }
    for refusal in Refusal::ALL {
        summary.refusal(*refusal, u64::from(shard.flows().refusals(*refusal)));
    }
}

/// A shard and what its server gives it.
struct StoreNode<A: App> {
    shard: AppShard<A, LateLog<A::Program>>,
    pool: Pool,
    out: Queue,
    poll_at_ns: u64,
    commit_at_ns: u64,
}

impl<A: App> StoreNode<A> {
    fn new(app: &A, shard: u16, start: &Start) -> Self {
        let config = start.shard_config(app);
        let placement = Placement { shard, shards: A::SHARDS };
        Self {
            shard: Shard::new(&config, app.initializer(placement), LateLog::new()),
            pool: Pool::with_capacity(AppShard::<A, LateLog<A::Program>>::buffers_held(&config) + 64),
            out: Queue::with_capacity(64),
            poll_at_ns: 0,
            commit_at_ns: 0,
        }
    }
}

/// A single server that never fails, and whose log commits late.
pub struct OneStore<A: App> {
    shards: Vec<StoreNode<A>>,
    commit_late_ns: u64,
}

impl<A: App> OneStore<A> {
    fn flush(&mut self, around: &mut Around<A>, shard: usize) {
        let store = &mut self.shards[shard];
        while let Some(datagram) = store.out.pop() {
            if let Some(index) = switch_at(datagram.peer()) {
                around.transmit(End::Shard(shard), End::Switch(index), datagram.payload());
            }
            store.pool.give(datagram);
        }
    }

    /// The shards whose time has come commit some of what waits.
    fn commit_all(&mut self, around: &mut Around<A>) -> Result<(), String> {
        for shard in 0..self.shards.len() {
            if self.shards[shard].commit_at_ns <= around.now_ns {
                self.commit(around, shard)?;
            }
        }
        Ok(())
    }

    fn commit(&mut self, around: &mut Around<A>, shard: usize) -> Result<(), String> {
        let late_ns = if around.calm { 10_000 } else { self.commit_late_ns };
        let store = &mut self.shards[shard];
        store.commit_at_ns = around.now_ns + 1 + around.rng.u64(0..=late_ns);
        let log = store.shard.durability_mut();
        let waiting = log.waiting();
        if waiting > 0 {
            if late_ns > 0 {
                around.summary.fault(Fault::LateCommit);
            }
            for (key, record) in log.commit(if around.calm { waiting } else { around.rng.usize(1..=waiting) })
            {
                around.app.committed(around.now_ns, &key, record.as_ref())?;
            }
            self.poll(around, shard);
        } else if late_ns == 0 {
            store.commit_at_ns = around.now_ns + 20_000;
        }
        Ok(())
    }

    fn poll_all(&mut self, around: &mut Around<A>) {
        for shard in 0..self.shards.len() {
            if self.shards[shard].poll_at_ns <= around.now_ns {
                self.poll(around, shard);
            }
        }
    }

    fn poll(&mut self, around: &mut Around<A>, shard: usize) {
        let store = &mut self.shards[shard];
        store.poll_at_ns = around.now_ns + POLL_EVERY_NS;
        store.shard.poll(Instant::from_nanos(around.now_ns), &mut store.out, &mut store.pool);
        self.flush(around, shard);
    }

    fn commits_at_ns(&self) -> u64 {
        self.shards.iter().map(|store| store.commit_at_ns).min().unwrap_or(u64::MAX)
    }
}

impl<A: App> StoreSide<A> for OneStore<A> {
    const DRIFT_PPM_MAX: i64 = 9_000;

    fn new(app: &A, rng: &mut fastrand::Rng, _: &mut Summary, start: &Start) -> Self {
        Self {
            shards: (0..A::SHARDS).map(|shard| StoreNode::new(app, shard, start)).collect(),
            commit_late_ns: [0, 50_000, 500_000][rng.usize(0..3)],
        }
    }

    fn replicas(&self) -> usize {
        1
    }

    fn end(&self, shard: usize, _: usize) -> End {
        End::Shard(shard)
    }

    fn whose(&self, end: End) -> (usize, usize) {
        let End::Shard(shard) = end else { return (usize::MAX, 0) };
        (shard, 0)
    }

    fn ends(&self) -> Vec<End> {
        (0..self.shards.len()).map(End::Shard).collect()
    }

    fn next_at_ns(&self) -> u64 {
        let polls = self.shards.iter().map(|store| store.poll_at_ns).min().unwrap_or(u64::MAX);
        polls.min(self.commits_at_ns())
    }

    fn act(&mut self, around: &mut Around<A>) -> Result<(), String> {
        if self.commits_at_ns() == self.next_at_ns() {
            return self.commit_all(around);
        }
        self.poll_all(around);
        Ok(())
    }

    fn arrive(&mut self, around: &mut Around<A>, flight: &Flight) -> Result<(), String> {
        let End::Shard(shard) = flight.to else { return Ok(()) };
        let store = &mut self.shards[shard];
        let Some(mut datagram) = store.pool.take() else { return Err("the store has no buffer".into()) };
        if datagram.set_payload(&flight.bytes).is_err() {
            return Err("a datagram longer than a buffer".into());
        }
        if let End::Switch(index) = flight.from {
            datagram.set_peer(switch_address(index));
        }
        // Some arrive longer than they were sent.
        if !around.calm && around.rng.u32(0..5_000) == 0 {
            datagram.set_truncated(true);
        }
        store.shard.handle(Instant::from_nanos(around.now_ns), datagram, &mut store.out, &mut store.pool);
        self.flush(around, shard);
        Ok(())
    }

    fn durable(&self, key: &Key<A>) -> Option<&Durable<State<A>>> {
        self.shards[shard_of::<A>(key)].shard.durability().durable(key)
    }

    fn check_owner(&mut self, believers: &[owner::Belief], key: &Key<A>, now_ns: u64) -> Result<(), String> {
        let record = self.shards[shard_of::<A>(key)].shard.flows_mut().record(key);
        owner::check(believers, record, Instant::from_nanos(now_ns))
    }

    fn misfortune(&mut self, _: &mut Around<A>) -> bool {
        false
    }

    fn idle(&mut self, around: &mut Around<A>) -> Result<(), String> {
        self.commit_all(around)?;
        self.poll_all(around);
        Ok(())
    }

    fn calm(&mut self, _: &mut Around<A>) {}

    fn unrest(&self) -> (usize, usize) {
        let shards = || self.shards.iter().map(|store| &store.shard);
        (shards().map(|shard| shard.flows().waiting()).sum(), shards().map(Shard::pending).sum())
    }

    fn flows(&self) -> Vec<&AppFlows<A>> {
        self.shards.iter().map(|store| store.shard.flows()).collect()
    }

    fn check_rest(&self, around: &Around<A>) -> Result<(), String> {
        around.app.at_rest(self.flows().into_iter())
    }

    fn collect(&mut self, summary: &mut Summary) {
        for store in &self.shards {
            count::<A, _>(summary, &store.shard);
            summary.rule("RP-SW-10", store.shard.durability().wraps());
        }
    }
}
