//! Why a capture cannot be read, or not to its end, in sentences for its owner.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::MAX_CAPTURED_LEN;
use super::link::LinkType;

/// Where in a capture something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The record, counted from 1: a packet in a pcap, a block in a pcapng; 0 is the file header.
    pub record: u64,
    /// Whole packets before it, all of which were handed out.
    pub packets: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            0 => write!(f, "in the file header"),
            record => write!(f, "in record {record}, after {} good packets", self.packets),
        }
    }
}

/// What is wrong with a capture.
#[derive(Debug)]
pub enum CaptureError {
    /// The file cannot be opened.
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is not one byte in the file.
    Empty,
    /// The first bytes are of no capture format.
    NotACapture {
        /// The first four bytes, after decompression where the file is gzip.
        magic: [u8; 4],
    },
    /// The file ends before its header does.
    HeaderCutOff {
        /// Bytes that are there.
        bytes: usize,
    },
    /// The format is right, its version is not one that is read here.
    UnsupportedVersion {
        /// Major version of the file.
        major: u16,
        /// Minor version of the file.
        minor: u16,
    },
    /// The packets are of a link that Ethernet frames cannot be made of.
    UnsupportedLinkType {
        /// The link type of the file or interface.
        link_type: LinkType,
        /// Whole packets before the first of that link, all of which were handed out.
        packets: u64,
    },
    /// A record claims more bytes than any packet has.
    RecordTooLong {
        /// Bytes that it claims.
        length: u64,
        /// Where that is.
        place: Place,
    },
    /// The file ends inside a record: what came before is whole and was handed out.
    CutOff {
        /// Where that is.
        place: Place,
    },
    /// A record contradicts itself, so that the next one cannot be found.
    Malformed {
        /// What is wrong with it.
        what: &'static str,
        /// Where that is.
        place: Place,
    },
    /// The system, or the decompressor, could not read on.
    Read {
        /// What it says.
        source: io::Error,
        /// Where that is.
        place: Place,
    },
}

impl CaptureError {
    /// Whether the file only ends too early: its packets are good, and a caller will warn rather than refuse.
    pub fn is_cut_off(&self) -> bool {
        matches!(self, CaptureError::CutOff { .. })
    }
}

/// What a file is that begins so, when people take it for a capture.
fn disguise(magic: [u8; 4]) -> Option<&'static str> {
    Some(match magic {
        [0x28, 0xb5, 0x2f, 0xfd] => "it is compressed with zstd: decompress it first (unzstd)",
        [0xfd, b'7', b'z', b'X'] => "it is compressed with xz: decompress it first (unxz)",
        [b'B', b'Z', b'h', _] => "it is compressed with bzip2: decompress it first (bunzip2)",
        [0x04, 0x22, 0x4d, 0x18] => "it is compressed with lz4: decompress it first (unlz4)",
        [b'P', b'K', 3, 4] => "it is a zip archive: extract it first (unzip)",
        [0x1f, 0x8b, ..] => "it is compressed twice with gzip: decompress it once (gunzip)",
        _ => return None,
    })
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CaptureError::Open { path, source } => write!(f, "cannot open {}: {source}", path.display()),
            CaptureError::Empty => write!(f, "the file is empty: a capture has at least a header"),
            CaptureError::NotACapture { magic } => {
                write!(f, "not a packet capture: ")?;
                match disguise(*magic) {
                    Some(what) => f.write_str(what),
                    None => {
                        let [a, b, c, d] = magic;
                        write!(f, "it begins with {a:02x} {b:02x} {c:02x} {d:02x}, neither pcap nor pcapng")
                    }
                }
            }
            CaptureError::HeaderCutOff { bytes } => {
                write!(f, "the file ends inside its header, after {bytes} bytes: there is no packet in it")
            }
            CaptureError::UnsupportedVersion { major, minor } => write!(
                f,
                "version {major}.{minor} of the capture format is not supported: convert the file to pcap 2.4 or pcapng 1.0"
            ),
            CaptureError::UnsupportedLinkType { link_type, packets } => {
                write!(f, "unsupported link type {link_type}")?;
                if *packets > 0 {
                    write!(f, " after {packets} good packets")?;
                }
                write!(f, ": only Ethernet, Linux cooked, loopback and raw IP can be replayed")
            }
            CaptureError::RecordTooLong { length, place } => write!(
                f,
                "the file is damaged {place}: it claims {length} bytes, the limit is {MAX_CAPTURED_LEN}"
            ),
            CaptureError::CutOff { place } => write!(f, "the file is cut off {place}"),
            CaptureError::Malformed { what, place } => write!(f, "the file is damaged {place}: {what}"),
            CaptureError::Read { source, place } => write!(f, "cannot read on {place}: {source}"),
        }
    }
}

impl std::error::Error for CaptureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CaptureError::Open { source, .. } | CaptureError::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}
