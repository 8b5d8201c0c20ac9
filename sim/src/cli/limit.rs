//! Limits in words: which one it is, how much there was, and what has more.

use isa::outcome::Exhausted;
use isa::plan::MemoryPlan;

/// What a call that ran into this limit had, and where there is more. `base` is the first slot that calls may use.
pub fn describe(limit: Exhausted, plan: &MemoryPlan, base: u32, cycles: u64) -> String {
    match limit {
        Exhausted::ValueStack => {
            let there = format!("{} value-stack slots in the plan {}, {base} of them for globals and tables", plan.stack_slots(), plan.name);
            format!("{there}; {}", more(plan, MemoryPlan::stack_slots))
        }
        Exhausted::CallStack => {
            let there = format!("{} calls at once in the plan {}", plan.frames(), plan.name);
            format!("{there}; {}", more(plan, MemoryPlan::frames))
        }
        Exhausted::PhysicalMemory => {
            let there = format!("{} bytes of memory in the plan {}", plan.memory_bytes(), plan.name);
            format!("{there}; {}", more(plan, MemoryPlan::memory_bytes))
        }
        Exhausted::LabelStack => {
            let there = format!("{} slots for open blocks in the plan {}, two each", plan.stack_slots(), plan.name);
            format!("{there}; {}", more(plan, MemoryPlan::stack_slots))
        }
        Exhausted::BranchEntries => {
            let there = format!("{} branch entries in the plan {}", plan.branch_entries(), plan.name);
            format!("{there}; {}", more(plan, MemoryPlan::branch_entries))
        }
        Exhausted::Cycles => format!("{cycles} cycles; a larger --max-cycles allows more"),
    }
}

/// The plans that have more of something.
fn more(plan: &MemoryPlan, of: impl Fn(&MemoryPlan) -> u64) -> String {
    let larger: Vec<String> = (boards::PLANS.iter())
        .filter(|other| of(other) > of(plan))
        .map(|other| format!("--plan {} has {}", other.name, of(other)))
        .collect();
    if larger.is_empty() { "no plan has more".into() } else { larger.join(", ") }
}
