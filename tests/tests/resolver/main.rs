//! The resolver against the software plan.

mod limits;
mod tables;
