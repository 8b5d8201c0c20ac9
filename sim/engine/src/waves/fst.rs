//! GTKWave's compressed format, through `fst-writer`.
use super::{Format, Kind};
use fst_writer::{
    FstBodyWriter, FstFileType, FstHeaderWriter, FstInfo, FstScopeType, FstSignalId, FstSignalType, FstVarDirection,
    FstVarType, FstWriteError,
};
use std::io::{self, Seek, Write};

/// Bytes of changes gathered before they are compressed and written.
const BLOCK: usize = 1 << 20;

pub struct Fst<W: Write + Seek> {
    stage: Stage<W>,
    /// Per variable its name in the file and its width.
    ids: Vec<(FstSignalId, usize)>,
    /// Digits of the value being written.
    padded: Vec<u8>,
}

enum Stage<W: Write + Seek> {
    Declaring(FstHeaderWriter<W>),
    Running(FstBodyWriter<W>),
    Finished,
}

fn failed(error: FstWriteError) -> io::Error {
    match error {
        FstWriteError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidInput, other),
    }
}

fn out_of_order() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "declarations come before changes, and changes before the end")
}

impl<W: Write + Seek> Fst<W> {
    pub fn new(out: W) -> io::Result<Fst<W>> {
        let info = FstInfo {
            start_time: 0,
            timescale_exponent: -9,
            version: concat!("engine ", env!("CARGO_PKG_VERSION")).to_string(),
            // equal runs give equal files
            date: String::new(),
            file_type: FstFileType::Verilog,
        };
        let header = FstHeaderWriter::new(out, &info).map_err(failed)?;
        Ok(Fst { stage: Stage::Declaring(header), ids: Vec::new(), padded: Vec::new() })
    }

    fn header(&mut self) -> io::Result<&mut FstHeaderWriter<W>> {
        match &mut self.stage {
            Stage::Declaring(header) => Ok(header),
            _ => Err(out_of_order()),
        }
    }
}

impl<W: Write + Seek> Format for Fst<W> {
    fn scope(&mut self, name: &str) -> io::Result<()> {
        self.header()?.scope(name, "", FstScopeType::Module).map_err(failed)
    }

    fn upscope(&mut self) -> io::Result<()> {
        self.header()?.up_scope().map_err(failed)
    }

    fn declare(&mut self, name: &str, width: u32, kind: Kind) -> io::Result<()> {
        let (kind, alias) = match kind {
            Kind::Alias(number) => (FstVarType::Wire, Some(self.ids[number as usize].0)),
            Kind::Wire => (FstVarType::Wire, None),
            Kind::Text => (FstVarType::Reg, None),
        };
        let bits = FstSignalType::bit_vec(width);
        let id = self.header()?.var(name, bits, kind, FstVarDirection::Implicit, alias).map_err(failed)?;
        if alias.is_none() {
            self.ids.push((id, width as usize));
        }
        Ok(())
    }

    fn begin(&mut self) -> io::Result<()> {
        let Stage::Declaring(header) = std::mem::replace(&mut self.stage, Stage::Finished) else {
            return Err(out_of_order());
        };
        self.stage = Stage::Running(header.finish().map_err(failed)?);
        Ok(())
    }

    fn time(&mut self, time: u64) -> io::Result<()> {
        let Stage::Running(body) = &mut self.stage else {
            return Err(out_of_order());
        };
        // a block ends before a new time only
        if body.size() > BLOCK {
            body.flush().map_err(failed)?;
        }
        body.time_change(time).map_err(failed)
    }

    fn change(&mut self, number: u32, bits: &[u8]) -> io::Result<()> {
        let (id, width) = self.ids[number as usize];
        let Stage::Running(body) = &mut self.stage else {
            return Err(out_of_order());
        };
        self.padded.clear();
        self.padded.resize(width - bits.len(), b'0');
        self.padded.extend_from_slice(bits);
        body.signal_change(id, &self.padded).map_err(failed)
    }

    fn finish(&mut self) -> io::Result<()> {
        let Stage::Running(body) = std::mem::replace(&mut self.stage, Stage::Finished) else {
            return Err(out_of_order());
        };
        body.finish().map_err(failed)?.flush()
    }
}
