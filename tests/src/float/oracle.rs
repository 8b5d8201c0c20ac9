//! What an operation gives, from `rustc_apfloat`, which knows no square roots: those are the host's. Written after the
//! specification (section 4.3.3 and 4.3.4) and the names of the instructions, not after the hardware or the model.

use isa::op::Op;
use isa::outcome::Trap;
use rustc_apfloat::ieee::{Double, Single};
use rustc_apfloat::{Float, FloatConvert, Round, Status};
use std::cmp::Ordering;

/// The result's bits, with canonical NaNs. Of 32-bit operands the low halves count.
pub fn answer(op: Op, a: u64, b: u64) -> Result<u64, Trap> {
    let (result, name) = op.row().name.split_once('.').expect("a type and a name");
    let (single, other_single) = (Single::from_bits((a as u32).into()), Single::from_bits((b as u32).into()));
    let (double, other_double) = (Double::from_bits(a.into()), Double::from_bits(b.into()));
    let parts: Vec<&str> = name.split('_').collect();
    Ok(match (result, parts.as_slice()) {
        ("f32", ["sqrt"]) => canonical(Single::from_bits(f32::from_bits(a as u32).sqrt().to_bits().into())),
        ("f64", ["sqrt"]) => canonical(Double::from_bits(f64::from_bits(a).sqrt().to_bits().into())),
        ("f32", ["demote", "f64"]) => {
            let narrow: Single = double.convert(&mut false).value;
            canonical(narrow)
        }
        ("f64", ["promote", "f32"]) => {
            let wide: Double = single.convert(&mut false).value;
            canonical(wide)
        }
        ("f32", ["convert", from, sign]) => from_integer::<Single>(from, sign, a),
        ("f64", ["convert", from, sign]) => from_integer::<Double>(from, sign, a),
        (to, ["trunc", "f32", sign]) => integer(single, to, sign)?,
        (to, ["trunc", "f64", sign]) => integer(double, to, sign)?,
        (to, ["trunc", "sat", "f32", sign]) => saturated(single, to, sign),
        (to, ["trunc", "sat", "f64", sign]) => saturated(double, to, sign),
        ("f32", _) => arithmetic(name, single, other_single),
        _ => arithmetic(name, double, other_double),
    })
}

fn canonical<F: Float>(value: F) -> u64 {
    let value = if value.is_nan() { F::NAN } else { value };
    value.to_bits() as u64
}

fn arithmetic<F: Float>(name: &str, a: F, b: F) -> u64 {
    let order = a.partial_cmp(&b);
    let sign_of = |value: F, negative| if value.is_negative() == negative { value } else { -value };
    canonical(match name {
        "add" => (a + b).value,
        "sub" => (a - b).value,
        "mul" => (a * b).value,
        "div" => (a / b).value,
        "ceil" => a.round_to_integral(Round::TowardPositive).value,
        "floor" => a.round_to_integral(Round::TowardNegative).value,
        "trunc" => a.round_to_integral(Round::TowardZero).value,
        "nearest" => a.round_to_integral(Round::NearestTiesToEven).value,
        "min" => pick(a, b, order, Ordering::Less),
        "max" => pick(a, b, order, Ordering::Greater),
        // Sign operations keep a NaN's bits.
        "abs" => return sign_of(a, false).to_bits() as u64,
        "neg" => return (-a).to_bits() as u64,
        "copysign" => return sign_of(a, b.is_negative()).to_bits() as u64,
        "eq" => return (order == Some(Ordering::Equal)).into(),
        "ne" => return (order != Some(Ordering::Equal)).into(),
        "lt" => return (order == Some(Ordering::Less)).into(),
        "gt" => return (order == Some(Ordering::Greater)).into(),
        "le" => return matches!(order, Some(Ordering::Less | Ordering::Equal)).into(),
        "ge" => return matches!(order, Some(Ordering::Greater | Ordering::Equal)).into(),
        _ => unreachable!("{name} is an operation"),
    })
}

/// The operand that comes first in this order, in which -0 is less than 0; a NaN if either is.
fn pick<F: Float>(a: F, b: F, order: Option<Ordering>, first: Ordering) -> F {
    match order {
        None => F::NAN,
        Some(Ordering::Equal) if a.is_negative() != b.is_negative() => {
            if a.is_negative() == (first == Ordering::Less) {
                a
            } else {
                b
            }
        }
        Some(order) => {
            if order == first {
                a
            } else {
                b
            }
        }
    }
}

fn from_integer<F: Float>(from: &str, sign: &str, a: u64) -> u64 {
    let value = match (from, sign) {
        ("i32", "s") => (a as i32).into(),
        ("i32", _) => (a as u32).into(),
        (_, "s") => (a as i64).into(),
        _ => i128::from(a),
    };
    F::from_i128(value).value.to_bits() as u64
}

/// The integer and whether it is one of its type.
fn truncate<F: Float>(value: F, to: &str, sign: &str) -> (u64, bool) {
    let width = if to == "i64" { 64 } else { 32 };
    let (bits, status) = match sign {
        "s" => {
            let whole = value.to_i128_r(width, Round::TowardZero, &mut false);
            (whole.value as u64, whole.status)
        }
        _ => {
            let whole = value.to_u128_r(width, Round::TowardZero, &mut false);
            (whole.value as u64, whole.status)
        }
    };
    (bits & (u64::MAX >> (64 - width)), !status.contains(Status::INVALID_OP))
}

fn integer<F: Float>(value: F, to: &str, sign: &str) -> Result<u64, Trap> {
    match truncate(value, to, sign) {
        _ if value.is_nan() => Err(Trap::BadConversion),
        (_, false) => Err(Trap::IntegerOverflow),
        (bits, true) => Ok(bits),
    }
}

fn saturated<F: Float>(value: F, to: &str, sign: &str) -> u64 {
    let highest = if to == "i64" { u64::MAX } else { u32::MAX.into() };
    match (truncate(value, to, sign), value.is_negative(), sign) {
        _ if value.is_nan() => 0,
        ((bits, true), ..) => bits,
        (_, true, "s") => highest ^ highest >> 1,
        (_, true, _) => 0,
        (_, false, "s") => highest >> 1,
        (_, false, _) => highest,
    }
}
