//! Values as people write and read them.

use isa::types::{NULL_REF, ValType, Value, reference, referent};
use serde::Serialize;

/// Reads an argument of this type: integers in decimal or hexadecimal, signed or unsigned; floats in decimal, or as
/// `bits:` with their bits in hexadecimal; `null` for references, and for those of the host also a number.
pub fn parse(text: &str, ty: ValType) -> Result<Value, String> {
    let wrong = |expected: &str| format!("\"{text}\" is not a value of type {}: expected {expected}", ty.name());
    let bits = match ty {
        ValType::I32 => integer(text, 32)
            .ok_or_else(|| wrong("a number from -2147483648 to 4294967295 (0xffffffff), like 7, -7 or 0x7f"))?,
        ValType::I64 => integer(text, 64)
            .ok_or_else(|| wrong("a number from -9223372036854775808 to 18446744073709551615, like 7, -7 or 0x7f"))?,
        ValType::F32 => float(text, ty)
            .ok_or_else(|| wrong("a number like 1.5, -2e3, inf or nan, or bits in hexadecimal like bits:0x3fc00000"))?,
        ValType::F64 => float(text, ty).ok_or_else(|| {
            wrong("a number like 1.5, -2e3, inf or nan, or bits in hexadecimal like bits:0x3ff8000000000000")
        })?,
        ValType::FuncRef | ValType::ExternRef if text == "null" => NULL_REF,
        ValType::FuncRef => return Err(wrong("null")),
        ValType::ExternRef => {
            text.parse().map(reference).map_err(|_| wrong("null, or a number from 0 to 4294967295"))?
        }
    };
    Ok(Value { ty, bits })
}

/// The value 0 of this type; null for references.
pub fn zero(ty: ValType) -> Value {
    Value { ty, bits: 0 }
}

fn integer(text: &str, width: u32) -> Option<u64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace('_', "");
    let (radix, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(rest) => (16, rest),
        None => (10, digits.as_str()),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = u128::from_str_radix(digits, radix).ok()?;
    let limit = if negative { 1 << (width - 1) } else { (1 << width) - 1 };
    let mask = (1u128 << width) - 1;
    let bits = if negative { magnitude.wrapping_neg() & mask } else { magnitude };
    (magnitude <= limit).then_some(bits as u64)
}

fn float(text: &str, ty: ValType) -> Option<u64> {
    let narrow = ty == ValType::F32;
    if let Some(bits) = text.strip_prefix("bits:") {
        return integer(bits, if narrow { 32 } else { 64 });
    }
    Some(if narrow { text.parse::<f32>().ok()?.to_bits().into() } else { text.parse::<f64>().ok()?.to_bits() })
}

/// Decimal, integers signed.
pub fn decimal(value: Value) -> String {
    match value.ty {
        ValType::I32 => (value.bits as u32 as i32).to_string(),
        ValType::I64 => (value.bits as i64).to_string(),
        ValType::F32 => f32::from_bits(value.bits as u32).to_string(),
        ValType::F64 => f64::from_bits(value.bits).to_string(),
        ValType::FuncRef | ValType::ExternRef => referent(value.bits).map_or("null".into(), |index| index.to_string()),
    }
}

/// The bits of a float; nothing for other types, whose decimal form says all.
pub fn float_bits(value: Value) -> Option<String> {
    match value.ty {
        ValType::F32 => Some(format!("0x{:08x}", value.bits as u32)),
        ValType::F64 => Some(format!("0x{:016x}", value.bits)),
        _ => None,
    }
}

/// A value in JSON: its decimal form as a string, and the bits of floats. Who reads an `f32` as a number gets a double:
/// so it has the digits of that.
#[derive(Clone, Debug, Serialize)]
pub struct ValueObject {
    #[serde(rename = "type")]
    ty: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<String>,
}

impl ValueObject {
    pub fn new(value: Value) -> ValueObject {
        let decimal = match value.ty {
            ValType::F32 => format!("{:?}", f64::from(f32::from_bits(value.bits as u32))),
            ValType::F64 => format!("{:?}", f64::from_bits(value.bits)),
            _ => decimal(value),
        };
        ValueObject { ty: value.ty.name(), value: decimal, bits: float_bits(value) }
    }
}

/// `7 : i32`, floats with their bits.
pub fn typed(value: Value) -> String {
    let bits = float_bits(value).map(|b| format!(" ({b})")).unwrap_or_default();
    format!("{}{bits} : {}", decimal(value), value.ty.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str, ty: ValType) -> Option<u64> {
        parse(text, ty).ok().map(|v| v.bits)
    }

    #[test]
    fn integers_are_signed_or_unsigned_and_in_range() {
        let i32 = |text| bits(text, ValType::I32);
        assert_eq!(i32("-1"), Some(0xffff_ffff));
        assert_eq!(i32("4294967295"), Some(0xffff_ffff));
        assert_eq!(i32("0xFF"), Some(255));
        assert_eq!(i32("-0x80000000"), Some(0x8000_0000));
        assert_eq!(i32("+1_000"), Some(1000));
        for wrong in ["4294967296", "-2147483649", "", "-", "0x", "1.5", "ten", "--1", "+-1", "0x+1"] {
            assert_eq!(i32(wrong), None, "{wrong}");
        }
        assert_eq!(bits("-1", ValType::I64), Some(u64::MAX));
        assert_eq!(bits("18446744073709551615", ValType::I64), Some(u64::MAX));
        assert_eq!(bits("18446744073709551616", ValType::I64), None);
        assert_eq!(bits("999999999999999999999999999999999999999999", ValType::I64), None);
    }

    /// The bits that a message shows are those of 1.5.
    #[test]
    fn a_wrong_float_is_told_bits_of_its_type() {
        for ty in [ValType::F32, ValType::F64] {
            let message = parse("one", ty).unwrap_err();
            let example = message.rsplit(' ').next().expect("has words");
            assert_eq!(decimal(parse(example, ty).unwrap()), "1.5", "{message}");
        }
    }

    #[test]
    fn floats_in_json_are_the_double_that_they_are() {
        let shown = |ty, bits| ValueObject::new(Value { ty, bits }).value;
        assert_eq!(shown(ValType::F32, 0x3dcc_cccd), "0.10000000149011612");
        assert_eq!(shown(ValType::F64, 0x3fb9_9999_9999_999a), "0.1");
        assert_eq!(shown(ValType::F32, 0x4080_0000), "4.0");
    }

    #[test]
    fn floats_are_numbers_or_bits() {
        assert_eq!(bits("1.5", ValType::F32), Some(0x3fc0_0000));
        assert_eq!(bits("bits:0x7fc00001", ValType::F32), Some(0x7fc0_0001));
        assert_eq!(bits("-inf", ValType::F64), Some(f64::NEG_INFINITY.to_bits()));
        assert_eq!(bits("bits:0x1ffffffff", ValType::F32), None);
        assert_eq!(bits("one", ValType::F64), None);
    }

    #[test]
    fn messages_and_output_name_the_type() {
        assert!(parse("x", ValType::I32).unwrap_err().contains("i32"));
        assert_eq!(typed(Value { ty: ValType::I32, bits: 0xffff_fffb }), "-5 : i32");
        assert_eq!(typed(Value { ty: ValType::F32, bits: 0x3fc0_0000 }), "1.5 (0x3fc00000) : f32");
        assert_eq!(typed(zero(ValType::FuncRef)), "null : funcref");
        assert_eq!(typed(parse("7", ValType::ExternRef).unwrap()), "7 : externref");
        assert!(parse("-1", ValType::ExternRef).is_err() && parse("7", ValType::FuncRef).is_err());
    }
}
