//! The way to a shard of several replicas: which of them a switch talks to (RP-CH-6).
//!
//! Only one replica of a shard serves switches, and a switch is never told which. It finds out: **a switch that is told `Moved`, or
//! hears nothing for a retransmission's time, tries the next replica of the shard** (RP-CH-6). A [`Way`] is that rule. It counts
//! replicas from 0, in the order of the configuration, and goes round.
//!
//! | it stands so with the current replica | `sends` | `hears` `Moved` | `hears` another answer |
//! | --- | --- | --- | --- |
//! | Unasked: nothing sent to it in this turn | Asked | late, ignored | late, ignored |
//! | Asked, since a tick: nothing has come since | patience over: next replica, Asked | next replica, Unasked | Answered |
//! | Answered: nothing sent since | Asked | next replica, Unasked | as it is |
//!
//! The choice needs to be right only when something is sent, so there is no timer: silence is looked at by [`Way::sends`].
//!
//! - A `Moved` counts if it comes from the current replica and something was sent to it since it became that. So what is late,
//!   of an earlier turn, moves nothing, and each move costs a message: when all replicas say `Moved`, as while a new head is chosen,
//!   the way goes round at the pace of what the switch sends.
//! - What a replica says that is not the current one changes nothing. It is not a reason to go back to it either: a late ack of a head
//!   that has died since would lead there, and the head, if it was left too early, is met again in the next round.
//! - A request that the store lets wait without a word, as one for a flow whose lease another switch holds, is silence like any other
//!   if nothing else is answered meanwhile. A move too early does no harm but that the next messages are refused or lost: the way decides
//!   where messages go, and what they may do is decided by epochs and numbers.
//!
//! ```
//! use redplane_core::time::{Span, Tick};
//! use redplane_core::way::Way;
//! let mut way = Way::new(3, Span::from_millis(2));
//! let now = Tick::new(7);
//! assert!(!way.sends(now));
//! assert_eq!(way.current(), 0);
//! assert!(way.sends(now + Span::from_millis(2)), "nothing came");
//! assert_eq!(way.current(), 1);
//! ```

use zerocopy::FromBytes;

use crate::time::{Span, Tick};
use crate::wire::{Flags, Header, Kind, Refusal, VERSION};

/// Most replicas of a shard that a switch can be given.
pub const REPLICAS_MAX: usize = 4;

/// The way to one shard.
///
/// Contract: ticks do not go back. Between two calls they may wrap: what was silent for very long may then get one patience more.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Way {
    /// Below `replicas`.
    current: u8,
    /// 1 at least.
    replicas: u8,
    patience: Span,
    talk: Talk,
}

/// How it stands with the current replica.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Talk {
    /// Nothing was sent to it since it became the current one.
    Unasked,
    /// Something was sent then, and nothing has come since.
    Asked(Tick),
    /// Something came, and nothing was sent since.
    Answered,
}

impl Way {
    /// A way to so many replicas, from 1 to [`REPLICAS_MAX`]; other numbers are brought into these bounds. `patience` is how long a
    /// replica may be silent: one retransmission's time, which must be longer than an answer takes.
    pub const fn new(replicas: usize, patience: Span) -> Self {
        let replicas = match replicas {
            0 => 1,
            1..=REPLICAS_MAX => replicas as u8,
            _ => REPLICAS_MAX as u8,
        };
        Self { current: 0, replicas, patience, talk: Talk::Unasked }
    }

    /// The replica that the next message goes to, counted from 0.
    pub const fn current(&self) -> usize {
        self.current as usize
    }

    /// A message is about to be sent: to [`Self::current`], as it is after this call. True if silence has moved the way.
    pub fn sends(&mut self, now: Tick) -> bool {
        if let Talk::Asked(since) = self.talk
            && now.since(since) < self.patience.ticks()
        {
            return false;
        }
        let silent = matches!(self.talk, Talk::Asked(_));
        self.talk = Talk::Asked(now);
        silent && self.moves_on()
    }

    /// A datagram came from this replica. True if it has moved the way.
    ///
    /// The first message is looked at and no other: a replica that does not serve says `Moved` to every request. What is no answer of a
    /// store changes nothing.
    pub fn hears(&mut self, replica: usize, datagram: &[u8]) -> bool {
        if replica != self.current() {
            return false;
        }
        match (said(datagram), self.talk) {
            (Said::Moved, Talk::Asked(_) | Talk::Answered) => {
                self.talk = Talk::Unasked;
                self.moves_on()
            }
            (Said::Other, Talk::Asked(_)) => {
                self.talk = Talk::Answered;
                false
            }
            (Said::Moved, Talk::Unasked) | (Said::Other | Said::Nothing, _) => false,
        }
    }

    /// False if there is no other.
    fn moves_on(&mut self) -> bool {
        let next = self.current.wrapping_add(1);
        self.current = if next < self.replicas { next } else { 0 };
        self.replicas > 1
    }
}

/// What a datagram means for the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// That another replica serves.
    Moved,
    /// Anything else that a store says.
    Other,
    /// It is not a store's.
    Nothing,
}

/// Reads the header alone: no program is needed for it.
fn said(datagram: &[u8]) -> Said {
    let Ok((header, _)) = Header::ref_from_prefix(datagram) else { return Said::Nothing };
    match (header.version_kind >> 4, Kind::from_wire(header.version_kind & 0xf)) {
        (VERSION, Some(Kind::Refuse))
            if Flags::from(header.flags.get()).port() == Refusal::Moved.to_wire() =>
        {
            Said::Moved
        }
        (VERSION, Some(kind)) if !kind.is_request() || kind == Kind::SnapshotSlots => Said::Other,
        _ => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    //! RP-CH-6, state by state.
    use super::*;

    const PATIENCE: Span = Span::from_ticks(1000);
    const START: Tick = Tick::new(77);

    fn datagram(version: u8, kind: u8, reason: u16) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[0] = version << 4 | kind;
        bytes[6..8].copy_from_slice(&Flags::new().with_port(reason).into_bits().to_be_bytes());
        bytes
    }

    fn refuse(reason: Refusal) -> [u8; 24] {
        datagram(VERSION, Kind::Refuse as u8, reason.to_wire())
    }

    fn says_moved(way: &mut Way, replica: usize) -> bool {
        way.hears(replica, &refuse(Refusal::Moved))
    }

    fn acks(way: &mut Way, replica: usize) {
        assert!(!way.hears(replica, &datagram(VERSION, Kind::WriteAck as u8, 0)), "an ack moves nothing");
    }

    fn after(ticks: u32) -> Tick {
        START + Span::from_ticks(ticks)
    }

    /// A way whose current replica was asked at `START`.
    fn asked(replicas: usize) -> Way {
        let mut way = Way::new(replicas, PATIENCE);
        assert!(!way.sends(START));
        way
    }

    #[test]
    fn asked_replica_that_says_moved_is_left_for_the_next() {
        let mut way = asked(3);
        assert!(says_moved(&mut way, 0));
        assert_eq!(way.current(), 1);
        assert!(!way.sends(after(1)));
        assert_eq!(way.current(), 1, "there is no silence yet");
    }

    #[test]
    fn answered_replica_that_says_moved_is_left_for_the_next() {
        let mut way = asked(3);
        acks(&mut way, 0);
        assert!(
            says_moved(&mut way, 0),
            "of the requests it had, some were answered before it was voted out"
        );
        assert_eq!(way.current(), 1);
    }

    #[test]
    fn asked_replica_silent_for_the_patience_is_left_for_the_next() {
        let mut way = asked(3);
        assert!(!way.sends(after(999)));
        assert_eq!(way.current(), 0);
        assert!(way.sends(after(1000)), "from the first message on that nothing came for");
        assert_eq!(way.current(), 1);
        assert!(!way.sends(after(1999)));
        assert!(way.sends(after(2000)), "the next one is silent too");
        assert_eq!(way.current(), 2);
    }

    #[test]
    fn answered_replica_is_kept_however_long_nothing_is_asked() {
        let mut way = asked(3);
        acks(&mut way, 0);
        assert!(!way.sends(after(5_000_000)));
        assert!(!way.sends(after(5_000_999)), "silence counts from what was sent last after an answer");
        assert_eq!(way.current(), 0);
        assert!(way.sends(after(5_001_000)));
    }

    #[test]
    fn refusal_for_another_reason_is_an_answer() {
        for reason in Refusal::ALL.iter().filter(|reason| **reason != Refusal::Moved) {
            let mut way = asked(2);
            assert!(!way.hears(0, &refuse(*reason)), "{reason:?}");
            assert!(!way.sends(after(1000)), "{reason:?}");
            assert_eq!(way.current(), 0, "{reason:?}");
        }
    }

    #[test]
    fn slots_that_were_fetched_are_an_answer() {
        let mut way = asked(2);
        assert!(!way.hears(0, &datagram(VERSION, Kind::SnapshotSlots as u8, 0)));
        assert!(!way.sends(after(1000)));
    }

    #[test]
    fn datagram_that_no_store_sends_is_silence() {
        let moved = refuse(Refusal::Moved);
        let others = [
            &[][..],
            &moved[..19],
            &datagram(VERSION + 1, Kind::Refuse as u8, Refusal::Moved.to_wire()),
            &datagram(VERSION, 0, 0),
            &datagram(VERSION, Kind::Write as u8, Refusal::Moved.to_wire()),
        ];
        for other in others {
            let mut way = asked(2);
            assert!(!way.hears(0, other), "{other:?}");
            assert_eq!(way.current(), 0, "{other:?}");
            assert!(way.sends(after(1000)), "{other:?}");
        }
    }

    #[test]
    fn moved_of_a_replica_that_is_not_current_is_ignored() {
        let mut way = asked(3);
        assert!(says_moved(&mut way, 0));
        assert!(!way.sends(after(1)));
        for replica in [0, 2, 3, usize::MAX] {
            assert!(!says_moved(&mut way, replica));
        }
        assert_eq!(way.current(), 1);
    }

    #[test]
    fn answer_of_a_replica_that_is_not_current_does_not_lead_back_to_it() {
        let mut way = asked(3);
        assert!(way.sends(after(1000)));
        acks(&mut way, 0);
        assert_eq!(way.current(), 1);
        assert!(way.sends(after(2000)), "nor is it a word of the current one");
        assert_eq!(way.current(), 2);
    }

    #[test]
    fn unasked_replica_that_says_moved_is_late_and_kept() {
        let mut way = asked(2);
        assert!(says_moved(&mut way, 0));
        assert!(!way.sends(after(1)));
        assert!(says_moved(&mut way, 1));
        assert_eq!(way.current(), 0);
        for _ in 0..100 {
            assert!(!says_moved(&mut way, 0), "of its first turn");
        }
        assert_eq!(way.current(), 0);
    }

    #[test]
    fn round_of_moved_goes_on_with_one_message_a_move() {
        let mut way = Way::new(3, PATIENCE);
        for turn in 0..7 {
            assert_eq!(way.current(), turn % 3);
            assert!(!way.sends(after(turn as u32)));
            assert!(says_moved(&mut way, turn % 3));
        }
    }

    #[test]
    fn only_replica_is_never_left() {
        for replicas in [0, 1] {
            let mut way = asked(replicas);
            assert!(!says_moved(&mut way, 0));
            for send in 1..10 {
                assert!(!way.sends(after(send * 1000)));
                assert_eq!(way.current(), 0);
            }
        }
    }

    #[test]
    fn replicas_beyond_the_most_are_not_tried() {
        let mut way = asked(9);
        for send in 1..=4 {
            assert!(way.sends(after(send * 1000)));
            assert_eq!(way.current(), send as usize % REPLICAS_MAX);
        }
    }

    #[test]
    fn silence_across_the_wrap_of_ticks_is_as_long_as_any() {
        let mut way = Way::new(2, PATIENCE);
        let start = Tick::new(u32::MAX - 300);
        assert!(!way.sends(start));
        assert!(!way.sends(start + Span::from_ticks(999)));
        assert!(way.sends(start + Span::from_ticks(1000)));
        assert_eq!(way.current(), 1);
    }

    #[test]
    fn silence_of_a_whole_wrap_gets_one_patience_more() {
        let mut way = asked(2);
        assert!(!way.sends(START), "2^32 ticks later");
        assert!(way.sends(after(1000)));
    }

    #[test]
    fn head_that_comes_back_is_found_again_by_either_cause() {
        let mut way = asked(2);
        assert!(way.sends(after(1000)), "0 has died");
        acks(&mut way, 1);
        assert!(!way.sends(after(1500)));
        acks(&mut way, 1);
        assert!(!way.sends(after(2000)));
        assert!(says_moved(&mut way, 1), "0 is back, and head");
        assert!(!way.sends(after(2500)));
        acks(&mut way, 0);
        assert!(!way.sends(after(9000)));
        assert_eq!(way.current(), 0);
        assert!(way.sends(after(10_000)));
        assert_eq!(way.current(), 1);
    }
}
