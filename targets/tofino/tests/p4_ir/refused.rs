//! One broken program for every rule: each differs from the forwarder in one thing, and is refused for that alone.

mod declarations;
mod expressions;
mod headers;
mod parsers;
mod registers;
mod tables;

use super::forwarder;
use redplane_tofino::p4::ast::*;
use redplane_tofino::p4::check::{Rule, check};

/// Breaks the good program and expects one error: its rule, place and sentence.
#[track_caller]
fn expect(rule: Rule, error: &str, break_it: impl FnOnce(&mut Program)) {
    let mut program = forwarder::program();
    break_it(&mut program);
    let errors = match check(program) {
        Ok(_) => panic!("accepted; expected {rule:?}: {error}"),
        Err(errors) => errors.0,
    };
    let shown: Vec<(Rule, String)> = errors.iter().map(|error| (error.rule, error.to_string())).collect();
    assert_eq!(shown, [(rule, error.to_owned())]);
}

#[test]
fn program_with_three_slips_is_refused_for_all_of_them() {
    let mut program = forwarder::program();
    ingress(&mut program).apply[2] = Stmt::assign("ig_md.session", 1024);
    table(&mut program, "hosts").size = 0.into();
    state(&mut program, "start").body[1] = Stmt::advance(60);
    let errors = check(program).expect_err("accepted").0;
    let rules: Vec<Rule> = errors.iter().map(|error| error.rule).collect();
    assert_eq!(rules, [Rule::ParserDepth, Rule::TableSize, Rule::NumberRange]);
}

fn block<'p>(program: &'p mut Program, name: &str) -> &'p mut Block {
    program.blocks.iter_mut().find(|block| block.name() == name).unwrap()
}

fn ingress(program: &mut Program) -> &mut Control {
    let Block::Control(control) = block(program, "Ingress") else { panic!() };
    control
}

fn egress(program: &mut Program) -> &mut Control {
    let Block::Control(control) = block(program, "Egress") else { panic!() };
    control
}

fn parser(program: &mut Program) -> &mut Parser {
    let Block::Parser(parser) = block(program, "IngressParser") else { panic!() };
    parser
}

fn state<'p>(program: &'p mut Program, name: &str) -> &'p mut State {
    parser(program).states.iter_mut().find(|state| state.name == name).unwrap()
}

fn egress_state<'p>(program: &'p mut Program, name: &str) -> &'p mut State {
    let Block::Parser(parser) = block(program, "EgressParser") else { panic!() };
    parser.states.iter_mut().find(|state| state.name == name).unwrap()
}

fn ingress_deparser(program: &mut Program) -> &mut Deparser {
    let Block::Deparser(deparser) = block(program, "IngressDeparser") else { panic!() };
    deparser
}

fn egress_deparser(program: &mut Program) -> &mut Deparser {
    let Block::Deparser(deparser) = block(program, "EgressDeparser") else { panic!() };
    deparser
}

fn local<'p>(program: &'p mut Program, name: &str) -> &'p mut Local {
    ingress(program).locals.iter_mut().find(|local| local.name() == name).unwrap()
}

fn table<'p>(program: &'p mut Program, name: &str) -> &'p mut Table {
    let Local::Table(table) = local(program, name) else { panic!() };
    table
}

fn action<'p>(program: &'p mut Program, name: &str) -> &'p mut Action {
    let Local::Action(action) = local(program, name) else { panic!() };
    action
}

fn counter(program: &mut Program) -> &mut Counter {
    let Local::Counter(counter) = local(program, "bursts") else { panic!() };
    counter
}

fn register_action(program: &mut Program) -> &mut RegisterAction {
    let Local::RegisterAction(action) = local(program, "touch_last_seen") else { panic!() };
    action
}
