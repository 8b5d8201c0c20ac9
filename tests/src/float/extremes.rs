//! The operands with which an operation takes the fewest and the most cycles.

use super::unit::Unit;
use super::{bits, types, vectors};
use hdl::units::Run;
use isa::op::Op;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Steps without a find after which a walk around the best run of all ends.
const PATIENCE: u32 = 20_000;

/// Walks, one after the other.
const WALKS: u64 = 4;

/// The fewest and the most cycles of an operation without a trap: over pairs of special values, so many random
/// operands, and what is near to those found.
pub fn extremes(unit: &mut Unit, op: Op, random: usize) -> Option<(Run, Run)> {
    let mut vectors = vectors::Random::new(1);
    let some = (0..random).map(|_| vectors.operands(op)).collect::<Vec<_>>();
    let mut found: Option<(Run, Run)> = None;
    for operands in vectors::pairs(op, super::EVERY).chain(some) {
        let Some(run) = run(unit, op, operands) else { continue };
        let (best, worst) = found.get_or_insert((run, run));
        if run.0 < best.0 {
            *best = run;
        }
        if run.0 > worst.0 {
            *worst = run;
        }
    }
    let (best, worst) = found?;
    Some((climbs(unit, op, best, |cycles, than| cycles < than), climbs(unit, op, worst, |cycles, than| cycles > than)))
}

/// The cycles that these operands take, unless there is a trap.
pub fn run(unit: &mut Unit, op: Op, (a, b): (u64, u64)) -> Option<Run> {
    let width = u64::MAX >> (64 - bits(types(op).0[0]));
    let operands = (a & width, b & width);
    let (result, cycles) = unit.execute(op, operands.0, operands.1)?;
    result.ok().map(|_| (cycles, operands))
}

/// From one walk's end to the next one's.
fn climbs(unit: &mut Unit, op: Op, from: Run, better: impl Fn(u32, u32) -> bool + Copy) -> Run {
    (1..=WALKS).fold(from, |from, seed| climb(unit, op, from, seed, better))
}

/// Changes operands a little as long as that gives nothing worse.
fn climb(unit: &mut Unit, op: Op, from: Run, seed: u64, better: impl Fn(u32, u32) -> bool) -> Run {
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut best, mut patience) = (from, PATIENCE);
    while patience > 0 {
        patience -= 1;
        let (a, b) = best.1;
        let operands = match rng.random_range(0..3) {
            0 => (near(&mut rng, a), b),
            1 => (a, near(&mut rng, b)),
            _ => (near(&mut rng, a), near(&mut rng, b)),
        };
        let Some(next) = run(unit, op, operands) else { continue };
        if better(next.0, best.0) {
            (best, patience) = (next, PATIENCE);
        } else if next.0 == best.0 {
            best = next;
        }
    }
    best
}

/// With another bit, a little more or less in any place, or without its last places.
fn near(rng: &mut StdRng, value: u64) -> u64 {
    let bit = 1 << rng.random_range(0..u64::BITS);
    match rng.random_range(0..4) {
        0 => value ^ bit,
        1 => value.wrapping_add(bit),
        2 => value.wrapping_sub(bit),
        _ => value >> rng.random_range(0..8),
    }
}
