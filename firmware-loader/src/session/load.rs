//! Loading an image.

use super::{LinkError, Session};
use crate::line::Line;
use crate::upload::Upload;
use isa::host::Space;
use isa::wire::{Command, Request, Status};
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
/// More cycles than any board needs for a byte that it compares and resolves, or for a row that it clears.
const CYCLES_FOR_BYTE: u64 = 64;

impl<L: Line> Session<L> {
    /// Ends what runs, writes an image and commits it. After an error, the board has no image that it would run.
    pub fn load(&mut self, upload: &Upload, mut progress: impl FnMut(Progress)) -> Result<(), LinkError> {
        self.reset()?;
        let mut attempt = 1;
        loop {
            self.write_image(upload, &mut progress)?;
            match self.commit(upload) {
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
        if upload.cleared > 0 {
            let rows = upload.cleared.to_le_bytes()[..3].to_vec();
            let request = Request::new(0, Command::Clear).at(Space::Memory, upload.cleared_from).with(rows);
            let work = self.cycles(u64::from(upload.cleared) * CYCLES_FOR_BYTE);
            self.long_request(Command::Clear, request, 0, work)?;
        }
        let start = self.line.now();
        progress(Progress { done, total, time: Duration::ZERO });
        for block in &upload.blocks {
            let rows = isa::wire::frame::PAYLOAD_MAX / block.space.row_bytes();
            let frames = block.bytes.chunks(rows * block.space.row_bytes());
            for (at, bytes) in (block.first..).step_by(rows).zip(frames) {
                self.store(block.space, at, bytes)?;
                done += bytes.len();
                progress(Progress { done, total, time: self.line.now() - start });
            }
        }
        Ok(())
    }

    fn commit(&mut self, upload: &Upload) -> Result<(), LinkError> {
        let request = Request::new(0, Command::Commit).with(upload.commit.encode());
        let work = self.cycles(upload.compared() as u64 * CYCLES_FOR_BYTE);
        self.long_request(Command::Commit, request, 4, work).map(|_| ())
    }

    /// How long the core takes for so many cycles.
    fn cycles(&self, cycles: u64) -> Duration {
        Duration::from_micros(cycles * 1_000_000 / u64::from(self.board().clock.max(1)))
    }
}
