//! The code memory of a compact core: code and branch entries in one RAM, in rows of four bytes.
//!
//! Code lies from the first row on. Entry 0 takes the last two rows, every further one the two before, so that a module
//! may have much of the one or of the other. There are no marks: the core finds the length of an instruction from its
//! bytes, and the last `end` of a function by the byte behind it.

use crate::branch::BranchEntry;
use crate::fields::Field;
use crate::module::Module;
use crate::pack::of_widths;
use crate::plan::CorePlan;
use alloc::vec::Vec;

/// What stands in the code memory behind the body of each function, where a module has the size of the next one, which
/// nothing executes: no opcode.
pub const BEHIND_BODY: u8 = 0xff;

/// Bytes of a branch entry.
pub const ENTRY_BYTES: u64 = 8;

/// The fields in the two rows of an entry, from bit 0 up. The core has no use for `lead`.
pub const ROWS: [&[&str]; 2] = [&["target", "following", "predict", "returns", "unwind"], &["height", "keep"]];

/// Bits of a packed entry that stand in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where they are in the packed entry.
    pub from: u32,
    pub bits: u32,
}

/// Of the two rows, from bit 0 up, for these widths of code addresses, entry indices and slots.
pub fn pieces(widths: [u32; 3]) -> [Vec<Piece>; 2] {
    let piece = |&name: &&str| {
        let width = |field: &Field| of_widths(field.width, widths);
        let before = BranchEntry::FIELDS.iter().take_while(|field| field.name != name);
        let bits = BranchEntry::FIELDS.iter().find(|field| field.name == name).map_or(0, width);
        Piece { from: before.map(width).sum(), bits }
    };
    ROWS.map(|row| row.iter().map(piece).collect())
}

/// The rows of a packed entry.
pub fn words(entry: u128, widths: [u32; 3]) -> [u32; 2] {
    pieces(widths).map(|pieces| {
        let place = |(word, low): (u32, u32), piece: &Piece| {
            (word | ((entry >> piece.from) as u32 & ((1 << piece.bits) - 1)) << low, low + piece.bits)
        };
        pieces.iter().fold((0, 0), place).0
    })
}

/// Writes what stands behind the bodies of a module's functions into its code.
pub fn lay_borders(module: &Module, code: &mut Vec<u8>) {
    for end in module.functions.iter().map(|function| function.end as usize) {
        code.resize(code.len().max(end + 1), BEHIND_BODY);
        code[end] = BEHIND_BODY;
    }
}

/// Whether entries of a plan fit their rows.
pub fn fits(plan: &CorePlan) -> bool {
    let rows = pieces([plan.sizes.code_log2, plan.sizes.branch_log2, plan.sizes.stack_log2]);
    rows.iter().all(|row| row.iter().map(|piece| piece.bits).sum::<u32>() <= u32::BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::{Op, PREFIX};

    #[test]
    fn no_instruction_begins_with_what_stands_behind_a_body() {
        assert_eq!(Op::from_code(0, BEHIND_BODY.into()), None);
        assert_ne!(BEHIND_BODY, PREFIX);
    }

    #[test]
    fn rows_of_an_entry_have_its_fields_but_for_the_lead() {
        // Of 4, 3 and 5 bits: target 9, following 5, lead all ones, predict, unwind, height 17, keep 3.
        let entry = 9 | 5 << 4 | 15 << 7 | 1 << 11 | 1 << 13 | 17 << 14 | 3 << 19;
        assert_eq!(words(entry, [4, 3, 5]), [9 | 5 << 4 | 1 << 7 | 1 << 9, 17 | 3 << 5]);
    }
}
