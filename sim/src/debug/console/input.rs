//! Where commands come from: people at a terminal, or a script.

use crate::{Error, Result};
use firmware_loader::interrupt::{Interrupt, TICK};
use firmware_loader::output;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio::stdin;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read};
use std::path::Path;

/// What stands before a command.
const PROMPT: &str = "(wafer) ";

/// A line that was typed, or what stands for it.
pub(super) enum Line {
    Command(String),
    /// Ctrl-C, at the prompt.
    Nothing,
    End,
}

pub(super) enum Input {
    Terminal(Box<DefaultEditor>),
    /// Shown as it is read, so that what comes out can be understood.
    Script(Box<dyn Read>),
}

impl Input {
    /// Commands of a file, or of standard input. That is read no farther than to the end of each line: the rest is what
    /// the program finds there. It ends when it is interrupted.
    pub fn new(file: Option<&Path>, interrupt: &Interrupt) -> Result<Input> {
        if let Some(path) = file {
            let failed = |e: io::Error| Error::new(format!("{}: cannot be read: {e}", path.display()));
            return Ok(Input::Script(Box::new(BufReader::new(File::open(path).map_err(failed)?))));
        }
        if io::stdin().is_terminal() && io::stdout().is_terminal() {
            let failed = |e: ReadlineError| Error::new(format!("cannot use the terminal: {e}"));
            return Ok(Input::Terminal(Box::new(DefaultEditor::new().map_err(failed)?)));
        }
        Ok(Input::Script(Box::new(Unbuffered(interrupt.clone()))))
    }

    pub fn line(&mut self) -> Result<Line> {
        match self {
            Input::Terminal(editor) => match editor.readline(PROMPT) {
                Ok(line) => {
                    // A history that cannot be kept is no reason to stop.
                    let _ = editor.add_history_entry(&line);
                    Ok(Line::Command(line))
                }
                Err(ReadlineError::Interrupted) => Ok(Line::Nothing),
                Err(ReadlineError::Eof) => Ok(Line::End),
                Err(e) => Err(Error::new(format!("cannot read commands: {e}"))),
            },
            Input::Script(script) => {
                let failed = |e: io::Error| Error::new(format!("cannot read commands: {e}"));
                let Some(line) = read_line(script).map_err(failed)? else { return Ok(Line::End) };
                output::print(&format!("{PROMPT}{line}")).map_err(failed)?;
                Ok(Line::Command(line))
            }
        }
    }
}

/// Up to the end of a line, and nothing behind it.
fn read_line(input: &mut dyn Read) -> io::Result<Option<String>> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) => line.push(byte[0]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').into()))
}

/// Standard input as the program reads it, past the buffer of this process.
struct Unbuffered(Interrupt);

impl Read for Unbuffered {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let tick = Timespec { tv_sec: 0, tv_nsec: TICK.subsec_nanos().into() };
        while poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&tick))? == 0 {
            if self.0.stop().is_some() {
                return Ok(0);
            }
        }
        Ok(rustix::io::read(stdin(), bytes)?)
    }
}
