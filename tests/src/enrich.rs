//! Makes random modules do more: `wasm-smith` seldom finds operands for bulk operations, or suitable ones for accesses
//! and indirect calls. And it puts statements of ours between its instructions.

use crate::sections::{CODE, MEMORIES, Sections, TABLES, instructions_of};
use crate::statements::Statements;
use isa::instr::{Immediate, decode};
use isa::leb;
use isa::module::{Element, Module, SegmentMode};
use isa::op::{Op, Signature, Unit};
use isa::types::ValType;
use rand::RngExt;
use rand::rngs::StdRng;

struct Enriched<'a> {
    module: &'a Module,
    /// Its index.
    function: u32,
    rng: &'a mut StdRng,
    /// The new body so far.
    code: Vec<u8>,
}

/// A valid module whose memories and tables are as large as they may get, where most operands that are indices,
/// addresses and lengths are small, with bulk operations, and with functions in its tables.
pub fn enrich(bytes: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let module = firmware_loader::parse(bytes).expect("is valid");
    let mut sections = Sections::new(bytes);
    sections.list(TABLES).iter_mut().for_each(|table| at_its_maximum(table, 2));
    sections.list(MEMORIES).iter_mut().for_each(|memory| at_its_maximum(memory, 1));
    for (body, function) in sections.list(CODE).iter_mut().zip(0..) {
        let (locals, instructions) = instructions_of(body);
        let mut enriched = Enriched { module: &module, function, rng, code: locals };
        enriched.body(&instructions);
        *body = enriched.code;
    }
    sections.bytes()
}

/// Replaces the minimum of a type's limits by its maximum; the limits follow after so many bytes.
fn at_its_maximum(ty: &mut Vec<u8>, at: usize) {
    let after = |at: usize| at + leb::unsigned(&ty[at..], 32).expect("is valid").1 as usize;
    let maximum = after(at);
    let bytes = ty[maximum..after(maximum)].to_vec();
    ty.splice(at..maximum, bytes);
}

/// The operands on top of the stack that should be small: indices, addresses and lengths, and what a store writes,
/// which is above its address.
fn operands(op: Op) -> &'static [ValType] {
    use Op::*;
    match (op, op.row().unit, op.row().signature) {
        (_, Unit::Load { .. } | Unit::Store { .. }, Signature::Fixed(operands, _)) => operands,
        (CallIndirect | ReturnCallIndirect | TableGet | TableGrow | MemoryGrow, ..) => &[ValType::I32],
        _ => &[],
    }
}

impl Enriched<'_> {
    fn body(&mut self, instructions: &[Vec<u8>]) {
        for instruction in instructions {
            let decoded = decode(instruction, 0).expect("is valid");
            if self.rng.random_range(0..4) > 0 {
                let types = operands(decoded.op);
                self.code.extend(std::iter::repeat_n(Op::Drop.row().code, types.len()));
                types.iter().for_each(|&ty| self.constant(ty));
                self.before(decoded.op, decoded.imm);
            }
            match self.rng.random_range(0..24) {
                0 => self.memory_init(),
                1 => self.table_init(),
                2..5 => Statements::new(self.module, self.function, self.rng, &mut self.code).statement(),
                _ => {}
            }
            self.code.extend(instruction);
        }
        self.code.push(Op::End.row().code);
    }

    /// Adds what belongs with an instruction: its operands are on the stack.
    fn before(&mut self, op: Op, imm: Immediate<'_>) {
        match (op, imm) {
            (Op::MemorySize, _) => match self.rng.random_range(0..3) {
                0 => self.bulk(Op::MemoryFill, &[0]),
                1 if !self.module.data.is_empty() => self.bulk(Op::MemoryInit, &[0, 0]),
                _ => self.bulk(Op::MemoryCopy, &[0, 0]),
            },
            (Op::DataDrop, Immediate::Data(data)) if !self.module.memories.is_empty() => {
                self.bulk(Op::MemoryInit, &[data as u8, 0]);
            }
            (Op::ElemDrop, Immediate::Element(element)) => {
                let ty = self.module.elements[element as usize].ty;
                if let Some(table) = self.table(ty) {
                    self.bulk(Op::TableInit, &[element as u8, table]);
                }
            }
            (Op::TableSize, Immediate::Table(table)) => self.table_operation(table as u8),
            (Op::CallIndirect | Op::ReturnCallIndirect, Immediate::TypeTable { ty, table }) => {
                self.callable(ty, table as u8);
            }
            _ => {}
        }
    }

    /// Copies from a segment of data that was not dropped when the module began, if there is one. Mostly within it.
    fn memory_init(&mut self) {
        let data = self.module.data.iter().zip(0..);
        let passive = data.filter(|(data, _)| matches!(data.mode, SegmentMode::Passive));
        let passive: Vec<(u8, usize)> = passive.map(|(data, index)| (index, data.bytes.len())).collect();
        if !passive.is_empty() && !self.module.memories.is_empty() {
            let (index, length) = passive[self.rng.random_range(0..passive.len())];
            self.init(Op::MemoryInit, length, &[index, 0]);
        }
    }

    /// The same with elements, into a table of their type.
    fn table_init(&mut self) {
        let elements = self.module.elements.iter().zip(0..);
        let passive = elements.filter(|(element, _)| matches!(element.mode, SegmentMode::Passive));
        let passive: Vec<(u8, &Element)> = passive.map(|(element, index)| (index, element)).collect();
        if passive.is_empty() {
            return;
        }
        let (index, element) = passive[self.rng.random_range(0..passive.len())];
        if let Some(table) = self.table(element.ty) {
            self.init(Op::TableInit, element.items.len(), &[index, table]);
        }
    }

    /// To a low place, from a place in a segment of this length, and so many that the segment mostly has them.
    fn init(&mut self, op: Op, length: usize, immediates: &[u8]) {
        let most = length.min(8) as i64;
        let from = self.rng.random_range(0..=most);
        let beyond = i64::from(self.rng.random_range(0..16) == 0);
        let count = self.rng.random_range(0..=most - from + beyond);
        for value in [self.rng.random_range(0..4), from, count] {
            self.code.push(Op::I32Const.row().code);
            leb::write_signed(value, &mut self.code);
        }
        self.code.extend([op.row().prefix, op.row().code]);
        self.code.extend(immediates);
    }

    /// An operation on a table that takes nothing from the stack and leaves nothing there.
    fn table_operation(&mut self, table: u8) {
        let ty = self.module.tables[table as usize].ty.element;
        match self.rng.random_range(0..4) {
            0 => {
                let other = self.table(ty).expect("there is at least this one");
                self.bulk(Op::TableCopy, &[table, other]);
            }
            1 => {
                self.constant(ValType::I32);
                self.reference(ty, |_| true);
                self.code.extend([Op::TableSet.row().code, table]);
            }
            2 => {
                self.reference(ty, |_| true);
                self.constant(ValType::I32);
                self.code.extend([Op::TableGrow.row().prefix, Op::TableGrow.row().code, table]);
                self.code.push(Op::Drop.row().code);
            }
            _ => {
                self.constant(ValType::I32);
                self.reference(ty, |_| true);
                self.constant(ValType::I32);
                self.code.extend([Op::TableFill.row().prefix, Op::TableFill.row().code, table]);
            }
        }
    }

    /// Puts a function of the type that an indirect call wants, if there is one, where the call finds it.
    fn callable(&mut self, ty: u32, table: u8) {
        let index = self.rng.random_range(0..8);
        self.code.extend([Op::Drop.row().code, Op::I32Const.row().code, index]);
        self.reference(ValType::FuncRef, |function| function == ty);
        self.code.extend([Op::TableSet.row().code, table, Op::I32Const.row().code, index]);
    }

    /// Some table of this type.
    fn table(&mut self, ty: ValType) -> Option<u8> {
        let tables = self.module.tables.iter().zip(0..).filter(|(table, _)| table.ty.element == ty);
        let tables: Vec<u8> = tables.map(|(_, index)| index).collect();
        (!tables.is_empty()).then(|| tables[self.rng.random_range(0..tables.len())])
    }

    /// An operation with three small operands.
    fn bulk(&mut self, op: Op, immediates: &[u8]) {
        (0..3).for_each(|_| self.constant(ValType::I32));
        self.code.extend([op.row().prefix, op.row().code]);
        self.code.extend(immediates);
    }

    /// A reference to a function whose type is wanted; null if there is none, and for the host's things.
    fn reference(&mut self, ty: ValType, wanted: impl Fn(u32) -> bool) {
        let functions = self.module.functions.iter().zip(0..).filter(|(f, _)| wanted(f.ty));
        let functions: Vec<u8> = functions.map(|(_, index)| index).collect();
        if ty == ValType::FuncRef && !functions.is_empty() {
            let function = functions[self.rng.random_range(0..functions.len())];
            self.code.extend([Op::RefFunc.row().code, function]);
        } else {
            let heap = if ty == ValType::FuncRef { 0x70 } else { 0x6f };
            self.code.extend([Op::RefNull.row().code, heap]);
        }
    }

    fn constant(&mut self, ty: ValType) {
        let value = self.rng.random_range(0..8);
        match ty {
            ValType::I32 => self.code.extend([Op::I32Const.row().code, value]),
            ValType::I64 => self.code.extend([Op::I64Const.row().code, value]),
            ValType::F32 => self.code.extend([Op::F32Const.row().code, value, 0, 0, 0]),
            _ => self.code.extend([Op::F64Const.row().code, value, 0, 0, 0, 0, 0, 0, 0]),
        }
    }
}
