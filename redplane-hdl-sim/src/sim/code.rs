//! A pipeline as the simulator runs it: flat lists of small instructions over one array of words.
//!
//! ```text
//! 0                      fields           fields + 1
//! +----------------------+-----------------+-------------------------------+
//! | fields of the vector | written in vain | literals and parameters, once |
//! +----------------------+-----------------+-------------------------------+
//! ```
//!
//! Every operand is a place in that array: constants stand behind the fields, so that fetching one asks no question. What the
//! conditions of a stage ask is answered once for all of them, a bit each ([`super::guard`]), and which units act on such answers is
//! found out once ([`super::plan`]). There is a list for each kind of pass ([`super::course`]), without the units that cannot act in
//! it ([`super::known`]).

use std::collections::HashMap;
use std::ops::Range;

use redplane_core::field::Checksum;
use redplane_core::switch::Config;

use super::alu::{ExecCode, MoveCode, Op};
use super::course::Course;
use super::guard::{Answers, Guard, Guards, Questions, header_bit};
use super::known::{Known, NEVER};
use super::plan::Plans;
use super::tables::{TableCode, guard_of};
use super::unfit::Unfit;
use super::vector::{Place, Vector, WORDS};
use crate::pipeline::{
    Cond, Counted, DecisionTable, Execution, Expr, FieldId, KeyPart, Move, Pipeline, Role, Src, Stage,
    StageArray, Unit,
};
use crate::salu::CONDITIONS_MAX;

/// A compiled pipeline.
#[derive(Debug)]
pub(super) struct Code {
    /// Fields of the vector.
    pub(super) fields: usize,
    /// What stands behind them and the place that is written in vain.
    constants: Vec<u32>,
    /// Bits that each field has, as a mask; all ones for the place that is written in vain.
    pub(super) masks: Vec<u32>,
    /// Stages of ingress.
    pub(super) ingress: usize,
    /// Ingress stages, then egress stages, for each course by its number; nothing for a number that is no course's.
    stages: Vec<Vec<PlannedStage>>,
    all_stages: usize,
}

impl Code {
    /// What a stage does in a pass of the kind that has this number; those of egress follow on those of ingress.
    #[inline]
    pub(super) fn stage(&mut self, course: usize, stage: usize) -> &mut PlannedStage {
        &mut self.stages[course][stage]
    }

    /// Whether some unit of these stages may write this field.
    pub(super) fn writes(&self, stages: Range<usize>, field: Place) -> bool {
        let mut courses = self.stages.iter().filter(|course| !course.is_empty());
        courses.any(|course| course[stages.clone()].iter().any(|stage| stage.code.writes(field)))
    }

    /// Stages of ingress and egress.
    pub(super) fn all_stages(&self) -> usize {
        self.all_stages
    }

    /// Where what the program has no field for is written.
    pub(super) fn nowhere(&self) -> Place {
        self.fields as Place
    }

    /// Makes a vector ready for another pass: all zero.
    pub(super) fn clear(&self, vector: &mut Vector) {
        vector.reset(self.fields + 1, &self.constants);
    }

    /// Where a role is written: nowhere if the program does not have it.
    pub(super) fn input(&self, pipeline: &Pipeline, role: Role) -> Place {
        pipeline.find(role).map_or(self.nowhere(), |field| field.0)
    }

    /// Where a role is read; a place that is always zero if the program does not have it.
    pub(super) fn read(&self, pipeline: &Pipeline, role: Role) -> Place {
        pipeline.find(role).map_or(self.fields as Place + 1, |field| field.0)
    }
}

/// What a stage does, and what it has done.
#[derive(Debug)]
pub(super) struct PlannedStage {
    pub(super) code: StageCode,
    pub(super) plans: Plans,
}

/// What a stage does.
#[derive(Debug, Default)]
pub(super) struct StageCode {
    pub(super) questions: Questions,
    pub(super) guards: Guards,
    /// Units under a guard.
    pub(super) units: Vec<UnitCode>,
    pub(super) registers: Vec<RegisterCode>,
    pub(super) moves: Vec<MoveCode>,
    pub(super) cases: Vec<CaseCode>,
    pub(super) keys: Vec<Place>,
    /// Where assertions are on: the tables that stand for the guards of some units, to be held against those.
    pub(super) tables: Vec<TableCode>,
}

/// A unit under a guard.
#[derive(Debug)]
pub(super) struct UnitCode {
    /// Its place among the units of the pipeline's stage.
    pub(super) number: usize,
    pub(super) guard: Guard,
    pub(super) task: Task,
}

/// What a unit under a guard does.
#[derive(Debug)]
pub(super) enum Task {
    /// Of the flows that have these slots.
    Lookup {
        keys: Range<usize>,
        slots: Range<u32>,
        hit: Place,
        slot: Place,
        /// Bits of the slot's field.
        mask: u32,
    },
    Assign {
        moves: Range<usize>,
    },
    Count {
        what: Counted,
        bank: u32,
    },
    Mend {
        checksum: Checksum,
        old: Place,
        new: Place,
    },
}

/// The unit of a register array.
#[derive(Debug)]
pub(super) struct RegisterCode {
    /// Its place among the units of the pipeline's stage.
    pub(super) number: usize,
    pub(super) array: u16,
    pub(super) index: Place,
    pub(super) cases: Range<usize>,
    pub(super) otherwise: Option<ExecCode>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CaseCode {
    pub(super) guard: Guard,
    pub(super) exec: ExecCode,
}

impl StageCode {
    /// What is executed in a register's cell: the action of the one case whose guard holds, else the one that needs no guard.
    pub(super) fn execution<'a>(
        &'a self,
        register: &'a RegisterCode,
        answers: Answers,
    ) -> Option<&'a ExecCode> {
        let cases = &self.cases[register.cases.clone()];
        let mut firing = cases.iter().filter(|case| self.guards.hold(&case.guard, answers));
        let case = firing.next().map(|case| &case.exec);
        debug_assert!(firing.next().is_none(), "two cases of an array hold at once");
        case.or(register.otherwise.as_ref())
    }

    fn writes(&self, field: Place) -> bool {
        let given = |exec: &ExecCode| exec.result == field;
        self.moves.iter().any(|code| code.dest == field)
            || self.cases.iter().any(|case| given(&case.exec))
            || self.registers.iter().any(|register| register.otherwise.as_ref().is_some_and(given))
    }
}

/// Compiles a pipeline whose parameters have these values.
///
/// # Errors
/// It refers to fields, arrays or actions that it does not have, has an array in two stages, or is too large.
pub(super) fn compile(pipeline: &Pipeline, config: &Config) -> Result<Code, Unfit> {
    let mut compiler = Compiler {
        pipeline,
        config,
        // A zero, for what the program does not have.
        constants: vec![0],
        known: HashMap::from([(0, 0)]),
        home: HashMap::new(),
        passes: Known::nothing(pipeline),
        looked_up: 0,
    };
    if pipeline.fields.len() + 2 > WORDS {
        return Err(Unfit::TooLarge);
    }
    // Once as it stands, so that what is wrong with a unit is found whatever pass it has something to do in.
    compiler.stages()?;
    let mut stages: Vec<_> = std::iter::repeat_with(Vec::new).take(Course::COUNT).collect();
    for course in Course::all() {
        compiler.passes = Known::of(pipeline, course);
        stages[course.number()] = compiler.stages()?;
    }
    if compiler.looked_up > 0 && compiler.looked_up < pipeline.flows {
        return Err(Unfit::TableTooSmall(compiler.looked_up));
    }
    let mut masks: Vec<u32> = pipeline.fields.iter().map(|field| ones(field.bits)).collect();
    masks.push(u32::MAX);
    Ok(Code {
        fields: pipeline.fields.len(),
        constants: compiler.constants,
        masks,
        ingress: pipeline.ingress.len(),
        stages,
        all_stages: pipeline.ingress.len() + pipeline.egress.len(),
    })
}

/// So many low bits set.
pub(super) const fn ones(bits: u32) -> u32 {
    if bits >= 32 { u32::MAX } else { (1 << bits) - 1 }
}

pub(super) struct Compiler<'a> {
    pub(super) pipeline: &'a Pipeline,
    config: &'a Config,
    constants: Vec<u32>,
    known: HashMap<u32, u16>,
    /// The stage that has an array.
    home: HashMap<StageArray, usize>,
    /// What is known of the passes that are compiled for.
    passes: Known,
    /// Flows that lookups of earlier stages hold: a table that is in several stages has its first slots in the first of them.
    looked_up: u32,
}

impl Compiler<'_> {
    fn stages(&mut self) -> Result<Vec<PlannedStage>, Unfit> {
        self.looked_up = 0;
        let pipeline = self.pipeline;
        let stages = pipeline.ingress.iter().chain(&pipeline.egress);
        stages.enumerate().map(|(at, stage)| self.stage(stage, at)).collect()
    }

    fn stage(&mut self, stage: &Stage, at: usize) -> Result<PlannedStage, Unfit> {
        let mut code = StageCode::default();
        for (number, unit) in stage.units.iter().enumerate() {
            self.unit(&mut code, number, unit, at)?;
        }
        if cfg!(debug_assertions) {
            for table in &stage.tables {
                let table = self.table(&mut code, stage, table)?;
                code.tables.push(table);
            }
        }
        Ok(PlannedStage { code, plans: Plans::default() })
    }

    /// Adds a unit, unless it cannot act in this kind of pass.
    fn unit(&mut self, code: &mut StageCode, number: usize, unit: &Unit, at: usize) -> Result<(), Unfit> {
        let (guard, task) = match unit {
            Unit::Register(unit) => {
                let arrays = &self.pipeline.arrays;
                let array = arrays.iter().position(|array| array.array == unit.array);
                let array = array.ok_or(Unfit::NoArray(unit.array))?;
                if *self.home.entry(unit.array).or_insert(at) != at {
                    return Err(Unfit::ArrayInTwoStages(unit.array));
                }
                let start = code.cases.len();
                for case in &unit.cases {
                    let guard = self.passes.reduce(&case.guard);
                    let exec = self.exec(&case.execution)?;
                    if guard != NEVER {
                        let guard = self.guard(code, &guard)?;
                        code.cases.push(CaseCode { guard, exec });
                    }
                }
                let cases = start..code.cases.len();
                let otherwise = unit.otherwise.as_ref().map(|exec| self.exec(exec)).transpose()?;
                let index = self.source(unit.index)?;
                if !cases.is_empty() || otherwise.is_some() {
                    code.registers.push(RegisterCode {
                        number,
                        array: array as u16,
                        index,
                        cases,
                        otherwise,
                    });
                }
                return Ok(());
            }
            Unit::Lookup { guard, entries, key, hit, slot } => {
                if key.len() != self.pipeline.layout.key_words as usize {
                    return Err(Unfit::KeyWords(key.len()));
                }
                let start = code.keys.len();
                for field in key {
                    code.keys.push(self.field(*field)?);
                }
                let keys = start..code.keys.len();
                let slots = self.looked_up..self.looked_up.saturating_add(*entries);
                self.looked_up = slots.end;
                let (hit, place) = (self.field(*hit)?, self.field(*slot)?);
                (guard, Task::Lookup { keys, slots, hit, slot: place, mask: self.mask(*slot) })
            }
            Unit::Assign { guard, moves } => {
                let start = code.moves.len();
                for step in moves {
                    code.moves.push(self.step(step)?);
                }
                (guard, Task::Assign { moves: start..code.moves.len() })
            }
            Unit::Count { guard, what, bank } => (guard, Task::Count { what: *what, bank: *bank }),
            Unit::Mend { guard, checksum, old, new } => {
                let (old, new) = (self.source(*old)?, self.source(*new)?);
                (guard, Task::Mend { checksum: *checksum, old, new })
            }
        };
        let guard = self.passes.reduce(guard);
        if guard != NEVER {
            let guard = self.guard(code, &guard)?;
            code.units.push(UnitCode { number, guard, task });
        }
        Ok(())
    }

    fn table(
        &mut self,
        code: &mut StageCode,
        stage: &Stage,
        table: &DecisionTable,
    ) -> Result<TableCode, Unfit> {
        let mut key = vec![];
        for part in &table.key {
            key.push(match part {
                KeyPart::Field(field) => Ok(self.field(*field)?),
                KeyPart::Valid(header) => Err(header_bit(*header)),
            });
        }
        let mut guards = vec![];
        for act in table.entries.iter().flat_map(|entry| &entry.acts) {
            let cond = guard_of(*act, stage).ok_or(Unfit::NoAct(*act))?;
            let cond = self.passes.reduce(cond);
            let guard = if cond == NEVER { None } else { Some(self.guard(code, &cond)?) };
            guards.push((*act, guard));
        }
        Ok(TableCode::new(key, guards, &table.entries))
    }

    fn guard(&mut self, code: &mut StageCode, cond: &Cond) -> Result<Guard, Unfit> {
        code.guards.guard(self, &mut code.questions, cond)
    }

    fn exec(&mut self, exec: &Execution) -> Result<ExecCode, Unfit> {
        let action = self.pipeline.actions.get(exec.action.0 as usize).ok_or(Unfit::NoAction(exec.action))?;
        if action.conditions.len() > CONDITIONS_MAX {
            return Err(Unfit::ActionConditions(exec.action));
        }
        if action.rows.len() != 1 << action.conditions.len() {
            return Err(Unfit::ActionRows(exec.action));
        }
        let result = match exec.result {
            Some(field) => (self.field(field)?, self.mask(field)),
            None => (self.pipeline.fields.len() as Place, u32::MAX),
        };
        let operands = [self.source(exec.a)?, self.source(exec.b)?];
        ExecCode::new((exec.action, action), operands, result, |value| self.constant(value))
    }

    fn step(&mut self, step: &Move) -> Result<MoveCode, Unfit> {
        let zero = Src::Lit(0);
        let (op, a, b, by) = match step.expr {
            Expr::Copy(a) => (Op::Copy, a, zero, 0),
            Expr::Add(a, b) => (Op::Add, a, b, 0),
            Expr::Sub(a, b) => (Op::Sub, a, b, 0),
            Expr::And(a, b) => (Op::And, a, b, 0),
            Expr::Or(a, b) => (Op::Or, a, b, 0),
            Expr::Xor(a, b) => (Op::Xor, a, b, 0),
            Expr::Shl(a, by) => (Op::Shl, a, zero, by),
            Expr::Shr(a, by) => (Op::Shr, a, zero, by),
            Expr::Join(a, b, by) => (Op::Join, a, b, by),
        };
        if by >= 32 {
            return Err(Unfit::Shift(by));
        }
        let (dest, mask) = (self.field(step.dest)?, self.mask(step.dest));
        Ok(MoveCode { op, by: by as u8, dest, a: self.source(a)?, b: self.source(b)?, mask })
    }

    fn mask(&self, field: FieldId) -> u32 {
        ones(self.pipeline.field(field).bits)
    }

    pub(super) fn field(&self, field: FieldId) -> Result<Place, Unfit> {
        let there = (field.0 as usize) < self.pipeline.fields.len();
        there.then_some(field.0).ok_or(Unfit::NoField(field))
    }

    /// The place of a constant.
    pub(super) fn constant(&mut self, value: u32) -> Result<Place, Unfit> {
        let next = self.constants.len();
        if self.pipeline.fields.len() + 1 + next >= WORDS {
            return Err(Unfit::TooLarge);
        }
        let at = *self.known.entry(value).or_insert(next as u16);
        if at as usize == next {
            self.constants.push(value);
        }
        Ok(self.pipeline.fields.len() as Place + 1 + at)
    }

    fn source(&mut self, source: Src) -> Result<Place, Unfit> {
        let value = match source {
            Src::Field(field) => return self.field(field),
            Src::Lit(value) => value,
            Src::Param(param) => self.config.param(param),
            Src::Minus(param) => self.config.param(param).wrapping_neg(),
        };
        self.constant(value)
    }
}

#[cfg(test)]
mod tests {
    use redplane_core::field::Field;
    use redplane_core::seq::Incarnation;
    use redplane_core::wire::Layout;

    use super::*;
    use crate::pipeline::{ActionId, Case, PhvField, RegisterArray, RegisterUnit};
    use crate::salu::{Compare, Operand, Output, Relation, Row, Salu, Value};

    #[test]
    fn action_of_three_conditions_is_refused() {
        let compare = Compare { relation: Relation::Equal, left: Operand::Cell, right: Operand::A };
        let row = Row { value: Value::Operand(Operand::Cell), output: Output::Old };
        let action = |conditions| Salu {
            name: "compares".into(),
            conditions: vec![compare; conditions],
            rows: vec![row; 1 << conditions],
        };
        let execution = Execution { action: ActionId(0), a: Src::Lit(1), b: Src::Lit(2), result: None };
        let access = RegisterUnit {
            array: StageArray::MirrorDepth,
            index: Src::Lit(0),
            cases: vec![Case { guard: Cond::Always, execution }],
            otherwise: None,
        };
        let pipeline = |conditions| Pipeline {
            name: "by hand".into(),
            layout: Layout { schema: 9, key_words: 1, state_words: 1, slot_words: 0 },
            fields: vec![PhvField { name: "pass".into(), bits: 3, role: Role::Field(Field::Pass) }],
            actions: vec![action(conditions)],
            arrays: vec![RegisterArray { array: StageArray::MirrorDepth, bits: 32, cells: 1 }],
            ingress: vec![Stage { units: vec![Unit::Register(access.clone())], tables: vec![] }],
            egress: vec![],
            flows: 4,
        };
        let config = Config::new(1, Incarnation::new(1));
        let refused = |conditions| compile(&pipeline(conditions), &config).err();
        assert_eq!(refused(CONDITIONS_MAX), None);
        assert_eq!(refused(CONDITIONS_MAX + 1), Some(Unfit::ActionConditions(ActionId(0))));
    }
}
