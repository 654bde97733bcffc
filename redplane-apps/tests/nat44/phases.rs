//! The phase: SYN, FIN and RST write it, with the packet's own record; everything else only reads.

use super::support::bench::{Bench, INSIDE, OUTSIDE};
use super::support::frame::{TCP, UDP, echo, tcp, udp};
use super::{HOST, OUT, SERVER, bench, mapping, translated};
use redplane_apps::Nat44;
use redplane_apps::nat44::{CLOSING, OPEN};
use redplane_core::wire::Kind;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// The phases that were written, and nothing else was: address and port stand beside each.
fn phases(bench: &mut Bench<Nat44>) -> Vec<u32> {
    let (out, home) = (mapping(TCP).forward_state(), mapping(TCP).reverse_state());
    let writes = bench.sent.drain(..).filter(|sent| sent.kind == Kind::Write);
    writes
        .map(|sent| {
            let record = if sent.key == mapping(TCP).forward_key() { out } else { home };
            assert_eq!(sent.state[..2], record[..2]);
            sent.state[2]
        })
        .collect()
}

#[test]
fn syn_fin_and_rst_write_the_phase_of_their_direction() {
    for (flags, phase) in [
        (SYN, OPEN),
        (SYN | ACK, OPEN),
        (FIN | ACK, CLOSING),
        (FIN, CLOSING),
        (RST, CLOSING),
        (RST | ACK, CLOSING),
        (SYN | FIN, CLOSING),
    ] {
        let mut bench = bench();
        translated(&mut bench, INSIDE, &tcp(HOST, SERVER, flags, b"").frame(&[]));
        assert_eq!(bench.sent.last().unwrap().key, mapping(TCP).forward_key());
        assert_eq!(phases(&mut bench), [phase], "{flags:#x} outwards");
        translated(&mut bench, OUTSIDE, &tcp(SERVER, OUT, flags, b"").frame(&[]));
        assert_eq!(bench.sent.last().unwrap().key, mapping(TCP).reverse_key());
        assert_eq!(phases(&mut bench), [phase], "{flags:#x} inwards");
    }
}

#[test]
fn other_packets_only_read() {
    let mut bench = bench();
    for flags in [0, ACK, PSH | ACK, 0x20 | ACK, 0x40, 0x80] {
        translated(&mut bench, INSIDE, &tcp(HOST, SERVER, flags, b"data").frame(&[]));
    }
    // Where TCP has its flags, these have 7s.
    translated(&mut bench, INSIDE, &udp(HOST, SERVER, &[7; 16]).frame(&[]));
    translated(&mut bench, INSIDE, &echo(8, HOST.0, SERVER.0, HOST.1, &[7; 16]).frame(&[]));
    let kinds: Vec<Kind> = bench.sent.iter().map(|sent| sent.kind).collect();
    assert_eq!(kinds, [Kind::LeaseRequest; 3]);
    assert_eq!(bench.sent[1].key, mapping(UDP).forward_key());
}

#[test]
fn connection_opens_closes_and_opens_again() {
    let mut bench = bench();
    for flags in [SYN, ACK, FIN | ACK, ACK, SYN] {
        translated(&mut bench, INSIDE, &tcp(HOST, SERVER, flags, b"").frame(&[]));
    }
    assert_eq!(phases(&mut bench), [OPEN, CLOSING, OPEN]);
}

/// The phase that a grant brings from an earlier owner is kept by reads: it is state, not a constant.
#[test]
fn read_of_a_migrated_record_changes_nothing() {
    let mut bench = bench();
    let [address, port, _] = mapping(TCP).forward_state();
    bench.records.insert(mapping(TCP).forward_key(), [address, port, CLOSING]);
    let out = translated(&mut bench, INSIDE, &tcp(HOST, SERVER, ACK, b"").frame(&[]));
    assert_eq!(out, tcp(OUT, SERVER, ACK, b"").ttl(63).frame(&[]));
    assert_eq!(phases(&mut bench), []);
}
