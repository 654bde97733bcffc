//! Super-spreaders per VLAN: counts the different destinations of each source, and reports a source that has many, such as a scanner.
//!
//! Bounded inconsistent like [`heavy_hitter`](crate::heavy_hitter), and for the same reason: any packet may change the structure,
//! a [`SpreadSketch`] of three rows of 64 slots. Key word 0 is the identifier of the outermost VLAN tag, 0 without one.
//!
//! A switch cannot estimate a spread, but it sees the level of a pair, and a source of 2^l different destinations reaches level `l`
//! with a probability of 63 %, one of three times as many with 95 %. So a source is reported when a pair of it reaches the
//! level that is set, [`SuperSpreader::params`], once in a window: a report marks the source's slots, and no source is reported
//! whose slots are all marked. The report has the bits, from which [`SuperSpreader::spread_of`] estimates.
//!
//! The level is a coin that each new pair throws. Of many sources of few destinations some will be reported: one in 2^l of all
//! pairs makes a report. Whoever hears it looks at the estimate, and later again at the structure: [`SuperSpreader::spread`] and
//! [`SuperSpreader::candidates`] ask its words, at the switch or in the store's snapshot. Marks are not replicated: after a failure the
//! next owner reports a source again, if it reaches the level again.
//!
//! | word of [`Report::Found`] | value |
//! | --- | --- |
//! | 0 | VLAN identifier |
//! | 1 | source address |
//! | 2, 3, 4 | bits of the source's three slots |
//! | 5 | level of the pair |
//! | 6, 7 | 0 |
//!
//! What is not IPv4 is passed on unchanged and counted as [`Passed`](redplane_core::count::Event::Passed). Every packet leaves as it
//! came.

use redplane_core::field::{Field, PROGRAM_PARAMS, Param};
use redplane_core::machine::{Machine, Report};
use redplane_core::program::{Program, Schema, StateArrays, WhenSilent, WhenStale};
use redplane_core::structure::Rows;

use crate::heavy_hitter::vlan_of_ipv4;
use crate::sketch::{Candidate, SpreadSketch};

/// Slots of a source.
const ROWS: usize = 3;
/// Slots of a row.
const SLOTS: usize = 64;

type Sketch = SpreadSketch<ROWS, SLOTS>;

/// Finds super-spreaders; see [the module](self).
#[derive(Clone, Copy, Debug)]
pub struct SuperSpreader;

impl SuperSpreader {
    /// The program's parameters for [`redplane_core::switch::Config::program`]: a source is reported from level `level` on, 1 to 31,
    /// which about 2^level different destinations reach; 0: none is.
    pub const fn params(level: u32) -> [u32; PROGRAM_PARAMS] {
        [level, 0, 0, 0]
    }

    /// The slot of each row in which a source is counted.
    pub fn slots(source: u32) -> [usize; ROWS] {
        Sketch::slots(source)
    }

    /// How many destinations a source has, roughly ([`SpreadSketch`]). `words` is a structure slot by slot, 9 words each.
    pub fn spread(words: &[u32], source: u32) -> u32 {
        Sketch::spread(words, source)
    }

    /// The same by the bits in a report, as they were then.
    pub fn spread_of(bits: &[u32; ROWS]) -> u32 {
        Sketch::spread_of(bits)
    }

    /// Sources that may have many destinations, [`SpreadSketch::candidates`].
    pub fn candidates(words: &[u32]) -> impl Iterator<Item = Candidate> {
        Sketch::candidates(words)
    }
}

impl Program for SuperSpreader {
    const SCHEMA: Schema = Schema {
        id: 4,
        name: "super-spreader",
        when_silent: WhenSilent::BoundedOpen,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = Rows<{ 3 * ROWS }, SLOTS>;

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
        let structure = state.structure::<Self>(m);
        let (touched, bits, level) = Sketch::add(m, &structure, source, destination);

        // At least the level that is set is more than that less one; 0 is none.
        let from = m.param(Param::Program(0));
        let one = m.lit(1);
        let below = m.sub(from, one);
        let reaches = m.newer(level, below);
        let never = m.is(from, 0);
        let many = m.and_not(reaches, never);
        let many = m.signal("spreads", many);
        let new = m.when(many, |m| {
            let [first, second, third] = touched.map(|slot| structure.note(m, slot));
            let known = m.both(first, second);
            let known = m.both(known, third);
            m.not(known)
        });
        let new = m.signal("found", new);
        m.when(new, |m| {
            let vlan = m.get(Field::VlanId);
            let zero = m.lit(0);
            let [first, second, third] = bits;
            m.report(Report::Found, [vlan, source, first, second, third, level, zero, zero]);
        });
        m.forward();
    }
}
