//! An array of one cell is accessed in the cell of the flow.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::Put;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, zero) = (m.get(Field::Now), m.lit(0));
        m.access::<Put>(Array::Silence, slot, now, zero);
    })
}
