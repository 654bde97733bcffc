//! What is not translated: passed, dropped or sent to the CPU, and counted, without asking the store.

use super::support::bench::{INSIDE, OUTSIDE, Outcome};
use super::support::frame::{Ip, echo, error, ethernet, tcp, udp};
use super::{FAR_ROUTER, HOST, OUT, SERVER, bench, inwards, outwards};
use redplane_apps::Nat44;
use redplane_core::count::{Event, Reason};

#[track_caller]
fn assert_passed(port: u16, frame: &[u8]) {
    let mut bench = bench();
    assert_eq!(bench.send(port, frame), Outcome::Left(frame.to_vec()));
    assert_eq!(bench.event(Event::Passed), 1);
    assert_eq!(bench.sent, []);
}

#[track_caller]
fn assert_dropped(port: u16, ip: &Ip, reason: Reason) {
    let mut bench = bench();
    assert_eq!(bench.send(port, &ip.frame(&[])), Outcome::Dropped(reason), "{ip:x?}");
    assert_eq!(bench.reason(reason), 1);
    assert_eq!(bench.sent, []);
}

#[test]
fn packet_that_is_not_ipv4_passes_from_both_sides() {
    let arp = ethernet(0x0806, &[], &[0; 28]);
    let ipv6 = ethernet(0x86dd, &[[0x81, 0, 0, 4]], &[0x60; 60]);
    for port in [INSIDE, OUTSIDE] {
        assert_passed(port, &arp);
        assert_passed(port, &ipv6);
    }
}

#[test]
fn packet_from_the_outside_to_another_prefix_passes_unaged() {
    let elsewhere = (0xcb00_7201, OUT.1);
    assert_passed(OUTSIDE, &udp(SERVER, elsewhere, b"x").frame(&[]));
    assert_passed(OUTSIDE, &udp(SERVER, elsewhere, b"x").ttl(1).frame(&[]));
    assert_passed(OUTSIDE, &udp(SERVER, elsewhere, b"x").fragment(0x2000).frame(&[]));
    assert_passed(OUTSIDE, &Ip::new(89, SERVER.0, 0xe000_0005, vec![0; 24]).ttl(1).frame(&[]));
    assert_passed(OUTSIDE, &udp(SERVER, HOST, b"x").frame(&[]));
}

#[test]
fn packet_with_ttl_1_or_0_goes_to_the_cpu_as_it_is() {
    for ttl in [0, 1] {
        let cases = [
            (INSIDE, tcp(HOST, SERVER, 2, b"")),
            (OUTSIDE, tcp(SERVER, OUT, 0x12, b"")),
            (INSIDE, udp(HOST, SERVER, b"").fragment(0x2000)),
            (INSIDE, Ip::new(47, HOST.0, SERVER.0, vec![])),
            (OUTSIDE, error(11, FAR_ROUTER, OUT.0, &udp(OUT, SERVER, b"").bytes())),
        ];
        for (port, ip) in cases {
            let frame = ip.ttl(ttl).frame(&[]);
            let mut bench = bench();
            assert_eq!(bench.send(port, &frame), Outcome::Punted(frame.clone(), Reason::TtlExpired));
            assert_eq!(bench.reason(Reason::TtlExpired), 1);
            assert_eq!(bench.sent, []);
        }
    }
}

#[test]
fn packet_with_ttl_2_leaves_with_1() {
    assert_eq!(
        outwards(&udp(HOST, SERVER, b"x").ttl(2).frame(&[])),
        udp(OUT, SERVER, b"x").ttl(1).frame(&[])
    );
    assert_eq!(inwards(&udp(SERVER, OUT, b"x").ttl(2).frame(&[])), udp(SERVER, HOST, b"x").ttl(1).frame(&[]));
    let last = udp(HOST, SERVER, b"x").ttl(255).frame(&[]);
    assert_eq!(outwards(&last), udp(OUT, SERVER, b"x").ttl(254).frame(&[]));
}

#[test]
fn fragment_is_dropped_the_first_one_too() {
    for fragment in [0x2000, 0x2004, 0x0004, 0x6000] {
        assert_dropped(INSIDE, &udp(HOST, SERVER, &[0; 32]).fragment(fragment), Reason::Fragment);
        assert_dropped(OUTSIDE, &tcp(SERVER, OUT, 0x10, &[0; 32]).fragment(fragment), Reason::Fragment);
        assert_dropped(INSIDE, &echo(8, HOST.0, SERVER.0, HOST.1, b"").fragment(fragment), Reason::Fragment);
    }
}

#[test]
fn flags_that_make_no_fragment_are_kept() {
    for flags in [0x0000, 0x4000, 0x8000] {
        let out = outwards(&udp(HOST, SERVER, b"").fragment(flags).frame(&[]));
        assert_eq!(out, udp(OUT, SERVER, b"").fragment(flags).ttl(63).frame(&[]));
    }
}

/// Multicast, limited broadcast, reserved, link-local, loopback, this network.
const NEVER_FORWARDED: [u32; 7] =
    [0xe000_0001, 0xefff_fffa, 0xffff_ffff, 0xf000_0001, 0xa9fe_0001, 0x7f00_0001, 0x0000_0000];

#[test]
fn packet_to_or_from_an_address_that_is_never_forwarded_is_dropped() {
    for address in NEVER_FORWARDED {
        assert_dropped(INSIDE, &udp(HOST, (address, 1900), b""), Reason::NotHandled);
        assert_dropped(INSIDE, &udp((address, 68), SERVER, b""), Reason::NotHandled);
        assert_dropped(OUTSIDE, &udp((address, 53), OUT, b""), Reason::NotHandled);
    }
    // Nor does a TTL of 1, as multicast often has, bring it to the CPU.
    assert_dropped(INSIDE, &udp(HOST, (0xe000_0001, 1900), b"").ttl(1), Reason::NotHandled);
    // The neighbours of those ranges are ordinary.
    for address in [0xdfff_ffff, 0xa9fd_ffff, 0xa9ff_0000, 0x7eff_ffff, 0x8000_0000, 0x0100_0000] {
        outwards(&udp(HOST, (address, 53), b"").frame(&[]));
    }
}

#[test]
fn other_protocols_are_dropped() {
    // IGMP, IPIP, GRE, ESP, OSPF, SCTP.
    for protocol in [2, 4, 47, 50, 89, 132] {
        assert_dropped(INSIDE, &Ip::new(protocol, HOST.0, SERVER.0, vec![0; 24]), Reason::NotHandled);
        assert_dropped(OUTSIDE, &Ip::new(protocol, SERVER.0, OUT.0, vec![0; 24]), Reason::NotHandled);
    }
}

#[test]
fn icmp_queries_that_are_not_an_inside_hosts_echo_are_dropped() {
    assert_dropped(INSIDE, &echo(0, HOST.0, SERVER.0, HOST.1, b""), Reason::NotHandled);
    assert_dropped(OUTSIDE, &echo(8, SERVER.0, OUT.0, OUT.1, b""), Reason::NotHandled);
    // Timestamp, router solicitation.
    for kind in [10, 13] {
        assert_dropped(INSIDE, &echo(kind, HOST.0, SERVER.0, HOST.1, b""), Reason::NotHandled);
        assert_dropped(OUTSIDE, &echo(kind, SERVER.0, OUT.0, OUT.1, b""), Reason::NotHandled);
    }
}

#[test]
fn params_are_network_and_mask() {
    assert_eq!(Nat44::params([203, 0, 113, 77], 24), [0xcb00_7100, 0xffff_ff00, 0, 0]);
    assert_eq!(Nat44::params([203, 0, 113, 77], 32), [0xcb00_714d, 0xffff_ffff, 0, 0]);
    assert_eq!(Nat44::params([203, 0, 113, 77], 99), [0xcb00_714d, 0xffff_ffff, 0, 0]);
    assert_eq!(Nat44::params([203, 0, 113, 77], 0), [0; 4]);
}
