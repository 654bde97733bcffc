//! A machine that writes a program down instead of running it: words and bits are nodes of expressions, and what the program
//! does is listed with the guard that it stands under.
//!
//! Nodes are shared: the same expression is the same node, so that a guard and its opposite meet.

use redplane_core::count::{Event, Reason};
use redplane_core::field::{Checksum, Field, Header, Param};
use redplane_core::machine::{
    Alu, Array, Encapsulation, Guarded, Hash, Machine, MirrorCopy, PairAction, REPORT_WORDS, RegisterAction,
    Report,
};
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Word(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Bit(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WordNode {
    Lit(u32),
    /// A field as it stood after so many writes to it.
    Field(Field, usize),
    Param(Param),
    /// A cell or an index, whatever it is.
    Unknown(usize),
    Binary(&'static str, Word, Word),
    Shift(&'static str, Word, u32),
    Select(Bit, Word, Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BitNode {
    Const(bool),
    Has(Header),
    Unknown(usize),
    Eq(Word, Word),
    Newer(Word, Word),
    Both(Bit, Bit),
    Either(Bit, Bit),
    Not(Bit),
}

/// What a program does beside computing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Access(Array, &'static str),
    Set(Field),
    Mend(Checksum),
    Forward,
    Drop(Reason),
    Punt(Reason),
    Recirculate,
    Mirror,
    Encapsulate,
    /// Looking up, inserting, counting.
    Other,
}

#[derive(Debug)]
pub(crate) struct Tape {
    words: Vec<WordNode>,
    bits: Vec<BitNode>,
    word_ids: HashMap<WordNode, Word>,
    bit_ids: HashMap<BitNode, Bit>,
    writes: HashMap<Field, usize>,
    unknowns: usize,
    guard: Bit,
    /// What was done, in order, and under which guard.
    pub(crate) effects: Vec<(Bit, Effect)>,
}

impl Tape {
    pub(crate) fn new() -> Self {
        let mut tape = Self {
            words: vec![],
            bits: vec![],
            word_ids: HashMap::new(),
            bit_ids: HashMap::new(),
            writes: HashMap::new(),
            unknowns: 0,
            guard: Bit(0),
            effects: vec![],
        };
        tape.guard = tape.bit(true);
        tape
    }

    pub(crate) fn node(&self, bit: Bit) -> BitNode {
        self.bits[bit.0]
    }

    pub(crate) fn word_node(&self, word: Word) -> WordNode {
        self.words[word.0]
    }

    /// Which accesses there are, in order.
    pub(crate) fn accesses(&self) -> Vec<(Bit, Array, &'static str)> {
        let access = |(guard, effect): &(Bit, Effect)| match effect {
            Effect::Access(array, action) => Some((*guard, *array, *action)),
            _ => None,
        };
        self.effects.iter().filter_map(access).collect()
    }

    fn put_word(&mut self, node: WordNode) -> Word {
        let next = Word(self.words.len());
        *self.word_ids.entry(node).or_insert_with(|| {
            self.words.push(node);
            next
        })
    }

    fn put_bit(&mut self, node: BitNode) -> Bit {
        let next = Bit(self.bits.len());
        *self.bit_ids.entry(node).or_insert_with(|| {
            self.bits.push(node);
            next
        })
    }

    fn unknown(&mut self) -> usize {
        self.unknowns += 1;
        self.unknowns
    }

    fn unknown_word(&mut self) -> Word {
        let unknown = self.unknown();
        self.put_word(WordNode::Unknown(unknown))
    }

    fn unknown_bit(&mut self) -> Bit {
        let unknown = self.unknown();
        self.put_bit(BitNode::Unknown(unknown))
    }

    fn does(&mut self, effect: Effect) {
        self.effects.push((self.guard, effect));
    }

    fn constant(&self, bit: Bit) -> Option<bool> {
        match self.node(bit) {
            BitNode::Const(value) => Some(value),
            _ => None,
        }
    }
}

impl Alu for Tape {
    type Bit = Bit;
    type Word = Word;

    fn lit(&mut self, value: u32) -> Word {
        self.put_word(WordNode::Lit(value))
    }
    fn bit(&mut self, value: bool) -> Bit {
        self.put_bit(BitNode::Const(value))
    }
    fn add(&mut self, a: Word, b: Word) -> Word {
        self.put_word(WordNode::Binary("add", a, b))
    }
    fn sub(&mut self, a: Word, b: Word) -> Word {
        self.put_word(WordNode::Binary("sub", a, b))
    }
    fn and(&mut self, a: Word, b: Word) -> Word {
        self.put_word(WordNode::Binary("and", a, b))
    }
    fn or(&mut self, a: Word, b: Word) -> Word {
        self.put_word(WordNode::Binary("or", a, b))
    }
    fn xor(&mut self, a: Word, b: Word) -> Word {
        self.put_word(WordNode::Binary("xor", a, b))
    }
    fn shl(&mut self, a: Word, by: u32) -> Word {
        self.put_word(WordNode::Shift("shl", a, by))
    }
    fn shr(&mut self, a: Word, by: u32) -> Word {
        self.put_word(WordNode::Shift("shr", a, by))
    }

    /// A selection is compared on both sides, so that a bit that went through a word comes out as that bit again.
    fn eq(&mut self, a: Word, b: Word) -> Bit {
        match (self.word_node(a), self.word_node(b)) {
            _ if a == b => self.bit(true),
            (WordNode::Lit(_), WordNode::Lit(_)) => self.bit(false),
            (WordNode::Select(bit, x, y), WordNode::Lit(_)) => {
                let x = self.eq(x, b);
                let y = self.eq(y, b);
                let x = self.both(bit, x);
                let y = self.and_not(y, bit);
                self.either(x, y)
            }
            (WordNode::Lit(_), _) => self.eq(b, a),
            // A literal stays on the right; otherwise the older node stands on the left.
            (_, WordNode::Lit(_)) => self.put_bit(BitNode::Eq(a, b)),
            _ => self.put_bit(BitNode::Eq(a.min(b), a.max(b))),
        }
    }
    fn newer(&mut self, a: Word, b: Word) -> Bit {
        self.put_bit(BitNode::Newer(a, b))
    }
    fn select(&mut self, bit: Bit, a: Word, b: Word) -> Word {
        match self.constant(bit) {
            Some(true) => a,
            Some(false) => b,
            None if a == b => a,
            None => self.put_word(WordNode::Select(bit, a, b)),
        }
    }
    fn both(&mut self, a: Bit, b: Bit) -> Bit {
        match (self.constant(a), self.constant(b)) {
            (Some(true), _) => b,
            (_, Some(true)) => a,
            (Some(false), _) | (_, Some(false)) => self.bit(false),
            _ => self.put_bit(BitNode::Both(a, b)),
        }
    }
    fn either(&mut self, a: Bit, b: Bit) -> Bit {
        match (self.constant(a), self.constant(b)) {
            (Some(false), _) => b,
            (_, Some(false)) => a,
            (Some(true), _) | (_, Some(true)) => self.bit(true),
            _ => self.put_bit(BitNode::Either(a, b)),
        }
    }
    fn not(&mut self, a: Bit) -> Bit {
        match self.node(a) {
            BitNode::Const(value) => self.bit(!value),
            BitNode::Not(inner) => inner,
            _ => self.put_bit(BitNode::Not(a)),
        }
    }
}

impl Guarded<Tape> for Word {
    fn zero(tape: &mut Tape) -> Self {
        tape.lit(0)
    }
    fn or_zero(self, tape: &mut Tape, guard: Bit) -> Self {
        let zero = tape.lit(0);
        tape.select(guard, self, zero)
    }
}

impl Guarded<Tape> for Bit {
    fn zero(tape: &mut Tape) -> Self {
        tape.bit(false)
    }
    fn or_zero(self, tape: &mut Tape, guard: Bit) -> Self {
        tape.both(guard, self)
    }
}

impl Machine for Tape {
    fn get(&mut self, field: Field) -> Word {
        let writes = self.writes.get(&field).copied().unwrap_or(0);
        self.put_word(WordNode::Field(field, writes))
    }
    fn set(&mut self, field: Field, _: Word) {
        *self.writes.entry(field).or_default() += 1;
        self.does(Effect::Set(field));
    }
    fn has(&mut self, header: Header) -> Bit {
        self.put_bit(BitNode::Has(header))
    }
    fn param(&mut self, param: Param) -> Word {
        self.put_word(WordNode::Param(param))
    }
    fn when<R: Guarded<Self>>(&mut self, guard: Bit, then: impl FnOnce(&mut Self) -> R + Copy) -> R {
        let outer = self.guard;
        self.guard = self.both(outer, guard);
        let result = then(self);
        self.guard = outer;
        result.or_zero(self, guard)
    }
    fn access<R: RegisterAction>(&mut self, array: Array, _: Word, a: Word, b: Word) -> Word {
        self.does(Effect::Access(array, R::NAME));
        let cell = self.unknown_word();
        R::apply(self, cell, a, b).1
    }
    fn access_pair<R: PairAction>(&mut self, array: Array, _: Word, a: Word, b: Word) -> Word {
        self.does(Effect::Access(array, R::NAME));
        let cell = (self.unknown_word(), self.unknown_word());
        R::apply(self, cell, a, b).1
    }
    fn hash<const N: usize>(&mut self, _: Hash, _: [Word; N]) -> Word {
        self.unknown_word()
    }
    fn report(&mut self, _: Report, _: [Word; REPORT_WORDS]) {
        self.does(Effect::Other);
    }
    fn lookup(&mut self) -> (Bit, Word) {
        self.does(Effect::Other);
        (self.unknown_bit(), self.unknown_word())
    }
    fn insert(&mut self, _: Word) -> (Bit, Word) {
        self.does(Effect::Other);
        (self.unknown_bit(), self.unknown_word())
    }
    fn mirror_room(&mut self) -> Bit {
        self.unknown_bit()
    }
    fn mirror(&mut self, _: MirrorCopy<Self>) {
        self.does(Effect::Mirror);
    }
    fn encapsulate(&mut self, _: Encapsulation<Self>) {
        self.does(Effect::Encapsulate);
    }
    fn mend(&mut self, checksum: Checksum, _: Word, _: Word) {
        self.does(Effect::Mend(checksum));
    }
    fn forward(&mut self) {
        self.does(Effect::Forward);
    }
    fn drop(&mut self, reason: Reason) {
        self.does(Effect::Drop(reason));
    }
    fn punt(&mut self, reason: Reason) {
        self.does(Effect::Punt(reason));
    }
    fn recirculate(&mut self) {
        self.does(Effect::Recirculate);
    }
    fn count(&mut self, _: Event) {
        self.does(Effect::Other);
    }
    fn ignore(&mut self, _: Reason) {
        self.does(Effect::Other);
    }
}
