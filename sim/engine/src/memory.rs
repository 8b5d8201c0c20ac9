//! A simulation's memories: word by word, or all at once for images.
use crate::{Sim, error::Result, ir::mask, jit::word_bytes};

/// A memory of one [`Sim`], found by [`Sim::mem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mem(pub(crate) u32);

impl Sim {
    /// The memory with this hierarchical name.
    pub fn mem(&self, name: &str) -> Result<Mem> {
        self.design.memory_id(name).map(Mem)
    }

    fn word(&self, m: Mem, index: u64) -> (usize, usize) {
        let memory = &self.design.memories[m.0 as usize];
        let place = index.wrapping_sub(memory.low);
        assert!(place < memory.depth, "index {index} is outside of {}", memory.name);
        let bytes = word_bytes(memory.width) as usize;
        (self.layout.memories[m.0 as usize] as usize + place as usize * bytes, bytes)
    }

    /// How many words a memory has.
    pub fn words(&self, m: Mem) -> u64 {
        self.design.memories[m.0 as usize].depth
    }

    /// A memory word.
    ///
    /// # Panics
    /// If the index is outside of the memory.
    pub fn read(&self, m: Mem, index: u64) -> u128 {
        let (offset, bytes) = self.word(m, index);
        self.state.load(offset, bytes)
    }

    /// Sets a memory word; bits above its width are dropped.
    ///
    /// # Panics
    /// If the index is outside of the memory.
    pub fn write(&mut self, m: Mem, index: u64, value: u128) {
        let (offset, bytes) = self.word(m, index);
        let value = value & mask(self.design.memories[m.0 as usize].width);
        self.state.store(offset, bytes, value);
    }

    fn mem_range(&self, m: Mem) -> std::ops::Range<usize> {
        let memory = &self.design.memories[m.0 as usize];
        let start = self.layout.memories[m.0 as usize] as usize;
        start..start + (memory.depth * word_bytes(memory.width) as u64) as usize
    }

    /// All words of a memory in machine byte order, each in the least power of
    /// two of bytes that holds it.
    pub fn bytes(&self, m: Mem) -> &[u8] {
        &self.state.bytes()[self.mem_range(m)]
    }

    /// All words of a memory, to be changed.
    ///
    /// # Panics
    /// If the words are not 8, 16, 32, 64 or 128 bits wide: unused bits must
    /// stay zero, so those memories are written by [`Sim::write`].
    pub fn bytes_mut(&mut self, m: Mem) -> &mut [u8] {
        let width = self.design.memories[m.0 as usize].width;
        assert!(width == 8 * word_bytes(width), "words of {width} bits do not fill their bytes");
        let range = self.mem_range(m);
        &mut self.state.bytes_mut()[range]
    }
}
