//! What the command line is made of.

use super::examples;
use super::memory;
use crate::command_line::{self, Words};
use crate::manual::Manual;
use crate::wasi::options::Grants;
use boards::Board;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;
/// Checks WebAssembly modules, loads them on a board and runs them there.
#[derive(Debug, Parser)]
#[command(name = "firmware-loader", version, after_help = AFTER, args_override_self = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// How to say what happened.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Shown {
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// How to reach a board, and for how long.
#[derive(Debug, Args)]
pub(super) struct Wire {
    /// Serial port of the board [default: the only USB port]
    #[arg(long, value_name = "PATH")]
    pub(super) port: Option<String>,
    /// Bits a second [default: those of the board that answers]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(300..))]
    pub(super) baud: Option<u32>,
    /// End after so many seconds, whatever waits then; a call that runs is halted
    #[arg(long, value_name = "SECONDS", value_parser = command_line::seconds)]
    pub(super) timeout: Option<Duration>,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// Which board it is.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// Board to load for [default: the one at the port]
    #[arg(long, value_name = "NAME", value_parser = board_names())]
    pub(super) board: Option<String>,
}

/// What a module must not need.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Demands {
    /// Refuse a module that imports what nobody provides, or has instructions for which there is no room
    #[arg(long)]
    pub(super) strict: bool,
}

/// What a program runs with.
#[derive(Debug, Args)]
pub(super) struct Setup {
    #[command(flatten)]
    pub(super) wire: Wire,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) demands: Demands,
    #[command(flatten)]
    pub(super) grants: Grants,
}

#[derive(Debug, Args)]
pub(super) struct Invocation {
    #[command(flatten)]
    pub(super) setup: Setup,
    #[command(flatten)]
    pub(super) words: Words,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the serial ports
    #[command(after_help = examples::DEVICES)]
    Devices(Shown),
    /// Do everything up to the wire: would the board run this module?
    #[command(after_help = examples::CHECK)]
    Check {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        demands: Demands,
        #[command(flatten)]
        shown: Shown,
        /// Module, .wasm or .wat
        file: PathBuf,
    },
    /// Say what a module is and takes, without running it: sections, features, plans, stacks, functions
    #[command(after_help = examples::INSPECT)]
    Inspect {
        /// Print the code instead: groups of instructions as a core takes them, with their places
        #[arg(long)]
        disassemble: bool,
        /// Plan of the core whose groups these are
        #[arg(long, value_name = "NAME", default_value = boards::SIM_LARGE.name, value_parser = plan_names())]
        #[arg(requires = "disassemble")]
        plan: String,
        #[command(flatten)]
        shown: Shown,
        /// Module, .wasm or .wat
        file: PathBuf,
        /// Function to disassemble: its name, its export or its index [default: all]
        #[arg(requires = "disassemble")]
        function: Option<String>,
    },
    /// Write what loads a module into a component: a list of writes to its registers
    #[command(after_help = examples::IMAGE)]
    Image {
        /// Plan of the component's core
        #[arg(long, value_name = "NAME", value_parser = plan_names())]
        plan: String,
        /// Where to write it [default: standard output]
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
        /// Module, .wasm or .wat
        file: PathBuf,
        /// An exported function that the list calls at its end [default: none but the start function]
        function: Option<String>,
        /// Its arguments, 0 where missing
        #[arg(allow_negative_numbers = true)]
        arguments: Vec<String>,
    },
    /// Make a board run a module at power-on, without a host: write it into the flash behind the bitstream
    #[command(after_help = examples::INSTALL)]
    Install {
        /// Board whose flash it is
        #[arg(long, value_name = "NAME", value_parser = board_names())]
        board: String,
        /// Write what goes into the flash here instead
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
        /// Write the module with what it got from the library here, too: `sim` runs it
        #[arg(long, value_name = "PATH")]
        linked: Option<PathBuf>,
        /// Module, .wasm or .wat, which imports nothing but what the chip and the library have
        file: PathBuf,
        /// The exported function to call [default: _start, run, or the only one]
        function: Option<String>,
        /// Its arguments, 0 where missing
        #[arg(allow_negative_numbers = true)]
        arguments: Vec<String>,
    },
    /// Make a board wait for a host at power-on again
    #[command(after_help = examples::UNINSTALL)]
    Uninstall {
        /// Board whose flash it is
        #[arg(long, value_name = "NAME", value_parser = board_names())]
        board: String,
        /// Write what goes into the flash here instead
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Load a module and run its start function
    #[command(after_help = examples::LOAD)]
    Load {
        #[command(flatten)]
        setup: Setup,
        /// Module, .wasm or .wat
        file: PathBuf,
    },
    /// Load a module and call a function
    #[command(after_help = examples::RUN)]
    Run(Invocation),
    /// Call a function of the module that is loaded
    #[command(after_help = examples::CALL)]
    Call(Invocation),
    /// Join a running call: print what the program writes, until it ends
    #[command(after_help = examples::CONSOLE)]
    Console(Invocation),
    /// Read from the board's memory
    #[command(after_help = examples::PEEK)]
    Peek {
        #[command(flatten)]
        wire: Wire,
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
    #[command(after_help = examples::POKE)]
    Poke {
        #[command(flatten)]
        wire: Wire,
        /// Of the first byte
        #[arg(value_parser = number)]
        address: u32,
        /// Pairs of hexadecimal digits
        #[arg(required = true)]
        bytes: Vec<String>,
    },
    /// Say what the core does, also while it runs
    #[command(after_help = examples::STATUS)]
    Status {
        #[command(flatten)]
        wire: Wire,
        /// Module that may be loaded, for names of functions
        file: Option<PathBuf>,
    },
    /// End the running call
    #[command(after_help = examples::HALT)]
    Halt(Wire),
    /// Forget the loaded module
    #[command(after_help = examples::RESET)]
    Reset(Wire),
    /// Say what board this is
    #[command(after_help = examples::INFO)]
    Info(Wire),
    /// Test the board: line, memories, clock, what its core does; what is loaded is replaced
    #[command(after_help = examples::SELFTEST)]
    Selftest {
        #[command(flatten)]
        wire: Wire,
        #[command(flatten)]
        target: Target,
        /// Test parts of the memories, and the clock for a short time
        #[arg(long)]
        quick: bool,
    },
    #[command(flatten)]
    Manual(Manual),
}

impl Target {
    /// The board that was named.
    pub(super) fn named(&self) -> Option<&'static Board> {
        self.board.as_deref().and_then(boards::board)
    }
}

impl Command {
    /// How the command reaches a board, if it needs one.
    pub(super) fn wire(&self) -> Option<&Wire> {
        match self {
            Command::Run(Invocation { setup, .. })
            | Command::Call(Invocation { setup, .. })
            | Command::Console(Invocation { setup, .. })
            | Command::Load { setup, .. } => Some(&setup.wire),
            Command::Peek { wire, .. }
            | Command::Poke { wire, .. }
            | Command::Status { wire, .. }
            | Command::Selftest { wire, .. }
            | Command::Halt(wire)
            | Command::Reset(wire)
            | Command::Info(wire) => Some(wire),
            Command::Devices(_)
            | Command::Check { .. }
            | Command::Inspect { .. }
            | Command::Image { .. }
            | Command::Install { .. }
            | Command::Uninstall { .. }
            | Command::Manual(_) => None,
        }
    }

    pub(super) fn json(&self) -> bool {
        match self {
            Command::Devices(shown) | Command::Check { shown, .. } | Command::Inspect { shown, .. } => shown.json,
            _ => self.wire().is_some_and(|wire| wire.shown.json),
        }
    }
}

const AFTER: &str = "\
Examples:
  firmware-loader check program.wasm --board icebreaker
  firmware-loader run add.wasm add 2 3
The help of each command, as firmware-loader run --help, has more.

Arguments of functions are written by their types: integers as 7, -7 or 0x7f; floats as 1.5, inf, nan or, by their \
bits, bits:0x3fc00000. Before values like -inf or -0x7f, write --.

Exit status: that of a program that ends itself; else 0 done or returned, 1 usage, invalid input or no connection, \
2 trap, 3 a limit of the board or of the user was reached, 4 a fault of the hardware.";

fn board_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::BOARDS.iter().map(|board| board.name))
}

fn plan_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::PLANS.iter().map(|plan| plan.name))
}

/// Decimal or hexadecimal.
fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "expected a number like 64 or 0x40".into())
}

impl Arguments {
    pub(super) fn words(&self) -> Option<&Words> {
        match &self.command {
            Command::Run(Invocation { words, .. })
            | Command::Call(Invocation { words, .. })
            | Command::Console(Invocation { words, .. }) => Some(words),
            _ => None,
        }
    }
}
