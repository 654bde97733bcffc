//! A packet writes to one array what it read from the other, and a message the other way round.

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
            let seq = m.access::<Read>(Array::Seq, slot, zero, zero);
            m.access::<Put>(Array::Acked, slot, seq, zero);
        });
        let is_message = m.is(pass, Pass::Message as u32);
        m.when(is_message, |m| {
            let acked = m.access::<Read>(Array::Acked, slot, zero, zero);
            m.access::<Put>(Array::Seq, slot, acked, zero);
        });
    })
}
