//! Packet captures: reading what users have, writing what they can open.
//!
//! Replays start from captures of every origin: pcap of either byte order and either time resolution, pcapng, gzip of
//! any of them, cut by a snapshot length, cut by a full disk, or damaged. [`Capture`] reads all of them through one
//! call, recognises a file by its first bytes and never by its name, and hands out **Ethernet frames** whatever the
//! capture holds: Linux cooked, loopback and raw-IP packets get an Ethernet header, other link types are refused by
//! name. [`CaptureWriter`] writes nanosecond pcap. [`padded`] and [`cut_back`] let a packet that the capture cut
//! travel through a program at its true length.
//!
//! Contract: [`Capture::next_frame`] hands out every whole packet before the first fault, then the fault once, then
//! nothing. A file that merely ends too early is told from a damaged one by [`CaptureError::is_cut_off`]. No bytes make
//! a reader panic, run for ever, or allocate: one buffer of fixed size is made at the start.
//!
//! Limits: packets of up to [`MAX_CAPTURED_LEN`] bytes; times are what the file says, garbage included; a record that
//! claims to be shorter on the wire than in the file is taken at its length in the file.
//!
//! ```no_run
//! use redplane_linux::capture::Capture;
//!
//! let mut capture = Capture::open("office.pcapng.gz")?;
//! while let Some(frame) = capture.next_frame()? {
//!     println!("{} ns: {} of {} bytes", frame.timestamp_ns, frame.bytes.len(), frame.original_len);
//! }
//! # Ok::<(), redplane_linux::capture::CaptureError>(())
//! ```

mod error;
mod link;
mod padding;
mod pcap;
mod pcapng;
mod record;
mod source;
mod writer;

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use self::error::{CaptureError, Place};
pub use self::link::LinkType;
pub use self::padding::{MAX_PADDED_LEN, Padded, cut_back, padded};
pub use self::writer::CaptureWriter;

use self::record::{Fault, Record};
use self::source::Source;

/// Bytes of one packet that a capture may hold: the limit of libpcap and of the tools built on it.
pub const MAX_CAPTURED_LEN: usize = 262_144;

/// One packet of a capture, as an Ethernet frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// When it was captured, nanoseconds since 1970 by the file; a time beyond the range is the nearest end of it.
    pub timestamp_ns: u64,
    /// Bytes that the frame had on the wire; never less than `bytes.len()`, more when the capture cut it.
    pub original_len: u32,
    /// The bytes that were captured, from the Ethernet destination on.
    pub bytes: &'a [u8],
}

/// A capture that is being read from front to back.
#[derive(Debug)]
pub struct Capture {
    source: Source,
    format: Format,
    link_type: Option<LinkType>,
    /// The first packet, found by `open` when it looked for the link type. Its bytes wait in `source`.
    first: Option<Result<Option<Record>, Fault>>,
    packets: u64,
    ended: bool,
    /// Where a packet gets its Ethernet header when the capture has none.
    scratch: Vec<u8>,
}

#[derive(Debug)]
enum Format {
    Pcap(pcap::Reader),
    PcapNg(pcapng::Reader),
}

impl Format {
    fn next_record(&mut self, source: &mut Source) -> Result<Option<Record>, Fault> {
        source.release();
        match self {
            Format::Pcap(reader) => reader.next_record(source),
            Format::PcapNg(reader) => reader.next_record(source),
        }
    }

    /// Records begun so far: packets in a pcap, blocks in a pcapng.
    fn records(&self) -> u64 {
        match self {
            Format::Pcap(reader) => reader.records(),
            Format::PcapNg(reader) => reader.records(),
        }
    }
}

impl Capture {
    /// Opens a capture file and reads as far as its first packet, so that a file that cannot be used is refused here.
    ///
    /// # Errors
    /// [`CaptureError::Open`] when the file cannot be opened, and all that [`Capture::from_reader`] gives.
    pub fn open(path: impl AsRef<Path>) -> Result<Capture, CaptureError> {
        let path = path.as_ref();
        let open_error = |source| CaptureError::Open { path: path.to_owned(), source };
        let file = File::open(path).map_err(open_error)?;
        let metadata = file.metadata().map_err(open_error)?;
        // A pipe or a device has no length to show progress against.
        let total_bytes = metadata.is_file().then_some(metadata.len());
        Capture::from_reader(Box::new(file), total_bytes)
    }

    /// Reads a capture from any stream; `total_bytes` is its length when that is known.
    ///
    /// # Errors
    /// [`CaptureError::Empty`], [`CaptureError::NotACapture`], [`CaptureError::HeaderCutOff`],
    /// [`CaptureError::UnsupportedVersion`], [`CaptureError::UnsupportedLinkType`] or [`CaptureError::Read`]: nothing
    /// can be had from this stream. A fault behind the header is left for [`Capture::next_frame`] to tell.
    pub fn from_reader(
        reader: Box<dyn Read + Send>,
        total_bytes: Option<u64>,
    ) -> Result<Capture, CaptureError> {
        let mut source = Source::new(reader, total_bytes).map_err(Fault::Io).map_err(Fault::at_start)?;
        let mut format = match source.want(4).map_err(Fault::at_start)? {
            true if pcapng::recognises(source.data()) => {
                Format::PcapNg(pcapng::Reader::open(&mut source).map_err(Fault::at_start)?)
            }
            true => Format::Pcap(pcap::Reader::open(&mut source)?),
            false if source.data().is_empty() => return Err(CaptureError::Empty),
            false => return Err(CaptureError::HeaderCutOff { bytes: source.data().len() }),
        };
        let first = format.next_record(&mut source);
        if let Err(Fault::LinkType(link_type)) = first {
            return Err(CaptureError::UnsupportedLinkType { link_type, packets: 0 });
        }
        let link_type = match (&first, &format) {
            (Ok(Some(record)), _) => Some(record.link_type),
            (_, Format::Pcap(reader)) => Some(reader.link_type()),
            (_, Format::PcapNg(reader)) => reader.link_type(),
        };
        Ok(Capture {
            source,
            format,
            link_type,
            first: Some(first),
            packets: 0,
            ended: false,
            scratch: Vec::new(),
        })
    }

    /// The next packet, or `None` at the end of the capture and after an error.
    ///
    /// # Errors
    /// [`CaptureError::CutOff`] when the file ends inside a record (all before it was handed out);
    /// [`CaptureError::RecordTooLong`], [`CaptureError::Malformed`], [`CaptureError::UnsupportedLinkType`] (a pcapng with
    /// interfaces of several types) or [`CaptureError::Read`] when it cannot be read on.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        if self.ended {
            return Ok(None);
        }
        let next = match self.first.take() {
            Some(first) => first,
            None => self.format.next_record(&mut self.source),
        };
        let record = match next {
            Ok(Some(record)) => record,
            Ok(None) => {
                self.ended = true;
                return Ok(None);
            }
            Err(fault) => {
                self.ended = true;
                return Err(fault.at(Place { record: self.format.records(), packets: self.packets }));
            }
        };
        self.packets += 1;
        self.link_type = Some(record.link_type);
        let packet = self.source.data().get(record.packet).unwrap_or_default();
        let original_len = record.original_len.max(u32::try_from(packet.len()).unwrap_or(u32::MAX));
        let (bytes, original_len) = link::ethernet(record.link_type, packet, original_len, &mut self.scratch);
        Ok(Some(Frame { timestamp_ns: record.timestamp_ns, original_len, bytes }))
    }

    /// The link type of the file as it stands there, before the packets became Ethernet frames; of the latest packet
    /// where it varies, and `None` for a pcapng that describes no interface.
    pub fn link_type(&self) -> Option<LinkType> {
        self.link_type
    }

    /// Packets handed out so far.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Length of the file in bytes, as it is stored; `None` when it is not known.
    pub fn total_bytes(&self) -> Option<u64> {
        self.source.total_bytes()
    }

    /// Bytes of the file used so far, counted as `total_bytes` counts: of the compressed file, where it is compressed.
    pub fn position(&self) -> u64 {
        self.source.position()
    }
}
