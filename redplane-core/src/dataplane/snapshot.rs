//! A slot of a structure is read for a snapshot (Algorithm 1), and what becomes of packets while the last one is too old.

use crate::count::{Event, Reason};
use crate::field::{Field, Param};
use crate::machine::{Array, Machine, Report};
use crate::program::{Program, WhenStale};
use crate::registers::{Advance, IfOlder, IsBefore, Latest, Read, YES};
use crate::snapshot::{CopyAndUpdate, Keep, UpdateCopy, low_bit};
use crate::structure::{ROWS_MAX, Structure};

/// The reader's pass. The first slot of a snapshot that is read for the first time begins it (RP-SN-1).
#[inline(always)]
pub(super) fn pass<M: Machine, P: Program>(m: &mut M) {
    let flow = m.get(Field::SweepIndex);
    let slot = m.get(Field::SnapshotIndex);
    let again = m.get(Field::SnapshotAgain);
    let zero = m.lit(0);
    let is_first = m.is(slot, 0);
    let is_again = m.is(again, 1);
    let begins = m.and_not(is_first, is_again);
    let begins = m.signal("begins_snapshot", begins);
    let goes_on = m.not(begins);
    let begun = m.when(begins, |m| {
        m.count(Event::SnapshotBegun);
        m.access::<Advance>(Array::Snapshot, flow, zero, zero)
    });
    let running = m.when(goes_on, |m| m.access::<Read>(Array::Snapshot, flow, zero, zero));
    let number = m.or(begun, running);
    let active = low_bit(m, number);
    let active = m.signal("active_copy", active);
    let clean = m.shl(number, 1);
    let base = m.shl(flow, P::Structure::SLOTS.trailing_zeros());
    let index = m.or(base, slot);

    let mut changed = m.bit(false);
    let firsts: [M::Bit; ROWS_MAX] = core::array::from_fn(|row| {
        if row >= P::Structure::ROWS {
            return m.bit(false);
        }
        let before = m.access::<Latest>(Array::LastUpdated(row as u8), index, clean, zero);
        let updated = low_bit(m, before);
        changed = m.either(changed, updated);
        m.newer(clean, before)
    });
    for (row, first) in firsts.into_iter().enumerate().take(P::Structure::ROWS) {
        let array = Array::Pair(row as u8);
        let later = m.not(first);
        let copied = m.when(first, move |m| {
            let even = m.not(active);
            let odd =
                m.when(active, move |m| m.access_pair::<CopyAndUpdate<Keep, true>>(array, index, zero, zero));
            let even =
                m.when(even, move |m| m.access_pair::<CopyAndUpdate<Keep, false>>(array, index, zero, zero));
            m.or(odd, even)
        });
        // The copy that is not active is the snapshot's.
        let kept = m.when(later, move |m| {
            let even = m.not(active);
            let odd =
                m.when(even, move |m| m.access_pair::<UpdateCopy<Keep, true>>(array, index, zero, zero));
            let even =
                m.when(active, move |m| m.access_pair::<UpdateCopy<Keep, false>>(array, index, zero, zero));
            m.or(odd, even)
        });
        let value = m.or(copied, kept);
        m.set(Field::Slot(row as u8), value);
    }
    let unchanged = m.not(changed);
    let unchanged = m.word(unchanged);
    m.set(Field::SlotUnchanged, unchanged);
}

/// RP-SN-5: whether a packet with a live lease goes on, by the age of the last complete snapshot.
#[inline(always)]
pub(super) fn goes_on<M: Machine, P: Program>(m: &mut M, index: M::Word, applies: M::Bit) -> M::Bit {
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    match P::SCHEMA.when_stale {
        WhenStale::KeepGoing | WhenStale::StopForwarding => {
            let stale = m.when(applies, |m| m.access::<IsBefore>(Array::Fresh, index, now, zero));
            let stale = m.is(stale, YES);
            let stale = m.signal("stale", stale);
            if matches!(P::SCHEMA.when_stale, WhenStale::KeepGoing) {
                m.when(stale, |m| m.count(Event::StaleWentOn));
                return applies;
            }
            m.when(stale, |m| m.drop(Reason::Stale));
            m.and_not(applies, stale)
        }
        WhenStale::Report => {
            let span = m.param(Param::StaleSpan);
            let next = m.add(now, span);
            let stale = m.when(applies, |m| m.access::<IfOlder>(Array::Fresh, index, next, now));
            let stale = m.is(stale, YES);
            let stale = m.signal("stale", stale);
            m.when(stale, |m| {
                m.count(Event::StaleWentOn);
                let words = core::array::from_fn(|word| {
                    if word < P::LAYOUT.key_words as usize { m.get(Field::Key(word as u8)) } else { zero }
                });
                m.report(Report::Stale, words);
            });
            applies
        }
    }
}
