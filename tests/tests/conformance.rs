//! Conformance: each script on each machine gives what stands beside it, byte for byte; the firmware in QEMU too.
//!
//! `REDPLANE_BLESS=1 cargo test -p redplane-tests --test conformance scripts_are` writes the scripts anew, and what the native switch
//! makes of them.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use redplane_core::count::{Event, Reason};
use redplane_tests::conformance::{Outcome, Runner, SCRIPTS, first_difference};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

fn script_file(name: &str) -> PathBuf {
    folder().join(name).with_extension("txt")
}

fn expected_file(name: &str) -> PathBuf {
    folder().join(name).with_extension("expected")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn ran(runner: Runner, script: &str) -> String {
    match runner.play(script).unwrap() {
        Outcome::Ran(lines) => lines,
        Outcome::Exempt(reason) => panic!("{} need not run it: {reason}", runner.name()),
    }
}

fn judge(script_name: &str, machine: &str, script: &str, printed: &str) {
    if let Some(difference) = first_difference(script, &read(&expected_file(script_name)), printed) {
        panic!("{script_name} on {machine}:\n{difference}");
    }
}

/// The scripts say how they came about, so they are what the scenarios write today.
#[test]
fn scripts_are_what_the_scenarios_write() {
    let bless = env::var_os("REDPLANE_BLESS").is_some();
    for (name, scenario) in SCRIPTS {
        let script = scenario();
        if bless {
            fs::write(script_file(name), &script).unwrap();
            fs::write(expected_file(name), ran(Runner::Native, &script)).unwrap();
        }
        assert!(
            read(&script_file(name)) == script,
            "{name} is another script; REDPLANE_BLESS=1 writes it anew"
        );
    }
}

#[test]
fn native_switch_does_what_is_expected() {
    for (name, _) in SCRIPTS {
        let script = read(&script_file(name));
        judge(name, "the native switch", &script, &ran(Runner::Native, &script));
    }
}

#[test]
fn softcore_device_does_what_is_expected() {
    for (name, _) in SCRIPTS {
        let script = read(&script_file(name));
        judge(name, "the soft core's device", &script, &ran(Runner::SoftCore, &script));
    }
}

#[test]
fn simulated_pipeline_does_what_is_expected() {
    let mut exempt = vec![];
    for (name, _) in SCRIPTS {
        let script = read(&script_file(name));
        match Runner::Pipeline.play(&script).unwrap() {
            Outcome::Ran(printed) => judge(name, "the simulated pipeline", &script, &printed),
            Outcome::Exempt(reason) => exempt.push((name, reason)),
        }
    }
    assert_eq!(exempt, [("make-room", "make-room".to_owned())], "exemptions");
}

/// What no script has: what programs do that go open or have a structure, what a network card loses, what only a store counts.
const NEVER: [&str; 8] = [
    "WentOpen",
    "Stale",
    "NotRestored",
    "SnapshotOld",
    "SnapshotRange",
    "DatagramTooLong",
    "NoBuffer",
    "PortTooHigh",
];

#[test]
fn scripts_exercise_everything_that_a_switch_counts() {
    let last = Event::ALL.iter().position(|event| *event == Event::Swept).unwrap();
    let events = Event::ALL[..=last].iter().map(|event| event.name());
    let mut missing: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.name()).chain(events).collect();
    for (name, _) in SCRIPTS {
        for line in read(&expected_file(name)).lines().filter_map(|line| line.strip_prefix("total ")) {
            missing.remove(line.split(' ').next().unwrap());
        }
    }
    assert_eq!(missing, BTreeSet::from(NEVER));
}

/// Targets whose image is run: those that the board's core understands.
const TARGETS: [&str; 2] = ["riscv32imc-unknown-none-elf", "riscv32imac-unknown-none-elf"];

/// A script that takes longer than this in QEMU hangs.
const QEMU_MAX: Duration = Duration::from_secs(60);

/// An image that `cargo xtask firmware` built; `None` if it was not built for this target.
fn image(target: &str) -> Option<PathBuf> {
    let folder = env::var("REDPLANE_FIRMWARE").expect(
        "REDPLANE_FIRMWARE names the folder of the images: `cargo xtask firmware` builds them and runs this test",
    );
    let image = Path::new(&folder).join(target).join("release/conformance");
    image.is_file().then_some(image)
}

/// Runs a script on an image; gives what it has printed.
fn boot(image: &Path, name: &str, script: &str) -> String {
    // The machine is told names without a folder: its command line is short, and knows no space in a name.
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::copy(image, folder.join("image")).unwrap();
    fs::write(folder.join("script"), script).unwrap();
    let mut qemu = Command::new("qemu-system-riscv32");
    qemu.args(["-M", "virt", "-m", "32M", "-bios", "none", "-display", "none", "-monitor", "none"]);
    qemu.args(["-serial", "stdio", "-semihosting-config", "enable=on,target=native"]);
    qemu.args(["-kernel", "image", "-append", "script printed"]);
    qemu.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::piped());
    let machine = qemu.spawn().expect("qemu-system-riscv32, in Debian's package qemu-system-misc");
    let (ended_well, console) = wait(machine);
    assert!(ended_well, "{name} in QEMU: {console}");
    let printed = read(&folder.join("printed"));
    fs::remove_dir_all(&folder).unwrap();
    printed
}

/// Waits for the machine's end, or ends it; gives whether it ended by itself and well, and what its console shows.
fn wait(mut machine: Child) -> (bool, String) {
    let start = Instant::now();
    while machine.try_wait().unwrap().is_none() {
        if start.elapsed() > QEMU_MAX {
            machine.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(10));
    }
    let output = machine.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware"]
fn firmware_in_qemu_does_what_is_expected() {
    let images: Vec<_> = TARGETS.into_iter().filter_map(|target| Some((target, image(target)?))).collect();
    assert!(
        !images.is_empty(),
        "REDPLANE_FIRMWARE has no image release/conformance for {}",
        TARGETS.join(" or ")
    );
    for (target, image) in images {
        for (name, _) in SCRIPTS {
            let script = read(&script_file(name));
            judge(name, &format!("the firmware for {target}"), &script, &boot(&image, name, &script));
        }
    }
}

#[test]
fn line_that_differs_is_named_with_the_step_that_caused_it() {
    let (script, expected) =
        ("# note\nat 1 poll\nat 2 poll\n", "2 store 00\n3 store 01\n3 counts Resent 1\n");
    assert_eq!(first_difference(script, expected, expected), None);
    let found = |printed| first_difference(script, expected, printed).unwrap();
    assert_eq!(
        found("2 store 00\n3 store 11\n3 counts Resent 1\n"),
        "step: at 2 poll\nexpected: 3 store 01\nprinted:  3 store 11"
    );
    assert_eq!(
        found("3 store 01\n3 counts Resent 1\n"),
        "step: at 1 poll\nexpected: 2 store 00\nprinted:  3 store 01"
    );
    assert_eq!(
        found("2 store 00\n3 store 01\n"),
        "step: at 2 poll\nexpected: 3 counts Resent 1\nprinted:  nothing more"
    );
}
