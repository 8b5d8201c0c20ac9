//! When which function was active, and what the host called and answered.

use super::lanes::{Lane, lanes};
use super::number;
use crate::disassembly::function_label;
use crate::import::Answer;
use crate::observe::profile::report::Report;
use crate::observe::profile::sums::{self, Sums};
use crate::value;
use firmware_loader::backtrace::imported_name;
use firmware_loader::host::Reply;
use isa::module::Module;
use isa::types::Value;
use maud::{Markup, html};

/// Most events that are kept, and functions that are shown.
const EVENTS: usize = 500;
const FUNCTIONS: usize = 24;

/// What the host and the module did with each other.
pub struct Calls<'m> {
    module: &'m Module,
    /// Cycles so far.
    cycles: u64,
    /// The first of them.
    events: Vec<Event>,
    count: usize,
}

struct Event {
    cycle: u64,
    what: String,
    outcome: String,
}

impl<'m> Calls<'m> {
    pub fn new(module: &'m Module) -> Calls<'m> {
        Calls { module, cycles: 0, events: Vec::new(), count: 0 }
    }

    pub fn pass(&mut self) {
        self.cycles += 1;
    }

    /// The host calls a function.
    pub fn begin(&mut self, function: u32) {
        let module = self.module;
        self.event(|| (format!("the host calls {}", function_label(module, function)), String::new()));
    }

    pub fn answered(&mut self, answer: &Answer) {
        let module = self.module;
        self.event(|| {
            let outcome = match &answer.reply {
                Reply::Results(results) if results.is_empty() => "returns".into(),
                Reply::Results(results) => values(results),
                Reply::Exit(status) => format!("the program ends with status {status}"),
                Reply::Stop(stop) => stop.to_string(),
            };
            (format!("{}({})", imported_name(module, answer.function), values(&answer.args)), outcome)
        });
    }

    fn event(&mut self, words: impl FnOnce() -> (String, String)) {
        self.count += 1;
        if self.events.len() < EVENTS {
            let (what, outcome) = words();
            self.events.push(Event { cycle: self.cycles, what, outcome });
        }
    }

    pub fn timeline(&self, report: &Report<'_>, sums: &Sums<'_>) -> Markup {
        let lasting = report.slice_cycles();
        html! {
            p { "Each column stands for " (number(lasting)) " cycles; the fuller its colour, the longer a function was active in them, \
                 itself or in what it called." }
            (lanes(&functions(report, sums)))
            h3 { "The host" }
            div.scroll { table {
                thead { tr { th { "behind cycle" } th.name { "call" } th.name { "answer" } } }
                tbody {
                    @for event in &self.events {
                        tr { td { (number(event.cycle)) } td.name { (event.what) } td.name { (event.outcome) } }
                    }
                }
            } }
            @if self.count > self.events.len() {
                p.note { "These are the first of " (number(self.count as u64)) "." }
            }
        }
    }
}

fn values(values: &[Value]) -> String {
    values.iter().map(|&value| value::decimal(value)).collect::<Vec<_>>().join(", ")
}

/// The functions that were active longest, in the order in which they began.
fn functions(report: &Report<'_>, sums: &Sums<'_>) -> Vec<Lane> {
    let mut longest: Vec<_> = sums.functions.iter().collect();
    longest.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.total));
    longest.truncate(FUNCTIONS);
    let outermost: Vec<(usize, &str)> = sums::outermost(report).collect();
    let mut shown: Vec<Lane> = Vec::new();
    for (_, name) in &outermost {
        let Some((_, sum)) = longest.iter().find(|(shown, _)| shown == name) else { continue };
        if shown.iter().all(|lane| lane.name != *name) {
            let title = format!("{name}: {} cycles", number(sum.total));
            shown.push(Lane { name: name.to_string(), title, cells: Vec::new() });
        }
    }
    for slice in report.slices() {
        let cycles = sums::with_calls(report, &slice);
        let whole = slice.iter().map(|(_, count)| count.cycles).sum::<u64>().max(1);
        for lane in &mut shown {
            let active: u64 =
                outermost.iter().filter(|(_, name)| *name == lane.name).map(|&(place, _)| cycles[place]).sum();
            lane.cells.push(("active", active as f64 / whole as f64));
        }
    }
    shown
}
