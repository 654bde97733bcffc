//! The tally: a program that adds a packet's amount to one slot of each of two rows.
//!
//! An output shows what its packet made of the first row's slot, so that no update can be lost or done twice unseen.

use redplane_core::count::Reason;
use redplane_core::field::{Field, Header};
use redplane_core::machine::{Alu, Machine};
use redplane_core::program::{Program, Schema, StateArrays, Update, WhenSilent, WhenStale};
use redplane_core::structure::Rows;

use crate::sim::frames;

/// Rows of the structure.
pub const ROWS: usize = 2;
/// Slots of a row.
pub const SLOTS: usize = 8;

/// The words of a structure as [`redplane_core::switch::SwitchOver::structure`] gives them: all rows of slot 0, then of slot 1, and so on.
pub type Words = [u32; ROWS * SLOTS];

/// [`WhenStale::KeepGoing`].
pub const GOES_ON: u8 = 0;
/// [`WhenStale::StopForwarding`].
pub const STOPS: u8 = 1;
/// [`WhenStale::Report`].
pub const REPORTS: u8 = 2;

/// Key = destination address, structure = two rows of eight slots.
#[derive(Debug)]
pub struct Tally<const WHEN_STALE: u8>;

struct AddAmount;

impl Update for AddAmount {
    const NAME: &'static str = "add_amount";

    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, _: A::Word) -> A::Word {
        alu.add(word, a)
    }
}

impl<const WHEN_STALE: u8> Program for Tally<WHEN_STALE> {
    const SCHEMA: Schema = Schema {
        id: 10,
        name: "tally",
        when_silent: WhenSilent::FailClosed,
        when_stale: match WHEN_STALE {
            GOES_ON => WhenStale::KeepGoing,
            STOPS => WhenStale::StopForwarding,
            _ => WhenStale::Report,
        },
    };
    type Key = [u32; 1];
    type State = [u32; 2];
    type Structure = Rows<ROWS, SLOTS>;

    fn key<M: Machine>(m: &mut M) -> M::Bit {
        let ours = m.has(Header::Udp);
        let other = m.not(ours);
        m.when(other, |m| m.drop(Reason::NotHandled));
        let key = m.get(Field::Ipv4Dst);
        m.set(Field::Key(0), key);
        ours
    }

    fn writes<M: Machine>(m: &mut M) -> M::Bit {
        m.bit(false)
    }

    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>) {
        let amount = m.get(Field::Ipv4Src);
        let slots = [m.get(Field::L4Src), m.get(Field::L4Dst)];
        let zero = m.lit(0);
        let structure = state.structure::<Self>(m);
        let [first, second] = structure.touch(m, 0, slots);
        let word = structure.update::<AddAmount>(m, first, amount, zero);
        structure.update::<AddAmount>(m, second, amount, zero);
        m.set(Field::Ipv4Src, word);
        m.forward();
    }
}

/// A packet that a host sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Number of the flow.
    pub flow: usize,
    /// What it adds.
    pub amount: u32,
    /// The slot of each row that it adds to, below [`SLOTS`].
    pub slots: [u16; ROWS],
}

impl Packet {
    /// The key of a flow.
    pub fn key(flow: usize) -> [u32; 1] {
        [0x0a00_0000 + flow as u32]
    }

    /// The flow of a key.
    pub fn flow_of(key: u32) -> usize {
        (key - 0x0a00_0000) as usize
    }

    /// The frame that carries it: its amount is in the payload too, for the address is changed on the way.
    pub fn frame(self) -> Vec<u8> {
        let [first, second] = self.slots;
        frames::udp(self.amount, Self::key(self.flow)[0], first, second, &self.amount.to_be_bytes())
    }

    /// Reads an output: the packet, and the word that it shows.
    pub fn parse(frame: &[u8]) -> Option<(Self, u32)> {
        let shown = frames::word(frame, 26)?;
        let flow = Self::flow_of(frames::word(frame, 30)?);
        let slots = [frames::half(frame, 34)?, frames::half(frame, 36)?];
        Some((Self { flow, amount: frames::word(frame, frames::PAYLOAD)?, slots }, shown))
    }

    /// Does to a structure what it does; gives the word of the first row.
    pub fn apply(self, words: &mut Words) -> u32 {
        for (row, slot) in self.slots.into_iter().enumerate() {
            let word = &mut words[usize::from(slot) * ROWS + row];
            *word = word.wrapping_add(self.amount);
        }
        words[usize::from(self.slots[0]) * ROWS]
    }
}
