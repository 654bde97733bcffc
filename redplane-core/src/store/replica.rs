//! The per-flow rules of a store that follows another one, and what it does when it takes over: RP-ST-6, RP-CH-1.
//!
//! A replica applies what the head has decided, in the order of the log, and decides nothing: whatever it is told becomes its
//! record. [`FlowStore::take_over`] makes it a store that decides.

use super::flow::note_snapshot;
use super::{Assembly, FlowStore, Full, Initializer, Instant, LogIndex, Owner, Record, Records, Run};
use crate::program::Program;
use crate::seq::{Epoch, Seq};

/// What the log says of a record: all of it but what only the deciding store needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<S> {
    /// The last owner.
    pub owner: Option<Owner>,
    /// Whether it has not given the lease up.
    pub held: bool,
    /// Lease generation.
    pub epoch: Epoch,
    /// Newest write.
    pub seq: Seq,
    /// The program's state.
    pub state: S,
}

impl<S: Copy> Told<S> {
    /// What the log says of this record.
    pub fn of(record: &Record<S>) -> Self {
        let Record { owner, held, epoch, seq, state, .. } = *record;
        Self { owner, held, epoch, seq, state }
    }
}

impl<P: Program, R: Records<P>, I: Initializer<P>> FlowStore<P, R, I> {
    /// The log says this of a flow.
    ///
    /// # Errors
    /// The map is full: this replica can hold less than the one that decides, and has nothing to say for the flow.
    pub fn apply(
        &mut self,
        now: Instant,
        key: &P::Key,
        told: &Told<P::State>,
        index: LogIndex,
    ) -> Result<(), Full> {
        let Told { owner, held, epoch, seq, state } = *told;
        let deadline = now + self.period;
        if let Some(record) = self.records.get(key) {
            let before = record.owner;
            *record = Record { owner, held, epoch, seq, state, deadline, index, ..*record };
            self.pass(before, owner);
            return Ok(());
        }
        let record =
            Record { owner, held, epoch, seq, state, deadline, index, waiting: 0, wanted: 0, recalled: None };
        self.records.insert(*key, record)?;
        self.pass(None, owner);
        let pair = self.initializer.pair(key, &state);
        if pair.is_none_or(|pair| self.records.get(&pair).is_none()) {
            self.initializer.claim(key, &state);
        }
        Ok(())
    }

    /// The log says that a flow has ended.
    pub fn apply_removal(&mut self, key: &P::Key) {
        let Some(state) = self.records.get(key).map(|record| record.state) else { return };
        self.forget(key);
        let pair = self.initializer.pair(key, &state);
        if pair.is_none_or(|pair| self.records.get(&pair).is_none()) {
            self.initializer.release(key, &state);
        }
    }

    /// The log says that a run of slots of a snapshot came in.
    ///
    /// # Errors
    /// There is no room for the flow's snapshots.
    pub fn apply_slots(&mut self, key: &P::Key, run: &Run<'_>, index: LogIndex) -> Result<(), Full> {
        let Some(mut parts) = self.records.assembly(key).and_then(Assembly::parts) else { return Err(Full) };
        // The head took it in; what it refused is not in the log.
        let completes = parts.has(run.range) && parts.take(run).unwrap_or(false);
        if let Some(record) = self.records.get(key) {
            note_snapshot::<P>(record, completes, run.id);
            record.index = index;
        }
        Ok(())
    }

    /// Words of the memory of a flow's snapshots as they are at the store that this one is copied from ([`super::Parts::word`]).
    ///
    /// # Errors
    /// There is no room for the flow's snapshots.
    pub fn apply_piece(
        &mut self,
        key: &P::Key,
        words: impl Iterator<Item = (usize, u32)>,
    ) -> Result<(), Full> {
        let Some(mut parts) = self.records.assembly(key).and_then(Assembly::parts) else { return Err(Full) };
        words.for_each(|(at, word)| parts.put_word(at, word));
        Ok(())
    }

    /// The head's place is this store's from now on. What it knows of leases may be old: the former head may have extended each of
    /// them just now, so none ends for a whole period (RP-ST-6).
    pub fn take_over(&mut self, now: Instant) {
        self.assumed = now + self.period;
    }

    /// The caller has thrown away every message that waited.
    pub fn forget_waiting(&mut self) {
        self.waiting = 0;
    }

    /// Every epoch of a key without a record is at most this (RP-ST-10).
    pub fn epoch_floor(&self) -> Epoch {
        self.epoch_floor
    }

    /// The floor of another replica: new records are above both.
    pub fn raise_epoch_floor(&mut self, floor: Epoch) {
        if floor.is_newer_than(self.epoch_floor) {
            self.epoch_floor = floor;
        }
    }

    /// Before this, no lease ends that is held (RP-ST-6).
    pub fn assumed(&self) -> Instant {
        self.assumed
    }
}
