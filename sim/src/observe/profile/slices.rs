//! Cycles and instructions by what they passed with, in slices of time: the run is cut into slices of equal length, which
//! grow with it, so that there are never many.

use super::tree::Node;
use crate::observe::stalls::Cause;
use std::collections::HashMap;

/// Most slices of a run; an even number.
const MOST: usize = 256;
/// Cycles of a slice at the beginning of a run.
const SHORTEST: u64 = 256;

/// What a cycle passed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The function that ran.
    pub node: Node,
    /// Code address of a group, or of the instruction that stands for it; `None` where no code of the module ran.
    pub pc: Option<u32>,
    /// Instructions from there on.
    pub instructions: u8,
    /// Why no group retired; `None` if that one did.
    pub cause: Option<Cause>,
}

/// How much of it there was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub cycles: u64,
    pub instructions: u64,
}

/// The counts of a slice, or of a whole run.
pub type Counts = HashMap<Key, Count>;

/// The counts of a run.
#[derive(Debug)]
pub struct Slices {
    slices: Vec<Counts>,
    /// Cycles of a slice, and of the last one so far.
    length: u64,
    passed: u64,
}

impl Default for Slices {
    fn default() -> Slices {
        Slices { slices: vec![Counts::new()], length: SHORTEST, passed: 0 }
    }
}

impl Slices {
    /// A cycle has passed: what is counted from now on may belong to another slice.
    pub fn pass(&mut self) {
        self.passed += 1;
        if self.passed < self.length {
            return;
        }
        self.passed = 0;
        self.slices.push(Counts::new());
        if self.slices.len() > MOST {
            // The last one is empty and stays alone.
            self.length *= 2;
            self.slices = self.slices.chunks_mut(2).map(|pair| sum(pair.iter_mut().map(std::mem::take))).collect();
        }
    }

    pub fn add(&mut self, key: Key, count: Count) {
        if let Some(slice) = self.slices.last_mut() {
            add(slice, key, count);
        }
    }

    /// The slices in the order of time, which begin anew.
    pub fn take(&mut self) -> Vec<Counts> {
        std::mem::take(self).slices
    }
}

/// Counts something.
pub fn add(counts: &mut Counts, key: Key, count: Count) {
    let entry = counts.entry(key).or_default();
    entry.cycles += count.cycles;
    entry.instructions += count.instructions;
}

/// The counts of several slices.
pub fn sum(mut slices: impl Iterator<Item = Counts>) -> Counts {
    let mut all = slices.next().unwrap_or_default();
    slices.flatten().for_each(|(key, count)| add(&mut all, key, count));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::profile::tree::{Frame, Tree};

    #[test]
    fn slices_grow_with_the_run_and_lose_nothing() {
        let node = Tree::default().node(None, Frame::Function(0));
        let key = |pc| Key { node, pc: Some(pc), instructions: 1, cause: None };
        let mut slices = Slices::default();
        const CYCLES: u32 = 200_001;
        for cycle in 0..CYCLES {
            slices.add(key(cycle % 3), Count { cycles: 1, instructions: 2 });
            slices.pass();
        }
        let third = u64::from(CYCLES / 3);
        let slices = slices.take();
        let total = sum(slices.iter().cloned());
        for pc in 0..3 {
            assert_eq!(total[&key(pc)], Count { cycles: third, instructions: 2 * third });
        }
        let cycles: Vec<u64> = slices.iter().map(|slice| slice.values().map(|count| count.cycles).sum()).collect();
        // 256 slices of 1,024 would have room for more, 256 of 512 have not.
        assert_eq!(cycles.len(), 196);
        assert!(cycles[..195].iter().all(|&cycles| cycles == 1024), "{cycles:?}");
        assert_eq!(cycles[195], 200_001 - 195 * 1024);
    }
}
