//! 64-bit integer arithmetic and conversions between the widths (spec sections 4.3.2 and 4.3.4).

use super::float32;
use super::int32::{nonzero, quotient};
use crate::stack::Stack;
use isa::op::Op::{self, *};
use isa::outcome::Stop;

#[inline(always)]
pub(super) fn execute(op: Op, s: &mut Stack) -> Result<(), Stop> {
    match op {
        I64Eqz => s.unary(|x: u64| x == 0),
        I64Eq => s.binary(|x: u64, y| x == y),
        I64Ne => s.binary(|x: u64, y| x != y),
        I64LtS => s.binary(|x: i64, y| x < y),
        I64LtU => s.binary(|x: u64, y| x < y),
        I64GtS => s.binary(|x: i64, y| x > y),
        I64GtU => s.binary(|x: u64, y| x > y),
        I64LeS => s.binary(|x: i64, y| x <= y),
        I64LeU => s.binary(|x: u64, y| x <= y),
        I64GeS => s.binary(|x: i64, y| x >= y),
        I64GeU => s.binary(|x: u64, y| x >= y),
        I64Clz => s.unary(u64::leading_zeros),
        I64Ctz => s.unary(u64::trailing_zeros),
        I64Popcnt => s.unary(u64::count_ones),
        I64Add => s.binary(u64::wrapping_add),
        I64Sub => s.binary(u64::wrapping_sub),
        I64Mul => s.binary(u64::wrapping_mul),
        I64DivS => s.try_binary(|x: i64, y| quotient(x.checked_div(nonzero(y)?))),
        I64DivU => s.try_binary(|x: u64, y| Ok(x / nonzero(y)?)),
        I64RemS => s.try_binary(|x: i64, y| Ok(x.wrapping_rem(nonzero(y)?))),
        I64RemU => s.try_binary(|x: u64, y| Ok(x % nonzero(y)?)),
        I64And => s.binary(|x: u64, y| x & y),
        I64Or => s.binary(|x: u64, y| x | y),
        I64Xor => s.binary(|x: u64, y| x ^ y),
        I64Shl => s.binary(|x: u64, y| x.wrapping_shl(y as u32)),
        I64ShrS => s.binary(|x: i64, y| x.wrapping_shr(y as u32)),
        I64ShrU => s.binary(|x: u64, y| x.wrapping_shr(y as u32)),
        I64Rotl => s.binary(|x: u64, y| x.rotate_left((y & 63) as u32)),
        I64Rotr => s.binary(|x: u64, y| x.rotate_right((y & 63) as u32)),
        I64Extend8S => s.unary(|x: u64| x as i8 as i64),
        I64Extend16S => s.unary(|x: u64| x as i16 as i64),
        I64Extend32S => s.unary(|x: u64| x as i32 as i64),
        I32WrapI64 => s.unary(|x: u64| x as u32),
        I64ExtendI32S => s.unary(|x: i32| x as i64),
        I64ExtendI32U => s.unary(|x: u32| x as u64),
        _ => float32::execute(op, s),
    }
}
