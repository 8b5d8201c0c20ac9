//! The observers that the command line offers, each with its option. Another one is a file with an [`Entry`], and a
//! place in [`OBSERVERS`].

use super::{Observer, Window, konata, monitor, profile, trace, wave};
use crate::{Error, Result};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use firmware_loader::output::is_same;
use isa::module::Module;
use isa::plan::CorePlan;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

/// In the order of the options in the help.
pub const OBSERVERS: &[&Entry] = &[&wave::ENTRY, &trace::ENTRY, &konata::ENTRY, &profile::ENTRY, &monitor::ENTRY];

/// An observer that can be asked for.
#[derive(Debug)]
pub struct Entry {
    /// What asks for it, without the dashes, and another word for the same.
    pub option: &'static str,
    pub alias: Option<&'static str>,
    /// Of the option, in the help.
    pub help: &'static str,
    pub takes: Takes,
    pub window: Windowed,
    /// It says something of the whole run, and so nothing of one that goes on from a state.
    pub whole: bool,
    pub make: Make,
}

/// Whether `--from` and `--to` hold for an observer.
#[derive(Clone, Copy, Debug)]
pub enum Windowed {
    Never,
    Always,
    /// If it writes a file whose name ends in this.
    Into(&'static str),
}

impl Windowed {
    fn holds(self, files: &[OsString]) -> bool {
        match self {
            Windowed::Never => false,
            Windowed::Always => true,
            Windowed::Into(end) => files.iter().any(|file| file.to_string_lossy().ends_with(end)),
        }
    }
}

/// What an option takes. Of files, what is written into them, in the plural.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    Nothing,
    File(&'static str),
    /// The option may be given several times.
    Files(&'static str),
    /// Each is one of these words, and the option may be given several times.
    Words(&'static [&'static str]),
}

/// Makes an observer, for the files or words of its option: one at least, if it takes any.
pub type Make = for<'a> fn(&Watched<'a>, &[OsString]) -> Result<Box<dyn Observer + 'a>>;

/// What an observer may need to know of the run.
pub struct Watched<'a> {
    pub module: &'a Module,
    /// The module's file.
    pub file: &'a Path,
    /// Of the core that runs it.
    pub plan: &'a CorePlan,
    /// Standard output is needed for something else.
    pub busy: bool,
    /// The cycles of `--from` and `--to`.
    pub window: Window,
}

impl Entry {
    /// The option as people write it for what `--from` and `--to` hold for, if there is such.
    pub fn windowed(&self) -> Option<String> {
        match self.window {
            Windowed::Never => None,
            Windowed::Always => Some(format!("--{}", self.option)),
            Windowed::Into(end) => Some(format!("--{} FILE{end}", self.option)),
        }
    }
}

impl Watched<'_> {
    /// Where lines for people go.
    pub fn output(&self) -> Box<dyn Write> {
        if self.busy { Box::new(io::stderr()) } else { Box::new(io::stdout()) }
    }
}

/// How a run ended, in words.
#[derive(Clone, Debug)]
pub struct Told {
    /// What was called, and how that ended.
    pub result: String,
    /// More about it: names and values.
    pub rows: Vec<(&'static str, String)>,
    /// Whether it returned, or ended itself.
    pub succeeded: bool,
}

/// What a command line asks for: entries, with what their options were given.
#[derive(Clone, Debug, Default)]
pub struct Chosen(Vec<(&'static Entry, Vec<OsString>)>);

impl Chosen {
    /// Finds which of the entries a command line has.
    pub fn of(entries: &[&'static Entry], matches: &ArgMatches) -> Chosen {
        let chosen = |&entry: &&'static Entry| match entry.takes {
            Takes::File(_) | Takes::Files(_) => {
                Some((entry, matches.get_many::<OsString>(entry.option)?.cloned().collect()))
            }
            Takes::Words(_) => Some((entry, matches.get_many::<String>(entry.option)?.map(OsString::from).collect())),
            Takes::Nothing => matches.get_flag(entry.option).then(|| (entry, Vec::new())),
        };
        Chosen(entries.iter().filter_map(chosen).collect())
    }

    /// The first file that an entry writes, if it was asked for.
    pub fn file(&self, asked: &Entry) -> Option<&Path> {
        let found = self.0.iter().find(|(entry, _)| entry.option == asked.option);
        found.and_then(|(_, files)| files.first()).map(Path::new)
    }

    /// Whether `--from` and `--to` hold for anything.
    pub fn windowed(&self) -> bool {
        self.0.iter().any(|(entry, files)| entry.window.holds(files))
    }

    /// A file that is written must take the place of none of these, which have a name for what they are, nor of what else
    /// is written.
    pub fn leave_others(&self, others: &[(&Path, &str)]) -> Result<()> {
        let mut before: Vec<(&Path, &str)> = Vec::new();
        for (file, writes) in self.written() {
            let taken = others.iter().find(|(other, _)| is_same(file, other)).map(|(_, what)| what.to_string());
            let again =
                || before.iter().find(|(other, _)| is_same(file, other)).map(|(_, what)| format!("for the {what}"));
            taken.or_else(again).map_or(Ok(()), |what| Err(needs_its_own(file, &what, writes)))?;
            before.push((file, writes));
        }
        Ok(())
    }

    /// The files that are written, each with what is.
    fn written(&self) -> impl Iterator<Item = (&Path, &'static str)> {
        self.0.iter().flat_map(|(entry, files)| {
            let writes = match entry.takes {
                Takes::File(writes) | Takes::Files(writes) => Some(writes),
                Takes::Nothing | Takes::Words(_) => None,
            };
            writes.into_iter().flat_map(|writes| files.iter().map(move |file| (Path::new(file), writes)))
        })
    }

    /// The option of the first one, if there is any.
    pub fn first(&self) -> Option<String> {
        self.0.first().map(|(entry, _)| format!("--{}", entry.option))
    }

    /// The option of the first one that needs the whole run, if there is any.
    pub fn whole(&self) -> Option<String> {
        self.0.iter().find(|(entry, _)| entry.whole).map(|(entry, _)| format!("--{}", entry.option))
    }

    /// Makes the observers.
    pub fn make<'a>(&self, watched: &Watched<'a>) -> Result<Vec<Box<dyn Observer + 'a>>> {
        self.0.iter().map(|(entry, files)| (entry.make)(watched, files)).collect()
    }
}

/// That a file cannot be written, because it is something else.
pub fn needs_its_own(file: &Path, is: &str, writes: &str) -> Error {
    Error::new(format!("{} is {is}; the {writes} need a file of their own", file.display()))
}

/// Adds the options of entries to a command line.
pub fn options(entries: &[&'static Entry], command: Command) -> Command {
    command.args(entries.iter().map(|entry| {
        let arg = Arg::new(entry.option).long(entry.option).help(entry.help).visible_aliases(entry.alias);
        match entry.takes {
            Takes::Nothing => arg.action(ArgAction::SetTrue),
            Takes::File(_) => arg.value_name("FILE").value_parser(value_parser!(OsString)),
            Takes::Files(_) => arg.value_name("FILE").value_parser(value_parser!(OsString)).action(ArgAction::Append),
            Takes::Words(words) => {
                arg.value_name("NAME").value_parser(PossibleValuesParser::new(words)).action(ArgAction::Append)
            }
        }
    }))
}

impl Args for Chosen {
    fn augment_args(command: Command) -> Command {
        options(OBSERVERS, command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Chosen::augment_args(command)
    }
}

impl FromArgMatches for Chosen {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Chosen, clap::Error> {
        Ok(Chosen::of(OBSERVERS, matches))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Chosen::of(OBSERVERS, matches);
        Ok(())
    }
}
