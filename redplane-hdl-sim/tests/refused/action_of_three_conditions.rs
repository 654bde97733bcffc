//! A register action asks three conditions of its cell.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Keeps the cell between two bounds, and puts the lower one into an empty cell.
struct Clamp;

impl RegisterAction for Clamp {
    const NAME: &'static str = "clamp";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, b: A::Word) -> (A::Word, A::Word) {
        let empty = alu.is(cell, 0);
        let before = alu.newer(a, cell);
        let after = alu.newer(cell, b);
        let low = alu.select(before, a, cell);
        let high = alu.select(after, b, low);
        (alu.select(empty, a, high), cell)
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, epoch) = (m.get(Field::Now), m.get(Field::MessageEpoch));
        m.access::<Clamp>(Array::Asked, slot, now, epoch);
    })
}
