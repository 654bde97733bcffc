//! Names, types and the package.

use super::*;

#[test]
fn constant_in_lower_case_is_refused() {
    expect(
        Rule::Naming,
        "const portMax: `portMax` does not look like what it is; write a constant as UPPER_SNAKE",
        |program| {
            program.consts.push(Const::new("portMax", "PortId_t", 1));
        },
    );
}

#[test]
fn counter_named_by_a_word_of_p4_is_refused() {
    expect(
        Rule::Naming,
        "control Ingress / counter switch: `switch` is a word of P4; choose another name",
        |program| {
            counter(program).name = "switch".to_owned();
            let StmtKind::If(branches) = &mut ingress(program).apply[8].kind else { panic!() };
            branches.branches[0].1[0] = Stmt::count("switch", "ig_intr_md.ingress_port");
        },
    );
}

#[test]
fn header_declared_twice_is_refused() {
    expect(
        Rule::Duplicate,
        "header vlan_h: `vlan_h` is already the name of header vlan_h; choose another",
        |program| {
            let vlan = program.headers[2].clone();
            program.headers.push(vlan);
        },
    );
}

#[test]
fn field_that_no_header_has_is_refused() {
    expect(
        Rule::Unresolved,
        "control Ingress / apply / statement 4: `ig_md` is struct ingress_md_t and has no field `sesion`; declare it, or correct the name",
        |program| {
            ingress(program).apply[3] = Stmt::assign("ig_md.sesion", 0);
        },
    );
}

#[test]
fn table_with_an_action_that_is_not_declared_is_refused() {
    expect(
        Rule::Unresolved,
        "control Ingress / table ttl / action mark_tll: there is no action `mark_tll` declared above; declare it in this block",
        |program| {
            table(program, "ttl")
                .actions
                .push(ActionRef { name: "mark_tll".to_owned(), annotations: Vec::new() });
        },
    );
}

#[test]
fn register_declared_below_its_action_is_refused() {
    expect(
        Rule::Unresolved,
        "control Ingress / register action touch_last_seen: there is no register `last_seen` declared above; declare it in this block",
        |program| {
            let control = ingress(program);
            control.locals.retain(|local| local.name() != "forget_last_seen");
            let register = control.locals.remove(0);
            control.locals.insert(1, register);
            let StmtKind::If(branches) = &mut control.apply[7].kind else { panic!() };
            branches.otherwise.remove(0);
        },
    );
}

#[test]
fn header_of_broken_bytes_is_refused() {
    expect(
        Rule::HeaderShape,
        "header vlan_h: the header has 31 bits, not whole bytes; pad it with a field of 1 bits",
        |program| {
            program.headers[2].fields[0].ty = Type::Bit(2);
        },
    );
}

#[test]
fn transition_to_a_state_that_is_not_there_is_refused() {
    expect(
        Rule::Unresolved,
        "parser IngressParser / state parse_ipv4: there is no state `parse_udp`; declare it, or correct the name",
        |program| {
            state(program, "parse_ipv4").transition = Transition::To("parse_udp".into());
        },
    );
}

#[test]
fn digest_in_egress_is_refused() {
    expect(
        Rule::Gress,
        "deparser EgressDeparser / digest aged: a digest in egress, where the chip has none; do it in ingress",
        |program| {
            let deparser = egress_deparser(program);
            deparser.locals.push(Digest::new("aged", "egress_md_t", 1).into());
            deparser.apply.push(Stmt::digest("aged", ["eg_md.is_checksum_new"]));
        },
    );
}

#[test]
fn metadata_of_the_other_half_is_refused() {
    expect(
        Rule::Gress,
        "control Egress / parameter 3: `eg_intr_md` is ingress_intrinsic_metadata_t, and the architecture gives egress_intrinsic_metadata_t here; take that",
        |program| {
            egress(program).params[2].ty = "ingress_intrinsic_metadata_t".into();
        },
    );
}

#[test]
fn control_with_other_headers_than_its_parser_is_refused() {
    expect(
        Rule::Signature,
        "deparser EgressDeparser: headers or metadata are of another type than in the egress parser; use the same",
        |program| {
            egress_deparser(program).params[2].ty = "ingress_md_t".into();
            let StmtKind::If(branches) = &mut egress_deparser(program).apply[0].kind else { panic!() };
            branches.branches[0].0 = Expr::from("eg_md.is_burst").equals(1);
        },
    );
}

#[test]
fn action_that_nothing_uses_is_refused() {
    expect(
        Rule::Unused,
        "control Ingress / action nop: nothing uses it; use it or leave it out",
        |program| {
            ingress(program).locals.push(Action::new("nop").into());
        },
    );
}

#[test]
fn part_with_metadata_of_the_other_half_is_refused() {
    expect(
        Rule::Gress,
        "control Part / parameter eg_intr_md: egress_intrinsic_metadata_t belongs to the other half, and the control is part of ingress; take the ingress one",
        |program| {
            let part = Control::new("Part").param(Direction::In, "egress_intrinsic_metadata_t", "eg_intr_md");
            let whole = Control::new("Whole")
                .local(Var::new("egress_intrinsic_metadata_t", "fake"))
                .local(Instance::new("Part", "part"))
                .apply([Stmt::apply_control("part", ["fake"])]);
            let at = program.blocks.iter().position(|block| block.name() == "Ingress").unwrap();
            program.blocks.splice(at..at, [part.into(), whole.into()]);
            ingress(program).locals.push(Instance::new("Whole", "whole").into());
            ingress(program).apply.push(Stmt::apply_control("whole", [""; 0]));
        },
    );
}

#[test]
fn struct_that_holds_itself_is_refused() {
    expect(
        Rule::Unresolved,
        "struct headers_t / field inner: struct `headers_t` stands below; declare it above this one",
        |program| {
            program.structs[0].fields.push(Field::new("inner", "headers_t"));
        },
    );
}

#[test]
fn header_with_a_bool_is_refused() {
    expect(
        Rule::HeaderShape,
        "header vlan_h / field dei: `dei` is bool; a header's field is bit<n>",
        |program| {
            program.headers[2].fields[1].ty = Type::Bool;
            program.headers[2].fields[0].ty = Type::Bit(4);
        },
    );
}

#[test]
fn control_that_is_part_of_itself_is_refused() {
    expect(
        Rule::Unresolved,
        "control Part / instance inner: there is no control `Part` above this one; declare it there",
        |program| {
            let part = Control::new("Part")
                .local(Instance::new("Part", "inner"))
                .apply([Stmt::apply_control("inner", [""; 0])]);
            program.blocks.insert(0, part.into());
        },
    );
}

#[test]
fn typedef_of_a_header_is_refused() {
    expect(
        Rule::Unresolved,
        "typedef frame_t: `ethernet_h` is declared below; name a type of bits, or an earlier typedef",
        |program| {
            program.typedefs.push(Typedef::new("frame_t", "ethernet_h"));
        },
    );
}
