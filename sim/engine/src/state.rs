//! The bytes of a running simulation.
use crate::jit::ALIGN;

const WORD: usize = size_of::<u128>();

/// Zeroed memory at an aligned address. Pages that nobody touches cost nothing,
/// however large the memories of the design are.
pub struct State {
    words: Vec<u128>,
    /// Bytes before the first aligned address.
    skip: usize,
    size: usize,
}

impl State {
    /// `size` zero bytes.
    pub fn new(size: usize) -> State {
        // a plain zeroed vector comes from fresh pages; asking the allocator for
        // a larger alignment would make it write the zeros
        let words = vec![0u128; (size + ALIGN as usize).div_ceil(WORD)];
        let skip = (words.as_ptr() as usize).wrapping_neg() % ALIGN as usize;
        State { words, skip, size }
    }

    /// The first byte, for generated code.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.bytes_mut().as_mut_ptr()
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        let len = self.words.len() * WORD;
        // SAFETY: any initialised memory is readable as bytes
        let all = unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast::<u8>(), len) };
        &all[self.skip..self.skip + self.size]
    }

    /// All bytes, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let len = self.words.len() * WORD;
        let start = self.words.as_mut_ptr().cast::<u8>();
        // SAFETY: as above, and any bytes are valid words
        let all = unsafe { std::slice::from_raw_parts_mut(start, len) };
        &mut all[self.skip..self.skip + self.size]
    }

    /// The little-endian number of `bytes` (1, 2, 4, 8 or 16) at `offset`.
    pub fn load(&self, offset: usize, bytes: usize) -> u128 {
        let at = &self.bytes()[offset..offset + bytes];
        match *at {
            [b] => b as u128,
            [a, b] => u16::from_ne_bytes([a, b]) as u128,
            [a, b, c, d] => u32::from_ne_bytes([a, b, c, d]) as u128,
            [a, b, c, d, e, f, g, h] => u64::from_ne_bytes([a, b, c, d, e, f, g, h]) as u128,
            _ => at.try_into().map(u128::from_ne_bytes).unwrap_or(0),
        }
    }

    /// Stores the low `bytes` of `value` at `offset`.
    pub fn store(&mut self, offset: usize, bytes: usize, value: u128) {
        let at = &mut self.bytes_mut()[offset..offset + bytes];
        match bytes {
            1 => at.copy_from_slice(&(value as u8).to_ne_bytes()),
            2 => at.copy_from_slice(&(value as u16).to_ne_bytes()),
            4 => at.copy_from_slice(&(value as u32).to_ne_bytes()),
            8 => at.copy_from_slice(&(value as u64).to_ne_bytes()),
            _ => at.copy_from_slice(&value.to_ne_bytes()),
        }
    }
}
