//! The engines show the same hardware: cycles, retired groups, and every named signal in every cycle.
//!
//! A million cycles of every kernel, about five minutes:
//! `cargo test --release -p tests --test hardware -- engines --ignored --nocapture`.

use boards::SIM_LARGE;
use firmware_loader::interrupt::Interrupt;
use sim::engine::verilator::Verilator;
use sim::engine::{Engine, Sample};
use sim::machine::{Limits, Machine, Run};
use sim::observe::{Groups, Observers};
use sim::select::{Kind, open};
use std::collections::HashMap;
use std::io::Write;
use tests::kernels::{self, Kernel};

/// Whether there is something to compare with; says so if the test is skipped.
fn comparable() -> bool {
    let found = Verilator::available();
    if !found {
        // not through `println!`, which says nothing for tests that pass
        let _ = writeln!(std::io::stderr(), "skipped: verilator is not installed; ./setup.sh installs it");
    }
    found
}

/// A core with a kernel in its memories; `None` if the core does not execute it.
fn load(kernel: &Kernel, kind: Kind, waves: bool) -> Option<Machine<'_>> {
    let module = &kernel.module;
    let image = firmware_loader::image(module, &sim::load::target(&SIM_LARGE)).ok()?;
    let engine = open(kind, &SIM_LARGE, waves).expect("is there");
    Some(Machine::new(engine, module, &image, &SIM_LARGE).expect("the code is valid"))
}

fn start(machine: &mut Machine<'_>, kernel: &Kernel) {
    machine.start(kernel.module.exported_function("run").expect("kernels export `run`"), &[kernel.argument]);
}

/// A run of at most so many cycles, and every group it retired.
fn run(kernel: &Kernel, kind: Kind, max_cycles: u64) -> Option<(Run, Vec<Sample>)> {
    let mut machine = load(kernel, kind, false)?;
    start(&mut machine, kernel);
    let mut samples = Vec::new();
    let mut groups = Groups(|sample: &Sample| {
        samples.push(*sample);
        Ok(())
    });
    let limits = Limits { max_cycles, interrupt: &Interrupt::default() };
    let run = machine.run(&mut Observers::new(vec![&mut groups]), &limits).expect("nothing is written");
    Some((run, samples))
}

#[test]
fn jit_and_verilator_show_the_same_groups() {
    if !comparable() {
        return;
    }
    let mut count = 0;
    for kernel in kernels::all() {
        let Some((one, samples)) = run(&kernel, Kind::Jit, 100_000) else { continue };
        let (other, others) = run(&kernel, Kind::Verilator, 100_000).expect("as above");
        assert!(samples.len() > 10_000, "{}: only {} groups", kernel.name, samples.len());
        if let Some(i) = samples.iter().zip(&others).position(|(a, b)| a != b) {
            panic!("{}: group {i}\n{:?}\n{:?}", kernel.name, samples[i], others[i]);
        }
        assert_eq!((one, samples.len()), (other, others.len()), "{}", kernel.name);
        count += 1;
    }
    assert!(count >= 6, "only {count} kernels run");
}

/// A signal that two engines know.
struct Common {
    name: String,
    words: usize,
    /// Where its words begin in what each engine shows.
    at: [usize; 2],
}

/// The signals by their full names, with the places of their words.
fn places(engine: &dyn Engine) -> HashMap<String, (usize, usize)> {
    let mut end = 0;
    let place = |signal: &sim::engine::Signal| {
        let name = signal.scope.iter().chain([&signal.name]).map(String::as_str).collect::<Vec<_>>().join(".");
        end += signal.words();
        (name, (end - signal.words(), signal.words()))
    };
    engine.signals().iter().map(place).collect()
}

fn common(one: &dyn Engine, other: &dyn Engine) -> Vec<Common> {
    let others = places(other);
    let both = places(one).into_iter().filter_map(|(name, (at, words))| {
        // the clock has its value before the edge in one engine, and behind it in the other
        let (there, same) = *others.get(&name).filter(|_| !name.ends_with("clock"))?;
        assert_eq!(words, same, "width of {name}");
        Some(Common { name, words, at: [at, there] })
    });
    both.collect()
}

/// Until the first group arrives, stages A and D hold what was fetched last, after the code was resolved; the engines
/// differ in how many idle cycles follow.
const EMPTY: u64 = 100;

/// Compares every signal in so many cycles, over as many calls as they take; returns how many signals.
fn compare_signals(kernel: &Kernel, cycles: u64) -> Option<usize> {
    let mut machines = [load(kernel, Kind::Jit, true)?, load(kernel, Kind::Verilator, true)?];
    let signals = {
        let [one, other] = &mut machines;
        common(one.engine(), other.engine())
    };
    let (mut values, mut samples) = ([Vec::new(), Vec::new()], [Vec::with_capacity(2), Vec::with_capacity(2)]);
    for cycle in 0..cycles {
        for (i, machine) in machines.iter_mut().enumerate() {
            if !machine.engine().status().running {
                start(machine, kernel);
            }
            machine.engine().peek(&mut values[i]);
            samples[i].clear();
            assert_eq!(machine.engine().run(1, &mut samples[i]), 1);
        }
        let compared = if cycle < EMPTY { &signals[..0] } else { &signals[..] };
        for Common { name, words, at } in compared {
            let [one, other] = [0, 1].map(|i| &values[i][at[i]..at[i] + words]);
            assert!(one == other, "{}: cycle {cycle}, {name}: {one:x?} and {other:x?}", kernel.name);
        }
        assert_eq!(samples[0], samples[1], "{}: cycle {cycle}", kernel.name);
    }
    Some(signals.len())
}

fn compare_kernels(cycles: u64) {
    if !comparable() {
        return;
    }
    let mut count = 0;
    for kernel in kernels::all() {
        match compare_signals(&kernel, cycles) {
            Some(signals) => {
                assert!(signals > 1000, "only {signals} signals to compare");
                println!("{}: {cycles} cycles, {signals} signals, 0 differences", kernel.name);
                count += 1;
            }
            None => println!("{}: the core does not execute it", kernel.name),
        }
    }
    assert!(count >= 6, "only {count} kernels run");
}

#[test]
fn every_signal_is_verilators() {
    compare_kernels(3000);
}

#[test]
#[ignore = "minutes"]
fn every_signal_is_verilators_for_a_million_cycles() {
    compare_kernels(1_000_000);
}
