//! Operands that are worth trying.

use super::types;
use isa::op::Op;
use isa::types::ValType;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The shape of a floating-point format.
#[derive(Clone, Copy)]
struct Format {
    /// Bits of the fraction and of the exponent.
    fraction: u32,
    exponent: u32,
}

const SINGLE: Format = Format { fraction: 23, exponent: 8 };
const DOUBLE: Format = Format { fraction: 52, exponent: 11 };

impl Format {
    const fn bias(self) -> u64 {
        (1 << (self.exponent - 1)) - 1
    }

    const fn highest(self) -> u64 {
        (1 << self.exponent) - 1
    }

    const fn value(self, negative: bool, exponent: u64, fraction: u64) -> u64 {
        let magnitude = (exponent & self.highest()) << self.fraction | fraction & ((1 << self.fraction) - 1);
        (negative as u64) << (self.fraction + self.exponent) | magnitude
    }

    /// Exponents at which something changes: subnormal and smallest numbers, one, where places become whole numbers,
    /// the ends of the integers, the ends of the other format, the largest numbers, infinity and NaN.
    fn exponents(self) -> Vec<u64> {
        let (bias, places) = (self.bias(), u64::from(self.fraction));
        let integers = [31, 32, 63, 64].iter().flat_map(|&bits| [bias + bits - 1, bias + bits]);
        let edges = [0, 1, 2, bias - 1, bias, bias + 1, bias + places - 1, bias + places, bias + places + 1];
        let ends = (self.highest() - 2)..=self.highest();
        let mut all: Vec<u64> = edges.into_iter().chain(integers).chain(ends).collect();
        if self.exponent > SINGLE.exponent {
            let (lowest, most) = (bias - SINGLE.bias() + 1, bias + SINGLE.bias());
            all.extend([lowest - 24, lowest - 23, lowest - 1, lowest, most, most + 1]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Fractions at the ends, at the middle, and around halves of a last place: of this format, and if it is the wider
    /// one of the other.
    fn fractions(self) -> Vec<u64> {
        let ones = (1 << self.fraction) - 1;
        let half = 1 << (self.fraction - 1);
        let mut all = vec![0, 1, ones, ones - 1, half, half - 1, half + 1];
        if self.fraction > SINGLE.fraction {
            let tie = 1 << (self.fraction - SINGLE.fraction - 1);
            all.extend([tie, tie - 1, tie + 1, 3 * tie, ones - tie, ones - tie + 1]);
        }
        all
    }

    fn special(self) -> Vec<u64> {
        let fractions = self.fractions();
        let values = self.exponents().into_iter().flat_map(|exponent| {
            fractions
                .iter()
                .flat_map(move |&fraction| [false, true].map(|negative| self.value(negative, exponent, fraction)))
        });
        values.collect()
    }
}

fn format(t: ValType) -> Option<Format> {
    match t {
        ValType::F32 => Some(SINGLE),
        ValType::F64 => Some(DOUBLE),
        _ => None,
    }
}

/// Powers of two and their neighbours, of both signs.
fn integers(bits: u32) -> Vec<u64> {
    let near = |power: u32| [-1i64, 0, 1].map(|step| 1u64.wrapping_shl(power).wrapping_add_signed(step));
    let mut all: Vec<u64> = (0..bits).flat_map(near).flat_map(|v| [v, v.wrapping_neg()]).collect();
    // Halves of a last place, of singles and doubles.
    all.extend((24..bits).flat_map(|top| [1 << top | 1 << (top - 24), 1 << top | 3 << (top - 24)]));
    all.extend((53..bits).flat_map(|top| [1 << top | 1 << (top - 53), 1 << top | 3 << (top - 53)]));
    all
}

/// The special values of a type.
pub fn special(t: ValType) -> Vec<u64> {
    match format(t) {
        Some(format) => format.special(),
        None => integers(super::bits(t)),
    }
}

/// Every operand of a unary operation, every pair of a binary one, of special values; of pairs one in `every`.
pub fn pairs(op: Op, every: usize) -> impl Iterator<Item = (u64, u64)> {
    let (operands, _) = types(op);
    let first = special(operands[0]);
    let second = operands.get(1).map_or(vec![0], |&t| special(t));
    let step = if operands.len() == 1 { 1 } else { every };
    let count = first.len() * second.len();
    (0..count).step_by(step).map(move |i| (first[i / second.len()], second[i % second.len()]))
}

/// Random operands, of the classes one after the other.
pub struct Random {
    rng: StdRng,
    class: u32,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { rng: StdRng::seed_from_u64(seed), class: 0 }
    }

    /// Both operands of an operation; a unary one ignores the second.
    pub fn operands(&mut self, op: Op) -> (u64, u64) {
        let t = types(op).0[0];
        self.class += 1;
        let Some(format) = format(t) else { return (self.integer(), 0) };
        let a = self.float(format);
        let b = if self.class.is_multiple_of(2) { self.near(format, a) } else { self.float(format) };
        if self.rng.random() { (a, b) } else { (b, a) }
    }

    /// An integer of any length.
    fn integer(&mut self) -> u64 {
        let value = self.rng.random::<u64>() >> self.rng.random_range(0..64);
        if self.rng.random() { value } else { value.wrapping_neg() }
    }

    /// A fraction of any number of bits at one of its ends, or of all.
    fn fraction(&mut self, format: Format) -> u64 {
        let all = self.rng.random::<u64>() >> (64 - format.fraction);
        let some = self.rng.random_range(0..=format.fraction);
        match self.rng.random_range(0..4) {
            0 => all >> some,
            1 => all >> some << some,
            2 => !(all >> some),
            _ => all,
        }
    }

    fn float(&mut self, format: Format) -> u64 {
        let bias = format.bias();
        let exponent = match self.rng.random_range(0..6) {
            0 => self.rng.random_range(0..=format.highest()),
            1 => self.rng.random_range(0..4),
            2 => self.rng.random_range(format.highest() - 3..=format.highest()),
            // Products and quotients around 1, numbers around integers.
            3 => self.rng.random_range(bias - 4..=bias + 4),
            4 => self.rng.random_range(bias - 2..=bias + 66),
            // Products and quotients at the ends of the range.
            _ => bias / 2 + self.rng.random_range(0..=bias),
        };
        format.value(self.rng.random(), exponent, self.fraction(format))
    }

    /// A number whose exponent is at a given distance, from 0 to beyond the significand, and whose fraction may be
    /// the same but for its last bits.
    fn near(&mut self, format: Format, a: u64) -> u64 {
        let field = a >> format.fraction & format.highest();
        let distance = u64::from(self.class / 2) % u64::from(format.fraction + 5);
        let exponent = if self.rng.random() { field.saturating_add(distance) } else { field.saturating_sub(distance) };
        let fraction = match self.rng.random_range(0..3) {
            0 => a ^ self.rng.random::<u64>() >> self.rng.random_range(32..64),
            1 => a,
            _ => self.fraction(format),
        };
        format.value(self.rng.random(), exponent.min(format.highest()), fraction)
    }
}
