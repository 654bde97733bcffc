//! A program counts in a structure that is replicated by snapshots: its two copies are pairs of registers, in cells of its own choice.

use redplane_core::count::Event;
use redplane_core::field::Field;
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::structure::Rows;
use redplane_hdl_sim::place::{MIRROR_LIMIT, shape_of};
use redplane_hdl_sim::record::record;
use redplane_hdl_sim::target::TOFINO1;

use crate::Refused;

struct Sources;

impl Program for Sources {
    const SCHEMA: Schema = Schema {
        id: 9,
        name: "sources",
        when_silent: WhenSilent::FailClosed,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = Rows<1, 64>;

    fn key<M: Machine>(m: &mut M) -> M::Bit {
        let network = m.get(Field::Ipv4Dst);
        m.set(Field::Key(0), network);
        m.count(Event::Passed);
        m.bit(true)
    }

    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(false)
    }

    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let structure = state.structure::<Self>(m);
        let source = m.get(Field::Ipv4Src);
        let [slot] = structure.touch(m, 0, [source]);
        let (one, zero) = (m.lit(1), m.lit(0));
        structure.update::<Add>(m, slot, one, zero);
        m.forward();
    }
}

struct Add;

impl Update for Add {
    const NAME: &'static str = "add";

    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _: A::Word) -> A::Word {
        alu.add(word, a)
    }
}

pub(crate) fn refused() -> Refused {
    Refused { recording: record::<Sources>(MIRROR_LIMIT), shape: shape_of::<Sources>(4_096), target: TOFINO1 }
}
