//! The code with its cycles: source files as far as they are there, else instructions.

use super::{number, percent, stalls};
use crate::observe::profile::report::Report;
use crate::observe::profile::sums::{Sum, Sums};
use firmware_loader::gate::file_offset;
use firmware_loader::inspect::{Group, Listed, Listing};
use firmware_loader::output::shown;
use isa::plan::CorePlan;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Most rows that are shown, of all files or functions.
const MOST: usize = 2000;
/// Lines that are shown around one that took cycles.
const AROUND: u32 = 3;
/// Bytes of a file that is no source any more.
const LARGEST: u64 = 1 << 22;

/// A source line that took cycles, or one beside it.
struct Row<'a> {
    number: u32,
    text: &'a str,
    sum: Option<&'a Sum>,
    /// Lines before it are left out.
    skips: bool,
}

/// Sources if there are any, else the instructions of functions; of the module that has these bytes, as the core of a plan
/// takes it.
pub fn annotated(report: &Report<'_>, sums: &Sums<'_>, bytes: &[u8], plan: &CorePlan) -> Markup {
    let mut files: BTreeMap<&str, BTreeMap<u32, &Sum>> = BTreeMap::new();
    for (line, sum) in &sums.lines {
        if let Ok(line) = line {
            files.entry(&line.file).or_default().insert(line.line, sum);
        }
    }
    let cycles = |lines: &BTreeMap<u32, &Sum>| lines.values().map(|sum| sum.cycles).sum::<u64>();
    let mut files: Vec<_> = files.into_iter().map(|(file, lines)| (cycles(&lines), file, lines)).collect();
    files.sort_by_key(|&(cycles, ..)| std::cmp::Reverse(cycles));
    let files: Vec<_> = files.iter().map(|(cycles, file, lines)| (*cycles, *file, lines, text(file))).collect();
    if files.iter().all(|(.., text)| text.is_none()) {
        return instructions(report, bytes, plan, files.first().map(|(_, file, ..)| *file));
    }
    let mut left = MOST;
    let file = |(cycles, file, lines, text): &(u64, &str, &BTreeMap<u32, &Sum>, Option<String>)| {
        let rows: Vec<Row<'_>> = text.iter().flat_map(|text| rows(text, lines)).take(left).collect();
        left -= rows.len();
        html! {
            (heading(&shown(file), *cycles))
            @if text.is_some() { (listing(&rows, *cycles)) } @else {
                p.note { "This file is not where the module says." }
            }
        }
    };
    let files: Vec<Markup> = files.iter().map(file).collect();
    html! { @for file in files { (file) } (bounded(left)) }
}

fn heading(name: &str, cycles: u64) -> Markup {
    html! { h3 { (name) " " small { (number(cycles)) " cycles" } } }
}

fn bounded(left: usize) -> Markup {
    html! { @if left == 0 { p.note { "These are the first " (number(MOST as u64)) " rows." } } }
}

/// A source file. A module may name anything, also what has no end.
fn text(file: &str) -> Option<String> {
    let is_source = |path: &Path| fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LARGEST);
    let path = Some(Path::new(file)).filter(|path| is_source(path))?;
    Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned())
}

/// The lines of a file that took cycles, with those around them.
fn rows<'a>(text: &'a str, lines: &'a BTreeMap<u32, &Sum>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let near =
        |number: u32| lines.range(number.saturating_sub(AROUND)..=number.saturating_add(AROUND)).next().is_some();
    for (number, text) in (1..).zip(text.lines()).filter(|&(number, _)| near(number)) {
        let skips = rows.last().is_some_and(|last| last.number + 1 < number);
        rows.push(Row { number, text, sum: lines.get(&number).copied(), skips });
    }
    rows
}

fn listing(rows: &[Row<'_>], all: u64) -> Markup {
    html! {
        div.scroll { table.code { tbody {
            @for row in rows {
                tr.skips[row.skips] {
                    (cycles(row.sum, all)) td.place { (row.number) } td.text { (shown(row.text).replace("\\t", "    ")) }
                }
            }
        } } }
    }
}

/// The cycles of a row, of those of a file or function, with their reasons when one points at them.
fn cycles(sum: Option<&Sum>, all: u64) -> Markup {
    let Some(sum) = sum.filter(|sum| sum.cycles > 0) else { return html! { td {} } };
    let share = percent(sum.cycles, all);
    html! {
        td.share style={ "--share:" (format!("{share:.2}")) "%" } title=(stalls(sum, usize::MAX)) { (number(sum.cycles)) }
    }
}

/// Instructions by function, as the core takes them together. `missing` is a source file that is not there.
fn instructions(report: &Report<'_>, bytes: &[u8], plan: &CorePlan, missing: Option<&str>) -> Markup {
    let Ok(listing) = Listing::new(bytes, report.module(), None, plan) else {
        return html! { p { "The code of the module cannot be shown." } };
    };
    let mut groups: BTreeMap<u64, Sum> = BTreeMap::new();
    for (key, count) in report.total() {
        if let Some(pc) = key.pc {
            groups.entry(file_offset(report.module(), pc)).or_default().add(key, *count);
        }
    }
    let sums = |function: &Listed| function.groups.iter().map(|group| sum(&groups, group)).collect::<Vec<_>>();
    let mut functions: Vec<(&Listed, Vec<Sum>)> =
        listing.functions.iter().map(|function| (function, sums(function))).collect();
    functions.retain(|(_, sums)| cycles_of(sums) > 0);
    functions.sort_by_key(|(_, sums)| std::cmp::Reverse(cycles_of(sums)));
    let mut left = MOST;
    let functions: Vec<Markup> = functions.iter().map(|(listed, sums)| function(listed, sums, &mut left)).collect();
    html! {
        @if let Some(file) = missing {
            p.note { (shown(file)) " is not where the module says: instructions are shown instead, with their offsets." }
        }
        @for function in functions { (function) }
        (bounded(left))
    }
}

/// What a group took, which is known by the instruction that stands for it: any of its instructions.
fn sum(groups: &BTreeMap<u64, Sum>, group: &Group) -> Sum {
    let mut sum = Sum::default();
    for (_, part) in groups.range(group.offset..group.offset + u64::from(group.bytes)) {
        sum.cycles += part.cycles;
        part.stalls.iter().for_each(|(&cause, cycles)| *sum.stalls.entry(cause).or_default() += cycles);
    }
    sum
}

fn cycles_of(sums: &[Sum]) -> u64 {
    sums.iter().map(|sum| sum.cycles).sum()
}

/// The groups of a function, as far as rows are left.
fn function(function: &Listed, sums: &[Sum], left: &mut usize) -> Markup {
    let rows: Vec<_> = function.groups.iter().zip(sums).take(*left).collect();
    *left -= rows.len();
    html! {
        (heading(&shown(&function.name), cycles_of(sums)))
        div.scroll { table.code { tbody {
            @for (group, sum) in rows {
                tr {
                    (cycles(Some(sum), cycles_of(sums))) td.place { (format!("{:#06x}", group.offset)) }
                    td.text { (indented(group)) }
                }
            }
        } } }
    }
}

fn indented(group: &Group) -> String {
    let texts: Vec<&str> = group.instructions.iter().map(|instruction| instruction.text.as_str()).collect();
    format!("{}{}", "  ".repeat(group.depth.min(20)), shown(&texts.join("; ")))
}
