//! A NAT switch of the experiment: the software switch with a queue on either side of it.
//!
//! The same program runs on the same machine with RedPlane and without. A device that fails is dropped: its memory, what is in
//! its queues and its socket are gone at that moment.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use redplane_apps::Nat44;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_linux::clock::RealClock;
use redplane_linux::plain::PlainSwitch;
use redplane_linux::port::{ChannelPort, Port};
use redplane_linux::store_link::UdpLink;
use redplane_linux::switch::{Recorder, SoftSwitch};
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;

use super::hosts::{Network, Side};
use super::link::FRAME_LEN_MAX;
use super::watch::{Ledger, WatchedLink};

/// The net of the outside addresses; hosts outside reach it through the switches.
const POOL: ([u8; 4], u8) = ([203, 0, 113, 0], 28);

/// The outside address that all switches with RedPlane share.
pub(super) const SHARED_ADDR: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

/// Flow slots: the connections of a minute, two flows each, fill a tenth of the table, so that no set of it overflows.
const SLOTS: usize = 1 << 16;

/// Copies in the mirror queue.
const COPIES: usize = 4096;

/// Frames that wait on each side in each direction: what a host's link can hand over at once.
const QUEUE_FRAMES: usize = 2048;

/// Polls in a row until the hosts have their turn.
const POLLS_A_TURN: usize = 16;

/// Bytes around the payload of each message: Ethernet, IPv4 and UDP headers.
pub(super) const MESSAGE_HEADERS_LEN: u64 = 14 + 20 + 8;

/// Which of the two switches, and what it can reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Redplane<'a> {
    /// The switch's number.
    pub(super) id: u16,
    /// Its boot number.
    pub(super) boot: u16,
    /// Lease period, as the store has it.
    pub(super) lease_period_ms: u64,
    /// Where the replicas of the store are.
    pub(super) stores: &'a [SocketAddr],
}

enum Machine {
    Redplane(Box<SoftSwitch<Nat44, SLOTS, COPIES, WatchedLink>>),
    Plain(Box<PlainSwitch<Nat44, SLOTS, NatInitializer>>),
}

/// A switch between the two sides.
pub(super) struct Device {
    machine: Machine,
    inside: ChannelPort,
    outside: ChannelPort,
    frame: [u8; FRAME_LEN_MAX],
}

impl Device {
    /// A switch with RedPlane, that holds no lease.
    ///
    /// # Errors
    /// No socket, or no memory.
    pub(super) fn redplane(
        role: Redplane<'_>,
        recorder: Option<&Recorder>,
        clock: RealClock,
    ) -> anyhow::Result<Self> {
        let config = Config::new(role.id, Incarnation::new(role.boot))
            .with_lease_period(Span::from_millis(role.lease_period_ms));
        let config = Config { program: Nat44::params(POOL.0, POOL.1), ..config };
        let link = UdpLink::to_replicas(&[role.stores.to_vec()], config.resend_after)?;
        let link = match recorder {
            Some(recorder) => link.with_recorder(recorder.clone()),
            None => link,
        };
        let link = WatchedLink::new(link, Nat44::LAYOUT, clock);
        Self::between_queues(|inside, outside| {
            let switch = SoftSwitch::new(&config, inside, outside, link, Box::new(clock))
                .context("no memory for a switch")?;
            Ok(Machine::Redplane(Box::new(switch)))
        })
    }

    /// A switch without RedPlane that knows no connection. Switches that do not share their state cannot share an address
    /// either, they would give the same port to two connections; so switch `id` has an outside address of its own.
    ///
    /// # Errors
    /// No memory.
    pub(super) fn plain(id: u8, clock: RealClock) -> anyhow::Result<Self> {
        let [a, b, c, net] = POOL.0;
        let nat = NatConfig::new(vec![Ipv4Addr::new(a, b, c, net + id)]);
        let initializer = NatInitializer::new(&nat, Placement::ALONE)?;
        let config = Config::new(u16::from(id), Incarnation::new(1));
        let config = Config { program: Nat44::params(POOL.0, POOL.1), ..config };
        Self::between_queues(|inside, outside| {
            let switch = PlainSwitch::new(&config, initializer, inside, outside, Box::new(clock))
                .context("no memory for a switch")?;
            Ok(Machine::Plain(Box::new(switch)))
        })
    }

    fn between_queues(
        make: impl FnOnce(Box<dyn Port + Send>, Box<dyn Port + Send>) -> anyhow::Result<Machine>,
    ) -> anyhow::Result<Self> {
        let (inside, inside_far) = ChannelPort::pair(QUEUE_FRAMES);
        let (outside, outside_far) = ChannelPort::pair(QUEUE_FRAMES);
        let machine = make(Box::new(inside_far), Box::new(outside_far))?;
        Ok(Self { machine, inside, outside, frame: [0; FRAME_LEN_MAX] })
    }

    /// Takes all frames that hosts have sent, and gives their number.
    ///
    /// # Errors
    /// None that queues give.
    pub(super) fn take_from(&mut self, network: &mut Network) -> anyhow::Result<usize> {
        let mut taken = 0;
        for (side, port) in [(Side::Inside, &mut self.inside), (Side::Outside, &mut self.outside)] {
            while let Some(length) = network.take_frame(side, &mut self.frame) {
                port.send(&self.frame[..length])?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// Lets the switch work off frames and messages, hands the hosts what leaves, and gives how much there was to do.
    ///
    /// # Errors
    /// None that queues give.
    pub(super) fn work(&mut self, network: &mut Network) -> anyhow::Result<usize> {
        let mut done = 0;
        for _ in 0..POLLS_A_TURN {
            let polled = match &mut self.machine {
                Machine::Redplane(switch) => switch.poll()?,
                Machine::Plain(switch) => switch.poll()?,
            };
            if polled == 0 {
                break;
            }
            done += polled;
        }
        for (side, port) in [(Side::Inside, &mut self.inside), (Side::Outside, &mut self.outside)] {
            while let Some(length) = port.receive(&mut self.frame)? {
                network.deliver(side, &self.frame[..length]);
            }
        }
        Ok(done)
    }

    /// Bytes of all messages to the store and back so far, with [`MESSAGE_HEADERS_LEN`] around each; 0 without RedPlane.
    pub(super) fn protocol_bytes(&self) -> u64 {
        match &self.machine {
            Machine::Redplane(switch) => {
                let passed = switch.link().inner().counters();
                let payload = passed.sent_bytes + passed.received_bytes;
                payload + (passed.sent + passed.received) * MESSAGE_HEADERS_LEN
            }
            Machine::Plain(_) => 0,
        }
    }

    /// What the store told the switch; nothing without RedPlane.
    pub(super) fn take_ledger(&mut self) -> Ledger {
        match &mut self.machine {
            Machine::Redplane(switch) => switch.link_mut().take_ledger(),
            Machine::Plain(_) => Ledger::default(),
        }
    }
}
