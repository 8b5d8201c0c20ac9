//! The ALU against Rust's integer operations.

use super::*;
use crate::front::control::{arity, control, supported};
use isa::op::{Alu as Operation, Op, Shift, Signature, Unit};
use isa::types::ValType;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_hdl::core::check_error::check_all;
use rust_hdl::core::simulate::simulate;

const CORNERS: [u64; 16] = [
    0,
    1,
    2,
    31,
    32,
    33,
    63,
    0x80,
    0x8000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 32,
    i64::MAX as u64,
    i64::MIN as u64,
    u64::MAX,
];

fn alu() -> Alu {
    let mut alu = Alu::default();
    alu.connect_all();
    alu
}

/// Operations of this module with the width of their operands.
fn operations() -> impl Iterator<Item = (Op, bool)> {
    supported().filter_map(|op| {
        let Signature::Fixed(pops, _) = op.row().signature else { return None };
        let long = pops.first() == Some(&ValType::I64);
        match op.row().unit {
            Unit::Alu(_) => Some((op, long)),
            Unit::Shift(_) => (!long).then_some((op, false)),
            _ => None,
        }
    })
}

/// One pass, with the clock edge at its end.
fn pass(alu: &mut Alu, a: u64, b: u64, second: bool) -> (u32, bool) {
    (alu.a.next, alu.b.next, alu.second.next) = ((a as u32).to_bits(), (b as u32).to_bits(), second);
    assert!(simulate(alu, 100), "settles");
    let condition = alu.condition.val().bit();
    let sum = if alu.adds.val() { alu.sum.val().to_u32() } else { 0 };
    let outputs = (sum | alu.rest.val().to_u32() | u32::from(condition), condition);
    for level in [true, false] {
        alu.clock.next = level.into();
        assert!(simulate(alu, 100), "settles");
    }
    outputs
}

/// The operation in as many passes as it takes; the high half as the pipeline makes it.
fn execute(alu: &mut Alu, op: Op, a: u64, b: u64) -> u64 {
    let control = control(op);
    alu.control.next = control;
    let b = if arity(op).binary { b } else { 0 };
    let (low, condition) = pass(alu, a, b, false);
    if !control.wide {
        assert_eq!(condition, control.compare && low == 1, "{op}");
        let extends = control.signed | control.extend8 | control.extend16;
        let high = if !control.fill {
            0
        } else if extends {
            (low as i32 >> 31) as u32
        } else {
            0
        };
        return (high as u64) << 32 | low as u64;
    }
    let (high, condition) = pass(alu, a >> 32, b >> 32, true);
    if control.compare {
        assert_eq!(high, condition as u32, "{op}");
        return high as u64;
    }
    (high as u64) << 32 | low as u64
}

/// Spec section 4.3.2.
fn reference(op: Op, long: bool, a: u64, b: u64) -> u64 {
    use Operation::*;
    let sign = |v: u64| if long { v as i64 } else { v as i32 as i64 };
    let zero = |v: u64| if long { v } else { v as u32 as u64 };
    let (sa, sb, ua, ub) = (sign(a), sign(b), zero(a), zero(b));
    let value = match op.row().unit {
        Unit::Alu(operation) => match operation {
            Add => ua.wrapping_add(ub),
            Sub => ua.wrapping_sub(ub),
            And => ua & ub,
            Or => ua | ub,
            Xor => ua ^ ub,
            Eqz => (ua == 0) as u64,
            Eq => (ua == ub) as u64,
            Ne => (ua != ub) as u64,
            LtS => (sa < sb) as u64,
            LtU => (ua < ub) as u64,
            GtS => (sa > sb) as u64,
            GtU => (ua > ub) as u64,
            LeS => (sa <= sb) as u64,
            LeU => (ua <= ub) as u64,
            GeS => (sa >= sb) as u64,
            GeU => (ua >= ub) as u64,
            Wrap => a as u32 as u64,
            ExtendI32S | Extend32S => a as i32 as u64,
            ExtendI32U => a as u32 as u64,
            Extend8S => a as i8 as u64,
            Extend16S => a as i16 as u64,
        },
        Unit::Shift(shift) => match shift {
            Shift::Shl => (a as u32).wrapping_shl(b as u32) as u64,
            Shift::ShrS => (a as i32).wrapping_shr(b as u32) as u32 as u64,
            Shift::ShrU => (a as u32).wrapping_shr(b as u32) as u64,
            Shift::Rotl => (a as u32).rotate_left(b as u32 % 32) as u64,
            Shift::Rotr => (a as u32).rotate_right(b as u32 % 32) as u64,
        },
        _ => unreachable!("{op} is not an operation of the ALU"),
    };
    let Signature::Fixed(_, pushes) = op.row().signature else { unreachable!("{op} has a fixed signature") };
    if pushes[0] == ValType::I64 { value } else { value as u32 as u64 }
}

fn check(alu: &mut Alu, op: Op, long: bool, a: u64, b: u64) {
    let Signature::Fixed(_, pushes) = op.row().signature else { unreachable!("{op} has a fixed signature") };
    let found = execute(alu, op, a, b);
    let found = if pushes[0] == ValType::I64 { found } else { found as u32 as u64 };
    assert_eq!(found, reference(op, long, a, b), "{op} {a:#x} {b:#x}");
}

#[test]
fn every_operation_on_corners() {
    let mut alu = alu();
    for (op, long) in operations() {
        for a in CORNERS {
            for b in CORNERS {
                check(&mut alu, op, long, a, b);
            }
        }
    }
}

#[test]
fn every_operation_on_random_operands() {
    let (mut alu, mut rng) = (alu(), StdRng::seed_from_u64(1));
    for (op, long) in operations() {
        for _ in 0..300 {
            let (a, b) = (rng.random(), rng.random());
            let b = if rng.random_ratio(1, 4) { a ^ (b & 0x1_0000_0001) } else { b };
            check(&mut alu, op, long, a, b);
        }
    }
}

#[test]
fn every_shift_amount() {
    let mut alu = alu();
    for (op, _) in operations().filter(|(op, _)| matches!(op.row().unit, Unit::Shift(_))) {
        for amount in 0..64 {
            for a in [0x8000_0001, 0x7123_4567, 0xfedc_ba98] {
                check(&mut alu, op, false, a, amount);
            }
        }
    }
}

/// Control bits without an operation of the ALU: addresses, moves.
#[test]
fn adds_by_default() {
    let mut alu = alu();
    alu.control.next = control(Op::I32Load);
    assert_eq!(pass(&mut alu, 0xffff_fff0, 0x30, false), (0x20, false));
}

#[test]
fn br_if_and_if_hold_unless_zero() {
    let mut alu = alu();
    for op in [Op::BrIf, Op::If] {
        alu.control.next = control(op);
        for a in CORNERS {
            assert_eq!(pass(&mut alu, a, 0, false).1, a as u32 != 0, "{op} {a:#x}");
        }
    }
}

#[test]
fn is_complete() {
    check_all(&alu()).expect("no unconnected signal, no loop");
    assert!(generate_verilog(&alu()).contains("module"));
}
