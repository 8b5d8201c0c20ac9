//! What cycles passed with, functions and lines as tables.

use super::{number, percent, stalls};
use crate::observe::profile::report::Report;
use crate::observe::profile::sums::{Sum, Sums};
use firmware_loader::output::shown;
use maud::{Markup, html};

/// Most rows of a table; the data at the end of the page have all of them.
const MOST: usize = 200;
/// Most causes that stand beside a function or a line.
const CAUSES: usize = 3;

/// Why cycles passed.
pub fn causes(all: &Sum) -> Markup {
    html! {
        p { (number(all.cycles)) " cycles, " (number(all.instructions)) " instructions." }
        table {
            thead { tr { th { "cycles" } th { "%" } th.name { "passed with" } } }
            tbody {
                @for (cycles, what) in all.parts() {
                    tr { td { (number(cycles)) } (share(cycles, all.cycles)) td.name { (what) } }
                }
            }
        }
    }
}

pub fn functions(sums: &Sums<'_>) -> Markup {
    let (rows, all) = (&sums.functions, sums.all.cycles);
    html! {
        div.scroll { table {
            thead { tr {
                th { "cycles" } th { "%" } th.name { "function, and why no group retired" }
                th { "with calls" } th { "%" } th { "instructions" }
            } }
            tbody {
                @for (name, sum) in rows.iter().take(MOST) {
                    tr {
                        td { (number(sum.cycles)) } (share(sum.cycles, all))
                        td.name { (name) (reasons(sum)) }
                        td { (number(sum.total)) } (share(sum.total, all)) td { (number(sum.instructions)) }
                    }
                }
            }
        } }
        (left_out(rows.len(), "functions"))
    }
}

pub fn lines(report: &Report<'_>, sums: &Sums<'_>) -> Markup {
    if !report.has_lines() {
        return html! { p { "The module has no DWARF, which compilers add with -g: no line is known." } };
    }
    let (rows, all) = (&sums.lines, sums.all.cycles);
    html! {
        div.scroll { table {
            thead { tr {
                th { "cycles" } th { "%" } th.name { "line, and why no group retired" } th { "instructions" }
            } }
            tbody {
                @for (line, sum) in rows.iter().take(MOST) {
                    tr {
                        td { (number(sum.cycles)) } (share(sum.cycles, all))
                        td.name {
                            @match line {
                                Ok(line) => { (shown(&line.file)) ":" (line.line) }
                                Err(function) => { "no line in " (function) }
                            }
                            (reasons(sum))
                        }
                        td { (number(sum.instructions)) }
                    }
                }
            }
        } }
        (left_out(rows.len(), "lines"))
    }
}

/// A part of all cycles, as a number and as a bar behind it.
fn share(cycles: u64, all: u64) -> Markup {
    let percent = percent(cycles, all);
    html! { td.share style={ "--share:" (format!("{percent:.2}")) "%" } { (format!("{percent:.1}")) } }
}

fn reasons(sum: &Sum) -> Markup {
    let text = stalls(sum, CAUSES);
    html! { @if !text.is_empty() { " " small { (text) } } }
}

/// What a table does not have.
fn left_out(rows: usize, what: &str) -> Markup {
    let more = rows.saturating_sub(MOST);
    html! { @if more > 0 { p.note { (number(more as u64)) " more " (what) " are in the data at the end of this page." } } }
}
