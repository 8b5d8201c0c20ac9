//! Which way branches by a condition went.

use super::steps::Steps;
use isa::op::Op;
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{:>12} {:>12} {:>6}  branch", "jumped", "went on", "% jumps")?;
    for (instr, _) in steps.executed().filter(|(instr, _)| matches!(instr.op, Op::BrIf | Op::If | Op::BrTable)) {
        let follows = steps.follows.get(&instr.pc).into_iter().flatten();
        let (on, jumped): (Vec<_>, Vec<_>) = follows.partition(|(next, _)| **next == instr.next_pc());
        let [on, jumped] = [on, jumped].map(|ways| ways.iter().map(|(_, times)| **times).sum::<u64>());
        let share = jumped as f64 / (on + jumped).max(1) as f64 * 100.0;
        writeln!(output, "{jumped:>12} {on:>12} {share:>6.1}  {}", steps.place(instr.pc))?;
    }
    writeln!(output)
}
