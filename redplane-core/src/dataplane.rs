//! RedPlane's data plane, written once over [`Machine`]: linearizable mode, rules RP-SW-1 … 12, and the snapshots of bounded
//! inconsistency, RP-SN-1 … 6.
//!
//! A pass goes through [`ingress`], which decides and touches the registers, and through [`egress`], which puts the message
//! around the packet and the header-only copy into the mirror queue. Egress has no registers: a copy that comes around takes
//! an ingress pass, so no array exists twice.
//!
//! | pass | what it is about | file |
//! | --- | --- | --- |
//! | packet | a packet arrived, or came back out of a grant | `dataplane/packet.rs` |
//! | message | the store answers or asks | `dataplane/answer.rs`, `dataplane/grant.rs` |
//! | copy | a header-only copy came around in the mirror queue | `dataplane/copy.rs` |
//! | sweep, give-up | time and operator | `dataplane/lapse.rs` |
//! | snapshot | a slot of a structure is read | `dataplane/snapshot.rs` |
//!
//! Each pass accesses a register array at most once, in the order of [`crate::machine::Array`].

mod answer;
mod copy;
mod grant;
mod lapse;
mod packet;
mod plain;
mod snapshot;

pub use plain::plain;

use crate::count::Reason;
use crate::field::{Field, Header, Param, Pass};
use crate::machine::{Encapsulation, Machine, MirrorCopy};
use crate::program::Program;
use crate::structure::Structure;
use crate::wire::Kind;

/// The flow's slot: whether it has one, and which.
struct Slot<M: Machine> {
    hit: M::Bit,
    index: M::Word,
}

impl<M: Machine> Clone for Slot<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Slot<M> {}

/// Decides what becomes of a packet, a message, a copy or a slot, and updates the registers.
#[inline(always)]
pub fn ingress<M: Machine, P: Program>(m: &mut M) {
    let pass = m.get(Field::Pass);
    let is_packet = m.is(pass, Pass::Packet as u32);
    let is_packet = m.signal("is_packet", is_packet);
    let is_message = m.is(pass, Pass::Message as u32);
    let is_message = m.signal("is_message", is_message);
    let is_copy = m.is(pass, Pass::Copy as u32);
    let is_copy = m.signal("is_copy", is_copy);
    let is_sweep = m.is(pass, Pass::Sweep as u32);
    let is_sweep = m.signal("is_sweep", is_sweep);
    let is_give_up = m.is(pass, Pass::GiveUp as u32);
    let is_give_up = m.signal("is_give_up", is_give_up);

    let is_ours = m.when(is_packet, |m| P::key(m));
    let is_ours = m.signal("is_ours", is_ours);
    let is_mine = m.when(is_message, |m| is_for_us(m));
    let is_mine = m.signal("is_mine", is_mine);
    let has_key = m.either(is_ours, is_mine);
    let has_key = m.either(has_key, is_copy);
    let has_key = m.either(has_key, is_give_up);
    let has_key = m.signal("has_key", has_key);
    let (hit, index) = m.when(has_key, |m| m.lookup());
    let hit = m.signal("hit", hit);
    let slot = Slot { hit, index };

    m.when(is_ours, |m| packet::pass::<M, P>(m, slot));
    m.when(is_mine, |m| message::<M, P>(m, slot));
    m.when(is_copy, |m| copy::pass(m, slot));
    m.when(is_give_up, |m| lapse::give_up(m, slot));
    m.when(is_sweep, |m| lapse::sweep::<M, P>(m));
    if P::Structure::ROWS > 0 {
        let is_snapshot = m.is(pass, Pass::Snapshot as u32);
        let is_snapshot = m.signal("is_snapshot", is_snapshot);
        m.when(is_snapshot, |m| snapshot::pass::<M, P>(m));
    }
}

/// Puts the message that ingress decided on around the packet, and remembers a write until it is acked (RP-SW-4).
#[inline(always)]
pub fn egress<M: Machine, P: Program>(m: &mut M) {
    let kind = m.get(Field::OutKind);
    let nothing = m.is(kind, 0);
    let sends = m.not(nothing);
    let sends = m.signal("sends", sends);
    m.when(sends, |m| {
        let epoch = m.get(Field::OutEpoch);
        let seq = m.get(Field::OutSeq);
        let now = m.get(Field::Now);
        let carry = m.get(Field::OutCarry);
        let carry = m.is(carry, 1);
        let pass = m.get(Field::Pass);
        let is_copy = m.is(pass, Pass::Copy as u32);
        let is_copy = m.signal("is_copy", is_copy);
        let is_write = m.is(kind, Kind::Write as u32);
        let begins = m.and_not(is_write, is_copy);
        let begins = m.signal("begins_write", begins);
        m.when(begins, |m| {
            let wait = m.param(Param::ResendAfter);
            let due = m.add(now, wait);
            m.mirror(MirrorCopy { kind, epoch, seq, due, wait });
        });
        // A copy that has waited for an answer was sent before.
        let wait = m.get(Field::CopyWait);
        let first = m.is(wait, 0);
        let retransmission = m.and_not(is_copy, first);
        let retransmission = m.signal("retransmission", retransmission);
        m.encapsulate(Encapsulation { kind, epoch, seq, timestamp: now, carry, retransmission });
    });
}

/// Whether the message is an answer to this life of this switch.
#[inline(always)]
fn is_for_us<M: Machine>(m: &mut M) -> M::Bit {
    let to = m.get(Field::MessageSwitch);
    let id = m.param(Param::SwitchId);
    let ours = m.eq(to, id);
    let other = m.not(ours);
    m.when(other, |m| m.drop(Reason::WrongSwitch));
    let boot = m.get(Field::MessageIncarnation);
    let incarnation = m.param(Param::Incarnation);
    let same_boot = m.eq(boot, incarnation);
    let earlier = m.and_not(ours, same_boot);
    m.when(earlier, |m| m.drop(Reason::OldIncarnation));
    m.both(ours, same_boot)
}

/// A message of the store, of whichever kind. Every one of them shows that the store is there (RP-SW-11).
#[inline(always)]
fn message<M: Machine, P: Program>(m: &mut M, slot: Slot<M>) {
    let kind = m.get(Field::MessageKind);
    let is_grant = m.is(kind, Kind::Grant as u32);
    let is_grant = m.signal("is_grant", is_grant);
    let is_answer = m.not(is_grant);
    m.when(is_grant, |m| grant::pass::<M, P>(m, slot));
    m.when(is_answer, |m| answer::pass(m, slot, kind));
}

/// Has egress put a message around the packet.
#[inline(always)]
fn send<M: Machine>(m: &mut M, kind: Kind, epoch: M::Word, seq: M::Word, carry: M::Bit) {
    let kind = m.lit(kind.to_wire() as u32);
    m.set(Field::OutKind, kind);
    m.set(Field::OutEpoch, epoch);
    m.set(Field::OutSeq, seq);
    let carry = m.word(carry);
    m.set(Field::OutCarry, carry);
}

/// The deadline that an answer to a request of this tick gives (RP-SW-2): counted from the sending, less the guard.
#[inline(always)]
fn deadline_of<M: Machine>(m: &mut M, timestamp: M::Word) -> M::Word {
    let span = m.param(Param::LeaseSpan);
    m.add(timestamp, span)
}

/// Whether the packet has any of these headers.
#[inline(always)]
pub fn has_any<M: Machine>(m: &mut M, headers: [Header; 2]) -> M::Bit {
    let [first, second] = headers;
    let first = m.has(first);
    let second = m.has(second);
    m.either(first, second)
}
