//! What a simulated device did, written down: waveforms, captures, a text of every stage, samples of its queues.
//!
//! | writer | tells | opened with |
//! | --- | --- | --- |
//! | [`vcd`] | stages, chosen register cells, queues, cycle by cycle | GTKWave, Surfer |
//! | [`pcap`] | frames and messages on the links, in nanoseconds | Wireshark, tcpdump |
//! | [`text`] | a line per packet and stage that did something | less |
//! | [`sample`] | occupancy of queues over time, and how long packets took | whoever draws it |
//!
//! Each is an [`Observer`](crate::sim::Observer): a device is made with it, and a pair of two of them, or of pairs, watches with all.
//! Whoever writes to a stream keeps the first error for `finish`, which also writes what is left.

pub mod pcap;
pub mod sample;
pub mod text;
pub mod vcd;

use std::io;

/// A stream that is written to until it fails once.
#[derive(Debug)]
struct Sink<W> {
    out: W,
    failed: Option<io::Error>,
}

impl<W: io::Write> Sink<W> {
    fn new(out: W) -> Self {
        Self { out, failed: None }
    }

    fn put(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.out).err();
        }
    }

    fn finish(mut self) -> io::Result<W> {
        match self.failed {
            Some(error) => Err(error),
            None => self.out.flush().map(|()| self.out),
        }
    }
}
