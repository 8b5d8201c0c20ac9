//! What the float unit is told about an operation. Every bit derives from the instruction table.

use isa::op::{Op, Signature, Unit};
use isa::types::ValType;
use rust_hdl::prelude::*;

/// One operation of the float unit. Exactly one of the bits from `add` to `resize` is 1.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct FloatControl {
    /// The operands have 64 bits, the result has.
    pub from_double: Bit,
    pub to_double: Bit,

    /// Add, or subtract.
    pub add: Bit,
    pub multiply: Bit,
    pub divide: Bit,
    pub root: Bit,
    /// Minimum, maximum.
    pub choose: Bit,
    pub compare: Bit,
    /// Changes at most the sign: absolute value, negation, copied sign.
    pub sign: Bit,
    /// Rounds to an integer, as a float.
    pub whole: Bit,
    pub to_integer: Bit,
    pub from_integer: Bit,
    /// Promote, demote.
    pub resize: Bit,

    /// The sign of b counts the other way round; that of a does.
    pub subtract: Bit,
    pub negate: Bit,
    /// The sign is that of b.
    pub copy: Bit,
    pub maximum: Bit,
    /// The comparison holds if invert ^ (less & a < b | equal & a = b). Without order only inequality holds.
    pub less: Bit,
    pub equal: Bit,
    pub invert: Bit,
    pub unequal: Bit,
    /// How to round: to the nearest, else up or down, else toward zero.
    pub nearest: Bit,
    pub upward: Bit,
    pub downward: Bit,
    /// The integer is signed.
    pub signed: Bit,
    /// What is out of range becomes the nearest integer, without a trap.
    pub saturate: Bit,
}

/// The control bits of an instruction, or nothing if it is not one of the float unit's.
pub fn float_control(op: Op) -> Option<FloatControl> {
    let row = op.row();
    let (Unit::Float, Signature::Fixed(&[operand, ..], &[result])) = (row.unit, row.signature) else { return None };
    let wide = |t| matches!(t, ValType::F64 | ValType::I64);
    let mut c = FloatControl {
        from_double: wide(operand),
        to_double: wide(result),
        nearest: true,
        to_integer: matches!(result, ValType::I32 | ValType::I64),
        from_integer: matches!(operand, ValType::I32 | ValType::I64),
        ..FloatControl::default()
    };
    arithmetic(op, &mut c);
    comparison(op, &mut c);
    integers(op, &mut c);
    Some(c)
}

fn arithmetic(op: Op, c: &mut FloatControl) {
    use Op::*;
    c.add = matches!(op, F32Add | F64Add | F32Sub | F64Sub);
    c.subtract = matches!(op, F32Sub | F64Sub);
    c.multiply = matches!(op, F32Mul | F64Mul);
    c.divide = matches!(op, F32Div | F64Div);
    c.root = matches!(op, F32Sqrt | F64Sqrt);
    c.maximum = matches!(op, F32Max | F64Max);
    c.choose = c.maximum || matches!(op, F32Min | F64Min);
    c.negate = matches!(op, F32Neg | F64Neg);
    c.copy = matches!(op, F32Copysign | F64Copysign);
    c.sign = c.negate || c.copy || matches!(op, F32Abs | F64Abs);
    c.resize = matches!(op, F32DemoteF64 | F64PromoteF32);
}

fn comparison(op: Op, c: &mut FloatControl) {
    use Op::*;
    c.unequal = matches!(op, F32Ne | F64Ne);
    c.less = matches!(op, F32Lt | F64Lt | F32Gt | F64Gt | F32Le | F64Le | F32Ge | F64Ge);
    c.equal = c.unequal || matches!(op, F32Eq | F64Eq | F32Le | F64Le | F32Gt | F64Gt);
    c.invert = c.unequal || matches!(op, F32Gt | F64Gt | F32Ge | F64Ge);
    c.compare = c.less || c.equal;
    // A truth value is no integer that is rounded to.
    c.to_integer &= !c.compare;
}

fn integers(op: Op, c: &mut FloatControl) {
    use Op::*;
    c.upward = matches!(op, F32Ceil | F64Ceil);
    c.downward = matches!(op, F32Floor | F64Floor);
    let nearest = matches!(op, F32Nearest | F64Nearest);
    c.whole = c.upward || c.downward || nearest || matches!(op, F32Trunc | F64Trunc);
    c.nearest = nearest || !c.whole;
    c.saturate = op.row().traps.is_empty();
    c.signed = matches!(
        op,
        I32TruncF32S
            | I32TruncF64S
            | I64TruncF32S
            | I64TruncF64S
            | I32TruncSatF32S
            | I32TruncSatF64S
            | I64TruncSatF32S
            | I64TruncSatF64S
            | F32ConvertI32S
            | F32ConvertI64S
            | F64ConvertI32S
            | F64ConvertI64S
    );
}

/// Every instruction of the float unit.
pub fn float_operations() -> impl Iterator<Item = (Op, FloatControl)> {
    isa::op::TABLE.iter().filter_map(|row| Some((row.op, float_control(row.op)?)))
}
