//! The world's store: shards, their buffers, and logs that commit late.

use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::memory;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::Instant;
use redplane_core::wire::Layout;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::placement::Placement;
use redplane_store::shard::{Shard, ShardConfig};

use super::{LEASE, World};
use crate::sim::app::{App, AppShard, Key};
use crate::sim::log::LateLog;
use crate::sim::network::{End, Flight};
use crate::sim::summary::Fault;

const POLL_EVERY_NS: u64 = 500_000;
/// Answers that may wait to be durable: few, so that some are lost.
const PENDING: usize = 8;
const SWITCH_PORT: u16 = 4000;

/// A shard and what its server gives it.
pub(super) struct StoreNode<A: App> {
    pub(super) shard: AppShard<A>,
    pool: Pool,
    out: Queue,
    pub(super) poll_at_ns: u64,
    pub(super) commit_at_ns: u64,
}

impl<A: App> StoreNode<A> {
    pub(super) fn new(app: &A, shard: u16, epoch_floor: Epoch, first_seq: Seq) -> Self {
        let config = ShardConfig {
            lease_period: LEASE,
            limits: app.limits(),
            pending: PENDING,
            epoch_floor,
            first_seq,
        };
        let placement = Placement { shard, shards: A::SHARDS };
        Self {
            shard: Shard::new(&config, app.initializer(placement), LateLog::new()),
            pool: Pool::with_capacity(AppShard::<A>::buffers_held(&config) + 64),
            out: Queue::with_capacity(64),
            poll_at_ns: 0,
            commit_at_ns: 0,
        }
    }
}

/// The number of the shard that a flow belongs to.
pub(super) fn shard_of<A: App>(key: &Key<A>) -> usize {
    usize::from(memory::shard_of(key.as_ref(), A::SHARDS))
}

pub(super) fn layout_of<A: App>(schema: u8) -> Option<Layout> {
    (schema == A::Program::LAYOUT.schema).then_some(A::Program::LAYOUT)
}

impl<A: App, const SLOTS: usize> World<A, SLOTS> {
    pub(super) fn arrive_at_store(&mut self, shard: usize, flight: &Flight) -> Result<(), String> {
        let store = &mut self.stores[shard];
        let Some(mut datagram) = store.pool.take() else { return Err("the store has no buffer".into()) };
        if datagram.set_payload(&flight.bytes).is_err() {
            return Err("a datagram longer than a buffer".into());
        }
        if let End::Switch(index) = flight.from {
            datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, SWITCH_PORT + index as u16)));
        }
        // Some arrive longer than they were sent.
        if !self.calm && self.rng.u32(0..5_000) == 0 {
            datagram.set_truncated(true);
        }
        store.shard.handle(Instant::from_nanos(self.now_ns), datagram, &mut store.out, &mut store.pool);
        self.flush_store(shard);
        Ok(())
    }

    fn flush_store(&mut self, shard: usize) {
        while let Some(datagram) = self.stores[shard].out.pop() {
            let index = usize::from(datagram.peer().port() - SWITCH_PORT);
            let bytes = datagram.payload().to_vec();
            self.stores[shard].pool.give(datagram);
            self.transmit(End::Shard(shard), End::Switch(index), &bytes);
        }
    }

    /// The shards whose time has come commit some of what waits.
    pub(super) fn commit_stores(&mut self) -> Result<(), String> {
        for shard in 0..self.stores.len() {
            if self.stores[shard].commit_at_ns <= self.now_ns {
                self.commit_store(shard)?;
            }
        }
        Ok(())
    }

    fn commit_store(&mut self, shard: usize) -> Result<(), String> {
        let late_ns = if self.calm { 10_000 } else { self.commit_late_ns };
        let store = &mut self.stores[shard];
        store.commit_at_ns = self.now_ns + 1 + self.rng.u64(0..=late_ns);
        let log = store.shard.durability_mut();
        let waiting = log.waiting();
        if waiting > 0 {
            if late_ns > 0 {
                self.summary.fault(Fault::LateCommit);
            }
            for (key, record) in log.commit(if self.calm { waiting } else { self.rng.usize(1..=waiting) }) {
                self.app.committed(self.now_ns, &key, record.as_ref())?;
            }
            self.poll_store(shard);
        } else if late_ns == 0 {
            store.commit_at_ns = self.now_ns + 20_000;
        }
        Ok(())
    }

    pub(super) fn poll_stores(&mut self) {
        for shard in 0..self.stores.len() {
            if self.stores[shard].poll_at_ns <= self.now_ns {
                self.poll_store(shard);
            }
        }
    }

    fn poll_store(&mut self, shard: usize) {
        let store = &mut self.stores[shard];
        store.poll_at_ns = self.now_ns + POLL_EVERY_NS;
        store.shard.poll(Instant::from_nanos(self.now_ns), &mut store.out, &mut store.pool);
        self.flush_store(shard);
    }
}
