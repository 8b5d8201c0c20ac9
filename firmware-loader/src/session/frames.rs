//! The frames of a call that stopped or waits.

use super::{LinkError, Session};
use crate::line::Line;
use isa::frame::{self, FrameRecord};
use isa::host::Space;
use isa::plan::CorePlan;
use isa::wire::frame::PAYLOAD_MAX;
use std::time::Duration;

/// Rows of one answer.
const PIECE: u32 = (PAYLOAD_MAX / Space::Frames.row_bytes()) as u32;

/// As long as anybody wants to wait for a call chain. A board takes some hundredths of it, a simulated one half.
const READ_WITHIN: Duration = Duration::from_secs(3);

impl<L: Line> Session<L> {
    /// The frames of the last call, which does not run, the innermost first; `None` if the board does not show them.
    pub fn frames(&mut self, plan: &CorePlan) -> Result<Option<Vec<FrameRecord>>, LinkError> {
        if !self.board().can_read(Space::Frames) {
            return Ok(None);
        }
        let rows = Space::Frames.rows(plan);
        let record = |row: &[u8; Space::Frames.row_bytes()]| FrameRecord::unpack(u64::from_le_bytes(*row).into(), plan);
        let piece = |first| match self.read(Space::Frames, first, PIECE.min(rows - first)) {
            Ok(bytes) => bytes.as_chunks().0.iter().map(|row| Ok(record(row))).collect(),
            Err(error) => vec![Err(error)],
        };
        frame::chain((0..rows).step_by(PIECE as usize).flat_map(piece)).map(Some)
    }

    /// Return addresses of the call that ended or waits, the innermost first; none if the board does not show them.
    /// Whatever ended the call does not end this.
    pub fn return_addresses(&mut self, plan: &CorePlan) -> Result<Vec<u32>, LinkError> {
        let frames = self.within(READ_WITHIN, |session| session.frames(plan))?;
        Ok(frames.unwrap_or_default().iter().map(|frame| frame.return_pc).collect())
    }
}
