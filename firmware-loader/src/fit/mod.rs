//! How well a module fits a plan: all that keeps it from being loaded, and all that may end a call, counted by cause.

pub mod memory;
pub mod size;
pub mod usage;

use crate::error::Error;
use crate::gate::{Strictness, Target, file_offset, function_ref};
use isa::device::Device;
use isa::image::{Image, ImageError};
use isa::initial::Bindings;
use isa::module::{Import, Module};
use isa::op::Op;
use isa::plan::CorePlan;
use serde::Serialize;
use size::Need;
use std::fmt;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Imports that nobody provides.
    Import,
    /// Instructions whose millicode does not fit.
    Instruction,
    /// Too much of something for the plan.
    Size,
    /// A segment that does not fit into its memory or table, so that instantiation traps.
    Segment,
    /// A stack that begins beyond the plan's memory.
    Stack,
    /// More declared memory than the plan has.
    Memory,
}

/// What a finding does to a run. The worse comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing was found.
    Runs,
    /// A call that gets there ends.
    MayStop,
    /// The module is not loaded.
    Refused,
}

impl Effect {
    /// What plans with this effect do to the module, in words.
    pub const fn verb(self) -> &'static str {
        match self {
            Effect::Runs => "run it",
            Effect::MayStop => "run it, but may stop",
            Effect::Refused => "refuse it",
        }
    }
}

/// One cause, with everything in the module that gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub cause: Cause,
    pub effect: Effect,
    /// Imports, functions, or 1.
    pub count: usize,
    pub message: String,
    /// What helps.
    pub help: Option<String>,
}

impl Finding {
    /// What stands before it in a report.
    pub const fn word(&self) -> &'static str {
        if matches!(self.effect, Effect::Refused) { "refused" } else { "note" }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// What a plan makes of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanFit {
    pub plan: String,
    pub effect: Effect,
}

/// A module against a plan, and in short against every other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The worst of the findings.
    pub effect: Effect,
    /// Empty if there is no image of the module.
    pub needs: Vec<Need>,
    /// The worst first.
    pub findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<PlanFit>,
}

impl Report {
    /// Whether the module is not loaded, by the rule of [`crate::gate::hosted_image`].
    pub fn is_refused(&self, strictness: Strictness) -> bool {
        let is_missing = |finding: &Finding| matches!(finding.cause, Cause::Import | Cause::Instruction);
        self.effect == Effect::Refused || strictness == Strictness::Strict && self.findings.iter().any(is_missing)
    }

    /// How many bytes of the code are millicode, if there are any.
    pub fn millicode(&self) -> Option<u64> {
        self.needs.iter().find(|need| need.what == size::MILLICODE).map(|need| need.needed)
    }

    /// How it fits, in a word of JSON and behind the file's name in a sentence.
    pub fn outcome(&self, strictness: Strictness) -> (&'static str, &'static str) {
        match self.effect {
            _ if self.is_refused(strictness) => ("refused", "does not fit"),
            Effect::MayStop => ("fits", "fits, with notes,"),
            _ => ("fits", "fits"),
        }
    }

    /// Of a module whose host provides some imports.
    pub fn new(module: &Module, target: &Target<'_>, provides: &dyn Fn(&Import) -> bool) -> Report {
        let fit = |plan: &CorePlan| {
            let report = Report::alone(module, &Target::of_plan(plan, target.plans), provides);
            PlanFit { plan: plan.name.into(), effect: report.effect }
        };
        let plans = target.plans.iter().map(fit).collect();
        Report { plans, ..Report::alone(module, target, provides) }
    }

    /// The same without the other plans.
    pub fn alone(module: &Module, target: &Target<'_>, provides: &dyn Fn(&Import) -> bool) -> Report {
        let (needs, findings) = examine(module, target, provides);
        Report { effect: worst(&findings), needs, findings, plans: Vec::new() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Need { what, needed, available } in &self.needs {
            writeln!(f, "  {needed:>6} of {available:>6} {what}")?;
        }
        for finding in &self.findings {
            writeln!(f, "  {}: {finding}", finding.word())?;
        }
        let of = |effect| {
            let fits = self.plans.iter().filter(move |fit| fit.effect == effect);
            fits.map(|fit| fit.plan.as_str()).collect::<Vec<_>>().join(", ")
        };
        for effect in [Effect::Runs, Effect::MayStop, Effect::Refused] {
            if self.plans.iter().any(|fit| fit.effect == effect) {
                writeln!(f, "  plans that {}: {}", effect.verb(), of(effect))?;
            }
        }
        Ok(())
    }
}

/// What may end a call of a module that is loaded, for people.
pub fn notes(module: &Module, target: &Target<'_>, provides: &dyn Fn(&Import) -> bool) -> Vec<String> {
    let (_, findings) = examine(module, target, provides);
    findings.iter().filter(|finding| finding.effect == Effect::MayStop).map(Finding::to_string).collect()
}

fn worst(findings: &[Finding]) -> Effect {
    findings.iter().map(|finding| finding.effect).max().unwrap_or(Effect::Runs)
}

/// All findings of one plan, the worst first, and what the module needs if it has an image at all.
fn examine(module: &Module, target: &Target<'_>, provides: &dyn Fn(&Import) -> bool) -> (Vec<Need>, Vec<Finding>) {
    let (needs, mut findings) = sizes(module, target);
    findings.extend(imports(module, provides));
    let may_stop = |cause, (message, help)| Finding { cause, effect: Effect::MayStop, count: 1, message, help };
    findings.extend(memory::stack_note(module, target.plan).map(|note| may_stop(Cause::Stack, note)));
    let declared = memory::declared_note(module, target.plan);
    findings.extend(
        declared.map(|(message, help)| may_stop(Cause::Memory, (message + ": a call that gets beyond ends", help))),
    );
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.effect));
    (needs, findings)
}

fn sizes(module: &Module, target: &Target<'_>) -> (Vec<Need>, Vec<Finding>) {
    let Target { plan, policy, .. } = *target;
    let finding = |excess| Finding {
        cause: Cause::Size,
        effect: Effect::Refused,
        count: 1,
        message: format!("{excess}"),
        help: size::remedy(module, &excess, plan),
    };
    let images = || {
        let bindings = Bindings::fresh(module, plan)?;
        let complete = Image::unchecked(module, &bindings, plan, policy)?;
        let less = match complete.excesses(plan).is_empty() {
            true => None,
            false => Image::without_millicode(module, &bindings, plan, policy)?,
        };
        Ok((complete, less))
    };
    let (needs, excesses) = match images() {
        Ok((complete, Some(less))) => {
            return (size::needs(&less, plan), instructions(module, &less, &complete).into_iter().collect());
        }
        Ok((complete, None)) => (size::needs(&complete, plan), complete.excesses(plan)),
        Err(ImageError::TooLarge(excesses)) => (Vec::new(), excesses),
        Err(error) => return (Vec::new(), vec![refused(Cause::Segment, &size::no_image(module, error, target))]),
    };
    (needs, excesses.into_iter().map(finding).collect())
}

fn refused(cause: Cause, error: &Error) -> Finding {
    Finding { cause, effect: Effect::Refused, count: 1, message: error.message.clone(), help: error.help.clone() }
}

/// Those at which a call ends because their millicode, which the `complete` image has, does not fit.
fn instructions(module: &Module, image: &Image, complete: &Image) -> Option<Finding> {
    let absent: Vec<Op> = image.absent().collect();
    let found = usage::find(module, |op| absent.contains(&op)).ok()?;
    let first = found.first?;
    let (function, offset) = (function_ref(module, first.function), file_offset(module, first.pc));
    let bytes = complete.millicode_bytes() - image.millicode_bytes();
    let message = format!(
        "{found}, first in {function}, byte {offset} ({offset:#x}), and the {bytes} bytes of millicode that execute such \
         instructions do not fit: a call that gets there ends"
    );
    let help = found.worst().map(|op| usage::way_around(op).into());
    Some(Finding { cause: Cause::Instruction, effect: Effect::MayStop, count: found.functions, message, help })
}

/// Imports that nobody provides, those of one kind together.
fn imports(module: &Module, provides: &dyn Fn(&Import) -> bool) -> Vec<Finding> {
    let missing: Vec<&Import> = module.imports.iter().filter(|import| !provides(import)).collect();
    let kinds = [
        ("function", "a call that gets there ends"),
        ("memory", "it begins with its declared size, all 0"),
        ("table", "it begins with its declared size, all null"),
        ("global", "it begins as 0"),
    ];
    let finding = |(kind, what): (&str, &str)| {
        let of_kind: Vec<&&Import> = missing.iter().filter(|import| import.kind.name() == kind).collect();
        let first = of_kind.first()?;
        let (from, name) = (first.module.escape_debug(), first.name.escape_debug());
        let others = Others(of_kind.len() - 1);
        Some(Finding {
            cause: Cause::Import,
            effect: Effect::MayStop,
            count: of_kind.len(),
            message: format!("nothing provides the {kind} `{name}` of `{from}`{others}: {what}"),
            help: of_kind.iter().find_map(|import| mismatch(module, import)),
        })
    };
    kinds.into_iter().filter_map(finding).collect()
}

/// What a device is like that an import seems to mean.
pub(crate) fn mismatch(module: &Module, import: &Import) -> Option<String> {
    Device::of_import(module, import)?.err().map(|mismatch| mismatch.to_string())
}

/// How many more there are than the one that is named.
pub(crate) struct Others(pub usize);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => f.write_str(" and 1 other"),
            n => write!(f, " and {n} others"),
        }
    }
}
