//! A line in memory with a clock of its own: nothing waits, and what goes wrong comes from a seed.

use crate::device::Device;
use firmware_loader::line::Line;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

/// What goes wrong, as probabilities for each byte in each direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    pub flip: f64,
    pub lose: f64,
    pub repeat: f64,
    /// A byte that nobody sent comes before.
    pub noise: f64,
    /// From here to there nothing passes.
    pub cut: Option<(Duration, Duration)>,
    /// Somebody presses the reset button.
    pub reset: Option<Duration>,
}

impl Faults {
    fn cut_at(&self, time: Duration) -> bool {
        self.cut.is_some_and(|(from, to)| from <= time && time < to)
    }
}

/// Bytes on their way, with the times of their arrival.
#[derive(Default)]
struct Way {
    bytes: VecDeque<(Duration, u8)>,
    /// When the last byte arrives.
    busy: Duration,
}

/// A line with a board at its end.
pub struct TestLine {
    pub device: Device,
    pub faults: Faults,
    random: StdRng,
    now: Duration,
    /// How far the board is.
    device_time: Duration,
    there: Way,
    back: Way,
    /// Bytes that the host has sent.
    pub sent: u64,
    /// After so many of them, the line is cut for good.
    pub cut_after: Option<u64>,
}

pub const BAUD: u32 = 1_000_000;
const BYTE: Duration = Duration::from_micros(10);
/// Of the board's core, which is slow, so that calls take longer than frames.
const CYCLE: Duration = Duration::from_micros(40);
/// A session that takes longer hangs.
const MOST: Duration = Duration::from_secs(600);

impl TestLine {
    pub fn new(device: Device, faults: Faults, seed: u64) -> TestLine {
        TestLine {
            device,
            faults,
            random: StdRng::seed_from_u64(seed),
            now: Duration::ZERO,
            device_time: Duration::ZERO,
            there: Way::default(),
            back: Way::default(),
            sent: 0,
            cut_after: None,
        }
    }

    /// Puts bytes on a way from this time on.
    fn transmit(random: &mut StdRng, faults: &Faults, way: &mut Way, from: Duration, bytes: &[u8]) {
        let mut put = |byte: u8| {
            way.busy = way.busy.max(from) + BYTE;
            if !faults.cut_at(way.busy) {
                way.bytes.push_back((way.busy, byte));
            }
        };
        for &byte in bytes {
            if random.random_bool(faults.noise) {
                put(random.random());
            }
            if random.random_bool(faults.lose) {
                continue;
            }
            let flipped = if random.random_bool(faults.flip) { 1 << random.random_range(0..8) } else { 0 };
            put(byte ^ flipped);
            if random.random_bool(faults.repeat) {
                put(byte ^ flipped);
            }
        }
    }

    /// Lets the board work up to this time.
    fn work(&mut self, until: Duration) {
        while let Some(&(time, byte)) = self.there.bytes.front().filter(|(time, _)| *time <= until) {
            self.there.bytes.pop_front();
            self.run(time);
            if let Some(answer) = self.device.take(byte) {
                Self::transmit(&mut self.random, &self.faults, &mut self.back, time, &answer);
            }
        }
        self.run(until);
        assert!(until < MOST, "the session hangs");
    }

    fn run(&mut self, until: Duration) {
        if self.faults.reset.is_some_and(|time| time <= until) {
            self.faults.reset = None;
            self.device.press_reset();
        }
        let cycles = |time: Duration| (time.as_micros() / CYCLE.as_micros()) as u64;
        self.device.run(cycles(until).saturating_sub(cycles(self.device_time)));
        self.device_time = self.device_time.max(until);
    }
}

impl Line for TestLine {
    fn baud(&self) -> u32 {
        BAUD
    }

    fn now(&self) -> Duration {
        self.now
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.work(self.now);
    }

    fn send(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
        let left = self.cut_after.map_or(u64::MAX, |most| most.saturating_sub(self.sent));
        self.sent += bytes.len() as u64;
        let passed = &bytes[..bytes.len().min(left as usize)];
        Self::transmit(&mut self.random, &self.faults, &mut self.there, self.now, passed);
        Ok(bytes.len())
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize> {
        while self.back.bytes.is_empty() && self.now < deadline {
            // The next thing that can happen: a byte reaches the board.
            let next = self.there.bytes.front().map_or(deadline, |&(time, _)| time);
            self.now = self.now.max(next.min(deadline));
            self.work(self.now);
        }
        let mut count = 0;
        while let Some(&(time, byte)) = self.back.bytes.front().filter(|_| count < bytes.len()) {
            if time > deadline || (count > 0 && time > self.now) {
                break;
            }
            self.now = self.now.max(time);
            bytes[count] = byte;
            count += 1;
            self.back.bytes.pop_front();
        }
        if count == 0 {
            self.now = self.now.max(deadline);
        }
        self.work(self.now);
        Ok(count)
    }
}
