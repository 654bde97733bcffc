//! The program of the simulation: a register whose outputs reveal all of its state.
//!
//! A packet reads or writes. Every output shows how many writes the flow has had, which packet made the last of them, and which
//! life of the flow this is, so that a stale read, a lost write or two owners cannot hide.

use redplane_core::count::Reason;
use redplane_core::field::{Field, Header};
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent};
use redplane_core::store::{Creation, Initializer};
use redplane_core::wire::Refusal;

use super::frames;

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
pub struct Register;

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

impl Program for Register {
    const SCHEMA: Schema = Schema { id: 9, name: "register", when_silent: WhenSilent::FailClosed };
    type Key = [u32; 1];
    type State = [u32; 3];

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

/// The packet id inside a frame that has not come out yet.
pub fn id_of(frame: &[u8]) -> Option<u16> {
    frames::word(frame, frames::PAYLOAD).map(|id| id as u16)
}

/// Makes the register's states: every creation is a new life.
#[derive(Debug, Default)]
pub struct Lives {
    next: u32,
    scarce_asked: u32,
}

impl Initializer<Register> for Lives {
    fn create(&mut self, key: &[u32; 1]) -> Result<Creation<Register>, Refusal> {
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
        self.next += 1;
        let state = [0, 0, self.next];
        let pair = self.pair(key, &state).map(|pair| (pair, state));
        Ok(Creation { state, pair })
    }

    fn pair(&self, key: &[u32; 1], _: &[u32; 3]) -> Option<[u32; 1]> {
        let first = Packet::key(PAIRED);
        [[first], [first + 1]]
            .into_iter()
            .find(|pair| pair != key && (key[0] == first || key[0] == first + 1))
    }

    fn idle_ticks(&self, key: &[u32; 1], _: &[u32; 3]) -> Option<u64> {
        // Half of the flows end soon, some never.
        (key[0] % 4 != 0).then_some(super::world::LEASE.ticks() as u64 * 3 / 2)
    }

    fn release(&mut self, _: &[u32; 1], _: &[u32; 3]) {}
}
