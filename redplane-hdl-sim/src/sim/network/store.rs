//! What answers devices: anything that takes datagrams and time, and a shard of the real store.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use redplane_core::program::Program;
use redplane_core::store::{Initializer, Instant};
use redplane_core::wire::SWITCH_PORT;
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::Durability;
use redplane_store::shard::{Shard, ShardConfig};

use super::DeviceId;

/// Datagrams that a shard may have for sending at a time.
const QUEUE: usize = 64;

/// A store, or a shard of one. Answers are put into `out`, each with the device that it is for.
pub trait Store {
    /// A datagram has come from a device.
    fn handle(&mut self, now_ns: u64, from: DeviceId, payload: &[u8], out: &mut Vec<(DeviceId, Vec<u8>)>);

    /// Time has passed.
    fn poll(&mut self, now_ns: u64, out: &mut Vec<(DeviceId, Vec<u8>)>);
}

/// A store that whoever has made the network keeps a hand on.
impl<S: Store> Store for Rc<RefCell<S>> {
    fn handle(&mut self, now_ns: u64, from: DeviceId, payload: &[u8], out: &mut Vec<(DeviceId, Vec<u8>)>) {
        self.borrow_mut().handle(now_ns, from, payload, out);
    }

    fn poll(&mut self, now_ns: u64, out: &mut Vec<(DeviceId, Vec<u8>)>) {
        self.borrow_mut().poll(now_ns, out);
    }
}

/// A shard of the store that ships, with buffers as its server would give it.
#[derive(Debug)]
pub struct ShardStore<P: Program, I, D> {
    shard: Shard<P, I, D>,
    pool: Pool,
    queue: Queue,
}

impl<P: Program, I: Initializer<P>, D: Durability<P>> ShardStore<P, I, D> {
    /// An empty shard.
    pub fn new(config: &ShardConfig, initializer: I, durability: D) -> Self {
        Self {
            shard: Shard::new(config, initializer, durability),
            pool: Pool::with_capacity(Shard::<P, I, D>::buffers_held(config) + 2 * QUEUE),
            queue: Queue::with_capacity(QUEUE),
        }
    }

    /// The shard.
    pub fn shard(&mut self) -> &mut Shard<P, I, D> {
        &mut self.shard
    }

    fn flush(&mut self, out: &mut Vec<(DeviceId, Vec<u8>)>) {
        while let Some(datagram) = self.queue.pop() {
            if let SocketAddr::V4(peer) = datagram.peer() {
                out.push((u32::from(*peer.ip()) as DeviceId, datagram.payload().to_vec()));
            }
            self.pool.give(datagram);
        }
    }
}

impl<P: Program, I: Initializer<P>, D: Durability<P>> Store for ShardStore<P, I, D> {
    /// A datagram for which there is no buffer, or that is longer than one, is lost.
    fn handle(&mut self, now_ns: u64, from: DeviceId, payload: &[u8], out: &mut Vec<(DeviceId, Vec<u8>)>) {
        let Some(mut datagram) = self.pool.take() else { return };
        if datagram.set_payload(payload).is_err() {
            return self.pool.give(datagram);
        }
        datagram.set_peer(SocketAddr::from((Ipv4Addr::from(from as u32), SWITCH_PORT)));
        self.shard.handle(Instant::from_nanos(now_ns), datagram, &mut self.queue, &mut self.pool);
        self.flush(out);
    }

    fn poll(&mut self, now_ns: u64, out: &mut Vec<(DeviceId, Vec<u8>)>) {
        self.shard.poll(Instant::from_nanos(now_ns), &mut self.queue, &mut self.pool);
        self.flush(out);
    }
}
