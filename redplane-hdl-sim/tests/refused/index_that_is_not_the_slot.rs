//! A sketch picks the cell by a field of the packet.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::Advance;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (port, zero) = (m.get(Field::L4Dst), m.lit(0));
        m.access::<Advance>(Array::State(0), port, zero, zero);
    })
}
