//! What of a command line is the simulator's, and what is the program's.

use crate::{Bench, add};

/// Ends with the number of its arguments, its name among them, as status; `f` takes a number.
const COUNT: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "f") (param i32) (result i32) (local.get 0))
    (func (export "_start")
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (call $exit (i32.load (i32.const 0)))))"#;

#[test]
fn of_a_program_everything_behind_the_file_is_its_own() {
    let bench = Bench::new();
    for (args, count) in [
        (&[][..], 1),
        (&["_start"], 1),
        (&["_start", "-l"], 2),
        (&["--json", "x"], 3),
        (&["-h"], 2),
        (&["--version"], 2),
        (&["--env", "X=1"], 3),
        (&["one", "two"], 3),
        (&["-e", "print(1)"], 3),
        (&["--", "f", "1"], 3),
        (&["_start", "--", "f"], 3),
        (&["--plan", "none"], 3),
    ] {
        let ran = bench.wat(COUNT, args);
        assert_eq!((ran.status, ran.out.as_str()), (count, ""), "{args:?}: {}", ran.err);
    }
}

#[test]
fn another_exported_function_can_be_called_with_options_behind_it() {
    let bench = Bench::new();
    let (status, object) = bench.json(COUNT, &["f", "-7"]);
    assert_eq!((status, &object["results"][0]["value"]), (0, &"-7".into()));
    let ran = bench.run(&["--json", &add(), "add", "2", "-3", "--plan", "alchitry-cu", "--max-cycles", "100"]);
    let object: serde_json::Value = serde_json::from_str(&ran.out).expect("one object");
    assert_eq!((&object["results"][0]["value"], &object["plan"]), (&"-1".into(), &"alchitry-cu".into()));
    bench.run(&["--jsn", &add()]).refused(&["--jsn", "--json"]);
    bench.run(&[&add(), "add", "--nothing"]).refused(&["--nothing"]);
}

#[test]
fn a_start_function_alone_is_run() {
    let bench = Bench::new();
    let text = r#"(module (memory 1) (func $s (i32.store (i32.const 0) (i32.const 1))) (start $s))"#;
    let ran = bench.wat(text, &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.starts_with("the start function s returned\n"), "{}", ran.out);
    let (status, object) = bench.json(text, &[]);
    assert_eq!((status, &object["outcome"], &object["function"]), (0, &"return".into(), &"s".into()));
    bench.wat(text, &["f"]).refused(&["no function \"f\""]);
}

#[test]
fn completions_and_manual_pages_are_those_of_the_simulator() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = bench.run(&["completions", shell]);
        assert!(script.status == 0 && script.out.contains("max-cycles"), "{shell}: {}", script.err);
    }
    assert_eq!(bench.run(&["man", "pages"]).status, 0);
    let page = std::fs::read_to_string(bench.path("pages/sim.1")).expect("is written");
    assert!(page.contains("add.wasm add 2 3") && bench.path("pages/sim-serve.1").exists(), "{page}");
}
