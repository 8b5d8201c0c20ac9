//! 32-bit floating-point arithmetic (spec section 4.3.3). Rust's operations are those of IEEE 754; NaNs become
//! canonical when they are pushed.

use super::float64;
use crate::stack::Stack;
use isa::op::Op::{self, *};
use isa::outcome::Stop;

#[inline(always)]
pub(super) fn execute(op: Op, s: &mut Stack) -> Result<(), Stop> {
    match op {
        F32Eq => s.binary(|x: f32, y| x == y),
        F32Ne => s.binary(|x: f32, y| x != y),
        F32Lt => s.binary(|x: f32, y| x < y),
        F32Gt => s.binary(|x: f32, y| x > y),
        F32Le => s.binary(|x: f32, y| x <= y),
        F32Ge => s.binary(|x: f32, y| x >= y),
        // Sign operations keep a NaN's payload, so they work on the bits.
        F32Abs => s.unary(|x: u32| x & !SIGN),
        F32Neg => s.unary(|x: u32| x ^ SIGN),
        F32Copysign => s.binary(|x: u32, y| x & !SIGN | y & SIGN),
        F32Ceil => s.unary(f32::ceil),
        F32Floor => s.unary(f32::floor),
        F32Trunc => s.unary(f32::trunc),
        F32Nearest => s.unary(f32::round_ties_even),
        F32Sqrt => s.unary(f32::sqrt),
        F32Add => s.binary(|x: f32, y| x + y),
        F32Sub => s.binary(|x: f32, y| x - y),
        F32Mul => s.binary(|x: f32, y| x * y),
        F32Div => s.binary(|x: f32, y| x / y),
        F32Min => s.binary(min),
        F32Max => s.binary(max),
        _ => float64::execute(op, s),
    }
}

const SIGN: u32 = 1 << 31;

/// A NaN if either is; of two zeros the negative one, if there is one.
fn min(x: f32, y: f32) -> f32 {
    if x.is_nan() || y.is_nan() {
        f32::NAN
    } else if x == y {
        f32::from_bits(x.to_bits() | y.to_bits())
    } else if x < y {
        x
    } else {
        y
    }
}

/// A NaN if either is; of two zeros the positive one, if there is one.
fn max(x: f32, y: f32) -> f32 {
    if x.is_nan() || y.is_nan() {
        f32::NAN
    } else if x == y {
        f32::from_bits(x.to_bits() & y.to_bits())
    } else if x > y {
        x
    } else {
        y
    }
}
