//! NAT44: IPv4 hosts on the inside share outside addresses, with endpoint-independent mapping and filtering (RFC 4787).
//!
//! State, three words per record, and a mapping has two records that the store makes at once (RP-ST-8):
//!
//! | record | key | word 0 | word 1 | word 2 |
//! | --- | --- | --- | --- | --- |
//! | forward | 0 and protocol, inside address, port | outside address | outside port | phase |
//! | reverse | 1 and protocol, outside address, port | inside address | inside port | phase |
//!
//! The first two words never change; the phase is written by TCP's SYN ([`OPEN`]) and FIN or RST ([`CLOSING`]) as that record's
//! direction has seen them. All other packets are reads. [`Mapping`] puts the words together and [`FlowKey`] takes a key apart;
//! [`idle_timeout_s`] says how long the store keeps a mapping that is not used. The identifier of an ICMP echo stands in for
//! the port.
//!
//! What becomes of a packet, in the order in which it is decided (`nat44/classify.rs`):
//!
//! | packet | fate | why |
//! | --- | --- | --- |
//! | not IPv4: ARP, IPv6, … | passed unchanged | the device may be a bump in the wire |
//! | from the outside, not to the outside prefix | passed unchanged | not ours |
//! | to or from 0/8, 127/8, 169.254/16, 224/4, 240/4 | dropped, `NotHandled` | a router does not forward them (RFC 1812 §5.3.7, RFC 3927 §7) |
//! | TTL 0 or 1 | to the CPU, `TtlExpired` | it answers with an ICMP error (RFC 1812 §4.3.3.4) |
//! | neither TCP, UDP nor ICMP: GRE, ESP, SCTP, … | dropped, `NotHandled` | no port to tell flows apart by |
//! | a fragment, the first too | dropped, `Fragment` | see below |
//! | TCP, UDP | translated | |
//! | ICMP echo request from the inside, reply from the outside | translated | RFC 5508 REQ-1 |
//! | ICMP error about a translated packet | translated, outside and in (`nat44/translate.rs`) | RFC 5508 REQ-4, REQ-5 |
//! | other ICMP, redirects too | dropped, `NotHandled` | RFC 5508 REQ-11 lets us |
//!
//! Translated packets lose one hop of TTL; VLAN tags, IP options and payload stay; checksums are mended and not computed anew
//! (RFC 1624), so that damage on the way in is still seen at the end.
//!
//! Limits:
//! - Fragments: only the first has ports, and keeping them for the others would be state outside the protocol. Hosts do path MTU
//!   discovery (they set DF) and the inside's MTU is no larger than the outside's; TCP then never fragments. What is dropped
//!   counts under `Reason::Fragment`; if it moves, lower the MTU or clamp the MSS.
//! - The TCP checksum of a quoted packet is not mended: it is beyond the eight bytes that an ICMP error must quote, and no
//!   host checks it.
//! - Hairpinning (RFC 4787 REQ-9) takes two passes: from the inside to an outside address is translated like any other packet, and
//!   the target's routing must bring the result in again by an outside port.
//! - Payload is not looked at: no FTP or SIP helpers.
//! - An ICMP error from the inside, or an RST, asks for a mapping like any packet from the inside, and counts as use of it
//!   (RFC 5508 REQ-6 would not have it so). From the outside only an existing record is granted, which is the store's part.
//!
//! Program parameters: [`Nat44::params`].

mod classify;
mod end;
mod mapping;
mod translate;

pub use mapping::{CLOSING, Direction, Endpoint, FlowKey, Mapping, OPEN, idle_timeout_s};

use redplane_core::field::{Field, PROGRAM_PARAMS};
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::structure::NoStructure;

const FIN: u32 = 0x01;
const SYN: u32 = 0x02;
const RST: u32 = 0x04;

/// Translates between inside and outside addresses; see [the module](self).
#[derive(Clone, Copy, Debug)]
pub struct Nat44;

impl Nat44 {
    /// The program's parameters for [`redplane_core::switch::Config::program`]: the prefix of the outside addresses, of which
    /// `address` is any one. A `prefix_len` above 32 counts as 32; 0 makes every packet from the outside ours.
    pub const fn params(address: [u8; 4], prefix_len: u8) -> [u32; PROGRAM_PARAMS] {
        let mask = match u32::MAX.checked_shr(prefix_len as u32) {
            Some(host_bits) => !host_bits,
            None => u32::MAX,
        };
        [u32::from_be_bytes(address) & mask, mask, 0, 0]
    }
}

impl Program for Nat44 {
    const SCHEMA: Schema =
        Schema { id: 1, name: "nat", when_silent: WhenSilent::FailClosed, when_stale: WhenStale::KeepGoing };
    type Key = [u32; 3];
    type State = [u32; 3];
    type Structure = NoStructure;

    /// Address, port, phase.
    fn state_bits(word: u8) -> u32 {
        match word {
            0 => 32,
            1 => 16,
            _ => 8,
        }
    }

    #[inline(always)]
    fn key<M: Machine>(m: &mut M) -> M::Bit {
        classify::key(m)
    }

    #[inline(always)]
    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        // Without a TCP header the flags read 0.
        tcp_flags(m, SYN | FIN | RST)
    }

    #[inline(always)]
    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let address = state.read(m, 0);
        let port = state.read(m, 1);
        let closes = tcp_flags(m, FIN | RST);
        let closes = m.signal("closes", closes);
        let open = m.lit(OPEN);
        let closing = m.lit(CLOSING);
        let phase = m.select(closes, closing, open);
        let zero = m.lit(0);
        state.update::<SetPhase>(m, 2, phase, zero);
        translate::translate(m, address, port);
        m.forward();
    }
}

/// Whether any of these TCP flags is set.
#[inline(always)]
fn tcp_flags<M: Machine>(m: &mut M, any: u32) -> M::Bit {
    let flags = m.get(Field::TcpFlags);
    let any = m.lit(any);
    let set = m.and(flags, any);
    let none = m.is(set, 0);
    m.not(none)
}

/// Puts `a`.
struct SetPhase;

impl Update for SetPhase {
    const NAME: &'static str = "set_phase";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(_alu: &mut A, _word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
        a
    }
}
