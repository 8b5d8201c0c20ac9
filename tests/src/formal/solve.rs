//! Proofs by yosys-abc, and traces of what it finds.

use super::aiger::{self, Graph};
use super::model::Model;
use super::properties::Method;
use super::tool::{self, End};
use firmware_loader::interrupt::Interrupt;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How a proof ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In every run, however long.
    Proved,
    /// In the first so many cycles of every run.
    Holds(u32),
    /// Not in this cycle of some run, whose waves are in this file.
    Fails(u32, PathBuf),
    /// The user ended it.
    Interrupted,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Proved => f.write_str("proved"),
            Outcome::Holds(cycles) => write!(f, "holds for {cycles} cycles"),
            Outcome::Fails(cycle, path) => write!(f, "fails in cycle {cycle}: {}", path.display()),
            Outcome::Interrupted => f.write_str("interrupted"),
        }
    }
}

const FOUND: &str = "found.cex";
/// A solver ends by itself at its limit, which it measures in its own time, and is killed after so many times that.
const PATIENCE: u32 = 5;

/// Proves a property of the model within `limit`. What does not end without bound gets one, within as much again.
pub fn solve(
    model: &Model,
    property: &str,
    method: Method,
    limit: Duration,
    interrupt: &Interrupt,
) -> Result<Outcome, String> {
    let bounded =
        |depth| attempt(model, property, &format!("bmc3 -F {depth} -T {}", limit.as_secs()), limit, interrupt);
    match method {
        Method::Bounded(depth) => bounded(depth),
        Method::Whole(depth) => bounded(depth).map(|outcome| match outcome {
            Outcome::Holds(cycles) if cycles >= depth => Outcome::Proved,
            _ => outcome,
        }),
        Method::Unbounded => {
            let found = attempt(model, property, &format!("pdr -T {}", limit.as_secs()), limit, interrupt)?;
            if matches!(found, Outcome::Holds(_)) { bounded(Method::DEEPEST) } else { Ok(found) }
        }
    }
}

fn attempt(
    model: &Model,
    property: &str,
    command: &str,
    limit: Duration,
    interrupt: &Interrupt,
) -> Result<Outcome, String> {
    let output = model.output(property)?;
    let graph = Model::GRAPH;
    // Assumptions become part of each output; then only what the one output needs is kept.
    let script = format!(
        "read_aiger {graph}; fold; cone -s -O {output}; scleanup; dc2; {command}; print_status; write_cex -a {FOUND}"
    );
    let found = model.directory.join(FOUND);
    drop(std::fs::remove_file(&found));
    let log = format!("{property}.log");
    let end = tool::run(&model.directory, "yosys-abc", &["-q", &script], &log, PATIENCE * limit, interrupt)?;
    match end {
        End::Interrupted => return Ok(Outcome::Interrupted),
        // It has said nothing that is written down.
        End::OutOfTime => return Ok(Outcome::Holds(0)),
        End::Done => {}
    }
    let path = model.directory.join(&log);
    match verdict(&tool::read_text(&path)?) {
        Some(Verdict::Fails(cycle)) => Ok(Outcome::Fails(cycle, trace(model, property)?)),
        Some(Verdict::Proved) => Ok(Outcome::Proved),
        Some(Verdict::Holds(cycles)) => Ok(Outcome::Holds(cycles)),
        None => Err(format!("yosys-abc says nothing of `{property}` that is understood; see {}", path.display())),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Proved,
    Holds(u32),
    Fails(u32),
}

/// What yosys-abc has said last of its status: 1 is proved, 0 is found, -1 is neither; frames count from 0.
fn verdict(said: &str) -> Option<Verdict> {
    let (_, status) = said.rsplit_once("Status =")?;
    let number = |mark: &str| -> Option<i64> {
        let (_, rest) = status.split_once(mark)?;
        rest.split_whitespace().next()?.parse().ok()
    };
    let frames = |mark| number(mark).and_then(|frame| u32::try_from(frame.max(-1) + 1).ok());
    match status.split_whitespace().next()? {
        "1" => Some(Verdict::Proved),
        "0" => frames("Frame =").map(|count| Verdict::Fails(count.saturating_sub(1))),
        _ => frames("Frames =").map(Verdict::Holds),
    }
}

/// Writes the waves of what was found.
fn trace(model: &Model, property: &str) -> Result<PathBuf, String> {
    let read = |name: &str| tool::read(&model.directory.join(name));
    let graph = Graph::of(&read(Model::GRAPH)?)?;
    let found = String::from_utf8_lossy(&read(FOUND)?).into_owned();
    // The first line has the registers, which begin as 0; each other one has the inputs of a cycle.
    let lines = found.lines().skip(1).map(|line| line.split('#').next().unwrap_or("").trim());
    let inputs: Vec<Vec<bool>> =
        lines.filter(|line| !line.is_empty()).map(|line| line.chars().map(|c| c == '1').collect()).collect();
    let signals = aiger::signals(&String::from_utf8_lossy(&read(Model::MAP)?));
    let path = model.directory.join(format!("{property}.vcd"));
    aiger::write_waves(&path, &signals, &graph.run(&inputs))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let said = "Status = -1  Frames = 5   Cex is not defined.\n";
        assert_eq!(verdict(said), Some(Verdict::Holds(6)));
        let said = "Status = 0  Frames = 8   CEX: Po =   0  Frame =   9  FF = 3  PI = 4  Bit = 5\n";
        assert_eq!(verdict(said), Some(Verdict::Fails(9)));
        assert_eq!(verdict("Status = 1  Frames = -1   Cex is not defined."), Some(Verdict::Proved));
        assert_eq!(verdict("** cmd error: unknown command 'pdr'"), None);
    }
}
