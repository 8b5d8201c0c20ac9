//! Steps that each derive from a seed and try what may break: random and damaged modules on the core of any plan, bad
//! lines, damaged images, calls that are given up.

mod log;
mod step;

pub use log::{Counts, FindLine, Line, Merged, RangeLine, merge, read};
pub use step::Kind;

use crate::differential::{Comparison, Find, Mismatch, Oracle, Tally, keep};
use isa::plan::CorePlan;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use step::{Plan, Step};

/// Steps between two lines of a log.
const LINE: u64 = 20;

/// How a run is made.
pub struct Settings {
    /// Where programs go that show a difference.
    pub keep: PathBuf,
    /// For how long each of them is made smaller.
    pub reduce: Duration,
    /// What was built, for the log: runs of one build add up.
    pub build: String,
    /// Only steps of these kinds; others are passed over. All of them if it is empty.
    pub kinds: Vec<Kind>,
}

/// What all steps of a run share.
pub struct Soak {
    settings: Settings,
    /// For modules of which calls end in the same way everywhere.
    beside_others: Comparison,
    /// For those that are damaged, which may need any stack: in the model and on the core only.
    alone: Comparison,
}

/// What went wrong in a step.
struct Wrong {
    what: String,
    /// A module that shows it, and what compares it.
    find: Option<Box<Find>>,
}

impl Soak {
    /// Compares with these.
    pub fn new(oracles: Vec<Box<dyn Oracle>>, settings: Settings) -> Soak {
        let alone = Comparison { oracles: Vec::new(), core: None };
        Soak { settings, beside_others: Comparison { oracles, core: None }, alone }
    }

    /// Makes the steps of these seeds until `go_on` ends it, with a line of the log now and then, at the end, and for each
    /// find. Gives the seed to continue with.
    pub fn run(
        &mut self,
        first: u64,
        count: u64,
        go_on: &mut dyn FnMut(&Counts) -> bool,
        log: &mut dyn FnMut(&Line) -> Result<(), String>,
    ) -> Result<u64, String> {
        let (mut next, end) = (first, first.saturating_add(count));
        let mut sum = Counts::default();
        while next < end && go_on(&sum) {
            let begin = next;
            let mut counts = Counts::default();
            while next < end.min(begin + LINE) && (next == begin || go_on(&sum)) {
                let find = self.step(next, &mut counts);
                next += 1;
                find.map_or(Ok(()), |find| log(&Line::Find(find)))?;
            }
            sum.add(&counts);
            log(&Line::Range(RangeLine {
                build: self.settings.build.clone(),
                first: begin,
                count: next - begin,
                counts,
            }))?;
        }
        Ok(next)
    }

    /// Makes the step of a seed. A panic in it is a find.
    pub fn step(&mut self, seed: u64, counts: &mut Counts) -> Option<FindLine> {
        let step = Step::of(seed);
        if !self.settings.kinds.is_empty() && !self.settings.kinds.contains(&step.kind) {
            return None;
        }
        counts.count(&format!("steps: {step}"), 1);
        let made = catch_unwind(AssertUnwindSafe(|| self.make(&step, seed, counts)));
        let wrong = match made {
            Ok(made) => made.err()?,
            Err(panic) => Wrong { what: format!("panic: {}", words(&*panic)), find: None },
        };
        counts.count("finds", 1);
        let Wrong { mut what, find } = wrong;
        let kept = find.map(|find| self.keep(&step, seed, &find));
        let kept = kept.and_then(|kept| kept.map_err(|error| what += &format!("; not kept: {error}")).ok());
        let kept = kept.map(|path| path.display().to_string());
        Some(FindLine { build: self.settings.build.clone(), seed, step: step.to_string(), what, kept })
    }

    fn make(&mut self, step: &Step, seed: u64, counts: &mut Counts) -> Result<(), Wrong> {
        let plan = match step.plan {
            Plan::Core(plan) => plan,
            Plan::Board(board) => {
                let ended = step::session(step.kind, board, seed).map_err(|what| Wrong { what, find: None })?;
                counts.count(&format!("{}: {}", step.kind, step::ending(ended)), 1);
                return Ok(());
            }
        };
        let Some(bytes) = step::module(step.kind, seed) else {
            counts.count("damaged modules refused", 1);
            return Ok(());
        };
        let mut tally = Tally::default();
        let checked = self.comparison(step.kind, plan).check(&bytes, seed, &mut tally);
        counts.tally(&tally);
        match checked {
            Ok(()) => Ok(()),
            Err(find) if find.what == Mismatch::Endless => {
                counts.count("modules with a call that does not end", 1);
                Ok(())
            }
            Err(find) => Err(Wrong { what: find.what.to_string(), find: Some(find) }),
        }
    }

    fn comparison(&mut self, kind: Kind, plan: &'static CorePlan) -> &mut Comparison {
        let comparison = if kind == Kind::Module { &mut self.beside_others } else { &mut self.alone };
        comparison.core = Some(plan);
        comparison
    }

    /// Makes the module of a find smaller and writes it.
    fn keep(&mut self, step: &Step, seed: u64, find: &Find) -> Result<PathBuf, String> {
        let Plan::Core(plan) = step.plan else { return Err("it is no module".into()) };
        let deadline = Instant::now() + self.settings.reduce;
        let small = self.comparison(step.kind, plan).reduced(&find.case, deadline);
        let path = self.settings.keep.join(format!("soak_{seed}.wat"));
        let again = format!("cargo run --release -p tests --bin soak -- --seed {seed} --count 1");
        keep(&small, plan, &path, &again, &find.what)?;
        Ok(path)
    }
}

/// What a panic says.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words").into()
}
