//! `redplane replay`: a capture through two switches and a store, of which the first switch fails on the way.
//!
//! What users have are captures. This shows on theirs what RedPlane promises: of a NAT ([`Replay`]), that connections keep their
//! translations when the switch that made them dies; of a detector ([`heavy`]), what it loses and what it finds again. All is in this process on a simulated clock, so a run gives the same output each time.
//!
//! ```text
//! capture ─▶ Timeline ─▶ which side? ─▶ World: switch 1 ✗ switch 2, store ─▶ Observer ─▶ out.pcap, report.json
//! ```

mod flows;
mod heavy;
mod observer;
mod packet;
mod report;
mod store;
mod timeline;
mod world;

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use ipnet::Ipv4Net;
use redplane_apps::Nat44;
use redplane_core::time::Span;
use redplane_linux::capture::{Capture, CaptureWriter, Frame, MAX_PADDED_LEN, padded};
use redplane_linux::switch::Recorder;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;

use self::observer::Observer;
use self::packet::{Endpoint, Ends, FlowId, Packet, readdress};
use self::report::{
    AT_DEAD_SWITCH, CaptureReport, DeviceReport, FRAME_TOO_LONG, FailureReport, FlowReport, MESSAGE_TOO_LONG,
    NO_MAPPING, PacketReport, Report,
};
use self::world::{Side, World, WorldConfig};
use crate::exit::{Kind, OrExit};

/// A run that takes longer shows its progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(2);
/// Packets between two looks at the clock for that.
const PROGRESS_EVERY: u64 = 1024;
/// Prefix of the largest pool: its ports take 120 MB.
const POOL_PREFIX_LEAST: u8 = 27;

/// Programs that a capture can be sent through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum App {
    /// NAT44: inside hosts share outside addresses.
    Nat,
    /// Finds the flows of each VLAN that have many packets; its counts are replicated by snapshots.
    HeavyHitter,
}

/// Options of `redplane replay`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Sends a capture through two switches and a store, and lets the first switch fail on the way",
    long_about = "Sends a capture through two switches and their store, and lets the first switch fail on the way.

With --app nat the switches are NATs:

Packets go through switch 1 until it fails, and through switch 2 from when that is detected. Switch 2 gets each
connection's state from the store as soon as the dead switch's lease has ended; the packets wait at the store
meanwhile. No connection may change its translation: exit code 1 if one does.

A packet's side follows from its source address (--inside). What goes from inside to inside or from outside to
outside does not cross a NAT and is passed unchanged. A capture from in front of a NAT has return packets that go to
the inside host: the replay sends them to the outside address that the NAT gave the host. Those of connections that
began outside, before the host sent anything, have none and are dropped, as a NAT does.

Times are simulated and follow the capture; gaps of more than a minute are shortened to one.

Written to --out: out.pcap, what came out of the switches; report.json, the numbers and every flow's translation
before and after the failure.

With --app heavy-hitter the switches count the packets of each flow in a count-min sketch of 3 x 64 words for each VLAN,
and the store has the sketches' snapshots. Switch 2 goes on from the last complete one. The output sets the detector
beside exact counts: what was found before and after the failure, how wrong the estimates are, which counts were lost.
Exit code 1 if the recovered counts are not those of one instant, if one was lost that is older than --bound, or if a
heavy hitter is forgotten. Written to --out: report.json.

Examples:
  redplane replay --pcap office.pcap
  redplane replay --pcap office.pcapng.gz --fail-at 5000 --lease-period 200 --out /tmp/replay
  redplane replay --pcap isp.pcap --inside 100.64.0.0/10 --inside 10.0.0.0/8 --record messages.pcap
  redplane decode messages.pcap | less
  redplane replay --app heavy-hitter --pcap isp.pcap --threshold 500 --plot error.svg --bandwidth"
)]
pub(crate) struct Args {
    /// The capture: pcap or pcapng, gzipped or not.
    #[arg(long, value_name = "FILE")]
    pcap: PathBuf,

    /// The first packet that switch 1 does not see, counted from 1; it does not fail if there are fewer. [default: half of them]
    #[arg(long, value_name = "PACKET", value_parser = clap::value_parser!(u64).range(1..))]
    fail_at: Option<u64>,

    /// The program of the switches.
    #[arg(long, value_enum, default_value_t = App::Nat)]
    app: App,

    /// Addresses on the inside. May be repeated.
    #[arg(long, value_name = "CIDR", default_values = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])]
    inside: Vec<Ipv4Net>,

    /// Outside addresses of the NAT, at most 32.
    #[arg(long, value_name = "CIDR", default_value = "203.0.113.0/30")]
    pool: Ipv4Net,

    /// Where the output goes; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "target/replay")]
    out: PathBuf,

    /// Lease period in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    lease_period: u64,

    /// Time until the failure is detected, in milliseconds; packets are lost meanwhile.
    #[arg(long, value_name = "MS", default_value_t = 50, value_parser = clap::value_parser!(u64).range(..=60_000))]
    detection: u64,

    /// Where clocks, epochs and sequence numbers begin. The packets that come out do not depend on it.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u32,

    /// Writes the protocol messages of the run to this capture, for `redplane decode`; of a NAT.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    #[command(flatten)]
    heavy: heavy::Options,
}

/// Runs the command.
///
/// # Errors
/// The capture cannot be used, or the output not be written.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let total = count_packets(&args.pcap).or_exit(Kind::Input)?;
    let fail_at = args.fail_at.unwrap_or(total / 2 + 1);
    if args.fail_at.is_some_and(|packet| packet > total) {
        eprintln!(
            "redplane: warning: {} has {total} packets, so that switch 1 does not fail: choose an earlier --fail-at",
            args.pcap.display()
        );
    }
    if args.pool.prefix_len() < POOL_PREFIX_LEAST {
        let error = anyhow!("--pool {} has more than 32 addresses: take /27 or less", args.pool);
        return Err(error).or_exit(Kind::Usage);
    }
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the directory {}", args.out.display()))
        .or_exit(Kind::System)?;
    if args.app == App::HeavyHitter {
        return heavy::run(&args, fail_at);
    }
    let report = Replay::new(&args, total, fail_at)?.run()?;
    let path = args.out.join("report.json");
    let json = serde_json::to_vec_pretty(&report)?;
    fs::write(&path, json)
        .with_context(|| format!("cannot write the report {}", path.display()))
        .or_exit(Kind::System)?;
    println!("{}", report.table());
    if report.packets.through_nat == 0 && report.packets.outside_to_outside > 0 {
        println!(
            "\nNothing went through the NAT: no packet comes from {}. Name the inside with --inside.",
            list(&args.inside)
        );
    }
    println!("\nwritten to {}: out.pcap, report.json", args.out.display());
    if !report.flows.holds() {
        eprintln!(
            "redplane: translations changed or were mixed up; see \"translations\" in {}",
            path.display()
        );
        return Ok(Kind::Promise.into());
    }
    Ok(ExitCode::SUCCESS)
}

fn list(networks: &[Ipv4Net]) -> String {
    networks.iter().map(Ipv4Net::to_string).collect::<Vec<_>>().join(", ")
}

/// Packets that can be read from the capture; a file from which none can is refused.
fn count_packets(path: &Path) -> anyhow::Result<u64> {
    let named = || format!("cannot use {}", path.display());
    let mut capture = Capture::open(path).with_context(named)?;
    let mut packets = 0;
    loop {
        match capture.next_frame() {
            Ok(Some(_)) => packets += 1,
            Ok(None) => return Ok(packets),
            Err(error) if packets == 0 => return Err(error).with_context(named),
            Err(_) => return Ok(packets), // told when it is met again
        }
    }
}

/// What was put in and what was not.
#[derive(Debug, Default)]
struct Counts {
    input: u64,
    cut: u64,
    offered: u64,
    inside_to_inside: u64,
    outside_to_outside: u64,
    returns_readdressed: u64,
    at_dead_switch: u64,
    no_mapping: u64,
    too_long: u64,
    mappings_ended: u64,
}

/// A replay under way.
struct Replay<'a> {
    args: &'a Args,
    total: u64,
    fail_at: u64,
    world: World,
    observer: Observer,
    recorder: Option<Recorder>,
    /// Until then packets go to the dead switch, in the observer's time.
    detected_ns: Option<u64>,
    counts: Counts,
    buf: Box<[u8]>,
}

impl<'a> Replay<'a> {
    fn new(args: &'a Args, total: u64, fail_at: u64) -> anyhow::Result<Replay<'a>> {
        let first = u32::from(args.pool.network());
        let last = u32::from(args.pool.broadcast());
        let addresses = (first..=last).map(Ipv4Addr::from).collect();
        let nat = NatInitializer::new(&NatConfig::new(addresses), Placement::ALONE).or_exit(Kind::Usage)?;
        let recorder = args.record.as_ref().map(Recorder::create).transpose().or_exit(Kind::System)?;
        let world = World::new(WorldConfig {
            lease_period: Span::from_millis(args.lease_period),
            program: Nat44::params(args.pool.network().octets(), args.pool.prefix_len()),
            nat,
            seed: args.seed,
            recorder: recorder.clone(),
        })
        .context("no memory for the switches")
        .or_exit(Kind::System)?;
        let writer = CaptureWriter::create(args.out.join("out.pcap")).or_exit(Kind::System)?;
        Ok(Replay {
            args,
            total,
            fail_at,
            world,
            observer: Observer::new(writer),
            recorder,
            detected_ns: None,
            counts: Counts::default(),
            buf: vec![0; MAX_PADDED_LEN].into_boxed_slice(),
        })
    }

    fn run(mut self) -> anyhow::Result<Report> {
        let mut capture = Capture::open(&self.args.pcap).or_exit(Kind::Input)?;
        let mut progress = Progress::new(self.total);
        let mut warning = None;
        loop {
            match capture.next_frame() {
                Ok(Some(frame)) => self.take(&frame),
                Ok(None) => break,
                Err(error) => {
                    log::warn!("{}: {error}", self.args.pcap.display());
                    warning = Some(error.to_string());
                }
            }
            progress.at(self.counts.input);
        }
        // Packets that wait are granted their lease within a period.
        if !self.world.run_out(&mut self.observer) {
            log::warn!("{} packets still wait at the end", self.world.waiting());
        }
        self.take_ended();
        progress.finish();
        let link_type = capture.link_type().map(|link_type| link_type.name().to_owned());
        let path = self.args.pcap.display().to_string();
        self.finish(CaptureReport { path, link_type, packets_cut: 0, warning })
    }

    /// The next packet of the capture.
    fn take(&mut self, frame: &Frame<'_>) {
        let gap_ns = self.observer.timeline.gap_to(frame.timestamp_ns);
        self.world.advance(gap_ns, &mut self.observer);
        self.observer.timeline.arrived(frame.timestamp_ns);
        self.world.store().recorded_ns = self.observer.timeline.now_ns();
        self.take_ended();
        self.counts.input += 1;
        if self.counts.input == self.fail_at {
            self.world.fail_first();
            self.detected_ns = Some(self.observer.now_ns() + self.args.detection * 1_000_000);
        }
        self.counts.cut += u64::from(frame.original_len as usize > frame.bytes.len());
        let mut buf = std::mem::take(&mut self.buf);
        match padded(frame, &mut buf) {
            Some(padded) => self.route(frame, &mut buf[..padded.len], padded.added),
            None => self.counts.too_long += 1,
        }
        self.buf = buf;
        if self.world.waiting() == 0 {
            self.observer.forget_pending();
        }
    }

    /// Decides on which side the packet is, and sends it there.
    fn route(&mut self, captured: &Frame<'_>, frame: &mut [u8], padding: usize) {
        let Some(packet) = Packet::parse(frame) else {
            // Not IPv4, or not sound: the switch knows what to do with it.
            return self.offer(Side::Inside, frame, None, padding);
        };
        let (source, destination) = (packet.source(), packet.destination());
        let ends = packet.ends();
        match (self.is_inside(source), self.is_inside(destination)) {
            (true, true) => {
                self.counts.inside_to_inside += 1;
                self.observer.past(captured.bytes, captured.original_len);
            }
            (true, false) => {
                let flow = match ends {
                    Ends::Direct { source, .. } if !packet.is_echo_reply() => Some(source),
                    _ => None,
                };
                self.offer(Side::Inside, frame, flow, padding);
            }
            (false, true) => match self.mapping_of(ends) {
                Some((flow, outside)) => {
                    self.counts.returns_readdressed += 1;
                    readdress(frame, outside);
                    self.offer(Side::Outside, frame, flow, padding);
                }
                None => self.counts.no_mapping += 1,
            },
            (false, false) if self.args.pool.contains(&destination) => {
                self.offer(Side::Outside, frame, None, padding);
            }
            (false, false) => {
                self.counts.outside_to_outside += 1;
                self.observer.past(captured.bytes, captured.original_len);
            }
        }
    }

    fn is_inside(&self, address: Ipv4Addr) -> bool {
        self.args.inside.iter().any(|network| network.contains(&address))
    }

    /// The flow that a return packet is of, and the outside endpoint to send it to.
    fn mapping_of(&self, ends: Ends) -> Option<(Option<FlowId>, Endpoint)> {
        match ends {
            Ends::Direct { destination, .. } => {
                Some((Some(destination), self.observer.flows.translation(destination)?))
            }
            Ends::Quoted { source } => Some((None, self.observer.flows.translation(source)?)),
            Ends::None => None,
        }
    }

    fn offer(&mut self, side: Side, frame: &[u8], flow: Option<FlowId>, padding: usize) {
        if let (Side::Inside, Some(flow)) = (side, flow) {
            self.observer.flows.begin(flow);
        }
        if self.detected_ns.is_some_and(|detected_ns| self.observer.now_ns() < detected_ns) {
            self.counts.at_dead_switch += 1;
            return;
        }
        self.counts.offered += 1;
        self.observer.offered(side, frame, flow, padding);
        self.world.offer(side, frame, &mut self.observer);
    }

    /// Flows whose mappings the store has ended begin anew.
    fn take_ended(&mut self) {
        for mapping in self.world.store().take_ended() {
            self.counts.mappings_ended += 1;
            let end = |end: redplane_apps::nat44::Endpoint| Endpoint {
                address: Ipv4Addr::from(end.address),
                port: end.port,
            };
            let flow = FlowId { protocol: mapping.protocol, inside: end(mapping.inside) };
            self.observer.flows.end(flow, end(mapping.outside));
        }
    }

    fn finish(self, capture: CaptureReport) -> anyhow::Result<Report> {
        let Counts { input, offered, .. } = self.counts;
        if let Some(recorder) = &self.recorder {
            recorder.finish().context("cannot write the messages").or_exit(Kind::System)?;
        }
        let seen = self.observer.seen;
        let (flows, timeline) =
            self.observer.finish().context("cannot write out.pcap").or_exit(Kind::System)?;
        let switches = self.world.counters();
        let store = self.world.store();
        let mut dropped = report::dropped(&switches, store.shard());
        dropped.extend([(MESSAGE_TOO_LONG, store.too_long())].into_iter().filter(|(_, count)| *count > 0));
        let inside_nat: u64 = dropped.values().sum();
        let unexplained = offered as i64 - seen.out as i64 - inside_nat as i64;
        let own = [
            (AT_DEAD_SWITCH, self.counts.at_dead_switch),
            (NO_MAPPING, self.counts.no_mapping),
            (FRAME_TOO_LONG, self.counts.too_long),
        ];
        dropped.extend(own.into_iter().filter(|(_, count)| *count > 0));
        Ok(Report {
            capture: CaptureReport { packets_cut: self.counts.cut, ..capture },
            failure: FailureReport {
                at_packet: (self.fail_at <= input).then_some(self.fail_at),
                lease_period_ms: self.args.lease_period,
                detection_ms: self.args.detection,
                packets_delayed: seen.delayed,
                longest_delay_ms: seen.delay_ns_max as f64 / 1e6,
            },
            packets: PacketReport {
                input,
                output: seen.out + seen.past,
                through_nat: seen.out,
                inside_to_inside: self.counts.inside_to_inside,
                outside_to_outside: self.counts.outside_to_outside,
                returns_readdressed: self.counts.returns_readdressed,
                dropped,
                unexplained,
                unknown: seen.unknown,
            },
            time: timeline.report(),
            flows: FlowReport::of(&flows, self.counts.mappings_ended),
            switches: switches.iter().map(DeviceReport::of_switch).collect(),
            store: DeviceReport::of_shard(store.shard()),
            translations: report::translations(&flows),
        })
    }
}

/// A bar on the terminal for runs that take long.
struct Progress {
    started: Instant,
    total: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    fn new(total: u64) -> Progress {
        Progress { started: Instant::now(), total, bar: None }
    }

    fn at(&mut self, packets: u64) {
        if !packets.is_multiple_of(PROGRESS_EVERY) {
            return;
        }
        if self.bar.is_none() && self.started.elapsed() > PROGRESS_AFTER {
            let bar = ProgressBar::new(self.total);
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} packets, {eta} left") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(packets);
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
