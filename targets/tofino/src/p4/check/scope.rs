//! What a name means inside a block, and the walk through all blocks that asks.

use std::sync::OnceLock;

use super::env::{Env, Ty, place_of};
use super::names::kind_and_name;
use super::{Place, Rule, Sink, actions, registers, stmt, tables};
use crate::p4::ast::{
    Action, Block, Checksum, Control, Counter, Digest, DirectCounter, Direction, Expr, Hash, Instance, Local,
    Mirror, Param, ParserCounter, Random, Register, RegisterAction, Resubmit, Table, ValueSet,
};

/// The action of `core.p4` that does nothing.
pub(super) const NO_ACTION: &str = "NoAction";

fn no_action() -> &'static Action {
    static ACTION: OnceLock<Action> = OnceLock::new();
    ACTION.get_or_init(|| Action::new(NO_ACTION))
}

/// Which kind of body is looked at: it decides what may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    Parser,
    Control,
    Deparser,
    Action,
    RegisterAction,
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Parser => "a parser",
            Self::Control => "a control's apply block",
            Self::Deparser => "a deparser",
            Self::Action => "an action",
            Self::RegisterAction => "a register action",
        })
    }
}

/// Names that are visible in a body.
#[derive(Clone)]
pub(super) struct Scope<'e, 'p> {
    pub env: &'e Env<'p>,
    pub site: Site,
    block: &'p str,
    /// Name, type, whether it may be written; the innermost comes last.
    vars: Vec<(&'p str, Ty<'p>, bool)>,
    locals: Vec<&'p Local>,
}

/// Checks every declaration and statement of every block.
pub(super) fn check(env: &Env<'_>, sink: &mut Sink) {
    for block in &env.program.blocks {
        let place = place_of(block);
        match block {
            Block::Parser(parser) => {
                let mut scope = Scope::new(env, Site::Parser, &parser.name, &parser.params, &place, sink);
                scope.declare_all(&parser.locals, &place, sink);
                super::parsers::check_states(&scope, parser, &place, sink);
            }
            Block::Control(control) => {
                let mut scope = Scope::new(env, Site::Control, &control.name, &control.params, &place, sink);
                scope.declare_all(&control.locals, &place, sink);
                stmt::body(&mut scope, &control.apply, &place.at("apply"), sink);
            }
            Block::Deparser(deparser) => {
                let mut scope =
                    Scope::new(env, Site::Deparser, &deparser.name, &deparser.params, &place, sink);
                scope.declare_all(&deparser.locals, &place, sink);
                stmt::body(&mut scope, &deparser.apply, &place.at("apply"), sink);
            }
        }
    }
}

impl<'e, 'p> Scope<'e, 'p> {
    /// A block's scope with its parameters.
    pub(super) fn new(
        env: &'e Env<'p>,
        site: Site,
        block: &'p str,
        params: &'p [Param],
        place: &Place,
        sink: &mut Sink,
    ) -> Self {
        let mut scope = Self { env, site, block, vars: Vec::new(), locals: Vec::new() };
        scope.add_params(params, place, sink);
        scope
    }

    fn add_params(&mut self, params: &'p [Param], place: &Place, sink: &mut Sink) {
        for param in params {
            let place = place.at(format_args!("parameter {}", param.name));
            let ty = self.env.resolve(&param.ty, &place, sink);
            let writable = matches!(param.direction, Direction::Out | Direction::InOut);
            self.vars.push((&param.name, ty, writable));
        }
    }

    fn declare_all(&mut self, locals: &'p [Local], place: &Place, sink: &mut Sink) {
        for local in locals {
            let place = place.at(kind_and_name(local));
            if self.may_declare(local) {
                self.check_local(local, &place, sink);
            } else {
                sink.report(
                    Rule::Misplaced,
                    &place,
                    format!("this cannot be declared in {}; move it", self.site),
                );
            }
            self.locals.push(local);
        }
    }

    fn may_declare(&self, local: &Local) -> bool {
        match local {
            Local::Var(_) => self.site != Site::Deparser,
            Local::Checksum(_) => self.site != Site::Control,
            Local::ParserCounter(_) | Local::ValueSet(_) => self.site == Site::Parser,
            Local::Mirror(_) | Local::Resubmit(_) | Local::Digest(_) => self.site == Site::Deparser,
            _ => self.site == Site::Control,
        }
    }

    fn check_local(&mut self, local: &'p Local, place: &Place, sink: &mut Sink) {
        match local {
            Local::Var(var) => {
                let ty = self.env.resolve(&var.ty, place, sink);
                if let Some(value) = &var.initial {
                    self.expect(value, &ty, place, sink);
                }
                self.vars.push((&var.name, ty, true));
            }
            Local::Register(register) => {
                let cell = self.env.resolve(&register.cell, place, sink);
                self.env.resolve(&register.index, place, sink);
                self.size(&register.size, place, sink);
                if let Some(value) = &register.initial {
                    self.constant_of(value, &cell, place, sink);
                }
            }
            Local::Counter(counter) => {
                self.env.resolve(&counter.index, place, sink);
                self.size(&counter.size, place, sink);
            }
            Local::RegisterAction(action) => self.check_register_action(action, place, sink),
            Local::Action(action) => {
                let mut scope = self.clone();
                scope.site = Site::Action;
                scope.add_params(&action.params, place, sink);
                stmt::body(&mut scope, &action.body, place, sink);
                actions::check(action, place, sink);
            }
            Local::Table(table) => tables::check(self, table, place, sink),
            Local::Instance(instance) => self.check_instance(instance, place, sink),
            Local::Mirror(mirror) => self.constant_of(&mirror.kind, &Ty::Bit(3), place, sink),
            Local::Resubmit(resubmit) => self.constant_of(&resubmit.kind, &Ty::Bit(3), place, sink),
            Local::Digest(digest) => {
                self.env.resolve(&digest.ty, place, sink);
                self.constant_of(&digest.kind, &Ty::Bit(3), place, sink);
            }
            Local::ValueSet(set) => {
                self.env.resolve(&set.ty, place, sink);
            }
            Local::DirectCounter(_)
            | Local::Hash(_)
            | Local::Random(_)
            | Local::Checksum(_)
            | Local::ParserCounter(_) => {}
        }
    }

    fn check_register_action(&mut self, action: &'p RegisterAction, place: &Place, sink: &mut Sink) {
        let cell = self.env.resolve(&action.cell, place, sink);
        let index = self.env.resolve(&action.index, place, sink);
        if let Some(register) = self.register(&action.register, place, sink) {
            let theirs = (
                self.env.resolve(&register.cell, place, sink),
                self.env.resolve(&register.index, place, sink),
            );
            if theirs != (cell.clone(), index) {
                let message = format!(
                    "cell and index differ from those of register `{}`; take them from it",
                    register.name
                );
                sink.report(Rule::Width, place, message);
            }
        }
        let mut scope = self.clone();
        scope.site = Site::RegisterAction;
        // What the control may write, the stateful ALU may only read.
        scope.vars.iter_mut().for_each(|(_, _, writable)| *writable = false);
        scope.vars.push((RegisterAction::VALUE, cell, true));
        if let Some(result) = &action.result {
            let result = self.env.resolve(result, place, sink);
            scope.vars.push((RegisterAction::RESULT, result, true));
        }
        stmt::body(&mut scope, &action.body, place, sink);
        registers::body::check_widths(&scope, action, place, sink);
    }

    fn check_instance(&self, instance: &'p Instance, place: &Place, sink: &mut Sink) {
        let above = self.env.program.blocks.iter().take_while(|block| block.name() != self.block);
        let found = above
            .filter(|block| matches!(block, Block::Control(_)))
            .any(|block| block.name() == instance.control);
        if !found {
            let message =
                format!("there is no control `{}` above this one; declare it there", instance.control);
            sink.report(Rule::Unresolved, place, message);
        }
    }

    /// Adds a variable that a statement declares.
    pub(super) fn add_var(&mut self, name: &'p str, ty: Ty<'p>) {
        self.vars.push((name, ty, true));
    }

    /// Type of a variable or parameter, and whether it may be written.
    pub(super) fn var(&self, name: &str) -> Option<(&Ty<'p>, bool)> {
        self.vars.iter().rev().find(|(var, ..)| *var == name).map(|(_, ty, writable)| (ty, *writable))
    }

    /// Whether a local or variable has the name.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.var(name).is_some() || self.locals.iter().any(|local| local.name() == name)
    }

    /// A size: a constant of at least 1.
    fn size(&self, size: &'p Expr, place: &Place, sink: &mut Sink) {
        match self.env.constants.value(size) {
            Some(0) => sink.report(Rule::TableSize, place, "a size of 0; give it room for one at least"),
            Some(_) => {}
            None => {
                sink.report(Rule::Constant, place, "the size is not a constant; use a number or a constant")
            }
        }
    }

    /// A constant of type `ty`.
    pub(super) fn constant_of(&self, value: &'p Expr, ty: &Ty<'p>, place: &Place, sink: &mut Sink) {
        if self.env.constants.value(value).is_none() {
            sink.report(Rule::Constant, place, "the value is not a constant; use a number or a constant");
        } else {
            self.expect(value, ty, place, sink);
        }
    }

    /// The control that an instance stands for.
    pub(super) fn control_of(&self, instance: &Instance) -> Option<&'p Control> {
        self.env.control(&instance.control)
    }

    /// The action of that name, `NoAction` among them; reports where there is none.
    pub(super) fn action(&self, name: &str, place: &Place, sink: &mut Sink) -> Option<&'p Action> {
        if name == NO_ACTION { Some(no_action()) } else { self.declared_action(name, place, sink) }
    }

    fn named<T>(
        &self,
        name: &str,
        what: &str,
        pick: impl Fn(&'p Local) -> Option<&'p T>,
        place: &Place,
        sink: &mut Sink,
    ) -> Option<&'p T> {
        let found = self.locals.iter().copied().filter(|local| local.name() == name).find_map(pick);
        if found.is_none() {
            sink.report(
                Rule::Unresolved,
                place,
                format!("there is no {what} `{name}` declared above; declare it in this block"),
            );
        }
        found
    }
}

macro_rules! finders {
    ($($method:ident $variant:ident $what:literal),+ $(,)?) => {
        impl<'p> Scope<'_, 'p> { $(
            /// The declaration of that name; reports where there is none.
            pub(super) fn $method(&self, name: &str, place: &Place, sink: &mut Sink) -> Option<&'p $variant> {
                let pick = |local: &'p Local| match local {
                    Local::$variant(found) => Some(found),
                    _ => None,
                };
                self.named(name, $what, pick, place, sink)
            }
        )+ }
    };
}
finders!(
    register Register "register",
    register_action RegisterAction "register action",
    counter Counter "counter",
    direct_counter DirectCounter "direct counter",
    hash Hash "hash",
    random Random "random",
    declared_action Action "action",
    table Table "table",
    instance Instance "instance",
    checksum Checksum "checksum",
    mirror Mirror "mirror",
    resubmit Resubmit "resubmit",
    digest Digest "digest",
    parser_counter ParserCounter "parser counter",
    value_set ValueSet "value set",
);
