//! Linear memory as a pool of blocks: an aligned range of addresses takes one when something is first written to it.

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
    taken: BTreeMap<u64, Vec<u8>>,
}

impl Pool {
    /// So many bytes in blocks of 2^`block_log2`.
    pub fn new(bytes: u64, block_log2: u32) -> Pool {
        Pool { block_log2, blocks: (bytes >> block_log2) as usize, taken: BTreeMap::new() }
    }

    /// Whether there is a block of this number now.
    fn take(&mut self, number: u64) -> bool {
        let there = self.taken.contains_key(&number) || self.taken.len() < self.blocks;
        if there {
            self.taken.entry(number).or_insert_with(|| vec![0; 1 << self.block_log2]);
        }
        there
    }

    /// What has not been written is 0.
    pub fn read(&self, address: u64, bytes: &mut [u8]) {
        bytes.fill(0);
        for (number, within, part) in parts(self.block_log2, address, bytes.len()) {
            if let Some(block) = self.taken.get(&number) {
                let len = part.len();
                bytes[part].copy_from_slice(&block[within..within + len]);
            }
        }
    }

    /// Takes the blocks from the last one down, and writes if all are there.
    pub fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        let there = parts(self.block_log2, address, bytes.len()).rev().all(|(number, ..)| self.take(number));
        if there {
            self.write_what_fits(address, bytes);
        }
        there
    }

    /// Writes as the host does: upwards, and nothing into blocks that are not there any more.
    pub fn write_what_fits(&mut self, address: u64, bytes: &[u8]) {
        for (number, within, part) in parts(self.block_log2, address, bytes.len()) {
            if self.take(number)
                && let Some(block) = self.taken.get_mut(&number)
            {
                block[within..within + part.len()].copy_from_slice(&bytes[part]);
            }
        }
    }

    /// Addresses and contents, in order.
    pub fn blocks(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.taken.iter().map(|(number, block)| (number << self.block_log2, &block[..]))
    }
}
