//! Scripts of a folder: what is counted, and as what.

use isa::plan::CorePlan;
use model::Limits;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tests::spec::{
    FileReport, Kind, ModelExecutor, Report, RtlExecutor, Tally, by_folder, files_below, run_folder, skipped,
};

/// Everything that a script can ask for, on modules of this machine; two assertions are wrong.
const GOOD: &str = r#"
(module $m (func (export "double") (param i32) (result i32) local.get 0 local.get 0 i32.add) (func (export "end") unreachable))
(register "m" $m)
(invoke "double" (i32.const 1))
(assert_return (invoke "double" (i32.const 4)) (i32.const 8))
(assert_return (invoke "double" (i32.const 4)) (i32.const 9))
(assert_trap (invoke "end") "unreachable")
(assert_trap (invoke "double" (i32.const 4)) "unreachable")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_invalid (module (global (shared i32) (i32.const 0))) "malformed mutability")
(assert_malformed (module quote "(func") "unexpected end")
(assert_unlinkable (module (import "m" "none" (func))) "unknown import")
"#;

/// Proposals that are missing, imports of a host, and more memory than there is: nothing of it passes, nor fails.
const MISSING: &str = r#"
(module $m (memory (export "memory") 1) (func (export "read") (result i32) i32.const 0 i32.load8_u))
(register "m" $m)
(module (memory (import "m" "memory") 1) (memory 1) (data (i32.const 0) "\07"))
(assert_return (invoke $m "read") (i32.const 7))
(module definition $d (memory i64 1))
(module instance $i $d)
(module (import "host" "print" (func)))
(assert_invalid (module (type (struct)) (func (result i32))) "type mismatch")
(assert_invalid (module (memory 1) (memory 1)) "multiple memories")
(assert_invalid (module (memory 1) (memory 1) (func (result i32))) "type mismatch")
(assert_invalid (module (memory i64 1) (func (result i32))) "type mismatch")
(assert_invalid (module (type $c (cont $f)) (type $f (func)) (func (result i32))) "type mismatch")
"#;

const WABT: &str = ";;; TOOL: run-interp
(module (func (export \"seven\") (result i64) i64.const 7))
(;; STDOUT ;;;
seven() => i64:7
;;; STDOUT ;;)";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("good.wast", GOOD),
        ("below/missing.wast", MISSING),
        ("below/deeper/unknown.wast", "(assert_return (invoke \"f\") (of_tomorrow))"),
        ("wabt.txt", WABT),
        ("notes.txt", "nothing to run"),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    fs::write(folder.path().join("bytes.wast"), [0xff, 0xfe]).expect("a file");
    folder
}

fn on_model(path: &Path) -> Report {
    let files = files_below(path).expect("there are scripts");
    run_folder(path, &files, || ModelExecutor::new(Limits::default()), |_| {})
}

fn on_core(path: &Path, plan: &'static CorePlan) -> Report {
    let files = files_below(path).expect("there are scripts");
    run_folder(path, &files, || RtlExecutor::new(plan, sim::select::Kind::Auto), |_| {})
}

/// Passed, failed, skipped.
fn tally([passed, failed, skipped]: [u32; 3]) -> Tally {
    Tally { passed, failed, skipped }
}

fn file<'a>(report: &'a Report, name: &str) -> &'a FileReport {
    report.files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("{name} was not run"))
}

fn assert_counted(report: &Report) {
    let names: Vec<_> = report.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["below/deeper/unknown.wast", "below/missing.wast", "bytes.wast", "good.wast", "wabt.txt"]);
    let kinds = [
        (Kind::Module, [3, 0, 4]),
        (Kind::Register, [2, 0, 0]),
        (Kind::Action, [1, 0, 0]),
        (Kind::Return, [2, 1, 1]),
        (Kind::CallTrap, [1, 1, 0]),
        (Kind::Invalid, [2, 0, 5]),
        (Kind::MalformedText, [1, 0, 0]),
        (Kind::Unlinkable, [1, 0, 0]),
        (Kind::Script, [0, 0, 2]),
    ];
    assert_eq!(report.tallies(), kinds.map(|(kind, counts)| (kind, tally(counts))).into(), "{:#?}", skipped(report));
    let lines: Vec<_> = file(report, "good.wast").failed.iter().map(|missed| missed.line).collect();
    assert_eq!(lines, [6, 8]);
    let reasons: Vec<_> = file(report, "below/missing.wast").skipped.iter().map(|m| (m.line, &*m.reason)).collect();
    let expected = [
        (4, "not supported: multiple memories"),
        (5, "depends on what did not happen: not supported: multiple memories"),
        (6, "not supported: memory64 must be enabled for 64-bit memories"),
        (7, "its definition was not loaded: not supported: memory64 must be enabled for 64-bit memories"),
        (8, "imports print from host, a host's"),
        (9, "refused already for a proposal: not supported: struct indexed types not supported without the gc feature"),
        (10, "refused already for a proposal: not supported: multiple memories"),
        (11, "refused already for a proposal: not supported: multiple memories"),
        (12, "refused already for a proposal: not supported: memory64 must be enabled for 64-bit memories"),
        (
            13,
            "refused already for a proposal: not supported: cannot define continuation types when stack switching is disabled",
        ),
    ];
    assert_eq!(reasons, expected);
    assert!(file(report, "below/deeper/unknown.wast").skipped[0].reason.starts_with("cannot be read: "));
    assert!(file(report, "bytes.wast").skipped[0].reason.contains("UTF-8"));
    let rows = "| . | 3 | 11 | 2 | 0 | 13 | 1 |\n| below | 1 | 2 | 0 | 10 | 12 | 0 |\n| below/deeper | 1 | 0 | 0 | 0 | 0 | 1 |\n\
        | all | 5 | 13 | 2 | 10 | 25 | 2 |\n";
    assert!(by_folder(report).ends_with(rows), "{}", by_folder(report));
}

#[test]
fn every_directive_of_a_folder_is_counted() {
    let folder = folder();
    assert_counted(&on_model(folder.path()));
    assert_counted(&on_core(folder.path(), &boards::SIM_LARGE));
}

#[test]
fn a_file_alone_is_run_whatever_it_is_called() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    fs::write(&path, GOOD).expect("a file");
    let report = on_model(&path);
    assert_eq!(report.files.len(), 1);
    assert_eq!(report.files[0].name, path.display().to_string());
    assert_eq!(report.tallies()[&Kind::Return], tally([1, 1, 0]));
}

#[test]
fn a_folder_without_scripts_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(files_below(folder.path()).expect_err("is empty").contains("no file .wast is in it"));
    assert!(files_below(&folder.path().join("none")).expect_err("is not there").contains("No such file"));
}
