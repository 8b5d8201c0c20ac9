//! Sums of a profile: of the whole run, of functions, of source lines.

use super::report::Report;
use super::slices::{Count, Key};
use super::tree::Node;
use crate::observe::stalls::Cause;
use firmware_loader::source::Line;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Cycles and instructions of a function or a line.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    pub cycles: u64,
    pub instructions: u64,
    /// Cycles in it and in what it calls; only functions have them.
    pub total: u64,
    /// Cycles in which no group retired.
    pub stalls: BTreeMap<Cause, u64>,
}

impl Sum {
    pub fn add(&mut self, key: &Key, count: Count) {
        self.cycles += count.cycles;
        self.instructions += count.instructions;
        if let Some(cause) = key.cause {
            *self.stalls.entry(cause).or_default() += count.cycles;
        }
    }

    /// Why no group retired, with most cycles first.
    pub fn causes(&self) -> Vec<(Cause, u64)> {
        let mut causes: Vec<_> = self.stalls.iter().map(|(&cause, &cycles)| (cause, cycles)).collect();
        causes.sort_by_key(|&(_, cycles)| Reverse(cycles));
        causes
    }

    /// What all cycles passed with, with most cycles first.
    pub fn parts(&self) -> Vec<(u64, &'static str)> {
        let stalled: u64 = self.stalls.values().sum();
        let mut parts = vec![(self.cycles - stalled, "a group that retires")];
        parts.extend(self.stalls.iter().map(|(cause, &cycles)| (cycles, cause.words())));
        parts.sort_by_key(|&(cycles, _)| Reverse(cycles));
        parts
    }
}

/// All of them.
pub struct Sums<'r> {
    pub all: Sum,
    /// With most cycles first, as the lines.
    pub functions: Vec<(&'r str, Sum)>,
    pub lines: Vec<(Result<&'r Line, &'r str>, Sum)>,
}

impl<'r> Sums<'r> {
    pub fn of(report: &'r Report<'_>) -> Sums<'r> {
        Sums { all: all(report), functions: functions(report), lines: lines(report) }
    }
}

/// Of the whole run.
pub fn all(report: &Report<'_>) -> Sum {
    let mut all = Sum::default();
    report.total().iter().for_each(|(key, count)| all.add(key, *count));
    all
}

/// Of functions, with most cycles first.
pub fn functions<'r>(report: &'r Report<'_>) -> Vec<(&'r str, Sum)> {
    let nodes = report.nodes();
    let mut functions: HashMap<&str, Sum> = HashMap::new();
    for (key, count) in report.total() {
        functions.entry(&nodes[key.node.place()].1).or_default().add(key, *count);
    }
    let with_calls = with_calls(report, report.total());
    for (place, name) in outermost(report) {
        functions.entry(name).or_default().total += with_calls[place];
    }
    let mut rows: Vec<(&str, Sum)> = functions.into_iter().filter(|(_, sum)| sum.total > 0).collect();
    rows.sort_by(|(a, x), (b, y)| (y.cycles, y.total, a).cmp(&(x.cycles, x.total, b)));
    rows
}

/// Of source lines, and by function of what has none, with most cycles first.
pub fn lines<'r>(report: &'r Report<'_>) -> Vec<(Result<&'r Line, &'r str>, Sum)> {
    let mut lines: BTreeMap<Result<&Line, &str>, Sum> = BTreeMap::new();
    for (key, count) in report.total() {
        let function = &report.nodes()[key.node.place()].1;
        lines.entry(report.line(key).ok_or(function)).or_default().add(key, *count);
    }
    let mut rows: Vec<_> = lines.into_iter().collect();
    rows.sort_by_key(|(_, sum)| Reverse(sum.cycles));
    rows
}

/// Of each node, the cycles in it and in what it calls.
pub fn with_calls(report: &Report<'_>, counts: &[(Key, Count)]) -> Vec<u64> {
    let nodes = report.nodes();
    let mut cycles = vec![0; nodes.len()];
    counts.iter().for_each(|(key, count)| cycles[key.node.place()] += count.cycles);
    // A parent stands before its children.
    for (place, (parent, _)) in nodes.iter().enumerate().rev() {
        parent.iter().for_each(|parent| cycles[parent.place()] += cycles[place]);
    }
    cycles
}

/// The nodes that are in no other one of the same function, with its name: what a function calls itself is in the calls
/// around that.
pub fn outermost<'r>(report: &'r Report<'_>) -> impl Iterator<Item = (usize, &'r str)> {
    let nodes = report.nodes();
    nodes.iter().enumerate().filter_map(move |(place, (parent, name))| {
        let caller = |node: &Node| nodes[node.place()].0;
        let mut callers = std::iter::successors(*parent, caller);
        let inner = callers.any(|caller| nodes[caller.place()].1 == *name);
        (!inner).then_some((place, name.as_str()))
    })
}
