//! The capture as a detector is given it: padded frames, each with its flow and the time since the one before.

use std::path::Path;

use redplane_apps::heavy_hitter::Flow;
use redplane_linux::capture::{Capture, MAX_PADDED_LEN, padded};

use super::flow::{Vlan, flow_of};
use crate::exit::{Kind, OrExit};
use crate::replay::timeline::{TimeReport, Timeline};

/// A frame's turn.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// Time since the frame before, in nanoseconds.
    pub(super) gap_ns: u64,
    /// The frame at its full length.
    pub(super) frame: &'a [u8],
    /// Whose it is, if it is IPv4.
    pub(super) flow: Option<(Vlan, Flow)>,
}

/// What was read.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub(super) struct Read {
    pub(super) packets: u64,
    /// Packets of which the capture has only the beginning.
    pub(super) cut: u64,
    /// Time from the first packet to the last, in nanoseconds.
    pub(super) duration_ns: u64,
    pub(super) time: TimeReport,
    /// Why the rest of the file could not be read, if so.
    pub(super) warning: Option<String>,
}

/// Where the frames are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    /// Gap between packets of a capture without times, in nanoseconds.
    pub(super) untimed_gap_ns: u64,
}

impl Source<'_> {
    /// Gives all frames, one after the other.
    ///
    /// # Errors
    /// The file cannot be read at all. One that breaks off is read as far as it goes.
    pub(super) fn each(&self, mut take: impl FnMut(Step<'_>)) -> anyhow::Result<Read> {
        let mut capture = Capture::open(self.path).or_exit(Kind::Input)?;
        let mut timeline = Timeline::with_untimed_gap(self.untimed_gap_ns);
        let mut memory = vec![0; MAX_PADDED_LEN];
        let mut read = Read::default();
        loop {
            let frame = match capture.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(error) => {
                    read.warning = Some(error.to_string());
                    continue;
                }
            };
            let gap_ns = timeline.gap_to(frame.timestamp_ns);
            timeline.moved(gap_ns);
            timeline.arrived(frame.timestamp_ns);
            read.packets += 1;
            read.cut += u64::from(frame.original_len as usize > frame.bytes.len());
            read.duration_ns += gap_ns;
            // No frame of a link is longer than the memory.
            let len = padded(&frame, &mut memory).map_or(0, |padded| padded.len);
            let frame = &memory[..len];
            take(Step { gap_ns, frame, flow: flow_of(frame) });
        }
        read.time = timeline.report();
        Ok(read)
    }
}
