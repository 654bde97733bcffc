//! A small switch: forwards by destination address, counts packets of each port pair in a register, marks bursts.
//!
//! It uses one of everything that a larger program needs: bridged metadata, a register with two actions, a table with
//! entries and one without, a checksum, a mirror.

use redplane_tofino::p4::ast::*;

pub(crate) fn program() -> Program {
    let program = Program::default()
        .comment("A learning example: forwarding by destination, with one register.")
        .constant(
            Const::new("ETHERTYPE_IPV4", Type::Bit(16), Expr::hex(0x0800)).comment("Numbers of protocols."),
        )
        .constant(Const::new("ETHERTYPE_VLAN", Type::Bit(16), Expr::hex(0x8100)))
        .constant(Const::new("PORT_CPU", "PortId_t", 64).comment("Ports."))
        .constant(Const::new("HOSTS_MAX", Type::Bit(32), 4096).comment("Sizes."))
        .constant(Const::new("PORTS_MAX", Type::Bit(32), 512))
        .constant(Const::new("MIRROR_BURST", "MirrorType_t", 1))
        .typedef(Typedef::new("mac_addr_t", Type::Bit(48)))
        .typedef(Typedef::new("tick_t", Type::Bit(32)).comment("256 ns; wraps after 18 minutes."));
    let program = headers(program);
    program
        .block(ingress_parser())
        .block(ingress())
        .block(ingress_deparser())
        .block(egress_parser())
        .block(egress())
        .block(egress_deparser())
}

fn headers(program: Program) -> Program {
    program
        .header(
            Header::new("bridge_h")
                .comment("From ingress to egress, in front of the packet.")
                .bits("kind", 8)
                .field(Field::bits("_pad", 7).annotate(Annotation::at("padding", "")))
                .bits("ingress_port", 9),
        )
        .header(
            Header::new("ethernet_h")
                .field(Field::new("dst_addr", "mac_addr_t"))
                .field(Field::new("src_addr", "mac_addr_t"))
                .bits("ether_type", 16),
        )
        .header(Header::new("vlan_h").bits("pcp", 3).bits("dei", 1).bits("vid", 12).bits("ether_type", 16))
        .header(
            Header::new("ipv4_h")
                .bits("version", 4)
                .bits("ihl", 4)
                .bits("tos", 8)
                .bits("total_len", 16)
                .bits("id", 16)
                .field(Field::bits("frag", 16).comment("Flags and fragment offset."))
                .bits("ttl", 8)
                .bits("protocol", 8)
                .bits("checksum", 16)
                .bits("src_addr", 32)
                .bits("dst_addr", 32),
        )
        .structure(
            Struct::new("headers_t")
                .with("bridge", "bridge_h")
                .with("ethernet", "ethernet_h")
                .with("vlan", "vlan_h")
                .with("ipv4", "ipv4_h"),
        )
        .structure(
            Struct::new("ingress_md_t")
                .field(Field::bits("is_burst", 1).comment("Whether the last packet was less than 2 us ago."))
                .field(Field::new("now", "tick_t"))
                .field(Field::new("burst_began", "tick_t"))
                .bits("session", 10)
                .field(Field::new("is_ttl_low", Type::Bool)),
        )
        .structure(Struct::new("egress_md_t").bits("is_checksum_new", 1).zero_initialised())
}

fn ingress_parser() -> Parser {
    Parser::ingress("IngressParser", "headers_t", "ingress_md_t")
        .state(
            State::new("start")
                .extract("ig_intr_md")
                .stmt(Stmt::advance("PORT_METADATA_SIZE"))
                .to("parse_ethernet"),
        )
        .state(State::new("parse_ethernet").extract("hdr.ethernet").select(
            ["hdr.ethernet.ether_type"],
            [
                Case::of("ETHERTYPE_VLAN", "parse_vlan"),
                Case::of("ETHERTYPE_IPV4", "parse_ipv4"),
                Case::otherwise("accept"),
            ],
        ))
        .state(State::new("parse_vlan").extract("hdr.vlan").select(
            ["hdr.vlan.ether_type"],
            [Case::of("ETHERTYPE_IPV4", "parse_ipv4"), Case::otherwise("accept")],
        ))
        .state(State::new("parse_ipv4").extract("hdr.ipv4"))
}

fn ingress() -> Control {
    let last_seen = Register::new("last_seen", "tick_t", "PortId_t", "PORTS_MAX")
        .initial(0)
        .comment("When a packet of a port was seen last.");
    let touch = RegisterAction::new("touch_last_seen", &last_seen).result(Type::Bit(1)).body([
        Stmt::when(Expr::from("value").is_newer_than("ig_md.burst_began", 32), [Stmt::assign("rv", 1)]),
        Stmt::assign("value", "ig_md.now"),
    ]);
    let forget = RegisterAction::new("forget_last_seen", &last_seen).body([Stmt::assign("value", 0)]);
    Control::ingress("Ingress", "headers_t", "ingress_md_t")
        .local(last_seen)
        .local(touch)
        .local(forget)
        .local(Counter::packets("bursts", "PortId_t", "PORTS_MAX"))
        .local(
            Action::new("send")
                .data("PortId_t", "port")
                .data("mac_addr_t", "next_hop")
                .body([
                    Stmt::assign("ig_tm_md.ucast_egress_port", "port"),
                    Stmt::assign("hdr.ethernet.dst_addr", "next_hop"),
                ])
                .comment("To a host."),
        )
        .local(Action::new("drop").body([Stmt::assign("ig_dprsr_md.drop_ctl", 1)]))
        .local(
            Table::new("hosts", "HOSTS_MAX")
                .named_key("hdr.ethernet.dst_addr", MatchKind::Exact, "dst_addr")
                .named_key(Expr::from("hdr.vlan").is_valid(), MatchKind::Exact, "is_tagged")
                .action("send")
                .default_only("drop")
                .const_default("drop", [])
                .idle_timeout(),
        )
        .local(
            Action::new("mark_ttl")
                .data(Type::Bool, "is_low")
                .body([Stmt::assign("ig_md.is_ttl_low", "is_low")]),
        )
        .local(
            Table::new("ttl", 4)
                .key("hdr.ipv4.ttl", MatchKind::Range)
                .action("mark_ttl")
                .default_action("mark_ttl", [false.into()])
                .entry(
                    Entry::new([Keyset::range(0, 1)], "mark_ttl", [true.into()])
                        .comment("The last hop, or beyond."),
                ),
        )
        .apply([
            Stmt::assign("ig_md.now", Expr::from("ig_intr_md.ingress_mac_tstamp").slice(39, 8))
                .comment("Ticks of 256 ns: the slice that the chip can take."),
            Stmt::assign("ig_md.burst_began", Expr::from("ig_md.now") - 8),
            Stmt::assign("ig_md.session", 0),
            Stmt::assign("ig_md.is_ttl_low", false),
            Stmt::set_valid("hdr.bridge").comment("What egress has to know."),
            Stmt::assign("hdr.bridge.kind", 0),
            Stmt::assign("hdr.bridge.ingress_port", "ig_intr_md.ingress_port"),
            Stmt::either(
                Expr::hit("hosts"),
                [Stmt::assign("ig_md.is_burst", Expr::execute("touch_last_seen", "ig_intr_md.ingress_port"))],
                [
                    Stmt::execute("forget_last_seen", "ig_intr_md.ingress_port"),
                    Stmt::assign("ig_md.is_burst", 0),
                ],
            )
            .comment("Only forwarded packets count."),
            Stmt::when(
                Expr::from("ig_md.is_burst").equals(1),
                [
                    Stmt::count("bursts", "ig_intr_md.ingress_port"),
                    Stmt::assign("ig_dprsr_md.mirror_type", "MIRROR_BURST"),
                    Stmt::assign("ig_md.session", 1),
                ],
            ),
            Stmt::when(Expr::from("hdr.ipv4").is_valid(), [Stmt::apply("ttl")]),
            Stmt::when(
                Expr::from("ig_md.is_ttl_low").and(Expr::from("hdr.ipv4").is_valid()),
                [Stmt::assign("ig_tm_md.ucast_egress_port", "PORT_CPU"), Stmt::exit()],
            ),
        ])
}

fn ingress_deparser() -> Deparser {
    Deparser::ingress("IngressDeparser", "headers_t", "ingress_md_t")
        .local(Mirror::new("burst_mirror", "MIRROR_BURST"))
        .apply([
            Stmt::when(
                Expr::from("ig_dprsr_md.mirror_type").equals("MIRROR_BURST"),
                [Stmt::mirror(
                    "burst_mirror",
                    "ig_md.session",
                    "bridge_h",
                    Expr::list([Expr::bits(8, 0), Expr::bits(7, 0), Expr::from("hdr.bridge.ingress_port")]),
                )],
            ),
            Stmt::emit("hdr"),
        ])
}

fn egress_parser() -> Parser {
    Parser::egress("EgressParser", "headers_t", "egress_md_t")
        .state(State::new("start").extract("eg_intr_md").extract("hdr.bridge").to("parse_ethernet"))
        .state(State::new("parse_ethernet").extract("hdr.ethernet").select(
            ["hdr.ethernet.ether_type"],
            [Case::of("ETHERTYPE_IPV4", "parse_ipv4"), Case::otherwise("accept")],
        ))
        .state(State::new("parse_ipv4").extract("hdr.ipv4"))
}

fn egress() -> Control {
    Control::egress("Egress", "headers_t", "egress_md_t")
        .local(Action::new("age").body([
            Stmt::assign("hdr.ipv4.ttl", Expr::from("hdr.ipv4.ttl") - 1),
            Stmt::assign("eg_md.is_checksum_new", 1),
        ]))
        .apply([
            Stmt::set_invalid("hdr.bridge"),
            Stmt::when(Expr::from("hdr.ipv4").is_valid(), [Stmt::call("age")]),
        ])
}

fn egress_deparser() -> Deparser {
    let fields =
        ["version", "ihl", "tos", "total_len", "id", "frag", "ttl", "protocol", "src_addr", "dst_addr"];
    Deparser::egress("EgressDeparser", "headers_t", "egress_md_t")
        .local(Checksum::new("ipv4_checksum"))
        .apply([
            Stmt::when(
                Expr::from("eg_md.is_checksum_new").equals(1),
                [Stmt::assign(
                    "hdr.ipv4.checksum",
                    Expr::checksum("ipv4_checksum", fields.map(|field| Expr::from("hdr.ipv4").field(field))),
                )],
            ),
            Stmt::emit("hdr.ethernet"),
            Stmt::emit("hdr.ipv4"),
        ])
}
