//! How long the long unit takes.

use isa::op::{Count, Op, Shift, Signature, Unit};
use isa::types::ValType;

/// Cycles from `start` to `done` of an operation of the long unit (1: `done` is high in the next cycle), or nothing if
/// another unit executes the operation. A unary operation ignores `b`.
///
/// | operation            | cycles | 32 bits | 64 bits |
/// |----------------------|--------|---------|---------|
/// | mul                  | 1 + base-4 digits of b, at least 1; 1 more if a carry leaves them | 2 to 18 | 2 to 34 |
/// | div_u, rem_u         | 3 + 8 for each significant byte of a, at least one, + 1 for each other byte | 14 to 35 | 18 to 67 |
/// | div_s, rem_s         | the same for the magnitude of a; if a is negative 2 more, rem_s 4 more | 14 to 39 | 18 to 71 |
/// | division by zero     | 2; if signed and a is negative 4 | | |
/// | clz, ctz             | 2 + bytes up to the one with the first one | 3 to 6 | 3 to 10 |
/// | popcnt               | 2 + bytes | 6 | 10 |
/// | shl, rotl            | 2 + n / 8 + n % 8 / 2, n places | | 2 to 12 |
/// | rotr                 | the same for 64 - n | | 2 to 12 |
/// | shr_s, shr_u         | the same; if n is odd 1 more, and for n + 1 | | 2 to 13 |
pub fn cycles(op: Op, a: u64, b: u64) -> Option<u32> {
    let Signature::Fixed(&[first, ..], _) = op.row().signature else { return None };
    let bits = if first == ValType::I64 { 64 } else { 32 };
    let (a, b) = if bits == 64 { (a, b) } else { (a as u32 as u64, b as u32 as u64) };
    match op.row().unit {
        Unit::Multiply => Some(1 + multiply(b)),
        Unit::Divide { signed, remainder } => Some(divide(bits, signed, remainder, a, b)),
        Unit::Count(Count::Popcnt) => Some(2 + bits / 8),
        Unit::Count(Count::Clz) => Some(2 + (a.leading_zeros() - (64 - bits) + 8).min(bits) / 8),
        Unit::Count(Count::Ctz) => Some(2 + (a.trailing_zeros() + 8).min(bits) / 8),
        Unit::Shift(shift) if bits == 64 => Some(2 + places(shift, b as u32 % 64)),
        _ => None,
    }
}

/// The digits 0, 1, 2 and -1 that make up the multiplier, in base 4.
fn multiply(b: u64) -> u32 {
    let (mut rest, mut digits) = (b as u128, 0);
    while rest != 0 || digits == 0 {
        rest = (rest + (rest % 4 == 3) as u128) / 4;
        digits += 1;
    }
    digits
}

fn divide(bits: u32, signed: bool, remainder: bool, a: u64, b: u64) -> u32 {
    let negative = signed && a >> (bits - 1) == 1;
    let negation = 2 * negative as u32;
    if b == 0 {
        return 2 + negation;
    }
    let magnitude = if negative { a.wrapping_neg() << (64 - bits) >> (64 - bits) } else { a };
    let bytes = (64 - magnitude.leading_zeros()).div_ceil(8).max(1);
    let skipped = bits / 8 - bytes;
    3 + skipped + 8 * bytes + if remainder { 2 * negation } else { negation }
}

fn places(shift: Shift, n: u32) -> u32 {
    let steps = |n: u32| n / 8 + n % 8 / 2;
    match shift {
        Shift::Shl | Shift::Rotl => steps(n),
        Shift::Rotr => steps(64 - n),
        Shift::ShrS | Shift::ShrU => steps(n + n % 2) + n % 2,
    }
}
