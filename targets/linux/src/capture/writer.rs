//! Writes captures: pcap with nanoseconds, Ethernet, little-endian.
//!
//! Every tool of the field reads it, and a frame keeps both its lengths. A capture is whole only after
//! [`CaptureWriter::finish`]; one that is dropped without it may lack its last packets.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Frame, MAX_CAPTURED_LEN};

const MAGIC_NANOSECONDS: u32 = 0xa1b2_3c4d;
const VERSION: (u16, u16) = (2, 4);
const LINK_TYPE_ETHERNET: u32 = 1;

/// A capture that is being written.
pub struct CaptureWriter {
    out: BufWriter<Box<dyn Write + Send>>,
    packets: u64,
}

impl fmt::Debug for CaptureWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptureWriter").field("packets", &self.packets).finish_non_exhaustive()
    }
}

impl CaptureWriter {
    /// Makes the file, or empties it, and writes the file header.
    ///
    /// # Errors
    /// What the system says, with the name of the file.
    pub fn create(path: impl AsRef<Path>) -> io::Result<CaptureWriter> {
        let path = path.as_ref();
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("cannot write the capture {}: {error}", path.display()))
        };
        let file = File::create(path).map_err(named)?;
        CaptureWriter::new(Box::new(file)).map_err(named)
    }

    /// Writes the file header to any stream. The stream is buffered here.
    ///
    /// # Errors
    /// What the stream says.
    pub fn new(out: Box<dyn Write + Send>) -> io::Result<CaptureWriter> {
        let mut out = BufWriter::with_capacity(65_536, out);
        let mut header = [0; 24];
        header[0..4].copy_from_slice(&MAGIC_NANOSECONDS.to_le_bytes());
        header[4..6].copy_from_slice(&VERSION.0.to_le_bytes());
        header[6..8].copy_from_slice(&VERSION.1.to_le_bytes());
        // 8..16: time zone and accuracy, zero in all files.
        header[16..20].copy_from_slice(&(MAX_CAPTURED_LEN as u32).to_le_bytes());
        header[20..24].copy_from_slice(&LINK_TYPE_ETHERNET.to_le_bytes());
        out.write_all(&header)?;
        Ok(CaptureWriter { out, packets: 0 })
    }

    /// Appends one frame. An original length below that of the bytes is raised to it, and a time beyond the year 2106,
    /// which the format cannot hold, becomes the last one it can.
    ///
    /// # Errors
    /// `InvalidInput` for a frame above [`MAX_CAPTURED_LEN`], of which nothing is written; else what the stream says,
    /// after which the file is not to be trusted behind this packet.
    pub fn write(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let captured_len = frame.bytes.len();
        if captured_len > MAX_CAPTURED_LEN {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "a frame of {captured_len} bytes is above the limit of a capture, {MAX_CAPTURED_LEN}"
                ),
            ));
        }
        let captured_len = captured_len as u32;
        let last_ns = u64::from(u32::MAX) * 1_000_000_000 + 999_999_999;
        let timestamp_ns = frame.timestamp_ns.min(last_ns);
        let mut header = [0; 16];
        header[0..4].copy_from_slice(&((timestamp_ns / 1_000_000_000) as u32).to_le_bytes());
        header[4..8].copy_from_slice(&((timestamp_ns % 1_000_000_000) as u32).to_le_bytes());
        header[8..12].copy_from_slice(&captured_len.to_le_bytes());
        header[12..16].copy_from_slice(&frame.original_len.max(captured_len).to_le_bytes());
        self.out.write_all(&header)?;
        self.out.write_all(frame.bytes)?;
        self.packets += 1;
        Ok(())
    }

    /// Frames written so far.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Writes out what is still buffered. Only after this is the capture whole.
    ///
    /// # Errors
    /// What the stream says, a full disk for one.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}
