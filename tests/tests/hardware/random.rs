//! Random modules from `wasm-smith` on the emitted Verilog, in lock-step with the golden model. `WAFER_MODULES=n` runs n
//! modules, `WAFER_SEED=s` begins with seed s; a difference prints the seed of its module, and the program `differential`
//! repeats and reduces it.

use boards::SIM_LARGE;
use isa::plan::CorePlan;
use sim::select::Kind;
use tests::differential::{Tally, calls, on_core};
use tests::plans::LARGE;
use tests::setting::setting;
use tests::smith;

/// Compares so many modules on the core of a plan; all of them have to fit.
fn compare(plan: &CorePlan, count: u64) -> Tally {
    let first = setting("WAFER_SEED", 1);
    let mut tally = Tally::default();
    for seed in first..first + count {
        let module = firmware_loader::parse(&smith::module(seed)).expect("is valid");
        tally.modules += 1;
        for calls in calls(&module, seed) {
            let same = on_core(&module, plan, Kind::Jit, &calls[..1], &mut tally);
            same.unwrap_or_else(|what| panic!("seed {seed}, {}: {what}", plan.name));
        }
    }
    println!("{}, seeds {first} to {}: {tally}\n{:#?}", plan.name, first + count - 1, tally.stops);
    assert_eq!(tally.refused, 0, "{tally}");
    tally
}

#[test]
fn random_modules_agree_with_the_model_on_the_verilog() {
    let count = setting("WAFER_MODULES", 100);
    let tally = compare(&SIM_LARGE, count);
    assert!(count < 100 || tally.returns > 0 && !tally.stops.is_empty() && tally.instructions > 0, "{tally}");
}

#[test]
fn random_modules_agree_with_the_model_on_the_cores_of_boards() {
    let count = setting("WAFER_MODULES", 100) / 5;
    for plan in LARGE {
        let tally = compare(&plan, count);
        assert!(count < 20 || tally.returns > 0 && tally.instructions > 0, "{tally}");
    }
}
