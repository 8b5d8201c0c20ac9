//! Plans for tests: those of users, and the cores of the boards with larger memories.

use boards::ALCHITRY_CU;
pub use boards::ICEBREAKER_LARGE;
use isa::plan::{CorePlan, Sizes};

/// The core of `alchitry-cu` with its own blocks of memory, but memories as large as those of [`ICEBREAKER_LARGE`].
pub const ALCHITRY_CU_LARGE: CorePlan = CorePlan {
    name: "alchitry-cu-large",
    sizes: Sizes { block_log2: ALCHITRY_CU.sizes.block_log2, ..ICEBREAKER_LARGE.sizes },
    ..ALCHITRY_CU
};

/// The plan with this name, as an option of a command line.
///
/// # Errors
/// Which plans there are.
pub fn plan(name: &str) -> Result<&'static CorePlan, String> {
    let mut plans = boards::PLANS.iter().chain(&[ALCHITRY_CU_LARGE, ICEBREAKER_LARGE]);
    let names = || plans.clone().map(|plan| plan.name).collect::<Vec<_>>().join(", ");
    let unknown = format!("there are {}", names());
    plans.find(|plan| plan.name == name).ok_or(unknown)
}
