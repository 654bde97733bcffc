//! What a placed program takes of a target: in each stage, in sum, and beside what others have published.
//!
//! A [`Report`] is made of a [`Pipeline`] and a [`Target`] by our model ([`crate::usage`]); what a compiler said of other programs
//! stands in [`published`] and is marked as such wherever it is shown. With the report of the same program without RedPlane beside
//! it, the difference is what RedPlane costs, as Table 2 of the paper has it.
//!
//! It comes as text ([`Report::summary`], [`Report::per_stage`]), as CSV ([`Report::csv`], [`Report::per_stage_csv`]) and as a picture ([`Report::svg`]). What sits
//! in which stage says [`picture`].

pub mod published;

mod limits;
mod live;
mod picture;
mod plot;
mod text;

pub use limits::Overrun;
pub use picture::picture;

use crate::pipeline::{Pipeline, Stage};
use crate::target::Target;
use crate::usage::{Ctx, Usage, stage_with_tables};

/// What a placed program takes of a target.
#[derive(Clone, Debug)]
pub struct Report {
    /// The program's name.
    pub program: String,
    /// The machine.
    pub target: Target,
    /// Flow slots.
    pub flows: u32,
    /// What each ingress stage takes.
    pub ingress: Vec<Usage>,
    /// What each egress stage takes.
    pub egress: Vec<Usage>,
    /// Bits of the packet header vector that are in use in front of each ingress stage, and behind the last.
    pub ingress_live: Vec<u32>,
    /// The same for egress.
    pub egress_live: Vec<u32>,
    /// What is over a limit of the machine.
    pub overruns: Vec<Overrun>,
}

/// How many stages a program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stages {
    /// Of the hardware: where both directions share stages, as many as the longer one has.
    pub all: u32,
    /// Before the traffic manager.
    pub ingress: u32,
    /// Behind it.
    pub egress: u32,
}

/// One resource: how much of how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The resource.
    pub what: &'static str,
    /// How much the program takes.
    pub used: u32,
    /// How much the machine has.
    pub has: u32,
}

impl Row {
    /// In per cent of what the machine has; `None` if it has none.
    pub fn percent(&self) -> Option<f64> {
        (self.has > 0).then(|| 100.0 * f64::from(self.used) / f64::from(self.has))
    }
}

/// The rows of a report beside [`Usage::KINDS`].
const STAGES: &str = "stages";
const STAGES_INGRESS: &str = "stages, ingress";
const STAGES_EGRESS: &str = "stages, egress";
const VECTOR: &str = "PHV bits, at most";

impl Report {
    /// Measures a program.
    pub fn of(pipeline: &Pipeline, target: &Target) -> Self {
        let ctx = Ctx::of(target, pipeline);
        let usage = |stages: &[Stage]| stages.iter().map(|stage| stage_with_tables(stage, &ctx)).collect();
        let (ingress_live, egress_live) = live::bits(pipeline);
        let mut report = Self {
            program: pipeline.name.clone(),
            target: target.clone(),
            flows: pipeline.flows,
            ingress: usage(&pipeline.ingress),
            egress: usage(&pipeline.egress),
            ingress_live,
            egress_live,
            overruns: vec![],
        };
        report.overruns = limits::overruns(&report, pipeline);
        report
    }

    /// What all stages take together.
    pub fn sum(&self) -> Usage {
        self.ingress.iter().chain(&self.egress).copied().sum()
    }

    /// How many stages there are.
    pub fn stages(&self) -> Stages {
        let (ingress, egress) = (self.ingress.len() as u32, self.egress.len() as u32);
        let all = if self.target.shared_stages { ingress.max(egress) } else { ingress + egress };
        Stages { all, ingress, egress }
    }

    /// Most bits of the packet header vector that are in use at once, of both directions together: a container belongs to one.
    pub fn vector_bits(&self) -> u32 {
        let most = |live: &[u32]| live.iter().copied().max().unwrap_or(0);
        most(&self.ingress_live) + most(&self.egress_live)
    }

    /// All resources in sum.
    pub fn rows(&self) -> Vec<Row> {
        let sum = self.sum();
        let resources =
            Usage::KINDS.map(|(what, of)| Row { what, used: of(&sum), has: of(&self.target.whole) });
        let stages = self.stages();
        let each = self.target.stages;
        let all = if self.target.shared_stages { each } else { 2 * each };
        let others = [
            Row { what: STAGES, used: stages.all, has: all },
            Row { what: STAGES_INGRESS, used: stages.ingress, has: each },
            Row { what: STAGES_EGRESS, used: stages.egress, has: each },
            Row { what: VECTOR, used: self.vector_bits(), has: self.target.vector_bits() },
        ];
        resources.into_iter().chain(others).collect()
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{pipeline, plain};
    use super::*;
    use crate::target::{SMALL_FPGA, TOFINO1};

    #[test]
    fn shared_stages_count_once_and_separate_ones_twice() {
        let shared = Report::of(&pipeline(), &TOFINO1).stages();
        assert_eq!(shared, Stages { all: 3, ingress: 3, egress: 1 });
        assert_eq!(Report::of(&pipeline(), &SMALL_FPGA).stages().all, 4);
    }

    #[test]
    fn sum_is_over_both_directions() {
        let report = Report::of(&pipeline(), &TOFINO1);
        let sum = report.sum();
        assert_eq!((sum.salu, sum.stats_alu), (1, 1));
        assert_eq!(sum.gateways, 4, "three in ingress, one in egress");
        assert_eq!(report.rows().len(), Usage::KINDS.len() + 4);
        assert_eq!(report.overruns, []);
    }

    #[test]
    fn program_without_redplane_takes_no_register() {
        assert_eq!(Report::of(&plain(), &TOFINO1).sum().salu, 0);
    }

    #[test]
    fn resource_that_the_machine_lacks_has_no_share() {
        let row = |what, used, has| Row { what, used, has };
        assert_eq!(row("TCAM", 0, 0).percent(), None);
        assert_eq!(row("SRAM", 96, 960).percent(), Some(10.0));
    }
}
