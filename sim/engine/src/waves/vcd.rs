//! Value change dumps: text, IEEE 1364-2005, clause 18.
use super::{Format, Kind};
use std::io::{self, Write};
use vcd::{IdCode, TimescaleUnit, Value, VarType, Writer};

pub struct Vcd<W: Write> {
    writer: Writer<W>,
    /// Per variable its short name, and whether it is one bit.
    variables: Vec<(IdCode, bool)>,
    /// Something has been written.
    started: bool,
}

impl<W: Write> Vcd<W> {
    pub fn new(out: W) -> Vcd<W> {
        Vcd { writer: Writer::new(out), variables: Vec::new(), started: false }
    }

    fn start(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.started, true) {
            true => Ok(()),
            false => self.writer.timescale(1, TimescaleUnit::NS),
        }
    }
}

impl<W: Write> Format for Vcd<W> {
    fn scope(&mut self, name: &str) -> io::Result<()> {
        self.start()?;
        self.writer.add_module(name)
    }

    fn upscope(&mut self) -> io::Result<()> {
        self.writer.upscope()
    }

    fn declare(&mut self, name: &str, width: u32, kind: Kind) -> io::Result<()> {
        self.start()?;
        let ty = if kind == Kind::Text { VarType::Reg } else { VarType::Wire };
        match kind {
            Kind::Alias(number) => self.writer.var_def(ty, width, self.variables[number as usize].0, name, None),
            Kind::Wire | Kind::Text => {
                self.variables.push((self.writer.add_var(ty, width, name, None)?, width == 1));
                Ok(())
            }
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        self.start()?;
        self.writer.enddefinitions()
    }

    fn time(&mut self, time: u64) -> io::Result<()> {
        self.writer.timestamp(time)
    }

    /// Digits go past the crate, which formats each by itself: the dump is written four times as fast.
    fn change(&mut self, number: u32, bits: &[u8]) -> io::Result<()> {
        let (id, scalar) = self.variables[number as usize];
        if scalar {
            return self.writer.change_scalar(id, if bits[0] == b'1' { Value::V1 } else { Value::V0 });
        }
        let out = self.writer.writer();
        out.write_all(b"b")?;
        out.write_all(bits)?;
        writeln!(out, " {id}")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
