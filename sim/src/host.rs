//! The host port: how memories are loaded and read while the core does not run.

/// The address spaces behind the host port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
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
}

/// Addresses in [`Space::Control`].
pub mod control {
    /// First value-stack slot above the globals.
    pub const STACK_BASE: u32 = 0;
    /// Declared size of linear memory in bytes.
    pub const MEMORY_BYTES: u32 = 1;
    /// Writing a function index here starts a call.
    pub const START: u32 = 2;
}

/// One write through the host port. The layout is shared with the C++ shim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Write {
    pub space: u32,
    pub address: u32,
    /// 96 bits, lowest word first.
    pub data: [u32; 3],
}

impl Write {
    pub fn new(space: Space, address: u32, data: u128) -> Write {
        Write { space: space as u32, address, data: [data as u32, (data >> 32) as u32, (data >> 64) as u32] }
    }
}
