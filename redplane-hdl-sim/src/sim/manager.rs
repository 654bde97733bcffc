//! The traffic manager: a queue for each port, one for packets that go again, and the mirror queue.
//!
//! One packet leaves it in a clock cycle at most, the queues taking turns. A queue is served no faster than what is behind it: a
//! port by its link's rate, counted with the bytes that will stand on the link, the other two by the way back, which they share.
//! Occupancy is counted in bytes, exactly: of a frame those that ingress left, of a copy those that it was cut to.

use std::collections::VecDeque;

use super::flight::{Flight, MirrorCopy};
use super::hardware::{Hardware, Link, MirrorLimits};
use super::output::Loss;

/// Fractions of a clock cycle that links are timed in.
const FRACTION_BITS: u32 = 16;

/// What waits in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Packets or copies.
    pub packets: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// A queue of the traffic manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueId {
    /// Of a port, by its number.
    Port(u16),
    /// Of messages to the store.
    Store,
    /// Of packets that go through again.
    Again,
    /// Of copies.
    Mirror,
}

/// Something that is busy while bytes pass: a link, or the way back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Fractions of a cycle that a byte takes.
    per_byte: u64,
    /// Until when it is busy, in fractions of a cycle.
    busy_until: u64,
}

impl Pace {
    pub(super) fn new(clock_hz: u64, bits_per_second: u64) -> Self {
        let per_byte = ((u128::from(clock_hz) * 8) << FRACTION_BITS) / u128::from(bits_per_second.max(1));
        Self { per_byte: per_byte as u64, busy_until: 0 }
    }

    /// The first cycle in which it is not busy any more.
    pub(super) fn free_at(&self) -> u64 {
        self.busy_until.div_ceil(1 << FRACTION_BITS)
    }

    fn is_free(&self, cycle: u64) -> bool {
        self.busy_until <= cycle << FRACTION_BITS
    }

    /// Passes so many bytes from this cycle on, or when it is free; gives the cycle in which the last of them is through.
    pub(super) fn pass(&mut self, cycle: u64, bytes: usize) -> u64 {
        let start = self.busy_until.max(cycle << FRACTION_BITS);
        self.busy_until = start + self.per_byte * bytes as u64;
        self.free_at()
    }
}

#[derive(Debug)]
struct Waiting {
    ready: u64,
    flight: Box<Flight>,
    /// Bytes that it will have on the link.
    on_link: usize,
}

#[derive(Debug)]
struct Queue {
    waiting: VecDeque<Waiting>,
    bytes: u64,
    limit: u64,
    pace: Pace,
}

impl Queue {
    fn new(hardware: &Hardware, link: &Link) -> Self {
        Self {
            waiting: VecDeque::new(),
            bytes: 0,
            limit: link.buffer_bytes,
            pace: Pace::new(hardware.clock_hz, link.bits_per_second),
        }
    }

    /// The first cycle in which the oldest may leave.
    fn next(&self) -> Option<u64> {
        self.waiting.front().map(|first| first.ready.max(self.pace.free_at()))
    }
}

/// What leaves the traffic manager.
pub(super) enum Leaving {
    /// For the egress stages.
    Flight(Box<Flight>),
    /// For the ingress parser, which it reaches in this cycle at the earliest.
    Again(u64, Box<Flight>),
    /// Likewise, with the number of copies that it has left behind.
    Copy(u64, MirrorCopy, u32),
}

/// All queues.
#[derive(Debug)]
pub(super) struct Manager {
    /// Those of the ports, then the store's, then that of packets that go again.
    queues: Vec<Queue>,
    mirror: VecDeque<(u64, MirrorCopy)>,
    mirror_bytes: u64,
    mirror_limits: MirrorLimits,
    back: Pace,
    back_cycles: u64,
    least_cycles: u64,
    /// Flights in all queues.
    waiting: usize,
    turn: usize,
    /// Whether copies stay in their queue until they are told to go.
    pub(super) holds_copies: bool,
}

impl Manager {
    pub(super) fn new(hardware: &Hardware) -> Self {
        let links = hardware.ports.iter().map(|port| port.link).chain([hardware.store]);
        let mut queues: Vec<_> = links.map(|link| Queue::new(hardware, &link)).collect();
        let back = hardware.recirculation;
        let back_link = Link { bits_per_second: back.bits_per_second, latency_ns: 0, buffer_bytes: u64::MAX };
        queues.push(Queue::new(hardware, &back_link));
        Self {
            queues,
            mirror: VecDeque::new(),
            mirror_bytes: 0,
            mirror_limits: hardware.mirror,
            back: Pace::new(hardware.clock_hz, back.bits_per_second),
            back_cycles: back.cycles,
            least_cycles: hardware.manager_cycles,
            waiting: 0,
            turn: 0,
            holds_copies: false,
        }
    }

    fn again(&self) -> usize {
        self.queues.len() - 1
    }

    fn index(&self, queue: QueueId) -> Option<usize> {
        match queue {
            QueueId::Port(port) => Some(usize::from(port)).filter(|index| *index + 2 < self.queues.len()),
            QueueId::Store => Some(self.queues.len() - 2),
            QueueId::Again => Some(self.again()),
            QueueId::Mirror => None,
        }
    }

    /// A flight that ingress has done with waits for its turn, or is lost.
    pub(super) fn enqueue(
        &mut self,
        cycle: u64,
        to: QueueId,
        on_link: usize,
        flight: Box<Flight>,
    ) -> Result<(), (Loss, Box<Flight>)> {
        let Some(index) = self.index(to) else { return Err((Loss::NoSuchPort, flight)) };
        let queue = &mut self.queues[index];
        let bytes = flight.bytes as u64;
        if queue.bytes + bytes > queue.limit {
            return Err((Loss::QueueFull, flight));
        }
        queue.bytes += bytes;
        queue.waiting.push_back(Waiting { ready: cycle + self.least_cycles, flight, on_link });
        self.waiting += 1;
        Ok(())
    }

    /// A copy waits for its turn; false if it is lost.
    pub(super) fn mirror(&mut self, cycle: u64, copy: MirrorCopy) -> bool {
        let bytes = self.mirror_bytes + copy.bytes as u64;
        if self.mirror.len() >= self.mirror_limits.copies || bytes > self.mirror_limits.bytes {
            return false;
        }
        self.mirror_bytes = bytes;
        self.mirror.push_back((cycle + self.least_cycles, copy));
        true
    }

    /// What leaves in this cycle.
    pub(super) fn dequeue(&mut self, cycle: u64) -> Option<Leaving> {
        if self.waiting == 0 && self.mirror.is_empty() {
            return None;
        }
        let turns = self.queues.len() + 1;
        for ahead in 0..turns {
            let turn = self.turn + ahead;
            let turn = if turn < turns { turn } else { turn - turns };
            let leaving = match self.queues.get(turn) {
                Some(_) => self.dequeue_flight(cycle, turn),
                None if self.holds_copies => None,
                None => self.dequeue_copy(cycle),
            };
            if leaving.is_some() {
                self.turn = turn + 1;
                return leaving;
            }
        }
        None
    }

    fn dequeue_flight(&mut self, cycle: u64, index: usize) -> Option<Leaving> {
        let is_again = index == self.again();
        let queue = &mut self.queues[index];
        let pace = if is_again { &mut self.back } else { &mut queue.pace };
        if queue.waiting.front()?.ready > cycle || !pace.is_free(cycle) {
            return None;
        }
        let Waiting { flight, on_link, .. } = queue.waiting.pop_front()?;
        queue.bytes -= flight.bytes as u64;
        self.waiting -= 1;
        let through = pace.pass(cycle, on_link);
        Some(if is_again {
            Leaving::Again(through + self.back_cycles, flight)
        } else {
            Leaving::Flight(flight)
        })
    }

    /// The oldest copy leaves, if the way back is free.
    fn dequeue_copy(&mut self, cycle: u64) -> Option<Leaving> {
        if self.mirror.front()?.0 > cycle || !self.back.is_free(cycle) {
            return None;
        }
        self.release_copy(cycle)
    }

    /// The oldest copy leaves, ready or not.
    pub(super) fn release_copy(&mut self, cycle: u64) -> Option<Leaving> {
        let (_, copy) = self.mirror.pop_front()?;
        self.mirror_bytes -= copy.bytes as u64;
        let through = self.back.pass(cycle, Hardware::on_link(copy.bytes));
        Some(Leaving::Copy(through + self.back_cycles, copy, self.mirror.len() as u32))
    }

    /// The first cycle in which something may leave.
    pub(super) fn next(&self) -> Option<u64> {
        let again = self.again();
        let (queues, back) = self.queues.split_at(again);
        let ports = queues.iter().filter_map(Queue::next);
        let back = back.iter().filter_map(|queue| queue.waiting.front().map(|first| first.ready));
        let copy = self.mirror.front().filter(|_| !self.holds_copies).map(|(ready, _)| *ready);
        let back = back.chain(copy).map(|ready| ready.max(self.back.free_at()));
        ports.chain(back).min()
    }

    /// What waits in a queue; nothing in one that there is not.
    pub(super) fn occupancy(&self, queue: QueueId) -> Occupancy {
        match (queue, self.index(queue)) {
            (QueueId::Mirror, _) => Occupancy { packets: self.mirror.len(), bytes: self.mirror_bytes },
            (_, Some(index)) => {
                let queue = &self.queues[index];
                Occupancy { packets: queue.waiting.len(), bytes: queue.bytes }
            }
            (_, None) => Occupancy::default(),
        }
    }

    /// The copies that wait, oldest first.
    pub(super) fn copies(&self) -> impl Iterator<Item = &MirrorCopy> {
        self.mirror.iter().map(|(_, copy)| copy)
    }
}
