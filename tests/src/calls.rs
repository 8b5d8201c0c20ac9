//! Short ways to call functions of small modules in tests of the model.

use isa::retire::Record;
use isa::types::{ValType, Value};
use model::{InstanceAddr, Limits, Outcome, Store, Thread};

/// A module with no imports, ready to be called.
pub struct Program {
    pub store: Store,
    pub instance: InstanceAddr,
}

pub fn i32(value: i32) -> Value {
    Value { ty: ValType::I32, bits: value as u32 as u64 }
}

impl Program {
    /// Instantiates a module in the text format on a machine with these limits.
    pub fn new(text: &str, limits: Limits) -> Program {
        let module = firmware_loader::parse_text(text).unwrap_or_else(|error| panic!("{error}"));
        let mut store = Store::new(limits);
        let instance = store.instantiate(&module, |_| None).expect("instantiates");
        Program { store, instance }
    }

    /// Calls an export to its end.
    pub fn call(&mut self, name: &str, args: &[Value]) -> Outcome {
        let function = self.store.exported_function(self.instance, name).expect("is exported");
        match self.store.invoke(function, args) {
            Ok(values) => Outcome::Returned(values),
            Err(stop) => Outcome::Stopped(stop),
        }
    }

    /// Calls an export step by step.
    pub fn records(&mut self, name: &str, args: &[Value]) -> (Vec<Record>, Outcome) {
        let function = self.store.exported_function(self.instance, name).expect("is exported");
        let mut thread = Thread::new(&mut self.store, function, args).expect("starts");
        let mut records = Vec::new();
        let outcome = thread.run_observed(&mut self.store, |record| records.push(*record));
        (records, outcome)
    }
}
