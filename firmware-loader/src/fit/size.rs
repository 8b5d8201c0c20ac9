//! What a module takes of a plan, and what to do where that is too much.

use crate::error::{Error, Kind};
use crate::fit::memory;
use crate::gate::{Target, file_offset};
use isa::image::{Excess, Image, ImageError, Resource};
use isa::initial::Bindings;
use isa::module::Module;
use isa::outcome::Trap;
use isa::plan::CorePlan;
use serde::Serialize;

/// How much a module takes of something, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    pub what: &'static str,
    pub needed: u64,
    pub available: u64,
}

/// What is needed of the code for the library.
pub const MILLICODE: &str = "bytes of that millicode";

/// What an image takes of everything that a plan has.
pub fn needs(image: &Image, plan: &CorePlan) -> Vec<Need> {
    let need = |&what: &Resource| {
        let (needed, available) = (image.needed(what, plan), what.available(plan));
        Need { what: what.name(), needed, available }
    };
    let mut needs: Vec<Need> = Resource::ALL.iter().filter(|what| what.is_limited(plan)).map(need).collect();
    if !image.routines.is_empty() {
        let millicode = image.millicode_bytes();
        needs.insert(1, Need { what: MILLICODE, needed: millicode, available: plan.code_bytes() });
    }
    needs
}

/// What to do about an excess; nothing helps against every one.
pub fn remedy(module: &Module, excess: &Excess, plan: &CorePlan) -> Option<String> {
    match excess.resource {
        Resource::Memory | Resource::Blocks | Resource::Places | Resource::Reach => memory::place_data(module, plan),
        Resource::Code | Resource::Branches | Resource::Stream | Resource::Functions => Some(
            "compile for size (`-Os`) and leave out what is not used (`-Wl,--gc-sections`, and no `--export-all`)"
                .into(),
        ),
        Resource::Stack | Resource::Labels => None,
    }
}

/// The plans into which a module can be loaded.
pub fn loadable_into<'a>(module: &Module, plans: &'a [CorePlan]) -> Vec<&'a str> {
    let loads = |plan: &&CorePlan| {
        let target = Target::of_plan(plan, plans);
        let bindings = Bindings::fresh(module, plan);
        bindings.is_ok_and(|bindings| Image::new(module, &bindings, plan, target.policy).is_ok())
    };
    plans.iter().filter(loads).map(|plan| plan.name).collect()
}

/// Why there is no image of a module, in its words.
pub fn no_image(module: &Module, error: ImageError, target: &Target<'_>) -> Error {
    match error {
        ImageError::TooLarge(excesses) => too_large(module, &excesses, target),
        ImageError::Trap(trap, segment) => {
            let kind = if trap == Trap::OutOfBoundsTable { "element" } else { "data" };
            let message = format!("instantiation traps: {}: {kind} segment {segment} does not fit", trap.message());
            Error::new(Kind::Trap(trap), message).help("declare a larger memory or table")
        }
        ImageError::Code(e) => Error::new(Kind::Invalid, e.to_string()).at(file_offset(module, e.pc())),
        ImageError::Import(_) | ImageError::Initializer | ImageError::Millicode(_) => {
            Error::new(Kind::Invalid, error.to_string())
        }
    }
}

fn too_large(module: &Module, excesses: &[Excess], target: &Target<'_>) -> Error {
    let list: Vec<String> = excesses.iter().map(Excess::to_string).collect();
    let message = format!("too large for the plan {}: {}", target.plan.name, list.join("; "));
    let remedies = excesses.iter().filter_map(|excess| remedy(module, excess, target.plan));
    let mut help: Vec<String> = remedies.collect();
    help.dedup();
    help.push(match &loadable_into(module, target.plans)[..] {
        [] => "no plan is large enough".into(),
        plans => format!("large enough: {}", plans.join(", ")),
    });
    Error::new(Kind::Limit, message).help(help.join("; "))
}
