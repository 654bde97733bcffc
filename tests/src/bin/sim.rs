//! Runs seeds of a simulation: the long form of the tests of the same names.

use std::process::ExitCode;

use clap::Parser;
use redplane_tests::sim::many::{Ran, run_many_of};
use redplane_tests::sim::summary::Summary;
use redplane_tests::{chain, sim, snapshots};

/// So many seeds that everything must have been exercised in them.
const ENOUGH_SEEDS: u64 = 1000;

/// Runs seeds of a simulation; the exit code is 1 if a promise was broken or something was never exercised.
#[derive(Parser)]
struct Args {
    /// How many seeds to run.
    #[arg(long, default_value_t = ENOUGH_SEEDS)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Ends when so many seeds have failed.
    #[arg(long, default_value_t = 10)]
    failures: usize,
    /// Runs this one seed and prints every message.
    #[arg(long)]
    seed: Option<u64>,
    /// Of bounded inconsistency instead of the linearizable mode.
    #[arg(long)]
    snapshots: bool,
    /// With a store that is a chain of replicas, which fail.
    #[arg(long, conflicts_with = "snapshots")]
    chain: bool,
}

/// A simulation: how a seed is run, what is never exercised in a summary, and the option that chooses it.
type Simulation = (fn(u64, bool) -> Ran, fn(&Summary) -> Vec<String>, &'static str);

fn main() -> ExitCode {
    let args = Args::parse();
    let (run, never, option): Simulation = match (args.snapshots, args.chain) {
        (true, _) => (snapshots::run, Summary::never_of_snapshots, "--snapshots "),
        (_, true) => (chain::run, Summary::never_of_chain, "--chain "),
        _ => (sim::run, Summary::never, ""),
    };
    if let Some(seed) = args.seed {
        let (summary, trace, result) = run(seed, true);
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
    let many = run_many_of(run, args.from, args.seeds, args.failures, || progress.inc(1));
    progress.finish_and_clear();
    println!("{}", many.summary.table());
    for (seed, violation) in &many.failures {
        println!("VIOLATION seed {seed}: {violation}\n  replay: cargo xtask sim {option}--seed {seed}");
    }
    let never = if args.seeds < ENOUGH_SEEDS { Vec::new() } else { never(&many.summary) };
    if !never.is_empty() {
        println!("never exercised: {}", never.join(", "));
    }
    println!("{} seeds, {} violations", many.summary.runs, many.failures.len());
    if many.failures.is_empty() && never.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
