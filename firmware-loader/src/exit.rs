//! What a process says to its caller about a call, by its exit status.

use isa::outcome::Stop;

/// Exit statuses of the simulator and the loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: the function returned.
    Returned,
    /// The program ended itself with this status. A process passes on its low eight bits, as POSIX has it; 255 if those
    /// are 0 and the status is not, so that no failure looks like success.
    Program(u32),
    /// 1: usage, invalid input, no connection.
    Input,
    /// 2
    Trap,
    /// 3: a limit of the machine, or one that the user set.
    Exhausted,
    /// 4: of the hardware; hardware and model differ.
    Fault,
}

impl Exit {
    pub const fn of_stop(stop: Stop) -> Exit {
        match stop {
            Stop::Trap(_) => Exit::Trap,
            Stop::Exhausted(_) => Exit::Exhausted,
            Stop::Fault(_) => Exit::Fault,
        }
    }

    /// The status of the process.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Returned => 0,
            Exit::Program(status) => low_bits(status),
            Exit::Input => 1,
            Exit::Trap => 2,
            Exit::Exhausted => 3,
            Exit::Fault => 4,
        }
    }

    /// In JSON objects.
    pub const fn word(self) -> &'static str {
        match self {
            Exit::Returned => "return",
            Exit::Program(_) => "exit",
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
            Exit::Program(_) => "exited",
            Exit::Input => "failed",
            Exit::Trap => "trapped",
            Exit::Exhausted => "exhausted",
            Exit::Fault => "ended with a fault of the core",
        }
    }
}

const fn low_bits(status: u32) -> u8 {
    match (status, status as u8) {
        (1.., 0) => u8::MAX,
        (_, low) => low,
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        std::process::ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_of_a_program_looks_like_success() {
        let statuses = [0, 1, 126, 255, 256, 257, 0x100_0000, u32::MAX];
        assert_eq!(statuses.map(low_bits), [0, 1, 126, 255, 255, 1, 255, 255]);
    }
}
