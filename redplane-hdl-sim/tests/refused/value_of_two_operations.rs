//! A register action stores what two additions give.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Adds both operands.
struct AddBoth;

impl RegisterAction for AddBoth {
    const NAME: &'static str = "add_both";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, b: A::Word) -> (A::Word, A::Word) {
        let sum = alu.add(cell, a);
        (alu.add(sum, b), cell)
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, epoch) = (m.get(Field::Now), m.get(Field::MessageEpoch));
        m.access::<AddBoth>(Array::Asked, slot, now, epoch);
    })
}
