//! Primitives: memories, and the smallest blocks. All other hand-written Verilog is that of the tables.

pub mod call_ram;
pub mod carry_adder;
pub mod code_ram;
pub mod fold;
pub mod lane_ram;
pub mod late;
pub mod multiplier;
pub mod names;
pub mod octet;
pub mod packed;
pub mod ram;
pub mod record_ram;
pub mod stop_code;
pub mod stream_ram;
pub mod switch;
pub mod table;
pub mod tag_ram;
