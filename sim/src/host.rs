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
    /// First value-stack slot that a call may use.
    pub const STACK_BASE: u32 = 0;
    /// Declared size of linear memory in bytes. Read: its size now.
    pub const MEMORY_BYTES: u32 = 1;
    /// Writing a function index here starts a call from an empty call stack.
    pub const START: u32 = 2;
    /// Writing {slot, number of results << 32} here answers a call of an imported function; the results are in the
    /// slots from the first one on. Read: {function index, slot of the first argument << 32, 1 << 63}, if such a call
    /// waits; otherwise bit 63 is 0.
    pub const RESUME: u32 = 3;
    /// Like [`START`], but the frames of a call in progress stay, which waits at a call of an imported function.
    pub const CALL: u32 = 4;
    /// Slots of the first descriptors: tables in bits 15 to 0, element segments in 31 to 16, data segments in 47 to 32.
    pub const LAYOUT: u32 = 5;
    /// Bytes of memory that the module may use.
    pub const MEMORY_WINDOW: u32 = 6;
    /// Bytes to which the memory may grow, and in bit 63 whether it does so in pages of 2^16 bytes, not of 1.
    pub const MEMORY_MOST: u32 = 7;
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
