//! One data plane, two machines: the native switch and the placed pipeline, given the same and compared after each step.
//!
//! [`redplane_core::switch::Switch`] runs the data plane as Rust; a [`redplane_hdl_sim::sim::Device`] runs what recording and
//! placement have made of it, clock by clock. Whatever one of recorder, placement and simulator does wrong is a difference here.
//!
//! | module | is |
//! | --- | --- |
//! | `pair` | switch and device side by side, and what is compared |
//! | `step` | what happens next: a frame, a message, time, faults |
//! | `burst` | frames and messages back to back, one a clock, against one after the other |
//! | `registers` | every register of the switch, also those that it shows to nobody |
//! | `traffic` | where frames come from: drawn, or a capture's |
//! | `capture` | the captures of a folder |
//! | `tally` | what was exercised |
//!
//! A run is a function of its seed. The first difference ends it, and says in which step of which seed it was found.

mod burst;
pub mod capture;
mod pair;
mod registers;
mod step;
mod tally;
mod traffic;

use std::fmt::{self, Debug};

use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::store::Initializer;
use redplane_core::switch::Config;
use redplane_hdl_sim::pipeline::{Pipeline, Stage, Unit};
use redplane_hdl_sim::place;
use redplane_hdl_sim::target::Target;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;
use redplane_store::shard::ZeroState;

use self::pair::Pair;
pub use self::tally::Tally;
use self::traffic::{Captured, Drawn, Traffic};

/// Flow slots that a program is placed with: as many as it ships with.
const PLACED_FLOWS: u32 = 1 << 16;

/// The NAT's outside address.
const OUTSIDE: [u8; 4] = [203, 0, 113, 1];

/// An application that both machines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// The per-flow counter.
    Counter,
    /// NAT44.
    Nat,
}

impl App {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Counter, Self::Nat];

    /// Its name as printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Nat => "nat",
        }
    }

    /// The application placed on a target. It takes seconds: once a process.
    ///
    /// # Errors
    /// It does not fit, and why.
    pub fn place(self, target: &Target, flows: u32) -> Result<Pipeline, String> {
        let placed = match self {
            Self::Counter => place::program::<Counter>(target, flows),
            Self::Nat => place::program::<Nat44>(target, flows),
        };
        placed.map_err(|violations| {
            let sentences: Vec<_> = violations.iter().map(ToString::to_string).collect();
            sentences.join("\n")
        })
    }

    /// The application placed on a target for as many flows as it ships with.
    ///
    /// # Errors
    /// As [`App::place`].
    pub fn place_as_shipped(self, target: &Target) -> Result<Pipeline, String> {
        self.place(target, PLACED_FLOWS)
    }
}

/// The machines did not do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The run's seed.
    pub seed: u64,
    /// The step, counted from 0.
    pub step: u64,
    /// What the device did and what the switch did.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, step {}: {}", self.seed, self.step, self.what)
    }
}

/// What a run consists of.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Everything that is drawn is drawn from it.
    pub seed: u64,
    /// Steps. With captured frames there are as many more as it takes to offer all of them.
    pub steps: u64,
    /// A frame, a message or an order in a step, and the pipeline empty in between (0), or so many of them back to back.
    pub burst: usize,
    /// Frames to be offered in this order; `None` for frames that are drawn.
    pub captured: Option<&'a [Vec<u8>]>,
}

/// Runs both machines.
///
/// # Errors
/// The first difference.
pub fn run(app: App, pipeline: &Pipeline, run: &Run<'_>, tally: &mut Tally) -> Result<(), Difference> {
    match run.captured {
        // Few slots, so that flows compete for them.
        None => on_slots::<8>(app, pipeline, run, tally),
        // More, so that the flows of a capture find some.
        Some(_) => on_slots::<64>(app, pipeline, run, tally),
    }
}

fn on_slots<const N: usize>(
    app: App,
    pipeline: &Pipeline,
    run: &Run<'_>,
    tally: &mut Tally,
) -> Result<(), Difference> {
    let pipeline = shrunk(pipeline, N as u32);
    let mut config = Config::new(1, Incarnation::new(1));
    match app {
        App::Counter => {
            with_traffic::<Counter, _, N>(run, &pipeline, config, ZeroState { idle_ticks: 1 << 30 }, tally)
        }
        App::Nat => {
            config.program = Nat44::params(OUTSIDE, 32);
            let failed = |error| Difference { seed: run.seed, step: 0, what: format!("no pool: {error:?}") };
            let nat = NatConfig::new(vec![OUTSIDE.into()]);
            let initializer = NatInitializer::new(&nat, Placement::ALONE).map_err(failed)?;
            with_traffic::<Nat44, _, N>(run, &pipeline, config, initializer, tally)
        }
    }
}

fn with_traffic<P: Program + Debug, I: Initializer<P>, const N: usize>(
    run: &Run<'_>,
    pipeline: &Pipeline,
    config: Config,
    initializer: I,
    tally: &mut Tally,
) -> Result<(), Difference> {
    let is_nat = P::SCHEMA.id == Nat44::SCHEMA.id;
    let mut pair = Pair::<P, I, N>::new(run.seed, pipeline, config, initializer)?;
    let outcome = match run.captured {
        None => drive(&mut pair, run, &mut Drawn::new(is_nat)),
        Some(frames) => drive(&mut pair, run, &mut Captured::new(is_nat, frames)),
    };
    tally.add(&pair.finish());
    outcome
}

fn drive<P: Program + Debug, I: Initializer<P>, const N: usize>(
    pair: &mut Pair<P, I, N>,
    run: &Run<'_>,
    traffic: &mut impl Traffic,
) -> Result<(), Difference> {
    let mut left = run.steps;
    while left > 0 || !traffic.is_over() {
        left = left.saturating_sub(1);
        pair.step(traffic)?;
        if run.burst > 0 {
            pair.burst(traffic, run.burst)?;
        }
    }
    pair.compare_registers()
}

/// The same stages with fewer flow slots: what was placed for many flows meets a full table.
fn shrunk(pipeline: &Pipeline, flows: u32) -> Pipeline {
    let mut small = pipeline.clone();
    small.flows = flows;
    let shrink = |stage: &mut Stage| {
        for unit in &mut stage.units {
            if let Unit::Lookup { entries, .. } = unit {
                // A table in several parts stays one.
                let part = u64::from(*entries) * u64::from(flows);
                *entries = part.div_ceil(u64::from(pipeline.flows)) as u32;
            }
        }
    };
    small.ingress.iter_mut().chain(&mut small.egress).for_each(shrink);
    small
}
