//! Linking and instantiation (spec section 4.5.4).

use crate::code::Code;
use crate::lower;
use crate::store::*;
use isa::module::*;
use isa::outcome::Stop;
use isa::types::*;
use std::fmt;
use std::sync::Arc;

/// Why a module could not be instantiated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no import of this name.
    UnknownImport { module: String, name: String },
    /// The import is there but of another type.
    IncompatibleImport { module: String, name: String },
    /// A body holds an instruction that is not in the instruction table.
    UnknownInstruction { function: u32, pc: u32 },
    /// A table is larger than this machine allows.
    TableTooLarge { elements: u64 },
    /// A segment did not fit, or the start function did not return. What happened before stays.
    Stopped(Stop),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::UnknownImport { module, name } => write!(f, "unknown import: {module}.{name}"),
            Error::IncompatibleImport { module, name } => write!(f, "incompatible import type: {module}.{name}"),
            Error::UnknownInstruction { function, pc } => {
                write!(f, "function {function}: unsupported instruction at code address {pc:#x}")
            }
            Error::TableTooLarge { elements } => write!(f, "a table of {elements} elements is too large"),
            Error::Stopped(stop) => f.write_str(stop.message()),
        }
    }
}

impl std::error::Error for Error {}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Error {
        Error::Stopped(stop)
    }
}

impl Store {
    /// Instantiates a validated module and runs its start function. `resolve` gives what an import refers to.
    pub fn instantiate(
        &mut self,
        module: &Module,
        resolve: impl FnMut(&Import) -> Option<Extern>,
    ) -> Result<InstanceAddr, Error> {
        let instance = self.link(module, resolve)?;
        if let Some(start) = self.start_function(instance) {
            self.invoke(start, &[])?;
        }
        Ok(instance)
    }

    /// Instantiates a validated module short of calling its start function.
    pub fn link(
        &mut self,
        module: &Module,
        mut resolve: impl FnMut(&Import) -> Option<Extern>,
    ) -> Result<InstanceAddr, Error> {
        let types = module.types.iter().map(|ty| self.intern(ty)).collect();
        let mut instance = Instance { types, ..Instance::default() };
        for import in &module.imports {
            let (module, name) = (import.module.clone(), import.name.clone());
            let Some(found) = resolve(import) else { return Err(Error::UnknownImport { module, name }) };
            if !self.matches(found, &import.kind, &instance) {
                return Err(Error::IncompatibleImport { module, name });
            }
            match found {
                Extern::Func(f) => instance.funcs.push(f.0),
                Extern::Table(t) => instance.tables.push(t.0),
                Extern::Memory(m) => instance.memories.push(m.0),
                Extern::Global(g) => instance.globals.push(g.0),
            }
        }
        self.allocate(module, &mut instance)?;
        self.lower_functions(module, &instance)?;
        let address = add(&mut self.instances, instance);
        self.initialize(module, address)?;
        Ok(InstanceAddr(address))
    }

    /// Whether an import can be of this type (spec section 3.5.11).
    fn matches(&self, found: Extern, wanted: &ImportKind, instance: &Instance) -> bool {
        let within = |size: u64, max: Option<u64>, wanted: Limits| {
            size >= wanted.min && wanted.max.is_none_or(|most| max.is_some_and(|max| max <= most))
        };
        match (found, wanted) {
            (Extern::Func(f), ImportKind::Function(ty)) => self.funcs[f.0 as usize].ty == instance.types[*ty as usize],
            (Extern::Table(t), ImportKind::Table(ty)) => {
                let table = &self.tables[t.0 as usize];
                table.ty().element == ty.element
                    && within(table.elements().len() as u64, table.ty().limits.max, ty.limits)
            }
            (Extern::Memory(m), ImportKind::Memory(ty)) => {
                let memory = &self.memories[m.0 as usize];
                memory.ty().page_log2 == ty.page_log2 && within(memory.pages(), memory.ty().limits.max, ty.limits)
            }
            (Extern::Global(g), ImportKind::Global(ty)) => self.globals[g.0 as usize].ty == *ty,
            _ => false,
        }
    }

    /// Adds what the module defines. Functions get their bodies later, when all addresses are known.
    fn allocate(&mut self, module: &Module, instance: &mut Instance) -> Result<(), Error> {
        for function in &module.functions {
            let ty = instance.types[function.ty as usize];
            let body = Body::Wasm(Arc::new(Code::default()));
            instance.funcs.push(add(&mut self.funcs, Func { ty, body }));
        }
        for global in &module.globals {
            let bits = self.evaluate(&global.init, instance);
            instance.globals.push(self.add_global(global.ty, bits).0);
        }
        for table in &module.tables {
            let too_large = Error::TableTooLarge { elements: table.ty.limits.min };
            let TableAddr(t) = self.add_table(table.ty).ok_or(too_large)?;
            if let Some(init) = &table.init {
                let bits = self.evaluate(init, instance);
                self.tables[t as usize].elements_mut().fill(bits);
            }
            instance.tables.push(t);
        }
        for memory in &module.memories {
            instance.memories.push(self.add_memory(*memory).0);
        }
        for element in &module.elements {
            let items = element.items.iter().map(|item| self.evaluate(item, instance)).collect();
            instance.elements.push(add(&mut self.elements, items));
        }
        for data in &module.data {
            instance.data.push(add(&mut self.data, data.bytes.clone()));
        }
        for export in &module.exports {
            let i = export.index as usize;
            let item = match export.kind {
                ExportKind::Function => Extern::Func(FuncAddr(instance.funcs[i])),
                ExportKind::Table => Extern::Table(TableAddr(instance.tables[i])),
                ExportKind::Memory => Extern::Memory(MemoryAddr(instance.memories[i])),
                ExportKind::Global => Extern::Global(GlobalAddr(instance.globals[i])),
            };
            instance.exports.insert(export.name.clone(), item);
        }
        instance.start = module.start.map(|f| instance.funcs[f as usize]);
        Ok(())
    }

    fn lower_functions(&mut self, module: &Module, instance: &Instance) -> Result<(), Error> {
        let imported = instance.funcs.len() - module.functions.len();
        for (i, function) in module.functions.iter().enumerate() {
            let code = lower::lower(module, function, self, instance)
                .map_err(|unknown| Error::UnknownInstruction { function: (imported + i) as u32, pc: unknown.pc })?;
            self.funcs[instance.funcs[imported + i] as usize].body = Body::Wasm(Arc::new(code));
        }
        Ok(())
    }

    /// Copies the active segments, elements first, each checked as a whole. Active and declared ones are dropped.
    fn initialize(&mut self, module: &Module, address: u32) -> Result<(), Stop> {
        for (i, element) in module.elements.iter().enumerate() {
            let instance = &self.instances[address as usize];
            let segment = instance.elements[i] as usize;
            if let SegmentMode::Active(table, offset) = &element.mode {
                let table = instance.tables[*table as usize] as usize;
                let at = self.evaluate(offset, instance);
                let items = &self.elements[segment];
                self.tables[table].init(at, items, 0, items.len() as u64)?;
            }
            if !matches!(element.mode, SegmentMode::Passive) {
                self.elements[segment] = Vec::new();
            }
        }
        for (i, data) in module.data.iter().enumerate() {
            if let SegmentMode::Active(memory, offset) = &data.mode {
                let instance = &self.instances[address as usize];
                let (memory, segment) = (instance.memories[*memory as usize] as usize, instance.data[i] as usize);
                let at = self.evaluate(offset, instance);
                self.memories[memory].write(at, &data.bytes)?;
                self.data[segment] = Vec::new();
            }
        }
        Ok(())
    }

    /// The value of a constant expression (spec section 3.3.10).
    fn evaluate(&self, expression: &ConstExpr, instance: &Instance) -> u64 {
        let mut stack = Vec::new();
        for op in &expression.0 {
            let value = match *op {
                ConstOp::Const(value) => value.bits,
                ConstOp::GlobalGet(g) => self.globals[instance.globals[g as usize] as usize].bits,
                ConstOp::RefFunc(f) => reference(instance.funcs[f as usize]),
                ConstOp::Add(ty) => arithmetic(&mut stack, ty, u64::wrapping_add),
                ConstOp::Sub(ty) => arithmetic(&mut stack, ty, u64::wrapping_sub),
                ConstOp::Mul(ty) => arithmetic(&mut stack, ty, u64::wrapping_mul),
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_default()
    }
}

fn arithmetic(stack: &mut Vec<u64>, ty: ValType, f: impl Fn(u64, u64) -> u64) -> u64 {
    let y = stack.pop().unwrap_or_default();
    let x = stack.pop().unwrap_or_default();
    let value = f(x, y);
    if ty == ValType::I32 { value as u32 as u64 } else { value }
}
