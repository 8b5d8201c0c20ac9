//! Calls on a loaded core: run, answer imports, tell the observers.

use super::{Call, Ending, Job, Report, Suspended};
use crate::import::{Answer, CoreMemory, Import, Imports};
use crate::machine::{End, Limits, Machine, Run};
use crate::observe::{CallEnd, Observers};
use crate::{Error, Result, value};
use firmware_loader::host::Reply;
use isa::outcome::Stop;

/// How the host ended a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HostEnd {
    /// The program did, with this status.
    Exit(u32),
    Stop(Stop),
}

/// A job in progress.
pub(super) struct Running<'a, 'o> {
    pub job: &'a Job<'a>,
    pub machine: Machine<'a>,
    pub observers: Observers<'o>,
    pub host: Option<&'o mut Imports<'o>>,
    pub limits: Limits<'a>,
    /// The first call was begun before: whether that is the start function's.
    pub goes_on: Option<bool>,
    /// Where to leave what another run needs to go on.
    pub suspend: Option<&'o mut Option<Suspended>>,
}

impl Running<'_, '_> {
    /// Runs the start function and then the call.
    pub fn run(&mut self) -> Result<Report> {
        let start = self.job.module.start.filter(|_| self.goes_on != Some(false));
        let start = start.map(|function| Call { function, args: &[] });
        let started = start.map(|start| self.call(start, true)).transpose()?;
        let report = match (started, self.job.call) {
            (Some(report), _) if !matches!(report.ending, Ending::Returned(_)) => report,
            (_, Some(call)) => self.call(call, false)?,
            (Some(report), None) => report,
            (None, None) => return Err(Error::new("there is nothing to run: no start function and no call")),
        };
        self.observers.end()?;
        Ok(report)
    }

    /// Makes one call.
    fn call(&mut self, call: Call<'_>, in_start: bool) -> Result<Report> {
        self.observers.begin_call(&call, self.machine.engine())?;
        if self.goes_on.take().is_none() {
            self.machine.start(call.function, call.args);
        }
        let (mut run, ended) = self.finish(in_start)?;
        let import = self.machine.import();
        if !matches!(run.end, End::Different(_)) {
            let engine = self.machine.engine();
            let observed = self.observers.end_call(&mut CallEnd { engine, run: &run, import });
            run.heed(observed)?;
        }
        Ok(report(&mut self.machine, self.job, &Ended { call, in_start, run: &run, host: ended }))
    }

    /// Leaves what another run needs to go on from here, if that is wanted.
    fn suspend(&mut self, in_start: bool) -> Result<()> {
        let Some(suspended) = &mut self.suspend else { return Ok(()) };
        let model = self.observers.suspend();
        **suspended = Some(Suspended::new(self.job, in_start, self.machine.suspend()?, model));
        Ok(())
    }

    /// Runs the call that was started and answers its imports. How the host ended it, if it did.
    fn finish(&mut self, in_start: bool) -> Result<(Run, Option<HostEnd>)> {
        loop {
            let mut run = self.machine.run(&mut self.observers, &self.limits)?;
            let paused = if run.end == End::Stopped { self.machine.import() } else { None };
            let Some(import) = paused else {
                if let End::Exhausted(_) = run.end {
                    self.suspend(in_start)?;
                }
                return Ok((run, None));
            };
            if let Some(why) = self.limits.interrupt.stop() {
                self.suspend(in_start)?;
                run.end = End::Exhausted(why);
                return Ok((run, None));
            }
            let Some(host) = &mut self.host else {
                return Err(Error::new("the module calls an imported function, and nothing provides it"));
            };
            let answer = answer(&mut self.machine, self.job, import, run.cycles, &mut **host);
            if answer.was_cut_short() {
                self.suspend(in_start)?;
            }
            run.heed(self.observers.answered(&answer))?;
            match answer.reply {
                Reply::Exit(status) => return Ok((run, Some(HostEnd::Exit(status)))),
                Reply::Stop(stop) => return Ok((run, Some(HostEnd::Stop(stop)))),
                Reply::Results(_) if run.end == End::Stopped => self.machine.resume(import, &answer.results),
                Reply::Results(_) => return Ok((run, None)),
            }
        }
    }
}

/// A call that has ended, for its report.
pub(crate) struct Ended<'a> {
    pub call: Call<'a>,
    /// It is the start function's.
    pub in_start: bool,
    pub run: &'a Run,
    /// How the host ended it, if it did.
    pub host: Option<HostEnd>,
}

/// How a call went, without what was compared.
pub(crate) fn report(machine: &mut Machine<'_>, job: &Job<'_>, ended: &Ended<'_>) -> Report {
    let ending = ending(machine, job, ended);
    let import = machine.import();
    let returns = match ending {
        Ending::Stopped(..) => machine.return_addresses(),
        _ => Vec::new(),
    };
    let &Ended { in_start, run: &Run { cycles, instructions, .. }, .. } = ended;
    let engine = machine.engine().name();
    Report {
        ending,
        in_start,
        cycles,
        instructions,
        checked: None,
        engine,
        import: import.map(|i| i.function),
        returns,
    }
}

fn ending(machine: &mut Machine<'_>, job: &Job<'_>, &Ended { call, run, host, .. }: &Ended<'_>) -> Ending {
    match (&run.end, host) {
        (End::Different(difference), _) => Ending::Different(difference.clone(), None),
        (_, Some(HostEnd::Exit(status))) => Ending::Exited(status),
        (_, Some(HostEnd::Stop(stop))) => Ending::Stopped(stop, run.last_pc),
        (&End::Exhausted(limit), None) => Ending::Stopped(Stop::Exhausted(limit), run.last_pc),
        (End::Stopped, None) => match (run.status.stop, Stop::from_code(run.status.stop)) {
            (0, _) => {
                let ty = job.module.function_type(call.function);
                Ending::Returned(ty.map_or(Vec::new(), |ty| machine.results(&ty.results)))
            }
            (_, Some(stop)) => Ending::Stopped(stop, Some(run.status.stop_pc)),
            (code, None) => Ending::UnknownStop(code),
        },
    }
}

/// Asks the host about an import that the core waits for, after so many cycles of the call.
pub(crate) fn answer(
    machine: &mut Machine<'_>,
    job: &Job<'_>,
    import: Import,
    cycles: u64,
    host: &mut Imports<'_>,
) -> Answer {
    let ty = job.module.function_type(import.function);
    let (params, results) = ty.map_or((&[][..], &[][..]), |ty| (&ty.params[..], &ty.results[..]));
    let args = machine.values(import.slot, params);
    let mut memory = CoreMemory::new(machine.engine(), job.image.memory_sizes(), cycles);
    let Ok(reply) = host.call(import.function, &args, &mut memory);
    let (writes, reply) = memory.settle(reply);
    let results = match &reply {
        Reply::Results(values) => values.clone(),
        Reply::Exit(_) | Reply::Stop(_) => results.iter().map(|&ty| value::zero(ty)).collect(),
    };
    Answer { function: import.function, args, reply, results, writes }
}
