//! Widths, places, actions and conditions.

use super::*;

#[test]
fn sum_of_different_widths_is_refused() {
    expect(
        Rule::Width,
        "control Ingress / apply / statement 2: `ig_md.now` is bit<32> and `ig_md.session` is bit<10>; cast or slice one of them",
        |program| {
            ingress(program).apply[1] =
                Stmt::assign("ig_md.burst_began", Expr::from("ig_md.now") - "ig_md.session");
        },
    );
}

#[test]
fn bit_used_as_a_condition_is_refused() {
    expect(
        Rule::Width,
        "control Ingress / apply / statement 9 / condition 1: `ig_md.is_burst` is bit<1>, and a bool is wanted; compare it with a number",
        |program| {
            let stmt = &mut ingress(program).apply[8];
            *stmt = Stmt::when("ig_md.is_burst", [Stmt::count("bursts", "ig_intr_md.ingress_port")]);
        },
    );
}

#[test]
fn slice_beyond_the_field_is_refused() {
    expect(
        Rule::Width,
        "control Ingress / apply / statement 1: bits 48 to 17 of a bit<48>; highest first, counted from 0",
        |program| {
            ingress(program).apply[0] =
                Stmt::assign("ig_md.now", Expr::from("ig_intr_md.ingress_mac_tstamp").slice(48, 17));
        },
    );
}

#[test]
fn number_too_large_for_its_field_is_refused() {
    expect(
        Rule::NumberRange,
        "control Ingress / apply / statement 3: 1024 does not fit into bit<10>; correct it",
        |program| {
            ingress(program).apply[2] = Stmt::assign("ig_md.session", 1024);
        },
    );
}

#[test]
fn shift_by_a_field_is_refused() {
    expect(
        Rule::Constant,
        "control Ingress / apply / statement 2: a shift by `ig_md.now`; shift by a constant",
        |program| {
            ingress(program).apply[1] =
                Stmt::assign("ig_md.burst_began", Expr::from("ig_md.now") << "ig_md.now");
        },
    );
}

#[test]
fn branch_in_a_parser_is_refused() {
    expect(
        Rule::Misplaced,
        "parser IngressParser / state parse_vlan / statement 2: a branch in a parser state; choose the next state by a select",
        |program| {
            state(program, "parse_vlan").body.push(Stmt::when(true, []));
        },
    );
}

#[test]
fn register_access_inside_a_sum_is_refused() {
    expect(
        Rule::Misplaced,
        "control Ingress / apply / statement 8 / branch 1 / statement 1: `touch_last_seen.execute(ig_intr_md.ingress_port)` is part of a larger expression; assign it to a field first",
        |program| {
            let StmtKind::If(branches) = &mut ingress(program).apply[7].kind else { panic!() };
            let sum = Expr::execute("touch_last_seen", "ig_intr_md.ingress_port") + 1;
            branches.branches[0].1[0] = Stmt::assign("ig_md.is_burst", sum);
        },
    );
}

#[test]
fn action_called_with_too_few_arguments_is_refused() {
    expect(
        Rule::Arguments,
        "control Ingress / table ttl / entry 1: action `mark_ttl` has 1 parameter and is given 0; give one for each",
        |program| {
            table(program, "ttl").entries[0].arguments.clear();
        },
    );
}

#[test]
fn branch_in_an_action_is_refused() {
    expect(
        Rule::ActionBody,
        "control Ingress / action drop / statement 1: a branch in an action; make two actions, and choose between them by a table or in the apply block",
        |program| {
            action(program, "drop").body.insert(0, Stmt::when(true, []));
        },
    );
}

#[test]
fn action_that_reads_what_it_wrote_is_refused() {
    expect(
        Rule::ActionBody,
        "control Ingress / action send / statement 3: `hdr.ethernet.dst_addr` is read after `hdr.ethernet.dst_addr` was written in the same action, where all happens at once; read its source, or make two actions",
        |program| {
            action(program, "send").body.push(Stmt::assign("hdr.ethernet.src_addr", "hdr.ethernet.dst_addr"));
        },
    );
}

#[test]
fn condition_that_orders_two_fields_is_refused() {
    expect(
        Rule::Gateway,
        "control Ingress / apply / statement 12 / condition 1: two fields are ordered; compare their difference with 0 in a register action, or in a table by range",
        |program| {
            let cond = Expr::from("ig_md.now").less_than("ig_md.burst_began");
            ingress(program).apply.push(Stmt::when(cond, [Stmt::assign("ig_md.session", 2)]));
        },
    );
}

#[test]
fn condition_that_computes_is_refused() {
    expect(
        Rule::Gateway,
        "control Ingress / apply / statement 12 / condition 1: `ig_md.now - ig_md.burst_began` is computed in a condition; compute it in an action before",
        |program| {
            let cond = (Expr::from("ig_md.now") - "ig_md.burst_began").equals(0);
            ingress(program).apply.push(Stmt::when(cond, [Stmt::assign("ig_md.session", 2)]));
        },
    );
}

#[test]
fn condition_on_too_many_bits_is_refused() {
    expect(
        Rule::Gateway,
        "control Ingress / apply / statement 12 / condition 1: the condition compares 48 bits at once, a gateway 44; match on some of them in a table",
        |program| {
            let cond = Expr::from("hdr.ethernet.src_addr").equals("hdr.ethernet.dst_addr");
            ingress(program).apply.push(Stmt::when(cond, [Stmt::assign("ig_md.session", 2)]));
        },
    );
}

#[test]
fn number_without_width_in_a_hash_is_refused() {
    expect(
        Rule::Width,
        "control Ingress / apply / statement 3: `0` has no width in this list; write it as `8w0`",
        |program| {
            let control = ingress(program);
            control.locals.push(Hash::new("mix", 10, HashAlgorithm::Crc16).into());
            let data = [Expr::from("hdr.ethernet.src_addr"), Expr::int(0)];
            control.apply[2] = Stmt::assign("ig_md.session", Expr::hash("mix", data));
        },
    );
}

#[test]
fn advance_by_a_field_is_refused() {
    expect(
        Rule::Constant,
        "parser IngressParser / state parse_vlan / statement 2: an advance by `hdr.vlan.vid`; the parser advances by constants only",
        |program| {
            state(program, "parse_vlan").body.push(Stmt::advance("hdr.vlan.vid"));
        },
    );
}

#[test]
fn type_of_no_bits_is_refused() {
    expect(
        Rule::Width,
        "struct ingress_md_t / field burst_began: a type of no bits; give it at least one",
        |program| {
            program.structs[1].fields[2].ty = Type::Bit(0);
        },
    );
}

#[test]
fn condition_that_orders_many_bits_is_refused() {
    expect(
        Rule::Gateway,
        "control Ingress / apply / statement 12 / condition 1: the condition orders 29 bits, a gateway 12; subtract in an action and test a bit, or use a register action",
        |program| {
            let cond = Expr::from("ig_md.now").less_than(1000);
            ingress(program).apply.push(Stmt::when(cond, [Stmt::assign("ig_md.session", 2)]));
        },
    );
}
