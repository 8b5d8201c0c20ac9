//! How wide the value is that an instruction pushes or writes. The upper half of a 32-bit value has no meaning in the
//! hardware, so it must not be compared.

use isa::instr::{Immediate, Instr, decode};
use isa::module::{ImportKind, Module};
use isa::op::{Op, Signature};
use isa::types::ValType;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Width {
    #[default]
    Unknown,
    Narrow,
    Wide,
    /// `select`, whose type is not in the code. What it leaves in the upper half shows when a typed instruction uses
    /// it.
    Either,
}

impl Width {
    pub fn of(ty: ValType) -> Width {
        if ty.is_wide() { Width::Wide } else { Width::Narrow }
    }

    /// Whether the hardware's value is the model's, which has a zero upper half for 32-bit types.
    pub fn equal(self, hardware: u64, model: u64) -> bool {
        match self {
            Width::Wide => hardware == model,
            Width::Either if model >> 32 != 0 => hardware == model,
            Width::Either | Width::Narrow | Width::Unknown => hardware as u32 == model as u32,
        }
    }

    /// The value as far as it has meaning.
    pub fn shown(self, value: u64) -> u64 {
        if self == Width::Narrow { value & 0xffff_ffff } else { value }
    }
}

/// Widths by code address, found when first asked for.
pub(crate) struct Widths<'m> {
    module: &'m Module,
    known: Vec<Width>,
}

impl<'m> Widths<'m> {
    pub fn new(module: &'m Module) -> Widths<'m> {
        Widths { module, known: vec![Width::Unknown; module.code.len()] }
    }

    /// The width of the value that the instruction at this code address pushes or writes.
    pub fn at(&mut self, pc: u32) -> Width {
        let known = self.known[pc as usize];
        if known != Width::Unknown {
            return known;
        }
        let width = decode(&self.module.code, pc).map_or(Width::Either, |i| self.find(&i));
        self.known[pc as usize] = width;
        width
    }

    fn find(&self, instr: &Instr<'_>) -> Width {
        let ty = match (instr.op.row().signature, instr.imm) {
            (Signature::Fixed(_, results), _) => results.last().copied(),
            (_, Immediate::Type(ty) | Immediate::Reference(ty)) => Some(ty),
            (_, Immediate::Local(index)) => self.local(instr.pc, index),
            (_, Immediate::Global(index)) => self.global(index),
            (_, Immediate::Table(index)) if instr.op == Op::TableGet => self.table(index),
            (_, Immediate::Table(_)) => Some(ValType::I32),
            _ => None,
        };
        ty.map_or(Width::Either, Width::of)
    }

    fn local(&self, pc: u32, index: u32) -> Option<ValType> {
        let function = self.module.defined(self.module.function_at(pc)?)?;
        let params = &self.module.types.get(function.ty as usize)?.params;
        let Some(mut rest) = index.checked_sub(params.len() as u32) else { return Some(params[index as usize]) };
        for &(count, ty) in &function.locals {
            match rest.checked_sub(count) {
                None => return Some(ty),
                Some(less) => rest = less,
            }
        }
        None
    }

    fn table(&self, index: u32) -> Option<ValType> {
        let imported = self.module.imports.iter().filter_map(|i| match i.kind {
            ImportKind::Table(ty) => Some(ty.element),
            _ => None,
        });
        imported.chain(self.module.tables.iter().map(|t| t.ty.element)).nth(index as usize)
    }

    fn global(&self, index: u32) -> Option<ValType> {
        let imported = self.module.imports.iter().filter_map(|i| match i.kind {
            ImportKind::Global(ty) => Some(ty.ty),
            _ => None,
        });
        imported.chain(self.module.globals.iter().map(|g| g.ty.ty)).nth(index as usize)
    }
}
