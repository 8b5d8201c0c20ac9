//! Statements for random modules: what leaves the stack as it was, and uses instructions on operands that they do
//! something with. `wasm-smith` seldom has two operands where an operation wants them.

use isa::leb;
use isa::module::{ExportKind, Module};
use isa::op::{Imm, Op, Row, Signature, TABLE, Unit};
use isa::types::ValType;
use rand::RngExt;
use rand::rngs::StdRng;

/// Operations within operations.
const DEPTH: u32 = 2;
/// Bytes of memory that accesses stay within.
const NEAR: u64 = 256;
/// Block type without parameters and results.
const EMPTY: u8 = 0x40;

/// Writes statements into one function.
pub struct Statements<'a> {
    rng: &'a mut StdRng,
    code: &'a mut Vec<u8>,
    /// Of the parameters and the declared locals.
    locals: Vec<ValType>,
    /// Globals that may be written to.
    globals: Vec<(u32, ValType)>,
    has_memory: bool,
}

impl<'a> Statements<'a> {
    /// Into the function of this index, in a module that imports nothing.
    pub fn new(module: &Module, function: u32, rng: &'a mut StdRng, code: &'a mut Vec<u8>) -> Statements<'a> {
        let function = &module.functions[function as usize];
        let declared = function.locals.iter().flat_map(|&(count, ty)| std::iter::repeat_n(ty, count as usize));
        let locals = module.types[function.ty as usize].params.iter().copied().chain(declared).collect();
        // What is not exported is the module's own count of its steps.
        let exported = module.exports.iter().filter(|export| export.kind == ExportKind::Global);
        let types = exported.map(|export| (export.index, module.globals[export.index as usize].ty));
        let globals = types.filter(|(_, ty)| ty.mutable).map(|(index, ty)| (index, ty.ty)).collect();
        let has_memory = module.memories.first().is_some_and(|memory| memory.bytes() > NEAR);
        Statements { rng, code, locals, globals, has_memory }
    }

    /// One of every form.
    pub fn statement(&mut self) {
        match self.rng.random_range(0..8) {
            0 if self.has_memory => self.store(),
            1 => self.alternatives(),
            2 => self.skipped(),
            3 => self.choice(),
            _ => self.assignment(),
        }
    }

    fn op(&mut self, op: Op) {
        self.code.extend([op.row().code]);
    }

    /// A value is computed and goes somewhere.
    fn assignment(&mut self) {
        let rows: Vec<_> = TABLE.iter().filter(|row| self.result(row).is_some()).collect();
        let row = rows[self.rng.random_range(0..rows.len())];
        self.operation(row, DEPTH);
        self.sink(self.result(row).expect("has one"));
    }

    /// The top of the stack goes to a local or a global of its type, or is dropped.
    fn sink(&mut self, ty: ValType) {
        let global = self.globals.iter().filter(|&&(_, found)| found == ty).map(|&(index, _)| index);
        let global: Vec<_> = global.collect();
        match (self.local(ty), self.rng.random_range(0..4)) {
            (Some(local), 0) => self.indexed(Op::LocalSet, local),
            (Some(local), 1) => {
                self.indexed(Op::LocalTee, local);
                self.op(Op::Drop);
            }
            (_, 2) if !global.is_empty() => {
                let index = global[self.rng.random_range(0..global.len())];
                self.indexed(Op::GlobalSet, index);
            }
            _ => self.op(Op::Drop),
        }
    }

    fn store(&mut self) {
        let rows: Vec<_> = TABLE.iter().filter(|row| matches!(row.unit, Unit::Store { .. })).collect();
        let row = rows[self.rng.random_range(0..rows.len())];
        let Signature::Fixed(operands, _) = row.signature else { unreachable!("of an address and a value") };
        self.address();
        self.value(operands[1], DEPTH - 1);
        self.access(row);
    }

    /// `if`, mostly with `else`.
    fn alternatives(&mut self) {
        self.value(ValType::I32, 1);
        self.op(Op::If);
        self.code.push(EMPTY);
        self.assignment();
        if self.rng.random_range(0..4) > 0 {
            self.op(Op::Else);
            self.assignment();
        }
        self.op(Op::End);
    }

    /// What a branch jumps over, or does not.
    fn skipped(&mut self) {
        self.op(Op::Block);
        self.code.push(EMPTY);
        self.value(ValType::I32, 1);
        self.indexed(Op::BrIf, 0);
        self.assignment();
        self.op(Op::End);
    }

    /// A `select` of either form. Its condition is a constant or a local: wasmi 2.0.0 gets some others wrong, see
    /// [`crate::smith`].
    fn choice(&mut self) {
        let ty = [ValType::I32, ValType::I64, ValType::F32, ValType::F64][self.rng.random_range(0..4)];
        self.value(ty, 1);
        self.value(ty, 1);
        self.value(ValType::I32, 0);
        if self.rng.random_range(0..2) == 0 {
            self.op(Op::Select);
        } else {
            self.op(Op::SelectTyped);
            self.code.extend([1, ty.code()]);
        }
        self.sink(ty);
    }

    /// The type of the one result of an operation that can be used here.
    fn result(&self, row: &Row) -> Option<ValType> {
        let usable = match row.unit {
            Unit::Alu(_) | Unit::Shift(_) | Unit::Count(_) | Unit::Multiply | Unit::Divide { .. } => true,
            Unit::Move | Unit::Float => row.imm == Imm::None,
            Unit::Load { .. } => self.has_memory,
            _ => false,
        };
        match row.signature {
            Signature::Fixed([_, ..], &[result]) if usable => Some(result),
            _ => None,
        }
    }

    /// An operation with its operands.
    fn operation(&mut self, row: &Row, depth: u32) {
        let Signature::Fixed(operands, _) = row.signature else { unreachable!("has a result of a fixed type") };
        if let Unit::Load { .. } = row.unit {
            self.address();
            return self.access(row);
        }
        for (i, &ty) in operands.iter().enumerate() {
            // Random divisors are zero too often, and what traps ends the function.
            let divisor = i == 1 && matches!(row.unit, Unit::Divide { .. }) && self.rng.random_range(0..8) > 0;
            let float = matches!(ty, ValType::F32 | ValType::F64);
            self.value(ty, if divisor || float { 0 } else { depth - 1 });
            if divisor {
                self.constant(ty);
                self.op(if ty == ValType::I32 { Op::I32Or } else { Op::I64Or });
            }
        }
        self.code.extend((row.prefix != 0).then_some(row.prefix));
        self.code.push(row.code);
    }

    /// A value of this type: a constant, a local, or an operation whose operands are at most so deep.
    fn value(&mut self, ty: ValType, depth: u32) {
        let local = self.local(ty);
        match (self.rng.random_range(0..4), local) {
            (0, _) if depth > 0 => {
                let rows: Vec<_> = TABLE.iter().filter(|row| self.result(row) == Some(ty)).collect();
                let row = rows[self.rng.random_range(0..rows.len())];
                self.operation(row, depth);
            }
            (1 | 2, Some(local)) if !matches!(ty, ValType::F32 | ValType::F64) => self.indexed(Op::LocalGet, local),
            _ => self.constant(ty),
        }
    }

    /// Numbers that are near an edge, and finite floats: engines differ in the bits of a NaN.
    fn constant(&mut self, ty: ValType) {
        const FLOATS: [f64; 12] =
            [1.0, 0.1, 3.25, 1e9, 16777217.0, 0.5, 2147483647.0, 1e-40, 255.0, 6.02e23, -0.0, -7.5];
        let float = FLOATS[self.rng.random_range(0..FLOATS.len())];
        let integer = match self.rng.random_range(0..4) {
            0 => self.rng.random_range(-4..5),
            1 => 1 << self.rng.random_range(0..64),
            2 => i64::from(self.rng.random_range(-70_000..70_000)),
            _ => self.rng.random(),
        };
        match ty {
            ValType::I32 => {
                self.op(Op::I32Const);
                leb::write_signed(i64::from(integer as i32), self.code);
            }
            ValType::I64 => {
                self.op(Op::I64Const);
                leb::write_signed(integer, self.code);
            }
            ValType::F32 => {
                self.op(Op::F32Const);
                self.code.extend((float as f32).to_le_bytes());
            }
            ValType::F64 => {
                self.op(Op::F64Const);
                self.code.extend(float.to_le_bytes());
            }
            ValType::FuncRef | ValType::ExternRef => unreachable!("operations are on numbers"),
        }
    }

    /// An address in the first bytes of memory, aligned or not.
    fn address(&mut self) {
        self.op(Op::I32Const);
        leb::write_signed(self.rng.random_range(0..NEAR as i64 / 2), self.code);
    }

    /// A load or a store, with an offset.
    fn access(&mut self, row: &Row) {
        let offset = self.rng.random_range(0..NEAR / 2 - 8);
        self.code.extend([row.code, 0]);
        leb::write(offset, self.code);
    }

    fn indexed(&mut self, op: Op, index: u32) {
        self.op(op);
        leb::write(index.into(), self.code);
    }

    /// Some local of this type.
    fn local(&mut self, ty: ValType) -> Option<u32> {
        let locals = self.locals.iter().zip(0..).filter(|&(&found, _)| found == ty).map(|(_, index)| index);
        let locals: Vec<_> = locals.collect();
        (!locals.is_empty()).then(|| locals[self.rng.random_range(0..locals.len())])
    }
}
