//! What goes to the two outputs, whoever reads them.

use crate::{Bench, FOREVER, Ran, add};
use serde_json::Value;
use std::io::Read;
use std::process::{ChildStdout, Stdio};

/// What would turn a terminal red, ring it, and turn the text around; with an `f` exported.
const NAMES: &str = r#"(module
    (func $"\1b[31mred\n\c2\9b\e2\80\ae" (export "f") (result i32) unreachable)
    (func (export "\07") nop))"#;

fn is_tame(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}'))
}

#[test]
fn names_from_files_cannot_control_a_terminal() {
    let bench = Bench::new();
    for args in [&["f"][..], &["f", "--trace"], &["f", "--json", "--trace"], &["\u{7}"], &["no\u{1b}"], &[]] {
        let ran = bench.wat(NAMES, args);
        assert!(is_tame(&ran.out) && is_tame(&ran.err), "{args:?}: {:?} {:?}", ran.out, ran.err);
        assert!(format!("{}{}", ran.out, ran.err).contains("\\u"), "{args:?}: {} {}", ran.out, ran.err);
    }
    let (_, object) = bench.json(NAMES, &["f"]);
    assert_eq!(object["function"], "\u{1b}[31mred\n\u{9b}\u{202e}", "JSON keeps the name itself");
    let returns = NAMES.replace("unreachable", "(i32.const 7)");
    bench.wat(&returns, &["f", "--vcd", "names.vcd"]);
    let dump = std::fs::read_to_string(bench.path("names.vcd")).unwrap();
    let escape: String = "\\u{1b}".bytes().map(|b| format!("{b:08b}")).collect();
    assert!(dump.contains(&escape), "waves have the escape");
}

/// The reading end is closed before anything is written.
fn nobody() -> Stdio {
    let (read, write) = std::io::pipe().expect("a pipe");
    drop(read);
    write.into()
}

#[test]
fn an_output_that_nobody_reads_changes_nothing() {
    let bench = Bench::new();
    let add = add();
    let trap = bench.file("trap.wat", r#"(module (func (export "run") unreachable))"#);
    for (args, status) in [
        (&[&add, "add", "1", "2"][..], 0),
        (&[&add, "add", "1", "2", "--json", "--trace"], 0),
        (&[trap.to_str().unwrap()], 2),
        (&["absent.wasm"], 1),
        (&["--json", "absent.wasm"], 1),
        (&["--nothing"], 1),
        (&["--help"], 0),
    ] {
        let both = bench.command(args).stdout(nobody()).stderr(nobody()).output().unwrap();
        assert_eq!(both.status.code(), Some(status), "{args:?}");
        let out = Ran::of(bench.command(args).stdout(nobody()).output().unwrap());
        assert_eq!(out.status, status, "{args:?}: {}", out.err);
        assert!(!out.err.contains("panic") && !out.err.contains("pipe"), "{args:?}: {}", out.err);
    }
}

#[test]
fn a_trace_whose_reader_goes_away_leaves_the_run_alone() {
    let bench = Bench::new();
    let file = bench.file("forever.wat", FOREVER);
    let args = ["--trace", "--max-cycles", "100000", file.to_str().unwrap()];
    let mut child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out: ChildStdout = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 64]).unwrap();
    drop(out);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.err.as_str()), (3, ""));
}

#[test]
fn json_is_one_object_for_errors_before_the_run_too() {
    let bench = Bench::new();
    let segment = r#"(module (memory 1 1) (func (export "f")) (data (i32.const 65536) "a"))"#;
    bench.file("segment.wat", segment);
    for (args, outcome, status, part) in [
        (&["--json", "segment.wat", "f"][..], "trap", 2, "data segment 0"),
        (&["segment.wat", "f", "--json"], "trap", 2, "data segment 0"),
        (&["--json", "absent.wasm"], "error", 1, "absent.wasm"),
        (&["absent.wasm", "f", "--json"], "error", 1, "absent.wasm"),
        (&["--json", &add(), "sub"], "error", 1, "sub"),
        (&["--json", "--plan", "none", &add()], "error", 1, "none"),
        (&["--json"], "error", 1, "required"),
    ] {
        let ran = bench.run(args);
        let object: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ran.out));
        assert_eq!((&object["outcome"], ran.status), (&outcome.into(), status), "{args:?}");
        assert!(object["message"].as_str().is_some_and(|text| text.contains(part)), "{args:?}: {object}");
    }
}
