//! The float unit's emitted Verilog against `rustc_apfloat`: both variants, every operation. The program `float` tries
//! as many more as there is time for.

use isa::op::Op;
use tests::float::unit::{Unit, Variant};
use tests::float::{EVERY, bits, check, operations, types, vectors};

fn on_both(try_all: impl Fn(&mut Unit)) {
    Variant::ALL.into_iter().for_each(|variant| try_all(&mut Unit::new(variant)));
}

fn agree(unit: &mut Unit, op: Op, (a, b): (u64, u64)) {
    check(unit, op, a, b).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn every_operation_is_the_units() {
    assert_eq!(operations().count(), 66);
}

#[test]
fn every_operation_agrees_on_special_values() {
    on_both(|unit| operations().for_each(|op| vectors::pairs(op, EVERY).for_each(|pair| agree(unit, op, pair))));
}

#[test]
fn every_operation_agrees_on_random_operands() {
    on_both(|unit| {
        let mut random = vectors::Random::new(1);
        for op in operations() {
            (0..500).for_each(|_| agree(unit, op, random.operands(op)));
        }
    });
}

/// The upper half of a 32-bit operand is whatever was there.
#[test]
fn upper_halves_do_not_matter() {
    on_both(|unit| {
        let mut random = vectors::Random::new(2);
        for op in operations().filter(|&op| bits(types(op).0[0]) == 32) {
            for _ in 0..100 {
                let (a, b) = random.operands(op);
                agree(unit, op, (a & 0xffff_ffff | b << 32, b & 0xffff_ffff | !a << 32));
            }
        }
    });
}

#[test]
fn a_reset_abandons_what_runs() {
    on_both(|unit| {
        let mut random = vectors::Random::new(3);
        for op in operations() {
            for cycles in 0..40 {
                let (a, b) = random.operands(op);
                unit.start(op, a, b);
                unit.abandon(cycles);
                assert!(!unit.done_after(cycles % 2), "{op} abandoned after {cycles} cycles");
                let next = operations().nth(cycles as usize % operations().count()).expect("an operation");
                agree(unit, next, random.operands(next));
            }
        }
    });
}
