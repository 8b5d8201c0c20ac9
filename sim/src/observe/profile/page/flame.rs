//! The flame graph of a page: a frame is as wide as its cycles, and lies below the one that it is in.

use super::{number, percent};
use crate::observe::profile::report::Report;
use crate::observe::profile::sums::with_calls;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Rows that are shown.
const DEEPEST: usize = 64;
/// Percent of the cycles that a frame needs to be shown.
const NARROWEST: f64 = 0.1;
/// Height of a row, in pixels.
const ROW: usize = 18;
/// Classes of colours in the style sheet.
const HUES: [&str; 6] = ["hue0", "hue1", "hue2", "hue3", "hue4", "hue5"];

/// A frame, in percent of all cycles.
struct Frame<'a> {
    name: &'a str,
    cycles: u64,
    from: f64,
    row: usize,
    /// It is no function, but why no group retired.
    is_stall: bool,
}

/// Of the whole run, which took so many cycles.
pub fn graph(report: &Report<'_>, all: u64) -> Markup {
    let stalls = stalls(report);
    let frames = frames(report, &stalls, all);
    let wide = |frame: &&Frame<'_>| percent(frame.cycles, all) >= NARROWEST;
    let rows = frames.iter().filter(wide).map(|frame| frame.row + 1).max().unwrap_or_default();
    let height = rows.min(DEEPEST) * ROW;
    html! {
        div.scroll { svg.flame width="100%" height=(height) role="img" aria-label="flame graph" {
            @for frame in frames.iter().filter(wide).filter(|frame| frame.row < DEEPEST) {
                svg x={ (format!("{:.3}", frame.from)) "%" } y=(frame.row * ROW)
                    width={ (format!("{:.3}", percent(frame.cycles, all))) "%" } height=(ROW - 1) {
                    title { (frame.name) ": " (number(frame.cycles)) " cycles, "
                        (format!("{:.1}", percent(frame.cycles, all))) " %" }
                    rect class=(if frame.is_stall { "stall" } else { hue(frame.name) }) width="100%" height="100%" {}
                    text x="3" y="13" { (frame.name) }
                }
            }
        } }
        p.note { "Frames of less than " (NARROWEST) " % are not shown"
            @if rows > DEEPEST { ", nor those in more than " (DEEPEST) " others" }
            ". In brackets: why no group retired." }
    }
}

/// Of each node, the cycles of its own in which no group retired, by the reason.
fn stalls(report: &Report<'_>) -> Vec<BTreeMap<String, u64>> {
    let mut stalls = vec![BTreeMap::new(); report.nodes().len()];
    for (key, count) in report.total() {
        if let Some(stall) = report.stall(key) {
            *stalls[key.node.place()].entry(format!("[{stall}]")).or_default() += count.cycles;
        }
    }
    stalls
}

/// A parent stands before its children.
fn frames<'a>(report: &'a Report<'_>, stalls: &'a [BTreeMap<String, u64>], all: u64) -> Vec<Frame<'a>> {
    let nodes = report.nodes();
    let cycles = with_calls(report, report.total());
    // Of each node, its row and where its next child begins.
    let mut places: Vec<(usize, f64)> = Vec::new();
    let (mut frames, mut outermost) = (Vec::new(), 0.0);
    for (place, (parent, name)) in nodes.iter().enumerate() {
        let (row, next) = match parent {
            Some(parent) => {
                let (row, next) = &mut places[parent.place()];
                (*row + 1, next)
            }
            None => (0, &mut outermost),
        };
        let from = *next;
        *next += percent(cycles[place], all);
        places.push((row, from));
        frames.push(Frame { name, cycles: cycles[place], from, row, is_stall: false });
    }
    for ((row, mut from), stalls) in places.into_iter().zip(stalls) {
        for (name, &cycles) in stalls {
            frames.push(Frame { name, cycles, from, row: row + 1, is_stall: true });
            from += percent(cycles, all);
        }
    }
    frames
}

/// One of the colours of the style sheet, the same for each name.
fn hue(name: &str) -> &'static str {
    let hash = name.bytes().fold(7usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    HUES[hash % HUES.len()]
}
