//! Heavy hitters per VLAN: counts the packets of each flow in a sketch, and reports a flow that has many (paper §6, application 5).
//!
//! Every packet counts, so replicating each count before its packet leaves would cost a message a packet. The counts are bounded
//! inconsistent instead: the sketch is replicated by snapshots, and packets never wait for the store. After a failure the counts
//! are those of the last complete snapshot, and what came after it is lost.
//!
//! The partition is the VLAN: key word 0 is the identifier of the outermost tag, 0 without one. A flow is what has the same
//! source, destination, ports and protocol of IPv4; see [`Flow`]. Its packets are counted in a [`CountMin`] of three rows of 64
//! words, whose document says how far an estimate can be off.
//!
//! A flow is heavy when its estimate reaches the threshold, [`HeavyHitter::params`]. It is then reported, once in a window: a
//! report marks the flow's three words, and no flow is reported whose words are all marked. A window is the switch's
//! ([`redplane_core::switch::Snapshots::window`]); at its end all counts and marks are zero. Two things follow:
//!
//! - A flow may be reported that is not heavy, as an estimate may be too high. A flow may go without a report whose words all belong
//!   to heavy flows that were reported before it.
//! - Marks are not replicated: after a failure the next owner reports a heavy flow again.
//!
//! | word of [`Report::Found`] | value |
//! | --- | --- |
//! | 0 | VLAN identifier |
//! | 1, 2 | source, destination address |
//! | 3 | source port in the upper, destination port in the lower half |
//! | 4 | protocol |
//! | 5 | estimate: packets in this window |
//! | 6, 7 | 0 |
//!
//! What is not IPv4 is passed on unchanged and counted as [`Event::Passed`]. Every packet leaves as it came.

use redplane_core::count::Event;
use redplane_core::field::{Field, Header, PROGRAM_PARAMS, Param};
use redplane_core::machine::{Machine, Report};
use redplane_core::program::{Program, Schema, StateArrays, WhenSilent, WhenStale};
use redplane_core::structure::Rows;

use crate::sketch::CountMin;

/// Rows of the sketch.
const ROWS: usize = 3;
/// Words of a row.
const SLOTS: usize = 64;

type Sketch = CountMin<ROWS, SLOTS>;

/// What a flow is told apart by: source address, destination address, ports (source in the upper half), protocol. What has no ports
/// has 0 there: other protocols than TCP and UDP, and fragments after the first.
pub type Flow = [u32; 4];

/// Finds heavy hitters; see [the module](self).
#[derive(Clone, Copy, Debug)]
pub struct HeavyHitter;

impl HeavyHitter {
    /// The program's parameters for [`redplane_core::switch::Config::program`]: a flow is heavy from `threshold` packets in a window
    /// on, of which there may be 2^31 at most; 0: none is.
    pub const fn params(threshold: u32) -> [u32; PROGRAM_PARAMS] {
        [threshold, 0, 0, 0]
    }

    /// The slot of each row in which a flow is counted.
    pub fn slots(flow: &Flow) -> [usize; ROWS] {
        Sketch::slots(flow)
    }

    /// How many packets of a flow a structure has counted: as many as there were, or more ([`CountMin`]).
    ///
    /// `words` is a structure slot by slot, as a switch's `structure` and the store's snapshots give it: the word of row `r` of slot
    /// `i` is at `3 i + r`. What is missing counts as 0.
    pub fn estimate(words: &[u32], flow: &Flow) -> u32 {
        Sketch::estimate(words, flow)
    }
}

impl Program for HeavyHitter {
    const SCHEMA: Schema = Schema {
        id: 3,
        name: "heavy-hitter",
        when_silent: WhenSilent::BoundedOpen,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = Rows<ROWS, SLOTS>;

    #[inline(always)]
    fn key<M: Machine>(m: &mut M) -> M::Bit {
        vlan_of_ipv4(m)
    }

    #[inline(always)]
    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(false)
    }

    #[inline(always)]
    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let source = m.get(Field::Ipv4Src);
        let destination = m.get(Field::Ipv4Dst);
        let source_port = m.get(Field::L4Src);
        let source_port = m.shl(source_port, 16);
        let destination_port = m.get(Field::L4Dst);
        let ports = m.or(source_port, destination_port);
        let protocol = m.get(Field::Ipv4Protocol);
        let flow = [source, destination, ports, protocol];

        let structure = state.structure::<Self>(m);
        let one = m.lit(1);
        let (touched, estimate) = Sketch::add(m, &structure, flow, one);

        // At least the threshold is more than the threshold less one; 0 is no threshold.
        let threshold = m.param(Param::Program(0));
        let below = m.sub(threshold, one);
        let reaches = m.newer(estimate, below);
        let never = m.is(threshold, 0);
        let heavy = m.and_not(reaches, never);
        let heavy = m.signal("heavy", heavy);
        let new = m.when(heavy, |m| {
            let [first, second, third] = touched.map(|slot| structure.note(m, slot));
            let known = m.both(first, second);
            let known = m.both(known, third);
            m.not(known)
        });
        let new = m.signal("found", new);
        m.when(new, |m| {
            let vlan = m.get(Field::VlanId);
            let zero = m.lit(0);
            let [source, destination, ports, protocol] = flow;
            m.report(Report::Found, [vlan, source, destination, ports, protocol, estimate, zero, zero]);
        });
        m.forward();
    }
}

/// The key of what is counted per VLAN, for [`Program::key`]: IPv4 is ours, by the identifier of its outermost tag; the rest passes.
#[inline(always)]
pub(crate) fn vlan_of_ipv4<M: Machine>(m: &mut M) -> M::Bit {
    let is_ipv4 = m.has(Header::Ipv4);
    let is_ipv4 = m.signal("is_ipv4", is_ipv4);
    let other = m.not(is_ipv4);
    m.when(other, |m| {
        m.count(Event::Passed);
        m.forward();
    });
    m.when(is_ipv4, |m| {
        let vlan = m.get(Field::VlanId);
        m.set(Field::Key(0), vlan);
    });
    is_ipv4
}
