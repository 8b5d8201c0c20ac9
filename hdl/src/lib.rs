//! The core as hardware, written in rust-hdl.

pub mod control;
pub mod decode;
pub mod fetch;
pub mod memory;
pub mod operands;
pub mod prim;
pub mod sequencer;
pub mod serial;
