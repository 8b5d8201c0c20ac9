//! The golden model against `wasmi` on random modules from `wasm-smith`: results, traps, globals and memory after every
//! call, traps included. `WAFER_MODULES=n` runs n modules, `WAFER_SEED=s` begins with seed s; a difference prints the
//! seed of its module, and `WAFER_SEED=that WAFER_MODULES=1` repeats it.

use isa::module::{ExportKind, Module};
use isa::op::{Op, TABLE};
use isa::outcome::{Stop, Trap};
use isa::types::Value;
use model::{Error, FuncAddr, InstanceAddr, Limits, Outcome, Store, Thread};
use rand::rngs::StdRng;
use rand::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};
use tests::smith::{self, args};
use tests::wasmi_executor::{Other, OtherStop};

/// Calls per instance, so that what a trap leaves behind is used.
const CALLS: usize = 3;

#[derive(Debug, Default)]
struct Tally {
    modules: u32,
    /// Instantiations that trap, on both sides alike.
    uninstantiable: u32,
    returns: u32,
    traps: BTreeMap<&'static str, u32>,
    instructions: u64,
    /// Instructions that retired at least once.
    ops: BTreeSet<Op>,
}

/// One instance of the module in the model.
struct Ours {
    store: Store,
    instance: InstanceAddr,
}

impl Ours {
    fn new(module: &Module) -> Result<Ours, Stop> {
        let mut store = Store::new(Limits::default());
        match store.instantiate(module, |_| None) {
            Ok(instance) => Ok(Ours { store, instance }),
            Err(Error::Stopped(stop)) => Err(stop),
            Err(error) => panic!("{error}"),
        }
    }

    fn start(&mut self, name: &str, args: &[Value]) -> Thread {
        let function: FuncAddr = self.store.exported_function(self.instance, name).expect("is exported");
        Thread::new(&mut self.store, function, args).expect("the stacks are large enough")
    }

    fn globals(&self) -> Vec<u64> {
        self.store.globals(self.instance).map(|g| self.store.global(g).bits).collect()
    }

    fn memory(&self) -> &[u8] {
        self.store.memories(self.instance).next().map_or(&[], |m| self.store.memory(m).bytes())
    }
}

/// The trap that both name, or a description of the difference.
fn same_stop(ours: Stop, theirs: OtherStop) -> Result<&'static str, String> {
    match (ours, theirs) {
        // For a table's bounds wasmi has one code, the spec two names.
        (Stop::Trap(Trap::UndefinedElement), OtherStop::Trap(Trap::OutOfBoundsTable)) => Ok("undefined element"),
        (Stop::Trap(a), OtherStop::Trap(b)) if a == b => Ok(a.message()),
        (ours, theirs) => Err(format!("model {ours:?}, wasmi {theirs:?}")),
    }
}

/// Instantiates the module anew and calls one function several times. The error says what differs.
fn compare(module: &Module, bytes: &[u8], name: &str, rng: &mut StdRng, tally: &mut Tally) -> Result<(), String> {
    let (mut ours, mut fast, mut other) = match (Ours::new(module), Ours::new(module), Other::new(bytes)) {
        (Ok(ours), Ok(fast), Ok(other)) => (ours, fast, other),
        (Err(stop), Err(_), Err(theirs)) => {
            tally.uninstantiable += 1;
            return same_stop(stop, theirs).map(drop).map_err(|what| format!("instantiation: {what}"));
        }
        (ours, _, other) => {
            return Err(format!("instantiation: model {:?}, wasmi {:?}", ours.err(), other.err()));
        }
    };
    let function = module.exported_function(name).and_then(|f| module.function_type(f)).expect("is exported");
    for _ in 0..CALLS {
        let args = args(rng, &function.params);
        let mut thread = ours.start(name, &args);
        let mut records = 0;
        let outcome = thread.run_observed(&mut ours.store, |record| {
            if record.stop.is_none() {
                records += 1;
                tally.ops.insert(record.op);
            }
        });
        let mut quick = fast.start(name, &args);
        if quick.run(&mut fast.store) != outcome || quick.retired() != records {
            return Err(format!("{name}({args:x?}): the model differs with and without records"));
        }
        tally.instructions += records;
        match (outcome, other.call(name, &args, &function.results)) {
            (Outcome::Returned(a), Ok(b)) if a == b => tally.returns += 1,
            (Outcome::Stopped(a), Err(b)) => {
                let trap = same_stop(a, b).map_err(|what| format!("{name}({args:x?}): {what}"))?;
                *tally.traps.entry(trap).or_default() += 1;
            }
            (a, b) => return Err(format!("{name}({args:x?}): model {a:x?}, wasmi {b:x?}")),
        }
        same_state(module, &ours, &fast, &mut other).map_err(|what| format!("after {name}({args:x?}): {what}"))?;
    }
    Ok(())
}

fn same_state(module: &Module, ours: &Ours, fast: &Ours, other: &mut Other) -> Result<(), String> {
    let globals = ours.globals();
    for export in module.exports.iter().filter(|e| e.kind == ExportKind::Global) {
        let (a, b) = (globals[export.index as usize], other.global(&export.name));
        if a != b {
            return Err(format!("global {}: model {a:#x}, wasmi {b:#x}", export.index));
        }
    }
    let theirs = other.memory();
    if ours.memory().len() != theirs.len() {
        return Err(format!("memory size: model {}, wasmi {}", ours.memory().len(), theirs.len()));
    }
    if let Some(at) = ours.memory().iter().zip(theirs).position(|(a, b)| a != b) {
        return Err(format!("memory at {at:#x}: model {:#x}, wasmi {:#x}", ours.memory()[at], theirs[at]));
    }
    if globals != fast.globals() || ours.memory() != fast.memory() {
        return Err("the model differs with and without records".into());
    }
    Ok(())
}

fn setting(name: &str, default: u64) -> u64 {
    let number = |text: String| text.parse().unwrap_or_else(|_| panic!("{name} has to be a number"));
    std::env::var(name).map_or(default, number)
}

#[test]
fn random_modules_do_the_same_in_wasmi() {
    let (first, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 300));
    let mut tally = Tally::default();
    for seed in first..first + count {
        let bytes = smith::module(seed);
        let module = firmware_loader::parse(&bytes).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        tally.modules += 1;
        let mut rng = StdRng::seed_from_u64(seed);
        for export in module.exports.iter().filter(|e| e.kind == ExportKind::Function) {
            let same = compare(&module, &bytes, &export.name, &mut rng, &mut tally);
            same.unwrap_or_else(|what| panic!("seed {seed}: {what}"));
        }
    }
    let never: Vec<_> = TABLE.iter().filter(|row| !tally.ops.contains(&row.op)).map(|row| row.name).collect();
    println!("{tally:#?}\nnever retired: {never:?}");
    if count >= 300 {
        // Random addresses seldom suit bulk operations and random indices seldom tables; the spec suite has those.
        assert!(never.len() <= 12, "never retired: {never:?}");
        let traps: u32 = tally.traps.values().sum();
        assert!(tally.returns > 800 && traps > 2000 && tally.traps.len() >= 7, "{tally:#?}");
    }
}
