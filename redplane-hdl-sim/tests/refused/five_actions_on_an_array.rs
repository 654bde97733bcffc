//! Five kinds of pass do five different things with one array.

use redplane_core::field::{Field, Pass};
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::{Advance, Latest, Put, Read, Same};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (pass, seq, zero) = (m.get(Field::Pass), m.get(Field::MessageSeq), m.lit(0));
        let is_packet = m.is(pass, Pass::Packet as u32);
        m.when(is_packet, |m| m.access::<Advance>(Array::Seq, slot, zero, zero));
        let is_message = m.is(pass, Pass::Message as u32);
        m.when(is_message, |m| m.access::<Latest>(Array::Seq, slot, seq, zero));
        let is_copy = m.is(pass, Pass::Copy as u32);
        m.when(is_copy, |m| m.access::<Same>(Array::Seq, slot, seq, zero));
        let is_sweep = m.is(pass, Pass::Sweep as u32);
        m.when(is_sweep, |m| m.access::<Read>(Array::Seq, slot, zero, zero));
        let is_give_up = m.is(pass, Pass::GiveUp as u32);
        m.when(is_give_up, |m| m.access::<Put>(Array::Seq, slot, zero, zero));
    })
}
