//! Alchitry Cu: iCE40 HX8K, 7,680 logic cells, 32 block RAMs, 100 MHz oscillator.

use crate::{BAUD, Board};
use isa::plan::MemoryPlan;

pub const BOARD: Board = Board {
    name: "alchitry-cu",
    device: "hx8k",
    package: "cb132",
    core_mhz: 40,
    baud: BAUD,
    plan: &PLAN,
};

/// 2 KiB of linear memory and 4 KiB of code.
pub const PLAN: MemoryPlan = MemoryPlan {
    name: "alchitry-cu",
    code_log2: 12,
    branch_log2: 8,
    function_log2: 7,
    stack_log2: 8,
    frame_log2: 7,
    memory_log2: 11,
    table_log2: 0,
    services: false,
    resolver: false,
};
