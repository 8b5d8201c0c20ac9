//! The waves before a difference.

use super::running::answer;
use super::{Call, Job};
use crate::Result;
use crate::import::{Log, Replay};
use crate::machine::{End, Limits, Machine};
use crate::observe::wave::Wave;
use crate::observe::{Observers, Window};
use firmware_loader::host::Reply;
use std::path::{Path, PathBuf};

/// Waves begin so many cycles before a difference.
const WINDOW: u64 = 500;

/// Runs again up to a difference and records the last cycles before it: nothing but the host is random, whose answers
/// are the same, so it comes again, and the first run need not carry the cost.
pub(super) fn with_waves(
    job: &Job<'_>,
    path: &Path,
    limits: &Limits<'_>,
    cycle: u64,
    in_start: bool,
    log: Log,
) -> Result<Option<PathBuf>> {
    let Some(mut host) = log.replay(job.module) else { return Ok(None) };
    let window = Window { first: cycle.saturating_sub(WINDOW) + 1, ..Window::ALL };
    let mut wave = Wave::create(job.module, path, window)?;
    let mut machine = Machine::new((job.open)(true)?, job.module, job.image, job.plan)?;
    let start = job.module.start.map(|function| Call { function, args: &[] });
    if let (Some(start), false) = (start, in_start) {
        repeat(&mut machine, job, start, &mut host, &mut Observers::default(), limits)?;
    }
    let call = if in_start { start } else { job.call };
    let Some(call) = call else { return Ok(None) };
    let limits = Limits { max_cycles: cycle + 2, ..*limits };
    let mut observers = Observers::new(vec![&mut wave]);
    repeat(&mut machine, job, call, &mut host, &mut observers, &limits)?;
    observers.end()?;
    Ok(Some(path.to_path_buf()))
}

/// Makes a call, without comparing.
fn repeat(
    machine: &mut Machine<'_>,
    job: &Job<'_>,
    call: Call<'_>,
    host: &mut Replay<'_>,
    observers: &mut Observers<'_>,
    limits: &Limits<'_>,
) -> Result<()> {
    observers.begin_call(&call, machine.engine())?;
    machine.start(call.function, call.args);
    loop {
        let run = machine.run(observers, limits)?;
        let paused = if run.end == End::Stopped { machine.import() } else { None };
        let Some(import) = paused else { return Ok(()) };
        let answer = answer(machine, job, import, run.cycles, host);
        if let Reply::Exit(_) | Reply::Stop(_) = answer.reply {
            return Ok(());
        }
        machine.resume(import, &answer.results);
    }
}
