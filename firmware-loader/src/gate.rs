//! The supported-subset gate: says why a valid module cannot run on a given core, in words of the module.

use crate::error::{Error, FunctionRef, Kind};
use isa::capabilities::Capabilities;
use isa::device::Device;
use isa::group::Policy;
use isa::image::{Excess, Image, ImageError};
use isa::initial::Bindings;
use isa::instr::{DecodeError, decode, instructions};
use isa::module::{ExportKind, Function, Import, ImportKind, Module};
use isa::op::{Op, Unit};
use isa::outcome::Trap;
use isa::plan::MemoryPlan;

/// A core to load for, and the plans that can be named as a way out.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub plan: &'a MemoryPlan,
    pub capabilities: Capabilities,
    /// How its instructions are grouped.
    pub policy: Policy,
    /// Every plan known.
    pub plans: &'a [MemoryPlan],
}

/// Whether a core can run a module.
pub fn check(module: &Module, target: &Target<'_>) -> Result<(), Error> {
    image(module, target).map(|_| ())
}

/// The image of a module without imports for a core, or why there is none.
pub fn image(module: &Module, target: &Target<'_>) -> Result<Image, Error> {
    if let Some(import) = module.imports.first() {
        return Err(unresolved(import).help("build a module without imports"));
    }
    linked_image(module, &Bindings::default(), target)
}

/// The image of a module for a core whose host provides some functions: `provides` says which imports. A module that
/// imports any may hold float arithmetic, see [`float_note`].
pub fn hosted_image(module: &Module, target: &Target<'_>, provides: impl Fn(&Import) -> bool) -> Result<Image, Error> {
    if let Some(import) = module.imports.iter().find(|import| !provides(import)) {
        let error = unresolved(import);
        return Err(match Device::of_import(module, import) {
            Some(Err(mismatch)) => error.help(mismatch.to_string()),
            _ => error.help("build a module without imports but those of WASI preview 1 and the devices of `wafer`"),
        });
    }
    // A C library holds float arithmetic that many programs never reach: a core stops there, if it comes to it.
    let float = target.capabilities.float || !module.imports.is_empty();
    let capabilities = Capabilities { float, ..target.capabilities };
    linked_image(module, &Bindings::default(), &Target { capabilities, ..*target })
}

/// The first instruction with float arithmetic of a module that runs on a core without, for people.
pub fn float_note(module: &Module, capabilities: Capabilities) -> Option<String> {
    let imported = module.imported_functions().count() as u32;
    let refusal = |(index, function)| executable(module, index, function, capabilities).err();
    let error = (imported..).zip(&module.functions).find_map(refusal)?;
    Some(format!("{error}; the program ends if it gets there"))
}

/// The instruction at a code address, if a core does not execute it.
pub fn unsupported(module: &Module, pc: u32, capabilities: Capabilities) -> Option<Op> {
    decode(&module.code, pc).ok().map(|instr| instr.op).filter(|&op| !capabilities.supports(op))
}

/// That a core does not execute an instruction, in words.
pub fn not_executed(op: Op) -> String {
    format!("this core does not execute `{op}`")
}

/// The image of a module for a core with its imports bound; calls of imported functions are answered from outside.
pub fn linked_image(module: &Module, bindings: &Bindings, target: &Target<'_>) -> Result<Image, Error> {
    let imported = module.imported_functions().count() as u32;
    for (index, function) in (imported..).zip(&module.functions) {
        executable(module, index, function, target.capabilities)?;
    }
    Image::new(module, bindings, target.plan, target.policy).map_err(|e| no_image(module, e, bindings, target))
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

fn unresolved(import: &Import) -> Error {
    let kind = match import.kind {
        ImportKind::Function(_) => "function",
        ImportKind::Table(_) => "table",
        ImportKind::Memory(_) => "memory",
        ImportKind::Global(_) => "global",
    };
    let (module, name) = (import.module.escape_debug(), import.name.escape_debug());
    Error::new(Kind::Unsupported, format!("the {kind} `{name}` is imported from `{module}`, and nothing provides it"))
}

fn executable(module: &Module, index: u32, function: &Function, capabilities: Capabilities) -> Result<(), Error> {
    let mut refused: Vec<(Op, u32)> = Vec::new();
    for instr in instructions(&module.code, function.entry, function.end) {
        let invalid = |e: DecodeError| Error::new(Kind::Invalid, e.to_string()).at(file_offset(module, e.pc));
        let instr = instr.map_err(invalid)?;
        if !capabilities.supports(instr.op) {
            refused.push((instr.op, instr.pc));
        }
    }
    let Some(&(op, pc)) = refused.first() else { return Ok(()) };
    let more = match refused.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more instructions of this function)"),
    };
    Err(Error::new(Kind::Unsupported, not_executed(op) + &more)
        .in_function(function_ref(module, index))
        .at(file_offset(module, pc))
        .help(way_around(op)))
}

fn file_offset(module: &Module, pc: u32) -> u64 {
    u64::from(module.code_offset) + u64::from(pc)
}

fn way_around(op: Op) -> &'static str {
    match op.row().unit {
        Unit::Float => "use integer or fixed-point arithmetic",
        _ => "compile without bulk memory (`-mno-bulk-memory`), a growing heap, tables and function pointers",
    }
}

fn no_image(module: &Module, error: ImageError, bindings: &Bindings, target: &Target<'_>) -> Error {
    match error {
        ImageError::TooLarge(excesses) => too_large(module, &excesses, bindings, target),
        ImageError::Trap(trap, segment) => {
            let kind = if trap == Trap::OutOfBoundsTable { "element" } else { "data" };
            let message = format!("instantiation traps: {}: {kind} segment {segment} does not fit", trap.message());
            Error::new(Kind::Trap(trap), message).help("declare a larger memory or table")
        }
        ImageError::Code(e) => Error::new(Kind::Invalid, e.to_string()).at(file_offset(module, e.pc())),
        ImageError::Import(_) | ImageError::Initializer => Error::new(Kind::Invalid, error.to_string()),
    }
}

fn too_large(module: &Module, excesses: &[Excess], bindings: &Bindings, target: &Target<'_>) -> Error {
    let list: Vec<String> = excesses.iter().map(Excess::to_string).collect();
    let message = format!("too large for the plan {}: {}", target.plan.name, list.join("; "));
    let fits = |plan: &&MemoryPlan| Image::new(module, bindings, plan, target.policy).is_ok();
    let larger: Vec<&str> = target.plans.iter().filter(fits).map(|p| p.name).collect();
    let error = Error::new(Kind::Limit, message);
    if larger.is_empty() {
        return error.help("no plan is large enough: make the program smaller");
    }
    error.help(format!("make the program smaller, or use --plan {}", larger.join(" or ")))
}
