//! Types of expressions: both sides agree, names resolve, calls stand where the architecture has them.

use super::constant::exceeds;
use super::env::Ty;
use super::scope::{Scope, Site};
use super::{Place, Rule, Sink};
use crate::p4::ast::{BinaryOp, Expr, StackEnd, UnaryOp};
use crate::p4::print::{expr_text, quoted};

impl<'p> Scope<'_, 'p> {
    /// Type of an expression that stands for itself: the right side of an assignment, a call's argument.
    ///
    /// Calls of externs may be that whole expression, under casts and slices, but no part of a larger one: each takes
    /// a step of its own on the chip.
    pub(super) fn value(&self, expr: &'p Expr, place: &Place, sink: &mut Sink) -> Ty<'p> {
        self.typed(expr, true, place, sink)
    }

    /// Type of an expression without calls of externs.
    pub(super) fn plain(&self, expr: &'p Expr, place: &Place, sink: &mut Sink) -> Ty<'p> {
        self.typed(expr, false, place, sink)
    }

    /// A value that becomes a `wanted`.
    pub(super) fn expect(&self, expr: &'p Expr, wanted: &Ty<'p>, place: &Place, sink: &mut Sink) {
        let ty = self.value(expr, place, sink);
        if !self.agree(wanted, &ty) {
            let message = format!("`{}` is {ty}, and {wanted} is wanted; cast or slice it", expr_text(expr));
            sink.report(Rule::Width, place, message);
        }
        self.number_fits(expr, &ty, wanted, place, sink);
    }

    /// A condition: a bool, or whether a table has hit.
    pub(super) fn condition(&self, expr: &'p Expr, place: &Place, sink: &mut Sink) {
        match expr {
            Expr::Unary(UnaryOp::Not, of) if matches!(**of, Expr::Hit(_) | Expr::Miss(_)) => {
                self.value(of, place, sink);
            }
            Expr::Hit(_) | Expr::Miss(_) => {
                self.value(expr, place, sink);
            }
            _ => {
                let ty = self.plain(expr, place, sink);
                self.want_bool(expr, &ty, place, sink);
            }
        }
    }

    /// Something that may be assigned to; its type.
    pub(super) fn target(&self, expr: &'p Expr, place: &Place, sink: &mut Sink) -> Ty<'p> {
        match root(expr) {
            Some(name) => {
                if let Some((_, false)) = self.var(name) {
                    let message =
                        format!("`{name}` cannot be written in {}; write a field that can", self.site);
                    sink.report(Rule::Misplaced, place, message);
                }
            }
            None => {
                let message = format!("`{}` is no field or variable; assign to one", expr_text(expr));
                sink.report(Rule::Misplaced, place, message);
            }
        }
        self.plain(expr, place, sink)
    }

    /// A header, by its path.
    pub(super) fn header(&self, expr: &'p Expr, place: &Place, sink: &mut Sink) {
        let ty = self.plain(expr, place, sink);
        if !matches!(ty, Ty::Header(_) | Ty::Unknown) {
            sink.report(Rule::Width, place, format!("`{}` is {ty}, and a header is wanted", expr_text(expr)));
        }
    }

    /// Whether a value of type `b` can become an `a`.
    pub(super) fn agree(&self, a: &Ty<'p>, b: &Ty<'p>) -> bool {
        match (a, b) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => true,
            (Ty::Bit(_) | Ty::Int(_) | Ty::Number, Ty::Number) | (Ty::Number, Ty::Bit(_) | Ty::Int(_)) => {
                true
            }
            (Ty::Header(_) | Ty::Struct(_), Ty::List(values)) => {
                let fields = self.env.fields(a);
                fields.len() == values.len()
                    && fields.iter().zip(values).all(|((_, field), value)| self.agree(field, value))
            }
            _ => a == b,
        }
    }

    /// Reports a number, or a number in a list, that needs more bits than it gets.
    fn number_fits(&self, expr: &'p Expr, ty: &Ty<'p>, wanted: &Ty<'p>, place: &Place, sink: &mut Sink) {
        match (expr, wanted) {
            (Expr::List(values), Ty::Header(_) | Ty::Struct(_)) => {
                for (value, (_, field)) in values.iter().zip(self.env.fields(wanted)) {
                    let ty = self.plain(value, place, &mut Sink::default());
                    self.number_fits(value, &ty, field, place, sink);
                }
            }
            _ => {
                if let (Ty::Number, Some(value)) = (ty, self.env.constants.value(expr))
                    && exceeds(value, wanted)
                {
                    let message = format!("{value} does not fit into {wanted}; correct it");
                    sink.report(Rule::NumberRange, place, message);
                }
            }
        }
    }

    fn want_bool(&self, expr: &Expr, ty: &Ty<'p>, place: &Place, sink: &mut Sink) {
        if !matches!(ty, Ty::Bool | Ty::Unknown) {
            let message =
                format!("`{}` is {ty}, and a bool is wanted; compare it with a number", expr_text(expr));
            sink.report(Rule::Width, place, message);
        }
    }

    fn want_bits(&self, expr: &Expr, ty: &Ty<'p>, place: &Place, sink: &mut Sink) {
        if !ty.is_bits() && !matches!(ty, Ty::Int(_)) {
            let message = format!(
                "`{}` is {ty}, and bits are wanted; name one of its fields, or cast it",
                expr_text(expr)
            );
            sink.report(Rule::Width, place, message);
        }
    }

    fn typed(&self, expr: &'p Expr, is_whole: bool, place: &Place, sink: &mut Sink) -> Ty<'p> {
        match expr {
            Expr::Bool(_) => Ty::Bool,
            Expr::Int { value, width: Some(width), .. } => {
                let ty = Ty::Bit(*width);
                if exceeds(*value, &ty) {
                    sink.report(
                        Rule::NumberRange,
                        place,
                        format!("{value} does not fit into {ty}; correct it"),
                    );
                }
                ty
            }
            Expr::Int { width: None, .. } => Ty::Number,
            Expr::Name(name) => self.name(name, place, sink),
            Expr::Field(of, field) => self.field(of, field, place, sink),
            Expr::Index(of, index) => match self.plain(of, place, sink) {
                Ty::Stack(name, count) => {
                    if *index >= count {
                        let message =
                            format!("element {index} of a stack of {count}; elements are counted from 0");
                        sink.report(Rule::NumberRange, place, message);
                    }
                    Ty::Header(name)
                }
                other => self.no_stack(of, &other, place, sink),
            },
            Expr::End(of, end) => {
                if self.site != Site::Parser {
                    let end = if *end == StackEnd::Next { "next" } else { "last" };
                    let message =
                        format!("`.{end}` is only known while parsing; name an element by its number");
                    sink.report(Rule::Misplaced, place, message);
                }
                match self.plain(of, place, sink) {
                    Ty::Stack(name, _) => Ty::Header(name),
                    other => self.no_stack(of, &other, place, sink),
                }
            }
            Expr::Slice { of, hi, lo } => {
                match self.typed(of, is_whole, place, sink) {
                    Ty::Bit(width) if lo <= hi && *hi < width => {}
                    Ty::Unknown => {}
                    Ty::Bit(width) => {
                        let message =
                            format!("bits {hi} to {lo} of a bit<{width}>; highest first, counted from 0");
                        sink.report(Rule::Width, place, message);
                    }
                    other => {
                        let message = format!("a slice of {other}; slice bits of a known width");
                        sink.report(Rule::Width, place, message);
                    }
                }
                Ty::Bit(hi.saturating_sub(*lo) + 1)
            }
            Expr::Unary(op, of) => self.unary(*op, of, place, sink),
            Expr::Binary(op, left, right) => self.binary(*op, left, right, place, sink),
            Expr::Cast(ty, of) => {
                let from = self.typed(of, is_whole, place, sink);
                let to = self.env.resolve(ty, place, sink);
                self.check_cast(of, &from, &to, place, sink);
                to
            }
            Expr::Mux(cond, then, otherwise) => {
                let ty = self.plain(cond, place, sink);
                self.want_bool(cond, &ty, place, sink);
                self.unify(then, otherwise, place, sink)
            }
            Expr::List(fields) => {
                Ty::List(fields.iter().map(|field| self.plain(field, place, sink)).collect())
            }
            Expr::IsValid(of) => {
                if matches!(self.site, Site::Parser | Site::RegisterAction) {
                    sink.report(
                        Rule::Misplaced,
                        place,
                        format!("a header cannot be tested in {}; note it in a field", self.site),
                    );
                }
                self.header(of, place, sink);
                Ty::Bool
            }
            Expr::Lookahead(ty) => {
                self.call(expr, &[Site::Parser], true, place, sink);
                self.env.resolve(ty, place, sink)
            }
            Expr::Hit(table) | Expr::Miss(table) => {
                self.call(expr, &[Site::Control], is_whole, place, sink);
                self.table(table, place, sink);
                Ty::Bool
            }
            Expr::Execute { action, index } => {
                self.call(expr, &[Site::Control, Site::Action], is_whole, place, sink);
                self.execute(action, index, place, sink).unwrap_or_else(|| {
                    let message = format!(
                        "register action `{action}` has no result; give it one, or call it as a statement"
                    );
                    sink.report(Rule::Arguments, place, message);
                    Ty::Unknown
                })
            }
            Expr::Predicate { lo, hi } => {
                self.call(expr, &[Site::RegisterAction], is_whole, place, sink);
                for condition in std::iter::once(lo).chain(hi) {
                    let ty = self.plain(condition, place, sink);
                    self.want_bool(condition, &ty, place, sink);
                }
                // One bit of four is set; it may go into any field that has room.
                Ty::Number
            }
            Expr::HashGet { hash, data } => {
                self.call(expr, &[Site::Control, Site::Action], is_whole, place, sink);
                self.data(data, place, sink);
                self.hash(hash, place, sink).map_or(Ty::Unknown, |hash| Ty::Bit(hash.width))
            }
            Expr::RandomGet(random) => {
                self.call(expr, &[Site::Control, Site::Action], is_whole, place, sink);
                self.random(random, place, sink).map_or(Ty::Unknown, |random| Ty::Bit(random.width))
            }
            Expr::ChecksumGet(checksum) => {
                self.call(expr, &[Site::Parser], is_whole, place, sink);
                self.checksum(checksum, place, sink);
                Ty::Bit(16)
            }
            Expr::ChecksumVerify(checksum) => {
                self.call(expr, &[Site::Parser], is_whole, place, sink);
                self.checksum(checksum, place, sink);
                Ty::Bool
            }
            Expr::ChecksumUpdate { checksum, data, .. } => {
                self.call(expr, &[Site::Deparser], is_whole, place, sink);
                self.checksum(checksum, place, sink);
                self.data(data, place, sink);
                Ty::Bit(16)
            }
            Expr::CounterIsZero(counter) | Expr::CounterIsNegative(counter) => {
                self.call(expr, &[Site::Parser], is_whole, place, sink);
                self.parser_counter(counter, place, sink);
                Ty::Bool
            }
        }
    }

    fn name(&self, name: &'p str, place: &Place, sink: &mut Sink) -> Ty<'p> {
        if let Some((ty, _)) = self.var(name) {
            return ty.clone();
        }
        if let Some(ty) = self.env.constants.ty(name) {
            return ty.clone();
        }
        sink.report(
            Rule::Unresolved,
            place,
            format!("`{name}` is not declared here; declare it, or correct the name"),
        );
        Ty::Unknown
    }

    fn field(&self, of: &'p Expr, field: &str, place: &Place, sink: &mut Sink) -> Ty<'p> {
        let owner = self.plain(of, place, sink);
        if owner == Ty::Unknown {
            return Ty::Unknown;
        }
        match self.env.fields(&owner).iter().find(|(name, _)| *name == field) {
            Some((_, ty)) => ty.clone(),
            None => {
                let message = format!(
                    "`{}` is {owner} and has no field `{field}`; declare it, or correct the name",
                    expr_text(of)
                );
                sink.report(Rule::Unresolved, place, message);
                Ty::Unknown
            }
        }
    }

    fn no_stack(&self, of: &Expr, ty: &Ty<'p>, place: &Place, sink: &mut Sink) -> Ty<'p> {
        if *ty != Ty::Unknown {
            sink.report(
                Rule::Width,
                place,
                format!("`{}` is {ty} and has no elements; name a header stack", expr_text(of)),
            );
        }
        Ty::Unknown
    }

    fn unary(&self, op: UnaryOp, of: &'p Expr, place: &Place, sink: &mut Sink) -> Ty<'p> {
        let ty = self.plain(of, place, sink);
        match op {
            UnaryOp::Not => {
                self.want_bool(of, &ty, place, sink);
                Ty::Bool
            }
            UnaryOp::Complement | UnaryOp::Negate => {
                self.want_bits(of, &ty, place, sink);
                ty
            }
        }
    }

    fn binary(
        &self,
        op: BinaryOp,
        left: &'p Expr,
        right: &'p Expr,
        place: &Place,
        sink: &mut Sink,
    ) -> Ty<'p> {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                for side in [left, right] {
                    let ty = self.plain(side, place, sink);
                    self.want_bool(side, &ty, place, sink);
                }
                Ty::Bool
            }
            BinaryOp::Eq | BinaryOp::Ne => {
                let ty = self.unify(left, right, place, sink);
                if !matches!(ty, Ty::Bool) {
                    self.want_bits(left, &ty, place, sink);
                }
                Ty::Bool
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let ty = self.unify(left, right, place, sink);
                self.want_bits(left, &ty, place, sink);
                Ty::Bool
            }
            BinaryOp::Shl | BinaryOp::Shr => {
                let ty = self.plain(left, place, sink);
                self.want_bits(left, &ty, place, sink);
                self.plain(right, place, sink);
                if self.env.constants.value(right).is_none() {
                    let message = format!("a shift by `{}`; shift by a constant", expr_text(right));
                    sink.report(Rule::Constant, place, message);
                }
                ty
            }
            BinaryOp::Concat => match (self.plain(left, place, sink), self.plain(right, place, sink)) {
                (Ty::Bit(high), Ty::Bit(low)) => Ty::Bit(high + low),
                (Ty::Unknown, _) | (_, Ty::Unknown) => Ty::Unknown,
                (high, low) => {
                    let message = format!("{high} beside {low}; join bits of known widths");
                    sink.report(Rule::Width, place, message);
                    Ty::Unknown
                }
            },
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::SatAdd
            | BinaryOp::SatSub
            | BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor => {
                let ty = self.unify(left, right, place, sink);
                self.want_bits(left, &ty, place, sink);
                ty
            }
        }
    }

    /// The type of both sides; reports where they differ.
    fn unify(&self, left: &'p Expr, right: &'p Expr, place: &Place, sink: &mut Sink) -> Ty<'p> {
        let (a, b) = (self.plain(left, place, sink), self.plain(right, place, sink));
        if !self.agree(&a, &b) {
            let message = format!(
                "{} is {a} and {} is {b}; cast or slice one of them",
                quoted(&expr_text(left)),
                quoted(&expr_text(right))
            );
            sink.report(Rule::Width, place, message);
            return Ty::Unknown;
        }
        self.number_fits(left, &a, &b, place, sink);
        self.number_fits(right, &b, &a, place, sink);
        if a == Ty::Number { b } else { a }
    }

    fn check_cast(&self, of: &Expr, from: &Ty<'p>, to: &Ty<'p>, place: &Place, sink: &mut Sink) {
        let allowed = match (from, to) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => true,
            (Ty::Bit(_) | Ty::Number, Ty::Bit(_)) | (Ty::Int(_), Ty::Int(_)) | (Ty::Number, Ty::Int(_)) => {
                true
            }
            (Ty::Bit(a), Ty::Int(b)) | (Ty::Int(a), Ty::Bit(b)) => a == b,
            (Ty::Bit(1), Ty::Bool) | (Ty::Bool, Ty::Bit(1)) => true,
            _ => from == to,
        };
        if !allowed {
            let message = format!(
                "`{}` is {from} and cannot become {to}; change width and sign in two casts, compare with a number to get a bool",
                expr_text(of)
            );
            sink.report(Rule::Width, place, message);
        }
    }

    /// A call of an extern: only at certain sites, and only as a whole expression.
    fn call(&self, expr: &Expr, sites: &[Site], is_whole: bool, place: &Place, sink: &mut Sink) {
        if !sites.contains(&self.site) {
            let message = format!("`{}` cannot stand in {}; move it", expr_text(expr), self.site);
            sink.report(Rule::Misplaced, place, message);
        } else if !is_whole {
            let message =
                format!("`{}` is part of a larger expression; assign it to a field first", expr_text(expr));
            sink.report(Rule::Misplaced, place, message);
        }
    }

    /// The result's type of a register action, where it has one. Reports what is wrong with the call.
    pub(super) fn execute(
        &self,
        action: &str,
        index: &'p Expr,
        place: &Place,
        sink: &mut Sink,
    ) -> Option<Ty<'p>> {
        let Some(action) = self.register_action(action, place, sink) else {
            self.plain(index, place, sink);
            return Some(Ty::Unknown);
        };
        let wanted = self.env.resolve(&action.index, place, &mut Sink::default());
        self.expect(index, &wanted, place, sink);
        if let Some(register) = self.register(&action.register, place, sink) {
            super::registers::check_index(
                self,
                index,
                &register.size,
                register.bounded_by.as_deref(),
                &register.name,
                place,
                sink,
            );
        }
        action.result.as_ref().map(|result| self.env.resolve(result, place, &mut Sink::default()))
    }

    /// Fields for a hash or checksum: every one has a width.
    pub(super) fn data(&self, data: &'p [Expr], place: &Place, sink: &mut Sink) {
        if data.is_empty() {
            sink.report(Rule::Arguments, place, "an empty list of fields; name at least one");
        }
        for field in data {
            if self.plain(field, place, sink) == Ty::Number {
                let message = format!("`{}` has no width in this list; write it as `8w0`", expr_text(field));
                sink.report(Rule::Width, place, message);
            }
        }
    }
}

/// The variable that a path begins with; none where the expression is no path.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name),
        Expr::Field(of, _) | Expr::Index(of, _) | Expr::End(of, _) | Expr::Slice { of, .. } => root(of),
        _ => None,
    }
}
