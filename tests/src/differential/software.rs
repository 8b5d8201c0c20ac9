//! The model against other implementations.

use super::oracle::{Answer, Called, Oracle, State};
use super::{Call, Mismatch, Tally, different};
use crate::wasmi_executor::OtherStop;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop, Trap};
use model::{Error, InstanceAddr, Limits, Outcome, Store, Thread};

/// More instructions than any call of a random module retires.
const FUEL: u64 = 50_000_000;

/// One instance of the module in the model.
struct Ours {
    store: Store,
    instance: InstanceAddr,
}

impl Ours {
    fn new(module: &Module) -> Result<Ours, Stop> {
        let mut store = Store::new(Limits { fuel: FUEL, ..Limits::default() });
        match store.instantiate(module, |_| None) {
            Ok(instance) => Ok(Ours { store, instance }),
            Err(Error::Stopped(stop)) => Err(stop),
            Err(error) => panic!("{error}"),
        }
    }

    /// The stop is that of stacks that are too small for the function alone.
    fn start(&mut self, call: &Call) -> Result<Thread, Stop> {
        let function = self.store.exported_function(self.instance, &call.name).expect("is exported");
        Thread::new(&mut self.store, function, &call.args)
    }

    fn state(&self) -> State {
        let Ours { store, instance } = self;
        let memory = store.memories(*instance).next();
        State {
            globals: store.globals(*instance).map(|g| store.global(g).bits).collect(),
            tables: store.tables(*instance).map(|t| store.table(t).to_vec()).collect(),
            memory: memory.map_or(Vec::new(), |m| store.memory(m).bytes().into_owned()),
        }
    }
}

/// What came of a call in the model, and what it left behind.
type Done = (Outcome, State);

/// Instantiates the module anew and makes the calls one after the other, in the model and in each of the others: results,
/// traps, and after each call globals, tables and memory. The model runs twice, with records and without.
pub fn in_software(
    module: &Module,
    bytes: &[u8],
    calls: &[Call],
    oracles: &mut [Box<dyn Oracle>],
    tally: &mut Tally,
) -> Result<(), Mismatch> {
    let ours = in_model(module, calls, tally)?;
    for oracle in oracles {
        let answer = oracle.run(module, bytes, calls).map_err(Mismatch::Different)?;
        same_answer(&ours, &answer, calls, oracle.name())?;
    }
    Ok(())
}

/// What the model does; the stop is that of the instantiation.
fn in_model(module: &Module, calls: &[Call], tally: &mut Tally) -> Result<Result<Vec<Done>, Stop>, Mismatch> {
    let mut ours = match Ours::new(module) {
        Ok(ours) => ours,
        Err(Stop::Exhausted(Exhausted::Cycles)) => return Err(Mismatch::Endless),
        Err(stop) => {
            tally.uninstantiable += 1;
            return Ok(Err(stop));
        }
    };
    let Ok(mut fast) = Ours::new(module) else { return different("the model instantiates only once") };
    calls.iter().map(|call| in_both(call, &mut ours, &mut fast, tally)).collect::<Result<_, _>>().map(Ok)
}

fn in_both(call: &Call, ours: &mut Ours, fast: &mut Ours, tally: &mut Tally) -> Result<Done, Mismatch> {
    let (mut thread, mut quick) = match (ours.start(call), fast.start(call)) {
        (Ok(thread), Ok(quick)) => (thread, quick),
        (Err(stop), _) | (_, Err(stop)) => return Ok((Outcome::Stopped(stop), ours.state())),
    };
    let mut records = 0;
    let outcome = thread.run_observed(&mut ours.store, |record| {
        if record.stop.is_none() {
            records += 1;
            *tally.ops.entry(record.op).or_default() += 1;
        }
    });
    if outcome == Outcome::Stopped(Stop::Exhausted(Exhausted::Cycles)) {
        return Err(Mismatch::Endless);
    }
    tally.instructions += records;
    match outcome {
        Outcome::Stopped(stop) => *tally.stops.entry(stop.message()).or_default() += 1,
        _ => tally.returns += 1,
    }
    let same = quick.run(&mut fast.store) == outcome && quick.retired() == records;
    let state = ours.state();
    if !same || fast.state() != state {
        return different(format!("{call}: the model differs with and without records"));
    }
    Ok((outcome, state))
}

fn same_answer(
    ours: &Result<Vec<Done>, Stop>,
    theirs: &Answer,
    calls: &[Call],
    name: &'static str,
) -> Result<(), Mismatch> {
    let (ours, theirs) = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(stop), Err(theirs)) => return same_stop(*stop, theirs, name),
        (ours, theirs) => {
            let (ours, theirs) = (ours.as_ref().err(), theirs.as_ref().err());
            return different(format!("instantiation: model {ours:?}, {name} {theirs:?}"));
        }
    };
    if ours.len() != theirs.len() {
        return different(format!("{name} made {} calls of {}", theirs.len(), ours.len()));
    }
    for (call, (ours, theirs)) in calls.iter().zip(ours.iter().zip(theirs)) {
        let place = |mismatch: Mismatch| Mismatch::Different(format!("{call}: {mismatch}"));
        same_call(ours, theirs, name).map_err(place)?;
    }
    Ok(())
}

fn same_call((outcome, state): &Done, theirs: &Called, name: &'static str) -> Result<(), Mismatch> {
    match (outcome, &theirs.outcome) {
        (Outcome::Returned(a), Ok(b)) if a == b => {}
        (Outcome::Stopped(a), Err(b)) => same_stop(*a, b, name)?,
        (a, b) => return different(format!("model {a:x?}, {name} {b:x?}")),
    }
    same_state(state, &theirs.state, name)
}

/// Whether both stopped by the same trap.
fn same_stop(ours: Stop, theirs: &OtherStop, name: &'static str) -> Result<(), Mismatch> {
    match (ours, theirs) {
        // For a table's bounds others have one code, the spec two names.
        (Stop::Trap(Trap::UndefinedElement), OtherStop::Trap(Trap::OutOfBoundsTable)) => Ok(()),
        (Stop::Trap(a), OtherStop::Trap(b)) if a == *b => Ok(()),
        (ours, theirs) => different(format!("model {ours:?}, {name} {theirs:?}")),
    }
}

fn same_state(ours: &State, theirs: &State, name: &'static str) -> Result<(), Mismatch> {
    if ours.globals != theirs.globals {
        return different(format!("globals: model {:x?}, {name} {:x?}", ours.globals, theirs.globals));
    }
    if ours.tables != theirs.tables {
        return different(format!("tables: model {:x?}, {name} {:x?}", ours.tables, theirs.tables));
    }
    let (ours, theirs) = (&ours.memory, &theirs.memory);
    if ours.len() != theirs.len() {
        return different(format!("memory size: model {}, {name} {}", ours.len(), theirs.len()));
    }
    match ours.iter().zip(theirs).position(|(a, b)| a != b) {
        Some(at) => different(format!("memory at {at:#x}: model {:#x}, {name} {:#x}", ours[at], theirs[at])),
        None => Ok(()),
    }
}
