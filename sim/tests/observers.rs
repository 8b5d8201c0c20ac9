//! Observers hear of what they should. One is made up, with its option, from an entry and an implementation alone, as
//! CONTRIBUTING.md says.

mod common;

use boards::{ALCHITRY_CU, SIM_LARGE};
use clap::Command;
use common::ModelEngine;
use hdl::signals::core;
use isa::plan::CorePlan;
use sim::Result;
use sim::engine::{Engine, Sample, Signal};
use sim::machine::Call;
use sim::observe::registry::{Chosen, Entry, OBSERVERS, Takes, Watched, Windowed, options};
use sim::observe::{CallEnd, Cycle, Halt, Look, Observed, Observer, Signals, Window};
use sim::select::{Kind, open};
use sim::session::{Ending, Job, Settings, simulate};
use std::cell::Cell;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;

const STORES: Entry = Entry {
    option: "stores",
    alias: None,
    help: "Write when the program stores",
    takes: Takes::File("stores"),
    window: Windowed::Never,
    whole: false,
    make: |_, files| Ok(Box::new(Stores::create(Path::new(&files[0]))?)),
};

/// Writes what the program stores into linear memory.
struct Stores {
    file: File,
    cycles: u64,
    retiring: u64,
    groups: u64,
}

impl Stores {
    fn create(path: &Path) -> Result<Stores> {
        let file = File::create(path).map_err(|e| sim::Error::new(e.to_string()))?;
        Ok(Stores { file, cycles: 0, retiring: 0, groups: 0 })
    }

    fn write(&mut self, line: String) -> Observed {
        writeln!(self.file, "{line}").map_err(|e| Halt::Failed(sim::Error::new(e.to_string())))
    }
}

impl Observer for Stores {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::Named(&[core::RUNNING, core::RETIRES]), window: Window::ALL })
    }

    fn begin_call(&mut self, call: &Call<'_>, _: &[Signal]) -> Result<()> {
        writeln!(self.file, "call {}", call.function).map_err(|e| sim::Error::new(e.to_string()))
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        self.cycles += 1;
        self.retiring += u64::from(cycle.values[1]);
        assert_eq!((cycle.number, cycle.retired.is_some()), (self.cycles, cycle.values[1] == 1));
        Ok(())
    }

    fn retired(&mut self, sample: &Sample) -> Observed {
        self.groups += 1;
        if sample.store { self.write(format!("store {} to {}", sample.data, sample.address)) } else { Ok(()) }
    }

    fn end_call(&mut self, end: &mut CallEnd<'_>) -> Observed {
        assert_eq!((self.cycles, self.retiring), (end.run.cycles, self.groups));
        self.write(format!("{} instructions", end.run.instructions))
    }

    fn end(&mut self) -> Result<()> {
        writeln!(self.file, "end").map_err(|e| sim::Error::new(e.to_string()))
    }
}

const TEXT: &str = r#"(module (memory 1) (func (export "run")
    (i32.store (i32.const 16) (i32.const 7)) (i32.store8 (i32.const 3) (i32.const 255))))"#;

type Open<'a> = &'a dyn Fn(bool) -> Result<Box<dyn Engine>>;

/// How a run of the program ends with these observers.
fn run(observers: Vec<&mut dyn Observer>, plan: &CorePlan, open: Open<'_>) -> Ending {
    try_run(observers, plan, open).unwrap()
}

fn try_run(observers: Vec<&mut dyn Observer>, plan: &CorePlan, open: Open<'_>) -> Result<Ending> {
    let module = firmware_loader::parse_text(TEXT).unwrap();
    let image = firmware_loader::image(&module, &sim::load::target(plan)).unwrap();
    let job = Job { module: &module, image: &image, plan, call: Some(Call { function: 0, args: &[] }), open };
    Ok(simulate(&job, &mut Settings { observers, ..Settings::checked() })?.ending)
}

#[test]
fn a_made_up_observer_is_an_option_and_watches() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("stores.txt");
    let entries: Vec<&'static Entry> = OBSERVERS.iter().copied().chain([&STORES]).collect();
    let command = options(&entries, Command::new("sim"));
    let matches = command.try_get_matches_from(["sim", "--stores", path.to_str().unwrap()]).unwrap();
    let chosen = Chosen::of(&entries, &matches);
    assert_eq!(chosen.file(&STORES), Some(&*path));
    let module = firmware_loader::parse_text(TEXT).unwrap();
    let mut made = chosen
        .make(&Watched { module: &module, file: &path, plan: &SIM_LARGE, busy: false, window: Window::ALL })
        .unwrap();
    assert_eq!(made.len(), 1);
    let observers = made.iter_mut().map(|observer| &mut **observer as &mut dyn Observer).collect();
    let ending = run(observers, &SIM_LARGE, &|waves| open(Kind::Jit, &SIM_LARGE, waves));
    assert_eq!(ending, Ending::Returned(Vec::new()));
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, "call 0\nstore 7 to 16\nstore 255 to 3\n7 instructions\nend\n");
}

/// Counts groups, and looks at all signals in a window if there is one.
struct Counter {
    window: Option<Window>,
    groups: u64,
    cycles: u64,
    /// How often the core was told to run, without what loading took.
    runs: Rc<Cell<u64>>,
}

impl Observer for Counter {
    fn looks(&self) -> Option<Look<'_>> {
        self.window.map(|window| Look { signals: Signals::All, window })
    }

    fn begin_call(&mut self, _: &Call<'_>, _: &[Signal]) -> Result<()> {
        self.runs.set(0);
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        self.cycles += 1;
        assert_eq!((cycle.values.len(), cycle.retired.map(|sample| sample.cycle)), (1, Some(cycle.number)));
        Ok(())
    }

    fn retired(&mut self, _: &Sample) -> Observed {
        self.groups += 1;
        Ok(())
    }
}

#[test]
fn only_who_looks_at_signals_stops_the_core_in_a_cycle() {
    // The stand-in retires one instruction in each of the seven cycles.
    let window = |first, last| Some(Window { first, last });
    let windows = [(None, 1, 0), (window(6, 99), 3, 2), (window(3, 5), 5, 3), (Some(Window::ALL), 7, 7)];
    for (window, pieces, looked) in windows {
        let runs = Rc::new(Cell::new(0));
        let mut counter = Counter { window, groups: 0, cycles: 0, runs: Rc::clone(&runs) };
        let module = firmware_loader::parse_text(TEXT).unwrap();
        let ending = run(vec![&mut counter], &ALCHITRY_CU, &|waves| {
            assert_eq!(waves, window.is_some(), "whether signals are to be seen");
            let mut engine = ModelEngine::new(&module, &ALCHITRY_CU);
            engine.runs = Rc::clone(&runs);
            Ok(Box::new(engine))
        });
        assert_eq!(ending, Ending::Returned(Vec::new()));
        assert_eq!(runs.get(), pieces, "{window:?}");
        assert_eq!((counter.groups, counter.cycles), (7, looked), "{window:?}");
    }
}

#[test]
fn a_signal_that_is_not_shown_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let mut stores = Stores::create(&directory.path().join("stores.txt")).unwrap();
    let module = firmware_loader::parse_text(TEXT).unwrap();
    let open = |_| -> Result<Box<dyn Engine>> { Ok(Box::new(ModelEngine::new(&module, &ALCHITRY_CU))) };
    let error = try_run(vec![&mut stores], &ALCHITRY_CU, &open).unwrap_err();
    assert_eq!(error.to_string(), format!("engine model does not show the signal {}", core::RUNNING));
}
