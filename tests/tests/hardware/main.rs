//! The core on the emitted Verilog: what it does, in how many cycles, and what is left after it.

mod cycles;
mod decoder;
mod engines;
mod kernels;
mod random;
mod regress;
mod stalls;
mod stops;
