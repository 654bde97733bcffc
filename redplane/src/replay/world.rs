//! Two NAT switches and their store on one simulated clock.
//!
//! Nothing takes time here but time itself: [`World::offer`] carries a packet through whatever it sets off, until all is quiet,
//! and [`World::advance`] lets time pass in steps that are small while anything waits and large while nothing does.

use std::cell::RefCell;
use std::rc::Rc;

use redplane_apps::Nat44;
use redplane_core::count::Counters;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_linux::clock::SimulatedClock;
use redplane_linux::port::{ChannelPort, Port};
use redplane_linux::switch::{FRAME_LEN_MAX, Recorder, SoftSwitch};
use redplane_store::nat::NatInitializer;

use super::store::{LocalLink, LocalStore, SWITCHES};

/// Flow slots of a switch.
const SLOTS: usize = 1 << 17;
/// Copies that a switch's mirror queue holds.
const COPIES: usize = 4096;
/// Frames that a link between the replay and a switch holds.
const LINK_FRAMES: usize = 512;
/// Longest step while nothing waits, in nanoseconds: well within [`redplane_core::switch::POLL_AT_LEAST`].
const QUIET_STEP_NS: u64 = 30_000_000_000;
/// Steps that a lease period is cut into while anything waits.
const STEPS_A_LEASE: u64 = 64;
/// Lease periods that the end is waited for.
const LEASES_AT_END: u64 = 16;

/// A side of the NAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Inside,
    Outside,
}

/// A frame that a switch sent.
#[derive(Debug)]
pub(super) struct Output<'a> {
    /// Number of the switch.
    pub(super) switch: usize,
    /// The side that it came out on.
    pub(super) side: Side,
    pub(super) frame: &'a [u8],
}

type NatSwitch = SoftSwitch<Nat44, SLOTS, COPIES, LocalLink>;

#[derive(Debug)]
struct Device {
    switch: NatSwitch,
    inside: ChannelPort,
    outside: ChannelPort,
}

/// Who watches a world.
pub(super) trait Watch {
    /// Time moved on; what that sets off comes out after this.
    fn moved(&mut self, by_ns: u64);
    /// A switch sent a frame.
    fn sent(&mut self, output: Output<'_>);
}

/// The switches, the store and the clock.
#[derive(Debug)]
pub(super) struct World {
    clock: SimulatedClock,
    store: Rc<RefCell<LocalStore>>,
    devices: [Option<Device>; SWITCHES],
    /// What the dead switches did.
    dead: Vec<Counters>,
    step_ns: u64,
    buf: Box<[u8]>,
}

/// How a world is set up.
#[derive(Debug)]
pub(super) struct WorldConfig {
    pub(super) lease_period: Span,
    /// The NAT program's parameters.
    pub(super) program: [u32; 4],
    pub(super) nat: NatInitializer,
    /// Where clocks and numbers begin.
    pub(super) seed: u32,
    pub(super) recorder: Option<Recorder>,
}

impl World {
    /// Two switches that know nothing, and an empty store.
    ///
    /// # Errors
    /// What the system says when there is no memory.
    pub(super) fn new(config: WorldConfig) -> std::io::Result<World> {
        let WorldConfig { lease_period, program, nat, seed, recorder } = config;
        let clock = SimulatedClock::new();
        clock.set(u64::from(seed) << 10); // a tick is 2^8 ns: where in its wrap the clock begins is the seed's
        let store = LocalStore::new(lease_period, seed, nat, clock.clone(), recorder);
        let store = Rc::new(RefCell::new(store));
        let device = |number: usize| {
            let core = Config::new(1 + number as u16, Incarnation::new(seed as u16));
            let core = Config { program, ..core.with_lease_period(lease_period) };
            let (inside, near_inside) = ChannelPort::pair(LINK_FRAMES);
            let (outside, near_outside) = ChannelPort::pair(LINK_FRAMES);
            let link = LocalLink { store: Rc::clone(&store), switch: number };
            let clock = Box::new(clock.clone());
            SoftSwitch::new(&core, Box::new(near_inside), Box::new(near_outside), link, clock)
                .map(|switch| Some(Device { switch, inside, outside }))
        };
        let devices = [device(0)?, device(1)?];
        let step_ns = (lease_period.nanos() / STEPS_A_LEASE).max(1);
        let buf = vec![0; FRAME_LEN_MAX].into_boxed_slice();
        Ok(World { clock, store, devices, dead: Vec::new(), step_ns, buf })
    }

    /// A frame arrives at the first living switch on a side.
    pub(super) fn offer(&mut self, side: Side, frame: &[u8], watch: &mut impl Watch) {
        if let Some(device) = self.devices.iter_mut().flatten().next() {
            let port = match side {
                Side::Inside => &mut device.inside,
                Side::Outside => &mut device.outside,
            };
            // A channel never fails.
            let _ = port.send(frame);
        }
        self.settle(watch);
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, by_ns: u64, watch: &mut impl Watch) {
        let mut left_ns = by_ns;
        while left_ns > 0 {
            let step_ns = left_ns.min(if self.is_quiet() { QUIET_STEP_NS } else { self.step_ns });
            self.clock.advance(step_ns);
            watch.moved(step_ns);
            left_ns -= step_ns;
            self.settle(watch);
        }
    }

    /// Lets time pass until nothing waits for anything; whether it came to that.
    pub(super) fn run_out(&mut self, watch: &mut impl Watch) -> bool {
        for _ in 0..LEASES_AT_END * STEPS_A_LEASE {
            if self.is_quiet() {
                return true;
            }
            self.advance(self.step_ns, watch);
        }
        self.is_quiet()
    }

    /// The first living switch dies, with all that it knows.
    pub(super) fn fail_first(&mut self) {
        let Some(number) = self.devices.iter().position(Option::is_some) else { return };
        self.dead.extend(self.devices[number].take().map(|device| device.switch.counters().clone()));
        self.store.borrow_mut().drop_inbox(number);
    }

    /// Whether nothing waits: neither packets at the store nor messages at the switches.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiting() == 0 && self.devices.iter().flatten().all(|device| device.switch.unanswered() == 0)
    }

    /// Messages that wait at the store for a lease to end.
    pub(super) fn waiting(&self) -> usize {
        self.store.borrow().waiting()
    }

    /// The store.
    pub(super) fn store(&self) -> std::cell::RefMut<'_, LocalStore> {
        self.store.borrow_mut()
    }

    /// What the switches did, the dead ones first.
    pub(super) fn counters(&self) -> Vec<Counters> {
        let living = self.devices.iter().flatten().map(|device| device.switch.counters().clone());
        self.dead.iter().cloned().chain(living).collect()
    }

    /// Carries on until nothing moves at this time.
    fn settle(&mut self, watch: &mut impl Watch) {
        self.store.borrow_mut().poll();
        loop {
            let mut moved = 0;
            for (number, device) in self.devices.iter_mut().enumerate() {
                let Some(device) = device else { continue };
                match device.switch.poll() {
                    Ok(done) => moved += done,
                    // Channels do not fail; what they may say one day is not to stop a replay.
                    Err(error) => log::error!("{error}"),
                }
                for (side, port) in [(Side::Inside, &mut device.inside), (Side::Outside, &mut device.outside)]
                {
                    while let Ok(Some(length)) = port.receive(&mut self.buf) {
                        watch.sent(Output { switch: number, side, frame: &self.buf[..length] });
                    }
                }
            }
            // What is for a dead switch arrives nowhere.
            for number in (0..SWITCHES).filter(|number| self.devices[*number].is_none()) {
                self.store.borrow_mut().drop_inbox(number);
            }
            if moved == 0 {
                return;
            }
        }
    }
}
