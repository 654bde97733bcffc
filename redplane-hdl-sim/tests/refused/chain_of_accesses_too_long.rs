//! Each of fourteen arrays takes as its operand what the one before it gave.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::Put;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (slot, zero) = (m.get(Field::SweepIndex), m.lit(0));
        let mut word = m.get(Field::Now);
        for state in 0..14 {
            word = m.access::<Put>(Array::State(state), slot, word, zero);
        }
    })
}
