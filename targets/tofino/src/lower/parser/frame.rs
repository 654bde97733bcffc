//! A frame as it comes: Ethernet, VLAN tags, IPv4 with options, what is behind it, what an ICMP error quotes.

use redplane_core::count::Reason;
use redplane_core::field::Pass;

use super::{ahead, ether_type, message, passes, refuse, zero_words};
use crate::lower::ProgramShape;
use crate::lower::headers::{OPTION_WORDS, option_name};
use crate::p4::ast::{Case, Expr, Keyset, Noted, State};

/// Words of IPv4 options that a header can have.
const OPTION_WORDS_MAX: u32 = 10;
/// Version and length of an IPv4 header without options.
const WITHOUT_OPTIONS: u32 = 0x45;
/// ICMP types of messages that quote a packet.
const ICMP_ERRORS: [u32; 5] = [3, 4, 5, 11, 12];
/// ICMP types of messages that have an identifier.
const ICMP_ECHOES: [u32; 2] = [8, 0];

/// Goes on with a frame that is no message and has IPv4.
pub(super) const FRAME_WITH_IPV4: &str = "frame_with_ipv4";

pub(super) fn states(shape: &ProgramShape) -> Vec<State> {
    let frame = |name: &str| {
        let state = State::new(name).stmt(passes(Pass::Packet));
        let state = zero_words(state, "hdr.key", shape.layout.key_words);
        zero_words(state, "hdr.state", shape.layout.state_words)
    };
    let other = "frame_without_ipv4";
    let mut states = vec![
        ether_type("parse_ethernet", "hdr.ethernet", Some("parse_vlan"), message::FIRST, other),
        ether_type("parse_vlan", "hdr.vlan", Some("parse_inner_vlan"), FRAME_WITH_IPV4, other),
        ether_type("parse_inner_vlan", "hdr.inner_vlan", None, FRAME_WITH_IPV4, other),
        frame(other),
        frame(FRAME_WITH_IPV4).to("parse_ipv4"),
        ipv4(),
    ];
    states.extend((1..=OPTION_WORDS_MAX).map(options));
    states.push(State::new("behind_options").select(
        [Expr::from("hdr.ipv4.fragment"), protocol("hdr.ipv4")],
        behind_ipv4(&[]).into_iter().chain([Case::otherwise("accept")]),
    ));
    states.extend(layer_four());
    states.extend(quoted());
    states
}

fn protocol(ipv4: &str) -> Expr {
    Expr::from(ipv4).field("ttl_protocol").slice(7, 0)
}

fn is_first_fragment() -> Keyset {
    Keyset::mask(0, Expr::hex(0x1fff))
}

/// What is behind IPv4 is only looked at in a packet that is no later fragment. `front` stands before fragment and protocol.
fn behind_ipv4(front: &[Keyset]) -> [Case; 3] {
    let known =
        [("PROTOCOL_TCP", "parse_tcp"), ("PROTOCOL_UDP", "parse_udp"), ("PROTOCOL_ICMP", "parse_icmp")];
    known.map(|(protocol, next)| {
        let behind = [is_first_fragment(), Keyset::from(protocol)];
        Case::new(front.iter().cloned().chain(behind), next)
    })
}

fn ipv4() -> State {
    let plain = Keyset::from(Expr::hex(WITHOUT_OPTIONS.into()));
    let longer = (1..=OPTION_WORDS_MAX).map(|words| {
        let version_ihl = Keyset::from(Expr::hex((WITHOUT_OPTIONS + words).into()));
        Case::new([version_ihl, Keyset::Any, Keyset::Any], options_state(words))
    });
    let cases = behind_ipv4(std::slice::from_ref(&plain))
        .into_iter()
        .chain([Case::new([plain, Keyset::Any, Keyset::Any], "accept")])
        .chain(longer)
        .chain([Case::otherwise(refuse(Reason::Malformed))]);
    State::new("parse_ipv4").extract("hdr.ipv4").select(
        [Expr::from("hdr.ipv4.version_ihl"), Expr::from("hdr.ipv4.fragment"), protocol("hdr.ipv4")],
        cases,
    )
}

fn options_state(words: u32) -> String {
    format!("parse_options_{}", 4 * words)
}

/// Options are kept, in as few headers as make up their length.
fn options(words: u32) -> State {
    let pieces = OPTION_WORDS.iter().filter(|piece| words & **piece != 0);
    pieces
        .fold(State::new(options_state(words)), |state, piece| {
            state.extract(Expr::from("hdr").field(option_name(*piece)))
        })
        .to("behind_options")
}

fn layer_four() -> [State; 3] {
    let errors = ICMP_ERRORS.map(|kind| Case::of(kind, "check_quoted"));
    [
        State::new("parse_tcp")
            .extract("hdr.ports")
            .extract("hdr.tcp")
            .extract("hdr.l4_checksum")
            .extract("hdr.tcp_end"),
        State::new("parse_udp").extract("hdr.ports").extract("hdr.udp"),
        State::new("parse_icmp")
            .extract("hdr.icmp")
            .extract("hdr.l4_checksum")
            .extract("hdr.icmp_end")
            .select(["hdr.icmp.kind"], errors.into_iter().chain([Case::otherwise("accept")])),
    ]
}

/// The packet that an ICMP error is about.
fn quoted() -> [State; 5] {
    let behind = |protocol: &str, next: &str| Case::new([is_first_fragment(), Keyset::from(protocol)], next);
    let echoes = ICMP_ECHOES.map(|kind| Case::of(kind, "parse_quoted_l4"));
    let with_options = [(0x46, 0xfe), (0x48, 0xf8)].map(|(value, mask)| {
        Case::of(Keyset::mask(Expr::hex(value), Expr::hex(mask)), "parse_quoted_options")
    });
    [
        State::new("check_quoted").select(
            [ahead(0, 1)],
            [Case::of(Expr::hex(WITHOUT_OPTIONS.into()), "parse_quoted")]
                .into_iter()
                .chain(with_options)
                .chain([Case::otherwise("accept")]),
        ),
        State::new("parse_quoted_options")
            .extract("hdr.inner_ipv4")
            .comment("Nothing is known behind its options: a second set of headers for them would not fit."),
        State::new("parse_quoted").extract("hdr.inner_ipv4").select(
            [Expr::from("hdr.inner_ipv4.fragment"), protocol("hdr.inner_ipv4")],
            [
                behind("PROTOCOL_TCP", "parse_quoted_l4"),
                behind("PROTOCOL_UDP", "parse_quoted_l4"),
                behind("PROTOCOL_ICMP", "check_quoted_icmp"),
                Case::otherwise("accept"),
            ],
        ),
        State::new("check_quoted_icmp")
            .select([ahead(0, 1)], echoes.into_iter().chain([Case::otherwise("accept")]))
            .comment("Of ICMP only an echo has an identifier."),
        State::new("parse_quoted_l4").extract("hdr.inner_l4"),
    ]
}
