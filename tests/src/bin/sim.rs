//! Runs seeds of the simulation: the long form of the test of the same name.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use redplane_tests::sim::{self, summary::Summary};

/// Runs seeds of the simulation; the exit code is 1 if a promise was broken or something was never exercised.
#[derive(Parser)]
struct Args {
    /// How many seeds to run.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Runs this one seed and prints every message.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(seed) = args.seed {
        let (summary, trace, result) = sim::run(seed, true);
        trace.iter().for_each(|line| println!("{line}"));
        println!("\n{}", summary.table());
        return match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(violation) => {
                println!("seed {seed}: {violation}");
                ExitCode::FAILURE
            }
        };
    }
    let progress = indicatif::ProgressBar::new(args.seeds);
    let next = AtomicU64::new(args.from);
    let end = args.from + args.seeds;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut summary = Summary::default();
        let mut failures = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end || failures.len() >= 10 {
                return (summary, failures);
            }
            let (run, _, result) = sim::run(seed, false);
            summary.add(&run);
            failures.extend(result.err().map(|violation| (seed, violation)));
            progress.inc(1);
        }
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
    });
    progress.finish_and_clear();
    if results.len() < threads {
        println!("a run panicked; its seed is in the message above");
        return ExitCode::FAILURE;
    }
    let mut summary = Summary::default();
    let mut failures = Vec::new();
    for (part, failed) in results {
        summary.add(&part);
        failures.extend(failed);
    }
    failures.sort_by_key(|(seed, _)| *seed);
    println!("{}", summary.table());
    for (seed, violation) in &failures {
        println!("VIOLATION seed {seed}: {violation}\n  replay: cargo xtask sim --seed {seed}");
    }
    let never = if args.seeds >= 1000 { summary.never() } else { Vec::new() };
    if !never.is_empty() {
        println!("never exercised: {}", never.join(", "));
    }
    println!("{} seeds, {} violations", summary.runs, failures.len());
    if failures.is_empty() && never.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
