//! `redplane replay --app heavy-hitter`: a capture through a detector whose switch fails on the way.
//!
//! The detector's counts are bounded inconsistent: replicated by snapshots, not packet by packet. This shows on a user's capture
//! what that means, beside the exact counts: what a failure loses, what is found before and after it, and what the snapshots take of
//! the link. All is in this process in virtual time, so a run gives the same output each time.
//!
//! ```text
//! capture ─▶ Source ─▶ Bed: switch ✗ switch 2, link, store ─▶ Session: exact counts, promises ─▶ report, plot
//! ```

mod bandwidth;
mod bed;
mod flow;
mod plot;
mod report;
mod session;
mod source;
mod truth;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use redplane_apps::HeavyHitter;
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Snapshots};
use redplane_core::time::Span;

use self::bed::Bed;
use self::flow::Vlan;
use self::report::Report;
use self::session::Session;
use self::source::{Read, Source};
use self::wire::LinkConfig;
use super::Args;
use crate::exit::{Kind, OrExit};

/// Points of the plot.
const SAMPLES: u64 = 400;
/// A flow is heavy from this share of the capture's packets on, unless told otherwise.
const HEAVY_SHARE: f64 = 0.01;

/// Options of `redplane replay --app heavy-hitter`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of --app heavy-hitter")]
pub(super) struct Options {
    /// Packets from which on a flow is heavy. [default: 1 % of the capture's]
    ///
    /// An estimate may be above the count by e/64, about 4 %, of all that its VLAN has counted in the window: below that many
    /// flows are found that are not heavy. Shorter windows make fewer counts.
    #[arg(long, value_name = "PACKETS", value_parser = clap::value_parser!(u32).range(1..=1 << 31))]
    threshold: Option<u32>,

    /// Time from one snapshot to the next, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(10..=60_000_000))]
    snapshot_period: u64,

    /// The bound ε in milliseconds: a failure loses no count that is older, or the switch has said so.
    #[arg(long, value_name = "MS", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    bound: u64,

    /// Every so many snapshots all slots travel, otherwise those that have changed.
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    whole_every: u16,

    /// Most slots in a message.
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    slots_per_message: u16,

    /// Time after which all counts begin again, in milliseconds; 0: they never do.
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=3_600_000))]
    window: u64,

    /// Time that a message takes to the store or back, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 10, value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    link_delay: u64,

    /// Messages that the link to the store loses, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    loss: f64,

    /// Time between packets of a capture that has no times, in microseconds.
    #[arg(long, value_name = "US", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    untimed_gap: u64,

    /// Draws the error of heavy flows' estimates over time into this file, as SVG.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,

    /// Measures what snapshots take of the link, packed and not.
    #[arg(long)]
    bandwidth: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if (0.0..=90.0).contains(&percent) => Ok(percent),
        _ => Err("write a number from 0 to 90".to_owned()),
    }
}

/// What the capture says before anything is sent.
struct First {
    read: Read,
    busiest: Option<Vlan>,
}

/// Runs the command.
///
/// # Errors
/// The capture cannot be used, or the output not be written.
pub(super) fn run(args: &Args, fail_at: u64) -> anyhow::Result<ExitCode> {
    let options = &args.heavy;
    if options.bound * 1000 <= options.snapshot_period {
        let error =
            anyhow!("--bound is not longer than --snapshot-period: no snapshot would be young enough");
        return Err(error).or_exit(Kind::Usage);
    }
    let source = Source { path: &args.pcap, untimed_gap_ns: options.untimed_gap * 1000 };
    let first = first_look(&source)?;
    let share = (first.read.packets as f64 * HEAVY_SHARE).ceil() as u32;
    let threshold = options.threshold.unwrap_or(share.max(1));
    let config = config(args, threshold);
    let seed = u64::from(args.seed);
    let link = LinkConfig { delay_ns: options.link_delay * 1000, loss: options.loss / 100.0, seed };

    let mut report = Run::new(args, config, link, threshold, fail_at, &first.read).run(&source)?;
    if let (true, Some(vlan)) = (options.bandwidth, first.busiest) {
        report.bandwidth = Some(bandwidth::measure(&source, vlan, config, link, args.seed)?);
    }
    println!("{report}");

    if let Some(path) = &options.plot {
        let svg = plot::svg(&report.samples, report.start_ns, report.failure_ns());
        let svg = svg.map_err(|error| anyhow!("no plot: {error}")).or_exit(Kind::Usage)?;
        write(path, svg.as_bytes())?;
        println!("\nplotted to {}", path.display());
    }
    let path = args.out.join("report.json");
    write(&path, &serde_json::to_vec_pretty(&report)?)?;
    println!("\nwritten to {}", path.display());
    if !report.holds() {
        eprintln!("redplane: the detector broke its promise; see the checks that failed");
        return Ok(Kind::Promise.into());
    }
    Ok(ExitCode::SUCCESS)
}

fn write(path: &PathBuf, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display())).or_exit(Kind::System)
}

fn config(args: &Args, threshold: u32) -> Config {
    let options = &args.heavy;
    let config =
        Config::new(1, Incarnation::default()).with_lease_period(Span::from_millis(args.lease_period));
    Config {
        // The replay ends windows itself: it has to know when.
        snapshots: Snapshots {
            every: Span::from_micros(options.snapshot_period),
            bound: Span::from_millis(options.bound),
            whole_every: options.whole_every,
            slots_per_message: options.slots_per_message,
            window: Span::from_millis(0),
        },
        program: HeavyHitter::params(threshold),
        ..config
    }
}

fn first_look(source: &Source<'_>) -> anyhow::Result<First> {
    let mut vlans: BTreeMap<Vlan, u64> = BTreeMap::new();
    let read = source.each(|step| {
        if let Some((vlan, _)) = step.flow {
            *vlans.entry(vlan).or_default() += 1;
        }
    })?;
    if let Some(warning) = &read.warning {
        log::warn!("{}: {warning}", source.path.display());
    }
    let busiest = vlans.into_iter().max_by_key(|(_, packets)| *packets).map(|(vlan, _)| vlan);
    Ok(First { read, busiest })
}

/// A run under way.
struct Run<'a> {
    args: &'a Args,
    bed: Bed,
    session: Session,
    threshold: u32,
    fail_at: u64,
    start_ns: u64,
    /// When the next switch takes over.
    detected_ns: Option<u64>,
    sample_every_ns: u64,
    sample_ns: u64,
    window_ns: Option<u64>,
    window_end_ns: u64,
    /// VLANs whose window is to be ended as soon as they have a structure.
    to_empty: BTreeSet<Vlan>,
    input: u64,
    at_dead_switch: u64,
}

impl<'a> Run<'a> {
    fn new(
        args: &'a Args,
        config: Config,
        link: LinkConfig,
        threshold: u32,
        fail_at: u64,
        read: &Read,
    ) -> Run<'a> {
        let bed = Bed::new(config, link, args.seed);
        let start_ns = bed.now_ns();
        let sample_every_ns = (read.duration_ns / SAMPLES).max(1);
        let window_ns = Some(args.heavy.window * 1_000_000).filter(|window_ns| *window_ns > 0);
        Run {
            args,
            session: Session::new(threshold, config.snapshots.bound.nanos()),
            bed,
            threshold,
            fail_at,
            start_ns,
            detected_ns: None,
            sample_every_ns,
            sample_ns: start_ns + sample_every_ns,
            window_ns,
            window_end_ns: start_ns + window_ns.unwrap_or(0),
            to_empty: BTreeSet::new(),
            input: 0,
            at_dead_switch: 0,
        }
    }

    fn run(mut self, source: &Source<'_>) -> anyhow::Result<Report> {
        let read = source.each(|step| self.take(&step))?;
        if !self.bed.is_alive() {
            self.advance(self.detected_ns.unwrap_or(0));
        }
        if !self.bed.run_out(&mut self.session) {
            log::warn!("{} packets still wait at the end", self.bed.waiting());
        }
        self.end_windows();
        self.session.sample(&mut self.bed);
        let end = self.session.end(&mut self.bed);
        Ok(Report::new(self, read, end))
    }

    fn take(&mut self, step: &source::Step<'_>) {
        self.advance(self.bed.now_ns() + step.gap_ns);
        self.input += 1;
        if self.input == self.fail_at {
            self.session.crash(&mut self.bed);
            self.bed.fail();
            self.detected_ns = Some(self.bed.now_ns() + self.args.detection * 1_000_000);
            self.take_over();
        }
        if !self.bed.is_alive() {
            self.at_dead_switch += 1;
            return;
        }
        if let Some(flow) = step.flow {
            self.session.truth.counted_without(flow);
        }
        self.bed.offer(step.flow.map(|(vlan, _)| vlan), step.frame, &mut self.session);
    }

    /// Lets time pass, with stops where something is to be done.
    fn advance(&mut self, until_ns: u64) {
        loop {
            let window_ns = self.window_ns.map(|_| self.window_end_ns);
            let stops = [Some(self.sample_ns), window_ns, self.detected_ns];
            let stop_ns = stops.into_iter().flatten().min().filter(|stop_ns| *stop_ns <= until_ns);
            self.bed.advance(stop_ns.unwrap_or(until_ns), &mut self.session);
            self.take_over();
            self.end_windows();
            if self.bed.now_ns() >= self.sample_ns {
                self.session.sample(&mut self.bed);
                self.sample_ns = self.bed.now_ns() + self.sample_every_ns;
            }
            if stop_ns.is_none() {
                return;
            }
        }
    }

    /// The failure is detected: the other switch begins.
    fn take_over(&mut self) {
        if self.detected_ns.is_some_and(|detected_ns| detected_ns <= self.bed.now_ns()) {
            self.detected_ns = None;
            self.bed.start();
        }
    }

    fn end_windows(&mut self) {
        if let Some(window_ns) = self.window_ns
            && self.bed.now_ns() >= self.window_end_ns
        {
            self.window_end_ns += window_ns;
            self.session.window += 1;
            self.to_empty = self.session.truth.vlans().collect();
        }
        let Run { to_empty, session, bed, .. } = self;
        to_empty.retain(|vlan| !session.end_window(bed, *vlan));
    }
}
