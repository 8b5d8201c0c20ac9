//! Stages F, A and D: what executes next, and what a group says.

pub mod control;
pub mod decode;
pub mod extent;
pub mod fetch;
pub mod fetch_unit;
pub mod op_table;
pub mod opcode_rom;
pub mod redirect;
pub mod serial;
pub mod stream;
