//! A guard as a gateway asks it: in terms of atoms, and of flags that an earlier stage has set.

use super::plan::{Circle, Guard, Plan, Source};
use crate::bdd::{Bdd, Cube, Fun};

/// A condition in terms of flags and atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Formula {
    /// Flags that are set, or not.
    pub(crate) flags: Vec<(usize, bool)>,
    /// One of these holds; none at all for "never", an empty one for "always".
    pub(crate) cubes: Vec<Cube>,
    /// Whether it is the cubes' opposite that holds.
    pub(crate) is_opposite: bool,
}

impl Formula {
    /// How much there is to ask.
    pub(crate) fn literals(&self) -> usize {
        self.flags.len() + self.cubes.iter().map(Vec::len).sum::<usize>()
    }

    /// Atoms that it asks.
    pub(crate) fn atoms(&self) -> Vec<usize> {
        let mut atoms: Vec<usize> = self.cubes.iter().flatten().map(|(atom, _)| *atom).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }
}

/// A bit that the program named, as a function, and the stage in which it is known.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) name: String,
    pub(crate) fun: Fun,
    pub(crate) ready: u32,
}

/// The function as a sum of products, or its opposite if that is shorter.
fn covered(bdd: &mut Bdd, least: Fun, most: Fun) -> Formula {
    let (cubes, _) = bdd.cover(least, most);
    let direct = Formula { flags: vec![], cubes, is_opposite: false };
    let (not_most, not_least) = (bdd.not(most), bdd.not(least));
    let (cubes, _) = bdd.cover(not_most, not_least);
    let opposite = Formula { flags: vec![], cubes, is_opposite: true };
    if opposite.literals() < direct.literals() { opposite } else { direct }
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
            let (_, ready) = self.ready(Guard { least: fun, most: fun })?;
            let taken = flags.iter().filter(|flag| flag.name.trim_end_matches(char::is_numeric).trim_end_matches('_') == name).count();
            let name = if taken == 0 { name.to_string() } else { format!("{name}_{}", taken + 1) };
            flags.push(Flag { name, fun, ready });
        }
        Ok(flags)
    }

    /// The shortest way to ask a guard in a stage, with flags set before it.
    pub(crate) fn formula(&mut self, guard: Guard, stage: u32, flags: &[Flag]) -> Result<Formula, Circle> {
        let (fun, _) = self.ready(guard)?;
        let care = self.logic.care;
        let never = self.logic.bdd.not(care);
        let least = self.logic.bdd.and(guard.least, care);
        let mut most = self.logic.bdd.or(guard.most, never);
        // The guard as it stands asks nothing that comes later than the stage.
        let mut best = {
            let least = self.logic.bdd.and(fun, care);
            let most = self.logic.bdd.or(fun, never);
            self.ready_cover(least, most, stage)?.unwrap_or_default()
        };
        let mut chosen = vec![];
        loop {
            let mut better: Option<(Formula, Fun, (usize, bool))> = None;
            for (at, flag) in flags.iter().enumerate() {
                if flag.ready + 1 > stage || chosen.iter().any(|(known, _)| *known == at) {
                    continue;
                }
                for value in [true, false] {
                    let outside = if value { self.logic.bdd.not(flag.fun) } else { flag.fun };
                    let broken = self.logic.bdd.and(least, outside);
                    if broken != Fun::FALSE {
                        continue;
                    }
                    let wider = self.logic.bdd.or(most, outside);
                    let Some(mut formula) = self.ready_cover(least, wider, stage)? else { continue };
                    formula.flags = chosen.clone();
                    formula.flags.push((at, value));
                    let best_yet = better.as_ref().map_or(best.literals(), |(formula, ..)| formula.literals());
                    if formula.literals() < best_yet {
                        better = Some((formula, wider, (at, value)));
                    }
                }
            }
            let Some((formula, wider, flag)) = better else { break };
            (best, most) = (formula, wider);
            chosen.push(flag);
        }
        Ok(best)
    }

    /// A cover that asks no atom which is later than the stage.
    fn ready_cover(&mut self, least: Fun, most: Fun, stage: u32) -> Result<Option<Formula>, Circle> {
        let mut late = vec![];
        for atom in self.logic.bdd.support(least) {
            if self.atom_ready(atom)? > stage {
                late.push(atom);
            }
        }
        let mut least = least;
        for atom in late {
            least = self.logic.bdd.forget(least, &|var| var == atom);
            if !self.logic.bdd.implies(least, most) {
                return Ok(None);
            }
        }
        let formula = covered(&mut self.logic.bdd, least, most);
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
