//! `--save-state` and `--load-state`: a run that a limit or Ctrl-C has ended goes on in another process.
//!
//! The file has eight bytes of text, the version of its contents and their digest, both with the lowest byte first, and
//! behind that the contents: [`State`] in the format of the crate `postcard`.

use crate::digest::digest;
use crate::observe::destination::Destination;
use crate::select::Kind;
use crate::session::Suspended;
use crate::{Error, Result};
use clap::Args;
use firmware_loader::wasi::{Kept, Wasi};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What a file begins with.
const MAGIC: &[u8; 8] = b"wafer st";
/// Of the contents: another one for each change of what they have.
const VERSION: u32 = 1;
/// The most bytes of a file: more than a core has, twice.
const MOST: u64 = 1 << 30;

/// What a run can keep, and go on from.
#[derive(Debug, Default, Args)]
pub(super) struct StateFiles {
    /// Write the state of a run that --max-cycles, --timeout or Ctrl-C ends into a file, from which another run goes on
    #[arg(long, value_name = "FILE", conflicts_with_all = ["preload", "check"])]
    pub save_state: Option<PathBuf>,
    /// Go on from the state in a file, with the same module and arguments; cycles count from the beginning of the call
    #[arg(long, value_name = "FILE", conflicts_with_all = ["preload", "check"])]
    pub load_state: Option<PathBuf>,
}

impl StateFiles {
    /// Whether a run with this engine, and with an option for something that needs the whole of it, can do it.
    pub fn check(&self, engine: Kind, whole: Option<String>) -> Result<()> {
        let wanted = self.save_state.is_some() || self.load_state.is_some();
        if wanted && matches!(engine, Kind::Verilator | Kind::RustHdl) {
            return Err(Error::new(
                "this engine keeps its state to itself: give --engine jit, which has one to save and to load",
            ));
        }
        match whole.filter(|_| self.load_state.is_some()) {
            Some(option) => Err(Error::new(format!(
                "{option} needs the whole run, and --load-state goes on from the middle: leave out one of them"
            ))),
            None => Ok(()),
        }
    }

    /// The file for the state, if there is to be one. What it had stays until there is a state.
    pub fn open(&self) -> Result<Option<Destination>> {
        self.save_state.as_deref().map(|path| Destination::open("state", path)).transpose()
    }

    /// The state to go on from, of a program with these arguments.
    pub fn read(&self, arguments: &[String]) -> Result<Option<State>> {
        let Some(path) = &self.load_state else { return Ok(None) };
        let wrong = |what: &str| Error::new(format!("{}: {what}", path.display()));
        let bytes = contents(path).map_err(|e| wrong(&format!("cannot be read: {e}")))?;
        let state = decoded(&bytes).map_err(|what| wrong(&what))?;
        if state.arguments != of_arguments(arguments) {
            return Err(wrong("is of a run with other arguments of the program: give those"));
        }
        Ok(Some(state))
    }
}

/// At most one byte more than there can be.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// All that there is of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub run: Suspended,
    pub host: Kept,
    /// Of the program's arguments.
    arguments: u128,
}

impl State {
    /// Writes that of a run that has ended, of a program with these arguments, if it can go on. Says what became of it.
    pub fn keep(file: &Destination, run: Option<Suspended>, host: &Wasi, arguments: &[String]) -> Result<String> {
        let name = file.path().display();
        let Some(run) = run else { return Ok(format!("the run has come to its end: there is no state for {name}")) };
        let cycles = run.cycles();
        let host = host.keep().map_err(|why| Error::new(format!("no state was written to {name}: {why}")))?;
        State { run, host, arguments: of_arguments(arguments) }.write(file)?;
        Ok(format!("--load-state {name} goes on from cycle {cycles}"))
    }

    fn write(&self, file: &Destination) -> Result<()> {
        let contents = postcard::to_stdvec(self).map_err(|e| Error::new(format!("the state has no form: {e}")))?;
        let digest = digest(&contents).to_le_bytes();
        let bytes = [&MAGIC[..], &VERSION.to_le_bytes(), &digest, &contents].concat();
        file.written(file.begin()?.write_all(&bytes))
    }
}

/// The state in a file with these bytes.
fn decoded(bytes: &[u8]) -> std::result::Result<State, String> {
    let behind = bytes.strip_prefix(MAGIC).ok_or("is no state of a run: give a file that --save-state has written")?;
    let damaged = || "is damaged or not whole: begin the run anew, or give another state";
    let (version, behind) = behind.split_first_chunk().ok_or_else(damaged)?;
    let version = u32::from_le_bytes(*version);
    if version != VERSION {
        return Err(format!(
            "has version {version} of the state, and this is for version {VERSION}: begin the run anew"
        ));
    }
    let (stated, contents) = behind.split_first_chunk().ok_or_else(damaged)?;
    if u128::from_le_bytes(*stated) != digest(contents) {
        return Err(damaged().into());
    }
    postcard::from_bytes(contents).map_err(|_| damaged().into())
}

fn of_arguments(arguments: &[String]) -> u128 {
    digest(arguments.join("\0").as_bytes())
}
