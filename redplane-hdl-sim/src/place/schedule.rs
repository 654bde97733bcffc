//! From jobs to stages: each as early as what it reads, what still has to be read, and what the stage has left allow.
//!
//! List scheduling: stage by stage, of the jobs that could be done the one with the longest way behind it comes first. A job that a
//! stage has no room for waits for the next one.

use std::collections::HashMap;

use redplane_core::field::Field;

use super::emit::{Emitter, FieldKey};
use super::formula::{Flag, Formula};
use super::plan::{Calc, Circle, Execution, Job, Plan, Source, What};
use crate::check::Violation;
use crate::netlist::Place;
use crate::pipeline::{Role, Stage, StageArray};
use crate::target::Target;
use crate::usage::{self, Usage};

/// Where an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dest {
    Role(Role),
    Temp(usize),
    Flag(usize),
}

/// A job with its guard decided.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// With the entries of this part of the flow table.
    Lookup(Formula, u32),
    Register {
        array: StageArray,
        cases: Vec<(Formula, Execution)>,
        otherwise: Option<Execution>,
    },
    Move {
        guard: Formula,
        dest: Dest,
        calc: Calc,
    },
    Count {
        guard: Formula,
        what: crate::pipeline::Counted,
        when: crate::bdd::Fun,
    },
    Mend {
        guard: Formula,
        checksum: redplane_core::field::Checksum,
        old: Source,
        new: Source,
    },
}

/// A task and what it has to do with the others.
#[derive(Debug)]
struct Item {
    task: Task,
    reads: Vec<Source>,
    /// Tasks that must be in an earlier stage.
    after: Vec<usize>,
    /// Longest way behind it, in stages.
    height: u32,
    stage: Option<u32>,
}

/// Stages that what nothing waits for may wait, so that it can ask flags, as long as the pass takes no longer for it.
const PATIENCE: u32 = 2;

/// Tasks while they are collected.
struct Collected {
    tasks: Vec<TaskWithReads>,
    open_temps: Vec<usize>,
    seen_temps: Vec<usize>,
    /// By flag, the earliest stage in which it is asked.
    asked: Vec<Option<u32>>,
    set: Vec<bool>,
}

impl Collected {
    fn add(
        &mut self,
        plan: &mut Plan<'_>,
        task: Task,
        mut reads: Vec<Source>,
        formulas: &[Formula],
        stage: u32,
    ) {
        let mut flags = vec![];
        for formula in formulas {
            reads.extend(plan.formula_sources(formula));
            flags.extend(formula.all_flags());
        }
        self.open_temps.extend(reads.iter().filter_map(|source| match source {
            Source::Temp(temp) => Some(*temp),
            _ => None,
        }));
        for flag in &flags {
            self.asked[*flag] = Some(self.asked[*flag].map_or(stage, |known| known.min(stage)));
        }
        self.tasks.push((task, reads, flags));
    }

    /// The task of a job, which could be done in this stage.
    fn add_job(
        &mut self,
        plan: &mut Plan<'_>,
        job: &Job,
        sources: Vec<Source>,
        stage: u32,
        flags: &[Flag],
        barred: &[bool],
    ) -> Result<(), Circle> {
        let guard = match &job.what {
            What::Register(_) => Formula::default(),
            _ => plan.formula(job.guard, stage, flags, &|flag| !barred[flag])?,
        };
        match job.what.clone() {
            What::Lookup(entries) => {
                self.add(plan, Task::Lookup(guard.clone(), entries), vec![], &[guard], stage);
            }
            What::Register(array) => {
                let register = plan.registers[&array].clone();
                let mut sources = if array.is_single() { vec![] } else { vec![Source::Slot] };
                let mut cases = vec![];
                for (guard, execution) in register.cases {
                    let formula = plan.formula(guard, register.stage, flags, &|flag| !barred[flag])?;
                    sources.extend([execution.a, execution.b]);
                    cases.push((formula, execution));
                }
                let otherwise = register.otherwise;
                sources.extend(otherwise.into_iter().flat_map(|execution| [execution.a, execution.b]));
                let formulas: Vec<Formula> = cases.iter().map(|(formula, _)| formula.clone()).collect();
                self.add(
                    plan,
                    Task::Register { array, cases, otherwise },
                    sources,
                    &formulas,
                    register.stage,
                );
            }
            What::Write(role, calc) => {
                let task = Task::Move { guard: guard.clone(), dest: Dest::Role(role), calc };
                self.add(plan, task, sources, &[guard], stage);
            }
            What::Count(what) => {
                let task = Task::Count { guard: guard.clone(), what, when: job.guard.least };
                self.add(plan, task, vec![], &[guard], stage);
            }
            What::Mend(checksum, old, new) => {
                let task = Task::Mend { guard: guard.clone(), checksum, old, new };
                self.add(plan, task, sources, &[guard], stage);
            }
        }
        Ok(())
    }

    /// What tasks read must be computed first, and the flags that they ask must be set.
    fn add_what_is_read(
        &mut self,
        plan: &mut Plan<'_>,
        flags: &[Flag],
        barred: &[bool],
    ) -> Result<(), Circle> {
        loop {
            // All that reads a flag is known before it is decided when and how to set it: the latest flag comes first.
            let latest = (0..flags.len())
                .filter(|flag| !self.set[*flag])
                .filter_map(|flag| self.asked[flag].map(|stage| (stage, flag)))
                .max();
            if let Some(temp) = self.open_temps.pop() {
                if self.seen_temps.contains(&temp) {
                    continue;
                }
                self.seen_temps.push(temp);
                for (guard, calc) in plan.temps[temp].moves.clone() {
                    let (_, mut stage) = plan.ready(guard)?;
                    for source in calc.sources() {
                        stage = stage.max(plan.available(source)?);
                    }
                    let unset = |flag: usize| !self.set[flag] && !barred[flag];
                    let guard = plan.formula(guard, stage, flags, &unset)?;
                    let task = Task::Move { guard: guard.clone(), dest: Dest::Temp(temp), calc };
                    self.add(plan, task, calc.sources(), &[guard], stage);
                }
            } else if let Some((asked, flag)) = latest {
                self.set[flag] = true;
                let fun = flags[flag].fun;
                let stage = flags[flag].ready.max(asked.saturating_sub(1));
                let guard = super::plan::Guard { least: fun, most: fun };
                // One that is set already may ask this one.
                let unset = |flag: usize| !self.set[flag] && !barred[flag];
                let guard = plan.formula(guard, stage, flags, &unset)?;
                let calc = Calc::Copy(Source::Lit(1));
                let task = Task::Move { guard: guard.clone(), dest: Dest::Flag(flag), calc };
                self.add(plan, task, vec![], &[guard], stage);
            } else {
                return Ok(());
            }
        }
    }
}

/// Decides all guards, and lists what has to be done. A flag that only one task asks is not worth setting: what it stands for is
/// asked at once, unless that is much.
fn tasks(plan: &mut Plan<'_>, flags: &[Flag]) -> Result<Vec<TaskWithReads>, Circle> {
    let mut barred = vec![false; flags.len()];
    loop {
        let tasks = tasks_with(plan, flags, &barred)?;
        let mut askers = vec![0; flags.len()];
        for flag in tasks.iter().flat_map(|(.., flags)| flags) {
            askers[*flag] += 1;
        }
        let mut changed = false;
        for (flag, askers) in askers.into_iter().enumerate() {
            if askers == 1 && flags[flag].weight <= WEIGHT_INLINE && !barred[flag] {
                barred[flag] = true;
                changed = true;
            }
        }
        if !changed {
            return Ok(tasks);
        }
    }
}

/// So much is asked at once rather than by a flag that nobody else asks.
const WEIGHT_INLINE: u32 = 12;

/// A task, what it reads, and the flags that it asks.
type TaskWithReads = (Task, Vec<Source>, Vec<usize>);

fn tasks_with(plan: &mut Plan<'_>, flags: &[Flag], barred: &[bool]) -> Result<Vec<TaskWithReads>, Circle> {
    let mut all = Collected {
        tasks: vec![],
        open_temps: vec![],
        seen_temps: vec![],
        asked: vec![None; flags.len()],
        set: vec![false; flags.len()],
    };
    let mut last = 0;
    for job in plan.jobs.clone() {
        last = last.max(plan.ready(job.guard)?.1);
    }
    for job in plan.jobs.clone() {
        let (_, mut stage) = plan.ready(job.guard)?;
        let sources = match &job.what {
            What::Write(_, calc) => calc.sources(),
            What::Mend(_, old, new) => vec![*old, *new],
            What::Lookup(_) | What::Register(_) | What::Count(_) => vec![],
        };
        for source in &sources {
            stage = stage.max(plan.available(*source)?);
        }
        let is_awaited = matches!(job.what, What::Lookup(_) | What::Write(Role::Field(Field::Key(_)), _));
        if !is_awaited {
            stage = stage.max((stage + PATIENCE).min(last));
        }
        all.add_job(plan, &job, sources, stage, flags, barred)?;
    }
    all.add_what_is_read(plan, flags, barred)?;
    let tasks = all.tasks;
    plan.read_results = tasks
        .iter()
        .flat_map(|(_, reads, _)| reads)
        .filter_map(|source| match source {
            Source::Result(array, action) => Some((*array, *action)),
            _ => None,
        })
        .collect();
    Ok(tasks)
}

/// Who writes what: the tasks that must be done before a source or a flag can be read.
fn writers(items: &[TaskWithReads]) -> HashMap<FieldKey, Vec<usize>> {
    let mut writers: HashMap<FieldKey, Vec<usize>> = HashMap::new();
    for (at, (task, ..)) in items.iter().enumerate() {
        let key = match task {
            Task::Lookup(..) => FieldKey::Role(Role::Slot),
            Task::Register { array, .. } => FieldKey::Array(*array),
            Task::Move { dest: Dest::Temp(temp), .. } => FieldKey::Temp(*temp),
            Task::Move { dest: Dest::Flag(flag), .. } => FieldKey::Flag(*flag),
            Task::Move { dest: Dest::Role(Role::Field(Field::Key(_))), .. } => FieldKey::Key,
            _ => continue,
        };
        writers.entry(key).or_default().push(at);
    }
    writers
}

fn writer_key(source: Source) -> Option<FieldKey> {
    match source {
        Source::Slot => Some(FieldKey::Role(Role::Slot)),
        Source::Result(array, _) => Some(FieldKey::Array(array)),
        Source::Temp(temp) => Some(FieldKey::Temp(temp)),
        _ => None,
    }
}

fn items(tasks: Vec<TaskWithReads>) -> Vec<Item> {
    let writers = writers(&tasks);
    let of = |key: FieldKey| writers.get(&key).cloned().unwrap_or_default();
    let mut items: Vec<Item> = tasks
        .into_iter()
        .map(|(task, reads, flags)| {
            let mut after: Vec<usize> = reads.iter().filter_map(|s| writer_key(*s)).flat_map(of).collect();
            after.extend(flags.iter().flat_map(|flag| of(FieldKey::Flag(*flag))));
            if matches!(task, Task::Lookup(..)) {
                after.extend(of(FieldKey::Key));
            }
            after.sort_unstable();
            after.dedup();
            Item { task, reads, after, height: 0, stage: None }
        })
        .collect();
    // Heights settle after as many rounds as the longest way has steps: there are no circles.
    loop {
        let mut changed = false;
        for at in 0..items.len() {
            for before in items[at].after.clone() {
                if items[before].height < items[at].height + 1 {
                    items[before].height = items[at].height + 1;
                    changed = true;
                }
            }
        }
        if !changed {
            return items;
        }
    }
}

/// A header field that a task overwrites, so that who reads it must have done so.
fn overwrites(item: &Item) -> Option<Field> {
    match item.task {
        Task::Move { dest: Dest::Role(Role::Field(field)), .. } if field.place().is_some() => Some(field),
        _ => None,
    }
}

/// The stages of one gress. `taken` is what the other gress has of each stage already, where they share it.
pub(crate) fn schedule(
    plan: &mut Plan<'_>,
    emitter: &mut Emitter<'_>,
    target: &Target,
    taken: &[Stage],
) -> Result<Vec<Stage>, Violation> {
    let circle = |plan: &Plan<'_>, circle| plan.backwards(circle);
    let flags = match plan.flags() {
        Ok(flags) => flags,
        Err(open) => return Err(circle(plan, open)),
    };
    let tasks = match tasks(plan, &flags) {
        Ok(tasks) => tasks,
        Err(open) => return Err(circle(plan, open)),
    };
    emitter.begin(plan, &flags);
    let mut items = items(tasks);
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(items[*at].height), rank(&items[*at].task), *at));
    let mut stages: Vec<Stage> = vec![];
    while items.iter().any(|item| item.stage.is_none()) {
        let now = stages.len() as u32;
        if now >= target.stages {
            let left = order.iter().find(|at| items[**at].stage.is_none());
            let what = left.map_or_else(String::new, |at| emitter.name_of(plan, &items[*at].task));
            let place = left.and_then(|at| place_of(plan, &items[*at].task));
            return Err(Violation::TooManyStages { what, place, stages: target.stages });
        }
        let mut stage = emitter.stage(taken.get(now as usize).cloned().unwrap_or_default());
        let mut changed = true;
        while changed {
            changed = false;
            for at in order.clone() {
                if items[at].stage.is_some() || !may_be_done(&items, at, now) {
                    continue;
                }
                match stage.try_add(plan, emitter, target, &items[at].task) {
                    Ok(()) => {
                        items[at].stage = Some(now);
                        changed = true;
                    }
                    Err(shortage) if stage.is_empty() => {
                        return Err(Violation::TooBig {
                            what: emitter.name_of(plan, &items[at].task),
                            place: place_of(plan, &items[at].task),
                            shortage: shortage.to_string(),
                        });
                    }
                    Err(_) => {}
                }
            }
        }
        stages.push(stage.finish());
    }
    Ok(stages)
}

/// Where the program asks for a task that has one place.
fn place_of(plan: &Plan<'_>, task: &Task) -> Option<Place> {
    match task {
        Task::Register { array, .. } => plan.place_of(*array),
        Task::Lookup(..) => plan.place_of_lookup(),
        Task::Move { .. } | Task::Count { .. } | Task::Mend { .. } => None,
    }
}

/// What comes first among tasks that nothing waits for: arrays take the most room, and counts fit in anywhere.
fn rank(task: &Task) -> u32 {
    match task {
        Task::Lookup(..) | Task::Register { .. } => 0,
        Task::Move { .. } | Task::Mend { .. } => 1,
        Task::Count { .. } => 2,
    }
}

/// Whether a task may be done in a stage: what it reads was written before, and what it overwrites is read no later.
fn may_be_done(items: &[Item], at: usize, now: u32) -> bool {
    let is_before = |item: &Item| item.stage.is_some_and(|stage| stage < now);
    if !items[at].after.iter().all(|before| is_before(&items[*before])) {
        return false;
    }
    let Some(field) = overwrites(&items[at]) else { return true };
    items.iter().enumerate().all(|(other, item)| {
        other == at || item.stage.is_some() || !item.reads.contains(&Source::Field(field))
    })
}

/// What a stage takes: a decision table in place of the guards that it decides.
pub(crate) fn usage_of(stage: &Stage, ctx: &usage::Ctx<'_>) -> Usage {
    usage::stage_with_tables(stage, ctx)
}
