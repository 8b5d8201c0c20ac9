//! A profile: all cycles and instructions of a run, by call stack, function, source line and cause of stall. It is exact:
//! every cycle is counted, and is that of one group (`account.rs`).

mod account;
mod firefox;
mod folded;
mod page;
mod report;
mod slices;
mod sums;
mod table;
mod tree;

use super::destination::Destination;
use super::registry::{Entry, Takes, Told, Watched, Windowed};
use super::stalls::Follower;
use super::{CallEnd, Cycle, Look, Observed, Observer, Signals, Window};
use crate::engine::{Sample, Signal};
use crate::import::Answer;
use crate::machine::Call;
use crate::{Error, Result};
use account::Account;
use firmware_loader::output::{quietly, shown};
use firmware_loader::source::Source;
use hdl::signals::core;
use page::Page;
use report::Report;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// `--profile FILE`
pub const ENTRY: Entry = Entry {
    option: "profile",
    alias: Some("report"),
    help: "Write what cycles passed with: page about the whole run (.html), flame graph (.svg), for the Firefox Profiler \
           (.json), collapsed stacks (.folded), table (.txt; - prints it)",
    takes: Takes::Files("profiles"),
    window: Windowed::Into(".html"),
    whole: true,
    make: |watched, files| Ok(Box::new(Profile::create(watched, files)?)),
};

/// The end of the name of a page.
const PAGE: &str = "html";
/// Rows of functions, and of lines, that a printed table has.
const PRINTED: usize = 20;

/// Counts whose each cycle is, and writes it down at the end.
pub struct Profile<'m> {
    /// Of the program.
    name: String,
    files: Vec<Output>,
    account: Account<'m>,
    follower: Follower,
    /// What it looks at: how many frames are in use, what the page wants to see of the pipeline, and what [`Follower`]
    /// wants to know.
    names: Vec<&'static str>,
    /// What a page shows beside what has been counted, if one is written; and what has been counted, once all is.
    page: Option<Page<'m>>,
    report: Option<Report<'m>>,
}

/// What becomes of a profile.
enum Output {
    Printed(Box<dyn Write>),
    Written(Destination, Form),
    /// Written when it is known how the run ended.
    Page(Destination),
}

#[derive(Clone, Copy)]
enum Form {
    FlameGraph,
    Firefox,
    Folded,
    Table,
}

impl Form {
    /// By the end of the file's name.
    fn of(path: &Path) -> Result<Form> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Ok(Form::FlameGraph),
            Some("json") => Ok(Form::Firefox),
            Some("folded") => Ok(Form::Folded),
            Some("txt") => Ok(Form::Table),
            _ => Err(Error::new(format!(
                "{}: which form shall the profile have? The name has to end in .html (page about the run), .svg (flame \
                 graph), .json (for the Firefox Profiler), .folded (collapsed stacks) or .txt (table); - prints a table",
                path.display()
            ))),
        }
    }
}

impl<'m> Profile<'m> {
    /// Of a run. An error if a file has no form or cannot be written.
    fn create(watched: &Watched<'m>, files: &[OsString]) -> Result<Profile<'m>> {
        let output = |name: &OsString| {
            if name == "-" {
                return Ok(Output::Printed(watched.output()));
            }
            let path = Path::new(name);
            let is_page = path.extension().is_some_and(|extension| extension == PAGE);
            let form = if is_page { None } else { Some(Form::of(path)?) };
            let file = Destination::open("profile", path)?;
            Ok(match form {
                None => Output::Page(file),
                Some(form) => Output::Written(file, form),
            })
        };
        let files = files.iter().map(output).collect::<Result<Vec<_>>>()?;
        let page = files.iter().any(|file| matches!(file, Output::Page(_)));
        let page = page.then(|| Page::new(watched));
        let account = Account::new(watched.module, Source::open(watched.file));
        let seen = page.iter().flat_map(Page::signals).chain(Follower::SIGNALS.iter().copied());
        let names = [core::FRAMES].into_iter().chain(seen).collect();
        let name = shown(&watched.file.file_name().unwrap_or_default().to_string_lossy()).into_owned();
        Ok(Profile { name, files, account, follower: Follower::default(), names, page, report: None })
    }
}

impl Observer for Profile<'_> {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::Named(&self.names), window: Window::ALL })
    }

    fn begin_call(&mut self, call: &Call<'_>, _: &[Signal]) -> Result<()> {
        self.follower = Follower::default();
        self.account.begin(call.function);
        self.page.iter_mut().for_each(|page| page.begin_call(call.function));
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        let [depth, ref values @ ..] = *cycle.values else { return Ok(()) };
        let follower = &values[values.len().saturating_sub(Follower::SIGNALS.len())..];
        let stall = self.follower.step(follower, cycle.millicode);
        self.account.cycle(depth, cycle.retired, stall);
        self.page.iter_mut().for_each(|page| page.cycle(&Cycle { values, ..*cycle }));
        Ok(())
    }

    fn retired(&mut self, sample: &Sample) -> Observed {
        self.account.complete(sample);
        self.page.iter_mut().for_each(|page| page.retired(sample));
        Ok(())
    }

    fn answered(&mut self, answer: &Answer) -> Observed {
        self.account.answered(answer.function);
        self.page.iter_mut().for_each(|page| page.answered(answer));
        Ok(())
    }

    fn end_call(&mut self, end: &mut CallEnd<'_>) -> Observed {
        self.account.settle(Some(end.run));
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let report = &*self.report.insert(self.account.report(&self.name));
        self.files.iter_mut().try_for_each(|output| match output {
            Output::Printed(output) => {
                let printed = table::write(report, PRINTED, output).and_then(|()| writeln!(output));
                quietly(printed).map_err(|e| Error::new(format!("cannot print the profile: {e}")))
            }
            Output::Page(_) => Ok(()),
            Output::Written(file, form) => file.written(form.write(report, BufWriter::new(file.begin()?))),
        })
    }

    /// Writes pages, which say how the run ended.
    fn told(&mut self, told: &Told) -> Result<()> {
        let (Some(page), Some(report)) = (&mut self.page, &self.report) else { return Ok(()) };
        let html = page.html(report, told);
        self.files.iter().try_for_each(|output| match output {
            Output::Page(file) => file.written(file.begin()?.write_all(html.as_bytes())),
            _ => Ok(()),
        })
    }
}

impl Form {
    fn write(self, report: &Report<'_>, mut output: impl Write) -> io::Result<()> {
        match self {
            Form::FlameGraph => folded::flame_graph(report, &mut output),
            Form::Firefox => firefox::write(report, &mut output),
            Form::Folded => folded::write(report, &mut output),
            Form::Table => table::write(report, usize::MAX, &mut output),
        }?;
        output.flush()
    }
}
