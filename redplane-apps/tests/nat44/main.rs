//! NAT44 against a real switch: what it translates, what it refuses, and that every checksum is right afterwards.

#[path = "../support/mod.rs"]
mod support;

mod errors;
mod phases;
mod policy;
mod random;
mod translation;

use redplane_apps::Nat44;
use redplane_apps::nat44::{Endpoint, Mapping};
use support::bench::{Bench, INSIDE, OUTSIDE, Outcome};
use support::check::assert_right;
use support::frame::{ICMP, TCP, UDP};

const HOST: (u32, u16) = (0x0a00_0102, 40001);
const OUT: (u32, u16) = (0xcb00_7109, 61234);
const SERVER: (u32, u16) = (0xc633_6407, 443);
/// A router beyond the NAT, and one before it.
const FAR_ROUTER: u32 = 0xc633_6401;
const NEAR_ROUTER: u32 = 0x0a00_0001;

fn mapping(protocol: u8) -> Mapping {
    Mapping {
        protocol,
        inside: Endpoint { address: HOST.0, port: HOST.1 },
        outside: Endpoint { address: OUT.0, port: OUT.1 },
    }
}

/// A NAT of 203.0.113.0/24 whose store has one mapping for each protocol.
fn bench() -> Bench<Nat44> {
    let mut bench = Bench::new(Nat44::params([203, 0, 113, 77], 24));
    for protocol in [ICMP, TCP, UDP] {
        let mapping = mapping(protocol);
        bench.records.insert(mapping.forward_key(), mapping.forward_state());
        bench.records.insert(mapping.reverse_key(), mapping.reverse_state());
    }
    bench
}

/// What a frame becomes; it must leave, with right checksums.
fn translated(bench: &mut Bench<Nat44>, port: u16, frame: &[u8]) -> Vec<u8> {
    assert_right(frame);
    match bench.send(port, frame) {
        Outcome::Left(out) => {
            assert_right(&out);
            out
        }
        other => panic!("{other:?}"),
    }
}

fn outwards(frame: &[u8]) -> Vec<u8> {
    translated(&mut bench(), INSIDE, frame)
}

fn inwards(frame: &[u8]) -> Vec<u8> {
    translated(&mut bench(), OUTSIDE, frame)
}
