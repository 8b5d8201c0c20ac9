//! One module from its file to its report.

use super::bounded::Doing;
use super::host::{Announced, Finishing, PRELOADING, RUNNING};
use super::preload::Preloaded;
use super::setup::{Program, Ready};
use super::state::{State, StateFiles};
use super::{Options, check, progress, report};
use crate::observe::registry::{Watched, needs_its_own};
use crate::observe::{Observer, Window, wave};
use crate::session::{Call, Ending, Job, Settings, simulate};
use crate::world::World;
use crate::{Error, Result, select};
use firmware_loader::command_line::Target;
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
use firmware_loader::output::{self, is_same};
use firmware_loader::wasi::options;
use std::io;
use std::path::{Path, PathBuf};

/// Behind the program.
const REPORTING: &str = "the report was made";

/// Runs it and prints how it ended. Says on the way what it is `doing`.
pub(super) fn run(options: &Options, target: Target, interrupt: &Interrupt, doing: &Doing) -> Result<Exit> {
    let window = options.window()?;
    let (call, module) = target;
    let module = module.map_err(|e| Error::new(e.to_string()))?;
    keep_apart(options, &call.file)?;
    options.state.check(options.setup.engine, options.observers.whole())?;
    if let Some(option) = options.observers.first().filter(|_| options.check) {
        let what = format!("--check does not run the module, so there is nothing for {option}: leave out one of them");
        return Err(Error::new(what));
    }
    let program = Program::new(&options.setup, &module, &call)?;
    if options.check {
        return check::show(&program.fit(), &call.file, program.plan, options).map_err(|e| unwritable(&e));
    }
    match program.ready(options.json)? {
        Ok(ready) => simulated(options, &ready, window, interrupt, doing),
        Err(exit) => Ok(exit),
    }
}

fn simulated(
    options: &Options,
    ready: &Ready<'_>,
    window: Window,
    interrupt: &Interrupt,
    doing: &Doing,
) -> Result<Exit> {
    let Ready { module, preloads, image, plan, call, choice } = ready;
    let host = options.setup.grants.host(module, &call.file, &call.program, options.json, interrupt);
    let mut host = host.map_err(|e| Error::new(e.to_string()))?;
    let state = options.state.read(&call.program)?;
    state.iter().for_each(|state| host.resume(&state.host));
    let compiled = |waves, then| {
        doing.now("the core was compiled");
        let engine = select::open(options.setup.engine, plan, waves);
        doing.now(then);
        engine
    };
    let max_cycles = options.max_cycles.unwrap_or(u64::MAX);
    let world = World::new(plan, Box::new(|| compiled(false, PRELOADING)), max_cycles, interrupt.clone());
    let mut instances = match preloads.instantiate(world, module) {
        Ok(instances) => instances,
        Err((exit, why)) => return Ok(output::failure(options.json, exit, &why)),
    };
    let mut host = Announced::new(Preloaded { instances: &mut instances, rest: host }, module, doing);
    let open = |waves| compiled(waves, RUNNING);
    let function = choice.as_ref().map(|choice| Call { function: choice.function, args: &choice.args });
    let job = Job { module, image, plan, call: function, open: &open };
    let mut progress = progress::Progress::new();
    // Standard output is for the object alone with --json, and for what a program writes.
    let busy = options.json || options::prints(module);
    let watched = Watched { module, file: &call.file, plan, busy, window };
    let mut chosen = options.observers.make(&watched)?;
    let (state_file, mut suspended) = (options.state.open()?, None);
    let mut observers: Vec<&mut dyn Observer> = chosen.iter_mut().map(|observer| &mut **observer as _).collect();
    let mut finishing = Finishing(doing);
    observers.push(&mut progress);
    observers.push(&mut finishing);
    let waves = options.observers.file(&wave::ENTRY);
    let mut settings = Settings {
        check: !options.no_check,
        max_cycles,
        difference_vcd: waves.is_none().then(|| difference_file(&call.file)),
        observers,
        host: Some(&mut host),
        interrupt: interrupt.clone(),
        resume: state.as_ref().map(|state| &state.run),
        suspend: state_file.is_some().then_some(&mut suspended),
    };
    let result = simulate(&job, &mut settings);
    doing.now(REPORTING);
    progress.clear();
    let mut report = result?;
    if let (Ending::Different(_, place), Some(path)) = (&mut report.ending, waves) {
        *place = Some(path.to_path_buf());
    }
    let kept = state_file.map(|file| State::keep(&file, suspended, &host.host().rest, &call.program)).transpose()?;
    if let Some(what) = instances.broken {
        return Err(Error::new(what));
    }
    let outcome = report::Outcome::new(&report, &job, choice.as_ref(), &call.file);
    doing.finishing();
    let told = outcome.told();
    chosen.iter_mut().try_for_each(|observer| observer.told(&told))?;
    doing.now(REPORTING);
    let exit = tell(&outcome, options.json, busy)?;
    kept.iter().for_each(|kept| output::message(&format!("note: {kept}")));
    Ok(exit)
}

/// Files that are written must take the place of none that is read or has another use, but a state of the one that the
/// run has gone on from.
fn keep_apart(options: &Options, module: &Path) -> Result<()> {
    let StateFiles { save_state, load_state } = &options.state;
    let fixed = [
        (module, "the module itself"),
        (Path::new("/dev/stdin"), "the program's input"),
        (Path::new("/dev/stdout"), "the standard output"),
        (Path::new("/dev/stderr"), "the error output"),
    ];
    let preloaded = options.setup.preloaded().map(|file| (file, "a preloaded module"));
    let mut others: Vec<(&Path, &str)> = fixed.into_iter().chain(preloaded).collect();
    if let Some(state) = save_state {
        let taken = others.iter().find(|(other, _)| is_same(state, other));
        taken.map_or(Ok(()), |(_, what)| Err(needs_its_own(state, what, "states")))?;
        others.push((state, "for the state"));
    }
    others.extend(load_state.as_deref().map(|file| (file, "the state to go on from")));
    options.observers.leave_others(&others)
}

/// Prints it, as text to standard output unless that is `busy`.
fn tell(outcome: &report::Outcome<'_>, as_json: bool, busy: bool) -> Result<Exit> {
    if as_json {
        // The object has no room for the two records.
        outcome.difference().iter().for_each(|text| output::message(text));
    }
    let printed = match (as_json, busy) {
        (true, _) => output::print(&outcome.json()),
        (false, false) => output::print(&outcome.text()),
        (false, true) => {
            output::message(&outcome.text());
            Ok(())
        }
    };
    printed.map_err(|e| unwritable(&e))?;
    Ok(outcome.status())
}

fn unwritable(error: &io::Error) -> Error {
    Error::new(format!("cannot write the result: {error}"))
}

/// `fib.wasm` leaves `fib.difference.vcd` in the working directory.
fn difference_file(module: &Path) -> PathBuf {
    let stem = module.file_stem().unwrap_or_default();
    Path::new(stem).with_extension("difference.vcd")
}
