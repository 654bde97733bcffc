//! Datagrams: owned message buffers with head room, their pool, and bounded queues of them.
//!
//! A shard receives a datagram, may keep it until a record is committed or a lease ends, and then turns it into
//! the reply. None of that may copy the piggybacked packet or allocate memory, so buffers are boxed once at
//! start-up, change hands by moving the box, and leave room in front of what was received: a reply header that is
//! longer than the request header still fits in place.
//!
//! ```text
//! 0                HEADROOM                               CAPACITY
//! +----------------+----------------------------------------+
//! | head room      | payload as received, at most PAYLOAD_MAX |
//! +----------------+----------------------------------------+
//!         ^start                     ^end     payload() is start..end
//! ```
//!
//! Nothing here touches a socket, so a simulation uses the same types. Limits: a pool and the queues live on one
//! thread; a datagram is one IP packet's worth, there is no segmentation offload.

use std::collections::VecDeque;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;

/// Bytes in front of a received payload, into which a reply may grow.
pub const HEADROOM: usize = redplane_core::wire::HEADROOM;

/// Largest payload that is received whole, in bytes: a 9000-byte jumbo frame and some reserve.
pub const PAYLOAD_MAX: usize = 9216;

/// Size of a datagram's buffer in bytes.
pub const CAPACITY: usize = HEADROOM + PAYLOAD_MAX;

/// A range that does not lie within a datagram's buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeError {
    /// What was asked for, as offsets into the buffer.
    pub asked: Range<usize>,
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes {}..{} do not lie within a datagram of {CAPACITY}", self.asked.start, self.asked.end)
    }
}

impl std::error::Error for RangeError {}

/// One message with its peer: where it came from, or where it shall go.
///
/// Invariant: `start <= end <= CAPACITY`.
pub struct Datagram {
    start: usize,
    end: usize,
    peer: SocketAddr,
    truncated: bool,
    bytes: [u8; CAPACITY],
}

impl Datagram {
    /// An empty datagram outside of any pool. Allocates: for start-up and tests.
    #[must_use]
    pub fn new() -> Box<Self> {
        Box::new(Self {
            start: HEADROOM,
            end: HEADROOM,
            peer: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
            truncated: false,
            bytes: [0; CAPACITY],
        })
    }

    /// The message's bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// The message's bytes, to be changed in place.
    pub fn payload_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    /// The free bytes in front of the payload, and the payload.
    pub fn parts_mut(&mut self) -> (&mut [u8], &mut [u8]) {
        self.bytes[..self.end].split_at_mut(self.start)
    }

    /// The whole buffer, [`CAPACITY`] bytes; the payload is [`Datagram::range`] of it.
    pub fn buffer_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Where the payload lies in the buffer.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Says which bytes of the buffer are the payload from now on; the bytes stay as they are.
    ///
    /// # Errors
    /// The range is reversed or reaches past the buffer; nothing was changed.
    pub fn set_range(&mut self, range: Range<usize>) -> Result<(), RangeError> {
        if range.start > range.end || range.end > CAPACITY {
            return Err(RangeError { asked: range });
        }
        (self.start, self.end) = (range.start, range.end);
        Ok(())
    }

    /// Replaces the payload by a copy of `bytes`, with full head room before it.
    ///
    /// # Errors
    /// `bytes` is longer than [`PAYLOAD_MAX`]; nothing was changed.
    pub fn set_payload(&mut self, bytes: &[u8]) -> Result<(), RangeError> {
        self.set_range(HEADROOM..HEADROOM + bytes.len())?;
        self.payload_mut().copy_from_slice(bytes);
        Ok(())
    }

    /// The other end: the sender of a received datagram, the addressee of one to be sent.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Changes the other end.
    pub fn set_peer(&mut self, peer: SocketAddr) {
        self.peer = peer;
    }

    /// Whether the sender's message was longer than [`PAYLOAD_MAX`] and lost its tail on receipt.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Marks the message as cut short, as a receiver or a simulated network does.
    pub fn set_truncated(&mut self, truncated: bool) {
        self.truncated = truncated;
    }

    /// Forgets message and flags. The old bytes stay in the buffer, outside the payload.
    fn clear(&mut self) {
        (self.start, self.end) = (HEADROOM, HEADROOM);
        self.truncated = false;
    }
}

impl fmt::Debug for Datagram {
    /// One line, without the payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = if self.truncated { ", truncated" } else { "" };
        write!(f, "Datagram({} bytes, peer {}{cut})", self.end - self.start, self.peer)
    }
}

/// The free datagrams of one shard.
///
/// The one given back last is handed out first: its bytes are the likeliest to be in the cache.
#[derive(Debug)]
pub struct Pool {
    free: Vec<Box<Datagram>>,
}

impl Pool {
    /// Allocates `count` datagrams, the last allocation of the pool's life.
    ///
    /// Size it for everything that holds a datagram at once: the socket's batch, the queues, and all that the
    /// shard may park.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        let mut free = Vec::with_capacity(count);
        free.resize_with(count, Datagram::new);
        Self { free }
    }

    /// An empty datagram with full head room, or `None` when all are in use.
    pub fn take(&mut self) -> Option<Box<Datagram>> {
        self.free.pop()
    }

    /// Takes a datagram back. One too many (it came from elsewhere) is freed rather than kept.
    pub fn give(&mut self, mut datagram: Box<Datagram>) {
        if self.free.len() < self.free.capacity() {
            datagram.clear();
            self.free.push(datagram);
        }
    }

    /// How many datagrams are free now.
    #[must_use]
    pub fn available(&self) -> usize {
        self.free.len()
    }
}

/// A bounded first-in, first-out queue of datagrams between a shard and its socket. Never allocates after
/// construction (RP-ST-7: every buffer has a limit).
#[derive(Debug)]
pub struct Queue {
    waiting: VecDeque<Box<Datagram>>,
    limit: usize,
}

impl Queue {
    /// A queue that holds at most `limit` datagrams.
    #[must_use]
    pub fn with_capacity(limit: usize) -> Self {
        Self { waiting: VecDeque::with_capacity(limit), limit }
    }

    /// Appends a datagram.
    ///
    /// # Errors
    /// The queue is full: the datagram comes back, to be counted and returned to its pool.
    pub fn push(&mut self, datagram: Box<Datagram>) -> Result<(), Box<Datagram>> {
        if self.room() == 0 {
            return Err(datagram);
        }
        self.waiting.push_back(datagram);
        Ok(())
    }

    /// Removes the oldest datagram.
    pub fn pop(&mut self) -> Option<Box<Datagram>> {
        self.waiting.pop_front()
    }

    /// The waiting datagrams, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Datagram> {
        self.waiting.iter().map(|datagram| &**datagram)
    }

    /// How many datagrams wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many more fit.
    #[must_use]
    pub fn room(&self) -> usize {
        self.limit - self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_grown_into_head_room_keeps_its_tail() {
        let mut datagram = Datagram::new();
        datagram.set_payload(b"request+packet").unwrap();
        let (head_room, payload) = datagram.parts_mut();
        assert_eq!((head_room.len(), payload.len()), (HEADROOM, 14));
        head_room[HEADROOM - 2..].copy_from_slice(b"a ");
        datagram.set_range(HEADROOM - 2..HEADROOM + 14).unwrap();
        assert_eq!(datagram.payload(), b"a request+packet");
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "the reversed range is what is tested")]
    fn range_outside_the_buffer_is_refused_and_changes_nothing() {
        let mut datagram = Datagram::new();
        datagram.set_payload(b"x").unwrap();
        for range in [0..CAPACITY + 1, 9..8, CAPACITY + 1..CAPACITY + 1, usize::MAX - 1..usize::MAX] {
            assert_eq!(datagram.set_range(range.clone()), Err(RangeError { asked: range }));
        }
        assert!(datagram.set_payload(&[0; PAYLOAD_MAX + 1]).is_err());
        assert_eq!(datagram.payload(), b"x");
        assert_eq!(datagram.set_range(0..CAPACITY), Ok(()));
    }

    #[test]
    fn emptied_pool_gives_none_and_returned_datagram_comes_back_clean() {
        let mut pool = Pool::with_capacity(1);
        let mut datagram = pool.take().unwrap();
        assert!(pool.take().is_none());
        datagram.set_payload(b"secret").unwrap();
        datagram.set_truncated(true);
        pool.give(datagram);
        let datagram = pool.take().unwrap();
        assert_eq!((datagram.range(), datagram.is_truncated()), (HEADROOM..HEADROOM, false));
    }

    #[test]
    fn full_pool_given_a_foreign_datagram_stays_at_its_size() {
        let mut pool = Pool::with_capacity(2);
        pool.give(Datagram::new());
        assert_eq!(pool.available(), 2);
    }

    #[test]
    fn full_queue_push_hands_the_datagram_back_and_order_is_kept() {
        let mut queue = Queue::with_capacity(2);
        for byte in [1, 2] {
            let mut datagram = Datagram::new();
            datagram.set_payload(&[byte]).unwrap();
            queue.push(datagram).unwrap();
        }
        assert!(queue.push(Datagram::new()).is_err());
        assert_eq!(queue.iter().map(|d| d.payload()[0]).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(queue.pop().unwrap().payload(), [1]);
        assert_eq!((queue.len(), queue.room(), queue.is_empty()), (1, 1, false));
    }
}
