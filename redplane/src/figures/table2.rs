//! Table 2 of the paper: what RedPlane takes of a switch beyond the program without it.
//!
//! Three sources stand side by side and are never mixed:
//!
//! - *ours*: our programs, placed into the stages of a Tofino by our placement, and counted by our model of that chip
//!   ([`redplane_hdl_sim::usage`]); no compiler of the vendor's has seen them;
//! - *paper*: Table 2 as printed;
//! - *compiler*: the paper's authors' published NAT, with RedPlane and without, put through the real compiler.
//!
//! All are differences between with and without RedPlane, in per cent of what the whole switch has.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_hdl_sim::place;
use redplane_hdl_sim::report::published::{self, PAPER_TABLE_2};
use redplane_hdl_sim::report::{Report, Stages};
use redplane_hdl_sim::target::{TOFINO1, Target};
use redplane_hdl_sim::usage::Usage;

use super::plot::{Bars, bars_svg};
use super::{Figure, placed};

/// The machine.
const TARGET: Target = TOFINO1;

/// The paper's name of each row, and ours in [`Usage::KINDS`], in the paper's order.
const ROWS: [(&str, &str); 7] = [
    ("Match Crossbar", "match crossbar (bytes)"),
    ("Meter ALU", "stateful ALUs"),
    ("Gateway", "gateways"),
    ("SRAM", "SRAM blocks"),
    ("TCAM", "TCAM blocks"),
    ("VLIW Instruction", "VLIW words"),
    ("Hash Bits", "hash bits"),
];

/// Options of `table2`.
#[derive(Debug, clap::Args)]
// A group is named after its type, and the command's own `Args` has the name.
#[group(skip)]
pub(crate) struct Args {
    /// table2: flow slots, one column of each program for each number.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_value = "65536,100000",
        value_parser = clap::value_parser!(u32).range(4..=1_000_000))]
    table_flows: Vec<u32>,

    /// table2: programs.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "nat,counter")]
    programs: Vec<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    Nat,
    Counter,
}

/// One of our programs with so many flow slots, with RedPlane and without.
struct Pair {
    label: String,
    with: Report,
    plain: Report,
}

impl Pair {
    fn of<P: Program>(label: &str, flows: u32) -> Result<Self> {
        let report = |pipeline| placed::<P>(pipeline).map(|pipeline| Report::of(&pipeline, &TARGET));
        Ok(Self {
            label: format!("{label}, {flows} flows"),
            with: report(place::program::<P>(&TARGET, flows))?,
            plain: report(place::plain_program::<P>(&TARGET, flows))?,
        })
    }

    fn amounts(&self, of: fn(&Usage) -> u32) -> Amounts {
        Amounts { with: of(&self.with.sum()), plain: of(&self.plain.sum()), has: of(&TARGET.whole) }
    }
}

/// How much of a resource.
#[derive(Clone, Copy)]
struct Amounts {
    with: u32,
    plain: u32,
    has: u32,
}

impl Amounts {
    /// What RedPlane adds, per cent of the switch.
    fn added(self) -> f64 {
        100.0 * (f64::from(self.with) - f64::from(self.plain)) / f64::from(self.has.max(1))
    }
}

/// One row of the table.
struct Row {
    /// The paper's name.
    name: &'static str,
    /// Of each of our programs.
    ours: Vec<Amounts>,
    /// Per cent, as printed.
    paper: f64,
    /// Of the prototype's NAT.
    compiled: Amounts,
}

/// Places the programs, and makes the figure of them.
///
/// # Errors
/// A program does not fit, or the picture cannot be drawn.
pub(super) fn make(args: &Args) -> Result<Figure> {
    let mut pairs = vec![];
    for program in &args.programs {
        for flows in &args.table_flows {
            log::info!("placing {program:?} with {flows} flow slots");
            pairs.push(match program {
                Name::Nat => Pair::of::<Nat44>("NAT", *flows)?,
                Name::Counter => Pair::of::<Counter>("counter", *flows)?,
            });
        }
    }
    let rows = rows(&pairs)?;
    Ok(Figure {
        name: "table2",
        text: text(&pairs, &rows),
        csv: csv(&pairs, &rows),
        svg: svg(&pairs, &rows)?,
    })
}

fn rows(pairs: &[Pair]) -> Result<Vec<Row>> {
    let row = |(name, kind): (&'static str, &str)| {
        let (_, of) = Usage::KINDS
            .into_iter()
            .find(|(known, _)| *known == kind)
            .with_context(|| format!("no resource is called {kind}"))?;
        let (_, paper) = PAPER_TABLE_2
            .into_iter()
            .find(|(known, _)| *known == kind)
            .with_context(|| format!("the paper's table has no {kind}"))?;
        Ok(Row {
            name,
            ours: pairs.iter().map(|pair| pair.amounts(of)).collect(),
            paper,
            compiled: Amounts {
                with: of(&published::NAT.usage),
                plain: of(&published::PLAIN_NAT.usage),
                has: of(&TOFINO1.whole),
            },
        })
    };
    ROWS.into_iter().map(row).collect()
}

/// Stages of a program, as text.
fn stages(stages: Stages) -> String {
    format!("{} ({} + {})", stages.all, stages.ingress, stages.egress)
}

fn compiled_stages(compiled: &published::Compiled) -> Stages {
    Stages { all: compiled.stages, ingress: compiled.ingress, egress: compiled.egress }
}

fn text(pairs: &[Pair], rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let header = ["".into()].into_iter().chain(pairs.iter().map(|pair| format!("ours: {}", pair.label)));
    table.set_header(header.chain(["paper, Table 2".into(), "compiler: prototype NAT".into()]));
    for row in rows {
        let of = |amounts: &Amounts| format!("{:.1} ({} - {})", amounts.added(), amounts.with, amounts.plain);
        let cells = std::iter::once(row.name.to_owned()).chain(row.ours.iter().map(of));
        table.add_row(cells.chain([format!("{:.1}", row.paper), of(&row.compiled)]));
    }
    let counts = |name: &str, ours: fn(&Pair) -> Stages, theirs: &published::Compiled| {
        let cells = std::iter::once(name.to_owned()).chain(pairs.iter().map(|pair| stages(ours(pair))));
        cells.chain(["-".into(), stages(compiled_stages(theirs))]).collect::<Vec<_>>()
    };
    table.add_row(counts("stages", |pair| pair.with.stages(), &published::NAT));
    table.add_row(counts("stages, plain", |pair| pair.plain.stages(), &published::PLAIN_NAT));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = String::from("Table 2: what RedPlane adds to a program, per cent of a Tofino 1\n\n");
    let _ = writeln!(text, "{}\n", table.trim_fmt());
    let _ = writeln!(
        text,
        "In brackets: units with RedPlane - units of the same program without it; stages of the switch (ingress + egress),\n  \
         which share the hardware of a stage.\n\
         ours: a model. The recorded programs, placed by `place::program` and `place::plain_program` on {} ({} stages);\n  \
         no compiler of the vendor's has said so.\n\
         paper: {}.\n\
         compiler: {} and {},\n  of {}.\n  \
         The compiler refuses them from about 1,024 to 1,600 flows on, so there is no figure of them at the sizes on the left.",
        TARGET.name,
        TARGET.stages,
        published::PAPER,
        published::NAT.program,
        published::PLAIN_NAT.program,
        published::PROTOTYPE,
    );
    for pair in pairs {
        for same in
            pair.with.overruns.chunk_by(|a, b| (&a.what, a.needed, a.has) == (&b.what, b.needed, b.has))
        {
            let places: Vec<_> = same.iter().map(|overrun| overrun.place.as_str()).collect();
            let Some(first) = same.first() else { continue };
            let _ = writeln!(
                text,
                "Over a limit in our model: {}: {}: {} needed, {} there: {}.",
                pair.label,
                first.what,
                first.needed,
                first.has,
                places.join(", ")
            );
        }
    }
    text
}

/// A line a resource: per cent added, and units with and without, of each source.
fn csv(pairs: &[Pair], rows: &[Row]) -> String {
    let mut text = String::from("resource,switch has");
    let names = pairs.iter().map(|pair| format!("ours {}", pair.label.replace(',', "")));
    for name in names.chain(["compiler prototype NAT".into()]) {
        let _ = write!(text, ",{name}: added %,{name}: with,{name}: plain");
    }
    text.push_str(",paper: added %\n");
    for row in rows {
        let _ = write!(text, "{},{}", row.name, row.compiled.has);
        for amounts in row.ours.iter().chain([&row.compiled]) {
            let _ = write!(text, ",{:.2},{},{}", amounts.added(), amounts.with, amounts.plain);
        }
        let _ = writeln!(text, ",{:.1}", row.paper);
    }
    let mut line = |name: &str, of: fn(Stages) -> u32| {
        let _ = write!(text, "{name},{}", TARGET.stages);
        let ours = pairs.iter().map(|pair| (pair.with.stages(), pair.plain.stages()));
        let theirs = (compiled_stages(&published::NAT), compiled_stages(&published::PLAIN_NAT));
        for (with, plain) in ours.chain([theirs]) {
            let _ = write!(text, ",,{},{}", of(with), of(plain));
        }
        text.push_str(",\n");
    };
    line("Stages", |stages| stages.all);
    line("Stages ingress", |stages| stages.ingress);
    line("Stages egress", |stages| stages.egress);
    text
}

fn svg(pairs: &[Pair], rows: &[Row]) -> Result<String> {
    let ours = pairs.iter().map(|pair| format!("ours: {} (model)", pair.label));
    let theirs = ["paper, Table 2", "prototype's NAT (real compiler, 512-entry tables)"].map(String::from);
    bars_svg(&Bars {
        title: "Table 2: what RedPlane adds to a program on a Tofino 1".into(),
        y_label: "of what the switch has (%)",
        names: ours.chain(theirs).collect(),
        groups: rows
            .iter()
            .map(|row| {
                let ours = row.ours.iter().map(|amounts| amounts.added());
                (row.name.to_owned(), ours.chain([row.paper, row.compiled.added()]).map(Some).collect())
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_the_paper_and_the_compilers_difference_is_its_own() {
        let rows = rows(&[]).unwrap();
        assert_eq!(rows.len(), PAPER_TABLE_2.len());
        let tcam = rows.iter().find(|row| row.name == "TCAM").unwrap();
        assert_eq!((tcam.paper, tcam.compiled.with - tcam.compiled.plain), (11.8, 50));
        assert!((tcam.compiled.added() - 100.0 * 50.0 / 288.0).abs() < 1e-9);
    }
}
