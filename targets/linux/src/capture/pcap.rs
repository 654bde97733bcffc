//! The classic pcap format, record by record.
//!
//! Both byte orders, micro- and nanoseconds, and the variant with longer record headers that old Linux kernels and
//! some home routers still write. The snapshot length of the header is not believed: tools write zero, or less than
//! the packets that follow.

use pcap_parser::nom;
use pcap_parser::{
    LegacyPcapBlock, PcapError, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified,
    parse_pcap_header,
};

use super::MAX_CAPTURED_LEN;
use super::error::CaptureError;
use super::link::LinkType;
use super::record::{Fault, Record};
use super::source::{Source, WINDOW_LEN};

const FILE_HEADER_LEN: usize = 24;

type ParseRecord = fn(&[u8]) -> nom::IResult<&[u8], LegacyPcapBlock<'_>, PcapError<&[u8]>>;

#[derive(Debug)]
pub(super) struct Reader {
    parse_record: ParseRecord,
    /// Bytes before the packet in each record.
    record_header_len: usize,
    nanoseconds: bool,
    link_type: LinkType,
    records: u64,
}

impl Reader {
    /// Reads the file header; four bytes are known to be visible.
    pub(super) fn open(source: &mut Source) -> Result<Reader, CaptureError> {
        let whole = source.want(FILE_HEADER_LEN).map_err(Fault::at_start)?;
        let data = source.data();
        let header = match parse_pcap_header(data) {
            Ok((_, header)) => header,
            Err(nom::Err::Incomplete(_)) if !whole => {
                return Err(CaptureError::HeaderCutOff { bytes: data.len() });
            }
            Err(_) => {
                let magic = data.first_chunk::<4>().copied().unwrap_or_default();
                return Err(CaptureError::NotACapture { magic });
            }
        };
        // Before 2.3 the two lengths of a record stood the other way round.
        if header.version_major != 2 || header.version_minor < 3 {
            let (major, minor) = (header.version_major, header.version_minor);
            return Err(CaptureError::UnsupportedVersion { major, minor });
        }
        let link_type = LinkType::from_pcap_header(header.network.0);
        if !link_type.is_supported() {
            return Err(CaptureError::UnsupportedLinkType { link_type, packets: 0 });
        }
        let (parse_record, record_header_len): (ParseRecord, usize) = if header.is_modified_format() {
            (parse_pcap_frame_modified, 24)
        } else if header.is_bigendian() {
            (parse_pcap_frame_be, 16)
        } else {
            (parse_pcap_frame, 16)
        };
        source.take(FILE_HEADER_LEN);
        let nanoseconds = header.is_nanosecond_precision();
        Ok(Reader { parse_record, record_header_len, nanoseconds, link_type, records: 0 })
    }

    pub(super) fn link_type(&self) -> LinkType {
        self.link_type
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    pub(super) fn next_record(&mut self, source: &mut Source) -> Result<Option<Record>, Fault> {
        if !source.at_record(1)? {
            return Ok(None);
        }
        self.records += 1;
        if !source.want(self.record_header_len)? {
            return Err(Fault::CutOff);
        }
        // Twice at most: an incomplete record says how much it lacks, and then that much is there.
        for _ in 0..2 {
            let visible = source.data().len();
            match (self.parse_record)(source.data()) {
                Ok((_, block)) if block.data.len() > MAX_CAPTURED_LEN => {
                    return Err(Fault::TooLong(block.data.len() as u64));
                }
                Ok((_, block)) => {
                    let fraction_ns = if self.nanoseconds {
                        block.ts_usec.into()
                    } else {
                        u64::from(block.ts_usec) * 1_000
                    };
                    let start = self.record_header_len;
                    let record = Record {
                        // Fits: 2^32 s and 2^32 µs are 4.3e18 ns, and a fraction above a second is just added.
                        timestamp_ns: u64::from(block.ts_sec) * 1_000_000_000 + fraction_ns,
                        original_len: block.origlen,
                        packet: start..start + block.data.len(),
                        link_type: self.link_type,
                    };
                    source.take(record.packet.end);
                    return Ok(Some(record));
                }
                Err(nom::Err::Incomplete(nom::Needed::Size(missing))) => {
                    let length = visible.saturating_add(missing.get());
                    if length > WINDOW_LEN.min(MAX_CAPTURED_LEN + self.record_header_len) {
                        return Err(Fault::TooLong((length - self.record_header_len) as u64));
                    }
                    if !source.want(length)? {
                        return Err(Fault::CutOff);
                    }
                }
                Err(_) => break,
            }
        }
        Err(Fault::Malformed("its header makes no sense"))
    }
}
