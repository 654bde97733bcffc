//! A register action stores its cell shifted, which no stateful ALU does.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Halves the cell.
struct Halve;

impl RegisterAction for Halve {
    const NAME: &'static str = "halve";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, _: A::Word, _: A::Word) -> (A::Word, A::Word) {
        (alu.shr(cell, 1), cell)
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, epoch) = (m.get(Field::Now), m.get(Field::MessageEpoch));
        m.access::<Halve>(Array::Asked, slot, now, epoch);
    })
}
