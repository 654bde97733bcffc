//! The flow table has so many entries that no stage holds its part, however many share it.

use redplane_core::field::Field;
use redplane_core::machine::Machine;
use redplane_hdl_sim::place::Shape;

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    let refused = ingress(|m| {
        let source = m.get(Field::Ipv4Src);
        m.set(Field::Key(0), source);
        m.lookup();
    });
    Refused { shape: Shape { flows: 10_000_000, ..refused.shape }, ..refused }
}
