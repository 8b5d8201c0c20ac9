//! Primitives: the only hand-written Verilog besides the decoder's table.

pub mod call_ram;
pub mod carry_adder;
pub mod code_ram;
pub mod control_store;
pub mod lane_ram;
pub mod multiplier;
pub mod names;
pub mod octet;
pub mod op_table;
pub mod packed;
pub mod ram;
pub mod record_ram;
pub mod rule_table;
pub mod service_table;
