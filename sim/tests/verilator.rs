//! The Verilator engine with a small stand-in for the core. Without Verilator these tests pass, and say so.

use sim::engine::verilator::{Verilator, build};
use sim::engine::{Engine, Sample, Status};
use sim::host::{Space, Write, control};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const MILLION: u64 = 1_000_000;

/// The stand-in.
fn design() -> String {
    let registers = format!("localparam STACK_BASE = {}, START = {};", control::STACK_BASE, control::START);
    include_str!("fake.v").replacen(");\n", &format!(");\n    {registers}\n"), 1)
}

fn cache() -> PathBuf {
    build::cache_directory().unwrap()
}

fn fake(waves: bool) -> Option<Verilator> {
    if !Verilator::available() {
        // not through `eprintln!`, which says nothing for tests that pass
        let _ = writeln!(std::io::stderr(), "skipped: verilator is not installed; ./setup.sh installs it");
        return None;
    }
    Some(Verilator::new(&design(), waves, &cache()).unwrap())
}

fn start(engine: &mut dyn Engine, function: u32, slot: u64) {
    engine.write(&[
        Write::new(Space::Control, control::STACK_BASE, 3),
        Write::new(Space::Stack, 3, slot.into()),
        Write::new(Space::Control, control::START, function.into()),
    ]);
}

#[test]
fn a_call_gives_its_samples_its_cycles_and_its_result() {
    let Some(mut engine) = fake(false) else { return };
    start(&mut engine, 5, 1 << 40);
    let mut samples = Vec::with_capacity(3);
    assert_eq!(engine.run(MILLION, &mut samples), 3, "stops when the buffer is full");
    assert!(engine.status().running);
    let mut rest = Vec::with_capacity(100);
    assert_eq!(engine.run(MILLION, &mut rest), 3);
    assert_eq!(engine.status(), Status { stop_pc: 7, running: false, stop: 0 });
    samples.append(&mut rest);
    let seen: Vec<_> = samples.iter().map(|s| (s.cycle, s.pc, s.value, s.slot, s.height)).collect();
    assert_eq!(seen, (0..5).map(|i| (i + 1, i as u32, (1 << 40) + i + 1, 3, 4)).collect::<Vec<_>>());
    assert!(samples.iter().all(|s: &Sample| s.push && s.write && !s.memory && !s.store));
    let mut slots = [0; 3];
    engine.read(Space::Stack, 2, &mut slots);
    assert_eq!(slots, [0, (1 << 40) + 5, 0]);
}

#[test]
fn a_stop_shows_in_the_status() {
    let Some(mut engine) = fake(false) else { return };
    start(&mut engine, 99, 0);
    assert_eq!(engine.run(MILLION, &mut Vec::with_capacity(1)), 1);
    assert_eq!(engine.status(), Status { stop_pc: 7, running: false, stop: 0x11 });
}

#[test]
fn memory_is_written_and_read_in_bulk() {
    let Some(mut engine) = fake(false) else { return };
    let writes: Vec<_> = (0..1000).map(|i| Write::new(Space::Memory, i * 7, u128::from(i) + 1)).collect();
    engine.write(&writes);
    let mut words = vec![0; 7000];
    engine.read(Space::Memory, 0, &mut words);
    for (i, &word) in words.iter().enumerate() {
        assert_eq!(word, if i % 7 == 0 { i as u64 / 7 + 1 } else { 0 });
    }
}

#[test]
fn waves_show_inner_signals() {
    let Some(mut engine) = fake(true) else { return };
    start(&mut engine, 5, 0x1_2345_6789);
    engine.run(2, &mut Vec::with_capacity(10));
    let mut words = Vec::new();
    engine.peek(&mut words);
    let value = |name: &str| {
        let at = engine.signals().iter().position(|s| s.name == name && s.scope.is_empty()).unwrap();
        let before: usize = engine.signals()[..at].iter().map(|s| s.words()).sum();
        words[before..before + engine.signals()[at].words()].to_vec()
    };
    assert_eq!(value("left"), [3]);
    assert_eq!(value("pc"), [2]);
    assert_eq!(value("ret_value"), [0x2345_678c, 1]);
    assert_eq!(value("running"), [1]);
}

#[test]
fn a_design_is_compiled_once_also_when_several_ask() {
    if fake(false).is_none() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let design = design().replace("8'h6a", "8'h6b");
    let ask = || build::library(&design, false, directory.path()).unwrap();
    let paths: Vec<PathBuf> = std::thread::scope(|s| {
        let threads: Vec<_> = (0..3).map(|_| s.spawn(ask)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let time = |p: &Path| p.metadata().unwrap().modified().unwrap();
    let first = time(&paths[0]);
    assert!(paths.iter().all(|p| p == &paths[0]));
    assert_eq!(time(&ask()), first);
    assert_ne!(build::library(&self::design(), false, &cache()).unwrap(), paths[0]);
}

#[test]
fn a_design_that_is_wrong_gives_verilators_message() {
    if fake(false).is_none() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let error = build::library("module wafer(input clock); nonsense endmodule", false, directory.path()).unwrap_err();
    assert!(error.to_string().contains("syntax error"), "{error}");
}

#[test]
fn a_design_is_compiled_for_a_path_with_a_space() {
    if fake(false).is_none() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let mut engine = Verilator::new(&design(), false, &place.path().join("a b (c)")).unwrap();
    start(&mut engine, 99, 0);
    assert_eq!(engine.run(MILLION, &mut Vec::with_capacity(1)), 1);
}
