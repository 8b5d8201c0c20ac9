//! Checks over the whole of Wafer, and what they share.

pub mod calls;
pub mod generated;
pub mod kernels;
pub mod smith;
pub mod spec;
pub mod wasmi_executor;
