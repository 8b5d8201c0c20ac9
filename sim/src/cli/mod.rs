//! The command line: `sim [OPTIONS] FILE [FUNC [ARGS...]]`.

use crate::board::serve::Serve;
use crate::select::{self, Kind};
use crate::session::{Job, Settings, simulate};
use crate::{Error, Result, load};
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use firmware_loader::choice;
use firmware_loader::exit::Exit;
use firmware_loader::wasi::options::{self, Grants};
use firmware_loader::{gate, wasi};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod progress;
mod report;

/// Runs a WebAssembly module on the simulated core, cycle by cycle, and checks every step against the golden model.
#[derive(Debug, Parser)]
#[command(name = "sim", version, after_help = AFTER, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true, override_usage = "sim [OPTIONS] FILE [FUNC [ARGS...]]\n       sim serve")]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    arguments: Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Offer a simulated board as a serial port
    Serve(Serve),
}

#[derive(Debug, Args)]
struct Arguments {
    /// Module to run, .wasm or .wat
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Exported function to call [default: _start, else run, else the only one]
    #[arg(value_name = "FUNC")]
    function: Option<String>,
    /// Its arguments; those that are missing are 0. Of _start of a WASI program: the program's
    #[arg(value_name = "ARGS", allow_negative_numbers = true)]
    arguments: Vec<String>,
    /// Memory plan: how large the core's memories are
    #[arg(long, value_name = "NAME", default_value = boards::SIM_LARGE.name, value_parser = plan_names())]
    plan: String,
    /// What runs the hardware; auto takes the best that is there
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Kind::Auto)]
    engine: Kind,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write the waves of all signals: FST if the name ends in .fst, else VCD
    #[arg(long, value_name = "FILE", visible_alias = "waves")]
    vcd: Option<PathBuf>,
    /// Print a line for each group of instructions retired
    #[arg(long)]
    trace: bool,
    /// End after so many cycles
    #[arg(long, value_name = "N")]
    max_cycles: Option<u64>,
    /// Do not compare with the golden model
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    grants: Grants,
}

const AFTER: &str = "\
Arguments are written by the function's types: integers as 7, -7 or 0x7f; floats as 1.5, inf, nan or, by their bits, \
bits:0x3fc00000. Before values like -inf or -0x7f, write --.

Exit status: that of a program that ends itself; else 0 the function returned, 1 usage or invalid input, 2 trap, \
3 a limit of this machine was reached or the run was interrupted, 4 hardware and model differ, or a fault of the hardware.";

fn plan_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::PLANS.iter().map(|p| p.name))
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(e) => {
            // A reader that has gone away needs no message.
            let _ = e.print();
            let status = if e.use_stderr() { Exit::Input } else { Exit::Returned };
            return status.into();
        }
    };
    let status = match (&line.command, &line.arguments.file) {
        (Some(Command::Serve(serve)), _) => serve.run().map(|()| Exit::Returned),
        (None, Some(file)) => run(file, &line.arguments),
        (None, None) => Err(Error::new("no module; see --help")),
    };
    match status {
        Ok(status) => status.into(),
        Err(e) => {
            eprintln!("error: {e}");
            Exit::Input.into()
        }
    }
}

fn run(file: &Path, arguments: &Arguments) -> Result<Exit> {
    let module = firmware_loader::read(file).map_err(|e| Error::new(e.to_string()))?;
    let plan = boards::plan(&arguments.plan).ok_or_else(|| Error::new(format!("no plan {}", arguments.plan)))?;
    let target = load::target(plan);
    let image = match gate::hosted_image(&module, &target, |import| wasi::provides(&module, import)) {
        Ok(image) => image,
        Err(e) => return no_image(&e.in_file(file)),
    };
    let function = arguments.function.as_deref();
    let (given, program) = options::split(&module, function, &arguments.arguments);
    let nothing = || Error::new(format!("{}: there is no function to call", file.display()));
    let choice = choice::choose(&module, file, function, given).map_err(Error::new)?.ok_or_else(nothing)?;
    let host = arguments.grants.host(&module, file, program, arguments.json);
    let mut host = host.map_err(|e| Error::new(e.to_string()))?;
    let notes = [choice::memory_note(&module, plan), gate::float_note(&module, target.capabilities)];
    notes.iter().flatten().for_each(|note| eprintln!("note: {note}"));
    let open = |waves| select::open(arguments.engine, plan, waves);
    let job = Job { module: &module, image: &image, plan, function: choice.function, args: &choice.args, open: &open };
    let mut progress = progress::Progress::new()?;
    // Standard output is for the object alone with --json, and for what a program writes.
    let busy = arguments.json || options::prints(&module);
    let mut lines: Box<dyn Write> = if busy { Box::new(io::stderr()) } else { Box::new(io::stdout().lock()) };
    let result = simulate(
        &job,
        &mut Settings {
            check: !arguments.no_check,
            max_cycles: arguments.max_cycles.unwrap_or(u64::MAX),
            vcd: arguments.vcd.clone(),
            difference_vcd: Some(difference_file(file)),
            trace: arguments.trace.then_some(&mut *lines),
            stalls: None,
            host: Some(&mut host),
            pause: &mut |cycles| progress.pause(cycles),
        },
    );
    drop(lines);
    progress.clear();
    let report = result?;
    let outcome = report::Outcome::new(&report, &job, &choice);
    if arguments.json {
        // The object has no room for the two records.
        outcome.difference().iter().for_each(|text| eprintln!("{text}"));
    }
    match (arguments.json, options::prints(&module)) {
        (true, _) => write_out(&outcome.json())?,
        (false, false) => write_out(&outcome.text())?,
        (false, true) => eprintln!("{}", outcome.text()),
    }
    Ok(outcome.status())
}

/// Instantiation may trap, which is the program's doing and not a mistake in using this one.
fn no_image(error: &firmware_loader::Error) -> Result<Exit> {
    match error.kind {
        firmware_loader::Kind::Trap(_) => {
            eprintln!("trap: {error}");
            Ok(Exit::Trap)
        }
        _ => Err(Error::new(error.to_string())),
    }
}

/// `fib.wasm` leaves `fib.difference.vcd` in the working directory.
fn difference_file(module: &Path) -> PathBuf {
    let stem = module.file_stem().unwrap_or_default();
    Path::new(stem).with_extension("difference.vcd")
}

/// A reader that has gone away, as `head` does, is no error.
fn write_out(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(format!("cannot write the result: {e}"))),
        _ => Ok(()),
    }
}

/// Whether somebody sees a progress line.
fn interactive() -> bool {
    io::stderr().is_terminal()
}
