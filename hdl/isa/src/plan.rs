//! Memory plans: how large each memory of a core is. Every limit that a user can meet is one of these numbers.

use crate::types::TableType;

/// A float unit: both do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatVariant {
    /// Few cells.
    Small,
    /// Few cycles.
    Fast,
}

/// The sizes of one core. All sizes are powers of two, because they are address widths in hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryPlan {
    /// As typed by users: `--plan NAME`.
    pub name: &'static str,
    /// log2 of the code memory in bytes; also the width of pc.
    pub code_log2: u32,
    /// log2 of the number of branch entries.
    pub branch_log2: u32,
    /// log2 of the number of functions, imported ones included.
    pub function_log2: u32,
    /// log2 of the number of 64-bit value-stack slots; globals take the lowest ones.
    pub stack_log2: u32,
    /// log2 of the number of frames, that is, of calls active at once.
    pub frame_log2: u32,
    /// log2 of the linear memory in bytes; passive data segments take what they need from its upper end.
    pub memory_log2: u32,
    /// log2 of the number of elements that a table may grow to; one that is declared larger keeps its size.
    pub table_log2: u32,
    /// Whether the core has the service unit, which executes what `Op::is_service` says.
    pub services: bool,
    /// Which float unit the core has, if any.
    pub float: Option<FloatVariant>,
    /// Whether the core resolves branches and groups by itself. The others are given marks and entries.
    pub resolver: bool,
    /// Whether the core is the compact one, which does the same in more cycles: each instruction is its own group. No
    /// core is that and has a resolver, which forms groups.
    pub compact: bool,
    /// Whether linear memory is single-port RAM: no core has that and the service unit, which reads and writes in one
    /// cycle.
    pub single_port: bool,
}

impl MemoryPlan {
    pub const fn code_bytes(&self) -> u64 {
        1 << self.code_log2
    }
    pub const fn branch_entries(&self) -> u64 {
        1 << self.branch_log2
    }
    pub const fn functions(&self) -> u64 {
        1 << self.function_log2
    }
    pub const fn stack_slots(&self) -> u64 {
        1 << self.stack_log2
    }
    pub const fn frames(&self) -> u64 {
        1 << self.frame_log2
    }
    pub const fn memory_bytes(&self) -> u64 {
        1 << self.memory_log2
    }
    /// How many elements a table of this type can ever have; all of them have value-stack slots.
    pub fn table_capacity(&self, ty: &TableType) -> u64 {
        let growth = ty.limits.min.max(1 << self.table_log2);
        ty.limits.max.map_or(growth, |max| growth.min(max))
    }
}
