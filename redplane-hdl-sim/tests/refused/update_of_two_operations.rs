//! A program keeps a moving average: its update takes two operations, and what they make waits for the other.

use redplane_core::count::Event;
use redplane_core::field::Field;
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::structure::NoStructure;
use redplane_hdl_sim::place::{MIRROR_LIMIT, shape_of};
use redplane_hdl_sim::record::record;
use redplane_hdl_sim::target::TOFINO1;

use crate::Refused;

struct Average;

impl Program for Average {
    const SCHEMA: Schema = Schema {
        id: 9,
        name: "average",
        when_silent: WhenSilent::FailClosed,
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 1];
    type Structure = NoStructure;

    fn key<M: Machine>(m: &mut M) -> M::Bit {
        let source = m.get(Field::Ipv4Src);
        m.set(Field::Key(0), source);
        m.count(Event::Passed);
        m.bit(true)
    }

    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(true)
    }

    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let (ttl, zero) = (m.get(Field::Ipv4Ttl), m.lit(0));
        state.update::<HalfWay>(m, 0, ttl, zero);
        m.forward();
    }
}

/// Half the word and `a`, which comes halved.
struct HalfWay;

impl Update for HalfWay {
    const NAME: &'static str = "half_way";

    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _: A::Word) -> A::Word {
        let half = alu.shr(word, 1);
        alu.add(half, a)
    }
}

pub(crate) fn refused() -> Refused {
    Refused { recording: record::<Average>(MIRROR_LIMIT), shape: shape_of::<Average>(4_096), target: TOFINO1 }
}
