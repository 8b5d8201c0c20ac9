//! Waiting for descriptors of this system, for as long as nobody wants it to end.

use super::errno::Errno;
use crate::interrupt::{Interrupt, TICK};
use isa::outcome::Exhausted;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::{AsFd, BorrowedFd};
use std::io;
use std::time::Duration;

/// Why something that may wait was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The program is told.
    Errno(Errno),
    /// The call ends.
    Stop(Exhausted),
}

impl From<Errno> for Halt {
    fn from(errno: Errno) -> Halt {
        Halt::Errno(errno)
    }
}

impl From<Exhausted> for Halt {
    fn from(why: Exhausted) -> Halt {
        Halt::Stop(why)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Halt {
        Halt::Errno(error.into())
    }
}

impl From<rustix::io::Errno> for Halt {
    fn from(error: rustix::io::Errno) -> Halt {
        Halt::Errno(error.into())
    }
}

/// How many of the descriptors are ready, after waiting no longer than `time` and no longer than [`TICK`].
pub fn poll(fds: &mut [PollFd<'_>], time: Duration, interrupt: &Interrupt) -> Result<usize, Halt> {
    if let Some(why) = interrupt.stop() {
        return Err(why.into());
    }
    let time = time.min(TICK);
    let time = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
    match rustix::event::poll(fds, Some(&time)) {
        Err(rustix::io::Errno::INTR) => Ok(0),
        other => Ok(other?),
    }
}

/// Waits until a descriptor is ready.
pub fn until(fd: BorrowedFd<'_>, flags: PollFlags, interrupt: &Interrupt) -> Result<(), Halt> {
    while poll(&mut [PollFd::from_borrowed_fd(fd, flags)], TICK, interrupt)? == 0 {}
    Ok(())
}

/// Does something with a descriptor once it is ready for it, and again if it was not.
fn when<T>(
    fd: BorrowedFd<'_>,
    flags: PollFlags,
    interrupt: &Interrupt,
    mut act: impl FnMut() -> rustix::io::Result<T>,
) -> Result<T, Halt> {
    loop {
        until(fd, flags, interrupt)?;
        match act() {
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
            other => return Ok(other?),
        }
    }
}

/// Reads what is there, once there is something or the end.
pub fn read(fd: impl AsFd, bytes: &mut [u8], interrupt: &Interrupt) -> Result<usize, Halt> {
    if bytes.is_empty() {
        return Ok(0);
    }
    let fd = fd.as_fd();
    when(fd, PollFlags::IN, interrupt, || rustix::io::read(fd, &mut *bytes))
}

/// Writes a part, once there is room.
pub fn write(fd: impl AsFd, bytes: &[u8], interrupt: &Interrupt) -> Result<usize, Halt> {
    let fd = fd.as_fd();
    when(fd, PollFlags::OUT, interrupt, || rustix::io::write(fd, bytes))
}
