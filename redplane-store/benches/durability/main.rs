//! Writes of a counter to a store, beside a UDP echo and beside Redis doing the same: rates and latencies from one run.
//!
//! | row | a write is |
//! | --- | --- |
//! | UDP echo | the same datagrams, sent back: what the sockets alone cost |
//! | store, one replica | a `Write` with a packet inside, acked out of this process's memory |
//! | Redis `SET` | what `redis-benchmark` does: 4 connections, 64 commands in a pipeline |
//! | Redis compare-and-set | a script that writes only with the stored epoch and a newer number, in the same pipelines |
//! | … and `WAIT 2` a pipeline | the same, and one `WAIT` behind each pipeline: a write counts when both replicas have its pipeline |
//! | … and `WAIT 2` a write | a connection for each write under way, which waits for both replicas after each |
//!
//! All have the same flows and the same number of writes under way, and take turns in each round. Redis is a primary with two
//! replicas from Debian's package, without persistence, started and stopped here; its replicas are attached in all of its rows.
//! Everything shares this machine's cores, clients too. Of the rates the medians are shown, of the latencies those of all rounds.
//!
//! `cargo bench -p redplane-store --bench durability` prints the figures of the machine it runs on. Without `--bench`, as in
//! `cargo test --benches`, one short round shows that it still works.

#![allow(clippy::unwrap_used, reason = "a benchmark reports by panic")]

mod redis_load;
#[path = "../../tests/support_servers/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests of the engines need more of it")]
mod support_servers;
mod udp_load;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use redplane_core::store::Limits;
use redplane_core::time::Span;
use redplane_store::echo;
use redplane_store::server::{Server, ServerConfig};
use redplane_store::socket::{BatchSocket, PortUse};

use redis_load::{How, RedisLoad};
use udp_load::UdpLoad;

const FLOWS: usize = 10_000;
/// Writes under way at once.
const WINDOW: usize = 256;

/// Writes that were acked, how long each took, and how long all.
struct Trial {
    latency: Histogram<u64>,
    elapsed: Duration,
}

impl Trial {
    fn new() -> Self {
        // From 1 µs to a minute, in ns.
        let latency = Histogram::new_with_bounds(1_000, 60_000_000_000, 3).unwrap();
        Self { latency, elapsed: Duration::ZERO }
    }

    fn record(&mut self, latency: Duration) {
        self.latency.saturating_record(latency.as_nanos() as u64);
    }

    fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.elapsed.as_secs_f64()
    }
}

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let (rounds, length) = if full { (5, Duration::from_secs(1)) } else { (1, Duration::from_millis(30)) };

    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let stop = AtomicBool::new(false);
    let echo_socket = BatchSocket::bind(any, PortUse::Alone).unwrap();
    let echo_address = echo_socket.local_address();
    let limits = Limits { flows: 2 * FLOWS, waiting_per_flow: 4, waiting: 64 };
    // A period that no round outlasts: a live lease all the time, as a busy flow has it.
    let config = ServerConfig { limits, lease_period: Span::from_millis(60_000), ..ServerConfig::new(any) };
    let server = Server::start(config).unwrap();
    let store_address = server.addresses()[0];
    let redis = support_servers::Redis::start();
    let url = redis.url(0);
    let primary = url.trim_start_matches("redis://").split(',').next().unwrap();
    let mut redis_load = RedisLoad::new(primary);
    let mut udp_load = UdpLoad::new();
    udp_load.take_leases(store_address);

    let mut rows: Vec<(&str, Vec<Trial>)> = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| echo::run(echo_socket, &stop).unwrap());
        for _ in 0..rounds {
            let mut row = |name, trial| match rows.iter_mut().find(|(other, _)| *other == name) {
                Some((_, trials)) => trials.push(trial),
                None => rows.push((name, vec![trial])),
            };
            row("UDP echo", udp_load.run(echo_address, length));
            row("store, one replica", udp_load.run(store_address, length));
            row("Redis SET", redis_load.run(How::Set, length));
            row("Redis compare-and-set", redis_load.run(How::CompareAndSet, length));
            row("… and WAIT 2 a pipeline", redis_load.run(How::WaitAPipeline, length));
            row("… and WAIT 2 a write", redis_load.run(How::WaitAWrite, length));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(server.stop().failures.is_empty());
    print(&rows, udp_load.lost());
}

fn print(rows: &[(&str, Vec<Trial>)], lost: u64) {
    println!("{FLOWS} flows, {WINDOW} writes under way, {} rounds, {lost} datagrams lost", rows[0].1.len());
    println!("{:<26}{:>10}{:>12}{:>12}{:>12}", "", "writes/s", "p50 µs", "p99 µs", "p99.9 µs");
    for (name, trials) in rows {
        let mut rates: Vec<f64> = trials.iter().map(Trial::rate).collect();
        rates.sort_by(f64::total_cmp);
        let mut latency = Trial::new().latency;
        trials.iter().for_each(|trial| latency.add(&trial.latency).unwrap());
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|at| latency.value_at_quantile(at) as f64 / 1e3);
        println!("{name:<26}{:>10.0}{p50:>12.0}{p99:>12.0}{p999:>12.0}", rates[rates.len() / 2]);
    }
}

/// Runs something again and again for so long.
fn repeat_for(length: Duration, mut what: impl FnMut()) -> Duration {
    let start = Instant::now();
    while start.elapsed() < length {
        what();
    }
    start.elapsed()
}
