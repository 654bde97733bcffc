//! A grant: installs, extends, or does neither; its packet goes through again as one that just arrived (RP-SW-7).
//!
//! | the slot | the grant | registers |
//! | --- | --- | --- |
//! | none | in time | a slot is found (RP-SW-9), all installed |
//! | older epoch | in time | all installed |
//! | same epoch | in time | deadline extended; state and seq stay, they may be newer |
//! | same epoch, given up | any | nothing (RP-SW-9) |
//! | newer epoch | any | nothing |
//! | any | deadline passed | nothing |
//!
//! Of a program with a structure, a grant of an epoch that was granted before, to a flow that has no slot any more, leaves a tombstone
//! instead: what that epoch has sent of its snapshots is of a structure that is gone, and the next epoch begins anew (RP-SN-6).

use super::lapse::long_past;
use super::{Slot, deadline_of};
use crate::count::{Event, Reason};
use crate::field::{Field, Param};
use crate::machine::{Array, Machine, MirrorCopy};
use crate::program::{Program, Words};
use crate::registers::{Adopt, Latest, NEWER, Put, RENOUNCED, RENOUNCED_NO, Read, SAME};
use crate::structure::Structure;
use crate::wire::Kind;

#[inline(always)]
pub(super) fn pass<M: Machine, P: Program>(m: &mut M, slot: Slot<M>) {
    let granted = m.get(Field::MessageEpoch);
    let timestamp = m.get(Field::MessageTimestamp);
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    let deadline = deadline_of(m, timestamp);
    let in_time = m.newer(deadline, now);
    let in_time = m.signal("in_time", in_time);
    let expired = m.not(in_time);
    m.when(expired, |m| m.ignore(Reason::GrantExpired));

    let miss = m.and_not(in_time, slot.hit);
    let miss = m.signal("missing", miss);
    let (inserted, new_index) = m.when(miss, |m| m.insert(granted));
    let full = m.and_not(miss, inserted);
    let full = m.signal("full", full);
    let (inserted, orphan) = match P::Structure::ROWS {
        0 => (inserted, m.bit(false)),
        _ => {
            // RP-SN-6: the slot that this epoch's structure was in is gone.
            let again = m.get(Field::MessageAgain);
            let again = m.is(again, 1);
            let orphan = m.both(inserted, again);
            let room = m.when(orphan, |m| m.mirror_room());
            let no_room = m.and_not(orphan, room);
            m.when(no_room, |m| m.ignore(Reason::RecallNoRoom));
            let orphan = m.both(orphan, room);
            let orphan = m.signal("orphan", orphan);
            (m.and_not(inserted, no_room), orphan)
        }
    };
    let index = m.select(slot.hit, slot.index, new_index);
    let has_slot = m.either(slot.hit, inserted);
    let counts = m.both(has_slot, in_time);
    let counts = m.signal("counts", counts);

    let adopted = m.when(counts, |m| m.access::<Adopt>(Array::Epoch, index, granted, zero));
    let installs = m.is(adopted, NEWER);
    let installs = m.signal("installs", installs);
    let same = m.is(adopted, SAME);
    let same = m.signal("same_epoch", same);
    let older = m.and_not(counts, installs);
    let older = m.and_not(older, same);
    m.when(older, |m| m.ignore(Reason::GrantOldEpoch));

    let renounced_no = m.lit(RENOUNCED_NO);
    let (installed, deadline, sent) = match P::Structure::ROWS {
        0 => (renounced_no, deadline, timestamp),
        _ => {
            let renounced = m.lit(RENOUNCED);
            let past = long_past(m);
            let installed = m.select(orphan, renounced, renounced_no);
            (installed, m.select(orphan, past, deadline), m.select(orphan, now, timestamp))
        }
    };
    m.when(installs, |m| m.access::<Put>(Array::Renounced, index, installed, zero));
    let renounced = m.when(same, |m| m.access::<Read>(Array::Renounced, index, zero, zero));
    let holds = m.is(renounced, RENOUNCED_NO);
    let holds = m.signal("holds", holds);
    let extends = m.both(same, holds);
    let extends = m.signal("extends", extends);
    let tombstone = m.and_not(same, holds);
    m.when(tombstone, |m| m.ignore(Reason::GrantRenounced));

    m.when(installs, |m| m.access::<Put>(Array::Deadline, index, deadline, zero));
    m.when(extends, |m| {
        m.count(Event::GrantExtended);
        m.access::<Latest>(Array::Deadline, index, deadline, zero)
    });
    m.access::<Put>(Array::Silence, zero, zero, zero);
    m.when(installs, |m| {
        m.count(Event::GrantInstalled);
        let seq = m.get(Field::MessageSeq);
        m.access::<Put>(Array::Seq, index, seq, zero);
        m.access::<Put>(Array::Acked, index, seq, zero);
    });
    let asked = m.either(installs, extends);
    m.when(asked, |m| m.access::<Latest>(Array::Asked, index, sent, zero));
    if P::Structure::ROWS > 0 {
        let span = m.param(Param::StaleSpan);
        let fresh = m.add(now, span);
        m.when(installs, |m| m.access::<Put>(Array::Fresh, index, fresh, zero));
        m.when(orphan, |m| {
            m.count(Event::GaveUp);
            let kind = m.lit(Kind::GiveUp as u32);
            let seq = m.get(Field::MessageSeq);
            m.mirror(MirrorCopy { kind, epoch: granted, seq, due: now, wait: zero });
        });
    }
    m.when(installs, |m| {
        for word in 0..P::State::LEN as u8 {
            let value = m.get(Field::State(word));
            m.access::<Put>(Array::State(word), index, value, zero);
        }
    });

    // Without a slot the packet would ask, be granted, and find no slot again, for ever.
    m.when(full, |m| m.drop(Reason::TableFull));
    let carries = m.get(Field::MessageCarries);
    let carries = m.is(carries, 1);
    let again = m.and_not(carries, full);
    let again = m.signal("goes_again", again);
    m.when(again, |m| {
        m.count(Event::Reprocessed);
        m.recirculate();
    });
}
