//! Stage X and the value stack: operands, the ALU, the choice of the result.

pub mod alu;
pub mod execute;
pub mod operands;
