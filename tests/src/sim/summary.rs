//! What a run has exercised: faults, reasons, events, message kinds, refusals and rules.

use std::collections::BTreeMap;
use std::fmt::Write;

use redplane_core::count::{Event, Reason};
use redplane_core::wire::{Kind, Refusal};

/// What goes wrong in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A datagram was lost.
    Loss,
    /// A datagram arrived twice.
    Duplication,
    /// A datagram overtook another.
    Reordering,
    /// A datagram took up to three lease periods.
    LongDelay,
    /// A datagram met a link that is cut in its direction.
    CutLink,
    /// A switch lost its memory.
    Crash,
    /// A switch came back with the next incarnation.
    Restart,
    /// A flow's packets were sent to another switch from then on.
    Reroute,
    /// A packet was sent to a switch that is down.
    PacketToDeadSwitch,
    /// A clock ran at another rate than the store's.
    ClockDrift,
    /// An operator handed flows back.
    Evacuation,
    /// A message that nobody has sent arrived.
    Garbage,
    /// Nothing happened for many minutes, and ticks wrapped.
    LongIdle,
    /// The log committed late.
    LateCommit,
    /// A request was sent to another shard than its flow's.
    WrongShard,
    /// A switch lost its memory between two messages of a snapshot.
    CrashInBurst,
    /// A switch was not polled for up to two lease periods.
    PollGap,
    /// A message had room for a single slot of a snapshot.
    LittleRoom,
    /// The ids of a flow's snapshots wrapped within the run.
    IdWrap,
    /// The head of a chain lost its memory.
    HeadCrash,
    /// A replica between head and tail lost its memory.
    MiddleCrash,
    /// The tail of a chain lost its memory.
    TailCrash,
    /// A replica that was no member, or joined, lost its memory.
    JoinerCrash,
    /// A replica came back as another member.
    ReplicaRestart,
    /// A living replica was voted out.
    FalseSuspicion,
    /// A replica could not reach the configuration master.
    CutFromMaster,
    /// A replica stood still in the middle of its work and went on later.
    Freeze,
    /// A link between two replicas was cut in one direction.
    CutReplicaLink,
    /// A replica heard of a view long after it was decided.
    LateView,
    /// The master's word on a joiner was lost.
    LostOutcome,
    /// A datagram was sent to a replica that is down.
    DatagramToDeadReplica,
}

impl Fault {
    /// Those of the linearizable mode.
    pub const ALL: &'static [Self] = &[
        Self::Loss,
        Self::Duplication,
        Self::Reordering,
        Self::LongDelay,
        Self::CutLink,
        Self::Crash,
        Self::Restart,
        Self::Reroute,
        Self::PacketToDeadSwitch,
        Self::ClockDrift,
        Self::Evacuation,
        Self::Garbage,
        Self::LongIdle,
        Self::LateCommit,
        Self::WrongShard,
    ];

    /// Those of a chain of replicas.
    pub const CHAIN: &'static [Self] = &[
        Self::Loss,
        Self::Duplication,
        Self::Reordering,
        Self::LongDelay,
        Self::CutLink,
        Self::Crash,
        Self::Restart,
        Self::Reroute,
        Self::PacketToDeadSwitch,
        Self::ClockDrift,
        Self::Evacuation,
        Self::Garbage,
        Self::LongIdle,
        Self::WrongShard,
        Self::HeadCrash,
        Self::MiddleCrash,
        Self::TailCrash,
        Self::JoinerCrash,
        Self::ReplicaRestart,
        Self::FalseSuspicion,
        Self::CutFromMaster,
        Self::Freeze,
        Self::CutReplicaLink,
        Self::LateView,
        Self::LostOutcome,
        Self::DatagramToDeadReplica,
    ];

    /// Those of bounded inconsistency.
    pub const SNAPSHOTS: &'static [Self] = &[
        Self::Loss,
        Self::Duplication,
        Self::Reordering,
        Self::LongDelay,
        Self::CutLink,
        Self::Crash,
        Self::Restart,
        Self::Reroute,
        Self::PacketToDeadSwitch,
        Self::ClockDrift,
        Self::Evacuation,
        Self::Garbage,
        Self::LongIdle,
        Self::LateCommit,
        Self::CrashInBurst,
        Self::PollGap,
        Self::LittleRoom,
        Self::IdWrap,
    ];
}

/// Messages of bounded inconsistency; [`SHARED_KINDS`] are those that it has in common with the other mode.
const SNAPSHOT_KINDS: &[Kind] = &[Kind::SnapshotSlots, Kind::SnapshotAck, Kind::SnapshotFetch];

/// Messages about leases.
const SHARED_KINDS: &[Kind] = &[
    Kind::LeaseRequest,
    Kind::Grant,
    Kind::Renew,
    Kind::RenewAck,
    Kind::GiveUp,
    Kind::GiveUpAck,
    Kind::Recall,
    Kind::Refuse,
];

/// Why the store refuses in bounded inconsistency.
const SNAPSHOT_REFUSALS: &[Refusal] = &[Refusal::OldSnapshot, Refusal::NoBase];

/// Whether a counter belongs to bounded inconsistency: it is of one of its rules, or it is about windows, which are of no rule.
fn is_of_snapshots(rule: &str, name: &str) -> bool {
    rule.starts_with("RP-SN") || name == Event::WindowEnded.name()
}

/// The rules that a run of the simulation must exercise.
pub const RULES: &[&str] = &[
    "RP-SW-1", "RP-SW-2", "RP-SW-3", "RP-SW-4", "RP-SW-5", "RP-SW-6", "RP-SW-7", "RP-SW-8", "RP-SW-9",
    "RP-SW-10", "RP-SW-11", "RP-SW-12", "RP-ST-1", "RP-ST-2", "RP-ST-3", "RP-ST-4", "RP-ST-5", "RP-ST-7",
    "RP-ST-8", "RP-ST-9", "RP-ST-10",
];

/// The rules that a run with a chain must exercise beside them.
pub const CHAIN_RULES: &[&str] =
    &["RP-CH-1", "RP-CH-2", "RP-CH-3", "RP-CH-4", "RP-CH-5", "RP-CH-6", "RP-ST-6"];

/// Counts of a run, or of many.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Runs.
    pub runs: u64,
    /// Packets that hosts sent.
    pub packets: u64,
    /// Packets that came out.
    pub outputs: u64,
    worlds: BTreeMap<&'static str, u64>,
    faults: BTreeMap<Fault, u64>,
    kinds: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
    events: BTreeMap<&'static str, u64>,
    refusals: BTreeMap<&'static str, u64>,
    rules: BTreeMap<&'static str, u64>,
    links: BTreeMap<&'static str, u64>,
}

impl Summary {
    /// The summary of one run of this world.
    pub fn of(world: &'static str) -> Self {
        Self { runs: 1, worlds: BTreeMap::from([(world, 1)]), ..Self::default() }
    }

    /// Something went wrong as it should.
    pub fn fault(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    /// A message was sent.
    pub fn message(&mut self, kind: Kind) {
        *self.kinds.entry(kind.name()).or_default() += 1;
    }

    /// Something was ignored `count` times.
    pub fn reason(&mut self, reason: Reason, count: u64) {
        *self.reasons.entry(reason.name()).or_default() += count;
        self.rule(reason.rule(), count);
    }

    /// Something was done `count` times.
    pub fn event(&mut self, event: Event, count: u64) {
        *self.events.entry(event.name()).or_default() += count;
        self.rule(event.rule(), count);
    }

    /// The store refused `count` times.
    pub fn refusal(&mut self, refusal: Refusal, count: u64) {
        *self.refusals.entry(refusal.name()).or_default() += count;
    }

    /// A rule was exercised.
    pub fn rule(&mut self, rule: &'static str, count: u64) {
        if !rule.is_empty() {
            *self.rules.entry(rule).or_default() += count;
        }
    }

    /// A chain's link did this `count` times.
    pub fn link(&mut self, what: &'static str, count: u64) {
        *self.links.entry(what).or_default() += count;
    }

    /// Adds another run's counts.
    pub fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.packets += other.packets;
        self.outputs += other.outputs;
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        for (mine, theirs) in [
            (&mut self.worlds, &other.worlds),
            (&mut self.kinds, &other.kinds),
            (&mut self.reasons, &other.reasons),
            (&mut self.events, &other.events),
            (&mut self.refusals, &other.refusals),
            (&mut self.rules, &other.rules),
            (&mut self.links, &other.links),
        ] {
            for (name, count) in theirs {
                *mine.entry(name).or_default() += count;
            }
        }
    }

    /// How often this happened.
    pub fn events(&self, event: Event) -> u64 {
        self.events.get(event.name()).copied().unwrap_or(0)
    }

    /// How often this was the reason to ignore something.
    pub fn reasons(&self, reason: Reason) -> u64 {
        self.reasons.get(reason.name()).copied().unwrap_or(0)
    }

    /// The names of everything of the linearizable mode that was never exercised and should have been.
    pub fn never(&self) -> Vec<String> {
        self.never_of(Fault::ALL, &[Refusal::Moved], RULES)
    }

    /// The same of a store that is a chain of replicas.
    pub fn never_of_chain(&self) -> Vec<String> {
        let rules: Vec<_> = RULES.iter().chain(CHAIN_RULES).copied().collect();
        let links = self.links.iter().map(|(name, count)| (format!("link {name}"), Some(count)));
        self.never_of(Fault::CHAIN, &[], &rules).into_iter().chain(Self::zero(links)).collect()
    }

    fn never_of(&self, faults: &[Fault], no_refusals: &[Refusal], rules: &[&'static str]) -> Vec<String> {
        let reasons = Reason::ALL.iter().filter(|reason| !is_of_snapshots(reason.rule(), reason.name()));
        let events = Event::ALL.iter().filter(|event| !is_of_snapshots(event.rule(), event.name()));
        // A schema that is not served is refused by the server in front of the shards, which is no part of the simulation.
        let refusals = Refusal::ALL.iter().filter(|why| {
            **why != Refusal::UnknownSchema && !SNAPSHOT_REFUSALS.contains(why) && !no_refusals.contains(why)
        });
        let kinds = Kind::ALL.iter().filter(|kind| !SNAPSHOT_KINDS.contains(kind));
        Self::zero(faults.iter().map(|fault| (format!("fault {fault:?}"), self.faults.get(fault))))
            .chain(Self::zero(
                kinds.map(|kind| (format!("message {}", kind.name()), self.kinds.get(kind.name()))),
            ))
            .chain(self.zero_reasons(reasons))
            .chain(self.zero_events(events))
            .chain(self.zero_refusals(refusals))
            .chain(Self::zero(rules.iter().map(|rule| (format!("rule {rule}"), self.rules.get(rule)))))
            .collect()
    }

    /// The names of everything of bounded inconsistency that was never exercised and should have been.
    pub fn never_of_snapshots(&self) -> Vec<String> {
        let reasons = Reason::ALL.iter().filter(|reason| is_of_snapshots(reason.rule(), reason.name()));
        let events = Event::ALL.iter().filter(|event| is_of_snapshots(event.rule(), event.name()));
        let kinds = SHARED_KINDS.iter().chain(SNAPSHOT_KINDS);
        Self::zero(Fault::SNAPSHOTS.iter().map(|fault| (format!("fault {fault:?}"), self.faults.get(fault))))
            .chain(Self::zero(
                kinds.map(|kind| (format!("message {}", kind.name()), self.kinds.get(kind.name()))),
            ))
            .chain(self.zero_reasons(reasons))
            .chain(self.zero_events(events))
            .chain(self.zero_refusals(SNAPSHOT_REFUSALS.iter()))
            .collect()
    }

    fn zero_reasons<'a>(&self, reasons: impl Iterator<Item = &'a Reason>) -> impl Iterator<Item = String> {
        Self::zero(
            reasons.map(|reason| (format!("reason {}", reason.name()), self.reasons.get(reason.name()))),
        )
    }

    fn zero_events<'a>(&self, events: impl Iterator<Item = &'a Event>) -> impl Iterator<Item = String> {
        Self::zero(events.map(|event| (format!("event {}", event.name()), self.events.get(event.name()))))
    }

    fn zero_refusals<'a>(&self, refusals: impl Iterator<Item = &'a Refusal>) -> impl Iterator<Item = String> {
        Self::zero(refusals.map(|why| (format!("refusal {}", why.name()), self.refusals.get(why.name()))))
    }

    /// Those with a count of zero, or none.
    fn zero<'a>(counts: impl Iterator<Item = (String, Option<&'a u64>)>) -> impl Iterator<Item = String> {
        counts.filter(|(_, count)| count.is_none_or(|count| *count == 0)).map(|(name, _)| name)
    }

    /// All counts, as text.
    pub fn table(&self) -> String {
        let mut text = format!("{} runs, {} packets, {} outputs\n", self.runs, self.packets, self.outputs);
        let faults: BTreeMap<String, u64> =
            self.faults.iter().map(|(fault, count)| (format!("{fault:?}"), *count)).collect();
        let section = |text: &mut String, title: &str, counts: Vec<(String, u64)>| {
            let _ = writeln!(text, "\n{title}");
            for (name, count) in counts {
                let _ = writeln!(text, "  {name:<22}{count:>14}");
            }
        };
        let named = |counts: &BTreeMap<&'static str, u64>| {
            counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
        };
        section(&mut text, "worlds", named(&self.worlds));
        section(&mut text, "faults", faults.into_iter().collect());
        section(&mut text, "messages", named(&self.kinds));
        section(&mut text, "ignored", named(&self.reasons));
        section(&mut text, "events", named(&self.events));
        section(&mut text, "refusals", named(&self.refusals));
        section(&mut text, "rules", named(&self.rules));
        section(&mut text, "links", named(&self.links));
        text
    }
}
