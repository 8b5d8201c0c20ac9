//! Limits in words: which one it is, how much there was, and what has more.

use isa::outcome::Exhausted;
use isa::plan::MemoryPlan;

/// What a command line offers to somebody who ran into a limit.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The option that names a plan.
    pub plan: &'static str,
    /// The option that limits the time of a call.
    pub time: &'static str,
    /// What counts the instructions that a plan does not execute.
    pub check: &'static str,
    /// The plans to choose from.
    pub plans: &'a [&'a MemoryPlan],
}

/// What a call that ran into this limit had, and where there is more. `base` is the first slot that calls may use.
pub fn describe(limit: Exhausted, plan: &MemoryPlan, base: u32, cycles: u64, options: &Options<'_>) -> String {
    let name = plan.name;
    let (of, what): (fn(&MemoryPlan) -> u64, String) = match limit {
        Exhausted::ValueStack => {
            let what = format!("value-stack slots in the plan {name}, {base} of them for globals and tables");
            (MemoryPlan::stack_slots, what)
        }
        Exhausted::CallStack => (MemoryPlan::frames, format!("calls at once in the plan {name}")),
        Exhausted::PhysicalMemory => (MemoryPlan::memory_bytes, format!("bytes of memory in the plan {name}")),
        Exhausted::LabelStack => {
            (MemoryPlan::stack_slots, format!("slots for open blocks in the plan {name}, two each"))
        }
        Exhausted::BranchEntries => (MemoryPlan::branch_entries, format!("branch entries in the plan {name}")),
        Exhausted::Instruction => return format!("{} tells the plans that execute it", options.check),
        Exhausted::Import => return "--stub MODULE.NAME=VALUE answers it".into(),
        Exhausted::Time => return "a larger --timeout allows more".into(),
        Exhausted::Interrupted => return "the program was running well".into(),
        Exhausted::Cycles => return format!("{cycles} cycles; a larger {} allows more", options.time),
    };
    format!("{} {what}; {}", of(plan), more(plan, of, options))
}

/// The plans that have more of something.
fn more(plan: &MemoryPlan, of: fn(&MemoryPlan) -> u64, options: &Options<'_>) -> String {
    let larger: Vec<String> = (options.plans.iter())
        .filter(|other| of(other) > of(plan))
        .map(|other| format!("{} {} has {}", options.plan, other.name, of(other)))
        .collect();
    if larger.is_empty() { "no plan has more".into() } else { larger.join(", ") }
}
