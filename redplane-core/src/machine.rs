//! What a match-action switch can do, as traits: the only words in which the data plane is written.
//!
//! RedPlane's own logic ([`crate::dataplane`]) and every application ([`crate::program::Program`]) are generic over a
//! [`Machine`]. The native machine ([`crate::native`]) does what it is told at once, on the caller's memory, and inlines
//! away; another machine may write the program down as a netlist, or print it as P4. The logic exists once.
//!
//! So that it can be written down, the program must not look at the values it computes with: `Word` and `Bit` are opaque,
//! control flow depends on them only through [`Machine::when`] and [`Alu::select`], and a Rust `if` is decided while the
//! program is built, never by a packet.
//!
//! Rules of a pass (one packet going through once), which a pipeline needs and the tests check:
//! - each register array is accessed at most once, in the order of [`Array`];
//! - what is computed after an access may depend on its result, never the other way.
//!
//! ```
//! use redplane_core::machine::{Alu, RegisterAction};
//! /// Counts up and tells the new count.
//! struct CountUp;
//! impl RegisterAction for CountUp {
//!     const NAME: &'static str = "count_up";
//!     fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, step: A::Word, _: A::Word) -> (A::Word, A::Word) {
//!         let count = alu.add(cell, step);
//!         (count, count)
//!     }
//! }
//! let mut alu = redplane_core::native::NativeAlu;
//! assert_eq!(CountUp::apply(&mut alu, 41, 1, 0), (42, 42));
//! ```

use crate::count::{Event, Reason};
use crate::field::{Checksum, Field, Header, Param};

/// A small ALU over 32-bit words and bits, as a stateful ALU or a VLIW slot has it.
pub trait Alu {
    /// A truth value.
    type Bit: Copy + Guarded<Self>;
    /// 32 bits, unsigned, wrapping.
    type Word: Copy + Guarded<Self>;

    /// A constant.
    fn lit(&mut self, value: u32) -> Self::Word;
    /// A constant truth value.
    fn bit(&mut self, value: bool) -> Self::Bit;
    /// `a + b`, wrapping.
    fn add(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// `a - b`, wrapping.
    fn sub(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise and.
    fn and(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise or.
    fn or(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise exclusive or.
    fn xor(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// `a` shifted left by a constant below 32.
    fn shl(&mut self, a: Self::Word, by: u32) -> Self::Word;
    /// `a` shifted right by a constant below 32, zeros coming in.
    fn shr(&mut self, a: Self::Word, by: u32) -> Self::Word;
    /// Whether the words are equal.
    fn eq(&mut self, a: Self::Word, b: Self::Word) -> Self::Bit;
    /// Whether `a` is newer than `b` as a serial number: `(a - b) as i32 > 0` (RP-SW-10).
    fn newer(&mut self, a: Self::Word, b: Self::Word) -> Self::Bit;
    /// `a` if the bit is set, else `b`.
    fn select(&mut self, bit: Self::Bit, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Both bits.
    fn both(&mut self, a: Self::Bit, b: Self::Bit) -> Self::Bit;
    /// Either bit.
    fn either(&mut self, a: Self::Bit, b: Self::Bit) -> Self::Bit;
    /// The other bit.
    fn not(&mut self, a: Self::Bit) -> Self::Bit;

    /// Whether the word equals a constant.
    #[inline(always)]
    fn is(&mut self, a: Self::Word, constant: u32) -> Self::Bit {
        let constant = self.lit(constant);
        self.eq(a, constant)
    }

    /// Whether the first bit is set and the second is not.
    #[inline(always)]
    fn and_not(&mut self, a: Self::Bit, b: Self::Bit) -> Self::Bit {
        let b = self.not(b);
        self.both(a, b)
    }

    /// 1 for a set bit, 0 for a clear one.
    #[inline(always)]
    fn word(&mut self, bit: Self::Bit) -> Self::Word {
        let one = self.lit(1);
        let zero = self.lit(0);
        self.select(bit, one, zero)
    }
}

/// What a guarded block may give back: where the guard is false, a zero of its type stands in for it, as an unset metadata
/// field would.
pub trait Guarded<A: Alu + ?Sized>: Sized {
    /// Zero, false, nothing.
    fn zero(alu: &mut A) -> Self;
    /// `self` where the guard holds, else zero. For machines that build both sides.
    fn or_zero(self, alu: &mut A, guard: A::Bit) -> Self;
}

impl<A: Alu + ?Sized> Guarded<A> for () {
    #[inline(always)]
    fn zero(_: &mut A) -> Self {}
    #[inline(always)]
    fn or_zero(self, _: &mut A, _: A::Bit) -> Self {}
}

impl<A: Alu + ?Sized, X: Guarded<A>, Y: Guarded<A>> Guarded<A> for (X, Y) {
    #[inline(always)]
    fn zero(alu: &mut A) -> Self {
        (X::zero(alu), Y::zero(alu))
    }
    #[inline(always)]
    fn or_zero(self, alu: &mut A, guard: A::Bit) -> Self {
        (self.0.or_zero(alu, guard), self.1.or_zero(alu, guard))
    }
}

impl<A: Alu + ?Sized, X: Guarded<A>, Y: Guarded<A>, Z: Guarded<A>> Guarded<A> for (X, Y, Z) {
    #[inline(always)]
    fn zero(alu: &mut A) -> Self {
        (X::zero(alu), Y::zero(alu), Z::zero(alu))
    }
    #[inline(always)]
    fn or_zero(self, alu: &mut A, guard: A::Bit) -> Self {
        (self.0.or_zero(alu, guard), self.1.or_zero(alu, guard), self.2.or_zero(alu, guard))
    }
}

impl<A: Alu + ?Sized, X: Guarded<A>, const N: usize> Guarded<A> for [X; N] {
    #[inline(always)]
    fn zero(alu: &mut A) -> Self {
        core::array::from_fn(|_| X::zero(alu))
    }
    #[inline(always)]
    fn or_zero(self, alu: &mut A, guard: A::Bit) -> Self {
        self.map(|each| each.or_zero(alu, guard))
    }
}

/// One read-modify-write of one cell: what a stateful ALU does in its stage.
///
/// At most two conditions and two operands besides the cell, as a Tofino has them.
pub trait RegisterAction {
    /// Its name in a netlist and in P4, `snake_case`.
    const NAME: &'static str;

    /// The cell's new value and the result, from the cell's old value and two operands.
    fn apply<A: Alu + ?Sized>(alu: &mut A, cell: A::Word, a: A::Word, b: A::Word) -> (A::Word, A::Word);
}

/// One read-modify-write of a cell of two words, as a stateful ALU has it for paired registers: the two copies of a slot that
/// a lazy snapshot needs (paper §5.4, Algorithm 1).
pub trait PairAction {
    /// Its name in a netlist and in P4, `snake_case`.
    const NAME: &'static str;

    /// The cell's new words and the result, from the cell's old words and two operands.
    fn apply<A: Alu + ?Sized>(
        alu: &mut A,
        cell: (A::Word, A::Word),
        a: A::Word,
        b: A::Word,
    ) -> ((A::Word, A::Word), A::Word);
}

/// A hash that a switch computes: a CRC of 32 bits over words in network byte order, most significant byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Hash {
    /// CRC-32/ISO-HDLC, polynomial 0x04c11db7: the one of Ethernet.
    Crc32,
    /// CRC-32/ISCSI, polynomial 0x1edc6f41.
    Crc32C,
    /// CRC-32/MEF, polynomial 0x741b8cd7.
    Crc32Mef,
    /// CRC-32/AUTOSAR, polynomial 0xf4acfb13.
    Crc32Autosar,
}

/// What a program tells the device's control plane about: see [`Machine::report`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Report {
    /// The program's own: a heavy flow, a scanner.
    Found,
    /// The last complete snapshot is older than the bound (RP-SN-5).
    Stale,
}

/// Words of a [`Report`].
pub const REPORT_WORDS: usize = 8;

/// The register arrays, in the order in which a pass may access them. One cell a flow slot, but for `Silence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Array {
    /// Lease generation that the slot's other cells belong to; 0 in a slot that was never granted.
    Epoch,
    /// 0: the lease is ours to use until its deadline; 1: given up; 2: given up and the store knows (RP-SW-9).
    Renounced,
    /// Epoch for which the structure is what the store had (RP-SN-6).
    Restored,
    /// Tick until which the lease is live (RP-SW-2).
    Deadline,
    /// One cell: tick of the first request that the store has left unanswered since it was last heard, 0 if none.
    Silence,
    /// Number of the newest write.
    Seq,
    /// Number up to which writes are acked.
    Acked,
    /// Tick of the newest request that may bring a grant or an extension (RP-SW-8, RP-SW-9).
    Asked,
    /// Tick until which the last complete snapshot is fresh enough (RP-SN-5).
    Fresh,
    /// Number of the newest snapshot. Its lowest bit is Algorithm 1's active flag: the copy that packets update.
    Snapshot,
    /// Of each slot of a row of the structure: twice the number of the newest snapshot that has touched it, plus one if a packet
    /// has updated it since. The number's lowest bit is Algorithm 1's last-updated bit.
    LastUpdated(u8),
    /// Of each slot of a row of the structure: its two copies, side by side. Only for [`Machine::access_pair`].
    Pair(u8),
    /// Of each slot of a row of the structure: 1 if a report was made of it.
    Reported(u8),
    /// One word of the program's state.
    State(u8),
}

impl Array {
    /// How many low bits of a cell may be set: 8, 16 or 32. A machine may keep the cells in registers of that width. Of a state
    /// word it is for the program to say: [`Program::state_bits`](crate::program::Program::state_bits).
    pub const fn bits(self) -> u32 {
        match self {
            Self::Renounced | Self::Reported(_) => 8,
            _ => 32,
        }
    }
}

/// A message to be put around the packet: what [`Machine::encapsulate`] needs to know beside key and state, which are taken
/// from [`Field::Key`] and [`Field::State`].
#[derive(Clone, Copy, Debug)]
pub struct Encapsulation<M: Machine> {
    /// The message's kind, as on the wire.
    pub kind: M::Word,
    /// Lease generation.
    pub epoch: M::Word,
    /// Write number.
    pub seq: M::Word,
    /// The sender's tick.
    pub timestamp: M::Word,
    /// Whether the packet travels inside; if not, it ends here.
    pub carry: M::Bit,
    /// Whether it was sent before.
    pub retransmission: M::Bit,
}

/// A header-only copy for the mirror queue: what has to be remembered so that it can be sent (again). Key and state are
/// taken from [`Field::Key`] and [`Field::State`].
#[derive(Clone, Copy, Debug)]
pub struct MirrorCopy<M: Machine> {
    /// The kind of message to send, as on the wire: `Write`, `GiveUp` or `Renew`.
    pub kind: M::Word,
    /// Lease generation.
    pub epoch: M::Word,
    /// Write number.
    pub seq: M::Word,
    /// Tick after which it is to be sent.
    pub due: M::Word,
    /// Ticks to wait after that for an answer; 0 while it was never sent.
    pub wait: M::Word,
}

/// A match-action switch.
///
/// Methods up to [`Machine::access`] are what any pipeline does. The rest are *named capabilities*: things that a pipeline
/// offers as a fixed function, that a switch ASIC leaves to its control plane, or that a soft core does in software.
/// `docs/architecture.md` lists each with the reason.
pub trait Machine: Alu + Sized {
    /// A header or metadata field, zero-extended. A field of a header that is not there reads 0.
    fn get(&mut self, field: Field) -> Self::Word;
    /// Writes a header or metadata field; upper bits that do not fit are cut. Nothing happens if the header is not there.
    fn set(&mut self, field: Field, value: Self::Word);
    /// Whether the parser found this header.
    fn has(&mut self, header: Header) -> Self::Bit;
    /// A value that the control plane set.
    fn param(&mut self, param: Param) -> Self::Word;
    /// Does what `then` says where the guard holds. The closure is `Copy` so that it cannot change what it captures: a value
    /// leaves a guarded block only as its result, which is zero where the guard is false.
    fn when<R: Guarded<Self>>(&mut self, guard: Self::Bit, then: impl FnOnce(&mut Self) -> R + Copy) -> R;
    /// The one read-modify-write of `array[index]` in this pass; gives the action's result.
    fn access<R: RegisterAction>(
        &mut self,
        array: Array,
        index: Self::Word,
        a: Self::Word,
        b: Self::Word,
    ) -> Self::Word;

    /// The one read-modify-write of the pair `array[index]` in this pass; gives the action's result.
    fn access_pair<R: PairAction>(
        &mut self,
        array: Array,
        index: Self::Word,
        a: Self::Word,
        b: Self::Word,
    ) -> Self::Word;

    /// Gives a bit the name that it has in a netlist, in a waveform and in P4, `snake_case`. Changes nothing.
    #[inline(always)]
    fn signal(&mut self, _name: &'static str, bit: Self::Bit) -> Self::Bit {
        bit
    }

    /// Looks [`Field::Key`] up in the flow table: whether it is there, and its slot.
    fn lookup(&mut self) -> (Self::Bit, Self::Word);
    /// Puts [`Field::Key`] into the flow table, in a free slot or one that RP-SW-9 lets go, and resets the slot's registers so
    /// that a grant of `epoch` installs. False if there is no such slot.
    fn insert(&mut self, epoch: Self::Word) -> (Self::Bit, Self::Word);
    /// Whether the mirror queue takes another copy (RP-SW-4).
    fn mirror_room(&mut self) -> Self::Bit;
    /// Puts a copy into the mirror queue. Only after [`Machine::mirror_room`] said yes.
    fn mirror(&mut self, copy: MirrorCopy<Self>);
    /// Puts the message around the packet, in place.
    fn encapsulate(&mut self, message: Encapsulation<Self>);
    /// Mends a checksum for a word (or half-word) that changed, by RFC 1624. A UDP checksum of zero stays zero.
    fn mend(&mut self, checksum: Checksum, old: Self::Word, new: Self::Word);
    /// The packet leaves, by the way that the target's routing gives.
    fn forward(&mut self);
    /// The packet is ignored, and counted.
    fn drop(&mut self, reason: Reason);
    /// The packet goes to the device's CPU, and is counted.
    fn punt(&mut self, reason: Reason);
    /// The message's packet is taken out and goes through again as one that just arrived.
    fn recirculate(&mut self);
    /// A CRC over words.
    fn hash<const N: usize>(&mut self, hash: Hash, words: [Self::Word; N]) -> Self::Word;
    /// Tells the control plane, once at most in a pass; the packet's own fate stands.
    fn report(&mut self, report: Report, words: [Self::Word; REPORT_WORDS]);
    /// Something worth counting happened.
    fn count(&mut self, event: Event);
    /// Something is ignored and counted, while the packet's own fate stands.
    fn ignore(&mut self, reason: Reason);
}
