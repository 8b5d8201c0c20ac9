//! The hardware resolver writes what the software plan says.

use boards::SIM_LARGE;
use isa::module::Module;
use tests::kernels;
use tests::resolver::{Resolver, expected};

/// More cycles than resolving code of any kind takes.
fn limit(module: &Module) -> u64 {
    32 * (module.code.len() + module.functions.len() + 2) as u64
}

fn compare(resolver: &mut Resolver, module: &Module, name: &str) -> u64 {
    let expected = expected(module, &SIM_LARGE).unwrap_or_else(|e| panic!("{name}: {e}"));
    let run = resolver.run(module, limit(module)).unwrap_or_else(|| panic!("{name}: does not end"));
    let tables = run.end.unwrap_or_else(|(stop, pc)| panic!("{name}: {stop} at {pc}"));
    assert_eq!(tables.functions, expected.functions, "{name}: functions");
    for (i, (found, expected)) in tables.branches.iter().zip(&expected.branches).enumerate() {
        assert_eq!(found, expected, "{name}: branch entry {i}");
    }
    assert_eq!(tables.branches.len(), expected.branches.len(), "{name}: branch entries");
    for (pc, (found, expected)) in tables.marks.iter().zip(&expected.marks).enumerate() {
        assert_eq!(found, expected, "{name}: mark at {pc}");
    }
    run.cycles
}

#[test]
fn kernels_are_resolved() {
    let mut resolver = Resolver::new(&SIM_LARGE);
    for kernel in kernels::all() {
        let cycles = compare(&mut resolver, &kernel.module, &kernel.name);
        let bytes = kernel.module.code.len();
        println!("{}: {cycles} cycles, {bytes} bytes, {:.2} a byte", kernel.name, cycles as f64 / bytes as f64);
    }
}
