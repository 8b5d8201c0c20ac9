//! What one module is compared in, and what remains of one that shows a difference.

use super::{Call, Case, Mismatch, Oracle, Tally, calls, in_software, on_core, reduce};
use crate::regress;
use isa::plan::CorePlan;
use sim::select::Kind;
use std::path::Path;
use std::time::Instant;

/// What runs random modules: the model, others beside it, and a core.
pub struct Comparison {
    pub oracles: Vec<Box<dyn Oracle>>,
    /// Whose core, if one runs them, too.
    pub core: Option<&'static CorePlan>,
}

/// A difference, with what shows it.
#[derive(Debug)]
pub struct Find {
    pub case: Case,
    pub what: Mismatch,
}

impl Comparison {
    /// Compares a valid module without imports; calls and arguments are of the seed.
    pub fn check(&mut self, bytes: &[u8], seed: u64, tally: &mut Tally) -> Result<(), Box<Find>> {
        let module = firmware_loader::parse(bytes).expect("is valid");
        tally.modules += 1;
        for calls in calls(&module, seed) {
            let case = Case { bytes: bytes.into(), calls };
            self.compare(&case, tally).map_err(|what| Box::new(Find { case, what }))?;
        }
        Ok(())
    }

    /// Makes calls on one instance; on the core, where each call has one of its own, the first of them only.
    fn compare(&mut self, case: &Case, tally: &mut Tally) -> Result<(), Mismatch> {
        let Case { bytes, calls } = case;
        let module = firmware_loader::parse(bytes).expect("is valid");
        let Some(plan) = self.core else { return in_software(&module, bytes, calls, &mut self.oracles, tally) };
        in_software(&module, bytes, calls, &mut self.oracles, &mut Tally::default())?;
        let first: &[Call] = &calls[..calls.len().min(1)];
        on_core(&module, plan, Kind::Jit, first, tally)
    }

    /// The smallest case that shows a difference still, as far as the time goes.
    pub fn reduced(&mut self, case: &Case, deadline: Instant) -> Case {
        let mut fails = |case: &Case| {
            let result = self.compare(case, &mut Tally::default());
            matches!(result, Err(Mismatch::Different(_)))
        };
        reduce(case, &mut fails, deadline)
    }
}

/// Writes a reduced case that differs by `what` as a program for the core of a plan; `again` is the command that shows
/// it.
///
/// # Errors
/// That it cannot be written, and where.
pub fn keep(case: &Case, plan: &CorePlan, path: &Path, again: &str, what: &Mismatch) -> Result<(), String> {
    let text = regress::program(case, plan, &format!("Reduced from `{again}`:\n{what}"));
    let directory = path.parent().filter(|directory| *directory != Path::new(""));
    let made = directory.map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(path, text)).map_err(|e| format!("{}: {e}", path.display()))
}
