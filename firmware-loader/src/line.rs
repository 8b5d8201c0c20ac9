//! The line to a board: bytes in order, with a clock, so that whoever waits knows how long.

use std::io;
use std::time::Duration;

/// A stream of bytes in both directions that may lose, change or add some, but keeps their order.
pub trait Line {
    /// Bits a second. A byte takes ten.
    fn baud(&self) -> u32;

    /// Time since some start.
    fn now(&self) -> Duration;

    /// Lets time pass.
    fn wait(&mut self, time: Duration);

    /// Sends bytes from the front, or hands them to something that does, as soon as it takes some and until
    /// [`Line::now`] is `deadline`. How many; 0 only if it took none.
    fn send(&mut self, bytes: &[u8], deadline: Duration) -> io::Result<usize>;

    /// Takes what has come, or waits for it until [`Line::now`] is `deadline` or later. How many bytes; 0 only if none
    /// came.
    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize>;

    /// How long so many bytes take.
    fn time_of(&self, bytes: usize) -> Duration {
        Duration::from_nanos(bytes as u64 * 10_000_000_000 / u64::from(self.baud().max(1)))
    }
}

impl<L: Line + ?Sized> Line for &mut L {
    fn baud(&self) -> u32 {
        (**self).baud()
    }

    fn now(&self) -> Duration {
        (**self).now()
    }

    fn wait(&mut self, time: Duration) {
        (**self).wait(time);
    }

    fn send(&mut self, bytes: &[u8], deadline: Duration) -> io::Result<usize> {
        (**self).send(bytes, deadline)
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize> {
        (**self).receive(bytes, deadline)
    }
}
