//! ULX3S with an ECP5-25F, or a 12F, which is the same die: 24,288 LUTs, 56 block RAMs, 28 multipliers.

use crate::family::Family;
use crate::family::ecp5::Ecp5;
use crate::{Board, ulx3s_85};
use isa::plan::{CorePlan, Sizes};

pub const BOARD: Board = Board {
    name: "ulx3s-25",
    family: Family::Ecp5(Ecp5 { device: "25k", ..ulx3s_85::PART }),
    plan: &PLAN,
    ..ulx3s_85::BOARD
};

/// The core of `ulx3s-85` with 32 KiB of linear memory and 16 KiB of code.
pub const PLAN: CorePlan = CorePlan {
    name: "ulx3s-25",
    sizes: Sizes {
        code_log2: 14,
        branch_log2: 10,
        function_log2: 8,
        stack_log2: 10,
        frame_log2: 8,
        memory_log2: 15,
        ..ulx3s_85::PLAN.sizes
    },
    ..ulx3s_85::PLAN
};
