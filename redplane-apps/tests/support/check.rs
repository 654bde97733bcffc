//! Checks every checksum of a frame by summing all over again (RFC 1071), and every length; shares nothing with the code under
//! test.

/// One's complement sum of the bytes as 16-bit words, on top of `start`.
pub fn sum(bytes: &[u8], start: u16) -> u16 {
    let mut total = u64::from(start);
    for (at, byte) in bytes.iter().enumerate() {
        total += u64::from(*byte) << if at % 2 == 0 { 8 } else { 0 };
    }
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    total as u16
}

/// Asserts that the frame's checksums are right, those of a packet quoted in an ICMP error too as far as it is there.
pub fn assert_right(frame: &[u8]) {
    if let Err(what) = checksums(frame) {
        panic!("{what} in {frame:02x?}");
    }
}

/// Which checksum of the frame is wrong, if one is. Frames that are not IPv4 have none.
pub fn checksums(frame: &[u8]) -> Result<(), &'static str> {
    let mut at = 12;
    while frame[at..at + 2] == [0x81, 0x00] || frame[at..at + 2] == [0x88, 0xa8] {
        at += 4;
    }
    if frame[at..at + 2] != [0x08, 0x00] { Ok(()) } else { packet(&frame[at + 2..], false) }
}

/// An IPv4 packet; a quoted one may end early, and its transport is then not checked.
fn packet(bytes: &[u8], quoted: bool) -> Result<(), &'static str> {
    let header_len = usize::from(bytes[0] & 0xf) * 4;
    if sum(&bytes[..header_len], 0) != 0xffff {
        return Err(if quoted { "quoted IPv4 checksum" } else { "IPv4 checksum" });
    }
    let total_len = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    let cut = quoted && bytes.len() < total_len;
    let fragment = u16::from_be_bytes([bytes[6], bytes[7]]) & 0x3fff != 0;
    if cut || fragment {
        return Ok(());
    }
    let segment = &bytes[header_len..total_len];
    let mut pseudo = bytes[12..20].to_vec();
    pseudo.extend([0, bytes[9]]);
    pseudo.extend((segment.len() as u16).to_be_bytes());
    let pseudo = sum(&pseudo, 0);
    match bytes[9] {
        // A quoted TCP checksum is documented to stay as it was.
        6 if !quoted && sum(segment, pseudo) != 0xffff => Err("TCP checksum"),
        17 if segment[6..8] != [0, 0] && sum(segment, pseudo) != 0xffff => Err("UDP checksum"),
        1 if sum(segment, 0) != 0xffff => Err("ICMP checksum"),
        1 if !quoted && matches!(segment[0], 3 | 4 | 11 | 12) && segment.len() >= 28 => {
            packet(&segment[8..], true)
        }
        _ => Ok(()),
    }
}
