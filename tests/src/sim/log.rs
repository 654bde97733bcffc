//! A log that commits late: what a chain of replicas will be, for the shard (RP-ST-4).

use std::collections::{BTreeMap, VecDeque};

use redplane_core::program::Program;
use redplane_core::seq::{Epoch, Seq};
use redplane_core::store::{Log, LogIndex, Record};
use redplane_store::durability::Durability;

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
    waiting: VecDeque<(LogIndex, Change<P>)>,
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
            let Some((index, (key, entry))) = self.waiting.pop_front() else { break };
            self.committed = index;
            let old = match entry {
                Some(entry) => self.durable.insert(key, entry),
                // What was durable once stays true of the life that has ended.
                None => None,
            };
            if let (Some(old), Some(new)) = (old, entry) {
                // Newer, but smaller: a number has wrapped (RP-SW-10).
                self.wraps +=
                    u64::from(new.seq.raw() < old.seq.raw()) + u64::from(new.epoch.raw() < old.epoch.raw());
            }
            entries.push((key, entry));
        }
        entries
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

    fn push(&mut self, key: &P::Key, entry: Option<Durable<P::State>>) -> LogIndex {
        self.last = LogIndex(self.last.0 + 1);
        self.waiting.push_back((self.last, (*key, entry)));
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
        self.push(key, Some(Durable { epoch: record.epoch, seq: record.seq, state: record.state }))
    }

    fn append_removal(&mut self, key: &P::Key) -> LogIndex {
        self.push(key, None)
    }
}

impl<P: Program> Durability<P> for LateLog<P>
where
    P::Key: Ord,
{
    fn committed(&self) -> LogIndex {
        self.committed
    }
}
