//! Groups of replicas as real servers on the loopback: any of them dies, others join, and what was acknowledged stays.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests to us, if not to clippy")]

mod common;
#[allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]
mod support_servers;

use common::{Ask, Reply};
use redplane_apps::Counter;
use redplane_core::program::Program;
use redplane_core::seq::Epoch;
use redplane_core::store::Limits;
use redplane_core::time::Span;
use redplane_core::wire::{Kind, Message, Refusal};
use redplane_store::master::{EtcdMaster, LocalMaster, Master};
use redplane_store::server::{Replication, Server, ServerConfig};
use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use support_servers::{Etcd, Redis, free_ports};

/// How long a test waits for what must come. Only a failing test waits so long.
const SOON: Duration = Duration::from_secs(20);

/// How long a switch waits for an answer before it asks another replica.
const PATIENCE: Duration = Duration::from_millis(20);

const DETECTION: Duration = Duration::from_millis(500);

const LEASE: Span = Span::from_millis(1000);

const KEYS: u32 = 40;

fn any() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn config(listen: SocketAddr, replication: Replication) -> ServerConfig {
    ServerConfig {
        shards: 2,
        lease_period: LEASE,
        limits: Limits { flows: 1000, waiting_per_flow: 4, waiting: 8 },
        replication,
        pending: 64,
        chain_log_bytes: 1 << 16,
        ..ServerConfig::new(listen)
    }
}

fn replica_with(listen: SocketAddr, master: Box<dyn Master>, detection: Duration) -> Server {
    let name = format!("replica {listen}");
    Server::start(config(listen, Replication::Master { master, name, detection })).unwrap()
}

fn replica(listen: SocketAddr, group: &LocalMaster) -> Server {
    replica_with(listen, Box::new(group.clone()), group.detection())
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < SOON, "never came: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn wait_for_members(server: &Server, count: usize) {
    wait_until(&format!("a view of {count}"), || {
        server.view().is_some_and(|view| view.members.len() == count)
    });
}

/// Replicas of a group, each let in before the next one comes: the first is the head.
fn group_of(count: usize, group: &LocalMaster) -> Vec<Server> {
    let mut servers = Vec::new();
    for number in 1..=count {
        servers.push(replica(any(), group));
        wait_for_members(servers.last().unwrap(), number);
    }
    wait_for_members(&servers[0], count);
    servers
}

/// A switch that writes counters, and remembers what was acknowledged.
struct Writer {
    /// Where the first shard of each replica is.
    replicas: Vec<SocketAddr>,
    at: usize,
    switch: u16,
    socket: UdpSocket,
    epochs: HashMap<u32, (Epoch, u32)>,
    acked: HashMap<u32, u32>,
    longest: Duration,
}

impl Writer {
    fn new(switch: u16, replicas: impl IntoIterator<Item = SocketAddr>) -> Self {
        let socket = UdpSocket::bind(any()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let (epochs, acked) = (HashMap::new(), HashMap::new());
        let replicas = replicas.into_iter().collect();
        Self { replicas, at: 0, switch, socket, epochs, acked, longest: Duration::ZERO }
    }

    fn of(servers: &[Server]) -> Self {
        Self::new(1, servers.iter().map(|server| server.addresses()[0]))
    }

    /// Asks until somebody answers who serves.
    fn ask(&mut self, ask: &Ask) -> Reply {
        self.try_ask(ask, SOON).unwrap_or_else(|| panic!("nobody answers {ask:?}"))
    }

    fn try_ask(&mut self, ask: &Ask, longest: Duration) -> Option<Reply> {
        let shard = redplane_core::memory::shard_of(&ask.key, 2);
        let (bytes, start) = (ask.encode::<Counter>(), Instant::now());
        while start.elapsed() < longest {
            let mut to = self.replicas[self.at % self.replicas.len()];
            to.set_port(to.port() + shard);
            self.socket.send_to(&bytes, to).unwrap();
            match self.answer(to, ask) {
                Some(reply) if reply.refusal != Some(Refusal::Moved) => return Some(reply),
                _ => self.at += 1,
            }
        }
        None
    }

    fn answer(&mut self, from: SocketAddr, ask: &Ask) -> Option<Reply> {
        let mut bytes = [0; 2048];
        loop {
            let (len, peer) = self.socket.recv_from(&mut bytes).ok()?;
            let (message, _) = Message::parse(&bytes[..len], |_| Some(Counter::LAYOUT)).unwrap();
            // Late answers to earlier tries, and recalls, are none to this.
            if message.kind() == Kind::Recall || peer != from {
                continue;
            }
            let reply = Reply::parse::<Counter>(&bytes[..len]);
            let fits = match (ask.kind, reply.kind) {
                (_, Kind::Refuse) => reply.seq == ask.seq,
                (Kind::LeaseRequest, Kind::Grant) => true,
                (Kind::Write, Kind::WriteAck) => reply.seq == ask.seq,
                _ => false,
            };
            if fits && reply.key == ask.key {
                return Some(reply);
            }
        }
    }

    fn key(number: u32) -> [u32; 4] {
        [17, 0x0a00_0001, 0x0a00_0002, number]
    }

    fn lease(&mut self, number: u32) -> Reply {
        let grant = self.ask(&Ask::new(Kind::LeaseRequest, self.switch, &Self::key(number)));
        assert_eq!(grant.kind, Kind::Grant, "{grant:?}");
        self.epochs.insert(number, (grant.epoch, grant.seq));
        grant
    }

    /// Writes the next value of a counter until it is acknowledged.
    fn write(&mut self, number: u32) {
        let start = Instant::now();
        let value = self.acked.get(&number).map_or(1, |acked| acked + 1);
        loop {
            if !self.epochs.contains_key(&number) {
                let grant = self.lease(number);
                let acked = self.acked.get(&number).copied().unwrap_or(0);
                assert!(
                    grant.state[0] == acked || grant.state[0] == value,
                    "{number}: {acked} was acked, {grant:?}"
                );
            }
            let (epoch, seq) = self.epochs[&number];
            let ask = Ask::new(Kind::Write, self.switch, &Self::key(number)).epoch(epoch).seq(seq + 1);
            let reply = self.ask(&ask.state(&[value]));
            if reply.kind == Kind::WriteAck {
                self.epochs.insert(number, (epoch, seq + 1));
                break;
            }
            self.epochs.remove(&number);
        }
        self.acked.insert(number, value);
        self.longest = self.longest.max(start.elapsed());
    }

    fn write_all(&mut self, rounds: u32) {
        for _ in 0..rounds {
            (0..KEYS).for_each(|number| self.write(number));
        }
    }

    /// What was acknowledged is what another life of the switch is granted.
    fn read_back(&mut self) {
        for number in 0..KEYS {
            let ask = Ask::new(Kind::LeaseRequest, self.switch, &Self::key(number)).boot(2);
            let grant = self.ask(&ask);
            assert_eq!(grant.kind, Kind::Grant);
            assert_eq!(grant.state[0], self.acked.get(&number).copied().unwrap_or(0), "counter {number}");
        }
    }
}

fn killed_and_replaced(place: usize) {
    let group = LocalMaster::new(DETECTION);
    let mut servers = group_of(3, &group);
    let mut writer = Writer::of(&servers);
    writer.write_all(3);
    let dead = servers.remove(place);
    let address = dead.addresses()[0];
    dead.kill();
    writer.write_all(3);
    let pause = writer.longest;
    assert!(pause < 3 * DETECTION, "a write took {pause:?}");
    wait_for_members(&servers[0], 2);

    // Another life on the same ports takes a copy while the others are written to, and is the tail.
    let fresh = replica(address, &group);
    wait_until("the fresh replica is let in", || {
        writer.write_all(1);
        fresh.readiness().is_ok()
    });
    let id = fresh.member().unwrap().id;
    assert_eq!(fresh.view().unwrap().tail().unwrap().id, id);
    servers.push(fresh);
    writer.write_all(2);

    // Those that had everything from the beginning die one after the other: the fresh one alone knows it all.
    while servers.len() > 1 {
        let count = servers.len() - 1;
        servers.remove(0).kill();
        writer.write_all(2);
        wait_for_members(&servers[0], count);
    }
    assert_eq!(servers[0].view().unwrap().head().unwrap().id, id);
    writer.read_back();
    assert!(servers.remove(0).stop().failures.is_empty());
}

#[test]
fn head_killed_under_writes_is_replaced_and_nothing_acked_is_lost() {
    killed_and_replaced(0);
}

#[test]
fn middle_killed_under_writes_is_replaced_and_nothing_acked_is_lost() {
    killed_and_replaced(1);
}

#[test]
fn tail_killed_under_writes_is_replaced_and_nothing_acked_is_lost() {
    killed_and_replaced(2);
}

#[test]
fn replica_taken_for_dead_by_mistake_serves_nobody_any_more() {
    let group = LocalMaster::new(DETECTION);
    let servers = group_of(3, &group);
    let mut writer = Writer::of(&servers);
    writer.write_all(1);
    group.forget(servers[0].member().unwrap().id);
    wait_until("the head is voted out", || servers[0].is_removed());
    assert!(servers[0].readiness().unwrap_err().contains("voted out"));
    let mut only_old = Writer::new(1, [servers[0].addresses()[0]]);
    let ask = Ask::new(Kind::LeaseRequest, 1, &Writer::key(0));
    assert_eq!(only_old.try_ask(&ask, Duration::from_millis(200)), None);
    writer.write_all(2);
    writer.read_back();
}

#[test]
fn drained_replicas_leave_without_a_pause_until_the_last_one_stays() {
    // Nobody is ever found dead.
    let group = LocalMaster::new(Duration::from_secs(3600));
    let beats = Duration::from_millis(200);
    let mut servers = Vec::new();
    for number in 1..=3 {
        servers.push(replica_with(any(), Box::new(group.clone()), beats));
        wait_for_members(servers.last().unwrap(), number);
    }
    let mut writer = Writer::of(&servers);
    writer.write_all(2);
    while servers.len() > 1 {
        let count = servers.len() - 1;
        let drained = servers.remove(0);
        assert!(drained.drain(SOON).failures.is_empty());
        assert_eq!(group.view().unwrap().members.len(), count);
        writer.write_all(1);
    }
    writer.read_back();
    let last = servers.remove(0);
    let start = Instant::now();
    assert!(last.drain(SOON).failures.is_empty());
    assert!(start.elapsed() < SOON / 2, "the last one has nobody to wait for");
    assert_eq!(group.view().unwrap().members.len(), 1);
}

#[test]
fn replica_whose_whole_group_is_dead_waits_and_says_what_to_do() {
    let group = LocalMaster::new(DETECTION);
    let mut servers = group_of(1, &group);
    let address = servers[0].addresses()[0];
    servers.remove(0).kill();
    let fresh = replica(address, &group);
    wait_until("it is told", || fresh.readiness().is_err_and(|why| why.contains("--new-group")));
    let mut writer = Writer::of(std::slice::from_ref(&fresh));
    let ask = Ask::new(Kind::LeaseRequest, 1, &Writer::key(0));
    assert_eq!(writer.try_ask(&ask, Duration::from_millis(200)), None, "it must not begin anew by itself");
}

#[test]
fn replica_that_is_set_up_differently_is_not_let_in() {
    let group = LocalMaster::new(DETECTION);
    let servers = group_of(1, &group);
    let name = "odd".to_owned();
    let master = Box::new(group.clone());
    let replication = Replication::Master { master, name, detection: DETECTION };
    let odd =
        Server::start(ServerConfig { lease_period: Span::from_millis(2000), ..config(any(), replication) });
    let odd = odd.unwrap();
    let alike = replica(any(), &group);
    wait_until("the one that is alike is let in", || alike.readiness().is_ok());
    assert!(odd.readiness().unwrap_err().contains("waits"));
    assert_eq!(servers[0].view().map_or(0, |view| view.members.len()), 2);
}

#[test]
fn fourth_replica_waits_until_a_place_is_free() {
    let group = LocalMaster::new(DETECTION);
    let mut servers = group_of(3, &group);
    let spare = replica(any(), &group);
    let mut writer = Writer::of(&servers);
    writer.write_all(2);
    assert!(spare.readiness().unwrap_err().contains("waits"));
    writer.replicas.push(spare.addresses()[0]);
    servers.remove(0).kill();
    wait_until("it is let in", || spare.readiness().is_ok());
    writer.write_all(1);
    writer.read_back();
}

#[test]
fn status_of_a_group_tells_roles_latency_and_what_is_not_durable() {
    let group = LocalMaster::new(DETECTION);
    let mut servers = group_of(3, &group);
    let mut writer = Writer::of(&servers);
    writer.write_all(2);
    for (server, role) in servers.iter().zip(["head", "middle", "tail"]) {
        wait_until("its numbers", || {
            let status = server.status();
            status.flows == u64::from(KEYS) && status.lag == 0
        });
        let status = server.status();
        assert_eq!((status.role.as_str(), status.shards, &status.trouble), (role, 2, &None));
        assert_eq!(status.view.unwrap().members.len(), 3);
        let is_head = role == "head";
        assert_eq!(status.commit_p99_us.is_some(), is_head, "the head alone waits for commits");
        let report = server.report();
        let entries = |what| report.sum("redplane_store_chain_entries_total", &[("what", what)]);
        assert_eq!(entries("appended") > 0, is_head);
        assert_eq!(entries("taken") > 0, !is_head);
        let place = report.sum("redplane_store_place", &[("program", "counter")]);
        assert_eq!(
            place / 2,
            ["head", "middle", "tail"].iter().position(|other| *other == role).unwrap() as u64 + 1
        );
    }
    let spare = replica(any(), &group);
    wait_until("it is seen", || servers[0].status().candidates == 1);
    assert_eq!(spare.status().role, "waiting");
    servers.truncate(0);
}

fn over_engine(url: &str) {
    let hold = Duration::from_millis(500);
    let start = || {
        let replication = Replication::Engine { url: url.to_owned(), group: "counters".to_owned(), hold };
        Server::start(config(any(), replication)).unwrap()
    };
    let first = start();
    wait_until("the first is active", || first.readiness().is_ok());
    let second = start();
    let mut writer = Writer::new(1, [&first, &second].map(|server| server.addresses()[0]));
    writer.write_all(2);
    assert_eq!((first.status().role.as_str(), second.status().role.as_str()), ("active", "standby"));
    assert!(second.readiness().unwrap_err().contains("standby"));
    first.kill();
    writer.write_all(2);
    assert_eq!(second.status().role, "active");
    assert!(second.status().commit_p50_us.is_some());
    writer.read_back();
}

#[test]
fn server_over_etcd_killed_is_followed_by_one_that_knows_what_it_acked() {
    over_engine(&Etcd::start().url());
}

#[test]
fn server_over_redis_killed_is_followed_by_one_that_knows_what_it_acked() {
    over_engine(&Redis::start().url(1));
}

fn static_replica(replicas: &[SocketAddr], me: usize) -> Server {
    let replication = Replication::Static { replicas: replicas.to_vec(), me };
    Server::start(config(replicas[me], replication)).unwrap()
}

#[test]
fn static_group_whose_replica_was_restarted_is_silent_rather_than_wrong() {
    for place in 0..3 {
        // Two shards each: every second port.
        let replicas: Vec<SocketAddr> = std::iter::repeat_with(free_ports::<1>)
            .map(|[port]| port)
            .filter(|port| *port < u16::MAX && UdpSocket::bind(("127.0.0.1", port + 1)).is_ok())
            .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
            .take(3)
            .collect();
        let mut servers: Vec<Server> = (0..3).map(|me| static_replica(&replicas, me)).collect();
        let mut writer = Writer::of(&servers);
        writer.write_all(2);
        servers.remove(place).kill();
        servers.insert(place, static_replica(&replicas, place));
        for number in 0..4 {
            let (epoch, seq) = writer.epochs[&number];
            let write = Ask::new(Kind::Write, 1, &Writer::key(number)).epoch(epoch).seq(seq + 1).state(&[99]);
            let lease = Ask::new(Kind::LeaseRequest, 2, &Writer::key(1000 + number));
            for ask in [write, lease] {
                let reply = writer.try_ask(&ask, Duration::from_millis(150));
                // A head that has lost everything may say so; it must not grant or acknowledge.
                assert!(reply.as_ref().is_none_or(|reply| reply.kind == Kind::Refuse), "{place}: {reply:?}");
            }
        }
    }
}

#[test]
fn group_in_etcd_replaces_the_dead_and_survives_etcds_leader() {
    let mut etcd = Etcd::start();
    let detection = Duration::from_secs(2);
    let replica = |listen, new_group| {
        let master = EtcdMaster::new(etcd.endpoints(), "test", detection, new_group);
        replica_with(listen, Box::new(master), detection)
    };
    let mut servers = Vec::new();
    for number in 1..=3 {
        servers.push(replica(any(), false));
        wait_for_members(servers.last().unwrap(), number);
    }
    let mut writer = Writer::of(&servers);
    writer.write_all(2);

    let dead = servers.remove(0);
    let address = dead.addresses()[0];
    dead.kill();
    writer.write_all(1);
    wait_for_members(&servers[0], 2);
    let number = servers[0].view().unwrap().number;

    // A new life at the address of a member: nobody waits for the lease of the old one.
    servers.push(replica(address, false));
    wait_for_members(&servers[0], 3);
    let middle = servers.remove(1);
    let address = middle.addresses()[0];
    middle.kill();
    servers.push(replica(address, false));
    wait_until("the restarted one is back", || servers[2].readiness().is_ok());
    assert_eq!(servers[2].view().unwrap().number, number + 3, "out and in, and nothing else");
    writer.write_all(2);

    let drained = servers.remove(0);
    let start = Instant::now();
    assert!(drained.drain(SOON).failures.is_empty());
    assert!(start.elapsed() < Duration::from_secs(2), "it left by itself");
    writer.write_all(1);
    writer.read_back();

    etcd.kill_leader();
    let numbers: Vec<u64> = servers.iter().map(|server| server.view().unwrap().number).collect();
    let until = Instant::now() + 3 * detection;
    let mut again = Writer::new(3, writer.replicas.clone());
    while Instant::now() < until {
        (100..110).for_each(|number| again.write(number));
    }
    assert!(servers.iter().all(|server| server.readiness().is_ok() && !server.is_removed()));
    let after: Vec<u64> = servers.iter().map(|server| server.view().unwrap().number).collect();
    assert_eq!(after, numbers, "an election in etcd changes no view");

    // All are lost: a fresh one waits, and begins anew if it is told to.
    let address = servers[0].addresses()[0];
    servers.into_iter().for_each(Server::kill);
    let endpoints = etcd.endpoints();
    let start = |new_group| {
        let master = EtcdMaster::new(endpoints.clone(), "test", detection, new_group);
        replica_with(address, Box::new(master), detection)
    };
    let waits = start(false);
    wait_until("it is told", || waits.readiness().is_err_and(|why| why.contains("--new-group")));
    waits.kill();
    let begins = start(true);
    wait_until("the group begins anew", || begins.readiness().is_ok());
    let mut writer = Writer::of(std::slice::from_ref(&begins));
    writer.write_all(1);
    writer.read_back();
}
