//! The command line: `firmware-loader COMMAND [OPTIONS]`.

use crate::command_line::{self, Call, Words};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::manual::Manual;
use crate::serial::SerialLine;
use crate::session::Session;
use crate::wasi::options::Grants;
use boards::Board;
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

mod check;
mod connect;
mod device;
mod examples;
mod failure;
mod image;
mod inspect;
mod install;
mod memory;
mod output;
mod program;
mod progress;
mod run;
mod selftest;
mod status;

use failure::Failure;

/// Checks WebAssembly modules, loads them on a board and runs them there.
#[derive(Debug, Parser)]
#[command(name = "firmware-loader", version, after_help = AFTER, args_override_self = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// How to say what happened.
#[derive(Clone, Copy, Debug, Args)]
struct Shown {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How to reach a board, and for how long.
#[derive(Debug, Args)]
struct Wire {
    /// Serial port of the board [default: the only USB port]
    #[arg(long, value_name = "PATH")]
    port: Option<String>,
    /// Bits a second [default: those of the board that answers]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(300..))]
    baud: Option<u32>,
    /// End after so many seconds, whatever waits then; a call that runs is halted
    #[arg(long, value_name = "SECONDS", value_parser = command_line::seconds)]
    timeout: Option<Duration>,
    #[command(flatten)]
    shown: Shown,
}

/// Which board it is.
#[derive(Debug, Args)]
struct Target {
    /// Board to load for [default: the one at the port]
    #[arg(long, value_name = "NAME", value_parser = board_names())]
    board: Option<String>,
}

/// What a module must not need.
#[derive(Clone, Copy, Debug, Default, Args)]
struct Demands {
    /// Refuse a module that imports what nobody provides, or has instructions for which there is no room
    #[arg(long)]
    strict: bool,
}

/// What a program runs with.
#[derive(Debug, Args)]
struct Setup {
    #[command(flatten)]
    wire: Wire,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    demands: Demands,
    #[command(flatten)]
    grants: Grants,
}

#[derive(Debug, Args)]
struct Invocation {
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    words: Words,
}

#[derive(Debug, Subcommand)]
enum Command {
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
    fn named(&self) -> Option<&'static Board> {
        self.board.as_deref().and_then(boards::board)
    }
}

impl Command {
    /// How the command reaches a board, if it needs one.
    fn wire(&self) -> Option<&Wire> {
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

    fn json(&self) -> bool {
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

type Done = Result<Exit, Failure>;
type Connection = Session<SerialLine>;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let (arguments, target) = match command_line::parse(command_first(std::env::args_os().collect()), Arguments::words)
    {
        Ok(parsed) => parsed,
        Err(e) => return crate::output::usage(&e).into(),
    };
    let command = &arguments.command;
    let call = target.map(|(call, _)| call).unwrap_or_default();
    let done = Interrupt::watch(command.wire().and_then(|wire| wire.timeout))
        .map_err(|e| Failure::new(format!("cannot watch for Ctrl-C: {e}")))
        .and_then(|interrupt| execute(command, &call, &interrupt));
    done.unwrap_or_else(|failure| output::failure(command.json(), &failure)).into()
}

/// `--port PATH run FILE` as `run --port PATH FILE`, because each command has its own options.
fn command_first(mut words: Vec<OsString>) -> Vec<OsString> {
    let line = Arguments::command();
    let takes_value = |option: &str| {
        let mut options = line.get_subcommands().flat_map(clap::Command::get_arguments);
        options.any(|arg| arg.get_long() == Some(option) && arg.get_action().takes_values())
    };
    let mut command = 1;
    while let Some(option) = words.get(command).and_then(|word| word.to_str()?.strip_prefix("--")) {
        command += 1 + usize::from(takes_value(option));
    }
    if let Some(front) = words.get_mut(1..=command) {
        front.rotate_right(1);
    }
    words
}

impl Arguments {
    fn words(&self) -> Option<&Words> {
        match &self.command {
            Command::Run(Invocation { words, .. })
            | Command::Call(Invocation { words, .. })
            | Command::Console(Invocation { words, .. }) => Some(words),
            _ => None,
        }
    }
}

fn place<'a>(board: &str, output: Option<&'a Path>, linked: Option<&'a Path>) -> install::Place<'a> {
    install::Place { board: boards::board(board).unwrap_or(&boards::BOARDS[0]), output, linked }
}

/// Executes a command; `call` is what the words of those that name a function say.
fn execute(command: &Command, call: &Call, interrupt: &Interrupt) -> Done {
    match command {
        Command::Devices(shown) => device::devices(shown.json),
        Command::Info(wire) => device::info(wire, interrupt),
        Command::Halt(wire) => device::halt(wire, interrupt),
        Command::Reset(wire) => device::reset(wire, interrupt),
        Command::Status { wire, file } => status::status(wire, interrupt, file.as_deref()),
        Command::Check { target, demands, shown, file } => check::check(target, demands.strict, shown.json, file),
        Command::Inspect { disassemble: false, shown, file, .. } => inspect::inspect(shown.json, file),
        Command::Inspect { plan, shown, file, function, .. } => {
            inspect::disassemble(plan, shown.json, file, function.as_deref())
        }
        Command::Image { plan, output, file, function, arguments } => {
            image::image(plan, output.as_deref(), file, function.as_deref(), arguments)
        }
        Command::Install { board, output, linked, file, function, arguments } => {
            let place = place(board, output.as_deref(), linked.as_deref());
            install::install(&place, file, function.as_deref(), arguments)
        }
        Command::Uninstall { board, output } => install::uninstall(&place(board, output.as_deref(), None)),
        Command::Load { setup, file } => run::load(setup, interrupt, file),
        Command::Run(Invocation { setup, .. }) => run::run(setup, interrupt, call),
        Command::Call(Invocation { setup, .. }) => run::call(setup, interrupt, call),
        Command::Console(Invocation { setup, .. }) => run::console(setup, interrupt, call),
        Command::Peek { wire, space, address, bytes } => memory::peek(wire, interrupt, *space, *address, *bytes),
        Command::Poke { wire, address, bytes } => memory::poke(wire, interrupt, *address, bytes),
        Command::Selftest { wire, target, quick } => selftest::selftest(wire, interrupt, target, *quick),
        Command::Manual(manual) => {
            manual.make(Arguments::command()).map_err(Failure::new)?;
            Ok(Exit::Returned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manual::examples;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn options_may_stand_before_the_command() {
        for (given, expected) in [
            ("p --port P --json run --board x f", "p run --port P --json --board x f"),
            ("p --port=P status", "p status --port=P"),
            ("p status --json", "p status --json"),
            ("p --help run", "p run --help"),
            ("p --help", "p --help"),
            ("p --port", "p --port"),
            ("p", "p"),
        ] {
            assert_eq!(command_first(words(given)), words(expected), "{given}");
        }
    }

    #[test]
    fn every_command_has_examples_that_parse() {
        let examples = examples(&Arguments::command());
        for (command, lines) in &examples {
            assert!(!lines.is_empty(), "{command} has no example");
            for line in lines {
                let parsed = Arguments::try_parse_from(command_first(words(line)));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
        assert_eq!(examples.len(), 1 + 19);
    }

    #[test]
    fn options_without_effect_are_not_offered() {
        for (line, right) in [
            ("p devices --json", true),
            ("p --dir a devices", false),
            ("p devices --port P", false),
            ("p check --board icebreaker f", true),
            ("p check --timeout 1 f", false),
            ("p info --env A=B", false),
            ("p halt --timeout 1", true),
            ("p peek --board icebreaker 0", false),
            ("p --timeout 1 load --dir a f", true),
        ] {
            assert_eq!(Arguments::try_parse_from(command_first(words(line))).is_ok(), right, "{line}");
        }
    }
}
