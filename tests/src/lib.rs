//! Checks over the whole of Wafer, and what they share.

pub mod spec;
