//! From a netlist to jobs: what has to be done in some stage, what it reads, and what it must wait for.

use std::collections::{HashMap, HashSet};

use redplane_core::field::{Checksum, Field, Param, Pass};
use redplane_core::machine::Alu;
use redplane_core::wire::Layout;

use super::formula::Formula;
use super::logic::{Atom, Logic, Widths};
use crate::bdd::Fun;
use crate::check::Violation;
use crate::netlist::{Access, BinaryOp, Bit, BitNode, EffectKind, Graph, Netlist, Place, Word, WordNode};
use crate::pipeline::{Counted, Output, Role, StageArray};
use crate::salu::Salu;
use crate::target::Target;
use crate::usage;

/// Geometry of a program.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The program's name.
    pub name: String,
    /// Words of key and state.
    pub layout: Layout,
    /// Bits of each state word that may be set.
    pub state_bits: Vec<u32>,
    /// Flow slots.
    pub flows: u32,
}

impl Shape {
    /// Bits of a slot's number.
    pub fn slot_bits(&self) -> u32 {
        u32::BITS - self.flows.saturating_sub(1).leading_zeros()
    }

    /// Bits of a field as a pass brings it.
    pub fn field_bits(&self, field: Field) -> u32 {
        match field {
            Field::Pass => 3,
            Field::Inside | Field::Leaves | Field::OutCarry => 1,
            Field::MessageEndsLease | Field::MessageCarries => 1,
            Field::IngressPort => 9,
            Field::MessageKind | Field::OutKind => 4,
            Field::MessageSwitch | Field::MessageIncarnation => 16,
            Field::SweepIndex => self.slot_bits(),
            Field::State(word) => self.state_bits.get(word as usize).copied().unwrap_or(32),
            _ => field.place().map_or(32, |place| 8 * place.width as u32),
        }
    }

    /// Bits of what a role holds.
    pub fn role_bits(&self, role: Role) -> u32 {
        match role {
            Role::Field(field) => self.field_bits(field),
            Role::Output(Output::Fate) => 3,
            Role::Output(Output::Reason) => 8,
            Role::Output(Output::MirrorKind | Output::SendKind) => 4,
            Role::Output(Output::SendCarry | Output::SendRetransmission) => 1,
            Role::Hit | Role::TableFull => 1,
            Role::Slot => self.slot_bits(),
            Role::MirrorDepth => 16,
            Role::Output(_) | Role::Temp => 32,
        }
    }

    /// Bits of an array's cell.
    pub fn cell_bits(&self, array: StageArray) -> u32 {
        match array {
            StageArray::MirrorDepth => 32,
            StageArray::Core(redplane_core::machine::Array::State(word)) => {
                self.field_bits(Field::State(word))
            }
            StageArray::Core(array) => array.bits(),
        }
    }
}

/// What an operation reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Lit(u32),
    Param(Param),
    /// The negated parameter.
    Minus(Param),
    Field(Field),
    Depth,
    Slot,
    /// The result of an action, by its number in the netlist.
    Result(StageArray, usize),
    Temp(usize),
}

/// One ALU operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Calc {
    Copy(Source),
    Binary(BinaryOp, Source, Source),
    Shl(Source, u32),
    Shr(Source, u32),
    /// The first shifted left so far, and the second below it.
    Join(Source, Source, u32),
}

impl Calc {
    pub(crate) fn sources(&self) -> Vec<Source> {
        match *self {
            Self::Copy(a) | Self::Shl(a, _) | Self::Shr(a, _) => vec![a],
            Self::Binary(_, a, b) | Self::Join(a, b, _) => vec![a, b],
        }
    }
}

/// When: at least here, and nowhere but there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    pub(crate) least: Fun,
    pub(crate) most: Fun,
}

/// A value that waits in the vector for a later stage.
#[derive(Clone, Debug)]
pub(crate) struct Temp {
    pub(crate) name: String,
    pub(crate) bits: u32,
    pub(crate) moves: Vec<(Guard, Calc)>,
}

/// An access with its operands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Execution {
    pub(crate) action: usize,
    pub(crate) a: Source,
    pub(crate) b: Source,
}

/// An array with all that is done with it.
#[derive(Clone, Debug)]
pub(crate) struct Register {
    pub(crate) cases: Vec<(Guard, Execution)>,
    pub(crate) otherwise: Option<Execution>,
    /// The earliest stage, if stages had room for everything.
    pub(crate) stage: u32,
}

/// What has to be done in some stage.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The flow table, or a part of it with so many entries.
    Lookup(u32),
    Register(StageArray),
    Write(Role, Calc),
    Count(Counted),
    Mend(Checksum, Source, Source),
}

/// A job: in one stage, where the guard holds.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) guard: Guard,
    pub(crate) what: What,
}

/// One gress on its way to stages.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) target: &'a Target,
    pub(crate) graph: Graph,
    pub(crate) netlist: &'a Netlist,
    pub(crate) logic: Logic,
    pub(crate) salus: Vec<Salu>,
    pub(crate) temps: Vec<Temp>,
    pub(crate) registers: HashMap<StageArray, Register>,
    pub(crate) jobs: Vec<Job>,
    /// Key words as they are looked up: how many bits of each can be set.
    pub(crate) key_bits: Vec<u32>,
    pub(crate) read_results: Vec<(StageArray, usize)>,
    temp_of: HashMap<Word, usize>,
    loaded: HashMap<Param, usize>,
    building: Vec<StageArray>,
    temp_stage: HashMap<usize, u32>,
    atom_stage: HashMap<usize, u32>,
    pub(crate) covers: HashMap<(Fun, Fun, u32), Option<Formula>>,
    lookup_stage: Option<u32>,
}

/// Arrays that depend on each other in a circle.
#[derive(Debug)]
pub(crate) struct Circle(Vec<StageArray>);

type Staged = Result<u32, Circle>;

/// Both operands of an access, and when.
type Operands = (Fun, Word, Word);

struct ShapeWidths<'a> {
    shape: &'a Shape,
    salus: &'a [Salu],
}

impl Widths for ShapeWidths<'_> {
    fn bits(&self, graph: &Graph, word: Word) -> u32 {
        match graph.word_node(word) {
            WordNode::Lit(value) => u32::BITS - value.leading_zeros(),
            WordNode::Field(field) => self.shape.field_bits(field),
            WordNode::Slot => self.shape.slot_bits(),
            WordNode::MirrorDepth => self.shape.role_bits(Role::MirrorDepth),
            WordNode::Result(array, action) => {
                self.salus[action].output_bits().min(self.shape.cell_bits(array))
            }
            WordNode::Binary(BinaryOp::And, a, b) => self.bits(graph, a).min(self.bits(graph, b)),
            WordNode::Binary(BinaryOp::Or | BinaryOp::Xor, a, b) => {
                self.bits(graph, a).max(self.bits(graph, b))
            }
            WordNode::Shl(a, by) => (self.bits(graph, a) + by).min(32),
            WordNode::Shr(a, by) => self.bits(graph, a).saturating_sub(by),
            WordNode::Select(_, a, b) => self.bits(graph, a).max(self.bits(graph, b)),
            _ => 32,
        }
    }
}

impl<'a> Plan<'a> {
    /// Makes the jobs of one gress, or says why it cannot be a pipeline's.
    pub(crate) fn new(
        netlist: &'a Netlist,
        shape: &'a Shape,
        target: &'a Target,
    ) -> Result<Self, Vec<Violation>> {
        let salus = salus(netlist)?;
        let mut plan = Self {
            shape,
            target,
            graph: netlist.graph.clone(),
            netlist,
            logic: Logic::new(),
            salus,
            temps: vec![],
            registers: HashMap::new(),
            jobs: vec![],
            key_bits: vec![0; shape.layout.key_words as usize],
            read_results: vec![],
            temp_of: HashMap::new(),
            loaded: HashMap::new(),
            building: vec![],
            temp_stage: HashMap::new(),
            atom_stage: HashMap::new(),
            covers: HashMap::new(),
            lookup_stage: None,
        };
        for bit in 0..plan.graph.bit_count() {
            plan.fun(Bit(bit));
        }
        plan.logic.take_care(&netlist.graph);
        plan.check_accesses()?;
        plan.plan_writes()
            .and_then(|()| plan.plan_registers())
            .map_err(|circle| vec![plan.backwards(circle)])?;
        Ok(plan)
    }

    /// The bit as a function.
    pub(crate) fn fun(&mut self, bit: Bit) -> Fun {
        let widths = ShapeWidths { shape: self.shape, salus: &self.salus };
        self.logic.of_bit(&self.graph, &widths, bit)
    }

    fn bits(&self, word: Word) -> u32 {
        ShapeWidths { shape: self.shape, salus: &self.salus }.bits(&self.graph, word)
    }

    fn exact(&self, fun: Fun) -> Guard {
        Guard { least: fun, most: fun }
    }

    /// The word as it is where the guard holds: selections that the guard has decided are gone.
    fn resolve(&mut self, word: Word, guard: Fun) -> Word {
        match self.graph.word_node(word) {
            WordNode::Select(bit, a, b) => {
                let condition = self.fun(bit);
                let then = self.logic.bdd.and(guard, condition);
                let other = self.logic.bdd.and_not(guard, condition);
                if !self.logic.is_possible(other) {
                    return self.resolve(a, guard);
                }
                if !self.logic.is_possible(then) {
                    return self.resolve(b, guard);
                }
                let (a, b) = (self.resolve(a, then), self.resolve(b, other));
                self.graph.select(bit, a, b)
            }
            WordNode::Binary(op, a, b) => {
                let (a, b) = (self.resolve(a, guard), self.resolve(b, guard));
                match op {
                    BinaryOp::Add => self.graph.add(a, b),
                    BinaryOp::Sub => self.graph.sub(a, b),
                    BinaryOp::And => self.graph.and(a, b),
                    BinaryOp::Or => self.graph.or(a, b),
                    BinaryOp::Xor => self.graph.xor(a, b),
                }
            }
            WordNode::Shl(a, by) => {
                let a = self.resolve(a, guard);
                self.graph.shl(a, by)
            }
            WordNode::Shr(a, by) => {
                let a = self.resolve(a, guard);
                self.graph.shr(a, by)
            }
            _ => word,
        }
    }

    /// The words that a word is, and when: its selections taken apart.
    fn arms(&mut self, word: Word, guard: Fun, arms: &mut Vec<(Fun, Word)>) {
        if !self.logic.is_possible(guard) {
            return;
        }
        if let WordNode::Select(bit, a, b) = self.graph.word_node(word) {
            let condition = self.fun(bit);
            let then = self.logic.bdd.and(guard, condition);
            let other = self.logic.bdd.and_not(guard, condition);
            self.arms(a, then, arms);
            self.arms(b, other, arms);
            return;
        }
        match arms.iter_mut().find(|(_, known)| *known == word) {
            Some((when, _)) => *when = self.logic.bdd.or(*when, guard),
            None => arms.push((guard, word)),
        }
    }

    /// Where a word can be read. What has to be computed for it becomes a value of its own.
    pub(crate) fn source(&mut self, word: Word) -> Source {
        match self.graph.word_node(word) {
            WordNode::Lit(value) => Source::Lit(value),
            WordNode::Field(field) => Source::Field(field),
            WordNode::Param(param) => Source::Param(param),
            WordNode::Slot => Source::Slot,
            WordNode::MirrorDepth => Source::Depth,
            WordNode::Result(array, action) => Source::Result(array, action),
            _ => Source::Temp(self.temp(word)),
        }
    }

    /// The same for what cannot read action data: a parameter is loaded first.
    fn field_source(&mut self, word: Word) -> Source {
        match self.source(word) {
            Source::Param(param) => Source::Temp(self.load(param)),
            source => source,
        }
    }

    fn load(&mut self, param: Param) -> usize {
        if let Some(known) = self.loaded.get(&param) {
            return *known;
        }
        let moves = vec![(self.exact(Fun::TRUE), Calc::Copy(Source::Param(param)))];
        let temp = self.put_temp(Temp { name: param_name(param), bits: 32, moves });
        self.loaded.insert(param, temp);
        temp
    }

    fn put_temp(&mut self, temp: Temp) -> usize {
        self.temps.push(temp);
        self.temps.len() - 1
    }

    fn temp(&mut self, word: Word) -> usize {
        if let Some(known) = self.temp_of.get(&word) {
            return *known;
        }
        let bits = self.bits(word);
        let mut arms = vec![];
        self.arms(word, Fun::TRUE, &mut arms);
        let mut moves = vec![];
        for (guard, arm) in arms {
            // What nobody writes is zero.
            if self.graph.literal(arm) != Some(0) {
                moves.push((self.exact(guard), self.calc(arm)));
            }
        }
        let name = match &moves[..] {
            [(_, calc)] => self.calc_name(calc),
            _ => format!("choice_{}", self.temps.len()),
        };
        let temp = self.put_temp(Temp { name, bits, moves });
        self.temp_of.insert(word, temp);
        temp
    }

    /// The operation that gives a word which is no selection.
    fn calc(&mut self, word: Word) -> Calc {
        match self.graph.word_node(word) {
            WordNode::Binary(BinaryOp::Sub, a, b) => {
                if let WordNode::Param(param) = self.graph.word_node(b) {
                    return Calc::Binary(BinaryOp::Add, self.field_source(a), Source::Minus(param));
                }
                Calc::Binary(BinaryOp::Sub, self.source(a), self.field_source(b))
            }
            WordNode::Binary(op, a, b) => {
                if let (BinaryOp::Or, WordNode::Shl(high, by)) = (op, self.graph.word_node(a))
                    && self.bits(b) <= by
                {
                    return Calc::Join(self.field_source(high), self.field_source(b), by);
                }
                let (mut a, b) = (self.source(a), self.source(b));
                if let (Source::Param(param), Source::Param(_)) = (a, b) {
                    a = Source::Temp(self.load(param));
                }
                Calc::Binary(op, a, b)
            }
            WordNode::Shl(a, by) => Calc::Shl(self.field_source(a), by),
            WordNode::Shr(a, by) => Calc::Shr(self.field_source(a), by),
            _ => Calc::Copy(self.source(word)),
        }
    }

    /// The fields that an atom looks at.
    pub(crate) fn atom_sources(&mut self, atom: usize) -> Vec<Source> {
        match self.logic.atoms[atom] {
            Atom::Has(_) | Atom::TableFull => vec![],
            Atom::Hit => vec![Source::Slot],
            Atom::Masked { word, .. } => vec![self.field_source(word)],
            Atom::Same(a, b) => vec![self.field_source(a), self.field_source(b)],
            Atom::Newer(a, b) => {
                let difference = self.graph.sub(a, b);
                vec![self.field_source(difference)]
            }
        }
    }

    /// The first stage in which a source can be read, if stages had room for everything.
    pub(crate) fn available(&mut self, source: Source) -> Staged {
        match source {
            Source::Lit(_) | Source::Param(_) | Source::Minus(_) | Source::Field(_) | Source::Depth => Ok(0),
            Source::Slot => Ok(self.lookup_stage()? + 1),
            Source::Result(array, _) => Ok(self.register_stage(array)? + 1),
            Source::Temp(temp) => {
                if let Some(known) = self.temp_stage.get(&temp) {
                    return Ok(known + 1);
                }
                let mut stage = 0;
                for (guard, calc) in self.temps[temp].moves.clone() {
                    stage = stage.max(self.job_stage(guard, &calc.sources())?);
                }
                self.temp_stage.insert(temp, stage);
                Ok(stage + 1)
            }
        }
    }

    /// The first stage in which an atom can be asked.
    pub(crate) fn atom_ready(&mut self, atom: usize) -> Staged {
        if let Some(known) = self.atom_stage.get(&atom) {
            return Ok(*known);
        }
        let mut ready = 0;
        for source in self.atom_sources(atom) {
            ready = ready.max(self.available(source)?);
        }
        self.atom_stage.insert(atom, ready);
        Ok(ready)
    }

    /// What to drop first where a guard may ask for less: late atoms, then dear ones.
    pub(crate) fn atom_cost(&mut self, atom: usize) -> u32 {
        match self.atom_ready(atom) {
            Ok(ready) => ready << 8 | self.logic.atoms[atom].weight(),
            Err(_) => u32::MAX,
        }
    }

    fn atom_costs(&mut self) -> Vec<u32> {
        (0..self.logic.atoms.len()).map(|atom| self.atom_cost(atom)).collect()
    }

    /// The guard in its simplest form, and the first stage in which it can be asked.
    pub(crate) fn ready(&mut self, guard: Guard) -> Result<(Fun, u32), Circle> {
        let mut supports = self.logic.bdd.support(guard.least);
        supports.extend(self.logic.bdd.support(guard.most));
        let mut costs = vec![u32::MAX; self.logic.atoms.len()];
        for atom in supports {
            if costs[atom] == u32::MAX {
                costs[atom] = self.atom_cost(atom);
            }
        }
        let fun = self.logic.loosen(guard.least, guard.most, &|atom| costs[atom]);
        let mut ready = 0;
        for atom in self.logic.bdd.support(fun) {
            ready = ready.max(self.atom_ready(atom)?);
        }
        Ok((fun, ready))
    }

    fn job_stage(&mut self, guard: Guard, sources: &[Source]) -> Staged {
        let (_, mut stage) = self.ready(guard)?;
        for source in sources {
            stage = stage.max(self.available(*source)?);
        }
        Ok(stage)
    }

    fn lookup_stage(&mut self) -> Staged {
        if let Some(known) = self.lookup_stage {
            return Ok(known);
        }
        let parts: Vec<Job> =
            self.jobs.iter().filter(|job| matches!(job.what, What::Lookup(_))).cloned().collect();
        let Some(job) = parts.first() else { return Ok(0) };
        let (_, mut stage) = self.ready(job.guard)?;
        let keys: Vec<Job> = self
            .jobs
            .iter()
            .filter(|job| matches!(job.what, What::Write(Role::Field(Field::Key(_)), _)))
            .cloned()
            .collect();
        for key in keys {
            let What::Write(_, calc) = &key.what else { continue };
            stage = stage.max(self.job_stage(key.guard, &calc.sources())? + 1);
        }
        // A table that is too big for a stage goes on in the next ones.
        stage += parts.len() as u32 - 1;
        self.lookup_stage = Some(stage);
        Ok(stage)
    }

    fn register_stage(&mut self, array: StageArray) -> Staged {
        if let Some(known) = self.registers.get(&array) {
            return Ok(known.stage);
        }
        if let Some(from) = self.building.iter().position(|open| *open == array) {
            return Err(Circle(self.building[from..].to_vec()));
        }
        self.building.push(array);
        let planned = self.plan_register(array);
        self.building.pop();
        let register = planned?;
        let stage = register.stage;
        self.registers.insert(array, register);
        Ok(stage)
    }

    /// All accesses of an array together: which action in which case, and where its operands come from.
    fn plan_register(&mut self, array: StageArray) -> Result<Register, Circle> {
        let accesses: Vec<_> = self.netlist.accesses.iter().filter(|a| a.array == array).cloned().collect();
        // By action: when, and with which operands.
        let mut by_action: Vec<(usize, Fun, Vec<Operands>)> = vec![];
        for access in &accesses {
            let guard = self.fun(access.guard);
            if !self.logic.is_possible(guard) {
                continue;
            }
            let (a, b) = (self.resolve(access.a, guard), self.resolve(access.b, guard));
            match by_action.iter_mut().find(|(action, ..)| *action == access.action) {
                Some((_, when, operands)) => {
                    *when = self.logic.bdd.or(*when, guard);
                    operands.push((guard, a, b));
                }
                None => by_action.push((access.action, guard, vec![(guard, a, b)])),
            }
        }
        let mut stage = 0;
        let mut executions = vec![];
        for (action, when, operands) in by_action {
            let salu = &self.salus[action];
            let (reads_a, reads_b) =
                (salu.reads(crate::salu::Operand::A), salu.reads(crate::salu::Operand::B));
            let name = format!("{array}_{}", salu.name);
            let a =
                self.operand(reads_a, &format!("{name}_a"), operands.iter().map(|o| (o.0, o.1)).collect());
            let b =
                self.operand(reads_b, &format!("{name}_b"), operands.iter().map(|o| (o.0, o.2)).collect());
            for source in [a, b] {
                stage = stage.max(self.available(source)?);
            }
            executions.push((when, Execution { action, a, b }));
        }
        // What reads and changes nothing needs no guard: nobody looks at the result where it should not have happened.
        let pure = |salus: &[Salu], execution: &Execution| salus[execution.action].is_pure();
        let default = executions
            .iter()
            .position(|(_, execution)| {
                pure(&self.salus, execution) && self.salus[execution.action].conditions.is_empty()
            })
            .or_else(|| executions.iter().position(|(_, execution)| pure(&self.salus, execution)));
        let otherwise = default.map(|at| executions[at].1);
        let mut cases = vec![];
        for (at, (when, execution)) in executions.iter().enumerate() {
            if Some(at) == default {
                continue;
            }
            let guard = if pure(&self.salus, execution) {
                let mut others = Fun::FALSE;
                for (other, (when, _)) in executions.iter().enumerate() {
                    if other != at {
                        others = self.logic.bdd.or(others, *when);
                    }
                }
                Guard { least: *when, most: self.logic.bdd.not(others) }
            } else {
                self.exact(*when)
            };
            let (fun, ready) = self.ready(guard)?;
            stage = stage.max(ready);
            // Settled here, so that two cases that ask less than they might do not come to overlap.
            let guard = if pure(&self.salus, execution) { self.exact(fun) } else { guard };
            cases.push((guard, *execution));
        }
        self.exclude(&mut cases);
        if !array.is_single() {
            stage = stage.max(self.available(Source::Slot)?);
        }
        Ok(Register { cases, otherwise, stage })
    }

    /// Takes from each case what another one has already.
    fn exclude(&mut self, cases: &mut [(Guard, Execution)]) {
        for at in 0..cases.len() {
            for other in 0..cases.len() {
                let both = self.logic.bdd.and(cases[at].0.least, cases[other].0.least);
                if other != at && self.logic.is_possible(both) && self.salus[cases[at].1.action].is_pure() {
                    let left = self.logic.bdd.and_not(cases[at].0.least, cases[other].0.least);
                    cases[at].0 = self.exact(left);
                }
            }
        }
    }

    /// Where an action finds an operand: what the cases give it, told apart before the access by as little as it takes.
    fn operand(&mut self, is_read: bool, name: &str, cases: Vec<(Fun, Word)>) -> Source {
        if !is_read {
            return Source::Lit(0);
        }
        let mut arms: Vec<(Fun, Word)> = vec![];
        for (guard, word) in cases {
            self.arms(word, guard, &mut arms);
        }
        if let [(_, word)] = arms[..] {
            return self.field_source(word);
        }
        let bits = arms.iter().map(|(_, word)| self.bits(*word)).max().unwrap_or(32);
        let moves = self.separate(arms, Fun::FALSE);
        let known = self.temps.iter().position(|temp| temp.name == name);
        let temp = Temp { name: name.into(), bits, moves };
        Source::Temp(match known {
            Some(known) => {
                self.temps[known] = temp;
                known
            }
            None => self.put_temp(temp),
        })
    }

    /// Guards that tell the cases apart and may hold anywhere but where another case or `keep` does.
    fn separate(&mut self, arms: Vec<(Fun, Word)>, keep: Fun) -> Vec<(Guard, Calc)> {
        let costs = self.atom_costs();
        let mut taken = keep;
        for (guard, _) in &arms {
            taken = self.logic.bdd.and_not(taken, *guard);
        }
        let mut moves = vec![];
        for (at, (guard, word)) in arms.iter().enumerate() {
            let mut others = taken;
            for (later, _) in &arms[at + 1..] {
                others = self.logic.bdd.or(others, *later);
            }
            let most = self.logic.bdd.not(others);
            let fun = self.logic.loosen(*guard, most, &|atom| costs[atom]);
            taken = self.logic.bdd.or(taken, fun);
            if self.graph.literal(*word) != Some(0) {
                let calc = self.calc(*word);
                moves.push((self.exact(fun), calc));
            }
        }
        moves
    }

    fn check_accesses(&mut self) -> Result<(), Vec<Violation>> {
        let beyond = self.netlist.beyond.iter();
        let mut violations: Vec<_> = beyond.map(|&(what, place)| Violation::Beyond { what, place }).collect();
        let accesses = &self.netlist.accesses;
        let guards: Vec<Fun> =
            accesses.iter().map(|access| access.guard).map(|guard| self.fun(guard)).collect();
        for (at, access) in accesses.iter().enumerate() {
            for (then, later) in accesses.iter().enumerate().skip(at + 1) {
                if access.array != later.array {
                    continue;
                }
                let both = self.logic.bdd.and(guards[at], guards[then]);
                if self.logic.is_possible(both) {
                    let places = [access.place, later.place];
                    violations.push(Violation::AccessedTwice { array: access.array, places });
                }
                let names = (&self.salus[access.action].name, &self.salus[later.action].name);
                if access.action != later.action && names.0 == names.1 {
                    let places = [access.place, later.place];
                    let action = names.0.clone();
                    violations.push(Violation::NameTwice { array: access.array, action, places });
                }
            }
            let index = self.resolve(access.index, guards[at]);
            let fits = match self.graph.word_node(index) {
                WordNode::Slot => !access.array.is_single(),
                WordNode::Lit(0) => access.array.is_single(),
                _ => false,
            };
            if !fits && self.logic.is_possible(guards[at]) {
                violations.push(Violation::Index { array: access.array, place: access.place });
            }
        }
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }

    fn plan_registers(&mut self) -> Result<(), Circle> {
        let mut arrays: Vec<StageArray> = self.netlist.accesses.iter().map(|access| access.array).collect();
        arrays.sort();
        arrays.dedup();
        for array in arrays {
            self.register_stage(array)?;
            self.jobs.push(Job { guard: self.exact(Fun::TRUE), what: What::Register(array) });
        }
        Ok(())
    }

    /// Writes, lookups, counts and mends.
    fn plan_writes(&mut self) -> Result<(), Circle> {
        let mut roles: Vec<Role> = vec![];
        let mut lookup = Fun::FALSE;
        for effect in &self.netlist.effects {
            match effect.kind {
                EffectKind::Write(role, _) if !roles.contains(&role) => roles.push(role),
                EffectKind::Lookup => {
                    let guard = self.fun(effect.guard);
                    lookup = self.logic.bdd.or(lookup, guard);
                }
                _ => {}
            }
        }
        // Keys first: the lookup waits for them, and almost everything waits for the lookup.
        roles.sort_by_key(|role| !matches!(role, Role::Field(Field::Key(_))));
        let (keys, others): (Vec<Role>, Vec<Role>) =
            roles.into_iter().partition(|role| matches!(role, Role::Field(Field::Key(_))));
        let most = self.lookup_most(lookup);
        if lookup != Fun::FALSE {
            for role in keys {
                self.plan_role(role)?;
            }
            let parts = self.flow_table_parts();
            for part in 0..parts {
                let entries = self.shape.flows / parts + (part < self.shape.flows % parts) as u32;
                let guard = Guard { least: lookup, most };
                self.jobs.push(Job { guard, what: What::Lookup(entries) });
            }
        }
        for role in others {
            self.plan_role(role)?;
        }
        for effect in &self.netlist.effects {
            let guard = self.fun(effect.guard);
            if !self.logic.is_possible(guard) {
                continue;
            }
            match effect.kind {
                EffectKind::Count(counted) => {
                    self.jobs.push(Job { guard: self.exact(guard), what: What::Count(counted) });
                }
                EffectKind::Mend(checksum, old, new) => {
                    let mut arms = vec![];
                    let (old, new) = (self.resolve(old, guard), self.resolve(new, guard));
                    self.arms(old, guard, &mut arms);
                    for (when, old) in arms {
                        let new = self.resolve(new, when);
                        let (old, new) = (self.field_source(old), self.field_source(new));
                        let what = What::Mend(checksum, old, new);
                        self.jobs.push(Job { guard: self.exact(when), what });
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where the flow table may be asked: anywhere but in a sweep, which brings its slot along. A program that asks it in every
    /// pass, as one without RedPlane does, knows of no sweep.
    fn lookup_most(&mut self, lookup: Fun) -> Fun {
        let sweep = self.is_pass(Pass::Sweep);
        let not_sweep = self.logic.bdd.not(sweep);
        if self.logic.implies(lookup, not_sweep) { not_sweep } else { self.logic.bdd.or(not_sweep, lookup) }
    }

    fn is_pass(&mut self, pass: Pass) -> Fun {
        let word = self.graph.put(WordNode::Field(Field::Pass));
        let bit = self.graph.is(word, pass as u32);
        self.fun(bit)
    }

    /// Into how many parts the flow table must be cut, so that each fits a stage.
    fn flow_table_parts(&self) -> u32 {
        let key_bits = self.key_bits.iter().sum();
        let fits = |parts: &u32| {
            let entries = self.shape.flows.div_ceil(*parts);
            let part = usage::flow_table(self.target, key_bits, self.shape.slot_bits(), entries);
            part.fits(&self.target.stage).is_ok()
        };
        (1..=self.target.stages).find(fits).unwrap_or(self.target.stages.max(1))
    }

    /// All writes of a field: the last one that happens counts.
    fn plan_role(&mut self, role: Role) -> Result<(), Circle> {
        let mut arms: Vec<(Fun, Word)> = vec![];
        for (guard, value) in self.writes_of(role) {
            if role == Role::Output(Output::Fate) {
                // Each by itself: what decides a fate is mostly counted as well, under the same guard.
                arms.push((guard, value));
            } else {
                self.arms(value, guard, &mut arms);
            }
        }
        if let Role::Field(Field::Key(word)) = role {
            let bits = arms.iter().map(|(_, value)| self.bits(*value)).max().unwrap_or(32);
            self.key_bits[word as usize] = bits;
        }
        let moves = match self.needed_unwritten(role, &arms) {
            Some(keep) => self.separate(arms, keep),
            None => {
                let mut moves = vec![];
                for (guard, value) in arms {
                    let is_zero = self.graph.literal(value) == Some(0) && !matches!(role, Role::Field(_));
                    if !is_zero {
                        let calc = self.calc(value);
                        moves.push((self.exact(guard), calc));
                    }
                }
                moves
            }
        };
        for (guard, calc) in moves {
            self.jobs.push(Job { guard, what: What::Write(role, calc) });
        }
        Ok(())
    }

    fn writes_of(&mut self, role: Role) -> Vec<(Fun, Word)> {
        let mut writes: Vec<(Fun, Word)> = vec![];
        for effect in &self.netlist.effects {
            let EffectKind::Write(written, value) = effect.kind else { continue };
            let guard = self.fun(effect.guard);
            if written != role || !self.logic.is_possible(guard) {
                continue;
            }
            for (earlier, _) in &mut writes {
                *earlier = self.logic.bdd.and_not(*earlier, guard);
            }
            writes.push((guard, value));
        }
        writes.retain(|(guard, _)| self.logic.is_possible(*guard));
        writes.into_iter().map(|(guard, value)| (guard, self.resolve(value, guard))).collect()
    }

    /// For a field that is only looked at along with another one: where it is looked at although nobody writes it, so that it must
    /// stay what it was. `None` for a field that always counts.
    fn needed_unwritten(&mut self, role: Role, arms: &[(Fun, Word)]) -> Option<Fun> {
        let kind = match role {
            Role::Field(Field::Key(_) | Field::State(_)) => {
                // Other passes bring them along.
                let packet = self.is_pass(Pass::Packet);
                return Some(self.logic.bdd.not(packet));
            }
            Role::Field(Field::OutEpoch | Field::OutSeq | Field::OutCarry) => Role::Field(Field::OutKind),
            Role::Output(
                Output::MirrorEpoch | Output::MirrorSeq | Output::MirrorDue | Output::MirrorWait,
            ) => Role::Output(Output::MirrorKind),
            Role::Output(
                Output::SendEpoch
                | Output::SendSeq
                | Output::SendTimestamp
                | Output::SendCarry
                | Output::SendRetransmission,
            ) => Role::Output(Output::SendKind),
            Role::Output(Output::Reason) => return Some(Fun::FALSE),
            _ => return None,
        };
        let mut needed = Fun::FALSE;
        for (guard, value) in self.writes_of(kind) {
            if self.graph.literal(value) != Some(0) {
                needed = self.logic.bdd.or(needed, guard);
            }
        }
        for (written, _) in arms {
            needed = self.logic.bdd.and_not(needed, *written);
        }
        Some(needed)
    }

    pub(crate) fn backwards(&self, circle: Circle) -> Violation {
        let next = circle.0.iter().cycle().skip(1);
        let place = |(array, on): (&StageArray, &StageArray)| {
            let of_array = || self.netlist.accesses.iter().filter(|access| access.array == *array);
            of_array()
                .find(|access| self.depends(access, *on))
                .or_else(|| of_array().next())
                .map(|access| access.place)
        };
        let places = circle.0.iter().zip(next).filter_map(place).collect();
        Violation::Backwards { arrays: circle.0, places }
    }

    /// Whether an access looks at a result of an array.
    fn depends(&self, access: &Access, on: StageArray) -> bool {
        let graph = &self.netlist.graph;
        let (mut words, mut bits) = (vec![access.index, access.a, access.b], vec![access.guard]);
        let (mut seen_words, mut seen_bits) = (HashSet::new(), HashSet::new());
        loop {
            if let Some(word) = words.pop() {
                if !seen_words.insert(word) {
                    continue;
                }
                match graph.word_node(word) {
                    WordNode::Result(array, _) if array == on => return true,
                    WordNode::Binary(_, a, b) => words.extend([a, b]),
                    WordNode::Shl(a, _) | WordNode::Shr(a, _) => words.push(a),
                    WordNode::Select(bit, a, b) => {
                        bits.push(bit);
                        words.extend([a, b]);
                    }
                    _ => {}
                }
            } else if let Some(bit) = bits.pop() {
                if !seen_bits.insert(bit) {
                    continue;
                }
                match graph.bit_node(bit) {
                    BitNode::Eq(a, b) | BitNode::Newer(a, b) => words.extend([a, b]),
                    BitNode::Both(a, b) | BitNode::Either(a, b) => bits.extend([a, b]),
                    BitNode::Not(a) => bits.push(a),
                    _ => {}
                }
            } else {
                return false;
            }
        }
    }

    /// An atom that is asked somewhere, or never.
    pub(crate) fn of_atom(&mut self, atom: Atom) -> Fun {
        match self.logic.atoms.iter().position(|known| *known == atom) {
            Some(var) => self.logic.bdd.var(var),
            None => Fun::TRUE,
        }
    }

    /// When a word has a value: as far as guards ask for that value, or else for none of those that they ask for.
    pub(crate) fn value_fun(&mut self, word: Word, value: u32) -> Fun {
        let mut fun = Fun::TRUE;
        for var in 0..self.logic.atoms.len() {
            let Atom::Masked { word: known, mask, value: wanted } = self.logic.atoms[var] else { continue };
            if known == word {
                let asked = self.logic.bdd.var(var);
                let not = self.logic.bdd.not(asked);
                fun = self.logic.bdd.and(fun, if value & mask == wanted { asked } else { not });
            }
        }
        fun
    }

    /// The values that a result can have, if its array is only ever given constants.
    pub(crate) fn result_values(&self, array: StageArray, action: usize) -> Option<Vec<u32>> {
        use crate::salu::{Operand, Output, Value};
        if self.salus[action].gives_number() {
            let numbers = self.salus[action].rows.iter().filter_map(|row| match row.output {
                Output::Number(number) => Some(number),
                _ => None,
            });
            let mut values: Vec<u32> = numbers.chain([0]).collect();
            values.sort_unstable();
            values.dedup();
            return Some(values);
        }
        let mut values = vec![0];
        let mut constants = |word: Word| constants_of(&self.graph, word, &mut values);
        for access in self.netlist.accesses.iter().filter(|access| access.array == array) {
            for row in &self.salus[access.action].rows {
                let known = match row.value {
                    Value::Operand(Operand::Cell) => true,
                    Value::Operand(Operand::A) => constants(access.a),
                    Value::Operand(Operand::B) => constants(access.b),
                    _ => false,
                };
                if !known {
                    return None;
                }
            }
        }
        values.sort_unstable();
        values.dedup();
        Some(values)
    }

    /// Whether anything reads the result of an action on an array.
    pub(crate) fn is_read(&self, array: StageArray, action: usize) -> bool {
        self.read_results.contains(&(array, action))
    }

    /// Where an array is first accessed.
    pub(crate) fn place_of(&self, array: StageArray) -> Option<Place> {
        self.netlist.accesses.iter().find(|access| access.array == array).map(|access| access.place)
    }

    /// Where the flow table is first asked.
    pub(crate) fn place_of_lookup(&self) -> Option<Place> {
        let lookup = self.netlist.effects.iter().find(|effect| effect.kind == EffectKind::Lookup);
        lookup.map(|effect| effect.place)
    }

    fn calc_name(&self, calc: &Calc) -> String {
        let name = |source: &Source| self.source_name(*source);
        match calc {
            Calc::Copy(a) => name(a),
            Calc::Binary(op, a, b) => {
                let word = match op {
                    BinaryOp::Add => "plus",
                    BinaryOp::Sub => "minus",
                    BinaryOp::And => "and",
                    BinaryOp::Or => "or",
                    BinaryOp::Xor => "xor",
                };
                match b {
                    Source::Minus(param) => format!("{}_minus_{}", name(a), param_name(*param)),
                    _ => format!("{}_{word}_{}", name(a), name(b)),
                }
            }
            Calc::Shl(a, by) => format!("{}_shl_{by}", name(a)),
            Calc::Shr(a, by) => format!("{}_shr_{by}", name(a)),
            Calc::Join(a, b, _) => format!("{}_and_{}", name(a), name(b)),
        }
    }

    /// A name for what is read.
    pub(crate) fn source_name(&self, source: Source) -> String {
        match source {
            Source::Lit(value) => format!("{value}"),
            Source::Param(param) | Source::Minus(param) => param_name(param),
            Source::Field(field) => field_name(field),
            Source::Depth => "queue_depth".into(),
            Source::Slot => "slot".into(),
            Source::Result(array, action) => format!("{array}_{}", self.salus[action].name),
            Source::Temp(temp) => self.temps[temp].name.clone(),
        }
    }
}

/// Collects the constants that a word is chosen from; false if it is anything else.
fn constants_of(graph: &Graph, word: Word, values: &mut Vec<u32>) -> bool {
    match graph.word_node(word) {
        WordNode::Lit(value) => {
            values.push(value);
            true
        }
        WordNode::Select(_, a, b) => constants_of(graph, a, values) && constants_of(graph, b, values),
        _ => false,
    }
}

/// A field's name in waveforms and in P4.
pub(crate) fn field_name(field: Field) -> String {
    match field {
        Field::Key(word) => format!("key_{word}"),
        Field::State(word) => format!("value_{word}"),
        other => snake(&format!("{other:?}")),
    }
}

/// A parameter's name in waveforms and in P4.
pub(crate) fn param_name(param: Param) -> String {
    match param {
        Param::Program(word) => format!("program_{word}"),
        other => snake(&format!("{other:?}")),
    }
}

/// `SnakeCase` as `snake_case`.
pub(crate) fn snake(camel: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in camel.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The actions as stateful ALUs do them.
fn salus(netlist: &Netlist) -> Result<Vec<Salu>, Vec<Violation>> {
    let mut salus = vec![];
    let mut violations = vec![];
    for action in &netlist.actions {
        match Salu::of_action(action) {
            Ok(salu) => salus.push(salu),
            Err(why) => {
                let (array, place) = action.first_use;
                violations.push(Violation::Unfit { array, action: action.name.into(), place, why });
            }
        }
    }
    if violations.is_empty() { Ok(salus) } else { Err(violations) }
}
