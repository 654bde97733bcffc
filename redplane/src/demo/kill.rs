//! Kills replicas of the store while connections go on: `redplane demo --kill-store`.
//!
//! ```text
//! 0         4/16             7/16              11/16           16/16 of the duration
//! ├──────────┼────────────────┼──────────────────┼────────────────┤
//!        one is killed   started anew,     another is killed    the end: all that was
//!                        it rejoins        in the same role,    acked is read back
//!                                           or the one before
//! ```
//!
//! The switches live. The connections of the other runs go through the NAT once, and a [`Stream`] of writes goes beside them. A thread
//! of its own kills and starts replicas ([`conduct`]), and notes when the group had a new view.
//!
//! # What it promises
//!
//! - no connection breaks, and no byte is wrong;
//! - nothing acked is lost: after the run the group is asked for each flow of both programs, in the name of the switches' next boot;
//! - around each of the two deaths no flow of either program waits longer for the ack of a write than three detection times.
//!
//! Nothing is taken off for a busy machine; the report says how long the demo itself stood still. Where a replica that lives is voted
//! out because it had no processor for a detection time, it is started anew at once, and that is told.

mod report;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use redplane_apps::{Counter, Nat44};
use redplane_core::program::Program;
use redplane_linux::clock::{Clock, RealClock};
use redplane_store::chain::View;

use super::device::{Device, Redplane};
use super::replicas::{LOOK, Replicas, Setup, name};
use super::run::{self, Beside, Switches};
use super::stream::Stream;
use super::workload::WorkloadConfig;
use crate::exit::{Kind, OrExit};

pub(super) use self::report::KillReport;

/// The longest pause of writes that is within the promise, in detection times.
const PAUSE_LIMIT: u64 = 3;

/// When things happen, in sixteenths of the duration.
const FIRST_16TH: u64 = 4;
const RESTART_16TH: u64 = 7;
const SECOND_16TH: u64 = 11;

/// The shortest run, in detection times: each pause has to be over before the next thing happens.
const DURATION_LEAST: u64 = 16;

/// Numbers of the switches, which boot once for the run and a second time to read back.
const NAT_SWITCH: u16 = 1;
const COUNTER_SWITCH: u16 = 3;

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// The one that serves switches.
    Head,
    /// Between the two others of three.
    Middle,
    /// The last one.
    Tail,
}

impl Role {
    fn place(self, view: &View) -> usize {
        let last = view.members.len().saturating_sub(1);
        match self {
            Self::Head => 0,
            Self::Middle => last / 2,
            Self::Tail => last,
        }
    }

    /// In a word.
    fn text(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Middle => "middle",
            Self::Tail => "tail",
        }
    }
}

/// When what happens, in ns since the run began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    role: Role,
    detection: Duration,
    first_ns: u64,
    restart_ns: u64,
    second_ns: u64,
    /// The second death has to be over by now.
    second_latest_ns: u64,
}

impl Plan {
    /// Kills in the given role in a run of so many seconds with so many replicas.
    ///
    /// # Errors
    /// A sentence that says which wish cannot be met and what could be asked for instead.
    pub(super) fn new(role: Role, replicas: u8, duration_s: u64, detection_ms: u64) -> Result<Self, String> {
        let least = if role == Role::Middle { 3 } else { 2 };
        if replicas < least {
            return Err(format!(
                "--kill-store {} needs {least} replicas or more: choose --replicas {least}",
                role.text()
            ));
        }
        let least_ms = DURATION_LEAST * detection_ms;
        if duration_s * 1000 < least_ms {
            return Err(format!(
                "a run of {duration_s} s is too short for two deaths that are found after {detection_ms} ms: make it last {} s \
                 or longer (--duration), or choose a shorter --detection",
                least_ms.div_ceil(1000)
            ));
        }
        let at = |sixteenth: u64| duration_s * 1_000_000_000 * sixteenth / 16;
        let detection = Duration::from_millis(detection_ms);
        Ok(Self {
            role,
            detection,
            first_ns: at(FIRST_16TH),
            restart_ns: at(RESTART_16TH),
            second_ns: at(SECOND_16TH),
            second_latest_ns: at(16) - PAUSE_LIMIT * detection.as_nanos() as u64,
        })
    }
}

/// What happened, by the clock of the run, ns.
#[derive(Clone, Debug)]
struct Event {
    at_ns: u64,
    /// For people.
    text: String,
    /// For the picture.
    label: &'static str,
}

/// All that happened to the replicas.
#[derive(Debug, Default)]
struct Timeline {
    events: Vec<Event>,
    /// From each death to the view without the dead one.
    deaths: Vec<Range<u64>>,
    /// From the start of the fresh replica to the view with it.
    rejoin: Range<u64>,
    mistaken_for_dead: usize,
}

/// The state of things, for the display.
#[derive(Clone)]
struct Stage(Arc<Mutex<&'static str>>);

impl Stage {
    fn new() -> Self {
        Self(Arc::new(Mutex::new("all replicas live")))
    }

    fn set(&self, text: &'static str) {
        *self.words() = text;
    }

    fn words(&self) -> MutexGuard<'_, &'static str> {
        // A reference is always whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream of writes beside the connections.
struct Counting {
    stream: Stream,
    stage: Stage,
}

impl Beside for Counting {
    fn turn(&mut self, now_ns: u64) -> anyhow::Result<usize> {
        self.stream.turn(now_ns)
    }

    fn text(&self) -> Option<&'static str> {
        Some(*self.stage.words())
    }
}

/// Does the run and reads back.
///
/// # Errors
/// The system refuses something, or the group does not do what is awaited.
pub(super) fn perform(
    plan: &Plan,
    config: &WorkloadConfig,
    lease_period_ms: u64,
    replicas: u8,
    clock: RealClock,
) -> anyhow::Result<KillReport> {
    let setup = Setup { replicas, detection: plan.detection, lease_period_ms, counts: true };
    let group = Replicas::start(setup)?;
    let stores = group.addresses().to_vec();
    let nat = Redplane { id: NAT_SWITCH, boot: 1, lease_period_ms, stores: &stores };
    let switches = Switches { first: Device::redplane(nat, None, clock)?, others: None };
    let stage = Stage::new();
    let stream = Stream::new(COUNTER_SWITCH, &stores, lease_period_ms, config.schedule_ns, clock)?;
    let mut counting = Counting { stream, stage: stage.clone() };

    let plan = *plan;
    let conductor = thread::Builder::new()
        .name("conductor".to_owned())
        .spawn(move || conduct(group, &plan, clock, &stage))
        .context("no thread for the deaths of replicas")?;
    let outcome = run::run("replicas die", config, None, switches, &mut counting, clock);
    let end_ns = clock.now();
    let conducted = conductor.join().map_err(|_| anyhow!("the thread that kills replicas panicked"))?;

    let mut outcome = outcome?;
    let (group, timeline) = conducted.or_exit(Kind::Promise)?;
    let mut counted = counting.stream.take_ledger();
    drop(counting);
    for ledger in [&mut outcome.ledger, &mut counted] {
        ledger.finish(end_ns);
    }
    outcome.ledger.read_back(Nat44::LAYOUT, &stores, NAT_SWITCH, 2)?;
    counted.read_back(Counter::LAYOUT, &stores, COUNTER_SWITCH, 2)?;
    group.stop()?;
    let settings = report::Settings {
        seed: config.seed,
        replicas,
        role: plan.role,
        detection_ms: plan.detection.as_millis() as u64,
        lease_period_ms,
        flows: config.flows,
        rate_mbit_s: config.rate_bit_s / 1_000_000,
        duration_ms: config.schedule_ns / 1_000_000,
    };
    Ok(KillReport::new(settings, &outcome, &counted, &timeline, end_ns))
}

/// Kills and starts replicas when the plan says, and gives the group back with what happened.
fn conduct(
    mut group: Replicas,
    plan: &Plan,
    clock: RealClock,
    stage: &Stage,
) -> anyhow::Result<(Replicas, Timeline)> {
    let start_ns = clock.now();
    let mut timeline = Timeline::default();
    tend_until(&mut group, clock, start_ns + plan.first_ns)?;
    complete(&mut group, plan, clock, start_ns + plan.restart_ns)?;
    let dead = kill(&mut group, plan, None, clock, stage, &mut timeline)?;
    tend_until(&mut group, clock, start_ns + plan.restart_ns)?;

    stage.set("a replica rejoins");
    let restarted_ns = clock.now();
    timeline.note(restarted_ns, "started", format!("{} is started anew and knows nothing", name(dead)));
    group.restart(dead)?;
    complete(&mut group, plan, clock, start_ns + plan.second_latest_ns)?;
    timeline.rejoin = restarted_ns..clock.now();
    let text = format!("{} has everything and is the tail: {}", name(dead), in_words(group.view().as_ref()));
    timeline.note(timeline.rejoin.end, "rejoined", text);
    stage.set("all replicas live");

    tend_until(&mut group, clock, start_ns + plan.second_ns)?;
    complete(&mut group, plan, clock, start_ns + plan.second_latest_ns)?;
    kill(&mut group, plan, Some(dead), clock, stage, &mut timeline)?;
    timeline.mistaken_for_dead = group.mistaken_for_dead();
    Ok((group, timeline))
}

/// Waits, and starts anew what is voted out by mistake meanwhile.
fn tend_until(group: &mut Replicas, clock: RealClock, at_ns: u64) -> anyhow::Result<()> {
    while clock.now() < at_ns {
        group.revive()?;
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Waits until all replicas are in the view.
fn complete(group: &mut Replicas, plan: &Plan, clock: RealClock, latest_ns: u64) -> anyhow::Result<()> {
    while !group.is_complete() {
        ensure!(
            clock.now() < latest_ns,
            "not all replicas are in {}: the machine is too busy for --detection {}, or the run is too short (--duration)",
            in_words(group.view().as_ref()),
            plan.detection.as_millis()
        );
        group.revive()?;
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Kills the replica that stands where the plan says, or the one before if that one was killed already; waits until the group
/// goes on, and gives the dead one's number.
fn kill(
    group: &mut Replicas,
    plan: &Plan,
    was_killed: Option<usize>,
    clock: RealClock,
    stage: &Stage,
    timeline: &mut Timeline,
) -> anyhow::Result<usize> {
    let view = group.view().context("the group has no view")?;
    let planned = plan.role.place(&view);
    let is_other = |place: &usize| {
        view.members
            .get(*place)
            .is_some_and(|member| was_killed.is_none() || group.number(member) != was_killed)
    };
    let place = (0..=planned).rev().find(is_other).unwrap_or(planned);
    let member = view.members.get(place).context("the view has no members")?;
    let dead = group.number(member).context("the view names a replica that does not live")?;
    stage.set("a replica is dead");
    let killed_ns = clock.now();
    group.kill(dead);
    let (text, label) = match place {
        0 => ("the head", "head killed"),
        _ if place + 1 < view.members.len() => ("in the middle", "middle killed"),
        _ => ("the tail", "tail killed"),
    };
    timeline.note(killed_ns, label, format!("{} is killed, {text}", name(dead)));
    // Long enough for any pause that is within the promise, and more for one that is not.
    let latest_ns = killed_ns + 10 * PAUSE_LIMIT * plan.detection.as_nanos() as u64;
    while group.view().is_none_or(|view| view.position(member.id).is_some()) {
        ensure!(clock.now() < latest_ns, "the group does not find out that {} is dead", name(dead));
        thread::sleep(LOOK);
    }
    timeline.deaths.push(killed_ns..clock.now());
    timeline.note(clock.now(), "new view", in_words(group.view().as_ref()));
    stage.set("the others go on");
    Ok(dead)
}

impl Timeline {
    fn note(&mut self, at_ns: u64, label: &'static str, text: String) {
        self.events.push(Event { at_ns, text, label });
    }
}

/// A view by the names of its members.
fn in_words(view: Option<&View>) -> String {
    let Some(view) = view else { return "no view".to_owned() };
    let names: Vec<_> = view.members.iter().map(|member| member.name.as_str()).collect();
    format!("view {}: {}", view.number, names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_without_enough_replicas_or_time_is_refused_with_the_option_to_change() {
        for (role, replicas, duration_s, option) in [
            (Role::Head, 1, 8, "--replicas 2"),
            (Role::Middle, 2, 8, "--replicas 3"),
            (Role::Tail, 3, 1, "--duration"),
        ] {
            let refused = Plan::new(role, replicas, duration_s, 100).unwrap_err();
            assert!(refused.contains(option), "{refused}");
        }
        assert!(Plan::new(Role::Head, 2, 2, 100).is_ok());
    }
}
