//! Conditions: what a stage asks, answered once and as bits, and guards over those bits.
//!
//! Whether a field is a constant, or two fields are the same, or some bits of one are, is one question: whether two words differ in
//! the bits of a mask. A guard is a test of several answers at once, which most of them are and nothing else; the rest go on with a
//! run of such tests, each of which names the next one for either outcome.

use redplane_core::field::Header;

use super::code::Compiler;
use super::unfit::Unfit;
use super::vector::{Place, Vector};
use crate::pipeline::Cond;

/// The answers to the questions of a stage, a bit each.
pub(super) type Answers = u128;

/// The bit of a header in [`super::flight::Flight::valid`], and in the upper half of the answers.
pub(super) const fn header_bit(header: Header) -> u8 {
    1 << header as u8
}

/// Bits of the upper half where the signs begin, and where the equalities that do not fit the lower half do.
const SIGNS: u32 = 8;
const MORE: u32 = 32;

/// What the conditions of a stage ask.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// Whether two words are equal in the bits of a mask.
    equal: Vec<(Place, Place, u32)>,
    /// Whether a word is above zero when it is shifted left by so much, so that the field's own sign is the word's.
    positive: Vec<(Place, u32)>,
}

impl Questions {
    /// Answers them all.
    #[inline]
    pub(super) fn answer(&self, vector: &Vector, valid: u8) -> Answers {
        let (mut low, mut high) = (0u64, u64::from(valid));
        let ask = |(a, b, mask): &(Place, Place, u32)| (vector.get(*a) ^ vector.get(*b)) & mask == 0;
        let (first, more) = self.equal.split_at(self.equal.len().min(64));
        // From the last to the first, so that each bit comes to its place by steps of one.
        for question in first.iter().rev() {
            low = low << 1 | u64::from(ask(question));
        }
        for (at, question) in more.iter().enumerate() {
            high |= u64::from(ask(question)) << (MORE as usize + at);
        }
        for (at, (field, by)) in self.positive.iter().enumerate() {
            let above = (vector.get(*field) << by) as i32 > 0;
            high |= u64::from(above) << (SIGNS as usize + at);
        }
        Answers::from(high) << 64 | Answers::from(low)
    }

    fn equal(&mut self, a: Place, b: Place, mask: u32) -> Result<Answers, Unfit> {
        let at = put(&mut self.equal, (a, b, mask));
        match at {
            0..64 => Ok(1 << at),
            64..96 => Ok(1 << (64 + MORE as usize + at - 64)),
            _ => Err(Unfit::TooLarge),
        }
    }

    fn positive(&mut self, field: Place, by: u32) -> Result<Answers, Unfit> {
        let at = put(&mut self.positive, (field, by));
        let fits = at < (MORE - SIGNS) as usize;
        if fits { Ok(1 << (64 + SIGNS as usize + at)) } else { Err(Unfit::TooLarge) }
    }
}

fn put<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// A guard: whether the answers under a mask are these, and a run of tests holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    mask: Answers,
    value: Answers,
    then: Entry,
}

/// Where a run of tests begins, or ends.
type Entry = u16;

/// A guard that ends here holds.
const HOLDS: Entry = Entry::MAX;
/// A guard that ends here does not.
const FAILS: Entry = Entry::MAX - 1;

/// A test of a run: where to go on if the answers under the mask are these, and where otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Test {
    mask: Answers,
    value: Answers,
    yes: Entry,
    no: Entry,
}

/// The guards of a stage. What two of them share is there once.
#[derive(Debug, Default)]
pub(super) struct Guards {
    tests: Vec<Test>,
}

impl Guards {
    /// Whether a guard holds.
    #[inline]
    pub(super) fn hold(&self, guard: &Guard, answers: Answers) -> bool {
        answers & guard.mask == guard.value && (guard.then == HOLDS || self.run(guard.then, answers))
    }

    fn run(&self, entry: Entry, answers: Answers) -> bool {
        let mut at = entry;
        while at < FAILS {
            let test = &self.tests[at as usize];
            at = if answers & test.mask == test.value { test.yes } else { test.no };
        }
        at == HOLDS
    }

    /// Makes a condition a guard.
    pub(super) fn guard(
        &mut self,
        compiler: &mut Compiler<'_>,
        questions: &mut Questions,
        cond: &Cond,
    ) -> Result<Guard, Unfit> {
        let terms = if let Cond::All(terms) = cond { terms } else { std::slice::from_ref(cond) };
        let (mask, value, others) = gather(compiler, questions, terms, true)?;
        let mut then = HOLDS;
        for term in others.into_iter().rev() {
            then = self.tests(compiler, questions, term, then, FAILS)?;
        }
        Ok(Guard { mask, value, then })
    }

    /// The tests of a condition that goes on at `yes` or `no`; gives where they begin.
    fn tests(
        &mut self,
        compiler: &mut Compiler<'_>,
        questions: &mut Questions,
        cond: &Cond,
        yes: Entry,
        no: Entry,
    ) -> Result<Entry, Unfit> {
        if let Some(Literal { bit, holds }) = literal(compiler, questions, cond)? {
            return self.put(Test { mask: bit, value: if holds { bit } else { 0 }, yes, no });
        }
        match cond {
            Cond::Not(inner) => self.tests(compiler, questions, inner, no, yes),
            Cond::All(terms) => {
                let (mask, value, others) = gather(compiler, questions, terms, true)?;
                let mut next = yes;
                for term in others.into_iter().rev() {
                    next = self.tests(compiler, questions, term, next, no)?;
                }
                if mask == 0 { Ok(next) } else { self.put(Test { mask, value, yes: next, no }) }
            }
            Cond::Any(terms) => {
                // None holds if all their opposites do.
                let (mask, value, others) = gather(compiler, questions, terms, false)?;
                let mut next = no;
                for term in others.into_iter().rev() {
                    next = self.tests(compiler, questions, term, yes, next)?;
                }
                if mask == 0 { Ok(next) } else { self.put(Test { mask, value, yes: next, no: yes }) }
            }
            // What is left always holds.
            _ => Ok(yes),
        }
    }

    fn put(&mut self, test: Test) -> Result<Entry, Unfit> {
        if test.yes == test.no {
            return Ok(test.yes);
        }
        let at = put(&mut self.tests, test);
        if at < FAILS as usize { Ok(at as Entry) } else { Err(Unfit::TooLarge) }
    }
}

/// A question or its opposite.
struct Literal {
    bit: Answers,
    holds: bool,
}

/// What a condition asks, if it is one question.
fn literal(
    compiler: &mut Compiler<'_>,
    questions: &mut Questions,
    cond: &Cond,
) -> Result<Option<Literal>, Unfit> {
    let bit = match cond {
        Cond::Always | Cond::All(_) | Cond::Any(_) => return Ok(None),
        Cond::Not(inner) => {
            let inner = literal(compiler, questions, inner)?;
            return Ok(inner.map(|Literal { bit, holds }| Literal { bit, holds: !holds }));
        }
        Cond::Valid(header) => Answers::from(header_bit(*header)) << 64,
        Cond::Is(field, value) => {
            let value = compiler.constant(*value)?;
            questions.equal(compiler.field(*field)?, value, u32::MAX)?
        }
        Cond::Masked(field, mask, value) => {
            let value = compiler.constant(*value)?;
            questions.equal(compiler.field(*field)?, value, *mask)?
        }
        Cond::Same(a, b) => questions.equal(compiler.field(*a)?, compiler.field(*b)?, u32::MAX)?,
        Cond::Positive(field) => {
            let place = compiler.field(*field)?;
            questions.positive(place, 32 - compiler.pipeline.field(*field).bits.clamp(1, 32))?
        }
    };
    Ok(Some(Literal { bit, holds: true }))
}

/// The literals among some terms, as one test: that all of them hold, or that none of them does; and the other terms, among them a
/// literal that contradicts another.
fn gather<'a>(
    compiler: &mut Compiler<'_>,
    questions: &mut Questions,
    terms: &'a [Cond],
    hold: bool,
) -> Result<(Answers, Answers, Vec<&'a Cond>), Unfit> {
    let (mut mask, mut value, mut others) = (0, 0, vec![]);
    for term in terms {
        match literal(compiler, questions, term)? {
            None => others.push(term),
            Some(Literal { bit, holds }) => {
                let wanted = if holds == hold { bit } else { 0 };
                if mask & bit != 0 && value & bit != wanted {
                    others.push(term);
                } else {
                    mask |= bit;
                    value |= wanted;
                }
            }
        }
    }
    Ok((mask, value, others))
}
