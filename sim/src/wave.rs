//! A waveform file of all signals an engine shows, with the retired instruction and its function beside them.
//!
//! Cycle n of the first call lies from n * 10 ns on, with the clock high in its first half; the start function is a call
//! of its own, and what follows goes on behind it. `instruction` and `function` are
//! vectors of ASCII codes: set the viewer's data format to ASCII. They hold the group that retires in the cycle. So is
//! `NAME$state`, the name of the state that signal NAME holds.

use crate::engine::{Engine, Signal, States};
use crate::error::{Error, Result};
use ::engine::{Variable, WaveFile};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const PERIOD: u64 = 10;
/// Characters of the two texts; longer ones are cut.
const CHARACTERS: u32 = 64;
/// The outermost scope.
const TOP: &str = "wafer";

/// A waveform file being written: FST if its name ends in `.fst`, else VCD.
pub struct Wave {
    path: PathBuf,
    file: WaveFile<'static>,
    clock: Variable,
    texts: [Text; 2],
    signals: Vec<Traced>,
    first: bool,
    /// The last cycle written, and the last one of the call before this one, of all cycles.
    last: u64,
    base: u64,
}

struct Text {
    variable: Variable,
    last: String,
}

struct Traced {
    /// `None` for the clock, which the engine shows only at one level.
    variable: Option<Variable>,
    states: Option<(Variable, States)>,
    last: Vec<u32>,
}

impl Wave {
    /// Finds out whether the file can be written.
    pub fn probe(path: &Path) -> Result<()> {
        File::create(path).map(|_| ()).map_err(|e| unwritable(path, &e))
    }

    /// Creates the file and declares the signals.
    pub fn create(path: &Path, engine: &dyn Engine) -> Result<Wave> {
        let create = || -> io::Result<Wave> {
            let mut file = WaveFile::create(path)?;
            let clock = file.wire(&[TOP], "clock", 1)?;
            let mut text = |name| -> io::Result<Text> {
                Ok(Text { variable: file.text(&[TOP], name, CHARACTERS)?, last: String::new() })
            };
            let texts = [text("instruction")?, text("function")?];
            let signals = declare(&mut file, engine.signals(), clock)?;
            Ok(Wave { path: path.to_path_buf(), file, clock, texts, signals, first: true, last: 0, base: 0 })
        };
        create().map_err(|e| unwritable(path, &e))
    }

    /// What follows belongs to another call, behind what there is.
    pub fn begin_call(&mut self) {
        self.base = self.last;
    }

    /// Writes one cycle of the call: the values that [`Engine::peek`] gave for it, and the instruction and function that retired.
    pub fn cycle(&mut self, cycle: u64, values: &[u32], retired: Option<(&str, &str)>) -> Result<()> {
        let written = self.write_cycle(cycle, values, retired);
        written.map_err(|e| unwritable(&self.path, &e))
    }

    fn write_cycle(&mut self, cycle: u64, values: &[u32], retired: Option<(&str, &str)>) -> io::Result<()> {
        let cycle = self.base + cycle;
        self.last = cycle;
        self.file.time(cycle * PERIOD)?;
        self.file.change(self.clock, 1)?;
        let (instruction, function) = retired.unwrap_or_default();
        for (text, now) in self.texts.iter_mut().zip([instruction, function]) {
            if self.first || text.last != now {
                self.file.change_text(text.variable, now)?;
                text.last = now.to_string();
            }
        }
        let mut rest = values;
        for signal in &mut self.signals {
            let (now, after) = rest.split_at(signal.last.len());
            rest = after;
            let Some(variable) = signal.variable else { continue };
            if !self.first && signal.last == now {
                continue;
            }
            signal.last.copy_from_slice(now);
            let value = now.iter().rev().fold(0, |value, &word| value << 32 | u128::from(word));
            self.file.change(variable, value)?;
            if let Some((text, states)) = &signal.states {
                self.file.change_text(*text, states.get(&value).map_or("?", String::as_str))?;
            }
        }
        self.first = false;
        self.file.time(cycle * PERIOD + PERIOD / 2)?;
        self.file.change(self.clock, 0)
    }

    /// Writes what is still buffered.
    pub fn finish(self) -> Result<()> {
        let Wave { path, file, .. } = self;
        file.finish().map_err(|e| unwritable(&path, &e))
    }
}

/// Waves must not take the place of what is being read: of a module, preloaded or not, or of standard input.
pub fn is_no_input<'a>(waves: &Path, module: &'a Path, preloaded: impl Iterator<Item = &'a Path>) -> Result<()> {
    let inputs = [(module, "the module itself"), (Path::new("/dev/stdin"), "the program's input")];
    for (input, what) in inputs.into_iter().chain(preloaded.map(|file| (file, "a preloaded module"))) {
        if is_same(waves, input) {
            return Err(Error::new(format!("{} is {what}; the waves need a file of their own", waves.display())));
        }
    }
    Ok(())
}

/// Whether two names lead to one file, by whatever links. A terminal or the like may be both input and output.
fn is_same(one: &Path, other: &Path) -> bool {
    let file = |path: &Path| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|m| (m.dev(), m.ino()));
    file(one).is_some_and(|one| file(other) == Some(one))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot write the waves to {}: {error}", path.display()))
}

/// Declares the signals in the order of their scopes. Clocks of all levels are one variable.
fn declare(file: &mut WaveFile<'_>, signals: &[Signal], clock: Variable) -> io::Result<Vec<Traced>> {
    let mut order: Vec<usize> = (0..signals.len()).collect();
    order.sort_by_key(|&i| (&signals[i].scope, &signals[i].name));
    let new = |s: &Signal| Traced { variable: None, states: None, last: vec![0; s.words()] };
    let mut traced: Vec<Traced> = signals.iter().map(new).collect();
    for i in order {
        let Signal { scope, name, width, states } = &signals[i];
        let scopes: Vec<&str> = [TOP].into_iter().chain(scope.iter().map(String::as_str)).collect();
        if name == "clock" {
            if !scope.is_empty() {
                file.alias(&scopes, name, clock)?;
            }
            continue;
        }
        traced[i].variable = Some(file.wire(&scopes, name, *width)?);
        if let Some(states) = states {
            let longest = states.values().map(String::len).max().unwrap_or(0);
            let text = file.text(&scopes, &format!("{name}$state"), longest as u32)?;
            traced[i].states = Some((text, states.clone()));
        }
    }
    Ok(traced)
}
