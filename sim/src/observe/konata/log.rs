//! The log of a pipeline for Konata, in the format Kanata 0004: commands in the order of cycles. What a line says of its
//! group is known when that has left the pipeline, so commands wait until no line is open that began before them.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

/// The name of a line before it is written: lines are numbered as they appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(u64);

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Retired,
    /// It left the pipeline in another way.
    Flushed,
    /// The log ends before.
    Open,
}

/// A stage that a group or a further part of it was in.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub lane: u8,
    pub name: &'static str,
    pub from: u64,
    /// The first cycle in which it was in it no more; `None` as long as it is.
    pub to: Option<u64>,
}

/// What becomes of lines.
pub trait Lines {
    /// A line that begins in a stage.
    fn line(&mut self, cycle: u64, stage: &'static str) -> Line;

    /// A line ends: this cycle was its last one.
    fn end(&mut self, cycle: u64, line: Line, end: End);
}

/// What happened to one group.
#[derive(Clone, Debug)]
pub struct Line {
    pub handle: Handle,
    /// What stands beside it, and what shows when one points at it.
    pub label: String,
    pub details: Vec<String>,
    /// The stages it was in.
    stages: Vec<Stage>,
    /// Parts that came behind it, each in a lane of its own.
    parts: u8,
    /// From which cycle on it has the result of another one.
    links: Vec<(u64, Handle)>,
}

impl Line {
    /// With this number among all lines; it begins in a stage.
    pub fn new(number: u64, cycle: u64, stage: &'static str) -> Line {
        let stages = vec![Stage { lane: 0, name: stage, from: cycle, to: None }];
        let handle = Handle(number);
        Line { handle, label: String::new(), details: Vec::new(), stages, parts: 0, links: Vec::new() }
    }

    /// The stages it was in; of all, the last cycle is known when the line has ended.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// It is in a stage from a cycle on, if it has not been before.
    pub fn enter(&mut self, cycle: u64, name: &'static str) {
        if self.stages.iter().any(|stage| stage.to.is_none() && stage.name == name) {
            return;
        }
        self.leave(cycle);
        self.stages.push(Stage { lane: 0, name, from: cycle, to: None });
    }

    /// It is in no stage any more from a cycle on.
    pub fn leave(&mut self, cycle: u64) {
        self.stages.iter_mut().filter(|stage| stage.to.is_none()).for_each(|stage| stage.to = Some(cycle));
    }

    /// In this cycle it gets the result of another one.
    pub fn link(&mut self, cycle: u64, producer: Handle) {
        self.links.push((cycle, producer));
    }

    /// Another line was a further part of this one, up to this cycle.
    pub fn absorb(&mut self, cycle: u64, mut part: Line) {
        part.leave(cycle + 1);
        self.parts = self.parts.saturating_add(1);
        self.stages.extend(part.stages.iter().map(|stage| Stage { lane: self.parts, ..*stage }));
    }

    /// The cycle in which it began.
    pub fn begin(&self) -> u64 {
        self.stages.iter().map(|stage| stage.from).min().unwrap_or(u64::MAX)
    }
}

enum Command {
    Begin(String, String),
    Stage(u8, &'static str),
    Link(Handle),
    EndStage(u8, &'static str),
    End(End),
}

/// A log being written.
pub struct Log<W> {
    output: W,
    /// Lines that end before this cycle are left out.
    from: u64,
    /// The cycle of the last command.
    cycle: Option<u64>,
    waiting: BTreeMap<u64, Vec<(Handle, Command)>>,
    handles: u64,
    /// Of lines that have begun and not ended; and how many there have been.
    numbers: HashMap<Handle, u64>,
    begun: u64,
    retired: u64,
}

impl<W: Write> Log<W> {
    pub fn new(mut output: W) -> io::Result<Log<W>> {
        writeln!(output, "Kanata\t0004")?;
        let (waiting, numbers) = (BTreeMap::new(), HashMap::new());
        Ok(Log { output, from: 0, cycle: None, waiting, handles: 0, numbers, begun: 0, retired: 0 })
    }

    /// Lines that end before this cycle are left out.
    pub fn begin(&mut self, cycle: u64) {
        self.from = cycle;
    }

    /// Writes what is before a cycle.
    pub fn write_before(&mut self, cycle: u64) -> io::Result<()> {
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() < cycle) {
            let (cycle, commands) = entry.remove_entry();
            match self.cycle.replace(cycle) {
                None => writeln!(self.output, "C=\t{cycle}")?,
                Some(last) => writeln!(self.output, "C\t{}", cycle - last)?,
            }
            commands.into_iter().try_for_each(|(handle, command)| self.command(handle, command))?;
        }
        Ok(())
    }

    /// Writes all that is left.
    pub fn finish(&mut self) -> io::Result<()> {
        self.write_before(u64::MAX)?;
        self.output.flush()
    }

    fn command(&mut self, handle: Handle, command: Command) -> io::Result<()> {
        let id = *self.numbers.entry(handle).or_insert(self.begun);
        let output = &mut self.output;
        match command {
            Command::Begin(label, details) => {
                self.begun += 1;
                writeln!(output, "I\t{id}\t{id}\t0\nL\t{id}\t0\t{label}")?;
                if details.is_empty() { Ok(()) } else { writeln!(output, "L\t{id}\t1\t{details}") }
            }
            Command::Stage(lane, stage) => writeln!(output, "S\t{id}\t{lane}\t{stage}"),
            Command::EndStage(lane, stage) => writeln!(output, "E\t{id}\t{lane}\t{stage}"),
            Command::Link(producer) => match self.numbers.get(&producer) {
                Some(producer) => writeln!(output, "W\t{id}\t{producer}\t0"),
                None => Ok(()),
            },
            Command::End(end) => {
                self.numbers.remove(&handle);
                match end {
                    End::Retired => self.retired += 1,
                    End::Flushed => {}
                    End::Open => return Ok(()),
                }
                let (number, kind) = (self.retired, u8::from(end == End::Flushed));
                writeln!(self.output, "R\t{id}\t{number}\t{kind}")
            }
        }
    }
}

impl<W: Write> Lines for Log<W> {
    fn line(&mut self, cycle: u64, stage: &'static str) -> Line {
        self.handles += 1;
        Line::new(self.handles, cycle, stage)
    }

    fn end(&mut self, cycle: u64, mut line: Line, end: End) {
        if cycle < self.from {
            return;
        }
        line.leave(cycle + 1);
        let begin = line.begin();
        let Line { handle, label, details, stages, links, .. } = line;
        let mut at = |cycle: u64, command| self.waiting.entry(cycle).or_default().push((handle, command));
        at(begin, Command::Begin(label, details.join("; ")));
        for Stage { lane, name, from, to } in stages {
            at(from, Command::Stage(lane, name));
            at(to.unwrap_or(cycle + 1), Command::EndStage(lane, name));
        }
        links.into_iter().for_each(|(cycle, producer)| at(cycle, Command::Link(producer)));
        at(cycle + 1, Command::End(end));
    }
}
