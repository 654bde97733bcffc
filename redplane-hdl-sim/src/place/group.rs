//! Small decisions of a stage, together in exact-match tables.
//!
//! A guarded action by itself takes a gateway and a table. Where guards ask only a few bits, one table with a constant entry for
//! each of their combinations decides them all: it takes a little RAM and no ternary memory. Entries are worked out from the guards,
//! over the combinations that can be.

use super::emit::Emitter;
use super::plan::Plan;
use crate::bdd::Fun;
use crate::pipeline::{Act, Cond, DecisionTable, Entry, FieldId, KeyPart, Role, Unit};

/// Most bits of a key.
const KEY_BITS_MAX: u32 = 16;
/// Most entries of a table: a quarter of what one way of RAM holds, so that exact keys find a place in it.
const ENTRIES_MAX: usize = 256;

/// What a condition looks at, if it looks at nothing that an exact match cannot.
fn parts(emitter: &Emitter<'_>, cond: &Cond, parts: &mut Vec<KeyPart>) -> bool {
    let field = |field: FieldId, parts: &mut Vec<KeyPart>| {
        let keyable = emitter.values(field).is_some();
        if keyable && !parts.contains(&KeyPart::Field(field)) {
            parts.push(KeyPart::Field(field));
        }
        keyable
    };
    match cond {
        Cond::Always => true,
        Cond::Valid(header) => {
            if !parts.contains(&KeyPart::Valid(*header)) {
                parts.push(KeyPart::Valid(*header));
            }
            true
        }
        Cond::Is(asked, _) => field(*asked, parts),
        Cond::Masked(..) | Cond::Same(..) | Cond::Positive(_) => false,
        Cond::Not(inner) => self::parts(emitter, inner, parts),
        Cond::All(terms) | Cond::Any(terms) => terms.iter().all(|term| self::parts(emitter, term, parts)),
    }
}

fn bits(emitter: &Emitter<'_>, key: &[KeyPart]) -> u32 {
    key.iter()
        .map(|part| match part {
            KeyPart::Field(field) => emitter.fields[field.0 as usize].bits,
            KeyPart::Valid(_) => 1,
        })
        .sum()
}

/// Whether a condition holds for these values of the key.
pub(crate) fn holds(cond: &Cond, key: &[KeyPart], values: &[u32]) -> bool {
    let value = |part: KeyPart| key.iter().position(|known| *known == part).map_or(0, |at| values[at]);
    match cond {
        Cond::Always => true,
        Cond::Valid(header) => value(KeyPart::Valid(*header)) == 1,
        Cond::Is(field, wanted) => value(KeyPart::Field(*field)) == *wanted,
        Cond::Masked(..) | Cond::Same(..) | Cond::Positive(_) => false,
        Cond::Not(inner) => !holds(inner, key, values),
        Cond::All(terms) => terms.iter().all(|term| holds(term, key, values)),
        Cond::Any(terms) => terms.iter().any(|term| holds(term, key, values)),
    }
}

/// The table that decides these acts; `None` if it would be too big or asks what an exact match cannot.
fn table(plan: &mut Plan<'_>, emitter: &mut Emitter<'_>, acts: &[(Act, Cond)]) -> Option<DecisionTable> {
    let mut key = vec![];
    for (_, cond) in acts {
        if !parts(emitter, cond, &mut key) {
            return None;
        }
    }
    if key.is_empty() || bits(emitter, &key) > KEY_BITS_MAX {
        return None;
    }
    let mut entries = vec![];
    let mut values = vec![];
    let fits = combine(plan, emitter, &key, acts, Fun::TRUE, &mut values, &mut entries);
    (fits && !entries.is_empty()).then_some(DecisionTable { key, entries })
}

/// Goes through the values of the key that can be, part by part. False once there are too many entries.
fn combine(
    plan: &mut Plan<'_>,
    emitter: &mut Emitter<'_>,
    key: &[KeyPart],
    acts: &[(Act, Cond)],
    possible: Fun,
    values: &mut Vec<u32>,
    entries: &mut Vec<Entry>,
) -> bool {
    let Some(part) = key.get(values.len()) else {
        let fired: Vec<Act> =
            acts.iter().filter(|(_, cond)| holds(cond, key, values)).map(|(act, _)| *act).collect();
        if !fired.is_empty() && plan.logic.is_possible(possible) {
            entries.push(Entry { values: values.clone(), acts: fired });
        }
        return entries.len() <= ENTRIES_MAX;
    };
    for (value, fun) in emitter.value_funs(plan, *part) {
        let possible = plan.logic.bdd.and(possible, fun);
        if possible == Fun::FALSE {
            continue;
        }
        values.push(value);
        let fits = combine(plan, emitter, key, acts, possible, values, entries);
        values.pop();
        if !fits {
            return false;
        }
    }
    true
}

/// The tables of a stage while it is filled. Each register has one of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    of_registers: Vec<DecisionTable>,
    others: Vec<(Vec<(Act, Cond)>, DecisionTable)>,
}

impl Groups {
    /// Takes a unit in, if a table can decide it: into the table whose key it makes longer by the least.
    pub(crate) fn add(&mut self, plan: &mut Plan<'_>, emitter: &mut Emitter<'_>, at: usize, unit: &Unit) {
        match unit {
            Unit::Register(register) if !register.cases.is_empty() => {
                let cases: Vec<(Act, Cond)> = register
                    .cases
                    .iter()
                    .enumerate()
                    .map(|(case, guarded)| (Act::Case { unit: at, case }, guarded.guard.clone()))
                    .collect();
                self.of_registers.extend(table(plan, emitter, &cases));
            }
            Unit::Assign { guard, .. } | Unit::Count { guard, .. } if *guard != Cond::Always => {
                let act = (Act::Unit(at), guard.clone());
                let Some(alone) = table(plan, emitter, std::slice::from_ref(&act)) else { return };
                let mut nearest: Vec<(u32, usize)> = vec![];
                for (at, (_, known)) in self.others.iter().enumerate() {
                    let is_missing = |part: &&KeyPart| !known.key.contains(part);
                    let missing: Vec<KeyPart> = alone.key.iter().filter(is_missing).copied().collect();
                    nearest.push((bits(emitter, &missing), at));
                }
                nearest.sort_unstable();
                for (_, at) in nearest {
                    let mut wider = self.others[at].0.clone();
                    wider.push(act.clone());
                    if let Some(table) = table(plan, emitter, &wider) {
                        self.others[at] = (wider, table);
                        return;
                    }
                }
                self.others.push((vec![act], alone));
            }
            _ => {}
        }
    }

    /// The tables. One act alone is simpler as it is.
    pub(crate) fn tables(&self) -> Vec<DecisionTable> {
        let several = self.others.iter().filter(|(acts, _)| acts.len() > 1).map(|(_, table)| table);
        self.of_registers.iter().chain(several).cloned().collect()
    }
}

impl Emitter<'_> {
    /// The values that a field can have, if they are few.
    pub(crate) fn values(&self, field: FieldId) -> Option<Vec<u32>> {
        use redplane_core::field::Field;
        let phv = &self.fields[field.0 as usize];
        if let Some(known) = self.known_values.get(&field) {
            return Some(known.clone());
        }
        match (phv.role, phv.bits) {
            (Role::Field(Field::Pass), _) => Some((0..5).collect()),
            (Role::Field(Field::MessageKind | Field::OutKind), _) => Some((0..15).collect()),
            (_, bits @ 1..=2) => Some((0..1 << bits).collect()),
            _ => None,
        }
    }
}
