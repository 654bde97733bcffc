//! A shard as a replica of a chain: applies what its predecessor sends, copies itself to one that joins, takes over.
//!
//! What an entry means is here, how it travels is in [`crate::chain`].

use redplane_core::program::{Program, Words};
use redplane_core::store::{Full, Initializer, Instant, LogIndex, Records, Told};
use zerocopy::byteorder::network_endian::U32;

use crate::chain::{Chain, Cursor, Member, Parcel, Turn, View};
use crate::datagram::{Datagram, Pool, Queue};
use crate::durability::Durability;
use crate::record_codec::{self, Change};
use crate::shard::Shard;
use redplane_core::seq::Epoch;

/// Words of a flow's snapshots in a chunk of a copy.
const PIECE_WORDS: usize = 256;

impl<P: Program, I: Initializer<P>, D: Durability<P>> Shard<P, I, D> {
    /// A datagram of another replica came in.
    pub fn handle_link(&mut self, now: Instant, datagram: Box<Datagram>, pool: &mut Pool) {
        let payload = datagram.payload();
        let parcel = self.durability.chain().map_or(Parcel::Done, |chain| chain.open(now, payload));
        match parcel {
            Parcel::Done => {}
            Parcel::Entries(first, at) => self.take_entries(now, first, payload.get(at..).unwrap_or(&[])),
            Parcel::Chunk { begins, floor, at } => {
                if begins {
                    self.forget_all();
                }
                self.flows.raise_epoch_floor(Epoch::new(floor));
                self.take_chunk(now, payload.get(at..).unwrap_or(&[]));
            }
        }
        pool.give(datagram);
    }

    /// RP-CH-1: entries are applied in the order of their indices, and only in that.
    fn take_entries(&mut self, now: Instant, first: LogIndex, mut entries: &[u8]) {
        let mut index = first;
        while let Some((entry, rest)) = record_codec::split(entries) {
            entries = rest;
            let Some(chain) = self.durability.chain() else { return };
            if index.0 > chain.last().0 + 1 {
                return chain.gap();
            }
            if index.0 == chain.last().0 + 1 {
                let Some(change) = record_codec::decode::<P>(entry) else {
                    chain.malformed();
                    return;
                };
                if !chain.take(entry) {
                    return;
                }
                self.apply(now, &change, index);
            }
            index = LogIndex(index.0 + 1);
        }
    }

    fn take_chunk(&mut self, now: Instant, mut records: &[u8]) {
        while let Some((record, rest)) = record_codec::split(records) {
            records = rest;
            let Some(chain) = self.durability.chain() else { return };
            let index = chain.last();
            let Some(change) = record_codec::decode::<P>(record) else {
                chain.malformed();
                return;
            };
            self.apply(now, &change, index);
        }
    }

    fn apply(&mut self, now: Instant, change: &Change<'_, P>, index: LogIndex) {
        let applied = match change {
            Change::Nothing => Ok(()),
            Change::Put(key, told) => self.flows.apply(now, key, told, index),
            Change::Pair(records) => {
                records.iter().try_for_each(|(key, told)| self.flows.apply(now, key, told, index))
            }
            Change::Removal(key, pair) => {
                self.flows.apply_removal(key);
                pair.iter().for_each(|pair| self.flows.apply_removal(pair));
                Ok(())
            }
            Change::Slots(key, run) => self.flows.apply_slots(key, run, index),
            Change::Piece(key, at, words) => {
                let words = words.iter().enumerate().map(|(index, word)| (*at as usize + index, word.get()));
                self.flows.apply_piece(key, words)
            }
        };
        if let Err(Full) = applied {
            self.durability.stop("the head holds more flows than this replica may: give all the same limits");
        }
    }

    /// What an engine has of the shard takes the place of what is here, if this store has just become the one that decides.
    pub(crate) fn take_loaded(&mut self, now: Instant, pool: &mut Pool) {
        let Some(loaded) = self.durability.take_over() else { return };
        self.forget_all();
        self.forget_waiting(pool);
        if loaded.give_to(now, &mut self.flows).is_err() {
            self.durability
                .stop("the engine has more flows than this server may hold: give it a higher limit");
        }
    }

    /// What waits for a lease, a write or a commit belongs to an earlier reign.
    fn forget_waiting(&mut self, pool: &mut Pool) {
        while let Some(pending) = self.pending.pop_front() {
            pool.give(pending.datagram);
        }
        while let Some(datagram) = self.parking.take_any() {
            pool.give(datagram);
        }
        self.flows.forget_waiting();
        self.flows.records_mut().forget_waiting();
    }

    fn forget_all(&mut self) {
        while let Some(key) =
            self.flows.records().len().checked_sub(1).and_then(|at| self.flows.records().key_at(at))
        {
            self.flows.apply_removal(&key);
        }
    }

    /// A view of the configuration master (RP-CH-2).
    pub fn set_view(&mut self, now: Instant, view: &View, pool: &mut Pool) -> Turn {
        let turn = self.durability.chain().map_or(Turn::None, |chain| chain.set_view(now, view));
        match turn {
            Turn::None => {}
            Turn::TookOver => self.flows.take_over(now),
            // Log indices of answers will never be committed here.
            Turn::Removed => self.forget_waiting(pool),
        }
        turn
    }

    /// Who would like to join, if this is the tail (RP-CH-4).
    pub fn set_joiner(&mut self, now: Instant, joiner: Option<&Member>) {
        if let Some(chain) = self.durability.chain() {
            chain.set_joiner(now, joiner);
        }
    }

    /// Sends what other replicas lack, and the answers that are durable. To be called after each batch of datagrams, and at least every
    /// millisecond.
    pub fn flush(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        self.send_chunk(now, out, pool);
        if let Some(chain) = self.durability.chain() {
            chain.flush(now, out, pool);
        }
        self.release(now, out, pool);
    }

    /// RP-CH-4: the next piece of the copy for a joiner, when it is time for one.
    fn send_chunk(&mut self, now: Instant, out: &mut Queue, pool: &mut Pool) {
        let Some(cursor) = self.durability.chain().and_then(|chain| chain.chunk_due(now)) else { return };
        let floor = self.flows.epoch_floor().raw();
        let after = match cursor.pieces {
            Some((key, words, sent)) => {
                let mut whole = P::Key::ZERO;
                whole.as_mut().copy_from_slice(&key);
                let Some(chain) = self.durability.chain() else { return };
                chain.begin_chunk(floor, false);
                let end = words.len().min(sent + PIECE_WORDS);
                let piece = Change::<P>::Piece(whole, sent as u32, &words[sent..end]);
                record_codec::encode(&piece, chain.chunk_mut());
                let pieces = (end < words.len()).then_some((key, words, end));
                Some(Cursor { place: cursor.place, pieces })
            }
            None => {
                let count = self.flows.records().len();
                let place = cursor.place.map_or(count, |place| place.min(count));
                self.fill_chunk(place, floor)
            }
        };
        if let Some(chain) = self.durability.chain() {
            chain.send_chunk(now, after, out, pool);
        }
    }

    /// Puts records before `place` into a chunk, from there on downwards; gives what comes after it.
    fn fill_chunk(&mut self, mut place: usize, floor: u32) -> Option<Cursor> {
        let chain = self.durability.chain()?;
        chain.begin_chunk(floor, place == 0);
        if place == 0 {
            return None;
        }
        let mut longest = 0;
        while let Some((key, record)) = place.checked_sub(1).and_then(|at| self.flows.records().record_at(at))
        {
            if chain.chunk_is_full(longest) {
                break;
            }
            let key = *key;
            let before = chain.chunk_mut().len();
            record_codec::encode(&Change::<P>::Put(key, Told::of(record)), chain.chunk_mut());
            longest = chain.chunk_mut().len() - before;
            place -= 1;
            if let Some(words) = self.flows.records_mut().assembly_words(&key) {
                let words = words.into_iter().map(U32::new).collect();
                return Some(Cursor { place: Some(place), pieces: Some((key.as_ref().to_vec(), words, 0)) });
            }
        }
        Some(Cursor { place: Some(place), pieces: None })
    }

    /// The chain that this shard is a replica of.
    pub fn chain(&mut self) -> Option<&mut Chain> {
        self.durability.chain()
    }
}
