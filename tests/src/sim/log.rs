//! A log that commits late: what a chain of replicas will be, for the shard (RP-ST-4).

use std::collections::{BTreeMap, VecDeque};

use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Instant, Log, LogIndex, Record, Run, Told};
use redplane_store::durability::{Durability, Service};

/// A record as it is durable.
#[derive(Clone, Copy, Debug)]
pub struct Durable<S> {
    /// Lease generation.
    pub epoch: Epoch,
    /// Newest write.
    pub seq: Seq,
    /// State.
    pub state: S,
}

impl<S: Copy> Durable<S> {
    /// What a chain's entry says of a record.
    pub fn told(told: &Told<S>) -> Self {
        Self { epoch: told.epoch, seq: told.seq, state: told.state }
    }

    /// How many of its numbers are newer than the one before, and smaller: they have wrapped (RP-SW-10).
    pub fn wraps_after(&self, old: &Self) -> u64 {
        u64::from(self.seq.raw() < old.seq.raw()) + u64::from(self.epoch.raw() < old.epoch.raw())
    }

    /// A record as it is now.
    pub fn of(record: &Record<S>) -> Self {
        Self { epoch: record.epoch, seq: record.seq, state: record.state }
    }
}

/// A flow and its record, or its deletion.
pub type Change<P> = (<P as Program>::Key, Option<Durable<<P as Program>::State>>);

/// Entries that wait for the commit, and what is committed. Whoever runs it calls [`LateLog::commit`] when it pleases.
#[derive(Debug)]
pub struct LateLog<P: Program>
where
    P::Key: Ord,
{
    last: LogIndex,
    committed: LogIndex,
    waiting: VecDeque<(LogIndex, Vec<Change<P>>)>,
    durable: BTreeMap<P::Key, Durable<P::State>>,
    wraps: u64,
}

impl<P: Program> LateLog<P>
where
    P::Key: Ord,
{
    /// An empty log.
    pub fn new() -> Self {
        Self {
            last: LogIndex::default(),
            committed: LogIndex::default(),
            waiting: VecDeque::new(),
            durable: BTreeMap::new(),
            wraps: 0,
        }
    }

    /// Commits the oldest `count` entries; gives them.
    pub fn commit(&mut self, count: usize) -> Vec<Change<P>> {
        let mut entries = Vec::new();
        for _ in 0..count {
            let Some((index, changes)) = self.waiting.pop_front() else { break };
            self.committed = index;
            for (key, entry) in changes {
                self.take(key, entry);
                entries.push((key, entry));
            }
        }
        entries
    }

    fn take(&mut self, key: P::Key, entry: Option<Durable<P::State>>) {
        // What was durable once stays true of the life that has ended.
        let Some(new) = entry else { return };
        if let Some(old) = self.durable.insert(key, new) {
            self.wraps += new.wraps_after(&old);
        }
    }

    /// Entries that are not committed.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What is durable of a flow, or was when its record was deleted.
    pub fn durable(&self, key: &P::Key) -> Option<&Durable<P::State>> {
        self.durable.get(key)
    }

    /// How often a committed number was newer and smaller than the one before.
    pub fn wraps(&self) -> u64 {
        self.wraps
    }

    fn push(&mut self, changes: Vec<Change<P>>) -> LogIndex {
        self.last = LogIndex(self.last.0 + 1);
        self.waiting.push_back((self.last, changes));
        self.last
    }
}

impl<P: Program> Default for LateLog<P>
where
    P::Key: Ord,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Program> Log<P> for LateLog<P>
where
    P::Key: Ord,
{
    fn append(&mut self, key: &P::Key, record: &Record<P::State>) -> LogIndex {
        self.push(vec![(*key, Some(Durable::of(record)))])
    }

    fn append_pair(&mut self, records: [(&P::Key, &Record<P::State>); 2]) -> LogIndex {
        self.push(records.into_iter().map(|(key, record)| (*key, Some(Durable::of(record)))).collect())
    }

    fn append_removal(&mut self, key: &P::Key, pair: Option<&P::Key>) -> LogIndex {
        self.push([Some(key), pair].into_iter().flatten().map(|key| (*key, None)).collect())
    }

    fn append_slots(&mut self, key: &P::Key, record: &Record<P::State>, _: &Run<'_>) -> LogIndex {
        self.append(key, record)
    }

    fn confirm(&mut self) -> LogIndex {
        self.last
    }
}

impl<P: Program> Durability<P> for LateLog<P>
where
    P::Key: Ord,
{
    fn committed(&self) -> LogIndex {
        self.committed
    }

    fn service(&self, _: Instant) -> Service {
        Service::Serves
    }

    fn stop(&mut self, reason: &str) {
        panic!("{reason}");
    }

    fn has_room(&self) -> bool {
        true
    }
}
