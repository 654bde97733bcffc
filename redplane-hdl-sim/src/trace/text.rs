//! A line for each packet and stage that did something: which units acted, what they read and what they wrote, by name.
//!
//! ```text
//!      15052     11 Packet  ingress 1  | lookup 00000011.0a000001.c6336401.00080035: slot 3
//!      15053     11 Packet  ingress 2  | epoch[3] read(a 0, b 0): 1, epoch_read = 1 | hit_2 = 1 | has_key = 1
//!      15056     11 Packet  ingress 5  | seq[3] advance(a 0, b 0): 0 -> 1, seq_advance = 1 | live = 1 | out_epoch = 1 (epoch_read 1)
//!      15119     11 out     at 15674 | Write of 00000011.0a000001.c6336401.00080035 to the store, 112 bytes
//! ```
//!
//! The columns are the cycle, the ticket, the kind of pass, the stage and what its units did. A result that stands behind a comma went
//! into that field; what stands in brackets behind a field was read for it.
//!
//! Numbers are hexadecimal, cycles and tickets apart.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Sink;
use crate::pipeline::{Expr, FieldId, Pipeline, Src, Unit};
use crate::sim::{Done, Gress, Key, Observer, Output, StageSeen, Ticket, View, What};

/// Writes down what stages do.
#[derive(Debug)]
pub struct Text<W> {
    sink: Sink<W>,
    only: Option<Ticket>,
}

impl<W: Write> Text<W> {
    /// Of all packets.
    pub fn new(out: W) -> Self {
        Self { sink: Sink::new(out), only: None }
    }

    /// Of one of the things that are given to the device alone.
    pub fn of(out: W, ticket: Ticket) -> Self {
        Self { only: Some(ticket), ..Self::new(out) }
    }

    /// Gives the stream back.
    ///
    /// # Errors
    /// The first that the stream has said.
    pub fn finish(self) -> io::Result<W> {
        self.sink.finish()
    }

    fn wants(&self, ticket: Ticket) -> bool {
        self.only.is_none_or(|only| only == ticket)
    }
}

impl<W: Write> Observer for Text<W> {
    const STAGES: bool = true;

    fn stage(&mut self, device: View<'_>, seen: &StageSeen<'_>) {
        if seen.acts.is_empty() || !self.wants(seen.ticket) {
            return;
        }
        let pipeline = device.pipeline();
        let stages = match seen.gress {
            Gress::Ingress => &pipeline.ingress,
            Gress::Egress => &pipeline.egress,
        };
        let mut acts: Vec<_> = seen.acts.to_vec();
        acts.sort_by_key(|act| act.unit);
        let words = Words { pipeline, before: seen.before, after: seen.after };
        let mut line = format!(
            "{:>10} {:>6} {:<7} {:>7} {:<2}",
            seen.cycle,
            seen.ticket,
            format!("{:?}", seen.pass),
            seen.gress.name(),
            seen.stage
        );
        for act in &acts {
            line.push_str(" | ");
            words.act(&mut line, &stages[seen.stage].units[act.unit], act.done);
        }
        line.push('\n');
        self.sink.put(|out| out.write_all(line.as_bytes()));
    }

    fn output(&mut self, device: View<'_>, output: &Output) {
        if !self.wants(output.ticket) {
            return;
        }
        let what = match &output.what {
            What::Forward { by, packet, .. } => format!("leaves by {by}, {} bytes", packet.len()),
            What::ToStore { kind, key, packet } => {
                format!("{} of {key:?} to the store, {} bytes", kind.name(), packet.len())
            }
            What::Punt { reason, .. } => format!("to the CPU: {}", reason.name()),
            What::Miss { key, .. } => format!("no slot for {key:?}"),
            What::Dropped(reason) => format!("dropped: {}", reason.name()),
            What::Lost(loss) => format!("lost: {}", loss.name()),
        };
        let (cycle, ticket, at) = (device.cycle(), output.ticket, output.at);
        self.sink.put(|out| writeln!(out, "{cycle:>10} {ticket:>6} out     at {at} | {what}"));
    }
}

/// A vector with its names.
struct Words<'a> {
    pipeline: &'a Pipeline,
    before: &'a [u32],
    after: &'a [u32],
}

impl Words<'_> {
    /// Writing to a string does not fail, so what it says is not asked.
    fn act(&self, line: &mut String, unit: &Unit, done: Done) {
        match (unit, done) {
            (Unit::Lookup { key, .. }, Done::Looked(slot)) => {
                let key: Key = key.iter().map(|field| self.before[field.0 as usize]).collect();
                let _ = match slot {
                    Some(slot) => write!(line, "lookup {key:?}: slot {slot:x}"),
                    None => write!(line, "lookup {key:?}: none"),
                };
            }
            (
                Unit::Register(unit),
                Done::Accessed { cell, action, operands: [a, b], before, after, result },
            ) => {
                let name = &self.pipeline.action(action).name;
                let _ = write!(line, "{}[{cell:x}] {name}(a {a:x}, b {b:x}): {before:x}", unit.array);
                let _ = if before == after { Ok(()) } else { write!(line, " -> {after:x}") };
                let cases = unit.cases.iter().map(|case| &case.execution).chain(&unit.otherwise);
                let dest = cases.filter(|exec| exec.action == action).find_map(|exec| exec.result);
                if let Some(dest) = dest {
                    let _ = write!(line, ", {} = {result:x}", self.pipeline.field(dest).name);
                }
            }
            (Unit::Assign { moves, .. }, _) => {
                for (at, step) in moves.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    let value = self.after[step.dest.0 as usize];
                    let dest = &self.pipeline.field(step.dest).name;
                    let _ = write!(line, "{comma}{dest} = {value:x}");
                    self.reads(line, &step.expr);
                }
            }
            (Unit::Count { what, .. }, _) => {
                let _ = write!(line, "counts {}", what.name());
            }
            (Unit::Mend { checksum, .. }, Done::Mended { old, new }) => {
                let _ = write!(line, "mends {checksum:?} for {old:x} -> {new:x}");
            }
            _ => {}
        }
    }

    /// What a move has read, unless that was a constant.
    fn reads(&self, line: &mut String, expr: &Expr) {
        let sign = match expr {
            Expr::Copy(Src::Lit(_)) => return,
            Expr::Copy(_) => "",
            Expr::Add(..) => "+",
            Expr::Sub(..) => "-",
            Expr::And(..) => "&",
            Expr::Or(..) => "|",
            Expr::Xor(..) => "^",
            Expr::Shl(..) => "<<",
            Expr::Shr(..) => ">>",
            Expr::Join(..) => "++",
        };
        let _ = write!(line, " (");
        for (at, source) in expr.sources().enumerate() {
            let _ = if at > 0 { write!(line, " {sign} ") } else { Ok(()) };
            self.source(line, source);
        }
        let _ = match expr {
            Expr::Shl(_, by) | Expr::Shr(_, by) => write!(line, " {sign} {by})"),
            _ => write!(line, ")"),
        };
    }

    fn source(&self, line: &mut String, source: Src) {
        let _ = match source {
            Src::Field(FieldId(at)) => {
                let field = &self.pipeline.fields[at as usize];
                write!(line, "{} {:x}", field.name, self.before[at as usize])
            }
            Src::Lit(value) => write!(line, "{value:x}"),
            Src::Param(param) => write!(line, "{param:?}"),
            Src::Minus(param) => write!(line, "-{param:?}"),
        };
    }
}
