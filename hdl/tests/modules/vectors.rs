//! The same random inputs in rust-hdl's simulator and in the emitted Verilog under Verilator: every output must agree
//! in every cycle. `VECTORS` (cycles) and `SEED` in the environment override the defaults.

use crate::ports::{Port, inputs, outputs};
use crate::registry::{Unit, modules};
use crate::tools::{directory, installed, root, run, write_bench};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs::File;
use std::path::PathBuf;

/// What rust-hdl says of one module in one cycle.
struct Sample {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

/// All modules' samples, cycle by cycle.
fn simulate(seed: u64, cycles: usize) -> Vec<Vec<Sample>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut units = modules();
    let mut cycle = |_| {
        let sample = |unit: &mut Box<dyn Unit>| {
            unit.drive(&mut rng);
            let sample = Sample { inputs: inputs(unit.block()), outputs: outputs(unit.block()) };
            unit.clock();
            sample
        };
        units.iter_mut().map(sample).collect()
    };
    (0..cycles).map(&mut cycle).collect()
}

/// The bits of all modules' ports in the order of the bench's vectors.
fn line(ports: impl DoubleEndedIterator<Item = Vec<Port>>) -> String {
    ports.rev().flat_map(|ports| ports.into_iter().rev()).map(|port| port.value).collect()
}

/// Builds the bench; `width` is that of its output.
fn build() -> PathBuf {
    let (verilog, width) = write_bench("vectors.v");
    let objects = directory().join("objects");
    run("verilator", |c| {
        c.args([
            "--cc",
            "--exe",
            "--build",
            "-Wno-lint",
            "-Wno-style",
            "-Wno-UNOPTFLAT",
            "-O1",
            "--top-module",
            "bench",
        ]);
        c.arg("-CFLAGS").arg(format!("-O0 -DOUT={width}")).arg("--Mdir").arg(&objects);
        c.arg(verilog).arg(root().join("tests/modules/bench.cpp"));
    })
    .unwrap_or_else(|error| panic!("{error}"));
    objects.join("Vbench")
}

fn environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn rust_hdl_and_verilog_agree() {
    if !installed("verilator") {
        return;
    }
    let (seed, cycles) = (environment("SEED", 1), environment("VECTORS", 2000));
    println!("SEED={seed} VECTORS={cycles}");
    let samples = simulate(seed, cycles as usize);
    let lines = samples.iter().map(|cycle| line(cycle.iter().map(|s| s.inputs.clone())) + "\n");
    let stimulus = directory().join("stimulus");
    std::fs::write(&stimulus, lines.collect::<String>()).expect("the target directory is writable");
    let program = build();
    let response = run(&program.display().to_string(), |c| {
        c.stdin(File::open(&stimulus).expect("just written"));
    })
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(response.lines().count(), samples.len());
    for (number, (cycle, found)) in samples.iter().zip(response.lines()).enumerate() {
        compare(number, cycle, found);
    }
}

fn compare(number: usize, cycle: &[Sample], found: &str) {
    let mut high = found.len();
    for (unit, sample) in modules().iter().zip(cycle) {
        for port in &sample.outputs {
            let value = &found[high - port.width()..high];
            high -= port.width();
            let place = format!("{}.{} in cycle {number}", unit.name(), port.name);
            assert_eq!(value, port.value, "{place}: left Verilog, right rust-hdl{}", listing(&sample.inputs));
        }
    }
}

fn listing(inputs: &[Port]) -> String {
    inputs.iter().map(|port| format!("\n  {} = {}", port.name, port.value)).collect()
}
