//! Messages about snapshots that nobody has sent: of slots that there are none, of other ids, bases, epochs and switches.
//!
//! They are not forged well: contents are left alone where all else is right. Each must be ignored or refused and change nothing.

use redplane_core::wire::{HEADER_LEN, Kind};

/// Where the run of slots is, behind the key, and where the base.
const RANGE: usize = HEADER_LEN + 4;
const BASE: usize = RANGE + 4;
const EPOCH: usize = 8;
const SEQ: usize = 12;

/// Spoils a message of this kind; `None` if there is nothing about it to spoil.
pub(super) fn spoil(rng: &mut fastrand::Rng, kind: Kind, to_switch: bool, message: &[u8]) -> Option<Vec<u8>> {
    if !matches!(kind, Kind::SnapshotSlots | Kind::SnapshotAck | Kind::SnapshotFetch) {
        return None;
    }
    let mut bytes = message.to_vec();
    let word = |bytes: &[u8], at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let add = |bytes: &mut [u8], at: usize, what: u32| {
        if let (Some(old), Some(to)) = (word(bytes, at), bytes.get_mut(at..at + 4)) {
            to.copy_from_slice(&old.wrapping_add(what).to_be_bytes());
        }
    };
    match rng.u32(0..4) {
        // The first slot is one beyond the last.
        0 => bytes.get_mut(RANGE..RANGE + 2)?.copy_from_slice(&[0x7f, 0xff]),
        1 => add(&mut bytes, EPOCH, u32::MAX),
        // What is asked of the store with another base must be parsed as before.
        2 if kind == Kind::SnapshotSlots && !to_switch && word(&bytes, BASE)? != word(&bytes, SEQ)? => {
            add(&mut bytes, BASE, 1000);
        }
        // An ack of the snapshot before, or of none. (One of the next would be forged well.)
        _ if kind == Kind::SnapshotAck => add(&mut bytes, SEQ, if rng.bool() { u32::MAX } else { 1000 }),
        _ => bytes.get_mut(2..4)?.copy_from_slice(&0x7777u16.to_be_bytes()),
    }
    Some(bytes)
}
