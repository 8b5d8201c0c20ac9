//! Which instructions were executed, of how many.

use super::steps::Steps;
use crate::disassembly::function_name;
use isa::instr::instructions;
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{:>12} {:>12} {:>6}  instructions executed, of all, in function", "executed", "of", "%")?;
    let (mut all_executed, mut all) = (0, 0);
    for function in &steps.module.functions {
        let of = instructions(&steps.module.code, function.entry, function.end).count();
        let executed = steps.counts.range(function.entry..function.end).count();
        let name = function_name(steps.module, function.entry);
        writeln!(output, "{executed:>12} {of:>12} {:>6}  {name}", percent(executed, of))?;
        all_executed += executed;
        all += of;
    }
    writeln!(output, "{all_executed:>12} {all:>12} {:>6}  all functions\n", percent(all_executed, all))
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1}", part as f64 / whole.max(1) as f64 * 100.0)
}
