//! A packet of the program on a switch without RedPlane: key, lookup, step. What RedPlane's cost is measured against.

use crate::machine::Machine;
use crate::program::{Program, StateArrays};

/// Runs the program on a packet. Gives whether the packet is the program's and its flow has no slot: nothing was done then.
#[inline(always)]
pub fn plain<M: Machine, P: Program>(m: &mut M) -> M::Bit {
    let is_ours = P::key(m);
    let (hit, index) = m.when(is_ours, |m| m.lookup());
    m.when(hit, |m| {
        let writes = P::writes(m);
        let sent = m.bit(false);
        P::apply(m, StateArrays::new(index, writes, sent, false));
    });
    m.and_not(is_ours, hit)
}
