//! Values: sources in the width that is wanted, and what an ALU makes of them.

use redplane_core::field::Param;
use redplane_hdl_sim::pipeline::{Expr as Computed, FieldId, Move, Src};

use super::StageError;
use super::vector::Vector;
use crate::p4::ast::{Expr, Stmt, Type};

/// A number, in hexadecimal where it is large.
pub(super) fn literal(value: u32, bits: u32) -> Expr {
    let value = u128::from(cut(value, bits));
    if value < 1 << 16 { Expr::int(value) } else { Expr::hex(value) }
}

fn cut(value: u32, bits: u32) -> u32 {
    if bits >= 32 { value } else { value & ((1 << bits) - 1) }
}

/// A value of `have` bits as one of `want`: zeros above, or cut.
pub(super) fn sized(expr: Expr, have: u32, want: u32) -> Expr {
    match expr {
        _ if have == want => expr,
        _ if have < want => expr.cast(Type::Bit(want)),
        Expr::Slice { of, lo, .. } => of.slice(lo + want - 1, lo),
        whole => whole.slice(want - 1, 0),
    }
}

/// A value of the control plane that an action is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// Which.
    pub(super) param: Param,
    /// Whether as its two's complement.
    pub(super) minus: bool,
    /// In this width.
    pub(super) bits: u32,
}

impl Given {
    /// Its name as a parameter of the action.
    pub(super) fn name(self) -> String {
        let name = param_name(self.param);
        let name = if self.minus { format!("minus_{name}") } else { name };
        if self.bits == 32 { name } else { format!("{name}_{}", self.bits) }
    }
}

/// The name of a setting, as the control plane knows it.
pub fn param_name(param: Param) -> String {
    match param {
        Param::Program(number) => format!("program_{number}"),
        _ => snake(&format!("{param:?}")),
    }
}

/// `lease_span` of `LeaseSpan`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A source in `want` bits. Settings are noted in `given`.
pub(super) fn source(
    vector: &Vector<'_>,
    src: Src,
    want: u32,
    given: &mut Vec<Given>,
) -> Result<Expr, StageError> {
    let mut setting = |param, minus| {
        let it = Given { param, minus, bits: want };
        if !given.contains(&it) {
            given.push(it);
        }
        Expr::from(it.name())
    };
    match src {
        Src::Field(id) => field(vector, id, want),
        Src::Lit(value) => Ok(literal(value, want)),
        Src::Param(param) => Ok(setting(param, false)),
        Src::Minus(param) => Ok(setting(param, true)),
    }
}

/// A field in `want` bits.
pub(super) fn field(vector: &Vector<'_>, id: FieldId, want: u32) -> Result<Expr, StageError> {
    let location = vector.location(id);
    if location.numbers.is_some() {
        let name = &vector.pipeline.field(id).name;
        let message = "it holds which of two conditions hold, one bit each, and is wanted as a number: compare it instead";
        return Err(StageError::new(name, message));
    }
    Ok(sized(location.path.clone(), location.bits, want))
}

/// A move as a statement.
pub(super) fn assignment(vector: &Vector<'_>, it: &Move, given: &mut Vec<Given>) -> Result<Stmt, StageError> {
    let target = vector.location(it.dest);
    let bits = target.bits;
    let mut source = |src| source(vector, src, bits, given);
    let value = match it.expr {
        Computed::Copy(Src::Lit(value)) => vector.constant(it.dest, value),
        Computed::Copy(a) => source(a)?,
        Computed::Add(a, b) => source(a)? + source(b)?,
        Computed::Sub(a, b) => source(a)? - source(b)?,
        Computed::And(a, b) => source(a)? & source(b)?,
        Computed::Or(a, b) => source(a)? | source(b)?,
        Computed::Xor(a, b) => source(a)? ^ source(b)?,
        Computed::Shl(a, by) => source(a)? << by,
        Computed::Shr(Src::Field(id), by) => {
            let have = vector.location(id).bits;
            if by >= have {
                literal(0, bits)
            } else {
                let high = match field(vector, id, have)? {
                    Expr::Slice { of, hi, lo } => of.slice(hi, lo + by),
                    whole => whole.slice(have - 1, by),
                };
                sized(high, have - by, bits)
            }
        }
        Computed::Shr(a, by) => self::source(vector, a, 32, given).map(|wide| sized(wide >> by, 32, bits))?,
        Computed::Join(high, low, by) if by < bits => {
            let high = self::source(vector, high, bits - by, given)?;
            let low = self::source(vector, low, by, given)?;
            with_width(high, bits - by).concat(with_width(low, by))
        }
        Computed::Join(_, low, _) => source(low)?,
    };
    Ok(Stmt::assign(target.path.clone(), value))
}

/// A number says its width where nothing beside it does.
fn with_width(expr: Expr, bits: u32) -> Expr {
    match expr {
        Expr::Int { value, base, .. } => Expr::Int { value, base, width: Some(bits) },
        other => other,
    }
}
