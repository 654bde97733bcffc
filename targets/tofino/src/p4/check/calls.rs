//! Calls with arguments: actions, and controls used as parts.

use super::env::Ty;
use super::scope::Scope;
use super::{Place, Rule, Sink, counted};
use crate::p4::ast::{Direction, Expr, Param};
use crate::p4::print::expr_text;

/// `action(arguments);`
pub(super) fn action<'p>(
    scope: &Scope<'_, 'p>,
    name: &str,
    arguments: &'p [Expr],
    place: &Place,
    sink: &mut Sink,
) {
    if let Some(action) = scope.action(name, place, sink) {
        check(scope, &action.params, arguments, &format!("action `{name}`"), place, sink);
    }
}

/// `instance.apply(arguments);`
pub(super) fn control<'p>(
    scope: &Scope<'_, 'p>,
    name: &str,
    arguments: &'p [Expr],
    place: &Place,
    sink: &mut Sink,
) {
    let Some(instance) = scope.instance(name, place, sink) else { return };
    if let Some(control) = scope.control_of(instance) {
        check(scope, &control.params, arguments, &format!("control `{}`", control.name), place, sink);
    }
}

fn check<'p>(
    scope: &Scope<'_, 'p>,
    params: &'p [Param],
    arguments: &'p [Expr],
    what: &str,
    place: &Place,
    sink: &mut Sink,
) {
    if params.len() != arguments.len() {
        let message = format!(
            "{what} has {} and is given {}; give one for each",
            counted(params.len(), "parameter"),
            arguments.len()
        );
        sink.report(Rule::Arguments, place, message);
    }
    for (index, (param, argument)) in params.iter().zip(arguments).enumerate() {
        let place = place.nth("argument", index);
        let wanted = scope.env.resolve(&param.ty, &place, &mut Sink::default());
        match param.direction {
            Direction::None | Direction::In => scope.expect(argument, &wanted, &place, sink),
            Direction::Out | Direction::InOut => {
                let ty: Ty<'p> = scope.target(argument, &place, sink);
                if !scope.agree(&wanted, &ty) {
                    let message = format!("`{}` is {ty}, and {wanted} is wanted", expr_text(argument));
                    sink.report(Rule::Width, &place, message);
                }
            }
        }
    }
}
