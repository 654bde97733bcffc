//! What becomes of a packet behind the ingress stages: where it goes, and with which headers in front.
//!
//! The stages have left a fate, perhaps a message to send, perhaps a copy to make. One table turns these into one of its actions; a
//! second step finds the port. Reading the table is reading the whole of it:
//!
//! | what the stages have left | action | way |
//! | --- | --- | --- |
//! | a frame of the CPU | `around_the_loop` | loop |
//! | refused by the parser | `discard` | |
//! | a grant without a slot | `insert` | CPU |
//! | a grant's packet | `go_again` | loop |
//! | a packet for the CPU | `punt` | CPU |
//! | a packet that leaves; a message's packet that leaves | `leave`; `release` | out |
//! | a copy that waits; a message or give-up that makes a copy | `keep`; `become_copy` | loop |
//! | nothing | `discard` | |
//! | a message to send: a renewal; of a copy that stays; a write; any other | `send_renewal`; `repeat`; `send_write`; `send` | store |

use redplane_core::field::{Checksum, Pass};
use redplane_core::wire::Kind;
use redplane_hdl_sim::pipeline::Fate;

use super::headers::{mends, now, place_path, word_path};
use super::names::{self, Way};
use super::{ProgramShape, headers};
use crate::p4::ast::{
    Action, Body, Control, Counter, Direction, Entry, Expr, Hash, HashAlgorithm, If, Keyset, MatchKind,
    Noted, Stmt, Table,
};

/// Upper bits of a key's hash that choose its shard: for any power of two up to 256 they choose as core does.
pub const SHARD_BITS: u32 = 8;
/// Ways out by address.
const ROUTES_MAX: u32 = 1024;
/// Ways out by port.
const WIRES_MAX: u32 = 128;
/// Reasons have a byte.
const REFUSED_MAX: u32 = 256;

/// The control `Departure`.
pub fn control(shape: &ProgramShape) -> Control {
    let control = Control::new("Departure")
        .comment("What becomes of the packet: where it goes, and with which headers in front.")
        .param(Direction::InOut, "ingress_headers_t", "hdr")
        .param(Direction::InOut, "ingress_metadata_t", "ig_md")
        .param(Direction::In, "ingress_intrinsic_metadata_from_parser_t", "ig_prsr_md")
        .param(Direction::InOut, "ingress_intrinsic_metadata_for_deparser_t", "ig_dprsr_md")
        .param(Direction::InOut, "ingress_intrinsic_metadata_for_tm_t", "ig_tm_md")
        .local(
            Counter::packets("refused", crate::p4::ast::Type::Bit(8), REFUSED_MAX)
                .comment("By reason: what the parser refused."),
        )
        .local(crc());
    let control = actions(shape).into_iter().fold(control, Control::local);
    let control = ports().into_iter().fold(control, Control::local);
    let control = tables().into_iter().fold(control, Control::local);
    control.apply(apply(shape))
}

/// The hash of core's `memory::hash`, with everything said: what a name like `CRC32` means is for others to decide.
fn crc() -> Hash {
    let crc = HashAlgorithm::Custom {
        width: 32,
        coeff: 0x04c1_1db7,
        reversed: true,
        init: 0xffff_ffff,
        xor: 0xffff_ffff,
    };
    Hash::new("key_crc", 32, crc).comment("CRC-32 (ISO-HDLC) of the key's words, as the store computes it.")
}

fn set_way(way: Way) -> Stmt {
    Stmt::assign("ig_md.way", names::way(way))
}

fn bypass_egress() -> Stmt {
    Stmt::assign("ig_tm_md.bypass_egress", 1)
}

/// Takes headers away.
fn without(headers: &[&str]) -> Vec<Stmt> {
    headers.iter().map(|header| Stmt::set_invalid(Expr::from("hdr").field(*header))).collect()
}

fn actions(shape: &ProgramShape) -> Vec<Action> {
    let words = (0..shape.layout.key_words).map(|word| word_path("hdr.key", word));
    vec![
        Action::new("hash_key").body([Stmt::assign("ig_md.key_hash", Expr::hash("key_crc", words))]),
        Action::new("renew")
            .body([
                Stmt::assign("ig_dprsr_md.mirror_type", "MIRROR_RENEWAL"),
                Stmt::assign("ig_md.session", "SESSION_RENEWAL"),
                Stmt::assign("ig_md.internal_type", "TYPE_RENEWAL"),
            ])
            .comment("What is mirrored is the packet as it came in; key and epoch stand in front of it."),
        Action::new("discard").body([Stmt::assign("ig_dprsr_md.drop_ctl", 1)]),
        Action::new("around_the_loop").body([bypass_egress(), set_way(Way::Loop)]).body(without(&["bridge"])),
        Action::new("leave")
            .body([bypass_egress(), set_way(Way::Out), Stmt::assign("ig_md.came_in_by", "hdr.bridge.port")])
            .body(without(&["bridge", "key", "state"])),
        release(),
        Action::new("go_again")
            .body([
                bypass_egress(),
                set_way(Way::Loop),
                Stmt::set_valid("hdr.again"),
                Stmt::assign("hdr.again.internal_type", "TYPE_AGAIN"),
                Stmt::assign("hdr.again.port", "hdr.redplane.port"),
            ])
            .body(without(&["bridge", "redplane", "key", "state", "ethernet"])),
        Action::new("keep")
            .body([set_way(Way::Loop)])
            .body(without(&["bridge"]))
            .comment("Through egress, which writes down how long the queue was."),
        become_copy(),
        to_cpu("insert", "OP_INSERT", Expr::from(0), &["bridge", "ethernet"]),
        to_cpu("punt", "OP_PUNT", Expr::from("ig_md.reason"), &["bridge", "key", "state"]),
        send("send").body(carry()).body(without(&["ethernet", "state"])),
        send("send_write").body(carry()).body(without(&["ethernet"])),
        send("send_renewal").body(without(&["copy", "redplane"])),
        send("repeat").body([Stmt::assign("hdr.bridge.repeats", 1)]).body(without(&["copy", "redplane"])),
    ]
}

fn send(name: &str) -> Action {
    Action::new(name).body([set_way(Way::Store), Stmt::assign("hdr.bridge.now", now())])
}

/// Ethernet headers change places: the outermost, and that of the packet in a message.
fn ethernet(to: &str, from: &str) -> [Stmt; 3] {
    ["dst_addr", "src_addr", "ether_type"].map(|field| {
        let [to, from] = [to, from].map(|header| Expr::from(header).field(field));
        Stmt::assign(to, from)
    })
}

/// The packet goes into a message.
fn carry() -> Vec<Stmt> {
    let first = [Stmt::set_valid("hdr.carried_ethernet")];
    first.into_iter().chain(ethernet("hdr.carried_ethernet", "hdr.ethernet")).collect()
}

/// The packet in the message leaves it.
fn release() -> Action {
    Action::new("release")
        .body([bypass_egress(), set_way(Way::Out), Stmt::assign("ig_md.came_in_by", "hdr.redplane.port")])
        .body(ethernet("hdr.ethernet", "hdr.carried_ethernet"))
        .body(without(&["bridge", "redplane", "key", "carried_ethernet"]))
}

/// A message that asks for a lease back becomes the copy that gives it up; so does a give-up of the CPU, which has no such header.
fn become_copy() -> Action {
    let written = [
        ("version", Expr::from("REDPLANE_VERSION")),
        ("kind", Expr::from("ig_md.mirror_kind")),
        ("schema", Expr::from("REDPLANE_SCHEMA")),
        ("epoch", Expr::from("ig_md.mirror_epoch")),
        ("seq", Expr::from("ig_md.mirror_seq")),
    ];
    let redplane = headers::redplane_fields().into_iter().map(|field| {
        let value =
            written.iter().find(|(name, _)| *name == field).map_or(Expr::from(0), |(_, value)| value.clone());
        Stmt::assign(Expr::from("hdr.redplane").field(field), value)
    });
    Action::new("become_copy")
        .body([
            set_way(Way::Loop),
            Stmt::set_valid("hdr.copy"),
            Stmt::assign("hdr.copy.internal_type", "TYPE_COPY"),
            Stmt::assign("hdr.copy.depth", 0),
            Stmt::assign("hdr.copy.due", "hdr.bridge.due"),
            Stmt::assign("hdr.copy.wait", "hdr.bridge.wait"),
            Stmt::set_valid("hdr.redplane"),
        ])
        .body(redplane)
        .body(without(&["bridge", "ethernet"]))
}

fn to_cpu(name: &str, op: &str, reason: Expr, gone: &[&str]) -> Action {
    Action::new(name)
        .body([
            bypass_egress(),
            set_way(Way::Cpu),
            Stmt::set_valid("hdr.cpu_ethernet"),
            Stmt::assign("hdr.cpu_ethernet.dst_addr", "CPU_MAC"),
            Stmt::assign("hdr.cpu_ethernet.src_addr", "CPU_MAC"),
            Stmt::assign("hdr.cpu_ethernet.ether_type", "ETHERTYPE_CPU"),
            Stmt::set_valid("hdr.cpu"),
            Stmt::assign("hdr.cpu.op", op),
            Stmt::assign("hdr.cpu.reason", reason),
            Stmt::assign("hdr.cpu.port", "hdr.bridge.port"),
            Stmt::assign("hdr.cpu.now", now()),
        ])
        .body(without(gone))
}

/// Actions that have a port from the control plane.
fn ports() -> Vec<Action> {
    let port = |name: &str| {
        let action = Action::new(name).data("PortId_t", "port");
        action.body([Stmt::assign("ig_tm_md.ucast_egress_port", "port")])
    };
    let mac = crate::p4::ast::Type::Bit(48);
    vec![
        port("to_port"),
        port("next_hop").data(mac.clone(), "dst_mac").data(mac, "src_mac").body([
            Stmt::assign("hdr.ethernet.dst_addr", "dst_mac"),
            Stmt::assign("hdr.ethernet.src_addr", "src_mac"),
        ]),
        port("to_shard")
            .data(crate::p4::ast::Type::Bit(8), "shard")
            .body([Stmt::assign("hdr.bridge.shard", "shard")]),
    ]
}

fn tables() -> Vec<Table> {
    let keyless =
        |name: &str| Table::new(name, 1).action("to_port").action("discard").default_action("discard", []);
    vec![
        departures(),
        Table::new("wires", WIRES_MAX)
            .named_key("ig_md.came_in_by", MatchKind::Exact, "port")
            .action("to_port")
            .default_only("NoAction")
            .const_default("NoAction", [])
            .comment("What came in by this port leaves by that one, whatever its address."),
        Table::new("routes", ROUTES_MAX)
            .named_key("hdr.ipv4.dst_addr", MatchKind::Lpm, "address")
            .action("next_hop")
            .default_only("discard")
            .const_default("discard", []),
        Table::new("shards", 1 << SHARD_BITS)
            .named_key(Expr::from("ig_md.key_hash").slice(31, 32 - SHARD_BITS), MatchKind::Exact, "hash")
            .action("to_shard")
            .default_only("discard")
            .const_default("discard", [])
            .comment("The upper half of the hash scaled to the number of shards: of a power of two, its upper bits."),
        keyless("loop_port").comment("The way back in."),
        keyless("cpu_port"),
    ]
}

fn departures() -> Table {
    use Keyset::Any;
    let is = |value: Expr| Keyset::from(value);
    let pass = |pass: Pass| is(names::pass(pass));
    let fate = |fate: Fate| is(names::fate(fate));
    let none = || Keyset::from(0);
    let write = || is(names::kind(Kind::Write));
    let rows = [
        ([1.into(), 1.into(), Any, Any, Any, Any], "around_the_loop"),
        ([1.into(), Any, Any, Any, Any, Any], "discard"),
        ([Any, Any, Any, fate(Fate::Inserts), none(), Any], "insert"),
        ([Any, Any, Any, fate(Fate::GoesAgain), none(), Any], "go_again"),
        ([Any, Any, Any, fate(Fate::Punted), none(), Any], "punt"),
        ([Any, Any, pass(Pass::Packet), fate(Fate::Leaves), none(), Any], "leave"),
        ([Any, Any, pass(Pass::Message), fate(Fate::Leaves), none(), Any], "release"),
        ([Any, Any, Any, Any, none(), none()], "discard"),
        ([Any, Any, pass(Pass::Copy), Any, none(), Any], "keep"),
        ([Any, Any, pass(Pass::Message), Any, none(), Any], "become_copy"),
        ([Any, Any, pass(Pass::GiveUp), Any, none(), Any], "become_copy"),
        ([Any, Any, Any, Any, none(), Any], "discard"),
        ([Any, Any, pass(Pass::Copy), Any, Any, none()], "send_renewal"),
        ([Any, Any, pass(Pass::Copy), Any, Any, Any], "repeat"),
        ([Any, Any, Any, Any, write(), Any], "send_write"),
    ];
    let mut actions: Vec<&str> = vec![];
    for (_, action) in &rows {
        if !actions.contains(action) {
            actions.push(action);
        }
    }
    let table = Table::new("departures", rows.len() as u32)
        .key("ig_md.skips", MatchKind::Ternary)
        .key("ig_md.from_cpu", MatchKind::Ternary)
        .key("hdr.bridge.pass", MatchKind::Ternary)
        .key("ig_md.fate", MatchKind::Ternary)
        .key("hdr.bridge.kind", MatchKind::Ternary)
        .key("ig_md.mirror_kind", MatchKind::Ternary)
        .comment(
            "A message to send goes before a fate: the packet is in it. Its kind is 0 where there is none.",
        );
    let table = actions.into_iter().fold(table, Table::action).default_only("send").const_default("send", []);
    rows.into_iter().fold(table, |table, (keysets, action)| table.entry(Entry::new(keysets, action, [])))
}

fn apply(shape: &ProgramShape) -> Body {
    let md = |field: &str| Expr::from("ig_md").field(field);
    let way = |way: Way| md("way").equals(names::way(way));
    let is_packet = Expr::from("hdr.bridge.pass").equals(names::pass(Pass::Packet));
    let out = [Stmt::when(
        Expr::miss("wires"),
        [Stmt::either(Expr::from("hdr.ipv4").is_valid(), [Stmt::apply("routes")], [Stmt::call("discard")])],
    )];
    let mut body = vec![
        Stmt::when(
            md("skips").equals(1).and(md("from_cpu").equals(0)),
            [Stmt::count("refused", md("reason"))],
        ),
        Stmt::when(Expr::from("hdr.bridge.kind").differs(0), [Stmt::call("hash_key")]),
        Stmt::when(is_packet.and(md("mirror_kind").differs(0)), [Stmt::call("renew")]),
    ];
    body.extend(absent_checksums(shape));
    body.push(Stmt::apply("departures"));
    body.push(
        If::new(way(Way::Out), out)
            .or_when(way(Way::Store), [Stmt::apply("shards")])
            .or_when(way(Way::Loop), [Stmt::apply("loop_port")])
            .or_when(way(Way::Cpu), [Stmt::apply("cpu_port")])
            .into(),
    );
    body
}

/// A checksum that may be absent is zero then, and stays zero.
fn absent_checksums(shape: &ProgramShape) -> Vec<Stmt> {
    let may_be_absent = [Checksum::Udp, Checksum::InnerUdp].into_iter();
    let mended = may_be_absent.filter(|checksum| shape.mends.iter().any(|mend| mend.checksum() == *checksum));
    let stays = mended.filter_map(|checksum| {
        let path = place_path(checksum.place())?;
        let is_there = headers::valid(checksum.place().header);
        Some(Stmt::when(is_there.and(path.equals(0)), [Stmt::assign(mends(checksum), 0)]))
    });
    stays.collect()
}
