//! Waveform files: scopes, variables and their changes, in one of two formats.
mod fst;
mod trace;
mod vcd;

pub use trace::Waves;

use fst::Fst;
use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
    path::Path,
};
use vcd::Vcd;

/// What a format has to write. Variables are numbered from 0 in the order of
/// their declaration; an alias gets no number.
trait Format {
    fn scope(&mut self, name: &str) -> io::Result<()>;
    fn upscope(&mut self) -> io::Result<()>;
    fn declare(&mut self, name: &str, width: u32, kind: Kind) -> io::Result<()>;
    /// All is declared.
    fn begin(&mut self) -> io::Result<()>;
    fn time(&mut self, time: u64) -> io::Result<()>;
    /// `bits` are one digit at least, the highest first; zeros before them are
    /// left out.
    fn change(&mut self, number: u32, bits: &[u8]) -> io::Result<()>;
    fn finish(&mut self) -> io::Result<()>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Wire,
    /// Characters in ASCII.
    Text,
    /// Another name of the variable with this number.
    Alias(u32),
}

/// A variable of one [`WaveFile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    number: u32,
    /// Bits.
    width: u32,
}

/// A waveform file being written: first the declarations, then the changes,
/// time after time. The unit of time is a nanosecond.
pub struct WaveFile<'w> {
    format: Box<dyn Format + 'w>,
    /// The open scopes, outermost first.
    open: Vec<String>,
    variables: u32,
    begun: bool,
    /// Digits of the value being written.
    bits: Vec<u8>,
}

impl<'w> WaveFile<'w> {
    /// Creates a file: FST if its name ends in `.fst`, else VCD.
    ///
    /// # Errors
    /// A file that cannot be created.
    pub fn create(path: &Path) -> io::Result<WaveFile<'static>> {
        WaveFile::of_name(path, File::create(path)?)
    }

    /// Of a file that is open and empty, in the format that its name says.
    ///
    /// # Errors
    /// Writing fails.
    pub fn of_name(name: &Path, file: File) -> io::Result<WaveFile<'static>> {
        let file = BufWriter::new(file);
        match name.extension().is_some_and(|e| e.eq_ignore_ascii_case("fst")) {
            true => WaveFile::fst(file),
            false => Ok(WaveFile::vcd(file)),
        }
    }

    /// A value change dump (IEEE 1364-2005, clause 18).
    pub fn vcd(out: impl Write + 'w) -> WaveFile<'w> {
        WaveFile::of(Box::new(Vcd::new(out)))
    }

    /// The compressed format of GTKWave, which Surfer reads as well.
    ///
    /// # Errors
    /// Writing fails.
    pub fn fst(out: impl Write + Seek + 'w) -> io::Result<WaveFile<'w>> {
        Ok(WaveFile::of(Box::new(Fst::new(out)?)))
    }

    fn of(format: Box<dyn Format + 'w>) -> WaveFile<'w> {
        let (open, bits) = (Vec::new(), Vec::new());
        WaveFile { format, open, variables: 0, begun: false, bits }
    }

    /// Declares a variable of `width` bits. Scopes open and close as needed, so
    /// all variables of a scope should come in a row.
    ///
    /// # Errors
    /// Writing fails; so for all that follow.
    pub fn wire(&mut self, scope: &[&str], name: &str, width: u32) -> io::Result<Variable> {
        self.declare(scope, name, width, Kind::Wire)
    }

    /// Declares a text: its characters in ASCII, 8 bits each, which viewers show
    /// as text if told so. The format itself knows no better way in common.
    pub fn text(&mut self, scope: &[&str], name: &str, characters: u32) -> io::Result<Variable> {
        self.declare(scope, name, 8 * characters.max(1), Kind::Text)
    }

    /// Declares another name of a variable.
    pub fn alias(&mut self, scope: &[&str], name: &str, of: Variable) -> io::Result<()> {
        self.declare(scope, name, of.width, Kind::Alias(of.number)).map(|_| ())
    }

    fn declare(&mut self, scope: &[&str], name: &str, width: u32, kind: Kind) -> io::Result<Variable> {
        let common = self.open.iter().zip(scope).take_while(|(a, b)| a == *b).count();
        for _ in common..self.open.len() {
            self.format.upscope()?;
        }
        self.open.truncate(common);
        for part in &scope[common..] {
            self.format.scope(part)?;
            self.open.push(part.to_string());
        }
        self.format.declare(name, width, kind)?;
        let number = self.variables;
        self.variables += u32::from(!matches!(kind, Kind::Alias(_)));
        Ok(Variable { number, width })
    }

    /// Ends the declarations, if that has not happened.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        for _ in self.open.drain(..) {
            self.format.upscope()?;
        }
        self.format.begin()
    }

    /// What follows happens at `time`, which only grows.
    pub fn time(&mut self, time: u64) -> io::Result<()> {
        self.begin()?;
        self.format.time(time)
    }

    /// The variable takes this value, after [`WaveFile::time`].
    pub fn change(&mut self, variable: Variable, value: u128) -> io::Result<()> {
        let digits = (128 - value.leading_zeros()).clamp(1, variable.width);
        self.bits.clear();
        self.bits.extend((0..digits).rev().map(|i| b'0' + (value >> i & 1) as u8));
        self.format.change(variable.number, &self.bits)
    }

    /// The text variable takes this value: what is too long is cut, and
    /// characters outside ASCII become question marks. It stands at the right,
    /// as in Verilog.
    pub fn change_text(&mut self, variable: Variable, text: &str) -> io::Result<()> {
        let room = variable.width as usize / 8;
        let shown = text.chars().take(room).map(|c| if c.is_ascii() { c as u8 } else { b'?' });
        self.bits.clear();
        for byte in shown {
            self.bits.extend((0..8).rev().map(|i| b'0' + (byte >> i & 1)));
        }
        if self.bits.is_empty() {
            self.bits.push(b'0');
        }
        self.format.change(variable.number, &self.bits)
    }

    /// Writes what is still buffered; without this, a file may be unreadable.
    pub fn finish(mut self) -> io::Result<()> {
        self.begin()?;
        self.format.finish()
    }
}
