//! A parsed and validated module as data. The loader makes it; the model, the branch plan and the image read it.

use crate::instr::instructions;
use crate::millicode::Library;
use crate::op::Op;
use crate::types::*;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

#[derive(Clone, Debug, Default)]
pub struct Module {
    pub name: Option<String>,
    pub types: Vec<FuncType>,
    /// In order; imported functions, tables, memories and globals come first in their index spaces.
    pub imports: Vec<Import>,
    /// Functions defined here, after the imported ones in the index space.
    pub functions: Vec<Function>,
    /// Tables defined here.
    pub tables: Vec<Table>,
    /// Memories defined here.
    pub memories: Vec<MemoryType>,
    /// Globals defined here.
    pub globals: Vec<Global>,
    pub exports: Vec<Export>,
    pub start: Option<u32>,
    pub elements: Vec<Element>,
    pub data: Vec<Data>,
    /// The contents of the code section after its count, byte for byte: size-prefixed function bodies.
    /// A *code address* is an offset into this; it is what the core calls pc.
    pub code: Vec<u8>,
    /// Byte offset of `code` in the module file: code address + this = file offset.
    pub code_offset: u32,
    /// The functions for cores that do not execute all instructions by themselves.
    pub millicode: Option<Arc<Library>>,
}

#[derive(Clone, Debug)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub kind: ImportKind,
}

#[derive(Clone, Debug)]
pub enum ImportKind {
    /// Type index.
    Function(u32),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
}

impl ImportKind {
    /// In words, for messages.
    pub const fn name(&self) -> &'static str {
        match self {
            ImportKind::Function(_) => "function",
            ImportKind::Table(_) => "table",
            ImportKind::Memory(_) => "memory",
            ImportKind::Global(_) => "global",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Function {
    /// Index into [`Module::types`].
    pub ty: u32,
    /// Declared locals, run-length encoded as in the body; parameters are not among them.
    pub locals: Vec<(u32, ValType)>,
    /// Code address of the first instruction.
    pub entry: u32,
    /// Code address after the final `end`.
    pub end: u32,
    /// From the name section.
    pub name: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub ty: TableType,
    /// Initial value of every element; null if absent.
    pub init: Option<ConstExpr>,
}

#[derive(Clone, Debug)]
pub struct Global {
    pub ty: GlobalType,
    pub init: ConstExpr,
}

/// An initializer (spec section 3.3.10), evaluated on a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstExpr(pub Vec<ConstOp>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstOp {
    Const(Value),
    GlobalGet(u32),
    RefFunc(u32),
    Add(ValType),
    Sub(ValType),
    Mul(ValType),
}

#[derive(Clone, Debug)]
pub struct Export {
    pub name: String,
    pub kind: ExportKind,
    /// In the index space of `kind`.
    pub index: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    Function,
    Table,
    Memory,
    Global,
}

#[derive(Clone, Debug)]
pub struct Element {
    pub ty: ValType,
    pub mode: SegmentMode,
    pub items: Vec<ConstExpr>,
}

#[derive(Clone, Debug)]
pub struct Data {
    pub mode: SegmentMode,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
pub enum SegmentMode {
    Passive,
    /// Table or memory index, and where the segment goes.
    Active(u32, ConstExpr),
    /// Elements only.
    Declared,
}

impl Function {
    /// How many locals are declared, parameters not counted.
    pub fn declared_locals(&self) -> u32 {
        self.locals.iter().fold(0, |sum, &(count, _)| sum.saturating_add(count))
    }
}

impl Module {
    /// The function types of imported functions, as indices into [`Module::types`].
    pub fn imported_functions(&self) -> impl Iterator<Item = u32> + '_ {
        self.imports.iter().filter_map(|i| match i.kind {
            ImportKind::Function(ty) => Some(ty),
            _ => None,
        })
    }

    /// The instructions of all bodies. Code that does not decode is left out: it is refused elsewhere.
    pub fn ops(&self) -> impl Iterator<Item = Op> + '_ {
        let bodies = self.functions.iter().flat_map(|f| instructions(&self.code, f.entry, f.end));
        bodies.flatten().map(|instr| instr.op)
    }

    /// How many functions there are, imported ones included.
    pub fn function_count(&self) -> u32 {
        (self.imported_functions().count() + self.functions.len()) as u32
    }

    /// The import of the function with this index; `None` if it is defined here.
    pub fn imported_function(&self, index: u32) -> Option<&Import> {
        let mut functions = self.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
        functions.nth(index as usize)
    }

    /// The type index of the function with this index, imported or defined.
    pub fn function_type_index(&self, index: u32) -> Option<u32> {
        let imported = self.imported_functions().count() as u32;
        match index.checked_sub(imported) {
            None => self.imported_functions().nth(index as usize),
            Some(i) => self.functions.get(i as usize).map(|f| f.ty),
        }
    }

    /// The type of the function with this index, imported or defined.
    pub fn function_type(&self, index: u32) -> Option<&FuncType> {
        self.types.get(self.function_type_index(index)? as usize)
    }

    /// The defined function with this index in the index space.
    pub fn defined(&self, index: u32) -> Option<&Function> {
        let imported = self.imported_functions().count() as u32;
        self.functions.get(index.checked_sub(imported)? as usize)
    }

    /// The index of the exported function with this name.
    pub fn exported_function(&self, name: &str) -> Option<u32> {
        self.exports.iter().find(|e| e.kind == ExportKind::Function && e.name == name).map(|e| e.index)
    }

    /// The index (in the index space) of the defined function whose body holds this code address.
    pub fn function_at(&self, pc: u32) -> Option<u32> {
        let i = self.functions.partition_point(|f| f.end <= pc);
        let f = self.functions.get(i)?;
        (f.entry <= pc).then(|| i as u32 + self.imported_functions().count() as u32)
    }
}
