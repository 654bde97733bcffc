//! What one switch knows of one flow: its lease, and its writes under way.
//!
//! | phase | LeaseRequest, GiveUp under way | leaves it |
//! | --- | --- | --- |
//! | Idle | | by asking |
//! | Asking | LeaseRequest | Grant: Held; refused: Idle |
//! | Held | | lease lapsed or refused: Idle; handed back: GivingUp |
//! | GivingUp | GiveUp | GiveUpAck, or refused for good: Idle |

use std::collections::VecDeque;

use redplane_core::seq::{Epoch, Seq};

/// Where a switch stands with a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Neither lease nor request.
    Idle,
    /// It has asked for the lease. Writes of an earlier time may still be under way.
    Asking(Try),
    /// It has, or had, the lease.
    Held,
    /// It hands the lease back.
    GivingUp(Try),
}

/// A request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Try {
    /// When it was first sent.
    pub(super) first_ns: u64,
    /// When it is to be sent again.
    pub(super) due_ns: u64,
    /// How often it was sent again.
    pub(super) again: u32,
}

/// A switch's part in a flow.
///
/// Invariant: `writes` are those up to `seq` without a gap, the oldest in front; all are of `epoch`.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) switch: u16,
    pub(super) flow: u32,
    pub(super) phase: Phase,
    /// The newest epoch that was granted to it.
    pub(super) epoch: Epoch,
    /// Its newest write.
    pub(super) seq: Seq,
    /// Until when the lease is live (RP-SW-2).
    pub(super) deadline_ns: u64,
    /// The epoch that it gave up, or was told to be over; its grants are ignored (RP-SW-9).
    pub(super) renounced: Epoch,
    /// Another switch wants the flow: nothing more is written.
    pub(super) recalled: bool,
    /// Not to ask before.
    pub(super) rests_until_ns: u64,
    pub(super) writes: VecDeque<Try>,
}

impl Session {
    pub(super) fn new(switch: u16, flow: u32) -> Self {
        Self {
            switch,
            flow,
            phase: Phase::Idle,
            epoch: Epoch::NONE,
            seq: Seq::default(),
            deadline_ns: 0,
            renounced: Epoch::NONE,
            recalled: false,
            rests_until_ns: 0,
            writes: VecDeque::new(),
        }
    }

    /// Whether it may write now.
    pub(super) fn is_live(&self, now_ns: u64) -> bool {
        self.phase == Phase::Held && now_ns < self.deadline_ns
    }

    /// The write of this number, if it is under way.
    pub(super) fn write_mut(&mut self, seq: Seq) -> Option<&mut Try> {
        let behind = self.seq.raw().wrapping_sub(seq.raw()) as usize;
        let at = self.writes.len().checked_sub(behind)?.checked_sub(1)?;
        self.writes.get_mut(at)
    }

    /// Takes the oldest write out if an ack of this number covers it (RP-SW-5).
    pub(super) fn pop_acked(&mut self, acked: Seq) -> Option<Try> {
        let older = self.writes.len().checked_sub(1)? as u32;
        let oldest = Seq::new(self.seq.raw().wrapping_sub(older));
        if oldest.is_newer_than(acked) { None } else { self.writes.pop_front() }
    }

    /// The request of the phase.
    pub(super) fn request_mut(&mut self) -> Option<&mut Try> {
        match &mut self.phase {
            Phase::Asking(request) | Phase::GivingUp(request) => Some(request),
            Phase::Idle | Phase::Held => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writing(last: u32, count: u64) -> Session {
        let writes = (1..=count).map(|first_ns| Try { first_ns, due_ns: 0, again: 0 }).collect();
        Session { seq: Seq::new(last), writes, ..Session::new(1, 1) }
    }

    #[test]
    fn ack_covers_all_older_writes_across_the_wrap_and_no_newer_one() {
        // Writes u32::MAX, 0 and 1.
        let mut session = writing(1, 3);
        assert!(session.pop_acked(Seq::new(u32::MAX - 1)).is_none());
        assert_eq!(session.pop_acked(Seq::new(0)).unwrap().first_ns, 1);
        assert_eq!(session.pop_acked(Seq::new(0)).unwrap().first_ns, 2);
        assert!(session.pop_acked(Seq::new(0)).is_none());
        assert_eq!(session.pop_acked(Seq::new(1)).unwrap().first_ns, 3);
        assert!(session.pop_acked(Seq::new(9)).is_none());
    }

    #[test]
    fn write_is_found_by_its_number() {
        let mut session = writing(1, 3);
        for (seq, first_ns) in [(u32::MAX, 1), (0, 2), (1, 3)] {
            assert_eq!(session.write_mut(Seq::new(seq)).unwrap().first_ns, first_ns);
        }
        for seq in [u32::MAX - 1, 2] {
            assert!(session.write_mut(Seq::new(seq)).is_none());
        }
    }
}
