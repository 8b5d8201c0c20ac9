//! Monitors print what a program did.

use crate::Bench;

/// Runs a loop of four rounds three times, of which the first calls a function; another one is never called.
const PROGRAM: &str = r#"(module (memory 1) (table 1 funcref) (elem (i32.const 0) $square) (type $t (func (param i32) (result i32)))
    (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
    (func $never (result i32) i32.const 1)
    (func $sum (param i32) (result i32) (local i32)
        (local.set 1 (i32.const 4))
        (loop $l
            (i32.store (i32.const 4096) (local.get 1))
            (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
            (br_if $l (local.get 1)))
        (if (result i32) (local.get 0)
            (then (call_indirect (type $t) (i32.const 5) (i32.const 0)))
            (else (i32.load8_u (i32.const 12)))))
    (func (export "run") (result i32)
        (i32.add (call $sum (i32.const 1)) (i32.add (call $sum (i32.const 0)) (call $sum (i32.const 0))))))"#;

/// The rows of a monitor, their words with one space between them, without offsets in the file.
fn rows(name: &str) -> Vec<String> {
    let bench = Bench::new();
    let ran = bench.wat(PROGRAM, &["--monitor", name, "run"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let table = ran.out.split("\n\n").next().unwrap();
    let words = |line: &str| {
        let words = line.split_whitespace().filter(|word| !(word.starts_with("0x") && word.ends_with(':')));
        words.collect::<Vec<_>>().join(" ")
    };
    table.lines().skip(1).map(words).collect()
}

#[test]
fn monitors_count_what_happened() {
    assert_eq!(
        rows("coverage"),
        ["4 4 100.0 square", "0 2 0.0 never", "23 23 100.0 sum", "9 9 100.0 run", "36 38 94.7 all functions"]
    );
    // Three of four rounds jump back; two of three calls go to `else`.
    assert_eq!(rows("branches"), ["9 3 75.0 sum br_if 0", "2 1 66.7 sum if (result i32)"]);
    assert_eq!(rows("loops"), ["3 12 4.0 sum loop"]);
    assert_eq!(rows("memory"), ["2 0 2 0x0 to 0xfff", "0 12 48 0x1000 to 0x1fff"]);
    assert_eq!(rows("calls"), ["3 run -> sum", "1 sum -> square", "1 the host -> run"]);
    let opcodes = rows("opcodes");
    for row in ["12 7.9 br_if", "3 2.0 loop", "1 0.7 call_indirect", "2 1.3 i32.load8_u", "12 7.9 i32.store"] {
        let (name, times) = (row.rsplit(' ').next(), row.split(' ').next());
        let found = opcodes.iter().find(|found| found.rsplit(' ').next() == name).map(|found| found.split(' ').next());
        assert_eq!(found, Some(times), "{opcodes:?}");
    }
    // All that were executed are counted, as the report says.
    let bench = Bench::new();
    let (_, object) = bench.json(PROGRAM, &["run"]);
    let all: u64 = opcodes.iter().map(|row| row.split(' ').next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(Some(all), object["instructions"].as_u64());
}

#[test]
fn monitors_are_known_by_name_and_can_be_several() {
    let bench = Bench::new();
    bench.wat(PROGRAM, &["--monitor", "stacks"]).refused(&["stacks", "coverage", "branches", "loops", "calls"]);
    let ran = bench.wat(PROGRAM, &["--monitor", "calls", "--monitor", "loops", "--json"]);
    assert!(ran.err.contains("sum -> square") && ran.err.contains(": loop"), "{}", ran.err);
    assert!(serde_json::from_str::<serde_json::Value>(&ran.out).is_ok(), "{}", ran.out);
}
