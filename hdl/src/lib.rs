//! The core as hardware, written in rust-hdl.

#![allow(clippy::collapsible_match, reason = "arms of a circuit have no guards")]

pub mod back;
pub mod chip;
pub mod component;
pub mod control;
pub mod core;
pub mod cycles;
pub mod emit;
pub mod front;
pub mod load;
pub mod memory;
pub mod prim;
pub mod signals;
pub mod soc;
pub mod units;
pub mod verilog;
