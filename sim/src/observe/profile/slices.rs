//! Cycles and instructions by what they passed with, in slices of time.

use super::tree::Node;
use crate::observe::intervals::{Intervals, Merge};
use crate::observe::stalls::Cause;
use std::collections::HashMap;

/// Most slices of a run; an even number.
const MOST: usize = 256;
/// Cycles of a slice at the beginning of a run.
const SHORTEST: u64 = 16;

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

impl Merge for Counts {
    fn merge(&mut self, later: Counts) {
        later.into_iter().for_each(|(key, count)| add(self, key, count));
    }
}

/// The counts of a run.
pub fn slices() -> Intervals<Counts> {
    Intervals::new(MOST, SHORTEST)
}

/// Counts something.
pub fn add(counts: &mut Counts, key: Key, count: Count) {
    let entry = counts.entry(key).or_default();
    entry.cycles += count.cycles;
    entry.instructions += count.instructions;
}

/// The counts of several slices.
pub fn sum(slices: impl Iterator<Item = Counts>) -> Counts {
    let mut all = Counts::new();
    slices.for_each(|slice| all.merge(slice));
    all
}
