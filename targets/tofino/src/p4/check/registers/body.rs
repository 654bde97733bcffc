//! Bodies of register actions.

use std::collections::BTreeSet;

use super::{Env, Place, Rule, Scope, Sink, Ty};
use crate::p4::ast::{BinaryOp, Expr, RegisterAction, Stmt, StmtKind, Type, UnaryOp};
use crate::p4::check::counted;
use crate::p4::check::expr::root;
use crate::p4::print::expr_text;
use crate::p4::tna::{COMPARISONS_MAX, OPERANDS_MAX, SMALL_CONSTANTS};

/// What a body has used so far.
struct Used<'e, 'p> {
    env: &'e Env<'p>,
    cell_bits: u32,
    is_pair: bool,
    is_bit: bool,
    comparisons: Vec<&'p Expr>,
    operands: Vec<&'p Expr>,
    /// Variables that the body declares.
    lets: Vec<&'p str>,
}

pub(super) fn check<'p>(env: &Env<'p>, action: &'p RegisterAction, place: &Place, sink: &mut Sink) {
    let mut used = Used::of(env, action);
    used.body(&action.body, false, place, sink);
    used.written_once(&action.body, place, sink);
    if used.comparisons.len() > COMPARISONS_MAX {
        let message = format!(
            "{} different comparisons, and the chip has {COMPARISONS_MAX}; compare some in the apply block and pass the result in",
            used.comparisons.len()
        );
        sink.report(Rule::RegisterConditions, place, message);
    }
    if used.operands.len() > OPERANDS_MAX {
        let names: Vec<String> = used.operands.iter().map(|operand| expr_text(operand)).collect();
        let message = format!(
            "{} fields are read ({}), and the chip takes {OPERANDS_MAX}; combine some before",
            names.len(),
            names.join(", ")
        );
        sink.report(Rule::RegisterOperands, place, message);
    }
}

impl<'e, 'p> Used<'e, 'p> {
    fn of(env: &'e Env<'p>, action: &'p RegisterAction) -> Self {
        let cell = env.resolve(&action.cell, &Place::new(""), &mut Sink::default());
        let is_pair = env.fields(&cell).len() == 2;
        let cell_bits = if is_pair { env.bits(&cell) / 2 } else { env.bits(&cell) };
        let is_bit = cell == Ty::Bit(1);
        Self {
            env,
            cell_bits,
            is_pair,
            is_bit,
            comparisons: Vec::new(),
            operands: Vec::new(),
            lets: Vec::new(),
        }
    }

    fn body(&mut self, body: &'p [Stmt], is_conditional: bool, place: &Place, sink: &mut Sink) {
        for (index, stmt) in body.iter().enumerate() {
            let place = place.nth("statement", index);
            match &stmt.kind {
                StmtKind::Assign(target, value) => {
                    if self.is_bit && is_conditional {
                        let message = "a cell of one bit is written or read without conditions only; choose between two actions in the apply block";
                        sink.report(Rule::RegisterBody, &place, message);
                    }
                    self.assign(target, value, &place, sink);
                }
                StmtKind::Let { name, value, .. } => {
                    self.lets.push(name);
                    if let Some(value) = value {
                        self.computed(value, &place, sink);
                    }
                }
                StmtKind::If(branches) => {
                    for (index, (cond, then)) in branches.branches.iter().enumerate() {
                        self.condition(cond, &place.nth("condition", index), sink);
                        self.body(then, true, &place.nth("branch", index), sink);
                    }
                    self.body(&branches.otherwise, true, &place.at("else"), sink);
                }
                _ => {}
            }
        }
    }

    fn assign(&mut self, target: &'p Expr, value: &'p Expr, place: &Place, sink: &mut Sink) {
        let is_result = root(target) == Some(RegisterAction::RESULT);
        match value {
            Expr::Predicate { lo, hi } => {
                if !is_result {
                    sink.report(Rule::RegisterBody, place, "the predicate is an output; assign it to `rv`");
                }
                for condition in std::iter::once(lo).chain(hi) {
                    if !is_comparison(condition) {
                        let message = "an argument of the predicate is one comparison; combine them where the result is used";
                        sink.report(Rule::RegisterConditions, place, message);
                    }
                    self.condition(condition, place, sink);
                }
            }
            Expr::Mux(cond, then, otherwise) => {
                self.condition(cond, place, sink);
                self.computed(then, place, sink);
                self.computed(otherwise, place, sink);
            }
            _ if is_comparison(value) => {
                if !is_result {
                    sink.report(
                        Rule::RegisterBody,
                        place,
                        "a comparison is a condition or an output; assign it to `rv`, or branch on it",
                    );
                }
                self.condition(value, place, sink);
            }
            _ => {
                if is_result && self.is_pair && is_operation(value) {
                    let message = "with two words in a cell nothing is left to compute the result; give a word as it is, and compute behind";
                    sink.report(Rule::RegisterBody, place, message);
                }
                self.computed(value, place, sink);
            }
        }
    }

    /// A value: one operation at most, or two that an `|` joins.
    fn computed(&mut self, value: &'p Expr, place: &Place, sink: &mut Sink) {
        if self.is_bit && is_operation(value) {
            sink.report(Rule::RegisterBody, place, "a cell of one bit takes constants only; assign 0 or 1");
        }
        match value {
            Expr::Binary(op, left, right) => {
                let is_or = *op == BinaryOp::BitOr;
                for side in [left, right] {
                    let inner = bare(side);
                    if is_operation(inner) && !is_or && !matches!(inner, Expr::Unary(UnaryOp::Complement, _))
                    {
                        let message = format!(
                            "`{}` is an operation inside another, and the chip does one; compute one of them before",
                            expr_text(inner)
                        );
                        sink.report(Rule::RegisterBody, place, message);
                    }
                    self.inputs(side, place, sink);
                }
            }
            _ => self.inputs(value, place, sink),
        }
    }

    fn condition(&mut self, cond: &'p Expr, place: &Place, sink: &mut Sink) {
        match cond {
            Expr::Unary(UnaryOp::Not, of) => self.condition(of, place, sink),
            Expr::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                self.condition(left, place, sink);
                self.condition(right, place, sink);
            }
            Expr::Binary(op, left, right) => self.comparison(cond, *op, left, right, place, sink),
            Expr::Bool(_) => {}
            field => {
                self.compare(field);
                self.inputs(field, place, sink);
            }
        }
    }

    fn comparison(
        &mut self,
        cond: &'p Expr,
        op: BinaryOp,
        left: &'p Expr,
        right: &'p Expr,
        place: &Place,
        sink: &mut Sink,
    ) {
        self.compare(cond);
        let mut terms = Terms::default();
        for side in [left, right] {
            self.terms(side, &mut terms, place, sink);
        }
        if terms.fields.len() > 1 || terms.words.len() > 1 || terms.constants.len() > 1 {
            let message = format!(
                "`{}` compares {}, {} of the cell and {}; the chip takes one of each",
                expr_text(cond),
                counted(terms.fields.len(), "field"),
                counted(terms.words.len(), "word"),
                counted(terms.constants.len(), "constant")
            );
            sink.report(Rule::RegisterConditions, place, message);
        }
        let is_order = matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
        for constant in &terms.constants {
            if is_order && *constant > i128::from(i32::MAX) {
                let message = format!(
                    "{constant} in a comparison of order, which takes constants below 2^31; compare the difference of two numbers instead"
                );
                sink.report(Rule::RegisterConditions, place, message);
            }
        }
        for side in [left, right] {
            if let Expr::Binary(_, a, b) = bare(side)
                && (is_operation(a) || is_operation(b))
            {
                let message = format!(
                    "`{}` holds an operation inside another; put the constant on the other side, or compute before",
                    expr_text(side)
                );
                sink.report(Rule::RegisterConditions, place, message);
            }
            self.difference(side, is_order, &terms, place, sink);
        }
        self.inputs(left, place, sink);
        self.inputs(right, place, sink);
    }

    /// A signed difference, which tells which of two serial numbers is newer.
    fn difference(&self, side: &Expr, is_order: bool, terms: &Terms<'_>, place: &Place, sink: &mut Sink) {
        let Expr::Cast(Type::Int(width), of) = side else { return };
        let is_difference = matches!(bare(of), Expr::Binary(BinaryOp::Add | BinaryOp::Sub, ..));
        if !is_order || !is_difference {
            return;
        }
        if *width != self.cell_bits {
            let message = format!(
                "a difference of {width} bits in a cell of {}; compare in the cell's width",
                self.cell_bits
            );
            sink.report(Rule::RegisterConditions, place, message);
        }
        if !terms.constants.is_empty() {
            let message = "a difference is compared with a number, which the chip does not do right for all values; compare it with 0, and add the number before";
            sink.report(Rule::RegisterConditions, place, message);
        }
    }

    /// Notes a comparison; the same one, or its opposite, is computed once.
    fn compare(&mut self, cond: &'p Expr) {
        let is_known = self.comparisons.iter().any(|known| *known == cond || is_opposite(known, cond));
        if !is_known {
            self.comparisons.push(cond);
        }
    }

    /// The terms of a sum, under casts.
    fn terms(&self, side: &'p Expr, terms: &mut Terms<'p>, place: &Place, sink: &mut Sink) {
        if let Some(constant) = self.env.constants.value(side) {
            // A comparison with zero compares with nothing.
            if constant != 0 {
                terms.constants.push(i128::try_from(constant).unwrap_or(i128::MAX));
            }
            return;
        }
        match side {
            Expr::Cast(_, of) | Expr::Unary(UnaryOp::Negate, of) => self.terms(of, terms, place, sink),
            Expr::Binary(BinaryOp::Add | BinaryOp::Sub, left, right) => {
                self.terms(left, terms, place, sink);
                self.terms(right, terms, place, sink);
            }
            // A mask belongs to what it masks.
            Expr::Binary(BinaryOp::BitAnd, of, mask) if self.env.constants.value(mask).is_some() => {
                self.terms(of, terms, place, sink);
            }
            Expr::Slice { of, .. } if root(of) == Some(RegisterAction::VALUE) => {
                sink.report(
                    Rule::RegisterConditions,
                    place,
                    "bits of the cell are compared; compare the whole word, or mask it",
                );
            }
            path if root(path) == Some(RegisterAction::VALUE) => insert(&mut terms.words, path),
            path if root(path).is_some() => insert(&mut terms.fields, path),
            other => {
                let message =
                    format!("`{}` is too much for a comparison; compute it before", expr_text(other));
                sink.report(Rule::RegisterConditions, place, message);
            }
        }
    }

    /// Fields from outside that an expression reads.
    fn inputs(&mut self, expr: &'p Expr, place: &Place, sink: &mut Sink) {
        let mut paths = Vec::new();
        crate::p4::check::actions::reads(expr, &mut paths);
        for path in paths {
            let Some(name) = root(path) else { continue };
            if name == RegisterAction::RESULT {
                sink.report(Rule::RegisterBody, place, "`rv` is read; it can only be written");
            }
            let is_own =
                name == RegisterAction::VALUE || name == RegisterAction::RESULT || self.lets.contains(&name);
            if is_own || self.env.constants.ty(name).is_some() || self.operands.contains(&path) {
                continue;
            }
            self.operands.push(path);
        }
    }

    /// Each target is written at most once on each path.
    fn written_once(&self, body: &'p [Stmt], place: &Place, sink: &mut Sink) {
        let mut written = Vec::new();
        self.writes(body, &mut written, place, sink);
    }

    fn writes(&self, body: &'p [Stmt], written: &mut Vec<&'p Expr>, place: &Place, sink: &mut Sink) {
        for (index, stmt) in body.iter().enumerate() {
            let place = place.nth("statement", index);
            match &stmt.kind {
                StmtKind::Assign(target, value) => {
                    if written.contains(&target) {
                        let message = format!(
                            "`{}` is written again on the same path; write it once, in `if` and `else`",
                            expr_text(target)
                        );
                        sink.report(Rule::RegisterBody, &place, message);
                    }
                    // A first value of zero costs nothing: zero or anything is that thing.
                    if self.env.constants.value(value) != Some(0) {
                        written.push(target);
                    }
                }
                StmtKind::If(branches) => {
                    let before = written.clone();
                    let bodies = branches
                        .branches
                        .iter()
                        .map(|(_, then)| then)
                        .chain(std::iter::once(&branches.otherwise));
                    for (index, then) in bodies.enumerate() {
                        let mut inner = before.clone();
                        self.writes(then, &mut inner, &place.nth("branch", index), sink);
                        for target in inner {
                            insert(written, target);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// No field that is read is wider than a word of the cell: the unit works in that width.
pub(in crate::p4::check) fn check_widths<'p>(
    scope: &Scope<'_, 'p>,
    action: &'p RegisterAction,
    place: &Place,
    sink: &mut Sink,
) {
    let mut used = Used::of(scope.env, action);
    used.body(&action.body, false, place, &mut Sink::default());
    // A cell of one bit shares its unit with eight others.
    let room = used.cell_bits.max(8);
    for operand in used.operands {
        let bits = scope.env.bits(&scope.plain(operand, place, &mut Sink::default()));
        if bits > room {
            let message = format!(
                "`{}` has {bits} bits and the cell {room}; read a slice of it, or widen the cell",
                expr_text(operand)
            );
            sink.report(Rule::RegisterOperands, place, message);
        }
    }
}

/// What a comparison is made of.
#[derive(Default)]
struct Terms<'p> {
    fields: Vec<&'p Expr>,
    words: Vec<&'p Expr>,
    constants: Vec<i128>,
}

fn insert<'p>(set: &mut Vec<&'p Expr>, item: &'p Expr) {
    if !set.contains(&item) {
        set.push(item);
    }
}

/// Without casts, which cost nothing.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast(_, of) => bare(of),
        _ => expr,
    }
}

fn is_operation(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Binary(op, ..) => !matches!(op, BinaryOp::Concat),
        Expr::Unary(op, _) => *op != UnaryOp::Not,
        _ => false,
    }
}

fn is_comparison(expr: &Expr) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    match expr {
        Expr::Unary(UnaryOp::Not, of) => is_comparison(of),
        Expr::Binary(op, ..) => matches!(op, Eq | Ne | Lt | Le | Gt | Ge),
        _ => false,
    }
}

/// Whether one comparison is the other's negation.
fn is_opposite(a: &Expr, b: &Expr) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    match (a, b) {
        (Expr::Binary(op, a_left, a_right), Expr::Binary(their_op, b_left, b_right)) => {
            let opposite = match op {
                Eq => Ne,
                Ne => Eq,
                Lt => Ge,
                Ge => Lt,
                Gt => Le,
                Le => Gt,
                _ => return false,
            };
            *their_op == opposite && a_left == b_left && a_right == b_right
        }
        _ => false,
    }
}

/// Constants of a body that do not fit into an instruction.
pub(super) fn large_constants(env: &Env<'_>, body: &[Stmt], found: &mut BTreeSet<i128>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Assign(_, value) | StmtKind::Let { value: Some(value), .. } => {
                constants(env, value, found)
            }
            StmtKind::If(branches) => {
                for (cond, then) in &branches.branches {
                    constants(env, cond, found);
                    large_constants(env, then, found);
                }
                large_constants(env, &branches.otherwise, found);
            }
            _ => {}
        }
    }
}

fn constants(env: &Env<'_>, expr: &Expr, found: &mut BTreeSet<i128>) {
    if let Some(value) = env.constants.value(expr) {
        let value = i128::try_from(value).unwrap_or(i128::MAX);
        if !SMALL_CONSTANTS.contains(&value) {
            found.insert(value);
        }
        return;
    }
    match expr {
        Expr::Unary(UnaryOp::Negate, of) if env.constants.value(of).is_some() => {
            let value =
                env.constants.value(of).and_then(|value| i128::try_from(value).ok()).unwrap_or(i128::MAX);
            if !SMALL_CONSTANTS.contains(&-value) {
                found.insert(-value);
            }
        }
        Expr::Unary(_, of) | Expr::Cast(_, of) | Expr::Slice { of, .. } => constants(env, of, found),
        Expr::Binary(_, left, right) => {
            constants(env, left, found);
            constants(env, right, found);
        }
        Expr::Mux(cond, then, otherwise) => {
            for part in [cond, then, otherwise] {
                constants(env, part, found);
            }
        }
        Expr::Predicate { lo, hi } => {
            constants(env, lo, found);
            hi.iter().for_each(|hi| constants(env, hi, found));
        }
        _ => {}
    }
}
