//! Programs that use WASI on the simulated core, in lock-step with the golden model.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/programs");

fn simulate(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // A program that ends without reading has closed it.
    let _ = child.stdin.take().expect("it has an input").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compiles a C program with wasi-libc; `None`, and says so, where there is none.
fn compiled(name: &str, options: &[&str], folder: &Path) -> Option<PathBuf> {
    let output = folder.join(name).with_extension("wasm");
    let mut clang = Command::new("clang");
    clang.args(["--target=wasm32-wasi", "-Os", "-s"]).args(options).arg("-o").arg(&output);
    match clang.arg(Path::new(PROGRAMS).join(name)).output() {
        Ok(done) if done.status.success() => Some(output),
        // Another compiler, or one without the library.
        Ok(done) if !text(&done.stderr).contains("tests/programs/") => {
            println!("skipped: clang cannot link for wasm32-wasi (Debian: lld wasi-libc libclang-rt-14-dev-wasm32)");
            None
        }
        Ok(done) => panic!("{}", text(&done.stderr)),
        Err(_) => {
            println!("skipped: clang is not there");
            None
        }
    }
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("data")).expect("a folder in it");
    std::fs::write(folder.path().join("data/numbers"), "1 20\n300\n").expect("a file");
    folder
}

/// What the program prints is what the same source prints when it is compiled for this machine.
#[test]
fn a_program_in_c_prints_and_reads() {
    let folder = folder();
    let grant = format!("{}::/data", folder.path().join("data").display());
    let expected = "hello, world: 2 arguments\n1 a\n2 b c\nWHO is me\nread one\nread two\nsum 00321|141  |\n";
    for options in [&[][..], &["-lc-printscan-no-floating-point"]] {
        let Some(program) = compiled("hello.c", options, folder.path()) else { return };
        let file = program.to_str().expect("a name in Unicode");
        let run = simulate(&["--dir", &grant, "--env", "WHO=me", file, "_start", "a", "b c"], "one\ntwo\n");
        let report = text(&run.stderr);
        assert_eq!((text(&run.stdout).as_str(), run.status.code()), (expected, Some(7)), "{options:?}: {report}");
        assert!(report.contains("_start() exited with status 7\n"), "{report}");
        assert!(report.contains("records agree with the golden model"), "{report}");
        assert!(!report.contains("note:"), "all of it is executed: {report}");
        let answer = folder.path().join("data/answer");
        assert_eq!(std::fs::read_to_string(&answer).expect("the program wrote it"), "321\n");
        std::fs::remove_file(answer).expect("it can be removed");
    }
    let Some(program) = compiled("hello.c", &[], folder.path()) else { return };
    let run = simulate(&[program.to_str().expect("a name in Unicode")], "");
    assert_eq!(run.status.code(), Some(3), "{}", text(&run.stderr));
    assert!(text(&run.stdout).ends_with("WHO is nobody\n"), "nothing is granted: {}", text(&run.stdout));
}

#[test]
fn a_program_in_c_prints_floats() {
    let folder = folder();
    let Some(program) = compiled("floats.c", &[], folder.path()) else { return };
    let run = simulate(&[program.to_str().expect("a name in Unicode")], "3 4\n0.1 0.2\n1e300 1e300\n");
    let report = text(&run.stderr);
    let expected = "7.000 12.000 0.75 5\n0.300 0.020 0.5 0.223607\n2e+300 inf 1 inf\n";
    assert_eq!((text(&run.stdout).as_str(), run.status.code()), (expected, Some(0)), "{report}");
    assert!(report.contains("records agree with the golden model"), "{report}");
}

/// On every board that has the 5 KiB of memory that its data and stack take.
#[test]
fn a_small_program_in_c_fits_a_board() {
    let folder = folder();
    let Some(program) = compiled("small.c", &["-mcpu=mvp", "-Wl,-z,stack-size=4096"], folder.path()) else { return };
    let file = program.to_str().expect("a name in Unicode");
    let boards: Vec<_> = boards::BOARDS.iter().filter(|board| board.plan.memory_bytes() > 1 << 12).collect();
    for board in &boards {
        let input = "a line\n".repeat(321);
        let run = simulate(&["--plan", board.plan.name, file], &input);
        let report = text(&run.stderr);
        assert_eq!(text(&run.stdout), "bytes, lines\n2247\n321\n", "{}: {report}", board.name);
        assert!(report.contains("records agree with the golden model"), "{}: {report}", board.name);
    }
    assert!(boards.iter().any(|board| board.name == "icebreaker"));
}

fn module(folder: &TempDir, body: &str) -> String {
    let path = folder.path().join("module.wat");
    let text = format!(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1) (data (i32.const 8) "\11\00\00\00\03\00\00\00.hey") {body})"#
    );
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a name in Unicode").into()
}

/// Addresses that are no multiples of four, numbers that the model cannot know, and waves over the pauses.
#[test]
fn answers_reach_core_and_model() {
    let folder = folder();
    let file = module(
        &folder,
        r#"(func (export "run") (result i32) i32.const 1 i32.const 8 i32.const 1 i32.const 65 call $write drop
            i32.const 101 i32.const 6 call $random drop i32.const 65 i32.load i32.const 100 i32.load8_u
            i32.add i32.const 107 i32.load8_u i32.add)"#,
    );
    let waves = folder.path().join("waves.vcd");
    let run = simulate(&["--json", "--trace", "--vcd", waves.to_str().expect("a name"), &file], "");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let object: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one object");
    assert_eq!((&object["outcome"], &object["results"][0]["value"]), (&"return".into(), &"3".into()));
    assert_eq!(object["checked"], object["instructions"]);
    let err = text(&run.stderr);
    assert!(err.starts_with("hey") || err.contains("\nhey") || err.contains("hey "), "{err}");
    let cycles = err.lines().filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    assert!(cycles.is_sorted(), "cycles go on behind a pause: {err}");
}

#[test]
fn what_a_program_does_wrong_is_an_error_number_or_a_named_end() {
    let folder = folder();
    let beyond = "(func (export \"run\") (result i32) i32.const 1 i32.const -4 i32.const 1 i32.const 65 call $write)";
    let run = simulate(&[&module(&folder, beyond)], "");
    assert!(run.status.success() && text(&run.stderr).contains("= 21 : i32"), "EFAULT: {}", text(&run.stderr));
    let float = r#"(func (export "run") i32.const 1 i32.const 8 i32.const 1 i32.const 65 call $write drop
        f64.const 1 f64.const 2 f64.add drop)"#;
    let crowded = format!("{float} (func {})", "nop ".repeat(1800));
    let run = simulate(&["--plan", "alchitry-cu", &module(&folder, &crowded)], "");
    let err = text(&run.stderr);
    assert_eq!((text(&run.stdout).as_str(), run.status.code()), ("hey", Some(3)), "{err}");
    assert!(err.contains("run() exhausted: this core executes `f64.add` by millicode"), "{err}");
    let exit = "(func (export \"run\") i32.const 300 call $exit)";
    let run = simulate(&["--json", &module(&folder, exit)], "");
    let object: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one object");
    assert_eq!((run.status.code(), &object["exit_status"]), (Some(44), &300.into()));
}
