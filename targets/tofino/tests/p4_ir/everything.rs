//! A program that makes no sense and uses every construct once: what the forwarder leaves out.

use redplane_tofino::p4::ast::*;

pub(crate) fn program() -> Program {
    let program = Program::default()
        .comment("Every construct once.")
        .comment(
            "A second paragraph, which is longer than a line can be and therefore goes on in the next one, as comments do.",
        )
        .constant(Const::new("SLOTS_LOG2", Type::Bit(32), 10))
        .constant(Const::new("SLOTS_MAX", Type::Bit(32), Expr::int(1) << "SLOTS_LOG2"))
        .constant(Const::new("KIND_NEW", "DigestType_t", 1))
        .constant(Const::new("KIND_AGAIN", "ResubmitType_t", 2))
        .typedef(Typedef::new("slot_t", Type::Bit(10)));
    types(program)
        .block(ingress_parser())
        .block(classify())
        .block(ingress())
        .block(ingress_deparser())
        .block(egress_parser())
        .block(Control::egress("Egress", "egress_headers_t", "egress_md_t"))
        .block(Deparser::egress("EgressDeparser", "egress_headers_t", "egress_md_t"))
}

fn types(program: Program) -> Program {
    program
        .header(Header::new("ethernet_h").bits("dst_addr", 48).bits("src_addr", 48).bits("ether_type", 16))
        .header(
            Header::new("ipv4_h")
                .bits("version", 4)
                .bits("ihl", 4)
                .bits("tos", 8)
                .bits("total_len", 16)
                .bits("id", 16)
                .bits("frag", 16)
                .bits("ttl", 8)
                .bits("protocol", 8)
                .bits("checksum", 16)
                .bits("src_addr", 32)
                .bits("dst_addr", 32),
        )
        .header(Header::new("option_h").bits("word", 32))
        .header(
            Header::new("udp_h")
                .bits("src_port", 16)
                .bits("dst_port", 16)
                .bits("len", 16)
                .bits("checksum", 16),
        )
        .structure(
            Struct::new("headers_t")
                .with("ethernet", "ethernet_h")
                .with("ipv4", "ipv4_h")
                .with("options", Type::stack("option_h", 10))
                .with("udp", "udp_h"),
        )
        .structure(
            Struct::new("pair_t")
                .comment("A cell of two words.")
                .field(Field::bits("low", 32).comment("Counts."))
                .field(
                    Field::bits("high", 32).comment(
                        "Where the count began: a comment that is so long that it has to stand above.",
                    ),
                ),
        )
        .structure(Struct::new("record_t").with("slot", "slot_t").bits("src_addr", 32))
        .structure(
            Struct::new("metadata_t")
                .with("slot", "slot_t")
                .field(Field::new("is_bad", Type::Bool))
                .bits("kind", 2)
                .bits("outcome", 4)
                .bits("random", 16)
                .bits("rest", 16)
                .bits("count", 32)
                .bits("word", 32)
                .zero_initialised(),
        )
        .structure(Struct::new("egress_headers_t"))
        .structure(Struct::new("egress_md_t"))
}

fn ingress_parser() -> Parser {
    Parser::ingress("IngressParser", "headers_t", "metadata_t")
        .local(Checksum::new("ipv4_sum"))
        .local(Checksum::new("udp_sum"))
        .local(ParserCounter::new("words_left"))
        .local(ValueSet::new("store_ports", Type::Bit(16), 4).comment("Set by the control plane."))
        .state(
            State::new("start").extract("ig_intr_md").select(
                ["ig_intr_md.resubmit_flag"],
                [Case::of(1, "skip_resubmit"), Case::of(0, "skip_port")],
            ),
        )
        .state(State::new("skip_resubmit").stmt(Stmt::advance(64)).to("parse_ethernet"))
        .state(State::new("skip_port").stmt(Stmt::advance("PORT_METADATA_SIZE")).to("parse_ethernet"))
        .state(
            State::new("parse_ethernet")
                .extract("hdr.ethernet")
                .stmt(Stmt::declare(Type::Bit(8), "first", Expr::lookahead(Type::Bit(8))))
                .select(
                    ["hdr.ethernet.ether_type", "first"],
                    [
                        Case::new(
                            [Keyset::from(Expr::hex(0x0800)), Keyset::mask(Expr::hex(0x40), Expr::hex(0xf0))],
                            "parse_ipv4",
                        ),
                        Case::new(
                            [Keyset::range(Expr::hex(0x0600), Expr::hex(0x06ff)), Keyset::Any],
                            "reject",
                        ),
                        Case::otherwise("accept"),
                    ],
                ),
        )
        .state(
            State::new("parse_ipv4")
                .extract("hdr.ipv4")
                .stmt(Stmt::checksum_add("ipv4_sum", ["hdr.ipv4"]))
                .stmt(Stmt::checksum_subtract("udp_sum", ["hdr.ipv4.src_addr", "hdr.ipv4.dst_addr"]))
                .stmt(Stmt::from(StmtKind::CounterSet {
                    counter: "words_left".to_owned(),
                    value: "hdr.ipv4.ihl".into(),
                    field: Some(CounterField { max: 15, rotate: 0, mask: 3, add: 251 }),
                }))
                .select(["hdr.ipv4.ihl"], [Case::of(5, "parse_protocol"), Case::otherwise("parse_option")]),
        )
        .state(
            State::new("parse_option")
                .extract(Expr::from("hdr.options").next())
                .stmt(
                    Stmt::checksum_add("ipv4_sum", [Expr::from("hdr.options").last()]).comment("Each word."),
                )
                .stmt(Stmt::from(StmtKind::CounterDecrement { counter: "words_left".to_owned(), value: 1 }))
                .select(
                    [Expr::CounterIsZero("words_left".to_owned())],
                    [Case::of(true, "parse_protocol"), Case::of(false, "parse_option")],
                ),
        )
        .state(
            State::new("parse_protocol")
                .stmt(Stmt::assign("ig_md.is_bad", Expr::ChecksumVerify("ipv4_sum".to_owned())))
                .select(["hdr.ipv4.protocol"], [Case::of(17, "parse_udp"), Case::otherwise("accept")]),
        )
        .state(
            State::new("parse_udp")
                .extract("hdr.udp")
                .stmt(Stmt::checksum_subtract("udp_sum", ["hdr.udp.checksum"]))
                .stmt(Stmt::checksum_deposit("udp_sum", "ig_md.rest"))
                .select(
                    ["hdr.udp.dst_port"],
                    [Case::of(Keyset::set("store_ports"), "from_store"), Case::otherwise("accept")],
                ),
        )
        .state(State::new("from_store").stmt(Stmt::assign("ig_md.kind", 2)))
}

fn classify() -> Control {
    Control::new("Classify")
        .comment("Which of three kinds a packet is.")
        .param(Direction::In, "udp_h", "udp")
        .param(Direction::Out, Type::Bit(2), "kind")
        .local(DirectCounter::packets("kinds_seen"))
        .local(
            Action::new("set_kind")
                .data(Type::Bit(2), "value_of_kind")
                .body([Stmt::assign("kind", "value_of_kind"), Stmt::direct_count("kinds_seen")]),
        )
        .local(Action::new("keep_kind").body([Stmt::assign("kind", 0), Stmt::direct_count("kinds_seen")]))
        .local(
            Table::new("kinds", 16)
                .key("udp.src_port", MatchKind::Ternary)
                .key(Expr::from("udp.len").slice(15, 8), MatchKind::Ternary)
                .action("set_kind")
                .action("keep_kind")
                .const_default("keep_kind", [])
                .entry(Entry::new([Keyset::from(4000), Keyset::Any], "set_kind", [1.into()]))
                .entry(Entry::new(
                    [Keyset::mask(8000, Expr::hex(0xfff0)), Keyset::from(0)],
                    "set_kind",
                    [2.into()],
                ))
                .counters("kinds_seen"),
        )
        .apply([Stmt::apply("kinds")])
}

fn ingress() -> Control {
    let counts = Register::new("counts", "pair_t", Type::Bit(17), 98_304)
        .bounded_by("The table `slots` gives indices below the size.");
    let count = RegisterAction::new("count_one", &counts).result(Type::Bit(32)).body([
        Stmt::either(
            Expr::from("value.high").equals("ig_md.word"),
            [Stmt::assign("value.low", Expr::from("value.low").binary(BinaryOp::SatAdd, 1))],
            [Stmt::assign("value.low", 1), Stmt::assign("value.high", "ig_md.word")],
        ),
        Stmt::assign("rv", "value.low"),
    ]);
    let words = Register::new("words", Type::Bit(32), "slot_t", "SLOTS_MAX").initial(Expr::hex(0));
    let compare = RegisterAction::new("compare_word", &words).result(Type::Bit(4)).body([Stmt::assign(
        "rv",
        Expr::predicate(
            Expr::from("value").equals("ig_md.word"),
            Expr::from("value").is_newer_than("ig_md.count", 32),
        ),
    )]);
    let swap = RegisterAction::new("swap_word", &words)
        .result(Type::Bit(32))
        .body([Stmt::assign("rv", "value"), Stmt::assign("value", "ig_md.word")]);
    let koopman = HashAlgorithm::Custom { width: 32, coeff: 0x741b_8cd7, reversed: true, init: 0, xor: 0 };
    Control::ingress("Ingress", "headers_t", "metadata_t")
        .local(Var::new(Type::Bit(32), "mixed").initial(Expr::hex(0)).comment("Variables."))
        .local(Var::new(Type::Bool, "is_known"))
        .local(counts)
        .local(count)
        .local(words)
        .local(compare)
        .local(swap)
        .local(Hash::new("slot_hash", 10, HashAlgorithm::Crc32))
        .local(Hash::new("mix_hash", 32, koopman))
        .local(Random::new("dice", 16))
        .local(Instance::new("Classify", "classify"))
        .local(
            Action::new("set_word")
                .param(Direction::In, Type::Bit(32), "word")
                .body([Stmt::assign("ig_md.word", !(Expr::from("word")))]),
        )
        .local(
            Action::new("use_slot")
                .data(Type::Bit(17), "index")
                .body([Stmt::assign("ig_md.count", Expr::execute("count_one", "index"))]),
        )
        .local(Action::new("no_slot"))
        .local(
            Table::new("slots", 1024)
                .key("hdr.ipv4.src_addr", MatchKind::Lpm)
                .action("use_slot")
                .default_only("no_slot")
                .const_default("no_slot", []),
        )
        .local(Table::new("known", 1).action("NoAction").default_action("NoAction", []))
        .apply([
            Stmt::when(
                Expr::from("hdr.udp").is_valid(),
                [Stmt::apply_control("classify", ["hdr.udp", "ig_md.kind"])],
            )
            .comment("Parts, actions and hashes."),
            Stmt::call_with("set_word", [Expr::from("hdr.ethernet.src_addr").slice(31, 0)]),
            Stmt::assign(
                "ig_md.slot",
                Expr::hash("slot_hash", ["hdr.ethernet.src_addr", "hdr.ethernet.dst_addr"]),
            ),
            Stmt::assign(
                "mixed",
                Expr::hash(
                    "mix_hash",
                    [
                        Expr::from("hdr.ethernet.src_addr"),
                        Expr::from("hdr.ethernet.dst_addr"),
                        Expr::from("hdr.ethernet.ether_type"),
                        Expr::bits(16, 0),
                    ],
                ),
            ),
            Stmt::assign("ig_md.random", Expr::RandomGet("dice".to_owned())),
            Stmt::declare(Type::Bit(16), "low", Expr::from("mixed").slice(15, 0)),
            Stmt::assign("ig_md.rest", Expr::from("ig_md.kind").equals(1).mux("low", "ig_md.rest")),
            Stmt::assign("ig_md.word", Expr::from("ig_md.random").concat("ig_md.rest")).comment("Tables."),
            If::new(
                Expr::from("ig_md.kind")
                    .equals(1)
                    .and(Expr::from("hdr.ipv4").is_valid())
                    .and(Expr::from("ig_md.is_bad").negated())
                    .and(Expr::from("ig_md.rest").equals(Expr::hex(0xffff)).or(Expr::from("low").equals(0))),
                [Stmt::assign("ig_md.outcome", Expr::execute("compare_word", "ig_md.slot"))],
            )
            .or_when(
                Expr::from("ig_md.kind").less_than(2),
                [Stmt::assign("ig_md.count", Expr::execute("swap_word", "ig_md.slot"))],
            )
            .otherwise([Stmt::when(
                Expr::from("hdr.ipv4").is_valid(),
                [Switch::new("slots")
                    .case("use_slot", [Stmt::assign("ig_dprsr_md.digest_type", "KIND_NEW")])
                    .otherwise([Stmt::assign("ig_dprsr_md.resubmit_type", "KIND_AGAIN")])
                    .into()],
            )])
            .into(),
            Stmt::assign("is_known", Expr::hit("known")),
            Stmt::when(
                Expr::from("is_known").negated(),
                [
                    Stmt::assign("ig_dprsr_md.drop_ctl", Expr::from("ig_dprsr_md.drop_ctl") | 1),
                    StmtKind::Return.into(),
                ],
            ),
            Stmt::when(Expr::from("ig_md.count").greater_than(0).and(false), []),
        ])
}

fn ingress_deparser() -> Deparser {
    Deparser::ingress("IngressDeparser", "headers_t", "metadata_t")
        .local(Checksum::new("udp_sum"))
        .local(Digest::new("new_slots", "record_t", "KIND_NEW"))
        .local(Resubmit::new("again", "KIND_AGAIN"))
        .apply([
            Stmt::digest("new_slots", ["ig_md.slot", "hdr.ipv4.src_addr"]),
            Stmt::from(StmtKind::ResubmitEmit { resubmit: "again".to_owned(), header: None }),
            Stmt::when(
                Expr::from("hdr.udp").is_valid(),
                [Stmt::assign(
                    "hdr.udp.checksum",
                    Expr::udp_checksum("udp_sum", ["hdr.ipv4.src_addr", "hdr.ipv4.dst_addr", "ig_md.rest"]),
                )],
            )
            .comment("A sum of zero means that there is none."),
            Stmt::emit("hdr.ethernet"),
            Stmt::emit("hdr.ipv4"),
            Stmt::emit("hdr.options"),
            Stmt::emit("hdr.udp"),
        ])
}

fn egress_parser() -> Parser {
    Parser::egress("EgressParser", "egress_headers_t", "egress_md_t")
        .state(State::new("start").extract("eg_intr_md"))
}
