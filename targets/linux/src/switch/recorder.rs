//! A recorder of protocol messages: a capture that any tool opens, and `redplane decode` reads.
//!
//! Messages pass through sockets, where the kernel keeps their headers; they are put around them again here, with the
//! sockets' addresses. The time is the machine's own.
//!
//! Contract: [`Recorder::record`] neither fails nor allocates; the first thing that went wrong is told by
//! [`Recorder::finish`], without which the capture may lack its last messages. Clones write into the same capture.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::capture::{CaptureWriter, Frame};

const ETHERNET_LEN: usize = 14;
const IPV4_LEN: usize = 20;
const IPV6_LEN: usize = 40;
const UDP_LEN: usize = 8;
const UDP: u8 = 17;
const TIME_TO_LIVE: u8 = 64;
/// The longest payload of a UDP datagram over IPv4.
const PAYLOAD_LEN_MAX: usize = 65_535 - IPV4_LEN - UDP_LEN;

#[derive(Debug)]
struct Inner {
    /// `None` after `finish`.
    writer: Option<CaptureWriter>,
    frame: Box<[u8]>,
    error: Option<io::Error>,
}

/// Writes messages into a capture.
#[derive(Clone, Debug)]
pub struct Recorder {
    inner: Arc<Mutex<Inner>>,
}

impl Recorder {
    /// Makes the capture, or empties it.
    ///
    /// # Errors
    /// What the system says, with the name of the file.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Recorder> {
        Ok(Recorder::new(CaptureWriter::create(path)?))
    }

    /// Writes into a capture that was begun.
    pub fn new(writer: CaptureWriter) -> Recorder {
        let frame = vec![0; ETHERNET_LEN + IPV6_LEN + UDP_LEN + PAYLOAD_LEN_MAX].into_boxed_slice();
        Recorder { inner: Arc::new(Mutex::new(Inner { writer: Some(writer), frame, error: None })) }
    }

    /// Writes a message down that goes from one address to another now.
    pub fn record(&self, from: SocketAddr, to: SocketAddr, message: &[u8]) {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.record_at(u64::try_from(since_1970.as_nanos()).unwrap_or(u64::MAX), from, to, message);
    }

    /// The same at another time, in nanoseconds since 1970.
    pub fn record_at(&self, timestamp_ns: u64, from: SocketAddr, to: SocketAddr, message: &[u8]) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { writer, frame, error } = &mut *inner;
        let (Some(writer), None) = (writer, &error) else { return };
        let Some(length) = encapsulate(from, to, message, frame) else { return };
        let written =
            writer.write(&Frame { timestamp_ns, original_len: length as u32, bytes: &frame[..length] });
        *error = written.err();
    }

    /// Completes the capture.
    ///
    /// # Errors
    /// The first thing that went wrong since it was begun.
    pub fn finish(&self) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let finished = inner.writer.take().map_or(Ok(()), CaptureWriter::finish);
        inner.error.take().map_or(finished, Err)
    }
}

/// Puts UDP, IP and Ethernet around a message and gives the frame's length; `None` for what no datagram can be.
fn encapsulate(from: SocketAddr, to: SocketAddr, message: &[u8], frame: &mut [u8]) -> Option<usize> {
    if message.len() > PAYLOAD_LEN_MAX {
        return None;
    }
    let udp_len = UDP_LEN + message.len();
    let (mac_to, mac_from) = (mac_of(to.ip()), mac_of(from.ip()));
    let (ethernet, ip) = frame.split_at_mut(ETHERNET_LEN);
    ethernet[..6].copy_from_slice(&mac_to);
    ethernet[6..12].copy_from_slice(&mac_from);
    let (ip_len, pseudo) = match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            ethernet[12..].copy_from_slice(&[0x08, 0x00]);
            let header = &mut ip[..IPV4_LEN];
            header.fill(0);
            header[0] = 0x45;
            header[2..4].copy_from_slice(&((IPV4_LEN + udp_len) as u16).to_be_bytes());
            header[6] = 0x40; // do not fragment, so the identification may stay zero (RFC 6864)
            header[8] = TIME_TO_LIVE;
            header[9] = UDP;
            header[12..16].copy_from_slice(&from.octets());
            header[16..20].copy_from_slice(&to.octets());
            let checksum = !sum(header, 0);
            header[10..12].copy_from_slice(&checksum.to_be_bytes());
            (IPV4_LEN, sum(&header[12..20], 0))
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            ethernet[12..].copy_from_slice(&[0x86, 0xdd]);
            let header = &mut ip[..IPV6_LEN];
            header[..8].copy_from_slice(&[0x60, 0, 0, 0, 0, 0, UDP, TIME_TO_LIVE]);
            header[4..6].copy_from_slice(&(udp_len as u16).to_be_bytes());
            header[8..24].copy_from_slice(&from.octets());
            header[24..40].copy_from_slice(&to.octets());
            (IPV6_LEN, sum(&header[8..40], 0))
        }
        _ => return None,
    };
    let udp = &mut ip[ip_len..ip_len + udp_len];
    udp[0..2].copy_from_slice(&from.port().to_be_bytes());
    udp[2..4].copy_from_slice(&to.port().to_be_bytes());
    udp[4..6].copy_from_slice(&(udp_len as u16).to_be_bytes());
    udp[6..8].fill(0);
    udp[8..].copy_from_slice(message);
    let pseudo = sum(&[0, UDP, (udp_len >> 8) as u8, udp_len as u8], pseudo);
    let checksum = match !sum(udp, pseudo) {
        0 => 0xffff, // zero would say that there is none (RFC 768)
        checksum => checksum,
    };
    udp[6..8].copy_from_slice(&checksum.to_be_bytes());
    Some(ETHERNET_LEN + ip_len + udp_len)
}

/// An address of our own making for a machine that we only know by its IP address.
fn mac_of(address: IpAddr) -> [u8; 6] {
    let [.., a, b, c, d] = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    };
    [0x02, 0, a, b, c, d]
}

/// The one's complement sum of RFC 1071 on top of `start`, an odd byte at the end padded with zero.
fn sum(bytes: &[u8], start: u16) -> u16 {
    let words = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    let mut sum = u32::from(start) + words.map(u32::from).sum::<u32>(); // a datagram has too few words to overflow
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_encapsulated_is_a_sound_datagram() {
        for (from, to, ip_len) in
            [("10.0.0.1:4000", "10.0.0.2:8000", 20), ("[fd00::1]:4000", "[fd00::2]:8000", 40)]
        {
            let (from, to): (SocketAddr, SocketAddr) = (from.parse().unwrap(), to.parse().unwrap());
            let mut frame = [0xee; 200];
            let length = encapsulate(from, to, b"odd", &mut frame).unwrap();
            assert_eq!(length, 14 + ip_len + 8 + 3);
            let udp = &frame[14 + ip_len..length];
            assert_eq!(udp[..6], [0x0f, 0xa0, 0x1f, 0x40, 0, 11]);
            assert_eq!(&udp[8..], b"odd");
            let addresses = &frame[14 + ip_len - if ip_len == 20 { 8 } else { 32 }..14 + ip_len];
            let pseudo = sum(&[0, 17, 0, 11], sum(addresses, 0));
            assert_eq!(sum(udp, pseudo), 0xffff);
            if ip_len == 20 {
                assert_eq!(sum(&frame[14..34], 0), 0xffff);
            }
        }
    }

    #[test]
    fn addresses_of_two_families_are_no_datagram() {
        let (from, to) = ("10.0.0.1:1".parse().unwrap(), "[fd00::2]:2".parse().unwrap());
        assert_eq!(encapsulate(from, to, b"", &mut [0; 100]), None);
    }

    #[test]
    fn messages_recorded_are_in_the_capture() {
        let path = std::env::temp_dir().join(format!("redplane-recorder-{}.pcap", std::process::id()));
        let recorder = Recorder::create(&path).unwrap();
        let (from, to) = ("10.0.0.1:4000".parse().unwrap(), "10.0.0.2:8000".parse().unwrap());
        recorder.record_at(5, from, to, b"there");
        recorder.clone().record_at(9, to, from, b"back");
        recorder.finish().unwrap();
        recorder.record_at(10, from, to, b"too late");
        let mut capture = crate::capture::Capture::open(&path).unwrap();
        for (time, text) in [(5, &b"there"[..]), (9, b"back")] {
            let frame = capture.next_frame().unwrap().unwrap();
            assert_eq!((frame.timestamp_ns, &frame.bytes[42..]), (time, text));
        }
        assert_eq!(capture.next_frame().unwrap(), None);
        std::fs::remove_file(path).unwrap();
    }
}
