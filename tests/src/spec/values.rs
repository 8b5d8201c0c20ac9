//! Arguments and expected results of scripts.

use firmware_loader::value::typed;
use isa::types::{NULL_REF, ValType, Value, reference};
use wast::core::{AbstractHeapType, HeapType, NanPattern, WastArgCore, WastRetCore};
use wast::{WastArg, WastRet};

/// The value of a script's argument; `None` for types that are not handled.
pub fn argument(arg: &WastArg<'_>) -> Option<Value> {
    let WastArg::Core(arg) = arg else { return None };
    let (ty, bits) = match arg {
        WastArgCore::I32(x) => (ValType::I32, *x as u32 as u64),
        WastArgCore::I64(x) => (ValType::I64, *x as u64),
        WastArgCore::F32(x) => (ValType::F32, x.bits as u64),
        WastArgCore::F64(x) => (ValType::F64, x.bits),
        WastArgCore::RefExtern(x) => (ValType::ExternRef, reference(*x)),
        WastArgCore::RefNull(ty) => (reference_type(ty)?, NULL_REF),
        _ => return None,
    };
    Some(Value { ty, bits })
}

fn reference_type(ty: &HeapType<'_>) -> Option<ValType> {
    match ty {
        HeapType::Abstract { ty: AbstractHeapType::Func, .. } => Some(ValType::FuncRef),
        HeapType::Abstract { ty: AbstractHeapType::Extern, .. } => Some(ValType::ExternRef),
        _ => None,
    }
}

/// Whether these are the results that a script expects.
pub fn all_match(found: &[Value], expected: &[WastRet<'_>]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| matches(*f, e))
}

fn matches(found: Value, expected: &WastRet<'_>) -> bool {
    let WastRet::Core(expected) = expected else { return false };
    matches_core(found, expected)
}

fn matches_core(found: Value, expected: &WastRetCore<'_>) -> bool {
    let is_ref = matches!(found.ty, ValType::FuncRef | ValType::ExternRef);
    let null = is_ref && found.bits == NULL_REF;
    match expected {
        WastRetCore::I32(x) => found == (Value { ty: ValType::I32, bits: *x as u32 as u64 }),
        WastRetCore::I64(x) => found == (Value { ty: ValType::I64, bits: *x as u64 }),
        WastRetCore::F32(pattern) => {
            let pattern = map(pattern, |x| x.bits as u64);
            found.ty == ValType::F32 && matches_float(found.bits, pattern, 0x7fff_ffff, 0x7fc0_0000)
        }
        WastRetCore::F64(pattern) => {
            let pattern = map(pattern, |x| x.bits);
            found.ty == ValType::F64 && matches_float(found.bits, pattern, i64::MAX as u64, 0x7ff8_0000_0000_0000)
        }
        WastRetCore::RefNull(ty) => null && ty.is_none_or(|ty| reference_type(&ty) == Some(found.ty)),
        WastRetCore::RefExtern(None) => found.ty == ValType::ExternRef && !null,
        WastRetCore::RefExtern(Some(x)) => found == (Value { ty: ValType::ExternRef, bits: reference(*x) }),
        WastRetCore::RefFunc(None) => found.ty == ValType::FuncRef && !null,
        WastRetCore::Either(choices) => choices.iter().any(|choice| matches_core(found, choice)),
        _ => false,
    }
}

/// A float pattern, as bits.
enum Pattern {
    Canonical,
    Arithmetic,
    Bits(u64),
}

fn map<T>(pattern: &NanPattern<T>, bits: impl Fn(&T) -> u64) -> Pattern {
    match pattern {
        NanPattern::CanonicalNan => Pattern::Canonical,
        NanPattern::ArithmeticNan => Pattern::Arithmetic,
        NanPattern::Value(value) => Pattern::Bits(bits(value)),
    }
}

/// `magnitude` is all but the sign, `quiet` the exponent and the top bit of the payload: the canonical NaN.
fn matches_float(found: u64, pattern: Pattern, magnitude: u64, quiet: u64) -> bool {
    match pattern {
        Pattern::Canonical => found & magnitude == quiet,
        Pattern::Arithmetic => found & quiet == quiet,
        Pattern::Bits(bits) => found == bits,
    }
}

/// Values, for people.
pub fn text(values: &[Value]) -> String {
    format!("({})", values.iter().map(|&value| typed(value)).collect::<Vec<_>>().join(", "))
}

/// Results that a script expects, likewise.
pub fn expected_text(expected: &[WastRet<'_>]) -> String {
    let one = |expected: &WastRet<'_>| match expected {
        WastRet::Core(expected) => core_text(expected),
        _ => "a result of a component".into(),
    };
    format!("({})", expected.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn core_text(expected: &WastRetCore<'_>) -> String {
    let float = |ty: ValType, pattern| match pattern {
        Pattern::Canonical => format!("the canonical NaN : {}", ty.name()),
        Pattern::Arithmetic => format!("an arithmetic NaN : {}", ty.name()),
        Pattern::Bits(bits) => typed(Value { ty, bits }),
    };
    match expected {
        WastRetCore::I32(x) => typed(Value { ty: ValType::I32, bits: *x as u32 as u64 }),
        WastRetCore::I64(x) => typed(Value { ty: ValType::I64, bits: *x as u64 }),
        WastRetCore::F32(pattern) => float(ValType::F32, map(pattern, |x| x.bits as u64)),
        WastRetCore::F64(pattern) => float(ValType::F64, map(pattern, |x| x.bits)),
        WastRetCore::RefNull(_) => "null".into(),
        WastRetCore::RefExtern(Some(x)) => typed(Value { ty: ValType::ExternRef, bits: reference(*x) }),
        WastRetCore::RefExtern(None) => "an externref".into(),
        WastRetCore::RefFunc(_) => "a funcref".into(),
        WastRetCore::Either(choices) => choices.iter().map(core_text).collect::<Vec<_>>().join(" or "),
        _ => "a value of a type that there is not here".into(),
    }
}
