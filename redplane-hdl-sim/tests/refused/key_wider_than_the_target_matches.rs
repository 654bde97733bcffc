//! A key of ten words is looked up on a target that matches 256 bits.

use redplane_core::field::Field;
use redplane_core::machine::Machine;
use redplane_core::wire::Layout;
use redplane_hdl_sim::place::Shape;
use redplane_hdl_sim::target::{TOFINO1, Target};

use crate::{Refused, ingress};

pub(crate) fn refused() -> Refused {
    let refused = ingress(|m| {
        let source = m.get(Field::Ipv4Src);
        for word in 0..10 {
            m.set(Field::Key(word), source);
        }
        m.lookup();
    });
    let layout = Layout { key_words: 10, ..refused.shape.layout };
    let shape = Shape { layout, ..refused.shape };
    Refused { shape, target: Target { key_bits_max: 256, ..TOFINO1 }, ..refused }
}
