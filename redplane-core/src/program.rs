//! What an application is: a key, a question and a step, over any [`Machine`].
//!
//! The framework owns the state arrays and everything around the three calls: lookup, lease, sequence, encapsulation,
//! mirror, release. It asks in order:
//!
//! 1. [`Program::key`]: which bytes of the packet are the partition? Not ours: the program forwards, drops or punts it.
//! 2. [`Program::writes`]: will this packet change the state? Asked before anything changes (RP-SW-4), from the packet alone.
//! 3. [`Program::apply`]: one access per state word, header edits, and the packet's fate.
//!
//! A program does not touch registers by itself: a state word changes through an [`Update`], and only in a pass that was
//! announced as a write. In any other pass the same update gives the word as it is.

use core::fmt::Debug;
use core::hash::Hash;

use crate::field::Field;
use crate::machine::{Alu, Array, Machine, RegisterAction};
use crate::snapshot::StructureArrays;
use crate::structure::Structure;
use crate::wire::{KEY_WORDS_MAX, Layout, STATE_WORDS_MAX};

/// A fixed number of words: a key or a state.
pub trait Words: Copy + Eq + Hash + Debug + AsRef<[u32]> + AsMut<[u32]> + Send + 'static {
    /// How many.
    const LEN: usize;
    /// All zero.
    const ZERO: Self;
}

impl<const LEN: usize> Words for [u32; LEN] {
    const LEN: usize = LEN;
    const ZERO: Self = [0; LEN];
}

/// What a program does with packets that need a lease while the store cannot be reached (RP-SW-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WhenSilent {
    /// They are lost, and counted. The default: nothing is ever wrong.
    FailClosed,
    /// Reads of a slot whose lease has lapsed go on for the configured span after its deadline, and are counted. Another
    /// switch may act on the flow meanwhile: the program's author accepts stale reads.
    BoundedOpen,
}

/// What becomes of packets while the last complete snapshot is older than the bound (paper §5.4, RP-SN-5). Each is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WhenStale {
    /// They go on and are counted in the structure: more may be lost than the bound allows.
    KeepGoing,
    /// They are lost, and the structure does not change: the bound holds.
    StopForwarding,
    /// As `KeepGoing`, and the control plane is told once in every span of the bound ([`crate::machine::Report::Stale`]).
    Report,
}

/// Words of state of a program with a structure: the id of the snapshot to begin with, and 1 if there is one.
pub const SNAPSHOT_STATE_WORDS: usize = 2;

/// What the framework and the wire need to know about a program.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Schema {
    /// Number in the header, agreed by configuration.
    pub id: u8,
    /// Name for people.
    pub name: &'static str,
    /// RP-SW-11.
    pub when_silent: WhenSilent,
    /// RP-SN-5; of a program without a structure it means nothing.
    pub when_stale: WhenStale,
}

/// An application, written once over every machine.
pub trait Program: 'static {
    /// Its name, number and policies.
    const SCHEMA: Schema;
    /// The flow key.
    type Key: Words;
    /// The flow's state. Of a program with a structure, [`SNAPSHOT_STATE_WORDS`] words that the framework uses.
    type State: Words;
    /// What is replicated by snapshots; [`NoStructure`](crate::structure::NoStructure) if nothing is.
    type Structure: Structure;

    /// Geometry on the wire.
    const LAYOUT: Layout = {
        assert!(Self::Key::LEN >= 1 && Self::Key::LEN <= KEY_WORDS_MAX);
        assert!(Self::State::LEN >= 1 && Self::State::LEN <= STATE_WORDS_MAX);
        assert!(Self::Structure::ROWS == 0 || Self::State::LEN == SNAPSHOT_STATE_WORDS);
        Layout {
            schema: Self::SCHEMA.id,
            key_words: Self::Key::LEN as u8,
            state_words: Self::State::LEN as u8,
            slot_words: Self::Structure::ROWS as u8,
        }
    };

    /// How many low bits of a state word may be set: 8, 16 or 32. A machine may keep the word in a register of that width.
    fn state_bits(_word: u8) -> u32 {
        32
    }

    /// Sets [`Field::Key`] and says whether the packet is this program's. If not, the program has decided what becomes of it.
    fn key<M: Machine>(m: &mut M) -> M::Bit;

    /// Whether the packet will change the state. Of the packet alone: nothing was read yet.
    fn writes<M: Machine>(m: &mut M) -> M::Bit;

    /// Updates the state, edits the packet and decides its fate. Every state word is accessed exactly once, in order.
    fn apply<M: Machine>(m: &mut M, state: StateArrays<M>);
}

/// The state words of the packet's flow, for [`Program::apply`].
#[derive(Debug)]
pub struct StateArrays<M: Machine> {
    index: M::Word,
    write: M::Bit,
    sent: M::Bit,
    lazy: bool,
}

impl<M: Machine> Clone for StateArrays<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for StateArrays<M> {}

impl<M: Machine> StateArrays<M> {
    /// The state in slot `index`. Updates happen only where `write` holds, and the state goes into the pass's message where
    /// `sent` holds. The structure is kept in two copies if `lazy`, for snapshots.
    pub(crate) fn new(index: M::Word, write: M::Bit, sent: M::Bit, lazy: bool) -> Self {
        Self { index, write, sent, lazy }
    }

    /// Whether this pass is a write.
    pub fn is_write(&self) -> M::Bit {
        self.write
    }

    /// The structure of the packet's flow. To be asked for once in a pass.
    #[inline(always)]
    pub fn structure<P: Program>(&self, m: &mut M) -> StructureArrays<M> {
        StructureArrays::new::<P>(m, self.index, self.lazy)
    }

    /// Updates a word if this pass is a write, and gives the word as it then is. It is also what a `Write` message will carry.
    #[inline(always)]
    pub fn update<U: Update>(&self, m: &mut M, word: u8, a: M::Word, b: M::Word) -> M::Word {
        let (index, write) = (self.index, self.write);
        let written = m.when(write, move |m| m.access::<Applied<U>>(Array::State(word), index, a, b));
        let reads = m.not(write);
        let read =
            m.when(reads, move |m| m.access::<crate::registers::Read>(Array::State(word), index, a, b));
        let value = m.select(write, written, read);
        m.when(self.sent, move |m| m.set(Field::State(word), value));
        value
    }

    /// Gives a word that this program never changes by itself.
    #[inline(always)]
    pub fn read(&self, m: &mut M, word: u8) -> M::Word {
        let index = self.index;
        let zero = m.lit(0);
        let value = m.access::<crate::registers::Read>(Array::State(word), index, zero, zero);
        m.when(self.sent, move |m| m.set(Field::State(word), value));
        value
    }
}

/// How a state word changes in a write: the new word from the old one and two operands.
pub trait Update {
    /// Its name in a netlist and in P4, `snake_case`.
    const NAME: &'static str;

    /// The new word.
    fn update<A: Alu + ?Sized>(alu: &mut A, word: A::Word, a: A::Word, b: A::Word) -> A::Word;
}

/// An [`Update`] as the register action that a write pass performs.
struct Applied<U>(core::marker::PhantomData<U>);

impl<U: Update> RegisterAction for Applied<U> {
    const NAME: &'static str = U::NAME;

    #[inline(always)]
    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, b: A::Word) -> (A::Word, A::Word) {
        let word = U::update(alu, cell, a, b);
        (word, word)
    }
}
