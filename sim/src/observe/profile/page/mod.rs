//! A page about a whole run, that needs nothing beside itself: what has been counted, and what only time tells. There is
//! no script on it, and browsers are told to run none: names and sources are those of a module that nobody has to trust.

mod code;
mod data;
mod flame;
mod lanes;
mod memory;
mod pipeline;
mod tables;
mod timeline;

use super::report::Report;
use super::sums::{Sum, Sums};
use crate::engine::Sample;
use crate::import::Answer;
use crate::observe::Cycle;
use crate::observe::registry::{Told, Watched};
use firmware_loader::Binary;
use isa::plan::CorePlan;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use memory::Memory;
use pipeline::Stages;
use std::fs;
use timeline::Calls;

const STYLE: &str = include_str!("style.css");
/// What browsers may do with the page: show it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What a page shows that is not in a profile.
pub struct Page<'m> {
    plan: &'m CorePlan,
    /// Of the module's file, in the binary format; empty if it cannot be read a second time.
    bytes: Vec<u8>,
    calls: Calls<'m>,
    memory: Memory,
    stages: Stages<'m>,
}

impl<'m> Page<'m> {
    pub fn new(watched: &Watched<'m>) -> Page<'m> {
        let is_file = fs::metadata(watched.file).is_ok_and(|file| file.is_file());
        let binary = is_file.then(|| Binary::read(watched.file).ok()).flatten();
        Page {
            plan: watched.plan,
            bytes: binary.map_or_else(Vec::new, |binary| binary.bytes),
            calls: Calls::new(watched.module),
            memory: Memory::default(),
            stages: Stages::new(watched),
        }
    }

    /// What it looks at.
    pub fn signals(&self) -> impl Iterator<Item = &'static str> {
        self.stages.signals()
    }

    /// The host calls a function.
    pub fn begin_call(&mut self, function: u32) {
        self.calls.begin(function);
        self.stages.begin_call();
    }

    /// A cycle has passed, with the values of [`Page::signals`] and those of the follower of stalls behind them.
    pub fn cycle(&mut self, cycle: &Cycle<'_>) {
        self.calls.pass();
        self.memory.pass();
        self.stages.cycle(cycle);
    }

    pub fn retired(&mut self, sample: &Sample) {
        self.memory.group(sample);
    }

    pub fn answered(&mut self, answer: &Answer) {
        self.calls.answered(answer);
    }

    /// The whole page.
    pub fn html(&mut self, report: &Report<'_>, told: &Told) -> String {
        let title = format!("{}: {}", report.name(), told.result);
        let sums = Sums::of(report);
        let all = sums.all.cycles;
        let sections = [
            ("Where cycles went", tables::causes(&sums.all)),
            ("Flame graph", flame::graph(report, all)),
            ("Functions", tables::functions(&sums)),
            ("Lines", tables::lines(report, &sums)),
            ("Code", code::annotated(report, &sums, &self.bytes, self.plan)),
            ("Time", self.calls.timeline(report, &sums)),
            ("Memory", self.memory.map()),
            ("Pipeline", self.stages.pipeline()),
        ];
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (result(report, told, self.bytes.len()))
                    nav { @for (name, _) in &sections { a href={ "#" (anchor(name)) } { (name) } " " } }
                    @for (name, section) in &sections {
                        section id=(anchor(name)) { h2 { (name) } (section) }
                    }
                    script type="application/json" id="data" { (PreEscaped(data::json(report, &sums))) }
                }
            }
        };
        page.into_string()
    }
}

/// How the run ended.
fn result(report: &Report<'_>, told: &Told, bytes: usize) -> Markup {
    html! {
        h1 { (report.name()) }
        p.result.failed[!told.succeeded] { (told.result) }
        dl {
            @for (name, value) in &told.rows { dt { (name) } dd { (value) } }
            @if bytes > 0 { dt { "module" } dd { (number(bytes as u64)) " bytes" } }
        }
    }
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// `1234567` as `1,234,567`.
fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Why no group retired, with most cycles first: so many reasons at most.
fn stalls(sum: &Sum, most: usize) -> String {
    let causes = sum.causes();
    let words = causes.iter().take(most).map(|(cause, cycles)| format!("{} {}", number(*cycles), cause.words()));
    words.collect::<Vec<_>>().join(", ")
}

fn percent(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_commas() {
        let numbers = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        numbers.iter().for_each(|&(value, text)| assert_eq!(number(value), text));
    }
}
