//! Stores over etcd and over Redis, as processes under load: the engine's leader, a replica of it, or the server that serves is
//! killed in the middle, and what was acked is read back.
//!
//! Two servers share a group: one is active, the other one on standby takes over. The workload and its check are
//! `redplane bench store`, as for a chain.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;
#[path = "../../redplane-store/tests/support_servers/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests of the store need more of it")]
mod support_servers;

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use support::Folder;
use support::probe::Probe;
use support::processes::{Load, Tool};
use support_servers::{Etcd, Redis};

/// How long the load runs before and after something happens.
const WHILE: Duration = Duration::from_secs(2);

/// The active server, the one on standby, and who writes to them.
struct Pair {
    addresses: [SocketAddr; 2],
    tools: [Tool; 2],
    url: String,
    load: Load,
    /// Flows that were probed.
    probed: u32,
    folder: Folder,
}

impl Pair {
    /// Starts all, and lets it run for a while.
    fn start(name: &str, url: String) -> Self {
        let folder = Folder::new(name);
        let sockets = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        let addresses = sockets.map(|socket| socket.local_addr().unwrap());
        let first = store(&folder, addresses[0], &url);
        // The first one that asks is the active one.
        Probe::new(addresses[0]).lease(0);
        let second = store(&folder, addresses[1], &url);
        let load = format!("--store {},{} --flows 500 --rate 4000", addresses[0], addresses[1]);
        let load = Load::start(&folder, &load);
        std::thread::sleep(WHILE);
        let mut probe = Probe::new(addresses[1]);
        probe.ask(1);
        assert_eq!(probe.granted(), 0, "the one on standby grants leases");
        Self { addresses, tools: [first, second], url, load, probed: 1, folder }
    }

    /// A server grants a lease of a new flow: it serves, and its engine commits.
    fn serves(&mut self, at: usize) {
        self.probed += 1;
        Probe::new(self.addresses[at]).lease(self.probed);
        std::thread::sleep(WHILE);
        self.load.must_run();
    }

    /// The active server is killed, and started again once the other one serves.
    fn kill(&mut self, active: usize) {
        self.tools[active].kill();
        self.serves(1 - active);
        self.tools[active] = store(&self.folder, self.addresses[active], &self.url);
        std::thread::sleep(WHILE);
    }

    /// Everything acked is there.
    fn end(mut self, what: &str) {
        for tool in &mut self.tools {
            assert_eq!(tool.ended(), None, "{}", tool.printed());
        }
        let figures = self.load.end();
        println!(
            "{what}: {} writes acked in {:.0} s, all read back; longest pause {:.0} ms",
            figures["acked"],
            figures["seconds"].as_f64().unwrap(),
            figures["longest_pause_ms"].as_f64().unwrap()
        );
    }
}

fn store(folder: &Folder, address: SocketAddr, url: &str) -> Tool {
    let words = format!(
        "store --listen {address} --app counter --flows 4096 --waiting 64 --durability {url} --group pair --detection 1000"
    );
    Tool::start(folder, &format!("store-{}", address.port()), &words)
}

#[test]
fn etcd_leader_killed_under_load_loses_nothing_acked() {
    let mut etcd = Etcd::start();
    let mut pair = Pair::start("etcd-leader", etcd.url());
    let killed = etcd.kill_leader();
    // Whichever serves after the election: the fence may have ended meanwhile.
    std::thread::sleep(WHILE + WHILE);
    pair.load.must_run();
    etcd.restart(killed);
    std::thread::sleep(WHILE);
    pair.end("etcd's leader killed");
}

#[test]
fn active_server_over_etcd_killed_under_load_is_replaced_and_nothing_acked_is_lost() {
    let etcd = Etcd::start();
    let mut pair = Pair::start("etcd-active", etcd.url());
    pair.kill(0);
    pair.kill(1);
    pair.end("active server over etcd killed, and the one that took over");
}

#[test]
fn redis_replica_killed_under_load_stops_acks_until_it_is_back() {
    let mut redis = Redis::start();
    let mut pair = Pair::start("redis-replica", redis.url(2));
    redis.kill(2);
    std::thread::sleep(Duration::from_millis(500));
    let mut probe = Probe::new(pair.addresses[0]);
    probe.ask(1000);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(probe.granted(), 0, "a lease is granted that one replica does not have");
    redis.restart(2);
    redis.wait_for_replicas(2);
    std::thread::sleep(WHILE);
    pair.load.must_run();
    pair.end("replica of Redis killed");
}

#[test]
fn redis_primary_killed_under_load_a_replica_has_all_that_was_acked() {
    let mut redis = Redis::start();
    let mut pair = Pair::start("redis-primary", redis.url(2));
    // Both replicas have all that was acked. The old primary comes back as a replica: alone, two are too few.
    redis.kill(0);
    redis.promote(1);
    redis.restart_behind(0, 1);
    std::thread::sleep(WHILE + WHILE);
    pair.load.must_run();
    pair.end("primary of Redis killed");
}

#[test]
fn active_server_over_redis_killed_under_load_is_replaced_and_nothing_acked_is_lost() {
    let redis = Redis::start();
    let mut pair = Pair::start("redis-active", redis.url(2));
    pair.kill(0);
    pair.kill(1);
    pair.end("active server over Redis killed, and the one that took over");
}
