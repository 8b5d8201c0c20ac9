//! What the host answered, kept so that a run can be repeated: in memory while it is little, then in a temporary file.

use super::{Answer, CoreMemory};
use crate::observe::{Observed, Observer};
use firmware_loader::host::{Host, Memory, Reply};
use isa::module::Module;
use isa::outcome::Stop;
use isa::types::Value;
use std::convert::Infallible;
use std::io::{self, BufReader, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// Bytes kept in memory.
const MEMORY: usize = 1 << 20;

/// What an entry begins with: how the call ended.
const RESULTS: u32 = 0;
const EXIT: u32 = 1;
const STOP: u32 = 2;

/// Answers, in order.
pub struct Log {
    file: SpooledTempFile,
    /// An answer could not be written, so that no run can be repeated any more.
    lost: bool,
}

impl Default for Log {
    fn default() -> Log {
        Log { file: SpooledTempFile::new(MEMORY), lost: false }
    }
}

impl Log {
    /// Adds an answer. What cannot be written ends the log, and not the run.
    pub fn push(&mut self, answer: &Answer) {
        self.lost = self.lost || self.file.write_all(&encode(answer)).is_err();
    }

    /// Whether it has left memory.
    pub fn is_on_disk(&self) -> bool {
        self.file.is_rolled()
    }

    /// The answers once more, for calls of imports of this module; `None` if they are not all there.
    pub fn replay(mut self, module: &Module) -> Option<Replay<'_>> {
        let kept = !self.lost && self.file.rewind().is_ok();
        kept.then(|| Replay { answers: BufReader::new(self.file), module })
    }
}

impl Observer for Log {
    fn answered(&mut self, answer: &Answer) -> Observed {
        self.push(answer);
        Ok(())
    }
}

/// The end, the results as they lie in their slots, and the writes into memory, each with its address and length.
fn encode(answer: &Answer) -> Vec<u8> {
    let (kind, status) = match &answer.reply {
        Reply::Results(_) => (RESULTS, 0),
        Reply::Exit(status) => (EXIT, *status),
        Reply::Stop(stop) => (STOP, stop.code().into()),
    };
    let mut bytes = [kind, status].map(u32::to_le_bytes).concat();
    bytes.extend(answer.results.iter().flat_map(|value| value.bits.to_le_bytes()));
    bytes.extend((answer.writes.len() as u32).to_le_bytes());
    for (address, written) in &answer.writes {
        bytes.extend([*address, written.len() as u32].map(u32::to_le_bytes).concat());
        bytes.extend(written);
    }
    bytes
}

/// Answers again as it was answered before, without asking anybody.
pub struct Replay<'m> {
    answers: BufReader<SpooledTempFile>,
    module: &'m Module,
}

impl Replay<'_> {
    /// The next answer, with its writes made.
    fn next(&mut self, function: u32, memory: &mut CoreMemory<'_>) -> io::Result<Reply> {
        let [kind, status] = [self.word()?, self.word()?];
        let types = self.module.function_type(function).map_or(&[][..], |ty| &ty.results);
        let results: io::Result<Vec<Value>> = types.iter().map(|&ty| Ok(Value { ty, bits: self.slot()? })).collect();
        let results = results?;
        for _ in 0..self.word()? {
            let [address, length] = [self.word()?, self.word()?];
            let mut bytes = vec![0; length as usize];
            self.answers.read_exact(&mut bytes)?;
            let Ok(()) = memory.write(address, &bytes);
        }
        let stop = || Stop::from_code(status as u8).ok_or(io::ErrorKind::InvalidData);
        Ok(match kind {
            RESULTS => Reply::Results(results),
            EXIT => Reply::Exit(status),
            _ => Reply::Stop(stop()?),
        })
    }

    fn word(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.answers.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn slot(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.answers.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

impl Host<CoreMemory<'_>> for Replay<'_> {
    fn call(&mut self, function: u32, _: &[Value], memory: &mut CoreMemory<'_>) -> Result<Reply, Infallible> {
        // The run is the same up to its difference, and there it ends.
        Ok(self.next(function, memory).unwrap_or(Reply::Exit(0)))
    }
}
