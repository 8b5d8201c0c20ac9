//! What can go wrong between host and board.

use isa::outcome::{Exhausted, Stop};
use isa::wire::{Command, Status, StopPlace, VERSION};
use std::fmt;

/// An end of a session that is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The serial ports cannot be listed.
    Ports(String),
    /// The serial port cannot be opened.
    Open { path: String, reason: String },
    /// The line is gone.
    Line(String),
    /// Another program has the serial port.
    InUse(String),
    /// Nothing at all came from the port.
    Silent,
    /// Something came from the port that is no answer of a board: its first bytes.
    Stranger(Vec<u8>),
    /// Nothing that is an answer came, however often the request was repeated.
    NoAnswer { command: Command, attempts: u32 },
    /// The board speaks another version of the wire.
    Version(u8),
    /// The board is another one, or has another core: what it is, and what was expected.
    WrongBoard { found: String, expected: String },
    /// The board refuses a request.
    Refused { command: Command, status: Status },
    /// An answer that is intact and means nothing: what was wrong with it.
    Meaningless { command: Command, what: String },
    /// After loading, the memories hold something else.
    NotLoaded,
    /// The board's resolver refuses the code.
    CodeRefused(StopPlace),
    /// The board has lost its image since it was loaded: it was reset, or somebody else has loaded it.
    Lost,
    /// The core waits for the host to execute a function that the module does not import; the call was halted.
    NotImported(u32),
    /// The call did not even end when it was halted.
    DoesNotHalt,
    /// The module of the self-test cannot be loaded on this board, or lacks something.
    Selftest(String),
    /// The user does not want to wait any longer.
    Stopped(Exhausted),
    /// The same, but the board did not say in time that the call has ended.
    NotHalted(Exhausted),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Ports(reason) => write!(f, "cannot list the serial ports: {reason}"),
            LinkError::Open { path, reason } => write!(
                f,
                "cannot open {path}: {reason}; `firmware-loader devices` lists the ports that there are, and on Linux \
                 their users are those of the group `dialout`"
            ),
            LinkError::Line(reason) => write!(f, "the line to the board is gone: {reason}; is it still plugged in?"),
            LinkError::InUse(path) => {
                write!(f, "{path} is in use by another program: close it there; on Linux, `fuser -v {path}` names it")
            }
            LinkError::Silent => f.write_str(
                "nothing answers at this port: is the board plugged in and is this its port (an iCEBreaker and an \
                 Alchitry Cu have two, of which the second is the one), is Wafer on it (`make -C synth flash`), is \
                 --baud that of its core?",
            ),
            LinkError::Stranger(heard) => write!(
                f,
                "what talks at this port is no board with Wafer, or --baud is wrong: instead of an answer came \"{}\"",
                heard.escape_ascii()
            ),
            LinkError::NoAnswer { command, attempts } => write!(
                f,
                "no answer to `{}` in {attempts} attempts: the line is cut or very noisy; nothing that was loaded in \
                 part can run, so begin again",
                command.name()
            ),
            LinkError::Version(found) => write!(
                f,
                "the board speaks version {found} of the wire, this program version {VERSION}: use the one that comes \
                 with the bitstream"
            ),
            LinkError::WrongBoard { found, expected } => {
                write!(f, "the board is {found}, but expected was {expected}: name it with --board, or flash it again")
            }
            LinkError::Refused { command, status } => {
                let help = match status {
                    Status::Busy => "wait for it, or end it with `firmware-loader halt`",
                    Status::NotValid => "load a module first",
                    _ => "this program and the bitstream do not fit each other",
                };
                write!(f, "the board refuses `{}`: {}; {help}", command.name(), status.name())
            }
            LinkError::Meaningless { command, what } => {
                write!(f, "the answer to `{}` means nothing: {what}", command.name())
            }
            LinkError::NotLoaded => f.write_str(
                "the memories of the board hold something else than was written: its core or its memories are faulty",
            ),
            LinkError::CodeRefused(place) => {
                let reason = Stop::from_code(place.stop);
                let reason = reason.map_or_else(|| format!("unknown stop code {:#04x}", place.stop), |s| s.to_string());
                write!(f, "the board refuses the code at code address {:#x}: {reason}", place.pc)
            }
            LinkError::Lost => {
                f.write_str("the board has lost the module: it was reset or loaded by somebody else; load it again")
            }
            LinkError::NotImported(function) => write!(
                f,
                "the board calls function {function} of its host, which the module does not import: the board's \
                 memories hold something else than was loaded; load it again"
            ),
            LinkError::DoesNotHalt => f.write_str("the call goes on after it was halted: reset the board"),
            LinkError::Selftest(reason) => write!(f, "the self-test is not for this board: {reason}"),
            LinkError::Stopped(why) => f.write_str(why.message()),
            LinkError::NotHalted(why) => write!(
                f,
                "{}; the board did not answer any more, so the call may still run: `firmware-loader halt` ends it",
                why.message()
            ),
        }
    }
}

impl std::error::Error for LinkError {}

impl From<std::io::Error> for LinkError {
    fn from(e: std::io::Error) -> LinkError {
        LinkError::Line(e.to_string())
    }
}
