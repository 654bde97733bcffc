//! Deparsers: what they may do, in which forms, and how much of it.

use super::env::{Env, Ty, place_of};
use super::expr::root;
use super::scope::{Scope, Site};
use super::{Place, Rule, Sink};
use crate::p4::ast::{BinaryOp, Block, Deparser, Expr, Gress, If, Local, Stmt, StmtKind, UnaryOp};
use crate::p4::print::expr_text;
use crate::p4::tna::{DEPARSER_CHECKSUMS_MAX, DIGEST_BYTES_MAX, MIRROR_BYTES_MAX, RESUBMIT_BYTES_MAX};

pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    for block in &env.program.blocks {
        let Block::Deparser(deparser) = block else { continue };
        let place = place_of(block);
        let mut quiet = Sink::default();
        let scope = Scope::new(env, Site::Deparser, &deparser.name, &deparser.params, &place, &mut quiet);
        let deparser = Walk { scope, deparser };
        deparser.locals(&place, sink);
        let place = place.at("apply");
        let mut checksums = 0;
        let mut emitted = Vec::new();
        for (index, stmt) in deparser.deparser.apply.iter().enumerate() {
            deparser.statement(stmt, &mut emitted, &mut checksums, &place.nth("statement", index), sink);
        }
        if checksums > DEPARSER_CHECKSUMS_MAX {
            let message = format!(
                "{checksums} checksums, and the deparser computes {DEPARSER_CHECKSUMS_MAX}; compute some in the other half"
            );
            sink.report(Rule::DeparserLimit, &place, message);
        }
    }
}

struct Walk<'e, 'p> {
    scope: Scope<'e, 'p>,
    deparser: &'p Deparser,
}

impl<'p> Walk<'_, 'p> {
    /// Kinds of mirrors, resubmits and digests: in the right half, each number once, none zero.
    fn locals(&self, place: &Place, sink: &mut Sink) {
        let mut seen: Vec<(&str, u128)> = Vec::new();
        for local in &self.deparser.locals {
            let (what, kind) = match local {
                Local::Mirror(mirror) => ("mirror", &mirror.kind),
                Local::Resubmit(resubmit) => ("resubmit", &resubmit.kind),
                Local::Digest(digest) => ("digest", &digest.kind),
                _ => continue,
            };
            let place = place.at(format_args!("{what} {}", local.name()));
            if what != "mirror" && self.deparser.gress == Gress::Egress {
                let message = format!("a {what} in egress, where the chip has none; do it in ingress");
                sink.report(Rule::Gress, &place, message);
            }
            let Some(kind) = self.scope.env.constants.value(kind) else { continue };
            if what == "mirror" && kind == 0 {
                let message = "mirror type 0 means that nothing is mirrored; number mirrors from 1 to 7";
                sink.report(Rule::DeparserLimit, &place, message);
            }
            if seen.contains(&(what, kind)) {
                let message = format!("type {kind} is taken by another {what}; give each its own");
                sink.report(Rule::Duplicate, &place, message);
            }
            seen.push((what, kind));
        }
    }

    fn statement(
        &self,
        stmt: &'p Stmt,
        emitted: &mut Vec<&'p Expr>,
        checksums: &mut usize,
        place: &Place,
        sink: &mut Sink,
    ) {
        match &stmt.kind {
            StmtKind::If(branches) => {
                self.branches(branches, place, sink);
                for (index, (_, then)) in branches.branches.iter().enumerate() {
                    for (at, stmt) in then.iter().enumerate() {
                        let place = place.nth("branch", index).nth("statement", at);
                        if let StmtKind::Emit(_) = &stmt.kind {
                            let message = "an emit under a condition; emit always, and make the header invalid where it is not wanted";
                            sink.report(Rule::Deparser, &place, message);
                        }
                        self.statement(stmt, emitted, checksums, &place, sink);
                    }
                }
            }
            StmtKind::Assign(target, value) => {
                *checksums += 1;
                self.update(target, value, emitted, place, sink);
            }
            StmtKind::Emit(header) => {
                if emitted.contains(&header) {
                    let message = format!("`{}` is emitted twice; emit it once", expr_text(header));
                    sink.report(Rule::Deparser, place, message);
                }
                emitted.push(header);
            }
            StmtKind::MirrorEmit { header: Some((ty, header)), .. } => {
                if let Expr::List(fields) = header {
                    self.no_numbers(fields, place, sink);
                }
                let bytes = self.bytes(&Ty::Header(ty));
                if bytes > MIRROR_BYTES_MAX {
                    let message = format!(
                        "a mirror header of {bytes} bytes, and the chip takes {MIRROR_BYTES_MAX}; leave out what the copy holds itself"
                    );
                    sink.report(Rule::DeparserLimit, place, message);
                }
            }
            StmtKind::ResubmitEmit { header: Some(header), .. } => {
                let bytes = self.bytes(&self.scope.plain(header, place, &mut Sink::default()));
                if bytes > RESUBMIT_BYTES_MAX {
                    let message = format!(
                        "a resubmit header of {bytes} bytes, and the chip takes {RESUBMIT_BYTES_MAX}; shorten it"
                    );
                    sink.report(Rule::DeparserLimit, place, message);
                }
            }
            StmtKind::DigestPack { data, .. } => {
                self.no_numbers(data, place, sink);
                let types = data.iter().map(|field| self.scope.plain(field, place, &mut Sink::default()));
                let bytes = self.bytes(&Ty::List(types.collect()));
                if bytes > DIGEST_BYTES_MAX {
                    let message = format!(
                        "a digest of {bytes} bytes, and the chip takes {DIGEST_BYTES_MAX}; shorten it"
                    );
                    sink.report(Rule::DeparserLimit, place, message);
                }
            }
            _ => {}
        }
    }

    /// Copies and records are made of fields and zeros.
    fn no_numbers(&self, fields: &'p [Expr], place: &Place, sink: &mut Sink) {
        for field in fields {
            let value = self.scope.env.constants.value(field);
            if value.is_some_and(|value| value != 0) || (value.is_none() && root(field).is_none()) {
                let message = format!(
                    "`{}` is neither a field nor zero; put it into a metadata field in the control",
                    expr_text(field)
                );
                sink.report(Rule::Deparser, place, message);
            }
        }
    }

    fn bytes(&self, ty: &Ty<'p>) -> u32 {
        self.scope.env.bits(ty).div_ceil(8)
    }

    fn branches(&self, branches: &'p If, place: &Place, sink: &mut Sink) {
        if branches.branches.len() > 1 || !branches.otherwise.is_empty() {
            sink.report(
                Rule::Deparser,
                place,
                "an `else` in a deparser; write a second `if` with the opposite condition",
            );
        }
        for (index, (cond, then)) in branches.branches.iter().enumerate() {
            let is_checksum = then.iter().any(|stmt| matches!(stmt.kind, StmtKind::Assign(..)));
            // Emits are refused under any condition, and told so.
            let is_emit = then.iter().all(|stmt| matches!(stmt.kind, StmtKind::Emit(_)));
            let place = place.nth("condition", index);
            if !is_emit && !self.is_condition(cond, is_checksum) {
                let message = if is_checksum {
                    "a checksum depends on bits only: `field == 1`, a bool, a header's validity, joined by `&&`; decide in the control and note a bit"
                } else {
                    "a mirror, resubmit or digest depends on its type only: `ig_dprsr_md.mirror_type == 1`; decide in the control"
                };
                sink.report(Rule::Deparser, &place, message);
            }
        }
    }

    fn is_condition(&self, cond: &'p Expr, is_checksum: bool) -> bool {
        let constants = &self.scope.env.constants;
        match cond {
            Expr::Binary(BinaryOp::And, left, right) => {
                is_checksum && self.is_condition(left, true) && self.is_condition(right, true)
            }
            Expr::Unary(UnaryOp::Not, of) => is_checksum && self.is_condition(of, true),
            Expr::IsValid(_) | Expr::Field(..) => is_checksum,
            Expr::Binary(BinaryOp::Eq | BinaryOp::Ne, field, value) => {
                let is_bit = self.scope.plain(field, &Place::new(""), &mut Sink::default()) == Ty::Bit(1);
                let is_field = matches!(**field, Expr::Field(..)) && constants.value(value).is_some();
                is_field && (is_bit || !is_checksum)
            }
            _ => false,
        }
    }

    /// `header.field = checksum.update({ … });`
    fn update(&self, target: &'p Expr, value: &'p Expr, emitted: &[&Expr], place: &Place, sink: &mut Sink) {
        let Expr::ChecksumUpdate { data, .. } = value else {
            let message = "a deparser assigns checksums only; assign in the control";
            sink.report(Rule::Deparser, place, message);
            return;
        };
        let quiet = &mut Sink::default();
        match target {
            Expr::Field(header, field) => match self.scope.plain(header, place, quiet) {
                Ty::Header(name) => {
                    let fields = self.scope.env.fields(&Ty::Header(name));
                    let offset: u32 = fields
                        .iter()
                        .take_while(|(other, _)| *other != field)
                        .map(|(_, ty)| self.scope.env.bits(ty))
                        .sum();
                    if !offset.is_multiple_of(8) {
                        let message = format!(
                            "`{}` begins inside a byte; move it to a byte's beginning",
                            expr_text(target)
                        );
                        sink.report(Rule::Deparser, place, message);
                    }
                    let is_out = |header: &Expr, out: &Expr| {
                        header == out || root(header).is_some_and(|root| *out == Expr::Name(root.to_owned()))
                    };
                    if emitted.iter().any(|out| is_out(header, out)) {
                        let message = format!(
                            "`{}` is emitted before its checksum is computed; compute it above",
                            expr_text(header)
                        );
                        sink.report(Rule::Deparser, place, message);
                    }
                }
                _ => sink.report(Rule::Deparser, place, "a checksum goes into a header's field; name one"),
            },
            _ => sink.report(Rule::Deparser, place, "a checksum goes into a header's field; name one"),
        }
        let mut bits = 0;
        for field in data {
            bits += self.scope.env.bits(&self.scope.plain(field, place, quiet));
            let value = self.scope.env.constants.value(field);
            if value.is_some_and(|value| value != 0) {
                let message = "a number other than zero in a checksum; put it into a metadata field first";
                sink.report(Rule::Deparser, place, message);
            }
            if value.is_none() && root(field).is_none() {
                let message =
                    format!("`{}` is computed in a checksum; compute it in the control", expr_text(field));
                sink.report(Rule::Deparser, place, message);
            }
        }
        if !bits.is_multiple_of(8) {
            let message = format!("{bits} bits are summed; sum whole bytes");
            sink.report(Rule::Deparser, place, message);
        }
    }
}
