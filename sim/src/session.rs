//! One simulation from a module to its outcome: load, start function, call, checks, waves, trace.

use crate::engine::{Engine, Sample};
use crate::lockstep::{Difference, Lockstep};
use crate::machine::{End, Machine, Run, Watch};
use crate::trace::Trace;
use crate::wave::Wave;
use crate::{Error, Result};
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
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
    /// Called now and then with the cycles so far; `false` ends the run.
    pub pause: &'a mut dyn FnMut(u64) -> bool,
}

impl Settings<'_> {
    /// Checked, to the end, without output.
    pub fn checked(pause: &mut dyn FnMut(u64) -> bool) -> Settings<'_> {
        Settings { check: true, max_cycles: u64::MAX, vcd: None, difference_vcd: None, trace: None, pause }
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
            None => repeat_with_waves(job, settings, difference.cycle, report.in_start)?,
        };
    }
    Ok(report)
}

struct Running<'a> {
    job: &'a Job<'a>,
    machine: Machine<'a>,
    lockstep: Option<Lockstep<'a>>,
    wave: Option<Wave>,
    trace: Trace<'a>,
}

impl Running<'_> {
    /// Makes one call.
    fn call(&mut self, function: u32, args: &[Value], in_start: bool, settings: &mut Settings<'_>) -> Result<Report> {
        if let Some(lockstep) = &mut self.lockstep {
            lockstep.begin(function, args);
        }
        self.machine.start(function, args);
        let mut run = self.run(settings)?;
        if let (End::Stopped, Some(lockstep)) = (&run.end, &mut self.lockstep)
            && let Err(difference) = lockstep.finish(self.machine.engine(), run.status, run.cycles)
        {
            run.end = End::Different(difference);
        }
        Ok(Report {
            ending: self.ending(&run, function),
            in_start,
            cycles: run.cycles,
            instructions: run.instructions,
            checked: self.lockstep.as_ref().map(Lockstep::checked),
            engine: self.machine.engine().name(),
        })
    }

    fn run(&mut self, settings: &mut Settings<'_>) -> Result<Run> {
        let Running { machine, lockstep, wave, trace, .. } = self;
        let mut output = settings.trace.as_mut();
        let mut failed = None;
        let mut retired = |sample: &Sample| {
            if let Some(output) = &mut output
                && let Err(e) = writeln!(output, "{}", trace.line(sample))
            {
                failed.get_or_insert(e);
            }
            lockstep.as_mut().map_or(Ok(()), |l| l.check(sample))
        };
        let mut watch = Watch {
            retired: &mut retired,
            pause: settings.pause,
            wave: wave.as_mut().map(|w| (w, 0)),
            max_cycles: settings.max_cycles,
        };
        let run = machine.run(&mut watch)?;
        match failed {
            Some(e) => Err(Error::new(format!("cannot write the trace: {e}"))),
            None => Ok(run),
        }
    }

    fn ending(&mut self, run: &Run, function: u32) -> Ending {
        match &run.end {
            End::Different(difference) => Ending::Different(difference.clone(), None),
            End::Cycles => Ending::Stopped(Stop::Exhausted(Exhausted::Cycles), run.last_pc),
            End::Interrupted => Ending::Interrupted(run.last_pc),
            End::Stopped => match (run.status.stop, Stop::from_code(run.status.stop)) {
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

/// Runs again up to a difference and records the last cycles before it: nothing is random, so it comes again, and the
/// first run need not carry the cost.
fn repeat_with_waves(job: &Job<'_>, settings: &Settings<'_>, cycle: u64, in_start: bool) -> Result<Option<PathBuf>> {
    let Some(path) = &settings.difference_vcd else { return Ok(None) };
    let engine = (job.open)(true)?;
    let mut wave = Wave::create(path, &*engine)?;
    let mut machine = Machine::new(engine, job.module, job.image, job.plan)?;
    let ignore = |_: &Sample| Ok(());
    if let (Some(start), false) = (job.module.start, in_start) {
        machine.start(start, &[]);
        let mut watch =
            Watch { retired: &mut ignore.clone(), pause: &mut |_| true, wave: None, max_cycles: settings.max_cycles };
        machine.run(&mut watch)?;
    }
    match job.module.start {
        Some(start) if in_start => machine.start(start, &[]),
        _ => machine.start(job.function, job.args),
    }
    let mut watch = Watch {
        retired: &mut ignore.clone(),
        pause: &mut |_| true,
        wave: Some((&mut wave, cycle.saturating_sub(WINDOW))),
        max_cycles: cycle + 2,
    };
    machine.run(&mut watch)?;
    wave.finish()?;
    Ok(Some(path.clone()))
}
