//! A register action gives a difference that it does not store.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Gives how long ago the tick in the cell is.
struct Age;

impl RegisterAction for Age {
    const NAME: &'static str = "age";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, _: A::Word) -> (A::Word, A::Word) {
        (cell, alu.sub(a, cell))
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, epoch) = (m.get(Field::Now), m.get(Field::MessageEpoch));
        m.access::<Age>(Array::Asked, slot, now, epoch);
    })
}
