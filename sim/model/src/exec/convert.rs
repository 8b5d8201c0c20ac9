//! Conversions from and to floats (spec section 4.3.4). The last in the chain of matches.

use crate::stack::Stack;
use isa::op::Op::{self, *};
use isa::outcome::{Fault, Stop, Trap};

#[inline(always)]
pub(super) fn execute(op: Op, s: &mut Stack) -> Result<(), Stop> {
    match op {
        I32TruncF32S => s.try_unary(|x: f32| Ok(truncate(x as f64, I32)? as i32)),
        I32TruncF32U => s.try_unary(|x: f32| Ok(truncate(x as f64, U32)? as u32)),
        I32TruncF64S => s.try_unary(|x: f64| Ok(truncate(x, I32)? as i32)),
        I32TruncF64U => s.try_unary(|x: f64| Ok(truncate(x, U32)? as u32)),
        I64TruncF32S => s.try_unary(|x: f32| Ok(truncate(x as f64, I64)? as i64)),
        I64TruncF32U => s.try_unary(|x: f32| Ok(truncate(x as f64, U64)? as u64)),
        I64TruncF64S => s.try_unary(|x: f64| Ok(truncate(x, I64)? as i64)),
        I64TruncF64U => s.try_unary(|x: f64| Ok(truncate(x, U64)? as u64)),
        // Rust's `as` rounds toward zero, saturates, and takes NaN to 0.
        I32TruncSatF32S => s.unary(|x: f32| x as i32),
        I32TruncSatF32U => s.unary(|x: f32| x as u32),
        I32TruncSatF64S => s.unary(|x: f64| x as i32),
        I32TruncSatF64U => s.unary(|x: f64| x as u32),
        I64TruncSatF32S => s.unary(|x: f32| x as i64),
        I64TruncSatF32U => s.unary(|x: f32| x as u64),
        I64TruncSatF64S => s.unary(|x: f64| x as i64),
        I64TruncSatF64U => s.unary(|x: f64| x as u64),
        // And from integers to the nearest float, ties to even.
        F32ConvertI32S => s.unary(|x: i32| x as f32),
        F32ConvertI32U => s.unary(|x: u32| x as f32),
        F32ConvertI64S => s.unary(|x: i64| x as f32),
        F32ConvertI64U => s.unary(|x: u64| x as f32),
        F64ConvertI32S => s.unary(|x: i32| x as f64),
        F64ConvertI32U => s.unary(|x: u32| x as f64),
        F64ConvertI64S => s.unary(|x: i64| x as f64),
        F64ConvertI64U => s.unary(|x: u64| x as f64),
        F32DemoteF64 => s.unary(|x: f64| x as f32),
        F64PromoteF32 => s.unary(|x: f32| x as f64),
        I32ReinterpretF32 | I64ReinterpretF64 | F32ReinterpretI32 | F64ReinterpretI64 => Ok(()),
        _ => Err(Stop::Fault(Fault::UnknownOpcode)),
    }
}

/// The smallest integer of a type, and the first one above its range: both are exact in a double.
type Range = (f64, f64);
const I32: Range = (-2147483648.0, 2147483648.0);
const U32: Range = (0.0, 4294967296.0);
const I64: Range = (-9223372036854775808.0, 9223372036854775808.0);
const U64: Range = (0.0, 18446744073709551616.0);

fn truncate(x: f64, (least, beyond): Range) -> Result<f64, Stop> {
    let whole = x.trunc();
    if x.is_nan() {
        Err(Stop::Trap(Trap::BadConversion))
    } else if whole < least || whole >= beyond {
        Err(Stop::Trap(Trap::IntegerOverflow))
    } else {
        Ok(whole)
    }
}
