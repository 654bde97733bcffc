//! A header-only copy comes around in the mirror queue: forgotten, kept, or sent (RP-SW-6).
//!
//! | the copy is of | forgotten when | sent |
//! | --- | --- | --- |
//! | a `Write` | acked, or superseded by a newer write, or of an older epoch, or of a lease that is over | when due, with backoff |
//! | a `GiveUp` | confirmed, or of an older epoch | at once, then when due, with backoff |
//! | a `Renew` | always | at once, if the lease is still the slot's (RP-SW-8) |

use super::Slot;
use crate::count::Event;
use crate::field::{Field, Param};
use crate::machine::{Array, Machine, MirrorCopy};
use crate::registers::{IsBefore, RENOUNCED, RENOUNCED_CONFIRMED, Read, Same, YES};
use crate::wire::Kind;

#[inline(always)]
pub(super) fn pass<M: Machine>(m: &mut M, slot: Slot<M>) {
    let Slot { hit, index } = slot;
    let zero = m.lit(0);
    let kind = m.get(Field::MessageKind);
    let epoch = m.get(Field::MessageEpoch);
    let seq = m.get(Field::MessageSeq);
    let is_write = m.is(kind, Kind::Write as u32);
    let is_write = m.signal("is_write", is_write);
    let is_give_up = m.is(kind, Kind::GiveUp as u32);
    let is_give_up = m.signal("is_give_up", is_give_up);
    let is_renew = m.is(kind, Kind::Renew as u32);

    let same = m.when(hit, |m| m.access::<Same>(Array::Epoch, index, epoch, zero));
    let same = m.is(same, YES);
    let same = m.signal("same_epoch", same);
    let renounced = m.when(same, |m| m.access::<Read>(Array::Renounced, index, zero, zero));
    let unconfirmed = m.is(renounced, RENOUNCED);
    let reminds = m.both(is_give_up, unconfirmed);
    let reminds = m.signal("reminds", reminds);

    // When the store knows that a lease is over, what was written under it is applied or void, acked or not.
    let over = m.is(renounced, RENOUNCED_CONFIRMED);
    let matters = m.and_not(same, over);
    let matters = m.signal("matters", matters);
    let gone = m.not(matters);
    m.when(gone, |m| m.count(Event::CopyOldEpoch));

    let wrote = m.both(matters, is_write);
    let wrote = m.signal("wrote", wrote);
    let newest = m.when(wrote, |m| m.access::<Read>(Array::Seq, index, zero, zero));
    let is_unacked = m.when(wrote, |m| m.access::<IsBefore>(Array::Acked, index, seq, zero));
    let is_newest = m.eq(newest, seq);
    let is_newest = m.signal("is_newest", is_newest);
    let is_unacked = m.is(is_unacked, YES);
    let is_unacked = m.signal("is_unacked", is_unacked);
    let superseded = m.and_not(wrote, is_newest);
    m.when(superseded, |m| m.count(Event::CopySuperseded));
    let awaited = m.both(wrote, is_newest);
    let done = m.and_not(awaited, is_unacked);
    m.when(done, |m| m.count(Event::CopyAcked));
    let insists = m.both(awaited, is_unacked);
    let insists = m.signal("insists", insists);

    let stays = m.either(reminds, insists);
    let stays = m.signal("stays", stays);
    let renews = m.both(matters, is_renew);
    let renews = m.signal("renews", renews);
    let now = m.get(Field::Now);
    let due = m.get(Field::CopyDue);
    let wait = m.get(Field::CopyWait);
    let early = m.newer(due, now);
    let early = m.signal("early", early);
    let repeats = m.and_not(stays, early);
    let repeats = m.signal("repeats", repeats);
    let keeps = m.both(stays, early);
    let keeps = m.signal("keeps", keeps);
    m.when(keeps, |m| m.mirror(MirrorCopy { kind, epoch, seq, due, wait }));
    m.when(repeats, |m| {
        let wait = backoff(m, wait);
        let due = m.add(now, wait);
        m.mirror(MirrorCopy { kind, epoch, seq, due, wait });
    });

    let was_sent = m.is(wait, 0);
    let was_sent = m.and_not(repeats, was_sent);
    m.when(was_sent, |m| m.count(Event::Resent));
    m.when(renews, |m| m.count(Event::RenewSent));
    let sends = m.either(repeats, renews);
    let sends = m.signal("sends", sends);
    m.when(sends, |m| {
        m.set(Field::OutKind, kind);
        m.set(Field::OutEpoch, epoch);
        m.set(Field::OutSeq, seq);
    });
}

/// Doubles the wait, from its first value to its last.
#[inline(always)]
fn backoff<M: Machine>(m: &mut M, wait: M::Word) -> M::Word {
    let first = m.param(Param::ResendAfter);
    let last = m.param(Param::ResendMax);
    let twice = m.add(wait, wait);
    let too_long = m.newer(twice, last);
    let too_long = m.signal("too_long", too_long);
    let longer = m.select(too_long, last, twice);
    let unsent = m.is(wait, 0);
    let unsent = m.signal("unsent", unsent);
    m.select(unsent, first, longer)
}
