//! `cargo xtask sim`: the simulation, optimised, over as many seeds as one has time for.

use anyhow::Result;

use crate::process;

/// For `--help`.
pub(crate) const HELP: &str = "Runs the simulation over many seeds, or one seed with a trace.

A seed is a run: switches, store, hosts and network in one thread and virtual time, with loss, duplicates, delays,
partitions, crashes and clocks that drift. Checkers look for outputs that no linear order explains, for two owners of
a flow, for acked writes that are gone. A short form of this is part of `cargo xtask test`.

With --snapshots the programs are those of bounded inconsistency: every packet changes a structure, and the checker
keeps its true history. A restored structure must be the true one of an instant no older than the bound.

With --chain the store is a group of one to three replicas, which crash, come back, are voted out although they live, are
cut off from each other and from the configuration master, and stand still for a while. What was acked must be on every
living replica, and a replica that was voted out must not keep a lease alive.

The exit code is 0 if nothing was violated and, from 1000 seeds on, everything that can happen has happened. A
violation prints the command that replays its seed.

Examples:
  cargo xtask sim --seeds 20000
  cargo xtask sim --seeds 20000 --from 20000   the next 20000
  cargo xtask sim --seed 4711                  one seed, with every message
  cargo xtask sim --snapshots --seeds 20000    the same of bounded inconsistency
  cargo xtask sim --chain --seeds 20000        the same with a chain of replicas";

/// Of `cargo xtask sim`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many seeds to run.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    seeds: u64,

    /// The first seed.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    from: u64,

    /// Runs this one seed and prints every message.
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,

    /// Simulates bounded inconsistency instead of the linearizable mode.
    #[arg(long)]
    snapshots: bool,

    /// Simulates a store of several replicas, which fail.
    #[arg(long, conflicts_with = "snapshots")]
    chain: bool,
}

/// Builds and runs the simulation.
///
/// # Errors
/// A promise was broken, or the build failed.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut cargo = process::command(
        "cargo",
        &["run", "--release", "--package", "redplane-tests", "--bin", "sim", "--"],
    )?;
    match args.seed {
        Some(seed) => cargo.args(["--seed", &seed.to_string()]),
        None => cargo.args(["--seeds", &args.seeds.to_string(), "--from", &args.from.to_string()]),
    };
    if args.snapshots {
        cargo.arg("--snapshots");
    }
    if args.chain {
        cargo.arg("--chain");
    }
    process::run(cargo)
}
