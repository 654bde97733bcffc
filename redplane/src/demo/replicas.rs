//! The demo's store: one server, or a group of them on the loopback in this process.
//!
//! Each replica has its own threads and sockets, and the replicas know each other by their addresses alone. Who is in the group
//! is decided by a [`LocalMaster`], at which each one beats.

use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use redplane_core::store::Limits;
use redplane_core::time::Span;
use redplane_store::chain::{Member, View};
use redplane_store::limits::DEFAULT_LIMITS;
use redplane_store::master::LocalMaster;
use redplane_store::nat::NatConfig;
use redplane_store::server::{COUNTER_IDLE, Replication, Server, ServerConfig};

use super::device::SHARED_ADDR;

/// Records of a program in the store: the connections of a minute, two each, and room to spare.
const STORE_FLOWS: usize = 1 << 14;

/// Messages that may wait in the store: those of all flows while a dead switch's leases run out.
const STORE_WAITING: usize = 1 << 12;

/// How long replicas have to form a group.
const FORMING_MAX: Duration = Duration::from_secs(10);

/// How often the group is looked at while something is awaited.
pub(super) const LOOK: Duration = Duration::from_millis(1);

/// What the replicas are told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    /// How many there are.
    pub(super) replicas: u8,
    /// After how long without a sign of life one counts as dead.
    pub(super) detection: Duration,
    /// The switches' lease period.
    pub(super) lease_period_ms: u64,
    /// Whether counters are served, beside the NAT.
    pub(super) counts: bool,
}

/// A running store.
pub(super) struct Replicas {
    setup: Setup,
    /// Of a group.
    master: LocalMaster,
    /// By number; `None` while one is dead.
    servers: Vec<Option<Server>>,
    addresses: Vec<SocketAddr>,
    mistaken_for_dead: usize,
}

impl Replicas {
    /// Starts all replicas; the first one becomes the head and the last one the tail.
    ///
    /// # Errors
    /// The system refuses something, or the machine is too busy for the detection time.
    pub(super) fn start(setup: Setup) -> anyhow::Result<Self> {
        let master = LocalMaster::new(setup.detection);
        let mut replicas =
            Self { setup, master, servers: Vec::new(), addresses: Vec::new(), mistaken_for_dead: 0 };
        for number in 0..usize::from(setup.replicas) {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let server = replicas.server(number, any)?;
            replicas.addresses.push(server.addresses().first().copied().context("the store has no shard")?);
            replicas.servers.push(Some(server));
            let begun = Instant::now();
            while setup.replicas > 1 && replicas.place(number).is_none() {
                ensure!(
                    begun.elapsed() < FORMING_MAX,
                    "replica {} of the store was not let into the group: the machine is too busy for --detection {}, \
                     choose a longer one",
                    number + 1,
                    setup.detection.as_millis()
                );
                thread::sleep(LOOK);
            }
        }
        Ok(replicas)
    }

    fn server(&self, number: usize, listen: SocketAddr) -> anyhow::Result<Server> {
        let Setup { replicas, detection, lease_period_ms, counts } = self.setup;
        let replication = if replicas == 1 {
            Replication::Alone
        } else {
            let (master, name) = (Box::new(self.master.clone()), name(number));
            Replication::Master { master, name, detection }
        };
        let config = ServerConfig {
            lease_period: Span::from_millis(lease_period_ms),
            limits: Limits { flows: STORE_FLOWS, waiting: STORE_WAITING, ..DEFAULT_LIMITS },
            nat: Some(NatConfig::new(vec![SHARED_ADDR])),
            counter_idle: counts.then_some(COUNTER_IDLE),
            replication,
            ..ServerConfig::new(listen)
        };
        quietly(|| Server::start(config)).context("the store does not start")
    }

    /// Where the replicas listen, by number.
    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The group's newest view, if it is one.
    pub(super) fn view(&self) -> Option<View> {
        self.master.view()
    }

    /// Where the present life of a replica stands in the newest view.
    pub(super) fn place(&self, number: usize) -> Option<usize> {
        self.view()?.position(self.server_of(number)?.member()?.id)
    }

    fn server_of(&self, number: usize) -> Option<&Server> {
        self.servers.get(number)?.as_ref()
    }

    /// The number of the replica that is this member.
    pub(super) fn number(&self, member: &Member) -> Option<usize> {
        let is_it = |server: &Server| server.member().is_some_and(|its| its.id == member.id);
        self.servers.iter().position(|server| server.as_ref().is_some_and(is_it))
    }

    /// Ends a replica as a crash would.
    pub(super) fn kill(&mut self, number: usize) {
        if let Some(server) = self.servers.get_mut(number).and_then(Option::take) {
            server.kill();
        }
    }

    /// Starts a dead replica anew at its address. It knows nothing.
    ///
    /// # Errors
    /// The system refuses something.
    pub(super) fn restart(&mut self, number: usize) -> anyhow::Result<()> {
        let address = self.addresses.get(number).context("no such replica")?;
        let server = self.server(number, *address)?;
        if let Some(place) = self.servers.get_mut(number) {
            *place = Some(server);
        }
        Ok(())
    }

    /// Starts those anew that were voted out although they live, as whoever runs a store does.
    ///
    /// # Errors
    /// The system refuses something.
    pub(super) fn revive(&mut self) -> anyhow::Result<()> {
        for number in 0..self.servers.len() {
            if self.server_of(number).is_some_and(Server::is_removed) {
                self.mistaken_for_dead += 1;
                self.kill(number);
                self.restart(number)?;
            }
        }
        Ok(())
    }

    /// How often a replica was voted out although it lived.
    pub(super) fn mistaken_for_dead(&self) -> usize {
        self.mistaken_for_dead
    }

    /// Whether all replicas are in the newest view.
    pub(super) fn is_complete(&self) -> bool {
        (0..self.servers.len()).all(|number| self.place(number).is_some())
    }

    /// Ends the store.
    ///
    /// # Errors
    /// A shard had ended before.
    pub(super) fn stop(self) -> anyhow::Result<()> {
        for server in self.servers.into_iter().flatten() {
            let failures = server.stop().failures;
            ensure!(failures.is_empty(), "the store failed during the run: {failures:?}");
        }
        Ok(())
    }
}

/// What people call a replica.
pub(super) fn name(number: usize) -> String {
    format!("replica {}", number + 1)
}

/// Does something without its warnings: that a store keeps its state in one process, and that replicas die, is for those to know who
/// run one. Whoever asked for more than warnings gets all.
pub(super) fn quietly<T>(start: impl FnOnce() -> T) -> T {
    let level = log::max_level();
    if level == log::LevelFilter::Warn {
        log::set_max_level(log::LevelFilter::Error);
    }
    let started = start();
    log::set_max_level(level);
    started
}
