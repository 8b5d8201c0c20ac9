//! The long units against Rust's integer operations, and the full one against its cycle counts.

use super::compact::CompactUnit;
use super::cycles::cycles;
use super::*;
use crate::front::control::{control, supported};
use crate::units::multiply::{DOUBLE_CYCLES, MultiplyUnit, WORD_CYCLES};
use isa::op::{Count, Op, Shift, Signature, Unit};
use isa::outcome::{Stop, Trap};
use isa::types::ValType;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_hdl::core::check_error::check_all;
use rust_hdl::core::simulate::simulate;

const CORNERS: [u64; 22] = [
    0,
    1,
    2,
    3,
    7,
    32,
    63,
    64,
    65,
    0xff,
    0x100,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0001,
    0xffff_fffe,
    0xffff_ffff,
    1 << 32,
    i64::MAX as u64,
    i64::MIN as u64,
    i64::MIN as u64 + 1,
    u64::MAX - 1,
    u64::MAX,
];

/// One of the units.
trait Subject: Block {
    fn set(&mut self, op: Op, a: u64, b: u64);
    fn clock(&mut self, level: Clock);
    fn start(&mut self, start: bool);
    fn reset(&mut self, reset: bool);
    fn done(&self) -> bool;
    /// Result or trap.
    fn ended(&self) -> Result<u64, u8>;
    /// Whether it executes this operation.
    fn executes(op: Op) -> bool;
    /// From `start` to `done`, if it is stated.
    fn cycles(op: Op, a: u64, b: u64) -> Option<u32>;
}

macro_rules! subject {
    ($type:ty, $trap:expr, $executes:expr, $cycles:expr) => {
        impl Subject for $type {
            fn set(&mut self, op: Op, a: u64, b: u64) {
                self.control.next = control(op);
                (self.a.next, self.b.next) = (a.to_bits(), b.to_bits());
            }
            fn clock(&mut self, level: Clock) {
                self.clock.next = level;
            }
            fn start(&mut self, start: bool) {
                self.start.next = start;
            }
            fn reset(&mut self, reset: bool) {
                self.reset.next = reset;
            }
            fn done(&self) -> bool {
                self.done.val()
            }
            fn ended(&self) -> Result<u64, u8> {
                match $trap(self) {
                    0 => Ok(self.result.val().to_u64()),
                    code => Err(code),
                }
            }
            fn executes(op: Op) -> bool {
                $executes(op)
            }
            fn cycles(op: Op, a: u64, b: u64) -> Option<u32> {
                $cycles(op, a, b)
            }
        }
    };
}
subject!(LongUnit, |unit: &LongUnit| unit.trap.val().to_u8(), |op| cycles(op, 0, 0).is_some(), cycles);
subject!(
    CompactUnit,
    |unit: &CompactUnit| unit.trap.val().to_u8(),
    |op: Op| matches!(op.row().unit, Unit::Shift(_)) || LongUnit::executes(op),
    |_, _, _| None
);
subject!(MultiplyUnit, |_| 0, |op: Op| op.row().unit == Unit::Multiply, |op, _, _| Some(if control(op).double {
    DOUBLE_CYCLES
} else {
    WORD_CYCLES
}));

fn unit<T: Subject + Default>() -> T {
    let mut unit = T::default();
    unit.connect_all();
    unit
}

/// Operations of this module with the width of their operands.
fn operations<T: Subject>() -> impl Iterator<Item = (Op, u32)> {
    supported().filter(|&op| T::executes(op)).map(|op| {
        let Signature::Fixed(pops, _) = op.row().signature else { unreachable!("{op} has a fixed signature") };
        (op, if pops[0] == ValType::I64 { 64 } else { 32 })
    })
}

fn clock(unit: &mut impl Subject) {
    for level in [true, false] {
        unit.clock(level.into());
        assert!(simulate(unit, 100), "settles");
    }
}

/// Starts the operation; the operands are gone in the next cycle.
fn start(unit: &mut impl Subject, op: Op, a: u64, b: u64) {
    unit.set(op, a, b);
    unit.start(true);
    assert!(simulate(unit, 100), "settles");
    clock(unit);
    unit.set(op, !a, !b);
    unit.start(false);
    assert!(simulate(unit, 100), "settles");
}

/// Runs the operation to its end: result or trap, and cycles.
fn execute(unit: &mut impl Subject, op: Op, a: u64, b: u64) -> (Result<u64, u8>, u32) {
    start(unit, op, a, b);
    let mut cycles = 1;
    while !unit.done() {
        clock(unit);
        cycles += 1;
        assert!(cycles < 300, "{op} {a:#x} {b:#x} does not end");
    }
    (unit.ended(), cycles)
}

/// Spec section 4.3.2, on operands of 32 or 64 bits.
fn reference(op: Op, bits: u32, a: u64, b: u64) -> Result<u64, u8> {
    let sign = |v: u64| if bits == 64 { v as i64 } else { v as i32 as i64 };
    let zero = |v: u64| if bits == 64 { v } else { v as u32 as u64 };
    let (sa, sb, ua, ub) = (sign(a), sign(b), zero(a), zero(b));
    let smallest = sign(1 << (bits - 1));
    Ok(match op.row().unit {
        Unit::Multiply => ua.wrapping_mul(ub),
        Unit::Divide { .. } if ub == 0 => return Err(Stop::Trap(Trap::DivideByZero).code()),
        Unit::Divide { signed: true, remainder: false } if sa == smallest && sb == -1 => {
            return Err(Stop::Trap(Trap::IntegerOverflow).code());
        }
        Unit::Divide { signed: true, remainder: false } => sa.wrapping_div(sb) as u64,
        Unit::Divide { signed: true, remainder: true } => sa.wrapping_rem(sb) as u64,
        Unit::Divide { signed: false, remainder: false } => ua / ub,
        Unit::Divide { signed: false, remainder: true } => ua % ub,
        Unit::Count(Count::Clz) => (ua.leading_zeros() + bits - 64) as u64,
        Unit::Count(Count::Ctz) => ua.trailing_zeros().min(bits) as u64,
        Unit::Count(Count::Popcnt) => ua.count_ones() as u64,
        Unit::Shift(shift) => {
            let n = b as u32 % bits;
            match shift {
                Shift::Shl => ua << n,
                Shift::ShrS => (sa >> n) as u64,
                Shift::ShrU => ua >> n,
                Shift::Rotl => ua << n | ua.checked_shr(bits - n).unwrap_or(0),
                Shift::Rotr => ua >> n | ua.checked_shl(bits - n).unwrap_or(0),
            }
        }
        _ => unreachable!("{op} is not an operation of the long unit"),
    })
}

fn check<T: Subject>(unit: &mut T, op: Op, bits: u32, a: u64, b: u64) {
    let low = |r: Result<u64, u8>| r.map(|v| if bits == 64 { v } else { v as u32 as u64 });
    let (found, taken) = execute(unit, op, a, b);
    assert_eq!(low(found), low(reference(op, bits, a, b)), "{op} {a:#x} {b:#x}");
    if let Some(stated) = T::cycles(op, a, b) {
        assert_eq!(taken, stated, "cycles of {op} {a:#x} {b:#x}");
    }
}

/// Values of every size, of both signs.
fn value(rng: &mut StdRng) -> u64 {
    let size = rng.random_range(0..64);
    let small = rng.random::<u64>() >> size;
    if rng.random_ratio(1, 3) { small.wrapping_neg() } else { small }
}

fn every_operation_on_corners<T: Subject + Default>() {
    let mut unit = unit::<T>();
    for (op, bits) in operations::<T>() {
        for a in CORNERS {
            for b in CORNERS {
                check(&mut unit, op, bits, a, b);
            }
        }
    }
}

fn every_operation_on_random_operands<T: Subject + Default>() {
    let (mut unit, mut rng) = (unit::<T>(), StdRng::seed_from_u64(1));
    for (op, bits) in operations::<T>() {
        for _ in 0..200 {
            let (a, b) = (value(&mut rng), value(&mut rng));
            check(&mut unit, op, bits, a, b);
        }
    }
}

/// The upper half of a 32-bit operand is whatever was there.
fn upper_halves_do_not_matter<T: Subject + Default>() {
    let (mut unit, mut rng) = (unit::<T>(), StdRng::seed_from_u64(2));
    for (op, bits) in operations::<T>().filter(|&(_, bits)| bits == 32) {
        for _ in 0..50 {
            let (a, b) = (value(&mut rng) as u32 as u64, value(&mut rng) as u32 as u64);
            let high = rng.random::<u64>() << 32;
            check(&mut unit, op, bits, a | high, b | high.rotate_left(7) & !0xffff_ffff);
        }
    }
}

/// Exact quotients, and those next to them.
fn divisions_near_multiples<T: Subject + Default>() {
    let (mut unit, mut rng) = (unit::<T>(), StdRng::seed_from_u64(3));
    for (op, bits) in operations::<T>().filter(|(op, _)| matches!(op.row().unit, Unit::Divide { .. })) {
        for _ in 0..100 {
            let (quotient, divisor) = (value(&mut rng), value(&mut rng));
            let near = rng.random_range(0..3);
            check(&mut unit, op, bits, quotient.wrapping_mul(divisor).wrapping_add(near).wrapping_sub(1), divisor);
        }
    }
}

fn every_number_of_places_and_zeros<T: Subject + Default>() {
    let mut unit = unit::<T>();
    for (op, bits) in operations::<T>() {
        for n in 0..64 {
            match op.row().unit {
                Unit::Shift(_) => check(&mut unit, op, bits, 0x9234_5678_9abc_def1, n | 0xffc0),
                Unit::Count(_) => check(&mut unit, op, bits, 1 << n, 0),
                _ => {}
            }
        }
    }
}

/// An operation is abandoned after each number of cycles in which it does not end; the next one is not disturbed.
fn abandons<T: Subject + Default>(operation: Op, cycles: u32, next: Op) {
    let mut unit = unit::<T>();
    for cycles in 0..cycles {
        start(&mut unit, operation, u64::MAX, 3);
        (0..cycles).for_each(|_| clock(&mut unit));
        assert!(!unit.done(), "after {cycles} cycles");
        unit.reset(true);
        clock(&mut unit);
        unit.reset(false);
        (0..80).for_each(|_| clock(&mut unit));
        assert!(!unit.done(), "after {cycles} cycles");
        check(&mut unit, next, 64, (-77_i64) as u64, 7);
    }
}

fn a_reset_abandons_what_runs<T: Subject + Default>() {
    abandons::<T>(Op::I64DivU, 40, Op::I64DivS);
}

fn a_result_stays_until_the_next_start<T: Subject + Default>() {
    let mut unit = unit::<T>();
    assert_eq!(execute(&mut unit, Op::I32Mul, 6, 7).0.map(|v| v as u32), Ok(42));
    (0..10).for_each(|_| clock(&mut unit));
    assert!(unit.done());
    assert_eq!(unit.ended().map(|v| v as u32), Ok(42));
    start(&mut unit, Op::I32DivU, 1, 0);
    assert!(!unit.done());
}

fn is_complete<T: Subject + Default>() {
    check_all(&unit::<T>()).expect("no unconnected signal, no loop");
    assert!(generate_verilog(&unit::<T>()).contains("module"));
}

#[test]
fn a_reset_abandons_a_multiplication() {
    abandons::<MultiplyUnit>(Op::I64Mul, DOUBLE_CYCLES - 1, Op::I64Mul);
}

/// A module for a unit, with these tests of it.
macro_rules! tests {
    ($module:ident $unit:ident $($name:ident)*) => {
        mod $module {
            $(#[test] fn $name() { super::$name::<super::$unit>() })*
        }
    };
}

/// The tests of both units that divide.
macro_rules! dividing {
    ($($module:ident $unit:ident)*) => {
        $(tests! {
            $module $unit
            every_operation_on_corners
            every_operation_on_random_operands
            upper_halves_do_not_matter
            divisions_near_multiples
            every_number_of_places_and_zeros
            a_reset_abandons_what_runs
            a_result_stays_until_the_next_start
            is_complete
        })*
    };
}
dividing! {
    full LongUnit
    compact CompactUnit
}
tests! {
    multiply MultiplyUnit
    every_operation_on_corners
    every_operation_on_random_operands
    upper_halves_do_not_matter
    is_complete
}
