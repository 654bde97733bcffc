//! The store behind a device: one shard, as it ships.

use std::net::{Ipv4Addr, SocketAddr};

use redplane_core::program::Program;
use redplane_core::store::{Initializer, Instant};
use redplane_core::time::Span;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::Durability;
use redplane_store::shard::{Shard, ShardConfig};

/// A shard with its buffers.
pub(crate) struct Store<P: Program, I, D> {
    pub(crate) shard: Shard<P, I, D>,
    pool: Pool,
    out: Queue,
}

/// An answer, and the number of the switch that it is for.
pub(crate) type Answer = (u16, Vec<u8>);

impl<P: Program, I: Initializer<P>, D: Durability<P>> Store<P, I, D> {
    pub(crate) fn new(config: &ShardConfig, initializer: I, durability: D) -> Self {
        Self {
            shard: Shard::new(config, initializer, durability),
            pool: Pool::with_capacity(Shard::<P, I, D>::buffers_held(config) + 64),
            out: Queue::with_capacity(64),
        }
    }

    /// A datagram came from this switch.
    pub(crate) fn handle(&mut self, now_ns: u64, switch: u16, messages: &[u8]) -> Vec<Answer> {
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(messages).unwrap();
        datagram.set_peer(SocketAddr::from((Ipv4Addr::LOCALHOST, switch)));
        self.shard.handle(Instant::from_nanos(now_ns), datagram, &mut self.out, &mut self.pool);
        self.answers()
    }

    /// Time has passed.
    pub(crate) fn poll(&mut self, now_ns: u64) -> Vec<Answer> {
        self.shard.poll(Instant::from_nanos(now_ns), &mut self.out, &mut self.pool);
        self.answers()
    }

    fn answers(&mut self) -> Vec<Answer> {
        let mut answers = vec![];
        while let Some(datagram) = self.out.pop() {
            answers.push((datagram.peer().port(), datagram.payload().to_vec()));
            self.pool.give(datagram);
        }
        answers
    }
}

/// Room for a few flows, and numbers that wrap soon.
pub(crate) fn shard_config(lease: Span, flows: usize) -> ShardConfig {
    ShardConfig {
        lease_period: lease,
        limits: redplane_core::store::Limits { flows, waiting_per_flow: 8, waiting: 32 },
        pending: 64,
        epoch_floor: redplane_core::seq::Epoch::new(u32::MAX - 3),
        first_seq: redplane_core::seq::Seq::new(u32::MAX - 3),
    }
}
