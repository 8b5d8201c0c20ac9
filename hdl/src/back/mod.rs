//! Stages X and M, and the value stack: operands, the ALU, the choice of the result, what is written and retires.

pub mod alu;
pub mod execute;
pub mod operands;
pub mod write_back;
