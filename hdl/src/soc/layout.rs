//! What is where in the link engine's RAM, and what is there at power-on.
//!
//! The lower half is the frame: a request as it came, from byte 0 on, or the answer with rows, from [`ANSWER`] on. The
//! upper half has the other answers with fields, which are filled in where they stand, a table, and variables. A
//! payload with bytes of the core begins at a multiple of eight, because the pointer's low bits say which byte of a row
//! is read.

use crate::soc::link::Facts;
use isa::host::Space;
use isa::plan::CorePlan;
use isa::wire::frame::PAYLOAD_MAX;
use isa::wire::{Answer, Hello, Report, Request};

/// Where the upper half begins.
const UPPER: u16 = 1 << 8;

// The request.
pub const SEQUENCE: u16 = 0;
pub const COMMAND: u16 = 1;
pub const SPACE: u16 = 2;
pub const ROW: u16 = 3;
pub const PAYLOAD: u8 = Request::HEADER as u8;

/// The answer: its header, and behind it its payload.
pub const ANSWER: u8 = 6;
pub const ANSWER_PAYLOAD: u8 = ANSWER + Answer::HEADER as u8;

// The answer to a status request.
pub const STATUS: u8 = 6;
pub const STATUS_PAYLOAD: u8 = STATUS + Answer::HEADER as u8;
pub const STATUS_FLAGS: u16 = UPPER + STATUS_PAYLOAD as u16 + 8;
pub const STATUS_CYCLES: u16 = STATUS_FLAGS + 1;
/// Of the cycles what does not fit the counter: four bytes, and two that stay 0 for 80 days.
pub const STATUS_OVERFLOWS: u16 = STATUS_CYCLES + 2;
/// Behind the eight bytes of cycles.
pub const STATUS_IMAGE: u16 = STATUS_CYCLES + 8;
pub const STATUS_END: u8 = STATUS_PAYLOAD + Report::BYTES as u8;

// The answer to a hello, behind that and what is put at its end: a CRC and a 0.
pub const HELLO: u8 = STATUS_END + 5;
const HELLO_PAYLOAD: u8 = HELLO + Answer::HEADER as u8;
pub const HELLO_ECHO: u16 = UPPER + HELLO_PAYLOAD as u16;
pub const HELLO_END: u8 = HELLO_PAYLOAD + Hello::BYTES as u8;

/// For each space: bytes of a row, less one; what it can be used for, see [`usage`]; most rows of an answer; what must
/// be 0 in the number of a row, three bytes.
pub const SPACES: u8 = HELLO_END + 5;
const SPACE_BYTES: u8 = 6;

/// Where the table has the last part for a space.
pub const fn masks(space: Space) -> u8 {
    SPACES + SPACE_BYTES * space as u8 + 3
}

/// Zeros, as many as a row has bytes, and the one that is read behind it.
pub const ZEROS: u8 = SPACES + SPACE_BYTES * Space::ALL.len() as u8;

const VARIABLES: u16 = UPPER + ZEROS as u16 + 13;
/// Bytes in the block of the byte stuffing.
pub const LEFT: u16 = VARIABLES;
/// Of the payload.
pub const LENGTH: u16 = VARIABLES + 1;
/// Sequence number of the last frame, whether it did what is done once, and the status of that.
pub const LAST: u16 = VARIABLES + 2;
pub const DONE: u16 = VARIABLES + 3;
pub const DONE_STATUS: u16 = VARIABLES + 4;
/// Where the answer begins, its status, where it ends.
pub const BASE: u16 = VARIABLES + 5;
pub const STATUS_CODE: u16 = VARIABLES + 6;
pub const END: u16 = VARIABLES + 7;
/// Where a block of the answer's byte stuffing begins.
pub const BLOCK: u16 = VARIABLES + 8;
/// What is done with a space, and from the table: what it says of the space, and where its last part is.
pub const USAGE: u16 = VARIABLES + 9;
pub const WIDTH: u16 = VARIABLES + 10;
pub const BYTES: u16 = VARIABLES + 11;
pub const MOST: u16 = VARIABLES + 12;
pub const MASKS: u16 = VARIABLES + 13;
/// Rows to come, less one, three bytes.
pub const ROWS: u16 = VARIABLES + 14;
/// Where the next range of a commit is.
pub const RANGE: u16 = VARIABLES + 17;
/// The pointer while cycles are counted.
pub const POINTER: u16 = VARIABLES + 18;

/// What a space can be used for, as bits.
pub mod usage {
    pub const LOAD: u8 = 1;
    pub const POKE: u8 = 2;
    pub const READ: u8 = 4;
}

/// The RAM at power-on.
pub fn contents(facts: &Facts) -> Vec<u8> {
    let mut bytes = vec![0; usize::from(2 * UPPER)];
    let mut put = |at: u8, part: &[u8]| {
        let at = usize::from(UPPER) + usize::from(at);
        bytes[at..at + part.len()].copy_from_slice(part);
    };
    let hello = Hello::of_board(facts.board, &facts.plan, facts.clock);
    put(HELLO_PAYLOAD, &hello.encode());
    for (&space, at) in Space::ALL.iter().zip((SPACES..).step_by(SPACE_BYTES.into())) {
        put(at, &row(space, &facts.plan, &hello));
    }
    bytes
}

fn uses(space: Space, plan: &CorePlan, hello: &Hello) -> u8 {
    let written = match space {
        Space::Control | Space::Frames => 0,
        Space::Marks | Space::Branches if plan.has_resolver() || plan.is_compact() => 0,
        Space::Code | Space::Marks | Space::Branches | Space::Functions => usage::LOAD,
        Space::Stack | Space::Memory => usage::LOAD | usage::POKE,
    };
    if hello.can_read(space) { written | usage::READ } else { written }
}

/// Of the table of spaces. Numbers of rows are powers of two, but of registers, which are not used so.
fn row(space: Space, plan: &CorePlan, hello: &Hello) -> [u8; SPACE_BYTES as usize] {
    let bytes = space.row_bytes();
    let [low, middle, high, _] = (!(space.rows(plan) - 1)).to_le_bytes();
    [bytes as u8 - 1, uses(space, plan, hello), (PAYLOAD_MAX / bytes) as u8, low, middle, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use isa::wire::frame::DECODED_MAX;

    #[test]
    fn everything_has_its_place() {
        assert!(DECODED_MAX < usize::from(UPPER), "a frame fits its half");
        // CRC and 0 at its end.
        assert!(usize::from(ANSWER_PAYLOAD) + PAYLOAD_MAX + 5 <= usize::from(UPPER), "so does an answer");
        const { assert!(POINTER < 2 * UPPER) };
        assert_eq!((ANSWER_PAYLOAD % 8, STATUS_PAYLOAD % 8), (0, 0));
        assert!(Space::ALL.iter().all(|s| s.row_bytes() < 13));
    }

    /// Only where bytes are received and where the cycles are read.
    #[test]
    fn overflows_are_counted_before_the_next_one() {
        for board in boards::BOARDS {
            // The longest answer of a core that runs, and the request before it.
            let bytes = Hello::BYTES + 2 * (Request::HEADER + 6);
            assert!(bytes as u32 * 10 * board.bit_cycles() < 1 << 16, "{}", board.name);
        }
    }

    #[test]
    fn masks_are_those_of_the_rows() {
        for plan in boards::PLANS {
            let hello = Hello::of_board("", plan, 0);
            for &space in &Space::ALL[1..] {
                let [_, _, _, mask @ ..] = row(space, plan, &hello);
                let rows = space.rows(plan);
                let refused = |row: u32| row.to_le_bytes().iter().zip(mask).any(|(&byte, mask)| byte & mask != 0);
                assert!(!refused(0) && !refused(rows - 1) && (rows >> 24 > 0 || refused(rows)), "{}", space.name());
            }
        }
    }
}
