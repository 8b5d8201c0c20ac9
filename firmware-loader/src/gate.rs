//! The supported-subset gate: whether a valid module is loaded into a given core, and why not, in words of the module.
//!
//! What a program may never get to is no reason to refuse it: a function that nobody provides, an instruction that the
//! core does not execute. It is loaded, with a note of [`crate::fit`], and a call that gets there ends there.

use crate::error::{Error, FunctionRef, Kind};
use crate::fit::size::no_image;
use crate::fit::{mismatch, usage};
use isa::capabilities::Capabilities;
use isa::group::Policy;
use isa::image::Image;
use isa::initial::Bindings;
use isa::instr::decode;
use isa::module::{ExportKind, Import, Module};
use isa::op::Op;
use isa::outcome::{Exhausted, Fault, Stop};
use isa::plan::CorePlan;

/// A core to load for, and the plans that can be named as a way out.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub plan: &'a CorePlan,
    pub capabilities: Capabilities,
    /// How its instructions are grouped.
    pub policy: Policy,
    /// Every plan known.
    pub plans: &'a [CorePlan],
}

impl<'a> Target<'a> {
    /// The core of this version for a plan.
    pub const fn of_plan(plan: &'a CorePlan, plans: &'a [CorePlan]) -> Target<'a> {
        Target { plan, capabilities: Capabilities::ALL, policy: Policy::of_plan(plan), plans }
    }
}

/// What becomes of a module with something in it that a call may never get to, and that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// It is loaded. Memories and tables that nobody provides begin empty, globals 0.
    #[default]
    Lenient,
    /// It is refused.
    Strict,
}

impl Strictness {
    /// As the option `--strict` says it.
    pub const fn of_option(strict: bool) -> Strictness {
        if strict { Strictness::Strict } else { Strictness::Lenient }
    }

    /// What may stand in code that is loaded.
    pub const fn allowed(self, target: &Target<'_>) -> Capabilities {
        match self {
            Strictness::Lenient => Capabilities::ALL,
            Strictness::Strict => target.capabilities,
        }
    }
}

/// Whether a core executes all of a module that imports nothing.
pub fn check(module: &Module, target: &Target<'_>) -> Result<(), Error> {
    image(module, target).map(|_| ())
}

/// The image of a module that imports nothing and of which the core executes everything, or why there is none.
pub fn image(module: &Module, target: &Target<'_>) -> Result<Image, Error> {
    hosted_image(module, target, |_| false, Strictness::Strict)
}

/// The image of a module for a core whose host provides some functions: `provides` says which imports.
pub fn hosted_image(
    module: &Module,
    target: &Target<'_>,
    provides: impl Fn(&Import) -> bool,
    strictness: Strictness,
) -> Result<Image, Error> {
    if strictness == Strictness::Strict
        && let Some(import) = module.imports.iter().find(|import| !provides(import))
    {
        return Err(unprovided(module, import));
    }
    executable(module, target, strictness)?;
    let bindings = Bindings::fresh(module, target.plan).map_err(|e| no_image(module, e, target))?;
    bound_image(module, &bindings, target)
}

/// The image of a module for a core that executes all of it, with its imports bound; calls of imported functions are
/// answered from outside.
pub fn linked_image(module: &Module, bindings: &Bindings, target: &Target<'_>) -> Result<Image, Error> {
    executable(module, target, Strictness::Strict)?;
    bound_image(module, bindings, target)
}

fn bound_image(module: &Module, bindings: &Bindings, target: &Target<'_>) -> Result<Image, Error> {
    Image::new(module, bindings, target.plan, target.policy).map_err(|e| no_image(module, e, target))
}

/// What the stop of a core at a code address means: an instruction that cores of this kind do not execute is a limit of
/// the machine, not a fault.
pub fn meaning(stop: Stop, module: &Module, pc: u32, capabilities: Capabilities) -> Stop {
    let limit = stop == Stop::Fault(Fault::UnknownOpcode)
        && decode(&module.code, pc).is_ok_and(|instr| !capabilities.supports(instr.op));
    if limit { Stop::Exhausted(Exhausted::Instruction) } else { stop }
}

/// Why a call ended at a code address, in words; `import` is the imported function that it waited for.
pub fn reason(stop: Stop, module: &Module, pc: Option<u32>, import: Option<u32>) -> String {
    let op = pc.and_then(|pc| decode(&module.code, pc).ok()).map(|instr| instr.op);
    match (stop, op, import.and_then(|function| module.imported_function(function))) {
        (Stop::Exhausted(Exhausted::Instruction), Some(op), None) => not_executed(op),
        (Stop::Exhausted(Exhausted::Import), _, Some(import)) => missing(import),
        _ => stop.to_string(),
    }
}

/// That a core does not execute an instruction, in words.
pub fn not_executed(op: Op) -> String {
    format!("this core does not execute `{op}`")
}

/// The function with this index, named as well as possible.
pub fn function_ref(module: &Module, index: u32) -> FunctionRef {
    let own = module.defined(index).and_then(|f| f.name.clone());
    let exported = || {
        let mut exports = module.exports.iter();
        exports.find(|e| e.kind == ExportKind::Function && e.index == index).map(|e| e.name.clone())
    };
    FunctionRef { index, name: own.or_else(exported) }
}

/// That nobody provides an import, in words.
pub fn missing(import: &Import) -> String {
    let (module, name) = (import.module.escape_debug(), import.name.escape_debug());
    format!("the {} `{name}` is imported from `{module}`, and nothing provides it", import.kind.name())
}

fn unprovided(module: &Module, import: &Import) -> Error {
    let error = Error::new(Kind::Unsupported, missing(import));
    match mismatch(module, import) {
        Some(mismatch) => error.help(mismatch),
        None => error.help("build a module without imports but those of WASI preview 1 and the devices of `wafer`"),
    }
}

/// Whether a core loads all instructions of a module.
pub fn executable(module: &Module, target: &Target<'_>, strictness: Strictness) -> Result<(), Error> {
    let used = usage::find(module, strictness.allowed(target))?;
    let Some(first) = used.first else { return Ok(()) };
    Err(Error::new(Kind::Unsupported, format!("{}: {used}", not_executed(first.op)))
        .in_function(function_ref(module, first.function))
        .at(file_offset(module, first.pc))
        .help(usage::way_around(first.op)))
}

/// Where a code address is in the file.
pub fn file_offset(module: &Module, pc: u32) -> u64 {
    u64::from(module.code_offset) + u64::from(pc)
}
