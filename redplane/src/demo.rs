//! `redplane demo`: the paper's failover experiment in miniature, on one machine and without privileges.
//!
//! # The experiment
//!
//! Section 7.3 and Figure 14 of the paper: TCP connections go through an address translation (NAT) that runs in a switch; the
//! switch dies; traffic is routed to another switch that runs the same program. A NAT keeps state for each connection (which
//! outside port stands for which inside host), and the second switch has none of it, so every connection breaks. With RedPlane
//! the state is in a store, and the second switch goes on with it.
//!
//! ```text
//!                            ┌──────────┐
//!                        ┌───┤ switch 1 ├───┐
//!  clients ──── router ──┤   └────┬─────┘   ├── router ──── servers
//!  10.0.0.11-14          │      store (UDP) │              198.51.100.10-11
//!                        │   ┌────┴─────┐   │
//!                        └───┤ switch 2 ├───┘
//!                            └──────────┘
//! ```
//!
//! Everything is the real thing in small: TCP stacks that retransmit and reset ([`hosts`]), two software switches, and a store
//! that they reach over UDP sockets of the loopback interface. Frames between hosts and switches are carried in memory, so no
//! privileges are needed. Time is real.
//!
//! # The runs
//!
//! All three have the same connections at the same times ([`mod@workload`]) and the same times of events ([`schedule`]):
//!
//! 1. *baseline*: no RedPlane, no failure;
//! 2. *failure*: no RedPlane; switch 1 dies, packets to it vanish until the failure is detected, then they take switch 2. Later
//!    switch 1 has booted anew and traffic returns to it. The two NATs have an outside address each: sharing one without
//!    sharing the state would give one port to two connections;
//! 3. *failure+redplane*: the same with RedPlane. The dead switch's leases have to end before switch 2 gets them; at the return
//!    the owner is alive, the store recalls each lease and it is handed over at once.
//!
//! # What it promises
//!
//! The exit code is 0 if, and only if
//!
//! - with RedPlane no connection breaks and no byte is wrong;
//! - with RedPlane no connection is silent for longer than detection delay + lease period + 100 ms at the failure, and
//!   50 ms at the return;
//! - without RedPlane every connection breaks that was open when switch 1 died.
//!
//! Otherwise it is 1, with the sentence that says which promise did not hold.
//!
//! With `--replicas` the store is a group of replicas, of which any but the last may die. `--kill-store` shows that: the switches live,
//! the connections go through once, and replicas of the store are killed and started anew ([`kill`] has the promises).
//!
//! A machine that is busy with other things makes hosts and switches stand still, for as long as the 50 ms that are at stake at
//! the return. The report says when that happened ([`stall`]), and from the silence at the return such time is taken off before
//! it is judged. From the silence at the failure nothing is taken off.

mod device;
mod hosts;
mod kill;
mod link;
mod live;
mod measure;
mod pattern;
mod plot;
mod replicas;
mod report;
mod run;
mod schedule;
mod stall;
mod stream;
mod watch;
mod workload;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use redplane_linux::clock::RealClock;
use redplane_linux::switch::Recorder;

use self::device::{Device, Redplane};
use self::kill::{KillReport, Plan, Role};
use self::plot::{Curve, Marker, Subject, THROUGHPUT};
use self::replicas::{Replicas, Setup, quietly};
use self::report::{Report, Run, Settings};
use self::run::{Outcome, Switches};
use self::schedule::{Schedule, Wishes};
use self::workload::WorkloadConfig;
use crate::exit::{Kind, OrExit};

/// Buckets of the measurement that make a point of the plot: short connections come and go faster than a curve should.
const BUCKETS_A_POINT: usize = 2;

/// Options of `redplane demo`.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "The paper's failover experiment in miniature: TCP connections through a NAT in a switch that dies.

Runs the same connections three times, on the real clock: without a failure, with a failure, and with a failure and
RedPlane. Hosts, two software switches and a store (over UDP on the loopback) are all in this process; no privileges
are needed. Switch 1 dies, packets to it vanish until that is detected, then they take switch 2; later traffic
returns to switch 1, which has booted anew.

Writes report.json and throughput.svg. The exit code is 0 if, and only if, with RedPlane no connection breaks, none is
silent for longer than detection delay + lease period + 100 ms at the failure and 50 ms at the return (without the
time in which a busy machine made the demo itself stand still, which the report states), and without RedPlane every
connection breaks that was open at the failure.

With --kill-store the switches live and replicas of the store die: one is killed, started anew and rejoins, then another
one is killed in the same role. The exit code is 0 if, and only if, no connection breaks, no byte is wrong, nothing that
was acked is lost, and no flow waits longer than three detection times for the ack of a write around each death.

Examples:
  redplane demo
  redplane demo --replicas 3 --kill-store head
  redplane demo --lease-period 1000 --duration 12      the paper's lease period
  redplane demo --record messages.pcap                 tells how to decode them"
)]
pub(crate) struct Args {
    /// How long a switch may act on a flow after a grant or renewal, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 500, value_parser = clap::value_parser!(u64).range(20..=10_000))]
    lease_period: u64,

    /// From the failure to the moment that packets take switch 2, in milliseconds; at most the lease period.
    #[arg(long, value_name = "MS", default_value_t = 100)]
    detection_delay: u64,

    /// Connections that send all the time; about 50 short ones a second come on top.
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(16..=512))]
    flows: u16,

    /// Rate of all those connections together, in Mbit/s.
    #[arg(long, value_name = "MBIT", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    rate: u64,

    /// Length of each of the three runs, in seconds.
    #[arg(long, value_name = "S", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=60))]
    duration: u64,

    /// When switch 1 fails, in milliseconds. [default: 5/16 of the duration]
    #[arg(long, value_name = "MS")]
    fail_at: Option<u64>,

    /// When traffic returns to switch 1, in milliseconds. [default: 11/16 of the duration]
    #[arg(long, value_name = "MS")]
    return_at: Option<u64>,

    /// Replicas of the store.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    replicas: u8,

    /// Kills replicas of the store that stand there, instead of a switch.
    #[arg(long, value_name = "ROLE", conflicts_with_all = ["fail_at", "return_at", "detection_delay", "record"])]
    kill_store: Option<Role>,

    /// After how long without a sign of life a replica of the store counts as dead, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(40..=2000))]
    detection: u64,

    /// Draws the short connections and all bytes.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// Directory for report.json and throughput.svg.
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    out: PathBuf,

    /// Writes all messages between switches and store to this capture, for `redplane decode`.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Runs the demo.
///
/// # Errors
/// Options that do not go together, something that the system refuses, or a promise that does not hold.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.kill_store {
        Some(role) => kill_replicas(&args, role),
        None => fail_switch(&args),
    }
}

fn fail_switch(args: &Args) -> anyhow::Result<ExitCode> {
    let schedule = Schedule::new(&Wishes {
        duration_ms: args.duration * 1000,
        detection_delay_ms: args.detection_delay,
        lease_period_ms: args.lease_period,
        fail_at_ms: args.fail_at,
        return_at_ms: args.return_at,
    });
    let schedule = schedule.map_err(|why| anyhow!(why)).or_exit(Kind::Usage)?;
    make_directory(&args.out)?;
    let recorder = args.record.as_ref().map(Recorder::create).transpose().or_exit(Kind::System)?;

    let (report, store) = perform(args, &schedule, recorder.as_ref())?;
    if let Some(recorder) = recorder {
        recorder.finish().context("cannot write the recording").or_exit(Kind::System)?;
    }
    print!("\n{}", report.to_text());
    let (json_path, svg_path) = (args.out.join("report.json"), args.out.join("throughput.svg"));
    write(&json_path, &report.to_json()?)?;
    write(&svg_path, &plot(&report, &schedule)?)?;
    println!("\nwritten: {} and {}", json_path.display(), svg_path.display());
    if let Some(path) = &args.record {
        println!(
            "recorded: {0}; to read it: redplane decode --store-port {1} {0}",
            path.display(),
            store.port()
        );
    }
    ensure_promises(&report).or_exit(Kind::Promise)?;
    Ok(ExitCode::SUCCESS)
}

/// The run in which replicas of the store die.
fn kill_replicas(args: &Args, role: Role) -> anyhow::Result<ExitCode> {
    let plan = Plan::new(role, args.replicas, args.duration, args.detection);
    let plan = plan.map_err(|why| anyhow!(why)).or_exit(Kind::Usage)?;
    make_directory(&args.out)?;
    let config = workload(args, args.duration * 1_000_000_000);
    let report =
        quietly(|| kill::perform(&plan, &config, args.lease_period, args.replicas, RealClock::new()))?;
    print!("\n{}", report.to_text());
    let [json_path, svg_path, writes_path] =
        ["report.json", "throughput.svg", "writes.svg"].map(|name| args.out.join(name));
    write(&json_path, &report.to_json()?)?;
    let run = report.run();
    let throughput = Subject { title: "TCP throughput when replicas of the store die", rate: THROUGHPUT };
    write(&svg_path, &plot_deaths(&throughput, &report, "connections", &run.throughput_mbit_s)?)?;
    let writes =
        Subject { title: "Acked writes when replicas of the store die", rate: "acked writes a second" };
    write(&writes_path, &plot_deaths(&writes, &report, "writes", report.writes_per_s())?)?;
    println!("\nwritten: {}, {} and {}", json_path.display(), svg_path.display(), writes_path.display());
    let broken = report.broken_promises();
    let kept =
        if report.passed() { Ok(()) } else { Err(anyhow!("a promise did not hold: {}", broken.join("; "))) };
    kept.or_exit(Kind::Promise)?;
    Ok(ExitCode::SUCCESS)
}

/// Before the runs, so that nobody waits for a minute to be told that the directory cannot be written.
fn make_directory(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path)
        .with_context(|| format!("cannot make the directory {}", path.display()))
        .or_exit(Kind::System)
}

fn workload(args: &Args, schedule_ns: u64) -> WorkloadConfig {
    WorkloadConfig {
        flows: args.flows,
        rate_bit_s: args.rate * 1_000_000,
        schedule_ns,
        seed: args.seed,
        ..WorkloadConfig::default()
    }
}

/// Does the three runs; also gives where the store was.
fn perform(
    args: &Args,
    schedule: &Schedule,
    recorder: Option<&Recorder>,
) -> anyhow::Result<(Report, SocketAddr)> {
    let config = workload(args, schedule.end_ns);
    let clock = RealClock::new();
    let go = |name: &str, failure, switches| run::run(name, &config, failure, switches, &mut (), clock);

    let switches = Switches { first: Device::plain(1, clock)?, others: None };
    let baseline = Run::new("baseline", false, &go("baseline", None, switches)?, None);

    let others = (Device::plain(2, clock)?, Device::plain(1, clock)?);
    let switches = Switches { first: Device::plain(1, clock)?, others: Some(others) };
    let failure = Run::new("failure", false, &go("failure", Some(schedule), switches)?, Some(schedule));

    let (outcome, store) = with_store(args, |stores| {
        let switch = |id, boot| {
            let role = Redplane { id, boot, lease_period_ms: args.lease_period, stores };
            Device::redplane(role, recorder, clock)
        };
        let others = Some((switch(2, 1)?, switch(1, 2)?));
        go("failure+redplane", Some(schedule), Switches { first: switch(1, 1)?, others })
    })?;
    let redplane = Run::new("failure+redplane", true, &outcome, Some(schedule));

    let settings = Settings {
        seed: args.seed,
        lease_period_ms: args.lease_period,
        detection_delay_ms: args.detection_delay,
        flows: args.flows,
        rate_mbit_s: args.rate,
        duration_ms: ms(schedule.end_ns),
        fail_at_ms: ms(schedule.fails_ns),
        return_at_ms: ms(schedule.returns_ns),
    };
    Ok((Report::new(settings, vec![baseline, failure, redplane]), store))
}

/// Runs something with a store on the loopback, which ends with it; also gives where its first replica was.
fn with_store(
    args: &Args,
    run: impl FnOnce(&[SocketAddr]) -> anyhow::Result<Outcome>,
) -> anyhow::Result<(Outcome, SocketAddr)> {
    let store = Replicas::start(Setup {
        replicas: args.replicas,
        detection: Duration::from_millis(args.detection),
        lease_period_ms: args.lease_period,
        counts: false,
    })?;
    let first = store.addresses().first().copied().context("the store has no replica")?;
    let outcome = run(store.addresses())?;
    store.stop()?;
    Ok((outcome, first))
}

fn plot(report: &Report, schedule: &Schedule) -> anyhow::Result<String> {
    let runs = report.runs();
    let series: Vec<_> = runs.iter().map(|run| coarser(&run.throughput_mbit_s)).collect();
    let curves: Vec<_> =
        runs.iter().zip(&series).map(|(run, series)| Curve { label: &run.name, rates: series }).collect();
    let markers = [
        Marker { at_ms: ms(schedule.fails_ns), label: "switch 1 fails" },
        Marker { at_ms: ms(schedule.detected_ns), label: "detected: packets take switch 2" },
        Marker { at_ms: ms(schedule.returns_ns), label: "back to switch 1" },
    ];
    let bucket_ms = runs.first().map_or(1, |run| run.bucket_ms) * BUCKETS_A_POINT as u64;
    let subject = Subject { title: "TCP throughput through a NAT when a switch fails", rate: THROUGHPUT };
    draw(&subject, &curves, bucket_ms, &markers)
}

/// A rate of the run in which replicas die, per bucket.
fn plot_deaths(subject: &Subject, report: &KillReport, label: &str, rates: &[f64]) -> anyhow::Result<String> {
    let rates = coarser(rates);
    let happened = report.timeline().iter();
    let markers: Vec<_> =
        happened.map(|happened| Marker { at_ms: happened.at_ms, label: happened.label }).collect();
    let bucket_ms = report.run().bucket_ms * BUCKETS_A_POINT as u64;
    draw(subject, &[Curve { label, rates: &rates }], bucket_ms, &markers)
}

fn draw(
    subject: &Subject,
    curves: &[Curve<'_>],
    bucket_ms: u64,
    markers: &[Marker<'_>],
) -> anyhow::Result<String> {
    plot::rates_svg(subject, curves, bucket_ms, markers)
        .map_err(|error| anyhow!("cannot draw the plot: {error}"))
}

/// The means of [`BUCKETS_A_POINT`] values each.
fn coarser(rates: &[f64]) -> Vec<f64> {
    rates.chunks(BUCKETS_A_POINT).map(|chunk| chunk.iter().sum::<f64>() / chunk.len() as f64).collect()
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display())).or_exit(Kind::System)
}

fn ensure_promises(report: &Report) -> anyhow::Result<()> {
    let broken = report.broken_promises();
    ensure!(report.passed(), "a promise did not hold: {}", broken.join("; "));
    Ok(())
}

fn ms(ns: u64) -> u64 {
    ns / 1_000_000
}
