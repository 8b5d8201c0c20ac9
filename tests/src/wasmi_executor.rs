//! `wasmi` in the project's words: values as bits, traps as [`Trap`].

use crate::sections::{CODE, EXPORTS, GLOBALS, MEMORIES, Sections, TABLES, export};
use isa::module::ExportKind;
use isa::outcome::Trap;
use isa::types::{NULL_REF, ValType, Value, reference, referent};
use std::collections::HashMap;
use wasmi::errors::{ErrorKind, InstantiationError};
use wasmi::{Config, Engine, ExternRef, Func, Instance, Linker, Nullable, Store, Table, TrapCode, Val};

/// An instance in a store of its own.
pub struct Other {
    store: Store<()>,
    instance: Instance,
    /// Indices of the functions, by the only thing that tells their handles apart: their debug text.
    functions: HashMap<String, u32>,
}

/// Why it stopped.
#[derive(Debug, PartialEq)]
pub enum OtherStop {
    Trap(Trap),
    /// What has no counterpart, in words.
    Error(String),
}

impl Other {
    /// Instantiates a valid module without imports, start function included.
    pub fn new(bytes: &[u8]) -> Result<Other, OtherStop> {
        let mut config = Config::default();
        config.wasm_custom_page_sizes(true).set_max_recursion_depth(1 << 15).set_max_stack_height(1 << 24);
        let engine = Engine::new(&config);
        let module = wasmi::Module::new(&engine, with_all_exported(bytes))
            .map_err(|error| OtherStop::Error(error.to_string()))?;
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).map_err(stop)?;
        let handle = |i| instance.get_func(&store, &name(ExportKind::Function, i));
        let functions = (0..).map_while(|i| Some((format!("{:?}", handle(i)?), i))).collect();
        Ok(Other { store, instance, functions })
    }

    /// Calls an exported function with results of these types.
    pub fn call(&mut self, name: &str, args: &[Value], results: &[ValType]) -> Result<Vec<Value>, OtherStop> {
        let function = self.instance.get_func(&self.store, name).expect("is exported");
        let args: Vec<Val> = args.iter().map(|arg| self.wasmi_value(*arg)).collect();
        let mut values = vec![Val::I32(0); results.len()];
        function.call(&mut self.store, &args, &mut values).map_err(stop)?;
        Ok(results.iter().zip(&values).map(|(&ty, value)| Value { ty, bits: self.bits(value) }).collect())
    }

    /// The bits of every global.
    pub fn globals(&self) -> Vec<u64> {
        let global = |i| self.instance.get_global(&self.store, &name(ExportKind::Global, i));
        (0..).map_while(global).map(|global| self.bits(&global.get(&self.store))).collect()
    }

    /// The elements of every table.
    pub fn tables(&self) -> Vec<Vec<u64>> {
        let table = |i| self.instance.get_table(&self.store, &name(ExportKind::Table, i));
        let element = |table: &Table, i| self.bits(&table.get(&self.store, i).expect("is in the table").into());
        let elements = |table: Table| (0..table.size(&self.store)).map(|i| element(&table, i)).collect();
        (0..).map_while(table).map(elements).collect()
    }

    /// The contents of the memory, if there is one.
    pub fn memory(&self) -> &[u8] {
        let memory = self.instance.get_memory(&self.store, &name(ExportKind::Memory, 0));
        memory.map_or(&[], |memory| memory.data(&self.store))
    }

    fn wasmi_value(&mut self, value: Value) -> Val {
        match value.ty {
            ValType::I32 => Val::I32(value.bits as i32),
            ValType::I64 => Val::I64(value.bits as i64),
            ValType::F32 => Val::F32(f32::from_bits(value.bits as u32).into()),
            ValType::F64 => Val::F64(f64::from_bits(value.bits).into()),
            ValType::FuncRef if value.bits == NULL_REF => Val::FuncRef(Nullable::Null),
            ValType::FuncRef => panic!("functions are not passed"),
            ValType::ExternRef => Val::ExternRef(match referent(value.bits) {
                Some(index) => Nullable::Val(ExternRef::new(&mut self.store, index)),
                None => Nullable::Null,
            }),
        }
    }

    fn bits(&self, value: &Val) -> u64 {
        match value {
            Val::I32(x) => *x as u32 as u64,
            Val::I64(x) => *x as u64,
            Val::F32(x) => x.to_bits() as u64,
            Val::F64(x) => x.to_bits(),
            Val::FuncRef(Nullable::Null) | Val::ExternRef(Nullable::Null) => NULL_REF,
            Val::FuncRef(Nullable::Val(function)) => reference(self.index(function)),
            Val::ExternRef(Nullable::Val(thing)) => {
                reference(*thing.data(&self.store).downcast_ref::<u32>().expect("was passed as a number"))
            }
            Val::V128(_) => panic!("there is no SIMD"),
        }
    }

    fn index(&self, function: &Func) -> u32 {
        *self.functions.get(&format!("{function:?}")).expect("all functions are exported")
    }
}

/// The module with another export for everything it has, called `every KIND: INDEX`.
pub(crate) fn with_all_exported(bytes: &[u8]) -> Vec<u8> {
    use ExportKind::*;
    let mut sections = Sections::new(bytes);
    for (section, kind) in [(CODE, Function), (TABLES, Table), (MEMORIES, Memory), (GLOBALS, Global)] {
        let count = sections.list(section).len() as u32;
        sections.list(EXPORTS).extend((0..count).map(|i| export(&name(kind, i), kind, i)));
    }
    sections.bytes()
}

/// A name that a module does not use itself.
fn name(kind: ExportKind, index: u32) -> String {
    format!("every {kind:?}: {index}")
}

fn stop(error: wasmi::Error) -> OtherStop {
    if let ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }) = error.kind() {
        return OtherStop::Trap(Trap::OutOfBoundsTable);
    }
    let trap = match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => Trap::Unreachable,
        Some(TrapCode::MemoryOutOfBounds) => Trap::OutOfBoundsMemory,
        Some(TrapCode::TableOutOfBounds) => Trap::OutOfBoundsTable,
        Some(TrapCode::IndirectCallToNull) => Trap::UninitializedElement,
        Some(TrapCode::IntegerDivisionByZero) => Trap::DivideByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        Some(TrapCode::BadConversionToInteger) => Trap::BadConversion,
        Some(TrapCode::BadSignature) => Trap::IndirectCallTypeMismatch,
        _ => return OtherStop::Error(error.to_string()),
    };
    OtherStop::Trap(trap)
}
