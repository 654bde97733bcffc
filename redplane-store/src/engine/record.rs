//! A record as bytes in an engine, where it may outlive the program that wrote it.
//!
//! ```text
//! key      the key's words, big-endian
//! value    format 1 | flags: 1 owner, 2 held | switch 2 | incarnation 2 | epoch 4 | seq 4 | state words, 4 each
//! floor    under the empty key: format 1 | epoch 4: every epoch of a key without a record is at most this (RP-ST-10)
//! ```

use redplane_core::program::Words;
use redplane_core::seq::{Epoch, Incarnation, Seq};
use redplane_core::store::{Owner, Told};

/// The only format so far.
const FORMAT: u8 = 1;

const HAS_OWNER: u8 = 1;
const IS_HELD: u8 = 2;

/// Where the floor of epochs lies: no program's key is empty.
pub(super) const FLOOR_KEY: &[u8] = b"";

pub(super) fn key_to_bytes<K: Words>(key: &K) -> Vec<u8> {
    key.as_ref().iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// `None` if it is no key of this program.
pub(super) fn key_from_bytes<K: Words>(bytes: &[u8]) -> Option<K> {
    words(bytes)
}

pub(super) fn record_to_bytes<S: Words>(told: &Told<S>) -> Vec<u8> {
    let Told { owner, held, epoch, seq, state } = told;
    let flags = if owner.is_some() { HAS_OWNER } else { 0 } | if *held { IS_HELD } else { 0 };
    let (switch, incarnation) = owner.map_or((0, 0), |owner| (owner.switch, owner.incarnation.raw()));
    let mut bytes = vec![FORMAT, flags];
    bytes.extend(switch.to_be_bytes());
    bytes.extend(incarnation.to_be_bytes());
    bytes.extend(epoch.raw().to_be_bytes());
    bytes.extend(seq.raw().to_be_bytes());
    bytes.extend(state.as_ref().iter().flat_map(|word| word.to_be_bytes()));
    bytes
}

/// `None` if it is no record of this program in a format that is known.
pub(super) fn record_from_bytes<S: Words>(bytes: &[u8]) -> Option<Told<S>> {
    let (&[FORMAT, flags], rest) = bytes.split_first_chunk()? else { return None };
    let (switch, rest) = rest.split_first_chunk()?;
    let (incarnation, rest) = rest.split_first_chunk()?;
    let (epoch, rest) = rest.split_first_chunk()?;
    let (seq, state) = rest.split_first_chunk()?;
    if flags & !(HAS_OWNER | IS_HELD) != 0 {
        return None;
    }
    let owner = Owner {
        switch: u16::from_be_bytes(*switch),
        incarnation: Incarnation::new(u16::from_be_bytes(*incarnation)),
    };
    Some(Told {
        owner: (flags & HAS_OWNER != 0).then_some(owner),
        held: flags & IS_HELD != 0,
        epoch: Epoch::new(u32::from_be_bytes(*epoch)),
        seq: Seq::new(u32::from_be_bytes(*seq)),
        state: words(state)?,
    })
}

pub(super) fn floor_to_bytes(floor: Epoch) -> Vec<u8> {
    [&[FORMAT], &floor.raw().to_be_bytes()[..]].concat()
}

/// `None` if it is none in a format that is known.
pub(super) fn floor_from_bytes(bytes: &[u8]) -> Option<Epoch> {
    let (&FORMAT, epoch) = bytes.split_first()? else { return None };
    Some(Epoch::new(u32::from_be_bytes(epoch.try_into().ok()?)))
}

/// Exactly as many words as the type has.
fn words<W: Words>(bytes: &[u8]) -> Option<W> {
    let (chunks, []) = bytes.as_chunks::<4>() else { return None };
    let mut words = W::ZERO;
    if chunks.len() != W::LEN {
        return None;
    }
    for (word, chunk) in words.as_mut().iter_mut().zip(chunks) {
        *word = u32::from_be_bytes(*chunk);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: Told<[u32; 2]> = Told {
        owner: Some(Owner { switch: 0x0102, incarnation: Incarnation::new(0x0304) }),
        held: true,
        epoch: Epoch::new(0x0506_0708),
        seq: Seq::new(0x090a_0b0c),
        state: [0x0d0e_0f10, 0x1112_1314],
    };

    #[test]
    fn record_is_what_the_drawing_says_and_comes_back() {
        let bytes = record_to_bytes(&TOLD);
        let expected: Vec<u8> = [1, 3].into_iter().chain(1..=0x14).collect();
        assert_eq!(bytes, expected);
        assert_eq!(record_from_bytes(&bytes), Some(TOLD));
        let ownerless = Told { owner: None, held: false, ..TOLD };
        assert_eq!(record_from_bytes(&record_to_bytes(&ownerless)), Some(ownerless));
    }

    #[test]
    fn bytes_that_are_no_record_are_none() {
        let bytes = record_to_bytes(&TOLD);
        for len in 0..bytes.len() {
            assert_eq!(record_from_bytes::<[u32; 2]>(&bytes[..len]), None, "{len} bytes");
        }
        assert_eq!(record_from_bytes::<[u32; 1]>(&bytes), None, "a program with less state");
        assert_eq!(record_from_bytes::<[u32; 3]>(&bytes), None, "a program with more state");
        let [mut other_format, mut unknown_flag] = [bytes.clone(), bytes];
        other_format[0] = 2;
        unknown_flag[1] |= 4;
        assert_eq!(record_from_bytes::<[u32; 2]>(&other_format), None);
        assert_eq!(record_from_bytes::<[u32; 2]>(&unknown_flag), None);
    }

    #[test]
    fn key_and_floor_come_back() {
        let key = [1, u32::MAX, 0];
        assert_eq!(key_from_bytes::<[u32; 3]>(&key_to_bytes(&key)), Some(key));
        assert_eq!(key_from_bytes::<[u32; 2]>(&key_to_bytes(&key)), None);
        assert_eq!(floor_from_bytes(&floor_to_bytes(Epoch::new(7))), Some(Epoch::new(7)));
        assert_eq!(floor_from_bytes(&[1, 0, 0, 7]), None);
    }
}
