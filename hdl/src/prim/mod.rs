//! Primitives: the only hand-written Verilog besides the decoder's table.

pub mod ram;
