//! Random packets: nothing panics, and what was right stays right.

use super::support::bench::{INSIDE, OUTSIDE, Outcome};
use super::support::check::checksums;
use super::support::frame::{Ip, echo, error, tcp, udp, udp_unsummed};
use super::support::random::Random;
use super::{FAR_ROUTER, HOST, NEAR_ROUTER, OUT, SERVER, bench};

/// A packet of a known mapping, all else drawn.
fn draw(random: &mut Random) -> (u16, Ip) {
    let len = random.below(64);
    let data = random.bytes(len);
    let peer = (SERVER.0 + random.below(9) as u32, random.word() as u16);
    let flags = random.word() as u8;
    let inside = random.below(2) == 0;
    let (from, to) = if inside { (HOST, peer) } else { (peer, OUT) };
    // What went the other way, for errors about it.
    let (back, router) = if inside { ((peer, HOST), NEAR_ROUTER) } else { ((OUT, peer), FAR_ROUTER) };
    let (request, reply) = if inside { (8, 0) } else { (0, 8) };
    let own_id = if inside { HOST.1 } else { OUT.1 };
    let ip = match random.below(8) {
        0 => tcp(from, to, flags, &data),
        1 => udp(from, to, &data),
        2 => udp_unsummed(from, to, &data),
        3 => echo(request, from.0, to.0, own_id, &data),
        kind => {
            let quoted = match random.below(4) {
                0 => tcp(back.0, back.1, flags, &data),
                1 => udp(back.0, back.1, &data),
                2 => udp_unsummed(back.0, back.1, &data),
                _ => echo(reply, back.0.0, back.1.0, own_id, &data),
            };
            error([3, 4, 11, 12][kind - 4], router, peer_of(inside, peer.0), &quoted.bytes())
        }
    };
    let options = random.below(11) * 4;
    let options = random.bytes(options);
    let ttl = 2 + random.below(254) as u8;
    (if inside { INSIDE } else { OUTSIDE }, ip.options(&options).ttl(ttl))
}

fn peer_of(inside: bool, peer: u32) -> u32 {
    if inside { peer } else { OUT.0 }
}

#[test]
fn random_packet_of_a_mapping_leaves_with_right_checksums() {
    let seed = 0x5eed;
    let mut random = Random::new(seed);
    let mut bench = bench();
    for round in 0..20_000 {
        let (port, ip) = draw(&mut random);
        let frame = ip.frame(&[]);
        checksums(&frame).unwrap();
        match bench.send(port, &frame) {
            Outcome::Left(out) => {
                assert_eq!(checksums(&out), Ok(()), "seed {seed:#x}, round {round}: {ip:x?}");
                assert_ne!(out, frame, "seed {seed:#x}, round {round}: {ip:x?}");
            }
            other => panic!("seed {seed:#x}, round {round}: {other:?} of {ip:x?}"),
        }
    }
}

/// Damaged headers, cut frames and noise. The store knows every key, so that each goes as far as it can.
#[test]
fn random_bytes_never_panic() {
    let seed = 0xbad;
    let mut random = Random::new(seed);
    let mut bench = bench();
    bench.default_record = Some([OUT.0, 5, 0]);
    let (mut left, mut ended) = (0, 0);
    for _ in 0..100_000 {
        let (port, ip) = draw(&mut random);
        let mut frame = ip.frame(&[]);
        for _ in 0..random.below(4) {
            let at = random.below(frame.len());
            frame[at] = random.pick(&[0, 1, 0x0f, 0x40, 0x45, 0x4f, 0x81, 0xff, 6, 17, 8, 3, 11]);
        }
        if random.below(4) == 0 {
            frame.truncate(random.below(frame.len() + 1));
        }
        match bench.send(port, &frame) {
            Outcome::Left(out) => {
                assert_eq!(out.len(), frame.len());
                left += 1;
            }
            Outcome::Dropped(_) | Outcome::Punted(..) => ended += 1,
        }
    }
    assert!(left > 1000 && ended > 1000, "{left} left, {ended} did not");
}
