//! Linear memory with two ends: the declared size, beyond which an access traps, and the physical size, beyond which
//! this machine has nothing to offer.

use isa::outcome::{Exhausted, Stop, Trap};
use isa::types::MemoryType;

/// A linear memory.
#[derive(Debug)]
pub struct Memory {
    ty: MemoryType,
    /// Current declared size in pages.
    pages: u64,
    /// The largest size that `memory.grow` can reach, in pages.
    most: u64,
    /// What is declared and physically there.
    bytes: Vec<u8>,
    physical: u64,
}

impl Memory {
    /// A memory of its minimal size, zeroed, on a machine with so many bytes.
    pub fn new(ty: MemoryType, physical: u64) -> Memory {
        // A size has to fit a 32-bit result of memory.size, and addresses have 32 bits.
        let reachable = ((1 << 32) >> ty.page_log2).min(u32::MAX as u64);
        let most = ty.limits.max.unwrap_or(reachable).min(reachable).min(physical >> ty.page_log2);
        let most = most.max(ty.limits.min);
        let mut memory = Memory { ty, pages: ty.limits.min, most, bytes: Vec::new(), physical };
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

    /// The contents, as far as the declared size is physically there.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The contents, as far as the declared size is physically there.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
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

    /// Checks that `len` bytes at `address` can be accessed, all of them before any. No access, no limit: an empty
    /// range only has to lie within the declared size.
    #[inline(always)]
    pub(crate) fn check(&self, address: u64, len: u64) -> Result<usize, Stop> {
        let end = address + len;
        if end <= self.bytes.len() as u64 {
            Ok(address as usize)
        } else if end > self.declared() {
            Err(Stop::Trap(Trap::OutOfBoundsMemory))
        } else if len == 0 {
            Ok(self.bytes.len())
        } else {
            Err(Stop::Exhausted(Exhausted::PhysicalMemory))
        }
    }

    #[inline(always)]
    pub(crate) fn read<const N: usize>(&self, address: u64) -> Result<[u8; N], Stop> {
        let at = self.check(address, N as u64)?;
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.bytes[at..at + N]);
        Ok(bytes)
    }

    #[inline(always)]
    pub(crate) fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Stop> {
        let at = self.check(address, bytes.len() as u64)?;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn fill(&mut self, address: u64, value: u8, len: u64) -> Result<(), Stop> {
        let at = self.check(address, len)?;
        self.bytes[at..at + len as usize].fill(value);
        Ok(())
    }

    /// Copies part of a data segment here.
    pub(crate) fn init(&mut self, address: u64, segment: &[u8], from: u64, len: u64) -> Result<(), Stop> {
        let out_of_bounds = Stop::Trap(Trap::OutOfBoundsMemory);
        let bytes = segment.get(from as usize..(from + len) as usize).ok_or(out_of_bounds)?;
        self.write(address, bytes)
    }
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
    if to.0 == from.0 {
        memories[to.0 as usize].bytes.copy_within(source..source + len, target);
    } else {
        let bytes = memories[from.0 as usize].bytes[source..source + len].to_vec();
        memories[to.0 as usize].bytes[target..target + len].copy_from_slice(&bytes);
    }
    Ok(())
}
