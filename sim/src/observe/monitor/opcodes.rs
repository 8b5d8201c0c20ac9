//! How often each kind of instruction was executed.

use super::steps::Steps;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    steps.executed().for_each(|(instr, times)| *counts.entry(instr.op.to_string()).or_default() += times);
    let all: u64 = counts.values().sum();
    let mut rows: Vec<(String, u64)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    writeln!(output, "{:>12} {:>6}  instruction", "executed", "%")?;
    for (name, times) in rows {
        writeln!(output, "{times:>12} {:>6.1}  {name}", times as f64 / all.max(1) as f64 * 100.0)?;
    }
    writeln!(output)
}
