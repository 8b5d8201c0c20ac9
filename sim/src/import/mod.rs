//! Calls of imported functions: the core waits, the host answers on the core's memory, and the model is told the same.

use crate::engine::Engine;
use crate::host::{Space, Write, control};
use firmware_loader::host::{Host, Memory, Reply};
use isa::memory::MemorySizes;
use isa::outcome::{Exhausted, Fault, Stop};
use isa::types::Value;
use model::HostCall;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What answers the calls of a simulated core.
pub type Imports<'a> = dyn for<'b> Host<CoreMemory<'b>> + 'a;

mod log;

pub use log::{Log, Replay};

/// Bytes of a row of linear memory.
const ROW: u32 = Space::Memory.row_bytes() as u32;
/// Bytes that are read or written at once: rows take several times as much room on the way.
const PIECE: usize = 1 << 16;

/// An imported function that a core waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import {
    pub function: u32,
    /// Value-stack slot of the first argument, and of the first result.
    pub slot: u32,
}

/// A call with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub function: u32,
    pub args: Vec<Value>,
    pub reply: Reply,
    /// Of the function's result types; zeros if the program is over.
    pub results: Vec<Value>,
    /// What was written into linear memory, in order.
    pub writes: Vec<(u32, Vec<u8>)>,
}

impl Answer {
    /// Whether the host was not ready because somebody had raised the interrupt, or its time was over.
    pub fn was_cut_short(&self) -> bool {
        matches!(self.reply, Reply::Stop(Stop::Exhausted(Exhausted::Interrupted | Exhausted::Time)))
    }
}

/// The linear memory of a core that waits.
pub struct CoreMemory<'a> {
    engine: &'a mut dyn Engine,
    /// As they were at the start.
    sizes: MemorySizes,
    /// Of the call so far.
    cycles: u64,
    writes: Vec<(u32, Vec<u8>)>,
    /// Something that was written is not there: a pool of blocks was empty.
    lost: bool,
}

impl<'a> CoreMemory<'a> {
    /// Of a core that has run the call for so many cycles.
    pub fn new(engine: &'a mut dyn Engine, sizes: MemorySizes, cycles: u64) -> CoreMemory<'a> {
        CoreMemory { engine, sizes, cycles, writes: Vec::new(), lost: false }
    }

    /// What was written, in order, and the reply, unless there was no room for what was written.
    pub fn settle(self, reply: Reply) -> (Vec<(u32, Vec<u8>)>, Reply) {
        (self.writes, if self.lost { Reply::Stop(Stop::Exhausted(Exhausted::PhysicalMemory)) } else { reply })
    }

    /// Writes at most [`PIECE`] bytes.
    fn write_piece(&mut self, address: u32, bytes: &[u8]) {
        let (first, mut contents) = self.rows(address, bytes.len());
        contents[(address % ROW) as usize..][..bytes.len()].copy_from_slice(bytes);
        let words = contents.as_chunks().0.iter().map(|&row| u32::from_le_bytes(row));
        let writes: Vec<Write> =
            (first..).zip(words).map(|(row, word)| Write::new(Space::Memory, row, word.into())).collect();
        self.engine.write(&writes);
        if self.sizes.is_pool() {
            self.lost |= self.rows(address, bytes.len()).1 != contents;
        }
    }

    /// The rows that hold some bytes, with the number of the first one.
    fn rows(&mut self, address: u32, bytes: usize) -> (u32, Vec<u8>) {
        let first = address / ROW;
        let end = (u64::from(address) + bytes as u64).div_ceil(ROW.into()) as u32;
        let mut words = vec![0; end.saturating_sub(first) as usize];
        self.engine.read(Space::Memory, first, &mut words);
        (first, words.iter().flat_map(|&word| (word as u32).to_le_bytes()).collect())
    }
}

impl Memory for CoreMemory<'_> {
    type Error = Infallible;

    fn size(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0];
        self.engine.read(Space::Control, control::MEMORY_BYTES, &mut bytes);
        Ok(MemorySizes { declared: bytes[0], ..self.sizes }.reachable())
    }

    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (address, piece) in (address..).step_by(PIECE).zip(bytes.chunks_mut(PIECE)) {
            let (_, contents) = self.rows(address, piece.len());
            piece.copy_from_slice(&contents[(address % ROW) as usize..][..piece.len()]);
        }
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        for (address, piece) in (address..).step_by(PIECE).zip(bytes.chunks(PIECE)) {
            self.write_piece(address, piece);
        }
        self.writes.push((address, bytes.to_vec()));
        Ok(())
    }

    fn cycles(&mut self) -> Result<u64, Infallible> {
        Ok(self.cycles)
    }
}

/// Answers that the core got, for the model to get them too.
#[derive(Clone, Debug, Default)]
pub struct Answers(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    answers: VecDeque<Answer>,
    /// What the model called instead of what the core did.
    different: Option<String>,
}

impl Answers {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn push(&self, answer: Answer) {
        self.queue().answers.push_back(answer);
    }

    /// How the model's last call differs from the core's, if it does.
    pub fn different(&self) -> Option<String> {
        self.queue().different.clone()
    }

    /// Answers a call of the model.
    pub fn answer(&self, function: u32, call: HostCall<'_>) -> Result<Vec<Value>, Stop> {
        let mut queue = self.queue();
        match queue.answers.pop_front() {
            Some(answer) if answer.function == function && answer.args == call.args => {
                if let Some(memory) = call.memory {
                    answer.writes.iter().for_each(|(address, bytes)| memory.write_as_host((*address).into(), bytes));
                }
                Ok(answer.results)
            }
            found => {
                let called = |function: u32, args: &[Value]| {
                    let args: Vec<_> = args.iter().map(|arg| format!("{:#x}", arg.bits)).collect();
                    format!("function {function} with ({})", args.join(", "))
                };
                let hardware = found.map_or("none".into(), |answer| called(answer.function, &answer.args));
                let model = called(function, call.args);
                queue.different = Some(format!("the imported function called: {hardware}, in the model {model}"));
                Err(Stop::Fault(Fault::InvalidCode))
            }
        }
    }
}
