//! The pcapng format, block by block.
//!
//! A file is sections of blocks; each section has its own byte order and interfaces, each interface its own link type
//! and clock. Packets come in enhanced, simple, and (from before 2010) obsolete packet blocks. All other blocks are
//! passed over unread, however long. Options of packets are not looked at, so a packet with bad ones is still good.
//!
//! Source: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html>.

use pcap_parser::InterfaceDescriptionBlock;
use pcap_parser::pcapng::{
    BOM_MAGIC, EPB_MAGIC, IDB_MAGIC, SHB_MAGIC, SPB_MAGIC, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_sectionheaderblock,
};

use super::MAX_CAPTURED_LEN;
use super::link::LinkType;
use super::record::{Fault, Record};
use super::source::{Source, WINDOW_LEN};

/// The packet block of old drafts, which the parser crate does not know.
const OBSOLETE_PACKET: u32 = 2;
/// Type and length in front, length again behind.
const MIN_BLOCK_LEN: u32 = 12;
/// Interfaces of one section: far above any machine's, so that a file of nothing else cannot fill the memory.
const MAX_INTERFACES: usize = 4096;
/// Where the packet begins in an enhanced and in an obsolete packet block.
const PACKET_OFFSET: usize = 28;
/// Where the packet begins in a simple packet block.
const SIMPLE_PACKET_OFFSET: usize = 12;
/// Length of a block after its content.
const TRAILER_LEN: usize = 4;

/// Whether a file that begins so is pcapng.
pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(&SHB_MAGIC.to_le_bytes())
}

#[derive(Debug)]
struct Interface {
    link_type: LinkType,
    snaplen: u32,
    /// Zero when the file names a resolution that no number holds; its times are then all zero.
    units_per_second: u128,
    offset_s: i64,
}

#[derive(Debug)]
pub(super) struct Reader {
    big_endian: bool,
    interfaces: Vec<Interface>,
    blocks: u64,
}

impl Reader {
    /// Reads the first section header.
    pub(super) fn open(source: &mut Source) -> Result<Reader, Fault> {
        let mut reader = Reader { big_endian: false, interfaces: Vec::new(), blocks: 0 };
        match reader.read_section_header(source) {
            Err(Fault::CutOff) => Err(Fault::HeaderCutOff(source.data().len())),
            // The first four bytes alone are also the line ends of a text file that passed through other systems.
            Err(Fault::Malformed(_) | Fault::TooLong(_)) => {
                Err(Fault::NotACapture(source.data().first_chunk().copied().unwrap_or_default()))
            }
            Err(fault) => Err(fault),
            Ok(length) => {
                source.take(length);
                reader.blocks = 1;
                Ok(reader)
            }
        }
    }

    pub(super) fn link_type(&self) -> Option<LinkType> {
        self.interfaces.first().map(|interface| interface.link_type)
    }

    pub(super) fn records(&self) -> u64 {
        self.blocks
    }

    /// Goes on to the next packet, past all blocks that are none.
    pub(super) fn next_record(&mut self, source: &mut Source) -> Result<Option<Record>, Fault> {
        loop {
            if !source.at_record(1)? {
                return Ok(None);
            }
            self.blocks += 1;
            if !source.want(8)? {
                return Err(Fault::CutOff);
            }
            let block_type = self.word(source.data(), 0);
            if block_type == SHB_MAGIC {
                let length = self.read_section_header(source)?;
                source.take(length);
                source.release();
                continue;
            }
            let length = self.word(source.data(), 4);
            check_length(length)?;
            if !matches!(block_type, IDB_MAGIC | EPB_MAGIC | SPB_MAGIC | OBSOLETE_PACKET) {
                if !source.skip(length.into())? {
                    return Err(Fault::CutOff);
                }
                continue;
            }
            let length = want_block(source, length)?;
            let block = &source.data()[..length];
            if self.word(block, length - TRAILER_LEN) as usize != length {
                return Err(Fault::Malformed("its two lengths differ"));
            }
            if block_type == IDB_MAGIC {
                self.read_interface(block)?;
                source.take(length);
                source.release();
                continue;
            }
            let record = match block_type {
                SPB_MAGIC => self.simple_packet(block)?,
                _ => self.packet(block, block_type == OBSOLETE_PACKET)?,
            };
            source.take(length);
            return Ok(Some(record));
        }
    }

    /// Takes over a section header's byte order and forgets the interfaces of the section before; gives its length.
    fn read_section_header(&mut self, source: &mut Source) -> Result<usize, Fault> {
        if !source.want(MIN_BLOCK_LEN as usize)? {
            return Err(Fault::CutOff);
        }
        self.big_endian = false;
        match self.word(source.data(), 8) {
            BOM_MAGIC => {}
            word if word.swap_bytes() == BOM_MAGIC => self.big_endian = true,
            _ => return Err(Fault::Malformed("its byte order mark is of neither order")),
        }
        let length = self.word(source.data(), 4);
        check_length(length)?;
        let length = want_block(source, length)?;
        let block = &source.data()[..length];
        let Ok((_, header)) = parse_sectionheaderblock(block) else {
            return Err(Fault::Malformed("it is no section header"));
        };
        if header.major_version != 1 {
            return Err(Fault::Version(header.major_version, header.minor_version));
        }
        self.interfaces.clear();
        Ok(length)
    }

    fn read_interface(&mut self, block: &[u8]) -> Result<(), Fault> {
        let parsed = match self.big_endian {
            true => parse_interfacedescriptionblock_be(block),
            false => parse_interfacedescriptionblock_le(block),
        };
        let Ok((_, description)) = parsed else {
            return Err(Fault::Malformed("it is no interface description"));
        };
        if self.interfaces.len() >= MAX_INTERFACES {
            return Err(Fault::Malformed("it is one interface too many"));
        }
        self.interfaces.push(Interface {
            link_type: LinkType((description.linktype.0 & 0xffff) as u16),
            snaplen: description.snaplen,
            units_per_second: units_per_second(description.if_tsresol),
            offset_s: self.offset_s(&description),
        });
        Ok(())
    }

    /// The parser crate takes the offset for little-endian always.
    fn offset_s(&self, description: &InterfaceDescriptionBlock<'_>) -> i64 {
        match self.big_endian {
            true => description.if_tsoffset.swap_bytes(),
            false => description.if_tsoffset,
        }
    }

    /// An enhanced or obsolete packet block: they differ in the first word alone.
    fn packet(&self, block: &[u8], obsolete: bool) -> Result<Record, Fault> {
        if block.len() < PACKET_OFFSET + TRAILER_LEN {
            return Err(Fault::Malformed("it is too short for a packet block"));
        }
        let interface = match (obsolete, self.big_endian) {
            (false, _) => self.word(block, 8),
            (true, true) => self.word(block, 8) >> 16, // the other half counts drops
            (true, false) => self.word(block, 8) & 0xffff,
        };
        let interface = self.interface(interface)?;
        let units = u64::from(self.word(block, 12)) << 32 | u64::from(self.word(block, 16));
        let captured = self.word(block, 20);
        if captured as usize > MAX_CAPTURED_LEN {
            return Err(Fault::TooLong(captured.into()));
        }
        if captured as usize > block.len() - PACKET_OFFSET - TRAILER_LEN {
            return Err(Fault::Malformed("its packet is longer than its block"));
        }
        Ok(Record {
            timestamp_ns: interface.timestamp_ns(units),
            original_len: self.word(block, 24),
            packet: PACKET_OFFSET..PACKET_OFFSET + captured as usize,
            link_type: interface.link_type,
        })
    }

    /// A simple packet block: of the first interface, without a time, cut at that interface's snapshot length.
    fn simple_packet(&self, block: &[u8]) -> Result<Record, Fault> {
        if block.len() < SIMPLE_PACKET_OFFSET + TRAILER_LEN {
            return Err(Fault::Malformed("it is too short for a simple packet block"));
        }
        let interface = self.interface(0)?;
        let original_len = self.word(block, 8);
        let snaplen = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
        let room = block.len() - SIMPLE_PACKET_OFFSET - TRAILER_LEN;
        let captured = room.min(original_len.min(snaplen) as usize);
        if captured > MAX_CAPTURED_LEN {
            return Err(Fault::TooLong(captured as u64));
        }
        Ok(Record {
            timestamp_ns: 0,
            original_len,
            packet: SIMPLE_PACKET_OFFSET..SIMPLE_PACKET_OFFSET + captured,
            link_type: interface.link_type,
        })
    }

    fn interface(&self, number: u32) -> Result<&Interface, Fault> {
        match self.interfaces.get(number as usize) {
            None => Err(Fault::Malformed("it names an interface that the file does not describe")),
            Some(interface) if !interface.link_type.is_supported() => {
                Err(Fault::LinkType(interface.link_type))
            }
            Some(interface) => Ok(interface),
        }
    }

    /// A word of the section's byte order; 0 beyond the end, which callers have ruled out by a length check.
    fn word(&self, bytes: &[u8], at: usize) -> u32 {
        let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
        if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    }
}

impl Interface {
    fn timestamp_ns(&self, units: u64) -> u64 {
        // 2^64 units times 10^9 stay below 2^94.
        let within_ns = (u128::from(units) * 1_000_000_000).checked_div(self.units_per_second).unwrap_or(0);
        let offset_ns = i128::from(self.offset_s) * 1_000_000_000;
        (within_ns as i128 + offset_ns).clamp(0, u64::MAX.into()) as u64
    }
}

/// Decodes `if_tsresol`: a negative power of ten, or of two when the top bit is set.
fn units_per_second(resolution: u8) -> u128 {
    let exponent = u32::from(resolution & 0x7f);
    if resolution & 0x80 == 0 { 10u128.checked_pow(exponent).unwrap_or(0) } else { 1u128 << exponent }
}

fn check_length(length: u32) -> Result<(), Fault> {
    match length {
        0..MIN_BLOCK_LEN => Err(Fault::Malformed("its length is less than its own header")),
        _ if !length.is_multiple_of(4) => Err(Fault::Malformed("its length is no multiple of four")),
        _ => Ok(()),
    }
}

/// Makes the whole block visible.
fn want_block(source: &mut Source, length: u32) -> Result<usize, Fault> {
    let visible = length as usize;
    if visible > WINDOW_LEN {
        return Err(Fault::TooLong(length.into()));
    }
    if !source.want(visible)? {
        return Err(Fault::CutOff);
    }
    Ok(visible)
}
