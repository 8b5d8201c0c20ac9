//! Ctrl-C and the limit of time, in everything that takes time.

use crate::{Bench, FOREVER};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the word "soon" means.
const SOON: Duration = Duration::from_secs(1);

/// Waits for a byte of standard input; for half a minute; for either; and does not wait.
const WAITS: &[(&str, &str)] = &[
    (
        "read",
        r#"(module (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (i32.store (i32.const 4) (i32.const 16))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))))"#,
    ),
    (
        "uart_read",
        r#"(module (import "wafer" "uart_read" (func $read (result i32))) (func (export "run") (drop (call $read))))"#,
    ),
    (
        "timer",
        r#"(module (import "wafer" "timer" (func $timer (param i32)))
        (func (export "run") (call $timer (i32.const 30000000))))"#,
    ),
    (
        "random",
        r#"(module (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (loop (drop (call $random (i32.const 0) (i32.const 65536))) (br 0))))"#,
    ),
    ("loop", FOREVER),
];

/// A simulator whose standard input stays open.
pub fn start(bench: &Bench, name: &str, text: &str, options: &[&str]) -> Child {
    let file = bench.file(&format!("{name}.wat"), text);
    let args = [options, &["--json", file.to_str().unwrap(), "run"]].concat();
    let command = &mut bench.command(&args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub fn signal(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// Its object, if it ends soon with status 3.
fn ended(mut child: Child, name: &str) -> Value {
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begin.elapsed() > SOON => {
                child.kill().unwrap();
                panic!("{name}: it goes on");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(status.code(), Some(3), "{name}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}"))
}

/// Compiling the core takes so long at most; then the program runs.
const RUNS: Duration = Duration::from_secs(3);

#[test]
fn an_interrupt_ends_every_wait() {
    let bench = Bench::new();
    let started = WAITS.iter().map(|(name, text)| (name, start(&bench, name, text, &[])));
    let started: Vec<_> = started.collect();
    std::thread::sleep(RUNS);
    for (name, child) in started {
        signal(&child);
        let object = ended(child, name);
        assert_eq!(object["outcome"], "exhausted", "{name}: {object}");
        assert!(object.to_string().contains("interrupted"), "{name}: {object}");
    }
}

#[test]
fn the_limit_of_time_ends_every_wait() {
    let bench = Bench::new();
    let seconds = RUNS.as_secs().to_string();
    let start = |(name, text): &(&'static str, &str)| (*name, start(&bench, name, text, &["--timeout", &seconds]));
    let started: Vec<_> = WAITS.iter().map(start).collect();
    std::thread::sleep(RUNS);
    for (name, child) in started {
        let object = ended(child, name);
        assert!(object.to_string().contains("time limit reached"), "{name}: {object}");
    }
}

#[test]
fn an_interrupted_run_says_where_it_was() {
    let bench = Bench::new();
    let object = interrupted(start(&bench, "forever", FOREVER, &["--trace"]));
    assert_eq!((&object["outcome"], &object["trap"]), (&"exhausted".into(), &"interrupted".into()));
    assert!(object["function"] == "run" && object["offset"].is_u64(), "{object}");
    assert!(object["cycles"].as_u64() > Some(0) && object["checked"].as_u64() > Some(0), "{object}");
}

#[test]
fn an_interrupted_preloaded_function_is_named() {
    let bench = Bench::new();
    bench.file("lib.wat", FOREVER);
    let text = r#"(module (import "lib" "run" (func $f)) (func (export "run") nop (call $f)))"#;
    let object = interrupted(start(&bench, "caller", text, &["--trace", "--preload", "lib=lib.wat"]));
    assert_eq!((&object["outcome"], &object["trap"]), (&"exhausted".into(), &"interrupted".into()));
    assert_eq!(object["backtrace"][0]["function"], "run of lib", "{object}");
}

/// How a run that is traced ends if it is interrupted after its first instruction.
pub fn interrupted(mut child: Child) -> Value {
    let mut line = String::new();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    err.read_line(&mut line).unwrap();
    // Whoever traces waits for the reader.
    let reader = std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
    signal(&child);
    let object = ended(child, "traced");
    reader.join().unwrap().unwrap();
    object
}

#[test]
fn the_limit_of_time_covers_what_comes_before_the_run() {
    let bench = Bench::new();
    let object = ended(start(&bench, "loop", FOREVER, &["--timeout", "0"]), "compiling");
    assert_eq!(object["outcome"], "exhausted", "{object}");
    bench.run(&["--timeout", "soon", "x.wat"]).refused(&["soon", "seconds"]);
}

#[test]
fn an_output_that_is_full_is_a_wait_like_any_other() {
    let bench = Bench::new();
    let text = r#"(module (import "wafer" "uart_write" (func $write (param i32)))
        (func (export "run") (loop (call $write (i32.const 65)) (br 0))))"#;
    // Nobody reads either output: both pipes fill up.
    let child = start(&bench, "full", text, &["--trace"]);
    std::thread::sleep(RUNS);
    signal(&child);
    let begin = Instant::now();
    let mut child = child;
    while child.try_wait().unwrap().is_none() && begin.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.try_wait().unwrap();
    child.kill().unwrap();
    assert_eq!(status.and_then(|status| status.code()), Some(3));
}
