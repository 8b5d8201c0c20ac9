//! Branch entries: what a branch needs to know at run time, resolved ahead of execution.
//!
//! Entries stand in code order: one for each `if`, `else`, `br`, `br_if`, `return` and each function's final `end`,
//! n + 1 consecutive ones for a `br_table` with n + 1 targets, and one for each service instruction
//! (`Op::is_service`), which holds its immediates: a branch to the instruction after it whose other fields have other
//! meanings. The core walks them with an index that advances by
//! one at each branch and is reloaded from the entry when a branch is taken.

/// One resolved branch. In the entry of a service instruction `target` and `lead` are those of the next instruction,
/// `following` is the code of its row, `height` the first immediate index, `keep` the second, and no flag is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BranchEntry {
    /// Code address to continue at: after the header of a `loop`, after the `end` of any other block, after `else`
    /// for an `if` whose condition is 0 (after `end` where there is no `else`), after `end` for an `else` that is
    /// reached. 0 in a returning entry.
    pub target: u32,
    /// Index of the first entry that belongs to an instruction at or after `target`. 0 in a returning entry.
    pub following: u32,
    /// How many values on top of the stack survive: the label's arity, or the number of results in a returning entry.
    pub keep: u32,
    /// Slots from the frame base (parameters, locals, operands) below the kept values at the target. 0 in a returning
    /// entry.
    pub height: u32,
    /// Whether values lie between `height` and the kept ones, so that the stack has to be unwound.
    pub unwind: bool,
    /// Whether taking this branch returns from the function.
    pub returns: bool,
    /// Whether fetch predicts the branch taken: backward branches, and those that are always taken. Never for a
    /// `br_table`, whose target is not known ahead, nor where the stack changes: in returning and unwinding entries.
    pub predict: bool,
    /// The lead mark of the group at `target` (see `group`). 0 in a returning entry.
    pub lead: u8,
}
