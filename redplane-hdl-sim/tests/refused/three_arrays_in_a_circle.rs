//! Three kinds of pass each hand a word from one array to the next, and the last one back to the first.

use redplane_core::field::{Field, Pass};
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::{Put, Read};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (pass, zero) = (m.get(Field::Pass), m.lit(0));
        let is_packet = m.is(pass, Pass::Packet as u32);
        m.when(is_packet, |m| {
            let first = m.access::<Read>(Array::State(0), slot, zero, zero);
            m.access::<Put>(Array::State(1), slot, first, zero);
        });
        let is_message = m.is(pass, Pass::Message as u32);
        m.when(is_message, |m| {
            let second = m.access::<Read>(Array::State(1), slot, zero, zero);
            m.access::<Put>(Array::State(2), slot, second, zero);
        });
        let is_copy = m.is(pass, Pass::Copy as u32);
        m.when(is_copy, |m| {
            let third = m.access::<Read>(Array::State(2), slot, zero, zero);
            m.access::<Put>(Array::State(0), slot, third, zero);
        });
    })
}
