//! What a format reader gives to the capture: a record, or what is wrong.

use std::io;
use std::ops::Range;

use super::error::{CaptureError, Place};
use super::link::LinkType;

/// Where one packet lies in the source's window, and what the file says about it.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) timestamp_ns: u64,
    pub(super) original_len: u32,
    pub(super) packet: Range<usize>,
    pub(super) link_type: LinkType,
}

/// Why there is no next record. [`Fault::at`] adds where that was, which a format reader does not know.
#[derive(Debug)]
pub(super) enum Fault {
    CutOff,
    TooLong(u64),
    Malformed(&'static str),
    LinkType(LinkType),
    NotACapture([u8; 4]),
    Version(u16, u16),
    HeaderCutOff(usize),
    Io(io::Error),
}

impl Fault {
    pub(super) fn at(self, place: Place) -> CaptureError {
        match self {
            Fault::CutOff => CaptureError::CutOff { place },
            Fault::TooLong(length) => CaptureError::RecordTooLong { length, place },
            Fault::Malformed(what) => CaptureError::Malformed { what, place },
            Fault::LinkType(link_type) => {
                CaptureError::UnsupportedLinkType { link_type, packets: place.packets }
            }
            Fault::NotACapture(magic) => CaptureError::NotACapture { magic },
            Fault::Version(major, minor) => CaptureError::UnsupportedVersion { major, minor },
            Fault::HeaderCutOff(bytes) => CaptureError::HeaderCutOff { bytes },
            Fault::Io(source) => CaptureError::Read { source, place },
        }
    }

    /// For what happens in the file header.
    pub(super) fn at_start(self) -> CaptureError {
        self.at(Place { record: 0, packets: 0 })
    }
}
