//! 64-bit floating-point arithmetic (spec section 4.3.3). Rust's operations are those of IEEE 754; NaNs become
//! canonical when they are pushed.

use super::convert;
use crate::stack::Stack;
use isa::op::Op::{self, *};
use isa::outcome::Stop;

#[inline(always)]
pub(super) fn execute(op: Op, s: &mut Stack) -> Result<(), Stop> {
    match op {
        F64Eq => s.binary(|x: f64, y| x == y),
        F64Ne => s.binary(|x: f64, y| x != y),
        F64Lt => s.binary(|x: f64, y| x < y),
        F64Gt => s.binary(|x: f64, y| x > y),
        F64Le => s.binary(|x: f64, y| x <= y),
        F64Ge => s.binary(|x: f64, y| x >= y),
        // Sign operations keep a NaN's payload, so they work on the bits.
        F64Abs => s.unary(|x: u64| x & !SIGN),
        F64Neg => s.unary(|x: u64| x ^ SIGN),
        F64Copysign => s.binary(|x: u64, y| x & !SIGN | y & SIGN),
        F64Ceil => s.unary(f64::ceil),
        F64Floor => s.unary(f64::floor),
        F64Trunc => s.unary(f64::trunc),
        F64Nearest => s.unary(f64::round_ties_even),
        F64Sqrt => s.unary(f64::sqrt),
        F64Add => s.binary(|x: f64, y| x + y),
        F64Sub => s.binary(|x: f64, y| x - y),
        F64Mul => s.binary(|x: f64, y| x * y),
        F64Div => s.binary(|x: f64, y| x / y),
        F64Min => s.binary(min),
        F64Max => s.binary(max),
        _ => convert::execute(op, s),
    }
}

const SIGN: u64 = 1 << 63;

/// A NaN if either is; of two zeros the negative one, if there is one.
fn min(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        f64::from_bits(x.to_bits() | y.to_bits())
    } else if x < y {
        x
    } else {
        y
    }
}

/// A NaN if either is; of two zeros the positive one, if there is one.
fn max(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        f64::from_bits(x.to_bits() & y.to_bits())
    } else if x > y {
        x
    } else {
        y
    }
}
