//! Several devices, a store and the links between them, in one simulation that a seed decides.
//!
//! ```text
//!  hosts ──▶ device 0 ══ cable ══ device 1 ──▶ hosts
//!               ╲                  ╱
//!                ╲  link each way ╱       loss, duplication, stragglers
//!                 ▼              ▼
//!               shard 0  shard 1 …
//! ```
//!
//! Devices run by their own clocks, messages by events. A device may run ahead of the others by the shortest time that anything
//! takes from one machine to another, and no further: what it sends within that time cannot arrive within it. So every machine sees
//! what happens in the order of its time, and no machine has to be asked in every cycle.
//!
//! Hosts are outside: the caller has frames come in at ports ([`Network::send`]) and is told what has come out of ports that no cable is
//! plugged into, and everything else that devices give out ([`Network::poll`]).
//!
//! Limits: machines have perfect clocks; all shards are behind one link of each device; a device that crashes loses what is in it, and what
//! it has put on a link arrives.

mod store;

pub use store::{ShardStore, Store};

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use redplane_core::memory::shard_of;
use redplane_core::switch::Config;

use super::device::Device;
use super::hardware::{Hardware, Link, MESSAGE_HEADERS};
use super::manager::Pace;
use super::observer::Observer;
use super::output::{Output, What};
use super::unfit::Unfit;
use crate::pipeline::Pipeline;

/// Nanoseconds between two polls of a shard.
const POLL_EVERY_NS: u64 = 1_000_000;

/// Picoseconds as a clock, for links that belong to no device.
const PICOS_HZ: u64 = 1_000_000_000_000;
const PICOS: u64 = 1000;

/// Number of a device, in the order in which they were added.
pub type DeviceId = usize;

/// A port of a device.
pub type PortOf = (DeviceId, u16);

/// Why there is no such network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The device's pipeline does not fit its hardware.
    Unfit(Unfit),
    /// Something would arrive in the moment in which it leaves: a link has no latency.
    NoLatency,
    /// A cable ends at a port that there is not, or that has one.
    Port(PortOf),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unfit(unfit) => unfit.fmt(f),
            Self::NoLatency => f.write_str("a link of a network takes a nanosecond at least"),
            Self::Port((device, port)) => write!(f, "device {device} has no free port {port}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// How bad the links are: those to and from the store, and the cables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faults {
    /// Share of datagrams and frames that are lost.
    pub loss: f64,
    /// Share that arrives twice.
    pub duplication: f64,
    /// Share that takes longer, so that others overtake it.
    pub straggling: f64,
    /// How much longer, at most, in nanoseconds.
    pub straggling_ns: u64,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self = Self { loss: 0.0, duplication: 0.0, straggling: 0.0, straggling_ns: 0 };
}

/// What has gone wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mishaps {
    /// Datagrams and frames that were lost.
    pub lost: u64,
    /// That arrived twice.
    pub duplicated: u64,
    /// That took longer.
    pub straggled: u64,
    /// That came to a device which was down.
    pub came_to_nobody: u64,
    /// Crashes of devices.
    pub crashes: u64,
}

/// Something that a device has given out and that goes no further in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emission {
    /// When: of a frame, when it has arrived behind the port.
    pub at_ns: u64,
    /// Which device.
    pub device: DeviceId,
    /// What.
    pub what: What,
}

/// What happens at a time.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Frame(PortOf, Vec<u8>),
    ToStore(u16, DeviceId, Vec<u8>),
    FromStore(DeviceId, Vec<u8>),
    Poll(u16),
    Crash(DeviceId),
    Boot(DeviceId),
}

#[derive(Debug)]
struct Node<O> {
    pipeline: Pipeline,
    config: Config,
    hardware: Hardware,
    state: State<O>,
}

#[derive(Debug)]
enum State<O> {
    /// Since it was booted.
    Up {
        device: Box<Device<O>>,
        boot_ns: u64,
    },
    Down(O),
    /// Between the two.
    Changing,
}

impl<O: Observer> Node<O> {
    fn boot(&mut self, now_ns: u64) -> Result<(), Unfit> {
        let State::Down(observer) = std::mem::replace(&mut self.state, State::Changing) else {
            return Ok(());
        };
        let mut hardware = self.hardware.clone();
        hardware.origin_ns = hardware.origin_ns.wrapping_add(now_ns);
        let device = Device::watched(self.pipeline.clone(), &self.config, hardware, observer)?;
        self.state = State::Up { device: Box::new(device), boot_ns: now_ns };
        Ok(())
    }

    /// When something may happen in it.
    fn next_ns(&self) -> Option<u64> {
        let State::Up { device, boot_ns } = &self.state else { return None };
        Some(boot_ns + elapsed_ns(device, device.next_event()?))
    }

    /// Runs until a time; gives what it has given out meanwhile, each with its time.
    fn run_until(&mut self, now_ns: u64) -> Vec<(u64, Output)> {
        let State::Up { device, boot_ns } = &mut self.state else { return vec![] };
        let cycle = cycle_at(device, now_ns.saturating_sub(*boot_ns));
        device.run_until(cycle);
        let outputs = std::iter::from_fn(|| device.poll_output()).collect::<Vec<_>>().into_iter();
        outputs.map(|output| (*boot_ns + elapsed_ns(device, output.at), output)).collect()
    }
}

/// Nanoseconds from a device's boot to a cycle.
fn elapsed_ns<O: Observer>(device: &Device<O>, cycle: u64) -> u64 {
    let view = device.view();
    view.nanos_at(cycle).wrapping_sub(view.hardware().origin_ns)
}

/// The first cycle that is so many nanoseconds after a device's boot.
fn cycle_at<O: Observer>(device: &Device<O>, elapsed_ns: u64) -> u64 {
    let view = device.view();
    view.cycles(elapsed_ns)
}

/// A shard and the link that it answers over, to each device.
struct StoreNode {
    store: Box<dyn Store>,
    link: Link,
    busy: Vec<Pace>,
}

/// Devices, a store, and what is between them.
pub struct Network<O = ()> {
    nodes: Vec<Node<O>>,
    stores: Vec<StoreNode>,
    cables: BTreeMap<PortOf, PortOf>,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    events_made: u64,
    now_ns: u64,
    rng: fastrand::Rng,
    faults: Faults,
    mishaps: Mishaps,
    emissions: VecDeque<Emission>,
    /// How far a device may run ahead.
    ahead_ns: u64,
}

impl<O> std::fmt::Debug for Network<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("now_ns", &self.now_ns)
            .field("devices", &self.nodes.len())
            .field("stores", &self.stores.len())
            .field("mishaps", &self.mishaps)
            .finish_non_exhaustive()
    }
}

impl<O: Observer> Network<O> {
    /// An empty network, at time 0. All that is left to chance follows from the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            nodes: vec![],
            stores: vec![],
            cables: BTreeMap::new(),
            events: BinaryHeap::new(),
            events_made: 0,
            now_ns: 0,
            rng: fastrand::Rng::with_seed(seed),
            faults: Faults::NONE,
            mishaps: Mishaps::default(),
            emissions: VecDeque::new(),
            ahead_ns: u64::MAX,
        }
    }

    /// Adds a device, which is up, and gives its number. Its clock shows [`Hardware::origin_ns`] at time 0; when it boots again, it has
    /// gone on.
    ///
    /// # Errors
    /// The pipeline does not fit the hardware, or a link has no latency.
    pub fn add_device(
        &mut self,
        pipeline: Pipeline,
        config: Config,
        hardware: Hardware,
        observer: O,
    ) -> Result<DeviceId, Refusal> {
        let links = hardware.ports.iter().map(|port| port.link.latency_ns);
        self.may_run_ahead(links.chain([hardware.store.latency_ns]).min())?;
        let mut node = Node { pipeline, config, hardware, state: State::Down(observer) };
        node.boot(self.now_ns).map_err(Refusal::Unfit)?;
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    /// Adds a shard of the store, the next by number, which answers over this link. Keys are spread over as many as there are when
    /// a message is sent.
    ///
    /// # Errors
    /// The link has no latency.
    pub fn add_store(&mut self, store: impl Store + 'static, link: Link) -> Result<u16, Refusal> {
        self.may_run_ahead(Some(link.latency_ns))?;
        let shard = self.stores.len() as u16;
        self.stores.push(StoreNode { store: Box::new(store), link, busy: vec![] });
        self.schedule(self.now_ns + POLL_EVERY_NS, Event::Poll(shard));
        Ok(shard)
    }

    fn may_run_ahead(&mut self, latency_ns: Option<u64>) -> Result<(), Refusal> {
        match latency_ns {
            Some(0) => Err(Refusal::NoLatency),
            Some(latency_ns) => {
                self.ahead_ns = self.ahead_ns.min(latency_ns);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Plugs a cable in: what leaves by one of these ports comes in by the other.
    ///
    /// # Errors
    /// There is no such port, or it has a cable.
    pub fn connect(&mut self, one: PortOf, other: PortOf) -> Result<(), Refusal> {
        for end in [one, other] {
            let there =
                self.nodes.get(end.0).is_some_and(|node| usize::from(end.1) < node.hardware.ports.len());
            if !there || self.cables.contains_key(&end) {
                return Err(Refusal::Port(end));
            }
        }
        self.cables.insert(one, other);
        self.cables.insert(other, one);
        Ok(())
    }

    /// How bad the links are from now on.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// A host's frame comes in by a port at this time; now, if that has passed.
    pub fn send(&mut self, at_ns: u64, to: PortOf, frame: &[u8]) {
        self.schedule(at_ns, Event::Frame(to, frame.to_vec()));
    }

    /// A device crashes at this time, with the loss of all that is in it, and boots again so much later as its next incarnation.
    pub fn crash(&mut self, at_ns: u64, device: DeviceId, down_ns: u64) {
        self.schedule(at_ns, Event::Crash(device));
        self.schedule(at_ns.saturating_add(down_ns), Event::Boot(device));
    }

    /// The time.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// What has gone wrong so far.
    pub fn mishaps(&self) -> Mishaps {
        self.mishaps
    }

    /// A device; `None` while it is down, or if there is none.
    pub fn device(&mut self, device: DeviceId) -> Option<&mut Device<O>> {
        match &mut self.nodes.get_mut(device)?.state {
            State::Up { device, .. } => Some(device),
            State::Down(_) | State::Changing => None,
        }
    }

    /// The oldest thing that has come out and nobody has taken.
    pub fn poll(&mut self) -> Option<Emission> {
        self.emissions.pop_front()
    }

    /// Ends the network; gives those who have watched the devices.
    pub fn into_observers(self) -> Vec<O> {
        let states = self.nodes.into_iter().map(|node| node.state);
        states
            .filter_map(|state| match state {
                State::Up { device, .. } => Some(device.into_observer()),
                State::Down(observer) => Some(observer),
                State::Changing => None,
            })
            .collect()
    }

    /// Runs until a time.
    pub fn run_until(&mut self, end_ns: u64) {
        while self.now_ns < end_ns {
            let event = self.events.peek().map(|Reverse((at_ns, ..))| *at_ns);
            let busy = self.nodes.iter().filter_map(Node::next_ns).min();
            let next = [event, busy].into_iter().flatten().min().unwrap_or(end_ns).max(self.now_ns);
            // What leaves a machine from now on arrives at the end of the window at the earliest.
            let window = next.saturating_add(self.ahead_ns.max(1)).min(end_ns);
            while self.events.peek().is_some_and(|Reverse((at_ns, ..))| *at_ns < window) {
                if let Some(Reverse((at_ns, _, event))) = self.events.pop() {
                    self.happen(at_ns.max(self.now_ns), event, window);
                }
            }
            for device in 0..self.nodes.len() {
                self.run_device(device, window, window);
            }
            self.now_ns = window;
        }
    }

    fn schedule(&mut self, at_ns: u64, event: Event) {
        self.events_made += 1;
        self.events.push(Reverse((at_ns, self.events_made, event)));
    }

    /// Something happens in the window that ends at `window`.
    fn happen(&mut self, at_ns: u64, event: Event, window: u64) {
        match event {
            Event::Frame((id, port), frame) => {
                self.arrive(at_ns, id, |device, cycle| device.offer_at(cycle, port, &frame).is_ok())
            }
            Event::FromStore(id, message) => self.arrive(at_ns, id, |device, cycle| {
                device.message_at(cycle, &message);
                true
            }),
            Event::ToStore(shard, from, message) => {
                let mut answers = vec![];
                if let Some(node) = self.stores.get_mut(usize::from(shard)) {
                    node.store.handle(at_ns, from, &message, &mut answers);
                }
                self.answer(at_ns, shard, answers);
            }
            Event::Poll(shard) => {
                let mut answers = vec![];
                if let Some(node) = self.stores.get_mut(usize::from(shard)) {
                    node.store.poll(at_ns, &mut answers);
                }
                self.answer(at_ns, shard, answers);
                self.schedule(at_ns + POLL_EVERY_NS, Event::Poll(shard));
            }
            Event::Crash(id) => {
                self.run_device(id, at_ns, window);
                let Some(node) = self.nodes.get_mut(id) else { return };
                let state = std::mem::replace(&mut node.state, State::Changing);
                node.state = match state {
                    State::Up { device, .. } => {
                        self.mishaps.crashes += 1;
                        node.config.incarnation = node.config.incarnation.next();
                        State::Down(device.into_observer())
                    }
                    state => state,
                };
            }
            Event::Boot(id) => {
                if let Some(node) = self.nodes.get_mut(id) {
                    let booted = node.boot(at_ns);
                    debug_assert_eq!(booted, Ok(()), "what fitted before fits again");
                }
            }
        }
    }

    fn arrive(&mut self, at_ns: u64, id: DeviceId, give: impl FnOnce(&mut Device<O>, u64) -> bool) {
        let state = self.nodes.get_mut(id).map(|node| &mut node.state);
        let taken = match state {
            Some(State::Up { device, boot_ns }) => {
                let cycle = cycle_at(device, at_ns.saturating_sub(*boot_ns));
                give(device, cycle)
            }
            _ => false,
        };
        self.mishaps.came_to_nobody += u64::from(!taken);
    }

    /// The store's answers go out.
    fn answer(&mut self, at_ns: u64, shard: u16, answers: Vec<(DeviceId, Vec<u8>)>) {
        for (to, message) in answers {
            let Some(node) = self.stores.get_mut(usize::from(shard)) else { return };
            while node.busy.len() <= to {
                node.busy.push(Pace::new(PICOS_HZ, node.link.bits_per_second));
            }
            let bytes = Hardware::on_link(MESSAGE_HEADERS + message.len());
            let through = node.busy[to].pass(at_ns * PICOS, bytes).div_ceil(PICOS);
            let arrives = through + node.link.latency_ns;
            self.over_link(arrives, |bytes| Event::FromStore(to, bytes), message);
        }
    }

    /// Sends over a link that may be bad.
    fn over_link(&mut self, at_ns: u64, event: impl Fn(Vec<u8>) -> Event, bytes: Vec<u8>) {
        if self.rng.f64() < self.faults.loss {
            self.mishaps.lost += 1;
            return;
        }
        if self.rng.f64() < self.faults.duplication {
            self.mishaps.duplicated += 1;
            let at_ns = self.late(at_ns);
            self.schedule(at_ns, event(bytes.clone()));
        }
        let at_ns = self.late(at_ns);
        self.schedule(at_ns, event(bytes));
    }

    fn late(&mut self, at_ns: u64) -> u64 {
        if self.rng.f64() >= self.faults.straggling {
            return at_ns;
        }
        self.mishaps.straggled += 1;
        at_ns + self.rng.u64(0..=self.faults.straggling_ns)
    }

    /// Runs a device until a time within the window; what it sends arrives when the window has ended, or later.
    fn run_device(&mut self, id: DeviceId, until_ns: u64, window: u64) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        for (at_ns, output) in node.run_until(until_ns) {
            match output.what {
                What::ToStore { ref key, ref packet, .. } if !self.stores.is_empty() => {
                    let shard = shard_of(key, self.stores.len() as u16);
                    let bytes = packet.to_vec();
                    self.over_link(at_ns.max(window), |bytes| Event::ToStore(shard, id, bytes), bytes);
                }
                What::Forward { by, ref packet, .. } if self.cables.contains_key(&(id, by)) => {
                    let to = self.cables[&(id, by)];
                    let bytes = packet.to_vec();
                    self.over_link(at_ns.max(window), |bytes| Event::Frame(to, bytes), bytes);
                }
                what => self.emissions.push_back(Emission { at_ns, device: id, what }),
            }
        }
    }
}
