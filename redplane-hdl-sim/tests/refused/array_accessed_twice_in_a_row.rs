//! An array is read and then written, in two accesses of the same pass.

use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::{Put, Read};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let zero = m.lit(0);
        let seq = m.access::<Read>(Array::Seq, slot, zero, zero);
        let one = m.lit(1);
        let next = m.add(seq, one);
        m.access::<Put>(Array::Seq, slot, next, zero);
    })
}
