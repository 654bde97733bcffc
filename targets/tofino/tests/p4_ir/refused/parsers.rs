//! Parsers.

use super::*;

#[test]
fn state_that_no_packet_reaches_is_refused() {
    expect(
        Rule::Reachability,
        "parser IngressParser / state parse_arp: no packet gets to this state; lead a transition to it or leave it out",
        |program| {
            parser(program).states.push(State::new("parse_arp"));
        },
    );
}

#[test]
fn parser_without_a_start_is_refused() {
    expect(
        Rule::Reachability,
        "parser IngressParser: no state is called `start`; name the first one so",
        |program| {
            state(program, "start").name = "begin".to_owned();
        },
    );
}

#[test]
fn parser_loop_without_progress_is_refused() {
    expect(
        Rule::ParserLoop,
        "parser IngressParser / state skip: the state comes back to itself without an end; count down a parser counter on the way and select on it, or extract into a stack",
        |program| {
            let skip = State::new("skip")
                .stmt(Stmt::advance(32))
                .select([Expr::lookahead(Type::Bit(16))], [Case::of(0, "accept"), Case::otherwise("skip")]);
            parser(program).states.push(skip);
            state(program, "parse_ipv4").transition = Transition::To("skip".into());
        },
    );
}

#[test]
fn select_on_too_many_bits_is_refused() {
    expect(
        Rule::Select,
        "parser IngressParser / state parse_vlan / select: the keys have 48 bits, and a state matches 32; select in two states, one after the other",
        |program| {
            state(program, "parse_vlan").transition = State::new("any")
                .select(["hdr.ethernet.src_addr"], [Case::of(0, "parse_ipv4"), Case::otherwise("accept")])
                .transition;
        },
    );
}

#[test]
fn case_behind_the_default_is_refused() {
    expect(
        Rule::Select,
        "parser IngressParser / state parse_ethernet / select / case 2: case 1 takes every packet; put this one before it or leave it out",
        |program| {
            let Transition::Select { cases, .. } = &mut state(program, "parse_ethernet").transition else {
                panic!()
            };
            cases.rotate_right(1);
            cases.truncate(2);
            cases[1].next = "parse_vlan".into();
            let state = state(program, "parse_vlan");
            state.body.clear();
            state.body.push(Stmt::extract("hdr.vlan"));
        },
    );
}

#[test]
fn parser_state_that_takes_half_a_byte_is_refused() {
    expect(
        Rule::ParserDepth,
        "parser IngressParser / state start: the state takes 124 bits from the packet; take whole bytes",
        |program| {
            state(program, "start").body[1] = Stmt::advance(60);
        },
    );
}

#[test]
fn egress_parser_that_looks_too_far_is_refused() {
    expect(
        Rule::ParserDepth,
        "parser EgressParser: the longest way through takes 184 bytes, and egress parses 160; stop earlier, or bridge what is needed",
        |program| {
            egress_state(program, "parse_ipv4").body.push(Stmt::advance(8 * 120));
        },
    );
}

#[test]
fn sum_in_a_parser_is_refused() {
    expect(
        Rule::ParserAssignment,
        "parser IngressParser / state start / statement 3: `ig_md.session + 1` cannot be computed in a parser; assign a constant, a field or a look ahead, and compute in the control",
        |program| {
            state(program, "start").body.push(Stmt::assign("ig_md.session", Expr::from("ig_md.session") + 1));
            program.structs[1].zero_initialised = true;
        },
    );
}

#[test]
fn field_assigned_twice_while_parsing_is_refused() {
    expect(
        Rule::ParserAssignment,
        "parser IngressParser / state parse_vlan / statement 2: `ig_md.session` was assigned in state `start` on the same path, and the chip would join both values; assign it once, or join by `|`",
        |program| {
            state(program, "start").body.push(Stmt::assign("ig_md.session", 1));
            state(program, "parse_vlan").body.push(Stmt::assign("ig_md.session", 2));
        },
    );
}

#[test]
fn checksum_of_a_header_of_another_state_is_refused() {
    expect(
        Rule::ParserAssignment,
        "parser IngressParser / state parse_ipv4 / statement 2: `hdr.ethernet` is not extracted in this state; sum fields in the state that extracts them",
        |program| {
            parser(program).locals.push(Checksum::new("sum").into());
            state(program, "parse_ipv4").body.push(Stmt::checksum_add("sum", ["hdr.ethernet"]));
        },
    );
}

#[test]
fn value_set_beside_another_value_is_refused() {
    expect(
        Rule::Select,
        "parser IngressParser / state parse_vlan / select / case 1: a value set beside other values; the chip matches it alone, select on it in a state of its own",
        |program| {
            let parser = parser(program);
            parser.locals.push(ValueSet::new("tags", Type::Bit(12), 4).into());
            parser.states[2].transition = State::new("any")
                .select(
                    ["hdr.vlan.vid", "hdr.vlan.ether_type"],
                    [
                        Case::new([Keyset::set("tags"), "ETHERTYPE_IPV4".into()], "parse_ipv4"),
                        Case::otherwise("accept"),
                    ],
                )
                .transition;
        },
    );
}

#[test]
fn parser_loop_that_never_asks_its_counter_is_refused() {
    expect(
        Rule::ParserLoop,
        "parser IngressParser / state skip: the state comes back to itself without an end; count down a parser counter on the way and select on it, or extract into a stack",
        |program| {
            let skip = State::new("skip")
                .stmt(Stmt::advance(32))
                .stmt(Stmt::from(StmtKind::CounterDecrement { counter: "left".to_owned(), value: 1 }))
                .select([Expr::lookahead(Type::Bit(16))], [Case::of(0, "accept"), Case::otherwise("skip")]);
            parser(program).locals.push(ParserCounter::new("left").into());
            parser(program).states.push(skip);
            state(program, "parse_ipv4").transition = Transition::To("skip".into());
        },
    );
}

#[test]
fn egress_parser_with_a_counter_and_a_short_way_is_refused() {
    expect(
        Rule::ParserDepth,
        "parser EgressParser: the shortest way through takes 44 bytes of 65, and the compiler fills them up with the parser counter, which is taken; do without a counter in egress",
        |program| {
            let Block::Parser(parser) = block(program, "EgressParser") else { panic!() };
            parser.locals.push(ParserCounter::new("left").into());
            parser.states[0]
                .body
                .push(Stmt::from(StmtKind::CounterIncrement { counter: "left".to_owned(), value: 1 }));
        },
    );
}
