//! Register arrays, and what their stateful ALUs do: each action of the pipeline, with its operands, as one register action.

use redplane_hdl_sim::pipeline::{Execution, RegisterArray, Src, StageArray};
use redplane_hdl_sim::salu::{Compare, Operand, Output, Relation, Row, Salu, Value};

use super::StageError;
use super::values::{literal, source};
use super::vector::{ResultForm, Vector};
use crate::p4::ast::{BinaryOp, Body, Expr, If, Noted, Register, RegisterAction, Stmt, Type, UnaryOp};

/// Register actions that a stateful ALU holds for one array.
const ACTIONS_MAX: usize = 4;

/// An array with what is done to it.
pub(super) struct Arrayed {
    pub(super) array: StageArray,
    pub(super) register: Register,
    actions: Vec<(Key, RegisterAction)>,
}

/// Accesses that are one register action.
#[derive(PartialEq)]
struct Key {
    action: u16,
    a: Option<Src>,
    b: Option<Src>,
    has_result: bool,
}

impl Arrayed {
    /// The array, as yet without actions. `index_bits`: of what cells are named by.
    pub(super) fn new(array: &RegisterArray, index_bits: u32) -> Self {
        let name = array.array.name();
        let (index, size) = match array.cells {
            1 => (1, Expr::int(1)),
            _ => (index_bits, Expr::from("FLOWS")),
        };
        let mut register = Register::new(name, Type::Bit(array.bits), Type::Bit(index), size).initial(0);
        if array.cells == 1 {
            register = register.comment("One cell.");
        }
        Self { array: array.array, register, actions: vec![] }
    }

    /// The register's declaration and those of its actions.
    pub(super) fn declarations(self) -> (Register, Vec<RegisterAction>) {
        (self.register, self.actions.into_iter().map(|(_, action)| action).collect())
    }

    /// The access as an expression of its result, or as a statement where nobody wants the result.
    pub(super) fn access(
        &mut self,
        vector: &Vector<'_>,
        execution: &Execution,
        index: &Expr,
    ) -> Result<Stmt, StageError> {
        let salu = vector.pipeline.action(execution.action);
        let operand = |operand, src| salu.reads(operand).then_some(src);
        let key = Key {
            action: execution.action.0,
            a: operand(Operand::A, execution.a),
            b: operand(Operand::B, execution.b),
            has_result: execution.result.is_some(),
        };
        let known =
            self.actions.iter().find(|(known, _)| *known == key).map(|(_, action)| action.name.clone());
        let name = match known {
            Some(name) => name,
            None => self.add(vector, salu, key)?,
        };
        let Some(result) = execution.result else { return Ok(Stmt::execute(name, index)) };
        let target = vector.location(result);
        let bits = ResultForm::of(salu).bits(self.bits());
        let value = super::values::sized(Expr::execute(name, index), bits, target.bits);
        Ok(Stmt::assign(target.path.clone(), value))
    }

    fn bits(&self) -> u32 {
        match self.register.cell {
            Type::Bit(bits) => bits,
            _ => 32,
        }
    }

    fn add(&mut self, vector: &Vector<'_>, salu: &Salu, key: Key) -> Result<String, StageError> {
        let place = format!("register {}", self.array);
        if self.actions.len() == ACTIONS_MAX {
            let message = format!(
                "more than {ACTIONS_MAX} register actions, `{}` being one too many: use the same operands in more places, or merge actions in the program",
                salu.name
            );
            return Err(StageError::new(place, message));
        }
        let base = format!("{}_{}", self.array.name(), salu.name);
        let same = self.actions.iter().filter(|(_, action)| action.name.starts_with(&base)).count();
        let name = if same == 0 { base } else { format!("{base}_{}", same + 1) };
        let cell = self.bits();
        let mut given = vec![];
        let mut operand = |src: Option<Src>| {
            let number = match src {
                Some(Src::Lit(value)) => Some(value),
                _ => None,
            };
            Ok((source(vector, src.unwrap_or(Src::Lit(0)), cell, &mut given)?, number))
        };
        let body = Writer { salu, array: self.array, cell, a: operand(key.a)?, b: operand(key.b)? };
        if !given.is_empty() {
            let message = format!(
                "`{}` is given a value of the control plane, which a stateful ALU cannot take: copy it into a field a stage earlier",
                salu.name
            );
            return Err(StageError::new(place, message));
        }
        let mut action = RegisterAction::new(name.as_str(), &self.register);
        if key.has_result {
            action = action.result(Type::Bit(ResultForm::of(salu).bits(cell)));
        }
        if key.has_result && matches!(ResultForm::of(salu), ResultForm::Predicate(_)) {
            action = action.comment("The result says which of the two hold, one bit of four: 1 neither, 2 the first, 4 the second, 8 both.");
        }
        let action = action.body(body.statements(key.has_result)?);
        self.actions.push((key, action));
        Ok(name)
    }
}

/// Writes a body.
struct Writer<'s> {
    salu: &'s Salu,
    array: StageArray,
    cell: u32,
    /// The operands, and the numbers that they are if they are constant.
    a: (Expr, Option<u32>),
    b: (Expr, Option<u32>),
}

impl Writer<'_> {
    /// The result first: conditions are about the cell as it was.
    fn statements(&self, has_result: bool) -> Result<Body, StageError> {
        let mut body = vec![];
        let mut gives_new = false;
        if has_result {
            match ResultForm::of(self.salu) {
                ResultForm::Bit => {
                    let ones = self.rows(|row| row.output == Output::Number(1));
                    // An answer is 0 unless the conditions say otherwise.
                    body.push(Stmt::assign(RegisterAction::RESULT, 0));
                    body.extend(self.where_rows(&ones, vec![Stmt::assign(RegisterAction::RESULT, 1)])?);
                }
                ResultForm::Predicate(_) => {
                    let conditions: Result<Vec<Expr>, StageError> =
                        self.salu.conditions.iter().map(|it| self.comparison(it)).collect();
                    let predicate = match &conditions?[..] {
                        [lo, hi] => Expr::predicate(lo.clone(), hi.clone()),
                        [lo] => Expr::predicate_of_one(lo.clone()),
                        _ => {
                            return Err(
                                self.error("it gives a number that no condition decides: make it a field's")
                            );
                        }
                    };
                    body.push(Stmt::assign(RegisterAction::RESULT, predicate));
                }
                ResultForm::Word => {
                    let outputs: Vec<Output> = self.salu.rows.iter().map(|row| row.output).collect();
                    if outputs.iter().all(|output| *output == Output::Old) {
                        body.push(Stmt::assign(RegisterAction::RESULT, RegisterAction::VALUE));
                    } else if outputs.iter().all(|output| *output == Output::New) {
                        gives_new = true;
                    } else {
                        return Err(self.error("it gives the cell in some cases and something else in others: let it give one thing"));
                    }
                }
            }
        }
        body.extend(self.stores()?);
        if gives_new {
            body.push(Stmt::assign(RegisterAction::RESULT, RegisterAction::VALUE));
        }
        Ok(body)
    }

    /// What is stored, by the conditions.
    fn stores(&self) -> Result<Body, StageError> {
        let mut values: Vec<Value> = vec![];
        for row in &self.salu.rows {
            if row.value != Value::Operand(Operand::Cell) && !values.contains(&row.value) {
                values.push(row.value);
            }
        }
        let mut branches = vec![];
        for value in values {
            let rows = self.rows(|row| row.value == value);
            let store = Stmt::assign(RegisterAction::VALUE, self.value(value));
            match self.condition(&rows)? {
                None => return Ok(vec![store]),
                Some(condition) => branches.push((condition, vec![store])),
            }
        }
        if branches.is_empty() {
            return Ok(vec![]);
        }
        Ok(vec![If { branches, otherwise: vec![] }.into()])
    }

    fn rows(&self, wanted: impl Fn(&Row) -> bool) -> Vec<usize> {
        (0..self.salu.rows.len()).filter(|row| wanted(&self.salu.rows[*row])).collect()
    }

    fn where_rows(&self, rows: &[usize], then: Body) -> Result<Body, StageError> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        Ok(match self.condition(rows)? {
            None => then,
            Some(condition) => vec![Stmt::when(condition, then)],
        })
    }

    /// When one of these rows is the outcome; none: always.
    fn condition(&self, rows: &[usize]) -> Result<Option<Expr>, StageError> {
        let conditions: Result<Vec<Expr>, StageError> =
            self.salu.conditions.iter().map(|it| self.comparison(it)).collect();
        let conditions = conditions?;
        if rows.len() == self.salu.rows.len() {
            return Ok(None);
        }
        let literal = |at: usize, holds: bool| {
            let it = conditions[at].clone();
            if holds { it } else { Expr::Unary(UnaryOp::Not, Box::new(it)) }
        };
        // A condition alone that holds in these rows and no others; else each row by itself, or none of the others.
        let of = |at: usize, holds: bool| -> Vec<usize> {
            (0..self.salu.rows.len()).filter(|row| (row >> at & 1 == 1) == holds).collect()
        };
        for at in 0..conditions.len() {
            for holds in [true, false] {
                if of(at, holds) == rows {
                    return Ok(Some(literal(at, holds)));
                }
            }
        }
        let row = |row: usize| literal(0, row & 1 == 1).binary(BinaryOp::And, literal(1, row >> 1 & 1 == 1));
        Ok(Some(match rows {
            [one] => row(*one),
            [one, other] => row(*one).binary(BinaryOp::Or, row(*other)),
            _ => {
                let missing = (0..4).find(|row| !rows.contains(row)).unwrap_or_default();
                literal(0, missing & 1 == 0).binary(BinaryOp::Or, literal(1, missing >> 1 & 1 == 0))
            }
        }))
    }

    fn comparison(&self, it: &Compare) -> Result<Expr, StageError> {
        let (left, right) = (self.operand(it.left), self.operand(it.right));
        let it =
            Compare { relation: it.relation, left: self.constant(it.left), right: self.constant(it.right) };
        match it.relation {
            Relation::Equal => Ok(match it.left {
                // The cell on the left reads best.
                Operand::Cell => left.equals(right),
                _ if it.right == Operand::Cell => right.equals(left),
                _ => left.equals(right),
            }),
            Relation::Newer => {
                let is_small = self.cell < 32 || self.array == StageArray::MirrorDepth;
                match (it.left, it.right) {
                    // Serial order is plain order between numbers far below 2^31: the unit subtracts no constant and keeps the sign.
                    (Operand::Lit(_), Operand::Cell) if is_small => Ok(right.less_than(left)),
                    (Operand::Cell, Operand::Lit(_)) if is_small => Ok(left.greater_than(right)),
                    (Operand::Lit(value), _) | (_, Operand::Lit(value)) => Err(self.error(&format!(
                        "it compares with the constant {value} as a serial number, which the unit does not do right: pass it in by a field"
                    ))),
                    _ if self.cell < 32 => {
                        Err(self.error("it compares narrow cells as serial numbers of 32 bits: make the array's cells 32 bits wide"))
                    }
                    _ => Ok((left - right).cast(Type::Int(self.cell)).greater_than(0)),
                }
            }
        }
    }

    fn value(&self, value: Value) -> Expr {
        match value {
            Value::Operand(a) => self.operand(a),
            Value::Add(a, b) => self.operand(a) + self.operand(b),
            Value::Sub(a, b) => self.operand(a) - self.operand(b),
            Value::And(a, b) => self.operand(a) & self.operand(b),
            Value::Or(a, b) => self.operand(a) | self.operand(b),
            Value::Xor(a, b) => self.operand(a) ^ self.operand(b),
        }
    }

    fn operand(&self, operand: Operand) -> Expr {
        match operand {
            Operand::Cell => RegisterAction::VALUE.into(),
            Operand::A => self.a.0.clone(),
            Operand::B => self.b.0.clone(),
            Operand::Lit(value) => literal(value, self.cell),
        }
    }

    /// An operand that is a constant is that constant.
    fn constant(&self, operand: Operand) -> Operand {
        let number = match operand {
            Operand::A => self.a.1,
            Operand::B => self.b.1,
            _ => None,
        };
        number.map_or(operand, Operand::Lit)
    }

    fn error(&self, message: &str) -> StageError {
        StageError::new(format!("register {} / action {}", self.array, self.salu.name), message)
    }
}
