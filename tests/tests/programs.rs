//! The programs of this crate as people meet them.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const SPEC: &str = env!("CARGO_BIN_EXE_spec");
const SOAK: &str = env!("CARGO_BIN_EXE_soak");
const BENCH: &str = env!("CARGO_BIN_EXE_bench");
const FLOAT: &str = env!("CARGO_BIN_EXE_float");
const DIFFERENTIAL: &str = env!("CARGO_BIN_EXE_differential");

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A program in a folder: exit status, and what it has printed to both outputs.
fn run(program: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } =
        Command::new(program).args(arguments).current_dir(folder).output().expect("it starts");
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

#[test]
fn an_output_that_nobody_reads_is_no_panic() {
    let folder = folder();
    std::fs::write(folder.path().join("a.wast"), "(module)").expect("a file");
    let nobody = || -> Stdio {
        let (read, write) = std::io::pipe().expect("a pipe");
        drop(read);
        write.into()
    };
    for (program, arguments) in [
        (SPEC, &["--path", "a.wast"][..]),
        (SPEC, &["--json", "--path", "a.wast"]),
        (SOAK, &["--only", "damaged", "--seed", "1", "--count", "1"]),
        (DIFFERENTIAL, &["--seed", "1", "--count", "1"]),
        (FLOAT, &["--op", "f32.neg", "--operands", "special"]),
        (BENCH, &["--plan", "none"]),
    ] {
        let command = &mut Command::new(program);
        let both = command.args(arguments).current_dir(folder.path()).stdout(nobody()).stderr(nobody());
        let expected = if arguments == ["--plan", "none"] { 1 } else { 0 };
        let status = both.status().expect("it starts");
        assert_eq!(status.code(), Some(expected), "{program} {arguments:?}");
    }
}

#[test]
fn scripts_that_cannot_be_read_are_no_success() {
    let folder = folder();
    std::fs::write(folder.path().join("a.wast"), "(of_tomorrow").expect("a file");
    let (status, said) = run(SPEC, folder.path(), &["--path", "."]);
    assert!(status == Some(2) && said.contains("nothing was run"), "{said}");
    std::fs::write(folder.path().join("b.wast"), "(module)").expect("a file");
    assert_eq!(run(SPEC, folder.path(), &["--path", "."]).0, Some(0), "one is read");
}

const WRONG: &str = r#"(module (func (export "forever") (loop (br 0))) (func (export "end") unreachable)
    (func (export "one") (result i32 f32) (i32.const 1) (f32.const 1.5)))
(invoke "forever")
(assert_return (invoke "one") (i32.const -2) (f32.const nan:canonical))
(assert_return (invoke "end"))
(invoke "one" (i64.const 7))
"#;

/// As the scripts have them, and not as this program does.
const FAILED: [&str; 4] = [
    "failed: a.wast:3: expected a return, got no end of the call within --limit",
    "failed: a.wast:4: expected (-2 : i32, the canonical NaN : f32), got (1 : i32, 1.5 (0x3fc00000) : f32)",
    "failed: a.wast:5: expected a return, got \"unreachable\"",
    "failed: a.wast:6: no function \"one\" that takes (7 : i64)",
];

#[test]
fn a_call_without_end_and_wrong_results_are_told_in_words() {
    let folder = folder();
    std::fs::write(folder.path().join("a.wast"), WRONG).expect("a file");
    for on in ["model", "rtl"] {
        let (status, said) = run(SPEC, folder.path(), &["--path", "a.wast", "--limit", "100000", "--on", on]);
        let failed: Vec<_> = said.lines().filter(|line| line.starts_with("failed: ")).collect();
        assert_eq!((status, failed), (Some(1), FAILED.to_vec()), "{said}");
    }
}

#[test]
fn soak_adds_to_its_own_logs_alone() {
    let folder = folder();
    let log = folder.path().join("log.json");
    let arguments = |seed| ["--only", "damaged", "--count", "1", "--log", "log.json", "--seed", seed];
    assert_eq!(run(SOAK, folder.path(), &arguments("1")).0, Some(0));
    assert_eq!(run(SOAK, folder.path(), &arguments("2")).0, Some(0));
    assert_eq!(std::fs::read_to_string(&log).expect("a log").lines().count(), 2);
    for other in [&b"# Notes\n"[..], b"{\"key\": 1}\n", &[0xff]] {
        std::fs::write(&log, other).expect("a file");
        let (status, said) = run(SOAK, folder.path(), &arguments("3"));
        assert!(status == Some(2) && said.contains("log.json: not a log of soak"), "{said}");
        assert_eq!(std::fs::read(&log).expect("a file"), other);
    }
}

#[test]
fn nothing_is_said_of_where_this_was_built() {
    let folder = folder();
    for program in [SPEC, SOAK, BENCH, FLOAT, DIFFERENTIAL] {
        let (_, help) = run(program, folder.path(), &["--help"]);
        assert!(!help.contains(env!("CARGO_MANIFEST_DIR")), "{help}");
    }
}

#[test]
fn no_modules_are_no_run() {
    let folder = folder();
    for program in [SOAK, DIFFERENTIAL, FLOAT] {
        let (status, said) = run(program, folder.path(), &["--count", "0"]);
        assert!(status == Some(2) && said.contains("0 is not in 1.."), "{said}");
    }
}
