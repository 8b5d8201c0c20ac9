//! Linear memory as a pool of blocks: an aligned range of addresses takes one when something is first written to it.

use isa::host::REACH;
use std::collections::BTreeMap;
use std::ops::Range;

/// A part of an access: the number of its block, where it begins in that, and which bytes it is.
type Part = (u64, usize, Range<usize>);

/// The parts of so many bytes at an address, by blocks of 2^`log2` bytes.
fn parts(log2: u32, address: u64, len: usize) -> impl DoubleEndedIterator<Item = Part> {
    let end = address + len as u64;
    let numbers = if len == 0 { 0..0 } else { address >> log2..((end - 1) >> log2) + 1 };
    numbers.map(move |number| {
        let (first, behind) = (number << log2, (number + 1) << log2);
        let (start, stop) = (address.max(first), end.min(behind));
        (number, (start - first) as usize, (start - address) as usize..(stop - address) as usize)
    })
}

/// The blocks of a memory that have been taken, by their number.
#[derive(Debug)]
pub(crate) struct Pool {
    block_log2: u32,
    /// How many there are.
    blocks: usize,
    /// Each has one place, which the others with the same place cannot have then: the bit of an address from which on it
    /// is folded into the place ([`isa::pool::DirectMap`]).
    fold: Option<u32>,
    taken: BTreeMap<u64, Vec<u8>>,
}

impl Pool {
    /// So many bytes in blocks of 2^`block_log2`.
    pub fn new(bytes: u64, block_log2: u32, fold: Option<u32>) -> Pool {
        Pool { block_log2, blocks: (bytes >> block_log2) as usize, fold, taken: BTreeMap::new() }
    }

    /// No block is taken any more.
    pub fn clear(&mut self) {
        self.taken.clear();
    }

    /// Of a pool with one place for each block: the place.
    fn place(&self, number: u64) -> Option<u64> {
        let address = number << self.block_log2;
        let bits = self.blocks.ilog2();
        // The bits from the fold on each turn two bits of the place: the highest one first, and the next.
        let turned = |fold: u32| {
            (0..=bits).filter(|bit| address >> (fold + bit) & 1 == 1).fold(number, |place, bit| {
                let one = if bit < bits { 1 << (bits - 1 - bit) } else { 0 };
                let next = if bit > 0 { 1 << (bits - bit) } else { 0 };
                place ^ one ^ next
            })
        };
        self.fold.map(|fold| turned(fold) % self.blocks as u64)
    }

    /// Whether a block of this number is there or could be taken.
    fn has_room(&self, number: u64) -> bool {
        if self.taken.contains_key(&number) {
            return true;
        }
        match self.place(number) {
            Some(place) => {
                number << self.block_log2 < REACH && self.taken.keys().all(|&other| self.place(other) != Some(place))
            }
            None => self.taken.len() < self.blocks,
        }
    }

    /// Whether there is a block of this number now.
    fn take(&mut self, number: u64) -> bool {
        let there = self.has_room(number);
        if there {
            self.taken.entry(number).or_insert_with(|| vec![0; 1 << self.block_log2]);
        }
        there
    }

    /// Reads as the host does: what has not been written is 0.
    pub fn read(&self, address: u64, bytes: &mut [u8]) {
        bytes.fill(0);
        for (number, within, part) in parts(self.block_log2, address, bytes.len()) {
            if let Some(block) = self.taken.get(&number) {
                let len = part.len();
                bytes[part].copy_from_slice(&block[within..within + len]);
            }
        }
    }

    /// Reads as the module does: not where another block has the place.
    pub fn load(&self, address: u64, bytes: &mut [u8]) -> bool {
        self.read(address, bytes);
        self.fold.is_none() || parts(self.block_log2, address, bytes.len()).all(|(number, ..)| self.has_room(number))
    }

    /// Takes the blocks and writes: where they are looked for, from the last one down and if all are there; where each
    /// has its place, upwards and as far as they are there.
    pub fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        if self.fold.is_some() {
            return parts(self.block_log2, address, bytes.len()).all(|part| self.write_part(part, bytes));
        }
        let there = parts(self.block_log2, address, bytes.len()).rev().all(|(number, ..)| self.take(number));
        if there {
            self.write_what_fits(address, bytes);
        }
        there
    }

    /// Writes as the host does: upwards, and nothing into blocks that are not there any more.
    pub fn write_what_fits(&mut self, address: u64, bytes: &[u8]) {
        for part in parts(self.block_log2, address, bytes.len()) {
            self.write_part(part, bytes);
        }
    }

    /// Whether the block of this part of `bytes` is there, and so the part written.
    fn write_part(&mut self, (number, within, part): Part, bytes: &[u8]) -> bool {
        if !self.take(number) {
            return false;
        }
        let block = self.taken.entry(number).or_default();
        block[within..within + part.len()].copy_from_slice(&bytes[part]);
        true
    }

    /// Addresses and contents, in order.
    pub fn blocks(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.taken.iter().map(|(number, block)| (number << self.block_log2, &block[..]))
    }
}
