//! RedPlane's register actions: what its stateful ALUs do, one read-modify-write each.
//!
//! A flow slot is six cells beside its key and its state (24 bytes): [`Array::Epoch`],
//! `Renounced`, `Deadline`, `Seq`, `Acked` and `Asked`.

use crate::machine::{Alu, Array, RegisterAction};

/// `Renounced`: the lease may be used until its deadline.
pub const RENOUNCED_NO: u32 = 0;
/// `Renounced`: the lease was given up and the store has not confirmed it.
pub const RENOUNCED: u32 = 1;
/// `Renounced`: the lease was given up and the store knows, or the store has said that it is over. Nothing that was written
/// under it is owed any more: it is applied, or void.
pub const RENOUNCED_CONFIRMED: u32 = 2;

const _: () = assert!(RENOUNCED_CONFIRMED >> Array::Renounced.bits() == 0);

/// Result of the actions that answer a question, 0 being no: [`Same`], [`IsAfter`], [`IsBefore`], [`IfOlder`], [`Unanswered`].
pub const YES: u32 = 1;

/// Result of [`Adopt`]: the cell was `a` already.
pub const SAME: u32 = 1;
/// Result of [`Adopt`]: `a` was newer than the cell, and is in it now.
pub const NEWER: u32 = 2;

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

    /// Gives [`YES`] if the cell is `a`.
    Same = "same", |alu, cell, a, _b| {
        let same = alu.eq(cell, a);
        (cell, alu.word(same))
    };

    /// Puts `a` if it is newer than the cell; gives [`NEWER`] if it was, [`SAME`] if the cell was `a`, else 0 (RP-SW-7).
    Adopt = "adopt", |alu, cell, a, _b| {
        let newer = alu.newer(a, cell);
        let same = alu.eq(cell, a);
        let newer_word = alu.lit(NEWER);
        let same_word = alu.word(same);
        (alu.select(newer, a, cell), alu.select(newer, newer_word, same_word))
    };

    /// Gives [`YES`] if the cell is before `a`: `a` is newer (RP-SW-10).
    IsBefore = "is_before", |alu, cell, a, _b| {
        let before = alu.newer(a, cell);
        (cell, alu.word(before))
    };

    /// Gives [`YES`] if the cell, a deadline, is after `a` (RP-SW-2).
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

    /// Puts `a` and gives [`YES`] if `b` is newer than the cell: once per half period, not once per packet (RP-SW-8).
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

    /// Remembers since when the store owes an answer: puts `a` (now, never 0) into an empty cell, and gives [`YES`] if the
    /// cell holds a tick that is older than `b` (RP-SW-11).
    Unanswered = "unanswered", |alu, cell, a, b| {
        let empty = alu.is(cell, 0);
        let older = alu.newer(b, cell);
        let silent = alu.and_not(older, empty);
        (alu.select(empty, a, cell), alu.word(silent))
    };
}

/// Whether RP-SW-9 lets a slot go, from its cells: its deadline has passed, nothing is owed, no give-up is unconfirmed, and
/// every grant that its requests may still bring has passed its own deadline.
///
/// Nothing is owed when every write is acked, or when the store knows that the lease is over: what it has not applied by then
/// is void.
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
    let acked = alu.eq(cells.seq, cells.acked);
    let over = alu.is(cells.renounced, RENOUNCED_CONFIRMED);
    let settled = alu.either(acked, over);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::NativeAlu;

    fn done<R: RegisterAction>(_: R, cell: u32, a: u32) -> (u32, u32) {
        R::apply(&mut NativeAlu, cell, a, 0)
    }

    #[test]
    fn same_tells_equal_cells_and_changes_none() {
        assert_eq!(done(Same, 7, 7), (7, YES));
        assert_eq!(done(Same, 7, 8), (7, 0));
        assert_eq!(done(Same, 8, 7), (8, 0));
    }

    #[test]
    fn adopt_takes_what_is_newer_and_tells_newer_same_and_older_apart() {
        assert_eq!(done(Adopt, 7, 8), (8, NEWER));
        assert_eq!(done(Adopt, 7, 7), (7, SAME));
        assert_eq!(done(Adopt, 7, 6), (7, 0));
        assert_eq!(done(Adopt, u32::MAX, 1), (1, NEWER), "across the wrap");
        assert_eq!(done(Adopt, 1, u32::MAX), (1, 0), "across the wrap");
    }

    #[test]
    fn is_before_holds_for_newer_operands_alone() {
        assert_eq!(done(IsBefore, 7, 8), (7, YES));
        assert_eq!(done(IsBefore, 7, 7), (7, 0));
        assert_eq!(done(IsBefore, 7, 6), (7, 0));
        assert_eq!(done(IsBefore, u32::MAX, 0), (u32::MAX, YES), "across the wrap");
    }

    #[test]
    fn slot_with_an_unacked_write_is_reusable_only_where_the_lease_is_known_to_be_over() {
        let reusable = |renounced, acked| {
            let cells = SlotCells { renounced, deadline: 100, seq: 5, acked, asked: 100 };
            is_reusable(&mut NativeAlu, cells, 1000, 500)
        };
        assert!(reusable(RENOUNCED_NO, 5));
        assert!(!reusable(RENOUNCED_NO, 4));
        assert!(!reusable(RENOUNCED, 5));
        assert!(!reusable(RENOUNCED, 4));
        assert!(reusable(RENOUNCED_CONFIRMED, 5));
        assert!(reusable(RENOUNCED_CONFIRMED, 4));
    }

    #[test]
    fn slot_whose_lease_is_over_still_waits_for_what_was_asked_for() {
        let cells = SlotCells { renounced: RENOUNCED_CONFIRMED, deadline: 100, seq: 5, acked: 4, asked: 600 };
        assert!(!is_reusable(&mut NativeAlu, cells, 1000, 500));
        assert!(is_reusable(&mut NativeAlu, cells, 1100, 500));
    }
}
