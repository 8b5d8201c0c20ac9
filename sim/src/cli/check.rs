//! `sim --check`: would the core run this module, and what may end it?

use firmware_loader::exit::Exit;
use firmware_loader::fit::{Effect, Report};
use firmware_loader::gate::Target;
use firmware_loader::{output, wasi};
use isa::module::{Import, Module};
use serde::Serialize;
use std::io;
use std::path::Path;

#[derive(Serialize)]
struct CheckObject<'a> {
    /// "fits" or "refused"
    outcome: &'static str,
    plan: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

/// Prints what `firmware-loader check` does for a board. With `strict`, what may end a call is refused.
pub(super) fn check(module: &Module, file: &Path, target: &Target<'_>, strict: bool, json: bool) -> io::Result<Exit> {
    let provides = |import: &Import| wasi::provides(module, import);
    let report = Report::new(module, target, &provides);
    let refused = report.effect >= if strict { Effect::MayStop } else { Effect::Refused };
    let (outcome, verb) = match report.effect {
        _ if refused => ("refused", "does not fit"),
        Effect::MayStop => ("fits", "fits, with notes,"),
        _ => ("fits", "fits"),
    };
    let plan = target.plan.name;
    output::print(&match json {
        true => output::json(&CheckObject { outcome, plan, report: &report }),
        false => format!("{} {verb} {plan}\n{report}", file.display()),
    })?;
    Ok(if refused { Exit::Input } else { Exit::Returned })
}
