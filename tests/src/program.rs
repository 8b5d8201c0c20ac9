//! From a module to a run on the core.

use firmware_loader::Error;
use isa::image::Image;
use isa::module::Module;
use isa::plan::CorePlan;
use isa::types::Value;
use sim::select::{Kind, open};
use sim::session::{Call, Job, Report, Settings, simulate};

/// A module without imports, loaded for the core of a plan.
pub struct Program<'a> {
    module: &'a Module,
    plan: &'a CorePlan,
    image: Image,
}

impl<'a> Program<'a> {
    /// The error is the loader's: what the core or the plan cannot do.
    pub fn new(module: &'a Module, plan: &'a CorePlan) -> Result<Program<'a>, Error> {
        let image = firmware_loader::image(module, &sim::load::target(plan))?;
        Ok(Program { module, plan, image })
    }

    /// Starts anew and calls the function with this index.
    pub fn call(
        &self,
        engine: Kind,
        function: u32,
        args: &[Value],
        settings: &mut Settings<'_>,
    ) -> sim::Result<Report> {
        let Program { module, plan, image } = self;
        let open = |waves| open(engine, plan, waves);
        let call = Some(Call { function, args });
        simulate(&Job { module, image, plan, call, open: &open }, settings)
    }

    /// The same in lock-step with the golden model, to the end.
    pub fn check(&self, engine: Kind, function: u32, args: &[Value]) -> sim::Result<Report> {
        self.call(engine, function, args, &mut Settings::checked())
    }
}
