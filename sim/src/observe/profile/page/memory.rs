//! Which parts of linear memory were accessed when. Both the intervals of time and the blocks of memory grow with the
//! run, so that there are never many.

use super::lanes::{Lane, lanes};
use super::number;
use crate::engine::Sample;
use crate::observe::intervals::{Intervals, Merge};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Most intervals of a run, an even number, and cycles of one at its beginning.
const INTERVALS: usize = 128;
const SHORTEST: u64 = 16;
/// Most blocks that are told apart, and bytes of one at the beginning.
const BLOCKS: usize = 64;
const SMALLEST: u32 = 256;

/// Loads and stores of a block.
#[derive(Clone, Copy, Debug, Default)]
struct Accesses {
    loads: u64,
    stores: u64,
}

/// Those of an interval, by blocks.
#[derive(Debug, Default)]
struct Touched(BTreeMap<u32, Accesses>);

impl Touched {
    fn add(&mut self, block: u32, accesses: Accesses) {
        let all = self.0.entry(block).or_default();
        all.loads += accesses.loads;
        all.stores += accesses.stores;
    }

    /// Two blocks become one.
    fn coarsen(&mut self) {
        let finer = std::mem::take(&mut self.0);
        finer.into_iter().for_each(|(block, accesses)| self.add(block / 2, accesses));
    }
}

impl Merge for Touched {
    fn merge(&mut self, later: Touched) {
        later.0.into_iter().for_each(|(block, accesses)| self.add(block, accesses));
    }
}

/// The accesses of a run.
pub struct Memory {
    intervals: Intervals<Touched>,
    /// All blocks that were accessed, and bytes of one: a power of two.
    blocks: BTreeSet<u32>,
    size: u32,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory { intervals: Intervals::new(INTERVALS, SHORTEST), blocks: BTreeSet::new(), size: SMALLEST }
    }
}

impl Memory {
    pub fn pass(&mut self) {
        self.intervals.pass();
    }

    pub fn group(&mut self, sample: &Sample) {
        if !sample.memory {
            return;
        }
        let block = sample.address / self.size;
        let (loads, stores) = (u64::from(!sample.store), u64::from(sample.store));
        self.intervals.last().add(block, Accesses { loads, stores });
        self.blocks.insert(block);
        while self.blocks.len() > BLOCKS {
            self.size *= 2;
            self.intervals.iter_mut().for_each(Touched::coarsen);
            self.blocks = self.blocks.iter().map(|block| block / 2).collect();
        }
    }

    /// The map: a lane for each block, from the lowest address on.
    pub fn map(&mut self) -> Markup {
        let (lasting, size) = (self.intervals.length(), self.size);
        let intervals = self.intervals.take();
        if self.blocks.is_empty() {
            return html! { p { "The program loaded and stored nothing." } };
        }
        let lane = |&block: &u32| {
            let accesses = |touched: &Touched| touched.0.get(&block).copied().unwrap_or_default();
            let sum = intervals.iter().map(accesses).fold((0, 0), |(l, s), a| (l + a.loads, s + a.stores));
            let cells = intervals.iter().map(|touched| cell(accesses(touched))).collect();
            let title = format!("{:#x}: {} loads, {} stores", block * size, number(sum.0), number(sum.1));
            Lane { name: format!("{:#x}", block * size), title, cells }
        };
        html! {
            p { "Each row stands for " (number(size.into())) " bytes that were accessed, each column for " (number(lasting))
                " cycles: " span.key.load { "loaded" } " " span.key.store { "stored" } " " span.key.both { "both" }
                ". Without memory.fill and the like, and without the host." }
            (lanes(&self.blocks.iter().map(lane).collect::<Vec<_>>()))
        }
    }
}

fn cell(accesses: Accesses) -> (&'static str, f64) {
    match accesses {
        Accesses { loads: 0, stores: 0 } => ("load", 0.0),
        Accesses { stores: 0, .. } => ("load", 1.0),
        Accesses { loads: 0, .. } => ("store", 1.0),
        _ => ("both", 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads everywhere in 4 GiB, over a long time.
    #[test]
    fn what_is_kept_is_bounded_and_nothing_is_lost() {
        let mut memory = Memory::default();
        const LOADS: u32 = 100_000;
        for load in 0..LOADS {
            let address = load.wrapping_mul(0x9e37_79b9);
            memory.group(&Sample { memory: true, address, ..Sample::default() });
            memory.pass();
        }
        assert!(memory.blocks.len() <= BLOCKS && memory.size == 1 << 26, "{}", memory.size);
        let intervals = memory.intervals.take();
        assert!((INTERVALS / 2..=INTERVALS).contains(&intervals.len()));
        let loads: u64 = intervals.iter().flat_map(|touched| touched.0.values()).map(|block| block.loads).sum();
        assert_eq!(loads, u64::from(LOADS));
    }
}
