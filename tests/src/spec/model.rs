//! The golden model as an executor.

use super::{Executor, Failure};
use isa::module::Module;
use isa::types::Value;
use model::{Error, Extern, InstanceAddr, Limits, Store};

/// A store that the instances of one script share.
pub struct ModelExecutor {
    store: Store,
}

impl ModelExecutor {
    pub fn new(limits: Limits) -> ModelExecutor {
        ModelExecutor { store: Store::new(limits) }
    }
}

impl Executor for ModelExecutor {
    type Instance = InstanceAddr;

    fn instantiate(
        &mut self,
        module: &Module,
        named: &dyn Fn(&str) -> Option<InstanceAddr>,
    ) -> Result<InstanceAddr, Failure> {
        let found: Vec<Option<Extern>> =
            (module.imports.iter()).map(|import| self.store.export(named(&import.module)?, &import.name)).collect();
        let mut found = found.into_iter();
        self.store.instantiate(module, |_| found.next().flatten()).map_err(|error| match error {
            Error::UnknownImport { .. } | Error::IncompatibleImport { .. } => Failure::Unlinkable(error.to_string()),
            Error::UnknownInstruction { .. } | Error::TableTooLarge { .. } => Failure::Unsupported(error.to_string()),
            Error::Stopped(stop) => Failure::Stopped(stop),
        })
    }

    fn invoke(
        &mut self,
        instance: &InstanceAddr,
        function: &str,
        args: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>> {
        let function = self.store.exported_function(*instance, function)?;
        let params = &self.store.function_type(function).params;
        if !args.iter().map(|a| &a.ty).eq(params) {
            return None;
        }
        Some(self.store.invoke(function, args).map_err(Failure::Stopped))
    }

    fn global(&mut self, instance: &InstanceAddr, name: &str) -> Option<Value> {
        match self.store.export(*instance, name)? {
            Extern::Global(global) => Some(self.store.global(global)),
            _ => None,
        }
    }
}
