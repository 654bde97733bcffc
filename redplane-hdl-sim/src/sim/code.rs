//! A pipeline as the simulator runs it: flat lists of small instructions over one array of words.
//!
//! ```text
//! 0                     fields          fields + 1
//! +---------------------+---------------+------------------------------+
//! | fields of the vector | written in vain | literals and parameters, once |
//! +---------------------+---------------+------------------------------+
//! ```
//!
//! Every operand is a place in that array: constants stand behind the fields, so that fetching one asks no question. A guard is a
//! run of tests, each of which names the next one for either outcome; a stage has each of its guards once, whichever units share
//! it.

use std::collections::HashMap;
use std::ops::Range;

use redplane_core::field::{Checksum, Header};
use redplane_core::switch::Config;

use super::unfit::Unfit;
use crate::pipeline::{
    Cond, Counted, Execution, Expr, FieldId, Move, Pipeline, Role, Src, Stage, StageArray, Unit,
};
use crate::salu::Salu;

/// The place of a word.
pub(super) type Place = u16;

/// A compiled pipeline.
#[derive(Debug)]
pub(super) struct Code {
    /// Fields of the vector.
    pub(super) fields: usize,
    /// What stands behind them and the place that is written in vain.
    pub(super) constants: Vec<u32>,
    /// Bits that each field has, as a mask; all ones for the place that is written in vain.
    pub(super) masks: Vec<u32>,
    pub(super) ingress: Vec<StageCode>,
    pub(super) egress: Vec<StageCode>,
    pub(super) actions: Vec<Salu>,
}

impl Code {
    /// Where what the program has no field for is written.
    pub(super) fn nowhere(&self) -> Place {
        self.fields as Place
    }

    /// Makes a vector ready for another pass: all zero.
    pub(super) fn clear(&self, vector: &mut Vec<u32>) {
        if vector.is_empty() {
            vector.resize(self.fields + 1, 0);
            vector.extend_from_slice(&self.constants);
        } else {
            vector[..=self.fields].fill(0);
        }
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

/// What a stage does.
#[derive(Debug, Default)]
pub(super) struct StageCode {
    tests: Vec<Test>,
    /// Where each guard's tests begin.
    guards: Vec<u16>,
    pub(super) units: Vec<UnitCode>,
    moves: Vec<MoveCode>,
    pub(super) cases: Vec<CaseCode>,
    pub(super) keys: Vec<Place>,
}

/// Where a run of tests ends: the guard holds.
const HOLDS: u16 = u16::MAX;
/// Where a run of tests ends: it does not.
const FAILS: u16 = u16::MAX - 1;

#[derive(Clone, Copy, Debug)]
struct Test {
    what: Question,
    yes: u16,
    no: u16,
}

#[derive(Clone, Copy, Debug)]
enum Question {
    Is(Place, u32),
    Masked(Place, u32, u32),
    Same(Place, Place),
    /// Shifted left by so much, so that the field's own sign is the word's.
    Positive(Place, u8),
    /// Any of these headers' bits.
    Valid(u8),
}

/// A unit, number for number that of the pipeline's stage.
#[derive(Debug)]
pub(super) enum UnitCode {
    Lookup { guard: u16, keys: Range<usize>, hit: Place, slot: Place },
    Register { array: u16, index: Place, cases: Range<usize>, otherwise: Option<ExecCode> },
    Assign { guard: u16, moves: Range<usize> },
    Count { guard: u16, what: Counted, bank: u32 },
    Mend { guard: u16, checksum: Checksum, old: Place, new: Place },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CaseCode {
    pub(super) guard: u16,
    pub(super) exec: ExecCode,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ExecCode {
    pub(super) action: u16,
    pub(super) a: Place,
    pub(super) b: Place,
    pub(super) result: Place,
    pub(super) result_mask: u32,
}

#[derive(Clone, Copy, Debug)]
struct MoveCode {
    op: Op,
    by: u8,
    dest: Place,
    a: Place,
    b: Place,
    mask: u32,
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Copy,
    Add,
    Sub,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Join,
}

impl StageCode {
    /// Whether some unit may write this field.
    pub(super) fn writes(&self, field: Place) -> bool {
        let moved = self.moves.iter().any(|code| code.dest == field);
        let given = |exec: &ExecCode| exec.result == field;
        moved
            || self.cases.iter().any(|case| given(&case.exec))
            || self.units.iter().any(|unit| match unit {
                UnitCode::Register { otherwise, .. } => otherwise.as_ref().is_some_and(given),
                UnitCode::Lookup { hit, slot, .. } => *hit == field || *slot == field,
                _ => false,
            })
    }

    /// Decides every guard of the stage.
    #[inline]
    pub(super) fn decide(&self, vector: &[u32], valid: u8, guards: &mut Vec<bool>) {
        guards.clear();
        guards.extend(self.guards.iter().map(|entry| {
            let mut at = *entry;
            while at < FAILS {
                let test = &self.tests[at as usize];
                let yes = match test.what {
                    Question::Is(field, value) => vector[field as usize] == value,
                    Question::Masked(field, mask, value) => vector[field as usize] & mask == value,
                    Question::Same(a, b) => vector[a as usize] == vector[b as usize],
                    Question::Positive(field, by) => (vector[field as usize] << by) as i32 > 0,
                    Question::Valid(headers) => valid & headers != 0,
                };
                at = if yes { test.yes } else { test.no };
            }
            at == HOLDS
        }));
    }

    /// What a run of moves writes.
    #[inline]
    pub(super) fn compute(&self, moves: &Range<usize>, vector: &[u32], writes: &mut Vec<(Place, u32)>) {
        writes.extend(self.moves[moves.clone()].iter().map(|code| {
            let (a, b) = (vector[code.a as usize], vector[code.b as usize]);
            let value = match code.op {
                Op::Copy => a,
                Op::Add => a.wrapping_add(b),
                Op::Sub => a.wrapping_sub(b),
                Op::And => a & b,
                Op::Or => a | b,
                Op::Xor => a ^ b,
                Op::Shl => a << code.by,
                Op::Shr => a >> code.by,
                Op::Join => a << code.by | b,
            };
            (code.dest, value & code.mask)
        }));
    }
}

/// The bit of a header in [`super::flight::Flight::valid`].
pub(super) const fn header_bit(header: Header) -> u8 {
    1 << header as u8
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
    };
    let ingress = compiler.stages(&pipeline.ingress, 0)?;
    let egress = compiler.stages(&pipeline.egress, 1)?;
    let words = pipeline.fields.len() + 1 + compiler.constants.len();
    if words >= FAILS as usize {
        return Err(Unfit::TooLarge);
    }
    let mut masks: Vec<u32> = pipeline.fields.iter().map(|field| ones(field.bits)).collect();
    masks.push(u32::MAX);
    Ok(Code {
        fields: pipeline.fields.len(),
        constants: compiler.constants,
        masks,
        ingress,
        egress,
        actions: pipeline.actions.clone(),
    })
}

/// So many low bits set.
pub(super) const fn ones(bits: u32) -> u32 {
    if bits >= 32 { u32::MAX } else { (1 << bits) - 1 }
}

struct Compiler<'a> {
    pipeline: &'a Pipeline,
    config: &'a Config,
    constants: Vec<u32>,
    known: HashMap<u32, u16>,
    /// The stage that has an array.
    home: HashMap<StageArray, (usize, usize)>,
}

/// A stage that is being compiled, and its guards so far.
#[derive(Default)]
struct Draft {
    code: StageCode,
    guards: HashMap<Cond, u16>,
}

impl Compiler<'_> {
    fn stages(&mut self, stages: &[Stage], gress: usize) -> Result<Vec<StageCode>, Unfit> {
        stages.iter().enumerate().map(|(at, stage)| self.stage(stage, (gress, at))).collect()
    }

    fn stage(&mut self, stage: &Stage, place: (usize, usize)) -> Result<StageCode, Unfit> {
        let mut draft = Draft::default();
        for unit in &stage.units {
            let unit = self.unit(&mut draft, unit, place)?;
            draft.code.units.push(unit);
        }
        if draft.code.tests.len() >= FAILS as usize {
            return Err(Unfit::TooLarge);
        }
        Ok(draft.code)
    }

    fn unit(&mut self, draft: &mut Draft, unit: &Unit, place: (usize, usize)) -> Result<UnitCode, Unfit> {
        Ok(match unit {
            Unit::Lookup { guard, key, hit, slot } => {
                let guard = self.guard(draft, guard)?;
                if key.len() != self.pipeline.layout.key_words as usize {
                    return Err(Unfit::KeyWords(key.len()));
                }
                let start = draft.code.keys.len();
                for field in key {
                    let field = self.field(*field)?;
                    draft.code.keys.push(field);
                }
                let keys = start..draft.code.keys.len();
                UnitCode::Lookup { guard, keys, hit: self.field(*hit)?, slot: self.field(*slot)? }
            }
            Unit::Register(unit) => {
                let arrays = &self.pipeline.arrays;
                let array = arrays.iter().position(|array| array.array == unit.array);
                let array = array.ok_or(Unfit::NoArray(unit.array))?;
                if *self.home.entry(unit.array).or_insert(place) != place {
                    return Err(Unfit::ArrayInTwoStages(unit.array));
                }
                let start = draft.code.cases.len();
                for case in &unit.cases {
                    let guard = self.guard(draft, &case.guard)?;
                    let exec = self.exec(&case.execution)?;
                    draft.code.cases.push(CaseCode { guard, exec });
                }
                let otherwise = unit.otherwise.as_ref().map(|exec| self.exec(exec)).transpose()?;
                let index = self.source(unit.index)?;
                let cases = start..draft.code.cases.len();
                UnitCode::Register { array: array as u16, index, cases, otherwise }
            }
            Unit::Assign { guard, moves } => {
                let guard = self.guard(draft, guard)?;
                let start = draft.code.moves.len();
                for step in moves {
                    let code = self.step(step)?;
                    draft.code.moves.push(code);
                }
                UnitCode::Assign { guard, moves: start..draft.code.moves.len() }
            }
            Unit::Count { guard, what, bank } => {
                UnitCode::Count { guard: self.guard(draft, guard)?, what: *what, bank: *bank }
            }
            Unit::Mend { guard, checksum, old, new } => UnitCode::Mend {
                guard: self.guard(draft, guard)?,
                checksum: *checksum,
                old: self.source(*old)?,
                new: self.source(*new)?,
            },
        })
    }

    fn exec(&mut self, exec: &Execution) -> Result<ExecCode, Unfit> {
        let action = self.pipeline.actions.get(exec.action.0 as usize).ok_or(Unfit::NoAction(exec.action))?;
        if action.rows.len() != 1 << action.conditions.len() {
            return Err(Unfit::ActionRows(exec.action));
        }
        let (result, result_mask) = match exec.result {
            Some(field) => (self.field(field)?, self.mask(field)),
            None => (self.pipeline.fields.len() as Place, u32::MAX),
        };
        let (a, b) = (self.source(exec.a)?, self.source(exec.b)?);
        Ok(ExecCode { action: exec.action.0, a, b, result, result_mask })
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

    fn field(&self, field: FieldId) -> Result<Place, Unfit> {
        let there = (field.0 as usize) < self.pipeline.fields.len();
        there.then_some(field.0).ok_or(Unfit::NoField(field))
    }

    fn source(&mut self, source: Src) -> Result<Place, Unfit> {
        let value = match source {
            Src::Field(field) => return self.field(field),
            Src::Lit(value) => value,
            Src::Param(param) => self.config.param(param),
            Src::Minus(param) => self.config.param(param).wrapping_neg(),
        };
        let next = self.constants.len() as u16;
        let at = *self.known.entry(value).or_insert(next);
        if at == next {
            self.constants.push(value);
        }
        Ok((self.pipeline.fields.len() as u16 + 1).saturating_add(at))
    }

    fn guard(&mut self, draft: &mut Draft, cond: &Cond) -> Result<u16, Unfit> {
        if let Some(guard) = draft.guards.get(cond) {
            return Ok(*guard);
        }
        let entry = self.tests(&mut draft.code.tests, cond, HOLDS, FAILS)?;
        let guard = draft.code.guards.len() as u16;
        draft.code.guards.push(entry);
        draft.guards.insert(cond.clone(), guard);
        Ok(guard)
    }

    /// The tests of a condition that goes on at `yes` or `no`; gives where they begin.
    fn tests(&self, tests: &mut Vec<Test>, cond: &Cond, yes: u16, no: u16) -> Result<u16, Unfit> {
        let what = match cond {
            Cond::Always => return Ok(yes),
            Cond::Not(inner) => return self.tests(tests, inner, no, yes),
            Cond::All(terms) => {
                return terms.iter().rev().try_fold(yes, |next, term| self.tests(tests, term, next, no));
            }
            Cond::Any(terms) => {
                return terms.iter().rev().try_fold(no, |next, term| self.tests(tests, term, yes, next));
            }
            Cond::Valid(header) => Question::Valid(header_bit(*header)),
            Cond::Is(field, value) => Question::Is(self.field(*field)?, *value),
            Cond::Masked(field, mask, value) => Question::Masked(self.field(*field)?, *mask, *value),
            Cond::Same(a, b) => Question::Same(self.field(*a)?, self.field(*b)?),
            Cond::Positive(field) => {
                let place = self.field(*field)?;
                Question::Positive(place, (32 - self.pipeline.field(*field).bits.clamp(1, 32)) as u8)
            }
        };
        if tests.len() >= FAILS as usize {
            return Err(Unfit::TooLarge);
        }
        tests.push(Test { what, yes, no });
        Ok(tests.len() as u16 - 1)
    }
}
