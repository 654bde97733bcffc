//! Writes of a counter to a store, whatever it rests on, beside a UDP echo and beside Redis doing the same, in one run.
//!
//! | row | a write is |
//! | --- | --- |
//! | UDP echo | the same datagrams, sent back: what the sockets alone cost |
//! | store, none | a `Write` with a packet inside, acked out of this process's memory |
//! | store, chain of 1, 2, 3 | the same, acked when all replicas have it |
//! | … hot | 11 flows get nine writes in ten |
//! | … few | 16 writes under way instead of 256: smaller batches |
//! | store over etcd | acked when etcd has committed it: three members, of which none syncs its disk |
//! | store over Redis | acked when a primary and two replicas have it |
//! | Redis `SET` | what `redis-benchmark` does: 4 connections, 64 commands in a pipeline |
//! | Redis compare-and-set | a script that writes only with the stored epoch and a newer number, in the same pipelines |
//! | … and `WAIT 2` a pipeline | the same, and one `WAIT` behind each pipeline: a write counts when both replicas have its pipeline |
//! | … and `WAIT 2` a write | a connection for each write under way, which waits for both replicas after each |
//!
//! All have the same flows and the same number of writes under way, and take turns in each round. Redis is a primary with two
//! replicas from Debian's package, without persistence, as is etcd; both are started and stopped here, and Redis' replicas are
//! attached in all of its rows. Processor time is that of all servers of a row together: threads of this process, or processes of
//! their own. Clients share the machine's cores with them and are not counted. Of rates and processor times the medians are shown,
//! of latencies those of all rounds.
//!
//! `cargo bench -p redplane-store --bench durability` prints the figures of the machine it runs on and fails if a limit is broken.
//! Words after `--` choose rows by parts of their names. Without `--bench`, as in `cargo test --benches`, one short round shows
//! that it still works.

#![allow(clippy::unwrap_used, reason = "a benchmark reports by panic")]

mod cpu;
mod redis_load;
mod stores;
#[path = "../../tests/support_servers/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests of the engines need more of it")]
mod support_servers;
mod table;
mod udp_load;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use redplane_store::echo;
use redplane_store::socket::{BatchSocket, PortUse};

use cpu::Meter;
use redis_load::{How, RedisLoad};
use stores::{Link, Rests};
use support_servers::Redis;
use udp_load::{Spread, UdpLoad};

const FLOWS: usize = 10_000;
/// Writes under way at once.
const WINDOW: usize = 256;
/// The same where they are few.
const FEW: usize = 16;

/// Writes that were acked, how long each took, how long all, and what it took the servers.
struct Trial {
    latency: Histogram<u64>,
    elapsed: Duration,
    cpu: Duration,
    /// Datagrams that were not answered.
    lost: u64,
}

impl Trial {
    fn new() -> Self {
        // From 1 µs to a minute, in ns.
        let latency = Histogram::new_with_bounds(1_000, 60_000_000_000, 3).unwrap();
        Self { latency, elapsed: Duration::ZERO, cpu: Duration::ZERO, lost: 0 }
    }

    fn record(&mut self, latency: Duration) {
        self.latency.saturating_record(latency.as_nanos() as u64);
    }

    fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.elapsed.as_secs_f64()
    }

    fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.latency.len() as f64
    }
}

/// What is measured.
#[derive(Clone, Copy)]
enum What {
    Echo,
    Store(RestsOn, Load),
    Redis(How),
}

/// Which writes a store gets, and how many at once.
#[derive(Clone, Copy)]
struct Load {
    spread: Spread,
    window: usize,
}

const EVEN: Load = Load { spread: Spread::Even, window: WINDOW };
const HOT: Load = Load { spread: Spread::Hot, window: WINDOW };
const SPARSE: Load = Load { spread: Spread::Even, window: FEW };

/// As [`Rests`], without the servers.
#[derive(Clone, Copy)]
enum RestsOn {
    Nothing,
    Chain(usize),
    Etcd,
    Redis,
}

const NONE: &str = "store, none";
const NONE_HOT: &str = "store, none, hot";
const NONE_FEW: &str = "store, none, few";
const CHAIN: &str = "store, chain of 3";
const CHAIN_HOT: &str = "store, chain of 3, hot";
const CHAIN_FEW: &str = "store, chain of 3, few";
const WAIT_A_PIPELINE: &str = "… and WAIT 2 a pipeline";
const WAIT_A_WRITE: &str = "… and WAIT 2 a write";

const ROWS: [(&str, What); 15] = [
    ("UDP echo", What::Echo),
    (NONE, What::Store(RestsOn::Nothing, EVEN)),
    ("store, chain of 1", What::Store(RestsOn::Chain(1), EVEN)),
    ("store, chain of 2", What::Store(RestsOn::Chain(2), EVEN)),
    (CHAIN, What::Store(RestsOn::Chain(3), EVEN)),
    (NONE_HOT, What::Store(RestsOn::Nothing, HOT)),
    (CHAIN_HOT, What::Store(RestsOn::Chain(3), HOT)),
    (NONE_FEW, What::Store(RestsOn::Nothing, SPARSE)),
    (CHAIN_FEW, What::Store(RestsOn::Chain(3), SPARSE)),
    ("store over etcd", What::Store(RestsOn::Etcd, EVEN)),
    ("store over Redis, wait=2", What::Store(RestsOn::Redis, EVEN)),
    ("Redis SET", What::Redis(How::Set)),
    ("Redis compare-and-set", What::Redis(How::CompareAndSet)),
    (WAIT_A_PIPELINE, What::Redis(How::WaitAPipeline)),
    (WAIT_A_WRITE, What::Redis(How::WaitAWrite)),
];

/// All trials of a row.
struct Row {
    name: &'static str,
    what: What,
    trials: Vec<(Trial, Link)>,
}

fn main() {
    let (options, words): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let full = options.iter().any(|option| option == "--bench");
    let (rounds, length) = if full { (5, Duration::from_secs(1)) } else { (1, Duration::from_millis(30)) };
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let wanted = ROWS.into_iter().filter(|(name, _)| is_wanted(name));
    let mut rows: Vec<_> = wanted.map(|(name, what)| Row { name, what, trials: Vec::new() }).collect();

    let redis = Redis::start();
    let mut redis_load = RedisLoad::new(&redis.primary());
    for round in 0..rounds {
        for row in &mut rows {
            row.trials.push(match row.what {
                What::Echo => (run_echo(length), Link::default()),
                What::Redis(how) => {
                    (redis_load.run(how, length, &Meter::default().and(&redis.pids())), Link::default())
                }
                What::Store(on, load) => {
                    let rests = match on {
                        RestsOn::Nothing => Rests::Alone,
                        RestsOn::Chain(count) => Rests::Chain(count),
                        RestsOn::Etcd => Rests::Etcd,
                        RestsOn::Redis => Rests::Redis(&redis),
                    };
                    stores::run(rests, load, length, round)
                }
            });
        }
    }
    table::print(&rows);
    // A short round says nothing about speed.
    assert!(table::print_limits(&rows) || !full, "a limit is broken");
}

fn run_echo(length: Duration) -> Trial {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let stop = AtomicBool::new(false);
    let socket = BatchSocket::bind(any, PortUse::Alone).unwrap();
    let address = socket.local_address();
    let before = cpu::threads();
    std::thread::scope(|scope| {
        scope.spawn(|| echo::run(socket, &stop).unwrap());
        let trial = UdpLoad::new(EVEN).run(address, length, &Meter::of_threads_since(&before));
        stop.store(true, Ordering::Relaxed);
        trial
    })
}

/// Runs something again and again for so long.
fn repeat_for(length: Duration, mut what: impl FnMut()) -> Duration {
    let start = Instant::now();
    while start.elapsed() < length {
        what();
    }
    start.elapsed()
}
