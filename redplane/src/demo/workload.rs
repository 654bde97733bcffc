//! What the hosts do during a run: bulk transfers and short exchanges over TCP, each byte checked.
//!
//! Two kinds of clients live inside, servers for both outside:
//!
//! - *bulk* connections (iperf's part in the paper's experiment, §7.3) send all the time, each at its share
//!   of a total rate. Pacing keeps the figures about the switches and not about the processor;
//! - *short* connections (connect, request, response, both close) begin every 20 ms or so and show what
//!   happens to flows that are created around a failure. Their times and sizes come from the seed alone, so
//!   every run of a seed has the same.
//!
//! Each stream begins with the number of its connection in four bytes and goes on with bytes that the
//! receiver can predict ([`Pattern`]).
//!
//! # When a connection counts as broken
//!
//! After the schedule no bytes are added and no connection is begun; what is under way has
//! [`WorkloadConfig::drain_ns`] to arrive. Then
//!
//! - a *bulk* connection is broken if it was reset, if a byte was wrong, or if bytes that it was given did
//!   not arrive — in particular when there was no progress from a failure to the end of the run;
//! - a *short* connection is broken unless the request arrived, the response arrived, all bytes were right
//!   and both ends closed. A reset before that point breaks it; nothing is tried again.
//!
//! A connection that recovers late is therefore not broken; its gap tells ([`super::measure`]).
//!
//! # What the hosts themselves add to a silence
//!
//! Frames that vanish for a time D and are then held until a release: a retransmission sent in between is
//! among those released, and the connection goes on within a round trip. Timeouts double, so the first
//! retransmission after D leaves before 2 D + 30 ms; if nothing was held by then, the silence lasts until that
//! moment. Either way it stays below detection delay + lease period + 100 ms as long as the detection delay
//! is no longer than the lease period.
//!
//! Contract: times are ns since the run began; call [`Workload::step`] until it answers [`Phase::Done`], and
//! between steps carry the frames of both sides.

mod client;
mod server;

use std::net::Ipv4Addr;

use self::client::{BulkClient, ShortClient, ShortOutcome};
use self::server::Servers;
use super::hosts::{INSIDE_ADDRS, Network, OUTSIDE_ADDRS, Side};
use super::measure::{Meter, RunMeasure};
use super::pattern::{Choices, Pattern};

/// Port of the servers for bulk connections.
const BULK_PORT: u16 = 5001;

/// Port of the servers for short connections.
const SHORT_PORT: u16 = 80;

/// The local port of connection 0; connection n has this plus n, so that no two flows of a run are alike.
const CLIENT_PORT_FIRST: u16 = 20_000;

/// The most connections of one run, limited by local ports.
const CONNECTIONS_MAX: usize = 40_000;

/// Bytes of the connection number at the head of a stream.
const ID_LEN: usize = 4;

/// What the hosts are to do.
#[derive(Clone, Debug)]
pub(super) struct WorkloadConfig {
    /// Bulk connections.
    pub(super) flows: u16,
    /// Rate of all bulk connections together, bit/s of TCP payload.
    pub(super) rate_bit_s: u64,
    /// How long connections are begun and bytes added, ns.
    pub(super) schedule_ns: u64,
    /// How long after that bytes may still arrive, ns.
    pub(super) drain_ns: u64,
    /// Mean time from the begin of a short connection to that of the next, ns.
    pub(super) short_every_ns: u64,
    /// Draws times and sizes of short connections, the bytes of streams, and initial sequence numbers.
    pub(super) seed: u64,
}

impl Default for WorkloadConfig {
    fn default() -> Self {
        Self {
            flows: 16,
            rate_bit_s: 200_000_000,
            schedule_ns: 8_000_000_000,
            drain_ns: 2_000_000_000,
            short_every_ns: 20_000_000,
            seed: 1,
        }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Within the schedule.
    Scheduled,
    /// Nothing is added any more; what is under way may arrive.
    Draining,
    /// All arrived, or the time for it is over.
    Done,
}

/// One short connection, as drawn from the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ShortPlan {
    start_ns: u64,
    /// Bytes of the request, connection number included.
    request_len: u64,
    response_len: u64,
}

/// The hosts' applications, all of them.
pub(super) struct Workload {
    config: WorkloadConfig,
    pattern: Pattern,
    plan: Vec<ShortPlan>,
    bulk: Vec<BulkClient>,
    shorts: Vec<ShortClient>,
    shorts_begun: usize,
    /// By the order in which they begin.
    shorts_completed: Vec<bool>,
    /// The connections that were open when [`Workload::mark_open`] was called.
    marked: Vec<usize>,
    servers: Servers,
    meter: Meter,
    /// By connection number: a wrong byte was read.
    corrupt: Vec<bool>,
    counters_at_start: Sent,
}

/// Bytes that both sides' links have taken from the stacks.
#[derive(Clone, Copy, Default)]
struct Sent {
    payload_bytes: u64,
    bytes: u64,
    link_drops: u64,
}

impl Sent {
    fn read(network: &Network) -> Self {
        let (inside, outside) = (network.counters(Side::Inside), network.counters(Side::Outside));
        let drops = |link: super::link::LinkCounters| link.dropped_full + link.dropped_malformed;
        Self {
            payload_bytes: inside.sent_payload_bytes + outside.sent_payload_bytes,
            bytes: inside.sent_bytes + outside.sent_bytes,
            link_drops: drops(inside) + drops(outside),
        }
    }
}

impl Workload {
    /// Draws the plan and opens the servers and the bulk connections on `network`.
    ///
    /// # Errors
    ///
    /// When the configuration asks for more connections than there are local ports, or for no time at all.
    pub(super) fn new(config: WorkloadConfig, network: &mut Network) -> Result<Self, WorkloadError> {
        if config.schedule_ns == 0 || config.short_every_ns < 2 || config.flows == 0 {
            return Err(WorkloadError::Empty);
        }
        let plan = plan_shorts(&config);
        let connections = usize::from(config.flows) + plan.len();
        if connections > CONNECTIONS_MAX {
            return Err(WorkloadError::TooManyConnections { connections });
        }
        let counters_at_start = Sent::read(network);
        let servers = Servers::new(network, config.flows);
        let bulk = (0..config.flows).map(|number| BulkClient::connect(network, &config, number)).collect();
        Ok(Self {
            pattern: Pattern::new(config.seed),
            meter: Meter::new(usize::from(config.flows), config.schedule_ns),
            corrupt: vec![false; connections],
            shorts_completed: vec![false; plan.len()],
            marked: Vec::new(),
            plan,
            bulk,
            shorts: Vec::new(),
            shorts_begun: 0,
            servers,
            counters_at_start,
            config,
        })
    }

    /// Lets the hosts act at `now_ns`: their stacks first, then the applications, whose bytes leave at the
    /// next step.
    pub(super) fn step(&mut self, network: &mut Network, now_ns: u64) -> Phase {
        network.poll(now_ns);
        let scheduled = now_ns < self.config.schedule_ns;
        if scheduled {
            self.begin_shorts(network, now_ns);
        }
        let mut desk = Desk {
            pattern: &self.pattern,
            plan: &self.plan,
            flows: usize::from(self.config.flows),
            meter: &mut self.meter,
            corrupt: &mut self.corrupt,
            now_ns,
        };
        for client in &mut self.bulk {
            client.step(network, &mut desk, scheduled);
        }
        let completed = &mut self.shorts_completed;
        self.shorts.retain_mut(|client| match client.step(network, &mut desk) {
            ShortOutcome::Open => true,
            ShortOutcome::Broken => false,
            ShortOutcome::Completed => {
                completed[client.number() - desk.flows] = true;
                false
            }
        });
        self.servers.step(network, &mut desk);
        self.phase(now_ns)
    }

    /// Notes which connections are open now, from their clients' point of view: those that need what is between them and their
    /// servers. To be called right after a [`Workload::step`], when nothing is on the way to the clients that they have not seen.
    pub(super) fn mark_open(&mut self, network: &mut Network) {
        let bulk = self.bulk.iter().enumerate().filter(|(_, client)| client.is_open(network));
        self.marked = bulk.map(|(number, _)| number).collect();
        let shorts = self.shorts.iter().filter(|client| client.is_open(network));
        self.marked.extend(shorts.map(ShortClient::number));
    }

    /// Bytes that all applications have read so far; for a display of the current rate.
    pub(super) fn delivered_bytes(&self) -> u64 {
        self.meter.delivered_bytes()
    }

    /// Judges the connections and ends the measurement; after [`Phase::Done`].
    pub(super) fn finish(self, network: &Network) -> RunMeasure {
        let sent = Sent::read(network);
        let before = self.counters_at_start;
        let bulk_broken = |number: usize| {
            self.bulk[number].is_reset()
                || self.meter.bulk_waiting_since_ns(number).is_some()
                || self.corrupt[number]
        };
        let is_broken = |number: usize| match number.checked_sub(self.bulk.len()) {
            None => bulk_broken(number),
            Some(short) => !self.shorts_completed[short],
        };
        RunMeasure {
            bulk: self.bulk.len(),
            bulk_broken: (0..self.bulk.len()).filter(|number| bulk_broken(*number)).count(),
            short: self.shorts_begun,
            short_completed: self.shorts_completed.iter().filter(|completed| **completed).count(),
            marked: self.marked.len(),
            marked_broken: self.marked.iter().filter(|number| is_broken(**number)).count(),
            corrupt: self.corrupt.iter().filter(|corrupt| **corrupt).count(),
            delivery: self.meter.finish(),
            sent_payload_bytes: sent.payload_bytes - before.payload_bytes,
            host_bytes: sent.bytes - before.bytes,
            link_drops: sent.link_drops - before.link_drops,
        }
    }

    fn begin_shorts(&mut self, network: &mut Network, now_ns: u64) {
        while let Some(plan) = self.plan.get(self.shorts_begun).filter(|plan| plan.start_ns <= now_ns) {
            let number = usize::from(self.config.flows) + self.shorts_begun;
            self.shorts.push(ShortClient::connect(network, number, *plan));
            self.shorts_begun += 1;
        }
    }

    fn phase(&self, now_ns: u64) -> Phase {
        let schedule_ns = self.config.schedule_ns;
        if now_ns < schedule_ns {
            return Phase::Scheduled;
        }
        let arrived = self.shorts.is_empty()
            && (0..self.bulk.len()).all(|number| self.meter.bulk_waiting_since_ns(number).is_none());
        if arrived || now_ns >= schedule_ns + self.config.drain_ns { Phase::Done } else { Phase::Draining }
    }
}

/// Why a workload cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WorkloadError {
    /// No time, no flows, or no time between short connections.
    Empty,
    /// More connections than local ports.
    TooManyConnections {
        /// How many the configuration asks for.
        connections: usize,
    },
}

impl std::fmt::Display for WorkloadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "the demo needs at least one flow and a duration above zero"),
            Self::TooManyConnections { connections } => write!(
                f,
                "{connections} connections are more than the {CONNECTIONS_MAX} of one run; \
                 ask for fewer flows or a shorter run"
            ),
        }
    }
}

impl std::error::Error for WorkloadError {}

/// What every application needs to know and to tell while it acts.
struct Desk<'a> {
    pattern: &'a Pattern,
    plan: &'a [ShortPlan],
    flows: usize,
    meter: &'a mut Meter,
    corrupt: &'a mut [bool],
    now_ns: u64,
}

impl Desk<'_> {
    /// The plan of connection `number`, if it is a short one.
    fn short_plan(&self, number: usize) -> Option<ShortPlan> {
        self.plan.get(number.checked_sub(self.flows)?).copied()
    }

    fn report_corrupt(&mut self, number: usize) {
        if let Some(corrupt) = self.corrupt.get_mut(number) {
            *corrupt = true;
        }
    }
}

/// The pattern's stream from client to server of connection `number`.
fn request_stream(number: usize) -> u32 {
    number as u32 * 2
}

/// The pattern's stream from server to client of connection `number`.
fn response_stream(number: usize) -> u32 {
    number as u32 * 2 + 1
}

/// Where connection `number` goes from and to, with `port` the server's.
fn endpoints(number: usize, port: u16) -> ((Ipv4Addr, u16), (Ipv4Addr, u16)) {
    let from = (INSIDE_ADDRS[number % INSIDE_ADDRS.len()], CLIENT_PORT_FIRST + number as u16);
    (from, (OUTSIDE_ADDRS[number % OUTSIDE_ADDRS.len()], port))
}

fn plan_shorts(config: &WorkloadConfig) -> Vec<ShortPlan> {
    let mut choices = Choices::new(config.seed);
    let mut plan = Vec::new();
    let mut start_ns = 0;
    loop {
        start_ns += choices.between(config.short_every_ns / 2, config.short_every_ns * 3 / 2);
        if start_ns >= config.schedule_ns || plan.len() > CONNECTIONS_MAX {
            return plan;
        }
        let request_len = choices.between(4 * 1024, 32 * 1024);
        let response_len = choices.between(1024, 64 * 1024);
        plan.push(ShortPlan { start_ns, request_len, response_len });
    }
}

#[cfg(test)]
mod tests;
