//! Where a program comes to another line. Code of no line, and calls that lead through nothing else, belong to the line
//! before.

use super::lines::{Line, Lines};

/// A line in one of the active calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: Line,
    depth: usize,
}

/// Follows a program from line to line.
pub(super) struct Stepping {
    last: Option<Place>,
}

impl Stepping {
    /// From the instruction at `pc` on, in the innermost of `depth` calls.
    pub fn new(lines: &Lines<'_>, pc: u32, depth: usize) -> Stepping {
        Stepping { last: lines.line(pc).map(|line| Place { line, depth }) }
    }

    /// Whether the program, which has come to this instruction, is at another line.
    pub fn comes_to_line(&mut self, lines: &Lines<'_>, pc: u32, depth: usize) -> bool {
        let Some(place) = lines.line(pc).map(|line| Place { line, depth }) else { return false };
        // A caller goes on in the middle of its line.
        let returned = self.last.is_some_and(|last| depth < last.depth);
        let comes = self.last != Some(place) && (returned || lines.begins(pc));
        if comes {
            self.last = Some(place);
        }
        comes
    }
}
