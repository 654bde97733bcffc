//! A record as bytes in an engine, where it may outlive the program that wrote it.
//!
//! ```text
//! key      the key's words, big-endian
//! value    format 1 | the record with its key, as a chain sends it
//! floor    under the empty key: format 1 | epoch 4: every epoch of a key without a record is at most this (RP-ST-10)
//! ```

use redplane_core::program::{Program, Words};
use redplane_core::seq::Epoch;
use redplane_core::store::Told;

use crate::record_codec::{self, Change};

/// The only format so far. Whoever changes [`record_codec`]'s layout of a record gives it another number.
const FORMAT: u8 = 1;

/// Where the floor of epochs lies: no program's key is empty.
pub(super) const FLOOR_KEY: &[u8] = b"";

pub(super) fn key_to_bytes<K: Words>(key: &K) -> Vec<u8> {
    key.as_ref().iter().flat_map(|word| word.to_be_bytes()).collect()
}

pub(super) fn record_to_bytes<P: Program>(key: &P::Key, told: &Told<P::State>) -> Vec<u8> {
    let mut bytes = vec![FORMAT];
    record_codec::encode::<P>(&Change::Put(*key, *told), &mut bytes);
    bytes
}

/// `None` if it is no record of this key and program, in a format that is known.
pub(super) fn record_from_bytes<P: Program>(key: &[u8], value: &[u8]) -> Option<(P::Key, Told<P::State>)> {
    let (&FORMAT, change) = value.split_first()? else { return None };
    let (change, []) = record_codec::split(change)? else { return None };
    match record_codec::decode::<P>(change)? {
        Change::Put(own, told) if key_to_bytes(&own) == key => Some((own, told)),
        _ => None,
    }
}

pub(super) fn floor_to_bytes(floor: Epoch) -> Vec<u8> {
    [&[FORMAT], &floor.raw().to_be_bytes()[..]].concat()
}

/// `None` if it is none in a format that is known.
pub(super) fn floor_from_bytes(bytes: &[u8]) -> Option<Epoch> {
    let (&FORMAT, epoch) = bytes.split_first()? else { return None };
    Some(Epoch::new(u32::from_be_bytes(epoch.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redplane_apps::{Counter, Nat44};
    use redplane_core::seq::{Incarnation, Seq};
    use redplane_core::store::Owner;

    const KEY: [u32; 4] = [1, 2, 3, u32::MAX];
    const TOLD: Told<[u32; 1]> = Told {
        owner: Some(Owner { switch: 0x0102, incarnation: Incarnation::new(0x0304) }),
        held: true,
        epoch: Epoch::new(0x0506_0708),
        seq: Seq::new(0x090a_0b0c),
        state: [0x0d0e_0f10],
    };

    /// What lies in an engine is read by later versions.
    const BYTES: [u8; 41] = [
        1, 1, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 255, 255, 255, 255, 1, 2, 3, 0, 3, 4, 0, 0, 5, 6,
        7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    #[test]
    fn record_has_these_bytes_in_every_version() {
        assert_eq!(record_to_bytes::<Counter>(&KEY, &TOLD), BYTES);
        assert_eq!(record_from_bytes::<Counter>(&key_to_bytes(&KEY), &BYTES), Some((KEY, TOLD)));
    }

    #[test]
    fn bytes_that_are_no_record_are_none() {
        let key = key_to_bytes(&KEY);
        for len in 0..BYTES.len() {
            assert_eq!(record_from_bytes::<Counter>(&key, &BYTES[..len]), None, "{len} bytes");
        }
        assert_eq!(record_from_bytes::<Counter>(&key, &[&BYTES[..], &[0]].concat()), None);
        assert_eq!(record_from_bytes::<Nat44>(&key, &BYTES), None, "another program");
        assert_eq!(record_from_bytes::<Counter>(&[0; 16], &BYTES), None, "another key");
        let mut other_format = BYTES;
        other_format[0] = 2;
        assert_eq!(record_from_bytes::<Counter>(&key, &other_format), None);
    }

    #[test]
    fn floor_comes_back() {
        assert_eq!(floor_from_bytes(&floor_to_bytes(Epoch::new(7))), Some(Epoch::new(7)));
        assert_eq!(floor_from_bytes(&[1, 0, 0, 7]), None);
    }
}
