//! Standard input, output and error output of the program.

use super::wait::{self, Halt};
use crate::interrupt::Interrupt;
use rustix::fd::BorrowedFd;
use std::io::{self, IsTerminal, Read, Write};

/// Most bytes that a pipe which is ready takes at once without waiting (`PIPE_BUF` of Linux).
const PIECE: usize = 4096;

pub enum Input {
    /// That of this process, unbuffered.
    Process,
    Given(Box<dyn Read>),
}

impl Input {
    /// What is there, once there is something; nothing at the end.
    pub fn read(&mut self, bytes: &mut [u8], interrupt: &Interrupt) -> Result<usize, Halt> {
        match self {
            Input::Process => wait::read(rustix::stdio::stdin(), bytes, interrupt),
            Input::Given(input) => Ok(input.read(bytes)?),
        }
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Input::Process) && io::stdin().is_terminal()
    }

    /// What to wait for, if it is not always ready.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        matches!(self, Input::Process).then(rustix::stdio::stdin)
    }
}

pub enum Output {
    /// The standard output of this process.
    Out,
    /// The error output of this process.
    Err,
    /// With whether it is to look like a terminal.
    Given(Box<dyn Write>, bool),
}

impl Output {
    /// Writes all.
    pub fn write(&mut self, bytes: &[u8], interrupt: &Interrupt) -> Result<(), Halt> {
        match self {
            Output::Out => {
                // What this process has said before stands before.
                io::stdout().flush()?;
                pieces(rustix::stdio::stdout(), bytes, interrupt)
            }
            Output::Err => pieces(rustix::stdio::stderr(), bytes, interrupt),
            Output::Given(output, _) => {
                output.write_all(bytes)?;
                Ok(output.flush()?)
            }
        }
    }

    pub fn is_terminal(&self) -> bool {
        match self {
            Output::Out => io::stdout().is_terminal(),
            Output::Err => io::stderr().is_terminal(),
            Output::Given(_, terminal) => *terminal,
        }
    }

    /// What to wait for, if it is not always ready.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Output::Out => Some(rustix::stdio::stdout()),
            Output::Err => Some(rustix::stdio::stderr()),
            Output::Given(..) => None,
        }
    }
}

fn pieces(fd: BorrowedFd<'_>, mut bytes: &[u8], interrupt: &Interrupt) -> Result<(), Halt> {
    while !bytes.is_empty() {
        let count = wait::write(fd, &bytes[..bytes.len().min(PIECE)], interrupt)?;
        bytes = &bytes[count..];
    }
    Ok(())
}
