//! A store in the same process: one shard, and links of two switches to it.
//!
//! Messages are handled the moment they are sent and arrive the moment they are asked for: what time passes in a replay is the
//! capture's, the failure's and the leases'.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use redplane_apps::nat44::{Mapping, Nat44};
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Creation, Initializer, Instant, Limits};
use redplane_core::time::Span;
use redplane_core::wire::{Refusal, STORE_PORT, SWITCH_PORT};
use redplane_linux::clock::{Clock, SimulatedClock};
use redplane_linux::store_link::StoreLink;
use redplane_linux::switch::Recorder;
use redplane_store::datagram::{Datagram, Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::nat::NatInitializer;
use redplane_store::shard::{Shard, ShardConfig};

/// Records: half as many mappings.
const FLOWS_MAX: usize = 1 << 18;
const WAITING_MAX: usize = 2048;
const WAITING_PER_FLOW_MAX: u16 = 1024;
/// Datagrams on their way at once: every waiting one may be answered in one go.
const QUEUE_LEN: usize = WAITING_MAX + 64;
/// Time between two polls of the shard, in nanoseconds.
const POLL_EVERY_NS: u64 = 1_000_000;

/// Number of switches.
pub(super) const SWITCHES: usize = 2;

/// The NAT of the store, and what it has taken back.
#[derive(Debug)]
pub(super) struct Nat {
    inner: NatInitializer,
    ended: RefCell<Vec<Mapping>>,
}

impl Initializer<Nat44> for Nat {
    fn create(&mut self, key: &[u32; 3]) -> Result<Creation<Nat44>, Refusal> {
        self.inner.create(key)
    }

    fn pair(&self, key: &[u32; 3], state: &[u32; 3]) -> Option<[u32; 3]> {
        self.inner.pair(key, state)
    }

    fn idle_ticks(&self, key: &[u32; 3], state: &[u32; 3]) -> Option<u64> {
        self.inner.idle_ticks(key, state)
    }

    fn claim(&mut self, key: &[u32; 3], state: &[u32; 3]) {
        self.inner.claim(key, state);
    }

    fn release(&mut self, key: &[u32; 3], state: &[u32; 3]) {
        self.ended.get_mut().extend(Mapping::of(*key, *state));
        self.inner.release(key, state);
    }
}

/// The shard of the replay.
pub(super) type NatShard = Shard<Nat44, Nat, OneReplica>;

/// The store.
#[derive(Debug)]
pub(super) struct LocalStore {
    shard: NatShard,
    clock: SimulatedClock,
    pool: Pool,
    out: Queue,
    inboxes: [VecDeque<Box<Datagram>>; SWITCHES],
    polled_ns: u64,
    too_long: u64,
    recorder: Option<Recorder>,
    /// The capture's time, for the recorder.
    pub(super) recorded_ns: u64,
}

impl LocalStore {
    pub(super) fn new(
        lease_period: Span,
        seed: u32,
        nat: NatInitializer,
        clock: SimulatedClock,
        recorder: Option<Recorder>,
    ) -> LocalStore {
        let config = ShardConfig {
            lease_period,
            limits: Limits { flows: FLOWS_MAX, waiting_per_flow: WAITING_PER_FLOW_MAX, waiting: WAITING_MAX },
            pending: 0, // one replica: every change is durable at once
            epoch_floor: Epoch::new(seed),
            first_seq: Seq::new(seed),
        };
        LocalStore {
            shard: Shard::new(&config, Nat { inner: nat, ended: RefCell::default() }, OneReplica::default()),
            clock,
            pool: Pool::with_capacity(NatShard::buffers_held(&config) + QUEUE_LEN),
            out: Queue::with_capacity(QUEUE_LEN),
            inboxes: Default::default(),
            polled_ns: 0,
            too_long: 0,
            recorder,
            recorded_ns: 0,
        }
    }

    /// Time has passed.
    pub(super) fn poll(&mut self) {
        let now_ns = self.clock.now();
        if now_ns.saturating_sub(self.polled_ns) >= POLL_EVERY_NS {
            self.polled_ns = now_ns;
            self.shard.poll(Instant::from_nanos(now_ns), &mut self.out, &mut self.pool);
            self.deliver();
        }
    }

    /// Messages that wait for a lease to end.
    pub(super) fn waiting(&self) -> usize {
        self.shard.flows().waiting()
    }

    /// Messages that were too long for a datagram of the store.
    pub(super) fn too_long(&self) -> u64 {
        self.too_long
    }

    pub(super) fn shard(&self) -> &NatShard {
        &self.shard
    }

    /// The mappings that have ended since the last call.
    pub(super) fn take_ended(&mut self) -> Vec<Mapping> {
        std::mem::take(&mut *self.shard.flows().initializer().ended.borrow_mut())
    }

    fn send(&mut self, switch: usize, message: &[u8]) {
        self.record(address_of(switch), store_address(), message);
        let Some(mut datagram) = self.pool.take() else { return };
        if datagram.set_payload(message).is_err() {
            self.too_long += 1;
            return self.pool.give(datagram);
        }
        datagram.set_peer(address_of(switch));
        let now = Instant::from_nanos(self.clock.now());
        self.shard.handle(now, datagram, &mut self.out, &mut self.pool);
        self.deliver();
    }

    fn deliver(&mut self) {
        while let Some(datagram) = self.out.pop() {
            self.record(store_address(), datagram.peer(), datagram.payload());
            match (0..SWITCHES).find(|switch| address_of(*switch) == datagram.peer()) {
                Some(switch) => self.inboxes[switch].push_back(datagram),
                None => self.pool.give(datagram),
            }
        }
    }

    fn receive(&mut self, switch: usize, buf: &mut [u8]) -> Option<usize> {
        let datagram = self.inboxes[switch].pop_front()?;
        let length = datagram.payload().len().min(buf.len());
        buf[..length].copy_from_slice(&datagram.payload()[..length]);
        self.pool.give(datagram);
        Some(length)
    }

    /// A switch is dead: what comes for it is lost.
    pub(super) fn drop_inbox(&mut self, switch: usize) {
        while let Some(datagram) = self.inboxes[switch].pop_front() {
            self.pool.give(datagram);
        }
    }

    fn record(&self, from: SocketAddr, to: SocketAddr, message: &[u8]) {
        if let Some(recorder) = &self.recorder {
            recorder.record_at(self.recorded_ns, from, to, message);
        }
    }
}

fn address_of(switch: usize) -> SocketAddr {
    (Ipv4Addr::new(10, 255, 0, 1 + switch as u8), SWITCH_PORT).into()
}

fn store_address() -> SocketAddr {
    (Ipv4Addr::new(10, 255, 0, 100), STORE_PORT).into()
}

/// A switch's way to the store.
#[derive(Debug)]
pub(super) struct LocalLink {
    pub(super) store: Rc<RefCell<LocalStore>>,
    pub(super) switch: usize,
}

impl StoreLink for LocalLink {
    fn send(&mut self, _key: &[u32], message: &[u8]) {
        self.store.borrow_mut().send(self.switch, message);
    }

    fn receive(&mut self, buf: &mut [u8]) -> Option<usize> {
        self.store.borrow_mut().receive(self.switch, buf)
    }
}
