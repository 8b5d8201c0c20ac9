//! What a core executes, as data: the loader asks before it loads, without knowing any hardware.

use crate::op::{Op, Unit};

/// Parts of the instruction table that a core may or may not execute; it executes all the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Floating-point arithmetic. Floats are moved, loaded and stored in any case.
    pub float: bool,
    /// `memory.size`, `memory.grow` and bulk memory.
    pub memory: bool,
    pub call_indirect: bool,
}

impl Capabilities {
    /// The core of this version.
    pub const CORE: Capabilities = Capabilities { float: false, memory: false, call_indirect: false };

    /// Whether the instruction is executed.
    pub fn supports(&self, op: Op) -> bool {
        match op.row().unit {
            Unit::Float => self.float,
            Unit::Memory => self.memory,
            _ => op != Op::CallIndirect || self.call_indirect,
        }
    }
}
