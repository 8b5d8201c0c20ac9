//! The retire record: what one instruction did. The model gives one per instruction; the core gives one per group of
//! instructions, which the checker compares with the sum of the model's records (see `sim::lockstep`).

use crate::op::Op;
use crate::outcome::Stop;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Instructions retired before this one since the call began.
    pub order: u64,
    /// Code address of the instruction.
    pub pc: u32,
    pub op: Op,
    /// Operands taken from the stack.
    pub pops: u32,
    /// The value left on top of the stack by an instruction that pushes exactly one; of several results, the last.
    pub push: Option<u64>,
    /// The write to a local or global, if any.
    pub write: Option<SlotWrite>,
    /// The access to linear memory by a load or store.
    pub memory: Option<MemoryAccess>,
    /// Code address of the next instruction; the instruction's own when it stopped; `RETURNED` when the outermost
    /// function returned.
    pub next_pc: u32,
    /// Why execution ended here without a result. Nothing else of this instruction happened then.
    pub stop: Option<Stop>,
}

/// `next_pc` after the return from the outermost function.
pub const RETURNED: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Local(u32),
    Global(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotWrite {
    pub slot: Slot,
    pub value: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryAccess {
    /// Effective byte address.
    pub address: u32,
    /// 1, 2, 4 or 8.
    pub bytes: u8,
    /// The low `bytes` of the value written or read, zero-extended.
    pub data: u64,
    pub store: bool,
}
