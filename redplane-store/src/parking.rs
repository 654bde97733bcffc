//! Datagrams that wait for a flow, first come first served.
//!
//! A lease request waits for the lease of somebody else to end (RP-ST-2), a hold for the write that it saw (RP-ST-5). They are
//! kept as they came, in the buffers they came in. Capacity is fixed at start-up and nothing is allocated after it; who is let in
//! is decided by the limits of [`redplane_core::store::Limits`] (RP-ST-7), of which the total is this capacity.

use std::hash::Hash;

use indexmap::IndexMap;

use crate::datagram::Datagram;
use crate::shard::ROOM;

/// Where a flow's datagrams stand in the slots.
#[derive(Clone, Copy, Debug)]
struct List {
    first: usize,
    last: usize,
}

#[derive(Debug)]
struct Slot {
    datagram: Option<Box<Datagram>>,
    next: Option<usize>,
}

/// Waiting datagrams by flow.
#[derive(Debug)]
pub struct Parking<K> {
    slots: Vec<Slot>,
    free: Vec<usize>,
    lists: IndexMap<K, List>,
}

impl<K: Copy + Eq + Hash> Parking<K> {
    /// Room for `capacity` datagrams.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            slots: (0..capacity).map(|_| Slot { datagram: None, next: None }).collect(),
            free: (0..capacity).rev().collect(),
            lists: IndexMap::with_capacity(capacity.saturating_mul(ROOM)),
        }
    }

    /// Parks a datagram behind those of the same flow.
    ///
    /// # Errors
    /// No room: the datagram comes back.
    pub fn park(&mut self, key: K, datagram: Box<Datagram>) -> Result<(), Box<Datagram>> {
        let Some(slot) = self.free.pop() else { return Err(datagram) };
        self.slots[slot] = Slot { datagram: Some(datagram), next: None };
        match self.lists.get_mut(&key) {
            Some(list) => {
                self.slots[list.last].next = Some(slot);
                list.last = slot;
            }
            None => {
                self.lists.insert(key, List { first: slot, last: slot });
            }
        }
        Ok(())
    }

    /// Takes a flow's oldest datagram out.
    pub fn take(&mut self, key: &K) -> Option<Box<Datagram>> {
        let list = self.lists.get_mut(key)?;
        let slot = list.first;
        let next = self.slots[slot].next.take();
        match next {
            Some(next) => list.first = next,
            None => {
                self.lists.swap_remove(key);
            }
        }
        self.free.push(slot);
        self.slots[slot].datagram.take()
    }

    /// Takes some flow's oldest datagram out.
    pub fn take_any(&mut self) -> Option<Box<Datagram>> {
        let key = *self.lists.keys().next()?;
        self.take(&key)
    }

    /// How many datagrams wait for a flow.
    pub fn waiting_for(&self, key: &K) -> usize {
        let mut count = 0;
        let mut slot = self.lists.get(key).map(|list| list.first);
        while let Some(at) = slot {
            count += 1;
            slot = self.slots[at].next;
        }
        count
    }

    /// The flows that something waits for.
    pub fn flows(&self) -> impl Iterator<Item = &K> {
        self.lists.keys()
    }

    /// How many datagrams wait in all.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(byte: u8) -> Box<Datagram> {
        let mut datagram = Datagram::new();
        datagram.set_payload(&[byte]).unwrap();
        datagram
    }

    #[test]
    fn flows_interleaved_come_out_in_their_own_order() {
        let mut parking = Parking::with_capacity(4);
        for (key, byte) in [(1, 10), (2, 20), (1, 11), (2, 21)] {
            parking.park(key, datagram(byte)).unwrap();
        }
        assert_eq!((parking.len(), parking.waiting_for(&1)), (4, 2));
        assert_eq!(parking.take(&1).unwrap().payload(), [10]);
        assert_eq!(parking.take(&2).unwrap().payload(), [20]);
        assert_eq!(parking.take(&1).unwrap().payload(), [11]);
        assert!(parking.take(&1).is_none());
        assert_eq!(parking.take(&2).unwrap().payload(), [21]);
        assert!(parking.is_empty());
    }

    #[test]
    fn full_park_hands_the_datagram_back_and_a_take_makes_room() {
        let mut parking = Parking::with_capacity(1);
        parking.park(1, datagram(1)).unwrap();
        assert_eq!(parking.park(1, datagram(2)).unwrap_err().payload(), [2]);
        parking.take(&1).unwrap();
        parking.park(2, datagram(3)).unwrap();
        assert_eq!(parking.flows().collect::<Vec<_>>(), [&2]);
    }
}
