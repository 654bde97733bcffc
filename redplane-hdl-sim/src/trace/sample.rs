//! Samples of a device: how full its queues were over time, and how long things took.
//!
//! Time is cut into intervals. One in which something happened has a [`Sample`]: the most that a queue held in it, and what it held
//! last. In one without a sample nothing changed.

use crate::sim::{Observer, Occupancy, Output, QueueId, Ticket, View, What};

/// Keeps samples.
#[derive(Clone, Debug)]
pub struct Sampler {
    every: u64,
    queues: Vec<QueueId>,
    /// By time.
    pub samples: Vec<Sample>,
    /// In the order in which they ended.
    pub trips: Vec<Trip>,
}

/// How full queues were in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The interval's first cycle.
    pub from: u64,
    /// Of each queue that is sampled.
    pub queues: Vec<Held>,
}

/// What a queue held in an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The most packets and the most bytes, which need not have been there at once.
    pub most: Occupancy,
    /// What was there when the interval ended.
    pub last: Occupancy,
}

/// How something that was given to the device ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Its number.
    pub ticket: Ticket,
    /// Cycle in which it was given to the device.
    pub since: u64,
    /// Cycle in which it was at the far end of a link, or ended.
    pub at: u64,
    /// Where it went.
    pub to: Destination,
}

/// Where something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A packet, out of a port.
    Port,
    /// A message, to the store.
    Store,
    /// A packet, to the CPU, or back for want of a slot.
    Cpu,
    /// Nowhere.
    Nowhere,
}

impl Sampler {
    /// Samples these queues in intervals of so many cycles, at least one.
    pub fn new(every: u64, queues: &[QueueId]) -> Self {
        Self { every: every.max(1), queues: queues.to_vec(), samples: vec![], trips: vec![] }
    }

    /// The queues that are sampled, in the order of [`Sample::queues`].
    pub fn queues(&self) -> &[QueueId] {
        &self.queues
    }
}

impl Observer for Sampler {
    const CYCLES: bool = true;

    fn cycle(&mut self, device: View<'_>) {
        let from = device.cycle() - device.cycle() % self.every;
        let held = self.queues.iter().map(|queue| device.queue(*queue));
        match self.samples.last_mut() {
            Some(sample) if sample.from == from => {
                for (queue, now) in sample.queues.iter_mut().zip(held) {
                    queue.most.packets = queue.most.packets.max(now.packets);
                    queue.most.bytes = queue.most.bytes.max(now.bytes);
                    queue.last = now;
                }
            }
            _ => {
                let queues = held.map(|now| Held { most: now, last: now }).collect();
                self.samples.push(Sample { from, queues });
            }
        }
    }

    fn output(&mut self, _: View<'_>, output: &Output) {
        let to = match output.what {
            What::Forward { .. } => Destination::Port,
            What::ToStore { .. } => Destination::Store,
            What::Punt { .. } | What::Miss { .. } => Destination::Cpu,
            What::Dropped(_) | What::Lost(_) => Destination::Nowhere,
        };
        self.trips.push(Trip { ticket: output.ticket, since: output.since, at: output.at, to });
    }
}
