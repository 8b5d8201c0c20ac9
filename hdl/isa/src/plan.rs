//! Plans of cores: what a core is, and how large its memories are. Every limit that a user can meet is one of these
//! numbers.

use crate::memory::ADDRESSABLE;
use crate::types::TableType;

/// One core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorePlan {
    /// As typed by users: `--plan NAME`.
    pub name: &'static str,
    pub sizes: Sizes,
    pub kind: CoreKind,
    pub units: Units,
    pub memory: LinearMemory,
}

/// How large the memories of a core are: powers of two, because they are address widths in hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
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
    /// log2 of the linear memory in bytes; where no millicode reads them, passive data segments take
    /// what they need from its upper end.
    pub memory_log2: u32,
    /// If linear memory is a pool of blocks, log2 of the bytes of a block: an aligned range of addresses, which takes a
    /// part of the pool when something is first written to it. Otherwise memory is there from address 0 on.
    pub block_log2: Option<u32>,
    /// log2 of the number of elements that a table may grow to; one that is declared larger keeps its size.
    pub table_log2: u32,
}

/// How a core executes: all kinds do the same, in different cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoreKind {
    /// Groups of instructions.
    Full {
        /// Whether the core resolves branches and groups by itself. The others are given marks and entries.
        resolver: bool,
    },
    /// Few cells and more cycles: each instruction is its own group. It has no resolver, which would form larger ones.
    Compact,
}

/// The units that a core has beside those of every core. The service unit is not among them: whether there is one
/// depends on [`LinearMemory`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    pub float: Option<FloatVariant>,
    pub multiplier: Multiplier,
    /// Whether a full core takes a chunk of a long immediate at once, not byte by byte.
    pub wide_immediates: bool,
}

/// How a core multiplies integers: all do the same, in different cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplier {
    /// In the long unit, a few bits a cycle.
    Serial,
    /// Words in DSP blocks, 64 bits in the long unit.
    Words,
    /// All of them in DSP blocks.
    Doubles,
}

/// A float unit: both do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatVariant {
    /// Few cells.
    Small,
    /// Few cycles.
    Fast,
}

/// The RAM that linear memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinearMemory {
    /// A cycle either reads or writes.
    SinglePort,
    /// A cycle reads and writes.
    DualPort {
        /// Whether the core has the service unit, which needs both ports. What it executes,
        /// `Capabilities` says.
        service: bool,
    },
}

impl CorePlan {
    pub const fn code_bytes(&self) -> u64 {
        1 << self.sizes.code_log2
    }
    pub const fn branch_entries(&self) -> u64 {
        1 << self.sizes.branch_log2
    }
    pub const fn functions(&self) -> u64 {
        1 << self.sizes.function_log2
    }
    pub const fn stack_slots(&self) -> u64 {
        1 << self.sizes.stack_log2
    }
    pub const fn frames(&self) -> u64 {
        1 << self.sizes.frame_log2
    }
    pub const fn memory_bytes(&self) -> u64 {
        1 << self.sizes.memory_log2
    }
    /// Whether linear memory is a pool of blocks.
    pub const fn has_pool(&self) -> bool {
        self.sizes.block_log2.is_some()
    }
    /// Blocks of the pool; 0 if there is none.
    pub const fn blocks(&self) -> u64 {
        match self.sizes.block_log2 {
            Some(block) => self.memory_bytes() >> block,
            None => 0,
        }
    }
    /// Bytes from address 0 on that may be accessed if they are declared.
    pub const fn address_bytes(&self) -> u64 {
        if self.has_pool() { ADDRESSABLE } else { self.memory_bytes() }
    }
    /// How many elements a table may grow to, if it is not declared larger.
    pub const fn table_growth(&self) -> u64 {
        1 << self.sizes.table_log2
    }
    /// How many elements a table of this type can ever have; all of them have value-stack slots.
    pub fn table_capacity(&self, ty: &TableType) -> u64 {
        let growth = ty.limits.min.max(self.table_growth());
        ty.limits.max.map_or(growth, |max| growth.min(max))
    }

    pub const fn is_compact(&self) -> bool {
        matches!(self.kind, CoreKind::Compact)
    }
    /// Whether the core resolves branches and groups by itself.
    pub const fn has_resolver(&self) -> bool {
        matches!(self.kind, CoreKind::Full { resolver: true })
    }
    /// Whether what comes late in a cycle decides last, and all else is prepared for that: more cells, and a higher clock.
    /// Beside a resolver the FPGAs that gain by it have no room.
    pub const fn prepares(&self) -> bool {
        matches!(self.kind, CoreKind::Full { resolver: false })
    }
    pub const fn has_float_unit(&self) -> bool {
        self.units.float.is_some()
    }
    pub const fn has_service_unit(&self) -> bool {
        matches!(self.memory, LinearMemory::DualPort { service: true })
    }
    /// Whether linear memory is single-port RAM.
    pub const fn has_single_port_memory(&self) -> bool {
        matches!(self.memory, LinearMemory::SinglePort)
    }
}
