//! Gateways: what a condition takes, by the bits that it looks at and the rows of a ternary table that decide it.

use std::collections::BTreeMap;

use super::{Ctx, Usage};
use crate::pipeline::{Cond, FieldId};

/// What a gateway that decides `cond` takes, alone in its stage: nothing if there is nothing to decide.
///
/// A gateway sees a few bytes of the vector as they are, as many again to compare them with, and some bits through the hash
/// matrix, which fields narrower than a byte are sent to when the bytes do not suffice. It decides by the first of its few rows
/// that matches. A condition with more of either is split over several gateways, either all rows at once, or term by term: one
/// gateway's outcome decides whether the next is asked. Each gateway beyond the first takes a logical table.
pub fn gateway(cond: &Cond, ctx: &Ctx<'_>) -> Usage {
    Usage { crossbar_bytes: Inputs::of(cond).bytes(ctx), ..unwired(cond, ctx) }
}

/// What a gateway takes beside the bytes on the crossbar, which gateways of a stage share.
pub(super) fn unwired(cond: &Cond, ctx: &Ctx<'_>) -> Usage {
    if *cond == Cond::Always { Usage::NONE } else { Shape::of(cond, ctx).usage() }
}

/// What conditions look at.
#[derive(Clone, Debug, Default)]
pub(super) struct Inputs {
    /// Bits of fields, as masks.
    seen: BTreeMap<FieldId, u32>,
    /// Bits of fields that those are compared with.
    compared: BTreeMap<FieldId, u32>,
    validity: bool,
}

impl Inputs {
    /// Of one condition.
    pub(super) fn of(cond: &Cond) -> Self {
        let mut inputs = Self::default();
        inputs.add(cond);
        inputs
    }

    /// Adds another condition's.
    pub(super) fn add(&mut self, cond: &Cond) {
        match cond {
            Cond::Always => {}
            // The bits that say which headers there are stand together.
            Cond::Valid(_) => self.validity = true,
            Cond::Is(field, _) | Cond::Positive(field) => *self.seen.entry(*field).or_default() = u32::MAX,
            Cond::Masked(field, mask, _) => *self.seen.entry(*field).or_default() |= mask,
            Cond::Same(a, b) => {
                self.seen.insert(*a, u32::MAX);
                self.compared.insert(*b, u32::MAX);
            }
            Cond::Not(inner) => self.add(inner),
            Cond::All(terms) | Cond::Any(terms) => terms.iter().for_each(|term| self.add(term)),
        }
    }

    /// Bytes on the crossbar.
    pub(super) fn bytes(&self, ctx: &Ctx<'_>) -> u32 {
        let compared: u32 = masks(&self.compared, ctx).map(bytes).sum();
        self.seen_bytes(ctx) + compared
    }

    fn seen_bytes(&self, ctx: &Ctx<'_>) -> u32 {
        masks(&self.seen, ctx).map(bytes).sum::<u32>() + self.validity as u32
    }
}

/// The masks, cut to the widths of their fields.
fn masks(fields: &BTreeMap<FieldId, u32>, ctx: &Ctx<'_>) -> impl Iterator<Item = u32> {
    fields.iter().map(|(field, mask)| mask & (u32::MAX >> (u32::BITS - ctx.bits(*field).clamp(1, 32))))
}

/// In how many bytes a mask has bits.
fn bytes(mask: u32) -> u32 {
    mask.to_be_bytes().into_iter().filter(|byte| *byte != 0).count() as u32
}

/// How big a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    gateways: u32,
    hash_bits: u32,
}

impl Shape {
    /// The smaller of a condition [as a whole](Shape::of_whole) and [term by term](Shape::of_terms).
    fn of(cond: &Cond, ctx: &Ctx<'_>) -> Self {
        let whole = Self::of_whole(cond, ctx);
        if whole.gateways == 1 {
            return whole;
        }
        let terms = match cond {
            Cond::Not(inner) => Self::of(inner, ctx),
            Cond::All(terms) => Self::of_terms(terms, Cond::All, ctx),
            Cond::Any(terms) => Self::of_terms(terms, Cond::Any, ctx),
            _ => whole,
        };
        if terms.gateways < whole.gateways { terms } else { whole }
    }

    /// Terms one after the other into gateways, as many into each as it can decide.
    fn of_terms(terms: &[Cond], join: fn(Vec<Cond>) -> Cond, ctx: &Ctx<'_>) -> Self {
        let mut sum = Self { gateways: 0, hash_bits: 0 };
        let mut left = terms;
        while !left.is_empty() {
            let fits = |count: &usize| Self::of_whole(&join(left[..*count].to_vec()), ctx).gateways == 1;
            let count = (1..=left.len()).take_while(fits).last();
            let shape = match count {
                Some(count) => Self::of_whole(&join(left[..count].to_vec()), ctx),
                None => Self::of(&left[0], ctx),
            };
            sum.gateways += shape.gateways;
            sum.hash_bits += shape.hash_bits;
            left = &left[count.unwrap_or(1)..];
        }
        sum
    }

    /// All rows over all inputs.
    fn of_whole(cond: &Cond, ctx: &Ctx<'_>) -> Self {
        let gateway = ctx.target.gateway;
        let inputs = Inputs::of(cond);
        let mut seen_bytes = inputs.seen_bytes(ctx);
        let mut narrow: Vec<u32> = masks(&inputs.seen, ctx).filter(|mask| mask.count_ones() < 8).collect();
        narrow.sort_unstable_by_key(|mask| mask.count_ones());
        let mut hash_bits = 0;
        for mask in narrow {
            if seen_bytes <= gateway.bytes || hash_bits + mask.count_ones() > gateway.hash_bits {
                break;
            }
            seen_bytes -= bytes(mask);
            hash_bits += mask.count_ones();
        }
        let rows = rows(cond, ctx);
        let gateways = seen_bytes.div_ceil(gateway.bytes).max(rows.div_ceil(gateway.rows)).max(1);
        Self { gateways, hash_bits }
    }

    fn usage(&self) -> Usage {
        Usage {
            gateways: self.gateways,
            hash_bits: self.hash_bits,
            logical_tables: self.gateways.saturating_sub(1),
            ..Usage::NONE
        }
    }
}

/// Rows that decide a condition, an estimate: those of the cheaper of it and its opposite.
fn rows(cond: &Cond, ctx: &Ctx<'_>) -> u32 {
    Rows::of(cond, true, ctx).count().min(Rows::of(cond, false, ctx).count())
}

/// Rows of a ternary table that is read from the top: first those that say no, then those that say yes; no is the default.
#[derive(Clone, Copy)]
struct Rows {
    no: u32,
    yes: u32,
}

impl Rows {
    const ONE: Self = Self { no: 0, yes: 1 };

    /// Of the condition, or of its opposite.
    fn of(cond: &Cond, holds: bool, ctx: &Ctx<'_>) -> Self {
        match cond {
            Cond::Not(inner) => Self::of(inner, !holds, ctx),
            Cond::Always | Cond::Valid(_) => Self::ONE,
            Cond::Is(..) | Cond::Masked(..) | Cond::Same(..) if holds => Self::ONE,
            Cond::Is(field, _) if ctx.bits(*field) == 1 => Self::ONE,
            Cond::Masked(_, mask, _) if mask.count_ones() == 1 => Self::ONE,
            // Whatever is not equal: a row says no to what is, the next yes to the rest.
            Cond::Is(..) | Cond::Masked(..) | Cond::Same(..) => Self { no: 1, yes: 1 },
            // Neither zero nor negative; the opposite is one of the two.
            Cond::Positive(_) if holds => Self { no: 2, yes: 1 },
            Cond::Positive(_) => Self { no: 0, yes: 2 },
            Cond::All(terms) | Cond::Any(terms) => {
                let all = matches!(cond, Cond::All(_)) == holds;
                let terms = terms.iter().map(|term| Self::of(term, holds, ctx));
                terms.reduce(|a, b| if all { a.and(b) } else { a.or(b) }).unwrap_or(Self::ONE)
            }
        }
    }

    /// A row of each goes with every row of the other.
    fn and(self, other: Self) -> Self {
        Self { no: self.no.saturating_add(other.no), yes: self.yes.saturating_mul(other.yes) }
    }

    fn or(self, other: Self) -> Self {
        Self { no: self.no.saturating_add(other.no), yes: self.yes.saturating_add(other.yes) }
    }

    fn count(self) -> u32 {
        self.no.saturating_add(self.yes)
    }
}

#[cfg(test)]
mod tests {
    use redplane_core::field::Header;

    use super::*;
    use crate::usage::testing::{World, field};

    #[test]
    fn nothing_to_decide_takes_nothing() {
        let world = World::new(&[]);
        assert_eq!(gateway(&Cond::Always, &world.ctx()), Usage::NONE);
    }

    #[test]
    fn comparison_of_two_words_takes_one_gateway_and_eight_bytes() {
        let world = World::new(&[("epoch", 32), ("cell", 32)]);
        let usage = gateway(&Cond::Same(field(0), field(1)), &world.ctx());
        assert_eq!((usage.gateways, usage.crossbar_bytes, usage.logical_tables), (1, 8, 0));
    }

    #[test]
    fn word_and_narrow_fields_beside_it_fit_one_gateway_through_the_hash() {
        let world = World::new(&[("age", 32), ("hit", 1), ("kind", 4)]);
        let cond = Cond::All(vec![Cond::Positive(field(0)), Cond::Is(field(1), 1), Cond::Is(field(2), 3)]);
        let usage = gateway(&cond, &world.ctx());
        assert_eq!((usage.gateways, usage.hash_bits, usage.crossbar_bytes), (1, 5, 6));
    }

    #[test]
    fn masked_bits_take_only_their_bytes() {
        let world = World::new(&[("flags", 32)]);
        let usage = gateway(&Cond::Masked(field(0), 0x0001_8000, 0x8000), &world.ctx());
        assert_eq!((usage.gateways, usage.hash_bits, usage.crossbar_bytes), (1, 0, 2));
    }

    #[test]
    fn two_words_are_split_over_two_gateways() {
        let world = World::new(&[("a", 32), ("b", 32)]);
        let cond = Cond::All(vec![Cond::Is(field(0), 7), Cond::Is(field(1), 9)]);
        let usage = gateway(&cond, &world.ctx());
        assert_eq!((usage.gateways, usage.logical_tables), (2, 1));
    }

    #[test]
    fn nine_values_of_a_field_take_three_gateways() {
        let world = World::new(&[("kind", 8)]);
        let cond = Cond::Any((0..9).map(|kind| Cond::Is(field(0), kind)).collect());
        assert_eq!(gateway(&cond, &world.ctx()).gateways, 3);
        assert_eq!(gateway(&Cond::Not(Box::new(cond)), &world.ctx()).gateways, 3);
    }

    #[test]
    fn choices_that_must_all_hold_are_decided_one_after_the_other() {
        let world = World::new(&[("kind", 8), ("flags", 8), ("reason", 8)]);
        let one_of = |id, count| Cond::Any((0..count).map(|value| Cond::Is(field(id), value)).collect());
        let cond = Cond::All(vec![one_of(0, 4), one_of(1, 4), one_of(2, 4)]);
        assert_eq!(rows(&cond, &world.ctx()), 15, "64 to say yes, 12 and 3 to say no");
        assert_eq!(gateway(&cond, &world.ctx()).gateways, 3);
        let cond = Cond::All(vec![one_of(0, 2), one_of(1, 2), Cond::Valid(Header::Ipv4)]);
        assert_eq!(gateway(&cond, &world.ctx()).gateways, 1, "two by two rows");
    }

    #[test]
    fn huge_condition_is_a_number_all_the_same() {
        let world = World::new(&[("kind", 8)]);
        let one_of = Cond::Any((0..32).map(|kind| Cond::Is(field(0), kind)).collect());
        let cond = Cond::All(vec![Cond::Any(vec![one_of.clone(), Cond::Not(Box::new(one_of))]); 32]);
        assert!(gateway(&cond, &world.ctx()).gateways > 16);
    }

    #[test]
    fn negated_terms_add_their_rows_and_are_not_multiplied() {
        let world = World::new(&[("kind", 8)]);
        let not = |kind| Cond::Not(Box::new(Cond::Is(field(0), kind)));
        let cond = Cond::All(vec![Cond::Valid(Header::Ipv4), not(1), not(2), not(3)]);
        assert_eq!(rows(&cond, &world.ctx()), 4);
    }
}
