//! From the jobs of a stage to its units: fields get numbers and names, guards become conditions on them.

use std::collections::HashMap;

use super::formula::{Flag, Formula};
use super::group::Groups;
use super::logic::Atom;
use super::plan::{Calc, Execution as PlannedExecution, Plan, Shape, Source, field_name, snake};
use super::schedule::{Dest, Task, usage_of};
use crate::bdd::Fun;
use crate::netlist::{BinaryOp, WordNode};
use crate::pipeline::{
    ActionId, Case, Cond, Execution, Expr, FieldId, KeyPart, Move, PhvField, RegisterArray, RegisterUnit,
    Role, Src, Stage, StageArray, Unit,
};
use crate::salu::Salu;
use crate::target::Target;
use crate::usage::{Ctx, Shortage};

/// What a field of the vector is known by while a program is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FieldKey {
    Role(Role),
    /// All results of an array.
    Array(StageArray),
    /// The result of one action of it.
    Result(StageArray, usize),
    Temp(usize),
    Flag(usize),
    /// All words of the key.
    Key,
}

/// Gives numbers and names.
#[derive(Debug)]
pub(crate) struct Emitter<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) fields: Vec<PhvField>,
    pub(crate) actions: Vec<Salu>,
    pub(crate) arrays: Vec<RegisterArray>,
    /// Of both gresses.
    roles: HashMap<Role, FieldId>,
    /// Of the gress that is being placed.
    own: HashMap<FieldKey, FieldId>,
    flag_names: Vec<String>,
    flag_funs: Vec<Fun>,
    key_bits: Vec<u32>,
    /// Fields with few values, other than by their width.
    pub(crate) known_values: HashMap<FieldId, Vec<u32>>,
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(shape: &'a Shape) -> Self {
        Self {
            shape,
            fields: vec![],
            actions: vec![],
            arrays: vec![],
            roles: HashMap::new(),
            own: HashMap::new(),
            flag_names: vec![],
            flag_funs: vec![],
            key_bits: vec![],
            known_values: HashMap::new(),
        }
    }

    /// Begins a gress.
    pub(crate) fn begin(&mut self, plan: &Plan<'_>, flags: &[Flag]) {
        self.own.clear();
        self.flag_names = flags.iter().map(|flag| flag.name.clone()).collect();
        self.flag_funs = flags.iter().map(|flag| flag.fun).collect();
        if self.key_bits.is_empty() {
            self.key_bits.clone_from(&plan.key_bits);
        }
        for array in plan.registers.keys() {
            let cells = if array.is_single() { 1 } else { self.shape.flows };
            self.arrays.push(RegisterArray { array: *array, bits: self.shape.cell_bits(*array), cells });
        }
        self.arrays.sort_by_key(|array| array.array);
    }

    fn new_field(&mut self, name: String, bits: u32, role: Role) -> FieldId {
        let mut unique = name.clone();
        let mut number = 2;
        while self.fields.iter().any(|field| field.name == unique) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        self.fields.push(PhvField { name: unique, bits, role });
        FieldId(self.fields.len() as u16 - 1)
    }

    /// The field that plays a role.
    pub(crate) fn role(&mut self, role: Role) -> FieldId {
        if let Some(known) = self.roles.get(&role) {
            return *known;
        }
        use redplane_core::field::Field;
        let name = match role {
            Role::Field(field) => field_name(field),
            Role::Output(output) => snake(&format!("{output:?}")),
            Role::Hit => "hit".into(),
            Role::Slot => "slot".into(),
            Role::TableFull => "table_full".into(),
            Role::MirrorDepth => "queue_depth".into(),
            Role::Temp => "temp".into(),
        };
        let bits = match role {
            Role::Field(Field::Key(word)) => self.key_bits.get(word as usize).copied().unwrap_or(32),
            _ => self.shape.role_bits(role),
        };
        let id = self.new_field(name, bits, role);
        self.roles.insert(role, id);
        id
    }

    fn field(&mut self, plan: &Plan<'_>, key: FieldKey) -> FieldId {
        if let FieldKey::Role(role) = key {
            return self.role(role);
        }
        if let Some(known) = self.own.get(&key) {
            return *known;
        }
        let (name, bits) = match key {
            FieldKey::Result(array, action) => {
                let salu = &plan.salus[action];
                (format!("{array}_{}", salu.name), salu.output_bits().min(self.shape.cell_bits(array)))
            }
            FieldKey::Temp(temp) => (plan.temps[temp].name.clone(), plan.temps[temp].bits),
            FieldKey::Flag(flag) => (self.flag_names[flag].clone(), 1),
            FieldKey::Role(_) | FieldKey::Array(_) | FieldKey::Key => (String::new(), 32),
        };
        let id = self.new_field(name, bits, Role::Temp);
        self.own.insert(key, id);
        if let FieldKey::Result(array, action) = key
            && let Some(values) = plan.result_values(array, action)
        {
            self.known_values.insert(id, values);
        }
        id
    }

    /// The values that a part of a key can have, and when it has each.
    pub(crate) fn value_funs(&mut self, plan: &mut Plan<'_>, part: KeyPart) -> Vec<(u32, Fun)> {
        let field = match part {
            KeyPart::Valid(header) => {
                let fun = plan.of_atom(Atom::Has(header));
                let not = plan.logic.bdd.not(fun);
                return vec![(0, not), (1, fun)];
            }
            KeyPart::Field(field) => field,
        };
        let own = self.own.iter().find(|(_, id)| **id == field).map(|(key, _)| *key);
        let role = self.fields[field.0 as usize].role;
        let values = self.values(field).unwrap_or_default();
        let set = match (own, role) {
            (Some(FieldKey::Flag(flag)), _) => Some(self.flag_funs[flag]),
            (_, Role::Hit) => Some(plan.of_atom(Atom::Hit)),
            (_, Role::TableFull) => Some(plan.of_atom(Atom::TableFull)),
            _ => None,
        };
        if let Some(set) = set {
            let not = plan.logic.bdd.not(set);
            return vec![(0, not), (1, set)];
        }
        let word = match (own, role) {
            (Some(FieldKey::Result(array, action)), _) => plan.graph.put(WordNode::Result(array, action)),
            (_, Role::Field(field)) => plan.graph.put(WordNode::Field(field)),
            // Nothing is known of it.
            _ => return values.into_iter().map(|value| (value, Fun::TRUE)).collect(),
        };
        values.into_iter().map(|value| (value, plan.value_fun(word, value))).collect()
    }

    fn src(&mut self, plan: &Plan<'_>, source: Source) -> Src {
        match source {
            Source::Lit(value) => Src::Lit(value),
            Source::Param(param) => Src::Param(param),
            Source::Minus(param) => Src::Minus(param),
            Source::Field(field) => Src::Field(self.role(Role::Field(field))),
            Source::Depth => Src::Field(self.role(Role::MirrorDepth)),
            Source::Slot => Src::Field(self.role(Role::Slot)),
            Source::Result(array, action) => Src::Field(self.field(plan, FieldKey::Result(array, action))),
            Source::Temp(temp) => Src::Field(self.field(plan, FieldKey::Temp(temp))),
        }
    }

    /// The field that an atom looks at. An atom is about no constant: that would have been decided.
    fn atom_field(&mut self, plan: &mut Plan<'_>, source: Source) -> FieldId {
        match self.src(plan, source) {
            Src::Field(field) => field,
            Src::Lit(_) | Src::Param(_) | Src::Minus(_) => self.role(Role::Temp),
        }
    }

    fn atom(&mut self, plan: &mut Plan<'_>, atom: usize) -> Cond {
        let sources = plan.atom_sources(atom);
        match plan.logic.atoms[atom] {
            Atom::Has(header) => Cond::Valid(header),
            Atom::Hit => Cond::Is(self.role(Role::Hit), 1),
            Atom::TableFull => Cond::Is(self.role(Role::TableFull), 1),
            Atom::Masked { mask, value, .. } => {
                let field = self.atom_field(plan, sources[0]);
                let bits = self.fields[field.0 as usize].bits;
                let all = if bits >= 32 { u32::MAX } else { (1 << bits) - 1 };
                if mask & all == all { Cond::Is(field, value) } else { Cond::Masked(field, mask, value) }
            }
            Atom::Same(..) => {
                let fields = [self.atom_field(plan, sources[0]), self.atom_field(plan, sources[1])];
                Cond::Same(fields[0].min(fields[1]), fields[0].max(fields[1]))
            }
            Atom::Newer(..) => Cond::Positive(self.atom_field(plan, sources[0])),
        }
    }

    fn cond(&mut self, plan: &mut Plan<'_>, formula: &Formula) -> Cond {
        let signed = |cond: Cond, value: bool| if value { cond } else { Cond::Not(Box::new(cond)) };
        let mut terms: Vec<Cond> = vec![];
        for (flag, value) in &formula.flags {
            let flag = self.field(plan, FieldKey::Flag(*flag));
            terms.push(Cond::Is(flag, *value as u32));
        }
        let mut cubes = vec![];
        for cube in &formula.cubes {
            let literals: Vec<Cond> =
                cube.iter().map(|(atom, value)| signed(self.atom(plan, *atom), *value)).collect();
            cubes.push(all(literals));
        }
        let sum = any(cubes);
        let sum = if formula.is_opposite { opposite(sum) } else { sum };
        let sum = if formula.or_flags.is_empty() {
            sum
        } else {
            let flags = formula.or_flags.iter().map(|flag| FieldKey::Flag(*flag));
            let mut terms: Vec<Cond> = flags.map(|flag| Cond::Is(self.field(plan, flag), 1)).collect();
            match sum {
                Cond::Any(inner) => terms.extend(inner),
                other => terms.push(other),
            }
            any(terms)
        };
        match sum {
            Cond::All(inner) => terms.extend(inner),
            Cond::Always => {}
            other => terms.push(other),
        }
        all(terms)
    }

    fn expr(&mut self, plan: &Plan<'_>, calc: Calc) -> Expr {
        let mut src = |source| self.src(plan, source);
        match calc {
            Calc::Copy(a) => Expr::Copy(src(a)),
            Calc::Shl(a, by) => Expr::Shl(src(a), by),
            Calc::Shr(a, by) => Expr::Shr(src(a), by),
            Calc::Join(a, b, by) => Expr::Join(src(a), src(b), by),
            Calc::Binary(op, a, b) => {
                let (a, b) = (src(a), src(b));
                match op {
                    BinaryOp::Add => Expr::Add(a, b),
                    BinaryOp::Sub => Expr::Sub(a, b),
                    BinaryOp::And => Expr::And(a, b),
                    BinaryOp::Or => Expr::Or(a, b),
                    BinaryOp::Xor => Expr::Xor(a, b),
                }
            }
        }
    }

    fn execution(&mut self, plan: &Plan<'_>, array: StageArray, planned: PlannedExecution) -> Execution {
        let salu = &plan.salus[planned.action];
        let action = self.actions.iter().position(|known| known == salu).unwrap_or_else(|| {
            self.actions.push(salu.clone());
            self.actions.len() - 1
        });
        let result = plan.is_read(array, planned.action);
        Execution {
            action: ActionId(action as u16),
            a: self.src(plan, planned.a),
            b: self.src(plan, planned.b),
            result: result.then(|| self.field(plan, FieldKey::Result(array, planned.action))),
        }
    }

    fn unit(&mut self, plan: &mut Plan<'_>, task: &Task) -> Unit {
        match task {
            Task::Lookup(guard, entries) => {
                use redplane_core::field::Field;
                let words = self.shape.layout.key_words;
                Unit::Lookup {
                    guard: self.cond(plan, guard),
                    entries: *entries,
                    key: (0..words).map(|word| self.role(Role::Field(Field::Key(word)))).collect(),
                    hit: self.role(Role::Hit),
                    slot: self.role(Role::Slot),
                }
            }
            Task::Register { array, cases, otherwise } => {
                let mut guarded = vec![];
                for (formula, execution) in cases {
                    let guard = self.cond(plan, formula);
                    guarded.push(Case { guard, execution: self.execution(plan, *array, *execution) });
                }
                let index = if array.is_single() { Src::Lit(0) } else { Src::Field(self.role(Role::Slot)) };
                let otherwise = otherwise.map(|execution| self.execution(plan, *array, execution));
                Unit::Register(RegisterUnit { array: *array, index, cases: guarded, otherwise })
            }
            Task::Move { guard, dest, calc } => {
                let dest = match *dest {
                    Dest::Role(role) => self.role(role),
                    Dest::Temp(temp) => self.field(plan, FieldKey::Temp(temp)),
                    Dest::Flag(flag) => self.field(plan, FieldKey::Flag(flag)),
                };
                let moves = vec![Move { dest, expr: self.expr(plan, *calc) }];
                Unit::Assign { guard: self.cond(plan, guard), moves }
            }
            Task::Count { guard, what, .. } => {
                Unit::Count { guard: self.cond(plan, guard), what: *what, bank: 0 }
            }
            Task::Mend { guard, checksum, old, new } => Unit::Mend {
                guard: self.cond(plan, guard),
                checksum: *checksum,
                old: self.src(plan, *old),
                new: self.src(plan, *new),
            },
        }
    }

    /// What a task is, for people.
    pub(crate) fn name_of(&self, plan: &Plan<'_>, task: &Task) -> String {
        match task {
            Task::Lookup(_, entries) if *entries < self.shape.flows => {
                format!("a part of the flow table with {entries} of {} flows", self.shape.flows)
            }
            Task::Lookup(..) => "the flow table".into(),
            Task::Register { array, .. } => format!("array `{array}`"),
            Task::Move { dest: Dest::Role(role), .. } => match role {
                Role::Field(field) => format!("the write of `{}`", field_name(*field)),
                other => format!("the write of `{}`", snake(&format!("{other:?}"))),
            },
            Task::Move { dest: Dest::Temp(temp), .. } => format!("`{}`", plan.temps[*temp].name),
            Task::Move { dest: Dest::Flag(flag), .. } => format!("`{}`", self.flag_names[*flag]),
            Task::Count { what, .. } => format!("counting `{}`", what.name()),
            Task::Mend { checksum, .. } => format!("mending the checksum {checksum:?}"),
        }
    }

    /// An empty stage beside what the other gress has in it.
    pub(crate) fn stage(&self, taken: Stage) -> StageBuilder {
        StageBuilder { units: vec![], groups: Groups::default(), taken, counted: vec![] }
    }
}

fn all(mut terms: Vec<Cond>) -> Cond {
    terms.retain(|term| *term != Cond::Always);
    match terms.len() {
        0 => Cond::Always,
        1 => terms.remove(0),
        _ => Cond::All(terms),
    }
}

fn any(mut terms: Vec<Cond>) -> Cond {
    match terms.len() {
        1 => terms.remove(0),
        _ => Cond::Any(terms),
    }
}

fn opposite(cond: Cond) -> Cond {
    match cond {
        Cond::Not(inner) => *inner,
        Cond::Any(terms) => all(terms.into_iter().map(opposite).collect()),
        Cond::All(terms) => Cond::Any(terms.into_iter().map(opposite).collect()),
        other => Cond::Not(Box::new(other)),
    }
}

/// A stage while it is filled.
#[derive(Debug)]
pub(crate) struct StageBuilder {
    units: Vec<Unit>,
    groups: Groups,
    taken: Stage,
    /// Bank and condition of each count.
    counted: Vec<(u32, Fun)>,
}

impl StageBuilder {
    pub(crate) fn is_empty(&self) -> bool {
        self.units.is_empty() && self.taken.units.is_empty()
    }

    /// Adds a task if the stage has room for it.
    pub(crate) fn try_add(
        &mut self,
        plan: &mut Plan<'_>,
        emitter: &mut Emitter<'_>,
        target: &Target,
        task: &Task,
    ) -> Result<(), Shortage> {
        let mut unit = emitter.unit(plan, task);
        let mut counts = None;
        if let (Unit::Count { bank, .. }, Task::Count { when, .. }) = (&mut unit, task) {
            *bank = self.free_bank(plan, *when);
            counts = Some((*bank, *when));
        }
        let merged = match (&unit, self.units.last()) {
            _ if !matches!(unit, Unit::Assign { .. }) => None,
            _ => self.units.iter().position(|known| shares_guard(known, &unit)),
        };
        match (merged, &unit) {
            (Some(at), Unit::Assign { moves: added, .. }) => {
                if let Unit::Assign { moves, .. } = &mut self.units[at] {
                    moves.extend(added);
                }
            }
            _ => self.units.push(unit),
        }
        let before = self.groups.clone();
        if merged.is_none() {
            let at = self.units.len() - 1;
            let unit = self.units[at].clone();
            self.groups.add(plan, emitter, at, &unit);
        }
        let fits = self.fits(emitter, target);
        if fits.is_err() {
            self.groups = before;
        }
        match (&fits, merged) {
            (Ok(()), _) => self.counted.extend(counts),
            (Err(_), None) => {
                self.units.pop();
            }
            (Err(_), Some(at)) => {
                if let Unit::Assign { moves, .. } = &mut self.units[at] {
                    moves.pop();
                }
            }
        }
        fits
    }

    fn fits(&self, emitter: &Emitter<'_>, target: &Target) -> Result<(), Shortage> {
        let ctx =
            Ctx { target, fields: &emitter.fields, arrays: &emitter.arrays, flows: emitter.shape.flows };
        let mine = Stage { units: self.units.clone(), tables: self.groups.tables() };
        let usage = usage_of(&mine, &ctx) + usage_of(&self.taken, &ctx);
        // Of what is short, that which is shortest says most.
        let share = |short: &Shortage| u64::from(short.needed) * 1000 / u64::from(short.has.max(1));
        usage.shortages(&target.stage).max_by_key(share).map_or(Ok(()), Err)
    }

    /// The first bank of which no counter is increased in the same pass.
    fn free_bank(&self, plan: &mut Plan<'_>, when: Fun) -> u32 {
        let mut bank = 0;
        loop {
            let taken = self.counted.iter().filter(|(other, _)| *other == bank).any(|(_, other)| {
                let both = plan.logic.bdd.and(*other, when);
                plan.logic.is_possible(both)
            });
            if !taken {
                return bank;
            }
            bank += 1;
        }
    }

    pub(crate) fn finish(self) -> Stage {
        Stage { tables: self.groups.tables(), units: self.units }
    }
}

fn shares_guard(a: &Unit, b: &Unit) -> bool {
    matches!((a, b), (Unit::Assign { guard: a, .. }, Unit::Assign { guard: b, .. }) if a == b)
}
