//! Captures of a device's links: pcap with nanoseconds, Ethernet, little-endian.
//!
//! A message of the store's link stands in the Ethernet, IPv4 and UDP that it would travel in: a switch has the address 10.0 and
//! its number, the store 10.1.0.1. Frames are written in the order of their time, whichever link they are on: one that is still on its
//! way over a link waits until the device's clock has come to its arrival.
//!
//! The software switch reads captures of every origin and writes its own; this writer is for a device whose packets come with a link
//! and out of order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};

use redplane_core::wire::{STORE_PORT, SWITCH_PORT};

use super::Sink;
use crate::sim::{Observer, Seen, View, Wire};

const MAGIC_NANOSECONDS: u32 = 0xa1b2_3c4d;
const VERSION: [u16; 2] = [2, 4];
const LENGTH_MAX: u32 = 262_144;
const LINK_TYPE_ETHERNET: u32 = 1;
const NANOS: u64 = 1_000_000_000;

/// Address of the store.
const STORE: [u8; 4] = [10, 1, 0, 1];

/// Writes what goes over some links of a device.
#[derive(Debug)]
pub struct Pcap<W> {
    sink: Sink<W>,
    wires: Vec<Wire>,
    /// By time, and in the order in which they were seen.
    waiting: BinaryHeap<Reverse<(u64, u64, Vec<u8>)>>,
    seen: u64,
}

impl<W: Write> Pcap<W> {
    /// A capture of all links.
    pub fn new(out: W) -> Self {
        Self::of(out, &[])
    }

    /// A capture of these links; of all, if none is named.
    pub fn of(out: W, wires: &[Wire]) -> Self {
        let mut sink = Sink::new(out);
        let mut header = vec![];
        header.extend(MAGIC_NANOSECONDS.to_le_bytes());
        header.extend(VERSION.iter().flat_map(|half| half.to_le_bytes()));
        // Time zone and accuracy: zero in all files.
        header.extend([0; 8]);
        header.extend(LENGTH_MAX.to_le_bytes());
        header.extend(LINK_TYPE_ETHERNET.to_le_bytes());
        sink.put(|out| out.write_all(&header));
        Self { sink, wires: wires.to_vec(), waiting: BinaryHeap::new(), seen: 0 }
    }

    /// Writes what is left and gives the stream back.
    ///
    /// # Errors
    /// The first that the stream has said.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_until(u64::MAX);
        self.sink.finish()
    }

    fn write_until(&mut self, now_ns: u64) {
        while self.waiting.peek().is_some_and(|Reverse((at_ns, ..))| *at_ns <= now_ns) {
            let Some(Reverse((at_ns, _, frame))) = self.waiting.pop() else { return };
            let mut record = vec![];
            for word in [at_ns / NANOS, at_ns % NANOS, frame.len() as u64, frame.len() as u64] {
                record.extend((word as u32).to_le_bytes());
            }
            record.extend(frame);
            self.sink.put(|out| out.write_all(&record));
        }
    }
}

impl<W: Write> Observer for Pcap<W> {
    const LINKS: bool = true;

    fn link(&mut self, device: View<'_>, seen: &Seen<'_>) {
        if !self.wires.is_empty() && !self.wires.contains(&seen.wire) {
            return;
        }
        let frame = match seen.wire {
            Wire::In(_) | Wire::Out(_) => seen.bytes.to_vec(),
            Wire::FromStore => datagram(seen.bytes, false),
            Wire::ToStore => datagram(seen.bytes, true),
        };
        self.seen += 1;
        self.waiting.push(Reverse((seen.at_ns, self.seen, frame)));
        self.write_until(device.nanos_at(device.cycle()));
    }
}

/// A message as it travels.
fn datagram(message: &[u8], to_store: bool) -> Vec<u8> {
    let switch = match message {
        [_, _, high, low, ..] => [*high, *low],
        _ => [0, 0],
    };
    let ends = [([10, 0, switch[0], switch[1]], SWITCH_PORT), (STORE, STORE_PORT)];
    let [from, to] = if to_store { ends } else { [ends[1], ends[0]] };

    let mut ip = vec![0x45, 0];
    ip.extend((20 + 8 + message.len() as u16).to_be_bytes());
    ip.extend([0, 0, 0x40, 0, 64, 17, 0, 0]);
    ip.extend(from.0);
    ip.extend(to.0);
    let sum = !ip.chunks_exact(2).fold(0u32, |sum, pair| {
        let sum = sum + u32::from(u16::from_be_bytes([pair[0], pair[1]]));
        (sum & 0xffff) + (sum >> 16)
    }) as u16;
    ip[10..12].copy_from_slice(&sum.to_be_bytes());

    let mut frame = vec![];
    for address in [to.0, from.0] {
        frame.extend([2, 0]);
        frame.extend(address);
    }
    frame.extend([8, 0]);
    frame.extend(ip);
    for half in [from.1, to.1, 8 + message.len() as u16, 0] {
        frame.extend(half.to_be_bytes());
    }
    frame.extend(message);
    frame
}
