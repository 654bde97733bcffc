//! The stages of a placed program as declarations and statements of the two controls.
//!
//! | file | says |
//! | --- | --- |
//! | `stages/vector.rs` | where each field lives |
//! | `stages/values.rs` | what an ALU computes |
//! | `stages/conditions.rs` | what a gateway asks |
//! | `stages/registers.rs` | what a stateful ALU does |
//! | `stages/actions.rs` | what happens together, as actions; settings as their data |
//! | `stages/stage.rs` | one stage: lookups, registers, decision tables, guarded actions |
//! | `stages/step.rs` | in which order |
//! | `stages/counters.rs`, `stages/naming.rs` | numbers and names |
//!
//! No rule of the protocol and no program stands here: what is done, and when, comes from the [`Pipeline`].

mod actions;
mod conditions;
mod counters;
mod naming;
mod registers;
mod stage;
mod step;
mod values;
mod vector;

use std::fmt;

use redplane_core::field::Param;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_hdl_sim::pipeline::{Pipeline, Stage};

use super::ProgramShape;
use crate::p4::ast::{Annotation, Body, Const, Expr, Field, Gress, Local, Noted, Type};

pub use counters::index as counter_index;
pub use values::param_name;

/// The stages of both halves.
#[derive(Clone, Debug)]
pub struct Stages {
    /// Constants: sizes, defaults of settings, numbers of counters.
    pub constants: Vec<Const>,
    /// What the compiler must not do, for the whole program.
    pub annotations: Vec<Annotation>,
    /// What stands in the ingress control.
    pub ingress: Half,
    /// What stands in the egress control.
    pub egress: Half,
}

/// The stages of one half.
#[derive(Clone, Debug, Default)]
pub struct Half {
    /// Fields of the half's metadata that are the stages' own; zero where nothing was written.
    pub fields: Vec<Field>,
    /// Declarations.
    pub locals: Vec<Local>,
    /// Statements, stage by stage.
    pub apply: Body,
    /// Fields that share no container with another header's: conditions read them where their header is not there.
    pub alone: Vec<Annotation>,
    /// The flow table, or the tables that are it together.
    pub flow_tables: Vec<FlowTable>,
    /// Where settings go.
    pub settings: Vec<Setting>,
    /// Where things are counted.
    pub counters: Vec<CounterPlace>,
}

/// A table of slots by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowTable {
    /// Its name.
    pub table: String,
    /// The action of its entries; the slot is its parameter `slot`.
    pub action: String,
    /// How many it holds.
    pub entries: u32,
}

/// A place that a setting of the control plane goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Which.
    pub param: Param,
    /// The table, whose default action it is data of.
    pub table: String,
    /// The action.
    pub action: String,
    /// The action's parameter.
    pub field: String,
    /// Whether it wants the two's complement.
    pub minus: bool,
}

/// A counter of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterPlace {
    /// What is counted, by its name.
    pub name: &'static str,
    /// The bank.
    pub table: String,
    /// Its number there.
    pub index: u32,
}

/// Something in the pipeline that has no form in P4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageError {
    /// Where.
    pub place: String,
    /// What, and what to do about it.
    pub message: String,
}

impl StageError {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    /// The same, farther outside.
    fn within(self, place: impl fmt::Display) -> Self {
        Self { place: format!("{place} / {}", self.place), message: self.message }
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for StageError {}

/// The stages of a pipeline.
///
/// # Errors
/// What cannot be said, of each stage the first, with its place.
pub fn stages(pipeline: &Pipeline, shape: &ProgramShape) -> Result<Stages, Vec<StageError>> {
    let mut errors = vec![];
    let mut constants = vec![
        Const::new("FLOWS", Type::Bit(32), Expr::from(pipeline.flows))
            .comment("Sizes. Flow slots: entries of the flow table, and cells of each register array."),
    ];
    let mut lowered = vec![];
    let mut counted = vec![];
    let mut defaults: Vec<actions::Default> = vec![];
    for (gress, stages) in [(Gress::Ingress, &pipeline.ingress), (Gress::Egress, &pipeline.egress)] {
        match half(pipeline, shape, gress, stages) {
            Ok((half, its_counted, its_defaults)) => {
                counted.extend(its_counted);
                for default in its_defaults {
                    if !defaults.contains(&default) {
                        defaults.push(default);
                    }
                }
                lowered.push(half);
            }
            Err(its_errors) => errors.extend(its_errors),
        }
    }
    constants.extend(counters::constants(counted));
    constants.extend(setting_constants(&defaults));
    let mut lowered = lowered.into_iter();
    match (lowered.next(), lowered.next()) {
        (Some(ingress), Some(egress)) => {
            let annotations = [&ingress, &egress].into_iter().flat_map(|half| half.alone.clone()).collect();
            Ok(Stages { constants, annotations, ingress, egress })
        }
        _ => Err(errors),
    }
}

type Lowered = (Half, Vec<redplane_hdl_sim::pipeline::Counted>, Vec<actions::Default>);

fn half(
    pipeline: &Pipeline,
    shape: &ProgramShape,
    gress: Gress,
    stages: &[Stage],
) -> Result<Lowered, Vec<StageError>> {
    let mut half =
        stage::HalfBuilder::new(pipeline, shape, gress).map_err(|error| vec![error.within(gress)])?;
    let mut errors = vec![];
    for (number, stage) in stages.iter().enumerate() {
        if let Err(error) = half.stage(number, stage) {
            errors.push(error.within(format_args!("{gress} stage {number}")));
        }
    }
    if errors.is_empty() { Ok(half.finish()) } else { Err(errors) }
}

/// What settings are before the control plane has given others: core's own defaults.
fn setting_constants(defaults: &[actions::Default]) -> Vec<Const> {
    let config = Config::new(0, Incarnation::default());
    let constants = defaults.iter().map(|default| {
        let value = config.param(default.param);
        let value = if default.minus { value.wrapping_neg() } else { value };
        Const::new(default.name.as_str(), Type::Bit(default.bits), values::literal(value, default.bits))
    });
    let mut constants: Vec<Const> = constants.collect();
    constants.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(first) = constants.first_mut() {
        let comment = "Settings, which the control plane may change: times in ticks of 256 ns. `MINUS` is the negated value, because the chip adds where the program subtracts.";
        *first = first.clone().comment(comment);
    }
    constants
}
