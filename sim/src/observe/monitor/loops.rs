//! How often loops began, and how often their bodies ran.

use super::steps::Steps;
use isa::op::Op;
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{:>12} {:>12} {:>12}  loop", "begun", "rounds", "rounds each")?;
    for (instr, begun) in steps.executed().filter(|(instr, _)| instr.op == Op::Loop) {
        // Branches to a loop go on behind its header.
        let rounds = steps.counts.get(&instr.next_pc()).copied().unwrap_or_default();
        let each = rounds as f64 / begun.max(1) as f64;
        writeln!(output, "{begun:>12} {rounds:>12} {each:>12.1}  {}", steps.place(instr.pc))?;
    }
    writeln!(output)
}
