//! The pipeline of a page: the groups of a window of cycles, each with the stages that it was in.

use super::number;
use crate::observe::konata::log::{End, Line, Lines};
use crate::observe::konata::pipeline::Pipeline;
use crate::observe::konata::{BEFORE, signals};
use crate::observe::registry::Watched;
use crate::observe::{Cycle, Window};
use isa::module::Module;
use maud::{Markup, html};

/// Most groups that are shown.
const MOST: usize = 300;
/// Most groups that stand in one picture, and cycles in which they begin.
const PICTURE: usize = 25;
const BEGINNING: u64 = 40;
/// Most cycles of a picture: what takes longer is cut off.
const CYCLES: u64 = 120;
/// Size of a cycle, in pixels, and of what stands behind it.
const CELL: u64 = 15;
const LABEL: u64 = 640;

/// What the stages had in a window.
pub struct Stages<'m> {
    module: &'m Module,
    compact: bool,
    window: Window,
    pipeline: Pipeline<'m>,
    groups: Groups,
    /// The last cycle of the call, and of the calls before it.
    last: u64,
    base: u64,
}

/// The groups that have left the pipeline.
#[derive(Default)]
struct Groups {
    /// Those that end before this cycle are left out.
    from: u64,
    begun: u64,
    ended: Vec<(Line, End)>,
    /// There were more.
    cut: bool,
}

impl Lines for Groups {
    fn line(&mut self, cycle: u64, stage: &'static str) -> Line {
        self.begun += 1;
        Line::new(self.begun, cycle, stage)
    }

    fn end(&mut self, cycle: u64, mut line: Line, end: End) {
        if cycle < self.from {
            return;
        }
        line.leave(cycle + 1);
        self.cut |= self.ended.len() >= MOST;
        if !self.cut {
            self.ended.push((line, end));
        }
    }
}

impl<'m> Stages<'m> {
    pub fn new(watched: &Watched<'m>) -> Stages<'m> {
        let (module, compact, window) = (watched.module, watched.plan.is_compact(), watched.window);
        let pipeline = Pipeline::new(module, compact, 0);
        Stages { module, compact, window, pipeline, groups: Groups::default(), last: 0, base: 0 }
    }

    /// What it looks at.
    pub fn signals(&self) -> impl Iterator<Item = &'static str> + use<> {
        signals::names(self.compact)
    }

    pub fn begin_call(&mut self) {
        self.pipeline.close(&mut self.groups);
        self.base += std::mem::take(&mut self.last);
        self.groups.from = self.base.saturating_add(self.window.first);
        self.pipeline = Pipeline::new(self.module, self.compact, self.base);
    }

    pub fn cycle(&mut self, cycle: &Cycle<'_>) {
        self.last = cycle.number;
        let first = self.window.first.saturating_sub(BEFORE);
        if !self.groups.cut && (Window { first, ..self.window }).contains(cycle.number) {
            self.pipeline.cycle(cycle, &mut self.groups);
        }
    }

    pub fn pipeline(&mut self) -> Markup {
        self.pipeline.close(&mut self.groups);
        let mut groups = std::mem::take(&mut self.groups);
        groups.ended.sort_by_key(|(line, _)| line.begin());
        let (Some(first), Some(last)) = (groups.ended.first(), groups.ended.last()) else {
            return html! { p { "No group was in the pipeline in the cycles of --from and --to." } };
        };
        let cycles = [&first.0, &last.0].map(|line| number(line.begin()));
        html! {
            p { "Groups of instructions and the stages that they were in, from cycle " (cycles[0]) " on. "
                @for stage in ["F", "A", "D", "X", "M", "S"] { span.key.{ "stage" (stage) } { (stage) } " " }
                "Pale: it did not retire." }
            @for groups in pictures(&groups.ended) { (picture(groups)) }
            @if groups.cut {
                p.note { "These are the first " (MOST) " groups, the last of which begins in cycle " (cycles[1])
                    "; --from and --to choose others." }
            }
        }
    }
}

/// The groups of each picture.
fn pictures(mut groups: &[(Line, End)]) -> Vec<&[(Line, End)]> {
    let mut pictures = Vec::new();
    while let Some((first, _)) = groups.first() {
        let last = first.begin() + BEGINNING;
        let fitting = groups.iter().take(PICTURE).take_while(|(line, _)| line.begin() <= last).count();
        let (picture, rest) = groups.split_at(fitting);
        pictures.push(picture);
        groups = rest;
    }
    pictures
}

/// Some groups, in the order in which they began.
fn picture(groups: &[(Line, End)]) -> Markup {
    let first = groups.first().map_or(0, |(line, _)| line.begin());
    let end =
        |line: &Line| line.stages().iter().filter_map(|stage| stage.to).max().unwrap_or(first).min(first + CYCLES);
    let cycles = groups.iter().map(|(line, _)| end(line)).max().unwrap_or(first) - first;
    let (width, height) = (cycles * CELL + LABEL, (groups.len() as u64 + 1) * CELL);
    let shown = |cycle: u64| cycle.clamp(first, first + CYCLES) - first;
    html! {
        div.scroll { svg.pipeline width=(width) height=(height) role="img" aria-label="pipeline" {
            @for cycle in (0..cycles).step_by(5) {
                text.cycle x=(cycle * CELL) y="11" { (first + cycle) }
            }
            @for ((line, ended), row) in groups.iter().zip(1u64..) {
                g.flushed[*ended == End::Flushed] {
                    title { (line.label) @for detail in &line.details { "; " (detail) } }
                    @for stage in line.stages() {
                        @let (from, to) = (shown(stage.from), shown(stage.to.unwrap_or(stage.from)));
                        @if from < to {
                            rect.{ "stage" (stage.name) } x=(from * CELL) y=(row * CELL) height=(CELL - 1)
                                width=((to - from) * CELL - 1) {}
                            text x=(from * CELL + 4) y=(row * CELL + 12) { (stage.name) }
                        }
                    }
                    text.label x=(shown(end(line)) * CELL + 6) y=(row * CELL + 12) { (line.label) }
                }
            }
        } }
    }
}
