//! Writes through the host port: how memories are loaded while the core does not run.

pub use isa::host::{Space, control};

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
