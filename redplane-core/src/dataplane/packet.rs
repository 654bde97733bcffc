//! A packet of the program: lease, room, sequence, state, and which way it leaves.
//!
//! | lease | the packet | what happens |
//! | --- | --- | --- |
//! | live | reads, nothing unacked | forwarded (RP-SW-3) |
//! | live | reads, a write is unacked | `Hold` (RP-SW-3) |
//! | live | writes, room in the mirror queue | `Write`, copy remembered (RP-SW-4) |
//! | live | writes, no room | dropped before anything changes (RP-SW-4) |
//! | none | any | `LeaseRequest` (RP-SW-1) |
//! | lapsed, store silent | reads, nothing unacked, `BoundedOpen` | forwarded (RP-SW-11) |

use super::{Slot, send, snapshot};
use crate::count::{Event, Reason};
use crate::field::{Field, Param};
use crate::machine::{Array, Machine, MirrorCopy};
use crate::program::{Program, StateArrays, WhenSilent};
use crate::registers::{
    Advance, IfOlder, IsAfter, IsBefore, LAPSED_WITHIN, LIVE, Liveness, Put, RENOUNCED_NO, Read, Same,
    Unanswered, YES,
};
use crate::structure::Structure;
use crate::wire::Kind;

#[inline(always)]
pub(super) fn pass<M: Machine, P: Program>(m: &mut M, slot: Slot<M>) {
    let Slot { hit, index } = slot;
    let now = m.get(Field::Now);
    let zero = m.lit(0);

    let (epoch, renounced) = m.when(hit, |m| {
        let epoch = m.access::<Read>(Array::Epoch, index, zero, zero);
        (epoch, m.access::<Read>(Array::Renounced, index, zero, zero))
    });
    let restored = match P::Structure::ROWS {
        0 => m.bit(true),
        _ => {
            let restored = m.when(hit, |m| m.access::<Same>(Array::Restored, index, epoch, zero));
            m.is(restored, YES)
        }
    };
    let (live, within) = match P::SCHEMA.when_silent {
        WhenSilent::FailClosed => {
            let live = m.when(hit, |m| m.access::<IsAfter>(Array::Deadline, index, now, zero));
            (m.is(live, YES), m.bit(false)) // RP-SW-2
        }
        WhenSilent::BoundedOpen => {
            let span = m.param(Param::OpenSpan);
            let bound = m.sub(now, span);
            let life = m.when(hit, |m| m.access::<Liveness>(Array::Deadline, index, now, bound));
            (m.is(life, LIVE), m.is(life, LAPSED_WITHIN)) // RP-SW-2, RP-SW-11
        }
    };
    // RP-SN-6: a lease is of no use before the structure is what the store has.
    let restoring = m.and_not(live, restored);
    let live = m.both(live, restored);
    let live = m.signal("live", live);
    // Asked at once, so that what only a packet without a lease needs to know is looked up for it alone.
    let away = m.not(live);
    let away = m.signal("away", away);
    let open = m.when(away, |m| {
        let lapsed = Lapsed { epoch, renounced, within };
        if P::Structure::ROWS == 0 {
            return without_lease::<M, P>(m, slot, lapsed);
        }
        let restoring = m.signal("restoring", restoring);
        m.when(restoring, |m| while_restoring(m, index, epoch, renounced));
        let lacks = m.not(restoring);
        m.when(lacks, |m| without_lease::<M, P>(m, slot, lapsed))
    });
    let open = m.signal("open", open);
    let (reads, room) = m.when(live, |m| with_lease::<M, P>(m, index, epoch));
    let reads = m.signal("reads", reads);
    let room = m.signal("begins_write", room);

    let applies = m.either(room, reads);
    let applies = m.either(applies, open);
    let applies = match P::Structure::ROWS {
        0 => applies,
        _ => snapshot::goes_on::<M, P>(m, index, applies),
    };
    let applies = m.signal("applies", applies);
    m.when(applies, |m| {
        P::apply(m, StateArrays::new(index, room, room, P::Structure::ROWS > 0));
        // What the program does not let out does not travel either: a write goes to the store without it, a held read ends.
        let leaves = m.get(Field::Leaves);
        let stays = m.is(leaves, 0);
        let stays = m.signal("stays", stays);
        m.when(stays, |m| m.set(Field::OutCarry, zero));
        let ends = m.and_not(stays, room);
        m.when(ends, |m| m.set(Field::OutKind, zero));
    });
}

/// A packet whose lease is live. Gives whether it goes on as a read, and whether as a write.
#[inline(always)]
fn with_lease<M: Machine, P: Program>(m: &mut M, index: M::Word, epoch: M::Word) -> (M::Bit, M::Bit) {
    let writes = P::writes(m);
    let writes = m.signal("writes", writes);
    let reads = m.not(writes);
    m.when(reads, |m| check_read(m, index, epoch));
    // RP-SW-4: decided before any state changes.
    let room = m.when(writes, |m| m.mirror_room());
    let room = m.signal("room", room);
    let full = m.and_not(writes, room);
    let full = m.signal("mirror_full", full);
    m.when(full, |m| m.drop(Reason::MirrorFull));
    m.when(room, |m| begin_write(m, index, epoch));
    (reads, room)
}

/// RP-SW-4: the sequence number is taken, and egress will send the write and remember it.
#[inline(always)]
fn begin_write<M: Machine>(m: &mut M, index: M::Word, epoch: M::Word) {
    m.count(Event::WriteBegun);
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    let seq = m.access::<Advance>(Array::Seq, index, zero, zero);
    m.access::<Put>(Array::Asked, index, now, zero);
    let carry = m.bit(true);
    send(m, Kind::Write, epoch, seq, carry);
}

/// RP-SW-3: a read that sees an unacked write is held. RP-SW-8: a read renews.
#[inline(always)]
fn check_read<M: Machine>(m: &mut M, index: M::Word, epoch: M::Word) {
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    let seq = m.access::<Read>(Array::Seq, index, zero, zero);
    let acked = m.access::<Read>(Array::Acked, index, zero, zero);
    let settled = m.eq(seq, acked);
    let settled = m.signal("settled", settled);
    m.when(settled, |m| m.count(Event::ReadForwarded));
    let held = m.not(settled);
    let held = m.signal("held", held);
    m.when(held, |m| {
        m.count(Event::ReadHeld);
        let carry = m.bit(true);
        send(m, Kind::Hold, epoch, seq, carry);
    });
    let half = m.param(Param::HalfPeriod);
    let half_ago = m.sub(now, half);
    let renew = m.access::<IfOlder>(Array::Asked, index, now, half_ago);
    let renew = m.is(renew, YES);
    let renew = m.signal("renew", renew);
    m.when(renew, |m| renew_lease(m, epoch, now));
}

/// What is known of a flow whose lease is not live.
struct Lapsed<M: Machine> {
    epoch: M::Word,
    renounced: M::Word,
    within: M::Bit,
}

impl<M: Machine> Clone for Lapsed<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Lapsed<M> {}

/// No live lease: the packet asks for one, or goes on without under `BoundedOpen`. Gives whether it goes on.
#[inline(always)]
fn without_lease<M: Machine, P: Program>(m: &mut M, slot: Slot<M>, flow: Lapsed<M>) -> M::Bit {
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    m.when(slot.hit, |m| m.count(Event::LeaseLapsed));
    let silent = is_silent(m, now);
    let silent = m.signal("silent", silent);
    let open = match P::SCHEMA.when_silent {
        WhenSilent::FailClosed => m.bit(false),
        WhenSilent::BoundedOpen => {
            let writes = P::writes(m);
            let writes = m.signal("writes", writes);
            let open = m.both(flow.within, silent);
            may_go_open(m, open, slot.index, flow.renounced, writes)
        }
    };
    m.when(slot.hit, |m| m.access::<Put>(Array::Asked, slot.index, now, zero));
    let asks = m.not(open);
    m.when(asks, |m| request_lease(m, flow.epoch, flow.renounced, silent));
    open
}

/// RP-SN-6: the packet travels to the store and back, so that the structure begins with all of the snapshot; beyond the bound it is
/// dropped, or packets would go round for as long as the store takes.
#[inline(always)]
fn while_restoring<M: Machine>(m: &mut M, index: M::Word, epoch: M::Word, renounced: M::Word) {
    m.count(Event::Restoring);
    let now = m.get(Field::Now);
    let zero = m.lit(0);
    m.access::<Put>(Array::Asked, index, now, zero);
    let long = m.access::<IsBefore>(Array::Fresh, index, now, zero);
    let long = m.is(long, YES);
    let long = m.signal("waits_long", long);
    m.when(long, |m| m.drop(Reason::NotRestored));
    let travels = m.not(long);
    let silent = m.bit(false);
    m.when(travels, |m| request_lease(m, epoch, renounced, silent));
}

/// RP-SW-1, and the renounced epoch of RP-SW-9.
#[inline(always)]
fn request_lease<M: Machine>(m: &mut M, epoch: M::Word, renounced: M::Word, silent: M::Bit) {
    m.count(Event::LeaseRequested);
    m.when(silent, |m| m.ignore(Reason::StoreSilent));
    let zero = m.lit(0);
    let holds = m.is(renounced, RENOUNCED_NO);
    let holds = m.signal("holds", holds);
    let tombstone = m.not(holds);
    m.when(tombstone, |m| m.count(Event::RenouncedInRequest));
    let renounced_epoch = m.select(holds, zero, epoch);
    let carry = m.bit(true);
    send(m, Kind::LeaseRequest, renounced_epoch, zero, carry);
}

/// RP-SW-8: one per half period, because the cell that was asked has been set.
#[inline(always)]
fn renew_lease<M: Machine>(m: &mut M, epoch: M::Word, now: M::Word) {
    let room = m.mirror_room();
    let room = m.signal("room", room);
    let none = m.not(room);
    m.when(none, |m| m.ignore(Reason::RenewNoRoom));
    let zero = m.lit(0);
    let kind = m.lit(Kind::Renew as u32);
    m.when(room, |m| m.mirror(MirrorCopy { kind, epoch, seq: zero, due: now, wait: zero }));
}

/// Whether the store has left a request unanswered for too long (RP-SW-11). The request that is about to be made counts.
#[inline(always)]
fn is_silent<M: Machine>(m: &mut M, now: M::Word) -> M::Bit {
    let one = m.lit(1);
    let zero = m.lit(0);
    let since = m.or(now, one); // never 0, which means that nothing is unanswered
    let span = m.param(Param::SilenceSpan);
    let limit = m.sub(now, span);
    let silent = m.access::<Unanswered>(Array::Silence, zero, since, limit);
    m.is(silent, YES)
}

/// RP-SW-11, `BoundedOpen`: a read of a lease that has lapsed but was not given up, while the store is silent, for a bounded
/// time. It may be stale, but what it shows is durable: a read that saw an unacked write does not go on (RP-SW-3).
#[inline(always)]
fn may_go_open<M: Machine>(
    m: &mut M,
    open: M::Bit,
    index: M::Word,
    renounced: M::Word,
    writes: M::Bit,
) -> M::Bit {
    let zero = m.lit(0);
    let ours = m.is(renounced, RENOUNCED_NO);
    let open = m.both(open, ours);
    let open = m.and_not(open, writes);
    let open = m.signal("may_be_open", open);
    let seq = m.when(open, |m| m.access::<Read>(Array::Seq, index, zero, zero));
    let acked = m.when(open, |m| m.access::<Read>(Array::Acked, index, zero, zero));
    let settled = m.eq(seq, acked);
    let open = m.both(open, settled);
    m.when(open, |m| m.count(Event::WentOpen));
    open
}
