//! `redplane figures`: the paper's figures about the switch itself, made anew from the simulated switch.
//!
//! Each figure is a file with its options, and gives text for the terminal, CSV and SVG. Each says which of its numbers are ours,
//! from a model or a simulation, and which are published.

mod fig15;
mod plot;
mod table2;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use redplane_core::program::Program;
use redplane_hdl_sim::check::Violation;
use redplane_hdl_sim::pipeline::Pipeline;

use crate::exit::{Kind, OrExit};

/// Options of `redplane figures`.
///
/// Makes the paper's figures about the switch anew.
#[derive(Debug, clap::Args)]
#[command(long_about = "Makes the paper's figures about the switch anew, from the simulated switch.

  table2  what RedPlane takes of a Tofino: our model of the placed programs, beside the paper's Table 2 and what the
          real compiler reports for the authors' prototype
  fig15   how much the copies of unacked writes take of the packet buffer: the counter, placed on a Tofino and run
          cycle by cycle, beside the two figures that the paper states

Prints tables with every parameter, and writes CSV and SVG. The same options give the same files.

Examples:
  redplane figures                                   all, into target/figures/
  redplane figures -o out table2
  redplane figures fig15 --resend-after 1000         copies wait half as long until they are sent again
  redplane figures fig15 --rates 100 --losses 0,2    two points of it")]
pub(crate) struct Args {
    /// Which.
    #[arg(default_value = "all")]
    which: Which,

    /// Directory for CSV and SVG; made if it does not exist.
    #[arg(short, long, value_name = "DIR", default_value = "target/figures")]
    output: PathBuf,

    #[command(flatten)]
    table2: table2::Args,

    #[command(flatten)]
    fig15: fig15::Args,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Which {
    /// What RedPlane takes of a Tofino.
    Table2,
    /// What copies of writes take of the packet buffer.
    Fig15,
    /// Both.
    All,
}

/// A figure that is made.
struct Figure {
    /// The name of its files.
    name: &'static str,
    /// What is printed.
    text: String,
    csv: String,
    svg: String,
}

/// Makes the figures.
///
/// # Errors
/// Options that do not go together, a program that does not fit, or a directory that cannot be written to.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    args.fig15.check().or_exit(Kind::Usage)?;
    fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make the directory {}", args.output.display()))
        .or_exit(Kind::System)?;
    if args.which != Which::Fig15 {
        show(table2::make(&args.table2)?, &args.output)?;
    }
    if args.which != Which::Table2 {
        show(fig15::make(&args.fig15)?, &args.output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(figure: Figure, output: &Path) -> Result<()> {
    println!("{}", figure.text);
    for (ending, text) in [("csv", &figure.csv), ("svg", &figure.svg)] {
        let path = output.join(figure.name).with_extension(ending);
        fs::write(&path, text)
            .with_context(|| format!("cannot write {}", path.display()))
            .or_exit(Kind::System)?;
        println!("wrote {}", path.display());
    }
    println!();
    Ok(())
}

/// A placed program, or why it does not fit, as an error.
fn placed<P: Program>(pipeline: Result<Pipeline, Vec<Violation>>) -> Result<Pipeline> {
    pipeline.map_err(|violations| {
        let reasons: Vec<_> = violations.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{} does not fit: {}", P::SCHEMA.name, reasons.join("; "))
    })
}
