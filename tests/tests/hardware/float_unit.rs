//! The float unit's emitted Verilog against `rustc_apfloat`: both variants, every operation. The program `float` tries
//! as many more as there is time for.

use hdl::units::Extremes;
use hdl::units::float::cycles::extremes;
use isa::op::Op;
use tests::float::extremes::run as cycles;
use tests::float::unit::{Unit, Variant};
use tests::float::{EVERY, bits, check, operations, types, vectors};

/// Random operands whose cycles are counted.
const RANDOM: usize = 2_000;

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

/// What `hdl::units::float::cycles` says of each operation, on its operands and on others.
#[test]
fn no_operation_takes_fewer_or_more_cycles_than_its_limits() {
    for variant in Variant::ALL {
        let mut unit = Unit::new(variant);
        let mut random = vectors::Random::new(4);
        for op in operations() {
            let Extremes { best, worst, .. } =
                extremes(op, variant == Variant::Fast).expect("an operation of the unit");
            for run in [best, worst] {
                assert_eq!(cycles(&mut unit, op, run.1), Some(run), "{op} in the unit {variant:?}");
            }
            let some: Vec<_> = (0..RANDOM).map(|_| random.operands(op)).collect();
            for pair in vectors::pairs(op, EVERY).chain(some) {
                let Some((cycles, (a, b))) = cycles(&mut unit, op, pair) else { continue };
                let within = best.0 <= cycles && cycles <= worst.0;
                assert!(within, "{op}({a:#x}, {b:#x}) in the unit {variant:?}: {cycles} cycles");
            }
        }
    }
}
