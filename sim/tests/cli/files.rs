//! Files that a run writes.

use crate::{Bench, DIVIDE, add};
use std::fs::{self, File};
use std::os::unix::fs::symlink;

const OLD: &str = "what a run before has written";

#[test]
fn a_wrong_command_line_leaves_old_files_alone() {
    let bench = Bench::new();
    let olds = ["old.vcd", "old.fst", "old.log", "old.svg", "old.html"];
    let mut all: Vec<&str> = Vec::new();
    for (option, old) in ["--vcd", "--vcd", "--konata", "--profile", "--profile"].into_iter().zip(olds) {
        bench.file(old, OLD);
        all.extend((old != "old.fst").then_some([option, old]).into_iter().flatten());
    }
    let add = add();
    for (wrong, part) in [
        (&["--profile", "no/p.txt"][..], "no/p.txt"),
        (&["--profile", "p.png"], "p.png"),
        (&["--engine", "rust-hdl"], "does not show the signal"),
        (&["--dir", "absent"], "absent"),
    ] {
        bench.run(&[&all, wrong, &[&add, "add"]].concat()).refused(&[part]);
    }
    bench.run(&[&all[..], &["absent.wasm"]].concat()).refused(&["absent.wasm"]);
    bench.run(&["--vcd", "old.fst", "--konata", "no/old.log", &add, "add"]).refused(&["no/old.log"]);
    for old in olds {
        assert_eq!(fs::read_to_string(bench.path(old)).unwrap(), OLD, "{old}");
    }
    assert_eq!(bench.run(&[&all[..], &[&add, "add"]].concat()).status, 0);
    for old in olds.into_iter().filter(|&old| old != "old.fst") {
        assert!(!fs::read_to_string(bench.path(old)).unwrap().contains(OLD), "{old} is new");
    }
}

#[test]
fn each_output_has_a_file_of_its_own() {
    let bench = Bench::new();
    let add = add();
    let run = |args: &[&str]| bench.run(&[args, &[&add, "add"]].concat());
    run(&["--profile", "a.txt", "--profile", "./a.txt"]).refused(&["./a.txt is for the profiles", "of their own"]);
    run(&["--vcd", "a.txt", "--profile", "a.txt"]).refused(&["a.txt is for the waves", "the profiles need"]);
    bench.file("b.log", OLD);
    symlink(bench.path("b.log"), bench.path("c.vcd")).unwrap();
    run(&["--konata", "b.log", "--vcd", "c.vcd"]).refused(&["b.log is for the waves"]);
    assert_eq!(fs::read_to_string(bench.path("b.log")).unwrap(), OLD);
    assert!(!bench.path("a.txt").exists());
    for name in ["/dev/stdout", "out"] {
        let out = File::create(bench.path("out")).unwrap();
        let child = bench.command(&["--vcd", name, &add, "add"]).stdout(out).output().unwrap();
        assert_eq!(child.status.code(), Some(1), "{name}");
        assert!(String::from_utf8_lossy(&child.stderr).contains("is the standard output"));
    }
    let piped = run(&["--vcd", "/dev/stdout"]);
    assert!(piped.status == 0 && piped.out.contains("$enddefinitions"), "a pipe may have both: {}", piped.err);
}

#[test]
fn a_check_has_nothing_to_write() {
    let bench = Bench::new();
    for option in [&["--vcd", "a.vcd"][..], &["--profile", "-"], &["--monitor", "calls"], &["--trace"]] {
        bench.wat(DIVIDE, &[&["--check"], option].concat()).refused(&["--check does not run", option[0]]);
    }
    assert!(!bench.path("a.vcd").exists());
    assert_eq!(bench.wat(DIVIDE, &["--check"]).status, 0);
}
