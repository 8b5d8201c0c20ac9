//! Checks over every module of the crate. `registry.rs` lists the modules, a line each.

mod keywords;
mod layer;
mod lint;
mod lint_cases;
mod numbers;
mod ports;
mod printer;
mod random;
mod registry;
mod retire;
mod tools;
mod vectors;

use registry::{Unit, modules};
use rust_hdl::core::check_error::check_all;
use tools::{installed, root, run, write_bench};

#[test]
fn every_input_is_listed() {
    for unit in modules() {
        let ports = ports::inputs(unit.block());
        let names: Vec<_> = ports.iter().map(|port| port.name.as_str()).collect();
        let listed: Vec<_> = names.iter().filter(|name| unit.inputs().contains(name)).collect();
        assert_eq!(listed.len(), names.len(), "{}: in the registry of {names:?} only {listed:?}", unit.name());
    }
}

/// Unconnected signals, logic loops, writes to inputs.
#[test]
fn rust_hdl_accepts_every_module() {
    for unit in modules() {
        assert!(check_all(unit.block()).is_ok(), "{}: {:?}", unit.name(), check_all(unit.block()));
    }
}

/// No shape that simulates differently from its Verilog, no name that is a keyword there.
#[test]
fn every_module_passes_the_lint() {
    let findings: Vec<_> = modules().iter().flat_map(|unit| named(&**unit)).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

fn named(unit: &dyn Unit) -> Vec<String> {
    lint::findings(unit.block()).into_iter().map(|f| f.replacen("top", unit.name(), 1)).collect()
}

/// No combinational loop, no wire with several drivers or without one.
#[test]
fn yosys_accepts_every_module() {
    if !installed("yosys") {
        return;
    }
    let script = format!(
        "read_verilog {}; hierarchy -check -top bench; proc; check -assert",
        write_bench("yosys.v").0.display()
    );
    run("yosys", |c| {
        c.args(["-q", "-p", &script]);
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn verilator_lint_is_clean() {
    if !installed("verilator") {
        return;
    }
    run("verilator", |c| {
        c.args(["--lint-only", "-Wall", "--top-module", "bench"]);
        c.arg(root().join("waivers.vlt")).arg(write_bench("lint.v").0);
    })
    .unwrap_or_else(|error| panic!("{error}"));
}
