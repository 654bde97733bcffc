//! What the tests of the command line share: running it, folders of their own, and captures made by hand.
#![allow(dead_code, unreachable_pub, reason = "each test binary takes what it needs")]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

pub mod probe;
pub mod processes;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use redplane_linux::capture::{Capture, CaptureWriter, Frame};

/// Runs the tool to its end.
pub fn redplane(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_redplane")).args(args).output().unwrap()
}

/// Its standard output and error as text.
pub fn text(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// A folder of this test's own, empty.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("redplane-test-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One's complement sum of the bytes as 16-bit words (RFC 1071).
pub fn sum(bytes: &[u8], start: u32) -> u16 {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let mut sum = words.fold(start, |sum, word| sum + word);
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

pub type End = ([u8; 4], u16);

/// A frame with a TCP segment (flags and payload) or, without flags, a UDP datagram; checksums are right.
pub fn frame(source: End, destination: End, flags: Option<u8>, payload: &[u8]) -> Vec<u8> {
    let mut segment = [source.1.to_be_bytes(), destination.1.to_be_bytes()].concat();
    let at = match flags {
        Some(flags) => {
            segment.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 0x20, 0, 0, 0, 0, 0]);
            16
        }
        None => {
            segment.extend((8 + payload.len() as u16).to_be_bytes());
            segment.extend([0, 0]);
            6
        }
    };
    segment.extend(payload);
    let protocol = if flags.is_some() { 6 } else { 17 };
    let mut packet = vec![0x45, 0];
    packet.extend((20 + segment.len() as u16).to_be_bytes());
    packet.extend([0, 7, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend(source.0);
    packet.extend(destination.0);
    let checksum = !sum(&packet, 0);
    packet[10..12].copy_from_slice(&checksum.to_be_bytes());
    let pseudo = u32::from(sum(&packet[12..20], u32::from(protocol) + segment.len() as u32));
    let checksum = !sum(&segment, pseudo);
    segment[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
    frame.extend(packet);
    frame.extend(segment);
    frame
}

/// A capture of these frames, each with its time and its length on the wire.
pub fn write_capture(path: &str, frames: &[(u64, u32, Vec<u8>)]) {
    let mut writer = CaptureWriter::create(path).unwrap();
    for (timestamp_ns, original_len, bytes) in frames {
        let frame = Frame { timestamp_ns: *timestamp_ns, original_len: *original_len, bytes };
        writer.write(&frame).unwrap();
    }
    writer.finish().unwrap();
}

/// The frames of a capture, with their times and lengths on the wire.
pub fn read_capture(path: impl AsRef<Path>) -> Vec<(u64, u32, Vec<u8>)> {
    let mut capture = Capture::open(path).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = capture.next_frame().unwrap() {
        frames.push((frame.timestamp_ns, frame.original_len, frame.bytes.to_vec()));
    }
    frames
}
