//! The test bed of Figure 15: one device under a steady load, a store behind a round trip, requests that are lost.
//!
//! ```text
//!  packets, one every so many ns ──▶ device (cycle by cycle) ──▶ Forward: an output
//!                                     │  ▲
//!                   ToStore: requests │  │ answers, a round trip after the request's last bit had left
//!                                     ▼  │
//!                       writes are lost ─▶ Shard<Counter>: the store that ships
//! ```
//!
//! A run: every flow gets its lease, with nothing lost and nobody in a hurry; then the load is on, and after a warm-up the mirror
//! queue is watched in every cycle. The same settings give the same figures, to the byte.

use std::fmt::Write as _;

use anyhow::{Context, Result, anyhow, ensure};
use redplane_apps::{Counter, UDP};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Instant, Limits};
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::sim::{
    COPY_METADATA, Device, FRAME_MIN, Hardware, Link, Loss, MirrorLimits, NO_TICKET, Observer, Occupancy,
    QueueId, Recirculation, View, What,
};
use redplane_store::datagram::{Datagram, Pool, Queue};
use redplane_store::durability::OneReplica;
use redplane_store::shard::{Shard, ShardConfig, ZeroState};

/// Bits a second to the store: a message is longer than the packet in it, so one server's 100 Gbit/s would be too few, and what is
/// looked for is the mirror queue and not a full link.
pub(super) const STORE_BITS_PER_SECOND: u64 = 400_000_000_000;

/// Room in the mirror queue, beyond what any point needs: what finds no room ends the run with an error.
const MIRROR: MirrorLimits = MirrorLimits { copies: 8192, bytes: 1 << 20 };

/// Between two flows' first packets while leases are fetched, ns.
const LEASE_EVERY_NS: u64 = 200;

/// After the last of them, until all grants are in the table, ns.
const LEASES_SETTLE_NS: u64 = 400_000;

/// Nanoseconds in a second.
const NANOS: u128 = 1_000_000_000;

/// The device runs at most so long before its requests are looked at, ns.
const SLICE_NS: u64 = 1000;

/// One point of the figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// Flows, each with a lease before the load begins; packets are of one of them at random.
    pub(super) flows: u32,
    /// Bits of the link that the packets take, with all that a link adds to a frame, Gbit/s.
    pub(super) rate_gbit_s: f64,
    /// Writes that are lost on their way to the store, per cent.
    pub(super) loss_percent: f64,
    /// From the last bit of a request on the device's link to the answer at the device, ns.
    pub(super) round_trip_ns: u64,
    /// Rate at which copies come around, Gbit/s.
    pub(super) way_back_gbit_s: u64,
}

/// What all points have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bed {
    /// A packet's frame without its frame check sequence, bytes.
    pub(super) packet_bytes: usize,
    /// Time until an unanswered write is sent again for the first time.
    pub(super) resend_after: Span,
    /// Load before anything is counted, ns.
    pub(super) warm_up_ns: u64,
    /// Load that is counted, ns.
    pub(super) duration_ns: u64,
    /// Of the flows of packets, and of what is lost.
    pub(super) seed: u64,
}

/// What came of a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    /// Bytes that wait in the mirror queue, on average over time.
    pub(super) mean_bytes: f64,
    /// The most in any cycle.
    pub(super) peak_bytes: u64,
    /// Copies that wait, on average over time.
    pub(super) mean_copies: f64,
    /// The most in any cycle.
    pub(super) peak_copies: usize,
    /// Packets that came in.
    pub(super) packets: u64,
    /// Writes on the way to the store, repeated ones too.
    pub(super) requests: u64,
    /// Of them, lost ones.
    pub(super) requests_lost: u64,
    /// Of them, repeated ones.
    pub(super) resent: u64,
    /// Packets that left, of those that came in while it was counted.
    pub(super) outputs: u64,
    /// Packets that the program dropped, and messages that it ignored.
    pub(super) dropped: u64,
    /// From a packet's last bit in to its last bit at the far end of the link out, half of the outputs, ns.
    pub(super) output_p50_ns: u64,
    /// The same for 99 of 100.
    pub(super) output_p99_ns: u64,
}

impl Bed {
    /// The device's configuration: the defaults but for the time to resend.
    fn config(&self) -> Config {
        Config { resend_after: self.resend_after, ..Config::new(1, Incarnation::new(1)) }
    }

    /// The device's fixed parts.
    fn hardware(pipeline: &Pipeline, way_back_gbit_s: u64) -> Hardware {
        let hardware = Hardware::new(pipeline, Hardware::two_ports());
        let bits_per_second = way_back_gbit_s * 1_000_000_000;
        Hardware {
            store: Link { bits_per_second: STORE_BITS_PER_SECOND, ..Link::FAST },
            mirror: MIRROR,
            recirculation: Recirculation { bits_per_second, ..hardware.recirculation },
            ..hardware
        }
    }

    /// Every number that goes into a point and is not part of its load, a line each.
    pub(super) fn describe(&self, pipeline: &Pipeline, way_back_gbit_s: u64) -> String {
        let (hardware, config) = (Self::hardware(pipeline, way_back_gbit_s), self.config());
        let mut text = String::new();
        let us = |ns: u64| ns as f64 / 1e3;
        let micros = |span: Span| span.ticks() as f64 * redplane_core::time::TICK_NANOS as f64 / 1e3;
        let copy = hardware.truncate_to + COPY_METADATA;
        let mut line = |what: &str, value: String| {
            let _ = writeln!(text, "  {what:<22}{value}");
        };
        line(
            "program",
            format!(
                "counter, every packet is a write; {} + {} stages at {:.2} GHz, {} slots",
                pipeline.ingress.len(),
                pipeline.egress.len(),
                hardware.clock_hz as f64 / 1e9,
                pipeline.flows
            ),
        );
        line(
            "packets",
            format!(
                "{} bytes (+ {} on the link), evenly spaced, of a flow drawn at random",
                self.packet_bytes,
                Hardware::on_link(self.packet_bytes) - self.packet_bytes
            ),
        );
        line(
            "a copy",
            format!(
                "{copy} bytes: headers and message cut to {}, metadata {COPY_METADATA}",
                hardware.truncate_to
            ),
        );
        line(
            "way back of copies",
            format!(
                "{way_back_gbit_s} Gbit/s, {} cycles; at least {} cycles in the queue",
                hardware.recirculation.cycles, hardware.manager_cycles
            ),
        );
        line(
            "resend",
            format!(
                "after {:.0} us, doubled up to {:.0} us",
                micros(config.resend_after),
                micros(config.resend_max)
            ),
        );
        line("lease", format!("{:.0} ms", micros(config.lease_period) / 1e3));
        line(
            "store",
            format!(
                "Shard, one replica, never busy; link of {} Gbit/s",
                hardware.store.bits_per_second / 1_000_000_000
            ),
        );
        line(
            "time",
            format!(
                "{:.0} us simulated a point after {:.0} us of warm-up",
                us(self.duration_ns),
                us(self.warm_up_ns)
            ),
        );
        line("seed", self.seed.to_string());
        text
    }

    /// Runs a point.
    ///
    /// # Errors
    /// The device cannot be made so, or lost a copy, or its table or its store cannot hold so many flows.
    pub(super) fn run(&self, pipeline: &Pipeline, load: &Load) -> Result<Measured> {
        ensure!(self.packet_bytes >= FRAME_MIN, "a packet has at least {FRAME_MIN} bytes");
        let mut run = Run::new(self, pipeline, load)?;
        run.fetch_leases(load.flows)?;
        run.load(self, load)
    }
}

/// A point at work.
struct Run {
    device: Device<Depth>,
    store: Store,
    /// Frames of the flows that have a slot.
    frames: Vec<Vec<u8>>,
    packet_bytes: usize,
    /// Part of writes that is lost.
    loss: f64,
    losses: fastrand::Rng,
    /// Cycle from which on things count.
    counted_from: u64,
    measured: Measured,
    latencies_cycles: Vec<u64>,
}

impl Run {
    fn new(bed: &Bed, pipeline: &Pipeline, load: &Load) -> Result<Self> {
        let (hardware, config) = (Bed::hardware(pipeline, load.way_back_gbit_s), bed.config());
        let store = Store::new(&config, pipeline.flows, &hardware, load.round_trip_ns)?;
        let device = Device::watched(pipeline.clone(), &config, hardware, Depth::default())
            .map_err(|unfit| anyhow!("the device cannot be made: {unfit}"))?;
        Ok(Self {
            device,
            store,
            frames: vec![],
            packet_bytes: bed.packet_bytes,
            loss: 0.0,
            losses: fastrand::Rng::with_seed(bed.seed ^ 0x10_55),
            counted_from: u64::MAX,
            measured: Measured::default(),
            latencies_cycles: vec![],
        })
    }

    /// Gives so many flows a slot and a lease. A flow whose set of the table is full is not one of them.
    fn fetch_leases(&mut self, flows: u32) -> Result<()> {
        let mut next = 0;
        while (self.frames.len() as u32) < flows {
            ensure!(next < 4 * flows, "the table has no room for {flows} flows");
            let candidates = next..next + flows - self.frames.len() as u32;
            next = candidates.end;
            for flow in candidates.clone() {
                self.device.offer(0, &frame(flow, self.packet_bytes))?;
                self.run_for(LEASE_EVERY_NS);
            }
            self.run_for(LEASES_SETTLE_NS);
            let granted = candidates.filter(|flow| self.device.slot_of(&key(*flow)).is_some());
            self.frames.extend(granted.map(|flow| frame(flow, self.packet_bytes)));
        }
        Ok(())
    }

    fn load(mut self, bed: &Bed, load: &Load) -> Result<Measured> {
        let begin = self.device.cycle();
        let counted_from = begin + self.cycles(bed.warm_up_ns);
        let end = counted_from + self.cycles(bed.duration_ns);
        self.loss = load.loss_percent / 100.0;
        let mut flows = fastrand::Rng::with_seed(bed.seed);
        let bits = 8.0 * Hardware::on_link(self.packet_bytes) as f64;
        let between = bits * self.device.view().hardware().clock_hz as f64 / (load.rate_gbit_s * 1e9);
        let times = (0u64..).map(|number| begin + (number as f64 * between) as u64);
        let times = times.take_while(|at| *at < end && load.rate_gbit_s > 0.0);
        for at in times {
            self.run_counting_until(at, counted_from);
            let flow = flows.usize(..self.frames.len());
            let frame = &mut self.frames[flow];
            frame[STAMP].copy_from_slice(&at.to_be_bytes());
            self.device.offer(0, frame)?;
            self.measured.packets += u64::from(at >= counted_from);
        }
        self.run_counting_until(end, counted_from);
        self.finish()
    }

    /// Runs until this cycle, and counts from another one on.
    fn run_counting_until(&mut self, cycle: u64, counted_from: u64) {
        if self.counted_from == u64::MAX && cycle >= counted_from {
            self.run_until(counted_from);
            self.counted_from = counted_from;
            self.device.observer().begin(counted_from);
        }
        self.run_until(cycle);
    }

    fn run_for(&mut self, ns: u64) {
        let cycles = self.cycles(ns);
        self.run_until(self.device.cycle() + cycles);
    }

    fn run_until(&mut self, cycle: u64) {
        let slice = self.cycles(SLICE_NS).min(self.store.answers_after).max(1);
        while self.device.cycle() < cycle {
            self.device.run_until(cycle.min(self.device.cycle() + slice));
            while let Some(output) = self.device.poll_output() {
                let counts = self.device.cycle() > self.counted_from;
                let packet = match output.what {
                    What::ToStore { kind, packet, .. } => {
                        let lost = kind == Kind::Write && self.loss > 0.0 && self.losses.f64() < self.loss;
                        if counts && kind == Kind::Write {
                            self.measured.requests += 1;
                            self.measured.requests_lost += u64::from(lost);
                            self.measured.resent += u64::from(output.ticket == NO_TICKET);
                        }
                        if !lost {
                            self.store.answer(&mut self.device, output.at, &packet);
                        }
                        packet
                    }
                    What::Forward { packet, .. } => {
                        let came_in = stamp(&packet).filter(|cycle| *cycle >= self.counted_from);
                        if let Some(came_in) = came_in {
                            self.measured.outputs += 1;
                            self.latencies_cycles.push(output.at.saturating_sub(came_in));
                        }
                        packet
                    }
                    What::Punt { packet, .. } | What::Miss { packet, .. } => packet,
                    What::Dropped(_) => {
                        self.measured.dropped += u64::from(counts);
                        continue;
                    }
                    // Looked at when the run is over.
                    What::Lost(_) => continue,
                };
                self.device.recycle(packet);
            }
        }
    }

    fn finish(mut self) -> Result<Measured> {
        for loss in Loss::ALL {
            let lost = self.device.view().losses(loss);
            ensure!(lost == 0, "the device lost {lost} packets or copies: {}", loss.name());
        }
        ensure!(self.store.unanswered == 0, "the store had no room for {} messages", self.store.unanswered);
        let cycle = self.device.cycle();
        let hz = self.device.view().hardware().clock_hz;
        let nanos = |cycles: u64| (u128::from(cycles) * NANOS / u128::from(hz)) as u64;
        self.latencies_cycles.sort_unstable();
        let part = |percent: usize| {
            let at =
                (self.latencies_cycles.len() * percent / 100).min(self.latencies_cycles.len().max(1) - 1);
            self.latencies_cycles.get(at).map_or(0, |cycles| nanos(*cycles))
        };
        let mut measured =
            Measured { output_p50_ns: part(50), output_p99_ns: part(99), ..self.measured.clone() };
        self.device.observer().end(cycle, &mut measured);
        Ok(measured)
    }

    fn cycles(&self, ns: u64) -> u64 {
        let hz = self.device.view().hardware().clock_hz;
        (u128::from(ns) * u128::from(hz) / NANOS) as u64
    }
}

/// The mirror queue over time, in every cycle.
#[derive(Debug, Default)]
struct Depth {
    /// Since when the queue is as it is.
    since: u64,
    now: Occupancy,
    counted_from: u64,
    byte_cycles: u128,
    copy_cycles: u128,
    peak: Occupancy,
}

impl Depth {
    fn begin(&mut self, cycle: u64) {
        let now = self.now;
        *self = Self { since: cycle, now, counted_from: cycle, peak: now, ..Self::default() };
    }

    fn advance(&mut self, cycle: u64) {
        let cycles = u128::from(cycle.saturating_sub(self.since));
        self.byte_cycles += u128::from(self.now.bytes) * cycles;
        self.copy_cycles += self.now.packets as u128 * cycles;
        self.since = cycle;
    }

    fn end(&mut self, cycle: u64, measured: &mut Measured) {
        self.advance(cycle);
        let cycles = cycle.saturating_sub(self.counted_from).max(1) as f64;
        measured.mean_bytes = self.byte_cycles as f64 / cycles;
        measured.mean_copies = self.copy_cycles as f64 / cycles;
        (measured.peak_bytes, measured.peak_copies) = (self.peak.bytes, self.peak.packets);
    }
}

impl Observer for Depth {
    const CYCLES: bool = true;

    /// In a cycle that is passed over nothing changes.
    fn cycle(&mut self, device: View<'_>) {
        self.advance(device.cycle());
        self.now = device.queue(QueueId::Mirror);
        self.peak.bytes = self.peak.bytes.max(self.now.bytes);
        self.peak.packets = self.peak.packets.max(self.now.packets);
    }
}

/// The store that ships, at the other end of a round trip.
struct Store {
    shard: Shard<Counter, ZeroState, OneReplica>,
    pool: Pool,
    out: Queue,
    /// Cycles from a request's arrival to the answer's.
    answers_after: u64,
    unanswered: u64,
}

impl Store {
    /// # Errors
    /// The round trip is shorter than the way there.
    fn new(config: &Config, flows: u32, hardware: &Hardware, round_trip_ns: u64) -> Result<Self> {
        let config = ShardConfig {
            lease_period: config.lease_period,
            limits: Limits { flows: flows as usize, waiting_per_flow: 1, waiting: 1 },
            pending: 1,
            epoch_floor: Epoch::new(0),
            first_seq: Seq::new(0),
        };
        let back_ns = round_trip_ns
            .checked_sub(hardware.store.latency_ns)
            .with_context(|| format!("a round trip takes {} ns at least", hardware.store.latency_ns))?;
        let answers_after = u128::from(back_ns) * u128::from(hardware.clock_hz) / NANOS;
        Ok(Self {
            shard: Shard::new(&config, ZeroState { idle_ticks: u64::MAX }, OneReplica::default()),
            pool: Pool::with_capacity(Shard::<Counter, ZeroState, OneReplica>::buffers_held(&config) + 2),
            out: Queue::with_capacity(4),
            answers_after: answers_after as u64,
            unanswered: 0,
        })
    }

    /// A request arrives in this cycle.
    fn answer(&mut self, device: &mut Device<Depth>, at: u64, request: &[u8]) {
        let now = Instant::from_nanos(device.view().nanos_at(at));
        let mut datagram = self.pool.take().unwrap_or_else(Datagram::new);
        match datagram.set_payload(request) {
            Ok(()) => self.shard.handle(now, datagram, &mut self.out, &mut self.pool),
            Err(_) => self.pool.give(datagram),
        }
        let mut answered = false;
        while let Some(answer) = self.out.pop() {
            device.message_at(at + self.answers_after, answer.payload());
            self.pool.give(answer);
            answered = true;
        }
        self.unanswered += u64::from(!answered);
    }
}

/// The flow's source address: 10.0.0.0 and its number.
fn source(flow: u32) -> u32 {
    0x0a00_0000 | flow
}

const DESTINATION: u32 = u32::from_be_bytes([198, 51, 100, 1]);
const PORTS: (u16, u16) = (5000, 53);

/// The flow's key, as [`Counter`] makes it.
fn key(flow: u32) -> [u32; 4] {
    [u32::from(UDP), source(flow), DESTINATION, u32::from(PORTS.0) << 16 | u32::from(PORTS.1)]
}

/// Where in a packet the cycle of its coming in stands: what leaves is an ack's packet, and has no other memory of it.
const STAMP: std::ops::Range<usize> = 42..50;

fn stamp(frame: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(frame.get(STAMP)?.try_into().ok()?))
}

/// A UDP packet of the flow, of so many bytes from the Ethernet header on; UDP's checksum is left out, as IPv4 allows.
fn frame(flow: u32, bytes: usize) -> Vec<u8> {
    let total = (bytes - 14) as u16;
    let mut ip = vec![0x45, 0];
    ip.extend(total.to_be_bytes());
    ip.extend([0, 0, 0x40, 0, 64, UDP, 0, 0]);
    ip.extend(source(flow).to_be_bytes());
    ip.extend(DESTINATION.to_be_bytes());
    let words = ip.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]));
    let sum: u32 = words.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = !(((sum & 0xffff) + (sum >> 16)) as u16);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    frame.extend(ip);
    frame.extend(PORTS.0.to_be_bytes());
    frame.extend(PORTS.1.to_be_bytes());
    frame.extend((total - 20).to_be_bytes());
    frame.resize(bytes, 0);
    frame
}
