//! What a core executes by itself, as data. Millicode executes the rest (`millicode`).

use crate::op::{Op, Unit};
use crate::plan::CorePlan;

/// Parts of the instruction table for which a core may or may not have a unit; it executes all the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Floating-point arithmetic. Floats are moved, loaded and stored in any case.
    pub float: bool,
    /// Tables, references, `memory.size`, `memory.grow`, bulk memory, indirect calls.
    pub service: bool,
}

impl Capabilities {
    /// The whole instruction table.
    pub const ALL: Capabilities = Capabilities { float: true, service: true };

    /// None of them: a core that executes by millicode all that it can.
    pub const NONE: Capabilities = Capabilities { float: false, service: false };

    /// The core of this version for a plan.
    pub const fn of_plan(plan: &CorePlan) -> Capabilities {
        Capabilities { float: plan.has_float_unit(), service: plan.has_service_unit() }
    }

    /// Whether the instruction is executed by a unit of the core, not by millicode.
    pub const fn supports(&self, op: Op) -> bool {
        match op.unit() {
            Unit::Float => self.float,
            Unit::Memory | Unit::Table => self.service,
            // There is nothing that they would be needed for.
            Unit::Privileged => !(self.float && self.service),
            _ => self.service || !matches!(op, Op::CallIndirect | Op::ReturnCallIndirect),
        }
    }
}
