//! The state of a module at instantiation: constant expressions, globals, active segments (spec section 4.5.4).

use crate::image::{Excess, ImageError, MemoryImage, Resource, Segment, TableImage};
use crate::module::{ConstExpr, ConstOp, Element, ImportKind, Module, SegmentMode};
use crate::outcome::Trap;
use crate::plan::CorePlan;
use crate::types::{MemoryType, NULL_REF, TableType, ValType, reference};
use alloc::vec;
use alloc::vec::Vec;

/// The value of a constant expression as bits; `None` if it is not valid. `globals` are those with a known value, from
/// index 0.
pub fn evaluate(expr: &ConstExpr, globals: &[u64]) -> Option<u64> {
    let mut stack = Vec::new();
    for op in &expr.0 {
        let value = match *op {
            ConstOp::Const(value) => value.bits,
            ConstOp::GlobalGet(index) => *globals.get(index as usize)?,
            ConstOp::RefFunc(index) => reference(index),
            ConstOp::Add(ty) => binary(&mut stack, ty, u64::wrapping_add)?,
            ConstOp::Sub(ty) => binary(&mut stack, ty, u64::wrapping_sub)?,
            ConstOp::Mul(ty) => binary(&mut stack, ty, u64::wrapping_mul)?,
        };
        stack.push(value);
    }
    let value = stack.pop()?;
    stack.is_empty().then_some(value)
}

fn binary(stack: &mut Vec<u64>, ty: ValType, f: fn(u64, u64) -> u64) -> Option<u64> {
    let (b, a) = (stack.pop()?, stack.pop()?);
    let value = f(a, b);
    // Modulo 2^64 determines modulo 2^32.
    Some(if ty.is_wide() { value } else { u64::from(value as u32) })
}

/// What a module's imports are bound to, in the order of each index space. Functions need no binding: a call of an
/// imported one stops the core and is answered from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    /// Bits of the imported globals.
    pub globals: Vec<u64>,
    pub tables: Vec<TableImage>,
    pub memory: Option<MemoryImage>,
    /// The number of each type of the module by which types are compared, if references from other modules may come
    /// in; otherwise numbers of the module's own are made.
    pub types: Option<Vec<u32>>,
}

/// The largest table that is made for a plan with fewer slots: where no instruction gets at tables, they take none.
const TABLE_MOST: u64 = 1 << 16;

impl Bindings {
    /// For a module whose imports nobody provides: tables and a memory of the declared minimum, and globals of 0 or null.
    pub fn fresh(module: &Module, plan: &CorePlan) -> Result<Bindings, ImageError> {
        let mut bindings = Bindings::default();
        for import in &module.imports {
            match &import.kind {
                ImportKind::Function(_) => {}
                ImportKind::Global(_) => bindings.globals.push(0),
                ImportKind::Table(ty) => bindings.tables.push(TableImage::new(ty, NULL_REF, plan)?),
                ImportKind::Memory(ty) => bindings.memory = Some(empty(ty)),
            }
        }
        Ok(bindings)
    }
}

impl TableImage {
    /// A table of its declared minimum, all of it `init`.
    fn new(ty: &TableType, init: u64, plan: &CorePlan) -> Result<TableImage, ImageError> {
        let (needed, available) = (ty.limits.min, plan.stack_slots().max(TABLE_MOST));
        if needed > available {
            return Err(ImageError::TooLarge(vec![Excess { resource: Resource::Stack, needed, available }]));
        }
        Ok(TableImage { elements: vec![init; needed as usize], capacity: plan.table_capacity(ty) })
    }
}

/// A module's globals, tables and memory, from allocation to the last active segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Numbers by type index: equal types have equal ones.
    pub types: Vec<u32>,
    pub globals: Vec<u64>,
    pub tables: Vec<TableImage>,
    pub memory: MemoryImage,
}

impl State {
    /// At the end of instantiation.
    pub fn new(module: &Module, bindings: &Bindings, plan: &CorePlan) -> Result<State, ImageError> {
        let mut state = State::allocate(module, bindings, plan)?;
        state.initialize(module)?;
        Ok(state)
    }

    /// Everything bound or with its initial value, before any active segment.
    pub fn allocate(module: &Module, bindings: &Bindings, plan: &CorePlan) -> Result<State, ImageError> {
        let types = bindings.types.clone().unwrap_or_else(|| type_numbers(module));
        let (globals, tables) = (bindings.globals.clone(), bindings.tables.clone());
        let mut state = State { types, globals, tables, memory: MemoryImage::default() };
        let mut bound = [state.globals.len(), state.tables.len(), usize::from(bindings.memory.is_some())];
        for (index, import) in module.imports.iter().enumerate() {
            let left = match import.kind {
                ImportKind::Function(_) => continue,
                ImportKind::Global(_) => &mut bound[0],
                ImportKind::Table(_) => &mut bound[1],
                ImportKind::Memory(_) => &mut bound[2],
            };
            *left = left.checked_sub(1).ok_or(ImageError::Import(index))?;
        }
        for global in &module.globals {
            let bits = state.value(module, &global.init)?;
            state.globals.push(bits);
        }
        for table in &module.tables {
            let init = table.init.as_ref().map_or(Ok(NULL_REF), |init| state.value(module, init))?;
            state.tables.push(TableImage::new(&table.ty, init, plan)?);
        }
        state.memory = bindings.memory.clone().or_else(|| module.memories.first().map(empty)).unwrap_or_default();
        Ok(state)
    }

    /// Copies the active segments in order. Those before one that does not fit stay.
    pub fn initialize(&mut self, module: &Module) -> Result<(), ImageError> {
        for (index, element) in module.elements.iter().enumerate() {
            let SegmentMode::Active(table, offset) = &element.mode else { continue };
            let at = self.value(module, offset)? as u32 as usize;
            let items = self.items(module, element)?;
            let table = self.tables.get_mut(*table as usize).ok_or(ImageError::Initializer)?;
            let slots = table.elements.get_mut(at..at + items.len());
            slots.ok_or(ImageError::Trap(Trap::OutOfBoundsTable, index))?.copy_from_slice(&items);
        }
        for (index, data) in module.data.iter().enumerate() {
            let SegmentMode::Active(_, offset) = &data.mode else { continue };
            let address = self.value(module, offset)? as u32;
            if u64::from(address) + data.bytes.len() as u64 > self.memory.bytes {
                return Err(ImageError::Trap(Trap::OutOfBoundsMemory, index));
            }
            if !data.bytes.is_empty() {
                self.memory.segments.push(Segment { address, bytes: data.bytes.clone() });
            }
        }
        Ok(())
    }

    /// The elements of a segment.
    pub fn items(&self, module: &Module, element: &Element) -> Result<Vec<u64>, ImageError> {
        element.items.iter().map(|item| self.value(module, item)).collect()
    }

    /// The value of a constant expression, references to functions with their type.
    fn value(&self, module: &Module, expr: &ConstExpr) -> Result<u64, ImageError> {
        let bits = evaluate(expr, &self.globals).ok_or(ImageError::Initializer)?;
        match expr.0[..] {
            [ConstOp::RefFunc(function)] => {
                let ty = module.function_type_index(function).ok_or(ImageError::Initializer)?;
                Ok(typed_reference(bits, self.types.get(ty as usize).copied().unwrap_or(0)))
            }
            _ => Ok(bits),
        }
    }
}

/// The bits of a reference to a function in the core's slots: the upper half is the number of its type, which an
/// indirect call compares.
pub const fn typed_reference(bits: u64, ty: u32) -> u64 {
    bits | (ty as u64) << 32
}

/// For each type of a module the index of the first one equal to it.
pub fn type_numbers(module: &Module) -> Vec<u32> {
    let first = |ty| module.types.iter().position(|t| t == ty).unwrap_or(0) as u32;
    module.types.iter().map(first).collect()
}

fn empty(ty: &MemoryType) -> MemoryImage {
    MemoryImage { bytes: ty.bytes(), max_bytes: ty.max_bytes(), page_log2: ty.page_log2, segments: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Value;
    use alloc::vec;

    #[test]
    fn constant_arithmetic_wraps_in_its_type() {
        let constant = |ty, bits| ConstOp::Const(Value { ty, bits });
        let (i32, i64) = (|bits| constant(ValType::I32, bits), |bits| constant(ValType::I64, bits));
        let value = |ops| evaluate(&ConstExpr(ops), &[7, 9]);
        assert_eq!(value(vec![i32(1), i32(2), ConstOp::Sub(ValType::I32)]), Some(0xffff_ffff));
        assert_eq!(value(vec![i64(1), i64(2), ConstOp::Sub(ValType::I64)]), Some(u64::MAX));
        assert_eq!(value(vec![i32(0x8000_0001), i32(2), ConstOp::Mul(ValType::I32)]), Some(2));
        assert_eq!(value(vec![ConstOp::GlobalGet(1), i32(3), ConstOp::Add(ValType::I32)]), Some(12));
        assert_eq!(value(vec![ConstOp::RefFunc(5)]), Some(6));
    }

    #[test]
    fn invalid_expressions_have_no_value() {
        let value = |ops| evaluate(&ConstExpr(ops), &[7]);
        assert_eq!(value(vec![]), None);
        assert_eq!(value(vec![ConstOp::GlobalGet(1)]), None);
        assert_eq!(value(vec![ConstOp::GlobalGet(0), ConstOp::GlobalGet(0)]), None);
        assert_eq!(value(vec![ConstOp::GlobalGet(0), ConstOp::Add(ValType::I32)]), None);
    }
}
