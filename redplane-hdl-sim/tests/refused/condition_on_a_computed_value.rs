//! A register action compares a sum with an operand.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Puts `a` if a thousand ticks have passed since the tick in the cell.
struct PutAfterWait;

impl RegisterAction for PutAfterWait {
    const NAME: &'static str = "put_after_wait";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, _: A::Word) -> (A::Word, A::Word) {
        let wait = alu.lit(1000);
        let until = alu.add(cell, wait);
        let over = alu.newer(a, until);
        (alu.select(over, a, cell), cell)
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (now, epoch) = (m.get(Field::Now), m.get(Field::MessageEpoch));
        m.access::<PutAfterWait>(Array::Asked, slot, now, epoch);
    })
}
