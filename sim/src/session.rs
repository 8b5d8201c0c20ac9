//! One simulation from a module to its outcome: load, start function, call, checks, waves, trace.

use crate::engine::{Engine, Sample};
use crate::import::{Answer, CoreMemory, Import, Imports, Replay};
use crate::lockstep::{Difference, Lockstep};
use crate::machine::{End, Machine, Run, Watch};
use crate::stall::Stalls;
use crate::trace::Trace;
use crate::wave::Wave;
use crate::{Error, Result, value};
use firmware_loader::gate;
use firmware_loader::host::Reply;
use isa::capabilities::Capabilities;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Fault, Stop};
use isa::plan::MemoryPlan;
use isa::types::Value;
use std::io::Write;
use std::path::PathBuf;

/// What to simulate.
pub struct Job<'a> {
    pub module: &'a Module,
    pub image: &'a Image,
    pub plan: &'a MemoryPlan,
    /// Function index in the index space.
    pub function: u32,
    /// Of the function's parameter types.
    pub args: &'a [Value],
    /// Makes a new engine; with `true`, one that shows its inner signals.
    pub open: &'a dyn Fn(bool) -> Result<Box<dyn Engine>>,
}

/// How to simulate, and who looks on.
pub struct Settings<'a> {
    /// Compare with the golden model.
    pub check: bool,
    /// Of the called function; the start function has the same limit on its own.
    pub max_cycles: u64,
    /// Where to write waves of the whole run.
    pub vcd: Option<PathBuf>,
    /// Where to leave waves of the cycles before a difference, unless `vcd` has them.
    pub difference_vcd: Option<PathBuf>,
    /// Gets a line for each retired group.
    pub trace: Option<&'a mut dyn Write>,
    /// Counts the call's cycles by what they passed with, which takes much longer.
    pub stalls: Option<&'a mut Stalls>,
    /// Answers calls of imported functions. Without one, a module must not have any.
    pub host: Option<&'a mut Imports<'a>>,
    /// Called now and then with the cycles so far; `false` ends the run.
    pub pause: &'a mut dyn FnMut(u64) -> bool,
}

impl Settings<'_> {
    /// Checked, to the end, without output.
    pub fn checked(pause: &mut dyn FnMut(u64) -> bool) -> Settings<'_> {
        Settings {
            check: true,
            max_cycles: u64::MAX,
            vcd: None,
            difference_vcd: None,
            trace: None,
            stalls: None,
            host: None,
            pause,
        }
    }
}

/// How it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub ending: Ending,
    /// Whether it ended in the start function, before the call.
    pub in_start: bool,
    /// Cycles and instructions of the call; of the start function if it ended there.
    pub cycles: u64,
    pub instructions: u64,
    /// Instructions compared with the model, the start function's included; `None` without checking.
    pub checked: Option<u64>,
    /// The engine's name.
    pub engine: &'static str,
}

/// How the call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    Returned(Vec<Value>),
    /// The program ended itself with this status.
    Exited(u32),
    /// With the code address of the instruction that stopped, or of the last one retired when out of cycles.
    Stopped(Stop, Option<u32>),
    /// From outside, with the code address of the last instruction retired.
    Interrupted(Option<u32>),
    /// The core gave a stop code that does not exist.
    UnknownStop(u8),
    /// With the file of waves, if there is one.
    Different(Box<Difference>, Option<PathBuf>),
}

/// Waves begin so many cycles before a difference.
const WINDOW: u64 = 500;

/// Runs the start function, if there is one, and the call.
pub fn simulate(job: &Job<'_>, settings: &mut Settings<'_>) -> Result<Report> {
    if let Some(path) = &settings.vcd {
        // Compiling a design takes long; a wrong path should show at once.
        Wave::probe(path)?;
    }
    let engine = (job.open)(settings.vcd.is_some())?;
    let wave = settings.vcd.as_ref().map(|path| Wave::create(path, &*engine)).transpose()?;
    let mut lockstep = settings.check.then(|| Lockstep::new(job.module, job.image, job.plan)).transpose()?;
    if let Some(lockstep) = lockstep.as_mut().filter(|_| engine.is_slow()) {
        lockstep.compare_changes_only();
    }
    let mut running = Running {
        job,
        machine: Machine::new(engine, job.module, job.image, job.plan)?,
        lockstep,
        wave,
        trace: Trace::new(job.module),
        held: None,
        answers: Vec::new(),
    };
    let start = job.module.start.map(|start| running.call(start, &[], true, settings)).transpose()?;
    let mut report = match start {
        Some(report) if !matches!(report.ending, Ending::Returned(_)) => report,
        _ => running.call(job.function, job.args, false, settings)?,
    };
    if let Some(wave) = running.wave.take() {
        wave.finish()?;
    }
    if let Ending::Different(difference, waves) = &mut report.ending {
        *waves = match &settings.vcd {
            Some(path) => Some(path.clone()),
            None => repeat_with_waves(job, settings, difference.cycle, report.in_start, running.answers)?,
        };
    }
    Ok(report)
}

/// How the host ended a call.
#[derive(Clone, Copy)]
enum Ended {
    /// The program did, with this status.
    Exit(u32),
    Stop(Stop),
}

struct Running<'a> {
    job: &'a Job<'a>,
    machine: Machine<'a>,
    lockstep: Option<Lockstep<'a>>,
    wave: Option<Wave>,
    trace: Trace<'a>,
    /// The last group, not checked yet: a call of an imported function has to be answered first.
    held: Option<Sample>,
    /// What the core was answered so far.
    answers: Vec<Answer>,
}

impl Running<'_> {
    /// Makes one call.
    fn call(&mut self, function: u32, args: &[Value], in_start: bool, settings: &mut Settings<'_>) -> Result<Report> {
        if let Some(lockstep) = &mut self.lockstep {
            lockstep.begin(function, args);
        }
        if let Some(stalls) = &mut settings.stalls {
            stalls.begin(self.machine.engine())?;
        }
        self.machine.start(function, args);
        let (mut run, ended) = self.run(settings)?;
        if let (End::Stopped, false, Some(lockstep)) = (&run.end, self.is_unsupported(&run), &mut self.lockstep) {
            let (engine, cycles) = (self.machine.engine(), run.cycles);
            let same = match ended {
                Some(_) => lockstep.state_agrees(engine, cycles),
                None => lockstep.finish(engine, run.status, cycles),
            };
            run.end = same.map_or_else(End::Different, |()| End::Stopped);
        }
        Ok(Report {
            ending: self.ending(&run, ended, function),
            in_start,
            cycles: run.cycles,
            instructions: run.instructions,
            checked: self.lockstep.as_ref().map(Lockstep::checked),
            engine: self.machine.engine().name(),
        })
    }

    /// Whether the core stopped at an instruction that it does not execute, and the model does.
    fn is_unsupported(&self, run: &Run) -> bool {
        let Job { module, plan, .. } = *self.job;
        run.status.stop == Stop::Fault(Fault::UnknownOpcode).code()
            && gate::unsupported(module, run.status.stop_pc, Capabilities::of_plan(plan)).is_some()
    }

    /// Runs the call that was started and answers its imports. How the host ended it, if it did.
    fn run(&mut self, settings: &mut Settings<'_>) -> Result<(Run, Option<Ended>)> {
        loop {
            let mut run = self.advance(settings)?;
            let paused = if run.end == End::Stopped { self.machine.import() } else { None };
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
        let answer = answer(&mut self.machine, self.job, import, cycles, &mut **host);
        if let Some(lockstep) = &self.lockstep {
            lockstep.answers().push(answer.clone());
        }
        self.answers.push(answer.clone());
        Ok(answer)
    }

    /// Runs until the core stops or waits.
    fn advance(&mut self, settings: &mut Settings<'_>) -> Result<Run> {
        let Running { machine, lockstep, wave, trace, held, .. } = self;
        let mut output = settings.trace.as_mut();
        let mut failed = None;
        let mut retired = |sample: &Sample| {
            if let Some(output) = &mut output
                && let Err(e) = writeln!(output, "{}", trace.line(sample))
            {
                failed.get_or_insert(e);
            }
            let Some(lockstep) = lockstep else { return Ok(()) };
            held.replace(*sample).map_or(Ok(()), |before| lockstep.check(&before))
        };
        let mut watch = Watch {
            retired: &mut retired,
            pause: settings.pause,
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
            (End::Cycles, None) => Ending::Stopped(Stop::Exhausted(Exhausted::Cycles), run.last_pc),
            (End::Interrupted, None) => Ending::Interrupted(run.last_pc),
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
fn answer(machine: &mut Machine<'_>, job: &Job<'_>, import: Import, cycles: u64, host: &mut Imports<'_>) -> Answer {
    let ty = job.module.function_type(import.function);
    let (params, results) = ty.map_or((&[][..], &[][..]), |ty| (&ty.params[..], &ty.results[..]));
    let args = machine.values(import.slot, params);
    let mut memory = CoreMemory::new(machine.engine(), job.image.memory_sizes(), cycles);
    let Ok(reply) = host.call(import.function, &args, &mut memory);
    let writes = memory.into_writes();
    let results = match &reply {
        Reply::Results(values) => values.clone(),
        Reply::Exit(_) | Reply::Stop(_) => results.iter().map(|&ty| value::zero(ty)).collect(),
    };
    Answer { function: import.function, args, reply, results, writes }
}

/// Runs again up to a difference and records the last cycles before it: nothing but the host is random, whose answers
/// are the same, so it comes again, and the first run need not carry the cost.
fn repeat_with_waves(
    job: &Job<'_>,
    settings: &Settings<'_>,
    cycle: u64,
    in_start: bool,
    answers: Vec<Answer>,
) -> Result<Option<PathBuf>> {
    let Some(path) = &settings.difference_vcd else { return Ok(None) };
    let engine = (job.open)(true)?;
    let mut wave = Wave::create(path, &*engine)?;
    let mut machine = Machine::new(engine, job.module, job.image, job.plan)?;
    let mut host = Replay(answers.into());
    if let (Some(start), false) = (job.module.start, in_start) {
        machine.start(start, &[]);
        repeat(&mut machine, job, &mut host, None, settings.max_cycles)?;
    }
    match job.module.start {
        Some(start) if in_start => machine.start(start, &[]),
        _ => machine.start(job.function, job.args),
    }
    repeat(&mut machine, job, &mut host, Some((&mut wave, cycle.saturating_sub(WINDOW))), cycle + 2)?;
    wave.finish()?;
    Ok(Some(path.clone()))
}

/// Runs a call that was started to its end, without comparing.
fn repeat(
    machine: &mut Machine<'_>,
    job: &Job<'_>,
    host: &mut Replay,
    mut wave: Option<(&mut Wave, u64)>,
    max_cycles: u64,
) -> Result<()> {
    loop {
        let wave = wave.as_mut().map(|(wave, from)| (&mut **wave, *from));
        let mut watch = Watch { retired: &mut |_| Ok(()), pause: &mut |_| true, wave, stalls: None, max_cycles };
        let run = machine.run(&mut watch)?;
        let paused = if run.end == End::Stopped { machine.import() } else { None };
        let Some(import) = paused else { return Ok(()) };
        let answer = answer(machine, job, import, run.cycles, host);
        if let Reply::Exit(_) | Reply::Stop(_) = answer.reply {
            return Ok(());
        }
        machine.resume(import, &answer.results, &run);
    }
}
