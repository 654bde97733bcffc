//! The software switch: [`redplane_core::switch::Switch`] with ports, a clock and a way to the store.
//!
//! ```text
//!  inside port ──┐            ┌──▶ the other port
//!                ├─▶ Switch ──┼──▶ StoreLink ──▶ store
//! outside port ──┘     ▲      └──▶ ICMP Time Exceeded, back by the same port
//!                      └──────────  StoreLink ◀── store
//! ```
//!
//! It is a bump in the wire: what comes in by one port leaves by the other. One thread runs it by calling
//! [`SoftSwitch::poll`] for ever; each call does a bounded amount of everything and never waits.
//!
//! Contract: [`SoftSwitch::poll`] is called at least once in the time until a lost message is sent again
//! ([`redplane_core::switch::Config::resend_after`]) while there is traffic, and once in
//! [`redplane_core::switch::POLL_AT_LEAST`] in any case. Nothing is allocated after construction.

mod large;
mod pair;
mod recorder;
mod routed;

use std::collections::VecDeque;
use std::io;
use std::net::Ipv4Addr;

use redplane_core::count::{Counters, Reason};
use redplane_core::machine::{REPORT_WORDS, Report};
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::switch::{Config, FlowView, Ingress, Switch, Verdict};
use redplane_core::time::Tick;
use redplane_core::wire::{HEADROOM, Message};

pub use self::pair::{INSIDE_PORT, OUTSIDE_PORT, PortCounters, PortError};
pub use self::recorder::Recorder;
pub use self::routed::{RouteCounters, RoutedPort, Routing, WAITING_MAX, WAITING_NS_MAX};
pub(crate) use self::{large::boxed, pair::PortPair};

use crate::clock::Clock;
use crate::port::Port;
use crate::store_link::StoreLink;

/// Longest frame that a switch takes in, in bytes.
pub const FRAME_LEN_MAX: usize = 65_536;

/// Longest message of the switch's own, in bytes: what a frame of 1,500 bytes has left behind an IPv6 and a UDP header. Slots of a
/// snapshot are packed into it.
const MESSAGE_LEN_MAX: usize = 1_452;

/// Reports that wait to be taken; a further one takes the place of the oldest.
const REPORTS_MAX: usize = 1024;

/// Frames that one poll takes from each port.
pub(crate) const FRAMES_A_POLL: usize = 64;

/// Datagrams that one poll takes from the store: more than the frames, for what is answered has been waiting longer.
const DATAGRAMS_A_POLL: usize = 4 * FRAMES_A_POLL;

/// A software switch that runs program `P` with `N` flow slots and a mirror queue of `Q` copies over the link `L`.
pub struct SoftSwitch<P: Program, const N: usize, const Q: usize, L> {
    core: Box<Switch<P, N, Q>>,
    ports: PortPair,
    link: L,
    clock: Box<dyn Clock + Send>,
    /// Where the packet in hand lies, behind the head room.
    memory: Box<[u8]>,
    reports: VecDeque<(Report, [u32; REPORT_WORDS])>,
}

impl<P: Program, const N: usize, const Q: usize, L> std::fmt::Debug for SoftSwitch<P, N, Q, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoftSwitch").field("program", &P::SCHEMA.name).finish_non_exhaustive()
    }
}

impl<P: Program, const N: usize, const Q: usize, L: StoreLink> SoftSwitch<P, N, Q, L> {
    /// A switch between two ports that holds no lease.
    ///
    /// # Errors
    /// What the system says when there is no memory for the thread that makes the tables.
    pub fn new(
        config: &Config,
        inside: Box<dyn Port + Send>,
        outside: Box<dyn Port + Send>,
        link: L,
        clock: Box<dyn Clock + Send>,
    ) -> io::Result<Self> {
        let now = Tick::from_nanos(clock.now());
        let core = boxed(|| Switch::new(config, PortSet::EMPTY.with(INSIDE_PORT), now))?;
        let ports = PortPair::new(inside, outside);
        let memory = vec![0; HEADROOM + FRAME_LEN_MAX].into_boxed_slice();
        Ok(Self { core, ports, link, clock, memory, reports: VecDeque::with_capacity(REPORTS_MAX) })
    }

    /// The same, with the addresses that packets whose hops are used up are answered from, by port; without one they are
    /// dropped without a word.
    #[must_use]
    pub fn with_addresses(mut self, inside: Option<Ipv4Addr>, outside: Option<Ipv4Addr>) -> Self {
        self.ports.set_addresses(inside, outside);
        self
    }

    /// Does what there is to do, up to a bound, and gives how many frames and messages that was; 0 means that all is quiet.
    ///
    /// # Errors
    /// A port failed. What came before it is done; the switch may be polled again.
    pub fn poll(&mut self) -> Result<usize, PortError> {
        let mut done = self.take_datagrams()?;
        for port in [INSIDE_PORT, OUTSIDE_PORT] {
            for _ in 0..FRAMES_A_POLL {
                let Some(length) = self.ports.receive(port, &mut self.memory[HEADROOM..])? else { break };
                done += 1;
                self.take_frame(port, length)?;
            }
        }
        done += self.send_due();
        Ok(done)
    }

    fn take_frame(&mut self, port: u16, length: usize) -> Result<(), PortError> {
        let now_ns = self.clock.now();
        let Some(mut packet) = Buffer::new(&mut self.memory, HEADROOM, HEADROOM + length) else {
            return Ok(());
        };
        let ingress = Ingress { port, inside: port == INSIDE_PORT };
        let verdict = self.core.handle_packet(Tick::from_nanos(now_ns), ingress, &mut packet);
        let range = packet.start()..packet.end();
        self.carry_out(verdict, now_ns, range)
    }

    fn take_datagrams(&mut self) -> Result<usize, PortError> {
        let mut done = 0;
        while done < DATAGRAMS_A_POLL {
            let Some(length) = self.link.receive(&mut self.memory[HEADROOM..]) else { break };
            done += 1;
            let end = HEADROOM + length.min(FRAME_LEN_MAX);
            let mut start = HEADROOM;
            // One message at a time; only the last one can carry a packet, so none changes those behind it.
            while start < end {
                let next = end - rest_len::<P>(&self.memory[start..end]);
                let now_ns = self.clock.now();
                let Some(mut message) = Buffer::new(&mut self.memory, start, end) else { break };
                let verdict = self.core.handle_message(Tick::from_nanos(now_ns), &mut message);
                let range = message.start()..message.end();
                self.carry_out(verdict, now_ns, range)?;
                start = next;
            }
        }
        Ok(done)
    }

    fn carry_out(
        &mut self,
        verdict: Verdict,
        now_ns: u64,
        range: std::ops::Range<usize>,
    ) -> Result<(), PortError> {
        if let Some(report) = self.core.take_report() {
            if self.reports.len() == REPORTS_MAX {
                self.reports.pop_front();
            }
            self.reports.push_back(report);
        }
        let packet = &self.memory[range];
        match verdict {
            Verdict::Forward { port } => self.ports.forward(port, packet),
            Verdict::ToStore { .. } => {
                self.link.send(self.core.last_key().as_ref(), packet);
                Ok(())
            }
            Verdict::Punt { port, reason: Reason::TtlExpired } => {
                self.ports.answer_expired(port, packet, now_ns)
            }
            // Ignored packets are counted where they are ignored; no program punts for another reason.
            Verdict::Punt { .. } | Verdict::Consumed | Verdict::Dropped(_) => Ok(()),
        }
    }

    /// Sends again what is due, and gives how many messages that was.
    fn send_due(&mut self) -> usize {
        let now = Tick::from_nanos(self.clock.now());
        let mut sent = 0;
        loop {
            let mut out = Buffer::empty(&mut self.memory[..MESSAGE_LEN_MAX]);
            let Some(_) = self.core.poll(now, &mut out) else { return sent };
            self.link.send(self.core.last_key().as_ref(), out.bytes());
            sent += 1;
        }
    }

    /// Hands every lease back, as a planned evacuation does: to be called until it gives 0, with [`Self::poll`] in between. Gives
    /// how many leases are still to be handed back.
    pub fn give_up_all(&mut self) -> usize {
        self.core.give_up_all(Tick::from_nanos(self.clock.now()))
    }

    /// Messages that are kept until the store has answered them.
    pub fn unanswered(&self) -> usize {
        self.core.mirrored()
    }

    /// What the registers say of a flow, for operators and tests; `None` if it has no slot.
    pub fn inspect(&mut self, key: &P::Key) -> Option<FlowView<P::State>> {
        self.core.inspect(Tick::from_nanos(self.clock.now()), key)
    }

    /// What the program has told the control plane, the oldest first; it is told once.
    pub fn take_report(&mut self) -> Option<(Report, [u32; REPORT_WORDS])> {
        self.reports.pop_front()
    }

    /// What the program and the protocol did and ignored.
    pub fn counters(&self) -> &Counters {
        self.core.counters()
    }

    /// What passed the ports.
    pub fn port_counters(&self) -> &PortCounters {
        self.ports.counters()
    }

    /// The way to the store.
    pub fn link(&self) -> &L {
        &self.link
    }

    /// The way to the store, to be changed.
    pub fn link_mut(&mut self) -> &mut L {
        &mut self.link
    }
}

/// Bytes of a datagram behind its first message.
fn rest_len<P: Program>(datagram: &[u8]) -> usize {
    let layout_of = |schema| (schema == P::LAYOUT.schema).then_some(P::LAYOUT);
    Message::parse(datagram, layout_of).map_or(0, |(_, rest)| rest.len())
}
