//! The state of a module at instantiation: constant expressions, globals, active segments (spec section 4.5.4).

use crate::image::{ImageError, MemoryImage, Segment};
use crate::module::{ConstExpr, ConstOp, Import, ImportKind, Module, SegmentMode};
use crate::outcome::Trap;
use crate::types::{MemoryType, ValType, reference};
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

/// Initial bits of every global.
pub(crate) fn globals(module: &Module) -> Result<Vec<u64>, ImageError> {
    refuse(module, |kind| matches!(kind, ImportKind::Global(_)))?;
    let mut globals = Vec::new();
    for global in &module.globals {
        globals.push(evaluate(&global.init, &globals).ok_or(ImageError::Initializer)?);
    }
    Ok(globals)
}

/// Checks that active element segments fit into their tables: instantiation traps otherwise.
pub(crate) fn elements(module: &Module, globals: &[u64]) -> Result<(), ImageError> {
    refuse(module, |kind| matches!(kind, ImportKind::Table(_)))?;
    for (index, element) in module.elements.iter().enumerate() {
        let SegmentMode::Active(table, offset) = &element.mode else { continue };
        let table = module.tables.get(*table as usize).ok_or(ImageError::Initializer)?;
        let offset = evaluate(offset, globals).ok_or(ImageError::Initializer)? as u32;
        if u64::from(offset) + element.items.len() as u64 > table.ty.limits.min {
            return Err(ImageError::Trap(Trap::OutOfBoundsTable, index));
        }
    }
    Ok(())
}

/// The memory with its active data segments.
pub(crate) fn memory(module: &Module, globals: &[u64]) -> Result<MemoryImage, ImageError> {
    refuse(module, |kind| matches!(kind, ImportKind::Memory(_)))?;
    let mut image = module.memories.first().map(empty).unwrap_or_default();
    for (index, data) in module.data.iter().enumerate() {
        let SegmentMode::Active(_, offset) = &data.mode else { continue };
        let address = evaluate(offset, globals).ok_or(ImageError::Initializer)? as u32;
        if u64::from(address) + data.bytes.len() as u64 > image.bytes {
            return Err(ImageError::Trap(Trap::OutOfBoundsMemory, index));
        }
        if !data.bytes.is_empty() {
            image.segments.push(Segment { address, bytes: data.bytes.clone() });
        }
    }
    Ok(image)
}

fn empty(ty: &MemoryType) -> MemoryImage {
    const ADDRESSABLE: u64 = 1 << 32;
    let max_bytes = ty.limits.max.map_or(ADDRESSABLE, |pages| pages << ty.page_log2);
    let bytes = ty.limits.min << ty.page_log2;
    MemoryImage { bytes, max_bytes, page_log2: ty.page_log2, segments: Vec::new() }
}

/// What is imported has no value before a linker has found one.
fn refuse(module: &Module, kind: fn(&ImportKind) -> bool) -> Result<(), ImageError> {
    let imported = |i: &Import| kind(&i.kind);
    module.imports.iter().position(imported).map_or(Ok(()), |index| Err(ImageError::Import(index)))
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
