//! What a core executes by itself, as data. Millicode executes the rest (`millicode`).

use crate::op::{Op, PREFIX, TABLE, Unit};
use crate::plan::CorePlan;

/// Parts of the instruction table for which a core may or may not have a unit; it executes all the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Floating-point arithmetic. Floats are moved, loaded and stored in any case.
    pub float: bool,
    /// Elements of tables, references, indirect calls.
    pub service: bool,
    /// Beside these `memory.size`, `memory.grow`, and what stands behind the prefix: ranges of memory and of tables, and
    /// tables as a whole.
    pub bulk: bool,
}

impl Capabilities {
    /// The whole instruction table.
    pub const ALL: Capabilities = Capabilities { float: true, service: true, bulk: true };

    /// None of them: a core that executes by millicode all that it can.
    pub const NONE: Capabilities = Capabilities { float: false, service: false, bulk: false };

    /// The core of this version for a plan.
    pub const fn of_plan(plan: &CorePlan) -> Capabilities {
        let service = plan.has_service_unit();
        // The unit does not look for blocks of a pool.
        Capabilities { float: plan.has_float_unit(), service, bulk: service && !plan.has_pool() }
    }

    /// Whether the instruction is executed by a unit of the core, not by millicode.
    pub const fn supports(&self, op: Op) -> bool {
        match op.unit() {
            Unit::Float => self.float,
            Unit::Memory => self.bulk,
            Unit::Table if TABLE[op as usize].prefix == PREFIX => self.bulk,
            Unit::Table => self.service,
            // There is nothing that they would be needed for.
            Unit::Privileged => !(self.float && self.service && self.bulk),
            _ => self.service || !matches!(op, Op::CallIndirect | Op::ReturnCallIndirect),
        }
    }
}
