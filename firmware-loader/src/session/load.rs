//! Loading an image.

use super::{LinkError, Session};
use crate::line::Line;
use crate::upload::{Step, Upload};
use isa::wire::{Command, Status, StopPlace};
use std::time::Duration;

/// How far loading is: bytes of the image that are on the board, and all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
    /// Since the first byte was sent; what the board does before and after that is no part of a rate.
    pub time: Duration,
}

/// How often an image is written before its board counts as faulty.
const ATTEMPTS: u32 = 2;

impl<L: Line> Session<L> {
    /// Ends what runs, writes an image and commits it. After an error, the board has no image that it would run.
    pub fn load(&mut self, upload: &Upload, mut progress: impl FnMut(Progress)) -> Result<(), LinkError> {
        self.reset()?;
        let mut attempt = 1;
        loop {
            self.write_image(upload, &mut progress)?;
            match self.step(upload.commit(), StopPlace::BYTES) {
                Err(LinkError::Refused { command: Command::Commit, status: Status::CrcMismatch }) => {}
                result => return result,
            }
            if attempt == ATTEMPTS {
                return Err(LinkError::NotLoaded);
            }
            attempt += 1;
        }
    }

    fn write_image(&mut self, upload: &Upload, progress: &mut impl FnMut(Progress)) -> Result<(), LinkError> {
        let (mut done, total) = (0, upload.bytes());
        if let Some(step) = upload.clear() {
            self.step(step, 0)?;
        }
        let start = self.line.now();
        progress(Progress { done, total, time: Duration::ZERO });
        for step in upload.writes() {
            done += step.bytes;
            self.step(step, 0)?;
            progress(Progress { done, total, time: self.line.now() - start });
        }
        Ok(())
    }

    /// Makes a request whose answer has a payload of `expected` bytes or none.
    fn step(&mut self, step: Step, expected: usize) -> Result<(), LinkError> {
        let work = self.cycles(step.work);
        self.long_request(step.command, step.request, expected, work).map(|_| ())
    }

    /// How long the core takes for so many cycles.
    fn cycles(&self, cycles: u64) -> Duration {
        Duration::from_micros(cycles * 1_000_000 / u64::from(self.board().clock.max(1)))
    }
}
