//! The core as hardware, written in rust-hdl.

pub mod control;
pub mod memory;
pub mod prim;
