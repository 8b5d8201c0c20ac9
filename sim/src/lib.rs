//! Cycle simulation of the core: the very hardware that goes on a board, run by one of several engines, checked step
//! by step against the golden model.

pub mod board;
pub mod cli;
pub mod debug;
mod digest;
pub mod engine;
pub mod error;
pub mod host;
pub mod import;
pub mod load;
pub mod lockstep;
pub mod machine;
pub mod millicode;
pub mod observe;
pub mod select;
pub mod session;
mod width;
pub mod world;

pub use error::{Error, Result};
pub use firmware_loader::{disassembly, value};
