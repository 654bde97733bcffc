//! What runs have exercised: steps by kind, and the switch's own counters.

use std::collections::BTreeMap;
use std::fmt;

use redplane_core::count::{Counters, Event, Reason};

/// Everything but packets that a step can do; the order of print.
const DEEDS: [&str; 17] = [
    "packets",
    "packets cut",
    "messages",
    "messages out of order",
    "messages duplicated",
    "messages lost",
    "messages damaged",
    "messages forged",
    "messages to the store",
    "messages lost on the way to the store",
    "recalls",
    "give-ups",
    "polls",
    "lease periods that passed",
    "insertions",
    "in bursts",
    "bursts that filled all stages",
];

/// Events of a switch that a counter and a NAT never cause together with these settings: nothing goes open, both fail closed.
const NEVER: [Event; 1] = [Event::WentOpen];

/// Reasons that must have been met. The others need a full mirror queue, which a pipeline empties in another way (its documentation
/// says how), or are a store's.
const REASONS: [Reason; 24] = [
    Reason::Malformed,
    Reason::NotHandled,
    Reason::Fragment,
    Reason::TtlExpired,
    Reason::TableFull,
    Reason::MessageTooShort,
    Reason::MessageVersion,
    Reason::MessageKind,
    Reason::MessageSchema,
    Reason::MessageFlags,
    Reason::MessageTrailing,
    Reason::MessageTag,
    Reason::WrongDirection,
    Reason::WrongSwitch,
    Reason::OldIncarnation,
    Reason::NoSlot,
    Reason::GrantOldEpoch,
    Reason::GrantExpired,
    Reason::GrantRenounced,
    Reason::AckOldEpoch,
    Reason::AckBeyondSeq,
    Reason::OtherEpoch,
    Reason::RefusedForGood,
    Reason::RefusedForNow,
];

/// Counts of what happened.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    runs: u64,
    deeds: BTreeMap<&'static str, u64>,
    events: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(super) fn count(&mut self, deed: &'static str) {
        self.count_many(deed, 1);
    }

    pub(super) fn count_many(&mut self, deed: &'static str, times: u64) {
        debug_assert!(DEEDS.contains(&deed), "{deed} is not printed");
        *self.deeds.entry(deed).or_default() += times;
    }

    pub(super) fn count_all(&mut self, counters: &Counters) {
        self.runs += 1;
        for event in Event::ALL {
            *self.events.entry(event.name()).or_default() += u64::from(counters.event(*event));
        }
        for reason in Reason::ALL {
            *self.reasons.entry(reason.name()).or_default() += u64::from(counters.reason(*reason));
        }
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        let all = [
            (&mut self.deeds, &other.deeds),
            (&mut self.events, &other.events),
            (&mut self.reasons, &other.reasons),
        ];
        for (mine, others) in all {
            others.iter().for_each(|(name, times)| *mine.entry(name).or_default() += times);
        }
    }

    /// Frames that were offered.
    pub fn packets(&self) -> u64 {
        self.deed("packets")
    }

    fn deed(&self, name: &str) -> u64 {
        self.deeds.get(name).copied().unwrap_or(0)
    }

    /// What has never happened and should have in a run of some length over both applications.
    pub fn never(&self) -> Vec<&'static str> {
        let last = Event::ALL.iter().position(|event| *event == Event::Swept).unwrap_or(0);
        let events = Event::ALL[..=last].iter().filter(|event| !NEVER.contains(event));
        let is_zero =
            |counts: &BTreeMap<&str, u64>, name: &str| counts.get(name).is_none_or(|times| *times == 0);
        let deeds = DEEDS.into_iter().filter(|deed| is_zero(&self.deeds, deed));
        let events = events.map(|event| event.name()).filter(|event| is_zero(&self.events, event));
        let reasons =
            REASONS.iter().map(|reason| reason.name()).filter(|reason| is_zero(&self.reasons, reason));
        deeds.chain(events).chain(reasons).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>10} runs", self.runs)?;
        for deed in DEEDS {
            writeln!(f, "{:>10} {deed}", self.deed(deed))?;
        }
        for (title, counts) in [("events of the switch", &self.events), ("ignored as", &self.reasons)] {
            writeln!(f, "{title}:")?;
            for (name, times) in counts.iter().filter(|(_, times)| **times > 0) {
                writeln!(f, "{times:>10} {name}")?;
            }
        }
        Ok(())
    }
}
