//! What happens together, as one action. Settings are data of a keyless table's default action: the control plane changes them there.

use redplane_core::field::Param;

use super::values::Given;
use super::{Setting, StageError};
use crate::p4::ast::{Action, Body, Expr, Local, Stmt, Table, Type};

/// A setting's value before the control plane has given another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Default {
    /// The constant.
    pub(super) name: String,
    pub(super) param: Param,
    pub(super) minus: bool,
    pub(super) bits: u32,
}

impl Default {
    fn of(given: Given) -> Self {
        Self {
            name: format!("DEFAULT_{}", given.name().to_uppercase()),
            param: given.param,
            minus: given.minus,
            bits: given.bits,
        }
    }
}

/// An action, and how to do it.
pub(super) struct Done {
    pub(super) locals: Vec<Local>,
    pub(super) stmt: Stmt,
    pub(super) settings: Vec<Setting>,
    pub(super) defaults: Vec<Default>,
}

/// An action `name` of these statements, called, or done by a table of its own if it takes settings.
pub(super) fn done(control: &str, name: &str, body: Body, given: &[Given]) -> Result<Done, StageError> {
    let mut action = Action::new(name).body(body);
    if given.is_empty() {
        let stmt = Stmt::call(name);
        return Ok(Done { locals: vec![action.into()], stmt, settings: vec![], defaults: vec![] });
    }
    for setting in given {
        action = action.data(Type::Bit(setting.bits), setting.name());
    }
    let table = format!("{name}_settings");
    let defaults: Vec<Default> = given.iter().map(|setting| Default::of(*setting)).collect();
    let values = defaults.iter().map(|default| Expr::from(default.name.as_str()));
    let settings = given.iter().map(|setting| Setting {
        param: setting.param,
        table: format!("pipe.{control}.{table}"),
        action: format!("{control}.{name}"),
        field: setting.name(),
        minus: setting.minus,
    });
    let declared =
        Table::new(table.as_str(), 1).action(name).default_action(name, values.collect::<Vec<_>>());
    Ok(Done {
        locals: vec![action.into(), declared.into()],
        settings: settings.collect(),
        stmt: Stmt::apply(table),
        defaults,
    })
}
