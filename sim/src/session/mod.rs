//! One simulation from a module to its outcome: load, start function, call, checks, waves, trace.

mod repeat;
mod running;

use crate::Result;
use crate::engine::Engine;
use crate::import::{Imports, Log};
use crate::lockstep::{Difference, Lockstep};
use crate::machine::Machine;
use crate::stall::Stalls;
use crate::trace::Trace;
use crate::wave::Wave;
use firmware_loader::interrupt::Interrupt;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::types::Value;
use std::io::Write;
use std::path::PathBuf;

/// What to simulate.
pub struct Job<'a> {
    pub module: &'a Module,
    pub image: &'a Image,
    pub plan: &'a CorePlan,
    /// What to call behind the start function.
    pub call: Option<Call<'a>>,
    /// Makes a new engine; with `true`, one that shows its inner signals.
    pub open: &'a dyn Fn(bool) -> Result<Box<dyn Engine>>,
}

/// A function with arguments.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Function index in the index space.
    pub function: u32,
    /// Of the function's parameter types.
    pub args: &'a [Value],
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
    /// Called now and then with the cycles so far.
    pub progress: Option<&'a mut dyn FnMut(u64)>,
    /// Ends the run, whatever it does.
    pub interrupt: Interrupt,
}

impl<'a> Settings<'a> {
    /// Checked, to the end, without output.
    pub fn checked() -> Settings<'a> {
        Settings {
            check: true,
            max_cycles: u64::MAX,
            vcd: None,
            difference_vcd: None,
            trace: None,
            stalls: None,
            host: None,
            progress: None,
            interrupt: Interrupt::default(),
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
    /// The imported function that waited for the host when the call ended.
    pub import: Option<u32>,
    /// Return addresses of the calls that were active when it ended, the innermost first.
    pub returns: Vec<u32>,
}

/// How the call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    Returned(Vec<Value>),
    /// The program ended itself with this status.
    Exited(u32),
    /// With the code address of the instruction that stopped, or of the last one retired when out of cycles or time.
    Stopped(Stop, Option<u32>),
    /// The core gave a stop code that does not exist.
    UnknownStop(u8),
    /// With the file of waves, if there is one.
    Different(Box<Difference>, Option<PathBuf>),
}

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
    let repeatable = settings.check && settings.vcd.is_none() && settings.difference_vcd.is_some();
    let mut running = running::Running {
        job,
        machine: Machine::new(engine, job.module, job.image, job.plan)?,
        lockstep,
        wave,
        trace: Trace::new(job.module),
        held: None,
        log: repeatable.then(Log::default),
    };
    let mut report = running.run(settings)?;
    if let Some(wave) = running.wave.take() {
        wave.finish()?;
    }
    if let Ending::Different(difference, waves) = &mut report.ending {
        *waves = match (&settings.vcd, running.log.take()) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(log)) => repeat::with_waves(job, settings, difference.cycle, report.in_start, log)?,
            (None, None) => None,
        };
    }
    Ok(report)
}
