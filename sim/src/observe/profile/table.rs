//! A profile as a table: what cycles passed with, functions, source lines.

use super::report::Report;
use super::slices::{Count, Key};
use super::tree::Node;
use crate::observe::stalls::Cause;
use firmware_loader::output::shown;
use std::cmp::Reverse;
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
    let mut all = Sum::default();
    report.total().iter().for_each(|(key, count)| all.add(key, *count));
    writeln!(output, "{}: {} cycles, {} instructions\n", report.name(), all.cycles, all.instructions)?;
    let table = Table { report, all, most };
    table.causes(output)?;
    table.functions(output)?;
    table.lines(output)
}

struct Table<'a> {
    report: &'a Report<'a>,
    /// Of the whole run.
    all: Sum,
    /// Rows of functions, and of lines.
    most: usize,
}

impl Table<'_> {
    fn causes(&self, output: &mut dyn Write) -> io::Result<()> {
        let stalled: u64 = self.all.stalls.values().sum();
        let mut rows = vec![(self.all.cycles - stalled, "a group that retires")];
        rows.extend(self.all.stalls.iter().map(|(cause, &cycles)| (cycles, cause.words())));
        rows.sort_by_key(|&(cycles, _)| Reverse(cycles));
        writeln!(output, "{:>12} {:>6}  passed with", "cycles", "%")?;
        rows.iter().try_for_each(|(cycles, what)| writeln!(output, "{cycles:>12} {:>6}  {what}", self.percent(*cycles)))
    }

    fn functions(&self, output: &mut dyn Write) -> io::Result<()> {
        let nodes = self.report.nodes();
        let mut functions: HashMap<&str, Sum> = HashMap::new();
        let mut below = vec![0; nodes.len()];
        for (key, count) in self.report.total() {
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
        writeln!(
            output,
            "\n{:>12} {:>6} {:>12} {:>6} {:>12}  function",
            "cycles", "%", "with calls", "%", "instructions"
        )?;
        for (name, sum) in rows.iter().take(self.most) {
            let Sum { cycles, total, instructions, .. } = sum;
            let [own, with] = [cycles, total].map(|cycles| self.percent(*cycles));
            writeln!(output, "{cycles:>12} {own:>6} {total:>12} {with:>6} {instructions:>12}  {name}")?;
        }
        self.left_out(rows.len(), "functions", output)
    }

    fn lines(&self, output: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        if !report.has_lines() {
            return writeln!(output, "\nno source lines: the module has no DWARF, which compilers add with -g");
        }
        let mut lines: BTreeMap<String, Sum> = BTreeMap::new();
        for (key, count) in report.total() {
            let function = &report.nodes()[key.node.place()].1;
            let line = match report.line(key) {
                Some(line) => format!("{}:{}", shown(&line.file), line.line),
                None => format!("no line in {function}"),
            };
            lines.entry(line).or_default().add(key, *count);
        }
        let mut rows: Vec<(String, Sum)> = lines.into_iter().collect();
        rows.sort_by_key(|(_, sum)| Reverse(sum.cycles));
        writeln!(output, "\n{:>12} {:>6} {:>12}  line, and why no group retired", "cycles", "%", "instructions")?;
        for (line, sum) in rows.iter().take(self.most) {
            let Sum { cycles, instructions, .. } = sum;
            writeln!(output, "{cycles:>12} {:>6} {instructions:>12}  {line}{}", self.percent(*cycles), stalls(sum))?;
        }
        self.left_out(rows.len(), "lines", output)
    }

    fn left_out(&self, rows: usize, what: &str, output: &mut dyn Write) -> io::Result<()> {
        match rows.saturating_sub(self.most) {
            0 => Ok(()),
            more => writeln!(output, "{:>12}  {more} more {what}, which a file has", "..."),
        }
    }

    /// Of all cycles.
    fn percent(&self, cycles: u64) -> String {
        format!("{:.1}", cycles as f64 / self.all.cycles.max(1) as f64 * 100.0)
    }
}

/// The causes with most cycles.
fn stalls(sum: &Sum) -> String {
    let mut stalls: Vec<_> = sum.stalls.iter().collect();
    stalls.sort_by_key(|(_, cycles)| Reverse(**cycles));
    let stalls = stalls.iter().take(3).map(|(cause, cycles)| format!("{cycles} {}", cause.words()));
    let stalls: Vec<String> = stalls.collect();
    if stalls.is_empty() { String::new() } else { format!("  ({})", stalls.join(", ")) }
}
