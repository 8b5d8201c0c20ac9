//! `sim --check`: would the core run this module, and what may end it?

use super::Options;
use firmware_loader::exit::Exit;
use firmware_loader::fit::Report;
use firmware_loader::output;
use isa::plan::CorePlan;
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

/// Prints what `firmware-loader check` does for a board. With `--strict`, what may end a call is refused.
pub(super) fn show(report: &Report, file: &Path, plan: &CorePlan, options: &Options) -> io::Result<Exit> {
    let strictness = options.setup.strictness();
    let (outcome, verb) = report.outcome(strictness);
    let plan = plan.name;
    output::print(&match options.json {
        true => output::json(&CheckObject { outcome, plan, report }),
        false => format!("{} {verb} {plan}\n{report}", file.display()),
    })?;
    Ok(if report.is_refused(strictness) { Exit::Input } else { Exit::Returned })
}
