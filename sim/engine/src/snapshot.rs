//! What a simulation is between two clock edges, by names: for another one of the same design, in another process or on
//! another machine, to go on from there.
use crate::{
    Kind, Mem, Sig, Sim,
    error::{Error, Result},
    jit::word_bytes,
    state::State,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Bytes of a memory that are kept or left out together.
const PIECE: usize = 1 << 12;

/// Inputs, registers and memories of a simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Inputs and registers.
    signals: Vec<(String, u128)>,
    memories: Vec<(String, Vec<Piece>)>,
}

/// Words of a memory that are not all 0, as those are that no piece has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    /// Position of the first one.
    first: u64,
    /// Each in the least power of two of bytes that holds it, the lowest byte
    /// first.
    bytes: Vec<u8>,
}

impl Sim {
    /// What there is between two clock edges.
    pub fn snapshot(&self) -> Snapshot {
        let kept = self.design.signals.iter().enumerate().filter(|(_, s)| s.kind != Kind::Comb);
        let signals = kept.map(|(i, s)| (s.name.clone(), self.get(Sig(i as u32)))).collect();
        let memories = self.design.memories.iter().enumerate();
        let memories = memories.map(|(i, m)| (m.name.clone(), self.pieces(Mem(i as u32)))).collect();
        Snapshot { signals, memories }
    }

    fn pieces(&self, m: Mem) -> Vec<Piece> {
        let memory = &self.design.memories[m.0 as usize];
        let bytes = word_bytes(memory.width) as usize;
        let pieces = self.bytes(m).chunks(PIECE).enumerate().filter(|(_, piece)| piece.iter().any(|&byte| byte != 0));
        let words = |(number, piece): (usize, &[u8])| {
            let first = (number * PIECE / bytes) as u64;
            let places = first..first + (piece.len() / bytes) as u64;
            let words = places.flat_map(|place| self.read(m, memory.low + place).to_le_bytes().into_iter().take(bytes));
            Piece { first, bytes: words.collect() }
        };
        pieces.map(words).collect()
    }

    /// Goes on from where another simulation of the same design was. Cycles
    /// and records begin anew.
    ///
    /// # Errors
    /// The design has other inputs, registers or memories. The simulation is
    /// of no use then.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<()> {
        self.has_what_is_in(snapshot)?;
        self.state = State::new(self.layout.size as usize);
        self.cycles = 0;
        for (name, value) in &snapshot.signals {
            let signal = self.sig(name)?;
            self.set(signal, *value);
        }
        for (name, pieces) in &snapshot.memories {
            let m = self.mem(name)?;
            pieces.iter().try_for_each(|piece| self.fill(m, piece))?;
        }
        self.clear_records();
        Ok(())
    }

    fn has_what_is_in(&self, snapshot: &Snapshot) -> Result<()> {
        let kept = self.design.signals.iter().filter(|s| s.kind != Kind::Comb).map(|s| s.name.as_str());
        let signals: HashSet<&str> = snapshot.signals.iter().map(|(name, _)| name.as_str()).collect();
        let memories: HashSet<&str> = snapshot.memories.iter().map(|(name, _)| name.as_str()).collect();
        let same =
            signals == kept.collect() && memories == self.design.memories.iter().map(|m| m.name.as_str()).collect();
        same.then_some(()).ok_or_else(|| Error::nowhere("snapshot", "is of another design"))
    }

    fn fill(&mut self, m: Mem, piece: &Piece) -> Result<()> {
        let memory = &self.design.memories[m.0 as usize];
        let (bytes, low, depth) = (word_bytes(memory.width) as usize, memory.low, memory.depth);
        let count = (piece.bytes.len() / bytes) as u64;
        if piece.first.checked_add(count).is_none_or(|end| end > depth) {
            return Err(Error::nowhere(&memory.name, "is smaller than in the snapshot"));
        }
        for (place, word) in (piece.first..).zip(piece.bytes.chunks_exact(bytes)) {
            let value = word.iter().rev().fold(0, |value, &byte| value << 8 | u128::from(byte));
            self.write(m, low + place, value);
        }
        Ok(())
    }
}
