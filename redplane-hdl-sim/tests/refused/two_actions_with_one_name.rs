//! Two actions that do different things on one array have the same name.

use redplane_core::field::{Field, Header};
use redplane_core::machine::{Alu, Array, Machine, RegisterAction};

use crate::{Refused, ingress};

/// Adds `a`.
struct AddBytes;

impl RegisterAction for AddBytes {
    const NAME: &'static str = "bump";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, _: A::Word) -> (A::Word, A::Word) {
        (alu.add(cell, a), cell)
    }
}

/// Adds one.
struct CountOne;

impl RegisterAction for CountOne {
    const NAME: &'static str = "bump";

    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, _: A::Word, _: A::Word) -> (A::Word, A::Word) {
        let one = alu.lit(1);
        (alu.add(cell, one), cell)
    }
}

pub(crate) fn refused() -> Refused {
    ingress(|m| {
        let (_, slot) = m.lookup();
        let (ttl, zero) = (m.get(Field::Ipv4Ttl), m.lit(0));
        let tcp = m.has(Header::Tcp);
        m.when(tcp, |m| m.access::<AddBytes>(Array::State(0), slot, ttl, zero));
        let udp = m.has(Header::Udp);
        m.when(udp, |m| m.access::<CountOne>(Array::State(0), slot, zero, zero));
    })
}
