//! The fewest and the most cycles that the loader states of functions whose loops count, against the core.

use boards::SIM_LARGE;
use firmware_loader::inspect::{Cycles, Inspection};
use isa::module::Module;
use isa::types::Value;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sim::select::Kind;
use sim::session::{Ending, Settings};
use tests::calls::i32;
use tests::program::Program;
use tests::setting::setting;
use tests::smith;

/// The exported functions of a module that have bounds, with these.
fn bounded(bytes: &[u8]) -> Vec<(String, u32, Cycles)> {
    let (inspection, _) = Inspection::new(bytes, boards::PLANS);
    let contents = inspection.module.expect("is accepted");
    let cycles = |index| contents.functions.iter().find(|function| function.index == index)?.cycles;
    contents.entries.iter().filter_map(|e| Some((e.name.clone(), e.index, cycles(e.index)?))).collect()
}

/// How long a call takes that returns.
fn measured(program: &Program<'_>, function: u32, args: &[Value]) -> Option<u64> {
    let mut settings = Settings { check: false, max_cycles: 100_000, ..Settings::checked() };
    let report = program.call(Kind::Jit, function, args, &mut settings).expect("runs");
    matches!(report.ending, Ending::Returned(_)).then_some(report.cycles)
}

/// Calls with the argument 0 take the fewest or the most cycles, as is said, and those with 1 the others.
const EXACT: &[(&str, &str)] = &[
    ("best worst", "(func (export \"f\") (param i32))"),
    ("best worst", "(func (export \"f\") (param i32) (local i32 i64 f32 f64))"),
    ("best worst", "(func (export \"f\") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))"),
    ("best worst", "(func (export \"f\") (param i32) (result i32 i32) (local.get 0) (local.get 0))"),
    ("best worst", "(func (export \"f\") (param i32) (result i64) (i64.add (i64.const 1) (i64.const 2)))"),
    ("best worst", "(func $g (param i32) (local i32 i32)) (func (export \"f\") (param i32) (call $g (local.get 0)))"),
    ("worst best", "(func (export \"f\") (param i32) (if (local.get 0) (then nop nop nop) (else)))"),
    ("best worst", "(func (export \"f\") (param i32) (block (br_if 0 (local.get 0))))"),
    ("best worst", "(func (export \"f\") (param i32) (i32.const 1) (block (br_if 0 (local.get 0))) drop)"),
    ("worst best", "(func (export \"f\") (param i32) (br_if 0 (local.get 0)))"),
    ("best worst", "(func (export \"f\") (param i32) (result i32) (br_if 0 (i32.const 7) (local.get 0)))"),
    ("best worst", "(func (export \"f\") (param i32) (block (block (br_table 1 0 (local.get 0))) nop))"),
    ("best worst", "(func $g (param i32)) (func (export \"f\") (param i32) (return_call $g (local.get 0)))"),
    (
        "best worst",
        "(type $t (func (param i32))) (table 1 1 funcref) (elem (i32.const 0) func $g) (func $g (type $t))
            (func (export \"f\") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))",
    ),
];

#[test]
fn extremes_are_reached_where_nothing_comes_on_top() {
    for (which, text) in EXACT {
        let bytes = wat::parse_str(format!("(module {text})")).unwrap_or_else(|e| panic!("{e}: {text}"));
        let module = firmware_loader::parse(&bytes).expect("is valid");
        let program = Program::new(&module, &SIM_LARGE).expect("fits");
        let [(_, function, Cycles { best, worst })] = bounded(&bytes)[..] else { panic!("no bounds: {text}") };
        let times = [0, 1].map(|argument| measured(&program, function, &[i32(argument)]).expect("returns"));
        let expected = if *which == "best worst" { [best, worst] } else { [worst, best] };
        assert_eq!(times, expected, "{text}");
    }
    assert_eq!(EXACT.len(), 14);
}

/// Loops that are passed as often as they say: functions with the argument 0, and whether both bounds are the same, as
/// where no `local.tee` may cost a cycle more.
const COUNTED: &[(bool, &str)] = &[
    (
        true,
        "(local i32) (local.set 1 (i32.const -3)) (block (loop nop
        (local.set 1 (i32.add (local.get 1) (i32.const 2))) (br_if 0 (i32.ne (local.get 1) (i32.const 5)))))",
    ),
    (
        true,
        "(local i32) (loop (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.gt_s (local.get 1) (i32.const 5))))",
    ),
    (
        false,
        "(local i32) (loop (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 20))))",
    ),
    (
        false,
        "(local i32) (local.set 1 (i32.const 7))
        (loop nop nop nop nop nop (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))",
    ),
    // In each other, and one behind another.
    (
        true,
        "(local i32 i32)
        (loop (local.set 2 (i32.const 0))
            (loop (local.set 0 (i32.add (local.get 0) (i32.const 3)))
                (local.set 2 (i32.add (local.get 2) (i32.const 1)))
                (br_if 0 (i32.le_u (local.get 2) (i32.const 4))))
            nop nop
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if 0 (i32.ne (local.get 1) (i32.const 6))))
        (local.set 2 (i32.const 9))
        (loop (local.set 2 (i32.add (local.get 2) (i32.const -3))) (br_if 0 (local.get 2)))",
    ),
    // A way through each pass that is longer, and one out.
    (
        false,
        "(local i32) (loop
        (if (i32.and (local.get 1) (i32.const 1)) (then nop nop nop nop nop nop nop nop nop) (else))
        (br_if 0 (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 9))))",
    ),
    (
        false,
        "(local i32) (block (loop
        (br_if 1 (i32.eq (local.get 1) (i32.const 4)))
        (br_if 0 (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 9)))))",
    ),
    (
        false,
        "(local i32) (loop
        (if (i32.eq (local.get 1) (i32.const 3)) (then (return)))
        (br_if 0 (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 9))))",
    ),
];

#[test]
fn loops_that_count_have_bounds() {
    for &(exact, body) in COUNTED {
        let text = format!("(module (func (export \"f\") (param i32) {body}))");
        let bytes = wat::parse_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        let module = firmware_loader::parse(&bytes).expect("is valid");
        let program = Program::new(&module, &SIM_LARGE).expect("fits");
        let [(_, function, Cycles { best, worst })] = bounded(&bytes)[..] else { panic!("no bounds: {text}") };
        let cycles = measured(&program, function, &[i32(0)]).expect("returns");
        assert!((best..=worst).contains(&cycles), "{cycles}, not {best} to {worst}: {text}");
        assert_eq!(best == worst, exact, "{best} to {worst}: {text}");
    }
}

#[test]
fn what_nothing_bounds_has_no_bounds() {
    for text in [
        "(func (export \"f\") (loop (br_if 0 (i32.const 0))))",
        // Of an argument; written twice; in a pass of another loop; two ways back; from within another loop; endless.
        "(func (export \"f\") (param i32) (loop (br_if 0 (local.tee 0 (i32.add (local.get 0) (i32.const 1))))))",
        "(func (export \"f\") (local i32) (loop (local.set 0 (i32.const 1))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))",
        "(func (export \"f\") (local i32 i32) (loop
            (loop (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 2))) (i32.const 4))))
            (br_if 0 (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 4)))))",
        "(func (export \"f\") (param i32) (local i32) (loop (br_if 0 (local.get 0))
            (br_if 0 (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 4)))))",
        "(func (export \"f\") (param i32) (local i32) (loop (loop
            (br_if 1 (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 4)))
            (br_if 0 (local.get 0)))))",
        "(func (export \"f\") (local i32) (if (i32.const 0) (then (local.set 0 (i32.const 5))))
            (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))",
        "(func (export \"f\") (local i32) (loop
            (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 2))) (i32.const 5)))))",
        "(func $f (export \"f\") (call $f))",
        "(func $f (export \"f\") (return_call $f))",
        "(func (export \"f\") unreachable)",
        "(import \"a\" \"b\" (func $g)) (func (export \"f\") (call $g))",
        "(memory 1) (func (export \"f\") (memory.fill (i32.const 1) (i32.const 1) (i32.const 1)))",
    ] {
        let bytes = wat::parse_str(format!("(module {text})")).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(bounded(&bytes).len(), 0, "{text}");
    }
}

#[test]
fn random_functions_take_no_fewer_and_no_more_cycles() {
    let (first, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 60));
    let (mut calls, mut exact) = (0, 0);
    for seed in first..first + count {
        let bytes = smith::short_functions(seed);
        let module = firmware_loader::parse(&bytes).expect("is valid");
        // A start function need not end.
        let module = Module { start: None, ..module };
        let Ok(program) = Program::new(&module, &SIM_LARGE) else { continue };
        let mut rng = StdRng::seed_from_u64(seed);
        for (name, function, Cycles { best, worst }) in bounded(&bytes) {
            let types = &module.function_type(function).expect("has a type").params;
            for args in (0..3).map(|_| smith::args(&mut rng, types)) {
                let Some(cycles) = measured(&program, function, &args) else { continue };
                assert!((best..=worst).contains(&cycles), "seed {seed}, {name}: {cycles}, not {best} to {worst}");
                calls += 1;
                exact += u32::from(cycles == best || cycles == worst);
            }
        }
    }
    println!("{calls} calls, {exact} of them at a bound");
    assert!(count < 60 || calls > 150 && exact > 50, "{calls} calls, {exact}");
}
