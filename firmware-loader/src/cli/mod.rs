//! The command line: `firmware-loader [OPTIONS] COMMAND`.

use crate::command_line::{self, Call, Words};
use crate::exit::Exit;
use crate::serial::SerialLine;
use crate::session::{LinkError, Session};
use crate::wasi::options::Grants;
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

mod check;
mod device;
mod memory;
mod output;
mod program;
mod progress;
mod run;

/// Checks WebAssembly modules, loads them on a board and runs them there.
#[derive(Debug, Parser)]
#[command(name = "firmware-loader", version, after_help = AFTER, args_override_self = true)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Options {
    /// Serial port of the board [default: the only USB port]
    #[arg(long, value_name = "PATH", global = true)]
    port: Option<String>,
    /// Bits a second [default: those of the board that answers]
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u32).range(300..))]
    baud: Option<u32>,
    /// Board to load for [default: the one at the port]
    #[arg(long, value_name = "NAME", global = true, value_parser = board_names())]
    board: Option<String>,
    /// Print one JSON object
    #[arg(long, global = true)]
    json: bool,
    /// Refuse a module that imports what nobody provides, or has instructions that the board does not execute
    #[arg(long, global = true)]
    strict: bool,
    #[command(flatten)]
    grants: Grants,
    /// Halt a call after so many seconds
    #[arg(long, value_name = "SECONDS", global = true, value_parser = command_line::seconds)]
    timeout: Option<std::time::Duration>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the serial ports
    Devices,
    /// Do everything up to the wire: would the board run this module?
    Check {
        /// Module, .wasm or .wat
        file: PathBuf,
    },
    /// Load a module and run its start function
    Load {
        /// Module, .wasm or .wat
        file: PathBuf,
    },
    /// Load a module and call a function
    Run(Words),
    /// Call a function of the module that is loaded
    Call(Words),
    /// Print what the running program writes, until it ends
    Console(Words),
    /// Read from the board's memory
    Peek {
        /// Where to read
        #[arg(long, value_enum, default_value_t = memory::Place::Memory)]
        space: memory::Place,
        /// Of the first byte
        #[arg(value_parser = number)]
        address: u32,
        /// How many bytes
        #[arg(value_parser = number, default_value = "64")]
        bytes: u32,
    },
    /// Write into the linear memory of the module that is loaded
    Poke {
        /// Of the first byte
        #[arg(value_parser = number)]
        address: u32,
        /// Pairs of hexadecimal digits
        #[arg(required = true)]
        bytes: Vec<String>,
    },
    /// Say what the core does
    Status,
    /// End the running call
    Halt,
    /// Forget the loaded module
    Reset,
    /// Say what board this is
    Info,
    /// Print a script that completes commands in a shell
    Completions { shell: clap_complete::Shell },
}

const AFTER: &str = "\
Arguments of functions are written by their types: integers as 7, -7 or 0x7f; floats as 1.5, inf, nan or, by their \
bits, bits:0x3fc00000. Before values like -inf or -0x7f, write --.

Exit status: that of a program that ends itself; else 0 done or returned, 1 usage, invalid input or no connection, \
2 trap, 3 a limit of the board or of the user was reached, 4 a fault of the hardware.";

fn board_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::BOARDS.iter().map(|board| board.name))
}

/// Decimal or hexadecimal.
fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "expected a number like 64 or 0x40".into())
}

/// What ends a command without having done what it should.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn new(message: impl Display) -> Failure {
        Failure { exit: Exit::Input, message: message.to_string() }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Failure {
        let exit = match error {
            LinkError::NotLoaded | LinkError::DoesNotHalt | LinkError::CodeRefused(_) | LinkError::NotImported(_) => {
                Exit::Fault
            }
            _ => Exit::Input,
        };
        Failure { exit, message: error.to_string() }
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Failure {
        let exit = if matches!(error.kind, crate::Kind::Trap(_)) { Exit::Trap } else { Exit::Input };
        Failure { exit, message: error.to_string() }
    }
}

type Done = Result<Exit, Failure>;
type Connection = Session<SerialLine>;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let (arguments, target) = match command_line::parse(Arguments::words) {
        Ok(parsed) => parsed,
        Err(e) => return crate::output::usage(&e).into(),
    };
    let options = &arguments.options;
    let call = target.map(|(call, _)| call).unwrap_or_default();
    let done = execute(options, &arguments.command, &call);
    done.unwrap_or_else(|failure| output::failure(options.json, &failure)).into()
}

impl Arguments {
    fn words(&self) -> Option<&Words> {
        match &self.command {
            Command::Run(words) | Command::Call(words) | Command::Console(words) => Some(words),
            _ => None,
        }
    }
}

/// Executes a command; `call` is what the words of those that name a function say.
fn execute(options: &Options, command: &Command, call: &Call) -> Done {
    match command {
        Command::Devices => device::devices(options),
        Command::Info => device::info(options),
        Command::Status => device::status(options),
        Command::Halt => device::halt(options),
        Command::Reset => device::reset(options),
        Command::Check { file } => check::check(options, file),
        Command::Load { file } => run::load(options, file),
        Command::Run(_) => run::run(options, call),
        Command::Call(_) => run::call(options, call),
        Command::Console(_) => run::console(options, call),
        Command::Peek { space, address, bytes } => memory::peek(options, *space, *address, *bytes),
        Command::Poke { address, bytes } => memory::poke(options, *address, bytes),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "firmware-loader", &mut script);
            output::print(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Returned)
        }
    }
}
