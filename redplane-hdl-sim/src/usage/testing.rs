//! A small world for tests: a machine, a few fields, a few arrays.

use redplane_core::machine::Array;

use super::Ctx;
use crate::pipeline::{
    ActionId, Case, Cond, Execution, FieldId, PhvField, RegisterArray, RegisterUnit, Role, Src, StageArray,
    Unit,
};
use crate::target::{TOFINO1, Target};

/// What a [`Ctx`] borrows.
pub(crate) struct World {
    pub(crate) target: Target,
    pub(crate) fields: Vec<PhvField>,
    pub(crate) arrays: Vec<RegisterArray>,
    pub(crate) flows: u32,
}

impl World {
    /// A Tofino, fields by name and width, 65,536 flows.
    pub(crate) fn new(fields: &[(&str, u32)]) -> Self {
        let fields = fields.iter().map(|(name, bits)| PhvField {
            name: (*name).into(),
            bits: *bits,
            role: Role::Temp,
        });
        Self { target: TOFINO1, fields: fields.collect(), arrays: vec![], flows: 65_536 }
    }

    pub(crate) fn with_arrays(mut self, arrays: &[Array]) -> Self {
        let arrays = arrays.iter().map(|array| StageArray::Core(*array));
        self.arrays = arrays.map(|array| RegisterArray { array, bits: 32, cells: self.flows }).collect();
        self
    }

    pub(crate) fn ctx(&self) -> Ctx<'_> {
        Ctx { target: &self.target, fields: &self.fields, arrays: &self.arrays, flows: self.flows }
    }

    /// A field by its name.
    pub(crate) fn named(&self, name: &str) -> FieldId {
        FieldId(self.fields.iter().position(|field| field.name == name).unwrap() as u16)
    }
}

/// A field by its number.
pub(crate) fn field(id: u16) -> FieldId {
    FieldId(id)
}

/// A guarded action with one operand.
pub(crate) fn case(guard: Cond, a: Src, result: Option<FieldId>) -> Case {
    Case { guard, execution: Execution { action: ActionId(0), a, b: Src::Lit(0), result } }
}

/// A register unit without a default action.
pub(crate) fn register_unit(array: Array, index: FieldId, cases: Vec<Case>) -> Unit {
    let array = StageArray::Core(array);
    Unit::Register(RegisterUnit { array, index: Src::Field(index), cases, otherwise: None })
}
