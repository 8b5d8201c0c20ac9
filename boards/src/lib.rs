//! Boards and memory plans, as data.

use isa::plan::MemoryPlan;

/// The simulator's default: large memories, so that any reasonable module runs.
pub const SIM_LARGE: MemoryPlan = MemoryPlan {
    name: "sim-large",
    code_log2: 18,
    branch_log2: 16,
    function_log2: 14,
    stack_log2: 16,
    frame_log2: 12,
    memory_log2: 26,
};

/// Alchitry Cu: iCE40 HX8K, 32 block RAMs.
pub const ALCHITRY_CU: MemoryPlan = MemoryPlan {
    name: "alchitry-cu",
    code_log2: 12,
    branch_log2: 8,
    function_log2: 7,
    stack_log2: 8,
    frame_log2: 7,
    memory_log2: 11,
};

/// Every plan.
pub const PLANS: &[MemoryPlan] = &[SIM_LARGE, ALCHITRY_CU];

/// The plan with this name.
pub fn plan(name: &str) -> Option<&'static MemoryPlan> {
    PLANS.iter().find(|p| p.name == name)
}
