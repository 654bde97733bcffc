//! The applications go into the stages of the targets, and take of a Tofino what the reports say.

#![allow(clippy::unwrap_used)] // in a test a panic is the report, in its helpers too

use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_hdl_sim::check::Violation;
use redplane_hdl_sim::pipeline::{Act, Cond, KeyPart, Pipeline, Stage, Unit};
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::{SMALL_FPGA, TOFINO1, Target};
use redplane_hdl_sim::usage::{self, Ctx};

fn placed<P: Program>(target: &Target, flows: u32) -> Pipeline {
    let sentences = |violations: Vec<Violation>| {
        violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("\n")
    };
    place::program::<P>(target, flows).map_err(sentences).unwrap()
}

/// Fewer stages than the authors' prototype, which takes nine, and no ternary memory.
fn assert_small(pipeline: &Pipeline) {
    assert!(pipeline.ingress.len() <= 8, "{} ingress stages", pipeline.ingress.len());
    assert!(pipeline.egress.len() <= 8, "{} egress stages", pipeline.egress.len());
    let ctx = Ctx::of(&TOFINO1, pipeline);
    for at in 0..8 {
        let of = |stages: &[Stage]| stages.get(at).map(|stage| usage::stage_with_tables(stage, &ctx));
        let taken = of(&pipeline.ingress).unwrap_or_default() + of(&pipeline.egress).unwrap_or_default();
        assert_eq!(taken.tcam, 0);
        taken.fits(&TOFINO1.stage).unwrap();
    }
}

#[test]
fn nat_fits_eight_stages_of_a_tofino() {
    assert_small(&placed::<Nat44>(&TOFINO1, 65_536));
}

#[test]
fn counter_fits_eight_stages_of_a_tofino() {
    assert_small(&placed::<Counter>(&TOFINO1, 65_536));
}

#[test]
fn counter_fits_a_small_fpga() {
    let pipeline = placed::<Counter>(&SMALL_FPGA, 4_096);
    assert!(pipeline.ingress.len() as u32 <= SMALL_FPGA.stages);
}

#[test]
fn program_placed_twice_is_the_same() {
    let (first, second) = (placed::<Counter>(&TOFINO1, 65_536), placed::<Counter>(&TOFINO1, 65_536));
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
}

/// The value of a condition for values of a table's key.
fn holds(cond: &Cond, key: &[KeyPart], values: &[u32]) -> bool {
    let value = |part: KeyPart| values[key.iter().position(|known| *known == part).unwrap()];
    match cond {
        Cond::Always => true,
        Cond::Valid(header) => value(KeyPart::Valid(*header)) == 1,
        Cond::Is(field, wanted) => value(KeyPart::Field(*field)) == *wanted,
        Cond::Masked(..) | Cond::Same(..) | Cond::Positive(_) => panic!("not a question for an exact match"),
        Cond::Not(inner) => !holds(inner, key, values),
        Cond::All(terms) => terms.iter().all(|term| holds(term, key, values)),
        Cond::Any(terms) => terms.iter().any(|term| holds(term, key, values)),
    }
}

/// A decision table says nothing that the guards do not say.
fn assert_tables_agree(stage: &Stage) -> usize {
    for table in &stage.tables {
        let mut acts: Vec<Act> = table.entries.iter().flat_map(|entry| entry.acts.clone()).collect();
        acts.sort();
        acts.dedup();
        for entry in &table.entries {
            for act in &acts {
                let guard = match (
                    act,
                    &stage.units[match act {
                        Act::Unit(unit) | Act::Case { unit, .. } => *unit,
                    }],
                ) {
                    (Act::Case { case, .. }, Unit::Register(register)) => &register.cases[*case].guard,
                    (Act::Unit(_), Unit::Assign { guard, .. } | Unit::Count { guard, .. }) => guard,
                    other => panic!("{other:?} is decided by a table"),
                };
                assert_eq!(entry.acts.contains(act), holds(guard, &table.key, &entry.values), "{guard:?}");
            }
        }
    }
    stage.tables.len()
}

#[test]
fn decision_tables_say_what_the_guards_say() {
    let pipeline = placed::<Counter>(&TOFINO1, 65_536);
    let tables: usize = pipeline.ingress.iter().map(assert_tables_agree).sum();
    assert!(tables > 10, "{tables} tables");
}
