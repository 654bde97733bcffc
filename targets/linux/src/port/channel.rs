//! A port that is a queue in memory, made in pairs like the two ends of a cable.
//!
//! Contract: frames come out in the order they went in, unchanged; a frame that finds the queue full is dropped and
//! counted, the frames in the queue stay. All memory is taken when the pair is made. The ends may live on different
//! threads; when one of them panicked the other goes on.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Port;

/// Bytes of memory for each frame of a queue's capacity: an Ethernet frame with tags and a protocol header around it.
/// Longer frames take the room of several.
const BYTES_PER_FRAME: usize = 2048;
/// A queue of whatever capacity has room for one frame of the largest size.
const LEAST_BYTES: usize = 65_536;

/// Frames that are under way in one direction.
#[derive(Debug)]
struct Queue {
    /// The frames' bytes, one after the other; never grows beyond what it was made with.
    bytes: VecDeque<u8>,
    lengths: VecDeque<usize>,
    capacity: usize,
    capacity_bytes: usize,
    dropped_full: u64,
    dropped_oversize: u64,
}

impl Queue {
    fn new(capacity: usize) -> Queue {
        let capacity_bytes = capacity.saturating_mul(BYTES_PER_FRAME).max(LEAST_BYTES);
        Queue {
            bytes: VecDeque::with_capacity(capacity_bytes),
            lengths: VecDeque::with_capacity(capacity),
            capacity,
            capacity_bytes,
            dropped_full: 0,
            dropped_oversize: 0,
        }
    }

    fn push(&mut self, frame: &[u8]) {
        if self.lengths.len() == self.capacity || frame.len() > self.capacity_bytes - self.bytes.len() {
            self.dropped_full += 1;
            return;
        }
        self.bytes.extend(frame);
        self.lengths.push_back(frame.len());
    }

    fn pop(&mut self, buf: &mut [u8]) -> Option<usize> {
        loop {
            let length = self.lengths.pop_front()?;
            let Some(out) = buf.get_mut(..length) else {
                self.bytes.drain(..length);
                self.dropped_oversize += 1;
                continue;
            };
            let (front, back) = self.bytes.as_slices();
            let from_front = front.len().min(length);
            out[..from_front].copy_from_slice(&front[..from_front]);
            out[from_front..].copy_from_slice(&back[..length - from_front]);
            self.bytes.drain(..length);
            return Some(length);
        }
    }
}

/// One end of an in-memory link.
#[derive(Debug)]
pub struct ChannelPort {
    incoming: Arc<Mutex<Queue>>,
    outgoing: Arc<Mutex<Queue>>,
}

/// A queue is whole between its calls, so another thread's panic does not spoil it.
fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ChannelPort {
    /// Two ends of a link that holds up to `capacity` frames in each direction, or fewer when they are long on average
    /// (above 2048 bytes).
    pub fn pair(capacity: usize) -> (ChannelPort, ChannelPort) {
        let there = Arc::new(Mutex::new(Queue::new(capacity)));
        let back = Arc::new(Mutex::new(Queue::new(capacity)));
        let near = ChannelPort { incoming: Arc::clone(&back), outgoing: Arc::clone(&there) };
        (near, ChannelPort { incoming: there, outgoing: back })
    }

    /// Frames that this end sent and that found the queue full.
    pub fn dropped_full(&self) -> u64 {
        lock(&self.outgoing).dropped_full
    }

    /// Frames that came to this end and were longer than the buffer given to `receive`.
    pub fn dropped_oversize(&self) -> u64 {
        lock(&self.incoming).dropped_oversize
    }
}

impl Port for ChannelPort {
    /// Never fails.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        Ok(lock(&self.incoming).pop(buf))
    }

    /// Never fails.
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        lock(&self.outgoing).push(frame);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_sent_come_out_in_order_at_the_other_end() {
        let (mut near, mut far) = ChannelPort::pair(4);
        let mut buf = [0; 8];
        near.send(&[1, 2, 3]).unwrap();
        near.send(&[]).unwrap();
        far.send(&[9]).unwrap();
        assert_eq!((far.receive(&mut buf).unwrap(), &buf[..3]), (Some(3), &[1, 2, 3][..]));
        assert_eq!(far.receive(&mut buf).unwrap(), Some(0));
        assert_eq!(far.receive(&mut buf).unwrap(), None);
        assert_eq!((near.receive(&mut buf).unwrap(), buf[0]), (Some(1), 9));
    }

    #[test]
    fn full_queue_sent_to_drops_the_new_frame_and_counts() {
        let (mut near, mut far) = ChannelPort::pair(2);
        for n in 0..5 {
            near.send(&[n]).unwrap();
        }
        let mut buf = [0; 8];
        assert_eq!((near.dropped_full(), far.dropped_full()), (3, 0));
        assert_eq!((far.receive(&mut buf).unwrap(), buf[0]), (Some(1), 0));
        assert_eq!((far.receive(&mut buf).unwrap(), buf[0]), (Some(1), 1));
        assert_eq!(far.receive(&mut buf).unwrap(), None);
    }

    #[test]
    fn short_buffer_received_into_drops_that_frame_and_gives_the_next() {
        let (mut near, mut far) = ChannelPort::pair(4);
        near.send(&[1; 9]).unwrap();
        near.send(&[2; 8]).unwrap();
        let mut buf = [0; 8];
        assert_eq!((far.receive(&mut buf).unwrap(), buf), (Some(8), [2; 8]));
        assert_eq!(far.dropped_oversize(), 1);
    }

    #[test]
    fn queue_used_long_neither_grows_nor_mixes_frames() {
        let (mut near, mut far) = ChannelPort::pair(40);
        let memory = lock(&near.outgoing).bytes.capacity();
        let (mut buf, mut sent, mut received) = (vec![0; 65_536], 0u32, 0u32);
        while received < 3_000 {
            // Lengths that wrap the ring at ever new places, and now and then one that fills most of it.
            for _ in 0..sent % 3 + 1 {
                let length = if sent % 97 == 0 { 60_000 } else { (sent * 37 % 1500) as usize };
                near.send(&vec![sent as u8; length]).unwrap();
                sent += 1;
            }
            while let Some(length) = far.receive(&mut buf).unwrap() {
                assert!(buf[..length].iter().all(|byte| *byte == received as u8));
                received += 1;
            }
        }
        assert_eq!((near.dropped_full(), lock(&near.outgoing).bytes.capacity()), (0, memory));
    }

    #[test]
    fn ends_on_two_threads_lose_nothing() {
        let (mut near, mut far) = ChannelPort::pair(1_000);
        let sender =
            std::thread::spawn(move || (0..1_000u32).for_each(|n| near.send(&n.to_be_bytes()).unwrap()));
        let (mut buf, mut next) = ([0; 4], 0u32);
        while next < 1_000 {
            if far.receive(&mut buf).unwrap().is_some() {
                assert_eq!(u32::from_be_bytes(buf), next);
                next += 1;
            }
        }
        sender.join().unwrap();
    }
}
