//! The end of a packet that is translated: the source of what comes from the inside, the destination of what comes from the
//! outside; and inside an ICMP error the other way round, because it quotes a packet that went the other way.

use redplane_core::field::Field;
use redplane_core::machine::Machine;

/// Whether the packet comes from the inside.
#[inline(always)]
pub(super) fn from_inside<M: Machine>(m: &mut M) -> M::Bit {
    let inside = m.get(Field::Inside);
    let inside = m.is(inside, 1);
    m.signal("from_inside", inside)
}

/// The field at the packet's end that is translated.
#[inline(always)]
pub(super) fn get<M: Machine>(m: &mut M, inside: M::Bit, fields: Ends) -> M::Word {
    let from_inside = m.get(fields.from_inside);
    let from_outside = m.get(fields.from_outside);
    m.select(inside, from_inside, from_outside)
}

/// Writes the field at the packet's end that is translated.
#[inline(always)]
pub(super) fn set<M: Machine>(m: &mut M, inside: M::Bit, fields: Ends, value: M::Word) {
    let outside = m.not(inside);
    m.when(inside, |m| m.set(fields.from_inside, value));
    m.when(outside, |m| m.set(fields.from_outside, value));
}

/// A field as it is named in packets from either side.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    from_inside: Field,
    from_outside: Field,
}

/// The address.
pub(super) const ADDRESS: Ends = Ends { from_inside: Field::Ipv4Src, from_outside: Field::Ipv4Dst };
/// The port of TCP or UDP.
pub(super) const PORT: Ends = Ends { from_inside: Field::L4Src, from_outside: Field::L4Dst };
/// The address in a quoted packet.
pub(super) const INNER_ADDRESS: Ends = Ends { from_inside: Field::InnerDst, from_outside: Field::InnerSrc };
/// The port of TCP or UDP in a quoted packet.
pub(super) const INNER_PORT: Ends = Ends { from_inside: Field::InnerL4Dst, from_outside: Field::InnerL4Src };
