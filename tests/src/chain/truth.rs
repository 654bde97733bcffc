//! What is committed of a shard: one log, whoever decides (RP-CH-1, RP-CH-5).

use std::collections::{BTreeMap, BTreeSet};

use redplane_core::store::LogIndex;
use redplane_store::durability::Durability;
use redplane_store::record_codec::{self, Change};

use super::server::Replica;
use crate::sim::app::{App, AppFlows, Key, State};
use crate::sim::log::Durable;
use crate::sim::world::Around;

/// Everything that was ever committed of a shard.
pub(super) struct Truth<A: App> {
    /// Entries from index 1 on; `None` where a replica that was alone has kept nothing.
    entries: Vec<Option<Vec<u8>>>,
    durable: BTreeMap<Key<A>, Durable<State<A>>>,
    /// Those that have a record.
    present: BTreeSet<Key<A>>,
    /// Numbers of views with a new head, and when it took over.
    pub(super) take_overs: Vec<(u64, u64)>,
    pub(super) wraps: u64,
}

impl<A: App> Truth<A> {
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            durable: BTreeMap::new(),
            present: BTreeSet::new(),
            take_overs: Vec::new(),
            wraps: 0,
        }
    }

    /// Index of the newest committed entry.
    pub(super) fn last(&self) -> LogIndex {
        LogIndex(self.entries.len() as u64)
    }

    pub(super) fn durable(&self, key: &Key<A>) -> Option<&Durable<State<A>>> {
        self.durable.get(key)
    }

    /// When a head of a newer view than this took over for the first time.
    pub(super) fn taken_over_ns(&self, view: u64) -> Option<u64> {
        self.take_overs.iter().filter(|(number, _)| *number > view).map(|(_, at_ns)| *at_ns).min()
    }

    /// Compares what a replica takes for committed with what is known, and learns what is not.
    ///
    /// `others` are entries that the replica itself has not kept, as its predecessors have them, by index.
    pub(super) fn observe(
        &mut self,
        around: &mut Around<A>,
        replica: &mut Replica<A>,
        others: &BTreeMap<LogIndex, Vec<u8>>,
    ) -> Result<(), String> {
        let chain = replica.shard.durability();
        let committed = Durability::<A::Program>::committed(chain);
        // A new copy begins at its own place.
        replica.agreed = replica.agreed.min(committed);
        while replica.agreed < committed {
            let index = replica.agreed.0 as usize;
            replica.agreed.0 += 1;
            let entry = chain.entry(replica.agreed).or(others.get(&replica.agreed).map(Vec::as_slice));
            match (self.entries.get(index), entry) {
                (Some(Some(known)), Some(entry)) if known != entry => {
                    return Err(format!("entry {} is {known:02x?} and {entry:02x?}", index + 1));
                }
                (Some(None), Some(entry)) => self.entries[index] = Some(entry.to_vec()),
                (Some(_), _) => {}
                (None, Some(entry)) => self.commit(around, entry)?,
                (None, None) if chain.last() == committed => {
                    self.entries.resize(committed.0 as usize, None);
                    self.compare(around, replica.shard.flows())?;
                }
                (None, None) => return Err(format!("entry {} is committed and nowhere", index + 1)),
            }
        }
        Ok(())
    }

    fn commit(&mut self, around: &mut Around<A>, entry: &[u8]) -> Result<(), String> {
        self.entries.push(Some(entry.to_vec()));
        let change = record_codec::decode::<A::Program>(entry).ok_or("an entry that cannot be read")?;
        match change {
            Change::Nothing | Change::Slots(..) | Change::Piece(..) => Ok(()),
            Change::Put(key, told) => self.put(around, key, Durable::told(&told)),
            Change::Pair(records) => {
                records.iter().try_for_each(|(key, told)| self.put(around, *key, Durable::told(told)))
            }
            Change::Removal(key, pair) => {
                [Some(key), pair].into_iter().flatten().try_for_each(|key| self.remove(around, key))
            }
        }
    }

    /// A replica that is alone keeps no entries: its records are the truth.
    fn compare(&mut self, around: &mut Around<A>, flows: &AppFlows<A>) -> Result<(), String> {
        let is_here = |key: &Key<A>| flows.records().iter().any(|(other, _)| other == key);
        let gone: Vec<_> = self.present.iter().filter(|key| !is_here(key)).copied().collect();
        gone.into_iter().try_for_each(|key| self.remove(around, key))?;
        for (key, record) in flows.records().iter() {
            let new = Durable::of(record);
            let known = self.durable.get(key).filter(|_| self.present.contains(key));
            if known.is_none_or(|known| (known.epoch, known.seq) != (new.epoch, new.seq)) {
                self.put(around, *key, new)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, around: &mut Around<A>, key: Key<A>, new: Durable<State<A>>) -> Result<(), String> {
        self.present.insert(key);
        if let Some(old) = self.durable.insert(key, new) {
            self.wraps += new.wraps_after(&old);
        }
        around.app.committed(around.now_ns, &key, Some(&new))
    }

    fn remove(&mut self, around: &mut Around<A>, key: Key<A>) -> Result<(), String> {
        // What was durable once stays true of the life that has ended.
        self.present.remove(&key);
        around.app.committed(around.now_ns, &key, None)
    }
}
