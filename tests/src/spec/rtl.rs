//! The emitted Verilog as an executor: every instance on a core of its own.

use super::{Executor, Failure, LIMIT};
use firmware_loader::interrupt::Interrupt;
use isa::module::Module;
use isa::plan::CorePlan;
use isa::types::Value;
use sim::select::{Kind, open};
use sim::world::{Extern, InstanceId, World};

/// The instances of one script.
pub struct RtlExecutor {
    world: World<'static>,
}

impl RtlExecutor {
    pub fn new(plan: &'static CorePlan, engine: Kind) -> RtlExecutor {
        RtlExecutor::limited(plan, engine, LIMIT)
    }

    /// A call may take so many cycles.
    pub fn limited(plan: &'static CorePlan, engine: Kind, cycles: u64) -> RtlExecutor {
        let open = Box::new(move || open(engine, plan, false));
        RtlExecutor { world: World::new(plan, open, cycles, Interrupt::default()) }
    }
}

impl Executor for RtlExecutor {
    type Instance = InstanceId;

    fn instantiate(
        &mut self,
        module: &Module,
        named: &dyn Fn(&str) -> Option<InstanceId>,
    ) -> Result<InstanceId, Failure> {
        let found = self.world.instantiate(module, |world, import| world.export(named(&import.module)?, &import.name));
        found.map_err(failure)
    }

    fn invoke(&mut self, instance: &InstanceId, function: &str, args: &[Value]) -> Option<Result<Vec<Value>, Failure>> {
        let ty = self.world.function_type(*instance, function)?;
        if !args.iter().map(|a| &a.ty).eq(&ty.params) {
            return None;
        }
        Some(self.world.invoke(*instance, function, args).map_err(failure))
    }

    fn global(&mut self, instance: &InstanceId, name: &str) -> Option<Value> {
        matches!(self.world.export(*instance, name)?, Extern::Global(_)).then(|| self.world.global(*instance, name))?
    }
}

fn failure(failure: sim::world::Failure) -> Failure {
    match failure {
        sim::world::Failure::Unlinkable(what) => Failure::Unlinkable(what),
        sim::world::Failure::Stopped(stop) => Failure::Stopped(stop),
        sim::world::Failure::Machine(what) => Failure::Unsupported(what),
    }
}
