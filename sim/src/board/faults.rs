//! What goes wrong on a line, from a seed.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;

/// Probabilities for each byte, in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// A bit of it is another.
    pub flip: f64,
    pub lose: f64,
    /// It comes twice.
    pub repeat: f64,
    /// Nothing passes after so many bytes in a direction.
    pub cut: Option<u64>,
    /// The host's bits are longer than the board's, in percent.
    pub skew: f64,
}

/// One direction of a line.
pub struct Channel {
    faults: Faults,
    random: StdRng,
    passed: u64,
}

impl Channel {
    pub fn new(faults: &Faults, seed: u64) -> Channel {
        Channel { faults: *faults, random: StdRng::seed_from_u64(seed), passed: 0 }
    }

    /// Takes a byte and hands over what comes of it.
    pub fn pass(&mut self, byte: u8, out: &mut VecDeque<u8>) {
        self.passed += 1;
        if self.faults.cut.is_some_and(|bytes| self.passed > bytes) || self.random.random_bool(self.faults.lose) {
            return;
        }
        let flipped = if self.random.random_bool(self.faults.flip) { 1 << self.random.random_range(0..8) } else { 0 };
        out.push_back(byte ^ flipped);
        if self.random.random_bool(self.faults.repeat) {
            out.push_back(byte ^ flipped);
        }
    }
}
