//! Linear memory with two ends: the declared size, beyond which an access traps, and the physical size, beyond which
//! this machine has nothing to offer. If it is a pool of blocks, the second one is no end but a number of blocks.

use crate::limits::Limits;
use crate::pool::Pool;
use crate::snapshot::Unsuitable;
use isa::memory::ADDRESSABLE;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::types::MemoryType;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A linear memory.
#[derive(Debug)]
pub struct Memory {
    ty: MemoryType,
    /// Current declared size in pages.
    pages: u64,
    /// The largest size that `memory.grow` can reach, in pages.
    most: u64,
    /// What is declared and physically there from address 0 on.
    bytes: Vec<u8>,
    physical: u64,
    pool: Option<Pool>,
}

/// Bytes that [`Contents`] have or leave out together.
const PIECE: usize = 1 << 12;

/// What is in a memory, for another one of its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    pages: u64,
    /// Addresses and bytes. Others are 0; of a pool, all blocks that were taken are there.
    pieces: Vec<(u64, Vec<u8>)>,
}

impl Memory {
    /// A memory of its minimal size, zeroed, on a machine with these limits.
    pub fn new(ty: MemoryType, limits: &Limits) -> Memory {
        let pool =
            limits.memory_block_log2.map(|block| Pool::new(limits.physical_memory_bytes, block, limits.memory_fold));
        let physical = if pool.is_some() { 0 } else { limits.physical_memory_bytes };
        let there = if pool.is_some() { ADDRESSABLE } else { physical };
        // A size has to fit a 32-bit result of memory.size, and addresses have 32 bits.
        let reachable = ((1 << 32) >> ty.page_log2).min(u32::MAX as u64);
        let most = ty.limits.max.unwrap_or(reachable).min(reachable).min(there >> ty.page_log2);
        let most = most.max(ty.limits.min);
        let mut memory = Memory { ty, pages: ty.limits.min, most, bytes: Vec::new(), physical, pool };
        memory.bytes = vec![0; memory.declared().min(physical) as usize];
        memory
    }

    /// The declared type; its minimum is the initial size.
    pub fn ty(&self) -> MemoryType {
        self.ty
    }

    /// The current size in pages.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// The contents, as far as the declared size is physically there; of a pool all of it.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        let Some(pool) = &self.pool else { return Cow::Borrowed(&self.bytes) };
        let mut bytes = vec![0; self.declared() as usize];
        pool.read(0, &mut bytes);
        Cow::Owned(bytes)
    }

    /// What may not be 0: addresses and contents, in order.
    pub fn parts(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let whole = self.pool.is_none().then_some((0, &self.bytes[..]));
        whole.into_iter().chain(self.pool.iter().flat_map(Pool::blocks))
    }

    pub(crate) fn contents(&self) -> Contents {
        let size = if self.pool.is_some() { usize::MAX } else { PIECE };
        let pieces = self.parts().flat_map(|(at, bytes)| {
            let numbered = bytes.chunks(size).enumerate();
            numbered.map(move |(number, piece)| (at + (number * size) as u64, piece))
        });
        let kept = pieces.filter(|(_, bytes)| self.pool.is_some() || bytes.iter().any(|&byte| byte != 0));
        Contents { pages: self.pages, pieces: kept.map(|(at, bytes)| (at, bytes.to_vec())).collect() }
    }

    /// Has this in it from now on, as another one of its type has had it.
    pub(crate) fn restore(&mut self, contents: &Contents) -> Result<(), Unsuitable> {
        if !(self.ty.limits.min..=self.most).contains(&contents.pages) {
            return Err(Unsuitable);
        }
        self.pages = contents.pages;
        self.bytes = vec![0; self.declared().min(self.physical) as usize];
        if let Some(pool) = &mut self.pool {
            pool.clear();
        }
        let mut write = |(at, bytes): &(u64, Vec<u8>)| match &mut self.pool {
            Some(pool) => *at < ADDRESSABLE && pool.write(*at, bytes),
            None => {
                let there = usize::try_from(*at).ok().and_then(|at| self.bytes.get_mut(at..)?.get_mut(..bytes.len()));
                there.map(|there| there.copy_from_slice(bytes)).is_some()
            }
        };
        contents.pieces.iter().all(&mut write).then_some(()).ok_or(Unsuitable)
    }

    /// Reads as the host does. Gives how many bytes there are, of a memory that ends before.
    pub fn read_as_host(&self, address: u64, bytes: &mut [u8]) -> usize {
        let end = if self.pool.is_some() { self.declared() } else { self.bytes.len() as u64 };
        let there = end.saturating_sub(address).min(bytes.len() as u64) as usize;
        let bytes = &mut bytes[..there];
        match &self.pool {
            Some(pool) => pool.read(address, bytes),
            None if bytes.is_empty() => {}
            None => bytes.copy_from_slice(&self.bytes[address as usize..][..there]),
        }
        there
    }

    /// Writes as the host does, who has looked at the declared size: nothing beyond what is physically there.
    pub fn write_as_host(&mut self, address: u64, bytes: &[u8]) {
        match &mut self.pool {
            Some(pool) => pool.write_what_fits(address, bytes),
            None => _ = self.write(address, bytes),
        }
    }

    fn declared(&self) -> u64 {
        self.pages << self.ty.page_log2
    }

    /// `memory.grow`: the previous size in pages, or `None` beyond the declared maximum or what is physically there.
    pub(crate) fn grow(&mut self, delta: u32) -> Option<u64> {
        let pages = self.pages + delta as u64;
        if pages > self.most {
            return None;
        }
        let previous = std::mem::replace(&mut self.pages, pages);
        self.bytes.resize(self.declared().min(self.physical) as usize, 0);
        Some(previous)
    }

    /// Checks that `len` bytes at `address` can be accessed, all of them before any; of a pool, that they are declared.
    /// No access, no limit: an empty range only has to lie within the declared size.
    #[inline(always)]
    pub(crate) fn check(&self, address: u64, len: u64) -> Result<usize, Stop> {
        let end = address + len;
        if end <= self.bytes.len() as u64 {
            Ok(address as usize)
        } else if end > self.declared() {
            Err(Stop::Trap(Trap::OutOfBoundsMemory))
        } else if self.pool.is_some() {
            Ok(address as usize)
        } else if len == 0 {
            Ok(self.bytes.len())
        } else {
            Err(NOT_THERE)
        }
    }

    #[inline(always)]
    pub(crate) fn read<const N: usize>(&self, address: u64) -> Result<[u8; N], Stop> {
        let at = self.check(address, N as u64)?;
        let mut bytes = [0; N];
        match &self.pool {
            None => bytes.copy_from_slice(&self.bytes[at..at + N]),
            Some(pool) => pool.load(address, &mut bytes).then_some(()).ok_or(NOT_THERE)?,
        }
        Ok(bytes)
    }

    #[inline(always)]
    pub(crate) fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Stop> {
        let at = self.check(address, bytes.len() as u64)?;
        match &mut self.pool {
            None => self.bytes[at..at + bytes.len()].copy_from_slice(bytes),
            Some(pool) => pool.write(address, bytes).then_some(()).ok_or(NOT_THERE)?,
        }
        Ok(())
    }

    pub(crate) fn fill(&mut self, address: u64, value: u8, len: u64) -> Result<(), Stop> {
        let at = self.check(address, len)?;
        if self.pool.is_some() {
            return pieces(len, FILL).try_for_each(|(from, len)| self.write(address + from, &[value; FILL][..len]));
        }
        self.bytes[at..at + len as usize].fill(value);
        Ok(())
    }

    /// Copies part of a data segment here.
    pub(crate) fn init(&mut self, address: u64, segment: &[u8], from: u64, len: u64) -> Result<(), Stop> {
        let out_of_bounds = Stop::Trap(Trap::OutOfBoundsMemory);
        let bytes = segment.get(from as usize..(from + len) as usize).ok_or(out_of_bounds)?;
        self.check(address, len)?;
        if self.pool.is_some() {
            return (address..).zip(bytes).try_for_each(|(address, byte)| self.write(address, &[*byte]));
        }
        self.write(address, bytes)
    }

    /// Within a pool, as [`copy`].
    fn copy_within_pool(&mut self, to: u64, from: u64, len: u64) -> Result<(), Stop> {
        let up = to <= from;
        for (at, size) in pieces(len, COPY) {
            let at = if up { at } else { len - at - size as u64 };
            let mut bytes = [0; COPY];
            let pool = self.pool.as_ref().expect("it is a pool");
            pool.load(from + at, &mut bytes[..size]).then_some(()).ok_or(NOT_THERE)?;
            self.write(to + at, &bytes[..size])?;
        }
        Ok(())
    }
}

const NOT_THERE: Stop = Stop::Exhausted(Exhausted::PhysicalMemory);
/// How many bytes at once, and then one by one, an instruction writes that writes more than a value. It matters where
/// memory is a pool: when that is empty, what comes before is written.
const FILL: usize = 4;
const COPY: usize = 8;

/// The pieces of so many bytes: where they begin, how many there are.
fn pieces(len: u64, most: usize) -> impl Iterator<Item = (u64, usize)> {
    let whole = len / most as u64;
    let rest = (whole * most as u64..len).map(|at| (at, 1));
    (0..whole).map(move |piece| (piece * most as u64, most)).chain(rest)
}

/// Copies between two memories or within one, given as index and address. A trap goes before an exhaustion.
pub(crate) fn copy(memories: &mut [Memory], to: (u32, u64), from: (u32, u64), len: u64) -> Result<(), Stop> {
    let source = memories[from.0 as usize].check(from.1, len);
    let target = memories[to.0 as usize].check(to.1, len);
    let (source, target) = match (source, target) {
        (Err(trap @ Stop::Trap(_)), _) => return Err(trap),
        (source, target) => (target.and(source)?, target?),
    };
    let len = len as usize;
    if memories[to.0 as usize].pool.is_some() && to.0 == from.0 {
        memories[to.0 as usize].copy_within_pool(to.1, from.1, len as u64)?;
    } else if to.0 == from.0 {
        memories[to.0 as usize].bytes.copy_within(source..source + len, target);
    } else {
        let mut bytes = vec![0; len];
        match &memories[from.0 as usize].pool {
            Some(pool) => pool.read(from.1, &mut bytes),
            None => bytes.copy_from_slice(&memories[from.0 as usize].bytes[source..source + len]),
        }
        memories[to.0 as usize].write(to.1, &bytes)?;
    }
    Ok(())
}
