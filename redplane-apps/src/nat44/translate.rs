//! The edits of a translated packet: its own end gets the mapping's other address and port, and checksums follow.
//!
//! An ICMP error has the quoted packet's end translated as well, so that the host it reaches knows its own packet in it. The
//! quoted bytes are all covered by the error's ICMP checksum, and some by a checksum that is quoted with them. Where that one is
//! mended, the two changes sum to zero, so the ICMP checksum wants only what is left over. This saves reading a checksum that
//! was just mended, which a switch that mends in its deparser could not do:
//!
//! | quoted | changes | left over for the ICMP checksum |
//! | --- | --- | --- |
//! | IPv4 | address, header checksum | nothing |
//! | TCP; UDP without a checksum | port | port |
//! | UDP with a checksum | port, and a checksum over port and address | the address, taken back |
//! | echo | identifier, ICMP checksum | nothing |

use redplane_core::dataplane::has_any;
use redplane_core::field::{Checksum, Field, Header};
use redplane_core::machine::Machine;

use super::{classify, end};
use crate::UDP;

/// One hop, as a part of the 16-bit word of TTL and protocol.
const ONE_HOP: u32 = 0x0100;

/// Translates the packet's own end to `address` and `port`, and takes one hop off its TTL.
#[inline(always)]
pub(super) fn translate<M: Machine>(m: &mut M, address: M::Word, port: M::Word) {
    let inside = end::from_inside(m);
    take_hop(m);

    let old = end::get(m, inside, end::ADDRESS);
    end::set(m, inside, end::ADDRESS, address);
    m.mend(Checksum::Ipv4, old, address);

    let has_ports = has_any(m, [Header::Tcp, Header::Udp]);
    let has_ports = m.signal("has_ports", has_ports);
    m.when(has_ports, |m| {
        let old_port = end::get(m, inside, end::PORT);
        end::set(m, inside, end::PORT, port);
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| {
            m.mend(Checksum::Tcp, old, address);
            m.mend(Checksum::Tcp, old_port, port);
        });
        let udp = m.has(Header::Udp);
        m.when(udp, |m| {
            m.mend(Checksum::Udp, old, address);
            m.mend(Checksum::Udp, old_port, port);
        });
    });

    let icmp = m.has(Header::Icmp);
    m.when(icmp, |m| {
        let error = m.has(Header::InnerL4);
        let echo = m.not(error);
        m.when(echo, |m| {
            let old = m.get(Field::IcmpId);
            m.set(Field::IcmpId, port);
            m.mend(Checksum::Icmp, old, port);
        });
        m.when(error, |m| translate_quoted(m, inside, address, port));
    });
}

#[inline(always)]
fn take_hop<M: Machine>(m: &mut M) {
    let old = m.get(Field::Ipv4TtlProtocol);
    let hop = m.lit(ONE_HOP);
    let new = m.sub(old, hop);
    m.set(Field::Ipv4TtlProtocol, new);
    m.mend(Checksum::Ipv4, old, new);
}

/// The packet that an ICMP error quotes.
#[inline(always)]
fn translate_quoted<M: Machine>(m: &mut M, inside: M::Bit, address: M::Word, port: M::Word) {
    let old = end::get(m, inside, end::INNER_ADDRESS);
    end::set(m, inside, end::INNER_ADDRESS, address);
    m.mend(Checksum::InnerIpv4, old, address);

    let echo = classify::inner_is_icmp(m);
    m.when(echo, |m| {
        let old = m.get(Field::InnerIcmpId);
        m.set(Field::InnerIcmpId, port);
        m.mend(Checksum::InnerIcmp, old, port);
    });

    let has_ports = m.not(echo);
    let has_ports = m.signal("inner_has_ports", has_ports);
    let old_port = end::get(m, inside, end::INNER_PORT);
    m.when(has_ports, |m| end::set(m, inside, end::INNER_PORT, port));

    let protocol = m.get(Field::InnerProtocol);
    let udp = m.is(protocol, UDP as u32);
    let checksum = m.get(Field::InnerUdpChecksum);
    let absent = m.is(checksum, 0);
    let summed = m.and_not(udp, absent);
    let summed = m.signal("inner_has_checksum", summed);
    m.when(summed, |m| {
        m.mend(Checksum::InnerUdp, old, address);
        m.mend(Checksum::InnerUdp, old_port, port);
        m.mend(Checksum::Icmp, address, old);
    });
    let unsummed = m.and_not(has_ports, summed);
    let unsummed = m.signal("inner_has_no_checksum", unsummed);
    m.when(unsummed, |m| m.mend(Checksum::Icmp, old_port, port));
}
