//! The two ports of a bump in the wire: what comes in by one leaves by the other.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;

use crate::icmp::{RateLimit, TIME_EXCEEDED_LEN_MAX, time_exceeded};
use crate::port::Port;

/// Number of the port on the inside.
pub const INSIDE_PORT: u16 = 1;

/// Number of the port on the outside.
pub const OUTSIDE_PORT: u16 = 2;

/// ICMP answers a second, and at once: what Linux allows itself.
const ANSWERS_PER_SECOND: u32 = 1000;
const ANSWERS_AT_ONCE: u32 = 50;

/// A port failed.
#[derive(Debug)]
pub struct PortError {
    /// Its number.
    pub port: u16,
    /// What it says.
    pub source: io::Error,
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.port == INSIDE_PORT { "inside" } else { "outside" };
        write!(f, "the port on the {side} failed: {}", self.source)
    }
}

impl std::error::Error for PortError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// What passed the ports of a switch. Arrays are by side: inside, outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortCounters {
    /// Frames received.
    pub received: [u64; 2],
    /// Bytes in them.
    pub received_bytes: [u64; 2],
    /// Frames sent, answers to expired packets among them.
    pub sent: [u64; 2],
    /// Bytes in them.
    pub sent_bytes: [u64; 2],
    /// Packets whose hops were used up and that were answered.
    pub expired_answered: u64,
    /// Packets whose hops were used up and that were not: there must be no answer, there is no address to answer from, or
    /// there were too many.
    pub expired_unanswered: u64,
    /// Packets that the store gave back with the number of a port that does not exist.
    pub no_such_port: u64,
}

/// Two ports.
pub(crate) struct PortPair {
    ports: [Box<dyn Port + Send>; 2],
    addresses: [Option<Ipv4Addr>; 2],
    limit: RateLimit,
    answer: Box<[u8]>,
    counters: PortCounters,
}

impl PortPair {
    pub(crate) fn new(inside: Box<dyn Port + Send>, outside: Box<dyn Port + Send>) -> PortPair {
        PortPair {
            ports: [inside, outside],
            addresses: [None; 2],
            limit: RateLimit::new(ANSWERS_PER_SECOND, ANSWERS_AT_ONCE),
            answer: vec![0; TIME_EXCEEDED_LEN_MAX].into_boxed_slice(),
            counters: PortCounters::default(),
        }
    }

    pub(crate) fn set_addresses(&mut self, inside: Option<Ipv4Addr>, outside: Option<Ipv4Addr>) {
        self.addresses = [inside, outside];
    }

    pub(crate) fn counters(&self) -> &PortCounters {
        &self.counters
    }

    /// Takes a frame from a port into the front of `buf`.
    pub(crate) fn receive(&mut self, port: u16, buf: &mut [u8]) -> Result<Option<usize>, PortError> {
        let side = usize::from(port != INSIDE_PORT);
        let received = self.ports[side].receive(buf).map_err(|source| PortError { port, source })?;
        if let Some(length) = received {
            self.counters.received[side] += 1;
            self.counters.received_bytes[side] += length as u64;
        }
        Ok(received)
    }

    /// Sends a frame that had come in by `from` out by the other port.
    pub(crate) fn forward(&mut self, from: u16, frame: &[u8]) -> Result<(), PortError> {
        match from {
            INSIDE_PORT => self.send(OUTSIDE_PORT, 1, frame),
            OUTSIDE_PORT => self.send(INSIDE_PORT, 0, frame),
            _ => {
                self.counters.no_such_port += 1;
                Ok(())
            }
        }
    }

    /// Answers a packet whose hops are used up, by the port it had come in by.
    pub(crate) fn answer_expired(&mut self, port: u16, frame: &[u8], now_ns: u64) -> Result<(), PortError> {
        let side = usize::from(port != INSIDE_PORT);
        let answer = self.addresses[side].and_then(|from| time_exceeded(frame, from, &mut self.answer));
        let Some(length) = answer.filter(|_| self.limit.allow(now_ns)) else {
            self.counters.expired_unanswered += 1;
            return Ok(());
        };
        self.counters.expired_answered += 1;
        self.counters.sent[side] += 1;
        self.counters.sent_bytes[side] += length as u64;
        self.ports[side].send(&self.answer[..length]).map_err(|source| PortError { port, source })
    }

    fn send(&mut self, port: u16, side: usize, frame: &[u8]) -> Result<(), PortError> {
        self.counters.sent[side] += 1;
        self.counters.sent_bytes[side] += frame.len() as u64;
        self.ports[side].send(frame).map_err(|source| PortError { port, source })
    }
}
