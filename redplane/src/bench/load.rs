//! A run: leases, then writes for a time, then the check that nothing acked is missing.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::cpu;
use super::engine::Engine;
use super::options::{Args, Distribution};
use super::plot;
use super::report::{Cpu, Report};
use crate::exit::{Kind, OrExit};

/// Longest wait for a datagram while there is something else to do.
const MOMENT: Duration = Duration::from_micros(500);

/// A store that says nothing for so long while it is asked is not there any more.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// The same at the begin, when most often the address is wrong.
const FIRST_ANSWER_MAX: Duration = Duration::from_secs(3);

/// Candidates that are looked at for one that can be written.
const PROBES: u32 = 64;

/// In a hundred flows, and in a hundred writes: the hot ones.
const HOT_FLOWS: u32 = 1;
const HOT_WRITES: u32 = 90;

/// Writes of a hot flow that may be under way at once.
const HOT_DEPTH: usize = 8;

/// Runs the load and the check, prints what came of them; the exit code tells whether the store kept its promises.
///
/// # Errors
/// Options out of sense, no store, a file that cannot be written.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.check().or_exit(Kind::Usage)?;
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The first one ends the writing, so that it can be checked; the second one the process. They are asked in this order.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&ended))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&ended)))
            .context("cannot listen for signals")?;
    }
    let mut load = Load { engine: Engine::new(args.clone())?, random: fastrand::Rng::with_seed(1), ended };
    let cpu_before = cpu_times(&args.pid)?;
    load.lease_all()?;
    let begun_ns = load.engine.line.now_ns();
    load.write(begun_ns)?;
    let wrote_ns = load.engine.line.now_ns() - begun_ns;
    load.drain()?;
    let cpu_after = cpu_times(&args.pid)?;
    load.check()?;

    let cpu = args.pid.iter().zip(cpu_before.iter().zip(cpu_after));
    let cpu = cpu.map(|(pid, (before, after))| Cpu::new(*pid, after.saturating_sub(*before)));
    let report = Report::new(&load.engine, wrote_ns, cpu.collect());
    print!("{report}");
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &args.plot {
        let svg = plot::writes_svg(&load.engine.measure.buckets)?;
        std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(if report.is_kept() { ExitCode::SUCCESS } else { Kind::Promise.into() })
}

fn cpu_times(pids: &[u32]) -> anyhow::Result<Vec<Duration>> {
    pids.iter().map(|pid| cpu::time_of(*pid)).collect::<Result<_, _>>().or_exit(Kind::Usage)
}

struct Load {
    engine: Engine,
    random: fastrand::Rng,
    /// Somebody wants the writing to end.
    ended: Arc<AtomicBool>,
}

impl Load {
    /// Asks once for the lease of each flow, so that the time of writing is one of writing.
    fn lease_all(&mut self) -> anyhow::Result<()> {
        let engine = &mut self.engine;
        let begun_ns = engine.line.now_ns();
        let mut silence = Silence::new(begun_ns);
        let mut flows = 0..engine.args.flows;
        let mut done = false;
        while !done || engine.under_way > 0 {
            while !done && engine.under_way < engine.args.window {
                match flows.next() {
                    Some(flow) => engine.first_ask(flow)?,
                    None => done = true,
                }
            }
            engine.turn(MOMENT)?;
            let (now_ns, answers) = (engine.line.now_ns(), engine.line.answers());
            let silent = silence.lasts(now_ns, answers);
            if answers == 0 && silent > FIRST_ANSWER_MAX {
                bail!(
                    "no store answers at {}: start one with `redplane store`, or name its address with --store",
                    engine.args.store.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                );
            }
            if silent > SILENCE_MAX {
                break;
            }
        }
        engine.stop_asking();
        Ok(())
    }

    /// Keeps the window full until time, writes, or flows are used up, or somebody has had enough.
    fn write(&mut self, begun_ns: u64) -> anyhow::Result<()> {
        let args = self.engine.args.clone();
        self.engine.measure.start(begun_ns);
        let end_ns = begun_ns + Duration::from_secs_f64(args.seconds).as_nanos() as u64;
        self.engine.writing = true;
        let mut silence = Silence::new(begun_ns);
        loop {
            let now_ns = self.engine.line.now_ns();
            let sent = self.engine.measure.sent;
            let over = match args.writes {
                Some(most) => sent >= most,
                None => now_ns >= end_ns,
            };
            let all_read = self.engine.read_count == args.flows;
            let over = over || self.ended.load(Ordering::Relaxed);
            if over || all_read || silence.lasts(now_ns, self.engine.line.answers()) > SILENCE_MAX {
                self.engine.writing = false;
                return Ok(());
            }
            let mut most = u64::from(args.window.saturating_sub(self.engine.under_way));
            if let Some(rate) = args.rate {
                let allowed = u128::from(rate) * u128::from(now_ns - begun_ns) / 1_000_000_000;
                most = most.min((allowed as u64).saturating_sub(sent));
            }
            if let Some(all) = args.writes {
                most = most.min(all - sent);
            }
            for _ in 0..most {
                if !self.begin_one()? {
                    break;
                }
            }
            self.engine.ask_reads()?;
            self.engine.turn(MOMENT)?;
        }
    }

    /// Begins something for some flow; false if none could be found.
    fn begin_one(&mut self) -> anyhow::Result<bool> {
        let args = &self.engine.args;
        let hot_flows = args.flows.div_ceil(100 / HOT_FLOWS);
        let hot = args.distribution == Distribution::Hot && self.random.u32(0..100) < HOT_WRITES;
        let (flows, depth) = if hot { (hot_flows, HOT_DEPTH) } else { (args.flows, 1) };
        let writer = usize::from(self.random.u16(0..args.contenders()));
        let first = self.random.u32(0..flows);
        for probe in 0..PROBES.min(flows) {
            let flow = (first + probe) % flows;
            if self.engine.may_begin(flow, writer, depth) {
                self.engine.begin(flow, writer)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for the acks of what is under way, as long as the store answers.
    fn drain(&mut self) -> anyhow::Result<()> {
        let engine = &mut self.engine;
        let mut silence = Silence::new(engine.line.now_ns());
        while engine.writes_under_way > 0 {
            engine.turn(MOMENT)?;
            if silence.lasts(engine.line.now_ns(), engine.measure.acked) > SILENCE_MAX {
                break;
            }
        }
        engine.measure.settled(engine.line.now_ns());
        engine.stop_asking();
        Ok(())
    }

    /// Reads every flow back that was ever granted, by a switch that takes over.
    fn check(&mut self) -> anyhow::Result<()> {
        // The leases of the writers end, as those of failed switches do: nobody is there to hand them over.
        let leases_end_ns = self.engine.line.now_ns() + self.engine.args.lease_period().as_nanos() as u64;
        while self.engine.line.now_ns() < leases_end_ns {
            self.engine.turn(MOMENT)?;
        }
        self.engine.read_all();
        let mut silence = Silence::new(self.engine.line.now_ns());
        while self.engine.read_count < self.engine.known_count() {
            self.engine.ask_reads()?;
            self.engine.turn(MOMENT)?;
            let read = u64::from(self.engine.read_count);
            let patience = SILENCE_MAX + 2 * self.engine.args.lease_period();
            if silence.lasts(self.engine.line.now_ns(), read) > patience {
                break;
            }
        }
        // The reader's leases go back: nobody has to wait for them.
        let mut silence = Silence::new(self.engine.line.now_ns());
        while self.engine.under_way > 0
            && silence.lasts(self.engine.line.now_ns(), self.engine.line.answers()) < Duration::from_secs(1)
        {
            self.engine.turn(MOMENT)?;
        }
        Ok(())
    }
}

/// How long something that counts up has stood still.
struct Silence {
    since_ns: u64,
    count: u64,
}

impl Silence {
    fn new(now_ns: u64) -> Self {
        Self { since_ns: now_ns, count: 0 }
    }

    fn lasts(&mut self, now_ns: u64, count: u64) -> Duration {
        if count != self.count {
            *self = Self { since_ns: now_ns, count };
        }
        Duration::from_nanos(now_ns.saturating_sub(self.since_ns))
    }
}
