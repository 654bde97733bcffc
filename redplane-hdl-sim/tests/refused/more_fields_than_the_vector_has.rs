//! Sixteen words of state wait for the last stage on a target whose vector has room for eight.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::Read;
use redplane_hdl_sim::target::{Containers, TOFINO1, Target};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    let refused = ingress(|m| {
        let (slot, zero) = (m.get(Field::SweepIndex), m.lit(0));
        let last = m.access::<Read>(Array::State(15), slot, zero, zero);
        for state in 0..15 {
            let word = m.access::<Read>(Array::State(state), slot, last, zero);
            let both = m.xor(last, word);
            m.set(Field::State(state), both);
        }
    });
    let target = Target { containers: &[Containers { bits: 32, count: 8 }], ..TOFINO1 };
    Refused { target, ..refused }
}
