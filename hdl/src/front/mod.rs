//! Stages F, A and D: what executes next, and what a group says.

pub mod control;
pub mod decode;
pub mod fetch;
pub mod op_table;
pub mod redirect;
pub mod serial;
