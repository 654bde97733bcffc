//! The machine that does it now: `Word = u32`, `Bit = bool`, registers in the caller's memory.
//!
//! Everything here is `inline(always)`: with it, a pass of the data plane compiles to what one would write by hand for the
//! packet in hand. [`crate::switch::Switch`] makes a `Native` for each pass.

use crate::count::{Event, Reason};
use crate::field::{Checksum, Field, Header, Param, Place};
use crate::machine::{
    Alu, Array, Encapsulation, Guarded, Hash, Machine, MirrorCopy, PairAction, REPORT_WORDS, RegisterAction,
    Report,
};
use crate::memory::{Memory, Outgoing, hash_with};
use crate::mirror::Copy;
use crate::parse::{self, Changes, Headers, Malformed};
use crate::program::{Program, Words};
use crate::seq::Seq;
use crate::storage::Storage;
use crate::switch::Ingress;
use crate::time::Tick;
use crate::wire::Kind;

macro_rules! native_alu {
    ({$($generics:tt)*} $name:ty) => {
        impl<$($generics)*> Alu for $name {
            type Bit = bool;
            type Word = u32;

            #[inline(always)]
            fn lit(&mut self, value: u32) -> u32 { value }
            #[inline(always)]
            fn bit(&mut self, value: bool) -> bool { value }
            #[inline(always)]
            fn add(&mut self, a: u32, b: u32) -> u32 { a.wrapping_add(b) }
            #[inline(always)]
            fn sub(&mut self, a: u32, b: u32) -> u32 { a.wrapping_sub(b) }
            #[inline(always)]
            fn and(&mut self, a: u32, b: u32) -> u32 { a & b }
            #[inline(always)]
            fn or(&mut self, a: u32, b: u32) -> u32 { a | b }
            #[inline(always)]
            fn xor(&mut self, a: u32, b: u32) -> u32 { a ^ b }
            #[inline(always)]
            fn shl(&mut self, a: u32, by: u32) -> u32 { a << (by & 31) }
            #[inline(always)]
            fn shr(&mut self, a: u32, by: u32) -> u32 { a >> (by & 31) }
            #[inline(always)]
            fn eq(&mut self, a: u32, b: u32) -> bool { a == b }
            #[inline(always)]
            fn newer(&mut self, a: u32, b: u32) -> bool { Seq::new(a).is_newer_than(Seq::new(b)) }
            #[inline(always)]
            fn select(&mut self, bit: bool, a: u32, b: u32) -> u32 { if bit { a } else { b } }
            #[inline(always)]
            fn both(&mut self, a: bool, b: bool) -> bool { a & b }
            #[inline(always)]
            fn either(&mut self, a: bool, b: bool) -> bool { a | b }
            #[inline(always)]
            fn not(&mut self, a: bool) -> bool { !a }
        }

        impl<$($generics)*> Guarded<$name> for u32 {
            #[inline(always)]
            fn zero(_: &mut $name) -> Self { 0 }
            #[inline(always)]
            fn or_zero(self, _: &mut $name, guard: bool) -> Self { if guard { self } else { 0 } }
        }

        impl<$($generics)*> Guarded<$name> for bool {
            #[inline(always)]
            fn zero(_: &mut $name) -> Self { false }
            #[inline(always)]
            fn or_zero(self, _: &mut $name, guard: bool) -> Self { self & guard }
        }
    };
}

/// The arithmetic alone, without packet and registers.
#[derive(Clone, Copy, Debug)]
pub struct NativeAlu;

native_alu!({} NativeAlu);
native_alu!({'a, P: Program, S: Storage<P>, const PASS: u32} Native<'a, P, S, PASS>);

/// What becomes of the packet, as a pass leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// There is none, or it has been used up.
    Consumed,
    Leaves,
    Ignored(Reason),
    Punted(Reason),
    GoesAgain,
}

/// The metadata of a message or copy that a pass is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    pub(crate) kind: u32,
    pub(crate) switch: u32,
    pub(crate) incarnation: u32,
    pub(crate) epoch: u32,
    pub(crate) seq: u32,
    pub(crate) timestamp: u32,
    pub(crate) ends_lease: bool,
    pub(crate) carries: bool,
    pub(crate) due: u32,
    pub(crate) wait: u32,
    pub(crate) slot: u32,
    pub(crate) again: bool,
}

/// One pass of one packet over the memory of a switch. The kind of pass is part of the type, so that what other kinds do is gone
/// before the optimizer looks, and each closure of the program has one caller and inlines.
#[derive(Debug)]
pub(crate) struct Native<'a, P: Program, S: Storage<P>, const PASS: u32> {
    pub(crate) memory: &'a mut Memory<P, S>,
    frame: &'a mut [u8],
    headers: Headers,
    changes: Changes,
    pub(crate) now: Tick,
    port: u16,
    inside: bool,
    pub(crate) sweep_index: u32,
    pub(crate) about: About,
    pub(crate) key: P::Key,
    pub(crate) state: P::State,
    pub(crate) fate: Fate,
    /// Kind of the message for the store, 0 if there is none. The rest of the message is in [`Memory::outgoing`].
    out_kind: u32,
}

impl<'a, P: Program, S: Storage<P>, const PASS: u32> Native<'a, P, S, PASS> {
    #[inline(always)]
    pub(crate) fn new(memory: &'a mut Memory<P, S>, now: Tick) -> Self {
        Self {
            memory,
            frame: &mut [],
            headers: Headers::default(),
            changes: Changes::default(),
            now,
            port: 0,
            inside: false,
            sweep_index: 0,
            about: About::default(),
            key: P::Key::ZERO,
            state: P::State::ZERO,
            fate: Fate::Consumed,
            out_kind: 0,
        }
    }

    /// Makes this the pass of a packet.
    #[inline(always)]
    pub(crate) fn parse(&mut self, frame: &'a mut [u8], ingress: Ingress) -> Result<(), Malformed> {
        self.headers = Headers::parse(frame)?;
        self.frame = frame;
        (self.port, self.inside) = (ingress.port, ingress.inside);
        Ok(())
    }

    /// Whether ingress has a message for egress to send.
    #[inline(always)]
    pub(crate) fn sends(&self) -> bool {
        self.out_kind != 0
    }

    /// Between ingress and egress of a pass that sends. What egress needs comes from the message, so that it had not to be kept in
    /// registers until here.
    #[inline(always)]
    pub(crate) fn turn_to_egress(&mut self) {
        self.out_kind = self.memory.outgoing.kind;
        self.now = Tick::new(self.memory.outgoing.timestamp);
        (self.key, self.state) = (self.memory.outgoing.key, self.memory.outgoing.state);
    }

    /// Mends the packet's checksums: between ingress and egress.
    #[inline(always)]
    pub(crate) fn deparse(&mut self) {
        self.changes.deparse(self.frame, &self.headers);
    }

    /// Makes this the pass of a copy that came around.
    #[inline(always)]
    pub(crate) fn carry_copy(&mut self, copy: &Copy<P>) {
        self.key = copy.key;
        self.state = copy.state;
        self.about = About {
            kind: copy.kind as u32,
            epoch: copy.epoch,
            seq: copy.seq,
            due: copy.due,
            wait: copy.wait,
            ..About::default()
        };
    }

    #[inline(always)]
    fn read(&self, place: Place) -> u32 {
        let Some(start) = self.headers.offset(place.header) else { return 0 };
        match place.header.fixed_len() {
            8 => read::<8>(self.frame, start, place),
            _ => read::<20>(self.frame, start, place),
        }
    }

    #[inline(always)]
    fn write(&mut self, place: Place, value: u32) {
        let Some(start) = self.headers.offset(place.header) else { return };
        match place.header.fixed_len() {
            8 => write::<8>(self.frame, start, place, value),
            _ => write::<20>(self.frame, start, place, value),
        }
    }
}

/// Reads a field of the header of `LEN` bytes at `start`. The whole header is taken out of the frame for any field of it: the
/// check that it is there is then the same for all fields, and the optimizer makes it once.
#[inline(always)]
fn read<const LEN: usize>(frame: &[u8], start: usize, place: Place) -> u32 {
    let Some(header) = frame.get(start..start + LEN) else { return 0 };
    match (place.width, header.get(place.offset..place.offset + place.width)) {
        (1, Some(&[a])) => a as u32,
        (2, Some(&[a, b])) => u16::from_be_bytes([a, b]) as u32,
        (4, Some(&[a, b, c, d])) => u32::from_be_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// The same for writing.
#[inline(always)]
fn write<const LEN: usize>(frame: &mut [u8], start: usize, place: Place, value: u32) {
    let bytes = value.to_be_bytes();
    let Some(header) = frame.get_mut(start..start + LEN) else { return };
    if let (Some(to), Some(from)) =
        (header.get_mut(place.offset..place.offset + place.width), bytes.get(4 - place.width..))
    {
        to.copy_from_slice(from);
    }
}

impl<P: Program, S: Storage<P>, const PASS: u32> Machine for Native<'_, P, S, PASS> {
    #[inline(always)]
    fn get(&mut self, field: Field) -> u32 {
        match field {
            Field::Pass => PASS,
            Field::Now => self.now.raw(),
            Field::IngressPort => self.port as u32,
            Field::Inside => self.inside as u32,
            Field::Key(word) => self.key.as_ref().get(word as usize).copied().unwrap_or(0),
            Field::State(word) => self.state.as_ref().get(word as usize).copied().unwrap_or(0),
            Field::SweepIndex => self.sweep_index,
            Field::MessageKind => self.about.kind,
            Field::MessageSwitch => self.about.switch,
            Field::MessageIncarnation => self.about.incarnation,
            Field::MessageEpoch => self.about.epoch,
            Field::MessageSeq => self.about.seq,
            Field::MessageTimestamp => self.about.timestamp,
            Field::MessageEndsLease => self.about.ends_lease as u32,
            Field::MessageCarries => self.about.carries as u32,
            Field::SnapshotIndex => self.about.slot,
            Field::SnapshotAgain | Field::MessageAgain => self.about.again as u32,
            Field::Slot(row) => self.memory.slot.get(row as usize).copied().unwrap_or(0),
            Field::SlotUnchanged => self.memory.slot_unchanged as u32,
            Field::VlanId => parse::vlan_id(self.frame),
            Field::CopyDue => self.about.due,
            Field::CopyWait => self.about.wait,
            Field::Leaves => (self.fate == Fate::Leaves) as u32,
            Field::OutKind => self.out_kind,
            Field::OutEpoch => self.memory.outgoing.epoch,
            Field::OutSeq => self.memory.outgoing.seq,
            Field::OutCarry => self.memory.outgoing.carry as u32,
            // Header fields are read where they stand, and when they are asked for: values that wait in registers cost more.
            _ => match field.place() {
                Some(place) => self.read(place),
                None => 0,
            },
        }
    }

    #[inline(always)]
    fn set(&mut self, field: Field, value: u32) {
        if let Some(place) = field.place() {
            self.write(place, value);
        }
        match field {
            Field::Key(word) => {
                if let Some(cell) = self.key.as_mut().get_mut(word as usize) {
                    *cell = value;
                }
            }
            Field::State(word) => {
                if let Some(cell) = self.state.as_mut().get_mut(word as usize) {
                    *cell = value;
                }
                if let Some(cell) = self.memory.outgoing.state.as_mut().get_mut(word as usize) {
                    *cell = value;
                }
            }
            Field::OutKind => {
                self.out_kind = value;
                if value != 0 {
                    self.memory.outgoing = Outgoing {
                        kind: value,
                        key: self.key,
                        state: self.state,
                        timestamp: self.now.raw(),
                        ..Outgoing::NONE
                    };
                }
            }
            Field::Slot(row) => {
                if let Some(word) = self.memory.slot.get_mut(row as usize) {
                    *word = value;
                }
            }
            Field::SlotUnchanged => self.memory.slot_unchanged = value != 0,
            Field::OutEpoch => self.memory.outgoing.epoch = value,
            Field::OutSeq => self.memory.outgoing.seq = value,
            Field::OutCarry => self.memory.outgoing.carry = value != 0,
            // The rest is given to the program, not taken from it.
            _ => {}
        }
    }

    #[inline(always)]
    fn has(&mut self, header: Header) -> bool {
        self.headers.has(header)
    }

    #[inline(always)]
    fn param(&mut self, param: Param) -> u32 {
        self.memory.params.get(param)
    }

    #[inline(always)]
    fn when<R: Guarded<Self>>(
        &mut self,
        guard: bool,
        then: impl FnOnce(&mut Self) -> R + core::marker::Copy,
    ) -> R {
        if guard { then(self) } else { R::zero(self) }
    }

    #[inline(always)]
    fn access<R: RegisterAction>(&mut self, array: Array, index: u32, a: u32, b: u32) -> u32 {
        let Some(cell) = self.memory.cell(array, index) else { return 0 };
        let (value, result) = R::apply(&mut NativeAlu, *cell, a, b);
        *cell = value;
        result
    }

    #[inline(always)]
    fn access_pair<R: PairAction>(&mut self, array: Array, index: u32, a: u32, b: u32) -> u32 {
        let Some(cell) = self.memory.pair(array, index) else { return 0 };
        let [even, odd] = *cell;
        let ((even, odd), result) = R::apply(&mut NativeAlu, (even, odd), a, b);
        *cell = [even, odd];
        result
    }

    #[inline(always)]
    fn hash<const N: usize>(&mut self, hash: Hash, words: [u32; N]) -> u32 {
        hash_with(hash, &words)
    }

    #[inline(always)]
    fn report(&mut self, report: Report, words: [u32; REPORT_WORDS]) {
        self.memory.report = Some((report, words));
    }

    #[inline(always)]
    fn lookup(&mut self) -> (bool, u32) {
        match self.memory.lookup(&self.key) {
            Some(index) => (true, index),
            None => (false, 0),
        }
    }

    #[inline(always)]
    fn insert(&mut self, epoch: u32) -> (bool, u32) {
        match self.memory.insert(&self.key, epoch, self.now.raw()) {
            Some(index) => (true, index),
            None => (false, 0),
        }
    }

    #[inline(always)]
    fn mirror_room(&mut self) -> bool {
        self.memory.storage.has_room()
    }

    #[inline(always)]
    fn mirror(&mut self, copy: MirrorCopy<Self>) {
        let Some(kind) = Kind::from_wire(copy.kind as u8) else { return };
        let copy = Copy {
            kind,
            key: self.key,
            state: self.state,
            epoch: copy.epoch,
            seq: copy.seq,
            due: copy.due,
            wait: copy.wait,
        };
        let kept = self.memory.storage.push(copy);
        debug_assert!(kept, "a copy was mirrored although there was no room");
    }

    #[inline(always)]
    fn encapsulate(&mut self, message: Encapsulation<Self>) {
        let outgoing = &mut self.memory.outgoing;
        (outgoing.kind, outgoing.epoch, outgoing.seq) = (message.kind, message.epoch, message.seq);
        (outgoing.timestamp, outgoing.carry) = (message.timestamp, message.carry);
        outgoing.retransmission = message.retransmission;
    }

    #[inline(always)]
    fn mend(&mut self, checksum: Checksum, old: u32, new: u32) {
        let change = parse::change(old, new);
        match checksum {
            Checksum::Ipv4 if self.headers.has(Header::Ipv4) => {
                self.changes.ipv4 = parse::ones_add(self.changes.ipv4, change)
            }
            Checksum::Tcp | Checksum::Udp | Checksum::Icmp if self.headers.has(checksum.place().header) => {
                self.changes.l4 = parse::ones_add(self.changes.l4, change);
            }
            Checksum::InnerIpv4 | Checksum::InnerUdp | Checksum::InnerIcmp => {
                let place = checksum.place();
                if let Some(start) = self.headers.offset(place.header) {
                    let at = start + place.offset;
                    parse::mend(self.frame, at, change, checksum.may_be_absent());
                }
            }
            // Its header is not there.
            Checksum::Ipv4 | Checksum::Tcp | Checksum::Udp | Checksum::Icmp => {}
        }
    }

    #[inline(always)]
    fn forward(&mut self) {
        self.fate = Fate::Leaves;
    }

    #[inline(always)]
    fn drop(&mut self, reason: Reason) {
        self.memory.storage.counters_mut().ignore(reason);
        self.fate = Fate::Ignored(reason);
    }

    #[inline(always)]
    fn punt(&mut self, reason: Reason) {
        self.memory.storage.counters_mut().ignore(reason);
        self.fate = Fate::Punted(reason);
    }

    #[inline(always)]
    fn recirculate(&mut self) {
        self.fate = Fate::GoesAgain;
    }

    #[inline(always)]
    fn count(&mut self, event: Event) {
        self.memory.storage.counters_mut().count(event);
    }

    #[inline(always)]
    fn ignore(&mut self, reason: Reason) {
        self.memory.storage.counters_mut().ignore(reason);
    }
}
