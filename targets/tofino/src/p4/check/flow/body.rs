//! The way through a control: branches, tables, actions, registers, parts.

use super::frame::Frame;
use super::state::{State, Validity, join};
use super::{Place, Rule, Walk};
use crate::p4::ast::{
    Action, ActionRef, Annotation, BinaryOp, Control, Direction, Expr, If, Local, RegisterAction, Stmt,
    StmtKind, Switch, Table, UnaryOp,
};
use crate::p4::check::actions::reads;
use crate::p4::check::expr::root;
use crate::p4::print::expr_text;

/// What is known behind a table, action by action.
struct Outcome<'p> {
    /// Actions that an entry may name.
    hits: Vec<(&'p str, Option<State>)>,
    /// The default action.
    miss: (&'p str, Option<State>),
}

impl Outcome<'_> {
    fn hit(&self) -> Option<State> {
        self.hits.iter().fold(None, |known, (_, state)| join(known, state.clone()))
    }

    /// What is known where the action that ran is one of `wanted`.
    fn where_ran(&self, wanted: impl Fn(&str) -> bool) -> Option<State> {
        let all = self.hits.iter().chain(std::iter::once(&self.miss));
        all.filter(|(name, _)| wanted(name)).fold(None, |known, (_, state)| join(known, state.clone()))
    }
}

impl<'p> Walk<'_, 'p> {
    /// What is known behind the control of the package.
    pub(super) fn control(&mut self, control: &'p Control, mut state: State) -> Option<State> {
        let place = Place::new(format_args!("control {}", control.name));
        let frame = Frame::new(&control.name, place, &control.locals);
        let mut frame = Frame::of_block(self.env, &control.params, frame);
        self.variables(&mut frame, &mut state);
        let end = self.apply(frame, control, state);
        join(end, self.exits.take())
    }

    fn variables(&mut self, frame: &mut Frame<'p>, state: &mut State) {
        for local in frame.locals {
            let Local::Var(var) = local else { continue };
            let place = frame.place.at(format_args!("variable {}", var.name));
            if let Some(value) = &var.initial {
                self.read(frame, state, value, false, &place);
            }
            let spot = frame.declare(self.env, &var.name, &var.ty);
            spot.headers(self.env).into_iter().for_each(|header| state.add_header(header));
            for field in spot.uninitialised(self.env) {
                if var.initial.is_some() {
                    state.write(field);
                } else {
                    state.forget(field);
                }
            }
        }
    }

    fn apply(&mut self, mut frame: Frame<'p>, control: &'p Control, state: State) -> Option<State> {
        self.returns.push(None);
        let place = frame.place.at("apply");
        let end = self.body(&mut frame, &control.apply, Some(state), &place);
        let returned = self.returns.pop().flatten();
        join(end, returned)
    }

    fn body(
        &mut self,
        frame: &mut Frame<'p>,
        body: &'p [Stmt],
        state: Option<State>,
        place: &Place,
    ) -> Option<State> {
        let mut known = state;
        for (index, stmt) in body.iter().enumerate() {
            let state = known?;
            known = self.stmt(frame, stmt, state, &place.nth("statement", index));
        }
        known
    }

    fn stmt(
        &mut self,
        frame: &mut Frame<'p>,
        stmt: &'p Stmt,
        mut state: State,
        place: &Place,
    ) -> Option<State> {
        match &stmt.kind {
            StmtKind::Assign(target, Expr::Hit(table) | Expr::Miss(table)) => {
                let outcome = self.table(frame, table, state, place)?;
                let mut state = outcome.where_ran(|_| true)?;
                self.write(frame, &mut state, target, place);
                return Some(state);
            }
            StmtKind::Assign(target, value) => self.assign(frame, &mut state, target, value, place),
            StmtKind::Let { ty, name, value } => {
                if let Some(value) = value {
                    self.read(frame, &mut state, value, false, place);
                }
                let spot = frame.declare(self.env, name, ty);
                for field in spot.uninitialised(self.env) {
                    if value.is_some() {
                        state.write(field);
                    } else {
                        state.forget(field);
                    }
                }
            }
            StmtKind::If(branches) => return self.conditional(frame, branches, state, place),
            StmtKind::Switch(switch) => return self.switch(frame, switch, state, place),
            StmtKind::Apply(table) => return self.table(frame, table, state, place)?.where_ran(|_| true),
            StmtKind::ApplyControl { instance, arguments } => {
                return self.part(frame, instance, arguments, state, place);
            }
            StmtKind::Call { action, arguments } => return self.call(frame, action, arguments, state, place),
            StmtKind::Execute { action, index } => self.execute(frame, &mut state, action, index, place),
            StmtKind::Count { index, .. } => self.read(frame, &mut state, index, false, place),
            StmtKind::SetValid(header) => self.set_valid(frame, &mut state, header),
            StmtKind::SetInvalid(header) => self.set_invalid(frame, &mut state, header),
            StmtKind::Exit => {
                self.exits = join(self.exits.take(), Some(state));
                return None;
            }
            StmtKind::Return => {
                if let Some(returned) = self.returns.last_mut() {
                    *returned = join(returned.take(), Some(state));
                }
                return None;
            }
            _ => {}
        }
        Some(state)
    }

    fn conditional(
        &mut self,
        frame: &mut Frame<'p>,
        branches: &'p If,
        state: State,
        place: &Place,
    ) -> Option<State> {
        let mut end = None;
        let mut rest = Some(state);
        for (index, (cond, then)) in branches.branches.iter().enumerate() {
            let Some(state) = rest else { break };
            let (yes, no) = self.branch(frame, cond, state, &place.nth("condition", index));
            let after = self.body(&mut frame.clone(), then, yes, &place.nth("branch", index));
            end = join(end, after);
            rest = no;
        }
        let after = self.body(&mut frame.clone(), &branches.otherwise, rest, &place.at("else"));
        join(end, after)
    }

    /// What is known where a condition holds, and where it does not.
    pub(super) fn branch(
        &mut self,
        frame: &Frame<'p>,
        cond: &'p Expr,
        mut state: State,
        place: &Place,
    ) -> (Option<State>, Option<State>) {
        match cond {
            Expr::Hit(table) => match self.table(frame, table, state, place) {
                Some(outcome) => (outcome.hit(), outcome.miss.1),
                None => (None, None),
            },
            Expr::Miss(table) => match self.table(frame, table, state, place) {
                Some(outcome) => (outcome.miss.1.clone(), outcome.hit()),
                None => (None, None),
            },
            Expr::Unary(UnaryOp::Not, of) => {
                let (yes, no) = self.branch(frame, of, state, place);
                (no, yes)
            }
            Expr::Binary(BinaryOp::And, left, right) => {
                let (yes, no) = self.branch(frame, left, state, place);
                match yes {
                    Some(yes) => {
                        let (both, second) = self.branch(frame, right, yes, place);
                        (both, join(no, second))
                    }
                    None => (None, no),
                }
            }
            Expr::Binary(BinaryOp::Or, left, right) => {
                let (yes, no) = self.branch(frame, left, state, place);
                match no {
                    Some(no) => {
                        let (second, neither) = self.branch(frame, right, no, place);
                        (join(yes, second), neither)
                    }
                    None => (yes, None),
                }
            }
            Expr::IsValid(header) => self.validity(frame, header, state, place),
            _ => {
                self.read(frame, &mut state, cond, false, place);
                (Some(state.clone()), Some(state))
            }
        }
    }

    fn validity(
        &mut self,
        frame: &Frame<'p>,
        header: &'p Expr,
        state: State,
        place: &Place,
    ) -> (Option<State>, Option<State>) {
        let spot = frame.spot(self.env, header).filter(|spot| !spot.is_element);
        let known = spot.as_ref().and_then(|spot| state.validity(&spot.path));
        let (Some(spot), Some(known)) = (spot, known) else { return (Some(state.clone()), Some(state)) };
        let mut yes = state.clone();
        let mut no = state;
        yes.set_validity(&spot.path, Validity::Always);
        no.set_validity(&spot.path, Validity::Never);
        spot.leaves(self.env).into_iter().for_each(|leaf| no.write(leaf));
        match known {
            Validity::Never => {
                let message = format!(
                    "`{}` is valid on no path here, so that the test never holds; extract it, or leave the test out",
                    expr_text(header)
                );
                self.sink.report(Rule::HeaderInvalid, place, message);
                (None, Some(no))
            }
            Validity::Maybe => (Some(yes), Some(no)),
            Validity::Always => (Some(yes), None),
        }
    }

    fn switch(
        &mut self,
        frame: &mut Frame<'p>,
        switch: &'p Switch,
        state: State,
        place: &Place,
    ) -> Option<State> {
        let outcome = self.table(frame, &switch.table, state, place)?;
        let mut end = None;
        for (action, then) in &switch.cases {
            let ran = outcome.where_ran(|name| name == action);
            let after = self.body(&mut frame.clone(), then, ran, &place.at(format_args!("case {action}")));
            end = join(end, after);
        }
        let others = outcome.where_ran(|name| !switch.cases.iter().any(|(action, _)| action == name));
        let after = self.body(&mut frame.clone(), &switch.otherwise, others, &place.at("default"));
        join(end, after)
    }

    fn table(
        &mut self,
        frame: &Frame<'p>,
        name: &str,
        mut state: State,
        place: &Place,
    ) -> Option<Outcome<'p>> {
        let table = frame.locals.iter().find_map(|local| match local {
            Local::Table(table) if table.name == name => Some(table),
            _ => None,
        })?;
        if state.uses_again(format!("table {}:{name}", frame.prefix)) {
            let message = format!(
                "a packet can come to table `{name}` twice; apply it once, before the branches or in one of them"
            );
            self.sink.report(Rule::AppliedTwice, place, message);
        }
        let key_place = frame.place.at(format_args!("table {name}"));
        for (index, key) in table.keys.iter().enumerate() {
            self.read(frame, &mut state, &key.expr, false, &key_place.nth("key", index));
        }
        let hits = table.actions.iter().filter(|reference| may_hit(table, reference)).map(|reference| {
            (reference.name.as_str(), self.action(frame, &reference.name, &[], state.clone()))
        });
        let hits = hits.collect();
        let miss = match &table.default_action {
            Some(default) => (default.action.as_str(), self.action(frame, &default.action, &[], state)),
            None => ("", Some(state)),
        };
        Some(Outcome { hits, miss })
    }

    fn call(
        &mut self,
        frame: &Frame<'p>,
        name: &str,
        arguments: &'p [Expr],
        mut state: State,
        place: &Place,
    ) -> Option<State> {
        for argument in self.values(frame, name, arguments) {
            self.read(frame, &mut state, argument, false, place);
        }
        self.action(frame, name, arguments, state)
    }

    /// Arguments that are read before the action runs.
    fn values(&self, frame: &Frame<'p>, name: &str, arguments: &'p [Expr]) -> Vec<&'p Expr> {
        let Some(action) = find_action(frame, name) else { return Vec::new() };
        let pairs = action.params.iter().zip(arguments);
        pairs.filter(|(param, _)| param.direction != Direction::Out).map(|(_, argument)| argument).collect()
    }

    /// An action's body. Without arguments, its parameters come from a table's entry.
    fn action(
        &mut self,
        frame: &Frame<'p>,
        name: &str,
        arguments: &'p [Expr],
        state: State,
    ) -> Option<State> {
        let Some(action) = find_action(frame, name) else { return Some(state) };
        let mut inner = frame.clone();
        for param in &action.params {
            inner.hide(&param.name);
        }
        for (param, argument) in action.params.iter().zip(arguments) {
            if let Some(spot) = frame.spot(self.env, argument) {
                inner.bind(&param.name, spot);
            }
        }
        let place = frame.place.at(format_args!("action {name}"));
        self.body(&mut inner, &action.body, Some(state), &place)
    }

    fn part(
        &mut self,
        frame: &Frame<'p>,
        name: &str,
        arguments: &'p [Expr],
        mut state: State,
        place: &Place,
    ) -> Option<State> {
        let control = frame.locals.iter().find_map(|local| match local {
            Local::Instance(instance) if instance.name == name => self.env.control(&instance.control),
            _ => None,
        })?;
        let part = Place::new(format_args!("control {}", control.name));
        let mut inner = Frame::new(format!("{}.{name}", frame.prefix), part, &control.locals);
        for (param, argument) in control.params.iter().zip(arguments) {
            match frame.spot(self.env, argument) {
                Some(spot) => inner.bind(&param.name, spot),
                None => self.read(frame, &mut state, argument, false, place),
            }
        }
        self.variables(&mut inner, &mut state);
        self.apply(inner, control, state)
    }

    /// One access of a register.
    pub(super) fn execute(
        &mut self,
        frame: &Frame<'p>,
        state: &mut State,
        name: &str,
        index: &'p Expr,
        place: &Place,
    ) {
        self.read(frame, state, index, false, place);
        let action = frame.locals.iter().find_map(|local| match local {
            Local::RegisterAction(action) if action.name == name => Some(action),
            _ => None,
        });
        let Some(action) = action else { return };
        if state.uses_again(format!("register {}:{}", frame.prefix, action.register)) {
            let message = format!(
                "a packet can access register `{}` twice; merge the accesses into one register action, or put them in branches that exclude each other",
                action.register
            );
            self.sink.report(Rule::AccessedTwice, place, message);
        }
        let mut paths = Vec::new();
        body_reads(&action.body, &mut paths);
        let place = frame.place.at(format_args!("register action {name}"));
        for path in paths {
            let is_own = root(path)
                .is_some_and(|root| root == RegisterAction::VALUE || root == RegisterAction::RESULT);
            if !is_own {
                self.read(frame, state, path, false, &place);
            }
        }
    }
}

/// Whether an entry may name the action: not the default's own, and with constant entries only theirs.
fn may_hit(table: &Table, reference: &ActionRef) -> bool {
    let is_default_only =
        |annotation: &Annotation| matches!(annotation, Annotation::At { name, .. } if name == "defaultonly");
    if table.keys.is_empty() || reference.annotations.iter().any(is_default_only) {
        return false;
    }
    table.entries.is_empty() || table.entries.iter().any(|entry| entry.action == reference.name)
}

fn find_action<'p>(frame: &Frame<'p>, name: &str) -> Option<&'p Action> {
    frame.locals.iter().find_map(|local| match local {
        Local::Action(action) if action.name == name => Some(action),
        _ => None,
    })
}

/// All paths that a register action's body reads.
fn body_reads<'p>(body: &'p [Stmt], paths: &mut Vec<&'p Expr>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Assign(_, value) | StmtKind::Let { value: Some(value), .. } => reads(value, paths),
            StmtKind::If(branches) => {
                for (cond, then) in &branches.branches {
                    reads(cond, paths);
                    body_reads(then, paths);
                }
                body_reads(&branches.otherwise, paths);
            }
            _ => {}
        }
    }
}
