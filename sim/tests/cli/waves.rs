//! Traces and waves.

use crate::{Bench, add};
use fst_reader::{FstFilter, FstHierarchyEntry, FstReader};
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

#[test]
fn traces_and_waves_name_the_instructions() {
    let bench = Bench::new();
    let ran = bench.run(&[&add(), "add", "2", "3", "--trace", "--vcd", "add.vcd"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    for part in ["add  0x", "local.get 0", "i32.add  push 0x5"] {
        assert!(ran.out.contains(part), "{part} is not in: {}", ran.out);
    }
    let waves = std::fs::read_to_string(bench.0.path().join("add.vcd")).unwrap();
    let ascii: String = "i32.add".bytes().map(|b| format!("{b:08b}")).collect();
    for part in [" instruction $end", " function $end", " ret_vld $end", " running $end", &ascii] {
        assert!(waves.contains(part), "{part}");
    }
    let packed = bench.run(&[&add(), "add", "2", "3", "--waves", "add.fst"]);
    assert_eq!(packed.status, 0, "{}{}", packed.out, packed.err);
    assert_eq!(names(&bench.0.path().join("add.fst")), declared(&waves));
    let quiet = bench.run(&[&add(), "add", "2", "3", "--trace", "--json"]);
    assert!(serde_json::from_str::<Value>(&quiet.out).is_ok() && quiet.err.contains("i32.add"));
}

/// The names a dump declares, sorted.
fn declared(dump: &str) -> Vec<String> {
    let names = dump.lines().filter_map(|line| line.strip_prefix("$var ")?.split(' ').nth(3));
    let mut names: Vec<String> = names.map(str::to_string).collect();
    names.sort();
    assert!(names.len() > 100 && names.iter().any(|name| name.ends_with("$state")), "{} names", names.len());
    names
}

/// The names that another implementation reads from an FST file, sorted; every one of them has a change.
fn names(path: &Path) -> Vec<String> {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("is written"));
    let mut reader = FstReader::open(file).expect("an FST file");
    let (mut names, mut quiet) = (Vec::new(), BTreeMap::new());
    let hierarchy = reader.read_hierarchy(|entry| {
        if let FstHierarchyEntry::Var { name, handle, .. } = entry {
            quiet.insert(handle.get_index(), name.clone());
            names.push(name);
        }
    });
    hierarchy.expect("a hierarchy");
    let changes = reader.read_signals(&FstFilter::all(), |_, handle, _| {
        quiet.remove(&handle.get_index());
        Ok::<(), Infallible>(())
    });
    assert!(changes.is_ok() && quiet.is_empty(), "no values of {quiet:?}");
    names.sort();
    names
}

/// A start function of some hundred cycles, and a call.
const START: &str = r#"(module (global $n (mut i32) (i32.const 0))
    (func $s (loop $l (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (br_if $l (i32.lt_u (global.get $n) (i32.const 50)))))
    (start $s)
    (func (export "f") (result i32) (i32.add (global.get $n) (i32.const 1000))))"#;

#[test]
fn time_goes_on_from_the_start_function_to_the_call() {
    let bench = Bench::new();
    let (status, object) = bench.json(START, &["f", "--vcd", "start.vcd"]);
    assert_eq!((status, &object["results"][0]["value"]), (0, &"1050".into()));
    let dump = std::fs::read_to_string(bench.path("start.vcd")).unwrap();
    let times: Vec<u64> = dump.lines().filter_map(|line| line.strip_prefix('#')?.parse().ok()).collect();
    assert!(times.is_sorted_by(|a, b| a < b), "time goes back");
    let call = object["cycles"].as_u64().unwrap();
    // Two changes of the clock in each cycle.
    assert!(times.len() as u64 > 2 * (call + 100), "{} times", times.len());
    assert_eq!(bench.json(START, &["f", "--vcd", "start.fst"]).0, 0);
    assert_eq!(names(&bench.path("start.fst")), declared(&dump));
}

#[test]
fn waves_take_the_place_of_no_input() {
    let bench = Bench::new();
    let input = bench.file("input", "precious");
    let module = bench.file("module.wat", START);
    std::os::unix::fs::symlink(&module, bench.path("symbolic")).unwrap();
    std::fs::hard_link(&module, bench.path("hard")).unwrap();
    for waves in ["module.wat", "./module.wat", "symbolic", "hard"] {
        bench.run(&["--vcd", waves, "module.wat", "f"]).refused(&[waves, "the module itself"]);
    }
    let file = std::fs::File::open(&input).unwrap();
    let output = bench.command(&["--vcd", "input", "module.wat", "f"]).stdin(file).output().unwrap();
    crate::Ran::of(output).refused(&["the program's input"]);
    bench.run(&["--vcd", ".", "module.wat", "f"]).refused(&["cannot write the waves to ."]);
    assert_eq!(std::fs::read_to_string(module).unwrap(), START);
    assert_eq!(std::fs::read_to_string(input).unwrap(), "precious");
}
