//! The loader's line to a virtual board, in the board's time: nothing waits.

use super::Board;
use firmware_loader::line::Line;
use std::io;
use std::time::Duration;

/// A board and the rate that the host assumes.
pub struct BoardLine {
    pub board: Board,
    baud: u32,
}

impl BoardLine {
    pub fn new(board: Board, baud: u32) -> BoardLine {
        BoardLine { board, baud }
    }
}

impl BoardLine {
    /// Lets time pass up to this cycle, or until it is enough.
    fn pass(&mut self, end: u64, enough: impl Fn(&Board) -> bool) {
        while !enough(&self.board) && self.board.cycles() < end {
            if self.board.is_idle() {
                self.board.skip(end);
            } else {
                self.board.run(self.board.sampling);
            }
        }
    }
}

impl Line for BoardLine {
    fn baud(&self) -> u32 {
        self.baud
    }

    fn now(&self) -> Duration {
        self.board.now()
    }

    fn wait(&mut self, time: Duration) {
        self.pass(self.board.cycles() + self.board.cycles_in(time), |_| false);
    }

    fn send(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
        self.board.send(bytes);
        Ok(bytes.len())
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize> {
        self.pass(self.board.cycles_in(deadline), |board| !board.received.is_empty());
        let count = bytes.len().min(self.board.received.len());
        bytes.iter_mut().zip(self.board.received.drain(..count)).for_each(|(to, from)| *to = from);
        Ok(count)
    }
}
