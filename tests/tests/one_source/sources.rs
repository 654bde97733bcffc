//! No register logic is written for a simulator or a printer: whatever they do to a register comes from core or from an application.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use redplane_apps::{Counter, Nat44};
use redplane_core::machine::RegisterAction;
use redplane_core::native::NativeAlu;
use redplane_core::program::Program;
use redplane_core::registers::{
    Adopt, Advance, IfOlder, IsAfter, IsBefore, Latest, Liveness, Put, Read, Replace, Same, Unanswered,
};
use redplane_hdl_sim::pipeline::{Pipeline, Unit};
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::TOFINO1;

use super::boundary::p4;

/// A register action, done now.
type Native = fn(u32, u32, u32) -> (u32, u32);

fn native<R: RegisterAction>() -> (&'static str, Native) {
    (R::NAME, |cell, a, b| R::apply(&mut NativeAlu, cell, a, b))
}

/// Core's register actions.
fn of_core() -> [(&'static str, Native); 12] {
    [
        native::<Adopt>(),
        native::<Advance>(),
        native::<IfOlder>(),
        native::<IsAfter>(),
        native::<IsBefore>(),
        native::<Latest>(),
        native::<Liveness>(),
        native::<Put>(),
        native::<Read>(),
        native::<Replace>(),
        native::<Same>(),
        native::<Unanswered>(),
    ]
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of a folder, its path and its text without the tests at its end.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
                found.push((path, code));
            }
        }
    }
    assert!(found.len() > 5, "{folder}");
    found
}

/// Names of the applications' updates, as their sources have them.
fn updates() -> Vec<String> {
    let named = |(_, text): (PathBuf, String)| {
        let names = text.split("const NAME: &'static str = \"").skip(1);
        names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    sources("redplane-apps/src").into_iter().flat_map(named).collect()
}

/// Everything that may be done to a register.
fn names() -> Vec<String> {
    of_core().iter().map(|(name, _)| (*name).to_owned()).chain(updates()).collect()
}

static PIPELINES: LazyLock<[Pipeline; 2]> = LazyLock::new(|| {
    fn placed<P: Program>() -> Pipeline {
        place::program::<P>(&TOFINO1, 1024).unwrap()
    }
    [placed::<Counter>(), placed::<Nat44>()]
});

#[test]
fn simulator_and_printer_have_no_register_action_of_their_own() {
    for folder in ["redplane-hdl-sim/src", "targets/tofino/src"] {
        for (path, text) in sources(folder) {
            for line in text.lines().filter(|line| line.trim_start().starts_with("impl")) {
                let is_one = ["RegisterAction for ", " Update for ", "Program for "];
                assert!(!is_one.iter().any(|one| line.contains(one)), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn every_action_of_a_pipeline_is_cores_or_an_applications() {
    let names = names();
    for pipeline in &*PIPELINES {
        let stages = pipeline.ingress.iter().chain(&pipeline.egress);
        let registers = stages.flat_map(|stage| &stage.units).filter_map(|unit| match unit {
            Unit::Register(register) => Some(register),
            _ => None,
        });
        let mut seen = 0;
        for register in registers {
            let cases = register.cases.iter().map(|case| case.execution.action);
            for action in cases.chain(register.otherwise.iter().map(|execution| execution.action)) {
                let name = &pipeline.action(action).name;
                assert!(names.contains(name), "{name} on {} of {}", register.array, pipeline.name);
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen} executions in {}", pipeline.name);
    }
}

#[test]
fn every_register_action_in_p4_is_cores_or_an_applications() {
    let names = names();
    for pipeline in &*PIPELINES {
        let text = p4(pipeline);
        let mut seen = 0;
        for line in text.lines().filter(|line| line.trim_start().starts_with("RegisterAction<")) {
            let (_, rest) = line.split_once(">(").unwrap();
            let (array, rest) = rest.split_once(") ").unwrap();
            let action = rest.strip_suffix(" = {").unwrap();
            let action = action.strip_prefix(array).and_then(|action| action.strip_prefix('_')).unwrap();
            assert!(names.iter().any(|name| name == action), "{action} on {array}");
            seen += 1;
        }
        assert!(seen > 15, "{seen} register actions in {}", pipeline.name);
    }
}

proptest! {
    /// Near each other, so that comparisons come out both ways.
    #[test]
    fn stateful_alus_do_what_cores_actions_do(
        cell: u32,
        near_a in -3..4i32,
        near_b in -3..4i32,
        far: Option<(u32, u32)>,
    ) {
        let near = (cell.wrapping_add_signed(near_a), cell.wrapping_add_signed(near_b));
        let (a, b) = far.unwrap_or(near);
        let mut compared = 0;
        for salu in PIPELINES.iter().flat_map(|pipeline| &pipeline.actions) {
            for cell in [cell, 0, 1, 2] {
                for (_, native) in of_core().iter().filter(|(name, _)| *name == salu.name) {
                    prop_assert_eq!(salu.run(cell, a, b), native(cell, a, b), "{} {:x}", &salu.name, cell);
                    compared += 1;
                }
            }
        }
        prop_assert!(compared >= 4 * 10, "{} compared", compared);
    }
}
