//! ICMP errors: the quoted packet is translated too, so that the host knows its own packet in it.

use super::support::bench::{INSIDE, OUTSIDE, Outcome};
use super::support::frame::{Ip, echo, error, tcp, udp, udp_unsummed};
use super::{FAR_ROUTER, HOST, NEAR_ROUTER, OUT, SERVER, bench, inwards, outwards};
use redplane_core::count::Reason;

const DATA: &[u8] = b"quoted";
/// Destination unreachable, source quench, time exceeded, parameter problem.
const KINDS: [u8; 4] = [3, 4, 11, 12];

/// A packet that went out, as the outside and as the inside knows it; then one that came in, likewise.
fn quotes() -> Vec<(&'static str, [Ip; 4])> {
    let four = |make: &dyn Fn((u32, u16), (u32, u16)) -> Ip| {
        [make(OUT, SERVER), make(HOST, SERVER), make(SERVER, OUT), make(SERVER, HOST)]
    };
    vec![
        ("UDP", four(&|from, to| udp(from, to, DATA))),
        ("UDP without a checksum", four(&|from, to| udp_unsummed(from, to, DATA))),
        (
            "echo",
            [
                echo(8, OUT.0, SERVER.0, OUT.1, DATA),
                echo(8, HOST.0, SERVER.0, HOST.1, DATA),
                echo(0, SERVER.0, OUT.0, OUT.1, DATA),
                echo(0, SERVER.0, HOST.0, HOST.1, DATA),
            ],
        ),
        // The TCP checksum, beyond the eight bytes, is the one thing that stays: so none is quoted.
        (
            "TCP",
            four(&|from, to| Ip {
                payload: tcp(from, to, 2, b"").payload[..8].to_vec(),
                ..tcp(from, to, 2, b"")
            }),
        ),
    ]
}

#[test]
fn error_from_either_side_quotes_the_packet_as_the_other_side_knows_it() {
    for kind in KINDS {
        for (name, [out_outside, out_inside, in_outside, in_inside]) in quotes() {
            let from_outside = error(kind, FAR_ROUTER, OUT.0, &out_outside.ttl(1).bytes());
            let to_host = error(kind, FAR_ROUTER, HOST.0, &out_inside.ttl(1).bytes());
            assert_eq!(inwards(&from_outside.frame(&[])), to_host.ttl(63).frame(&[]), "{name}, type {kind}");

            let from_inside = error(kind, NEAR_ROUTER, SERVER.0, &in_inside.ttl(9).bytes());
            let to_server = error(kind, OUT.0, SERVER.0, &in_outside.ttl(9).bytes());
            assert_eq!(
                outwards(&from_inside.frame(&[])),
                to_server.ttl(63).frame(&[]),
                "{name}, type {kind}"
            );
        }
    }
}

/// Eight bytes after the quoted header are all that must be there (RFC 792), and the quoted header may have options.
#[test]
fn error_that_quotes_eight_bytes_is_translated() {
    const OPTIONS: &[u8] = &[7, 7, 4, 0, 0, 0, 0, 0];
    for tags in [&[][..], &[[0x81, 0, 0, 5]]] {
        for (name, [out_outside, out_inside, ..]) in quotes() {
            let cut = |ip: Ip| ip.options(OPTIONS).bytes()[..28 + 8].to_vec();
            let from_outside = error(3, FAR_ROUTER, OUT.0, &cut(out_outside)).options(OPTIONS);
            let to_host = error(3, FAR_ROUTER, HOST.0, &cut(out_inside)).options(OPTIONS);
            assert_eq!(inwards(&from_outside.frame(tags)), to_host.ttl(63).frame(tags), "{name}");
        }
    }
}

/// The whole way: the packet goes out, dies at a router outside, and the host gets its own packet back.
#[test]
fn error_about_a_packet_that_was_just_translated_quotes_the_original() {
    let frame = udp(HOST, SERVER, DATA).frame(&[]);
    let out = outwards(&frame);
    let back = inwards(&error(11, FAR_ROUTER, OUT.0, &out[14..]).frame(&[]));
    assert_eq!(&back[42..], udp(HOST, SERVER, DATA).ttl(63).bytes());
}

#[test]
fn error_that_quotes_a_whole_tcp_segment_is_translated_but_for_the_tcp_checksum() {
    let quoted = tcp(OUT, SERVER, 2, DATA).bytes();
    let out = inwards(&error(3, FAR_ROUTER, OUT.0, &quoted).frame(&[]));
    let mut expected = tcp(HOST, SERVER, 2, DATA).bytes();
    expected[36..38].copy_from_slice(&quoted[36..38]);
    assert_eq!(&out[42..], expected);
}

#[test]
fn error_about_what_was_not_translated_is_dropped() {
    let quoted = udp(OUT, SERVER, DATA);
    let cases = [
        ("quotes GRE", error(3, FAR_ROUTER, OUT.0, &Ip::new(47, OUT.0, SERVER.0, vec![0; 8]).bytes())),
        ("quotes a later fragment", error(3, FAR_ROUTER, OUT.0, &quoted.clone().fragment(3).bytes())),
        ("quotes too little", error(3, FAR_ROUTER, OUT.0, &quoted.bytes()[..27])),
        ("quotes an error", error(3, FAR_ROUTER, OUT.0, &error(3, OUT.0, SERVER.0, &[0; 28]).bytes())),
        ("quotes an echo reply", error(3, FAR_ROUTER, OUT.0, &echo(0, OUT.0, SERVER.0, OUT.1, DATA).bytes())),
        ("is to another than the sender", error(3, FAR_ROUTER, OUT.0 + 1, &quoted.bytes())),
        ("is a redirect", error(5, FAR_ROUTER, OUT.0, &quoted.bytes())),
    ];
    for (name, ip) in cases {
        let mut bench = bench();
        assert_eq!(bench.send(OUTSIDE, &ip.frame(&[])), Outcome::Dropped(Reason::NotHandled), "{name}");
        assert_eq!(bench.sent, [], "{name}");
    }
}

#[test]
fn error_from_the_inside_about_what_was_not_translated_is_dropped() {
    let quoted = udp(SERVER, HOST, DATA);
    let cases = [
        ("quotes ESP", error(3, NEAR_ROUTER, SERVER.0, &Ip::new(50, SERVER.0, HOST.0, vec![0; 8]).bytes())),
        (
            "quotes an echo request",
            error(3, HOST.0, SERVER.0, &echo(8, SERVER.0, HOST.0, HOST.1, DATA).bytes()),
        ),
        ("is to another than the sender", error(3, NEAR_ROUTER, SERVER.0 + 1, &quoted.bytes())),
    ];
    for (name, ip) in cases {
        let mut bench = bench();
        assert_eq!(bench.send(INSIDE, &ip.frame(&[])), Outcome::Dropped(Reason::NotHandled), "{name}");
        assert_eq!(bench.sent, [], "{name}");
    }
}
