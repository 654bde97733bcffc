//! A message of the store: told from a frame, refused for the reasons of [`redplane_core::wire::Message::parse`], taken apart.
//!
//! It comes untagged, in an IPv4 packet without options to the switch's own address from the store's, unfragmented, in UDP from one
//! of the store's ports to the switch's. All of that lies within 24 bytes of the IPv4 header's start and is looked at before that
//! header is taken: what fails is a frame like any other.

use redplane_core::count::Reason;
use redplane_core::field::{Field, Pass};
use redplane_core::wire::{Kind, Refusal};

use super::frame::FRAME_WITH_IPV4;
use super::{ahead, ether_type, field_ahead, note_kind, passes, refuse, zero_words};
use crate::lower::headers::{IPV4_BYTES, UDP_BYTES};
use crate::lower::{ProgramShape, names};
use crate::p4::ast::{Case, Expr, Keyset, Noted, State, Stmt};

/// Here an untagged frame with IPv4 comes, before that header is taken.
pub(super) const FIRST: &str = "check_address";

pub(super) fn states(shape: &ProgramShape) -> Vec<State> {
    let mut states = recognised();
    states.push(head());
    states.push(kinds());
    states.extend(bodies(shape));
    states.extend(carried());
    states
}

fn recognised() -> Vec<State> {
    let check = |name: &str, keys: Vec<Expr>, case: Case| {
        State::new(name).select(keys, [case, Case::otherwise(FRAME_WITH_IPV4)])
    };
    let dst_port = field_ahead(IPV4_BYTES, Field::L4Dst);
    let src_port = field_ahead(IPV4_BYTES, Field::L4Src);
    let whole = Keyset::mask(0, Expr::hex(0x3fff));
    vec![
        check(FIRST, vec![field_ahead(0, Field::Ipv4Dst)], Case::of(Keyset::set("switch_addresses"), "check_store_address"))
            .comment("Is it a message from the store? Only if it is to our address, from theirs, and from and to the right ports."),
        check("check_store_address", vec![field_ahead(0, Field::Ipv4Src)], Case::of(Keyset::set("store_addresses"), "check_protocol")),
        check(
            "check_protocol",
            vec![ahead(0, 1), field_ahead(0, Field::Ipv4Fragment), field_ahead(0, Field::Ipv4Protocol)],
            Case::new([Keyset::from(Expr::hex(0x45)), whole, Keyset::from("PROTOCOL_UDP")], "check_port"),
        )
        .comment("No options, no fragment."),
        check("check_port", vec![dst_port], Case::of("UDP_PORT_SWITCH", "check_store_port")),
        check("check_store_port", vec![src_port], Case::of(Keyset::set("store_ports"), "parse_message")),
        State::new("parse_message")
            .stmt(passes(Pass::Message))
            .stmt(Stmt::advance(8 * (IPV4_BYTES + UDP_BYTES)))
            .to("parse_redplane"),
    ]
}

/// Version, kind and schema, in the order in which they are blamed.
fn head() -> State {
    let of_version = |kind: Keyset, schema: Keyset, next: String| {
        Case::new([Keyset::from("REDPLANE_VERSION"), kind, schema], next)
    };
    let numbers = 0..=(1u8 << names::KIND_BITS) - 1;
    let unknown = numbers.filter(|number| Kind::from_wire(*number).is_none());
    let mut cases: Vec<Case> =
        unknown.map(|number| of_version(number.into(), Keyset::Any, refuse(Reason::MessageKind))).collect();
    cases.extend([
        of_version(Keyset::Any, "REDPLANE_SCHEMA".into(), "check_flags".into()),
        of_version(Keyset::Any, Keyset::Any, refuse(Reason::MessageSchema)),
        Case::otherwise(refuse(Reason::MessageVersion)),
    ]);
    State::new("parse_redplane")
        .extract("hdr.redplane")
        .stmt(note_kind())
        .select(["hdr.redplane.version", "hdr.redplane.kind", "hdr.redplane.schema"], cases)
}

/// What is asked of the flags, besides that the reserved ones are zero; in the order of the header.
struct Flags {
    kind: Keyset,
    port: Keyset,
    migrated: Keyset,
    more: Keyset,
    tag: Keyset,
    piggyback: Keyset,
}

impl Flags {
    /// Any flags, with this kind.
    fn any(kind: Keyset) -> Self {
        use Keyset::Any;
        Self { kind, port: Any, migrated: Any, more: Any, tag: Any, piggyback: Any }
    }

    /// A lone message of this kind, without a tag.
    fn of(kind: Kind) -> Self {
        Self { migrated: 0.into(), more: 0.into(), tag: 0.into(), ..Self::any(names::kind(kind).into()) }
    }

    fn with_packet(self) -> Self {
        Self { piggyback: 1.into(), ..self }
    }

    fn without_packet(self) -> Self {
        Self { piggyback: 0.into(), port: 0.into(), ..self }
    }

    fn refusing(self, why: Refusal) -> Self {
        Self { piggyback: 0.into(), port: names::refusal(why).into(), ..self }
    }

    fn leads_to(self, next: impl Into<crate::p4::ast::Next>) -> Case {
        Case::new([self.kind, 0.into(), self.port, self.migrated, self.more, self.tag, self.piggyback], next)
    }
}

/// Which flags go with which kind, and what then follows.
fn kinds() -> State {
    let mut cases = vec![];
    let grant = || Flags { migrated: Keyset::Any, ..Flags::of(Kind::Grant) };
    cases.push(grant().with_packet().leads_to("parse_grant"));
    cases.push(grant().without_packet().leads_to("parse_grant"));
    for kind in [Kind::WriteAck, Kind::Release] {
        cases.push(Flags::of(kind).with_packet().leads_to("parse_released"));
        cases.push(Flags::of(kind).without_packet().leads_to("parse_answer"));
    }
    for kind in [Kind::RenewAck, Kind::GiveUpAck, Kind::Recall] {
        cases.push(Flags::of(kind).without_packet().leads_to("parse_answer"));
    }
    for why in Refusal::ALL {
        let next = match why {
            Refusal::UnknownSchema => "keyless",
            why if why.ends_lease() => "end_of_lease",
            _ => "parse_answer",
        };
        cases.push(Flags::of(Kind::Refuse).refusing(*why).leads_to(next));
    }
    let tagged = Flags { tag: 1.into(), ..Flags::any(Keyset::Any) };
    cases.push(tagged.leads_to(refuse(Reason::MessageTag)));
    for kind in Kind::ALL.iter().filter(|kind| kind.is_request() || **kind == Kind::SnapshotAck) {
        cases.push(Flags::any(names::kind(*kind).into()).leads_to(refuse(Reason::WrongDirection)));
    }
    cases.push(Case::otherwise(refuse(Reason::MessageFlags)));
    let fields = ["kind", "reserved", "port", "migrated", "more", "tag", "piggyback"];
    State::new("check_flags").select(fields.map(|field| Expr::from("hdr.redplane").field(field)), cases)
}

fn bodies(shape: &ProgramShape) -> Vec<State> {
    vec![
        State::new("parse_grant")
            .extract("hdr.key")
            .extract("hdr.state")
            .comment("Its packet is not looked at: it goes through again."),
        State::new("end_of_lease").stmt(Stmt::assign("ig_md.ends_lease", 1)).to("parse_answer"),
        State::new("parse_answer").extract("hdr.key"),
        zero_words(State::new("keyless"), "hdr.key", shape.layout.key_words)
            .comment("A store that does not know the schema does not know how long its keys are."),
        State::new("parse_released").extract("hdr.key").to("parse_carried"),
    ]
}

/// A packet that leaves: as far as a route needs it.
fn carried() -> [State; 4] {
    [
        ether_type(
            "parse_carried",
            "hdr.carried_ethernet",
            Some("parse_carried_vlan"),
            "parse_carried_ipv4",
            "accept",
        ),
        ether_type(
            "parse_carried_vlan",
            "hdr.vlan",
            Some("parse_carried_inner_vlan"),
            "parse_carried_ipv4",
            "accept",
        ),
        ether_type("parse_carried_inner_vlan", "hdr.inner_vlan", None, "parse_carried_ipv4", "accept"),
        State::new("parse_carried_ipv4").extract("hdr.ipv4"),
    ]
}
