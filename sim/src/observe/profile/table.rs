//! A profile as a table: what cycles passed with, functions, source lines.

use super::report::Report;
use super::slices::{Count, Key};
use super::tree::Node;
use crate::observe::stalls::Cause;
use firmware_loader::output::shown;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

/// Cycles and instructions of a function or a line.
#[derive(Clone, Default)]
struct Sum {
    cycles: u64,
    instructions: u64,
    /// Cycles in it and in what it calls.
    total: u64,
    /// Cycles in which no group retired.
    stalls: BTreeMap<Cause, u64>,
}

impl Sum {
    fn add(&mut self, key: &Key, count: Count) {
        self.cycles += count.cycles;
        self.instructions += count.instructions;
        if let Some(cause) = key.cause {
            *self.stalls.entry(cause).or_default() += count.cycles;
        }
    }
}

/// Writes the table, with so many rows of functions and lines at most.
pub fn write(report: &Report<'_>, most: usize, output: &mut dyn Write) -> io::Result<()> {
    let counts = report.total();
    let mut all = Sum::default();
    counts.iter().for_each(|(key, count)| all.add(key, *count));
    writeln!(output, "{}: {} cycles, {} instructions\n", report.name(), all.cycles, all.instructions)?;
    causes(&all, output)?;
    functions(report, &counts, &all, most, output)?;
    lines(report, &counts, &all, most, output)
}

fn causes(all: &Sum, output: &mut dyn Write) -> io::Result<()> {
    let stalled: u64 = all.stalls.values().sum();
    let mut rows = vec![(all.cycles - stalled, "a group that retires")];
    rows.extend(all.stalls.iter().map(|(cause, &cycles)| (cycles, cause.words())));
    rows.sort_by_key(|&(cycles, _)| std::cmp::Reverse(cycles));
    writeln!(output, "{:>12} {:>6}  passed with", "cycles", "%")?;
    rows.iter().try_for_each(|(cycles, what)| writeln!(output, "{cycles:>12} {:>6}  {what}", percent(*cycles, all)))
}

fn functions(
    report: &Report<'_>,
    counts: &[(Key, Count)],
    all: &Sum,
    most: usize,
    output: &mut dyn Write,
) -> io::Result<()> {
    let nodes = report.nodes();
    let mut functions: HashMap<&str, Sum> = HashMap::new();
    let mut below = vec![0; nodes.len()];
    for (key, count) in counts {
        functions.entry(&nodes[key.node.place()].1).or_default().add(key, *count);
        below[key.node.place()] += count.cycles;
    }
    // A parent stands before its children.
    for (place, (parent, _)) in nodes.iter().enumerate().rev() {
        parent.iter().for_each(|parent| below[parent.place()] += below[place]);
    }
    for (place, (parent, name)) in nodes.iter().enumerate() {
        let caller = |node: &Node| nodes[node.place()].0;
        let mut callers = std::iter::successors(*parent, caller);
        // What a function calls itself is in the calls around that.
        if !callers.any(|caller| nodes[caller.place()].1 == *name) {
            functions.entry(name).or_default().total += below[place];
        }
    }
    let mut rows: Vec<(&str, Sum)> = functions.into_iter().filter(|(_, sum)| sum.total > 0).collect();
    rows.sort_by(|(a, x), (b, y)| (y.cycles, y.total, a).cmp(&(x.cycles, x.total, b)));
    writeln!(output, "\n{:>12} {:>6} {:>12} {:>6} {:>12}  function", "cycles", "%", "with calls", "%", "instructions")?;
    for (name, sum) in rows.iter().take(most) {
        let Sum { cycles, total, instructions, .. } = sum;
        let (own, with) = (percent(*cycles, all), percent(*total, all));
        writeln!(output, "{cycles:>12} {own:>6} {total:>12} {with:>6} {instructions:>12}  {name}")?;
    }
    left_out(rows.len(), most, "functions", output)
}

fn lines(
    report: &Report<'_>,
    counts: &[(Key, Count)],
    all: &Sum,
    most: usize,
    output: &mut dyn Write,
) -> io::Result<()> {
    if !report.has_lines() {
        return writeln!(output, "\nno source lines: the module has no DWARF, which compilers add with -g");
    }
    let mut lines: BTreeMap<String, Sum> = BTreeMap::new();
    for (key, count) in counts {
        let function = &report.nodes()[key.node.place()].1;
        let line = match report.line(key) {
            Some(line) => format!("{}:{}", shown(&line.file), line.line),
            None => format!("no line in {function}"),
        };
        lines.entry(line).or_default().add(key, *count);
    }
    let mut rows: Vec<(String, Sum)> = lines.into_iter().collect();
    rows.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.cycles));
    writeln!(output, "\n{:>12} {:>6} {:>12}  line, and why no group retired", "cycles", "%", "instructions")?;
    for (line, sum) in rows.iter().take(most) {
        let Sum { cycles, instructions, .. } = sum;
        writeln!(output, "{cycles:>12} {:>6} {instructions:>12}  {line}{}", percent(*cycles, all), stalls(sum))?;
    }
    left_out(rows.len(), most, "lines", output)
}

/// The causes with most cycles.
fn stalls(sum: &Sum) -> String {
    let mut stalls: Vec<_> = sum.stalls.iter().collect();
    stalls.sort_by_key(|(_, cycles)| std::cmp::Reverse(**cycles));
    let stalls = stalls.iter().take(3).map(|(cause, cycles)| format!("{cycles} {}", cause.words()));
    let stalls: Vec<String> = stalls.collect();
    if stalls.is_empty() { String::new() } else { format!("  ({})", stalls.join(", ")) }
}

fn left_out(rows: usize, most: usize, what: &str, output: &mut dyn Write) -> io::Result<()> {
    match rows.saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(output, "{:>12}  {more} more {what}, which a file has", "..."),
    }
}

fn percent(cycles: u64, all: &Sum) -> String {
    format!("{:.1}", cycles as f64 / all.cycles.max(1) as f64 * 100.0)
}
