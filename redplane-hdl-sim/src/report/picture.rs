//! Which arrays, tables and units sit in which stage, as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::pipeline::{Cond, FieldId, KeyPart, Pipeline, RegisterUnit, Stage, Unit};
use crate::target::Target;
use crate::usage::{Ctx, Usage, stage_with_tables, unit};

/// Draws a program's stages, one block of lines each: a line for each table and array, one for each field that is computed,
/// with how many conditions decide it, and one for what is counted.
///
/// ```text
/// ingress stage 1: gateways 3, SRAM blocks 17, stateful ALUs 1
///   register  epoch  65536 × 32 bits: adopt, same, else read → epoch_same (17 SRAM)
///   compute   fate   2 cases
/// ```
pub fn picture(pipeline: &Pipeline, target: &Target) -> String {
    let ctx = Ctx::of(target, pipeline);
    let mut text = format!("{} on {}, {} flows\n", pipeline.name, target.name, pipeline.flows);
    for (gress, stages) in [("ingress", &pipeline.ingress), ("egress", &pipeline.egress)] {
        for (at, stage) in stages.iter().enumerate() {
            let lines = lines(stage, pipeline, &ctx);
            // Writing into a string does not fail.
            let _ = writeln!(text, "\n{gress} stage {at}: {}", amounts(stage, &ctx));
            let width = lines.iter().map(|(_, name, _)| name.len()).max().unwrap_or(0);
            for (kind, name, what) in lines {
                let _ = writeln!(text, "{}", format!("  {kind:<9} {name:<width$}  {what}").trim_end());
            }
        }
    }
    text
}

/// What a stage takes, in words.
fn amounts(stage: &Stage, ctx: &Ctx<'_>) -> String {
    let usage = stage_with_tables(stage, ctx);
    let amounts = Usage::KINDS.iter().map(|(what, of)| (what, of(&usage)));
    let amounts: Vec<String> =
        amounts.filter(|(_, amount)| *amount > 0).map(|(what, amount)| format!("{what} {amount}")).collect();
    if amounts.is_empty() { "nothing".into() } else { amounts.join(", ") }
}

type Line = (&'static str, String, String);

fn lines(stage: &Stage, pipeline: &Pipeline, ctx: &Ctx<'_>) -> Vec<Line> {
    let name = |field: &FieldId| pipeline.field(*field).name.clone();
    let mut lines = vec![];
    let mut computed: BTreeMap<FieldId, Vec<&Cond>> = BTreeMap::new();
    let mut counted = vec![];
    let mut mended = vec![];
    for of in &stage.units {
        match of {
            Unit::Lookup { key, hit, slot, .. } => {
                let key: Vec<String> = key.iter().map(name).collect();
                let what = format!(
                    "{} → {}, {} ({} SRAM)",
                    key.join(" "),
                    name(hit),
                    name(slot),
                    unit(of, ctx).sram
                );
                lines.push(("table", format!("{} flows", pipeline.flows), what));
            }
            Unit::Register(register) => {
                let what = format!("{} ({} SRAM)", actions(register, pipeline), unit(of, ctx).sram);
                lines.push(("register", register.array.name(), what));
            }
            Unit::Assign { guard, moves } => {
                for step in moves {
                    computed.entry(step.dest).or_default().push(guard);
                }
            }
            Unit::Count { what, .. } => counted.push(what.name()),
            Unit::Mend { checksum, .. } => mended.push(format!("{checksum:?}")),
        }
    }
    for (field, guards) in computed {
        let always = guards.contains(&&Cond::Always);
        let cases = guards.len();
        let what = match (always, cases) {
            (true, 1) => String::new(),
            (_, 1) => "1 case".into(),
            _ => format!("{cases} cases"),
        };
        lines.push(("compute", name(&field), what));
    }
    for table in &stage.tables {
        let key = table.key.iter().map(|part| match part {
            KeyPart::Field(field) => name(field),
            KeyPart::Valid(header) => format!("{header:?}?"),
        });
        let what = key.collect::<Vec<_>>().join(" ");
        lines.push(("decide", format!("{} entries", table.entries.len()), what));
    }
    if !counted.is_empty() {
        lines.push(("count", format!("of {}", counted.len()), counted.join(", ")));
    }
    if !mended.is_empty() {
        mended.dedup();
        lines.push(("mend", "checksums".into(), mended.join(", ")));
    }
    lines
}

/// An array's shape, its actions, and where their results go.
fn actions(register: &RegisterUnit, pipeline: &Pipeline) -> String {
    let shape = pipeline.arrays.iter().find(|array| array.array == register.array);
    let shape = shape.map_or_else(String::new, |array| format!("{} × {} bits: ", array.cells, array.bits));
    let mut names: Vec<String> = vec![];
    let mut results: Vec<&str> = vec![];
    let executions = register.cases.iter().map(|case| (&case.execution, ""));
    for (execution, prefix) in executions.chain(register.otherwise.iter().map(|other| (other, "else "))) {
        let name = format!("{prefix}{}", pipeline.action(execution.action).name);
        if !names.contains(&name) {
            names.push(name);
        }
        if let Some(result) = execution.result {
            let result = pipeline.field(result).name.as_str();
            if !results.contains(&result) {
                results.push(result);
            }
        }
    }
    let results = if results.is_empty() { String::new() } else { format!(" → {}", results.join(" ")) };
    format!("{shape}{}{results}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::pipeline;
    use super::*;
    use crate::target::TOFINO1;

    #[test]
    fn every_stage_says_what_is_in_it() {
        let text = picture(&pipeline(), &TOFINO1);
        let expected = "\
example on Tofino 1, 65536 flows

ingress stage 0: match crossbar (bytes) 4, hash bits 44, SRAM blocks 24, VLIW words 1, logical tables 1
  table     65536 flows  key_0 → hit, slot (24 SRAM)

ingress stage 1: match crossbar (bytes) 7, hash bits 16, gateways 1, SRAM blocks 17, map RAM 17, VLIW words 1, \
stateful ALUs 1, logical tables 1
  register  asked  65536 × 32 bits: put → old (17 SRAM)

ingress stage 2: match crossbar (bytes) 2, gateways 2, SRAM blocks 2, map RAM 2, VLIW words 2, statistics ALUs 1, \
logical tables 2
  compute   age   1 case
  compute   fate  1 case
  count     of 1  Passed
";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains("\negress stage 0: "), "{text}");
    }
}
