//! The golden model against `wasmi` and `wasmtime` on random modules from `wasm-smith`: results, traps, globals, tables and memory
//! after every call, traps included. `WAFER_MODULES=n` runs n modules, `WAFER_SEED=s` begins with seed s; a difference
//! prints the seed of its module, and the program `differential` repeats and reduces it.

use tests::differential::{Oracle, Tally, Wasmi, Wasmtime, calls, in_software};
use tests::setting::setting;
use tests::smith;

/// Compares so many modules with each of the others.
fn compare(count: u64, oracles: &mut [Box<dyn Oracle>]) -> Tally {
    let first = setting("WAFER_SEED", 1);
    let mut tally = Tally::default();
    for seed in first..first + count {
        let bytes = smith::module(seed);
        let module = firmware_loader::parse(&bytes).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        tally.modules += 1;
        for calls in calls(&module, seed) {
            let same = in_software(&module, &bytes, &calls, oracles, &mut tally);
            same.unwrap_or_else(|what| panic!("seed {seed}: {what}"));
        }
    }
    tally
}

#[test]
fn random_modules_do_the_same_in_wasmi() {
    let count = setting("WAFER_MODULES", 300);
    let tally = compare(count, &mut [Box::new(Wasmi)]);
    let never = tally.rarer_than(1);
    println!("{tally}\n{:#?}\nnever retired: {never:?}", tally.stops);
    if count >= 300 {
        assert!(never.len() <= 12, "never retired: {never:?}");
        let stops: u64 = tally.stops.values().sum();
        assert!(tally.returns > 800 && stops > 2000 && tally.stops.len() >= 7, "{tally:#?}");
    }
}

#[test]
fn random_modules_do_the_same_in_wasmtime() {
    let wasmtime = match Wasmtime::start() {
        Ok(wasmtime) => wasmtime,
        Err(error) => return println!("skipped: {error}"),
    };
    let count = setting("WAFER_MODULES", 40);
    let tally = compare(count, &mut [Box::new(wasmtime)]);
    println!("{tally}\n{:#?}", tally.stops);
    if count >= 40 {
        let stops: u64 = tally.stops.values().sum();
        assert!(tally.returns > 100 && stops > 250 && tally.stops.len() >= 6, "{tally:#?}");
    }
}
