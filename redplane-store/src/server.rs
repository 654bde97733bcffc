//! The store as a service: one thread and one UDP socket per shard.
//!
//! ```text
//! port base + 0 ─▶ shard 0 ┬ nat      each on a thread of its own, sharing nothing
//! port base + 1 ─▶ shard 1 ┴ counter
//!       ⋮                                                    http ─▶ /metrics, /healthz, /readyz, /status
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
//! socket fails ends alone, is logged and shows in [`Server::failed_shards`]. What the store knows is lost with the process, unless
//! [`ServerConfig::replication`] says where else it is; switches then start their flows anew, above all earlier epochs
//! (`server/epoch.rs`).
//!
//! A replica of a group ([`Replication::Master`]) has one more thread, which beats at the configuration master, hands views to
//! all shards, and lets replicas in that wait. One that was voted out ([`Server::is_removed`]) serves nobody, and has to be started
//! anew.

mod backing;
mod board;
mod config;
mod epoch;
mod error;
mod programs;
pub(crate) mod rows;
mod shard_loop;
mod status;
mod steward;

pub use config::{
    CHAIN_LOG_BYTES, COUNTER_IDLE, DETECTION, DETECTION_MIN, HEAVY_HITTER_IDLE, LEASE_PERIOD_MAX,
    LEASE_PERIOD_MIN, PENDING, REPLICAS_MAX, Replication, ServerConfig,
};
pub use error::StartError;
pub use status::Status;

use crate::chain::{Member, View};
use crate::http::MetricsServer;
use crate::metrics::{self, Reader};
use crate::placement::Placement;
use crate::pool::Protocol;
use crate::report::Report;
use crate::socket::BatchSocket;
use board::{Board, Follower};
use programs::{Identity, Programs};
use rows::{Numbers, Publisher};
use shard_loop::{Clock, ShardLoop};
use status::Overview;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use steward::Steward;

/// A running shard.
#[derive(Debug)]
struct Running {
    address: SocketAddr,
    reader: Reader,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// A replica's part in its group.
#[derive(Debug)]
struct Part {
    me: Member,
    board: Arc<Board>,
    steward: Option<JoinHandle<()>>,
}

/// A running store; ends when stopped or dropped.
#[derive(Debug)]
pub struct Server {
    shards: Vec<Running>,
    metrics: Option<MetricsServer>,
    stop: Arc<AtomicBool>,
    group: Option<Part>,
    has_engine: bool,
    /// Set when the thread of a shard ends.
    shard_ended: Arc<AtomicBool>,
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
    pub fn start(mut config: ServerConfig) -> Result<Self, StartError> {
        config.check()?;
        let sockets = config.bind()?;
        let clock = Clock::start();
        let identity = Identity::draw(&config, clock.zero()).map_err(StartError::Random)?;
        let (epoch_floor, wait) = epoch::floor_now();
        let mut loops = Vec::with_capacity(sockets.len());
        for (shard, socket) in (0..config.shards).zip(sockets) {
            let placement = Placement { shard, shards: config.shards };
            let programs = Programs::new(&config, identity, placement, epoch_floor)?;
            let nat = programs.nat.as_ref().map(|nat| nat.flows().initializer().inner().pool());
            if nat.is_some_and(|pool| Protocol::ALL.iter().any(|protocol| pool.capacity(*protocol) == 0)) {
                return Err(StartError::PoolShare(shard));
            }
            loops.push((shard, socket, programs));
        }
        config.log(&loops);
        let held = Programs::buffers_held(&config);

        let mut server = Self {
            shards: Vec::new(),
            metrics: None,
            stop: Arc::default(),
            group: None,
            has_engine: matches!(config.replication, Replication::Engine { .. }),
            shard_ended: Arc::default(),
        };
        std::thread::sleep(wait);
        let steward = loops
            .first()
            .map(|(_, socket, _)| socket.local_address())
            .and_then(|address| Steward::of(&mut config, identity, address, &server.shard_ended));
        if let Some(steward) = &steward {
            let (me, board) = (steward.me.member.clone(), Arc::clone(&steward.board));
            server.group = Some(Part { me, board, steward: None });
        }
        for (shard, socket, programs) in loops {
            server.spawn(shard, socket, programs, held, clock).map_err(StartError::Thread)?;
        }
        if let Some(address) = config.metrics {
            let endpoint = MetricsServer::start(address, server.overview())?;
            log::info!("metrics at http://{}/metrics", endpoint.local_address());
            server.metrics = Some(endpoint);
        }
        // Last of all: once it has spoken, the group counts on this replica.
        if let (Some(steward), Some(part)) = (steward, &mut server.group) {
            let thread = std::thread::Builder::new().name("steward".to_owned()).spawn(|| steward.run());
            part.steward = Some(thread.map_err(StartError::Thread)?);
        }
        Ok(server)
    }

    fn spawn(
        &mut self,
        shard: u16,
        socket: BatchSocket,
        programs: Programs,
        held: usize,
        clock: Clock,
    ) -> io::Result<()> {
        let (pool, inbox, outbox) = ShardLoop::buffers(held);
        let numbers = Numbers { programs: &programs, socket: socket.stats(), kernel_drops: 0, pool: &pool };
        let table = rows::table(&numbers);
        let label = shard.to_string();
        let (writer, reader) = metrics::new(table, &[("shard", &label)]).map_err(io::Error::other)?;
        let address = socket.local_address();
        let publisher = Publisher::new(table, writer);
        let stop = Arc::clone(&self.stop);
        let board = self.group.as_ref().map(|part| Arc::clone(&part.board));
        let follower = board.map(|board| Follower::new(board, shard));
        let ended = TellsEnd(Arc::clone(&self.shard_ended));
        let shard_loop =
            ShardLoop { socket, programs, pool, inbox, outbox, clock, publisher, kernel_drops: 0, follower };
        let thread = std::thread::Builder::new().name(format!("shard {shard}")).spawn(move || {
            // Also when it panics: a replica that lacks a shard has to leave its group.
            let _ended = ended;
            let result = shard_loop.run(&stop);
            if let Err(error) = &result {
                log::error!("shard {shard} at {address} has ended: {error}");
            }
            result
        })?;
        self.shards.push(Running { address, reader, thread: Some(thread) });
        Ok(())
    }

    /// Which life of which replica this is, if it is one of a group.
    #[must_use]
    pub fn member(&self) -> Option<&Member> {
        self.group.as_ref().map(|part| &part.me)
    }

    /// The newest view that this replica knows.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        self.group.as_ref().and_then(|part| part.board.standing().view)
    }

    /// Whether this replica was voted out of its group: it serves nobody any more, and has to be started anew to come back.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.group.as_ref().is_some_and(|part| part.board.is_removed())
    }

    /// Whether the store does its part, else why not.
    ///
    /// # Errors
    /// It does not: a sentence that says why.
    pub fn readiness(&self) -> Result<(), String> {
        self.overview().readiness()
    }

    /// How the store does; what `/status` of the metrics endpoint says.
    #[must_use]
    pub fn status(&self) -> Status {
        self.overview().status()
    }

    fn overview(&self) -> Overview {
        Overview {
            readers: self.shards.iter().map(|shard| shard.reader.clone()).collect(),
            board: self.group.as_ref().map(|part| Arc::clone(&part.board)),
            name: self.member().map(|me| me.name.clone()).unwrap_or_default(),
            has_engine: self.has_engine,
            shard_ended: Arc::clone(&self.shard_ended),
        }
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

    /// Ends all threads and tells what was done. What waited is not answered: the network may lose it as well. A group finds out
    /// after the detection time; see [`Server::drain`].
    #[must_use = "shards may have failed"]
    pub fn stop(mut self) -> Stopped {
        let failures = self.end();
        Stopped { report: self.report(), failures }
    }

    /// Leaves the group, so that the others go on without waiting, then stops. Serves until the group has a view without this
    /// replica, at most for `longest`. A store that is alone, or the last that lives of its group, just stops.
    #[must_use = "shards may have failed"]
    pub fn drain(self, longest: Duration) -> Stopped {
        if let Some(part) = &self.group {
            part.board.wish(|wishes| wishes.leave = true);
            if !part.board.wait(longest, |wishes| !wishes.left).left {
                log::warn!("the configuration master did not take this replica out in time");
            }
        }
        self.stop()
    }

    /// Ends all threads without a word to the group, as a crash would: for tests and demonstrations of one. An engine's fence is
    /// given back nevertheless.
    pub fn kill(mut self) {
        drop(self.end());
        self.shards.clear();
    }

    fn end(&mut self) -> Vec<(u16, String)> {
        // First of all: a shard that ends without it has to leave its group.
        if let Some(part) = &self.group {
            part.board.wish(|wishes| wishes.stop = true);
        }
        self.stop.store(true, Ordering::Release);
        self.metrics = None;
        let mut failures = Vec::new();
        for (number, shard) in (0..).zip(&mut self.shards) {
            match shard.thread.take().map(JoinHandle::join) {
                Some(Ok(Err(error))) => failures.push((number, error.to_string())),
                Some(Err(_)) => failures.push((number, "the thread panicked".to_owned())),
                Some(Ok(Ok(()))) | None => {}
            }
        }
        if let Some(steward) = self.group.as_mut().and_then(|part| part.steward.take())
            && steward.join().is_err()
        {
            log::error!("the thread that speaks with the configuration master had panicked");
        }
        failures
    }
}

/// Tells when its shard's thread ends.
struct TellsEnd(Arc<AtomicBool>);

impl Drop for TellsEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for (shard, error) in self.end() {
            log::error!("shard {shard} had ended: {error}");
        }
    }
}
