//! Calls on a loaded core: run, answer imports, check, trace.

use super::{Call, Ending, Job, Report, Settings};
use crate::engine::{Sample, Status};
use crate::import::{Answer, CoreMemory, Import, Imports, Log};
use crate::lockstep::Lockstep;
use crate::machine::{End, Machine, Run, Watch};
use crate::trace::Trace;
use crate::wave::Wave;
use crate::{Error, Result, value};
use firmware_loader::gate;
use firmware_loader::host::Reply;
use firmware_loader::output::quietly;
use isa::capabilities::Capabilities;
use isa::outcome::Stop;

/// How the host ended a call.
#[derive(Clone, Copy)]
enum Ended {
    /// The program did, with this status.
    Exit(u32),
    Stop(Stop),
}

/// A job in progress.
pub(super) struct Running<'a> {
    pub job: &'a Job<'a>,
    pub machine: Machine<'a>,
    pub lockstep: Option<Lockstep<'a>>,
    pub wave: Option<Wave>,
    pub trace: Trace<'a>,
    /// The last group, not checked yet: a call of an imported function has to be answered first.
    pub held: Option<Sample>,
    /// What the core was answered so far, if the run may have to be repeated.
    pub log: Option<Log>,
}

impl Running<'_> {
    /// Runs the start function and then the call.
    pub fn run(&mut self, settings: &mut Settings<'_>) -> Result<Report> {
        let start = self.job.module.start.map(|function| Call { function, args: &[] });
        let started = start.map(|start| self.call(start, true, settings)).transpose()?;
        match (started, self.job.call) {
            (Some(report), _) if !matches!(report.ending, Ending::Returned(_)) => Ok(report),
            (_, Some(call)) => self.call(call, false, settings),
            (Some(report), None) => Ok(report),
            (None, None) => Err(Error::new("there is nothing to run: no start function and no call")),
        }
    }

    /// Makes one call.
    fn call(&mut self, call: Call<'_>, in_start: bool, settings: &mut Settings<'_>) -> Result<Report> {
        let Call { function, args } = call;
        if let Some(wave) = &mut self.wave {
            wave.begin_call();
        }
        if let Some(lockstep) = &mut self.lockstep {
            lockstep.begin(function, args);
        }
        if let Some(stalls) = &mut settings.stalls {
            stalls.begin(self.machine.engine())?;
        }
        self.machine.start(function, args);
        let (mut run, ended) = self.finish(settings)?;
        run.status.stop = self.meaning(run.status);
        if let (End::Stopped, Some(lockstep)) = (&run.end, &mut self.lockstep) {
            let (engine, cycles) = (self.machine.engine(), run.cycles);
            let same = match ended {
                Some(_) => lockstep.state_agrees(engine, cycles),
                None => lockstep.finish(engine, run.status, cycles),
            };
            run.end = same.map_or_else(End::Different, |()| End::Stopped);
        }
        let import = self.machine.import().map(|import| import.function);
        let ending = self.ending(&run, ended, function);
        let returns = match ending {
            Ending::Stopped(..) => self.machine.return_addresses(),
            _ => Vec::new(),
        };
        Ok(Report {
            ending,
            in_start,
            cycles: run.cycles,
            instructions: run.instructions,
            checked: self.lockstep.as_ref().map(Lockstep::checked),
            engine: self.machine.engine().name(),
            import,
            returns,
        })
    }

    /// The stop code of a core, in the sense of [`gate::meaning`].
    fn meaning(&self, status: Status) -> u8 {
        let Job { module, plan, .. } = *self.job;
        let capabilities = Capabilities::of_plan(plan);
        let stop = Stop::from_code(status.stop);
        stop.map_or(status.stop, |stop| gate::meaning(stop, module, status.stop_pc, capabilities).code())
    }

    /// Runs the call that was started and answers its imports. How the host ended it, if it did.
    fn finish(&mut self, settings: &mut Settings<'_>) -> Result<(Run, Option<Ended>)> {
        loop {
            let mut run = self.advance(settings)?;
            let paused = if run.end == End::Stopped { self.machine.import() } else { None };
            if let (Some(_), Some(why)) = (paused, settings.interrupt.stop()) {
                run.end = End::Exhausted(why);
                return Ok((run, None));
            }
            let answer = paused.map(|import| self.answer(import, run.cycles, settings)).transpose()?;
            if let (Some(sample), Some(lockstep)) = (self.held.take(), &mut self.lockstep)
                && !matches!(run.end, End::Different(_))
                && let Err(difference) = lockstep.check(&sample)
            {
                run.end = End::Different(difference);
            }
            match (paused, answer) {
                (_, Some(Answer { reply: Reply::Exit(status), .. })) => return Ok((run, Some(Ended::Exit(status)))),
                (_, Some(Answer { reply: Reply::Stop(stop), .. })) => return Ok((run, Some(Ended::Stop(stop)))),
                (Some(import), Some(answer)) if run.end == End::Stopped => {
                    self.machine.resume(import, &answer.results, &run);
                }
                _ => return Ok((run, None)),
            }
        }
    }

    /// Asks the host, and lets the model know.
    fn answer(&mut self, import: Import, cycles: u64, settings: &mut Settings<'_>) -> Result<Answer> {
        let Some(host) = settings.host.as_mut() else {
            return Err(Error::new("the module calls an imported function, and nothing provides it"));
        };
        let keep = self.lockstep.is_some();
        let answer = answer(&mut self.machine, self.job, import, cycles, keep, &mut **host);
        if let Some(log) = &mut self.log {
            log.push(&answer);
        }
        if let Some(lockstep) = &self.lockstep {
            lockstep.answers().push(answer.clone());
        }
        Ok(answer)
    }

    /// Runs until the core stops or waits.
    fn advance(&mut self, settings: &mut Settings<'_>) -> Result<Run> {
        let Running { machine, lockstep, wave, trace, held, .. } = self;
        let output = &mut settings.trace;
        let mut failed = None;
        let mut retired = |sample: &Sample| {
            if let Some(writer) = output
                && let Err(e) = writeln!(writer, "{}", trace.line(sample))
            {
                // Nobody reads on, which is no reason to run on differently.
                *output = None;
                failed = quietly(Err(e)).err();
            }
            let Some(lockstep) = lockstep else { return Ok(()) };
            held.replace(*sample).map_or(Ok(()), |before| lockstep.check(&before))
        };
        let mut ignore = |_| ();
        let mut watch = Watch {
            retired: &mut retired,
            progress: settings.progress.as_deref_mut().unwrap_or(&mut ignore),
            interrupt: &settings.interrupt,
            wave: wave.as_mut().map(|w| (w, 0)),
            stalls: settings.stalls.as_deref_mut(),
            max_cycles: settings.max_cycles,
        };
        let run = machine.run(&mut watch)?;
        match failed {
            Some(e) => Err(Error::new(format!("cannot write the trace: {e}"))),
            None => Ok(run),
        }
    }

    fn ending(&mut self, run: &Run, ended: Option<Ended>, function: u32) -> Ending {
        match (&run.end, ended) {
            (End::Different(difference), _) => Ending::Different(difference.clone(), None),
            (_, Some(Ended::Exit(status))) => Ending::Exited(status),
            (_, Some(Ended::Stop(stop))) => Ending::Stopped(stop, run.last_pc),
            (&End::Exhausted(limit), None) => Ending::Stopped(Stop::Exhausted(limit), run.last_pc),
            (End::Stopped, None) => match (run.status.stop, Stop::from_code(run.status.stop)) {
                (0, _) => {
                    let ty = self.job.module.function_type(function);
                    Ending::Returned(ty.map_or(Vec::new(), |ty| self.machine.results(&ty.results)))
                }
                (_, Some(stop)) => Ending::Stopped(stop, Some(run.status.stop_pc)),
                (code, None) => Ending::UnknownStop(code),
            },
        }
    }
}

/// Asks the host about an import that the core waits for, after so many cycles of the call.
/// `keep` says whether somebody wants to know what it writes.
pub(super) fn answer(
    machine: &mut Machine<'_>,
    job: &Job<'_>,
    import: Import,
    cycles: u64,
    keep: bool,
    host: &mut Imports<'_>,
) -> Answer {
    let ty = job.module.function_type(import.function);
    let (params, results) = ty.map_or((&[][..], &[][..]), |ty| (&ty.params[..], &ty.results[..]));
    let args = machine.values(import.slot, params);
    let mut memory = CoreMemory::new(machine.engine(), job.image.memory_sizes(), cycles, keep);
    let Ok(reply) = host.call(import.function, &args, &mut memory);
    let writes = memory.into_writes();
    let results = match &reply {
        Reply::Results(values) => values.clone(),
        Reply::Exit(_) | Reply::Stop(_) => results.iter().map(|&ty| value::zero(ty)).collect(),
    };
    Answer { function: import.function, args, reply, results, writes }
}
