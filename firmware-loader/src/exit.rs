//! What a process says to its caller about a call, by its exit status.

use isa::outcome::Stop;

/// Exit statuses of the simulator and the loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The function returned.
    Returned = 0,
    /// Usage, invalid input, no connection.
    Input = 1,
    Trap = 2,
    /// A limit of the machine, or one that the user set.
    Exhausted = 3,
    /// Of the hardware; hardware and model differ.
    Fault = 4,
}

impl Exit {
    pub const fn of_stop(stop: Stop) -> Exit {
        match stop {
            Stop::Trap(_) => Exit::Trap,
            Stop::Exhausted(_) => Exit::Exhausted,
            Stop::Fault(_) => Exit::Fault,
        }
    }

    /// In JSON objects.
    pub const fn word(self) -> &'static str {
        match self {
            Exit::Returned => "return",
            Exit::Input => "error",
            Exit::Trap => "trap",
            Exit::Exhausted => "exhausted",
            Exit::Fault => "fault",
        }
    }

    /// Behind the call in a sentence.
    pub const fn verb(self) -> &'static str {
        match self {
            Exit::Returned => "returned",
            Exit::Input => "failed",
            Exit::Trap => "trapped",
            Exit::Exhausted => "exhausted",
            Exit::Fault => "ended with a fault of the core",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        std::process::ExitCode::from(exit as u8)
    }
}
