//! TCP, UDP and echoes: exactly address, port, TTL and checksums change.

use super::support::bench::{INSIDE, OUTSIDE};
use super::support::frame::{Ip, echo, tcp, udp, udp_unsummed};
use super::{HOST, OUT, SERVER, bench, inwards, outwards, translated};

const DATA: &[u8] = b"an odd number of bytes.";

/// A packet from the inside, the same as it is outside, its answer from the outside, and that as it is inside.
fn dialogues() -> Vec<(&'static str, [Ip; 4])> {
    let four = |make: &dyn Fn((u32, u16), (u32, u16)) -> Ip| {
        [make(HOST, SERVER), make(OUT, SERVER), make(SERVER, OUT), make(SERVER, HOST)]
    };
    vec![
        ("TCP", four(&|from, to| tcp(from, to, 0x18, DATA))),
        ("UDP", four(&|from, to| udp(from, to, DATA))),
        ("UDP without data", four(&|from, to| udp(from, to, b""))),
        ("UDP without a checksum", four(&|from, to| udp_unsummed(from, to, DATA))),
        (
            "echo",
            [
                echo(8, HOST.0, SERVER.0, HOST.1, DATA),
                echo(8, OUT.0, SERVER.0, OUT.1, DATA),
                echo(0, SERVER.0, OUT.0, OUT.1, DATA),
                echo(0, SERVER.0, HOST.0, HOST.1, DATA),
            ],
        ),
    ]
}

#[test]
fn packet_from_either_side_is_what_the_other_side_would_have_built() {
    for (name, [from_host, outside, from_server, inside]) in dialogues() {
        assert_eq!(outwards(&from_host.frame(&[])), outside.ttl(63).frame(&[]), "{name}");
        assert_eq!(inwards(&from_server.frame(&[])), inside.ttl(63).frame(&[]), "{name}");
    }
}

#[test]
fn vlan_tags_and_ip_options_stay() {
    const TAGS: [&[[u8; 4]]; 3] = [&[], &[[0x81, 0, 0x20, 5]], &[[0x88, 0xa8, 0, 7], [0x81, 0, 0x60, 9]]];
    // Router alert; record route with room for two; as long as there can be.
    const OPTIONS: [&[u8]; 3] = [&[0x94, 4, 0, 0], &[7, 11, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0], &[1; 40]];
    for tags in TAGS {
        for options in OPTIONS {
            for (name, [from_host, outside, from_server, inside]) in dialogues() {
                let out = outwards(&from_host.options(options).frame(tags));
                assert_eq!(out, outside.options(options).ttl(63).frame(tags), "{name}");
                let back = inwards(&from_server.options(options).frame(tags));
                assert_eq!(back, inside.options(options).ttl(63).frame(tags), "{name}");
            }
        }
    }
}

/// The server answers what it got, byte for byte; the host gets what it would have got without a NAT.
#[test]
fn round_trip_gives_the_original_but_for_two_hops() {
    let mut bench = bench();
    for (name, [from_host, ..]) in dialogues() {
        let mut frame = translated(&mut bench, INSIDE, &from_host.clone().frame(&[]));
        turn(&mut frame);
        let mut back = translated(&mut bench, OUTSIDE, &frame);
        turn(&mut back);
        assert_eq!(back, from_host.ttl(62).frame(&[]), "{name}");
    }
}

/// Swaps source and destination, which no checksum notices, and turns an echo request into its reply and back.
fn turn(frame: &mut [u8]) {
    frame[26..34].rotate_left(4);
    if frame[23] == 1 {
        let request = frame[34] == 8;
        frame[34] ^= 8;
        let checksum = u16::from_be_bytes([frame[36], frame[37]]);
        let (sum, over) = checksum.overflowing_add(if request { 0x0800 } else { !0x0800 });
        frame[36..38].copy_from_slice(&(sum + u16::from(over)).to_be_bytes());
    } else {
        frame[34..38].rotate_left(2);
    }
}

#[test]
fn bytes_behind_the_packet_stay() {
    let mut frame = udp(HOST, SERVER, b"").frame(&[]);
    let mut expected = udp(OUT, SERVER, b"").ttl(63).frame(&[]);
    frame.extend([0xaa; 18]);
    expected.extend([0xaa; 18]);
    assert_eq!(outwards(&frame), expected);
}

#[test]
fn damage_on_the_way_in_is_seen_at_the_end() {
    let mut frame = tcp(HOST, SERVER, 0x10, DATA).frame(&[]);
    let len = frame.len();
    frame[len - 1] ^= 1;
    let out = match bench().send(INSIDE, &frame) {
        super::Outcome::Left(out) => out,
        other => panic!("{other:?}"),
    };
    assert_eq!(super::support::check::checksums(&out), Err("TCP checksum"));
}

/// The UDP checksum that sums to zero is sent as all ones: zero would say that there is none (RFC 768).
#[test]
fn udp_checksum_that_becomes_zero_is_sent_as_all_ones() {
    let mut seen = 0;
    for filler in 0..=u16::MAX {
        let expected = udp(OUT, SERVER, &filler.to_be_bytes()).ttl(63);
        if expected.payload[6..8] == [0xff, 0xff] {
            let frame = udp(HOST, SERVER, &filler.to_be_bytes()).frame(&[]);
            assert_eq!(outwards(&frame), expected.frame(&[]));
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn hairpin_from_the_inside_to_an_outside_address_is_translated_outwards() {
    let peer = (OUT.0, OUT.1 + 1);
    let out = outwards(&udp(HOST, peer, DATA).frame(&[]));
    assert_eq!(out, udp(OUT, peer, DATA).ttl(63).frame(&[]));
}
