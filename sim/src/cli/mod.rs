//! The command line: `sim [OPTIONS] FILE [FUNC [ARGS...]]`.

use crate::board::serve::Serve;
use crate::observe::Window;
use crate::observe::registry::{Chosen, OBSERVERS};
use clap::{Args, CommandFactory, Parser, Subcommand};
use firmware_loader::command_line::{self, Target, Words};
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
use firmware_loader::manual::Manual;
use firmware_loader::output;
use isa::outcome::Stop;
use std::process::ExitCode;
use std::time::Duration;

mod bounded;
mod check;
mod debug;
mod host;
mod preload;
mod progress;
mod report;
mod run;
mod setup;
mod state;

use bounded::{Doing, bounded, shortly};
use debug::Debug;
use setup::Setup;
use state::StateFiles;

/// Runs a WebAssembly module on the simulated core, cycle by cycle, and checks every step against the golden model.
#[derive(Debug, Parser)]
#[command(name = "sim", version, after_help = AFTER, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true)]
#[command(
    override_usage = "sim [OPTIONS] FILE [FUNC [ARGS...]]\n       sim debug [OPTIONS] FILE [FUNC [ARGS...]]\n       sim serve [OPTIONS]\n       sim completions SHELL\n       sim man DIRECTORY"
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    words: Option<Words>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Offer a simulated board as a serial port
    #[command(after_help = SERVE)]
    Serve(Serve),
    /// Run a module step by step
    #[command(after_help = DEBUG)]
    Debug(Debug),
    #[command(flatten)]
    Manual(Manual),
}

#[derive(Debug, Args)]
struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    observers: Chosen,
    /// Show cycles from this one of a call on, the first of which is 1
    #[arg(long, value_name = "CYCLE", value_parser = clap::value_parser!(u64).range(1..))]
    from: Option<u64>,
    /// Show cycles up to this one of a call
    #[arg(long, value_name = "CYCLE", value_parser = clap::value_parser!(u64).range(1..))]
    to: Option<u64>,
    /// End after so many cycles
    #[arg(long, value_name = "N")]
    max_cycles: Option<u64>,
    /// End after so many seconds, whatever they pass with
    #[arg(long, value_name = "SECONDS", value_parser = command_line::seconds)]
    timeout: Option<Duration>,
    #[command(flatten)]
    state: StateFiles,
    /// Do not compare with the golden model
    #[arg(long)]
    no_check: bool,
    /// Do not run it: tell how well it fits the plan, and what may end it
    #[arg(long)]
    check: bool,
}

impl Options {
    /// The cycles that are shown. An error if there are none, or nothing shows any.
    fn window(&self) -> crate::Result<Window> {
        let window =
            Window { first: self.from.unwrap_or(Window::ALL.first), last: self.to.unwrap_or(Window::ALL.last) };
        if window.first > window.last {
            let Window { first, last } = window;
            return Err(crate::Error::new(format!(
                "--from {first} is behind --to {last}: there is no cycle between them"
            )));
        }
        if window != Window::ALL && !self.observers.windowed() {
            let windowed = OBSERVERS.iter().filter_map(|entry| entry.windowed());
            let windowed = windowed.collect::<Vec<_>>().join(", ");
            let what =
                format!("--from and --to choose what is shown of a run, and nothing is: one of {windowed} is missing");
            return Err(crate::Error::new(what));
        }
        Ok(window)
    }
}

impl CommandLine {
    /// What names a module.
    fn words(&self) -> Option<&Words> {
        match &self.command {
            Some(Command::Debug(debug)) => Some(&debug.words),
            Some(Command::Serve(_) | Command::Manual(_)) => None,
            None => self.words.as_ref(),
        }
    }
}

const AFTER: &str = "\
Examples:
  sim add.wasm add 2 3
  sim --trace --vcd add.vcd add.wat add 2 3
  sim --report add.html --from 1 --to 50 add.wasm add 2 3
  sim --plan icebreaker --dir data::/data --env WHO=me program.wasm -v /data/input
  sim --check --plan alchitry-cu program.wasm
  sim --json --max-cycles 1000000 add.wasm add -- -0x7f 3

Arguments are written by the function's types: integers as 7, -7 or 0x7f; floats as 1.5, inf, nan or, by their bits, \
bits:0x3fc00000. Before values like -inf or -0x7f, write --. Options may follow them.

What stands behind the FILE of a program, a module with _start, or behind the word _start, is the program's: options \
of sim go before FILE. A first word that is another exported function is FUNC, unless -- stands before it.

Exit status: that of a program that ends itself; else 0 the function returned, 1 usage or invalid input, 2 trap, \
3 a limit of this machine was reached or the run was interrupted, 4 hardware and model differ, or a fault of the hardware.";

const SERVE: &str = "\
Examples:
  sim serve
  sim serve --board alchitry-cu
  sim serve --board alchitry-cu --flash blink.bin
  sim serve --board icebreaker --seed 7 --flip 0.001 --lose 0.001 --cut 100000";

const DEBUG: &str = "\
Examples:
  sim debug add.wasm add 2 3
  sim debug --commands steps add.wasm add 2 3
  sim debug --listen 127.0.0.1:1234 program.wasm";

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let parsed = command_line::parse(std::env::args_os().collect(), CommandLine::words);
    let (line, target) = match parsed {
        Ok(parsed) => parsed,
        Err(e) => return output::usage(&e).into(),
    };
    let as_json = line.options.json;
    let exit = match (line.command, target) {
        (Some(Command::Serve(serve)), _) => serve.run().map(|()| Exit::Returned),
        (Some(Command::Manual(manual)), _) => {
            manual.make(CommandLine::command()).map(|()| Exit::Returned).map_err(crate::Error::new)
        }
        (Some(Command::Debug(debug)), Some(target)) => debug.run(target),
        (None, Some(target)) => run_bounded(line.options, target),
        (_, None) => Err(crate::Error::new("no module; see --help")),
    };
    exit.unwrap_or_else(|e| output::failure(as_json, Exit::Input, &e.to_string())).into()
}

/// Runs the module until it ends, or Ctrl-C or the limit of time do it.
fn run_bounded(options: Options, target: Target) -> crate::Result<Exit> {
    let interrupt = Interrupt::watch(options.timeout);
    let interrupt = interrupt.map_err(|e| crate::Error::new(format!("cannot watch for Ctrl-C: {e}")))?;
    let doing = Doing::new("the module was read", options.state.save_state.is_some());
    let as_json = options.json;
    let (seen, done) = (interrupt.clone(), doing.clone());
    let work = move || run::run(&options, target, &seen, &done);
    let ended =
        bounded(&interrupt, &doing, work).map_err(|e| crate::Error::new(format!("cannot start a thread: {e}")))?;
    ended.unwrap_or_else(|why| {
        let stop = Stop::Exhausted(why);
        let text = format!("{stop} while {}", doing.what());
        shortly(move || _ = output::failure(as_json, Exit::of_stop(stop), &text));
        Ok(Exit::of_stop(stop))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use firmware_loader::manual::examples;

    #[test]
    fn every_command_has_examples_that_parse() {
        let examples = examples(&CommandLine::command());
        for (command, lines) in &examples {
            assert!(!lines.is_empty(), "{command} has no example");
            for line in lines {
                let parsed = CommandLine::try_parse_from(line.split(' '));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
        assert_eq!(examples.len(), 1 + 4);
    }
}
