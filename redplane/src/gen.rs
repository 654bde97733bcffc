//! `redplane gen`: programs for other machines, written as files.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use redplane_tofino::generate::{self, Options, generate};

use crate::exit::{Kind, OrExit};

/// Options of `redplane gen`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Writes programs for switches: P4 for Tofino, with its control plane",
    long_about = "Writes programs for switches.

`p4` writes the P4-16 text for a Tofino 1 (TNA), what the control plane has to know of it (manifest.json, reuse_rule.py),
and the control plane itself, a Python package. The text is made from the data plane that all other switches run; it is
checked against the chip's rules as far as they are known, and not compiled.

Examples:
  redplane gen p4 --app nat -o nat-tofino
  redplane gen p4 --app counter --flows 16384 -o counter-tofino"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// P4-16 for Tofino 1 (TNA), with its control plane.
    P4(P4),
}

/// Options of `redplane gen p4`.
#[derive(Debug, clap::Args)]
struct P4 {
    /// The application.
    #[arg(long, value_enum)]
    app: App,

    /// Folder to write into; made if it is not there. Files of the same names are replaced.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Flow slots, a power of two.
    #[arg(long, value_name = "NUMBER", default_value_t = Options::default().flows)]
    flows: u32,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum App {
    Nat,
    Counter,
}

/// Runs the command.
///
/// # Errors
/// The program does not fit the chip, or a file cannot be written.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let What::P4(args) = args.what;
    let app = match args.app {
        App::Nat => generate::App::Nat,
        App::Counter => generate::App::Counter,
    };
    let files = generate(app, Options { flows: args.flows }).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("{} does not fit a Tofino with {} flows:{}", app.name(), args.flows, errors.concat())
    });
    for file in files.or_exit(Kind::Usage)? {
        let path = args.output.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))
                .or_exit(Kind::System)?;
        }
        fs::write(&path, &file.text)
            .with_context(|| format!("cannot write {}", path.display()))
            .or_exit(Kind::System)?;
        println!("{}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
