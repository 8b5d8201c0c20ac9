//! What a run leaves: lines of JSON, which add up over runs.

use crate::differential::Tally;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Numbers by what they count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    pub fn count(&mut self, what: &str, times: u64) {
        if times > 0 {
            let sum = self.0.entry(what.into()).or_default();
            *sum = sum.saturating_add(times);
        }
    }

    pub fn get(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// The sum of all whose name begins so.
    pub fn sum(&self, prefix: &str) -> u64 {
        self.0.iter().filter(|(what, _)| what.starts_with(prefix)).map(|(_, times)| times).sum()
    }

    pub fn add(&mut self, other: &Counts) {
        other.0.iter().for_each(|(what, &times)| self.count(what, times));
    }

    /// What was compared in lock-step.
    pub fn tally(&mut self, tally: &Tally) {
        let Tally { modules, refused, uninstantiable, returns, stops, instructions, ops: _ } = tally;
        let counts = [
            ("modules compared", modules),
            ("calls refused by the plan", refused),
            ("calls whose instantiation traps", uninstantiable),
            ("calls that return", returns),
            ("instructions", instructions),
        ];
        counts.into_iter().for_each(|(what, &times)| self.count(what, times));
        stops.iter().for_each(|(message, &times)| self.count(&format!("stops: {message}"), times));
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(what, times)| writeln!(f, "{times:14}  {what}"))
    }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Range(RangeLine),
    Find(FindLine),
}

/// The counts of steps whose seeds follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeLine {
    pub build: String,
    pub first: u64,
    pub count: u64,
    pub counts: Counts,
}

/// A step that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindLine {
    pub build: String,
    pub seed: u64,
    pub step: String,
    pub what: String,
    /// The reduced program, if a module shows it.
    pub kept: Option<String>,
}

/// What the logs of one build have together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub counts: Counts,
    /// Seeds that were tried, as first ones and those behind the last; those that meet are one.
    pub seeds: Vec<(u64, u64)>,
    /// In the order of their seeds.
    pub finds: Vec<FindLine>,
}

/// The lines of a log; the error names the line.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    let line = |(number, text): (usize, &str)| {
        let wrong = |what: &str| format!("line {}: {what}: take it out", number + 1);
        let line: Line = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        match &line {
            Line::Range(RangeLine { first, count, .. }) if *count == 0 || first.checked_add(*count).is_none() => {
                Err(wrong("there are no such seeds"))
            }
            _ => Ok(line),
        }
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// Adds up the lines of logs, by build.
///
/// # Errors
/// That seeds were counted twice, and which.
pub fn merge(lines: impl IntoIterator<Item = Line>) -> Result<BTreeMap<String, Merged>, String> {
    let mut builds: BTreeMap<String, Merged> = BTreeMap::new();
    for line in lines {
        match line {
            Line::Range(RangeLine { build, first, count, counts }) => {
                let merged = builds.entry(build).or_default();
                merged.counts.add(&counts);
                merged.seeds.push((first, first.saturating_add(count)));
            }
            Line::Find(find) => builds.entry(find.build.clone()).or_default().finds.push(find),
        }
    }
    for (build, merged) in &mut builds {
        merged.finds.sort_by_key(|find| find.seed);
        merged.seeds = joined(&mut merged.seeds).map_err(|e| format!("{build}: {e}"))?;
    }
    Ok(builds)
}

fn joined(seeds: &mut [(u64, u64)]) -> Result<Vec<(u64, u64)>, String> {
    seeds.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for &(first, end) in &*seeds {
        match joined.last_mut() {
            Some((_, last)) if first < *last => {
                let twice = end.min(*last);
                return Err(format!("the seeds {first} to {} are counted twice: give each log once", twice - 1));
            }
            Some((_, last)) if first == *last => *last = end,
            _ => joined.push((first, end)),
        }
    }
    Ok(joined)
}
