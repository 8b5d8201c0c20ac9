//! The memories that can be read back: every bit as 0 and as 1, and every row as itself and no other one.

use super::{Check, Extent};
use crate::line::Line;
use crate::session::{LinkError, Session};
use boards::Board;
use isa::host::{POOL, Space};
use isa::wire::frame::PAYLOAD_MAX;

/// In a quick test, the first block of so many rows.
const STRIDE: u32 = 1024;

/// The memories that this board can read back, with names for people.
pub fn of<L: Line>(session: &Session<L>) -> Vec<(&'static str, Space)> {
    let memories = [("code", Space::Code), ("value stack", Space::Stack), ("linear memory", Space::Memory)];
    memories.into_iter().filter(|&(_, space)| session.board().can_read(space)).collect()
}

/// Writes all of a memory before it reads any of it back, in two patterns of which one is the complement of the other.
pub fn check<L: Line>(
    session: &mut Session<L>,
    board: &Board,
    extent: Extent,
    what: &'static str,
    space: Space,
) -> Result<Check, LinkError> {
    // Of a pool its own rows.
    let (base, rows) = match space {
        Space::Memory if board.plan.has_pool() => (POOL, (board.plan.memory_bytes() / space.row_bytes() as u64) as u32),
        _ => (0, space.rows(board.plan)),
    };
    let block = (PAYLOAD_MAX / space.row_bytes()) as u32;
    let stride = if extent.quick { STRIDE } else { block };
    let blocks: Vec<(u32, u32)> =
        (0..rows).step_by(stride as usize).map(|first| (first, block.min(rows - first))).collect();
    let (mut wrong, mut tested) = (None, 0);
    for complement in [0, 0xff] {
        for &(first, count) in &blocks {
            session.store(space, base + first, &pattern(space, first, count, complement))?;
        }
        for &(first, count) in &blocks {
            let (found, expected) =
                (session.read(space, base + first, count)?, pattern(space, first, count, complement));
            tested += expected.len() as u64;
            let differs = found.iter().zip(&expected).position(|(found, expected)| found != expected);
            wrong = wrong.or(differs.map(|at| {
                let address = first as usize * space.row_bytes() + at;
                (format!("{:#04x} at {address:#x}", found[at]), format!("{:#04x}", expected[at]))
            }));
        }
    }
    let (found, expected) = wrong.unzip();
    let right = || format!("{} of {} bytes", tested / 2, rows as usize * space.row_bytes());
    Ok(Check { group: "memory", what, passed: expected.is_none(), found: found.unwrap_or_else(right), expected })
}

/// Bytes that differ from row to row, however the lines of the address are mixed up.
fn pattern(space: Space, first: u32, rows: u32, complement: u8) -> Vec<u8> {
    let start = first as usize * space.row_bytes();
    let byte = |address: usize| (address as u32).wrapping_mul(0x9e37_79b1).to_be_bytes()[0] ^ complement;
    (start..start + rows as usize * space.row_bytes()).map(byte).collect()
}
