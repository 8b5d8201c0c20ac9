//! The code memory of a compact core: code and branch entries in one RAM.
//!
//! Code lies from the lowest byte on. Branch entry 0 takes the last eight bytes, every further one the eight before, so that
//! a module may have much of the one or of the other. There are no marks: the core finds the length of an instruction from
//! its bytes, and the last `end` of a function by the byte behind it.

use crate::branch::BranchEntry;
use crate::module::Module;
use crate::plan::{CorePlan, Sizes};
use alloc::vec::Vec;

/// What stands in the code memory behind the body of each function, where a module has the size of the next one, which
/// nothing executes: no opcode.
pub const BEHIND_BODY: u8 = 0xff;

/// Bytes of a branch entry, which takes a row of [`crate::host::Space::Code`].
pub const ENTRY_BYTES: u64 = 8;

/// Where the second half of an entry begins.
const HALF: u32 = 32;

/// Writes what stands behind the bodies of a module's functions into its code.
pub fn lay_borders(module: &Module, code: &mut Vec<u8>) {
    for end in module.functions.iter().map(|function| function.end as usize) {
        code.resize(code.len().max(end + 1), BEHIND_BODY);
        code[end] = BEHIND_BODY;
    }
}

/// Whether the halves of an entry have room for the fields of a plan's.
pub const fn fits(plan: &CorePlan) -> bool {
    let Sizes { code_log2, branch_log2, stack_log2, .. } = plan.sizes;
    code_log2 + 1 + stack_log2 <= HALF && branch_log2 + 2 + stack_log2 <= HALF
}

/// The row of code memory with the entry of this index.
pub const fn row(index: u32, plan: &CorePlan) -> u32 {
    (plan.code_bytes() / ENTRY_BYTES) as u32 - 1 - index
}

/// What stands there: from bit 0 up target, `predict`, `keep`, from bit 32 following entry, `returns`, `unwind`, height.
/// The core has no use for `lead`.
pub fn bits(entry: &BranchEntry, plan: &CorePlan) -> u128 {
    let [c, b] = [plan.sizes.code_log2, plan.sizes.branch_log2];
    let BranchEntry { target, following, predict, returns, unwind, height, keep, .. } = *entry;
    let fields = [
        (target, 0),
        (predict.into(), c),
        (keep, c + 1),
        (following, HALF),
        (returns.into(), HALF + b),
        (unwind.into(), HALF + b + 1),
        (height, HALF + b + 2),
    ];
    fields.iter().fold(0, |row, &(value, low)| row | u128::from(value) << low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::{Op, PREFIX};
    use crate::pack::tests::PLAN;

    #[test]
    fn no_instruction_begins_with_what_stands_behind_a_body() {
        assert_eq!(Op::from_code(0, BEHIND_BODY.into()), None);
        assert_ne!(BEHIND_BODY, PREFIX);
    }

    #[test]
    fn entries_have_the_documented_layout_from_the_end_on() {
        let one = |entry: BranchEntry, bit: u32| assert_eq!(bits(&entry, &PLAN), 1 << bit, "{entry:?}");
        let zero = BranchEntry::default();
        one(BranchEntry { target: 1, ..zero }, 0);
        one(BranchEntry { predict: true, ..zero }, 12);
        one(BranchEntry { keep: 1, ..zero }, 13);
        one(BranchEntry { following: 1, ..zero }, 32);
        one(BranchEntry { returns: true, ..zero }, 40);
        one(BranchEntry { unwind: true, ..zero }, 41);
        one(BranchEntry { height: 1, ..zero }, 42);
        assert_eq!(bits(&BranchEntry { lead: 15, ..zero }, &PLAN), 0);
        assert_eq!([0, 3].map(|index| row(index, &PLAN)), [511, 508]);
    }
}
