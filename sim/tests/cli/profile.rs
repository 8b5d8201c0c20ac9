//! Profiles, and windows of cycles.

use crate::interrupt::{interrupted, start};
use crate::{Bench, DIVIDE, FOREVER, add};
use serde_json::Value;
use std::collections::BTreeMap;

/// The cycles of each stack in a file.
fn folded(bench: &Bench, name: &str) -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(bench.path(name)).unwrap();
    let line = |line: &str| line.rsplit_once(' ').map(|(stack, cycles)| (stack.to_string(), cycles.parse().unwrap()));
    text.lines().map(|text| line(text).unwrap()).collect()
}

#[test]
fn the_name_of_a_profile_says_its_form() {
    let bench = Bench::new();
    let files = ["p.svg", "p.json", "p.folded", "p.txt", "-"];
    let options: Vec<&str> = files.iter().flat_map(|file| ["--profile", file]).collect();
    let ran = bench.run(&[&options[..], &[&add(), "add", "2", "3"]].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let file = |name| std::fs::read_to_string(bench.path(name)).unwrap();
    // Two groups; the call takes six cycles to begin.
    assert_eq!(file("p.folded"), "add 2\nadd;[start by the host, stop] 6\n");
    assert!(file("p.svg").starts_with("<?xml") && file("p.svg").contains("add.wasm: 8 cycles"));
    let json: Value = serde_json::from_str(&file("p.json")).unwrap();
    let samples = &json["threads"][0]["samples"];
    assert_eq!((&samples["weightType"], &samples["weight"]), (&"samples".into(), &serde_json::json!([1, 6, 1])));
    assert!(file("p.txt").starts_with("add.wasm: 8 cycles, 4 instructions\n"));
    assert!(ran.out.starts_with(&file("p.txt")) && ran.out.contains("add(2, 3) = 5"), "{}", ran.out);
    let ran = bench.run(&["--json", "--profile", "-", &add(), "add", "2", "3"]);
    assert!(serde_json::from_str::<Value>(&ran.out).is_ok() && ran.err.starts_with("add.wasm: 8 cycles"));
}

#[test]
fn profiles_that_cannot_be_written_are_refused() {
    let bench = Bench::new();
    for name in ["p.png", "p", "svg"] {
        bench.run(&["--profile", name, &add(), "add"]).refused(&[name, ".svg", ".json", ".folded", ".txt", "- prints"]);
        assert!(!bench.path(name).exists());
    }
    bench.run(&["--profile", "no/p.txt", &add(), "add"]).refused(&["cannot write the profile to no/p.txt"]);
    bench.file("p.txt", DIVIDE);
    bench.run(&["--profile", "q.svg", "--profile", "p.txt", "p.txt", "run"]).refused(&["p.txt is the module itself"]);
    let ran = bench.run(&["--engine", "rust-hdl", "--profile", "p.svg", &add(), "add"]);
    ran.refused(&["engine rust-hdl does not show the signal"]);
}

/// A start function; an import; calls: of a function, through a table, to itself, in place of the caller.
const CALLS: &str = r#"(module (import "env" "host" (func $host (result i32)))
    (table 1 funcref) (elem (i32.const 0) $tail) (type $t (func (result i32)))
    (func $down (param i32) (result i32)
        (if (result i32) (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
    (func $tail (result i32) (drop (call $host)) (return_call $last))
    (func $last (result i32) (call $down (i32.const 1)))
    (func $first (drop (call $down (i32.const 2))))
    (start $first)
    (func (export "run") (param i32) (result i32)
        (i32.div_u (call_indirect (type $t) (i32.const 0)) (local.get 0))))"#;

const STACKS: [&str; 9] = [
    "first",
    "first;down",
    "first;down;down",
    "first;down;down;down",
    "run",
    "run;last",
    "run;last;down",
    "run;last;down;down",
    "run;tail",
];

#[test]
fn stacks_are_those_of_the_calls() {
    let bench = Bench::new();
    let host = "run;tail;host of env";
    for (plan, argument, status) in [("sim-large", "1", 0), ("sim-large", "0", 2), ("icebreaker", "1", 0)] {
        let options = ["--plan", plan, "--profile", "p.folded", "--stub", "env.host=7", "run", argument];
        let (ended, object) = bench.json(CALLS, &options);
        assert_eq!(ended, status, "{object:?}");
        let stacks = folded(&bench, "p.folded");
        let functions: Vec<&str> = stacks.keys().map(String::as_str).filter(|stack| !stack.ends_with(']')).collect();
        assert_eq!(functions, STACKS, "{plan}");
        // The host's answer takes cycles, in which no group retires.
        let answered: Vec<&str> = stacks.keys().map(String::as_str).filter(|stack| stack.starts_with(host)).collect();
        assert_eq!(answered, [format!("{host};[start by the host, stop]")], "{plan}");
        let of_call = stacks.iter().filter(|(stack, _)| stack.starts_with("run"));
        assert_eq!(Some(of_call.map(|(_, cycles)| cycles).sum()), object["cycles"].as_u64(), "{plan}");
        let millicode = stacks.keys().any(|stack| stack == "run;[millicode call_indirect]");
        assert_eq!(millicode, plan == "icebreaker", "{stacks:?}");
    }
}

/// As docs/cycles.md has it: a call and a return take three cycles in which no group retires.
#[test]
fn a_call_is_the_callers_and_a_return_that_of_whom_it_leaves() {
    let bench = Bench::new();
    bench.json(r#"(module (func $e) (func (export "run") nop (call $e) nop))"#, &["--profile", "p.folded"]);
    let expected =
        [("run", 4), ("run;[call]", 3), ("run;[start by the host, stop]", 6), ("run;e", 1), ("run;e;[return]", 3)];
    assert_eq!(folded(&bench, "p.folded"), expected.map(|(stack, cycles)| (stack.to_string(), cycles)).into());
}

#[test]
fn a_run_that_ends_early_has_its_profile() {
    let bench = Bench::new();
    let (_, object) = bench.json(FOREVER, &["--max-cycles", "500", "--profile", "p.folded"]);
    assert_eq!(object["outcome"], "exhausted");
    assert_eq!(folded(&bench, "p.folded").values().sum::<u64>(), 500);
    bench.json(FOREVER, &["--max-cycles", "0", "--profile", "p.folded", "--profile", "p.svg", "--profile", "p.json"]);
    assert_eq!(folded(&bench, "p.folded"), BTreeMap::new());
    let options = ["--trace", "--profile", "p.folded", "--profile", "p.svg"];
    let object = interrupted(start(&bench, "forever", FOREVER, &options));
    assert_eq!(object["trap"], "interrupted");
    assert_eq!(Some(folded(&bench, "p.folded").values().sum()), object["cycles"].as_u64());
    let svg = std::fs::read_to_string(bench.path("p.svg")).unwrap();
    assert!(svg.contains(&format!("{} cycles", object["cycles"])) && svg.trim_end().ends_with("</svg>"));
}

#[test]
fn a_window_chooses_what_is_shown() {
    let bench = Bench::new();
    let (all, some) = (["--trace", "--vcd", "all.vcd"], ["--trace", "--vcd", "some.vcd", "--from", "7", "--to", "7"]);
    let run = |options: &[&str]| bench.run(&[options, &[&add(), "add", "2", "3"]].concat());
    let lines = |options: &[&str]| {
        let out = run(options).out;
        out.lines().filter(|line| line.starts_with("    ")).map(str::to_string).collect::<Vec<_>>()
    };
    // A group retires in cycle 7, and one in 8.
    let (all, some) = (lines(&all), lines(&some));
    assert_eq!((all.len(), &some[..]), (2, &all[..1]));
    let times = |name| {
        let dump = std::fs::read_to_string(bench.path(name)).unwrap();
        dump.lines().filter_map(|line| line.strip_prefix('#')?.parse().ok()).collect::<Vec<u64>>()
    };
    assert_eq!(times("some.vcd"), [70, 75]);
    assert_eq!(times("all.vcd").len(), 2 * 8);
    run(&["--konata", "add.log", "--from", "8"]);
    let log = std::fs::read_to_string(bench.path("add.log")).unwrap();
    let retired: Vec<&str> = log.lines().filter(|line| line.starts_with("R\t") && line.ends_with("\t0")).collect();
    assert_eq!((log.lines().next(), &retired[..]), (Some("Kanata\t0004"), &["R\t0\t1\t0"][..]), "{log}");
    assert!(log.contains("L\t0\t0\tadd 0x0028: end\n"), "{log}");
    run(&["--trace", "--from", "8", "--to", "7"]).refused(&["--from 8 is behind --to 7"]);
    run(&["--from", "2"]).refused(&["--from and --to", "--trace", "--vcd", "--konata"]);
}
