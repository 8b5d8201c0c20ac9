//! The pipeline as it was, cycle by cycle, for the viewer Konata: a line for each group with its instructions and the
//! stages it went through, from fetch to its end.

pub(super) mod log;
pub(super) mod pipeline;
pub(super) mod signals;

use super::destination::Destination;
use super::registry::{Entry, Takes, Watched, Windowed};
use super::stalls::Follower;
use super::{Cycle, Look, Observed, Observer, Signals, Window};
use crate::Result;
use crate::engine::Signal;
use crate::machine::Call;
use isa::module::Module;
use log::Log;
use pipeline::Pipeline;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// `--konata FILE`
pub const ENTRY: Entry = Entry {
    option: "konata",
    alias: None,
    help: "Write what each stage of the pipeline had, for the viewer Konata",
    takes: Takes::File("stages"),
    window: Windowed::Always,
    whole: false,
    make: |watched, files| Ok(Box::new(Konata::create(watched, Path::new(&files[0]))?)),
};

/// Cycles before a window in which the pipeline is followed, so that what is in it at the beginning is known.
pub(super) const BEFORE: u64 = 256;

/// Writes the stages of a run.
struct Konata<'m> {
    module: &'m Module,
    destination: Destination,
    window: Window,
    /// What it looks at.
    names: Vec<&'static str>,
    compact: bool,
    /// From the first call on.
    log: Option<Log<BufWriter<File>>>,
    pipeline: Pipeline<'m>,
    /// The last cycle of the call, and of the calls before it.
    last: u64,
    base: u64,
}

impl<'m> Konata<'m> {
    /// Of a run. An error if the file cannot be written.
    fn create(watched: &Watched<'m>, path: &Path) -> Result<Konata<'m>> {
        let compact = watched.plan.is_compact();
        Ok(Konata {
            module: watched.module,
            destination: Destination::open("stages", path)?,
            window: watched.window,
            names: signals::names(compact).chain(Follower::SIGNALS.iter().copied()).collect(),
            compact,
            log: None,
            pipeline: Pipeline::new(watched.module, compact, 0),
            last: 0,
            base: 0,
        })
    }
}

impl Observer for Konata<'_> {
    fn looks(&self) -> Option<Look<'_>> {
        let window = Window { first: self.window.first.saturating_sub(BEFORE), ..self.window };
        Some(Look { signals: Signals::Named(&self.names), window })
    }

    fn begin_call(&mut self, _: &Call<'_>, _: &[Signal]) -> Result<()> {
        let destination = &self.destination;
        let log = match &mut self.log {
            Some(log) => log,
            none => none.insert(destination.written(Log::new(BufWriter::new(destination.begin()?)))?),
        };
        self.pipeline.close(log);
        self.base += std::mem::take(&mut self.last);
        log.begin(self.base.saturating_add(self.window.first));
        self.pipeline = Pipeline::new(self.module, self.compact, self.base);
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        let Some(log) = &mut self.log else { return Ok(()) };
        self.last = cycle.number;
        self.pipeline.cycle(cycle, log);
        let written = log.write_before(self.pipeline.begin());
        Ok(self.destination.written(written)?)
    }

    fn end(&mut self) -> Result<()> {
        let Some(log) = &mut self.log else { return Ok(()) };
        self.pipeline.close(log);
        let written = log.finish();
        self.destination.written(written)
    }
}
