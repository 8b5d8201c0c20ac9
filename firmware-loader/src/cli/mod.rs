//! The command line: `firmware-loader COMMAND [OPTIONS]`.

use crate::command_line::{self, Call};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::serial::SerialLine;
use crate::session::Session;
use clap::CommandFactory;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

mod arguments;
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

use arguments::{Arguments, Command, Demands, Invocation, Setup, Target, Wire};
use failure::Failure;

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
    use clap::Parser;

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
