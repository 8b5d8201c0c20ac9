//! Checks over the whole of Wafer, and what they share.

pub mod bench;
pub mod calls;
pub mod differential;
mod enrich;
pub mod float;
pub mod formal;
pub mod generated;
pub mod kernels;
pub mod netlist;
pub mod on_board;
pub mod plans;
pub mod program;
pub mod regress;
pub mod resolver;
pub mod say;
pub mod sections;
pub mod served;
pub mod setting;
pub mod smith;
pub mod soak;
pub mod spec;
pub mod standalone;
mod statements;
pub mod tools;
pub mod trouble;
pub mod wasmi_executor;
