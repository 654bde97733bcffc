//! Both parsers: what tells passes apart, and what is kept of each packet.
//!
//! | file | states |
//! | --- | --- |
//! | `parser/frame.rs` | a frame as it comes, up to what an ICMP error quotes: as [`redplane_core::parse`] finds it |
//! | `parser/message.rs` | a message of the store: recognised, refused for core's reasons, taken apart |
//! | `parser/internal.rs` | what comes around the loop |
//! | `parser/egress.rs` | what ingress and the mirrors have for egress |
//! | `parser/cleared.rs` | metadata zero at the start |
//!
//! A state compares 32 bits, and a value set by itself. What is refused skips the stages; `ig_md.reason` says why.

mod cleared;
mod egress;
mod frame;
mod internal;
mod message;

use redplane_core::count::Reason;
use redplane_core::field::{Field, Pass};

pub(super) use cleared::cleared;
pub(crate) use egress::RENEWAL_TAIL_BYTES;
pub use egress::{EGRESS_DEPTH_MAX, EGRESS_DEPTH_MIN, egress, egress_depth};

use super::ProgramShape;
use super::names;
use crate::p4::ast::{Case, Expr, Keyset, Noted, Parser, State, Stmt, Type, ValueSet};

/// Addresses of a switch: the one that stores know.
const SWITCH_ADDRESSES_MAX: u32 = 4;
/// Hosts of the store.
const STORE_ADDRESSES_MAX: u32 = 16;
/// UDP ports of the store: one each shard.
const STORE_PORTS_MAX: u32 = 32;
/// Ports on the inside.
const INSIDE_PORTS_MAX: u32 = 32;
/// Ports that lead to the CPU.
const CPU_PORTS_MAX: u32 = 4;

/// The ingress parser.
///
/// Every packet gets a bridged header, whose `pass`, `port`, `again` and `copy_wait` are written on every path, each once: the chip joins
/// what is written twice. A packet of a front port gets key and state too, zero, for the stages to fill in.
pub fn ingress(shape: &ProgramShape) -> Parser {
    let parser = Parser::ingress("IngressParser", "ingress_headers_t", "ingress_metadata_t")
        .local(ValueSet::new("cpu_ports", Type::Bit(9), CPU_PORTS_MAX))
        .local(ValueSet::new("inside_ports", Type::Bit(9), INSIDE_PORTS_MAX))
        .local(
            ValueSet::new("again_inside_ports", Type::Bit(9), INSIDE_PORTS_MAX)
                .comment("The same ports once more: a state has a value set to itself."),
        )
        .local(ValueSet::new("switch_addresses", Type::Bit(32), SWITCH_ADDRESSES_MAX))
        .local(ValueSet::new("store_addresses", Type::Bit(32), STORE_ADDRESSES_MAX))
        .local(ValueSet::new("store_ports", Type::Bit(16), STORE_PORTS_MAX));
    arrival()
        .into_iter()
        .chain(internal::states(shape))
        .chain(frame::states(shape))
        .chain(message::states(shape))
        .chain(refusals())
        .fold(parser, Parser::state)
}

/// Where a packet came in by.
fn arrival() -> Vec<State> {
    let unwritten = ["shard", "kind", "carry", "repeats", "epoch", "seq", "now", "due", "wait"];
    let mut start = State::new("start")
        .extract("ig_intr_md")
        .stmt(Stmt::advance("PORT_METADATA_SIZE"))
        .stmt(Stmt::set_valid("hdr.bridge"))
        .stmt(Stmt::assign("hdr.bridge.internal_type", "TYPE_MESSAGE"));
    for field in unwritten {
        start = start.stmt(Stmt::assign(Expr::from("hdr.bridge").field(field), 0));
    }
    vec![
        start.select(
            ["ig_intr_md.ingress_port"],
            [
                Case::of(Keyset::set("cpu_ports"), "from_cpu"),
                Case::of(Keyset::mask("LOOP_PORT", "PORT_IN_PIPE"), "from_loop"),
                Case::of(Keyset::set("inside_ports"), "from_inside"),
                Case::otherwise("from_port"),
            ],
        ),
        begins(State::new("from_cpu"), Expr::from(0), 0)
            .stmt(passes(Pass::Packet))
            .stmt(Stmt::assign("ig_md.skips", 1))
            .stmt(Stmt::assign("ig_md.from_cpu", 1))
            .comment("The registers belong to a pipe, and the CPU's port may belong to another: around the loop first."),
        State::new("from_inside").stmt(Stmt::assign("ig_md.inside", 1)).to("from_port"),
        begins(State::new("from_port"), Expr::from("ig_intr_md.ingress_port"), 0).to("parse_ethernet"),
    ]
}

/// Adds what is bridged of every packet, of one that is not a copy.
fn begins(state: State, port: Expr, again: u32) -> State {
    state
        .stmt(Stmt::assign("hdr.bridge.port", port))
        .stmt(Stmt::assign("hdr.bridge.again", again))
        .stmt(Stmt::assign("hdr.bridge.copy_wait", 0))
}

fn passes(pass: Pass) -> Stmt {
    Stmt::assign("hdr.bridge.pass", names::pass(pass))
}

/// Notes of which kind the message is.
fn note_kind() -> Stmt {
    Stmt::assign("ig_md.message_kind", "hdr.redplane.kind")
}

/// Sets a header of so many words valid and zero.
fn zero_words(state: State, header: &str, words: u8) -> State {
    (0..words).fold(state.stmt(Stmt::set_valid(header)), |state, word| {
        state.stmt(Stmt::assign(super::headers::word_path(header, word), 0))
    })
}

/// The reasons that a parser can see.
const REFUSALS: [Reason; 7] = [
    Reason::Malformed,
    Reason::MessageVersion,
    Reason::MessageKind,
    Reason::MessageSchema,
    Reason::MessageFlags,
    Reason::MessageTag,
    Reason::WrongDirection,
];

fn refusals() -> Vec<State> {
    let refused = REFUSALS.map(|reason| {
        State::new(refuse(reason))
            .stmt(Stmt::assign("ig_md.skips", 1))
            .stmt(Stmt::assign("ig_md.reason", names::reason(reason)))
    });
    refused.into()
}

/// The state in which the packet is refused for this reason.
fn refuse(reason: Reason) -> String {
    let mut name = "refuse".to_owned();
    for letter in reason.name().chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Bytes that lie `offset` bytes ahead.
fn ahead(offset: u32, bytes: u32) -> Expr {
    let lookahead = Expr::lookahead(Type::Bit(8 * (offset + bytes)));
    if offset == 0 { lookahead } else { lookahead.slice(8 * bytes - 1, 0) }
}

/// A field of core's that lies ahead, where its header begins `offset` bytes from here.
fn field_ahead(offset: u32, field: Field) -> Expr {
    let (at, width) = field.place().map_or((0, 1), |place| (place.offset as u32, place.width as u32));
    ahead(offset + at, width)
}

/// A state that takes an Ethernet header or a VLAN tag. Behind it is another tag, IPv4, or anything else.
fn ether_type(name: &str, header: &str, vlan: Option<&str>, ipv4: &str, other: &str) -> State {
    let tags = vlan
        .into_iter()
        .flat_map(|next| [Case::of("ETHERTYPE_VLAN", next), Case::of("ETHERTYPE_QINQ", next)]);
    let rest = [Case::of("ETHERTYPE_IPV4", ipv4), Case::otherwise(other)];
    let cases: Vec<Case> = tags.chain(rest).collect();
    State::new(name).extract(header).select([Expr::from(header).field("ether_type")], cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_ahead_are_the_end_of_what_is_looked_at() {
        assert_eq!(ahead(0, 1), Expr::lookahead(Type::Bit(8)));
        assert_eq!(ahead(16, 4), Expr::lookahead(Type::Bit(160)).slice(31, 0));
        assert_eq!(field_ahead(20, Field::L4Dst), Expr::lookahead(Type::Bit(192)).slice(15, 0));
    }
}
