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

impl Line for BoardLine {
    fn baud(&self) -> u32 {
        self.baud
    }

    fn now(&self) -> Duration {
        self.board.now()
    }

    fn wait(&mut self, time: Duration) {
        self.board.run(self.board.cycles_in(time));
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.board.send(bytes);
        Ok(())
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize> {
        let end = self.board.cycles_in(deadline);
        while self.board.received.is_empty() && self.board.cycles() < end {
            self.board.run(self.board.sampling);
        }
        let count = bytes.len().min(self.board.received.len());
        bytes.iter_mut().zip(self.board.received.drain(..count)).for_each(|(to, from)| *to = from);
        Ok(count)
    }
}
