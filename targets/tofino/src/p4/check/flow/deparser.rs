//! The way through a deparser: what is emitted, and what is left over.

use std::collections::BTreeSet;

use super::frame::{Frame, HEADERS, METADATA};
use super::state::{State, Validity};
use super::{Emitted, Place, Rule, Walk};
use crate::p4::ast::{Deparser, Expr, Stmt, StmtKind};
use crate::p4::print::expr_text;

impl<'p> Walk<'_, 'p> {
    /// Reports what is wrong with the output. The headers in it, in order.
    pub(super) fn deparser(&mut self, deparser: &'p Deparser, mut state: State) -> Vec<Emitted<'p>> {
        let place = Place::new(format_args!("deparser {}", deparser.name));
        let frame = Frame::new(&deparser.name, place.clone(), &deparser.locals);
        let frame = Frame::of_block(self.env, &deparser.params, frame);
        let mut out = BTreeSet::new();
        self.deparse(&frame, &mut state, &deparser.apply, false, &mut out, &place.at("apply"));
        for name in self.left_over(&frame, deparser, &state, &out) {
            let message = format!(
                "`{name}` may be valid here and is not emitted; emit it, or set it invalid on every path before"
            );
            self.sink.report(Rule::NotEmitted, &place, message);
        }
        self.emitted(&frame, deparser, &state)
    }

    fn emitted(&self, frame: &Frame<'p>, deparser: &'p Deparser, state: &State) -> Vec<Emitted<'p>> {
        let mut emitted = Vec::new();
        for stmt in &deparser.apply {
            let StmtKind::Emit(header) = &stmt.kind else { continue };
            let Some(spot) = frame.spot(self.env, header) else { continue };
            for (path, header) in spot.typed_headers(self.env) {
                emitted.push(Emitted { header, is_always: state.validity(&path) == Some(Validity::Always) });
            }
        }
        emitted
    }

    fn deparse(
        &mut self,
        frame: &Frame<'p>,
        state: &mut State,
        body: &'p [Stmt],
        is_conditional: bool,
        out: &mut BTreeSet<String>,
        place: &Place,
    ) {
        for (index, stmt) in body.iter().enumerate() {
            let place = place.nth("statement", index);
            match &stmt.kind {
                StmtKind::If(branches) => {
                    for (cond, then) in &branches.branches {
                        self.read(frame, state, cond, false, &place);
                        self.deparse(frame, state, then, true, out, &place);
                    }
                }
                StmtKind::Assign(target, value) => {
                    self.read(frame, state, value, is_conditional, &place);
                    self.write(frame, state, target, &place);
                }
                StmtKind::Emit(header) => self.emit(frame, state, header, out, &place),
                // Whether a copy is made was decided by its type, which is not followed here.
                StmtKind::MirrorEmit { session, header, .. } => {
                    self.read(frame, state, session, true, &place);
                    if let Some((_, header)) = header {
                        self.read(frame, state, header, true, &place);
                        out.extend(frame.spot(self.env, header).map(|spot| spot.path));
                    }
                }
                StmtKind::ResubmitEmit { header: Some(header), .. } => {
                    self.read(frame, state, header, true, &place);
                    out.extend(frame.spot(self.env, header).map(|spot| spot.path));
                }
                StmtKind::DigestPack { data, .. } => {
                    for field in data {
                        self.read(frame, state, field, true, &place);
                    }
                }
                _ => {}
            }
        }
    }

    fn emit(
        &mut self,
        frame: &Frame<'p>,
        state: &State,
        header: &'p Expr,
        out: &mut BTreeSet<String>,
        place: &Place,
    ) {
        let Some(spot) = frame.spot(self.env, header) else { return };
        let text = expr_text(header);
        for path in spot.headers(self.env) {
            let name = format!("{text}{}", path.strip_prefix(&spot.path).unwrap_or_default());
            if state.validity(&path) == Some(Validity::Never) {
                let message = format!(
                    "`{name}` is emitted and valid on no path; extract it or set it valid, or leave the emit out"
                );
                self.sink.report(Rule::NeverValid, place, message);
            }
            out.insert(path);
        }
        for leaf in spot.leaves(self.env) {
            if state.may_be_unwritten(&leaf) {
                let name = format!("{text}{}", leaf.strip_prefix(&spot.path).unwrap_or_default());
                let message = format!(
                    "`{name}` is emitted and was not written on every path on which its header is set valid; write it there"
                );
                self.sink.report(Rule::Unwritten, place, message);
            }
        }
    }

    /// Headers that may be valid and were not emitted, by the deparser's names.
    ///
    /// A header in the metadata that is extracted and nothing more is a message to this half, and ends here.
    fn left_over(
        &self,
        frame: &Frame<'p>,
        deparser: &'p Deparser,
        state: &State,
        out: &BTreeSet<String>,
    ) -> Vec<String> {
        let mut left = Vec::new();
        for param in &deparser.params {
            let Some(spot) = frame.named(&param.name) else { continue };
            for path in spot.headers(self.env) {
                let concerns =
                    spot.path == HEADERS || (spot.path == METADATA && self.set_valid.contains(&path));
                let is_valid = state.validity(&path).is_some_and(|validity| validity != Validity::Never);
                if concerns && is_valid && !out.contains(&path) {
                    left.push(format!("{}{}", param.name, path.strip_prefix(&spot.path).unwrap_or_default()));
                }
            }
        }
        left
    }
}
