//! The store as a service: one thread and one UDP socket per shard.
//!
//! ```text
//! port base + 0 ─▶ shard 0 ┬ nat      each on a thread of its own, sharing nothing
//! port base + 1 ─▶ shard 1 ┴ counter
//!       ⋮                                                    http ─▶ /metrics, /healthz
//! ```
//!
//! Switches pick the port by [`redplane_core::memory::shard_of`] the key. Every shard serves the same programs; the schema byte of
//! a datagram says which one it is for.
//!
//! ```
//! use redplane_store::server::{Server, ServerConfig};
//!
//! let server = Server::start(ServerConfig::new("127.0.0.1:0".parse()?))?;
//! assert_eq!(server.addresses().len(), 1);
//! let outcome = server.stop();
//! assert!(outcome.failures.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Contract: a `Server` that was started serves until it is stopped or dropped, both of which wait for its threads; a shard whose
//! socket fails ends alone, is logged and shows in [`Server::failed_shards`]. Limits: one replica, so what the store knows is lost
//! with the process; switches then start their flows anew, above all earlier epochs (`server/epoch.rs`).

mod epoch;
mod error;
mod programs;
pub(crate) mod rows;
mod shard_loop;

pub use error::StartError;

use crate::http::MetricsServer;
use crate::limits::{DEFAULT_LIMITS, FLOWS_MAX, WAITING_MAX, available_bytes, pool_bytes, program_bytes};
use crate::metrics::{self, Reader};
use crate::nat::NatConfig;
use crate::placement::Placement;
use crate::pool::Protocol;
use crate::report::Report;
use crate::shard::{FlowMap, SNAPSHOTS_MAX};
use crate::socket::{BatchSocket, BindError, PortUse};
use programs::Programs;
use redplane_apps::{Counter, HeavyHitter, Nat44};
use redplane_core::program::Program;
use redplane_core::store::Limits;
use redplane_core::structure::Structure;
use redplane_core::time::Span;
use rows::{Numbers, Publisher};
use shard_loop::{Clock, ShardLoop};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shortest lease period: ten times of what shards are polled in.
pub const LEASE_PERIOD_MIN: Span = Span::from_millis(10);

/// Longest lease period: ticks wrap, and a dead switch's flows stand still for this long.
pub const LEASE_PERIOD_MAX: Span = Span::from_millis(60_000);

/// How long a counter is kept that nothing counts, unless told otherwise.
pub const COUNTER_IDLE: Duration = Duration::from_secs(3600);

/// Runs of consecutive free ports that are tried for several shards when the kernel may choose.
const PORT_TRIES: usize = 64;

/// The same of a VLAN's sketch.
pub const HEAVY_HITTER_IDLE: Duration = Duration::from_secs(3600);

/// What the heavy-hitter detector keeps of a VLAN.
type Structured = <HeavyHitter as Program>::Structure;

/// What a store is told.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address of the first shard; the others listen on the ports above. Port 0: the kernel chooses.
    pub listen: SocketAddr,
    /// Number of shards, the same at the switches.
    pub shards: u16,
    /// Whether a running store of the same user may be joined on its ports, to take over from it.
    pub takeover: bool,
    /// The switches' lease period.
    pub lease_period: Span,
    /// What each program of each shard may hold (RP-ST-7).
    pub limits: Limits,
    /// The NAT, if it is served.
    pub nat: Option<NatConfig>,
    /// After how long an unused counter ends, if the counter is served.
    pub counter_idle: Option<Duration>,
    /// After how long the sketch of a VLAN ends in which nothing comes, if the heavy-hitter detector is served.
    pub heavy_hitter_idle: Option<Duration>,
    /// Address of the metrics endpoint, if there shall be one.
    pub metrics: Option<SocketAddr>,
}

impl ServerConfig {
    /// One shard that serves the counter with a lease period of 1 s, without a metrics endpoint.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            shards: 1,
            takeover: false,
            lease_period: Span::from_millis(1000),
            limits: DEFAULT_LIMITS,
            nat: None,
            counter_idle: Some(COUNTER_IDLE),
            heavy_hitter_idle: None,
            metrics: None,
        }
    }

    /// Bytes of memory that the store will take for flows, waiting messages and ports.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let nat = self.nat.as_ref().map_or(0, |_| program_bytes::<Nat44>(&self.limits));
        let counter = self.counter_idle.map_or(0, |_| program_bytes::<Counter>(&self.limits));
        let heavy_hitter = self.heavy_hitter_idle.map_or(0, |_| {
            let limits = self.limits_of_vlans();
            let snapshots = limits.flows * size_of::<<Structured as Structure>::Assembly>();
            program_bytes::<HeavyHitter>(&limits).saturating_add(snapshots)
        });
        let programs = nat.saturating_add(counter).saturating_add(heavy_hitter);
        let shards = programs.saturating_mul(self.shards.into());
        shards.saturating_add(self.nat.as_ref().map_or(0, pool_bytes))
    }

    /// The limits of a program whose flows are VLANs: there are fewer of them.
    fn limits_of_vlans(&self) -> Limits {
        Limits { flows: self.limits.flows.min(SNAPSHOTS_MAX + 1), ..self.limits }
    }

    fn check(&self) -> Result<(), StartError> {
        if self.shards == 0 {
            return Err(StartError::NoShards);
        }
        if self.listen.port() != 0 && self.listen.port().checked_add(self.shards - 1).is_none() {
            return Err(StartError::PortsEnd(self.listen.port(), self.shards));
        }
        if self.nat.is_none() && self.counter_idle.is_none() && self.heavy_hitter_idle.is_none() {
            return Err(StartError::NoProgram);
        }
        if !(LEASE_PERIOD_MIN..=LEASE_PERIOD_MAX).contains(&self.lease_period) {
            return Err(StartError::LeasePeriod(self.lease_period));
        }
        let Limits { flows, waiting_per_flow, waiting } = self.limits;
        for (name, value, max) in [
            ("a number of flows", flows, FLOWS_MAX),
            ("a number of waiting messages per flow", waiting_per_flow.into(), u16::MAX.into()),
            ("a number of waiting messages", waiting, WAITING_MAX),
        ] {
            if value == 0 || value > max {
                return Err(StartError::Limit(name, value, max));
            }
        }
        let wanted_bytes = self.memory_bytes();
        match available_bytes() {
            Some(available_bytes) if wanted_bytes > available_bytes => {
                Err(StartError::Memory { wanted_bytes, available_bytes })
            }
            _ => Ok(()),
        }
    }

    /// One socket per shard, on consecutive ports.
    fn bind(&self) -> Result<Vec<BatchSocket>, BindError> {
        let mut tries = if self.listen.port() == 0 && self.shards > 1 { PORT_TRIES } else { 1 };
        loop {
            tries -= 1;
            match self.bind_once() {
                Err(BindError::InUse(_)) if tries > 0 => {}
                result => return result,
            }
        }
    }

    fn bind_once(&self) -> Result<Vec<BatchSocket>, BindError> {
        let port_use = if self.takeover { PortUse::Join } else { PortUse::First };
        let first = BatchSocket::bind(self.listen, port_use)?;
        let mut address = first.local_address();
        let mut sockets = vec![first];
        while sockets.len() < self.shards.into() {
            let Some(port) = address.port().checked_add(1) else { return Err(BindError::InUse(address)) };
            address.set_port(port);
            sockets.push(BatchSocket::bind(address, port_use)?);
        }
        Ok(sockets)
    }
}

/// A running shard.
#[derive(Debug)]
struct Running {
    address: SocketAddr,
    reader: Reader,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// A running store; ends when stopped or dropped.
#[derive(Debug)]
pub struct Server {
    shards: Vec<Running>,
    metrics: Option<MetricsServer>,
    stop: Arc<AtomicBool>,
}

/// How a store ended.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// All it did.
    pub report: Report,
    /// Shards that had ended before they were told to, and why.
    pub failures: Vec<(u16, String)>,
}

impl Server {
    /// Starts all shards and the metrics endpoint. Takes up to 1/64 s longer than that, see RP-ST-10.
    ///
    /// # Errors
    /// See [`StartError`]; nothing is left running.
    pub fn start(config: ServerConfig) -> Result<Self, StartError> {
        config.check()?;
        let sockets = config.bind()?;
        let (epoch_floor, wait) = epoch::floor_now();
        let mut loops = Vec::with_capacity(sockets.len());
        for (shard, socket) in (0..config.shards).zip(sockets) {
            let placement = Placement { shard, shards: config.shards };
            let programs = Programs::new(&config, placement, epoch_floor)?;
            let nat = programs.nat.as_ref().map(|nat| nat.flows().initializer().inner().pool());
            if nat.is_some_and(|pool| Protocol::ALL.iter().any(|protocol| pool.capacity(*protocol) == 0)) {
                return Err(StartError::PoolShare(shard));
            }
            loops.push((shard, socket, programs));
        }
        config.log(&loops);

        let clock = Clock::start();
        let mut server = Self { shards: Vec::new(), metrics: None, stop: Arc::new(AtomicBool::new(false)) };
        std::thread::sleep(wait);
        for (shard, socket, programs) in loops {
            server.spawn(shard, socket, programs, &config, clock).map_err(StartError::Thread)?;
        }
        if let Some(address) = config.metrics {
            let readers: Vec<_> = server.shards.iter().map(|shard| shard.reader.clone()).collect();
            let endpoint = MetricsServer::start(address, move |out| metrics::render(&readers, out))?;
            log::info!("metrics at http://{}/metrics", endpoint.local_address());
            server.metrics = Some(endpoint);
        }
        Ok(server)
    }

    fn spawn(
        &mut self,
        shard: u16,
        socket: BatchSocket,
        programs: Programs,
        config: &ServerConfig,
        clock: Clock,
    ) -> io::Result<()> {
        let (pool, inbox, outbox) = ShardLoop::buffers(Programs::buffers_held(config));
        let numbers = Numbers { programs: &programs, socket: socket.stats(), kernel_drops: 0, pool: &pool };
        let table = rows::table(&numbers);
        let label = shard.to_string();
        let (writer, reader) = metrics::new(table, &[("shard", &label)]).map_err(io::Error::other)?;
        let address = socket.local_address();
        let publisher = Publisher::new(table, writer);
        let stop = Arc::clone(&self.stop);
        let shard_loop =
            ShardLoop { socket, programs, pool, inbox, outbox, clock, publisher, kernel_drops: 0 };
        let thread = std::thread::Builder::new().name(format!("shard {shard}")).spawn(move || {
            let result = shard_loop.run(&stop);
            if let Err(error) = &result {
                log::error!("shard {shard} at {address} has ended: {error}");
            }
            result
        })?;
        self.shards.push(Running { address, reader, thread: Some(thread) });
        Ok(())
    }

    /// Where the shards listen, by number.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.shards.iter().map(|shard| shard.address).collect()
    }

    /// Where the metrics are, if they are anywhere.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsServer::local_address)
    }

    /// What the store has done so far.
    #[must_use]
    pub fn report(&self) -> Report {
        Report::of(self.shards.iter().map(|shard| &shard.reader))
    }

    /// Shards that have ended although nobody told them to. Their flows are not served any more.
    #[must_use]
    pub fn failed_shards(&self) -> Vec<u16> {
        let ended = |shard: &Running| shard.thread.as_ref().is_none_or(JoinHandle::is_finished);
        (0..).zip(&self.shards).filter(|(_, shard)| ended(shard)).map(|(number, _)| number).collect()
    }

    /// Ends all threads and tells what was done. What waited is not answered: the network may lose it as well.
    #[must_use = "shards may have failed"]
    pub fn stop(mut self) -> Stopped {
        let failures = self.end();
        Stopped { report: self.report(), failures }
    }

    fn end(&mut self) -> Vec<(u16, String)> {
        self.stop.store(true, Ordering::Relaxed);
        self.metrics = None;
        let mut failures = Vec::new();
        for (number, shard) in (0..).zip(&mut self.shards) {
            match shard.thread.take().map(JoinHandle::join) {
                Some(Ok(Err(error))) => failures.push((number, error.to_string())),
                Some(Err(_)) => failures.push((number, "the thread panicked".to_owned())),
                Some(Ok(Ok(()))) | None => {}
            }
        }
        failures
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for (shard, error) in self.end() {
            log::error!("shard {shard} had ended: {error}");
        }
    }
}

impl ServerConfig {
    fn log(&self, loops: &[(u16, BatchSocket, Programs)]) {
        let Limits { flows, waiting_per_flow, waiting } = self.limits;
        for (shard, socket, programs) in loops {
            log::info!("shard {shard} of {} at {}", self.shards, socket.local_address());
            if let Some(nat) = &programs.nat {
                log::debug!("shard {shard}: {:?}", nat.flows().initializer().inner().pool());
            }
        }
        log::info!(
            "each program of each shard holds up to {flows} flows (nat: {} bytes a flow, counter: {}) and \
             {waiting} waiting messages, {waiting_per_flow} for a flow; {} MiB in all",
            FlowMap::<Nat44>::FLOW_BYTES,
            FlowMap::<Counter>::FLOW_BYTES,
            self.memory_bytes() >> 20
        );
        log::warn!("no durability beyond this process: one replica, whose state is lost when it ends");
    }
}
