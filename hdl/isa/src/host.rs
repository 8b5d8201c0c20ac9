//! The host port of a core: the address spaces behind it, and its registers. The link offers the same spaces as rows
//! of bytes.

use crate::plan::CorePlan;

/// The address spaces behind the host port. One address is one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Space {
    /// Registers, see [`control`].
    Control = 0,
    /// Rows of eight code bytes.
    Code = 1,
    /// Rows of eight 4-bit marks.
    Marks = 2,
    /// Packed branch entries.
    Branches = 3,
    /// Packed function entries.
    Functions = 4,
    /// 64-bit value-stack slots; globals take the lowest ones.
    Stack = 5,
    /// Little-endian 32-bit words of linear memory.
    Memory = 6,
    /// Packed frame records, the innermost frame's first. Read only: they tell how a call that stopped or waits got
    /// where it is ([`crate::frame::chain`]). A call of an imported function that waits has a frame.
    Frames = 7,
}

/// Of a linear memory that is a pool of blocks, the bit of a row in [`Space::Memory`] by which it is one of the pool
/// itself, and no address of the module. A write there also makes the block's place free, so the pool is free and 0 when
/// all of it has been cleared.
pub const POOL: u32 = 1 << 23;
/// Bytes of linear memory that the host reaches in such a pool, by the addresses of the module.
pub const REACH: u64 = POOL as u64 * Space::Memory.row_bytes() as u64;

/// Addresses in [`Space::Control`].
pub mod control {
    /// First value-stack slot that a call may use.
    pub const STACK_BASE: u32 = 0;
    /// Declared size of linear memory in bytes. Read: its size now.
    pub const MEMORY_BYTES: u32 = 1;
    /// Slots of the first descriptors: tables in bits 15 to 0, element segments in 31 to 16, data segments in 47 to 32.
    pub const LAYOUT: u32 = 2;
    /// Bytes of memory that the module may use.
    pub const MEMORY_WINDOW: u32 = 3;
    /// Bytes to which the memory may grow, and in bit [`PAGES_BIT`] whether it does so in pages of 2^16 bytes, not of 1.
    pub const MEMORY_MOST: u32 = 4;
    pub const PAGES_BIT: u32 = 63;
    /// Writing `resolution::Resolution::registers` here starts the resolver, in a core that has one. The data have to
    /// stay at the port as long as it works.
    pub const RESOLVE: u32 = 5;
    /// Writing a function index here starts a call from an empty call stack.
    pub const START: u32 = 6;
    /// Writing [`resume`] here answers a call of an imported function; the results are in the slots from the first one
    /// on. Read: {function index, slot of the first argument << 32, 1 << 63}, if such a call waits; otherwise bit 63 is
    /// 0.
    pub const RESUME: u32 = 7;
    /// Like [`START`], but the frames of a call in progress stay, which waits at a call of an imported function.
    pub const CALL: u32 = 8;
    /// Writing here ends a call, running or waiting, with the stop code of `Exhausted::Cycles`. The only write that is
    /// legal while the core runs.
    pub const HALT: u32 = 9;
    /// What an image sets, in this order, one behind the other. The last one is left out for a core without a resolver.
    pub const IMAGE: [u32; 6] = [STACK_BASE, MEMORY_BYTES, LAYOUT, MEMORY_WINDOW, MEMORY_MOST, RESOLVE];
    /// How many registers there are.
    pub const REGISTERS: u32 = 10;

    /// What is written to [`RESUME`]: the first slot of the results and how many there are.
    pub const fn resume(slot: u32, results: usize) -> u128 {
        slot as u128 | (results as u128) << 24
    }
}

impl Space {
    /// In the order of their numbers.
    pub const ALL: &'static [Space] = &[
        Space::Control,
        Space::Code,
        Space::Marks,
        Space::Branches,
        Space::Functions,
        Space::Stack,
        Space::Memory,
        Space::Frames,
    ];

    /// The space with this number.
    pub fn from_code(code: u8) -> Option<Space> {
        Space::ALL.get(usize::from(code)).copied()
    }

    /// Bytes of a row on the link, little endian.
    pub const fn row_bytes(self) -> usize {
        match self {
            Space::Marks | Space::Memory => 4,
            Space::Code | Space::Stack | Space::Frames => 8,
            Space::Control | Space::Branches | Space::Functions => 12,
        }
    }

    /// Rows that a core of this plan has.
    pub const fn rows(self, plan: &CorePlan) -> u32 {
        match self {
            Space::Control => control::REGISTERS,
            Space::Code | Space::Marks => 1 << (plan.sizes.code_log2 - 3),
            Space::Branches => 1 << plan.sizes.branch_log2,
            Space::Functions => 1 << plan.sizes.function_log2,
            Space::Stack => 1 << plan.sizes.stack_log2,
            Space::Memory if plan.has_pool() => 2 * POOL,
            Space::Memory => 1 << (plan.sizes.memory_log2 - 2),
            Space::Frames => 1 << plan.sizes.frame_log2,
        }
    }

    /// In words, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Space::Control => "registers",
            Space::Code => "code",
            Space::Marks => "marks",
            Space::Branches => "branch entries",
            Space::Functions => "function entries",
            Space::Stack => "value stack",
            Space::Memory => "memory",
            Space::Frames => "frames",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_come_back_from_their_numbers() {
        let found: alloc::vec::Vec<_> = (0..=255).filter_map(Space::from_code).collect();
        assert_eq!(found, Space::ALL);
        assert!(found.iter().enumerate().all(|(code, &space)| code == space as usize));
    }
}
