//! What builds for a bare target: the user's rustup target where it is installed, else the system's Rust with its library source.
//!
//! A rustup toolchain without the target could not get it from everywhere; Debian's packages bring compiler, library source
//! and linker of one version, from which `core` is built along. Which of the two is used is said.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{command, quietly, root};
use crate::setup::{self, Tool};

/// The bare targets that are supported.
pub(crate) const TARGETS: [&str; 4] = [
    "riscv32imc-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
    "riscv32i-unknown-none-elf",
    "thumbv7em-none-eabihf",
];

/// The system's programs by path: a rustup toolchain may stand before them in the search path.
const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// Part of the library source; `core` cannot be built without it.
const SOURCE: &str = "/usr/lib/rustlib/src/rust/library/core/src/lib.rs";

/// Any of these links; Debian's have their version in the name.
const LINKERS: [&str; 3] = ["ld.lld-22", "ld.lld", "ld.lld-19"];

/// Releases of Debian that have a newer Rust beside their own.
const NEWER: [Tool; 4] = tools(["cargo-web", "rustc-web", "rust-web-src", "lld-22"], "ld.lld-22");

/// Others, whose own is new enough.
const OWN: [Tool; 4] = tools(["cargo", "rustc", "rust-src", "lld"], "ld.lld");

const fn tools(packages: [&'static str; 4], linker: &'static str) -> [Tool; 4] {
    const fn tool(program: &'static str, package: &'static str) -> Tool {
        Tool { program, package, purpose: "building for bare targets", optional: false }
    }
    let [cargo, rustc, source, lld] = packages;
    [tool(CARGO, cargo), tool(RUSTC, rustc), tool(SOURCE, source), tool(linker, lld)]
}

/// Builds for one bare target.
#[derive(Debug)]
pub(crate) struct Toolchain {
    target: &'static str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Rustup,
    System { linker: PathBuf },
}

impl Toolchain {
    /// What builds for `target` here; installs the system's if there is nothing and we are root.
    ///
    /// # Errors
    /// There is nothing and nothing can be installed; says what to do.
    pub(crate) fn find(target: &'static str) -> Result<Self> {
        let installed = quietly("rustup", &["target", "list", "--installed"]).unwrap_or_default();
        if installed.lines().any(|line| line == target) {
            return Ok(Self { target, kind: Kind::Rustup });
        }
        let linker = match system_linker() {
            Some(linker) => linker,
            None => {
                install().with_context(|| format!("nothing builds for {target}: {}", by_hand(target)))?;
                system_linker().with_context(|| format!("no linker for {target}: {}", by_hand(target)))?
            }
        };
        Ok(Self { target, kind: Kind::System { linker } })
    }

    /// In words, for whoever reads the sizes that it makes.
    pub(crate) fn name(&self) -> String {
        match &self.kind {
            Kind::Rustup => {
                let version = quietly("rustc", &["--version"]).unwrap_or_default();
                format!("your rustup target {}, {}", self.target, version.trim())
            }
            Kind::System { linker } => {
                let version = quietly(RUSTC, &["--version"]).unwrap_or_default();
                let linker = linker.file_name().unwrap_or_default().to_string_lossy();
                format!("the system's {} with core from its source, {linker}", version.trim())
            }
        }
    }

    /// A subcommand of cargo that builds for the target; the caller adds what.
    ///
    /// # Errors
    /// None but those of [`command`].
    pub(crate) fn cargo(&self, subcommand: &str) -> Result<Command> {
        let mut cargo = match &self.kind {
            Kind::Rustup => command("cargo", &[subcommand])?,
            Kind::System { linker } => {
                let mut cargo = command(CARGO, &[subcommand, "-Zbuild-std=core"])?;
                cargo.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1");
                let target = self.target.to_uppercase().replace('-', "_");
                cargo.env(format!("CARGO_TARGET_{target}_LINKER"), linker);
                // `cargo run` sets it for this program, with another compiler's libraries.
                cargo.env_remove("LD_LIBRARY_PATH");
                cargo
            }
        };
        cargo.args(["--target", self.target]).arg("--target-dir").arg(target_dir()?);
        Ok(cargo)
    }

    /// A linker that takes arguments as `ld` does.
    ///
    /// # Errors
    /// The rustup toolchain does not say where its own is.
    pub(crate) fn linker(&self) -> Result<PathBuf> {
        match &self.kind {
            Kind::System { linker } => Ok(linker.clone()),
            Kind::Rustup => {
                let libraries =
                    quietly("rustc", &["--print", "target-libdir"]).context("rustc names no folder")?;
                Ok(Path::new(libraries.trim()).with_file_name("bin").join("gcc-ld/ld.lld"))
            }
        }
    }
}

/// Where images are built: beside what is built for the host, for another compiler may build them.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().map(|root| root.join("target")), |dir| Ok(dir.into()));
    Ok(own?.join("firmware"))
}

/// The first of these programs that is in the search path.
pub(super) fn first_in_path(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs: Vec<_> = std::env::split_paths(&path).collect();
    programs.iter().find_map(|program| dirs.iter().map(|dir| dir.join(program)).find(|file| file.is_file()))
}

/// The system's linker, if everything else that is needed is there too.
fn system_linker() -> Option<PathBuf> {
    [CARGO, RUSTC, SOURCE].iter().all(|path| Path::new(path).is_file()).then(|| first_in_path(&LINKERS))?
}

fn install() -> Result<()> {
    setup::tools(&NEWER).or_else(|newer| {
        setup::tools(&OWN).with_context(|| format!("{newer:#} (or, where there is no such package)"))
    })
}

fn by_hand(target: &str) -> String {
    format!("either `rustup target add {target}`, or the system's Rust, its library source and lld")
}
