//! The command-line tool: a thin face over the library crates.
//!
//! Each subcommand is a file with `Args` and `run`. Results go to standard output, logs and errors to standard error; an error
//! is one sentence that names the remedy, and the exit code tells its kind ([`exit`]).

mod bench;
mod decode;
mod demo;
mod exit;
mod figures;
mod r#gen;
mod replay;
mod store;
mod switch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// RedPlane: stateful in-network programs that survive the loss of the device they run on.
#[derive(Parser)]
#[command(name = "redplane", version, after_long_help = exit::HELP)]
#[command(
    long_about = "RedPlane: stateful in-network programs that survive the loss of the device they run on.

Every state change is replicated from the data plane to a store before any packet that reveals it leaves; after a
failure any other switch continues with the same state.

  redplane demo                                      the failover experiment, on this machine, with a plot
  redplane replay --pcap office.pcap --fail-at 5000  a capture through two NAT switches, one of which dies
  redplane store --app nat --pool 203.0.113.0/28     a state store
  redplane switch --app nat --store 10.9.0.1:8000 \\
      --inside tap:rp-in --outside tap:rp-out \\
      --pool 203.0.113.0/28                           a software switch
  redplane bench store                               pushes a store to its limits, and proves what it acked
  redplane decode messages.pcap                      protocol messages, one line each
  redplane figures                                   the paper's figures about the switch, from a simulated one
  redplane gen p4 --app nat -o nat-tofino            P4 for a Tofino, with its control plane

`redplane help COMMAND` explains each with examples."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

// A command without words here has them at its `Args`: words here would hide the long ones there.
#[derive(Subcommand)]
enum Command {
    /// Shows on this machine what a switch's failure does to TCP connections, with RedPlane and without.
    Demo(demo::Args),
    /// Runs a state store.
    Store(Box<store::Args>),
    Switch(switch::Args),
    Replay(replay::Args),
    Decode(decode::Args),
    Figures(figures::Args),
    Gen(r#gen::Args),
    /// Pushes a part of RedPlane to its limits, and checks what it promised.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut logger = env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn"));
    if let Command::Store(args) = &cli.command {
        args.set_up_logs(&mut logger);
    }
    logger.init();
    let result = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Store(args) => store::run(*args),
        Command::Switch(args) => switch::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Decode(args) => decode::run(args),
        Command::Figures(args) => figures::run(args),
        Command::Gen(args) => r#gen::run(args),
        Command::Bench(args) => bench::run(args),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("redplane: {error:#}");
            exit::code_of(&error)
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
