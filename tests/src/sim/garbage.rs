//! Messages that nobody has sent: damaged, misdirected, of other versions, switches and schemas.
//!
//! They must be ignored with their own reason and change nothing. What they are not is *forged well*: a message that is right in
//! all its fields is not told from an honest one without a tag.

use redplane_core::wire::{Flags, HEADER_LEN, Kind};

/// Ways to spoil a message.
const WAYS: u32 = 13;

/// Spoils a message; gives it, and whether it goes to a switch (else to the store).
pub fn spoil(rng: &mut fastrand::Rng, message: &[u8], to_switch: bool) -> (Vec<u8>, bool) {
    let mut bytes = message.to_vec();
    if bytes.len() < HEADER_LEN {
        return (bytes, to_switch);
    }
    let set_flags = |bytes: &mut [u8], change: &dyn Fn(Flags) -> Flags| {
        let flags = change(Flags::from(u16::from_be_bytes([bytes[6], bytes[7]])));
        bytes[6..8].copy_from_slice(&u16::from(flags).to_be_bytes());
    };
    match rng.u32(0..WAYS) {
        0 => bytes.truncate(rng.usize(0..HEADER_LEN)),
        1 => bytes.truncate(HEADER_LEN + 1),
        2 => bytes[0] = bytes[0] & 0x0f | 0xf0,
        3 => bytes[0] &= 0xf0,
        4 => bytes[1] = 0xee,
        5 => set_flags(&mut bytes, &|flags| flags.with_reserved(3)),
        6 => {
            set_flags(&mut bytes, &|flags| flags.with_piggyback(false).with_port(0));
            bytes.push(0);
        }
        7 => {
            // A tag that nobody agreed on, in front of a packet that is cut off.
            let kind = Kind::Renew.to_wire();
            bytes[0] = bytes[0] & 0xf0 | if to_switch { Kind::RenewAck.to_wire() } else { kind };
            bytes.truncate(HEADER_LEN + 4);
            set_flags(&mut bytes, &|_| Flags::new().with_tag(true));
            bytes.extend([0; 8]);
        }
        8 => return (bytes, !to_switch), // the wrong way
        9 => bytes[2..4].copy_from_slice(&0x7777u16.to_be_bytes()),
        10 => {
            // A message of the other mode.
            let kind = if to_switch { Kind::SnapshotAck } else { Kind::SnapshotSlots };
            bytes[0] = bytes[0] & 0xf0 | kind.to_wire();
            bytes.truncate(HEADER_LEN + 4);
            set_flags(&mut bytes, &|_| Flags::new());
            // No slots: a range, and to the store a base.
            bytes.extend(std::iter::repeat_n(0, if to_switch { 4 } else { 8 }));
        }
        // (A recall carries no timestamp of the switch's that could be made old.)
        11 if to_switch && bytes[0] & 0xf != Kind::Recall.to_wire() => {
            // An ack of a write that was never begun, for a request of long ago.
            bytes[0] = bytes[0] & 0xf0 | Kind::WriteAck.to_wire();
            bytes.truncate(HEADER_LEN + 4);
            set_flags(&mut bytes, &|_| Flags::new());
            let seq = u32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]).wrapping_add(1 << 20);
            bytes[12..16].copy_from_slice(&seq.to_be_bytes());
            let long_ago =
                u32::from_be_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]).wrapping_sub(1 << 26);
            bytes[16..20].copy_from_slice(&long_ago.to_be_bytes());
        }
        _ => {
            let at = rng.usize(0..HEADER_LEN.min(2));
            bytes[at] = rng.u8(..) | 0xf0;
        }
    }
    (bytes, to_switch)
}

/// Spoils a datagram between replicas, whose header is 36 bytes and begins with version, schema and kind.
pub fn spoil_link(rng: &mut fastrand::Rng, datagram: &[u8]) -> Vec<u8> {
    let mut bytes = datagram.to_vec();
    match rng.u32(0..4) {
        0 => bytes.truncate(rng.usize(1..36)),
        1 => bytes.truncate(rng.usize(36..44)),
        2 => bytes[2] = rng.u8(4..),
        // The view, or who it is from or for.
        _ => bytes[rng.usize(8..32)] ^= 0x80,
    }
    bytes
}
