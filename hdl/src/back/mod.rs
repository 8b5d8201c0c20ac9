//! Stages X and M, what goes there from D, and the value stack: branches, operands, the ALU, the choice of the result, what is written and retires.

pub mod alu;
pub mod branches;
pub mod execute;
pub mod issue;
pub mod operands;
pub mod stage_x;
pub mod write_back;
