//! Formal proofs about the emitted Verilog: `cargo run --release -p tests --bin formal`.
//!
//! ```text
//! tests/formal/NAME.sv  harness: one output `fails_PROPERTY` for each property, and assumptions    properties, harness
//! yosys                 joins it with the emitted Verilog; large memories become arbitrary values   model
//! AIGER                 and-inverter graph with one output for each property
//! yosys-abc             without bound: property-directed reachability; else all runs of a length    solve
//! waves                 of what breaks a property, by a simulation of the graph                     aiger
//! ```

pub mod aiger;
pub mod harness;
pub mod hierarchy;
pub mod model;
pub mod names;
pub mod properties;
pub mod solve;
pub mod table;
pub mod tool;
