//! The command line: `sim [OPTIONS] FILE [FUNC [ARGS...]]`.

use crate::board::serve::Serve;
use crate::observe::registry::Chosen;
use clap::{Args, Parser, Subcommand};
use firmware_loader::command_line::{self, Target, Words};
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
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

use bounded::{Doing, bounded, shortly};
use debug::Debug;
use setup::Setup;

/// Runs a WebAssembly module on the simulated core, cycle by cycle, and checks every step against the golden model.
#[derive(Debug, Parser)]
#[command(name = "sim", version, after_help = AFTER, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true)]
#[command(
    override_usage = "sim [OPTIONS] FILE [FUNC [ARGS...]]\n       sim debug [OPTIONS] FILE [FUNC [ARGS...]]\n       sim serve [OPTIONS]"
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
    Serve(Serve),
    /// Run a module step by step
    Debug(Debug),
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
    /// End after so many cycles
    #[arg(long, value_name = "N")]
    max_cycles: Option<u64>,
    /// End after so many seconds, whatever they pass with
    #[arg(long, value_name = "SECONDS", value_parser = command_line::seconds)]
    timeout: Option<Duration>,
    /// Do not compare with the golden model
    #[arg(long)]
    no_check: bool,
    /// Do not run it: tell how well it fits the plan, and what may end it
    #[arg(long)]
    check: bool,
}

impl CommandLine {
    /// What names a module.
    fn words(&self) -> Option<&Words> {
        match &self.command {
            Some(Command::Debug(debug)) => Some(&debug.words),
            Some(Command::Serve(_)) => None,
            None => self.words.as_ref(),
        }
    }
}

const AFTER: &str = "\
Arguments are written by the function's types: integers as 7, -7 or 0x7f; floats as 1.5, inf, nan or, by their bits, \
bits:0x3fc00000. Before values like -inf or -0x7f, write --. Options may follow them.

What stands behind the FILE of a program, a module with _start, or behind the word _start, is the program's: options \
of sim go before FILE. A first word that is another exported function is FUNC, unless -- stands before it.

Exit status: that of a program that ends itself; else 0 the function returned, 1 usage or invalid input, 2 trap, \
3 a limit of this machine was reached or the run was interrupted, 4 hardware and model differ, or a fault of the hardware.";

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
    let (as_json, doing) = (options.json, Doing::default());
    let (seen, done) = (interrupt.clone(), doing.clone());
    let work = move || run::run(&options, target, &seen, &done);
    let ended = bounded(&interrupt, work).map_err(|e| crate::Error::new(format!("cannot start a thread: {e}")))?;
    ended.unwrap_or_else(|why| {
        let stop = Stop::Exhausted(why);
        let text = format!("{stop} while {}", doing.what());
        shortly(move || _ = output::failure(as_json, Exit::of_stop(stop), &text));
        Ok(Exit::of_stop(stop))
    })
}
