//! A waveform file of all signals an engine shows, with the retired instruction and its function beside them.
//!
//! Cycle n of the first call lies from n * 10 ns on, with the clock high in its first half; the start function is a call
//! of its own, and what follows goes on behind it. `instruction` and `function` are
//! vectors of ASCII codes: set the viewer's data format to ASCII. They hold the group that retires in the cycle. So is
//! `NAME$state`, the name of the state that signal NAME holds.

use super::destination::Destination;
use super::registry::{Entry, Takes, Windowed};
use super::{Cycle, Look, Observed, Observer, Signals, Window};
use crate::engine::{Signal, States};
use crate::error::Result;
use crate::machine::{Call, texts};
use ::engine::{Variable, WaveFile};
use hdl::signals::port::CLOCK;
use isa::module::Module;
use std::io;
use std::path::Path;

/// `--vcd FILE`
pub const ENTRY: Entry = Entry {
    option: "vcd",
    alias: Some("waves"),
    help: "Write the waves of all signals: FST if the name ends in .fst, else VCD",
    takes: Takes::File("waves"),
    window: Windowed::Always,
    whole: false,
    make: |watched, files| Ok(Box::new(Wave::create(watched.module, Path::new(&files[0]), watched.window)?)),
};

const PERIOD: u64 = 10;
/// Characters of the two texts; longer ones are cut.
const CHARACTERS: u32 = 64;
/// The outermost scope.
const TOP: &str = "wafer";

/// Writes a waveform file: FST if its name ends in `.fst`, else VCD.
pub struct Wave<'m> {
    module: &'m Module,
    destination: Destination,
    window: Window,
    /// From the first call to the end of the run.
    waves: Option<Waves>,
}

/// A waveform file being written.
struct Waves {
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

impl<'m> Wave<'m> {
    /// Of runs of this module, in these cycles of each call. An error if the file cannot be written.
    pub fn create(module: &'m Module, path: &Path, window: Window) -> Result<Wave<'m>> {
        Ok(Wave { module, destination: Destination::open("waves", path)?, window, waves: None })
    }
}

impl Observer for Wave<'_> {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::All, window: self.window })
    }

    fn begin_call(&mut self, _: &Call<'_>, signals: &[Signal]) -> Result<()> {
        match &mut self.waves {
            // Behind what there is.
            Some(waves) => waves.base = waves.last,
            none => {
                let file = WaveFile::of_name(self.destination.path(), self.destination.begin()?);
                let waves = file.and_then(|file| Waves::new(file, signals));
                *none = Some(self.destination.written(waves)?);
            }
        }
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        let Some(waves) = &mut self.waves else { return Ok(()) };
        let (instruction, function) = cycle.retired.map(|sample| texts(self.module, sample)).unwrap_or_default();
        let written = waves.write_cycle(cycle.number, cycle.values, [&instruction, &function]);
        Ok(self.destination.written(written)?)
    }

    /// Writes what is still buffered.
    fn end(&mut self) -> Result<()> {
        let finished = self.waves.take().map_or(Ok(()), |waves| waves.file.finish());
        self.destination.written(finished)
    }
}

impl Waves {
    /// Declares the signals.
    fn new(mut file: WaveFile<'static>, signals: &[Signal]) -> io::Result<Waves> {
        let clock = file.wire(&[TOP], CLOCK, 1)?;
        let mut text = |name| -> io::Result<Text> {
            Ok(Text { variable: file.text(&[TOP], name, CHARACTERS)?, last: String::new() })
        };
        let texts = [text("instruction")?, text("function")?];
        let signals = declare(&mut file, signals, clock)?;
        Ok(Waves { file, clock, texts, signals, first: true, last: 0, base: 0 })
    }

    /// Writes one cycle of the call: the values of all signals, and the instruction and function that retired.
    fn write_cycle(&mut self, cycle: u64, values: &[u32], retired: [&str; 2]) -> io::Result<()> {
        let cycle = self.base + cycle;
        self.last = cycle;
        self.file.time(cycle * PERIOD)?;
        self.file.change(self.clock, 1)?;
        for (text, now) in self.texts.iter_mut().zip(retired) {
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
        if name == CLOCK {
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
