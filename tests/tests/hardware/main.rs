//! The core on the emitted Verilog: what it does, in how many cycles, and what is left after it.

mod bounds;
mod cycles;
mod decoder;
mod engines;
mod float_unit;
mod formal;
mod growth;
mod kernels;
mod konata;
mod lines;
mod profile;
mod random;
mod regress;
mod stacks;
mod stalls;
mod stops;
