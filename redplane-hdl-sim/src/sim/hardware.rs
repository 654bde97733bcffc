//! What a pipeline is built into: clock, ports and links, queues, and the latencies of everything that is no stage.
//!
//! All of it is data, so that a figure that comes out of the simulation can be printed with every number that went in.

use redplane_core::wire::Kind;

use crate::pipeline::Pipeline;
use crate::place::MIRROR_LIMIT;

/// Bytes in front of a message on its way to or from the store: Ethernet, IPv4 without options, UDP.
pub const MESSAGE_HEADERS: usize = 14 + 20 + 8;

/// Bytes that a frame takes on a link beside its own: preamble and start (8), frame check sequence (4), gap (12).
pub const FRAME_OVERHEAD: usize = 8 + 4 + 12;

/// Shortest frame without its frame check sequence: a shorter one is padded on the link.
pub const FRAME_MIN: usize = 60;

/// Bytes of a copy that are no message: the tick at which it is due and the ticks that it waits.
pub const COPY_METADATA: usize = 8;

/// Ticks that a whole sweep of the table takes, as in [`redplane_core::switch`].
const SWEEP_ROUND_TICKS: u64 = 1 << 28;

/// The outgoing half of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Bits that it carries in a second, above 0.
    pub bits_per_second: u64,
    /// Nanoseconds from the last bit's leaving to its arrival.
    pub latency_ns: u64,
    /// Bytes that may wait for it in the traffic manager.
    pub buffer_bytes: u64,
}

impl Link {
    /// 100 Gbit/s, 500 ns (100 m of fibre), a megabyte of buffer.
    pub const FAST: Self = Self { bits_per_second: 100_000_000_000, latency_ns: 500, buffer_bytes: 1 << 20 };
}

/// A port of the device. Its number is its place in [`Hardware::ports`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Whether what comes in by it comes from the inside.
    pub inside: bool,
    /// The port by which a frame that came in here leaves: the target's routing.
    pub leads_to: u16,
    /// What is behind it.
    pub link: Link,
}

/// How many copies the mirror queue takes. A copy that finds no room is lost, and counted as
/// [`crate::sim::Loss::MirrorQueueFull`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MirrorLimits {
    /// Copies.
    pub copies: usize,
    /// Bytes.
    pub bytes: u64,
}

/// The way from the traffic manager back into the ingress pipeline, for copies and for packets that go again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recirculation {
    /// Bits that it carries in a second, above 0.
    pub bits_per_second: u64,
    /// Clock cycles from leaving the traffic manager to the parser.
    pub cycles: u64,
}

/// A device's fixed parts. Times that the pipeline's own clock keeps are in cycles, those of cables in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hardware {
    /// Clock cycles in a second, above 0: at most one packet enters the pipeline in each.
    pub clock_hz: u64,
    /// What the device's nanosecond clock shows in cycle 0. A test places it near a wrap.
    pub origin_ns: u64,
    /// The ports, by number.
    pub ports: Vec<Port>,
    /// The link to the store.
    pub store: Link,
    /// The mirror queue.
    pub mirror: MirrorLimits,
    /// Bytes to which a copy is cut, counted from the first byte of the message's Ethernet header, beside [`COPY_METADATA`].
    pub truncate_to: usize,
    /// The way back.
    pub recirculation: Recirculation,
    /// Cycles from a frame's arrival to the parser's having it ready.
    pub parser_cycles: u64,
    /// Least cycles between the last ingress and the first egress stage.
    pub manager_cycles: u64,
    /// Cycles from the last egress stage to the first bit's leaving.
    pub deparser_cycles: u64,
    /// Cycles from a grant's leaving for the controller to the controller's having looked at it.
    pub controller_cycles: u64,
    /// Cycles from one slot's sweep to the next one's (RP-SW-12); `None` for no sweeps.
    pub sweep_every: Option<u64>,
}

impl Hardware {
    /// A switch ASIC at 1 GHz with links of 100 Gbit/s, made for a pipeline: copies are cut to just what the longest of them needs,
    /// twice as many fit the mirror queue as a program lets wait there unless told otherwise, and a round of sweeps takes as long as
    /// in [`redplane_core::switch`].
    ///
    /// The latencies are of the order of such a device's, and not read off one.
    pub fn new(pipeline: &Pipeline, ports: Vec<Port>) -> Self {
        let clock_hz = 1_000_000_000;
        let round_ns = SWEEP_ROUND_TICKS * redplane_core::time::TICK_NANOS;
        let truncate_to = MESSAGE_HEADERS + pipeline.layout.message_len(Kind::Write);
        // Writes are held back from half of it on: what is begun before the program sees that needs the rest.
        let copies = 2 * MIRROR_LIMIT as usize;
        Self {
            clock_hz,
            origin_ns: 0,
            ports,
            store: Link::FAST,
            mirror: MirrorLimits { copies, bytes: (copies * (truncate_to + COPY_METADATA)) as u64 },
            truncate_to,
            recirculation: Recirculation { bits_per_second: 100_000_000_000, cycles: 300 },
            parser_cycles: 40,
            manager_cycles: 60,
            deparser_cycles: 40,
            controller_cycles: 100_000,
            sweep_every: Some((round_ns / u64::from(pipeline.flows.max(1))).max(1)),
        }
    }

    /// Two ports, 0 on the inside and 1 on the outside, that lead to each other.
    pub fn two_ports() -> Vec<Port> {
        vec![
            Port { inside: true, leads_to: 1, link: Link::FAST },
            Port { inside: false, leads_to: 0, link: Link::FAST },
        ]
    }

    /// The bytes that a frame of `len` bytes takes on a link.
    pub fn on_link(len: usize) -> usize {
        len.max(FRAME_MIN) + FRAME_OVERHEAD
    }
}
