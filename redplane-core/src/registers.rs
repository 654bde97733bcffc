//! RedPlane's register actions: what its stateful ALUs do, one read-modify-write each.
//!
//! A flow slot is six cells beside its key and its state (24 bytes): [`Array::Epoch`](crate::machine::Array::Epoch),
//! `Renounced`, `Deadline`, `Seq`, `Acked` and `Asked`.

use crate::machine::{Alu, RegisterAction};

/// `Renounced`: the lease may be used until its deadline.
pub const RENOUNCED_NO: u32 = 0;
/// `Renounced`: the lease was given up and the store has not confirmed it.
pub const RENOUNCED: u32 = 1;
/// `Renounced`: the lease was given up and the store knows.
pub const RENOUNCED_CONFIRMED: u32 = 2;

/// Result of [`Liveness`]: the deadline has not passed.
pub const LIVE: u32 = 2;
/// Result of [`Liveness`]: the deadline has passed, but not by more than the given bound.
pub const LAPSED_WITHIN: u32 = 1;

macro_rules! register_actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, |$alu:ident, $cell:ident, $a:ident, $b:ident| $body:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl RegisterAction for $name {
                const NAME: &'static str = $text;

                #[inline(always)]
                fn apply<A: Alu + ?Sized>(
                    $alu: &mut A,
                    $cell: A::Word,
                    $a: A::Word,
                    $b: A::Word,
                ) -> (A::Word, A::Word) {
                    $body
                }
            }
        )*
    };
}

register_actions! {
    /// Gives the cell.
    Read = "read", |_alu, cell, _a, _b| (cell, cell);

    /// Puts `a` and gives the old cell.
    Put = "put", |_alu, cell, a, _b| (a, cell);

    /// Counts up by one and gives the new number (RP-SW-4).
    Advance = "advance", |alu, cell, _a, _b| {
        let one = alu.lit(1);
        let next = alu.add(cell, one);
        (next, next)
    };

    /// Gives 1 if the cell, a deadline, is after `a` (RP-SW-2).
    IsAfter = "is_after", |alu, cell, a, _b| {
        let after = alu.newer(cell, a);
        (cell, alu.word(after))
    };

    /// Gives [`LIVE`] if the cell, a deadline, is after `a`, [`LAPSED_WITHIN`] if it is after `b`, an earlier tick, else 0
    /// (RP-SW-11).
    Liveness = "liveness", |alu, cell, a, b| {
        let live = alu.newer(cell, a);
        let within = alu.newer(cell, b);
        let live_word = alu.word(live);
        let within_word = alu.word(within);
        (cell, alu.add(live_word, within_word))
    };

    /// Puts `a` if it is newer than the cell, and gives the old cell (RP-SW-5, RP-SW-7, RP-SW-10).
    Latest = "latest", |alu, cell, a, _b| {
        let newer = alu.newer(a, cell);
        (alu.select(newer, a, cell), cell)
    };

    /// Puts `a` and gives 1 if `b` is newer than the cell: once per half period, not once per packet (RP-SW-8).
    /// `a` is now, `b` is half a period ago.
    IfOlder = "if_older", |alu, cell, a, b| {
        let older = alu.newer(b, cell);
        (alu.select(older, a, cell), alu.word(older))
    };

    /// Puts `b` if the cell is `a`, and gives the old cell (RP-SW-9).
    Replace = "replace", |alu, cell, a, b| {
        let same = alu.eq(cell, a);
        (alu.select(same, b, cell), cell)
    };

    /// Remembers since when the store owes an answer: puts `a` (now, never 0) into an empty cell, and gives 1 if the cell
    /// holds a tick that is older than `b` (RP-SW-11).
    Unanswered = "unanswered", |alu, cell, a, b| {
        let empty = alu.is(cell, 0);
        let older = alu.newer(b, cell);
        let silent = alu.and_not(older, empty);
        (alu.select(empty, a, cell), alu.word(silent))
    };
}

/// Whether RP-SW-9 lets a slot go, from its cells: its deadline has passed, nothing is unacked, no give-up is unconfirmed,
/// and every grant that its requests may still bring has passed its own deadline.
///
/// It is asked where flows are inserted, which is a capability of the machine; the rule itself is written here, once.
#[inline]
pub fn is_reusable<A: Alu + ?Sized>(
    alu: &mut A,
    cells: SlotCells<A::Word>,
    now: A::Word,
    period: A::Word,
) -> A::Bit {
    let live = alu.newer(cells.deadline, now);
    let expiry = alu.add(cells.asked, period);
    let asking = alu.newer(expiry, now);
    let settled = alu.eq(cells.seq, cells.acked);
    let unconfirmed = alu.is(cells.renounced, RENOUNCED);
    let in_use = alu.either(live, asking);
    let in_use = alu.either(in_use, unconfirmed);
    alu.and_not(settled, in_use)
}

/// The cells that [`is_reusable`] looks at.
#[derive(Clone, Copy, Debug)]
pub struct SlotCells<W> {
    /// `Array::Renounced`.
    pub renounced: W,
    /// `Array::Deadline`.
    pub deadline: W,
    /// `Array::Seq`.
    pub seq: W,
    /// `Array::Acked`.
    pub acked: W,
    /// `Array::Asked`.
    pub asked: W,
}
