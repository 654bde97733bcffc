//! One stage after the other, in declarations and statements.

use std::collections::{BTreeMap, BTreeSet};

use redplane_hdl_sim::pipeline::{
    Act, Cond, Counted, DecisionTable, Expr as Computed, FieldId, KeyPart, Pipeline, RegisterUnit, Src,
    Stage, Unit,
};

use super::actions::{self, Default};
use super::conditions::{chain, conditions, guarded, single, when};
use super::naming::{Naming, of_acts};
use super::registers::Arrayed;
use super::step::{Step, ordered, ordered_moves};
use super::values::{Given, assignment, field, source};
use super::vector::{Vector, accesses, operands, sources};
use super::{CounterPlace, FlowTable, Half, StageError, counters};
use crate::lower::ProgramShape;
use crate::lower::headers::{self, Mend};
use crate::p4::ast::{
    Action, Body, Counter, Entry, Expr, Gress, If, Keyset, Local, MatchKind, Noted, Stmt, StmtKind, Table,
    Type,
};

/// A half on the way.
pub(super) struct HalfBuilder<'a> {
    vector: Vector<'a>,
    stages: &'a [Stage],
    control: &'static str,
    slot_bits: u32,
    mends: std::vec::IntoIter<Mend>,
    naming: Naming,
    arrays: Vec<Arrayed>,
    banks: Vec<Counter>,
    locals: Vec<Local>,
    apply: Body,
    /// Counts that the tables of the stage before have noted.
    noted: Body,
    half: Half,
    counted: Vec<Counted>,
    defaults: Vec<Default>,
}

/// Banks of counters that a stage has.
const BANKS_MAX: usize = 4;

/// Who counts in a bank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Table(usize),
    Guard(usize),
}

/// How a count is made.
#[derive(Clone)]
enum Counting {
    /// In the action itself.
    Now(String),
    /// Its number is noted in a field of this name, and counted behind the stage.
    Noted(String),
}

/// What is the same for all of a stage.
struct Plan<'s> {
    number: usize,
    stage: &'s Stage,
    /// Units under a guard of their own, by guard.
    guards: Vec<(&'s Cond, Vec<usize>)>,
    /// Units that no table decides: they take settings, or write what another table writes, too.
    apart: BTreeSet<usize>,
    /// The counters of each holder and bank.
    counters: BTreeMap<(Holder, u32), Counting>,
    /// The mends of the stage, by unit.
    mends: BTreeMap<usize, Mend>,
}

impl<'a> HalfBuilder<'a> {
    pub(super) fn new(
        pipeline: &'a Pipeline,
        shape: &ProgramShape,
        gress: Gress,
    ) -> Result<Self, StageError> {
        let vector = Vector::new(pipeline, shape, gress)?;
        let (control, stages) = match gress {
            Gress::Ingress => ("Ingress", &pipeline.ingress),
            Gress::Egress => ("Egress", &pipeline.egress),
        };
        let slot_bits = shape.slot_bits();
        let accessed: BTreeSet<_> = stages
            .iter()
            .flat_map(|stage| &stage.units)
            .filter_map(|unit| match unit {
                Unit::Register(register) => Some(register.array),
                _ => None,
            })
            .collect();
        let arrays = pipeline.arrays.iter().filter(|array| accessed.contains(&array.array));
        let arrays: Vec<Arrayed> = arrays.map(|array| Arrayed::new(array, slot_bits)).collect();
        let mut naming = Naming::default();
        for array in &arrays {
            naming.unique(&array.register.name);
        }
        let mends = match gress {
            Gress::Ingress => shape.mends.clone(),
            Gress::Egress => vec![],
        };
        Ok(Self {
            vector,
            stages,
            control,
            slot_bits,
            mends: mends.into_iter(),
            naming,
            arrays,
            banks: vec![],
            locals: vec![],
            apply: vec![],
            noted: vec![],
            half: Half::default(),
            counted: vec![],
            defaults: vec![],
        })
    }

    pub(super) fn finish(mut self) -> (Half, Vec<Counted>, Vec<Default>) {
        if !self.noted.is_empty() {
            self.apply.extend(commented(self.noted, "What the last stage noted is counted."));
        }
        let mut half = self.half;
        for arrayed in self.arrays {
            let (register, actions) = arrayed.declarations();
            half.locals.push(register.into());
            half.locals.extend(actions.into_iter().map(Local::from));
        }
        half.locals.extend(self.banks.into_iter().map(Local::from));
        half.locals.extend(self.locals);
        half.apply = self.apply;
        half.alone = self.vector.alone(self.stages);
        half.fields = self.vector.into_fields();
        (half, self.counted, self.defaults)
    }

    /// Adds a stage.
    pub(super) fn stage(&mut self, number: usize, stage: &'a Stage) -> Result<(), StageError> {
        let mends = stage.units.iter().enumerate().filter(|(_, unit)| matches!(unit, Unit::Mend { .. }));
        let mends = mends.map(|(at, _)| at).zip(self.mends.by_ref()).collect();
        let plan = self.plan(number, stage, mends);
        let noted = std::mem::take(&mut self.noted);
        self.open_banks(&plan);
        let mut steps = vec![];
        let mut letters = 'a'..='z';
        for table in &stage.tables {
            match register_of(table) {
                Some(at) => steps.push(self.decided_register(&plan, at, table)?),
                None => {
                    let letter = letters.next().unwrap_or('z');
                    steps.extend(self.decisions(&plan, table, letter)?);
                }
            }
        }
        for (at, unit) in stage.units.iter().enumerate() {
            match unit {
                Unit::Lookup { .. } => steps.push(self.lookup(unit)?),
                Unit::Register(register)
                    if !stage.tables.iter().any(|table| register_of(table) == Some(at)) =>
                {
                    steps.push(self.guarded_register(unit, register)?);
                }
                _ => {}
            }
        }
        steps.extend(self.guarded_actions(&plan)?);
        let mut body: Body = ordered(steps, "order")?.into_iter().flat_map(|step| step.body).collect();
        if noted.is_empty() {
            body = commented(body, &title(number, stage));
        } else {
            let noted = commented(
                noted,
                &format!("{} What the stage before noted is counted.", title(number, stage)),
            );
            body.splice(0..0, noted);
        }
        self.apply.extend(body);
        Ok(())
    }

    fn plan(&self, number: usize, stage: &'a Stage, mends: BTreeMap<usize, Mend>) -> Plan<'a> {
        let apart = apart(stage);
        let mut guards: Vec<(&Cond, Vec<usize>)> = vec![];
        let mut counters = BTreeMap::new();
        for (at, unit) in stage.units.iter().enumerate() {
            if matches!(unit, Unit::Lookup { .. } | Unit::Register(_)) {
                continue;
            }
            let holder = match decided_by(stage, &apart, at) {
                Some(table) => Holder::Table(table),
                None => {
                    let guard = super::vector::guard(stage, Act::Unit(at));
                    let known = guards.iter().position(|(known, _)| *known == guard);
                    let group = known.unwrap_or_else(|| {
                        guards.push((guard, vec![]));
                        guards.len() - 1
                    });
                    guards[group].1.push(at);
                    Holder::Guard(group)
                }
            };
            if let Unit::Count { bank, .. } = unit {
                counters.entry((holder, *bank)).or_insert_with(|| Counting::Now(String::new()));
            }
        }
        // One table drives one bank of counters, and a stage has few: what is beyond that is noted.
        let mut free = BANKS_MAX.saturating_sub(self.noted.len());
        let mut counting: BTreeSet<Holder> = BTreeSet::new();
        for (letter, ((holder, _), how)) in ('a'..).zip(&mut counters) {
            let name = format!("counters_{number}_{letter}");
            *how = if free > 0 && counting.insert(*holder) {
                free -= 1;
                Counting::Now(name)
            } else {
                Counting::Noted(name)
            };
        }
        Plan { number, stage, guards, apart, counters, mends }
    }

    /// Declares the stage's banks of counters.
    fn open_banks(&mut self, plan: &Plan<'_>) {
        for ((holder, bank), how) in &plan.counters {
            let (Counting::Now(name) | Counting::Noted(name)) = how;
            for (at, unit) in plan.stage.units.iter().enumerate() {
                let Unit::Count { what, bank: its, .. } = unit else { continue };
                if its != bank || self.holder(plan, at) != *holder {
                    continue;
                }
                self.counted.push(*what);
                self.half.counters.push(CounterPlace {
                    name: what.name(),
                    table: format!("pipe.{}.{name}", self.control),
                    index: counters::index(*what),
                });
            }
            self.banks.push(Counter::packets(name.as_str(), Type::Bit(counters::INDEX_BITS), "COUNTERS"));
            if let Counting::Noted(name) = how {
                let noted = self.vector.add(&noted_name(name), counters::INDEX_BITS);
                self.noted.push(Stmt::when(noted.clone().differs(0), [Stmt::count(name.as_str(), noted)]));
            }
        }
    }

    fn holder(&self, plan: &Plan<'_>, unit: usize) -> Holder {
        match decided_by(plan.stage, &plan.apart, unit) {
            Some(table) => Holder::Table(table),
            None => Holder::Guard(
                plan.guards.iter().position(|(_, units)| units.contains(&unit)).unwrap_or_default(),
            ),
        }
    }

    /// Counting, or noting what is to be counted.
    fn count(&self, plan: &Plan<'_>, unit: usize, what: Counted, bank: u32) -> Stmt {
        match &plan.counters[&(self.holder(plan, unit), bank)] {
            Counting::Now(name) => Stmt::count(name.as_str(), counters::constant(what)),
            Counting::Noted(name) => {
                Stmt::assign(self.vector.own_path(&noted_name(name)), counters::constant(what))
            }
        }
    }

    fn lookup(&mut self, unit: &Unit) -> Result<Step, StageError> {
        let Unit::Lookup { guard, entries, key, hit, slot } = unit else {
            return Err(StageError::new("flow table", "it is no lookup"));
        };
        let (name, action) = (self.naming.unique("flows"), self.naming.unique("flow_hit"));
        let (hit, slot) = (self.vector.location(*hit), self.vector.location(*slot));
        let size = match *entries {
            all if all == self.vector.pipeline.flows => Expr::from("FLOWS"),
            some => Expr::from(some),
        };
        self.half.flow_tables.push(FlowTable {
            table: format!("pipe.{}.{name}", self.control),
            action: format!("{}.{action}", self.control),
            entries: *entries,
        });
        let declared = Action::new(action.as_str())
            .data(Type::Bit(slot.bits), "slot")
            .body([Stmt::assign(hit.path.clone(), 1), Stmt::assign(slot.path.clone(), "slot")])
            .comment("The flow has a slot.");
        let mut table = Table::new(name.as_str(), size)
            .comment("Slots of flows. The control plane alone adds entries and takes them out.");
        for (number, word) in key.iter().enumerate() {
            let path = self.vector.location(*word).path.clone();
            table = table.named_key(path, MatchKind::Exact, format!("key_{number}"));
        }
        let table = table.action(action).default_only("NoAction").const_default("NoAction", []);
        self.locals.extend([Local::from(declared), Local::from(table)]);
        let body = when(&self.vector, guard, vec![Stmt::apply(name.as_str())])?;
        Ok(step(&name, unit, body))
    }

    fn arrayed(&mut self, register: &RegisterUnit) -> Result<(usize, Expr), StageError> {
        let at = self.arrays.iter().position(|known| known.array == register.array);
        let at = at.ok_or_else(|| {
            StageError::new(register.array.name(), "the pipeline does not declare the array")
        })?;
        let index = if register.array.is_single() {
            Expr::int(0)
        } else {
            match register.index {
                Src::Field(id) => field(&self.vector, id, self.slot_bits)?,
                other => source(&self.vector, other, self.slot_bits, &mut vec![])?,
            }
        };
        Ok((at, index))
    }

    /// A register whose case a table decides.
    fn decided_register(
        &mut self,
        plan: &Plan<'_>,
        at: usize,
        table: &DecisionTable,
    ) -> Result<Step, StageError> {
        let Unit::Register(register) = &plan.stage.units[at] else {
            return Err(StageError::new("decision table", "it decides cases of what is no register"));
        };
        let (array, index) = self.arrayed(register)?;
        let mut names = vec![];
        for execution in register.cases.iter().map(|case| &case.execution).chain(&register.otherwise) {
            let stmt = self.arrays[array].access(&self.vector, execution, &index)?;
            let salu = &self.vector.pipeline.action(execution.action).name;
            let name = self.naming.unique(&format!("{salu}_{}", register.array));
            self.locals.push(Action::new(name.as_str()).body([stmt]).into());
            names.push(name);
        }
        let name = self.naming.unique(&format!("{}_access", register.array));
        let entries = self.entries(table, |acts| {
            acts.iter().find_map(|act| match act {
                Act::Case { unit, case } if *unit == at => Some(names[*case].clone()),
                _ => None,
            })
        });
        let mut declared = self.keyed(&name, table, entries);
        declared = match &register.otherwise {
            Some(_) => {
                let default = names[register.cases.len()].as_str();
                declared.default_only(default).const_default(default, [])
            }
            None => declared.default_only("NoAction").const_default("NoAction", []),
        };
        self.locals.push(declared.into());
        let mut step = step(&name, &plan.stage.units[at], vec![Stmt::apply(name.as_str())]);
        // The guards are the table's key.
        step.reads = key_fields(table).collect();
        let executions = register.cases.iter().map(|case| &case.execution).chain(&register.otherwise);
        step.reads.extend(executions.flat_map(operands));
        if let Src::Field(id) = register.index {
            step.reads.insert(id);
        }
        Ok(step)
    }

    /// A register whose case gateways decide.
    fn guarded_register(&mut self, unit: &Unit, register: &RegisterUnit) -> Result<Step, StageError> {
        let (array, index) = self.arrayed(register)?;
        let mut access = |execution| self.arrays[array].access(&self.vector, execution, &index);
        let mut cases = vec![];
        for case in &register.cases {
            cases.push((conditions(&self.vector, &case.guard)?, vec![access(&case.execution)?]));
        }
        let otherwise: Body = register.otherwise.iter().map(access).collect::<Result<_, _>>()?;
        // What takes one condition comes first, so that little stands in several branches.
        cases.sort_by_key(|(conditions, _)| conditions.len());
        let simple = cases.iter().take_while(|(conditions, _)| conditions.len() == 1).count();
        let nested = cases.split_off(simple);
        let inner = nested
            .into_iter()
            .rev()
            .fold(otherwise, |rest, (conditions, then)| guarded(&conditions, then, &rest));
        let branches: Vec<(Expr, Body)> =
            cases.into_iter().map(|(mut conditions, then)| (conditions.remove(0), then)).collect();
        let body = if branches.is_empty() { inner } else { vec![If { branches, otherwise: inner }.into()] };
        Ok(step(&register.array.name(), unit, body))
    }

    /// A table that decides actions; none if all that it decides needs data of its own.
    fn decisions(
        &mut self,
        plan: &Plan<'_>,
        table: &DecisionTable,
        letter: char,
    ) -> Result<Option<Step>, StageError> {
        let mut combinations: Vec<(Vec<Act>, String)> = vec![];
        let mut reads: BTreeSet<FieldId> = key_fields(table).collect();
        let mut writes = BTreeSet::new();
        for entry in &table.entries {
            let acts = decidable(plan, &entry.acts);
            if acts.is_empty() || combinations.iter().any(|(known, _)| *known == acts) {
                continue;
            }
            let name = self.naming.unique(&of_acts(&self.vector, plan.stage, &acts));
            let units: Vec<usize> = acts.iter().filter_map(|act| unit_of(*act)).collect();
            let (body, _) = self.together(plan, &units, &name)?;
            self.locals.push(Action::new(name.as_str()).body(body).into());
            combinations.push((acts, name));
            for unit in units.iter().map(|at| &plan.stage.units[*at]) {
                if let Unit::Assign { moves, .. } = unit {
                    reads.extend(moves.iter().flat_map(|it| sources(&it.expr)));
                }
                writes.extend(accesses(unit).1);
            }
        }
        if combinations.is_empty() {
            return Ok(None);
        }
        let name = self.naming.unique(&format!("decisions_{}_{letter}", plan.number));
        let entries = self.entries(table, |acts| {
            let acts = decidable(plan, acts);
            combinations.iter().find(|(known, _)| *known == acts).map(|(_, name)| name.clone())
        });
        let declared =
            self.keyed(&name, table, entries).default_only("NoAction").const_default("NoAction", []);
        self.locals.push(declared.into());
        let body = vec![Stmt::apply(name.as_str())];
        Ok(Some(Step { name, body, reads, writes }))
    }

    fn keyed(&self, name: &str, table: &DecisionTable, entries: Vec<Entry>) -> Table {
        let mut declared = Table::new(name, entries.len() as u32);
        for part in &table.key {
            let path = match part {
                KeyPart::Field(id) => self.vector.location(*id).path.clone(),
                KeyPart::Valid(header) => headers::valid(*header),
            };
            declared = declared.key(path, MatchKind::Exact);
        }
        let mut actions: Vec<&str> = vec![];
        for entry in &entries {
            if !actions.contains(&entry.action.as_str()) {
                actions.push(&entry.action);
            }
        }
        declared = actions.into_iter().fold(declared, |declared, action| declared.action(action));
        entries.into_iter().fold(declared, Table::entry)
    }

    /// The entries with the actions that their acts are, one for each way in which the key's places hold its values.
    fn entries(&self, table: &DecisionTable, action: impl Fn(&[Act]) -> Option<String>) -> Vec<Entry> {
        let mut entries = vec![];
        for entry in &table.entries {
            let Some(action) = action(&entry.acts) else { continue };
            let mut keys: Vec<Vec<Keyset>> = vec![vec![]];
            for (part, value) in table.key.iter().zip(&entry.values) {
                let values: Vec<Keyset> = match part {
                    KeyPart::Valid(_) => vec![Expr::Bool(*value == 1).into()],
                    KeyPart::Field(id) => match &self.vector.location(*id).numbers {
                        None => vec![self.vector.constant(*id, *value).into()],
                        Some(_) => self.vector.encodings(*id, *value).into_iter().map(Keyset::from).collect(),
                    },
                };
                keys = keys
                    .iter()
                    .flat_map(|key| values.iter().map(|value| [key.clone(), vec![value.clone()]].concat()))
                    .collect();
            }
            entries.extend(keys.into_iter().map(|key| Entry::new(key, action.as_str(), [])));
        }
        entries
    }

    /// The statements of units that act together, and the settings that they take.
    fn together(
        &self,
        plan: &Plan<'_>,
        units: &[usize],
        name: &str,
    ) -> Result<(Body, Vec<Given>), StageError> {
        let mut given = vec![];
        let mut first: Body = vec![];
        let mut moved = vec![];
        for at in units {
            match &plan.stage.units[*at] {
                Unit::Assign { moves, .. } => {
                    for it in moves.iter().filter(|it| self.vector.keeps(it.dest)) {
                        moved.push((it.dest, sources(&it.expr), assignment(&self.vector, it, &mut given)?));
                    }
                }
                Unit::Count { what, bank, .. } => first.push(self.count(plan, *at, *what, *bank)),
                Unit::Mend { old, new, .. } => {
                    let Some(mend) = plan.mends.get(at) else {
                        return Err(StageError::new(
                            name,
                            "the deparser knows nothing of this mend: it is made in ingress only",
                        ));
                    };
                    let mut word = |src| {
                        let bits = self.word_bits(src);
                        source(&self.vector, src, bits, &mut given).map(|word| (word, bits))
                    };
                    for stmt in mend.body(word(*old)?, word(*new)?) {
                        // That the checksum is mended is said once.
                        if !first.contains(&stmt) {
                            first.push(stmt);
                        }
                    }
                }
                Unit::Lookup { .. } | Unit::Register(_) => {}
            }
        }
        first.extend(ordered_moves(moved, name)?);
        Ok((first, given))
    }

    /// Whole words of a checksum that a source fills.
    fn word_bits(&self, src: Src) -> u32 {
        let bits = match src {
            Src::Field(id) => self.vector.pipeline.field(id).bits,
            Src::Lit(value) => u32::BITS - value.leading_zeros(),
            Src::Param(_) | Src::Minus(_) => 32,
        };
        if bits > 16 { 32 } else { 16 }
    }

    /// What has a guard of its own, or none.
    fn guarded_actions(&mut self, plan: &Plan<'_>) -> Result<Vec<Step>, StageError> {
        let mut steps: Vec<(Step, Vec<Expr>)> = vec![];
        for (guard, units) in &plan.guards {
            let acts: Vec<Act> = units.iter().map(|at| Act::Unit(*at)).collect();
            let name = self.naming.unique(&of_acts(&self.vector, plan.stage, &acts));
            let (body, given) = self.together(plan, units, &name)?;
            let done = actions::done(self.control, &name, body, &given)?;
            self.locals.extend(done.locals);
            self.half.settings.extend(done.settings);
            self.defaults.extend(done.defaults);
            let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
            for at in units {
                let (read, written) = accesses(&plan.stage.units[*at]);
                reads.extend(read);
                writes.extend(written);
            }
            let conditions = conditions(&self.vector, guard)?;
            steps.push((Step { name, body: vec![done.stmt], reads, writes }, conditions));
        }
        Ok(chained(steps))
    }
}

/// Puts what writes the same field into one `if … else if …`: no two of them act, and so the compiler sees that, too.
fn chained(steps: Vec<(Step, Vec<Expr>)>) -> Vec<Step> {
    let mut chains: Vec<Vec<(Step, Vec<Expr>)>> = vec![];
    for (step, conditions) in steps {
        let room = chains.iter_mut().find(|chain| {
            single(&conditions).is_some()
                && chain.iter().all(|(other, theirs)| {
                    single(theirs).is_some() && !other.writes.is_disjoint(&step.writes)
                })
        });
        match room {
            Some(chain) => chain.push((step, conditions)),
            None => chains.push(vec![(step, conditions)]),
        }
    }
    let joined = chains.into_iter().map(|chained| {
        let names: Vec<&str> = chained.iter().map(|(step, _)| step.name.as_str()).collect();
        let name = names.join(", ");
        let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
        for (step, _) in &chained {
            reads.extend(step.reads.iter().copied());
            writes.extend(step.writes.iter().copied());
        }
        let body = match <[_; 1]>::try_from(chained) {
            Ok([(step, conditions)]) => guarded(&conditions, step.body, &vec![]),
            Err(several) => {
                let branches = several.into_iter().filter_map(|(step, conditions)| {
                    conditions.into_iter().next().map(|condition| (condition, step.body))
                });
                vec![chain(branches.collect())]
            }
        };
        Step { name, body, reads, writes }
    });
    joined.collect()
}

fn step(name: &str, unit: &Unit, body: Body) -> Step {
    let (reads, writes) = accesses(unit);
    Step { name: name.into(), body, reads: reads.into_iter().collect(), writes: writes.into_iter().collect() }
}

fn noted_name(counters: &str) -> String {
    format!("{counters}_index")
}

/// The register whose cases a table decides.
fn register_of(table: &DecisionTable) -> Option<usize> {
    table.entries.iter().flat_map(|entry| &entry.acts).find_map(|act| match act {
        Act::Case { unit, .. } => Some(*unit),
        Act::Unit(_) => None,
    })
}

/// The table that decides a unit.
fn decided_by(stage: &Stage, apart: &BTreeSet<usize>, unit: usize) -> Option<usize> {
    if apart.contains(&unit) {
        return None;
    }
    let decides =
        |table: &DecisionTable| table.entries.iter().any(|entry| entry.acts.contains(&Act::Unit(unit)));
    stage.tables.iter().position(decides)
}

/// The units of a stage that no table can decide.
///
/// Constant entries have constant data: what takes settings has a table of its own, whose default action can be changed. And tables
/// that write the same field cannot be in one stage, unless they are branches of one condition.
fn apart(stage: &Stage) -> BTreeSet<usize> {
    let takes_settings = |at: &usize| takes_settings(&stage.units[*at]);
    let mut apart: BTreeSet<usize> = (0..stage.units.len()).filter(takes_settings).collect();
    loop {
        let mut writers: BTreeMap<FieldId, BTreeSet<(Option<usize>, usize)>> = BTreeMap::new();
        for (at, unit) in stage.units.iter().enumerate() {
            if !matches!(unit, Unit::Assign { .. }) {
                continue;
            }
            // Those that one table decides count as one.
            let table = decided_by(stage, &apart, at);
            let alone = if table.is_some() { 0 } else { at + 1 };
            for field in accesses(unit).1 {
                writers.entry(field).or_default().insert((table, alone));
            }
        }
        let before = apart.len();
        for (at, unit) in stage.units.iter().enumerate() {
            let fields = if matches!(unit, Unit::Assign { .. }) { accesses(unit).1 } else { vec![] };
            if fields.iter().any(|field| writers[field].len() > 1) {
                apart.insert(at);
            }
        }
        if apart.len() == before {
            return apart;
        }
    }
}

fn takes_settings(unit: &Unit) -> bool {
    let is_setting = |expr: &Computed| expr.sources().any(|src| matches!(src, Src::Param(_) | Src::Minus(_)));
    matches!(unit, Unit::Assign { moves, .. } if moves.iter().any(|it| is_setting(&it.expr)))
}

fn decidable(plan: &Plan<'_>, acts: &[Act]) -> Vec<Act> {
    acts.iter().copied().filter(|act| unit_of(*act).is_some_and(|at| !plan.apart.contains(&at))).collect()
}

fn unit_of(act: Act) -> Option<usize> {
    match act {
        Act::Unit(at) => Some(at),
        Act::Case { .. } => None,
    }
}

fn key_fields(table: &DecisionTable) -> impl Iterator<Item = FieldId> {
    table.key.iter().filter_map(|part| match part {
        KeyPart::Field(id) => Some(*id),
        KeyPart::Valid(_) => None,
    })
}

/// What a stage is about.
fn title(number: usize, stage: &Stage) -> String {
    let about: Vec<String> = stage
        .units
        .iter()
        .filter_map(|unit| match unit {
            Unit::Lookup { .. } => Some("the flow table".to_owned()),
            Unit::Register(register) => Some(register.array.name()),
            _ => None,
        })
        .collect();
    if about.is_empty() {
        format!("Stage {number}.")
    } else {
        format!("Stage {number}: {}.", about.join(", "))
    }
}

fn commented(mut body: Body, comment: &str) -> Body {
    if let Some(first) = body.first_mut() {
        let plain = std::mem::replace(first, StmtKind::Exit.into());
        *first = plain.comment(comment);
    }
    body
}
