//! From a recorded program to the stages of a pipeline.
//!
//! 1. `place/logic.rs`: guards become functions over the conditions that a gateway can ask.
//! 2. `place/plan.rs`: accesses, writes and counts become jobs, with operands told apart before they are needed.
//! 3. `place/formula.rs`: a guard becomes the shortest question about atoms and flags of earlier stages.
//! 4. `place/schedule.rs`: jobs go into stages as early as what they depend on and what a stage has allow.
//! 5. `place/emit.rs`: the jobs of a stage become its units.
//!
//! What a stage computes is known to the next one; what a gateway asks, it asks of what the stage began with. A result that is only
//! used where its access should happen lets an access that changes nothing happen always, and operands are told apart by as little as
//! it takes: both make an array wait for less.

mod emit;
mod formula;
mod group;
mod logic;
mod plan;
mod schedule;

pub use plan::Shape;

use redplane_core::program::{Program, Words};

use crate::check::Violation;
use crate::pipeline::{Pipeline, StageArray, Unit};
use crate::record::{self, Recording};
use crate::report::Report;
use crate::target::Target;
use crate::usage::{Ctx, action_data_bits};

/// A write begins while fewer copies than this wait in the mirror queue, unless a caller says otherwise.
pub const MIRROR_LIMIT: u32 = 4096;

/// A program, recorded as RedPlane runs it and placed on a target with room for so many flows.
///
/// # Errors
///
/// Those of [`place()`].
pub fn program<P: Program>(target: &Target, flows: u32) -> Result<Pipeline, Vec<Violation>> {
    place(&record::record::<P>(MIRROR_LIMIT), &shape_of::<P>(flows), target)
}

/// The same program without RedPlane.
///
/// # Errors
///
/// Those of [`place()`].
pub fn plain_program<P: Program>(target: &Target, flows: u32) -> Result<Pipeline, Vec<Violation>> {
    let shape = shape_of::<P>(flows);
    let shape = Shape { name: format!("{}-plain", shape.name), ..shape };
    place(&record::record_plain::<P>(), &shape, target)
}

/// Geometry of a program.
pub fn shape_of<P: Program>(flows: u32) -> Shape {
    Shape {
        name: P::SCHEMA.name.into(),
        layout: P::LAYOUT,
        state_bits: (0..P::State::LEN as u8).map(P::state_bits).collect(),
        flows,
    }
}

/// Places a recorded program on a target.
///
/// # Errors
///
/// What the program does that the target cannot. What is found in one step of the way is all there; later steps are not taken then.
pub fn place(recording: &Recording, shape: &Shape, target: &Target) -> Result<Pipeline, Vec<Violation>> {
    let mut emitter = emit::Emitter::new(shape);
    let mut plan = plan::Plan::new(&recording.ingress, shape, target)?;
    check_actions(&plan, target)?;
    check_key(&plan, target)?;
    let ingress = schedule::schedule(&mut plan, &mut emitter, target, &[]).map_err(|v| vec![v])?;
    let taken = if target.shared_stages { &ingress[..] } else { &[] };
    let mut plan = plan::Plan::new(&recording.egress, shape, target)?;
    check_actions(&plan, target)?;
    let egress = schedule::schedule(&mut plan, &mut emitter, target, taken).map_err(|v| vec![v])?;
    let pipeline = Pipeline {
        name: shape.name.clone(),
        layout: shape.layout,
        fields: emitter.fields,
        actions: emitter.actions,
        arrays: emitter.arrays,
        ingress,
        egress,
        flows: shape.flows,
    };
    check_limits(&pipeline, target)?;
    Ok(pipeline)
}

/// As many actions an array as the target holds for one.
fn check_actions(plan: &plan::Plan<'_>, target: &Target) -> Result<(), Vec<Violation>> {
    let max = target.stateful.actions_max;
    let mut arrays: Vec<StageArray> = plan.registers.keys().copied().collect();
    arrays.sort();
    let mut violations = vec![];
    for array in arrays {
        let mut actions: Vec<(usize, String, crate::netlist::Place)> = vec![];
        for access in plan.netlist.accesses.iter().filter(|access| access.array == array) {
            if !actions.iter().any(|(known, ..)| *known == access.action) {
                let name = plan.salus[access.action].name.clone();
                actions.push((access.action, name, access.place));
            }
        }
        if actions.len() as u32 > max {
            let actions = actions.into_iter().map(|(_, name, place)| (name, place)).collect();
            violations.push(Violation::TooManyActions { array, actions, max });
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

/// A key no wider than the target can match.
fn check_key(plan: &plan::Plan<'_>, target: &Target) -> Result<(), Vec<Violation>> {
    let (bits, max) = (plan.key_bits.iter().sum(), target.key_bits_max);
    match plan.place_of_lookup() {
        Some(place) if bits > max => Err(vec![Violation::KeyTooWide { bits, max, place }]),
        _ => Ok(()),
    }
}

/// What is known when all is in its stage: the vector, the data of each action, and what all stages take of what there is once.
fn check_limits(pipeline: &Pipeline, target: &Target) -> Result<(), Vec<Violation>> {
    let mut violations = vec![];
    let report = Report::of(pipeline, target);
    let (bits, max) = (report.vector_bits(), target.vector_bits());
    if bits > max {
        violations.push(Violation::TooManyFields { bits, max });
    }
    violations.extend(report.sum().shortages(&target.whole).map(Violation::TooMuchInAll));
    let ctx = Ctx::of(target, pipeline);
    let max = target.action_data_bits_max;
    for unit in pipeline.ingress.iter().chain(&pipeline.egress).flat_map(|stage| &stage.units) {
        let Unit::Assign { moves, .. } = unit else { continue };
        let bits = action_data_bits(moves, &ctx);
        if bits > max {
            let fields = moves.iter().map(|step| pipeline.field(step.dest).name.clone()).collect();
            violations.push(Violation::TooMuchActionData { fields, bits, max });
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}
