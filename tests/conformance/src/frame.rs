//! The frames between a soft core and its store: put around a message, and taken off with every field looked at.
//!
//! Written apart from what the soft core has for it, so that both being wrong in one way is unlikely.

use crate::BYTES_MAX;

/// Ethernet, IPv4 without options, UDP.
pub(crate) const HEADERS: usize = 14 + 20 + 8;
/// Longest frame.
pub(crate) const FRAME_MAX: usize = HEADERS + BYTES_MAX;

/// One end: hardware address, address, UDP port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) mac: [u8; 6],
    pub(crate) address: [u8; 4],
    pub(crate) port: u16,
}

/// Puts the headers in front of a message that stands behind them already; `None` if `frame` is too short for headers.
pub(crate) fn wrap(from: End, to: End, frame: &mut [u8]) -> Option<()> {
    let udp_len = u16::try_from(frame.len().checked_sub(14 + 20)?).ok()?;
    let (headers, message) = frame.split_first_chunk_mut::<HEADERS>()?;
    *headers = made(from, to, udp_len, message);
    Some(())
}

/// Takes a message out of its frame; or says what of the frame is wrong.
pub(crate) fn unwrap(from: End, to: End, frame: &[u8]) -> Result<&[u8], &'static str> {
    let (headers, message) = frame.split_first_chunk::<HEADERS>().ok_or("frame-too-short")?;
    let udp_len = u16::try_from(message.len() + 8).map_err(|_| "frame-too-long")?;
    let should = made(from, to, udp_len, message);
    let parts = [
        (0..14, "ethernet-header"),
        // Type of service, identification, fragmentation and time to live are the device's to choose.
        (14..15, "ipv4-version"),
        (16..18, "ipv4-length"),
        (23..24, "ipv4-protocol"),
        (26..34, "ipv4-addresses"),
        (34..42, "udp-header"),
    ];
    for (range, what) in parts {
        if headers.get(range.clone()) != should.get(range) {
            return Err(what);
        }
    }
    let header = headers.get(14..34).unwrap_or_default();
    if folded(sum(header, 0)) != 0xffff {
        return Err("ipv4-checksum");
    }
    Ok(message)
}

fn made(from: End, to: End, udp_len: u16, message: &[u8]) -> [u8; HEADERS] {
    let mut headers = [0; HEADERS];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        let end = at + bytes.len();
        if let Some(place) = headers.get_mut(at..end) {
            place.copy_from_slice(bytes);
        }
        at = end;
    };
    put(&to.mac);
    put(&from.mac);
    put(&[0x08, 0x00]);
    let mut ipv4 = [0; 20];
    let [high, low] = (udp_len + 20).to_be_bytes();
    let [a, b, c, d] = from.address;
    let [e, f, g, h] = to.address;
    let header = [0x45, 0, high, low, 0, 0, 0, 0, 64, 17, 0, 0, a, b, c, d, e, f, g, h];
    ipv4.copy_from_slice(&header);
    let [high, low] = (!folded(sum(&header, 0))).to_be_bytes();
    [ipv4[10], ipv4[11]] = [high, low];
    put(&ipv4);
    let mut udp = [0; 8];
    let fields = [from.port, to.port, udp_len, 0].map(u16::to_be_bytes);
    udp.copy_from_slice(fields.as_flattened());
    // The pseudo header: addresses, protocol, length.
    let pseudo = sum(&from.address, sum(&to.address, 17 + u32::from(udp_len)));
    let checksum = match !folded(sum(message, sum(&udp, pseudo))) {
        // Zero would say that there is none.
        0 => 0xffff,
        checksum => checksum,
    };
    [udp[6], udp[7]] = checksum.to_be_bytes();
    put(&udp);
    headers
}

/// Adds up 16-bit words, the last byte of an odd number padded with zero (RFC 1071).
fn sum(bytes: &[u8], start: u32) -> u32 {
    let words = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u32::from(*high) << 8 | u32::from(*low),
        [high] => u32::from(*high) << 8,
        _ => 0,
    });
    words.fold(start, u32::wrapping_add)
}

fn folded(sum: u32) -> u16 {
    let sum = (sum & 0xffff) + (sum >> 16);
    ((sum & 0xffff) + (sum >> 16)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: End = End { mac: [2, 0, 0, 0, 0, 1], address: [10, 9, 0, 1], port: 8000 };
    const B: End = End { mac: [2, 0, 0, 0, 0, 2], address: [10, 9, 0, 2], port: 4000 };

    fn framed() -> [u8; HEADERS + 7] {
        let mut frame = [0; HEADERS + 7];
        frame[HEADERS..].copy_from_slice(b"message");
        wrap(A, B, &mut frame).unwrap();
        frame
    }

    #[test]
    fn frame_gives_its_message_back() {
        assert_eq!(unwrap(A, B, &framed()), Ok(&b"message"[..]));
        assert_eq!(unwrap(B, A, &framed()), Err("ethernet-header"));
        assert_eq!(wrap(A, B, &mut [0; HEADERS - 1]), None);
    }

    #[test]
    fn frame_with_any_bit_wrong_is_refused() {
        for at in 0..HEADERS + 7 {
            let mut frame = framed();
            frame[at] ^= 1;
            assert!(unwrap(A, B, &frame).is_err(), "byte {at}");
        }
        for len in 0..HEADERS + 7 {
            assert!(unwrap(A, B, &framed()[..len]).is_err(), "{len} bytes");
        }
    }
}
