//! What a board does without a host at power-on: it reads the configuration flash behind its bitstream, and takes what
//! it finds there for what comes over the serial line, until a call begins or the host's line goes low.
//!
//! ```text
//! select_n  ~~~\_______________________________________________
//! clock     ___________/~~~\___/~~~\_ ... _/~~~\___/~~~\_______   mode 0, CYCLES_PER_BIT cycles of the core each
//! command      X c31       X c30          X c0
//! data                                     c0      X d0    X d1   levels of the line, one after the other
//! ```
//!
//! So what is installed are requests of [`crate::wire`] as a host would send them, with pauses while the board is at
//! work, sampled: each bit of the flash is the line's level for so long, the highest bit of a byte first. Erased flash is
//! an idle line. As on a line, what is damaged or cut off does not pass the CRCs, and then no call begins.

use crate::wire::frame::{DELIMITER, Receiver};
use alloc::vec::Vec;

/// Cycles of the core for a bit of the flash.
pub const CYCLES_PER_BIT: u32 = 8;
/// The flash's command that reads from an address of 24 bits on.
const READ: u32 = 0x03;
/// Bits of command and address.
pub const COMMAND_BITS: u32 = 32;
/// Bits of a byte on the line: start, data, stop.
const LINE_BITS: u64 = 10;
/// Bytes of idle line before the first request: the receiver may have taken the first levels for something.
const LEAD: u64 = 4;

/// What is sent to a flash to read from `address` on, the highest bit first.
pub const fn command(address: u32) -> u32 {
    READ << 24 | address & 0xff_ffff
}

/// What is written to a flash, grown byte by byte of the line.
#[derive(Clone, Debug)]
pub struct Recording {
    bytes: Vec<u8>,
    /// Cycles of a bit on the line.
    bit_cycles: u64,
    /// Cycles that have been recorded, and bits of the flash.
    cycles: u64,
    bits: u64,
}

impl Recording {
    /// For a board with so many cycles of the core in a bit on the line.
    pub fn new(bit_cycles: u32) -> Recording {
        let mut recording = Recording { bytes: Vec::new(), bit_cycles: bit_cycles.into(), cycles: 0, bits: 0 };
        recording.pause(LEAD * LINE_BITS * recording.bit_cycles);
        recording.send(&[DELIMITER]);
        recording
    }

    /// These bytes on the line.
    pub fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let levels = 1 << (LINE_BITS - 1) | u64::from(byte) << 1;
            (0..LINE_BITS).for_each(|bit| self.level(levels >> bit & 1 == 1, self.bit_cycles));
        }
    }

    /// An idle line for so many cycles or somewhat longer.
    pub fn pause(&mut self, cycles: u64) {
        self.level(true, cycles.next_multiple_of(self.bit_cycles));
    }

    /// A level for so many cycles: each bit of the flash is that in its middle.
    fn level(&mut self, high: bool, cycles: u64) {
        const PER_BIT: u64 = CYCLES_PER_BIT as u64;
        self.cycles += cycles;
        while self.bits * PER_BIT + PER_BIT / 2 < self.cycles {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(u8::MAX);
            }
            if !high && let Some(last) = self.bytes.last_mut() {
                *last ^= 0x80 >> (self.bits % 8);
            }
            self.bits += 1;
        }
    }

    /// What to write. Behind it the line is idle.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// How many frames a board with so many cycles in a bit finds in what is installed.
pub fn frames(installed: &[u8], bit_cycles: u32) -> usize {
    let level = |cycle: u64| {
        let bit = cycle / u64::from(CYCLES_PER_BIT);
        installed.get((bit / 8) as usize).is_none_or(|byte| byte & 0x80 >> (bit % 8) != 0)
    };
    let (bit, end) = (u64::from(bit_cycles), installed.len() as u64 * 8 * u64::from(CYCLES_PER_BIT));
    let (mut receiver, mut found, mut cycle) = (Receiver::default(), 0, 0);
    while cycle < end {
        if level(cycle) {
            cycle += u64::from(CYCLES_PER_BIT);
            continue;
        }
        let sample = |number: u64| level(cycle + number * bit + bit / 2);
        let byte = (0..8).fold(0, |byte, number| byte | u8::from(sample(number + 1)) << number);
        found += usize::from(sample(LINE_BITS - 1) && matches!(receiver.push(byte), Some(Ok(_))));
        cycle += (LINE_BITS - 1) * bit + bit / 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Command, Request};

    /// Only those of a board with this rate.
    #[test]
    fn frames_are_found_by_who_they_are_for() {
        for bit_cycles in [24, 35, 40, 53] {
            let mut recording = Recording::new(bit_cycles);
            for sequence in 0..5 {
                recording.send(&Request::new(sequence, Command::Status).with((0..sequence).collect()).encode());
                recording.pause(1000);
            }
            let bytes = recording.into_bytes();
            assert_eq!(frames(&bytes, bit_cycles), 5);
            assert_eq!(frames(&bytes, 2 * bit_cycles), 0);
            assert_eq!(frames(&bytes[..bytes.len() / 2], bit_cycles), 2);
        }
        assert_eq!(frames(&[], 40), 0);
        assert_eq!(frames(&[0; 1000], 40), 0);
    }

    /// The line's levels in the middle of each of its bits.
    fn levels(bytes: &[u8], bit_cycles: u32) -> Vec<bool> {
        let flash = |cycle: u32| {
            let bit = cycle / CYCLES_PER_BIT;
            bytes[bit as usize / 8] & 0x80 >> (bit % 8) != 0
        };
        let bits = bytes.len() as u32 * 8 * CYCLES_PER_BIT / bit_cycles;
        (0..bits).map(|bit| flash(bit * bit_cycles + bit_cycles / 2)).collect()
    }

    /// Start bit, data from the lowest bit on, stop bit, found as a receiver does it, for every ratio that a board may have.
    #[test]
    fn bytes_come_back() {
        for bit_cycles in 16..120 {
            let mut recording = Recording::new(bit_cycles);
            recording.send(&[0x5a, 0xff, 0x00]);
            recording.pause(500);
            recording.send(&[0x81]);
            recording.pause(100);
            let levels = levels(&recording.into_bytes(), bit_cycles);
            let (mut at, mut found, mut starts) = (0, Vec::new(), Vec::new());
            while at + 10 <= levels.len() {
                if levels[at] {
                    at += 1;
                    continue;
                }
                let byte = (0..8).fold(0u8, |byte, bit| byte | u8::from(levels[at + 1 + bit]) << bit);
                assert!(levels[at + 9], "a stop bit");
                found.push(byte);
                starts.push(at);
                at += 10;
            }
            assert_eq!(found, [DELIMITER, 0x5a, 0xff, 0x00, 0x81], "{bit_cycles}");
            let waits = 500u64.div_ceil(bit_cycles.into()) as usize;
            assert_eq!(starts, [40, 50, 60, 70, 80 + waits], "{bit_cycles}");
        }
    }

    #[test]
    fn the_command_is_that_of_every_serial_flash() {
        assert_eq!(command(0x04_0000), 0x0304_0000);
    }
}
