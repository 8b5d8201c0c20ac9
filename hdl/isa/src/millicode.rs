//! Millicode: functions that execute the instructions for which a core has no unit.
//!
//! The functions are a small library in WebAssembly, with privileged instructions (`Unit::Privileged`) that no module can
//! contain. Those that a module needs are added behind its own functions ([`link`]), and resolved and grouped like them.
//! The core calls one where its instruction stands. The operands are its arguments; behind them, if the instruction has
//! immediates, is one more: the first index of its branch entry (`branch::BranchEntry`), the second one in the upper half.
//! A function is found by the number of its instruction, at an index counted from the end of the function table
//! ([`Routine::index`]).

use crate::capabilities::Capabilities;
use crate::image::{FunctionEntry, ImageError, MemoryImage};
use crate::initial::State;
use crate::instr::{Immediate, Instr, instructions};
use crate::leb;
use crate::memory::MemorySizes;
use crate::module::{ConstExpr, ConstOp, Function, Global, Import, ImportKind, Module};
use crate::op::{Op, PREFIX, TABLE, Unit};
use crate::outcome::{Exhausted, Stop, Trap};
use crate::plan::CorePlan;
use crate::types::{GlobalType, ValType, Value};
use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

/// The number of each instruction in the order of the table, and how many numbers there are: an instruction with the
/// prefix has the code of its row, the others follow.
const NUMBERED: ([Option<u32>; TABLE.len()], u32) = {
    let (mut numbers, mut next, mut i) = ([None; TABLE.len()], PREFIXED, 0);
    while i < TABLE.len() {
        let row = &TABLE[i];
        if !may_be(row.op) {
        } else if row.prefix == PREFIX {
            numbers[i] = Some(row.code as u32);
        } else {
            numbers[i] = Some(next);
            next += 1;
        }
        i += 1;
    }
    (numbers, next)
};

/// How many numbers there are.
pub const NUMBERS: u32 = NUMBERED.1;

/// More than any code of a row with the prefix.
const PREFIXED: u32 = 18;

/// Whether there are cores that execute the instruction by millicode.
const fn may_be(op: Op) -> bool {
    !Capabilities::NONE.supports(op)
}

/// The number of an instruction that millicode can execute.
pub fn number(op: Op) -> Option<u32> {
    static NUMBER: [Option<u32>; TABLE.len()] = NUMBERED.0;
    NUMBER[op as usize]
}

/// Whether a core of this plan executes the instruction by millicode.
pub fn executes(plan: &CorePlan, op: Op) -> bool {
    may_be(op) && !Capabilities::of_plan(plan).supports(op)
}

/// A function of the library, as a part of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routine {
    /// The instruction that it executes.
    pub op: Op,
    /// Its entry, with room for the functions that it calls in its frame.
    pub entry: FunctionEntry,
    /// Calls that are active at once while it executes: itself and, in it, a function that it calls.
    pub frames: u32,
    /// It only ends the call, because the function that would execute the instruction has no room.
    pub absent: bool,
}

/// Name of the function in the place of those that have no room.
const ABSENT: &str = "absent";

impl Routine {
    /// How many slots it takes above the operands of its instruction, its own last argument included.
    pub const fn above(&self) -> u32 {
        self.entry.frame - self.entry.params + self.op.is_service() as u32
    }

    /// Where the core looks for it in the function table.
    pub fn index(&self, plan: &CorePlan) -> u32 {
        plan.functions() as u32 - 1 - number(self.op).unwrap_or_default()
    }
}

/// The library: modules whose exported functions have the names of the instructions that they execute.
///
/// They import what they need of the machine: as functions the privileged instructions (`privileged`, by name) and the
/// ways to stop (`trap`, `exhausted`), as globals what it has to know of module and plan (`layout`).
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub parts: Vec<Module>,
}

/// What the library is told of the module and of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    /// Slots of the first descriptors (`image::Descriptor`).
    Tables,
    Elements,
    Data,
    /// Bytes of memory that the module may use, and to which it may grow.
    Window,
    Most,
    /// log2 of the bytes of a page.
    Page,
    /// A global: how many bytes the memory has.
    MemoryBytes,
}

impl Fact {
    fn of_import(import: &Import) -> Option<Fact> {
        let fact = match import.name.as_str() {
            "tables" => Fact::Tables,
            "elements" => Fact::Elements,
            "data" => Fact::Data,
            "window" => Fact::Window,
            "most" => Fact::Most,
            "page" => Fact::Page,
            "memory_bytes" => Fact::MemoryBytes,
            _ => return None,
        };
        (import.module == "layout").then_some(fact)
    }
}

/// What is left out of the library where a program has no room beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omitted {
    Nothing,
    /// Float arithmetic, most of what the library has.
    Floats,
    Everything,
}

impl Omitted {
    /// The function of an instruction, by its name in the library.
    fn function(self, op: Op) -> &'static str {
        if self.omits(op) { ABSENT } else { op.row().name }
    }

    /// Whether an instruction ends the call.
    fn omits(self, op: Op) -> bool {
        match self {
            Omitted::Nothing => false,
            Omitted::Floats => op.row().unit == Unit::Float,
            Omitted::Everything => true,
        }
    }
}

/// A module with the functions that it needs of the library.
#[derive(Clone, Debug)]
pub struct Linked<'m> {
    pub module: Cow<'m, Module>,
    /// What the instructions call: function indices.
    roots: Vec<(Op, u32)>,
    /// Which function of the library calls which.
    calls: Vec<(u32, u32)>,
    omitted: Omitted,
    /// Slot of the global that has the memory's size, if there is one.
    pub memory_bytes: Option<u32>,
}

impl<'m> Linked<'m> {
    fn new(module: &'m Module, omitted: Omitted) -> Linked<'m> {
        Linked { module: Cow::Borrowed(module), roots: Vec::new(), calls: Vec::new(), omitted, memory_bytes: None }
    }

    /// The functions that instructions call, of all functions of the module.
    pub fn routines(&self, functions: &[FunctionEntry]) -> Vec<Routine> {
        let routine = |&(op, root): &(Op, u32)| {
            let (frame, frames) = self.nested(root, functions);
            let entry = FunctionEntry { frame, ..*functions.get(root as usize)? };
            Some(Routine { op, entry, frames, absent: self.omitted.omits(op) })
        };
        self.roots.iter().filter_map(routine).collect()
    }

    /// Slots that a function may use with those that it calls, wherever it calls them, and how many calls these are at
    /// once. No function calls itself.
    fn nested(&self, function: u32, functions: &[FunctionEntry]) -> (u32, u32) {
        let own = functions.get(function as usize).map_or(0, |entry| entry.frame);
        let callees = self.calls.iter().filter(|call| call.0 == function && call.1 != function);
        let (slots, frames): (Vec<u32>, Vec<u32>) = callees.map(|call| self.nested(call.1, functions)).unzip();
        let most = |of: Vec<u32>| of.into_iter().max().unwrap_or_default();
        (own + most(slots), 1 + most(frames))
    }
}

/// Adds to a module in this state the functions that it needs on a core of this plan, and to the state their globals;
/// or in the place of those that are `omitted` one that ends the call.
///
/// # Errors
/// The library lacks a function, or has one that it may not have.
pub fn link<'m>(
    module: &'m Module,
    state: &mut State,
    plan: &CorePlan,
    omitted: Omitted,
) -> Result<Linked<'m>, ImageError> {
    let needed = needed(module, plan);
    if needed.is_empty() {
        return Ok(Linked::new(module, omitted));
    }
    let library = module.millicode.clone().unwrap_or_default();
    // Where descriptors lie depends on how many globals there are, which a first pass tells.
    let mut counted = state.clone();
    let empty = Linked::new(module, omitted);
    Linker::new(&library, empty.clone(), &mut counted, plan, 0).all(&needed)?;
    Linker::new(&library, empty, state, plan, counted.globals.len() as u32).all(&needed)
}

/// The instructions of a module that a core of this plan executes by millicode, each once.
fn needed(module: &Module, plan: &CorePlan) -> Vec<Op> {
    let needed: BTreeSet<Op> = module.ops().filter(|&op| executes(plan, op)).collect();
    needed.into_iter().collect()
}

/// Adds the functions of the library, one after the other.
struct Linker<'a, 'm> {
    library: &'a Library,
    state: &'a mut State,
    plan: &'a CorePlan,
    /// Slot of the first table's descriptor, behind all globals.
    tables: u32,
    /// Index of the first function that is added.
    first: u32,
    /// Functions to add, by part and index.
    chosen: Vec<(usize, u32)>,
    /// Globals of the library that have been added, by part and index, with their new indices.
    globals: Vec<((usize, u32), u32)>,
    linked: Linked<'m>,
}

impl<'a, 'm> Linker<'a, 'm> {
    fn new(
        library: &'a Library,
        linked: Linked<'m>,
        state: &'a mut State,
        plan: &'a CorePlan,
        tables: u32,
    ) -> Linker<'a, 'm> {
        let (first, chosen, globals) = (linked.module.function_count(), Vec::new(), Vec::new());
        Linker { library, state, plan, tables, first, chosen, globals, linked }
    }

    /// Adds what these instructions need.
    fn all(mut self, needed: &[Op]) -> Result<Linked<'m>, ImageError> {
        for &op in needed {
            let name = self.linked.omitted.function(op);
            let mut parts = self.library.parts.iter().enumerate();
            let root = parts.find_map(|(part, module)| Some((part, module.exported_function(name)?)));
            let function = self.place(root.ok_or(ImageError::Millicode(op))?);
            self.linked.roots.push((op, function));
        }
        let mut next = 0;
        while let Some(&function) = self.chosen.get(next) {
            self.function(function).ok_or(ImageError::Initializer)?;
            next += 1;
        }
        Ok(self.linked)
    }

    /// The new index of a function, which is added if it has not been.
    fn place(&mut self, function: (usize, u32)) -> u32 {
        let position = self.chosen.iter().position(|&other| other == function).unwrap_or_else(|| {
            self.chosen.push(function);
            self.chosen.len() - 1
        });
        self.first + position as u32
    }

    /// Adds one function. `None` if it is not what a part of the library may be.
    fn function(&mut self, (part, index): (usize, u32)) -> Option<()> {
        let source = &self.library.parts[part];
        let function = source.defined(index)?;
        let mut body = Vec::new();
        leb::write(function.locals.len() as u64, &mut body);
        for &(count, ty) in &function.locals {
            leb::write(count.into(), &mut body);
            body.push(ty.code());
        }
        let header = body.len() as u32;
        for instr in instructions(&source.code, function.entry, function.end) {
            self.instruction(part, &instr.ok()?, &mut body)?;
        }
        let module = self.linked.module.to_mut();
        leb::write(body.len() as u64, &mut module.code);
        let start = module.code.len() as u32;
        module.code.extend(&body);
        let ty = module.types.len() as u32;
        module.types.push(source.types.get(function.ty as usize)?.clone());
        self.state.types.push(ty);
        let (entry, end) = (start + header, start + body.len() as u32);
        module.functions.push(Function { ty, locals: function.locals.clone(), entry, end, name: None });
        Some(())
    }

    fn instruction(&mut self, part: usize, instr: &Instr<'_>, body: &mut Vec<u8>) -> Option<()> {
        let source = &self.library.parts[part];
        match instr.imm {
            Immediate::Func(index) => match source.imported_function(index) {
                Some(import) => privileged(import, body)?,
                None => {
                    let callee = self.place((part, index));
                    self.linked.calls.push((self.linked.module.function_count(), callee));
                    body.push(instr.op.row().code);
                    leb::write(callee.into(), body);
                }
            },
            Immediate::Global(index) => self.global(part, index, instr.op, body)?,
            _ => body.extend(source.code.get(instr.pc as usize..instr.next_pc() as usize)?),
        }
        Some(())
    }

    /// An access to a global: to one of the library, or to a fact.
    fn global(&mut self, part: usize, index: u32, op: Op, body: &mut Vec<u8>) -> Option<()> {
        let source = &self.library.parts[part];
        let mut imported = source.imports.iter().filter(|import| matches!(import.kind, ImportKind::Global(_)));
        let fact = imported.clone().nth(index as usize).map(Fact::of_import);
        let own = match fact {
            Some(Some(Fact::MemoryBytes)) => {
                let ty = GlobalType { ty: ValType::I64, mutable: true };
                let bytes = self.state.memory.bytes;
                let slot = self.linked.memory_bytes.unwrap_or_else(|| self.add(ty, bytes));
                self.linked.memory_bytes = Some(slot);
                slot
            }
            Some(fact) => return self.constant(fact?, body),
            None => {
                let global = source.globals.get(index as usize - imported.by_ref().count())?;
                let [ConstOp::Const(value)] = global.init.0[..] else { return None };
                let known = self.globals.iter().find(|(of, _)| *of == (part, index)).map(|&(_, slot)| slot);
                known.unwrap_or_else(|| {
                    let slot = self.add(global.ty, value.bits);
                    self.globals.push(((part, index), slot));
                    slot
                })
            }
        };
        body.push(op.row().code);
        leb::write(own.into(), body);
        Some(())
    }

    fn add(&mut self, ty: GlobalType, bits: u64) -> u32 {
        let init = ConstExpr(vec![ConstOp::Const(Value { ty: ty.ty, bits })]);
        self.linked.module.to_mut().globals.push(Global { ty, init });
        self.state.globals.push(bits);
        self.state.globals.len() as u32 - 1
    }

    /// Passive data lie in slots, so all of the memory is the module's.
    fn sizes(&self) -> MemorySizes {
        let MemoryImage { bytes, max_bytes, page_log2, .. } = self.state.memory;
        MemorySizes { declared: bytes, there: self.plan.address_bytes(), max: max_bytes, page_log2 }
    }

    /// A fact that does not change.
    fn constant(&self, fact: Fact, body: &mut Vec<u8>) -> Option<()> {
        let state = &self.state;
        let tables = self.tables;
        let elements = tables + state.tables.len() as u32;
        let data = elements + self.linked.module.elements.len() as u32;
        let (op, value) = match fact {
            Fact::Tables => (Op::I32Const, i64::from(tables)),
            Fact::Elements => (Op::I32Const, elements.into()),
            Fact::Data => (Op::I32Const, data.into()),
            Fact::Page => (Op::I64Const, state.memory.page_log2.into()),
            Fact::Window => (Op::I64Const, self.sizes().there as i64),
            Fact::Most => (Op::I64Const, self.sizes().most() as i64),
            Fact::MemoryBytes => return None,
        };
        body.push(op.row().code);
        leb::write_signed(value, body);
        Some(())
    }
}

/// The instruction that an import of the library stands for.
fn privileged(import: &Import, body: &mut Vec<u8>) -> Option<()> {
    let mut stop = |stop: Stop| {
        body.push(Op::Raise.row().code);
        leb::write(stop.code().into(), body);
    };
    match (import.module.as_str(), import.name.as_str()) {
        ("privileged", name) => {
            body.push(TABLE.iter().find(|row| row.unit == Unit::Privileged && row.name == name)?.code);
        }
        ("trap", name) => {
            let trap = Trap::ALL.iter().find(|trap| trap.name() == name)?;
            stop(Stop::Trap(*trap));
        }
        ("exhausted", name) => {
            let exhausted = Exhausted::ALL.iter().find(|exhausted| exhausted.name() == name)?;
            stop(Stop::Exhausted(*exhausted));
        }
        _ => return None,
    }
    Some(())
}
