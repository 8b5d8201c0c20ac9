//! Groups and marks: how instructions are bundled for the pipeline. See [`Mark`].
//!
//! Beside every code byte lies a mark of four bits. The mark of a group's first byte describes the *next* group in
//! code order (its lead: length - 1 in bits 2..0, bit 3 set if it ends in a branch), so that fetch knows the length of
//! a group before its bytes arrive. Every other byte's mark is its role in the group.

/// Lead mark of a group: `length` 1 to 8 bytes.
pub const fn lead(length: u32, branch: bool) -> u8 {
    (length - 1) as u8 | if branch { 8 } else { 0 }
}

/// The role of a byte that is not the first of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// An immediate byte, or a block marker carried along.
    Continuation = 0,
    /// Opcode of a second operand move. At the second byte of a group, where none can stand: the group's immediates
    /// are decoded serially, one byte a cycle, because they do not have a short form or continue in the next group.
    Source = 1,
    /// Opcode of the operation.
    Operation = 2,
    /// Opcode of the destination: `local.set`, `local.tee`, or a `br_if` fused with the comparison before it.
    Destination = 3,
}
