//! The golden model against hand calculations and against wasmi, and the float library against `rustc_apfloat`.

mod calls;
mod limits;
mod millicode;
mod random;
mod records;
mod stacks;
