//! The float library in wasmi.

use super::types;
use firmware_loader::millicode::FLOATS;
use isa::op::Op;
use isa::outcome::{Stop, Trap};
use isa::types::ValType;
use std::collections::HashMap;
use wasmi::{Engine, Error, Func, Linker, Store, TrapCode, Val};

/// Every function of the library, in one store.
pub struct Library {
    store: Store<()>,
    functions: HashMap<String, Func>,
}

impl Library {
    pub fn new() -> Library {
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        for (name, code) in
            [("BadConversion", TrapCode::BadConversionToInteger), ("IntegerOverflow", TrapCode::IntegerOverflow)]
        {
            let trap = move || -> Result<(), Error> { Err(code.into()) };
            linker.func_wrap("trap", name, trap).expect("is defined once");
        }
        let mut functions = HashMap::new();
        for (file, text) in FLOATS {
            let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
            let module = wasmi::Module::new(&engine, bytes).unwrap_or_else(|e| panic!("{file}: {e}"));
            let instance = linker.instantiate_and_start(&mut store, &module).unwrap_or_else(|e| panic!("{file}: {e}"));
            for export in instance.exports(&store) {
                let (name, function) = (export.name().to_owned(), export.into_func().expect("only functions"));
                assert!(functions.insert(name, function).is_none(), "{file} has a function once more");
            }
        }
        Library { store, functions }
    }

    /// The names of its functions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// The result's bits or the stop code of the trap; nothing if it ends in any other way.
    pub fn execute(&mut self, op: Op, a: u64, b: u64) -> Option<Result<u64, u8>> {
        let function = self.functions.get(op.row().name)?;
        let operands = types(op).0.iter().zip([a, b]).map(|(&ty, bits)| match ty {
            ValType::I64 | ValType::F64 => Val::I64(bits as i64),
            _ => Val::I32(bits as i32),
        });
        let operands: Vec<Val> = operands.collect();
        let mut result = [Val::I32(0)];
        match function.call(&mut self.store, &operands, &mut result) {
            Ok(()) => match result[0] {
                Val::I32(value) => Some(Ok(value as u32 as u64)),
                Val::I64(value) => Some(Ok(value as u64)),
                _ => None,
            },
            Err(error) => {
                let trap = match error.as_trap_code()? {
                    TrapCode::BadConversionToInteger => Trap::BadConversion,
                    TrapCode::IntegerOverflow => Trap::IntegerOverflow,
                    _ => return None,
                };
                Some(Err(Stop::Trap(trap).code()))
            }
        }
    }
}

impl Default for Library {
    fn default() -> Library {
        Library::new()
    }
}
