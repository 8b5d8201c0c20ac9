//! The engines show the same hardware: cycles, retired groups and what is left afterwards.

use boards::SIM_LARGE;
use sim::engine::Sample;
use sim::engine::verilator::Verilator;
use sim::machine::{Machine, Run, Watch};
use sim::select::{Kind, open};
use tests::kernels::{self, Kernel};

/// Enough for every kernel to be in its loops.
const CYCLES: u64 = 100_000;

/// A run of at most so many cycles, and every group it retired.
fn run(kernel: &Kernel, kind: Kind) -> (Run, Vec<Sample>) {
    let module = &kernel.module;
    let image = firmware_loader::image(module, &sim::load::target(&SIM_LARGE)).expect("is an integer kernel");
    let mut machine = Machine::new(open(kind, &SIM_LARGE, false).expect("is there"), module, &image, &SIM_LARGE);
    machine.start(module.exported_function("run").expect("kernels export `run`"), &[kernel.argument]);
    let mut samples = Vec::new();
    let mut retired = |sample: &Sample| {
        samples.push(*sample);
        Ok(())
    };
    let mut watch = Watch { retired: &mut retired, pause: &mut |_| true, wave: None, max_cycles: CYCLES };
    let run = machine.run(&mut watch).expect("no waves are written");
    (run, samples)
}

#[test]
fn jit_and_verilator_show_the_same_groups() {
    if !Verilator::available() {
        println!("skipped: verilator is not installed; ./setup.sh installs it");
        return;
    }
    for kernel in kernels::all().iter().filter(|k| k.name != "nbody32") {
        let ((run, samples), (other, others)) = (run(kernel, Kind::Jit), run(kernel, Kind::Verilator));
        assert!(samples.len() > 10_000, "{}: only {} groups", kernel.name, samples.len());
        let different = samples.iter().zip(&others).position(|(a, b)| a != b);
        if let Some(i) = different {
            panic!("{}: group {i}\n{:?}\n{:?}", kernel.name, samples[i], others[i]);
        }
        assert_eq!((run, samples.len()), (other, others.len()), "{}", kernel.name);
    }
}
