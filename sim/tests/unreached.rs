//! Programs as toolchains make them: what is never reached does not matter, and what is reached is named.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}

fn simulate(file: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    let Output { status, stdout, stderr } = command.arg(file).args(arguments).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { status: status.code(), out: text(stdout), err: text(stderr) }
}

fn run(text: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("module.wat");
    std::fs::write(&file, text).expect("a file");
    simulate(&file, arguments)
}

/// As AssemblyScript has it.
const ABORT: &str = r#"(module (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
    (func $check (param i32) (if (i32.lt_s (local.get 0) (i32.const 0))
        (then (call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) unreachable)))
    (func (export "double") (param i32) (result i32) (call $check (local.get 0)) (i32.mul (local.get 0) (i32.const 2))))"#;

#[test]
fn an_import_that_is_never_called_is_a_note() {
    let ran = run(ABORT, &["double", "4"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("double(4) = 8 : i32\n"), "{}", ran.out);
    assert_eq!(ran.err, "note: nothing provides the function `abort` of `env`: a call that gets there ends\n");
    let strict = run(ABORT, &["--strict", "double", "4"]);
    assert_eq!((strict.status, strict.out.as_str()), (Some(1), ""), "{}", strict.err);
}

#[test]
fn an_import_that_is_called_ends_the_run_and_is_named() {
    for check in [&[][..], &["--no-check"]] {
        let ran = run(ABORT, &[&["--json", "double", "-1"][..], check].concat());
        let object = ran.json();
        assert_eq!((ran.status, &object["outcome"]), (Some(3), &"exhausted".into()), "{}", ran.out);
        assert_eq!(object["trap"], "the function `abort` is imported from `env`, and nothing provides it");
        assert_eq!(object["function"], "check");
        let code = wat_bytes(ABORT);
        assert_eq!(code[object["offset"].as_u64().expect("a place") as usize..][..2], [0x10, 0], "call 0");
    }
}

fn wat_bytes(text: &str) -> Vec<u8> {
    let module = firmware_loader::parse_text(text).unwrap_or_else(|e| panic!("{e}"));
    [vec![0; module.code_offset as usize], module.code].concat()
}

/// In lock-step: the model stops there, too.
#[test]
fn an_instruction_without_room_for_its_millicode_ends_the_run_where_it_is_reached() {
    let text = |filler: usize| {
        let add = r#"(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))"#;
        let div = r#"(func $div (export "div") (param f64 f64) (result f64) (f64.div (local.get 1) (local.get 0)))"#;
        let grow = "(func (drop (memory.grow (i32.const 0))))";
        format!("(module (memory 1) {add} {div} {grow} (func {}))", "nop ".repeat(filler))
    };
    for (plan, filler) in [("icebreaker", 65_300), ("alchitry-cu", 1800)] {
        let crowded = text(filler);
        let ran = run(&crowded, &["--plan", plan, "add", "1", "2"]);
        assert_eq!(ran.status, Some(0), "{plan}: {}", ran.err);
        assert!(ran.out.starts_with("add(1, 2) = 3 : i32\n"), "{plan}: {}", ran.out);
        assert!(
            ran.err.contains("1 function uses `f64.div`, first in function `div`") && ran.err.contains("do not fit"),
            "{}",
            ran.err
        );
        let ran = run(&crowded, &["--plan", plan, "div", "1", "2", "--json"]);
        let object = ran.json();
        assert_eq!((ran.status, &object["outcome"]), (Some(3), &"exhausted".into()), "{plan}: {}", ran.out);
        let trap = object["trap"].as_str().expect("a text");
        assert!(trap.starts_with("this core executes `f64.div` by millicode"), "{trap}");
        assert_eq!((&object["function"], object["checked"].is_u64()), (&"div".into(), true));
        assert_eq!(run(&crowded, &["--plan", plan, "--strict", "add"]).status, Some(1));
        let ran = run(&text(0), &["--plan", plan, "--strict", "div", "1", "2"]);
        assert!(ran.out.starts_with("div(1, 2) = 2 (0x4000000000000000) : f64\n"), "{plan}: {}{}", ran.out, ran.err);
    }
}

/// Whatever the library does then.
#[test]
fn a_limit_within_millicode_is_met_at_its_instruction() {
    const DIV: &str = r#"(module (func $div (export "div") (param f64 f64) (result f64)
        (f64.div (local.get 0) (local.get 1))))"#;
    for cycles in [60, 61, 200, 1000] {
        let ran = run(DIV, &["--plan", "icebreaker", "--json", "--max-cycles", &cycles.to_string(), "div", "1", "3"]);
        let object = ran.json();
        assert_eq!((ran.status, &object["trap"]), (Some(3), &"cycle limit reached".into()), "{cycles}: {}", ran.out);
        assert_eq!(object["checked"], 2, "{cycles}: {}", ran.out);
        let offset = object["offset"].as_u64().expect("a place");
        assert_eq!(wat_bytes(DIV)[offset as usize], 0xa3, "f64.div");
        assert_eq!(object["backtrace"].as_array().map(Vec::len), Some(1), "{}", ran.out);
    }
}

/// As whoever instantiates a module in a browser would make them.
#[test]
fn memories_tables_and_globals_that_nobody_provides_begin_empty() {
    const IMPORTS: &str = r#"(module (import "env" "memory" (memory 2)) (import "env" "table" (table 3 funcref))
        (import "env" "base" (global $base i32)) (data (global.get $base) "\2a")
        (func (export "f") (result i32)
            (i32.add (i32.load8_u (i32.const 0)) (i32.add (memory.size) (i32.mul (table.size 0) (i32.const 100))))))"#;
    let ran = run(IMPORTS, &["f"]);
    assert_eq!((ran.status, ran.out.lines().next()), (Some(0), Some("f() = 344 : i32")), "{}{}", ran.out, ran.err);
    for part in
        ["the memory `memory` of `env`", "the table `table` of `env`", "the global `base` of `env`: it begins as 0"]
    {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    assert_eq!(run(IMPORTS, &["--strict", "f"]).status, Some(1));
}

/// A trap in the innermost of several functions, one of them called indirectly.
const CHAIN: &str = r#"(module (table 1 funcref) (elem (i32.const 0) $b) (type $t (func (param i32)))
    (func $a (param i32) (i32.const 5) (if (local.get 0) (then unreachable)) drop)
    (func $b (param i32) (call $a (i32.const 0)) (call $a (local.get 0)))
    (func $c (export "c") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0))))"#;

#[test]
fn a_trap_shows_who_called_whom() {
    let ran = run(CHAIN, &["c", "1"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.status, lines[0]), (Some(2), "c(1) trapped: unreachable"), "{}", ran.out);
    let starts = ["  at            a, byte ", "  from          b, byte ", "  from          c, byte ", "  cycles"];
    for (line, start) in lines[1..].iter().zip(starts) {
        assert!(line.starts_with(start), "{}", ran.out);
    }
    let object = run(CHAIN, &["c", "1", "--json"]).json();
    let code = wat_bytes(CHAIN);
    let places = object["backtrace"].as_array().expect("an array").iter().map(|call| {
        let offset = call["offset"].as_u64().expect("an offset") as usize;
        (call["function"].as_str().expect("a name"), code[offset])
    });
    assert_eq!(places.collect::<Vec<_>>(), [("a", 0x00), ("b", 0x10), ("c", 0x11)]);
    let fine = run(CHAIN, &["c", "0", "--json"]).json();
    assert_eq!(fine["backtrace"], serde_json::json!([]));
}

/// The lines of a program in C, as they stand in its text.
#[test]
fn a_trap_shows_source_lines() {
    const FOLD: &str = "int step(int x) {\n    if (x > 1)\n        __builtin_trap();\n    return step(x + 1) + 1;\n}\n\
        int run(void) {\n    return step(0);\n}\n";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("fold.c"), FOLD).expect("a file");
    let mut clang = Command::new("clang");
    clang.args([
        "--target=wasm32",
        "-g",
        "-O0",
        "-nostdlib",
        "-Wl,--no-entry",
        "-Wl,--export=run",
        "-o",
        "fold.wasm",
        "fold.c",
    ]);
    if !clang.current_dir(folder.path()).status().is_ok_and(|status| status.success()) {
        println!("skipped: clang cannot link for wasm32 (Debian: clang lld)");
        return;
    }
    let ran = simulate(&folder.path().join("fold.wasm"), &["run", "--json"]);
    let object = ran.json();
    assert_eq!((ran.status, &object["trap"]), (Some(2), &"unreachable".into()), "{}", ran.out);
    let lines = object["backtrace"].as_array().expect("an array").iter().map(|call| {
        let file = Path::new(call["file"].as_str().unwrap_or_default());
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (call["function"].as_str().unwrap_or_default(), name, call["line"].as_u64())
    });
    let expected = [("step", 3), ("step", 4), ("step", 4), ("run", 7)];
    let expected = expected.map(|(function, line)| (function, "fold.c".to_string(), Some(line)));
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}
