//! Compares the native switch with the placed pipelines over many packets: the long form of the test of the same name.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_hdl_sim::target::TOFINO1;
use redplane_tests::equivalence::{App, Difference, Run, Tally, capture, run};

/// So many packets that everything must have been exercised in them.
const ENOUGH_PACKETS: u64 = 100_000;

/// Steps of a run of drawn frames.
const STEPS: u64 = 6000;

/// Of so many runs one is back to back.
const BURST_EVERY: u64 = 8;

/// Frames and messages of a burst.
const BURST: usize = 100;

/// Compares native switch and placed pipeline; the exit code is 1 if they differed or something was never exercised.
#[derive(Parser)]
struct Args {
    /// How many packets to offer at least, those of captures among them.
    #[arg(long, default_value_t = 1_000_000)]
    packets: u64,
    /// A folder of captures, each of which both applications are given whole. May be said more than once.
    #[arg(long)]
    captures: Vec<PathBuf>,
    /// The seed of the first run.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// A run that found a difference: how to find it again.
struct Found {
    app: App,
    of: String,
    difference: Difference,
}

/// What the threads share.
struct Work<'a> {
    pipelines: [&'a Pipeline; 2],
    captures: &'a [capture::Frames],
    from: u64,
    packets: u64,
    next: AtomicU64,
    offered: AtomicU64,
    tally: Mutex<Tally>,
    found: Mutex<Vec<Found>>,
    progress: indicatif::ProgressBar,
}

impl Work<'_> {
    /// Takes runs until there are enough packets or something was found.
    fn go(&self) {
        let mut tally = Tally::default();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let app = App::ALL[number as usize % App::ALL.len()];
            let capture = self.captures.get(number as usize / App::ALL.len());
            let enough = capture.is_none() && self.offered.load(Ordering::Relaxed) >= self.packets;
            if enough || !lock(&self.found).is_empty() {
                break;
            }
            let pipeline = self.pipelines[number as usize % App::ALL.len()];
            let captured = capture.map(|capture| &capture.frames[..]);
            let is_burst = capture.is_none() && (number / App::ALL.len() as u64).is_multiple_of(BURST_EVERY);
            let (steps, burst) = if is_burst { (STEPS / BURST as u64, BURST) } else { (STEPS, 0) };
            let setting = Run { seed: self.from + number, steps, burst, captured };
            let before = tally.packets();
            let outcome = run(app, pipeline, &setting, &mut tally);
            let offered = tally.packets() - before;
            self.offered.fetch_add(offered, Ordering::Relaxed);
            self.progress.inc(offered);
            if let Err(difference) = outcome {
                let of = match capture {
                    Some(capture) => capture.path.display().to_string(),
                    None if is_burst => "drawn, back to back".to_owned(),
                    None => "drawn".to_owned(),
                };
                lock(&self.found).push(Found { app, of, difference });
            }
        }
        lock(&self.tally).add(&tally);
    }
}

/// What a thread that panicked has left is as good as any: its panic ends the program.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn main() -> ExitCode {
    match compare(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(args: &Args) -> Result<bool, String> {
    let mut captures = vec![];
    for folder in &args.captures {
        let found = capture::captures_in(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        if found.is_empty() {
            return Err(format!("no captures in {}", folder.display()));
        }
        captures.extend(found);
    }
    for capture in &captures {
        let fault = capture.fault.as_ref().map(|fault| format!(" ({fault})")).unwrap_or_default();
        println!("{:>10} frames in {}{fault}", capture.frames.len(), capture.path.display());
    }
    let counter = App::Counter.place_as_shipped(&TOFINO1)?;
    let nat = App::Nat.place_as_shipped(&TOFINO1)?;
    let work = Work {
        pipelines: [&counter, &nat],
        captures: &captures,
        from: args.from,
        packets: args.packets,
        next: AtomicU64::new(0),
        offered: AtomicU64::new(0),
        tally: Mutex::default(),
        found: Mutex::default(),
        progress: indicatif::ProgressBar::new(args.packets),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(|| work.go()))));
    work.progress.finish_and_clear();
    let (tally, found) = (lock(&work.tally), lock(&work.found));
    println!("{tally}");
    for Found { app, of, difference } in found.iter() {
        println!("DIFFERENCE {} ({of}) {difference}", app.name());
    }
    let never = if tally.packets() >= ENOUGH_PACKETS { tally.never() } else { vec![] };
    if !never.is_empty() {
        println!("never exercised: {}", never.join(", "));
    }
    println!("{} packets, {} captures, {} differences", tally.packets(), captures.len(), found.len());
    Ok(found.is_empty() && never.is_empty())
}
