//! An array has a cell for each of ten million flows.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::Read;
use redplane_hdl_sim::place::Shape;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    let refused = ingress(|m| {
        let (slot, zero) = (m.get(Field::SweepIndex), m.lit(0));
        m.access::<Read>(Array::Deadline, slot, zero, zero);
    });
    Refused { shape: Shape { flows: 10_000_000, ..refused.shape }, ..refused }
}
