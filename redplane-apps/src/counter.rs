//! A counter per flow: the smallest program, and the one that writes with every packet.
//!
//! State: one word per IPv4 5-tuple of TCP or UDP, the number of packets so far, wrapping. Each packet counts itself, so it
//! leaves unchanged only when the store has its number (RP-SW-5): what a receiver has seen is never uncounted.
//!
//! | key word | value |
//! | --- | --- |
//! | 0 | protocol |
//! | 1, 2 | source, destination address |
//! | 3 | source port in the upper, destination port in the lower half |
//!
//! What has no ports is passed on unchanged and counted as [`Event::Passed`]: other protocols, and fragments after the first.

use redplane_core::count::Event;
use redplane_core::dataplane::has_any;
use redplane_core::field::{Field, Header};
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::structure::NoStructure;

/// Counts the packets of each flow.
#[derive(Clone, Copy, Debug)]
pub struct Counter;

impl Program for Counter {
    const SCHEMA: Schema = Schema {
        id: 2,
        name: "counter",
        when_silent: WhenSilent::FailClosed,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 4];
    type State = [u32; 1];
    type Structure = NoStructure;

    #[inline(always)]
    fn key<M: Machine>(m: &mut M) -> M::Bit {
        let has_ports = has_any(m, [Header::Tcp, Header::Udp]);
        let has_ports = m.signal("has_ports", has_ports);
        let other = m.not(has_ports);
        m.when(other, |m| {
            m.count(Event::Passed);
            m.forward();
        });
        m.when(has_ports, |m| {
            let protocol = m.get(Field::Ipv4Protocol);
            let source = m.get(Field::Ipv4Src);
            let destination = m.get(Field::Ipv4Dst);
            let source_port = m.get(Field::L4Src);
            let destination_port = m.get(Field::L4Dst);
            let source_port = m.shl(source_port, 16);
            let ports = m.or(source_port, destination_port);
            m.set(Field::Key(0), protocol);
            m.set(Field::Key(1), source);
            m.set(Field::Key(2), destination);
            m.set(Field::Key(3), ports);
        });
        has_ports
    }

    #[inline(always)]
    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(true)
    }

    #[inline(always)]
    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let one = m.lit(1);
        let zero = m.lit(0);
        state.update::<CountUp>(m, 0, one, zero);
        m.forward();
    }
}

/// Adds `a`.
struct CountUp;

impl Update for CountUp {
    const NAME: &'static str = "count_up";

    #[inline(always)]
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
        alu.add(word, a)
    }
}
