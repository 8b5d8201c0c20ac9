//! How long the long unit takes.

use crate::front::control::control;
use crate::units::Extremes;
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

/// Its limits for an operation, or nothing if another unit executes it.
pub fn extremes(op: Op) -> Option<Extremes> {
    let pairs = operands().flat_map(|a| operands().map(move |b| (a, b))).filter(|&(_, b)| !may_trap(op, b));
    let timed = pairs.filter_map(|(a, b)| Some((cycles(op, a, b)?, (a, b))));
    let best = timed.clone().min_by_key(|&(time, _)| time)?;
    let worst = timed.max_by_key(|&(time, _)| time)?;
    Some(Extremes { best, worst, note: note(op, 1 + best.0) })
}

/// What decides how long it is in stage X; `best` is the fewest cycles there.
fn note(op: Op, best: u32) -> String {
    let bytes = if control(op).double { 8 } else { 4 };
    match op.row().unit {
        Unit::Multiply => format!("{} + base-4 digits of the second operand", best - 1),
        Unit::Divide { signed: false, .. } => format!("{} + {DIVIDED} for each byte of the dividend", best - DIVIDED),
        Unit::Divide { remainder: false, .. } => {
            "unsigned, of the magnitude; 2 more if the dividend is negative".into()
        }
        Unit::Divide { .. } => "unsigned, of the magnitude; 4 more if the dividend is negative".into(),
        Unit::Count(Count::Popcnt) => format!("{} + bytes", best - bytes),
        Unit::Count(_) => format!("{} + bytes up to the one that has the first 1", best - 1),
        Unit::Shift(Shift::ShrS | Shift::ShrU) => "as `i64.shl` by p places, if p is odd by p + 1 and 1 more".into(),
        _ => format!("{best} + p / 8 + p % 8 / 2 for p places; `rotr` 64 - p"),
    }
}

/// What a division takes longer for each significant byte of the dividend: eight steps instead of one to skip it.
const DIVIDED: u32 = 7;

/// Operands, among them the cheapest and the dearest of every operation.
fn operands() -> impl Iterator<Item = u64> + Clone {
    (0..64).chain([1 << 31, u32::MAX.into(), 1 << 63, u64::MAX])
}

/// Whether a division by `b` may trap; a time with such a divisor is reached with another one, too.
fn may_trap(op: Op, b: u64) -> bool {
    let minus_one = if control(op).double { u64::MAX } else { u32::MAX.into() };
    matches!(op.row().unit, Unit::Divide { .. }) && (b & minus_one == 0 || b & minus_one == minus_one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::front::control::supported;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn a_division_takes_as_much_longer_for_each_byte() {
        for (op, bytes) in [(Op::I32DivU, 4), (Op::I64RemU, 8)] {
            let Extremes { best, worst, .. } = extremes(op).unwrap();
            assert_eq!(worst.0, best.0 + DIVIDED * (bytes - 1), "{op}");
        }
    }

    #[test]
    fn no_operands_are_cheaper_or_dearer_than_the_extremes() {
        let mut rng = StdRng::seed_from_u64(1);
        for op in supported() {
            let Some(Extremes { best, worst, .. }) = extremes(op) else { continue };
            for _ in 0..20_000 {
                let mut operand = || rng.random::<u64>() >> rng.random_range(0..64);
                let (a, b) = (operand(), operand());
                let time = cycles(op, a, b).unwrap();
                let trap = may_trap(op, b);
                assert!(trap || (best.0..=worst.0).contains(&time), "{op:?}({a:#x}, {b:#x}): {time}");
            }
        }
    }
}
