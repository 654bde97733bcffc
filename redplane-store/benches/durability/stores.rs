//! Stores to be measured, each with the replicas or the engine that it rests on.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use redplane_core::store::Limits;
use redplane_core::time::Span;
use redplane_core::wire::Kind;
use redplane_store::report::Report;
use redplane_store::server::{Replication, Server, ServerConfig};

use crate::cpu::{self, Meter};
use crate::support_servers::{Etcd, Redis};
use crate::udp_load::UdpLoad;
use crate::{FLOWS, Load, Trial};

/// How long an engine's fence holds.
const HOLD: Duration = Duration::from_secs(5);

/// What a store rests on.
#[derive(Clone, Copy)]
pub(crate) enum Rests<'a> {
    /// On nothing.
    Alone,
    /// On a chain of so many replicas.
    Chain(usize),
    /// On etcd of three members, which runs for as long as it is measured.
    Etcd,
    /// On a Redis with two replicas, which both have what is acked.
    Redis(&'a Redis),
}

/// What a chain's head did for the writes of a trial.
#[derive(Clone, Copy, Default)]
pub(crate) struct Link {
    pub(crate) writes: u64,
    pub(crate) entries: u64,
    pub(crate) datagrams: u64,
}

impl Link {
    fn of(report: &Report) -> Self {
        let entries = report.sum("redplane_store_chain_entries_total", &[("what", "appended")]);
        let datagrams = report.sum("redplane_store_chain_datagrams_total", &[("what", "sent")]);
        Self { writes: report.received(Kind::Write), entries, datagrams }
    }

    fn since(self, before: Self) -> Self {
        Self {
            writes: self.writes - before.writes,
            entries: self.entries - before.entries,
            datagrams: self.datagrams - before.datagrams,
        }
    }
}

/// Starts a store, writes to it for so long, and ends it. The number tells groups in one engine apart.
pub(crate) fn run(rests: Rests<'_>, load: Load, length: Duration, number: usize) -> (Trial, Link) {
    let etcd = matches!(rests, Rests::Etcd).then(Etcd::start);
    let threads = cpu::threads();
    let engine = |url| {
        let replication = Replication::Engine { url, group: format!("bench{number}"), hold: HOLD };
        vec![start(any(), replication)]
    };
    let (servers, processes) = match rests {
        Rests::Alone => (vec![start(any(), Replication::Alone)], Vec::new()),
        Rests::Chain(count) => (chain(count), Vec::new()),
        Rests::Etcd => {
            let etcd = etcd.as_ref().unwrap();
            (engine(etcd.url()), etcd.pids())
        }
        Rests::Redis(redis) => (engine(redis.url(2)), redis.pids()),
    };
    let head = servers[0].addresses()[0];
    let mut client = UdpLoad::new(load);
    client.take_leases(head);
    let meter = Meter::of_threads_since(&threads).and(&processes);
    let before = Link::of(&servers[0].report());
    let trial = client.run(head, length, &meter);
    let mut reports = Vec::new();
    for server in servers {
        let stopped = server.stop();
        assert!(stopped.failures.is_empty(), "{:?}", stopped.failures);
        reports.push(stopped.report);
    }
    (trial, Link::of(&reports[0]).since(before))
}

fn any() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn start(listen: SocketAddr, replication: Replication) -> Server {
    let limits = Limits { flows: 2 * FLOWS, waiting_per_flow: 4, waiting: 64 };
    // A period that no trial outlasts: a live lease all the time, as a busy flow has it.
    let lease_period = Span::from_millis(60_000);
    Server::start(ServerConfig { limits, lease_period, replication, ..ServerConfig::new(listen) }).unwrap()
}

/// The replicas of a list that never changes, the head first.
fn chain(count: usize) -> Vec<Server> {
    let free: Vec<_> = (0..count).map(|_| UdpSocket::bind(any()).unwrap()).collect();
    let replicas: Vec<_> = free.iter().map(|socket| socket.local_addr().unwrap()).collect();
    drop(free);
    let replication = |me| Replication::Static { replicas: replicas.clone(), me };
    replicas.iter().enumerate().map(|(me, address)| start(*address, replication(me))).collect()
}
