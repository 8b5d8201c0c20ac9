//! Value change dumps: text, IEEE 1364-2005, clause 18.
use super::{Format, Kind};
use std::io::{self, Write};

pub struct Vcd<W> {
    out: W,
    /// Per variable whether it is one bit.
    scalar: Vec<bool>,
    /// Something has been written.
    started: bool,
}

impl<W: Write> Vcd<W> {
    pub fn new(out: W) -> Vcd<W> {
        Vcd { out, scalar: Vec::new(), started: false }
    }

    fn start(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.started, true) {
            true => Ok(()),
            false => writeln!(self.out, "$timescale 1ns $end"),
        }
    }
}

/// The short name of a variable: its number to base 94, from `!` up.
fn code(mut number: u32) -> String {
    let mut out = String::new();
    loop {
        out.push((b'!' + (number % 94) as u8) as char);
        number /= 94;
        if number == 0 {
            return out;
        }
    }
}

impl<W: Write> Format for Vcd<W> {
    fn scope(&mut self, name: &str) -> io::Result<()> {
        self.start()?;
        writeln!(self.out, "$scope module {name} $end")
    }

    fn upscope(&mut self) -> io::Result<()> {
        writeln!(self.out, "$upscope $end")
    }

    fn declare(&mut self, name: &str, width: u32, kind: Kind) -> io::Result<()> {
        self.start()?;
        let next = self.scalar.len() as u32;
        let (number, kind) = match kind {
            Kind::Alias(number) => (number, "wire"),
            Kind::Wire => (next, "wire"),
            Kind::Text => (next, "reg"),
        };
        if number == next {
            self.scalar.push(width == 1);
        }
        writeln!(self.out, "$var {kind} {width} {} {name} $end", code(number))
    }

    fn begin(&mut self) -> io::Result<()> {
        self.start()?;
        writeln!(self.out, "$enddefinitions $end")
    }

    fn time(&mut self, time: u64) -> io::Result<()> {
        writeln!(self.out, "#{time}")
    }

    fn change(&mut self, number: u32, bits: &[u8]) -> io::Result<()> {
        match self.scalar[number as usize] {
            true => writeln!(self.out, "{}{}", bits[0] as char, code(number)),
            false => {
                self.out.write_all(b"b")?;
                self.out.write_all(bits)?;
                writeln!(self.out, " {}", code(number))
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
