//! A machine that does it now, with one register action exchanged.
//!
//! Core's own native machine is private to it, and so are its registers. This one is driven by the same generic text
//! (`redplane_core::dataplane`), computes with core's own arithmetic (`NativeAlu`) and keeps fields and cells of one flow in maps.
//! `boundary.rs` holds it against the real switch before it exchanges anything.

use std::collections::HashMap;

use redplane_core::count::{Event, Reason};
use redplane_core::field::{Checksum, Field, Header, Param};
use redplane_core::machine::{
    Alu, Array, Encapsulation, Guarded, Hash, Machine, MirrorCopy, PairAction, REPORT_WORDS, RegisterAction,
    Report,
};
use redplane_core::native::NativeAlu;
use redplane_core::switch::Config;

/// An action in another's place, told by the other's name.
pub(crate) type Exchange = fn(u32, u32, u32) -> (u32, u32);

/// One pass over one flow.
pub(crate) struct Now {
    pub(crate) fields: HashMap<Field, u32>,
    pub(crate) headers: Vec<Header>,
    pub(crate) cells: HashMap<Array, u32>,
    pub(crate) config: Config,
    /// What is done in place of the action of this name.
    pub(crate) exchanged: Option<(&'static str, Exchange)>,
}

/// A word of [`Now`]: a type of its own, because `u32` is already core's machine's.
#[derive(Clone, Copy)]
pub(crate) struct Word(pub(crate) u32);

/// A bit of [`Now`].
#[derive(Clone, Copy)]
pub(crate) struct Bit(pub(crate) bool);

impl Guarded<Now> for Word {
    fn zero(_: &mut Now) -> Self {
        Self(0)
    }
    fn or_zero(self, _: &mut Now, guard: Bit) -> Self {
        Self(if guard.0 { self.0 } else { 0 })
    }
}

impl Guarded<Now> for Bit {
    fn zero(_: &mut Now) -> Self {
        Self(false)
    }
    fn or_zero(self, _: &mut Now, guard: Bit) -> Self {
        Self(self.0 & guard.0)
    }
}

impl Alu for Now {
    type Bit = Bit;
    type Word = Word;

    fn lit(&mut self, value: u32) -> Word {
        Word(value)
    }
    fn bit(&mut self, value: bool) -> Bit {
        Bit(value)
    }
    fn add(&mut self, a: Word, b: Word) -> Word {
        Word(NativeAlu.add(a.0, b.0))
    }
    fn sub(&mut self, a: Word, b: Word) -> Word {
        Word(NativeAlu.sub(a.0, b.0))
    }
    fn and(&mut self, a: Word, b: Word) -> Word {
        Word(NativeAlu.and(a.0, b.0))
    }
    fn or(&mut self, a: Word, b: Word) -> Word {
        Word(NativeAlu.or(a.0, b.0))
    }
    fn xor(&mut self, a: Word, b: Word) -> Word {
        Word(NativeAlu.xor(a.0, b.0))
    }
    fn shl(&mut self, a: Word, by: u32) -> Word {
        Word(NativeAlu.shl(a.0, by))
    }
    fn shr(&mut self, a: Word, by: u32) -> Word {
        Word(NativeAlu.shr(a.0, by))
    }
    fn eq(&mut self, a: Word, b: Word) -> Bit {
        Bit(NativeAlu.eq(a.0, b.0))
    }
    fn newer(&mut self, a: Word, b: Word) -> Bit {
        Bit(NativeAlu.newer(a.0, b.0))
    }
    fn select(&mut self, bit: Bit, a: Word, b: Word) -> Word {
        Word(NativeAlu.select(bit.0, a.0, b.0))
    }
    fn both(&mut self, a: Bit, b: Bit) -> Bit {
        Bit(a.0 & b.0)
    }
    fn either(&mut self, a: Bit, b: Bit) -> Bit {
        Bit(a.0 | b.0)
    }
    fn not(&mut self, a: Bit) -> Bit {
        Bit(!a.0)
    }
}

impl Machine for Now {
    fn get(&mut self, field: Field) -> Word {
        Word(self.fields.get(&field).copied().unwrap_or(0))
    }
    fn set(&mut self, field: Field, value: Word) {
        self.fields.insert(field, value.0);
    }
    fn has(&mut self, header: Header) -> Bit {
        Bit(self.headers.contains(&header))
    }
    fn param(&mut self, param: Param) -> Word {
        Word(self.config.param(param))
    }
    fn when<R: Guarded<Self>>(&mut self, guard: Bit, then: impl FnOnce(&mut Self) -> R + Copy) -> R {
        if guard.0 { then(self) } else { R::zero(self) }
    }
    fn access<R: RegisterAction>(&mut self, array: Array, _index: Word, a: Word, b: Word) -> Word {
        let cell = self.cells.get(&array).copied().unwrap_or(0);
        let (value, result) = match self.exchanged {
            Some((name, exchange)) if name == R::NAME => exchange(cell, a.0, b.0),
            _ => R::apply(&mut NativeAlu, cell, a.0, b.0),
        };
        self.cells.insert(array, value);
        Word(result)
    }
    fn access_pair<R: PairAction>(&mut self, _array: Array, _index: Word, a: Word, b: Word) -> Word {
        Word(R::apply(&mut NativeAlu, (0, 0), a.0, b.0).1)
    }
    fn hash<const N: usize>(&mut self, _hash: Hash, _words: [Word; N]) -> Word {
        Word(0)
    }
    fn report(&mut self, _report: Report, _words: [Word; REPORT_WORDS]) {}
    fn lookup(&mut self) -> (Bit, Word) {
        (Bit(true), Word(0))
    }
    fn insert(&mut self, _epoch: Word) -> (Bit, Word) {
        (Bit(false), Word(0))
    }
    fn mirror_room(&mut self) -> Bit {
        Bit(true)
    }
    fn mirror(&mut self, _copy: MirrorCopy<Self>) {}
    fn encapsulate(&mut self, _message: Encapsulation<Self>) {}
    fn mend(&mut self, _checksum: Checksum, _old: Word, _new: Word) {}
    fn forward(&mut self) {}
    fn drop(&mut self, _reason: Reason) {}
    fn punt(&mut self, _reason: Reason) {}
    fn recirculate(&mut self) {}
    fn count(&mut self, _event: Event) {}
    fn ignore(&mut self, _reason: Reason) {}
}
