//! The one door to chores: `cargo xtask`.
//!
//! A chore is a file with `run`. It says which commands it runs, brings what they need or names it, and ends with an exit code
//! other than 0 if anything was wrong. CI calls the same commands as people do.

mod bare;
mod bench;
mod equivalence;
mod figures;
mod firmware;
mod kill;
mod p4;
mod process;
mod replay_all;
mod setup;
mod sim;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// RedPlane's chores.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    long_about = "RedPlane's chores.

  cargo xtask test               before every commit, and all that CI does
  cargo xtask sim --seeds 20000  after a change of the protocol
  cargo xtask kill               after a change of chain, master or server
  cargo xtask bench              after a change of the packet path
  cargo xtask replay-all DIR     after a change of parser or NAT
  cargo xtask equivalence        after a change of recorder, placement or simulator
  cargo xtask figures            after a change of programs, placement or simulator
  cargo xtask firmware           after a change of the data plane, the soft core's target or a board
  cargo xtask p4                 after a change of the data plane: P4 programs anew

`cargo xtask help COMMAND` explains each."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks and tests everything: what CI runs.
    #[command(long_about = test::HELP)]
    Test,
    /// Runs the simulation over many seeds, or one seed with a trace.
    #[command(long_about = sim::HELP)]
    Sim(sim::Args),
    /// Kills and stops replicas of a store under load.
    #[command(long_about = kill::HELP)]
    Kill(kill::Args),
    /// Counts instructions, bytes and requests, and compares them with their limits.
    #[command(long_about = bench::HELP)]
    Bench(bench::Args),
    /// Replays every capture of a folder through a failover.
    #[command(long_about = replay_all::HELP)]
    ReplayAll(replay_all::Args),
    /// Compares the native switch with the placed pipelines over many packets.
    #[command(long_about = equivalence::HELP)]
    Equivalence(equivalence::Args),
    /// Makes the paper's Table 2 and Figure 15 anew.
    #[command(long_about = figures::HELP)]
    Figures(figures::Args),
    /// Builds firmware for bare targets, measures it, and boots it in QEMU.
    #[command(long_about = firmware::HELP)]
    Firmware(firmware::Args),
    /// Writes the golden P4 programs anew.
    #[command(long_about = p4::HELP)]
    P4,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Test => test::run(),
        Command::Sim(args) => sim::run(&args),
        Command::Kill(args) => kill::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::ReplayAll(args) => replay_all::run(&args),
        Command::Equivalence(args) => equivalence::run(&args),
        Command::Figures(args) => figures::run(&args),
        Command::Firmware(args) => firmware::run(&args),
        Command::P4 => p4::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
