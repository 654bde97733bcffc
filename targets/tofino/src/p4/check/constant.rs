//! Values that are known before any packet.

use std::collections::HashMap;

use super::env::{Env, Ty};
use super::{Place, Rule, Sink};
use crate::p4::ast::{BinaryOp, Expr, UnaryOp};
use crate::p4::tna;

/// Constants by name.
#[derive(Default)]
pub(super) struct Constants<'p> {
    known: HashMap<&'p str, (Ty<'p>, u128)>,
}

impl<'p> Constants<'p> {
    /// The architecture's constants and the program's, each of which may use those above it.
    pub(super) fn new(env: &Env<'p>, sink: &mut Sink) -> Self {
        let mut constants = Self {
            known: tna::CONSTANTS
                .iter()
                .map(|(name, width, value)| (*name, (Ty::Bit(*width), *value)))
                .collect(),
        };
        for constant in &env.program.consts {
            let place = Place::new(format_args!("const {}", constant.name));
            let ty = env.resolve(&constant.ty, &place, sink);
            match constants.value(&constant.value) {
                Some(value) => {
                    if let (Ty::Bit(width), true) = (&ty, exceeds(value, &ty)) {
                        let message = format!(
                            "{value} does not fit into {width} bits; widen the type or correct the value"
                        );
                        sink.report(Rule::NumberRange, &place, message);
                    }
                    constants.known.insert(&constant.name, (ty, value));
                }
                None => {
                    let message = "the value is not a constant; use numbers and constants declared above";
                    sink.report(Rule::Constant, &place, message);
                    constants.known.insert(&constant.name, (ty, 0));
                }
            }
        }
        constants
    }

    /// Type of a constant.
    pub(super) fn ty(&self, name: &str) -> Option<&Ty<'p>> {
        self.known.get(name).map(|(ty, _)| ty)
    }

    /// Value of an expression of constants; none of any other, and none where the arithmetic overflows.
    pub(super) fn value(&self, expr: &Expr) -> Option<u128> {
        match expr {
            Expr::Int { value, .. } => Some(*value),
            Expr::Bool(value) => Some(u128::from(*value)),
            Expr::Name(name) => self.known.get(name.as_str()).map(|(_, value)| *value),
            Expr::Cast(_, of) => self.value(of),
            Expr::Unary(UnaryOp::Not, of) => Some(u128::from(self.value(of)? == 0)),
            Expr::Slice { of, hi, lo } if hi >= lo => {
                let width = hi - lo + 1;
                let mask = if width >= 128 { u128::MAX } else { (1 << width) - 1 };
                Some(self.value(of)?.checked_shr(*lo).unwrap_or(0) & mask)
            }
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                match op {
                    BinaryOp::Add => left.checked_add(right),
                    BinaryOp::Sub => left.checked_sub(right),
                    BinaryOp::BitAnd => Some(left & right),
                    BinaryOp::BitOr => Some(left | right),
                    BinaryOp::BitXor => Some(left ^ right),
                    BinaryOp::Shl => left.checked_shl(u32::try_from(right).ok()?),
                    BinaryOp::Shr => left.checked_shr(u32::try_from(right).ok()?),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether `value` needs more bits than `ty` has.
pub(super) fn exceeds(value: u128, ty: &Ty<'_>) -> bool {
    match ty {
        Ty::Bit(width) | Ty::Int(width) => *width < 128 && value >> width != 0,
        Ty::Bool => value > 1,
        _ => false,
    }
}
