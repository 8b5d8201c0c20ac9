//! A profile as a table: what cycles passed with, functions, source lines.

use super::report::Report;
use super::sums::{self, Sum};
use firmware_loader::output::shown;
use std::io::{self, Write};

/// Writes the table, with so many rows of functions and lines at most.
pub fn write(report: &Report<'_>, most: usize, output: &mut dyn Write) -> io::Result<()> {
    let all = sums::all(report);
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
        let rows = self.all.parts();
        writeln!(output, "{:>12} {:>6}  passed with", "cycles", "%")?;
        rows.iter().try_for_each(|(cycles, what)| writeln!(output, "{cycles:>12} {:>6}  {what}", self.percent(*cycles)))
    }

    fn functions(&self, output: &mut dyn Write) -> io::Result<()> {
        let rows = sums::functions(self.report);
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
        let rows = sums::lines(report);
        writeln!(output, "\n{:>12} {:>6} {:>12}  line, and why no group retired", "cycles", "%", "instructions")?;
        for (line, sum) in rows.iter().take(self.most) {
            let Sum { cycles, instructions, .. } = sum;
            let line = match line {
                Ok(line) => format!("{}:{}", shown(&line.file), line.line),
                Err(function) => format!("no line in {function}"),
            };
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
    let causes = sum.causes().into_iter();
    let stalls = causes.take(3).map(|(cause, cycles)| format!("{cycles} {}", cause.words()));
    let stalls: Vec<String> = stalls.collect();
    if stalls.is_empty() { String::new() } else { format!("  ({})", stalls.join(", ")) }
}
