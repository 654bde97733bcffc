//! A field is written with what thirteen additions in a row give.

use redplane_core::field::Field;
use redplane_core::machine::{Alu, Machine};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (mut sum, source) = (m.get(Field::Now), m.get(Field::Ipv4Src));
        for _ in 0..13 {
            sum = m.add(sum, source);
        }
        m.set(Field::Ipv4Dst, sum);
    })
}
