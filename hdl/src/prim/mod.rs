//! Primitives: the only hand-written Verilog besides the decoder's table.

pub mod lane_ram;
pub mod ram;
