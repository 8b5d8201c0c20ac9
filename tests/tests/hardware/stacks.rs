//! What the loader says a call takes of the stacks at most is what it takes on the core: with exactly so much it
//! returns, with one slot or one frame less it does not.

use boards::ulx3s_85;
use firmware_loader::inspect::{Inspection, Stack, Worst};
use isa::outcome::{Exhausted, Stop};
use isa::plan::{CoreKind, CorePlan, LinearMemory, Multiplier, Units};
use sim::select::Kind;
use sim::session::{Ending, Settings};
use tests::program::Program;

/// Cores of one size: with a unit for everything, and with millicode for all of that, a full one and a compact one.
const PLANS: &[CorePlan] = &[
    CorePlan { name: "units", ..ulx3s_85::PLAN },
    CorePlan {
        name: "millicode",
        units: NO_UNITS,
        memory: LinearMemory::DualPort { service: false },
        ..ulx3s_85::PLAN
    },
    CorePlan {
        name: "compact",
        kind: CoreKind::Compact,
        units: NO_UNITS,
        memory: LinearMemory::SinglePort,
        ..ulx3s_85::PLAN
    },
];

const NO_UNITS: Units = Units { float: None, multiplier: Multiplier::Serial, wide_immediates: true };

/// A chain of so many calls, the last but one through a table, with locals in the first; the last function has an
/// instruction that may be millicode which makes a call of its own, and one whose operands lie higher.
fn chain(calls: u64, locals: u64) -> String {
    let links: String = (0..calls).map(|i| format!("(func $f{i} (local i32) (call $f{}))", i + 1)).collect();
    format!(
        "(module (type $t (func)) (memory 1 1 (pagesize 1)) (table 1 1 funcref) (elem (i32.const 0) func $last)
            (global $d (mut f64) (f64.const 2.5))
            (func (export \"run\") (local {}) (i32.const 1) (call $f0) drop) {links}
            (func $f{calls} (call_indirect (type $t) (i32.const 0)))
            (func $last (local i64)
                (global.set $d (f64.add (global.get $d) (f64.mul (global.get $d) (f64.div (global.get $d) (global.get $d)))))
                (drop (i32.add (i32.const 1) (memory.grow (i32.const 0))))))",
        "i64 ".repeat(locals as usize)
    )
}

fn bound(text: &str, plan: &'static CorePlan) -> Stack {
    let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"));
    let (inspection, _) = Inspection::new(&bytes, std::slice::from_ref(plan));
    let entries = inspection.module.as_ref().map(|module| &module.entries[..]);
    match entries.and_then(|entries| Some(&entries.first()?.worst)) {
        Some(Worst::Stacks(stacks)) if !stacks.is_empty() => stacks[0],
        _ => panic!("{}: {inspection}", plan.name),
    }
}

fn ending(text: &str, plan: &CorePlan) -> Ending {
    let module = firmware_loader::parse_text(text).unwrap_or_else(|e| panic!("{e}"));
    let program = Program::new(&module, plan).unwrap_or_else(|e| panic!("{}: {e}", plan.name));
    let run = module.exported_function("run").expect("is exported");
    let mut settings = Settings { check: false, ..Settings::checked() };
    program.call(Kind::Jit, run, &[], &mut settings).expect("runs").ending
}

fn is_exhausted(ending: &Ending, limit: Exhausted) -> bool {
    matches!(ending, Ending::Stopped(Stop::Exhausted(found), _) if *found == limit)
}

#[test]
fn calls_take_the_slots_and_frames_that_are_stated() {
    for plan in PLANS {
        let least = bound(&chain(1, 0), plan);
        let (locals, calls) = (plan.stack_slots() - least.slots, 1 + plan.frames() - least.calls);
        let text = chain(1, locals);
        assert_eq!(bound(&text, plan).slots, plan.stack_slots());
        assert_eq!(ending(&text, plan), Ending::Returned(Vec::new()), "{}: all slots", plan.name);
        let ended = ending(&chain(1, locals + 1), plan);
        assert!(is_exhausted(&ended, Exhausted::ValueStack), "{}: {ended:?}", plan.name);

        let text = chain(calls, 0);
        assert_eq!(bound(&text, plan).calls, plan.frames());
        assert_eq!(ending(&text, plan), Ending::Returned(Vec::new()), "{}: all frames", plan.name);
        let ended = ending(&chain(calls + 1, 0), plan);
        assert!(is_exhausted(&ended, Exhausted::CallStack), "{}: {ended:?}", plan.name);
    }
    assert_eq!(PLANS.len(), 3);
}
