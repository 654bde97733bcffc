//! Guards as functions over atoms: the conditions that a gateway can ask of a packet.
//!
//! A header field that is not there reads zero, as the native machine has it; a pipeline must not look at it. So an atom on such a
//! field is only asked together with whether its header is there. What atoms cannot be at once (a field equals two constants) is
//! the *care* function: outside it anything may be answered.

use std::collections::HashMap;

use redplane_core::field::{Field, Header, Pass};

use crate::bdd::{Bdd, Fun};
use crate::netlist::{BinaryOp, Bit, BitNode, Graph, Word, WordNode};

/// A condition that a gateway asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// The parser found this header.
    Has(Header),
    /// The flow table had the key.
    Hit,
    /// The controller found no slot.
    TableFull,
    /// Some bits of a word have a value.
    Masked {
        /// The word.
        word: Word,
        /// Which bits.
        mask: u32,
        /// Their value, zero outside the mask.
        value: u32,
    },
    /// Two words are equal.
    Same(Word, Word),
    /// The difference of two words is above zero as a signed number.
    Newer(Word, Word),
}

impl Atom {
    /// What it takes to ask it: 1 for what an exact match can ask, more for what takes a gateway.
    pub(crate) fn weight(&self) -> u32 {
        match self {
            Self::Has(_) | Self::Hit | Self::TableFull => 1,
            Self::Masked { mask, .. } if mask.count_ones() <= 4 && *mask < 16 => 1,
            Self::Masked { mask, .. } => 1 + mask.count_ones().div_ceil(8),
            Self::Same(..) | Self::Newer(..) => 6,
        }
    }
}

/// Functions and what they are made of.
#[derive(Debug)]
pub(crate) struct Logic {
    pub(crate) bdd: Bdd,
    pub(crate) atoms: Vec<Atom>,
    functions: HashMap<Bit, Fun>,
    /// What is known of the atoms, each fact with those that it is about.
    facts: Vec<(Vec<usize>, Fun)>,
    cares: HashMap<Vec<usize>, Fun>,
}

/// Which bits of a word can be other than zero: asked of the program's shape.
pub(crate) trait Widths {
    fn bits(&self, graph: &Graph, word: Word) -> u32;
}

impl Logic {
    pub(crate) fn new() -> Self {
        Self {
            bdd: Bdd::default(),
            atoms: vec![],
            functions: HashMap::new(),
            facts: vec![],
            cares: HashMap::new(),
        }
    }

    fn atom(&mut self, atom: Atom) -> Fun {
        let var = self.atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
            self.atoms.push(atom);
            self.atoms.len() - 1
        });
        self.bdd.var(var)
    }

    /// A bit as a function.
    pub(crate) fn of_bit(&mut self, graph: &Graph, widths: &dyn Widths, bit: Bit) -> Fun {
        if let Some(known) = self.functions.get(&bit) {
            return *known;
        }
        let fun = match graph.bit_node(bit) {
            BitNode::Const(true) => Fun::TRUE,
            BitNode::Const(false) => Fun::FALSE,
            BitNode::Has(header) => self.atom(Atom::Has(header)),
            BitNode::Hit => self.atom(Atom::Hit),
            BitNode::TableFull => self.atom(Atom::TableFull),
            BitNode::Not(a) => {
                let a = self.of_bit(graph, widths, a);
                self.bdd.not(a)
            }
            BitNode::Both(a, b) => {
                let (a, b) = (self.of_bit(graph, widths, a), self.of_bit(graph, widths, b));
                self.bdd.and(a, b)
            }
            BitNode::Either(a, b) => {
                let (a, b) = (self.of_bit(graph, widths, a), self.of_bit(graph, widths, b));
                self.bdd.or(a, b)
            }
            BitNode::Newer(a, b) => self.atom(Atom::Newer(a, b)),
            BitNode::Eq(a, b) => match graph.literal(b) {
                Some(value) => self.equals(graph, widths, a, value),
                None => self.atom(Atom::Same(a, b)),
            },
        };
        self.functions.insert(bit, fun);
        fun
    }

    /// Whether a word equals a constant: shifts and masks in front of the comparison are the gateway's own.
    fn equals(&mut self, graph: &Graph, widths: &dyn Widths, word: Word, value: u32) -> Fun {
        let (mut word, mut mask, mut value) = (word, u32::MAX, value);
        loop {
            match graph.word_node(word) {
                WordNode::Shr(inner, by) if (value << by) >> by == value => {
                    (word, mask, value) = (inner, mask << by, value << by);
                }
                WordNode::Binary(BinaryOp::And, inner, bits) if graph.literal(bits).is_some() => {
                    mask &= graph.literal(bits).unwrap_or(0);
                    word = inner;
                }
                _ => break,
            }
            if value & !mask != 0 {
                return Fun::FALSE;
            }
        }
        let width = widths.bits(graph, word);
        let all = if width >= 32 { u32::MAX } else { (1 << width) - 1 };
        if value & !all != 0 {
            return Fun::FALSE;
        }
        mask &= all;
        if mask == 0 {
            return Fun::TRUE;
        }
        // One bit is set or not: one atom for both.
        let fun = if mask.is_power_of_two() {
            let set = self.atom(Atom::Masked { word, mask, value: mask });
            if value == 0 { self.bdd.not(set) } else { set }
        } else {
            self.atom(Atom::Masked { word, mask, value })
        };
        let Some(present) = self.presence(graph, word) else { return fun };
        if value == 0 {
            let absent = self.bdd.not(present);
            self.bdd.or(absent, fun)
        } else {
            self.bdd.and(present, fun)
        }
    }

    /// Whether the header of a field is there; `None` for what is always there.
    fn presence(&mut self, graph: &Graph, word: Word) -> Option<Fun> {
        let WordNode::Field(field) = graph.word_node(word) else { return None };
        let header = field.place()?.header;
        let present = self.atom(Atom::Has(header));
        // Fields that TCP and UDP share are named as UDP's.
        if header == Header::Udp {
            let tcp = self.atom(Atom::Has(Header::Tcp));
            return Some(self.bdd.or(present, tcp));
        }
        Some(present)
    }

    /// Collects what is known of the atoms that there are by now.
    pub(crate) fn take_care(&mut self, graph: &Graph) {
        for at in 0..self.atoms.len() {
            for then in at + 1..self.atoms.len() {
                let (a, b) = (self.bdd.var(at), self.bdd.var(then));
                let broken = match relation(self.atoms[at], self.atoms[then]) {
                    Relation::None => continue,
                    Relation::Exclusive => self.bdd.and(a, b),
                    Relation::FirstImplies => self.bdd.and_not(a, b),
                    Relation::SecondImplies => self.bdd.and_not(b, a),
                };
                let fact = self.bdd.not(broken);
                self.facts.push((vec![at, then], fact));
            }
        }
        // A pass is of one of the kinds there are; if all are asked for, one is the answer.
        let is_pass = |atom: &Atom, pass: Pass| {
            matches!(atom, Atom::Masked { word, value, .. }
                if *value == pass as u32 && graph.word_node(*word) == WordNode::Field(Field::Pass))
        };
        let passes = [Pass::Packet, Pass::Message, Pass::Copy, Pass::Sweep, Pass::GiveUp];
        let vars: Vec<_> = passes
            .iter()
            .filter_map(|pass| self.atoms.iter().position(|atom| is_pass(atom, *pass)))
            .collect();
        if vars.len() == passes.len() {
            let mut any = Fun::FALSE;
            for var in &vars {
                let var = self.bdd.var(*var);
                any = self.bdd.or(any, var);
            }
            self.facts.push((vars, any));
        }
    }

    /// Where an answer matters, as far as these atoms tell: what they cannot be together is outside. A fact is taken in if all but
    /// one of its atoms are among them.
    pub(crate) fn care_of(&mut self, functions: &[Fun]) -> Fun {
        let mut atoms: Vec<usize> = functions.iter().flat_map(|fun| self.bdd.support(*fun)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        if let Some(known) = self.cares.get(&atoms) {
            return *known;
        }
        let mut care = Fun::TRUE;
        for (about, fact) in &self.facts {
            let missing = about.iter().filter(|atom| atoms.binary_search(atom).is_err()).count();
            if missing == 0 || about.len() > 2 && missing == 1 {
                care = self.bdd.and(care, *fact);
            }
        }
        self.cares.insert(atoms, care);
        care
    }

    /// Whether the function can ever hold.
    pub(crate) fn is_possible(&mut self, fun: Fun) -> bool {
        let care = self.care_of(&[fun]);
        self.bdd.and(fun, care) != Fun::FALSE
    }

    /// Whether the second holds wherever the first does and it matters.
    pub(crate) fn implies(&mut self, a: Fun, b: Fun) -> bool {
        let without = self.bdd.and_not(a, b);
        !self.is_possible(without)
    }

    /// A function between the two that asks few atoms, late ones last: `cost` orders them, the highest is dropped first.
    pub(crate) fn loosen(&mut self, least: Fun, most: Fun, cost: &dyn Fn(usize) -> u32) -> Fun {
        self.loosen_within(least, most, cost).0
    }

    /// The same, with the most that the result keeps within: where nothing matters is part of it.
    pub(crate) fn loosen_within(&mut self, least: Fun, most: Fun, cost: &dyn Fn(usize) -> u32) -> (Fun, Fun) {
        let care = self.care_of(&[least, most]);
        let never = self.bdd.not(care);
        let most = self.bdd.or(most, never);
        let mut least = self.bdd.and(least, care);
        debug_assert!(self.bdd.implies(least, most), "a guard that must hold where it may not");
        let mut atoms = self.bdd.support(least);
        atoms.sort_by_key(|atom| (std::cmp::Reverse(cost(*atom)), std::cmp::Reverse(*atom)));
        for atom in atoms {
            let without = self.bdd.forget(least, &|var| var == atom);
            if self.bdd.implies(without, most) {
                least = without;
            }
        }
        (least, most)
    }
}

enum Relation {
    None,
    Exclusive,
    FirstImplies,
    SecondImplies,
}

fn relation(a: Atom, b: Atom) -> Relation {
    match (a, b) {
        (Atom::Has(a), Atom::Has(b)) => of_headers(a, b),
        (Atom::Masked { word: a, mask: m, value: v }, Atom::Masked { word: b, mask: n, value: w })
            if a == b =>
        {
            if (v ^ w) & m & n != 0 {
                Relation::Exclusive
            } else if m & n == n {
                Relation::FirstImplies
            } else if m & n == m {
                Relation::SecondImplies
            } else {
                Relation::None
            }
        }
        (Atom::Newer(a, b), Atom::Newer(c, d)) if (a, b) == (d, c) => Relation::Exclusive,
        (Atom::Newer(a, b), Atom::Same(c, d)) | (Atom::Same(c, d), Atom::Newer(a, b))
            if (a, b) == (c, d) || (a, b) == (d, c) =>
        {
            Relation::Exclusive
        }
        _ => Relation::None,
    }
}

fn of_headers(a: Header, b: Header) -> Relation {
    use Header::{Icmp, InnerIpv4, InnerL4, Ipv4, Tcp, Udp};
    let needs = |header| match header {
        Ipv4 => &[][..],
        Tcp | Udp | Icmp => &[Ipv4],
        InnerIpv4 => &[Ipv4, Icmp],
        InnerL4 => &[Ipv4, Icmp, InnerIpv4],
    };
    let l4 = |header| match header {
        Tcp => Some(Tcp),
        Udp => Some(Udp),
        Icmp | InnerIpv4 | InnerL4 => Some(Icmp),
        Ipv4 => None,
    };
    if needs(a).contains(&b) {
        Relation::FirstImplies
    } else if needs(b).contains(&a) {
        Relation::SecondImplies
    } else if l4(a).is_some() && l4(b).is_some() && l4(a) != l4(b) {
        Relation::Exclusive
    } else {
        Relation::None
    }
}
