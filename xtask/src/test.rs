//! `cargo xtask test`: everything that must hold before a commit, cheap checks first, the tests last.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{command, quietly, root, run as run_command};
use crate::setup::{self, Tool};
use crate::{bare, firmware, tidy};

/// For `--help`.
pub(crate) const HELP: &str = "Checks and tests everything: what CI runs.

The steps, cheap ones first: tidy files, rustfmt, clippy, clippy with the feature defmt, documentation, a firmware
that links without std and allocator, documentation tests, the benchmarks as tests, the control plane of the Tofino,
the firmware (`cargo xtask firmware`), and all tests with a short simulation among them. It ends with the test runner's own last line. The first step that fails ends it.

Tests run in cargo-nextest if that is installed, else in cargo test. Captures in ../shared/traces are used if they
are there. The tests of TAP interfaces need root and the program `ip`. What will be skipped is said before the tests.

As root, missing Debian packages are installed (procps, iproute2, python3, etcd-server, redis-server, and those that
`cargo xtask firmware` names); otherwise they are named.";

const TOOLS: [Tool; 5] = [
    Tool {
        program: "kill",
        package: "procps",
        purpose: "the tests that stop a store by signal",
        optional: false,
    },
    Tool {
        program: "python3",
        package: "python3",
        purpose: "the tests of the Tofino's control plane",
        optional: false,
    },
    Tool {
        program: "etcd",
        package: "etcd-server",
        purpose: "the tests of etcd as an engine and as a master",
        optional: false,
    },
    Tool {
        program: "redis-server",
        package: "redis-server",
        purpose: "the tests of Redis as an engine",
        optional: false,
    },
    Tool { program: "ip", package: "iproute2", purpose: "the tests of TAP interfaces", optional: true },
];

/// Name and deed.
type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 11] = [
    ("tidy files", tidy::run),
    ("format", || cargo(&["fmt", "--all", "--check"])),
    ("clippy", || {
        cargo(&["clippy", "--quiet", "--keep-going", "--workspace", "--all-targets", "--", "-D", "warnings"])
    }),
    ("clippy with defmt", defmt),
    ("documentation", documentation),
    ("firmware without std and allocator", bare::run_all),
    ("documentation tests", || cargo(&["test", "--quiet", "--workspace", "--doc"])),
    ("benchmarks as tests", || {
        cargo(&[
            "test",
            "--quiet",
            "--package",
            "redplane-store",
            "--bench",
            "requests",
            "--bench",
            "durability",
        ])
    }),
    ("control plane of the Tofino", control_plane),
    ("firmware", firmware::check),
    ("tests", tests),
];

/// Runs all steps.
///
/// # Errors
/// A step failed; the others were not run.
pub(crate) fn run() -> Result<()> {
    setup::tools(&TOOLS)?;
    setup::component("fmt", "rustfmt")?;
    setup::component("clippy", "clippy")?;
    let start = Instant::now();
    for (number, (name, step)) in (1..).zip(STEPS) {
        println!("\n[{number}/{}] {name}, after {:.0} s", STEPS.len(), start.elapsed().as_secs_f32());
        step().with_context(|| format!("step {number}, {name}"))?;
    }
    Ok(())
}

fn cargo(args: &[&str]) -> Result<()> {
    run_command(command("cargo", args)?)
}

/// The feature is checked and not linked: a logger is the firmware's to choose.
fn defmt() -> Result<()> {
    let packages =
        ["--package", "redplane-core", "--package", "redplane-apps", "--features", "redplane-apps/defmt"];
    cargo(&[&["clippy", "--quiet"], &packages[..], &["--", "-D", "warnings"]].concat())
}

fn documentation() -> Result<()> {
    let mut doc = command("cargo", &["doc", "--quiet", "--keep-going", "--workspace", "--no-deps"])?;
    doc.env("RUSTDOCFLAGS", "-D warnings");
    run_command(doc)
}

/// The control plane is Python; its tests run against a switch in memory.
fn control_plane() -> Result<()> {
    let mut python = command("python3", &["-m", "unittest", "discover", "-s", "tests"])?;
    python.current_dir(root()?.join("targets/tofino/control"));
    // No files of Python's own among ours.
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    run_command(python)
}

/// The last line is the runner's: nextest's is about all tests, cargo test's about the last crate.
fn tests() -> Result<()> {
    announce_skips()?;
    if quietly("cargo", &["nextest", "--version"]).is_some() {
        cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "--status-level", "slow"])
    } else {
        cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"])
    }
}

/// A test that skips itself passes, and runners hide what passing tests say.
fn announce_skips() -> Result<()> {
    let is_there = |path| Ok::<_, anyhow::Error>(root()?.join(path).exists());
    let conditions = [
        (is_there("../shared/traces")?, "no ../shared/traces: tests over real captures do nothing"),
        (is_there("/dev/net/tun")?, "no /dev/net/tun: tests of TAP interfaces do nothing"),
        (setup::is_root(), "not root: tests of TAP interfaces do nothing"),
    ];
    for (_, lack) in conditions.iter().filter(|(holds, _)| !holds) {
        println!("{lack}");
    }
    Ok(())
}
