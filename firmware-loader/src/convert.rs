//! wasmparser's types to ours. Validation comes first, so that what has no counterpart here is an error, not a case.

use crate::error::{Error, Kind};
use crate::sections::Broken;
use isa::module::{ConstExpr, ConstOp, ExportKind};
use isa::types::*;
use wasmparser::{ExternalKind, Operator, RefType};

pub fn val_type(ty: wasmparser::ValType, offset: u64) -> Result<ValType, Error> {
    match ty {
        wasmparser::ValType::I32 => Ok(ValType::I32),
        wasmparser::ValType::I64 => Ok(ValType::I64),
        wasmparser::ValType::F32 => Ok(ValType::F32),
        wasmparser::ValType::F64 => Ok(ValType::F64),
        wasmparser::ValType::Ref(r) => ref_type(r, offset),
        wasmparser::ValType::V128 => Err(unsupported(format!("values of type {ty}"), offset)),
    }
}

pub fn ref_type(ty: RefType, offset: u64) -> Result<ValType, Error> {
    match ty {
        RefType::FUNCREF => Ok(ValType::FuncRef),
        RefType::EXTERNREF => Ok(ValType::ExternRef),
        _ => Err(unsupported(format!("values of type {ty}"), offset)),
    }
}

pub fn func_type(ty: &wasmparser::FuncType, offset: u64) -> Result<FuncType, Error> {
    let list = |types: &[wasmparser::ValType]| types.iter().map(|&t| val_type(t, offset)).collect();
    let (params, results): (Result<_, Error>, Result<_, Error>) = (list(ty.params()), list(ty.results()));
    Ok(FuncType { params: params?, results: results? })
}

pub fn table_type(ty: &wasmparser::TableType, offset: u64) -> Result<TableType, Error> {
    let limits = Limits { min: ty.initial, max: ty.maximum };
    Ok(TableType { element: ref_type(ty.element_type, offset)?, limits })
}

pub fn memory_type(ty: &wasmparser::MemoryType) -> MemoryType {
    MemoryType { limits: Limits { min: ty.initial, max: ty.maximum }, page_log2: ty.page_size_log2() }
}

pub fn global_type(ty: &wasmparser::GlobalType, offset: u64) -> Result<GlobalType, Error> {
    Ok(GlobalType { ty: val_type(ty.content_type, offset)?, mutable: ty.mutable })
}

pub fn export_kind(kind: ExternalKind, offset: u64) -> Result<ExportKind, Error> {
    match kind {
        ExternalKind::Func => Ok(ExportKind::Function),
        ExternalKind::Table => Ok(ExportKind::Table),
        ExternalKind::Memory => Ok(ExportKind::Memory),
        ExternalKind::Global => Ok(ExportKind::Global),
        _ => Err(unsupported(format!("exports of kind {kind:?}"), offset)),
    }
}

pub fn const_expr(expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, Broken> {
    let mut ops = Vec::new();
    for item in expr.get_operators_reader().into_iter_with_offsets() {
        let (op, offset) = item?;
        if !matches!(op, Operator::End) {
            ops.push(const_op(&op, offset)?);
        }
    }
    Ok(ConstExpr(ops))
}

fn const_op(op: &Operator<'_>, offset: u64) -> Result<ConstOp, Error> {
    let value = |ty, bits| Ok(ConstOp::Const(Value { ty, bits }));
    match *op {
        Operator::I32Const { value: v } => value(ValType::I32, u64::from(v as u32)),
        Operator::I64Const { value: v } => value(ValType::I64, v as u64),
        Operator::F32Const { value: v } => value(ValType::F32, u64::from(v.bits())),
        Operator::F64Const { value: v } => value(ValType::F64, v.bits()),
        Operator::RefNull { hty } => {
            let ty = RefType::new(true, hty).ok_or_else(|| unsupported(format!("{op:?}"), offset))?;
            value(ref_type(ty, offset)?, NULL_REF)
        }
        Operator::GlobalGet { global_index } => Ok(ConstOp::GlobalGet(global_index)),
        Operator::RefFunc { function_index } => Ok(ConstOp::RefFunc(function_index)),
        Operator::I32Add => Ok(ConstOp::Add(ValType::I32)),
        Operator::I32Sub => Ok(ConstOp::Sub(ValType::I32)),
        Operator::I32Mul => Ok(ConstOp::Mul(ValType::I32)),
        Operator::I64Add => Ok(ConstOp::Add(ValType::I64)),
        Operator::I64Sub => Ok(ConstOp::Sub(ValType::I64)),
        Operator::I64Mul => Ok(ConstOp::Mul(ValType::I64)),
        _ => Err(unsupported(format!("{op:?} in a constant expression"), offset)),
    }
}

pub fn unsupported(what: String, offset: u64) -> Error {
    Error::new(Kind::Unsupported, format!("{what} are not supported")).at(offset)
}
