//! Requests that one core of the store answers, against a UDP echo server with the same batching, and memory per flow.
//!
//! Echo and store take turns, answer the same bytes of the same client, and run on the same core, the client on another. Half of
//! the requests are counter writes with a packet inside, a quarter renewals, a quarter repeated lease requests with a packet.
//! The wall-clock rate is what the client saw; the rate per core is requests over the processor time of the server's thread, which
//! is also right where the client is the slower side. The target is a ratio of 0.7.
//!
//! `cargo bench -p redplane-store --bench requests` prints the figures of the machine it runs on. Without `--bench`, as in
//! `cargo test --benches`, one short round shows that it still works.

#![allow(clippy::unwrap_used, reason = "a benchmark reports by panic")]

use redplane_apps::Counter;
use redplane_core::count::Event;
use redplane_core::packet::Buffer;
use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits, Records};
use redplane_core::time::{Span, Tick};
use redplane_core::wire::{Envelope, Flags, HEADROOM, Kind, Message, Refusal};
use redplane_store::datagram::{Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::echo;
use redplane_store::server::{Server, ServerConfig};
use redplane_store::shard::{FlowMap, Shard, ShardConfig, ZeroState};
use redplane_store::socket::{BATCH_LEN, BatchSocket, PortUse};
use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const FLOWS: usize = 10_000;
/// Length of the packet inside, in bytes: a small Ethernet frame.
const PACKET_LEN: usize = 64;
/// Requests under way at once: what fits the smallest usual receive buffer.
const WINDOW: usize = 256;
const SERVER_CORE: usize = 0;
const CLIENT_CORE: usize = 1;
/// Flows for the measurement of memory.
const MEMORY_FLOWS: usize = 250_000;

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let (rounds, trial) = if full { (9, Duration::from_millis(700)) } else { (1, Duration::from_millis(20)) };
    memory_per_flow();

    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let stop = AtomicBool::new(false);
    let echo_socket = BatchSocket::bind(any, PortUse::Alone).unwrap();
    let echo_address = echo_socket.local_address();
    let limits = Limits { flows: 2 * FLOWS, waiting_per_flow: 4, waiting: 64 };
    // A period that no round outlasts: a live lease all the time, as a busy flow has it.
    let lease_period = Span::from_millis(60_000);
    let server = Server::start(ServerConfig { limits, lease_period, ..ServerConfig::new(any) }).unwrap();
    let store_address = server.addresses()[0];

    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("echo".into())
            .spawn_scoped(scope, || echo::run(echo_socket, &stop).unwrap())
            .unwrap();
        let (echo_thread, store_thread) = (Thread::named("echo"), Thread::named("shard 0"));
        let pinned = [echo_thread, store_thread].iter().all(|thread| thread.pin(SERVER_CORE))
            && Thread::THIS.pin(CLIENT_CORE);

        let mut client = Client::new();
        client.take_leases(store_address);
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for (server, (address, thread)) in
                [(echo_address, echo_thread), (store_address, store_thread)].into_iter().enumerate()
            {
                rates[server].push(client.run(address, thread, trial));
            }
        }
        stop.store(true, Ordering::Relaxed);
        report(&rates, pinned, client.lost);
    });
    let outcome = server.stop();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    let refused: u64 = Refusal::ALL.iter().map(|why| outcome.report.refusal(*why)).sum();
    assert_eq!(refused, 0, "the store did the work: {}", outcome.report);
    assert!(outcome.report.event(Event::WriteApplied) > 0);
}

fn report([echo, store]: &[Vec<Rate>; 2], pinned: bool, lost: u64) {
    let pinned = if pinned { "pinned to a core each" } else { "NOT pinned: one core only?" };
    println!(
        "{} rounds, {FLOWS} flows, {WINDOW} requests under way, client and server {pinned}, {lost} lost",
        echo.len()
    );
    for (what, of) in [
        ("per second of wall clock", Rate::wall as fn(&Rate) -> f64),
        ("per second of the server's core", Rate::core),
    ] {
        // The ratio of each round, in which the two ran one right after the other; of those the median.
        let ratios = echo.iter().zip(store).map(|(echo, store)| of(store) / of(echo)).collect();
        println!(
            "requests {what}: echo {:.0}, store {:.0}, ratio {:.2} (medians)",
            median(echo.iter().map(of).collect()),
            median(store.iter().map(of).collect()),
            median(ratios)
        );
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// What came of one trial.
#[derive(Clone, Copy)]
struct Rate {
    requests: u64,
    wall: Duration,
    core: Duration,
}

impl Rate {
    fn wall(&self) -> f64 {
        self.requests as f64 / self.wall.as_secs_f64()
    }

    fn core(&self) -> f64 {
        self.requests as f64 / self.core.as_secs_f64()
    }
}

/// A thread of this process as the kernel numbers it; 0 is the calling one.
#[derive(Clone, Copy)]
struct Thread(libc::pid_t);

impl Thread {
    const THIS: Self = Self(0);

    fn named(name: &str) -> Self {
        // A new thread may not have its name yet.
        loop {
            for entry in fs::read_dir("/proc/self/task").unwrap() {
                let entry = entry.unwrap();
                let is_it =
                    fs::read_to_string(entry.path().join("comm")).is_ok_and(|comm| comm.trim() == name);
                if is_it {
                    return Self(entry.file_name().into_string().unwrap().parse().unwrap());
                }
            }
            std::thread::yield_now();
        }
    }

    /// Processor time so far, by the scheduler's account in nanoseconds.
    fn time(self) -> Duration {
        let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0)).unwrap();
        Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
    }

    fn pin(self, core: usize) -> bool {
        // SAFETY: a `cpu_set_t` is a bit set, for which all zero is a value.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: `set` is borrowed for the call and `core` is far below its size.
        unsafe { libc::CPU_SET(core, &mut set) };
        // SAFETY: the kernel reads `size_of` bytes of `set`.
        unsafe { libc::sched_setaffinity(self.0, size_of_val(&set), &raw const set) == 0 }
    }
}

/// A flow's three requests, ready to be sent but for the seq of the write.
struct Flow {
    requests: [Vec<u8>; 3],
    seq: u32,
}

struct Client {
    socket: BatchSocket,
    pool: Pool,
    inbox: Queue,
    outbox: Queue,
    flows: Vec<Flow>,
    next: usize,
    /// Requests that were not answered in time.
    lost: u64,
}

impl Client {
    fn new() -> Self {
        let socket = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), PortUse::Alone).unwrap();
        Self {
            socket,
            pool: Pool::with_capacity(4 * BATCH_LEN),
            inbox: Queue::with_capacity(BATCH_LEN),
            outbox: Queue::with_capacity(BATCH_LEN),
            flows: Vec::new(),
            next: 0,
            lost: 0,
        }
    }

    /// Asks for a lease on every flow, one after the other.
    fn take_leases(&mut self, address: SocketAddr) {
        for flow in 0..FLOWS as u32 {
            let ask = request(Kind::LeaseRequest, flow, Epoch::NONE);
            self.post(&ask, address);
            self.socket.send(&mut self.outbox, &mut self.pool).unwrap();
            self.socket.receive(&mut self.inbox, &mut self.pool, Duration::from_secs(5)).unwrap();
            let grant = self.inbox.pop().expect("the store answers");
            let (message, _) = Message::parse(grant.payload(), |_| Some(Counter::LAYOUT)).unwrap();
            assert_eq!(message.kind(), Kind::Grant);
            let requests = [Kind::Write, Kind::Renew, Kind::LeaseRequest].map(|kind| {
                request(kind, flow, if kind == Kind::LeaseRequest { Epoch::NONE } else { message.epoch() })
            });
            self.flows.push(Flow { requests, seq: 0 });
            self.pool.give(grant);
        }
    }

    fn post(&mut self, bytes: &[u8], address: SocketAddr) {
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(bytes).unwrap();
        datagram.set_peer(address);
        self.outbox.push(datagram).unwrap();
    }

    /// The next request of the mix, of the next flow.
    fn post_next(&mut self, address: SocketAddr) {
        let count = self.flows.len();
        let flow = &mut self.flows[self.next % count];
        // Strides of the mix and the flows have no common factor: every flow gets every kind.
        let which = [0, 1, 0, 2][(self.next + self.next / count) % 4];
        let request = &mut flow.requests[which];
        if which == 0 {
            flow.seq = flow.seq.wrapping_add(1);
            request[12..16].copy_from_slice(&flow.seq.to_be_bytes());
        }
        let mut datagram = self.pool.take().unwrap();
        datagram.set_payload(request).unwrap();
        datagram.set_peer(address);
        self.outbox.push(datagram).unwrap();
        self.next += 1;
    }

    /// Keeps the window full for so long; gives what was answered.
    fn run(&mut self, address: SocketAddr, thread: Thread, trial: Duration) -> Rate {
        let (start, core_start) = (std::time::Instant::now(), thread.time());
        let (mut requests, mut under_way) = (0, 0);
        while start.elapsed() < trial {
            for _ in 0..BATCH_LEN.min(WINDOW - under_way) {
                self.post_next(address);
                under_way += 1;
            }
            self.socket.send(&mut self.outbox, &mut self.pool).unwrap();
            let received =
                self.socket.receive(&mut self.inbox, &mut self.pool, Duration::from_millis(20)).unwrap();
            self.discard();
            if received == 0 {
                self.lost += under_way as u64;
                under_way = 0;
            }
            requests += received as u64;
            under_way = under_way.saturating_sub(received);
        }
        let rate = Rate { requests, wall: start.elapsed(), core: thread.time() - core_start };
        // Stragglers must not count for the other server.
        while self.socket.receive(&mut self.inbox, &mut self.pool, Duration::from_millis(20)).unwrap() > 0 {
            self.discard();
        }
        rate
    }

    fn discard(&mut self) {
        while let Some(datagram) = self.inbox.pop() {
            self.pool.give(datagram);
        }
    }
}

fn request(kind: Kind, flow: u32, epoch: Epoch) -> Vec<u8> {
    let carries = kind.may_carry();
    let mut memory = [0; HEADROOM + PACKET_LEN];
    let end = if carries { HEADROOM + PACKET_LEN } else { HEADROOM };
    let mut buffer = Buffer::new(&mut memory, HEADROOM, end).unwrap();
    let envelope = Envelope {
        layout: Counter::LAYOUT,
        kind,
        flags: Flags::new().with_piggyback(carries),
        switch: 1,
        incarnation: Incarnation::new(1),
        epoch,
        seq: Seq::default(),
        timestamp: Tick::new(1),
        key: &[17, 0x0a00_0001, 0x0a01_0000 + flow, 0x1000_2000],
        state: &[flow],
    };
    envelope.encode(&mut buffer).unwrap();
    buffer.bytes().to_vec()
}

/// What a flow takes by the shard's own account and by the kernel's.
fn memory_per_flow() {
    let config = ShardConfig {
        lease_period: Span::from_millis(1000),
        limits: Limits { flows: MEMORY_FLOWS + 1, waiting_per_flow: 1, waiting: 1 },
        pending: 0,
        epoch_floor: Epoch::NONE,
        first_seq: Seq::default(),
    };
    let mut pool = Pool::with_capacity(4);
    let mut out = Queue::with_capacity(4);
    let before = resident_bytes();
    let mut shard: Shard<Counter, _, _> =
        Shard::new(&config, ZeroState { idle_ticks: u64::MAX }, OneReplica::default());
    for flow in 0..MEMORY_FLOWS as u32 {
        let mut datagram = pool.take().unwrap();
        datagram.set_payload(&request(Kind::LeaseRequest, flow, Epoch::NONE)).unwrap();
        shard.handle(Instant::default(), datagram, &mut out, &mut pool);
        pool.give(out.pop().unwrap());
    }
    assert_eq!(shard.flows().records().len(), MEMORY_FLOWS);
    let grown = resident_bytes().saturating_sub(before);
    println!(
        "bytes per counter flow: {} by the shard's account, {} by the kernel's with {MEMORY_FLOWS} flows",
        FlowMap::<Counter>::FLOW_BYTES,
        grown / MEMORY_FLOWS
    );
}

fn resident_bytes() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}
