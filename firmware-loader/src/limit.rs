//! Limits in words: which one it is, how much there was, and what has more.

use isa::outcome::Exhausted;
use isa::plan::CorePlan;
use isa::pool::DirectMap;

/// What a command line offers to somebody who ran into a limit.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The option that names a plan.
    pub plan: &'static str,
    /// The option that limits the time of a call.
    pub time: &'static str,
    /// What counts the bytes that instructions take in a plan.
    pub check: &'static str,
    /// The plans to choose from.
    pub plans: &'a [&'a CorePlan],
}

/// How a core was when a call ran into a limit.
#[derive(Clone, Copy, Debug)]
pub struct Core {
    /// The first slot that calls may use.
    pub base: u32,
    /// Of the call.
    pub cycles: u64,
}

/// What a call that ran into this limit had, and where there is more. Without `core` it was another one that did.
pub fn describe(limit: Exhausted, plan: &CorePlan, core: Option<Core>, options: &Options<'_>) -> String {
    let name = plan.name;
    let (of, what): (fn(&CorePlan) -> u64, String) = match limit {
        Exhausted::ValueStack => {
            let taken = core.map(|core| format!(", {} of them for globals and tables", core.base));
            (CorePlan::stack_slots, format!("value-stack slots in the plan {name}{}", taken.unwrap_or_default()))
        }
        Exhausted::CallStack => (CorePlan::frames, format!("calls at once in the plan {name}")),
        Exhausted::PhysicalMemory if plan.has_pool() => {
            let blocks = plan.blocks();
            let why = match DirectMap::of_plan(plan) {
                Some(_) => "blocks, of which the one that this address could have is in use",
                None => "blocks that are all in use",
            };
            (CorePlan::memory_bytes, format!("bytes of memory, {blocks} {why}, in the plan {name}"))
        }
        Exhausted::PhysicalMemory => (CorePlan::memory_bytes, format!("bytes of memory in the plan {name}")),
        Exhausted::LabelStack => (CorePlan::stack_slots, format!("slots for open blocks in the plan {name}, two each")),
        Exhausted::BranchEntries => (CorePlan::branch_entries, format!("branch entries in the plan {name}")),
        Exhausted::Instruction => return format!("{} tells the plans that have room for it", options.check),
        Exhausted::Import => return "--stub MODULE.NAME=VALUE answers it".into(),
        Exhausted::Time => return "a larger --timeout allows more".into(),
        Exhausted::Interrupted => return "the program was running well".into(),
        Exhausted::Cycles => {
            let passed = core.map(|core| format!("{} cycles; ", core.cycles));
            return format!("{}a larger {} allows more", passed.unwrap_or_default(), options.time);
        }
    };
    format!("{} {what}; {}", of(plan), more(plan, of, options))
}

/// The plans that have more of something.
fn more(plan: &CorePlan, of: fn(&CorePlan) -> u64, options: &Options<'_>) -> String {
    let larger: Vec<String> = (options.plans.iter())
        .filter(|other| of(other) > of(plan))
        .map(|other| format!("{} {} has {}", options.plan, other.name, of(other)))
        .collect();
    match larger.is_empty() {
        true => format!("no {} has more", options.plan.trim_start_matches('-')),
        false => larger.join(", "),
    }
}
