//! Lanes: what was there in each of some intervals of time, one lane below the other.

use maud::{Markup, html};

/// A lane.
pub struct Lane {
    pub name: String,
    /// Shown when one points at it.
    pub title: String,
    /// Of each interval, the class of its colour in the style sheet, and how much of it there is, up to 1.
    pub cells: Vec<(&'static str, f64)>,
}

/// Steps of a colour: intervals beside each other that look alike are drawn as one.
const STEPS: f64 = 8.0;

pub fn lanes(lanes: &[Lane]) -> Markup {
    html! {
        div.lanes {
            @for lane in lanes {
                div.lane title=(lane.title) {
                    span { (lane.name) }
                    svg viewBox={ "0 0 " (lane.cells.len()) " 1" } preserveAspectRatio="none" role="img" {
                        @for (from, width, class, step) in runs(&lane.cells) {
                            rect class=(class) x=(from) width=(width) height="1" opacity=(step / STEPS) {}
                        }
                    }
                }
            }
        }
    }
}

/// Cells that look alike: the first of them, how many, and how they look. None of those where nothing was.
fn runs(cells: &[(&'static str, f64)]) -> Vec<(usize, usize, &'static str, f64)> {
    let mut runs: Vec<(usize, usize, &str, f64)> = Vec::new();
    for (place, &(class, share)) in cells.iter().enumerate() {
        let step = (share * STEPS).ceil().min(STEPS);
        match runs.last_mut() {
            Some((_, width, last, same)) if *last == class && *same == step => *width += 1,
            _ => runs.push((place, 1, class, step)),
        }
    }
    runs.retain(|&(_, _, _, step)| step > 0.0);
    runs
}
