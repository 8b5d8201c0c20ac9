//! Loading and calling, and how it ended.

use super::program::{self, Program};
use super::{Call, Connection, Done, Failure, Setup, output, progress};
use crate::backtrace::{self, Backtrace};
use crate::choice::{self, Choice};
use crate::disassembly::{name, name_at, place};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::session::{self, Ending, Finished, LinkError, Progress};
use crate::value::{self, ValueObject};
use crate::wasi::{Wasi, options};
use crate::{gate, limit};
use isa::outcome::Stop;
use isa::types::Value;
use isa::wire::Report;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct LoadObject {
    outcome: &'static str,
    board: &'static str,
    bytes: usize,
    /// In which they were sent.
    seconds: f64,
    /// Frames that had to be sent again.
    repeated: u64,
}

/// The one object of a call; the fields are those of the simulator's.
#[derive(Serialize)]
struct CallObject<'a> {
    /// "return", "exit", "trap", "exhausted" or "fault".
    outcome: &'static str,
    results: Vec<ValueObject>,
    /// What ended the call, in words.
    trap: Option<String>,
    /// The limit that a call ran into: how much there was, and what has more.
    limit: Option<String>,
    /// The function that was called, or the one in which the call ended without a result.
    function: String,
    /// Byte offset in the binary module of the instruction at which the call ended.
    offset: Option<u64>,
    /// Name and immediates of that instruction.
    instruction: Option<String>,
    /// The calls that were active then, innermost first.
    backtrace: &'a Backtrace,
    /// The status that the program ended itself with.
    exit_status: Option<u32>,
    cycles: u64,
    board: &'a str,
}

pub(super) fn load(setup: &Setup, interrupt: &Interrupt, file: &Path) -> Done {
    let (program, mut connection) = program::prepare(setup, interrupt, file)?;
    let call = Call::of(file);
    let mut job = Job::new(setup, interrupt, &program, &call)?;
    let loaded = job.load(&mut connection)?;
    if let Some(exit) = job.start(&mut connection, false)? {
        return Ok(exit);
    }
    let LoadObject { bytes, seconds, board, .. } = &loaded;
    let rate = *bytes as f64 / seconds.max(1e-9) / 1000.0;
    let text = format!("{bytes} bytes loaded on {board} in {seconds:.2} s ({rate:.1} kB/s)");
    output::show(setup.wire.shown.json, &loaded, &text)?;
    Ok(Exit::Returned)
}

pub(super) fn run(setup: &Setup, interrupt: &Interrupt, call: &Call) -> Done {
    let (program, choice, mut connection) = program::prepare_call(setup, interrupt, call)?;
    let mut job = Job::new(setup, interrupt, &program, call)?;
    job.load(&mut connection)?;
    match (job.start(&mut connection, choice.is_none())?, choice) {
        (None, Some(choice)) => job.call(&mut connection, &choice),
        (exit, _) => Ok(exit.unwrap_or(Exit::Returned)),
    }
}

pub(super) fn call(setup: &Setup, interrupt: &Interrupt, call: &Call) -> Done {
    let (program, choice, mut connection) = program::prepare_call(setup, interrupt, call)?;
    loaded(&program, &mut connection, &call.file)?;
    let choice = choice.ok_or_else(|| no_function(call))?;
    Job::new(setup, interrupt, &program, call)?.call(&mut connection, &choice)
}

pub(super) fn console(setup: &Setup, interrupt: &Interrupt, call: &Call) -> Done {
    let (program, choice, mut connection) = program::prepare_call(setup, interrupt, call)?;
    let report = loaded(&program, &mut connection, &call.file)?;
    if !report.running && !report.paused && report.cycles == 0 {
        return Err(Failure::new("nothing has been called since the module was loaded"));
    }
    let choice = choice.ok_or_else(|| no_function(call))?;
    Job::new(setup, interrupt, &program, call)?.finish(&mut connection, &choice)
}

fn no_function(call: &Call) -> Failure {
    Failure::new(format!("{}: there is no function to call", call.file.display()))
}

/// What a board reports on which this program must be loaded.
fn loaded(program: &Program, connection: &mut Connection, file: &Path) -> Result<Report, Failure> {
    let report = connection.status()?;
    if !program.is_loaded(connection, &report) {
        let file = file.display();
        return Err(Failure::new(format!("{file} is not what is loaded; load it with `firmware-loader load {file}`")));
    }
    Ok(report)
}

/// Something to do with a program on a board.
struct Job<'a> {
    setup: &'a Setup,
    program: &'a Program,
    /// The module's.
    file: &'a Path,
    host: Wasi,
}

impl<'a> Job<'a> {
    fn new(setup: &'a Setup, interrupt: &Interrupt, program: &'a Program, call: &'a Call) -> Result<Job<'a>, Failure> {
        Ok(Job { setup, program, file: &call.file, host: program.host(setup, interrupt, call)? })
    }

    fn load(&self, connection: &mut Connection) -> Result<LoadObject, Failure> {
        let upload = self.program.upload(connection);
        let (bar, mut last) = (progress::bar(upload.bytes()), Progress::default());
        let result = connection.load(&upload, |now| {
            progress::advance(&bar, now);
            last = now;
        });
        bar.finish_and_clear();
        result.map_err(|e| match e {
            LinkError::Stopped(why) => {
                let (why, Progress { done, total, .. }) = (why.message(), last);
                let help = "no part of a module can run, so load it again";
                Failure { exit: Exit::Exhausted, message: format!("{why} after {done} of {total} bytes; {help}") }
            }
            other => other.into(),
        })?;
        let (seconds, repeated) = (last.time.as_secs_f64(), connection.repeated());
        let board = self.program.board.name;
        Ok(LoadObject { outcome: "loaded", board, bytes: upload.bytes(), seconds, repeated })
    }

    /// Runs the start function. How it ended: if it did not return, or if there is nothing `alone` but it to tell about.
    fn start(&mut self, connection: &mut Connection, alone: bool) -> Result<Option<Exit>, Failure> {
        let Some(function) = self.program.module.start else { return Ok(None) };
        let name = name(&self.program.module, function);
        let choice = Choice { function, name, args: Vec::new(), missing: 0 };
        let call = session_call(self.program, &choice);
        let finished = connection.call(&call, &mut self.host)?;
        match finished.ending {
            Ending::Returned(_) if !alone => Ok(None),
            _ => self.show(connection, &choice, &finished, true).map(Some),
        }
    }

    fn call(&mut self, connection: &mut Connection, choice: &Choice) -> Done {
        let call = session_call(self.program, choice);
        let finished = connection.call(&call, &mut self.host)?;
        self.show(connection, choice, &finished, false)
    }

    /// Sees a call to its end that runs already.
    fn finish(&mut self, connection: &mut Connection, choice: &Choice) -> Done {
        let call = session_call(self.program, choice);
        let finished = connection.finish(&call, &mut self.host)?;
        self.show(connection, choice, &finished, false)
    }

    fn show(&self, connection: &mut Connection, choice: &Choice, finished: &Finished, in_start: bool) -> Done {
        let exit = exit(&finished.ending);
        let (finished, backtrace) = &self.located(connection, finished);
        let object = self.object(choice, finished, backtrace, exit);
        let module = &self.program.module;
        let values = |values: &[Value]| values.iter().map(|&v| value::typed(v)).collect::<Vec<_>>().join(", ");
        let ending = match &finished.ending {
            Ending::Returned(results) if results.is_empty() => "returned".into(),
            Ending::Returned(results) => format!("= {}", values(results)),
            Ending::Exited(status) => format!("exited with status {status}"),
            _ => format!("{}: {}", exit.verb(), object.trap.as_deref().unwrap_or_default()),
        };
        let mut text = format!("{} {ending}\n", choice::label(module, Some(choice).filter(|_| !in_start)));
        if let Ending::Stopped(_, pc) = finished.ending {
            text += &format!("  at      {}\n", place(module, pc));
            backtrace.rows().iter().for_each(|(name, value)| text += &format!("  {name:<8}{value}\n"));
        }
        if let Some(limit) = &object.limit {
            text += &format!("  limit   {limit}\n");
        }
        if choice.missing > 0 {
            text += &format!("  note    the last {} of the arguments were not given and are 0\n", choice.missing);
        }
        text += &format!("  cycles  {}\n  board   {}", finished.cycles, object.board);
        let json = self.setup.wire.shown.json;
        if json || !options::prints(module) {
            output::show(json, &object, &text)?;
        } else {
            // Standard output is for what the program writes.
            crate::output::message(&text);
        }
        Ok(exit)
    }

    /// Where the call ended without a result, and who called whom. How it ended is worth telling without that, too.
    fn located(&self, connection: &mut Connection, finished: &Finished) -> (Finished, Backtrace) {
        let Program { module, image, board } = self.program;
        let Ending::Stopped(stop, pc) = finished.ending else { return (finished.clone(), Backtrace::default()) };
        let returns = connection.return_addresses(board.plan).unwrap_or_default();
        let (pc, returns) = backtrace::in_module(module, image, pc, returns);
        let backtrace = Backtrace::new(module, Some(pc), finished.import, &returns).with_lines(self.file);
        (Finished { ending: Ending::Stopped(stop, pc), ..finished.clone() }, backtrace)
    }

    fn object<'b>(
        &'b self,
        choice: &Choice,
        finished: &Finished,
        backtrace: &'b Backtrace,
        exit: Exit,
    ) -> CallObject<'b> {
        let Program { module, image, board } = self.program;
        let plans: Vec<_> = boards::BOARDS.iter().map(|board| board.plan).collect();
        let options = limit::Options { plan: "--board", time: "--timeout", check: "`check`", plans: &plans };
        let (base, cycles) = (image.layout.base, finished.cycles);
        let (trap, pc, limit) = match finished.ending {
            Ending::Stopped(stop @ Stop::Exhausted(limit), pc) => {
                let limit = limit::describe(limit, board.plan, Some(limit::Core { base, cycles }), &options);
                (Some(gate::reason(stop, module, Some(pc), finished.import)), Some(pc), Some(limit))
            }
            Ending::Stopped(stop, pc) => (Some(stop.to_string()), Some(pc), None),
            Ending::UnknownStop(code) => (Some(format!("unknown stop code {code:#04x}")), None, None),
            Ending::Returned(_) | Ending::Exited(_) => (None, None, None),
        };
        let results = match &finished.ending {
            Ending::Returned(values) => values.iter().map(|&v| ValueObject::new(v)).collect(),
            _ => Vec::new(),
        };
        CallObject {
            outcome: exit.word(),
            results,
            trap,
            limit,
            function: pc.map_or_else(|| choice.name.clone(), |pc| name_at(module, pc)),
            offset: pc.map(|pc| u64::from(module.code_offset) + u64::from(pc)),
            instruction: pc.and_then(|pc| crate::disassembly::instruction(module, pc)).map(|i| i.text),
            backtrace,
            exit_status: if let Ending::Exited(status) = finished.ending { Some(status) } else { None },
            cycles,
            board: board.name,
        }
    }
}

fn session_call<'a>(program: &'a Program, choice: &'a Choice) -> session::Call<'a> {
    let Program { module, image, .. } = program;
    session::Call { module, image, function: choice.function, args: &choice.args }
}

fn exit(ending: &Ending) -> Exit {
    match ending {
        Ending::Returned(_) => Exit::Returned,
        Ending::Exited(status) => Exit::Program(*status),
        Ending::Stopped(stop, _) => Exit::of_stop(*stop),
        Ending::UnknownStop(_) => Exit::Fault,
    }
}
