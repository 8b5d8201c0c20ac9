//! Source lines by code address, and places by the names that people give them.

use firmware_loader::disassembly;
use firmware_loader::gate::file_offset;
use firmware_loader::source::{FunctionNames, LineTable, Row};
use isa::instr::instructions;
use isa::module::Module;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;

/// What the module says of its source, and the sources themselves as far as they are there.
pub struct Lines<'m> {
    module: &'m Module,
    table: LineTable,
    names: FunctionNames,
    /// Code addresses of all instructions, in order.
    instructions: Vec<u32>,
    /// Contents of source files by their names; `None` if they cannot be read.
    texts: BTreeMap<String, Option<Vec<String>>>,
}

/// A line of a file, to be compared with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub file: u32,
    pub line: u32,
}

impl<'m> Lines<'m> {
    /// Of a module in a file with these bytes.
    pub fn new(module: &'m Module, bytes: &[u8]) -> Lines<'m> {
        let bodies = module.functions.iter().map(|function| instructions(&module.code, function.entry, function.end));
        let instructions = bodies.flat_map(|body| body.flatten().map(|instr| instr.pc)).collect();
        let (table, names) = (LineTable::new(bytes), FunctionNames::new(bytes));
        Lines { module, table, names, instructions, texts: BTreeMap::new() }
    }

    /// Whether the module has no line table.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    fn row(&self, pc: u32) -> Option<&Row> {
        self.table.row(file_offset(self.module, pc)).filter(|row| row.line != 0)
    }

    /// The line that an instruction belongs to.
    pub(super) fn line(&self, pc: u32) -> Option<Line> {
        self.row(pc).map(|&Row { file, line, .. }| Line { file, line })
    }

    /// Whether a statement begins with this instruction, in a function that has set up its frame.
    pub(super) fn begins(&self, pc: u32) -> bool {
        let statement = self.row(pc).is_some_and(|row| row.is_statement && self.first(row) == Some(pc));
        statement && self.entered(pc) == pc
    }

    /// Where a function has set up its frame, if this is its first instruction; else the instruction itself.
    fn entered(&self, pc: u32) -> u32 {
        let function = self.module.function_at(pc);
        let enters = |&index: &u32| self.module.defined(index).is_some_and(|function| function.entry == pc);
        function.filter(enters).and_then(|function| self.body(function)).unwrap_or(pc)
    }

    /// The first instruction of a row: what stands before those of a function belongs to its first row.
    fn first(&self, row: &Row) -> Option<u32> {
        self.instruction_from(row.start)
    }

    /// The first instruction at this byte offset in the module or behind it.
    fn instruction_from(&self, offset: u64) -> Option<u32> {
        self.instruction_at(u32::try_from(offset.checked_sub(self.module.code_offset.into())?).ok()?)
    }

    /// File and line of an instruction, for people.
    pub fn place(&self, pc: u32) -> Option<(&str, u32)> {
        self.row(pc).map(|row| (self.table.file(row), row.line))
    }

    /// Some lines of a source file with their numbers, if it can be read.
    pub fn text(&mut self, file: &str, lines: RangeInclusive<u32>) -> Vec<(u32, String)> {
        let read = || Some(fs::read_to_string(file).ok()?.lines().map(String::from).collect());
        let text = self.texts.entry(file.into()).or_insert_with(read);
        let numbered = (1..).zip(text.iter().flatten());
        numbered.filter(|(number, _)| lines.contains(number)).map(|(number, line)| (number, line.clone())).collect()
    }

    /// The first instruction at this code address or behind it.
    pub fn instruction_at(&self, pc: u32) -> Option<u32> {
        self.instructions.get(self.instructions.partition_point(|&start| start < pc)).copied()
    }

    /// Where a function has set up its frame, as far as the module says: at its first instruction otherwise.
    pub fn body(&self, function: u32) -> Option<u32> {
        let function = self.module.defined(function)?;
        let [entry, end] = [function.entry, function.end].map(|pc| file_offset(self.module, pc));
        let rows = self.table.rows();
        let rows = &rows[rows.partition_point(|row| row.end <= entry)..];
        let row = rows.iter().take_while(|row| row.start < end).find(|row| row.prologue_end);
        Some(row.and_then(|row| self.first(row)).unwrap_or(function.entry))
    }

    /// Where a line begins, or the next one that has code: the first place in each function.
    pub fn begin(&self, file: &str, line: u32) -> Vec<u32> {
        let rows = self.table.rows_of(file, line);
        let mut first: BTreeMap<u32, u32> = BTreeMap::new();
        for pc in rows.iter().filter(|row| row.is_statement).filter_map(|row| self.first(row)) {
            let Some(function) = self.module.function_at(pc) else { continue };
            first.entry(function).and_modify(|least| *least = pc.min(*least)).or_insert(pc);
        }
        first.into_values().map(|pc| self.entered(pc)).collect()
    }

    /// Defined functions of this name: the module's, or that of the source or for the linker in DWARF. What is `main` in
    /// C may be `__original_main` in the module.
    pub fn functions(&self, name: &str) -> Vec<u32> {
        let imported = self.module.imported_functions().count() as u32;
        let all = imported..self.module.function_count();
        let in_module = all.filter(|&function| disassembly::name(self.module, function) == name);
        let first = |offset| self.module.function_at(self.instruction_from(offset)?);
        in_module.chain(self.names.of(name).filter_map(first)).collect::<BTreeSet<u32>>().into_iter().collect()
    }
}
