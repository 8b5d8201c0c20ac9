//! The table of proofs in docs/formal.md: a row for each property on each core, in the order of the list.

use super::properties::{HARNESSES, Method, Property, Subject};
use super::solve::Outcome;
use super::tool::read_text;
use crate::generated::{replaced, root};
use std::collections::BTreeMap;
use std::time::Duration;

/// The document, and its generated part.
pub const FILE: &str = "docs/formal.md";
pub const PART: &str = "proofs";

const HEAD: &str = "| property | on | claim | method | outcome | seconds |\n|---|---|---|---|---|---|\n";

/// Outcome and seconds by property and subject.
pub type Results = BTreeMap<(String, String), (String, String)>;

/// The part of the document with these results; what has none is not proved yet.
pub fn text(results: &Results) -> String {
    let mut text = HEAD.to_string();
    for (property, subject) in rows() {
        let key = (property.name.to_string(), subject.to_string());
        let (outcome, seconds) = results.get(&key).cloned().unwrap_or(("not run".into(), String::new()));
        let method = match property.method {
            Method::Unbounded => "no bound".to_string(),
            Method::Bounded(depth) => format!("{depth} cycles"),
            Method::Whole(depth) => format!("all of it, {depth} cycles"),
        };
        text +=
            &format!("| `{}` | {subject} | {} | {method} | {outcome} | {seconds} |\n", property.name, property.claim);
    }
    text
}

fn rows() -> impl Iterator<Item = (&'static Property, Subject)> {
    HARNESSES.iter().flat_map(|harness| {
        harness.properties.iter().flat_map(|property| harness.subjects.iter().map(move |&subject| (property, subject)))
    })
}

/// The results that the document has.
pub fn results() -> Result<Results, String> {
    let document = read_text(&root().join(FILE))?;
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [property, subject, _, _, outcome, seconds] = cells[..] else { return None };
        let key = (property.strip_prefix('`')?.strip_suffix('`')?.into(), subject.into());
        Some((key, (outcome.into(), seconds.into())))
    };
    Ok(document.lines().filter_map(row).collect())
}

/// Puts an outcome into the document.
pub fn record(property: &Property, subject: Subject, outcome: &Outcome, time: Duration) -> Result<(), String> {
    let mut results = results()?;
    let outcome = match outcome {
        Outcome::Fails(cycle, _) => format!("fails in cycle {cycle}"),
        _ => outcome.to_string(),
    };
    let seconds = format!("{:.1}", time.as_secs_f64());
    results.insert((property.name.into(), subject.to_string()), (outcome, seconds));
    let document = read_text(&root().join(FILE))?;
    let document = replaced(&document, PART, &text(&results)).map_err(|error| format!("{FILE}: {error}"))?;
    std::fs::write(root().join(FILE), document).map_err(|error| format!("cannot write {FILE}: {error}"))
}
