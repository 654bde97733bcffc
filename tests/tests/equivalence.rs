//! The placed pipelines do what the native switch does; `cargo xtask equivalence` is the long form.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use redplane_hdl_sim::pipeline::{Pipeline, Unit};
use redplane_hdl_sim::target::{SMALL_FPGA, TOFINO1};
use redplane_tests::equivalence::{App, Run, Tally, capture, run};
use redplane_tests::sim::frames;

static COUNTER: LazyLock<Pipeline> = LazyLock::new(|| App::Counter.place_as_shipped(&TOFINO1).unwrap());
static NAT: LazyLock<Pipeline> = LazyLock::new(|| App::Nat.place_as_shipped(&TOFINO1).unwrap());
static COUNTER_ON_FPGA: LazyLock<Pipeline> = LazyLock::new(|| App::Counter.place(&SMALL_FPGA, 4096).unwrap());

/// With more flows than the memory of a stage holds.
static COUNTER_IN_PARTS: LazyLock<Pipeline> =
    LazyLock::new(|| App::Counter.place(&TOFINO1, PARTED_FLOWS).unwrap());

const PARTED_FLOWS: u32 = 1 << 17;

fn tofino(app: App) -> &'static Pipeline {
    match app {
        App::Counter => &COUNTER,
        App::Nat => &NAT,
    }
}

fn same(app: App, pipeline: &Pipeline, setting: &Run<'_>) -> Result<(), TestCaseError> {
    run(app, pipeline, setting, &mut Tally::default())
        .map_err(|difference| TestCaseError::fail(difference.to_string()))
}

fn few() -> ProptestConfig {
    ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() }
}

// A case that fails shrinks to the smallest seed that fails and to the step in which it does.
proptest! {
    #![proptest_config(few())]

    #[test]
    fn counter_on_a_tofino_does_what_the_switch_does(seed: u64, steps in 1..1500u64) {
        same(App::Counter, &COUNTER, &Run { seed, steps, burst: 0, captured: None })?;
    }

    #[test]
    fn nat_on_a_tofino_does_what_the_switch_does(seed: u64, steps in 1..1500u64) {
        same(App::Nat, &NAT, &Run { seed, steps, burst: 0, captured: None })?;
    }

    #[test]
    fn counter_on_a_small_fpga_does_what_the_switch_does(seed: u64, steps in 1..1500u64) {
        same(App::Counter, &COUNTER_ON_FPGA, &Run { seed, steps, burst: 0, captured: None })?;
    }

    #[test]
    fn counter_with_a_flow_table_in_parts_does_what_the_switch_does(seed: u64, steps in 1..1500u64) {
        let stages = COUNTER_IN_PARTS.ingress.iter();
        let lookups = stages.flat_map(|stage| &stage.units).filter(|unit| matches!(unit, Unit::Lookup { .. }));
        prop_assert!(lookups.count() > 1, "the table is in one part");
        same(App::Counter, &COUNTER_IN_PARTS, &Run { seed, steps, burst: 0, captured: None })?;
    }

    #[test]
    fn counter_back_to_back_does_what_one_after_the_other_does(seed: u64, steps in 1..60u64, burst in 1..100usize) {
        same(App::Counter, &COUNTER, &Run { seed, steps, burst, captured: None })?;
    }

    #[test]
    fn nat_back_to_back_does_what_one_after_the_other_does(seed: u64, steps in 1..60u64, burst in 1..100usize) {
        same(App::Nat, &NAT, &Run { seed, steps, burst, captured: None })?;
    }

    #[test]
    fn counter_on_a_small_fpga_back_to_back_does_what_one_after_the_other_does(seed: u64, steps in 1..60u64) {
        same(App::Counter, &COUNTER_ON_FPGA, &Run { seed, steps, burst: 50, captured: None })?;
    }
}

#[test]
fn short_runs_exercise_everything_that_can_happen() {
    let mut tally = Tally::default();
    for app in App::ALL {
        for seed in 0..6 {
            let steps = 3000;
            run(app, tofino(app), &Run { seed, steps, burst: 0, captured: None }, &mut tally).unwrap();
        }
        run(app, tofino(app), &Run { seed: 6, steps: 50, burst: 100, captured: None }, &mut tally).unwrap();
    }
    assert_eq!(tally.never(), [""; 0], "{tally}");
}

/// What takes the place of captures: connections of some hosts, both ways, some in a VLAN.
fn made() -> Vec<Vec<u8>> {
    let (server, mut all) = (0xc633_6401, vec![]);
    for number in 0..400u32 {
        let (host, port) = (0x0a00_0001 + number % 20, 1000 + (number % 7) as u16);
        let flags = if number < 140 { 0x02 } else { 0x10 };
        let there = frames::tcp_segment(host, server, port, 443, flags, &number.to_be_bytes());
        let back = frames::tcp_segment(server, host, 443, port, flags | 0x10, &number.to_be_bytes());
        for (from, to, segment) in [(host, server, there), (server, host, back)] {
            let mut frame = frames::ethernet(0x0800, number % 5 == 0);
            frame.extend(frames::ipv4(from, to, frames::TCP, 64, 0x4000, &segment));
            all.push(frame);
        }
    }
    all
}

/// The captures have licences of their own and are beside the repository, not in it.
#[test]
fn captured_frames_come_out_of_both_machines_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/traces");
    let mut captures: Vec<_> = if folder.is_dir() {
        capture::captures_in(&folder).unwrap().into_iter().map(|capture| capture.frames).collect()
    } else {
        println!("no captures in ../shared/traces beside the repository: frames made here take their place");
        vec![made()]
    };
    // The beginning of each, of as many as there is time for; `cargo xtask equivalence` takes all.
    captures.retain(|frames| !frames.is_empty());
    captures.iter_mut().for_each(|frames| frames.truncate(200));
    captures.truncate(40);
    let mut tally = Tally::default();
    for (seed, frames) in (0..).zip(&captures) {
        for app in App::ALL {
            let setting = Run { seed, steps: 50, burst: 0, captured: Some(frames) };
            run(app, tofino(app), &setting, &mut tally).unwrap();
        }
    }
    let offered: usize = captures.iter().map(Vec::len).sum();
    assert!(tally.packets() >= 2 * offered as u64, "{} of {offered} frames", tally.packets());
}

#[test]
fn frames_made_here_come_out_of_both_machines_the_same() {
    let frames = made();
    for app in App::ALL {
        let setting = Run { seed: 1, steps: 500, burst: 0, captured: Some(&frames) };
        run(app, tofino(app), &setting, &mut Tally::default()).unwrap();
    }
}
