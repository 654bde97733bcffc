//! What the store owes for one flow: the truth that grants and acks are held against.
//!
//! A ledger knows which write was acked last and which was sent last. Each new epoch's grant is a reading of the flow, by
//! whichever switch it was made to, and is checked: its seq must be that of the last acked write, or of a later one that was sent, and its
//! state the one that was sent with that seq.
//!
//! | event | fault if |
//! | --- | --- |
//! | grant of a new epoch | seq before the last acked one: *lost*; after the last sent one: *unsent*; state not that of the seq: *changed* |
//! | ack of the current epoch | for a write that was never sent: *unsent* |
//! | ack of an earlier epoch | for a write that the current epoch's grant did not have: *lost* |

use redplane_core::seq::{Epoch, Seq};

use super::play::{App, State};

/// A broken promise of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Write `acked` was acked, and the store's newest is `found`.
    Lost {
        /// The newest acked write.
        acked: Seq,
        /// What the store has.
        found: Seq,
    },
    /// The store has, or acked, a write that nobody sent.
    Unsent {
        /// The newest that was sent.
        sent: Seq,
        /// What the store has.
        found: Seq,
    },
    /// The seq is right and the state is another.
    Changed {
        /// The write.
        seq: Seq,
        /// What was sent.
        sent: State,
        /// What the store has.
        found: State,
    },
    /// The flow was granted to a second switch while the lease of the first one was live.
    TwoOwners {
        /// The new epoch.
        epoch: Epoch,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lost { acked, found } => write!(f, "write {acked} was acked, the store has {found}"),
            Self::Unsent { sent, found } => write!(f, "the store has write {found}, the last sent is {sent}"),
            Self::Changed { seq, sent, found } => {
                write!(f, "write {seq} was sent with {sent:08x?}, the store has {found:08x?}")
            }
            Self::TwoOwners { epoch } => {
                write!(f, "epoch {epoch} was granted while another switch's lease was live")
            }
        }
    }
}

/// What a grant turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Granted {
    /// The first of this flow: what it says is where it begins.
    First,
    /// A new epoch, and all is as it should be.
    Kept,
    /// A new epoch of a flow that had idled out: it begins anew.
    Aged,
    /// An epoch that is known, or over.
    Repeated,
    /// A new epoch, and something is missing. The ledger goes on from what the store has.
    Broken(Fault),
}

/// A flow's ledger.
///
/// Invariant: `base`, `acked`, `sent` follow each other in this order or are equal; writes from `acked` on were sent in `epoch`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ledger {
    flow: u32,
    /// The newest epoch that was granted; none before the first.
    epoch: Epoch,
    /// With which seq.
    base: Seq,
    acked: Seq,
    /// The state of `acked`.
    state: State,
    sent: Seq,
    /// When the store last gave a sign of life of this flow, ns.
    heard_ns: u64,
}

impl Ledger {
    /// Of a flow of which nothing is known.
    pub(super) fn new(flow: u32) -> Self {
        let none = Seq::default();
        Self {
            flow,
            epoch: Epoch::NONE,
            base: none,
            acked: none,
            state: State::default(),
            sent: none,
            heard_ns: 0,
        }
    }

    /// Whether it was ever granted.
    pub(super) fn is_known(&self) -> bool {
        self.epoch != Epoch::NONE
    }

    /// How long nothing was heard of the flow.
    pub(super) fn idle_ns(&self, now_ns: u64) -> u64 {
        now_ns.saturating_sub(self.heard_ns)
    }

    /// The state that a write says.
    pub(super) fn state(&self, app: App, seq: Seq) -> State {
        app.state(self.flow, self.epoch, seq, self.state)
    }

    /// A write leaves for the first time.
    pub(super) fn sent(&mut self, epoch: Epoch, seq: Seq) {
        if epoch == self.epoch && seq.is_newer_than(self.sent) {
            self.sent = seq;
        }
    }

    /// A grant came. `may_age`: the flow idled for so long that the store may have forgotten it.
    pub(super) fn granted(
        &mut self,
        app: App,
        now_ns: u64,
        (epoch, seq, state): (Epoch, Seq, State),
        may_age: bool,
    ) -> Granted {
        let result = if !self.is_known() {
            Granted::First
        } else if !epoch.is_newer_than(self.epoch) {
            self.heard_ns = now_ns;
            return Granted::Repeated;
        } else if self.acked.is_newer_than(seq) && may_age {
            Granted::Aged
        } else if self.acked.is_newer_than(seq) {
            Granted::Broken(Fault::Lost { acked: self.acked, found: seq })
        } else if seq.is_newer_than(self.sent) {
            Granted::Broken(Fault::Unsent { sent: self.sent, found: seq })
        } else {
            let sent = if seq == self.acked { self.state } else { self.state(app, seq) };
            match sent == state {
                true => Granted::Kept,
                false if may_age => Granted::Aged,
                false => Granted::Broken(Fault::Changed { seq, sent, found: state }),
            }
        };
        *self = Self { flow: self.flow, epoch, base: seq, acked: seq, state, sent: seq, heard_ns: now_ns };
        result
    }

    /// An ack came.
    ///
    /// # Errors
    /// It is for a write that the store does not have, or cannot have.
    pub(super) fn acked(&mut self, app: App, now_ns: u64, epoch: Epoch, seq: Seq) -> Result<(), Fault> {
        self.heard_ns = now_ns;
        if epoch != self.epoch {
            let has = self.base;
            return if seq.is_newer_than(has) { Err(Fault::Lost { acked: seq, found: has }) } else { Ok(()) };
        }
        if seq.is_newer_than(self.sent) {
            return Err(Fault::Unsent { sent: self.sent, found: seq });
        }
        if seq.is_newer_than(self.acked) {
            self.state = self.state(app, seq);
            self.acked = seq;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: App = App::Counter;

    fn state(epoch: u32, seq: u32) -> State {
        APP.state(1, Epoch::new(epoch), Seq::new(seq), [0; 3])
    }

    fn grant(ledger: &mut Ledger, epoch: u32, seq: u32, state: State) -> Granted {
        ledger.granted(APP, 0, (Epoch::new(epoch), Seq::new(seq), state), false)
    }

    /// Granted in epoch 5 with seq 10; 11 and 12 were acked, 13 was sent.
    fn written() -> Ledger {
        let mut ledger = Ledger::new(1);
        assert_eq!(grant(&mut ledger, 5, 10, [9, 0, 0]), Granted::First);
        for seq in 11..=13 {
            ledger.sent(Epoch::new(5), Seq::new(seq));
        }
        assert_eq!(ledger.acked(APP, 0, Epoch::new(5), Seq::new(12)), Ok(()));
        ledger
    }

    #[test]
    fn grant_with_what_was_acked_or_sent_later_is_kept() {
        for seq in [12, 13] {
            let mut ledger = written();
            assert_eq!(grant(&mut ledger, 6, seq, state(5, seq)), Granted::Kept);
            assert_eq!(grant(&mut ledger, 6, seq, state(5, seq)), Granted::Repeated);
            assert_eq!(grant(&mut ledger, 5, 10, [9, 0, 0]), Granted::Repeated);
        }
    }

    #[test]
    fn grant_without_the_acked_write_is_a_loss_and_the_ledger_goes_on() {
        let mut ledger = written();
        let lost = Fault::Lost { acked: Seq::new(12), found: Seq::new(11) };
        assert_eq!(grant(&mut ledger, 6, 11, state(5, 11)), Granted::Broken(lost));
        assert_eq!(grant(&mut ledger, 7, 11, state(5, 11)), Granted::Kept);
    }

    #[test]
    fn grant_of_what_was_not_sent_is_a_fault() {
        let unsent = Fault::Unsent { sent: Seq::new(13), found: Seq::new(14) };
        assert_eq!(grant(&mut written(), 6, 14, state(5, 14)), Granted::Broken(unsent));
        for (seq, wrong) in [(12, state(5, 11)), (13, state(4, 13))] {
            assert!(matches!(
                grant(&mut written(), 6, seq, wrong),
                Granted::Broken(Fault::Changed { found, .. }) if found == wrong
            ));
        }
    }

    #[test]
    fn grant_of_an_aged_flow_begins_anew() {
        let mut ledger = written();
        let aged = ledger.granted(APP, 0, (Epoch::new(6), Seq::new(0), [0; 3]), true);
        assert_eq!(aged, Granted::Aged);
    }

    #[test]
    fn ack_of_an_earlier_epoch_for_what_the_later_one_lacks_is_a_loss() {
        let mut ledger = written();
        assert_eq!(grant(&mut ledger, 6, 12, state(5, 12)), Granted::Kept);
        assert_eq!(ledger.acked(APP, 0, Epoch::new(5), Seq::new(12)), Ok(()));
        let lost = Fault::Lost { acked: Seq::new(13), found: Seq::new(12) };
        assert_eq!(ledger.acked(APP, 0, Epoch::new(5), Seq::new(13)), Err(lost));
        let unsent = Fault::Unsent { sent: Seq::new(12), found: Seq::new(13) };
        assert_eq!(ledger.acked(APP, 0, Epoch::new(6), Seq::new(13)), Err(unsent));
    }
}
