//! A run that has ended on its way, as data: another one goes on from there.

use super::Job;
use crate::digest::digest;
use crate::load::writes;
use crate::{Error, Result, lockstep, machine};
use serde::{Deserialize, Serialize};

/// What another run needs to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    plan: String,
    /// Of what is loaded, and of the function that is called with its arguments.
    module: u128,
    call: u128,
    /// It was in the start function.
    pub(super) in_start: bool,
    pub(super) machine: machine::Suspended,
    /// `None` if nothing was compared.
    pub(super) model: Option<lockstep::Suspended>,
}

impl Suspended {
    pub(super) fn new(
        job: &Job<'_>,
        in_start: bool,
        machine: machine::Suspended,
        model: Option<lockstep::Suspended>,
    ) -> Suspended {
        Suspended { plan: job.plan.name.into(), module: of_module(job), call: of_call(job), in_start, machine, model }
    }

    /// Cycles of the call so far.
    pub fn cycles(&self) -> u64 {
        self.machine.cycles()
    }

    /// Whether the job is the same.
    ///
    /// # Errors
    /// What is another one.
    pub fn suits(&self, job: &Job<'_>) -> Result<()> {
        let other = if self.plan != job.plan.name {
            format!("it is of a core of the plan {}: give --plan {0}", self.plan)
        } else if self.module != of_module(job) {
            "it is of another module, or of one that this version loads in another way: give that module".into()
        } else if self.call != of_call(job) {
            "it is of another function or of other arguments: give those".into()
        } else {
            return Ok(());
        };
        Err(Error::new(other))
    }
}

/// Of all that the core gets, and of the imports that the host answers by their numbers.
fn of_module(job: &Job<'_>) -> u128 {
    let imports = job.module.imports.iter().map(|import| format!("{}\0{}\0", import.module, import.name));
    let mut bytes = imports.collect::<String>().into_bytes();
    for write in writes(job.image, job.plan) {
        bytes.extend([write.space, write.address].into_iter().chain(write.data).flat_map(u32::to_le_bytes));
    }
    digest(&bytes)
}

fn of_call(job: &Job<'_>) -> u128 {
    let arguments = |call: super::Call<'_>| call.args.iter().map(|arg| arg.bits).collect::<Vec<u64>>();
    let words = job.call.map(|call| std::iter::once(call.function.into()).chain(arguments(call)).collect::<Vec<u64>>());
    digest(&words.unwrap_or_default().into_iter().flat_map(u64::to_le_bytes).collect::<Vec<u8>>())
}
