//! Changes of records as bytes: what goes down a chain, and into an engine.
//!
//! ```text
//! 0      1      2        4
//! +------+------+--------+--------------------------------------------------------------------+
//! | kind | zero | length | body, `length` bytes, a multiple of 4, network byte order           |
//! +------+------+--------+--------------------------------------------------------------------+
//! record   key | switch, held·2 + owned, zero | incarnation, zero | epoch | seq | state
//! put      record                   pair      record record
//! removal  key                      removals  key key
//! slots    key | epoch | id | based | base | first, count | number of marks | marks | values
//! ```
//!
//! How long keys and states are follows from the program, as in messages. Decoding takes any bytes and gives a change or nothing.

use redplane_core::program::{Program, Words};
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Owner, Run, Told};
use redplane_core::wire::SlotRange;
use zerocopy::byteorder::network_endian::{U16, U32};
use zerocopy::{FromBytes, IntoBytes};

/// Bytes in front of a change's body.
pub const PREFIX_LEN: usize = 4;

/// Longest change in bytes: a run of 2,048 words of slots with its marks. It fits a datagram between replicas.
pub const CHANGE_MAX: usize = 9000;

const NOTHING: u8 = 0;
const PUT: u8 = 1;
const PAIR: u8 = 2;
const REMOVAL: u8 = 3;
const REMOVALS: u8 = 4;
const SLOTS: u8 = 5;
const PIECE: u8 = 6;

const OWNED: u8 = 1;
const HELD: u8 = 2;

/// A change of records.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a, P: Program> {
    /// None: its place alone matters (RP-CH-3).
    Nothing,
    /// A record is this now.
    Put(P::Key, Told<P::State>),
    /// Two records were made at once (RP-ST-8).
    Pair([(P::Key, Told<P::State>); 2]),
    /// A record was deleted, and its pair's.
    Removal(P::Key, Option<P::Key>),
    /// A run of slots of a snapshot came in.
    Slots(P::Key, Run<'a>),
    /// Part of the memory of a flow's snapshots, from a word on: only for a replica that joins.
    Piece(P::Key, u32, &'a [U32]),
}

/// Writes a change to the end of `out`.
pub fn encode<P: Program>(change: &Change<'_, P>, out: &mut Vec<u8>) {
    let start = out.len();
    let kind = match change {
        Change::Nothing => NOTHING,
        Change::Put(..) => PUT,
        Change::Pair(_) => PAIR,
        Change::Removal(_, None) => REMOVAL,
        Change::Removal(_, Some(_)) => REMOVALS,
        Change::Slots(..) => SLOTS,
        Change::Piece(..) => PIECE,
    };
    out.extend_from_slice(&[kind, 0, 0, 0]);
    match change {
        Change::Nothing => {}
        Change::Put(key, told) => put_record::<P>(key, told, out),
        Change::Pair(records) => records.iter().for_each(|(key, told)| put_record::<P>(key, told, out)),
        Change::Removal(key, pair) => {
            put_words(key.as_ref(), out);
            if let Some(pair) = pair {
                put_words(pair.as_ref(), out);
            }
        }
        Change::Slots(key, run) => {
            put_words(key.as_ref(), out);
            let based = u32::from(run.base.is_some());
            put_words(&[run.epoch.raw(), run.id, based, run.base.unwrap_or(0)], out);
            out.extend_from_slice(run.range.as_bytes());
            put_words(&[run.marks.len() as u32], out);
            out.extend_from_slice(run.marks.as_bytes());
            out.extend_from_slice(run.values.as_bytes());
        }
        Change::Piece(key, at, words) => {
            put_words(key.as_ref(), out);
            put_words(&[*at], out);
            out.extend_from_slice(words.as_bytes());
        }
    }
    let length = (out.len() - start - PREFIX_LEN) as u16;
    out[start + 2..start + PREFIX_LEN].copy_from_slice(&length.to_be_bytes());
}

fn put_words(words: &[u32], out: &mut Vec<u8>) {
    for word in words {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

fn put_record<P: Program>(key: &P::Key, told: &Told<P::State>, out: &mut Vec<u8>) {
    put_words(key.as_ref(), out);
    let (owned, owner) = match told.owner {
        Some(owner) => (OWNED, owner),
        None => (0, Owner { switch: 0, incarnation: Incarnation::new(0) }),
    };
    out.extend_from_slice(&owner.switch.to_be_bytes());
    out.extend_from_slice(&[owned | if told.held { HELD } else { 0 }, 0]);
    out.extend_from_slice(&owner.incarnation.raw().to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    put_words(&[told.epoch.raw(), told.seq.raw()], out);
    put_words(told.state.as_ref(), out);
}

/// Takes the first change off `bytes`, whole with its prefix; `None` if they do not begin with one.
#[must_use]
pub fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]);
    bytes.split_at_checked(PREFIX_LEN + usize::from(length))
}

/// Reads a change that [`split`] gave; `None` if it is none of this program.
#[must_use]
pub fn decode<P: Program>(change: &[u8]) -> Option<Change<'_, P>> {
    let (prefix, body) = change.split_at_checked(PREFIX_LEN)?;
    let mut reader = Reader(body);
    let decoded = match *prefix.first()? {
        NOTHING => Change::Nothing,
        PUT => {
            let (key, told) = reader.record::<P>()?;
            Change::Put(key, told)
        }
        PAIR => Change::Pair([reader.record::<P>()?, reader.record::<P>()?]),
        REMOVAL => Change::Removal(reader.words()?, None),
        REMOVALS => Change::Removal(reader.words()?, Some(reader.words()?)),
        SLOTS => {
            let key = reader.words()?;
            let [epoch, id, based, base] = reader.words::<[u32; 4]>()?;
            let range = reader.take::<SlotRange>()?;
            let [marks] = reader.words::<[u32; 1]>()?;
            let marks = reader.many(marks as usize)?;
            let values = reader.rest()?;
            let base = (based != 0).then_some(base);
            Change::Slots(key, Run { epoch: Epoch::new(epoch), id, range, base, marks, values })
        }
        PIECE => {
            let key = reader.words()?;
            let [at] = reader.words::<[u32; 1]>()?;
            Change::Piece(key, at, reader.rest()?)
        }
        _ => return None,
    };
    reader.0.is_empty().then_some(decoded)
}

/// Whether a change is a [`Change::Put`]: a newer one of the same flow may take its place.
#[must_use]
pub fn is_put(change: &[u8]) -> bool {
    change.first() == Some(&PUT)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<T: FromBytes>(&mut self) -> Option<T> {
        let (value, rest) = T::read_from_prefix(self.0).ok()?;
        self.0 = rest;
        Some(value)
    }

    fn words<W: Words>(&mut self) -> Option<W> {
        let mut words = W::ZERO;
        for word in words.as_mut() {
            *word = self.take::<U32>()?.get();
        }
        Some(words)
    }

    fn many(&mut self, count: usize) -> Option<&'a [U32]> {
        let (words, rest) = <[U32]>::ref_from_prefix_with_elems(self.0, count).ok()?;
        self.0 = rest;
        Some(words)
    }

    fn rest(&mut self) -> Option<&'a [U32]> {
        let words = <[U32]>::ref_from_bytes(self.0).ok()?;
        self.0 = &[];
        Some(words)
    }

    fn record<P: Program>(&mut self) -> Option<(P::Key, Told<P::State>)> {
        let key = self.words()?;
        let switch = self.take::<U16>()?.get();
        let [flags, _] = self.take::<[u8; 2]>()?;
        let incarnation = Incarnation::new(self.take::<U16>()?.get());
        self.take::<U16>()?;
        let [epoch, seq] = self.words::<[u32; 2]>()?;
        let owner = (flags & OWNED != 0).then_some(Owner { switch, incarnation });
        let held = flags & HELD != 0;
        Some((key, Told { owner, held, epoch: Epoch::new(epoch), seq: Seq::new(seq), state: self.words()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redplane_apps::{HeavyHitter, Nat44};

    fn told<S: Copy>(state: S, owned: bool, held: bool) -> Told<S> {
        let owner = owned.then_some(Owner { switch: 7, incarnation: Incarnation::new(65535) });
        Told { owner, held, epoch: Epoch::new(u32::MAX), seq: Seq::new(9), state }
    }

    fn through<P: Program + std::fmt::Debug>(change: &Change<'_, P>) -> String {
        let mut bytes = Vec::new();
        encode(change, &mut bytes);
        bytes.push(0xff);
        let (whole, rest) = split(&bytes).unwrap();
        assert_eq!(rest, [0xff]);
        assert_eq!(whole.len() % 4, 0);
        format!("{:?}", decode::<P>(whole).unwrap())
    }

    #[test]
    fn every_change_comes_out_as_it_went_in() {
        let marks = [U32::new(5)];
        let values = [U32::new(1), U32::new(2)];
        let range = SlotRange { first: U16::new(3), count: U16::new(2) };
        for owned in [false, true] {
            for held in [false, true] {
                let record = ([1, 2, 3], told([4, 5, 6], owned, held));
                let other = ([7, 8, 9], told([1, 0, u32::MAX], held, owned));
                for change in [
                    Change::<Nat44>::Nothing,
                    Change::Put(record.0, record.1),
                    Change::Pair([record, other]),
                    Change::Removal([1, 2, 3], None),
                    Change::Removal([1, 2, 3], Some([4, 5, 6])),
                ] {
                    assert_eq!(through(&change), format!("{change:?}"));
                }
            }
        }
        for base in [None, Some(0), Some(8)] {
            let run = Run { epoch: Epoch::new(4), id: 9, range, base, marks: &marks, values: &values };
            let change = Change::<HeavyHitter>::Slots([1], run);
            assert_eq!(through(&change), format!("{change:?}"));
        }
        let change = Change::<HeavyHitter>::Piece([1], 77, &values);
        assert_eq!(through(&change), format!("{change:?}"));
    }

    #[test]
    fn put_is_told_from_the_rest() {
        let mut bytes = Vec::new();
        encode(&Change::<Nat44>::Put([1, 2, 3], told([0; 3], true, true)), &mut bytes);
        assert!(is_put(&bytes));
        bytes.clear();
        encode(&Change::<Nat44>::Removal([1, 2, 3], None), &mut bytes);
        assert!(!is_put(&bytes));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_change_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..120), kind in 0u8..8) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = kind;
            }
            if let Some((whole, rest)) = split(&bytes) {
                prop_assert_eq!(whole.len() + rest.len(), bytes.len());
                let _ = (decode::<Nat44>(whole), decode::<HeavyHitter>(whole));
            }
        }
    }
}
