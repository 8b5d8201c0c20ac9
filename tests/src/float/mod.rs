//! The float unit by itself, on its emitted Verilog, and the float library, against other implementations of IEEE 754.

pub mod extremes;
pub mod library;
pub mod mutants;
pub mod oracle;
pub mod unit;
pub mod vectors;

use hdl::units::float::control::float_operations;
use isa::op::{Op, Signature};
use isa::outcome::Stop;
use isa::types::ValType;
use std::fmt;
use unit::Unit;

/// Of all pairs of special values the tests take one in so many.
pub const EVERY: usize = 37;

/// Every instruction of the float unit.
pub fn operations() -> impl Iterator<Item = Op> {
    float_operations().map(|(op, _)| op)
}

/// Types of the operands, type of the result.
pub fn types(op: Op) -> (&'static [ValType], ValType) {
    match op.row().signature {
        Signature::Fixed(operands, &[result]) => (operands, result),
        _ => unreachable!("{op} has one result"),
    }
}

/// Bits that a value of this type has.
pub fn bits(t: ValType) -> u32 {
    if matches!(t, ValType::I64 | ValType::F64) { 64 } else { 32 }
}

/// The unit or the library does not do what the reference says.
#[derive(Clone, Debug)]
pub struct Difference {
    pub op: Op,
    pub a: u64,
    pub b: u64,
    pub found: Option<Result<u64, u8>>,
    pub expected: Result<u64, u8>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |outcome: Result<u64, u8>| match outcome {
            Ok(bits) => format!("{bits:#x}"),
            Err(code) => Stop::from_code(code).map_or(format!("stop code {code:#x}"), |stop| stop.to_string()),
        };
        let found = self.found.map_or("no end".into(), said);
        write!(f, "{}({:#x}, {:#x}): {found} instead of {}", self.op, self.a, self.b, said(self.expected))
    }
}

/// Executes one operation and compares; the cycles it took.
pub fn check(unit: &mut Unit, op: Op, a: u64, b: u64) -> Result<u32, Box<Difference>> {
    let outcome = unit.execute(op, a, b);
    compare(op, a, b, outcome.map(|(found, _)| found))?;
    Ok(outcome.map_or(0, |(_, cycles)| cycles))
}

/// Compares a result, of which the low bits that its type has count, or the stop code of a trap.
pub fn compare(op: Op, a: u64, b: u64, found: Option<Result<u64, u8>>) -> Result<(), Box<Difference>> {
    let expected = oracle::answer(op, a, b).map_err(|trap| Stop::Trap(trap).code());
    let width = bits(types(op).1);
    let found = found.map(|outcome| outcome.map(|value| value & (u64::MAX >> (64 - width))));
    if found == Some(expected) { Ok(()) } else { Err(Box::new(Difference { op, a, b, found, expected })) }
}
