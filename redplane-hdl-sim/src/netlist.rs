//! What a recorded program consists of: expressions over fields, and what is done with them under which guard.
//!
//! Expressions are nodes of a graph and shared: the same expression is the same node. Making one simplifies it where that is
//! plain (constants, selections between constants), so that what a pipeline would have to compute is what stands there.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;

use redplane_core::field::{Checksum, Field, Header, Param};
use redplane_core::machine::Alu;

use crate::pipeline::{Counted, Role, StageArray};

/// An expression of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(pub(crate) u32);

/// A truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bit(pub(crate) u32);

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordNode {
    /// A constant.
    Lit(u32),
    /// A field as the pass brought it.
    Field(Field),
    /// A value of the control plane.
    Param(Param),
    /// The slot that the flow table gave, or that a sweep is about.
    Slot,
    /// How many copies waited when this one left the mirror queue.
    MirrorDepth,
    /// The result of an action of [`Netlist::actions`] on an array. At most one access of an array happens in a pass, so all
    /// that perform the same action share a result.
    Result(StageArray, usize),
    /// In a register action: the cell.
    Cell,
    /// In a register action: its first operand.
    A,
    /// In a register action: its second operand.
    B,
    /// Two words combined.
    Binary(BinaryOp, Word, Word),
    /// Shifted left by a constant.
    Shl(Word, u32),
    /// Shifted right by a constant.
    Shr(Word, u32),
    /// The first if the bit is set, else the second.
    Select(Bit, Word, Word),
}

/// How two words are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// Wrapping sum.
    Add,
    /// Wrapping difference.
    Sub,
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    Xor,
}

impl BinaryOp {
    /// What it gives.
    pub fn apply(self, a: u32, b: u32) -> u32 {
        match self {
            Self::Add => a.wrapping_add(b),
            Self::Sub => a.wrapping_sub(b),
            Self::And => a & b,
            Self::Or => a | b,
            Self::Xor => a ^ b,
        }
    }
}

/// What a bit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BitNode {
    /// A constant.
    Const(bool),
    /// Whether the parser found this header.
    Has(Header),
    /// Whether the flow table had the key.
    Hit,
    /// Whether the controller has said that there is no slot.
    TableFull,
    /// Whether two words are equal.
    Eq(Word, Word),
    /// Whether the first is newer than the second as a serial number.
    Newer(Word, Word),
    /// Both.
    Both(Bit, Bit),
    /// Either.
    Either(Bit, Bit),
    /// Not.
    Not(Bit),
}

/// A line of the program's source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place(pub &'static Location<'static>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.file(), self.0.line())
    }
}

/// One access of a register array.
#[derive(Clone, Debug)]
pub struct Access {
    /// The array.
    pub array: StageArray,
    /// The cell's number.
    pub index: Word,
    /// Number of the action in [`Netlist::actions`].
    pub action: usize,
    /// Its first operand.
    pub a: Word,
    /// Its second operand.
    pub b: Word,
    /// When.
    pub guard: Bit,
    /// Where the program says so.
    pub place: Place,
}

/// Something that a program does beside computing and accessing registers.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    /// When.
    pub guard: Bit,
    /// What.
    pub kind: EffectKind,
    /// Where the program says so.
    pub place: Place,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectKind {
    /// A field is written.
    Write(Role, Word),
    /// The flow table is asked for [`Field::Key`].
    Lookup,
    /// A checksum is mended.
    Mend(Checksum, Word, Word),
    /// A counter is increased.
    Count(Counted),
}

/// A register action as recorded.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// Its expressions.
    pub graph: Graph,
    /// The cell's new value.
    pub value: Word,
    /// The result.
    pub result: Word,
    /// The array that an access first performs it on, and where the program says so.
    pub first_use: (StageArray, Place),
}

/// One gress of a program, written down.
#[derive(Clone, Debug, Default)]
pub struct Netlist {
    /// The expressions.
    pub graph: Graph,
    /// Bits that the program gave a name, in order.
    pub names: Vec<(Bit, &'static str)>,
    /// The register actions that accesses refer to, each once.
    pub actions: Vec<Action>,
    /// The accesses, in the program's order.
    pub accesses: Vec<Access>,
    /// Everything else, in the program's order.
    pub effects: Vec<Effect>,
    /// What a machine can do and no pipeline is given yet: what it is, and where.
    pub beyond: Vec<(&'static str, Place)>,
}

/// Expressions that share what they have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    words: Vec<WordNode>,
    bits: Vec<BitNode>,
    word_ids: HashMap<WordNode, Word>,
    bit_ids: HashMap<BitNode, Bit>,
}

impl Graph {
    /// How many bits there are; their numbers are below it.
    pub fn bit_count(&self) -> u32 {
        self.bits.len() as u32
    }

    /// What a word is.
    pub fn word_node(&self, word: Word) -> WordNode {
        self.words[word.0 as usize]
    }

    /// What a bit is.
    pub fn bit_node(&self, bit: Bit) -> BitNode {
        self.bits[bit.0 as usize]
    }

    /// The constant that a word is.
    pub fn literal(&self, word: Word) -> Option<u32> {
        match self.word_node(word) {
            WordNode::Lit(value) => Some(value),
            _ => None,
        }
    }

    /// The constant that a bit is.
    pub fn constant(&self, bit: Bit) -> Option<bool> {
        match self.bit_node(bit) {
            BitNode::Const(value) => Some(value),
            _ => None,
        }
    }

    /// The word that is this node.
    pub fn put(&mut self, node: WordNode) -> Word {
        let next = Word(self.words.len() as u32);
        *self.word_ids.entry(node).or_insert_with(|| {
            self.words.push(node);
            next
        })
    }

    /// The bit that is this node.
    pub fn put_bit(&mut self, node: BitNode) -> Bit {
        let next = Bit(self.bits.len() as u32);
        *self.bit_ids.entry(node).or_insert_with(|| {
            self.bits.push(node);
            next
        })
    }

    fn binary(&mut self, op: BinaryOp, a: Word, b: Word) -> Word {
        match (self.word_node(a), self.word_node(b)) {
            (WordNode::Lit(x), WordNode::Lit(y)) => self.lit(op.apply(x, y)),
            (_, WordNode::Lit(0)) if op != BinaryOp::And => a,
            (WordNode::Lit(0), _) if matches!(op, BinaryOp::Add | BinaryOp::Or | BinaryOp::Xor) => b,
            // A selection between constants is decided first: one operation less on the way.
            (WordNode::Select(bit, x, y), _) if self.is_constant_pair(x, y) => {
                let (x, y) = (self.binary(op, x, b), self.binary(op, y, b));
                self.select(bit, x, y)
            }
            (_, WordNode::Select(bit, x, y)) if self.is_constant_pair(x, y) => {
                let (x, y) = (self.binary(op, a, x), self.binary(op, a, y));
                self.select(bit, x, y)
            }
            // A constant stands on the right where the order does not matter.
            (WordNode::Lit(_), _) if op != BinaryOp::Sub => self.put(WordNode::Binary(op, b, a)),
            _ => self.put(WordNode::Binary(op, a, b)),
        }
    }

    fn is_constant_pair(&self, a: Word, b: Word) -> bool {
        self.literal(a).is_some() && self.literal(b).is_some()
    }

    fn shifted(
        &mut self,
        a: Word,
        shift: impl Fn(u32) -> u32 + Copy,
        node: impl Fn(Word) -> WordNode,
    ) -> Word {
        match self.word_node(a) {
            WordNode::Lit(value) => self.lit(shift(value)),
            WordNode::Select(bit, x, y) => match (self.literal(x), self.literal(y)) {
                (Some(x), Some(y)) => {
                    let (x, y) = (self.lit(shift(x)), self.lit(shift(y)));
                    self.select(bit, x, y)
                }
                _ => self.put(node(a)),
            },
            _ => self.put(node(a)),
        }
    }
}

impl Alu for Graph {
    type Bit = Bit;
    type Word = Word;

    fn lit(&mut self, value: u32) -> Word {
        self.put(WordNode::Lit(value))
    }
    fn bit(&mut self, value: bool) -> Bit {
        self.put_bit(BitNode::Const(value))
    }
    fn add(&mut self, a: Word, b: Word) -> Word {
        self.binary(BinaryOp::Add, a, b)
    }
    fn sub(&mut self, a: Word, b: Word) -> Word {
        self.binary(BinaryOp::Sub, a, b)
    }
    fn and(&mut self, a: Word, b: Word) -> Word {
        self.binary(BinaryOp::And, a, b)
    }
    fn or(&mut self, a: Word, b: Word) -> Word {
        self.binary(BinaryOp::Or, a, b)
    }
    fn xor(&mut self, a: Word, b: Word) -> Word {
        self.binary(BinaryOp::Xor, a, b)
    }
    fn shl(&mut self, a: Word, by: u32) -> Word {
        self.shifted(a, |value| value << (by & 31), |a| WordNode::Shl(a, by & 31))
    }
    fn shr(&mut self, a: Word, by: u32) -> Word {
        self.shifted(a, |value| value >> (by & 31), |a| WordNode::Shr(a, by & 31))
    }

    /// A selection is compared on both sides, so that a bit that went through a word comes out as that bit again.
    fn eq(&mut self, a: Word, b: Word) -> Bit {
        match (self.word_node(a), self.word_node(b)) {
            _ if a == b => self.bit(true),
            (WordNode::Lit(_), WordNode::Lit(_)) => self.bit(false),
            (WordNode::Select(bit, x, y), _) => {
                let (x, y) = (self.eq(x, b), self.eq(y, b));
                self.choose(bit, x, y)
            }
            (_, WordNode::Select(..)) | (WordNode::Lit(_), _) => self.eq(b, a),
            (_, WordNode::Lit(_)) => self.put_bit(BitNode::Eq(a, b)),
            _ => self.put_bit(BitNode::Eq(a.min(b), a.max(b))),
        }
    }
    fn newer(&mut self, a: Word, b: Word) -> Bit {
        match (self.word_node(a), self.word_node(b)) {
            _ if a == b => self.bit(false),
            (WordNode::Lit(x), WordNode::Lit(y)) => self.bit(x.wrapping_sub(y) as i32 > 0),
            (WordNode::Select(bit, x, y), _) => {
                let (x, y) = (self.newer(x, b), self.newer(y, b));
                self.choose(bit, x, y)
            }
            (_, WordNode::Select(bit, x, y)) => {
                let (x, y) = (self.newer(a, x), self.newer(a, y));
                self.choose(bit, x, y)
            }
            _ => self.put_bit(BitNode::Newer(a, b)),
        }
    }
    fn select(&mut self, bit: Bit, a: Word, b: Word) -> Word {
        match self.constant(bit) {
            Some(true) => a,
            Some(false) => b,
            None if a == b => a,
            None => self.put(WordNode::Select(bit, a, b)),
        }
    }
    fn both(&mut self, a: Bit, b: Bit) -> Bit {
        match (self.constant(a), self.constant(b)) {
            (Some(true), _) => b,
            (_, Some(true)) => a,
            (Some(false), _) | (_, Some(false)) => self.bit(false),
            _ if a == b => a,
            _ => self.put_bit(BitNode::Both(a, b)),
        }
    }
    fn either(&mut self, a: Bit, b: Bit) -> Bit {
        match (self.constant(a), self.constant(b)) {
            (Some(false), _) => b,
            (_, Some(false)) => a,
            (Some(true), _) | (_, Some(true)) => self.bit(true),
            _ if a == b => a,
            _ => self.put_bit(BitNode::Either(a, b)),
        }
    }
    fn not(&mut self, a: Bit) -> Bit {
        match self.bit_node(a) {
            BitNode::Const(value) => self.bit(!value),
            BitNode::Not(inner) => inner,
            _ => self.put_bit(BitNode::Not(a)),
        }
    }
}

impl Graph {
    /// `a` where the bit is set, else `b`.
    fn choose(&mut self, bit: Bit, a: Bit, b: Bit) -> Bit {
        let a = self.both(bit, a);
        let b = self.and_not(b, bit);
        self.either(a, b)
    }
}

/// Zero where a guard does not hold, for every machine whose words and bits are nodes.
macro_rules! guarded_nodes {
    ($machine:ty) => {
        impl redplane_core::machine::Guarded<$machine> for $crate::netlist::Word {
            fn zero(machine: &mut $machine) -> Self {
                redplane_core::machine::Alu::lit(machine, 0)
            }
            fn or_zero(self, machine: &mut $machine, guard: $crate::netlist::Bit) -> Self {
                let zero = redplane_core::machine::Alu::lit(machine, 0);
                redplane_core::machine::Alu::select(machine, guard, self, zero)
            }
        }

        impl redplane_core::machine::Guarded<$machine> for $crate::netlist::Bit {
            fn zero(machine: &mut $machine) -> Self {
                redplane_core::machine::Alu::bit(machine, false)
            }
            fn or_zero(self, machine: &mut $machine, guard: $crate::netlist::Bit) -> Self {
                redplane_core::machine::Alu::both(machine, guard, self)
            }
        }
    };
}
pub(crate) use guarded_nodes;

guarded_nodes!(Graph);

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph, a word and a bit of which nothing is known.
    fn graph() -> (Graph, Word, Bit) {
        let mut graph = Graph::default();
        let (word, bit) = (graph.put(WordNode::Field(Field::Now)), graph.put_bit(BitNode::Hit));
        (graph, word, bit)
    }

    #[test]
    fn operations_on_constants_are_constants() {
        let mut graph = Graph::default();
        let (a, b) = (graph.lit(u32::MAX), graph.lit(2));
        let results = [graph.add(a, b), graph.sub(b, a), graph.and(a, b), graph.or(b, b), graph.xor(a, b)];
        assert_eq!(results.map(|word| graph.literal(word)), [1, 3, 2, 2, u32::MAX - 2].map(Some));
        let shifted = [graph.shl(a, 31), graph.shr(a, 31)];
        assert_eq!(shifted.map(|word| graph.literal(word)), [Some(1 << 31), Some(1)]);
        let (equal, newer, older) = (Alu::eq(&mut graph, a, b), graph.newer(b, a), graph.newer(a, b));
        assert_eq!([equal, newer, older].map(|bit| graph.constant(bit)), [false, true, false].map(Some));
    }

    #[test]
    fn same_expression_is_the_same_node() {
        let (mut graph, word, _) = graph();
        let three = graph.lit(3);
        let sum = graph.add(word, three);
        assert_eq!(graph.add(three, word), sum, "the constant stands on the right");
        let slot = graph.put(WordNode::Slot);
        assert_eq!(Alu::eq(&mut graph, word, slot), Alu::eq(&mut graph, slot, word));
        assert_ne!(graph.sub(word, slot), graph.sub(slot, word));
    }

    #[test]
    fn what_zero_does_not_change_is_no_operation() {
        let (mut graph, word, _) = graph();
        let zero = graph.lit(0);
        let left = [graph.add(zero, word), graph.or(zero, word), graph.xor(zero, word)];
        let right =
            [graph.add(word, zero), graph.sub(word, zero), graph.or(word, zero), graph.xor(word, zero)];
        assert!(left.iter().chain(&right).all(|same| *same == word));
        let negated = graph.sub(zero, word);
        assert_eq!(graph.word_node(negated), WordNode::Binary(BinaryOp::Sub, zero, word));
    }

    #[test]
    fn operation_on_a_selection_between_constants_is_a_selection() {
        let (mut graph, _, bit) = graph();
        let (one, two, seven) = (graph.lit(1), graph.lit(2), graph.lit(7));
        let chosen = graph.select(bit, one, two);
        let sum = graph.add(chosen, seven);
        let (eight, nine) = (graph.lit(8), graph.lit(9));
        assert_eq!(graph.word_node(sum), WordNode::Select(bit, eight, nine));
        let difference = graph.sub(seven, chosen);
        let (six, five) = (graph.lit(6), graph.lit(5));
        assert_eq!(graph.word_node(difference), WordNode::Select(bit, six, five));
        let shifted = graph.shl(chosen, 4);
        let (sixteen, more) = (graph.lit(16), graph.lit(32));
        assert_eq!(graph.word_node(shifted), WordNode::Select(bit, sixteen, more));
    }

    #[test]
    fn operation_on_a_selection_of_what_is_not_constant_stays() {
        let (mut graph, word, bit) = graph();
        let one = graph.lit(1);
        let chosen = graph.select(bit, word, one);
        let sum = graph.add(chosen, one);
        assert_eq!(graph.word_node(sum), WordNode::Binary(BinaryOp::Add, chosen, one));
    }

    #[test]
    fn selection_that_is_decided_is_gone() {
        let (mut graph, word, bit) = graph();
        let (yes, no, one) = (graph.bit(true), graph.bit(false), graph.lit(1));
        assert_eq!([graph.select(yes, word, one), graph.select(no, word, one)], [word, one]);
        assert_eq!(graph.select(bit, word, word), word);
    }

    #[test]
    fn comparison_of_a_selection_asks_what_selects() {
        let (mut graph, word, bit) = graph();
        let asked = graph.word(bit);
        let not = graph.not(bit);
        assert_eq!([graph.is(asked, 1), graph.is(asked, 0)], [bit, not]);
        let never = graph.is(asked, 2);
        assert_eq!(graph.constant(never), Some(false));
        // One side is what it is compared with: the other side need not be asked where it is chosen.
        let five = graph.lit(5);
        let chosen = graph.select(bit, five, word);
        let is_five = graph.is(chosen, 5);
        let word_is_five = graph.is(word, 5);
        let otherwise = graph.and_not(word_is_five, bit);
        assert_eq!(is_five, graph.either(bit, otherwise));
    }

    #[test]
    fn serial_comparison_of_a_selection_asks_what_selects() {
        let (mut graph, _, bit) = graph();
        let (one, three, two) = (graph.lit(1), graph.lit(3), graph.lit(2));
        let chosen = graph.select(bit, one, three);
        let not = graph.not(bit);
        assert_eq!([graph.newer(two, chosen), graph.newer(chosen, two)], [bit, not]);
    }

    #[test]
    fn word_is_equal_to_itself_and_not_newer() {
        let (mut graph, word, _) = graph();
        let (equal, newer) = (Alu::eq(&mut graph, word, word), graph.newer(word, word));
        assert_eq!([equal, newer].map(|bit| graph.constant(bit)), [Some(true), Some(false)]);
    }

    #[test]
    fn bits_that_say_nothing_new_are_gone() {
        let (mut graph, _, bit) = graph();
        let (yes, no) = (graph.bit(true), graph.bit(false));
        assert_eq!([graph.both(bit, yes), graph.both(no, bit), graph.both(bit, bit)], [bit, no, bit]);
        assert_eq!([graph.either(bit, no), graph.either(yes, bit), graph.either(bit, bit)], [bit, yes, bit]);
        let not = graph.not(bit);
        assert_eq!(graph.not(not), bit);
    }
}
