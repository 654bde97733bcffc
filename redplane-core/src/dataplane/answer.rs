//! What the store answers, grants apart: acks, releases, extensions, recalls and refusals.
//!
//! | message | of the slot's epoch | of another epoch, or no slot |
//! | --- | --- | --- |
//! | `WriteAck` | acked up to its seq, deadline extended; its packet leaves (RP-SW-5) | its packet leaves |
//! | `Release` | its packet leaves (RP-SW-3) | its packet leaves |
//! | `RenewAck` | deadline extended (RP-SW-8) | ignored |
//! | `GiveUpAck` | tombstone confirmed (RP-SW-9) | ignored |
//! | `Recall` | the lease is given up | ignored |
//! | `Refuse` for good | the lease is over, a tombstone stays; unacked writes are void (RP-SW-9) | ignored |

use super::{Slot, deadline_of, lapse};
use crate::count::{Event, Reason};
use crate::field::Field;
use crate::machine::{Array, Machine};
use crate::registers::{
    IsBefore, Latest, Put, RENOUNCED, RENOUNCED_CONFIRMED, RENOUNCED_NO, Read, Replace, Same, YES,
};
use crate::wire::Kind;

#[inline(always)]
pub(super) fn pass<M: Machine>(m: &mut M, slot: Slot<M>, kind: M::Word) {
    let is_ack = m.is(kind, Kind::WriteAck as u32);
    let is_ack = m.signal("is_ack", is_ack);
    let is_renew_ack = m.is(kind, Kind::RenewAck as u32);
    let is_renew_ack = m.signal("is_renew_ack", is_renew_ack);
    let is_release = m.is(kind, Kind::Release as u32);
    let is_release = m.signal("is_release", is_release);
    let is_confirmation = m.is(kind, Kind::GiveUpAck as u32);
    let is_confirmation = m.signal("is_confirmation", is_confirmation);
    let is_recall = m.is(kind, Kind::Recall as u32);
    let is_recall = m.signal("is_recall", is_recall);
    let is_refusal = m.is(kind, Kind::Refuse as u32);
    let is_refusal = m.signal("is_refusal", is_refusal);

    let zero = m.lit(0);
    let missing = m.not(slot.hit);
    let missing = m.signal("missing", missing);
    m.when(missing, |m| m.ignore(Reason::NoSlot));
    // Asked here for all of them: in a pipeline the array has one place.
    let asks = m.and_not(slot.hit, is_release);
    let same = m.when(asks, |m| is_of_epoch(m, slot.index, is_ack));
    let same = m.signal("same_epoch", same);
    let extension = m.either(is_ack, is_renew_ack);
    let extension = m.signal("extension", extension);
    m.when(extension, |m| extend(m, slot.index, same, is_ack));
    m.when(is_confirmation, |m| confirm_give_up(m, slot.index, same));
    m.when(is_recall, |m| lapse::recall(m, slot.index, same));
    m.when(is_refusal, |m| refuse(m, slot.index, same));
    m.when(is_release, |m| m.access::<Put>(Array::Silence, zero, zero, zero));

    // The output of a write whose ack is late is durable all the same (RP-SW-5).
    let carries = m.get(Field::MessageCarries);
    let carries = m.is(carries, 1);
    let released = m.both(is_ack, carries);
    let released = m.signal("releases_write", released);
    m.when(released, |m| {
        m.count(Event::WriteReleased);
        m.forward();
    });
    let released = m.both(is_release, carries);
    let released = m.signal("releases_read", released);
    m.when(released, |m| {
        m.count(Event::HoldReleased);
        m.forward();
    });
}

/// A `WriteAck` or a `RenewAck`: both extend the lease, counted from the sending of what they answer (RP-SW-2).
#[inline(always)]
fn extend<M: Machine>(m: &mut M, index: M::Word, same: M::Bit, is_ack: M::Bit) {
    let zero = m.lit(0);
    let timestamp = m.get(Field::MessageTimestamp);
    let renounced = m.when(same, |m| m.access::<Read>(Array::Renounced, index, zero, zero));
    let holds = m.is(renounced, RENOUNCED_NO);
    let holds = m.signal("holds", holds);
    let extends = m.both(same, holds);
    let extends = m.signal("extends", extends);
    let deadline = deadline_of(m, timestamp);
    m.when(extends, |m| m.access::<Latest>(Array::Deadline, index, deadline, zero));
    m.access::<Put>(Array::Silence, zero, zero, zero);

    // RP-SW-5: acks are cumulative within the epoch, and nothing is acked that was not written.
    let acks = m.both(is_ack, same);
    let acks = m.signal("acks", acks);
    let acked = m.get(Field::MessageSeq);
    let beyond = m.when(acks, |m| m.access::<IsBefore>(Array::Seq, index, acked, zero));
    let beyond = m.is(beyond, YES);
    let beyond = m.signal("beyond", beyond);
    m.when(beyond, |m| m.ignore(Reason::AckBeyondSeq));
    let valid = m.and_not(acks, beyond);
    m.when(valid, |m| m.access::<Latest>(Array::Acked, index, acked, zero));
    m.when(extends, |m| m.access::<Latest>(Array::Asked, index, timestamp, zero));
    let renewed = m.and_not(extends, is_ack);
    m.when(renewed, |m| m.count(Event::Renewed));
}

/// A `GiveUpAck`: the tombstone needs no more reminding (RP-SW-9).
#[inline(always)]
fn confirm_give_up<M: Machine>(m: &mut M, index: M::Word, same: M::Bit) {
    let zero = m.lit(0);
    let waiting = m.lit(RENOUNCED);
    let confirmed = m.lit(RENOUNCED_CONFIRMED);
    m.when(same, |m| {
        m.count(Event::GiveUpConfirmed);
        m.access::<Replace>(Array::Renounced, index, waiting, confirmed)
    });
    m.access::<Put>(Array::Silence, zero, zero, zero);
}

/// A `Refuse`: if the epoch is over for good, so is the lease, and so are its unacked writes: no packet has shown them.
///
/// A confirmed tombstone says all of that. Where the lease was given up and the store has not confirmed it, the tombstone stays as
/// it is: the `GiveUp` is still sent, and a store to which the epoch is over confirms it.
#[inline(always)]
fn refuse<M: Machine>(m: &mut M, index: M::Word, same: M::Bit) {
    let zero = m.lit(0);
    let ends = m.get(Field::MessageEndsLease);
    let ends = m.is(ends, 1);
    let passing = m.not(ends);
    m.when(passing, |m| m.ignore(Reason::RefusedForNow));
    m.when(ends, |m| m.ignore(Reason::RefusedForGood));
    let ends = m.both(same, ends);
    let ends = m.signal("ends_lease", ends);
    let past = lapse::long_past(m);
    // The epoch is over whatever else is still said of it: an ack that comes late must not bring its deadline back.
    let holds = m.lit(RENOUNCED_NO);
    let over = m.lit(RENOUNCED_CONFIRMED);
    m.when(ends, |m| m.access::<Replace>(Array::Renounced, index, holds, over));
    m.when(ends, |m| m.access::<Put>(Array::Deadline, index, past, zero));
    m.access::<Put>(Array::Silence, zero, zero, zero);
}

/// Whether the message is about the epoch of the slot; counts it if it is not.
#[inline(always)]
fn is_of_epoch<M: Machine>(m: &mut M, index: M::Word, is_ack: M::Bit) -> M::Bit {
    let zero = m.lit(0);
    let told = m.get(Field::MessageEpoch);
    let same = m.access::<Same>(Array::Epoch, index, told, zero);
    let same = m.is(same, YES);
    let other = m.not(same);
    let old_ack = m.both(other, is_ack);
    m.when(old_ack, |m| m.ignore(Reason::AckOldEpoch));
    let other = m.and_not(other, is_ack);
    m.when(other, |m| m.ignore(Reason::OtherEpoch));
    same
}
