//! A guard as a gateway asks it: in terms of atoms, and of flags that an earlier stage has set.

use super::logic::{Atom, Logic};
use super::plan::{Circle, Guard, Plan, Source};
use crate::bdd::{Cube, Fun};

/// A condition in terms of flags and atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Formula {
    /// Flags that are all as they stand here.
    pub(crate) flags: Vec<(usize, bool)>,
    /// And of these flags one is set, or what follows holds.
    pub(crate) or_flags: Vec<usize>,
    /// One of these holds; none at all for "never", an empty one for "always".
    pub(crate) cubes: Vec<Cube>,
    /// Whether it is the cubes' opposite that holds.
    pub(crate) is_opposite: bool,
}

impl Formula {
    /// Flags that it asks.
    pub(crate) fn all_flags(&self) -> impl Iterator<Item = usize> {
        self.flags.iter().map(|(flag, _)| *flag).chain(self.or_flags.iter().copied())
    }

    /// Atoms that it asks.
    pub(crate) fn atoms(&self) -> Vec<usize> {
        let mut atoms: Vec<usize> = self.cubes.iter().flatten().map(|(atom, _)| *atom).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }
}

/// So much can be asked in one stage for a flag.
const WEIGHT_AT_ONCE: u32 = 24;

/// A flag takes an action to set it: it must save more than it costs.
const FLAG_COST: u32 = 1;

/// A bit that the program named, as a function, and the stage in which it is known.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) name: String,
    pub(crate) fun: Fun,
    pub(crate) ready: u32,
    /// How much it takes to ask it without flags.
    pub(crate) weight: u32,
}

/// How much a formula asks.
fn weight(atoms: &[Atom], formula: &Formula) -> u32 {
    let flags = formula.flags.len() + formula.or_flags.len();
    let cubes: u32 = formula.cubes.iter().flatten().map(|(atom, _)| atoms[*atom].weight()).sum();
    flags as u32 + cubes
}

/// The function as a sum of products, or its opposite if that is shorter.
fn covered(logic: &mut Logic, least: Fun, most: Fun) -> Formula {
    let bdd = &mut logic.bdd;
    let (not_most, not_least) = (bdd.not(most), bdd.not(least));
    let candidates = [(least, most, false), (least, least, false), (not_most, not_least, true)];
    let formulas = candidates.map(|(least, most, is_opposite)| {
        let (cubes, _) = bdd.cover(least, most);
        Formula { flags: vec![], or_flags: vec![], cubes, is_opposite }
    });
    let atoms = &logic.atoms;
    formulas.into_iter().min_by_key(|formula| weight(atoms, formula)).unwrap_or_default()
}

impl Plan<'_> {
    /// The named bits that can become flags: named once, and neither always nor never so.
    pub(crate) fn flags(&mut self) -> Result<Vec<Flag>, Circle> {
        let mut flags: Vec<Flag> = vec![];
        for (bit, name) in self.netlist.names.clone() {
            let fun = self.fun(bit);
            let known = flags.iter().any(|flag| flag.fun == fun);
            if known || !self.logic.is_possible(fun) || self.logic.implies(Fun::TRUE, fun) {
                continue;
            }
            let (simple, ready) = self.ready(Guard { least: fun, most: fun })?;
            // What is one question anyway needs no flag.
            let support = self.logic.bdd.support(simple);
            let weight: u32 = support.iter().map(|atom| self.logic.atoms[*atom].weight()).sum();
            if weight < 2 {
                continue;
            }
            // What asks much asks flags instead, which takes a stage more.
            let ready = if weight > WEIGHT_AT_ONCE { ready + 1 } else { ready };
            let taken = flags
                .iter()
                .filter(|flag| flag.name.trim_end_matches(char::is_numeric).trim_end_matches('_') == name)
                .count();
            let name = if taken == 0 { name.to_string() } else { format!("{name}_{}", taken + 1) };
            flags.push(Flag { name, fun, ready, weight });
        }
        Ok(flags)
    }

    /// The shortest way to ask a guard in a stage, with flags set before it.
    pub(crate) fn formula(
        &mut self,
        guard: Guard,
        stage: u32,
        flags: &[Flag],
        may_ask: &dyn Fn(usize) -> bool,
    ) -> Result<Formula, Circle> {
        let (fun, _) = self.ready(guard)?;
        let care = self.logic.care_of(&[guard.least, guard.most, fun]);
        let never = self.logic.bdd.not(care);
        let least = self.logic.bdd.and(guard.least, care);
        let mut most = self.logic.bdd.or(guard.most, never);
        // The guard as it stands asks nothing that comes later than the stage.
        let mut best = match self.ready_cover(fun, fun, stage)? {
            Some(formula) => formula,
            None => covered(&mut self.logic, fun, fun),
        };
        let mut least = least;
        let (mut chosen, mut chosen_or) = (vec![], vec![]);
        while self.weight(&best) > FLAG_COST {
            let mut better: Option<(Formula, Fun, Fun)> = None;
            for (at, flag) in flags.iter().enumerate() {
                let is_known = chosen.iter().any(|(known, _)| *known == at) || chosen_or.contains(&at);
                if flag.ready + 1 > stage || is_known || !may_ask(at) {
                    continue;
                }
                // The flag is always so where the guard holds: it is asked for, and the rest only where it is so.
                for value in [true, false] {
                    let outside = if value { self.logic.bdd.not(flag.fun) } else { flag.fun };
                    let broken = self.logic.bdd.and(least, outside);
                    if !chosen_or.is_empty() || self.logic.is_possible(broken) {
                        continue;
                    }
                    let wider = self.logic.bdd.or(most, outside);
                    let Some(mut formula) = self.ready_cover(least, wider, stage)? else { continue };
                    formula.flags.clone_from(&chosen);
                    formula.flags.push((at, value));
                    let best_yet = better
                        .as_ref()
                        .map_or(self.weight(&best).saturating_sub(FLAG_COST), |(formula, ..)| {
                            self.weight(formula)
                        });
                    if self.weight(&formula) < best_yet {
                        better = Some((formula, least, wider));
                    }
                }
                // The guard always holds where the flag is set: the rest is asked for where it is not.
                if self.logic.implies(flag.fun, most) {
                    let narrower = self.logic.bdd.and_not(least, flag.fun);
                    let Some(mut formula) = self.ready_cover(narrower, most, stage)? else { continue };
                    formula.flags.clone_from(&chosen);
                    formula.or_flags.clone_from(&chosen_or);
                    formula.or_flags.push(at);
                    let best_yet = better
                        .as_ref()
                        .map_or(self.weight(&best).saturating_sub(FLAG_COST), |(formula, ..)| {
                            self.weight(formula)
                        });
                    if self.weight(&formula) < best_yet {
                        better = Some((formula, narrower, most));
                    }
                }
            }
            let Some((formula, narrower, wider)) = better else { break };
            chosen.clone_from(&formula.flags);
            chosen_or.clone_from(&formula.or_flags);
            (best, least, most) = (formula, narrower, wider);
        }
        Ok(best)
    }

    fn weight(&self, formula: &Formula) -> u32 {
        weight(&self.logic.atoms, formula)
    }

    /// A cover that asks no atom which is later than the stage.
    fn ready_cover(&mut self, least: Fun, most: Fun, stage: u32) -> Result<Option<Formula>, Circle> {
        if let Some(known) = self.covers.get(&(least, most, stage)) {
            return Ok(known.clone());
        }
        let cover = self.find_cover(least, most, stage)?;
        self.covers.insert((least, most, stage), cover.clone());
        Ok(cover)
    }

    fn find_cover(&mut self, least: Fun, most: Fun, stage: u32) -> Result<Option<Formula>, Circle> {
        let mut late = vec![];
        for atom in self.logic.bdd.support(least) {
            if self.atom_ready(atom)? > stage {
                late.push(atom);
            }
        }
        let least = self.logic.bdd.forget(least, &|var| late.contains(&var));
        if !self.logic.bdd.implies(least, most) {
            return Ok(None);
        }
        let mut costs = vec![0; self.logic.atoms.len()];
        for atom in self.logic.bdd.support(least) {
            costs[atom] = self.atom_cost(atom);
        }
        // What is known of these conditions brings in others, of which more is known.
        let care = self.logic.care_of(&[least, most]);
        let never = self.logic.bdd.not(care);
        let most = self.logic.bdd.or(most, never);
        let (least, most) = self.logic.loosen_within(least, most, &|atom| costs[atom]);
        let formula = covered(&mut self.logic, least, most);
        for atom in formula.atoms() {
            if self.atom_ready(atom)? > stage {
                return Ok(None);
            }
        }
        Ok(Some(formula))
    }

    /// What a formula reads, flags apart.
    pub(crate) fn formula_sources(&mut self, formula: &Formula) -> Vec<Source> {
        formula.atoms().into_iter().flat_map(|atom| self.atom_sources(atom)).collect()
    }
}
