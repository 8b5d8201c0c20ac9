//! The fewest and the most cycles of each operation of the float unit, with operands that take them. Tests measure them.

use super::control::{FloatControl, float_control};
use crate::units::{Extremes, Run};
use isa::op::Op;

/// The limits of `op` in the fast unit or the small one; nothing if it is not an operation of the float unit.
pub fn extremes(op: Op, fast: bool) -> Option<Extremes> {
    let c = float_control(op)?;
    let worst = if fast { fast_worst(&c) } else { small_worst(&c) };
    Some(Extremes { best: best(&c), worst, note: note(&c).into() })
}

fn note(c: &FloatControl) -> &'static str {
    match c {
        _ if c.sign | c.compare => "always the same",
        _ if c.choose => "fewer if an operand is NaN",
        _ if c.add => {
            "the distance of the exponents, the leading places that a difference loses, a place that rounding adds; \
             fewest if an operand is infinite or NaN"
        }
        _ if c.multiply | c.divide => {
            "subnormal operands and results; fewest if an operand is 0, infinite or NaN, or b is 0"
        }
        _ if c.root => "subnormal operands; fewest for 0, infinity, NaN and negative numbers",
        _ if c.whole => "the places of the integer; fewest for 0, infinity, NaN and whatever has no fraction",
        _ if c.to_integer => "the places of the integer; fewest for 0",
        _ if c.from_integer => "sign and places of the integer, a place that rounding adds; fewest for 0",
        _ if c.to_double => "subnormal operands; fewest for 0, infinity and NaN",
        _ => "subnormal results, a place that rounding adds; fewest for 0, infinity and NaN",
    }
}

/// Operands with a special result are found in the first phase.
fn best(c: &FloatControl) -> Run {
    let one = number(c, 1.0);
    match c {
        _ if c.compare => (4, (one, one)),
        _ if c.add | c.choose => (2, (number(c, f64::NAN), one)),
        _ => (2, (0, one)),
    }
}

/// The most steps are those of 63 places: seven by 8 and seven by 1. Of the places that a subnormal number has to
/// shift, 23 and 47 take the most.
fn small_worst(c: &FloatControl) -> Run {
    let one = number(c, 1.0);
    let by = |single, double| if c.from_double { double } else { single };
    let subnormal = if c.from_double { 1 << 5 } else { 1 };
    match c {
        _ if c.sign => (2, (one, one)),
        _ if c.compare => (4, (one, one)),
        _ if c.choose => (5, (one, one)),
        // 2^63 - (1 + a last place), rounded to 2^63.
        _ if c.add => (22, (one + 1, opposite(c, 2f64.powi(63)))),
        _ if c.multiply => (by(45, 65), (subnormal, subnormal)),
        // The quotient is as far below the smallest exponent.
        _ if c.divide && !c.from_double => (59, (subnormal, number(c, 1.5 * 2f64.powi(39)))),
        _ if c.divide => (94, (subnormal, 2 * subnormal - 1)),
        _ if c.root => (by(41, 73), (subnormal, 0)),
        _ if c.whole => (35, (number(c, if c.upward { -1.25 } else { 1.25 }), 0)),
        _ if c.to_integer => (by(24, 23), (number(c, 1.25), 0)),
        _ if c.from_integer => {
            let rounds = if c.to_double { 23 } else { 24 };
            (rounds + if c.signed { 2 } else { 0 }, (integer(c, 1), 0))
        }
        _ if c.to_double => (23, (1, 0)),
        _ => (31, (number(c, 2f64.powi(-189)), 0)),
    }
}

/// A shift takes two cycles, however far it is.
fn fast_worst(c: &FloatControl) -> Run {
    let one = number(c, 1.0);
    let by = |single, double| if c.from_double { double } else { single };
    match c {
        // Negated, then normalised.
        _ if c.add => (9, (one, opposite(c, 1.5))),
        _ if c.multiply => (21, (1, 1)),
        _ if c.divide => (by(43, 72), (2, 3)),
        _ if c.root => (by(33, 62), (1, 0)),
        _ if c.whole => (10, (number(c, 1.25), 0)),
        _ if c.to_integer => (7, (number(c, 1.25), 0)),
        _ if c.from_integer => {
            // As many ones that rounding makes a power of two, if the format has not place for all integers.
            let (most, places) = match (c.from_double, c.to_double) {
                (false, true) => (7, 1),
                (_, false) => (8, 25),
                (true, true) => (8, 54),
            };
            (most + if c.signed { 2 } else { 0 }, (integer(c, (1 << places) - 1), 0))
        }
        _ if c.resize && c.to_double => (7, (one, 0)),
        _ if c.resize => (11, (number(c, 2f64.powi(-189)), 0)),
        // Nothing shifts.
        _ => small_worst(c),
    }
}

/// In the format of the operands.
fn number(c: &FloatControl, value: f64) -> u64 {
    if c.from_double { value.to_bits() } else { (value as f32).to_bits().into() }
}

/// The number that makes `add` and `subtract` take the difference of magnitudes.
fn opposite(c: &FloatControl, magnitude: f64) -> u64 {
    number(c, if c.subtract { magnitude } else { -magnitude })
}

/// Negative if the operation knows negative integers.
fn integer(c: &FloatControl, magnitude: u64) -> u64 {
    let value = if c.signed { magnitude.wrapping_neg() } else { magnitude };
    if c.from_double { value } else { value & u64::from(u32::MAX) }
}
