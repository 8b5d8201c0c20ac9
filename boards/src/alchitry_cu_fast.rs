//! Alchitry Cu with a core that leaves the search for the targets of branches to the loader: fewer cells, and a higher
//! clock.

use crate::{Board, alchitry_cu};
use isa::plan::{CoreKind, CorePlan, Units};

pub const BOARD: Board = Board { name: "alchitry-cu-fast", core_hz: 53_125_000, plan: &PLAN, ..alchitry_cu::BOARD };

/// The core of `alchitry-cu` without its resolver.
pub const PLAN: CorePlan = CorePlan {
    name: "alchitry-cu-fast",
    kind: CoreKind::Full { resolver: false },
    units: Units { wide_immediates: true, ..alchitry_cu::PLAN.units },
    ..alchitry_cu::PLAN
};
