//! The golden model against hand calculations and against wasmi.

mod calls;
mod limits;
mod random;
mod records;
