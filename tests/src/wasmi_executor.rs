//! `wasmi` in the project's words: values as bits, traps as [`Trap`].

use isa::outcome::Trap;
use isa::types::{ValType, Value};
use wasmi::errors::{ErrorKind, InstantiationError};
use wasmi::{Config, Engine, Instance, Linker, Module, Store, TrapCode, Val};

/// An instance in a store of its own.
pub struct Other {
    store: Store<()>,
    instance: Instance,
}

/// Why it stopped.
#[derive(Debug)]
pub enum OtherStop {
    Trap(Trap),
    /// What has no counterpart.
    Error(wasmi::Error),
}

impl Other {
    /// Instantiates a valid module without imports, start function included.
    pub fn new(bytes: &[u8]) -> Result<Other, OtherStop> {
        let mut config = Config::default();
        config.wasm_custom_page_sizes(true).set_max_recursion_depth(1 << 15).set_max_stack_height(1 << 24);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, bytes).map_err(OtherStop::Error)?;
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).map_err(stop)?;
        Ok(Other { store, instance })
    }

    /// Calls an exported function with results of these types.
    pub fn call(&mut self, name: &str, args: &[Value], results: &[ValType]) -> Result<Vec<Value>, OtherStop> {
        let function = self.instance.get_func(&self.store, name).expect("is exported");
        let args: Vec<Val> = args.iter().map(|arg| to_val(*arg)).collect();
        let mut values = vec![Val::I32(0); results.len()];
        function.call(&mut self.store, &args, &mut values).map_err(stop)?;
        Ok(results.iter().zip(&values).map(|(&ty, value)| Value { ty, bits: bits(value) }).collect())
    }

    /// The bits of an exported global.
    pub fn global(&self, name: &str) -> u64 {
        bits(&self.instance.get_global(&self.store, name).expect("is exported").get(&self.store))
    }

    /// The contents of the exported memory, if there is one.
    pub fn memory(&self) -> &[u8] {
        let memory = self.instance.exports(&self.store).find_map(|export| export.into_memory());
        memory.map_or(&[], |memory| memory.data(&self.store))
    }
}

fn to_val(value: Value) -> Val {
    match value.ty {
        ValType::I32 => Val::I32(value.bits as i32),
        ValType::I64 => Val::I64(value.bits as i64),
        ValType::F32 => Val::F32(f32::from_bits(value.bits as u32).into()),
        ValType::F64 => Val::F64(f64::from_bits(value.bits).into()),
        other => panic!("{other:?} is not passed"),
    }
}

fn bits(value: &Val) -> u64 {
    match value {
        Val::I32(x) => *x as u32 as u64,
        Val::I64(x) => *x as u64,
        Val::F32(x) => x.to_bits() as u64,
        Val::F64(x) => x.to_bits(),
        other => panic!("{other:?} is not returned"),
    }
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
        _ => return OtherStop::Error(error),
    };
    OtherStop::Trap(trap)
}
