//! The core as hardware, written in rust-hdl.

pub mod alu;
pub mod chip;
pub mod control;
pub mod core;
pub mod cycles;
pub mod decode;
pub mod emit;
pub mod execute;
pub mod fetch;
pub mod float;
pub mod host;
pub mod loading;
pub mod long;
pub mod memory;
pub mod operands;
pub mod prim;
pub mod resolver;
pub mod sequencer;
pub mod serial;
pub mod service;
pub mod signals;
pub mod soc;
pub mod stop_code;
pub mod switch;
pub mod verilog;
