//! 32-bit integer arithmetic (spec section 4.3.2).

use super::int64;
use crate::stack::Stack;
use isa::op::Op::{self, *};
use isa::outcome::{Stop, Trap};

#[inline(always)]
pub(super) fn execute(op: Op, s: &mut Stack) -> Result<(), Stop> {
    match op {
        I32Eqz => s.unary(|x: u32| x == 0),
        I32Eq => s.binary(|x: u32, y| x == y),
        I32Ne => s.binary(|x: u32, y| x != y),
        I32LtS => s.binary(|x: i32, y| x < y),
        I32LtU => s.binary(|x: u32, y| x < y),
        I32GtS => s.binary(|x: i32, y| x > y),
        I32GtU => s.binary(|x: u32, y| x > y),
        I32LeS => s.binary(|x: i32, y| x <= y),
        I32LeU => s.binary(|x: u32, y| x <= y),
        I32GeS => s.binary(|x: i32, y| x >= y),
        I32GeU => s.binary(|x: u32, y| x >= y),
        I32Clz => s.unary(u32::leading_zeros),
        I32Ctz => s.unary(u32::trailing_zeros),
        I32Popcnt => s.unary(u32::count_ones),
        I32Add => s.binary(u32::wrapping_add),
        I32Sub => s.binary(u32::wrapping_sub),
        I32Mul => s.binary(u32::wrapping_mul),
        I32DivS => s.try_binary(|x: i32, y| quotient(x.checked_div(nonzero(y)?))),
        I32DivU => s.try_binary(|x: u32, y| Ok(x / nonzero(y)?)),
        I32RemS => s.try_binary(|x: i32, y| Ok(x.wrapping_rem(nonzero(y)?))),
        I32RemU => s.try_binary(|x: u32, y| Ok(x % nonzero(y)?)),
        I32And => s.binary(|x: u32, y| x & y),
        I32Or => s.binary(|x: u32, y| x | y),
        I32Xor => s.binary(|x: u32, y| x ^ y),
        // The wrapping shifts take the count modulo the width.
        I32Shl => s.binary(u32::wrapping_shl),
        I32ShrS => s.binary(|x: i32, y| x.wrapping_shr(y as u32)),
        I32ShrU => s.binary(u32::wrapping_shr),
        I32Rotl => s.binary(|x: u32, y| x.rotate_left(y & 31)),
        I32Rotr => s.binary(|x: u32, y| x.rotate_right(y & 31)),
        I32Extend8S => s.unary(|x: u32| x as i8 as i32),
        I32Extend16S => s.unary(|x: u32| x as i16 as i32),
        _ => int64::execute(op, s),
    }
}

#[inline(always)]
pub(super) fn nonzero<T: Default + PartialEq>(divisor: T) -> Result<T, Stop> {
    if divisor == T::default() { Err(Stop::Trap(Trap::DivideByZero)) } else { Ok(divisor) }
}

/// The quotient of a signed division, or that it does not fit.
#[inline(always)]
pub(super) fn quotient<T>(quotient: Option<T>) -> Result<T, Stop> {
    quotient.ok_or(Stop::Trap(Trap::IntegerOverflow))
}
