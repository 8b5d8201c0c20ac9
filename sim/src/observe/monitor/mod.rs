//! Monitors: what a program did, in tables at the end of a run. They hear of the groups that retire and look at no
//! signals, so that a run with them is hardly slower.

mod branches;
mod calls;
mod coverage;
mod loops;
mod memory;
mod opcodes;
mod steps;

use super::registry::{Entry, Takes, Watched, Windowed};
use super::{CallEnd, Observed, Observer};
use crate::engine::{Sample, Signal};
use crate::machine::Call;
use crate::{Error, Result};
use firmware_loader::output::quietly;
use std::ffi::OsString;
use std::io::{self, Write};
use steps::{Recorder, Steps};

/// `--monitor NAME`
pub const ENTRY: Entry = Entry {
    option: "monitor",
    alias: None,
    help: "Print at the end what the program did; can be given several times",
    takes: Takes::Words(&NAMES),
    window: Windowed::Never,
    whole: true,
    make: |watched, names| Ok(Box::new(Monitor::new(watched, names))),
};

/// Writes what a monitor has to say.
type Table = fn(&Steps<'_>, &mut dyn Write) -> io::Result<()>;

/// The monitors by their names.
const TABLES: [(&str, Table); 6] = [
    ("coverage", coverage::write),
    ("branches", branches::write),
    ("loops", loops::write),
    ("opcodes", opcodes::write),
    ("memory", memory::write),
    ("calls", calls::write),
];

const NAMES: [&str; TABLES.len()] = {
    let mut names = [""; TABLES.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = TABLES[place].0;
        place += 1;
    }
    names
};

/// Prints the tables of some monitors.
struct Monitor<'m> {
    tables: Vec<Table>,
    recorder: Recorder<'m>,
    output: Box<dyn Write>,
}

impl<'m> Monitor<'m> {
    fn new(watched: &Watched<'m>, names: &[OsString]) -> Monitor<'m> {
        let asked = |(name, table): (&str, Table)| names.iter().any(|asked| asked == name).then_some(table);
        let tables = TABLES.into_iter().filter_map(asked).collect();
        Monitor { tables, recorder: Recorder::new(watched.module), output: watched.output() }
    }
}

impl Observer for Monitor<'_> {
    fn begin_call(&mut self, call: &Call<'_>, _: &[Signal]) -> Result<()> {
        self.recorder.begin(call.function);
        Ok(())
    }

    fn retired(&mut self, sample: &Sample) -> Observed {
        self.recorder.group(sample);
        Ok(())
    }

    fn end_call(&mut self, _: &mut CallEnd<'_>) -> Observed {
        self.recorder.end_call();
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let steps = self.recorder.steps();
        let printed = self.tables.iter().try_for_each(|table| table(&steps, &mut self.output));
        quietly(printed).map_err(|e| Error::new(format!("cannot print what was monitored: {e}")))
    }
}
