//! What a shard and its log's worker tell each other.
//!
//! Invariants:
//! - each change that was appended while active is in `pending`, in the worker's hands, or committed;
//! - `pending` is in the order of `first`, and all that the worker has in its hands came before it;
//! - an entry holds the newest of its flow's changes since `first`, so its commit covers `first` and all later ones of the flow.

use std::time::Duration;

use indexmap::IndexMap;
use redplane_core::program::Program;
use redplane_core::seq::Epoch;
use redplane_core::store::{Instant, LogIndex, Told};

use super::{Loaded, NEVER, Status};
use crate::durability::Service;

/// What this server is to its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Another server is active, or nobody.
    Standby,
    /// The fence is this server's, and its shard has not taken the records.
    Loaded,
    /// This server decides.
    Active,
    /// The shard has ended.
    Stopped,
}

/// A flow's newest change that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<S> {
    /// Place of the oldest change that it stands for.
    pub(super) first: u64,
    /// The record; `None`: deleted.
    pub(super) told: Option<Told<S>>,
}

pub(super) type Pending<P> = IndexMap<<P as Program>::Key, Entry<<P as Program>::State>>;

/// See the module.
#[derive(Debug)]
pub(super) struct Book<P: Program> {
    pub(super) role: Role,
    pending: Pending<P>,
    room: usize,
    /// Place of the newest change.
    last: u64,
    committed: u64,
    /// Newest epoch of any record, deleted ones among them (RP-ST-10).
    pub(super) newest_epoch: Epoch,
    loaded: Option<Loaded<P>>,
    valid_until: Instant,
    pub(super) status: Status,
}

impl<P: Program> Book<P> {
    pub(super) fn new(engine: &'static str, room: usize) -> Self {
        let status = Status {
            engine,
            is_active: false,
            pending: 0,
            lag: 0,
            batches: 0,
            changes: 0,
            commit_time: Duration::ZERO,
            failures: 0,
            takeovers: 0,
            error: None,
        };
        Self {
            role: Role::Standby,
            pending: Pending::<P>::new(),
            room,
            last: 0,
            committed: 0,
            newest_epoch: Epoch::NONE,
            loaded: None,
            valid_until: Instant::default(),
            status,
        }
    }

    /// The shard's side: a flow's newest change. Gives a place whose commit covers it.
    pub(super) fn append(&mut self, key: P::Key, told: Option<Told<P::State>>) -> LogIndex {
        self.last += 1;
        if let Some(told) = &told {
            self.note_epoch(told.epoch);
        }
        let entry = self.pending.entry(key).or_insert(Entry { first: self.last, told });
        entry.told = told;
        LogIndex(entry.first)
    }

    pub(super) fn note_epoch(&mut self, epoch: Epoch) {
        self.newest_epoch = newest(self.newest_epoch, epoch);
    }

    pub(super) fn committed(&self) -> LogIndex {
        LogIndex(self.committed)
    }

    pub(super) fn service(&self, now: Instant) -> Service {
        match self.role {
            Role::Standby => Service::Elsewhere,
            Role::Active if now < self.valid_until => Service::Serves,
            Role::Active | Role::Loaded | Role::Stopped => Service::Silent,
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.pending.len() < self.room
    }

    pub(super) fn take_over(&mut self) -> Option<Loaded<P>> {
        let loaded = self.loaded.take()?;
        self.role = Role::Active;
        Some(loaded)
    }

    pub(super) fn status(&self) -> Status {
        let is_active = matches!(self.role, Role::Loaded | Role::Active);
        let lag = self.last - self.committed;
        Status { is_active, pending: self.pending.len(), lag, ..self.status.clone() }
    }

    /// The worker's side: it has the fence, and these records.
    pub(super) fn load(&mut self, mut loaded: Loaded<P>) {
        if self.role == Role::Stopped {
            return;
        }
        // Places of before are nobody's any more.
        self.committed = self.last;
        loaded.place = LogIndex(self.committed);
        self.newest_epoch = loaded.floor;
        self.loaded = Some(loaded);
        self.role = Role::Loaded;
        self.status.takeovers += 1;
    }

    pub(super) fn has_work(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The oldest changes, up to so many.
    pub(super) fn take(&mut self, count: usize) -> Pending<P> {
        let rest = self.pending.split_off(count.min(self.pending.len()));
        std::mem::replace(&mut self.pending, rest)
    }

    /// All that the worker had in its hands is committed.
    pub(super) fn done(&mut self) {
        let oldest = self.pending.first().map(|(_, entry)| entry.first);
        self.committed = oldest.map_or(self.last, |first| first - 1);
    }

    /// What the worker had in its hands may or may not be committed: it goes back to the front, with what came since.
    pub(super) fn put_back(&mut self, mut batch: Pending<P>) {
        for (key, newer) in std::mem::take(&mut self.pending) {
            batch.entry(key).or_insert(newer).told = newer.told;
        }
        self.pending = batch;
    }

    /// The fence holds until then.
    pub(super) fn extend(&mut self, until: Instant) {
        self.valid_until = self.valid_until.max(until);
    }

    /// The fence is another's. What was not committed never will be.
    pub(super) fn lose(&mut self) {
        if self.role != Role::Stopped {
            self.role = Role::Standby;
        }
        self.pending.clear();
        self.loaded = None;
        self.valid_until = Instant::default();
    }
}

/// The newer of two epochs; [`Epoch::NONE`] is older than any.
pub(super) fn newest(one: Epoch, other: Epoch) -> Epoch {
    if one == Epoch::NONE || other.is_newer_than(one) { other } else { one }
}

// A place that is never committed has to stay beyond any that is.
const _: () = assert!(NEVER.0 == u64::MAX);

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_apps::Counter;
    use redplane_core::seq::Seq;

    fn active() -> Book<Counter> {
        Book { role: Role::Active, ..Book::new("test", 10) }
    }

    fn told(seq: u32) -> Option<Told<[u32; 1]>> {
        Some(Told { owner: None, held: false, epoch: Epoch::new(1), seq: Seq::new(seq), state: [0] })
    }

    #[test]
    fn batch_put_back_takes_what_came_since_and_keeps_its_place() {
        let mut book = active();
        let first = book.append([1; 4], told(1));
        let second = book.append([2; 4], told(1));
        let batch = book.take(10);
        let newer = book.append([1; 4], told(2));
        let third = book.append([3; 4], told(1));
        assert!(first < second && second < newer && newer < third);
        book.put_back(batch);

        let batch = book.take(2);
        assert_eq!(batch.keys().collect::<Vec<_>>(), [&[1; 4], &[2; 4]]);
        assert_eq!(batch[&[1; 4]].told, told(2));
        book.done();
        assert!(book.committed() >= newer && book.committed() < third);
        book.take(1);
        book.done();
        assert!(book.committed() >= third);
    }

    #[test]
    fn change_that_joins_one_that_waits_has_its_place() {
        let mut book = active();
        let first = book.append([1; 4], told(1));
        let second = book.append([2; 4], told(1));
        assert_eq!(book.append([1; 4], None), first);
        assert_eq!(book.take(1)[&[1; 4]].told, None);
        book.done();
        assert!(book.committed() >= first && book.committed() < second);
    }

    #[test]
    fn fence_lost_with_more_than_a_batch_waiting_forgets_all() {
        let mut book = active();
        let places = [1, 2, 3].map(|key| book.append([key; 4], told(1)));
        book.take(1);
        book.lose();
        assert!(!book.has_work());
        assert!(book.committed() < places[0]);
        assert_eq!(book.service(Instant::default()), Service::Elsewhere);
    }

    #[test]
    fn shard_that_ended_is_given_no_records() {
        let mut book = active();
        book.role = Role::Stopped;
        let records = std::collections::HashMap::new();
        book.load(Loaded { records, floor: Epoch::NONE, place: LogIndex::default() });
        assert_eq!(book.role, Role::Stopped);
        assert!(book.take_over().is_none());
    }
}
