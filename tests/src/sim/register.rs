//! The register: a program whose outputs reveal all of its state.
//!
//! A packet reads or writes. Every output shows how many writes the flow has had, which packet made the last of them, and which
//! life of the flow this is, so that a stale read, a lost write or two owners cannot hide.
//!
//! It comes in two kinds: [`Register`] is `FailClosed` and linearizable; [`OpenRegister`] is `BoundedOpen` and linearizable
//! but for what leaves without a lease, which still shows nothing that is not durable.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use redplane_core::count::Reason;
use redplane_core::field::{Field, Header};
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::store::{Creation, Initializer, Limits};
use redplane_core::structure::NoStructure;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_core::wire::Refusal;
use redplane_store::placement::Placement;

use super::app::{App, AppFlows, Leaving, Sent};
use super::checker::{durable, linear::History};
use super::frames;
use super::log::Durable;
use super::world::LEASE;

/// Flows that the hosts send packets of.
pub const FLOWS: u32 = 8;
/// The first of two flows that the store makes at once (RP-ST-8).
pub const PAIRED: u32 = 2;
/// A flow that the store does not allow.
pub const FORBIDDEN: u32 = 6;
/// A flow whose pool is empty every other time.
pub const SCARCE: u32 = 7;

/// The register: key = destination address, state = [count, last writer, life].
#[derive(Debug)]
pub struct RegisterOf<const OPEN: bool>;

/// The register that is never wrong.
pub type Register = RegisterOf<false>;
/// The register that goes on without the store for a while (RP-SW-11).
pub type OpenRegister = RegisterOf<true>;

struct CountUp;
impl Update for CountUp {
    const NAME: &'static str = "count_up";
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, _: A::Word, _: A::Word) -> A::Word {
        let one = alu.lit(1);
        alu.add(word, one)
    }
}

struct Replace;
impl Update for Replace {
    const NAME: &'static str = "replace_word";
    fn update<A: Alu + ?Sized>(_: &mut A, _: A::Word, a: A::Word, _: A::Word) -> A::Word {
        a
    }
}

impl<const OPEN: bool> Program for RegisterOf<OPEN> {
    const SCHEMA: Schema = Schema {
        id: 9,
        name: "register",
        when_silent: if OPEN { WhenSilent::BoundedOpen } else { WhenSilent::FailClosed },
        when_stale: WhenStale::KeepGoing,
    };
    type Key = [u32; 1];
    type State = [u32; 3];
    type Structure = NoStructure;

    fn key<M: Machine>(m: &mut M) -> M::Bit {
        let ours = m.has(Header::Udp);
        let other = m.not(ours);
        m.when(other, |m| m.drop(Reason::NotHandled));
        let key = m.get(Field::Ipv4Dst);
        m.set(Field::Key(0), key);
        ours
    }

    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        let operation = m.get(Field::L4Dst);
        m.is(operation, 1)
    }

    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let packet = m.get(Field::L4Src);
        let zero = m.lit(0);
        let count = state.update::<CountUp>(m, 0, zero, zero);
        let writer = state.update::<Replace>(m, 1, packet, zero);
        let life = state.read(m, 2);
        m.set(Field::Ipv4Src, count);
        m.set(Field::L4Src, writer);
        m.set(Field::L4Dst, life);
        m.forward();
    }
}

/// A packet that a host sends.
#[derive(Clone, Copy, Debug)]
pub struct Packet {
    /// Number within the run, below 2^16.
    pub id: u16,
    /// Number of the flow.
    pub flow: u32,
    /// Whether it writes.
    pub writes: bool,
}

/// What an output shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// The packet that it is the output of.
    pub id: u16,
    /// Writes that the flow has had.
    pub count: u32,
    /// The packet that made the last of them.
    pub writer: u16,
    /// Life of the flow.
    pub life: u16,
}

impl Packet {
    /// The frame that carries it.
    pub fn frame(self) -> Vec<u8> {
        frames::udp(
            0xc000_0201,
            Self::key(self.flow),
            self.id,
            u16::from(self.writes),
            &u32::from(self.id).to_be_bytes(),
        )
    }

    /// The key word of a flow.
    pub fn key(flow: u32) -> u32 {
        0x0a00_0000 + flow
    }
}

impl Output {
    /// Reads an output's frame.
    pub fn parse(frame: &[u8]) -> Option<Self> {
        Some(Self {
            id: frames::word(frame, frames::PAYLOAD)? as u16,
            count: frames::word(frame, 26)?,
            writer: frames::half(frame, 34)?,
            life: frames::half(frame, 36)?,
        })
    }
}

/// The flow that is made together with this one.
fn pair_of(key: &[u32; 1]) -> Option<[u32; 1]> {
    let first = Packet::key(PAIRED);
    let pair = [first, first + 1];
    pair.contains(&key[0]).then(|| [pair[0] + pair[1] - key[0]])
}

/// Makes the register's states: every creation is a new life, whichever replica makes it.
#[derive(Debug, Default)]
pub struct Lives {
    last: Rc<Cell<u32>>,
    scarce_asked: u32,
}

impl<const OPEN: bool> Initializer<RegisterOf<OPEN>> for Lives {
    fn create(&mut self, key: &[u32; 1]) -> Result<Creation<RegisterOf<OPEN>>, Refusal> {
        let flow = key[0] - Packet::key(0);
        if flow == FORBIDDEN {
            return Err(Refusal::NotAllowed);
        }
        if flow == SCARCE {
            self.scarce_asked += 1;
            if self.scarce_asked % 2 == 1 {
                return Err(Refusal::PoolEmpty);
            }
        }
        self.last.set(self.last.get() + 1);
        let state = [0, 0, self.last.get()];
        let pair = pair_of(key).map(|pair| (pair, state));
        Ok(Creation { state, pair })
    }

    fn pair(&self, key: &[u32; 1], _: &[u32; 3]) -> Option<[u32; 1]> {
        pair_of(key)
    }

    fn idle_ticks(&self, key: &[u32; 1], _: &[u32; 3]) -> Option<u64> {
        // Some flows never end, some end when their lease has been over for a while, and some as soon as it is given up, while
        // their last messages are still under way (RP-ST-10).
        let lease = u64::from(LEASE.ticks());
        match key[0] % 8 {
            0 | 4 => None,
            1..=3 => Some(lease * 3 / 2),
            _ => Some(lease / 8),
        }
    }

    fn claim(&mut self, _: &[u32; 1], _: &[u32; 3]) {}

    fn release(&mut self, _: &[u32; 1], _: &[u32; 3]) {}
}

/// The hosts that use the register, and what they saw.
#[derive(Debug)]
pub struct Registers<const OPEN: bool> {
    write_share: f64,
    keys: Vec<[u32; 1]>,
    history: History,
    /// All packets that were sent, by number.
    packets: BTreeMap<u16, Packet>,
    /// The packets that asked about each flow since faults have stopped: reads, then writes.
    questions: [Vec<Vec<u16>>; 2],
    round: u32,
    next_question: u32,
    last_life: Rc<Cell<u32>>,
}

impl<const OPEN: bool> Registers<OPEN> {
    fn send(&mut self, packet: Packet) -> Sent<[u32; 1]> {
        self.packets.insert(packet.id, packet);
        Sent {
            frame: packet.frame(),
            route: packet.flow as usize,
            inside: true,
            key: Some([Packet::key(packet.flow)]),
            writes: packet.writes,
        }
    }

    fn is_answered(&self, flow: u32, writes: bool) -> bool {
        self.questions[usize::from(writes)][flow as usize].iter().any(|id| self.history.has_output(*id))
    }
}

impl<const OPEN: bool> App for Registers<OPEN> {
    type Program = RegisterOf<OPEN>;
    type Initializer = Lives;
    const NAME: &'static str = if OPEN { "register, open" } else { "register" };
    const SHARDS: u16 = 1;

    fn new(rng: &mut fastrand::Rng) -> Self {
        Self {
            write_share: [0.1, 0.5, 0.9][rng.usize(0..3)],
            keys: (0..FLOWS).map(|flow| [Packet::key(flow)]).collect(),
            history: History::default(),
            packets: BTreeMap::new(),
            questions: [vec![Vec::new(); FLOWS as usize], vec![Vec::new(); FLOWS as usize]],
            round: 0,
            next_question: 0,
            last_life: Rc::default(),
        }
    }

    fn initializer(&self, _: Placement) -> Lives {
        Lives { last: Rc::clone(&self.last_life), scarce_asked: 0 }
    }

    fn limits(&self) -> Limits {
        Limits { flows: FLOWS as usize, waiting_per_flow: 3, waiting: 6 }
    }

    fn configure(&self, config: &mut Config) {
        if OPEN {
            config.silence = Span::from_ticks(LEASE.ticks() / 4);
            config.open = Span::from_ticks(LEASE.ticks() * 2);
        }
    }

    fn keys(&self) -> &[[u32; 1]] {
        &self.keys
    }

    fn routes(&self) -> usize {
        FLOWS as usize
    }

    fn host_sends(&mut self, rng: &mut fastrand::Rng, id: u16) -> Sent<[u32; 1]> {
        let flow = rng.u32(0..FLOWS);
        let writes = rng.f64() < self.write_share;
        self.send(Packet { id, flow, writes })
    }

    fn came_in(&mut self, now_ns: u64, id: u16) {
        if let Some(packet) = self.packets.get(&id) {
            self.history.came_in(now_ns, *packet);
        }
    }

    fn duplicated(&mut self, now_ns: u64, id: u16) {
        self.history.duplicated(now_ns, id);
    }

    fn came_out(
        &mut self,
        leaving: Leaving,
        frame: &[u8],
        mut durable: impl FnMut(&[u32; 1]) -> Option<Durable<[u32; 3]>>,
    ) -> Result<(), String> {
        let output = Output::parse(frame).ok_or("an output that is none of ours")?;
        // What leaves without a lease may be stale: it is no part of the linearizable history.
        let packet = if leaving.open {
            self.history.input(output.id).ok_or("an output of a packet that never came in")?
        } else {
            self.history.came_out(leaving.now_ns, output)?
        };
        let durable = durable(&[Packet::key(packet.flow)]);
        durable::check(&output, durable.map(|record| record.state.into()))
    }

    fn committed(&mut self, _: u64, _: &[u32; 1], _: Option<&Durable<[u32; 3]>>) -> Result<(), String> {
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        self.history.check()
    }

    fn ask(&mut self, round: u32, id: u16) -> Option<Sent<[u32; 1]>> {
        if round != self.round {
            (self.round, self.next_question) = (round, 0);
        }
        while self.next_question < FORBIDDEN {
            let flow = self.next_question;
            self.next_question += 1;
            // Reads first: a write would get a flow going again whose last write nobody cares for any more.
            if let Some(writes) = [false, true].into_iter().find(|writes| !self.is_answered(flow, *writes)) {
                self.questions[usize::from(writes)][flow as usize].push(id);
                return Some(self.send(Packet { id, flow, writes }));
            }
        }
        None
    }

    fn unanswered<'a>(&self, shards: impl Iterator<Item = &'a AppFlows<Self>>) -> usize {
        let keys: Vec<_> = shards.flat_map(|shard| shard.records().iter()).map(|(key, _)| *key).collect();
        let full = keys.len() + 2 > FLOWS as usize;
        (0..FORBIDDEN)
            .filter(|flow| !self.is_answered(*flow, true))
            // A full store refuses by right.
            .filter(|flow| !full || keys.contains(&[Packet::key(*flow)]))
            .count()
    }

    fn at_rest<'a>(&self, _: impl Iterator<Item = &'a AppFlows<Self>>) -> Result<(), String> {
        Ok(())
    }

    fn describe(&self, frame: &[u8]) -> String {
        let Some(output) = Output::parse(frame) else { return format!("{} bytes", frame.len()) };
        let input = self.packets.get(&output.id);
        format!("{output:?} of {input:?}")
    }
}
