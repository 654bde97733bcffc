//! Registers and their actions.

use super::*;

#[test]
fn register_of_odd_cells_is_refused() {
    expect(
        Rule::RegisterCell,
        "control Ingress / register flags: a cell of bit<4>; use bit<1>, bit<8>, bit<16>, bit<32>, or a struct of one or two equal words of 8 to 32 bits",
        |program| {
            let flags = Register::new("flags", Type::Bit(4), "PortId_t", "PORTS_MAX");
            let set = RegisterAction::new("set_flags", &flags).body([Stmt::assign("value", 1)]);
            let control = ingress(program);
            control.locals.extend([flags.into(), set.into()]);
            control.apply.insert(6, Stmt::execute("set_flags", "ig_intr_md.ingress_port"));
        },
    );
}

#[test]
fn index_beyond_the_array_is_refused() {
    expect(
        Rule::IndexRange,
        "control Ingress / apply / statement 9 / branch 1 / statement 1: `ig_intr_md.ingress_port` may be up to 511 and `bursts` has 500 cells; use an index of as many values as there are cells, or say at the declaration who keeps it below (`bounded_by`)",
        |program| {
            counter(program).size = 500.into();
        },
    );
}

#[test]
fn index_that_misses_cells_is_refused() {
    expect(
        Rule::IndexRange,
        "control Ingress / counter bursts: an index of 9 bits reaches 512 of 1024 cells; widen it or shrink the array",
        |program| {
            counter(program).size = 1024.into();
        },
    );
}

#[test]
fn fifth_action_of_a_register_is_refused() {
    expect(
        Rule::RegisterActions,
        "control Ingress / register last_seen: 5 register actions use the register, and the chip holds 4; merge some, or split the register",
        |program| {
            let control = ingress(program);
            let register = Register::new("last_seen", "tick_t", "PortId_t", "PORTS_MAX");
            for name in ["a", "b", "c"] {
                control
                    .locals
                    .push(RegisterAction::new(name, &register).body([Stmt::assign("value", 0)]).into());
                control.apply.push(Stmt::when(
                    Expr::from("ig_md.session").equals(7),
                    [Stmt::execute(name, 0), Stmt::exit()],
                ));
            }
            let control = ingress(program);
            control.apply.remove(6);
            control.apply.insert(6, Stmt::assign("ig_md.is_burst", 0));
            control.apply.insert(6, Stmt::apply("hosts"));
            for name in ["forget_last_seen", "touch_last_seen"] {
                control.apply.push(Stmt::when(
                    Expr::from("ig_md.session").equals(8),
                    [Stmt::execute(name, 0), Stmt::exit()],
                ));
            }
        },
    );
}

#[test]
fn third_comparison_of_a_register_action_is_refused() {
    expect(
        Rule::RegisterConditions,
        "control Ingress / register action touch_last_seen: 3 different comparisons, and the chip has 2; compare some in the apply block and pass the result in",
        |program| {
            register_action(program).body = vec![Stmt::when(
                Expr::from("value")
                    .equals("ig_md.now")
                    .or(Expr::from("value").equals(0))
                    .or(Expr::from("value").equals(1)),
                [Stmt::assign("rv", 1)],
            )];
        },
    );
}

#[test]
fn comparison_of_two_fields_and_the_cell_is_refused() {
    expect(
        Rule::RegisterConditions,
        "control Ingress / register action touch_last_seen / statement 1 / condition 1: `value == ig_md.now - ig_md.burst_began` compares 2 fields, 1 word of the cell and 0 constants; the chip takes one of each",
        |program| {
            register_action(program).body = vec![Stmt::when(
                Expr::from("value").equals(Expr::from("ig_md.now") - "ig_md.burst_began"),
                [Stmt::assign("rv", 1)],
            )];
        },
    );
}

#[test]
fn serial_comparison_with_a_distance_is_refused() {
    expect(
        Rule::RegisterConditions,
        "control Ingress / register action touch_last_seen / statement 1 / condition 1: a difference is compared with a number, which the chip does not do right for all values; compare it with 0, and add the number before",
        |program| {
            register_action(program).body = vec![Stmt::when(
                (Expr::from("value") - "ig_md.now").cast(Type::Int(32)).greater_than(8),
                [Stmt::assign("rv", 1)],
            )];
        },
    );
}

#[test]
fn third_field_of_a_register_action_is_refused() {
    expect(
        Rule::RegisterOperands,
        "control Ingress / register action touch_last_seen: 3 fields are read (ig_md.burst_began, ig_md.now, hdr.ipv4.src_addr), and the chip takes 2; combine some before",
        |program| {
            register_action(program).body.push(Stmt::assign("rv", 0));
            register_action(program).body = vec![Stmt::either(
                Expr::from("value").is_newer_than("ig_md.burst_began", 32),
                [Stmt::assign("value", "ig_md.now")],
                [Stmt::assign("value", "hdr.ipv4.src_addr")],
            )];
        },
    );
}

#[test]
fn cell_written_twice_on_a_path_is_refused() {
    expect(
        Rule::RegisterBody,
        "control Ingress / register action touch_last_seen / statement 3: `value` is written again on the same path; write it once, in `if` and `else`",
        |program| {
            register_action(program).body.push(Stmt::assign("value", 1));
        },
    );
}

#[test]
fn nested_arithmetic_in_a_register_action_is_refused() {
    expect(
        Rule::RegisterBody,
        "control Ingress / register action touch_last_seen / statement 2: `ig_md.now + 1` is an operation inside another, and the chip does one; compute one of them before",
        |program| {
            register_action(program).body[1] =
                Stmt::assign("value", Expr::from("value") + (Expr::from("ig_md.now") + 1));
        },
    );
}

#[test]
fn register_accessed_twice_on_a_path_is_refused() {
    expect(
        Rule::AccessedTwice,
        "control Ingress / apply / statement 12: a packet can access register `last_seen` twice; merge the accesses into one register action, or put them in branches that exclude each other",
        |program| {
            ingress(program).apply.push(Stmt::execute("forget_last_seen", "ig_intr_md.ingress_port"));
        },
    );
}

#[test]
fn wide_field_in_a_narrow_register_is_refused() {
    expect(
        Rule::RegisterOperands,
        "control Ingress / register action note_narrow: `ig_md.now` has 32 bits and the cell 8; read a slice of it, or widen the cell",
        |program| {
            let narrow = Register::new("narrow", Type::Bit(8), "PortId_t", "PORTS_MAX");
            let note = RegisterAction::new("note_narrow", &narrow)
                .body([Stmt::when(Expr::from("ig_md.now").equals(0), [Stmt::assign("value", 1)])]);
            let control = ingress(program);
            control.locals.extend([narrow.into(), note.into()]);
            control.apply.push(Stmt::execute("note_narrow", "ig_intr_md.ingress_port"));
        },
    );
}

#[test]
fn bits_of_the_cell_in_a_condition_are_refused() {
    expect(
        Rule::RegisterConditions,
        "control Ingress / register action touch_last_seen / statement 1 / condition 1: bits of the cell are compared; compare the whole word, or mask it",
        |program| {
            register_action(program).body =
                vec![Stmt::when(Expr::from("value").slice(7, 0).equals(0), [Stmt::assign("rv", 1)])];
        },
    );
}

#[test]
fn result_that_is_read_is_refused() {
    expect(
        Rule::RegisterBody,
        "control Ingress / register action touch_last_seen / statement 2: `rv` is read; it can only be written",
        |program| {
            register_action(program).body[1] = Stmt::assign("value", Expr::from("rv").cast(Type::Bit(32)));
        },
    );
}

#[test]
fn large_constants_beyond_the_register_file_are_refused() {
    expect(
        Rule::RegisterOperands,
        "control Ingress / register last_seen: its actions use 5 constants outside -8..7, and the chip keeps 4; pass some in by a field",
        |program| {
            let [a, b, c, d, e] = [100, 200, 300, 400, 500];
            register_action(program).body = vec![
                If::new(Expr::from("value").equals(a), [Stmt::assign("value", b)])
                    .or_when(Expr::from("value").equals(c), [Stmt::assign("value", d)])
                    .otherwise([Stmt::assign("value", e)])
                    .into(),
            ];
        },
    );
}
