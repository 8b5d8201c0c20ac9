//! Plans for tests: those of users, and the cores of the boards with larger memories.

use boards::{ALCHITRY_CU, ICEBREAKER_LARGE, alchitry_cu_fast, ulx3s_85};
use isa::plan::{CorePlan, Sizes};

/// The core of `alchitry-cu` with its own blocks of memory, but memories as large as those of [`ICEBREAKER_LARGE`].
const ALCHITRY_CU_LARGE: CorePlan = CorePlan {
    name: "alchitry-cu-large",
    sizes: Sizes { block_log2: ALCHITRY_CU.sizes.block_log2, ..ICEBREAKER_LARGE.sizes },
    ..ALCHITRY_CU
};

/// The core of `alchitry-cu-fast` with the same.
const ALCHITRY_CU_FAST_LARGE: CorePlan = CorePlan {
    name: "alchitry-cu-fast-large",
    kind: alchitry_cu_fast::PLAN.kind,
    units: alchitry_cu_fast::PLAN.units,
    ..ALCHITRY_CU_LARGE
};

/// The core of `ulx3s-85` with the same.
const ULX3S_LARGE: CorePlan = CorePlan {
    name: "ulx3s-large",
    sizes: Sizes { block_log2: ulx3s_85::PLAN.sizes.block_log2, ..ICEBREAKER_LARGE.sizes },
    ..ulx3s_85::PLAN
};

/// The cores of the boards, each with larger memories.
pub const LARGE: [CorePlan; 4] = [ALCHITRY_CU_LARGE, ALCHITRY_CU_FAST_LARGE, ICEBREAKER_LARGE, ULX3S_LARGE];

/// The plan with this name, as an option of a command line.
///
/// # Errors
/// Which plans there are.
pub fn plan(name: &str) -> Result<&'static CorePlan, String> {
    let mut plans = boards::PLANS.iter().chain(&LARGE);
    let names = || plans.clone().map(|plan| plan.name).collect::<Vec<_>>().join(", ");
    let unknown = format!("there are {}", names());
    plans.find(|plan| plan.name == name).ok_or(unknown)
}
