//! What a store has done so far: the numbers of its metrics, added up over its shards.

use crate::metrics::{Label, Reader};
use crate::server::rows::{EVENTS, FLOWS, IGNORED, RECEIVED, REFUSED, SENT};
use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};
use std::fmt;

/// The numbers of a store's shards at one time.
///
/// Shards publish them about once a millisecond and a last time when they end.
#[derive(Debug, Clone)]
pub struct Report {
    /// Name, labels and value, per shard.
    samples: Vec<Vec<(&'static str, &'static [Label<'static>], u64)>>,
}

impl Report {
    pub(crate) fn of<'a>(readers: impl Iterator<Item = &'a Reader>) -> Self {
        let sample = |reader: &Reader| {
            reader.samples().map(|(metric, value)| (metric.name(), metric.labels(), value)).collect()
        };
        Self { samples: readers.map(sample).collect() }
    }

    /// The sum of all numbers with this name and, among others, these labels.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[Label<'_>]) -> u64 {
        let matches = |own: &[Label<'_>]| labels.iter().all(|label| own.contains(label));
        let rows =
            self.samples.iter().flatten().filter(|(own, own_labels, _)| *own == name && matches(own_labels));
        rows.map(|(.., value)| value).sum()
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
