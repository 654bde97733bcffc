//! Reports as text and as CSV.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, Width, presets};

use super::published::{NAT, PAPER, PAPER_TABLE_2, PLAIN_NAT, PROTOTYPE, PROTOTYPES, UNKNOWN};
use super::{Report, Row, STAGES, STAGES_EGRESS, STAGES_INGRESS};
use crate::target::TOFINO1;
use crate::usage::Usage;

/// A figure that there is none of.
const NONE: &str = "–";

/// One resource, ours and theirs.
struct Line {
    row: Row,
    /// Of the program without RedPlane.
    plain: Option<u32>,
    /// What the paper says that RedPlane adds, per cent.
    paper: Option<f64>,
    compiled: Option<Compiled>,
}

impl Line {
    /// What RedPlane adds in our model, in per cent of what the machine has.
    fn added(&self) -> Option<f64> {
        let plain = f64::from(self.plain?);
        (self.row.has > 0).then(|| 100.0 * (f64::from(self.row.used) - plain) / f64::from(self.row.has))
    }

    /// What it adds to the published NAT, by the compiler, in per cent of a Tofino.
    fn compiled_added(&self) -> Option<f64> {
        let Compiled { programs: [plain, nat, ..], has } = self.compiled?;
        Some(100.0 * (f64::from(nat) - f64::from(plain)) / f64::from(has))
    }
}

/// What a compiler said of one resource.
#[derive(Clone, Copy)]
struct Compiled {
    /// Of [`PROTOTYPES`], in their order.
    programs: [u32; PROTOTYPES.len()],
    /// How much a Tofino has.
    has: u32,
}

impl Report {
    fn lines(&self, plain: Option<&Self>) -> Vec<Line> {
        let plain = plain.map(Self::rows);
        let line = |(at, row): (usize, Row)| Line {
            row,
            plain: plain.as_ref().map(|rows| rows[at].used),
            paper: PAPER_TABLE_2.iter().find(|(what, _)| *what == row.what).map(|(_, percent)| *percent),
            compiled: compiled(row.what),
        };
        self.rows().into_iter().enumerate().map(line).collect()
    }

    /// All resources in sum, as aligned text: ours, and beside it what the paper and a real compiler said of the paper's prototype. With
    /// the report of the program without RedPlane, also what RedPlane adds. What is over a limit stands below.
    pub fn summary(&self, plain: Option<&Self>) -> String {
        let mut table = table();
        let mut header = vec!["", "used", "of", "%"];
        if plain.is_some() {
            header.extend(["plain", "added %"]);
        }
        header.extend(["paper: added %", "prototype", "its plain NAT", "added %"]);
        table.set_header(cells(header));
        for line in self.lines(plain) {
            let Row { what, used, has } = line.row;
            let mut texts =
                vec![what.to_string(), used.to_string(), has.to_string(), percent(line.row.percent())];
            if plain.is_some() {
                texts.extend([number(line.plain), percent(line.added())]);
            }
            let program = |at: usize| number(line.compiled.map(|compiled| compiled.programs[at]));
            texts.extend([percent(line.paper), program(1), program(0), percent(line.compiled_added())]);
            table.add_row(cells(texts));
        }
        let mut text =
            format!("{} on {}, {} flows\n\n{table}\n\n", self.program, self.target.name, self.flows);
        let _ = writeln!(text, "used, plain: our model, not a compiler's word.");
        let _ = writeln!(text, "paper: {PAPER}.");
        let _ = writeln!(text, "prototype: {} and {},\n  of {PROTOTYPE}.", NAT.program, PLAIN_NAT.program);
        if !self.overruns.is_empty() {
            let _ = writeln!(text, "\nOver a limit:");
            for overrun in &self.overruns {
                let _ = writeln!(text, "  {overrun}");
            }
        }
        text
    }

    /// What each stage takes, as aligned text: ingress and egress apart, and what a stage has below.
    pub fn per_stage(&self) -> String {
        let mut table = table();
        let kinds: Vec<_> = Usage::KINDS.iter().filter(|(_, of)| of(&self.target.stage) > 0).collect();
        let header = std::iter::once("stage").chain(kinds.iter().map(|(what, _)| *what));
        table.set_header(cells(header.chain(["PHV bits before it"])));
        let gresses =
            [("ingress", &self.ingress, &self.ingress_live), ("egress", &self.egress, &self.egress_live)];
        for (gress, stages, live) in gresses {
            for (at, usage) in stages.iter().enumerate() {
                let amounts = kinds.iter().map(|(_, of)| of(usage).to_string());
                let row = std::iter::once(format!("{gress} {at}")).chain(amounts);
                table.add_row(cells(row.chain([live[at].to_string()])));
            }
        }
        let has = kinds.iter().map(|(_, of)| of(&self.target.stage).to_string());
        let has = std::iter::once("a stage has".to_string()).chain(has);
        table.add_row(cells(has.chain([self.target.vector_bits().to_string()])));
        narrow_columns(&mut table);
        let shared = if self.target.shared_stages { ", ingress n and egress n together" } else { "" };
        format!("{} on {}: our model of each stage{shared}\n\n{table}\n", self.program, self.target.name)
    }

    /// All resources in sum, as CSV: the columns of [`Report::summary`], and all published programs. A figure that there is none of
    /// is empty.
    pub fn csv(&self, plain: Option<&Self>) -> String {
        let mut text =
            String::from("resource,model used,has,model %,model plain,model added %,paper added %");
        for program in PROTOTYPES {
            let _ = write!(text, ",compiler: {}", program.program.replace(',', ""));
        }
        text.push_str(",compiler: NAT added %\n");
        let float = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
        let int = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
        for line in self.lines(plain) {
            let Row { what, used, has } = line.row;
            let ours = [
                used.to_string(),
                has.to_string(),
                float(line.row.percent()),
                int(line.plain),
                float(line.added()),
            ];
            let theirs =
                (0..PROTOTYPES.len()).map(|at| int(line.compiled.map(|compiled| compiled.programs[at])));
            let cells = std::iter::once(what.replace(',', "")).chain(ours).chain([float(line.paper)]);
            let cells: Vec<String> = cells.chain(theirs).chain([float(line.compiled_added())]).collect();
            let _ = writeln!(text, "{}", cells.join(","));
        }
        text
    }

    /// What each stage takes, as CSV: a line a stage, the columns of [`Report::per_stage`], the capacity of a stage last.
    pub fn per_stage_csv(&self) -> String {
        let line = |gress: &str, stage: String, usage: &Usage, live: u32| {
            let amounts = Usage::KINDS.iter().map(|(_, of)| of(usage).to_string());
            let cells: Vec<String> = [gress.to_string(), stage].into_iter().chain(amounts).collect();
            format!("{},{live}\n", cells.join(","))
        };
        let names: Vec<&str> = Usage::KINDS.iter().map(|(what, _)| *what).collect();
        let mut text = format!("gress,stage,{},PHV bits before it\n", names.join(","));
        let gresses =
            [("ingress", &self.ingress, &self.ingress_live), ("egress", &self.egress, &self.egress_live)];
        for (gress, stages, live) in gresses {
            for (at, usage) in stages.iter().enumerate() {
                text += &line(gress, at.to_string(), usage, live[at]);
            }
        }
        text + &line("capacity", String::new(), &self.target.stage, self.target.vector_bits())
    }
}

/// A resource of the published programs.
fn compiled(what: &str) -> Option<Compiled> {
    let has = TOFINO1.stages;
    match what {
        STAGES => Some(Compiled { programs: PROTOTYPES.map(|program| program.stages), has }),
        STAGES_INGRESS => Some(Compiled { programs: PROTOTYPES.map(|program| program.ingress), has }),
        STAGES_EGRESS => Some(Compiled { programs: PROTOTYPES.map(|program| program.egress), has }),
        _ if UNKNOWN.contains(&what) => None,
        _ => {
            let (_, of) = Usage::KINDS.into_iter().find(|(kind, _)| *kind == what)?;
            let programs = PROTOTYPES.map(|program| of(&program.usage));
            Some(Compiled { programs, has: of(&TOFINO1.whole) })
        }
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table
}

/// Names to the left, numbers to the right.
fn cells(texts: impl IntoIterator<Item = impl ToString>) -> impl Iterator<Item = Cell> {
    texts.into_iter().enumerate().map(|(at, text)| {
        let side = if at == 0 { CellAlignment::Left } else { CellAlignment::Right };
        Cell::new(text.to_string()).set_alignment(side)
    })
}

/// Names of resources in two lines rather than a line that no screen holds.
fn narrow_columns(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(12)));
    }
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.into(), |value| format!("{value:.1}"))
}

fn number(value: Option<u32>) -> String {
    value.map_or_else(|| NONE.into(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pipeline, plain};
    use super::*;
    use crate::target::SMALL_FPGA;

    fn reports() -> (Report, Report) {
        (Report::of(&pipeline(), &TOFINO1), Report::of(&plain(), &TOFINO1))
    }

    fn row<'a>(text: &'a str, what: &str) -> Vec<&'a str> {
        let line = text.lines().find(|line| line.trim_start().starts_with(what));
        line.unwrap_or_else(|| panic!("{what} is missing:\n{text}")).split_whitespace().collect()
    }

    #[test]
    fn summary_has_model_difference_paper_and_compiler_side_by_side() {
        let (report, plain) = reports();
        let text = report.summary(Some(&plain));
        assert_eq!(
            row(&text, "gateways"),
            ["gateways", "4", "192", "2.1", "2", "1.0", "9.9", "21", "2", "9.9"]
        );
        assert_eq!(
            row(&text, "statistics"),
            ["statistics", "ALUs", "1", "48", "2.1", "1", "0.0", NONE, NONE, NONE, NONE]
        );
        assert_eq!(row(&text, "stages  ")[..4], ["stages", "3", "12", "25.0"]);
        assert!(text.contains("our model, not a compiler's word"), "{text}");
        assert!(!text.contains("Over a limit"), "{text}");
    }

    #[test]
    fn summary_without_plain_report_has_no_difference() {
        let text = reports().0.summary(None);
        assert_eq!(row(&text, "gateways"), ["gateways", "4", "192", "2.1", "9.9", "21", "2", "9.9"]);
    }

    #[test]
    fn overrun_stands_below_the_summary() {
        let mut pipeline = pipeline();
        pipeline.arrays[0].cells = 1 << 20;
        let text = Report::of(&pipeline, &TOFINO1).summary(None);
        assert!(text.contains("Over a limit:\n  stage 1: "), "{text}");
    }

    #[test]
    fn stages_are_listed_in_order_with_what_a_stage_has() {
        let text = reports().0.per_stage();
        let names = text.lines().skip(2).filter_map(|line| line.strip_prefix(' ')?.split_once("  "));
        let stages: Vec<&str> = names.map(|(name, _)| name).filter(|name| !name.is_empty()).collect();
        assert_eq!(
            stages,
            ["stage", "ingress 0", "ingress 1", "ingress 2", "egress 0", "a stage has"],
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 160), "{text}");
    }

    #[test]
    fn csv_has_as_many_cells_in_each_line() {
        let (report, plain) = reports();
        for csv in
            [report.csv(Some(&plain)), report.csv(None), Report::of(&pipeline(), &SMALL_FPGA).csv(None)]
        {
            let cells: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
            assert!(cells.iter().all(|count| *count == cells[0]), "{csv}");
            assert_eq!(cells.len(), 1 + report.rows().len());
        }
        let csv = report.per_stage_csv();
        let cells: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(cells, [Usage::KINDS.len() + 3; 1 + 4 + 1], "{csv}");
        assert!(csv.contains("\ningress,0,4,44,0,24,0,0,1,0,0,1,72\n"), "{csv}");
        let csv = report.csv(Some(&plain));
        assert!(csv.contains("\ngateways,4,192,2.08,2,1.04,9.90,2,21,21,29,9.90\n"), "{csv}");
    }
}
