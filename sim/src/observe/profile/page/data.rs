//! The numbers of the page for programs: JSON in a script element that is no script.

use crate::observe::profile::report::Report;
use crate::observe::profile::sums::{Sum, Sums};
use crate::observe::stalls::Cause;
use firmware_loader::output;
use firmware_loader::source::Line as SourceLine;
use serde::Serialize;
use std::collections::BTreeMap;

/// Cycles by the names of causes.
type Stalls = BTreeMap<&'static str, u64>;

#[derive(Serialize)]
struct Data<'a> {
    program: &'a str,
    /// Of the whole run, the start function's included.
    cycles: u64,
    instructions: u64,
    stalls: Stalls,
    functions: Vec<Function<'a>>,
    lines: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Function<'a> {
    function: &'a str,
    cycles: u64,
    with_calls: u64,
    instructions: u64,
    stalls: Stalls,
}

/// A source line, or the code of a function that has none.
#[derive(Serialize)]
struct Line<'a> {
    file: Option<&'a str>,
    line: Option<u32>,
    function: Option<&'a str>,
    cycles: u64,
    instructions: u64,
    stalls: Stalls,
}

/// As text that ends no element.
pub fn json<'r>(report: &'r Report<'_>, sums: &Sums<'r>) -> String {
    let function = |(function, sum): &(&'r str, Sum)| Function {
        function,
        cycles: sum.cycles,
        with_calls: sum.total,
        instructions: sum.instructions,
        stalls: stalls(sum),
    };
    let line = |(line, sum): &(Result<&'r SourceLine, &'r str>, Sum)| Line {
        file: line.ok().map(|line| line.file.as_str()),
        line: line.ok().map(|line| line.line),
        function: line.err(),
        cycles: sum.cycles,
        instructions: sum.instructions,
        stalls: stalls(sum),
    };
    let data = Data {
        program: report.name(),
        cycles: sums.all.cycles,
        instructions: sums.all.instructions,
        stalls: stalls(&sums.all),
        functions: sums.functions.iter().map(function).collect(),
        lines: sums.lines.iter().map(line).collect(),
    };
    output::json(&data).replace('<', "\\u003c")
}

fn stalls(sum: &Sum) -> Stalls {
    sum.stalls.iter().map(|(&cause, &cycles)| (Cause::ALL[cause as usize].1, cycles)).collect()
}
