//! One run: the hosts' work over the switches, on the real clock.
//!
//! One thread does it all in turns: the hosts act, a router hands what they sent to the switch that the schedule says, the
//! switches work, and what leaves them is the hosts' for the next turn. When nothing moved the thread naps, so that the store
//! (and the rest of the machine) gets the processor.
//!
//! The router stands for the network around the switches: after a failure it goes on sending to the dead switch until the
//! detection delay has passed, as routing does.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::Duration;

use redplane_linux::clock::{Clock, RealClock};

use super::device::Device;
use super::hosts::{Network, Side};
use super::link::FRAME_LEN_MAX;
use super::live::Live;
use super::measure::RunMeasure;
use super::schedule::{Schedule, Stage};
use super::stall::Stalls;
use super::watch::Ledger;
use super::workload::{Phase, Workload, WorkloadConfig};

/// A nap when nothing moved: well below a round trip's influence on any figure.
const NAP: Duration = Duration::from_micros(100);

/// The usual rate fills this share of a bar of the live line: what piled up comes faster for a moment.
const BAR_OF_RATE: f64 = 1.5;

/// The switches of a run. All are made before it, so that making one does not disturb it.
pub(super) struct Switches {
    /// Switch 1.
    pub(super) first: Device,
    /// Switch 2, and switch 1 as it is after its failure; `None` in a run without one.
    pub(super) others: Option<(Device, Device)>,
}

/// What goes on beside the hosts' connections.
pub(super) trait Beside {
    /// Does what is due at `now_ns` after the run's begin, and gives how much that was.
    ///
    /// # Errors
    /// The run is of no use any more.
    fn turn(&mut self, now_ns: u64) -> anyhow::Result<usize>;

    /// What is going on, in a word or two, if that is more than which switch works.
    fn text(&self) -> Option<&'static str>;
}

/// Nothing goes on.
impl Beside for () {
    fn turn(&mut self, _: u64) -> anyhow::Result<usize> {
        Ok(0)
    }

    fn text(&self) -> Option<&'static str> {
        None
    }
}

/// What a run found.
pub(super) struct Outcome {
    /// What the hosts found.
    pub(super) measure: RunMeasure,
    /// When the loop stood still.
    pub(super) stalls: Stalls,
    /// Bytes of the messages between switches and store.
    pub(super) protocol_bytes: u64,
    /// When it began, by the clock that it was given, ns.
    pub(super) start_ns: u64,
    /// What the store told switch 1, if that is alive.
    pub(super) ledger: Ledger,
}

/// Runs `config` over `switches` under the name `name`; without a schedule switch 1 does not fail.
///
/// # Errors
/// The workload cannot be set up, or a switch fails in a way that was not planned.
pub(super) fn run(
    name: &str,
    config: &WorkloadConfig,
    schedule: Option<&Schedule>,
    switches: Switches,
    beside: &mut dyn Beside,
    clock: RealClock,
) -> anyhow::Result<Outcome> {
    let mut network = Network::new(config.seed);
    let mut workload = Workload::new(config.clone(), &mut network)?;
    let stdout = io::stdout();
    let full_mbit_s = config.rate_bit_s as f64 / 1e6 * BAR_OF_RATE;
    let mut live = Live::new(&stdout, stdout.is_terminal(), name, full_mbit_s);
    let mut router = Router::new(switches);
    let mut stalls = Stalls::default();
    let start_ns = clock.now();
    loop {
        let now_ns = clock.now() - start_ns;
        stalls.on_turn(now_ns);
        if workload.step(&mut network, now_ns) == Phase::Done {
            break;
        }
        let stage = schedule.map_or(Stage::First, |schedule| schedule.stage(now_ns));
        if router.enter(stage) {
            workload.mark_open(&mut network);
        }
        let moved = router.turn(&mut network)? + beside.turn(now_ns)?;
        live.update(now_ns, workload.delivered_bytes(), beside.text().unwrap_or(stage.text()));
        if moved == 0 {
            thread::sleep(NAP);
        }
    }
    live.finish();
    let protocol_bytes = router.protocol_bytes();
    let ledger = router.first.as_mut().map(Device::take_ledger).unwrap_or_default();
    Ok(Outcome { measure: workload.finish(&network), stalls, protocol_bytes, start_ns, ledger })
}

/// Sends frames to one switch or the other.
struct Router {
    /// Switch 1, unless it is dead.
    first: Option<Device>,
    second: Option<Device>,
    /// Switch 1 after its failure, until it is needed.
    rebooted: Option<Device>,
    stage: Stage,
    /// Of switches that are gone.
    protocol_bytes: u64,
}

impl Router {
    fn new(switches: Switches) -> Self {
        let (second, rebooted) = switches.others.unzip();
        Self { first: Some(switches.first), second, rebooted, stage: Stage::First, protocol_bytes: 0 }
    }

    /// Goes on to `stage`, and through those that were skipped because the loop stood still; whether switch 1 died now.
    fn enter(&mut self, stage: Stage) -> bool {
        let dies = self.stage == Stage::First && stage != Stage::First;
        if dies && let Some(dead) = self.first.take() {
            self.protocol_bytes += dead.protocol_bytes();
        }
        if stage == Stage::FirstAgain && self.first.is_none() {
            self.first = self.rebooted.take();
        }
        self.stage = stage;
        dies
    }

    /// Hands over what hosts sent, lets switches work, and gives how much there was to do.
    fn turn(&mut self, network: &mut Network) -> anyhow::Result<usize> {
        let receiver = match self.stage {
            Stage::First | Stage::Dead | Stage::FirstAgain => &mut self.first,
            Stage::Second => &mut self.second,
        };
        let mut moved = match receiver {
            Some(device) => device.take_from(network)?,
            None => vanish(network),
        };
        for device in [&mut self.first, &mut self.second].into_iter().flatten() {
            moved += device.work(network)?;
        }
        Ok(moved)
    }

    fn protocol_bytes(&self) -> u64 {
        let alive = [&self.first, &self.second].into_iter().flatten();
        self.protocol_bytes + alive.map(Device::protocol_bytes).sum::<u64>()
    }
}

/// What hosts sent to a dead switch is gone.
fn vanish(network: &mut Network) -> usize {
    let mut frame = [0; FRAME_LEN_MAX];
    let mut gone = 0;
    for side in [Side::Inside, Side::Outside] {
        while network.take_frame(side, &mut frame).is_some() {
            gone += 1;
        }
    }
    gone
}
