//! The waves before a difference.

use super::running::answer;
use super::{Job, Settings};
use crate::Result;
use crate::engine::Sample;
use crate::import::{Log, Replay};
use crate::machine::{End, Machine, Watch};
use crate::wave::Wave;
use firmware_loader::host::Reply;
use firmware_loader::interrupt::Interrupt;
use std::path::PathBuf;

/// Waves begin so many cycles before a difference.
const WINDOW: u64 = 500;

/// Runs again up to a difference and records the last cycles before it: nothing but the host is random, whose answers
/// are the same, so it comes again, and the first run need not carry the cost.
pub(super) fn with_waves(
    job: &Job<'_>,
    settings: &Settings<'_>,
    cycle: u64,
    in_start: bool,
    log: Log,
) -> Result<Option<PathBuf>> {
    let (Some(path), Some(mut host)) = (&settings.difference_vcd, log.replay(job.module)) else { return Ok(None) };
    let engine = (job.open)(true)?;
    let mut wave = Wave::create(path, &*engine)?;
    let mut machine = Machine::new(engine, job.module, job.image, job.plan)?;
    let interrupt = &settings.interrupt;
    if let (Some(start), false) = (job.module.start, in_start) {
        machine.start(start, &[]);
        repeat(&mut machine, job, &mut host, None, settings.max_cycles, interrupt)?;
    }
    match (job.module.start, job.call) {
        (Some(start), _) if in_start => machine.start(start, &[]),
        (_, Some(call)) => machine.start(call.function, call.args),
        (_, None) => return Ok(None),
    }
    let window = Some((&mut wave, cycle.saturating_sub(WINDOW)));
    repeat(&mut machine, job, &mut host, window, cycle + 2, interrupt)?;
    wave.finish()?;
    Ok(Some(path.clone()))
}

/// Runs a call that was started to its end, without comparing.
fn repeat(
    machine: &mut Machine<'_>,
    job: &Job<'_>,
    host: &mut Replay<'_>,
    mut wave: Option<(&mut Wave, u64)>,
    max_cycles: u64,
    interrupt: &Interrupt,
) -> Result<()> {
    loop {
        let wave = wave.as_mut().map(|(wave, from)| (&mut **wave, *from));
        let (retired, progress) = (&mut |_: &Sample| Ok(()), &mut |_| ());
        let mut watch = Watch { retired, progress, interrupt, wave, stalls: None, max_cycles };
        let run = machine.run(&mut watch)?;
        let paused = if run.end == End::Stopped { machine.import() } else { None };
        let Some(import) = paused else { return Ok(()) };
        let answer = answer(machine, job, import, run.cycles, false, host);
        if let Reply::Exit(_) | Reply::Stop(_) = answer.reply {
            return Ok(());
        }
        machine.resume(import, &answer.results, &run);
    }
}
