//! The clients inside: one that sends without end at a fixed pace, one that asks once.

use smoltcp::iface::SocketHandle;
use smoltcp::socket::tcp::{RecvError, Socket, State};

use super::super::hosts::{Buffers, Network, Side};
use super::super::link::IP_MTU;
use super::super::pattern::{Pattern, SLICE_LEN_MAX};
use super::{
    BULK_PORT, Desk, ID_LEN, SHORT_PORT, ShortPlan, WorkloadConfig, endpoints, request_stream,
    response_stream,
};

/// Payload of a full segment, bytes: the MTU less IPv4 and TCP headers without options.
const SEGMENT_LEN: u64 = IP_MTU as u64 - 40;

/// Bulk send buffer in segments: more than a round trip at any sensible rate takes, and little enough that
/// the bytes that piled up in an outage do not show as a second disturbance after it.
const BULK_SEND_SEGMENTS: u64 = 16;

/// Time for which a bulk sender may make up when it could not write, ns.
const CREDIT_SPAN_NS: u64 = 20_000_000;

/// A client that sends at a fixed pace until the schedule ends.
pub(super) struct BulkClient {
    number: usize,
    /// `None` when the stack refused to connect, or the connection ended.
    handle: Option<SocketHandle>,
    rate_bit_s: u64,
    written_bytes: u64,
    /// What the pace allows to write now, in bits times 1e9.
    credit: u64,
    last_ns: u64,
}

impl BulkClient {
    /// Begins bulk connection `number`.
    pub(super) fn connect(network: &mut Network, config: &WorkloadConfig, number: u16) -> Self {
        let number = usize::from(number);
        let (from, to) = endpoints(number, BULK_PORT);
        let send = (BULK_SEND_SEGMENTS * SEGMENT_LEN) as usize;
        let handle = network.connect(from, to, Buffers { receive: 1024, send });
        let rate_bit_s = config.rate_bit_s / u64::from(config.flows);
        // Connections take turns instead of all writing at the same moment.
        let credit = SEGMENT_BITS_E9 * number as u64 / u64::from(config.flows);
        Self { number, handle, rate_bit_s, written_bytes: 0, credit, last_ns: 0 }
    }

    /// Whether the connection was refused or reset.
    pub(super) fn is_reset(&self) -> bool {
        self.handle.is_none()
    }

    /// Whether the connection is up.
    pub(super) fn is_open(&self, network: &mut Network) -> bool {
        self.handle.is_some_and(|handle| network.socket(Side::Inside, handle).state() == State::Established)
    }

    /// Writes what the pace allows, in whole segments; nothing once the schedule is over.
    pub(super) fn step(&mut self, network: &mut Network, desk: &mut Desk<'_>, scheduled: bool) {
        let Some(handle) = self.handle else { return };
        let socket = network.socket(Side::Inside, handle);
        if socket.state() == State::Closed {
            network.remove(Side::Inside, handle);
            self.handle = None;
            return;
        }
        let elapsed_ns = desk.now_ns.saturating_sub(self.last_ns);
        self.last_ns = desk.now_ns;
        let credit_max = (self.rate_bit_s * CREDIT_SPAN_NS).max(SEGMENT_BITS_E9);
        self.credit = (self.credit + self.rate_bit_s * elapsed_ns.min(CREDIT_SPAN_NS)).min(credit_max);
        if !scheduled || !socket.may_send() {
            return;
        }
        let room = (socket.send_capacity() - socket.send_queue()) as u64;
        let segments = (self.credit / SEGMENT_BITS_E9).min(room / SEGMENT_LEN);
        self.credit -= segments * SEGMENT_BITS_E9;
        let stream = request_stream(self.number);
        let end = self.written_bytes + segments * SEGMENT_LEN;
        let sent = write_stream(socket, desk.pattern, self.number, stream, self.written_bytes, end);
        self.written_bytes += sent;
        desk.meter.on_bulk_written(self.number, sent as usize, desk.now_ns);
    }
}

/// One full segment in the units of [`BulkClient::credit`].
const SEGMENT_BITS_E9: u64 = SEGMENT_LEN * 8 * 1_000_000_000;

/// What became of a short connection.
pub(super) enum ShortOutcome {
    /// It goes on.
    Open,
    /// All bytes arrived both ways and both ends closed.
    Completed,
    /// It ended before that, or a byte was wrong.
    Broken,
}

/// A client that sends one request, reads one response, and closes.
pub(super) struct ShortClient {
    number: usize,
    /// `None` when the stack refused to connect.
    handle: Option<SocketHandle>,
    plan: ShortPlan,
    sent_bytes: u64,
    received_bytes: u64,
    closed: bool,
}

impl ShortClient {
    /// Begins short connection `number`, as planned.
    pub(super) fn connect(network: &mut Network, number: usize, plan: ShortPlan) -> Self {
        let (from, to) = endpoints(number, SHORT_PORT);
        let buffers = Buffers { receive: 32 * 1024, send: 16 * 1024 };
        let handle = network.connect(from, to, buffers);
        Self { number, handle, plan, sent_bytes: 0, received_bytes: 0, closed: false }
    }

    /// The connection's number.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Whether the connection is up and this end still waits for something: without the server it cannot be completed.
    pub(super) fn is_open(&self, network: &mut Network) -> bool {
        self.handle.is_some_and(|handle| network.socket(Side::Inside, handle).state() == State::Established)
    }

    /// Sends and reads what it can. After any outcome but [`ShortOutcome::Open`] its socket is gone.
    pub(super) fn step(&mut self, network: &mut Network, desk: &mut Desk<'_>) -> ShortOutcome {
        let Some(handle) = self.handle else { return ShortOutcome::Broken };
        let outcome = self.act(network.socket(Side::Inside, handle), desk);
        if !matches!(outcome, ShortOutcome::Open) {
            network.remove(Side::Inside, handle);
        }
        outcome
    }

    fn act(&mut self, socket: &mut Socket<'static>, desk: &mut Desk<'_>) -> ShortOutcome {
        let ShortPlan { request_len, response_len, .. } = self.plan;
        if socket.may_send() && self.sent_bytes < request_len {
            let stream = request_stream(self.number);
            self.sent_bytes +=
                write_stream(socket, desk.pattern, self.number, stream, self.sent_bytes, request_len);
        }
        let stream = response_stream(self.number);
        while socket.can_recv() {
            let at = self.received_bytes;
            let read =
                socket.recv(|bytes| (bytes.len(), (bytes.len(), desk.pattern.matches(stream, at, bytes))));
            let Ok((count, right)) = read else { break };
            self.received_bytes += count as u64;
            if !right || self.received_bytes > response_len {
                desk.report_corrupt(self.number);
                return ShortOutcome::Broken;
            }
            desk.meter.on_delivered(count, desk.now_ns);
        }
        if socket.state() == State::Closed {
            return if self.closed { ShortOutcome::Completed } else { ShortOutcome::Broken };
        }
        // The server closes first, and only after it has read the whole request.
        let server_closed = matches!(socket.recv(|_| (0, ())), Err(RecvError::Finished));
        if server_closed && !self.closed {
            if self.received_bytes < response_len {
                return ShortOutcome::Broken;
            }
            socket.close();
            self.closed = true;
        }
        ShortOutcome::Open
    }
}

/// Writes bytes `at..end` of the stream of connection `number`, as many as the socket takes, and gives
/// their count. The stream's first bytes are the connection's number.
fn write_stream(
    socket: &mut Socket<'static>,
    pattern: &Pattern,
    number: usize,
    stream: u32,
    mut at: u64,
    end: u64,
) -> u64 {
    let begin = at;
    let id = (number as u32).to_be_bytes();
    while at < end {
        let len = (end - at).min(SLICE_LEN_MAX as u64) as usize;
        let bytes = match id.get(at as usize..) {
            Some(rest) if at < ID_LEN as u64 => &rest[..len.min(rest.len())],
            _ => pattern.slice(stream, at, len),
        };
        let sent = socket.send_slice(bytes).unwrap_or(0);
        at += sent as u64;
        if sent < bytes.len() {
            break;
        }
    }
    at - begin
}
