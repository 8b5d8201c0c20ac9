//! The debugger's own console: commands from a terminal or a script, answers on standard output, between what the
//! program writes there.

mod command;
mod input;
mod show;

use super::breakpoints::MOST_WATCHED;
use super::{Goal, Stop, Target};
use crate::session::Report;
use crate::{Error, Result};
use clap::Parser;
use command::Command;
use firmware_loader::output;
use input::{Input, Line};
use std::path::Path;

/// Lines that `list` shows around a line.
const AROUND: u32 = 5;

/// Obeys commands until they end or say so. `script` has them, or else standard input; `tell` says how a program ended.
///
/// # Errors
/// Commands cannot be read, or the hardware cannot be run.
pub(crate) fn run(target: &mut Target<'_>, script: Option<&Path>, tell: &dyn Fn(&Report) -> String) -> Result<()> {
    let mut input = Input::new(script, &target.interrupt)?;
    let mut console = Console { target, tell, last: String::new() };
    let standing = console.standing();
    console.print(&standing)?;
    loop {
        // What was pressed while the program stood is not for it.
        console.target.interrupt.lower();
        let line = match input.line()? {
            Line::Command(line) => line,
            Line::Nothing => continue,
            Line::End => return Ok(()),
        };
        let line = if line.trim().is_empty() { console.last.clone() } else { line };
        let words = line.split_whitespace();
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        match Command::try_parse_from(words) {
            Ok(Command::Quit) => return Ok(()),
            Ok(command) => {
                console.last = if command.repeats() { line } else { String::new() };
                let said = console.obey(command)?;
                console.print(&said)?;
            }
            Err(e) => console.print(&complaint(&e))?,
        }
    }
}

/// Help as it is; of what is wrong with a command, what comes before usage and tips.
fn complaint(error: &clap::Error) -> String {
    let text = error.render().to_string();
    match error.use_stderr() {
        true => text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect::<Vec<_>>().join(" "),
        false => text,
    }
}

struct Console<'t, 'a> {
    target: &'t mut Target<'a>,
    tell: &'t dyn Fn(&Report) -> String,
    /// What an empty line repeats.
    last: String,
}

impl Console<'_, '_> {
    fn print(&self, text: &str) -> Result<()> {
        match text.is_empty() {
            true => Ok(()),
            false => output::print(text).map_err(|e| Error::new(format!("cannot write to standard output: {e}"))),
        }
    }

    /// Does what a command says. Gives what there is to say of it.
    fn obey(&mut self, command: Command) -> Result<String> {
        Ok(match command {
            Command::Step => self.go(Goal::Line)?,
            Command::Next => self.go(Goal::Over)?,
            Command::Stepi => self.go(Goal::Instruction)?,
            Command::Finish => self.go(Goal::Out)?,
            Command::Continue => self.go(Goal::Continue)?,
            Command::Back => self.back(Goal::Line)?,
            Command::Backi => self.back(Goal::Instruction)?,
            Command::ReverseContinue => self.back(Goal::Continue)?,
            command => self.answer(command).unwrap_or_else(|wrong| format!("error: {wrong}")),
        })
    }

    /// What a command says that leaves the program where it is.
    fn answer(&mut self, command: Command) -> std::result::Result<String, String> {
        match command {
            Command::Break { place: Some(place) } => self.set_breakpoint(&place),
            Command::Break { place: None } => Ok(self.list_breakpoints()),
            Command::Watch { address, bytes, read, any } => self.watch(address, bytes, command::access(read, any)),
            Command::Delete { number } => self.delete(number),
            Command::Backtrace => self.backtrace(),
            Command::Locals { frame } => self.locals(frame),
            Command::Stack { frame } => self.stack(frame),
            Command::Globals => Ok(self.globals()),
            Command::Mem { address, bytes } => self.memory(address, bytes),
            Command::List { line } => self.list(line),
            Command::Disas { function } => self.disassembly(function.as_deref()),
            // Those that run the program were obeyed before.
            _ => Ok(String::new()),
        }
    }

    fn go(&mut self, goal: Goal) -> Result<String> {
        if self.target.report().is_some() {
            return Ok("error: the program is over; `back` and `reverse-continue` go back into it".into());
        }
        let function = self.target.frames().first().map(|frame| frame.function);
        let stop = self.target.resume(goal)?;
        let said = self.stopped(&stop);
        let returns = goal == Goal::Out && stop == Stop::Reached;
        let returned = function.filter(|_| returns).and_then(|function| self.returned(function));
        Ok(returned.map_or(said.clone(), |returned| format!("{said}\n{returned}")))
    }

    fn back(&mut self, goal: Goal) -> Result<String> {
        let stop = self.target.back(goal)?;
        Ok(self.stopped(&stop))
    }

    /// Sets a breakpoint at a place as people write it.
    fn set_breakpoint(&mut self, place: &str) -> std::result::Result<String, String> {
        let addresses = self.places(place)?;
        let number = self.target.breakpoints.add(addresses.clone());
        let places: Vec<_> = addresses.iter().map(|&pc| self.place(pc)).collect();
        Ok(format!("breakpoint {number}: {}", places.join("; ")))
    }

    /// The code addresses of a place.
    fn places(&self, place: &str) -> std::result::Result<Vec<u32>, String> {
        let target = &self.target;
        if let Some(offset) = place.strip_prefix('*') {
            let offset = command::number(offset)?;
            let code = offset.checked_sub(target.module().code_offset);
            let found = code.filter(|&pc| target.lines.instruction_at(pc) == Some(pc));
            return found.map(|pc| vec![pc]).ok_or_else(|| format!("no instruction begins at byte {offset:#x}"));
        }
        let (file, line) = match place.rsplit_once(':') {
            Some((file, line)) => (Some(file), line),
            None => (None, place),
        };
        if let Ok(line) = line.parse() {
            let here = target.pc().and_then(|pc| target.lines.place(pc)).map(|(file, _)| file);
            let nowhere = "the program stands in no source file: name one, like FILE:LINE";
            let file = file.or(here).ok_or(nowhere)?;
            let found = target.lines.begin(file, line);
            let none = || match target.lines.is_empty() {
                true => "the module has no line table: compile with -g, and do not strip".to_string(),
                false => format!("no code at line {line} of {file} or behind it"),
            };
            return if found.is_empty() { Err(none()) } else { Ok(found) };
        }
        let bodies = target.lines.functions(place).into_iter().filter_map(|function| target.lines.body(function));
        let bodies: Vec<u32> = bodies.collect();
        if bodies.is_empty() { Err(format!("no function is called {place}")) } else { Ok(bodies) }
    }

    fn watch(&mut self, address: u32, bytes: u32, access: super::Access) -> std::result::Result<String, String> {
        let size = self.target.memory_size();
        if !(1..=MOST_WATCHED).contains(&bytes) || u64::from(address) + u64::from(bytes) > size {
            return Err(format!("the memory has {size} bytes; a watchpoint takes 1 to {MOST_WATCHED} of them"));
        }
        let number = self.target.breakpoints.watch(address, bytes, access);
        Ok(format!("watchpoint {number}: {bytes} bytes at {address:#x}"))
    }

    fn delete(&mut self, number: Option<u32>) -> std::result::Result<String, String> {
        match number {
            None => self.target.breakpoints.clear(),
            Some(number) if self.target.breakpoints.remove(number) => {}
            Some(number) => return Err(format!("there is no breakpoint or watchpoint {number}")),
        }
        Ok(String::new())
    }

    /// Why and where the program stands.
    fn stopped(&mut self, stop: &Stop) -> String {
        let why = match stop {
            Stop::Ended => return self.target.report().map_or(String::new(), self.tell),
            Stop::Reached => return self.standing(),
            Stop::Breakpoint(number) => format!("breakpoint {number}"),
            Stop::Watchpoint(touched) => show::touched(touched),
            Stop::Interrupted => "interrupted".into(),
            Stop::OutOfFuel => "the cycles of --fuel are used up; `continue` grants as many again".into(),
            Stop::Halted(stop) => format!("{stop}; the program cannot go on: `continue` ends it"),
            Stop::Beginning => "the beginning of the program".into(),
        };
        format!("{why}\n{}", self.standing())
    }
}
