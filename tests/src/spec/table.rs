//! Reports as Markdown.

use super::report::sums;
use super::{FileReport, Kind, Report, Tallies, Tally};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Kinds by numbers: passed, failed, skipped, total.
pub fn summary(report: &Report) -> String {
    let mut text = "| directive | passed | failed | skipped | total |\n|---|--:|--:|--:|--:|\n".to_string();
    for (kind, tally) in report.tallies() {
        let Tally { passed, failed, skipped } = tally;
        line(&mut text, kind.name(), [passed, failed, skipped, tally.total()].map(|n| n.to_string()));
    }
    text
}

/// Directives by folder: how many files, and of their directives how many passed, failed, were skipped. The files right
/// in the folder that was run are in `.`; scripts that cannot be read are counted beside.
pub fn by_folder(report: &Report) -> String {
    let mut folders: BTreeMap<&str, Vec<&FileReport>> = BTreeMap::new();
    for file in &report.files {
        let folder = file.name.rsplit_once('/').map_or(".", |(folder, _)| folder);
        folders.entry(folder).or_default().push(file);
    }
    let mut text = "| folder | files | passed | failed | skipped | total | scripts not read |\n".to_string();
    text += "|---|--:|--:|--:|--:|--:|--:|\n";
    for (folder, files) in folders {
        line(&mut text, folder, folder_row(&files));
    }
    line(&mut text, "all", folder_row(&report.files.iter().collect::<Vec<_>>()));
    text
}

fn folder_row(files: &[&FileReport]) -> Vec<String> {
    let mut sum = sums(files.iter().copied());
    let unread = sum.remove(&Kind::Script).unwrap_or_default();
    let mut all = Tally::default();
    sum.into_values().for_each(|tally| all += tally);
    let counts = [all.passed, all.failed, all.skipped, all.total(), unread.skipped];
    std::iter::once(files.len().to_string()).chain(counts.map(|n| n.to_string())).collect()
}

/// What one executor did: for each set its summary, files by kinds, and every directive that did not pass.
pub fn section(reports: &[Report]) -> String {
    reports.iter().map(|report| format!("### {}\n\n{}\n{}", report.name, summary(report), files(report))).collect()
}

fn files(report: &Report) -> String {
    let kinds: BTreeSet<Kind> = report.tallies().into_keys().collect();
    let mut text = String::new();
    line(&mut text, "file", kinds.iter().map(|kind| kind.name()));
    line(&mut text, "---", kinds.iter().map(|_| "--:"));
    for file in &report.files {
        line(&mut text, &file.name, cells(&kinds, &file.tallies));
    }
    line(&mut text, "all", cells(&kinds, &report.tallies()));
    text += "\n";
    for (what, missed) in [("Failed", report.failures()), ("Skipped", skipped(report))] {
        if !missed.is_empty() {
            writeln!(text, "{what}:\n").expect("strings take everything");
            missed.iter().for_each(|missed| writeln!(text, "- {missed}").expect("strings take everything"));
            text += "\n";
        }
    }
    text
}

/// More directives of a file than this with one reason are counted, not listed.
const LISTED: usize = 20;

/// What was skipped, by file and reason.
pub fn skipped(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for file in &report.files {
        let mut reasons: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        file.skipped.iter().for_each(|m| reasons.entry(&m.reason).or_default().push(m.line as u32));
        for (reason, at) in reasons {
            let places: Vec<String> = at.iter().map(u32::to_string).collect();
            let places = if at.len() > LISTED {
                format!("{} directives", at.len())
            } else {
                format!("line {}", places.join(", "))
            };
            lines.push(format!("{}, {places}: {reason}", file.name));
        }
    }
    lines
}

/// A number is how many there are, all passed; otherwise the parts are named.
fn cells(kinds: &BTreeSet<Kind>, tallies: &Tallies) -> Vec<String> {
    let cell = |kind| match tallies.get(kind).copied() {
        None => String::new(),
        Some(Tally { passed, failed: 0, skipped: 0 }) => passed.to_string(),
        Some(tally) => {
            let parts = [(tally.failed, "failed"), (tally.skipped, "skipped")];
            let parts = parts.iter().filter(|part| part.0 > 0).map(|(count, what)| format!("{count} {what}"));
            format!("{} of {}: {}", tally.passed, tally.total(), parts.collect::<Vec<_>>().join(", "))
        }
    };
    kinds.iter().map(cell).collect()
}

fn line(text: &mut String, first: &str, cells: impl IntoIterator<Item = impl AsRef<str>>) {
    write!(text, "| {first} |").expect("strings take everything");
    cells.into_iter().for_each(|cell| write!(text, " {} |", cell.as_ref()).expect("strings take everything"));
    text.push('\n');
}
