//! How large a linear memory is. A module declares more than a core has, or less, and may ask for more: every rule that
//! takes two of these sizes stands here.

use crate::host::{REACH, control};
use crate::types::MemoryType;

/// How many bytes 32 bits can address.
pub const ADDRESSABLE: u64 = 1 << 32;

impl MemoryType {
    /// Bytes at the start.
    pub const fn bytes(&self) -> u64 {
        self.limits.min << self.page_log2
    }

    /// Bytes that it must not exceed: the declared maximum, or what 32 bits can address and count the pages of.
    pub fn max_bytes(&self) -> u64 {
        let most = ADDRESSABLE.min(u64::from(u32::MAX) << self.page_log2);
        self.limits.max.map_or(most, |pages| pages << self.page_log2)
    }
}

/// The sizes of a linear memory on a core, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemorySizes {
    /// What the module has: an access beyond traps.
    pub declared: u64,
    /// What the core has: an access beyond that is declared ends in `Exhausted::PhysicalMemory`.
    pub there: u64,
    /// What the type allows.
    pub max: u64,
    /// log2 of a page.
    pub page_log2: u32,
}

impl MemorySizes {
    /// What can be accessed.
    pub fn accessible(&self) -> u64 {
        self.declared.min(self.there)
    }

    /// Whether the memory is a pool of blocks: of nothing else every address is there.
    pub fn is_pool(&self) -> bool {
        self.there == ADDRESSABLE
    }

    /// What the host can access.
    pub fn reachable(&self) -> u64 {
        if self.is_pool() { self.declared.min(REACH) } else { self.accessible() }
    }

    /// What growth may reach. Nothing grows into what is not there; but what is declared beyond stays, so that growing
    /// by 0 always gives the size.
    pub fn most(&self) -> u64 {
        self.max.min(self.there).max(self.declared)
    }

    /// Whether something is declared that the core does not have.
    pub fn exceeds(&self) -> bool {
        self.declared > self.there
    }

    /// The registers that say so, as addresses in `Space::Control` and values.
    pub fn registers(&self) -> [(u32, u128); 3] {
        let most = self.most() | u64::from(self.page_log2 == 16) << control::PAGES_BIT;
        [
            (control::MEMORY_BYTES, self.declared.into()),
            (control::MEMORY_WINDOW, self.there.into()),
            (control::MEMORY_MOST, most.into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(declared: u64, there: u64, max: u64) -> MemorySizes {
        MemorySizes { declared, there, max, page_log2: 0 }
    }

    #[test]
    fn growth_ends_at_the_least_of_all_sizes_but_never_below_what_is_declared() {
        assert_eq!(sizes(1, 4, 3).most(), 3);
        assert_eq!(sizes(1, 4, 5).most(), 4);
        assert_eq!(sizes(4, 4, 5).most(), 4);
        assert_eq!(sizes(5, 4, 9).most(), 5);
        assert_eq!(sizes(0, 4, 0).most(), 0);
    }

    #[test]
    fn what_is_declared_but_not_there_cannot_be_accessed() {
        assert_eq!([sizes(3, 4, 9), sizes(4, 4, 9), sizes(5, 4, 9)].map(|s| s.accessible()), [3, 4, 4]);
        assert_eq!([sizes(3, 4, 9), sizes(4, 4, 9), sizes(5, 4, 9)].map(|s| s.exceeds()), [false, false, true]);
    }

    #[test]
    fn the_largest_memory_fits_its_registers() {
        let all = MemorySizes { declared: ADDRESSABLE, there: 1 << 26, max: ADDRESSABLE, page_log2: 16 };
        let [bytes, there, most] = all.registers().map(|(_, value)| value);
        assert_eq!([bytes, there, most], [1 << 32, 1 << 26, 1 << 63 | 1 << 32]);
    }
}
