//! The kernels on the core, in lock-step with the golden model.

use isa::module::Module;
use isa::types::Value;
use sim::select::Kind;
use sim::session::{Ending, Report};
use tests::kernels;
use tests::program::Program;

/// Runs `run` of a module and asserts that every record agreed.
fn run(module: &Module, argument: Value, kind: Kind) -> Report {
    let function = module.exported_function("run").unwrap();
    let report = Program::new(module, &boards::SIM_LARGE).unwrap().check(kind, function, &[argument]).unwrap();
    assert_eq!(report.checked, Some(report.instructions));
    report
}

#[test]
fn kernels_return_their_values_in_lock_step() {
    let (mut count, mut floats) = (0, 0);
    for kernel in kernels::all() {
        let report = run(&kernel.module, kernel.argument, Kind::Jit);
        assert_eq!(report.ending, Ending::Returned(vec![kernel.expected]), "{}", kernel.name);
        println!("{}: {} cycles, {} instructions", kernel.name, report.cycles, report.instructions);
        count += 1;
        floats += u32::from(kernel.float());
    }
    assert_eq!((count, floats), (17, 4));
}

#[test]
fn a_short_fib_on_the_rust_hdl_engine_takes_the_same_cycles() {
    let kernels = kernels::all();
    let fib = kernels.iter().find(|k| k.name == "fib").unwrap();
    let argument = Value { bits: 6, ..fib.argument };
    let report = run(&fib.module, argument, Kind::RustHdl);
    assert_eq!(report.ending, Ending::Returned(vec![Value { bits: 8, ..fib.expected }]));
    let jit = run(&fib.module, argument, Kind::Jit);
    assert_eq!((report.cycles, report.instructions), (jit.cycles, jit.instructions));
}
