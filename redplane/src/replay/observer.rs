//! Watches what comes out: writes it down, and knows again which packet it was.
//!
//! A packet may come out much later than it went in, when it had to wait for the dead switch's lease, and after others of its
//! flow. It is known again by what a NAT leaves as it is; where several packets look the same, the one whose flow it fits.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use redplane_linux::capture::{CaptureWriter, Frame, cut_back};

use super::flows::Flows;
use super::packet::{Ends, FlowId, Packet};
use super::timeline::Timeline;
use super::world::{Output, Side, Watch};

/// A packet on its way through the NAT.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// The flow that it is of, if it is of one.
    flow: Option<FlowId>,
    /// Zero bytes that it was padded with.
    padding: usize,
    offered_ns: u64,
}

/// What came out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Packets that came out of the NAT.
    pub(super) out: u64,
    /// Packets that went past it.
    pub(super) past: u64,
    /// Packets that came out later than they went in.
    pub(super) delayed: u64,
    /// Longest delay, in nanoseconds.
    pub(super) delay_ns_max: u64,
    /// Packets that came out of the NAT and that nobody had put in: there must be none.
    pub(super) unknown: u64,
}

/// Watches a world on behalf of a replay.
#[derive(Debug)]
pub(super) struct Observer {
    pub(super) flows: Flows,
    pub(super) timeline: Timeline,
    pub(super) seen: Seen,
    pending: HashMap<u64, Vec<Pending>>,
    /// Time since the replay began.
    now_ns: u64,
    writer: CaptureWriter,
    error: Option<io::Error>,
}

impl Observer {
    pub(super) fn new(writer: CaptureWriter) -> Observer {
        Observer {
            flows: Flows::default(),
            timeline: Timeline::default(),
            seen: Seen::default(),
            pending: HashMap::new(),
            now_ns: 0,
            writer,
            error: None,
        }
    }

    /// Time since the replay began, in nanoseconds.
    pub(super) fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// A frame goes into the NAT.
    pub(super) fn offered(&mut self, from: Side, frame: &[u8], flow: Option<FlowId>, padding: usize) {
        let pending = Pending { flow, padding, offered_ns: self.now_ns };
        self.pending.entry(fingerprint(frame, from)).or_default().push(pending);
    }

    /// Nothing is on its way any more: what did not come out was dropped.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
    }

    /// A packet went past the NAT, as it was captured.
    pub(super) fn past(&mut self, bytes: &[u8], original_len: u32) {
        self.seen.past += 1;
        self.write(bytes, original_len);
    }

    /// Completes the capture.
    ///
    /// # Errors
    /// The first thing that went wrong with it.
    pub(super) fn finish(self) -> io::Result<(Flows, Timeline)> {
        match self.error {
            Some(error) => Err(error),
            None => self.writer.finish().map(|()| (self.flows, self.timeline)),
        }
    }

    fn write(&mut self, bytes: &[u8], original_len: u32) {
        let frame = Frame { timestamp_ns: self.timeline.now_ns(), original_len, bytes };
        if self.error.is_none() {
            self.error = self.writer.write(&frame).err();
        }
    }

    /// Takes out the packet that this one was, the oldest of those that fit best.
    fn take_pending(
        &mut self,
        fingerprint: u64,
        outside_or_inside: Option<FlowId>,
        from: Side,
    ) -> Option<Pending> {
        let candidates = self.pending.get_mut(&fingerprint)?;
        let fit = |pending: &Pending| {
            let (Some(flow), Some(end)) = (pending.flow, outside_or_inside) else { return 0 };
            match from {
                Side::Outside => u8::from(flow == end) * 2,
                Side::Inside => match self.flows.translation(flow) {
                    Some(translation) => u8::from(translation == end.inside) * 2,
                    None => 1,
                },
            }
        };
        let best = (0..candidates.len()).rev().max_by_key(|at| fit(&candidates[*at]))?;
        let pending = candidates.remove(best);
        if candidates.is_empty() {
            self.pending.remove(&fingerprint);
        }
        Some(pending)
    }
}

impl Watch for Observer {
    fn moved(&mut self, by_ns: u64) {
        self.now_ns += by_ns;
        self.timeline.moved(by_ns);
    }

    fn sent(&mut self, output: Output<'_>) {
        self.seen.out += 1;
        let from = match output.side {
            Side::Inside => Side::Outside,
            Side::Outside => Side::Inside,
        };
        // The end that was translated: the source on the way out, the destination on the way in.
        let end = match (Packet::parse(output.frame).map(|packet| packet.ends()), from) {
            (Some(Ends::Direct { source, .. }), Side::Inside) => Some(source),
            (Some(Ends::Direct { destination, .. }), Side::Outside) => Some(destination),
            _ => None,
        };
        let Some(pending) = self.take_pending(fingerprint(output.frame, from), end, from) else {
            self.seen.unknown += 1;
            return self.write(output.frame, output.frame.len() as u32);
        };
        let delay_ns = self.now_ns - pending.offered_ns;
        self.seen.delayed += u64::from(delay_ns > 0);
        self.seen.delay_ns_max = self.seen.delay_ns_max.max(delay_ns);
        if let (Some(flow), Some(end)) = (pending.flow, end) {
            match from {
                Side::Inside => self.flows.seen(flow, end.inside, output.switch > 0),
                Side::Outside => self.flows.delivered(flow, end.inside, output.switch > 0),
            }
        }
        let (bytes, original_len) = cut_back(output.frame, pending.padding);
        self.write(bytes, original_len);
    }
}

/// What a frame is known again by.
fn fingerprint(frame: &[u8], from: Side) -> u64 {
    match Packet::parse(frame) {
        Some(packet) => packet.fingerprint(from == Side::Inside),
        None => {
            let mut hasher = DefaultHasher::new();
            (from, frame).hash(&mut hasher);
            hasher.finish()
        }
    }
}
