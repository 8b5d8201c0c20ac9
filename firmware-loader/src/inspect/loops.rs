//! The loops of a function whose passes are counted, as ranges of its groups.

use super::ways::{To, Way};
use std::collections::BTreeMap;

/// The groups of a function in code order: code addresses, and the ways on from each.
pub type Groups = Vec<(u32, Vec<Way>)>;

/// Deeper in each other, loops have no bounds.
const DEEPEST: usize = 32;

/// A loop that one branch leads back in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The groups at which it begins, and from which that branch leads back.
    pub first: usize,
    pub last: usize,
    /// How many times it is passed at most.
    pub trips: u64,
    /// It may end before.
    pub leaves: bool,
}

/// All loops of a function, by their last groups; `trips` by the code address of the branch that leads back. `None` if one
/// is not counted, or they do not lie in each other.
pub fn of(groups: &Groups, trips: &BTreeMap<u32, u64>) -> Option<Vec<Loop>> {
    let mut loops: Vec<Loop> = Vec::new();
    for (last, (pc, ways)) in groups.iter().enumerate() {
        let back = ways.iter().find_map(|way| match way.1 {
            To::At(target) if target <= *pc => Some(target),
            _ => None,
        });
        let Some(target) = back else { continue };
        let first = groups.binary_search_by_key(&target, |(pc, _)| *pc).ok()?;
        // The branch ends its group.
        let next = groups.get(last + 1).map_or(u32::MAX, |(pc, _)| *pc);
        let (_, &trips) = trips.range(pc..&next).next_back()?;
        loops.push(Loop { first, last, trips, leaves: false });
    }
    lie_in_each_other(&loops).then_some(())?;
    for counted in &mut loops {
        let end = groups[counted.last].0;
        let mut within = groups[counted.first..counted.last].iter().flat_map(|(_, ways)| ways);
        counted.leaves = within.any(|way| leaves(way.1, end));
    }
    Some(loops)
}

/// Whether any two of these loops, which come by their ends, lie in each other or apart, and none too deep.
fn lie_in_each_other(loops: &[Loop]) -> bool {
    // Those that lie in no other one so far, with how many lie in each other there.
    let mut outermost: Vec<(&Loop, usize)> = Vec::new();
    loops.iter().all(|next| {
        let inner = outermost.partition_point(|(other, _)| other.first <= next.first);
        let depth = 1 + outermost.drain(inner..).map(|(_, depth)| depth).max().unwrap_or(0);
        let apart = outermost.last().is_none_or(|(other, _)| other.last < next.first);
        outermost.push((next, depth));
        apart && depth <= DEEPEST
    })
}

/// Whether a way leads behind a loop that ends here.
fn leaves(to: To, end: u32) -> bool {
    match to {
        To::At(pc) => pc > end,
        To::Return | To::TailCall(_) => true,
        To::Next | To::Call(_) | To::Nowhere => false,
    }
}
