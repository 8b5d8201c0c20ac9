//! One simulation from a module to its outcome: load, start function, call, and who watches them.

mod repeat;
pub(crate) mod running;
mod suspended;

use crate::engine::Engine;
use crate::import::{Imports, Log};
use crate::lockstep::{Difference, Lockstep};
use crate::machine::{Limits, Machine};
use crate::observe::{Observer, Observers};
use crate::{Error, Result};
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::types::Value;
use std::path::PathBuf;

pub use crate::machine::Call;
pub use suspended::Suspended;

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

/// How to simulate, and who watches.
pub struct Settings<'a> {
    /// Compare with the golden model, behind the other observers.
    pub check: bool,
    /// Of the called function; the start function has the same limit on its own.
    pub max_cycles: u64,
    /// Where to leave waves of the cycles before a difference.
    pub difference_vcd: Option<PathBuf>,
    /// Who watches. One that looks at signals makes the run take much longer.
    pub observers: Vec<&'a mut dyn Observer>,
    /// Answers calls of imported functions. Without one, a module must not have any.
    pub host: Option<&'a mut Imports<'a>>,
    /// Ends the run, whatever it does.
    pub interrupt: Interrupt,
    /// It goes on from here, of the same job, and does not begin.
    pub resume: Option<&'a Suspended>,
    /// Where to leave what it needs to go on, if a limit or the interrupt ends it.
    pub suspend: Option<&'a mut Option<Suspended>>,
}

impl<'a> Settings<'a> {
    /// Checked, to the end, without output.
    pub fn checked() -> Settings<'a> {
        Settings {
            check: true,
            max_cycles: u64::MAX,
            difference_vcd: None,
            observers: Vec::new(),
            host: None,
            interrupt: Interrupt::default(),
            resume: None,
            suspend: None,
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
    /// With the file of [`Settings::difference_vcd`], if it was written.
    Different(Box<Difference>, Option<PathBuf>),
}

impl Ending {
    /// What a process says of it.
    pub const fn exit(&self) -> Exit {
        match self {
            Ending::Returned(_) => Exit::Returned,
            Ending::Exited(status) => Exit::Program(*status),
            Ending::Stopped(stop, _) => Exit::of_stop(*stop),
            Ending::UnknownStop(_) | Ending::Different(..) => Exit::Fault,
        }
    }
}

/// Runs the start function, if there is one, and the call.
pub fn simulate(job: &Job<'_>, settings: &mut Settings<'_>) -> Result<Report> {
    let Settings { check, max_cycles, difference_vcd, observers, host, interrupt, resume, suspend } = settings;
    resume.map_or(Ok(()), |from| from.suits(job)).map_err(unsuitable)?;
    let looks = observers.iter().any(|observer| observer.looks().is_some());
    let engine = (job.open)(looks)?;
    let mut lockstep = check.then(|| Lockstep::new(job.module, job.image, job.plan)).transpose()?;
    if let Some(lockstep) = lockstep.as_mut().filter(|_| engine.is_slow()) {
        lockstep.compare_changes_only();
    }
    if let (Some(lockstep), Some(from)) = (&mut lockstep, *resume) {
        let unchecked = || Error::new("it was saved with --no-check: give that, too");
        let model = from.model.as_ref().ok_or_else(unchecked);
        model.and_then(|model| lockstep.resume(model)).map_err(unsuitable)?;
    }
    // What the host has answered before is not known any more in a run that goes on.
    let mut log = difference_vcd.as_ref().filter(|_| *check && resume.is_none()).map(|_| Log::default());
    let limits = Limits { max_cycles: *max_cycles, interrupt };
    let mut list: Vec<&mut dyn Observer> = observers.iter_mut().map(|observer| &mut **observer as _).collect();
    list.extend(log.as_mut().map(|log| log as &mut dyn Observer));
    list.extend(lockstep.as_mut().map(|lockstep| lockstep as &mut dyn Observer));
    let machine = match resume {
        Some(from) => Machine::resumed(engine, job.module, job.image, job.plan, &from.machine).map_err(unsuitable)?,
        None => Machine::new(engine, job.module, job.image, job.plan)?,
    };
    let mut running = running::Running {
        job,
        machine,
        observers: Observers::new(list),
        host: host.as_mut().map(|host| &mut **host as &mut Imports<'_>),
        limits,
        goes_on: resume.map(|from| from.in_start),
        suspend: suspend.as_mut().map(|suspended| &mut **suspended),
    };
    let mut report = running.run()?;
    report.checked = lockstep.as_ref().map(Lockstep::checked);
    if let (Ending::Different(difference, waves), Some(path), Some(log)) = (&mut report.ending, difference_vcd, log) {
        *waves = repeat::with_waves(job, path, &limits, difference.cycle, report.in_start, log)?;
    }
    Ok(report)
}

/// Why a run cannot go on.
fn unsuitable(why: Error) -> Error {
    Error::new(format!("cannot go on from this state: {why}"))
}
