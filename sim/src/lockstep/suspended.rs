//! A comparison in the middle of a call, as data.

use super::Lockstep;
use crate::engine::Sample;
use crate::{Error, Result};
use isa::outcome::Stop;
use model::Snapshot;
use serde::{Deserialize, Serialize};

/// What another comparison needs to go on from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    model: Snapshot,
    /// The code of the stop because of which the call could not even begin.
    stopped: Option<u8>,
    base: u32,
    callers: Vec<u32>,
    height: u32,
    returned: bool,
    checked: u64,
    held: Option<Sample>,
}

impl Lockstep<'_> {
    pub(super) fn suspended(&self) -> Suspended {
        Suspended {
            model: self.store.snapshot(self.thread.as_ref().ok()),
            stopped: self.thread.as_ref().err().map(|stop| stop.code()),
            base: self.base,
            callers: self.callers.clone(),
            height: self.height,
            returned: self.returned,
            checked: self.checked,
            held: self.held,
        }
    }

    /// Goes on from where another comparison was, of the same module on the same plan. The next call is that one's.
    ///
    /// # Errors
    /// It was not of the same module.
    pub fn resume(&mut self, from: &Suspended) -> Result<()> {
        let unsuitable = || Error::new("the model cannot go on from it: begin the run anew");
        let thread = self.store.restore(&from.model).map_err(|_| unsuitable())?;
        let stop = from.stopped.and_then(Stop::from_code).ok_or_else(unsuitable);
        self.thread = thread.map_or_else(|| stop.map(Err), |thread| Ok(Ok(thread)))?;
        let Suspended { base, height, returned, checked, held, .. } = *from;
        (self.base, self.height, self.returned, self.checked, self.held) = (base, height, returned, checked, held);
        self.callers = from.callers.clone();
        self.goes_on = true;
        Ok(())
    }
}
