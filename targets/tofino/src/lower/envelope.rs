//! What egress makes of what it gets: the headers around a message, the copy that remembers it, the depth of the queue in a copy.

use redplane_core::field::Pass;

use super::headers::{COPY_BYTES, ENVELOPE_BYTES, IPV4_BYTES, REDPLANE_BYTES, UDP_BYTES};
use super::{ProgramShape, names};
use crate::p4::ast::{
    Action, Body, Control, Direction, Entry, Expr, If, Keyset, MatchKind, Noted, Stmt, Table, Type,
};

/// Shards that one switch can send to.
pub const SHARDS_MAX: u32 = 256;
/// Bytes of a frame that the traffic manager counts and nobody parses.
const FCS_BYTES: u32 = 4;
/// Time to live of messages, and UDP, as one word.
const TTL_AND_UDP: u32 = 64 << 8 | 17;
/// The flag that forbids fragments.
const DO_NOT_FRAGMENT: u32 = 0x4000;

/// Bytes that a copy is cut to when it is mirrored: the longest message without its packet.
pub(crate) fn copy_session_bytes(shape: &ProgramShape) -> u32 {
    COPY_BYTES + ENVELOPE_BYTES + REDPLANE_BYTES + shape.key_bytes() + shape.state_bytes()
}

/// The control `Envelope`.
pub fn control(shape: &ProgramShape) -> Control {
    let control = Control::new("Envelope")
        .comment("The headers around a message, the copy that remembers it, and how long the queue was that a copy has left.")
        .param(Direction::InOut, "egress_headers_t", "hdr")
        .param(Direction::InOut, "egress_metadata_t", "eg_md")
        .param(Direction::In, "egress_intrinsic_metadata_t", "eg_intr_md")
        .param(Direction::InOut, "egress_intrinsic_metadata_for_deparser_t", "eg_dprsr_md");
    let control = actions().into_iter().fold(control, Control::local);
    let control = tables(shape).into_iter().fold(control, Control::local);
    control.apply(apply())
}

fn actions() -> Vec<Action> {
    let bits = Type::Bit;
    let depth = Expr::from("eg_intr_md.deq_qdepth").slice(15, 0);
    vec![
        Action::new("discard").body([Stmt::assign("eg_dprsr_md.drop_ctl", 1)]),
        Action::new("begin_message")
            .body([
                Stmt::assign("hdr.ethernet.ether_type", "ETHERTYPE_IPV4"),
                Stmt::assign("hdr.ipv4.version_ihl", Expr::hex(0x45)),
                Stmt::assign("hdr.ipv4.fragment", Expr::hex(DO_NOT_FRAGMENT.into())),
                Stmt::assign("hdr.ipv4.ttl_protocol", Expr::hex(TTL_AND_UDP.into())),
                Stmt::assign("hdr.ports.src", "UDP_PORT_SWITCH"),
                Stmt::assign("hdr.redplane.version", "REDPLANE_VERSION"),
                Stmt::assign("hdr.redplane.schema", "REDPLANE_SCHEMA"),
            ])
            .comment("The UDP checksum stays zero: it covers the packet inside, which nobody here sees."),
        Action::new("set_sender").data(bits(16), "switch_id").data(bits(16), "incarnation").body([
            Stmt::assign("hdr.redplane.switch_id", "switch_id"),
            Stmt::assign("hdr.redplane.incarnation", "incarnation"),
        ]),
        Action::new("address")
            .data(bits(48), "dst_mac")
            .data(bits(48), "src_mac")
            .data(bits(32), "src_addr")
            .data(bits(32), "dst_addr")
            .data(bits(16), "dst_port")
            .body([
                Stmt::assign("hdr.ethernet.dst_addr", "dst_mac"),
                Stmt::assign("hdr.ethernet.src_addr", "src_mac"),
                Stmt::assign("hdr.ipv4.src_addr", "src_addr"),
                Stmt::assign("hdr.ipv4.dst_addr", "dst_addr"),
                Stmt::assign("hdr.ports.dst", "dst_port"),
            ]),
        Action::new("alone").data(bits(16), "total_len").data(bits(16), "length").body([
            Stmt::assign("hdr.ipv4.total_len", "total_len"),
            Stmt::assign("hdr.udp.length", "length"),
        ]),
        Action::new("carries")
            .data(bits(16), "total_len")
            .data(bits(16), "length")
            .body([
                Stmt::assign("hdr.ipv4.total_len", Expr::from("eg_intr_md.pkt_length") + "total_len"),
                Stmt::assign("hdr.udp.length", Expr::from("eg_intr_md.pkt_length") + "length"),
                Stmt::assign("hdr.redplane.port", "hdr.bridge.port"),
            ])
            .comment("The length is the frame's when it came in, with its FCS."),
        remembers("remember", []),
        remembers(
            "remember_again",
            [
                Stmt::assign("eg_md.mirror_due", "hdr.bridge.due"),
                Stmt::assign("eg_md.mirror_wait", "hdr.bridge.wait"),
            ],
        ),
        remembers(
            "remember_instead",
            [
                Stmt::assign("eg_md.mirror_due", "hdr.bridge.now"),
                Stmt::assign("eg_md.mirror_wait", 0),
                Stmt::assign("eg_dprsr_md.drop_ctl", 1),
            ],
        )
        .comment("A packet cannot be cut off its message here. The copy is, and is sent at once."),
        Action::new("become_renewal").body([
            Stmt::assign("hdr.copy.internal_type", "TYPE_COPY"),
            Stmt::assign("hdr.copy.depth", depth.clone()),
            Stmt::assign("hdr.redplane.version", "REDPLANE_VERSION"),
            Stmt::assign("hdr.redplane.schema", "REDPLANE_SCHEMA"),
            Stmt::assign("hdr.redplane.kind", "hdr.renewal.kind"),
            Stmt::assign("hdr.redplane.epoch", "hdr.renewal.epoch"),
        ]),
        Action::new("note_depth").body([
            Stmt::assign("hdr.copy.internal_type", "TYPE_COPY"),
            Stmt::assign("hdr.copy.depth", depth),
        ]),
    ]
}

fn remembers<const N: usize>(name: &str, more: [Stmt; N]) -> Action {
    Action::new(name)
        .body([
            Stmt::assign("eg_dprsr_md.mirror_type", "MIRROR_COPY"),
            Stmt::assign("eg_md.session", "SESSION_COPY"),
            Stmt::assign("eg_md.internal_type", "TYPE_COPY_FRESH"),
        ])
        .body(more)
}

fn tables(shape: &ProgramShape) -> Vec<Table> {
    vec![
        Table::new("sender", 1)
            .action("set_sender")
            .default_action("set_sender", [Expr::from(0), Expr::from(0)])
            .comment("Who we are, in this life."),
        Table::new("stores", SHARDS_MAX)
            .named_key("hdr.bridge.shard", MatchKind::Exact, "shard")
            .action("address")
            .default_only("discard")
            .const_default("discard", []),
        lengths(shape),
    ]
}

/// IPv4's and UDP's lengths, by what the message carries.
fn lengths(shape: &ProgramShape) -> Table {
    let table = Table::new("lengths", 8)
        .key("hdr.redplane.piggyback", MatchKind::Exact)
        .key("hdr.bridge.again", MatchKind::Exact)
        .key(Expr::from("hdr.state").is_valid(), MatchKind::Exact)
        .action("carries")
        .action("alone")
        .default_only("discard")
        .const_default("discard", []);
    let all = [false, true];
    let rows = all.into_iter().flat_map(|carries| {
        all.into_iter().flat_map(move |again| all.into_iter().map(move |state| (carries, again, state)))
    });
    rows.fold(table, |table, (carries, again, state)| {
        let length = length(shape, carries, again, state);
        let keysets = [Keyset::from(u32::from(carries)), Keyset::from(u32::from(again)), Keyset::from(state)];
        let lengths = [Expr::from(length + IPV4_BYTES), Expr::from(length)];
        table.entry(Entry::new(keysets, if carries { "carries" } else { "alone" }, lengths))
    })
}

/// The UDP length of a message; of one that carries a frame, what it is longer than that frame was at ingress.
fn length(shape: &ProgramShape, carries: bool, again: bool, state: bool) -> u32 {
    let state = if state { shape.state_bytes() } else { 0 };
    let head = UDP_BYTES + REDPLANE_BYTES + shape.key_bytes() + state;
    let gone = match (carries, again) {
        (false, _) => 0,
        (true, false) => FCS_BYTES,
        (true, true) => FCS_BYTES + super::headers::AGAIN_BYTES,
    };
    head - gone
}

fn apply() -> Body {
    let is_packet = Expr::from("hdr.bridge.pass").equals(names::pass(Pass::Packet));
    let remembers = If::new(
        is_packet.and(Expr::from("hdr.redplane.piggyback").equals(0)),
        [Stmt::call("remember_instead")],
    )
    .or_when(Expr::from("hdr.bridge.repeats").equals(1), [Stmt::call("remember_again")])
    .or_when(Expr::from("eg_md.mirror_kind").differs(0), [Stmt::call("remember")]);
    let message = [
        Stmt::call("begin_message"),
        Stmt::apply("sender"),
        Stmt::apply("stores"),
        Stmt::apply("lengths"),
        remembers.into(),
    ];
    vec![
        If::new(Expr::from("hdr.bridge").is_valid(), message)
            .or_when(Expr::from("hdr.renewal").is_valid(), [Stmt::call("become_renewal")])
            .or_when(Expr::from("hdr.copy").is_valid(), [Stmt::call("note_depth")])
            .into(),
        Stmt::set_invalid("hdr.bridge").comment("What only this half needed."),
        Stmt::set_invalid("hdr.renewal"),
    ]
}
