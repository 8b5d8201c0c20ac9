//! What a core executes, as data: the loader asks before it loads, without knowing any hardware.

use crate::op::{Op, Unit};
use crate::plan::CorePlan;

/// Parts of the instruction table that a core may or may not execute; it executes all the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Floating-point arithmetic. Floats are moved, loaded and stored in any case.
    pub float: bool,
    /// Service instructions (`Op::is_service`): tables, references, `memory.size`, `memory.grow`, bulk memory, indirect
    /// and tail calls.
    pub service: bool,
}

impl Capabilities {
    /// The whole instruction table.
    pub const ALL: Capabilities = Capabilities { float: true, service: true };

    /// The core of this version for a plan.
    pub const fn of_plan(plan: &CorePlan) -> Capabilities {
        Capabilities { float: plan.has_float_unit(), service: plan.has_service_unit() }
    }

    /// What may stand in the code that a core for a plan is loaded with, executed or not: a resolver does not get past
    /// service instructions that its core does not execute.
    pub const fn loadable(plan: &CorePlan) -> Capabilities {
        Capabilities { float: true, service: plan.has_service_unit() || !plan.has_resolver() }
    }

    /// Whether the instruction is executed.
    pub fn supports(&self, op: Op) -> bool {
        match op.row().unit {
            Unit::Float => self.float,
            _ => self.service || !op.is_service(),
        }
    }
}
