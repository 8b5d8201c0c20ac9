//! What a program has of the host, as data, for another run to go on with it.

use super::Wasi;
use rand::Rng;
use serde::{Deserialize, Serialize};

/// The program's time, how far its random numbers are, and the LEDs that it has lit. What it has read of its input is
/// read, and files do not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Nanoseconds since its start.
    time: u64,
    /// Words of random numbers.
    drawn: u64,
    leds: Option<u32>,
}

impl Wasi {
    /// What another run needs.
    ///
    /// # Errors
    /// The program has more than can be kept; says what.
    pub fn keep(&self) -> Result<Kept, String> {
        if !self.descriptors.are_those_of_the_start() {
            return Err("the program has files or directories open, or has closed what it began with".into());
        }
        Ok(Kept { time: self.clock.now(), drawn: self.drawn, leds: self.leds })
    }

    /// Goes on with what was kept of a host with the same options.
    pub fn resume(&mut self, kept: &Kept) {
        self.clock.resume(kept.time);
        (0..kept.drawn).for_each(|_| _ = self.random.next_u32());
        (self.drawn, self.leds) = (kept.drawn, kept.leds);
    }
}
