//! What a store has done so far: the numbers of its metrics, added up over its shards.

use crate::histogram::BUCKETS;
use crate::metrics::{Label, Metric, Reader};
use crate::server::rows::{COMMITS, EVENTS, FLOWS, IGNORED, RECEIVED, REFUSED, SENT};
use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use std::fmt;
use std::time::Duration;

/// The numbers of a store's shards at one time.
///
/// Shards publish them about once a millisecond and a last time when they end.
#[derive(Debug, Clone)]
pub struct Report {
    /// What each number means and is, per shard.
    samples: Vec<Vec<(&'static Metric, u64)>>,
}

impl Report {
    pub(crate) fn of<'a>(readers: impl Iterator<Item = &'a Reader>) -> Self {
        Self { samples: readers.map(|reader| reader.samples().collect()).collect() }
    }

    /// The sum of all numbers with this name and, among others, these labels.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[Label<'_>]) -> u64 {
        self.rows(name, labels).map(|(_, value)| value).sum()
    }

    fn rows(&self, name: &str, labels: &[Label<'_>]) -> impl Iterator<Item = &(&'static Metric, u64)> {
        let fits = move |metric: &Metric| {
            metric.name() == name && labels.iter().all(|label| metric.labels().contains(label))
        };
        self.samples.iter().flatten().filter(move |(metric, _)| fits(metric))
    }

    /// How long answers waited to be durable: the time that so many of a thousand of them did not exceed, up to the next power of two.
    /// `None` if none waited.
    #[must_use]
    pub fn commit_latency(&self, of_thousand: u64) -> Option<Duration> {
        // The same buckets in all shards and programs.
        let mut counts = [0u64; BUCKETS];
        let buckets = self.rows(COMMITS, &[]).filter(|(metric, _)| metric.is_bucket());
        buckets.enumerate().for_each(|(index, (_, count))| counts[index % BUCKETS] += count);
        let all = counts[BUCKETS - 1];
        let wanted = (all * of_thousand).div_ceil(1000).max(1);
        let bucket = counts.iter().position(|count| *count >= wanted)?;
        Some(Duration::from_nanos(((1 << bucket) - 1) * 256))
    }

    /// How often this happened.
    #[must_use]
    pub fn event(&self, event: Event) -> u64 {
        self.sum(EVENTS, &[("event", event.name())])
    }

    /// How often this was the reason to ignore a message.
    #[must_use]
    pub fn reason(&self, reason: Reason) -> u64 {
        self.sum(IGNORED, &[("reason", reason.name())])
    }

    /// How often this was the reason to refuse a request.
    #[must_use]
    pub fn refusal(&self, refusal: Refusal) -> u64 {
        self.sum(REFUSED, &[("reason", refusal.name())])
    }

    /// Requests of this kind that came.
    #[must_use]
    pub fn received(&self, kind: Kind) -> u64 {
        self.sum(RECEIVED, &[("kind", kind.name())])
    }

    /// Answers and recalls of this kind that were sent.
    #[must_use]
    pub fn sent(&self, kind: Kind) -> u64 {
        self.sum(SENT, &[("kind", kind.name())])
    }

    /// Flows with a record.
    #[must_use]
    pub fn flows(&self) -> u64 {
        self.sum(FLOWS, &[])
    }
}

impl fmt::Display for Report {
    /// What an operator wants to see when a store ends: a few lines, then whatever was refused or ignored, by reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = self.sum(RECEIVED, &[]);
        let answers = self.sum(SENT, &[]);
        writeln!(f, "{requests} requests, {answers} answers and recalls, {} flows", self.flows())?;
        let granted = [Event::GrantedNew, Event::GrantedAgain, Event::GrantedNextBoot, Event::GrantedNext];
        let [new, again, next_boot, next] = granted.map(|event| self.event(event));
        writeln!(
            f,
            "leases: {new} of new flows, {next} moved, {next_boot} after a switch's boot, {again} granted again, \
             {} renewed",
            self.sent(Kind::RenewAck)
        )?;
        let (applied, old) = (self.event(Event::WriteApplied), self.event(Event::OldWriteAcked));
        write!(f, "writes: {applied} applied, {old} that were sent again")?;
        for (what, counts) in [
            ("refused", Refusal::ALL.iter().map(|why| (why.name(), self.refusal(*why))).collect::<Vec<_>>()),
            ("ignored", Reason::ALL.iter().map(|why| (why.name(), self.reason(*why))).collect()),
        ] {
            for (index, (name, count)) in counts.iter().filter(|(_, count)| *count > 0).enumerate() {
                if index == 0 {
                    write!(f, "\n{what}:")?;
                }
                write!(f, " {name} {count}")?;
            }
        }
        Ok(())
    }
}
