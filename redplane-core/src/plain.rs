//! A switch without RedPlane: the same program on the same machine, and its state is lost with it.
//!
//! It exists to be compared with: its instructions are what a program costs by itself, and its death is what RedPlane is for. No
//! leases, no replication, no messages; whoever owns it makes the states of new flows.
//!
//! Contract: a packet of a flow that has no slot comes back untouched as [`Verdict::Miss`]; after [`PlainSwitch::install`] it is
//! to be presented again. Limits: a flow keeps its slot for good, for nothing here says when it has ended.

use crate::count::{Counters, Event, Reason};
use crate::dataplane;
use crate::field::Pass;
use crate::memory::Memory;
use crate::native::{Fate, Native};
use crate::packet::Buffer;
use crate::program::Program;
use crate::storage::{Owned, Storage};
use crate::switch::{Config, Ingress};
use crate::time::Tick;

/// What must be done with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Verdict<K> {
    /// The packet leaves. It had come in by this port.
    Forward {
        /// Where it had come in.
        port: u16,
    },
    /// The packet is for the device's CPU.
    Punt {
        /// Where it had come in.
        port: u16,
        /// Why.
        reason: Reason,
    },
    /// Nothing is to be done: the packet was ignored.
    Dropped(Reason),
    /// The flow of this key has no slot; the packet is as it came.
    Miss(K),
}

/// A switch that runs program `P` with `N` flow slots (a power of two) and nothing else.
#[derive(Debug)]
pub struct PlainSwitch<P: Program, const N: usize> {
    // The mirror queue is part of a switch's memory; this one never holds a copy.
    memory: Memory<P, Owned<P, N, 1>>,
}

impl<P: Program, const N: usize> PlainSwitch<P, N> {
    /// A switch without flows. Of the configuration only the program's own values count.
    pub const fn new(config: &Config) -> Self {
        Self { memory: Memory::new(config.params(), Owned::new()) }
    }

    /// A packet came in.
    #[inline(never)] // Much code, for one caller or several.
    pub fn handle_packet(&mut self, now: Tick, ingress: Ingress, packet: &mut Buffer<'_>) -> Verdict<P::Key> {
        let mut pass = Native::<P, _, { Pass::Packet as u32 }>::new(&mut self.memory, now);
        if pass.parse(packet.bytes_mut(), ingress).is_err() {
            return self.ignore(Reason::Malformed);
        }
        let missed = dataplane::plain::<_, P>(&mut pass);
        pass.deparse();
        if missed {
            return Verdict::Miss(pass.key);
        }
        match pass.fate {
            Fate::Leaves => Verdict::Forward { port: ingress.port },
            Fate::Ignored(reason) => Verdict::Dropped(reason),
            Fate::Punted(reason) => Verdict::Punt { port: ingress.port, reason },
            // A program that says nothing of a packet has not handled it.
            Fate::Consumed | Fate::GoesAgain => self.ignore(Reason::NotHandled),
        }
    }

    /// Gives a flow that has no slot a slot with this state; false, and counted, if there is none.
    pub fn install(&mut self, key: &P::Key, state: &P::State) -> bool {
        let installed = self.memory.insert_for_good(key, state);
        if installed {
            self.memory.storage.counters_mut().count(Event::RecordMade);
        } else {
            self.memory.storage.counters_mut().ignore(Reason::TableFull);
        }
        installed
    }

    /// The state of a flow, for checkers and operators; `None` if it has no slot.
    pub fn state(&mut self, key: &P::Key) -> Option<P::State> {
        let index = self.memory.lookup(key)?;
        Some(self.memory.row(index).state)
    }

    /// What was done and what was ignored, since the switch was made.
    pub fn counters(&self) -> &Counters {
        self.memory.storage.counters()
    }

    fn ignore(&mut self, reason: Reason) -> Verdict<P::Key> {
        self.memory.storage.counters_mut().ignore(reason);
        Verdict::Dropped(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::Event;
    use crate::field::Field;
    use crate::machine::{Alu, Machine};
    use crate::program::{Schema, StateArrays, Update, WhenSilent, WhenStale};
    use crate::seq::Incarnation;
    use crate::structure::NoStructure;

    /// Counts the frames of an ingress port and leaves the number nowhere but in its state.
    struct PerPort;

    impl Program for PerPort {
        const SCHEMA: Schema = Schema {
            id: 9,
            name: "per-port",
            when_silent: WhenSilent::FailClosed,
            when_stale: WhenStale::KeepGoing,
        };
        type Key = [u32; 1];
        type State = [u32; 1];
        type Structure = NoStructure;

        fn key<M: Machine>(m: &mut M) -> M::Bit {
            let port = m.get(Field::IngressPort);
            m.set(Field::Key(0), port);
            m.bit(true)
        }

        fn writes<M: Machine>(m: &mut M) -> M::Bit {
            m.bit(true)
        }

        fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
            let one = m.lit(1);
            state.update::<Add>(m, 0, one, one);
            m.forward();
        }
    }

    struct Add;

    impl Update for Add {
        const NAME: &'static str = "add";

        fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _b: A::Word) -> A::Word {
            alu.add(word, a)
        }
    }

    fn send(switch: &mut PlainSwitch<PerPort, 4>, port: u16) -> Verdict<[u32; 1]> {
        let mut memory = [0; 64];
        let mut packet = Buffer::new(&mut memory, 0, 60).unwrap();
        switch.handle_packet(Tick::new(1), Ingress { port, inside: true }, &mut packet)
    }

    #[test]
    fn flow_without_slot_misses_and_goes_on_once_installed() {
        let mut switch = PlainSwitch::new(&Config::new(1, Incarnation::new(1)));
        assert_eq!(send(&mut switch, 5), Verdict::Miss([5]));
        assert!(switch.install(&[5], &[40]));
        assert_eq!(send(&mut switch, 5), Verdict::Forward { port: 5 });
        assert_eq!(send(&mut switch, 5), Verdict::Forward { port: 5 });
        assert_eq!(switch.state(&[5]), Some([42]));
        assert_eq!(switch.counters().event(Event::RecordMade), 1);
    }

    #[test]
    fn full_set_install_is_refused_and_counted() {
        let mut switch = PlainSwitch::<PerPort, 4>::new(&Config::new(1, Incarnation::new(1)));
        for port in 0..4 {
            assert!(switch.install(&[port], &[0]));
        }
        assert!(!switch.install(&[4], &[0]));
        assert_eq!(switch.counters().reason(Reason::TableFull), 1);
    }

    #[test]
    fn malformed_frame_is_dropped_and_counted() {
        let mut switch = PlainSwitch::<PerPort, 4>::new(&Config::new(1, Incarnation::new(1)));
        let mut memory = [0; 8];
        let mut packet = Buffer::new(&mut memory, 0, 8).unwrap();
        let verdict = switch.handle_packet(Tick::new(1), Ingress { port: 0, inside: true }, &mut packet);
        assert_eq!(verdict, Verdict::Dropped(Reason::Malformed));
        assert_eq!(switch.counters().reason(Reason::Malformed), 1);
    }
}
