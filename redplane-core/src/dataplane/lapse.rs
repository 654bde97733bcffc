//! How a lease ends on our side: recalled by the store, given up by the operator, swept up when it has lapsed.

use super::Slot;
use crate::count::{Event, Reason};
use crate::field::{Field, Param};
use crate::machine::{Array, Machine, MirrorCopy};
use crate::program::Program;
use crate::registers::{Latest, Put, RENOUNCED, RENOUNCED_NO, Read, Replace};
use crate::structure::Structure;
use crate::wire::Kind;

/// A `Recall`: somebody else wants the flow (RP-ST-2). The lease is given up if it is of the message's epoch (`same`).
#[inline(always)]
pub(super) fn recall<M: Machine>(m: &mut M, index: M::Word, same: M::Bit) {
    m.when(same, |m| m.count(Event::Recalled));
    let epoch = m.get(Field::MessageEpoch);
    renounce(m, index, same, epoch);
}

/// The operator wants the flow handed back.
#[inline(always)]
pub(super) fn give_up<M: Machine>(m: &mut M, slot: Slot<M>) {
    let zero = m.lit(0);
    let epoch = m.when(slot.hit, |m| m.access::<Read>(Array::Epoch, slot.index, zero, zero));
    renounce(m, slot.index, slot.hit, epoch);
}

/// Leaves a tombstone (RP-SW-9) and has a `GiveUp` sent until it is confirmed. The copy in the mirror queue is what is sent, so
/// without room nothing happens at all.
#[inline(always)]
fn renounce<M: Machine>(m: &mut M, index: M::Word, wanted: M::Bit, epoch: M::Word) {
    let zero = m.lit(0);
    let now = m.get(Field::Now);
    let room = m.mirror_room();
    let room = m.signal("room", room);
    let no_room = m.and_not(wanted, room);
    m.when(no_room, |m| m.ignore(Reason::RecallNoRoom));
    let tries = m.both(wanted, room);
    let tries = m.signal("tries", tries);
    let holds = m.lit(RENOUNCED_NO);
    let tombstone = m.lit(RENOUNCED);
    let before = m.when(tries, |m| m.access::<Replace>(Array::Renounced, index, holds, tombstone));
    let held = m.is(before, RENOUNCED_NO);
    let renounces = m.both(tries, held);
    let renounces = m.signal("renounces", renounces);
    let past = long_past(m);
    m.when(renounces, |m| m.access::<Put>(Array::Deadline, index, past, zero));
    m.access::<Put>(Array::Silence, zero, zero, zero);
    let seq = m.when(renounces, |m| m.access::<Read>(Array::Seq, index, zero, zero));
    m.when(renounces, |m| {
        m.count(Event::GaveUp);
        m.access::<Put>(Array::Asked, index, now, zero);
        let kind = m.lit(Kind::GiveUp as u32);
        m.mirror(MirrorCopy { kind, epoch, seq, due: now, wait: zero });
    });
}

/// RP-SW-12: pulls a lapsed deadline along, so that it is never old enough to look live again, and the tick of the last request
/// likewise.
#[inline(always)]
pub(super) fn sweep<M: Machine, P: Program>(m: &mut M) {
    let index = m.get(Field::SweepIndex);
    let zero = m.lit(0);
    let past = long_past(m);
    m.access::<Latest>(Array::Deadline, index, past, zero);
    let now = m.get(Field::Now);
    let period = m.param(Param::Period);
    let answered = m.sub(now, period);
    m.access::<Latest>(Array::Asked, index, answered, zero);
    if P::Structure::ROWS > 0 {
        m.access::<Latest>(Array::Fresh, index, past, zero);
    }
    m.count(Event::Swept);
}

/// The latest deadline that is neither live nor within the bound of `BoundedOpen`.
#[inline(always)]
pub(super) fn long_past<M: Machine>(m: &mut M) -> M::Word {
    let now = m.get(Field::Now);
    let span = m.param(Param::OpenSpan);
    m.sub(now, span)
}
