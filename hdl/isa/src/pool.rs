//! A linear memory that is a pool of blocks: which place of the pool a block has, where it can have one only.

use crate::host::REACH;
use crate::plan::{CorePlan, Sizes};

/// A pool in which a block of addresses has one place: that of a full core, which does not wait for a search. Two blocks
/// of one place exclude each other: an access to the second one is exhausted.
///
/// The place is the number of the block, in which the bits of the address above the pool are folded, as a Gray code and
/// the lowest one first: data, heap and stack of a program lie together each, at distances that are powers of two, and
/// that moves them apart by half of the pool, a quarter and so on. Blocks that lie within an aligned range of the pool's
/// size never exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectMap {
    /// log2 of the bytes of a block.
    pub block_log2: u32,
    /// log2 of the bytes of the pool.
    pub memory_log2: u32,
}

/// The least bit of an address that is folded, if the pool is smaller than that. Measured over 80 programs of clang,
/// rustc, Zig and AssemblyScript: of 49 that touch at most four blocks of 512 bytes, 46 have no two blocks of one place
/// (36 if folded from bit 11 on); of 76 with at most eight of 4 KiB 74, and of 79 with at most 32 of 4 KiB 78. Without
/// reversing the bits these are 67 and 77.
const LEAST_FOLD: u32 = 14;

impl DirectMap {
    /// That of a plan whose pool is one.
    pub const fn of_plan(plan: &CorePlan) -> Option<DirectMap> {
        let Sizes { block_log2, memory_log2, .. } = plan.sizes;
        match block_log2 {
            Some(block_log2) if !plan.is_compact() => Some(DirectMap { block_log2, memory_log2 }),
            _ => None,
        }
    }

    pub const fn places_log2(&self) -> u32 {
        self.memory_log2 - self.block_log2
    }

    /// The bit of an address from which on it is folded into the number of its block.
    pub const fn fold(&self) -> u32 {
        if self.memory_log2 > LEAST_FOLD { self.memory_log2 } else { LEAST_FOLD }
    }

    /// The place of the block that has this address.
    pub const fn place(&self, address: u64) -> u64 {
        let above = address >> self.fold();
        let folded = (above ^ above >> 1).reverse_bits() >> (u64::BITS - self.places_log2());
        (address >> self.block_log2) & ((1 << self.places_log2()) - 1) ^ folded
    }

    /// Bits of an address that a place's tag has, above the pool's own: as far as the host reaches.
    pub const fn tag_bits(&self) -> u32 {
        REACH.ilog2() - self.memory_log2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    /// Calculated by hand.
    #[test]
    fn numbers_of_blocks_are_folded() {
        let map = DirectMap { block_log2: 9, memory_log2: 11 };
        assert_eq!((map.fold(), map.places_log2(), map.tag_bits()), (14, 2, 14));
        let places = [0, 0x1ff, 0x200, 0x600, 0x800, 0x4000, 0x8000, 0xc000, 0x1_0000, 0x1_0200, 0x1_fe00];
        assert_eq!(places.map(|address| map.place(address)), [0, 0, 1, 3, 0, 2, 3, 1, 1, 0, 3]);
        let large = DirectMap { block_log2: 12, memory_log2: 17 };
        assert_eq!((large.fold(), large.places_log2(), large.tag_bits()), (17, 5, 8));
        assert_eq!([0x2_0000, 0x4_0000, 0x10_3000].map(|address| large.place(address)), [0x10, 0x18, 3 ^ 6]);
    }

    #[test]
    fn neighbours_do_not_exclude_each_other() {
        let map = DirectMap { block_log2: 9, memory_log2: 11 };
        for base in (0..1 << 20).step_by(1 << 11) {
            let places: BTreeSet<u64> = (0..4).map(|block| map.place(base + (block << 9))).collect();
            assert_eq!(places.len(), 4, "{base:x}");
        }
    }
}
