//! The supported-subset gate: whether a valid module is loaded into a given core, and why not, in words of the module.
//!
//! What a program may never get to is no reason to refuse it: a function that nobody provides, an instruction for whose
//! millicode there is no room. It is loaded, with a note of [`crate::fit`], and a call that gets there ends there.

use crate::error::{Error, FunctionRef, Kind};
use crate::fit::mismatch;
use crate::fit::size::no_image;
use isa::group::Policy;
use isa::image::Image;
use isa::initial::Bindings;
use isa::instr::decode;
use isa::module::{ExportKind, Import, Module};
use isa::op::Op;
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;

/// A core to load for, and the plans that can be named as a way out.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub plan: &'a CorePlan,
    /// How its instructions are grouped.
    pub policy: Policy,
    /// Every plan known.
    pub plans: &'a [CorePlan],
}

impl<'a> Target<'a> {
    /// The core of this version for a plan.
    pub const fn of_plan(plan: &'a CorePlan, plans: &'a [CorePlan]) -> Target<'a> {
        Target { plan, policy: Policy::of_plan(plan), plans }
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
    let made = Bindings::fresh(module, target.plan).and_then(|bindings| match strictness {
        Strictness::Lenient => Image::lenient(module, &bindings, target.plan, target.policy),
        Strictness::Strict => Image::new(module, &bindings, target.plan, target.policy),
    });
    made.map_err(|e| no_image(module, e, target))
}

/// The image of a module for a core that executes all of it, with its imports bound; calls of imported functions are
/// answered from outside.
pub fn linked_image(module: &Module, bindings: &Bindings, target: &Target<'_>) -> Result<Image, Error> {
    Image::new(module, bindings, target.plan, target.policy).map_err(|e| no_image(module, e, target))
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

/// That an instruction is not executed, in words.
fn not_executed(op: Op) -> String {
    format!("this core executes `{op}` by millicode, for which there is no room beside the program")
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

/// Where a code address is in the file.
pub fn file_offset(module: &Module, pc: u32) -> u64 {
    u64::from(module.code_offset) + u64::from(pc)
}
