//! `--save-state` and `--load-state`: what a run prints that goes on, and every file that it cannot go on from.

use crate::interrupt::signal;
use crate::{Bench, DIVIDE, FOREVER, Ran};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

/// Prints what it reads, each byte twice, and what it draws and asks of the clock; ends with a status of its own.
const ECHO: &str = r#"(module
    (import "wafer" "uart_read" (func $read (result i32)))
    (import "wafer" "uart_write" (func $write (param i32)))
    (import "wafer" "leds" (func $leds (param i32)))
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func $print (param i32) (call $write (i32.add (i32.const 97) (i32.rem_u (local.get 0) (i32.const 26)))))
    (func (export "_start") (local $byte i32)
        (loop $next
            (local.set $byte (call $read))
            (if (i32.ge_s (local.get $byte) (i32.const 0)) (then
                (call $leds (i32.const 5))
                (call $write (local.get $byte)) (call $write (local.get $byte))
                (drop (call $random (i32.const 0) (i32.const 5)))
                (call $print (i32.load (i32.const 0)))
                (drop (call $time (i32.const 1) (i64.const 0) (i32.const 8)))
                (call $print (i32.div_u (i32.load (i32.const 8)) (i32.const 1000000)))
                (br $next))))
        (call $exit (i32.const 7))))"#;

/// Runs the program with standard input from a file, which it leaves where it has read to.
fn echo(bench: &Bench, input: &fs::File, options: &[&str]) -> Ran {
    let fixed = ["--seed", "1", "--clock", "fixed"];
    let args = [&fixed[..], options, &["echo.wat", "an argument"]].concat();
    Ran::of(bench.command(&args).stdin(input.try_clone().unwrap()).output().unwrap())
}

#[test]
fn what_a_program_prints_is_the_same_in_pieces() {
    let bench = Bench::new();
    bench.file("echo.wat", ECHO);
    bench.file("input", "hello");
    let input = || fs::File::open(bench.path("input")).unwrap();
    let whole = echo(&bench, &input(), &[]);
    let row = |ran: &Ran, name: &str| ran.err.lines().find(|line| line.contains(name)).unwrap().to_string();
    assert!(whole.status == 7 && whole.out.starts_with("hh") && whole.out.len() == 4 * 5, "{}{}", whole.out, whole.err);
    let (stream, mut out) = (input(), String::new());
    let mut options: Vec<String> = ["--save-state", "s"].map(String::from).into();
    for cycles in (100..).step_by(100) {
        let limit = ["--max-cycles".to_string(), cycles.to_string()];
        let options_now: Vec<&str> = options.iter().chain(&limit).map(String::as_str).collect();
        let ran = echo(&bench, &stream, &options_now);
        out += &ran.out;
        if ran.status != 3 {
            assert_eq!((ran.status, &out), (7, &whole.out), "{}", ran.err);
            let rows = |ran: &Ran| ["cycles", "instructions", "checked"].map(|name| row(ran, name));
            assert_eq!(rows(&ran), rows(&whole));
            assert!(
                ran.err.contains("there is no state for s") && !ran.err.contains("leds"),
                "lit before: {}",
                ran.err
            );
            assert!(cycles > 500, "it was cut");
            return;
        }
        assert!(ran.err.contains(&format!("--load-state s goes on from cycle {cycles}")), "{}", ran.err);
        options = ["--load-state", "s", "--save-state", "s"].map(String::from).into();
    }
}

#[test]
fn a_program_that_waits_is_saved_by_an_interrupt() {
    let bench = Bench::new();
    bench.file("echo.wat", ECHO);
    let args = ["--save-state", "s", "--seed", "1", "--clock", "fixed", "echo.wat", "an argument"];
    let command = &mut bench.command(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"he").unwrap();
    // Then it waits for more.
    let mut printed = [0; 8];
    child.stdout.as_mut().unwrap().read_exact(&mut printed).unwrap();
    signal(&child);
    let first = Ran::of(child.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!((first.status, first.out.as_str()), (3, ""), "{}", first.err);
    assert!(first.err.contains("--load-state s goes on"), "{}", first.err);
    bench.file("rest", "llo");
    let rest = fs::File::open(bench.path("rest")).unwrap();
    let second = echo(&bench, &rest, &["--load-state", "s"]);
    bench.file("input", "hello");
    let whole = echo(&bench, &fs::File::open(bench.path("input")).unwrap(), &[]);
    assert_eq!(
        (second.status, String::from_utf8_lossy(&printed) + second.out.as_str()),
        (whole.status, whole.out.into()),
        "{}",
        second.err
    );
}

/// A state of `forever.wat` after a hundred cycles.
fn saved(bench: &Bench) -> Vec<u8> {
    bench.file("forever.wat", FOREVER);
    let ran = bench.run(&["--max-cycles", "100", "--save-state", "s", "forever.wat"]);
    assert_eq!(ran.status, 3, "{}{}", ran.out, ran.err);
    fs::read(bench.path("s")).unwrap()
}

#[test]
fn what_is_no_state_of_this_run_is_refused() {
    let bench = Bench::new();
    let good = saved(&bench);
    let refused =
        |args: &[&str], part: &str| bench.run(&[&["--load-state", "s", "forever.wat"], args].concat()).refused(&[part]);
    let (first, last) = (good.len() / 2, good.len() - 1);
    for (bytes, part) in [
        (b"".to_vec(), "s: is no state of a run"),
        (FOREVER.into(), "s: is no state of a run"),
        (good[..8].into(), "s: is damaged or not whole"),
        (good[..last].into(), "s: is damaged or not whole"),
        ([&good[..first], &[good[first] ^ 1], &good[first + 1..]].concat(), "s: is damaged or not whole"),
        ([&good[..], b"x"].concat(), "s: is damaged or not whole"),
        ([&good[..8], &[9], &good[9..]].concat(), "s: has version 9 of the state, and this is for version 1"),
    ] {
        bench.file("s", &bytes);
        refused(&[], part);
        assert_eq!(fs::read(bench.path("s")).unwrap(), bytes);
    }
    bench.file("s", &good);
    refused(&["--plan", "icebreaker"], "it is of a core of the plan sim-large: give --plan sim-large");
    refused(&["--engine", "rust-hdl"], "give --engine jit");
    refused(&["--profile", "-"], "--profile needs the whole run");
    refused(&["--check"], "cannot be used with");
    refused(&["--vcd", "s"], "s is the state to go on from");
    bench.run(&["--load-state", "none", "forever.wat"]).refused(&["none: cannot be read"]);
    bench.wat(DIVIDE, &["--load-state", "s"]).refused(&["it is of another module"]);
    let other = FOREVER.replace("(func (export", "(func (export \"other\") (param i32)) (func (export");
    bench.wat(&other, &["other", "1", "--max-cycles", "1", "--save-state", "s"]);
    bench
        .wat(&other, &["other", "2", "--load-state", "s"])
        .refused(&["it is of another function or of other arguments"]);
    bench
        .wat(&other, &["other", "1", "--load-state", "s", "--save-state", "module.wat"])
        .refused(&["the module itself"]);
    bench.wat(&other, &["other", "1", "--max-cycles", "1", "--save-state", "s", "--no-check"]);
    bench.wat(&other, &["other", "1", "--load-state", "s"]).refused(&["it was saved with --no-check"]);
    assert_eq!(bench.wat(&other, &["other", "1", "--load-state", "s", "--no-check"]).status, 0);
}

#[test]
fn a_program_with_open_files_has_no_state() {
    let bench = Bench::new();
    let opens = r#"(module
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 0) "file")
        (func (export "_start")
            (if (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 1) (i64.const 2)
                (i64.const 0) (i32.const 0) (i32.const 8)) (then unreachable))
            (loop (br 0))))"#;
    bench.file("opens.wat", opens);
    bench.file("s", "what was there");
    let ran = bench.run(&["--dir", ".::/", "--max-cycles", "1000", "--save-state", "s", "opens.wat"]);
    ran.refused(&["no state was written to s", "files or directories open"]);
    assert_eq!(fs::read_to_string(bench.path("s")).unwrap(), "what was there");
}

#[test]
fn a_state_goes_on_with_a_trace_and_with_waves() {
    let bench = Bench::new();
    saved(&bench);
    let ran =
        bench.run(&["--load-state", "s", "--max-cycles", "110", "--trace", "--vcd", "w.vcd", "--json", "forever.wat"]);
    let object: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.status, &object["cycles"]), (3, &110.into()), "{object}");
    let times = ran.err.lines().filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    assert!(times.clone().count() > 0 && times.clone().all(|cycle| (101..=110).contains(&cycle)), "{}", ran.err);
    assert!(fs::read_to_string(bench.path("w.vcd")).unwrap().contains("\n#1010\n"));
}
