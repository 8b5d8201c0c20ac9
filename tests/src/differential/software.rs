//! The model against `wasmi`.

use super::{Call, Mismatch, Tally, different};
use crate::wasmi_executor::{Other, OtherStop};
use isa::module::Module;
use isa::outcome::{Exhausted, Stop, Trap};
use model::{Error, InstanceAddr, Limits, Outcome, Store, Thread};
use std::borrow::Cow;

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

    fn start(&mut self, call: &Call) -> Thread {
        let function = self.store.exported_function(self.instance, &call.name).expect("is exported");
        Thread::new(&mut self.store, function, &call.args).expect("the stacks are large enough")
    }

    fn globals(&self) -> Vec<u64> {
        self.store.globals(self.instance).map(|g| self.store.global(g).bits).collect()
    }

    fn tables(&self) -> Vec<&[u64]> {
        self.store.tables(self.instance).map(|t| self.store.table(t)).collect()
    }

    fn memory(&self) -> Cow<'_, [u8]> {
        self.store.memories(self.instance).next().map_or(Cow::Borrowed(&[]), |m| self.store.memory(m).bytes())
    }
}

/// The trap that both name, or a description of the difference.
fn same_stop(ours: Stop, theirs: OtherStop) -> Result<&'static str, Mismatch> {
    match (ours, theirs) {
        // For a table's bounds wasmi has one code, the spec two names.
        (Stop::Trap(Trap::UndefinedElement), OtherStop::Trap(Trap::OutOfBoundsTable)) => Ok("undefined element"),
        (Stop::Trap(a), OtherStop::Trap(b)) if a == b => Ok(a.message()),
        (ours, theirs) => different(format!("model {ours:?}, wasmi {theirs:?}")),
    }
}

/// Instantiates the module anew and makes the calls one after the other: results, traps, and after each call globals,
/// tables and memory. The model runs twice, with records and without.
pub fn in_wasmi(module: &Module, bytes: &[u8], calls: &[Call], tally: &mut Tally) -> Result<(), Mismatch> {
    let (mut ours, mut other) = match (Ours::new(module), Other::new(bytes)) {
        (Ok(ours), Ok(other)) => (ours, other),
        (Err(Stop::Exhausted(Exhausted::Cycles)), _) => return Err(Mismatch::Endless),
        (Err(stop), Err(theirs)) => {
            tally.uninstantiable += 1;
            return same_stop(stop, theirs).map(drop);
        }
        (ours, theirs) => {
            return different(format!("instantiation: model {:?}, wasmi {:?}", ours.err(), theirs.err()));
        }
    };
    let Ok(mut fast) = Ours::new(module) else { return different("the model instantiates only once") };
    for call in calls {
        let place = |mismatch| match mismatch {
            Mismatch::Different(what) => Mismatch::Different(format!("{call}: {what}")),
            Mismatch::Endless => Mismatch::Endless,
        };
        same_call(module, call, &mut ours, &mut fast, &mut other, tally).map_err(place)?;
        same_state(&ours, &fast, &other).map_err(place)?;
    }
    Ok(())
}

fn same_call(
    module: &Module,
    call: &Call,
    ours: &mut Ours,
    fast: &mut Ours,
    other: &mut Other,
    tally: &mut Tally,
) -> Result<(), Mismatch> {
    let function = module.exported_function(&call.name).and_then(|f| module.function_type(f)).expect("is exported");
    let mut thread = ours.start(call);
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
    let mut quick = fast.start(call);
    if quick.run(&mut fast.store) != outcome || quick.retired() != records {
        return different("the model differs with and without records");
    }
    tally.instructions += records;
    match (outcome, other.call(&call.name, &call.args, &function.results)) {
        (Outcome::Returned(a), Ok(b)) if a == b => tally.returns += 1,
        (Outcome::Stopped(a), Err(b)) => *tally.stops.entry(same_stop(a, b)?).or_default() += 1,
        (a, b) => return different(format!("model {a:x?}, wasmi {b:x?}")),
    }
    Ok(())
}

fn same_state(ours: &Ours, fast: &Ours, other: &Other) -> Result<(), Mismatch> {
    let (globals, tables) = (ours.globals(), ours.tables());
    if globals != other.globals() {
        return different(format!("globals: model {globals:x?}, wasmi {:x?}", other.globals()));
    }
    if tables != other.tables() {
        return different(format!("tables: model {tables:x?}, wasmi {:x?}", other.tables()));
    }
    let theirs = other.memory();
    if ours.memory().len() != theirs.len() {
        return different(format!("memory size: model {}, wasmi {}", ours.memory().len(), theirs.len()));
    }
    if let Some(at) = ours.memory().iter().zip(theirs).position(|(a, b)| a != b) {
        return different(format!("memory at {at:#x}: model {:#x}, wasmi {:#x}", ours.memory()[at], theirs[at]));
    }
    if globals != fast.globals() || ours.memory() != fast.memory() || tables != fast.tables() {
        return different("the model differs with and without records");
    }
    Ok(())
}
