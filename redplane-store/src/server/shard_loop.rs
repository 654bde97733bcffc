//! The loop of a shard's thread: receive a batch, handle it, see what time has brought, send.

use super::board::Follower;
use super::programs::Programs;
use super::rows::{Numbers, Publisher};
use crate::datagram::{Pool, Queue};
use crate::socket::{BATCH_LEN, BatchSocket};
use redplane_core::store::Instant;
use redplane_core::time::Span;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest wait for a datagram, and how often shards are polled.
const POLL_EVERY: Duration = Duration::from_millis(1);
const POLL_SPAN: Span = Span::from_millis(1);

/// The same while answers wait for an engine. Links of a chain need none: their datagrams end the wait.
const ENGINE_POLL_EVERY: Duration = Duration::from_micros(100);

/// Polls between two questions to the kernel for what it dropped.
const POLLS_PER_DROP_COUNT: u32 = 256;

/// The store's clock: monotonic, the same for all shards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    start: std::time::Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: std::time::Instant::now() }
    }

    /// When it was zero.
    pub(super) fn zero(self) -> std::time::Instant {
        self.start
    }

    fn now(self) -> Instant {
        // 2^64 ns are 584 years.
        Instant::from_nanos(self.start.elapsed().as_nanos() as u64)
    }
}

/// All that a shard's thread owns.
pub(super) struct ShardLoop {
    pub(super) socket: BatchSocket,
    pub(super) programs: Programs,
    pub(super) pool: Pool,
    pub(super) inbox: Queue,
    pub(super) outbox: Queue,
    pub(super) clock: Clock,
    pub(super) publisher: Publisher,
    pub(super) kernel_drops: u32,
    /// Orders of the group's master, if there is one.
    pub(super) follower: Option<Follower>,
}

impl ShardLoop {
    /// Buffers and queues for programs that hold up to `held` datagrams.
    pub(super) fn buffers(held: usize) -> (Pool, Queue, Queue) {
        // Armed in the socket, in the inbox, and answers and recalls in the outbox. Everything that waits may leave in one poll.
        let pool = Pool::with_capacity(held + 4 * BATCH_LEN);
        (pool, Queue::with_capacity(BATCH_LEN), Queue::with_capacity(held + 4 * BATCH_LEN))
    }

    /// Serves until `stop` is set.
    ///
    /// # Errors
    /// The socket is unusable.
    pub(super) fn run(mut self, stop: &AtomicBool) -> io::Result<()> {
        let mut polled = self.clock.now();
        let mut polls = 0u32;
        let result = loop {
            if stop.load(Ordering::Relaxed) {
                break Ok(());
            }
            if let Err(error) = self.turn(&mut polled, &mut polls) {
                break Err(error);
            }
        };
        self.publish();
        result
    }

    fn turn(&mut self, polled: &mut Instant, polls: &mut u32) -> io::Result<()> {
        let wait = if self.programs.waits_for_engine() { ENGINE_POLL_EVERY } else { POLL_EVERY };
        self.socket.receive(&mut self.inbox, &mut self.pool, wait)?;
        // One reading serves the batch. It is later than the arrival of all of it, so no lease ends here before it ends at its
        // holder, who counts from the sending (RP-SW-2).
        let now = self.clock.now();
        if let Some(follower) = &mut self.follower {
            follower.turn(now, &mut self.programs, &mut self.pool);
        }
        while let Some(datagram) = self.inbox.pop() {
            self.programs.handle(now, datagram, &mut self.outbox, &mut self.pool);
        }
        if now >= *polled + POLL_SPAN {
            *polled = now;
            self.programs.poll(now, &mut self.outbox, &mut self.pool);
            if polls.is_multiple_of(POLLS_PER_DROP_COUNT) {
                // A kernel that does not know the question has nothing to say.
                self.kernel_drops = self.socket.kernel_drop_count().unwrap_or(self.kernel_drops);
            }
            *polls = polls.wrapping_add(1);
            self.publish();
        }
        self.programs.flush(now, &mut self.outbox, &mut self.pool);
        self.socket.send(&mut self.outbox, &mut self.pool)?;
        Ok(())
    }

    fn publish(&mut self) {
        self.publisher.publish(&Numbers {
            programs: &self.programs,
            socket: self.socket.stats(),
            kernel_drops: self.kernel_drops,
            pool: &self.pool,
        });
    }
}
