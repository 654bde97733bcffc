//! Which packets are translated, by which record, and what becomes of the others: the table in [the module](super), top down.
//!
//! Nothing is edited here: a packet that has to ask for a lease travels to the store as it came.

use redplane_core::count::{Event, Reason};
use redplane_core::dataplane::has_any;
use redplane_core::field::{Field, Header, Param};
use redplane_core::machine::Machine;

use super::end;
use crate::{ICMP, TCP, UDP};

const ECHO_REPLY: u32 = 0;
const REDIRECT: u32 = 5;
const ECHO_REQUEST: u32 = 8;

/// More fragments, and the fragment offset.
const FRAGMENT_MASK: u32 = 0x3fff;

/// Sets the key of a packet that is translated; decides the fate of any other. Each step asks one row of the table of what the
/// rows above it have let through, so that a packet meets no more questions than it must.
#[inline(always)]
pub(super) fn key<M: Machine>(m: &mut M) -> M::Bit {
    let inside = end::from_inside(m);
    let outside = m.not(inside);
    let is_ipv4 = m.has(Header::Ipv4);
    let to_us = m.when(outside, |m| is_to_outside_prefix(m));
    let to_us = m.signal("is_to_outside_prefix", to_us);
    let concerned = m.either(inside, to_us);
    let ours = m.both(is_ipv4, concerned);
    let ours = m.signal("is_concerned", ours);
    let other = m.not(ours);
    m.when(other, |m| {
        m.count(Event::Passed);
        m.forward();
    });
    m.when(ours, |m| of_forwarded_addresses(m, inside))
}

#[inline(always)]
fn is_to_outside_prefix<M: Machine>(m: &mut M) -> M::Bit {
    let destination = m.get(Field::Ipv4Dst);
    let network = m.param(Param::Program(0));
    let mask = m.param(Param::Program(1));
    let masked = m.and(destination, mask);
    m.eq(masked, network)
}

#[inline(always)]
fn of_forwarded_addresses<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let source = m.get(Field::Ipv4Src);
    let destination = m.get(Field::Ipv4Dst);
    let stays = never_forwarded(m, source);
    let stays_too = never_forwarded(m, destination);
    let stays = m.either(stays, stays_too);
    let stays = m.signal("never_forwarded", stays);
    m.when(stays, |m| m.drop(Reason::NotHandled));
    let goes = m.not(stays);
    m.when(goes, |m| alive(m, inside))
}

#[inline(always)]
fn alive<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let ttl = m.get(Field::Ipv4Ttl);
    let ttl_upper = m.shr(ttl, 1);
    let at_end = m.is(ttl_upper, 0); // TTL 0 or 1
    let at_end = m.signal("at_end_of_life", at_end);
    m.when(at_end, |m| m.punt(Reason::TtlExpired));
    let alive = m.not(at_end);
    m.when(alive, |m| of_known_protocol(m, inside))
}

#[inline(always)]
fn of_known_protocol<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let known = has_known_protocol(m);
    let known = m.signal("has_known_protocol", known);
    let unknown = m.not(known);
    m.when(unknown, |m| m.drop(Reason::NotHandled));
    m.when(known, |m| whole(m, inside))
}

#[inline(always)]
fn whole<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let fragment = m.get(Field::Ipv4Fragment);
    let mask = m.lit(FRAGMENT_MASK);
    let fragment = m.and(fragment, mask);
    let whole = m.is(fragment, 0);
    let whole = m.signal("is_whole", whole);
    let cut = m.not(whole);
    m.when(cut, |m| m.drop(Reason::Fragment));
    m.when(whole, |m| translated(m, inside))
}

#[inline(always)]
fn translated<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let has_ports = has_any(m, [Header::Tcp, Header::Udp]);
    let has_ports = m.signal("has_ports", has_ports);
    m.when(has_ports, |m| {
        let protocol = m.get(Field::Ipv4Protocol);
        let port = end::get(m, inside, end::PORT);
        set_key(m, inside, protocol, end::ADDRESS, port);
    });
    let is_icmp = m.has(Header::Icmp);
    let icmp = m.when(is_icmp, |m| translated_icmp(m, inside));
    let icmp = m.signal("is_translated_icmp", icmp);
    let translated = m.either(has_ports, icmp);
    let translated = m.signal("is_translated", translated);
    let other = m.not(translated);
    m.when(other, |m| m.drop(Reason::NotHandled));
    translated
}

/// The key is set by what headers there are, whether or not the packet is then translated: fewer questions before the lookup.
#[inline(always)]
fn translated_icmp<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let quotes = m.has(Header::InnerL4);
    let alone = m.not(quotes);
    m.when(alone, |m| {
        let protocol = m.get(Field::Ipv4Protocol);
        let id = m.get(Field::IcmpId);
        set_key(m, inside, protocol, end::ADDRESS, id);
    });
    m.when(quotes, |m| {
        let protocol = m.get(Field::InnerProtocol);
        let port = end::get(m, inside, end::INNER_PORT);
        let id = m.get(Field::InnerIcmpId);
        let is_icmp = inner_is_icmp(m);
        let port = m.select(is_icmp, id, port);
        set_key(m, inside, protocol, end::INNER_ADDRESS, port);
    });
    let echo = is_translated_echo(m, inside);
    let echo = m.signal("is_translated_echo", echo);
    let error = is_translated_error(m, inside);
    let error = m.signal("is_translated_error", error);
    m.either(echo, error)
}

/// Whether the address is one that a router forwards neither from nor to.
#[inline(always)]
fn never_forwarded<M: Machine>(m: &mut M, address: M::Word) -> M::Bit {
    let upper_3 = m.shr(address, 29);
    let upper_8 = m.shr(address, 24);
    let upper_16 = m.shr(address, 16);
    let multicast_or_reserved = m.is(upper_3, 0b111); // 224/4, and 240/4 with the limited broadcast
    let this_network = m.is(upper_8, 0);
    let loopback = m.is(upper_8, 127);
    let link_local = m.is(upper_16, 0xa9fe); // 169.254/16
    let either = m.either(multicast_or_reserved, this_network);
    let either = m.either(either, loopback);
    let never = m.either(either, link_local);
    m.signal("is_local", never)
}

#[inline(always)]
fn has_known_protocol<M: Machine>(m: &mut M) -> M::Bit {
    let protocol = m.get(Field::Ipv4Protocol);
    let tcp = m.is(protocol, TCP as u32);
    let udp = m.is(protocol, UDP as u32);
    let icmp = m.is(protocol, ICMP as u32);
    let either = m.either(tcp, udp);
    m.either(either, icmp)
}

/// Requests go out and replies come in. The other directions would need a server on the inside, which an identifier that the
/// NAT chose cannot address.
#[inline(always)]
fn is_translated_echo<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let kind = m.get(Field::IcmpType);
    let request = m.lit(ECHO_REQUEST);
    let reply = m.lit(ECHO_REPLY);
    let expected = m.select(inside, request, reply);
    m.eq(kind, expected)
}

/// An error about a packet that was translated. It goes to the quoted packet's source, or it is forged; a redirect is about the
/// link that it is sent on; and a quoted echo went the other way than the error.
#[inline(always)]
fn is_translated_error<M: Machine>(m: &mut M, inside: M::Bit) -> M::Bit {
    let quotes = m.has(Header::InnerL4);
    let destination = m.get(Field::Ipv4Dst);
    let sender = m.get(Field::InnerSrc);
    let to_sender = m.eq(destination, sender);
    let kind = m.get(Field::IcmpType);
    let redirect = m.is(kind, REDIRECT);

    let is_icmp = inner_is_icmp(m);
    let inner_kind = m.get(Field::InnerIcmpType);
    let request = m.lit(ECHO_REQUEST);
    let reply = m.lit(ECHO_REPLY);
    let expected = m.select(inside, reply, request);
    let fits = m.eq(inner_kind, expected);
    let wrong_way = m.and_not(is_icmp, fits);

    let error = m.both(quotes, to_sender);
    let error = m.and_not(error, redirect);
    m.and_not(error, wrong_way)
}

/// Whether the quoted packet is ICMP.
#[inline(always)]
pub(super) fn inner_is_icmp<M: Machine>(m: &mut M) -> M::Bit {
    let protocol = m.get(Field::InnerProtocol);
    let is_icmp = m.is(protocol, ICMP as u32);
    m.signal("inner_is_icmp", is_icmp)
}

/// The key of the record that translates the packet, laid out as [`super::FlowKey`].
#[inline(always)]
fn set_key<M: Machine>(m: &mut M, inside: M::Bit, protocol: M::Word, address: end::Ends, port: M::Word) {
    let outside = m.not(inside);
    let direction = m.word(outside);
    let direction = m.shl(direction, 8);
    let first = m.or(direction, protocol);
    m.set(Field::Key(0), first);
    let address = end::get(m, inside, address);
    m.set(Field::Key(1), address);
    m.set(Field::Key(2), port);
}
