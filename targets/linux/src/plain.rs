//! The same program on the same machine without RedPlane: what the software switch is compared with.
//!
//! Flows get their states here, from an initializer of the switch's own, and nothing is replicated: packets never wait for a
//! store, and when the switch is gone so is every flow's state.
//!
//! Contract: as of [`crate::switch::SoftSwitch`], of which it has the ports and the bounded poll. Limits: a flow keeps its slot
//! and what the initializer gave it until the switch is dropped.

use std::io;
use std::net::Ipv4Addr;

use redplane_core::count::{Counters, Reason};
use redplane_core::packet::Buffer;
use redplane_core::plain::{self, Verdict};
use redplane_core::program::Program;
use redplane_core::store::{Creation, Initializer};
use redplane_core::switch::{Config, Ingress};
use redplane_core::time::Tick;

use crate::clock::Clock;
use crate::port::Port;
use crate::switch::{
    FRAME_LEN_MAX, FRAMES_A_POLL, INSIDE_PORT, OUTSIDE_PORT, PortCounters, PortError, PortPair, boxed,
};

/// A software switch that runs program `P` with `N` flow slots, whose states `I` makes.
pub struct PlainSwitch<P: Program, const N: usize, I> {
    core: Box<plain::PlainSwitch<P, N>>,
    initializer: I,
    ports: PortPair,
    clock: Box<dyn Clock + Send>,
    memory: Box<[u8]>,
    refused: u64,
}

impl<P: Program, const N: usize, I> std::fmt::Debug for PlainSwitch<P, N, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlainSwitch").field("program", &P::SCHEMA.name).finish_non_exhaustive()
    }
}

impl<P: Program, const N: usize, I: Initializer<P>> PlainSwitch<P, N, I> {
    /// A switch between two ports that knows no flow. Of the configuration only the program's own values count.
    ///
    /// # Errors
    /// What the system says when there is no memory for the thread that makes the tables.
    pub fn new(
        config: &Config,
        initializer: I,
        inside: Box<dyn Port + Send>,
        outside: Box<dyn Port + Send>,
        clock: Box<dyn Clock + Send>,
    ) -> io::Result<Self> {
        Ok(Self {
            core: boxed(|| plain::PlainSwitch::new(config))?,
            initializer,
            ports: PortPair::new(inside, outside),
            clock,
            memory: vec![0; FRAME_LEN_MAX].into_boxed_slice(),
            refused: 0,
        })
    }

    /// The same, with the addresses that packets whose hops are used up are answered from, by port.
    #[must_use]
    pub fn with_addresses(mut self, inside: Option<Ipv4Addr>, outside: Option<Ipv4Addr>) -> Self {
        self.ports.set_addresses(inside, outside);
        self
    }

    /// Does what there is to do, up to a bound, and gives how many frames that was; 0 means that all is quiet.
    ///
    /// # Errors
    /// A port failed. What came before it is done; the switch may be polled again.
    pub fn poll(&mut self) -> Result<usize, PortError> {
        let mut done = 0;
        for port in [INSIDE_PORT, OUTSIDE_PORT] {
            for _ in 0..FRAMES_A_POLL {
                let Some(length) = self.ports.receive(port, &mut self.memory)? else { break };
                done += 1;
                self.take_frame(port, length)?;
            }
        }
        Ok(done)
    }

    fn take_frame(&mut self, port: u16, length: usize) -> Result<(), PortError> {
        let now_ns = self.clock.now();
        let verdict = match self.pass(now_ns, port, length) {
            Verdict::Miss(key) if self.begin(&key) => self.pass(now_ns, port, length),
            verdict => verdict,
        };
        let frame = &self.memory[..length];
        match verdict {
            Verdict::Forward { port } => self.ports.forward(port, frame),
            Verdict::Punt { port, reason: Reason::TtlExpired } => {
                self.ports.answer_expired(port, frame, now_ns)
            }
            Verdict::Punt { .. } | Verdict::Dropped(_) | Verdict::Miss(_) => Ok(()),
        }
    }

    fn pass(&mut self, now_ns: u64, port: u16, length: usize) -> Verdict<P::Key> {
        match Buffer::new(&mut self.memory, 0, length) {
            Some(mut packet) => {
                let ingress = Ingress { port, inside: port == INSIDE_PORT };
                self.core.handle_packet(Tick::from_nanos(now_ns), ingress, &mut packet)
            }
            // A port does not say that it wrote more than there is room for.
            None => Verdict::Dropped(Reason::NoBuffer),
        }
    }

    /// Makes a flow, and the one that comes with it; whether it now has a slot.
    fn begin(&mut self, key: &P::Key) -> bool {
        let Ok(Creation { state, pair }) = self.initializer.create(key) else {
            self.refused += 1;
            return false;
        };
        let paired = pair.is_none_or(|(key, state)| self.core.install(&key, &state));
        if !paired {
            self.initializer.release(key, &state);
        }
        paired && self.core.install(key, &state)
    }

    /// What the program did and ignored.
    pub fn counters(&self) -> &Counters {
        self.core.counters()
    }

    /// What passed the ports.
    pub fn port_counters(&self) -> &PortCounters {
        self.ports.counters()
    }

    /// Packets that were dropped because the initializer did not let them begin a flow.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}
