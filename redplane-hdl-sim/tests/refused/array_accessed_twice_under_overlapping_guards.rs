//! An array is accessed for TCP and for IPv4: a TCP segment is both.

use redplane_core::field::Header;
use redplane_core::machine::{Alu, Array, Machine};
use redplane_core::registers::{Advance, Read};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let zero = m.lit(0);
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| m.access::<Advance>(Array::Seq, slot, zero, zero));
        let ipv4 = m.has(Header::Ipv4);
        m.when(ipv4, |m| m.access::<Read>(Array::Seq, slot, zero, zero));
    })
}
