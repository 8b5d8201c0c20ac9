//! The checker as an observer of a run, which needs the answers of the host, too.

use super::{Checked, Lockstep, Suspended};
use crate::Result;
use crate::engine::{Sample, Signal};
use crate::import::Answer;
use crate::machine::{Call, End};
use crate::observe::{CallEnd, Observed, Observer};

impl Lockstep<'_> {
    /// Compares the group that was held back.
    fn check_held(&mut self) -> Checked {
        self.held.take().map_or(Ok(()), |sample| self.check(&sample))
    }
}

impl Observer for Lockstep<'_> {
    fn begin_call(&mut self, call: &Call<'_>, _: &[Signal]) -> Result<()> {
        if !std::mem::take(&mut self.goes_on) {
            self.begin(call.function, call.args);
        }
        Ok(())
    }

    fn suspend(&mut self) -> Option<Suspended> {
        Some(self.suspended())
    }

    fn retired(&mut self, sample: &Sample) -> Observed {
        let checked = self.check_held();
        self.held = Some(*sample);
        Ok(checked?)
    }

    fn answered(&mut self, answer: &Answer) -> Observed {
        self.answers.push(answer.clone());
        Ok(self.check_held()?)
    }

    fn end_call(&mut self, end: &mut CallEnd<'_>) -> Observed {
        let CallEnd { ref mut engine, run, import } = *end;
        if import.is_some() {
            // Without an answer, the model cannot follow.
            self.held = None;
        }
        self.check_held()?;
        match (&run.end, import) {
            (End::Stopped, Some(_)) => self.state_agrees(&mut **engine, run.cycles)?,
            (End::Stopped, None) => self.finish(&mut **engine, run.status, run.cycles)?,
            _ => {}
        }
        Ok(())
    }
}
