//! A value change dump of all signals an engine shows, with the retired instruction and its function beside them.
//!
//! Cycle n of the call lies from n * 10 ns on, with the clock high in its first half. `instruction` and `function` are
//! vectors of ASCII codes: set the viewer's data format to ASCII. They hold the group that retires in the cycle.

use crate::engine::{Engine, Signal};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use vcd::{IdCode, TimescaleUnit, Value, VarType, Writer};

const PERIOD: u64 = 10;
/// Characters of the two texts; longer ones are cut.
const CHARACTERS: usize = 64;

/// A VCD file being written.
pub struct Wave {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    clock: IdCode,
    texts: [Text; 2],
    signals: Vec<Variable>,
    first: bool,
}

struct Text {
    id: IdCode,
    last: String,
}

struct Variable {
    /// `None` for the clock, which the engine shows only at one level.
    id: Option<IdCode>,
    width: u32,
    last: Vec<u32>,
}

impl Wave {
    /// Finds out whether the file can be written.
    pub fn probe(path: &Path) -> Result<()> {
        File::create(path).map(|_| ()).map_err(|e| unwritable(path, &e))
    }

    /// Creates the file and writes its header.
    pub fn create(path: &Path, engine: &dyn Engine) -> Result<Wave> {
        let create = || -> io::Result<Wave> {
            let mut writer = Writer::new(BufWriter::new(File::create(path)?));
            writer.timescale(1, TimescaleUnit::NS)?;
            writer.add_module("wafer")?;
            let clock = writer.add_wire(1, "clock")?;
            let bits = 8 * CHARACTERS as u32;
            let mut text = |name| -> io::Result<Text> {
                let id = writer.add_var(VarType::Reg, bits, name, None)?;
                Ok(Text { id, last: String::new() })
            };
            let texts = [text("instruction")?, text("function")?];
            let signals = declare(&mut writer, engine.signals(), clock)?;
            writer.enddefinitions()?;
            Ok(Wave { path: path.to_path_buf(), writer, clock, texts, signals, first: true })
        };
        create().map_err(|e| unwritable(path, &e))
    }

    /// Writes one cycle: the values that [`Engine::peek`] gave for it, and the instruction and function that retired.
    pub fn cycle(&mut self, cycle: u64, values: &[u32], retired: Option<(&str, &str)>) -> Result<()> {
        let written = self.write_cycle(cycle, values, retired);
        written.map_err(|e| unwritable(&self.path, &e))
    }

    fn write_cycle(&mut self, cycle: u64, values: &[u32], retired: Option<(&str, &str)>) -> io::Result<()> {
        self.writer.timestamp(cycle * PERIOD)?;
        self.writer.change_scalar(self.clock, Value::V1)?;
        let (instruction, function) = retired.unwrap_or_default();
        for (text, now) in self.texts.iter_mut().zip([instruction, function]) {
            if self.first || text.last != now {
                self.writer.change_vector(text.id, ascii(now))?;
                text.last = now.to_string();
            }
        }
        let mut rest = values;
        for signal in &mut self.signals {
            let (now, after) = rest.split_at(signal.last.len());
            rest = after;
            let Some(id) = signal.id else { continue };
            if !self.first && signal.last == now {
                continue;
            }
            signal.last.copy_from_slice(now);
            let bit = |i: u32| Value::from(now[i as usize / 32] >> (i % 32) & 1 != 0);
            match signal.width {
                1 => self.writer.change_scalar(id, bit(0))?,
                width => self.writer.change_vector(id, (0..width).rev().map(bit))?,
            }
        }
        self.first = false;
        self.writer.timestamp(cycle * PERIOD + PERIOD / 2)?;
        self.writer.change_scalar(self.clock, Value::V0)
    }

    /// Writes what is still buffered.
    pub fn finish(mut self) -> Result<()> {
        self.writer.flush().map_err(|e| unwritable(&self.path, &e))
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot write the waves to {}: {error}", path.display()))
}

/// Characters outside ASCII become question marks; the text stands at the right, as Verilog does it.
fn ascii(text: &str) -> impl Iterator<Item = Value> {
    let mut bytes = [0; CHARACTERS];
    let shown: Vec<u8> = text.chars().take(CHARACTERS).map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect();
    bytes[CHARACTERS - shown.len()..].copy_from_slice(&shown);
    bytes.into_iter().flat_map(|byte| (0..8).rev().map(move |i| Value::from(byte >> i & 1 != 0)))
}

/// Declares the signals below the open top scope, which is closed. Clocks of all levels are one variable.
fn declare(writer: &mut Writer<impl io::Write>, signals: &[Signal], clock: IdCode) -> io::Result<Vec<Variable>> {
    let mut order: Vec<usize> = (0..signals.len()).collect();
    order.sort_by_key(|&i| (&signals[i].scope, &signals[i].name));
    let new = |s: &Signal| Variable { id: None, width: s.width, last: vec![0; s.words()] };
    let mut variables: Vec<Variable> = signals.iter().map(new).collect();
    let mut open: &[String] = &[];
    for i in order {
        let signal = &signals[i];
        let common = open.iter().zip(&signal.scope).take_while(|(a, b)| a == b).count();
        for _ in common..open.len() {
            writer.upscope()?;
        }
        for scope in &signal.scope[common..] {
            writer.add_module(scope)?;
        }
        open = &signal.scope;
        if signal.name != "clock" {
            variables[i].id = Some(writer.add_wire(signal.width, &signal.name)?);
        } else if !signal.scope.is_empty() {
            writer.var_def(VarType::Wire, 1, clock, "clock", None)?;
        }
    }
    for _ in 0..=open.len() {
        writer.upscope()?;
    }
    Ok(variables)
}
