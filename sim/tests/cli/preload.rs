//! `--preload`: functions of other modules, each on a core of its own.

use crate::{Bench, FOREVER};
use serde_json::{Value, json};

/// Gives its parameters back the other way round, the integers changed.
const MIX: &str = r#"(module (func (export "mix") (param i32 i64 f32) (result f32 i64 i32)
    (local.get 2)
    (i64.add (local.get 1) (i64.const 0x100000000))
    (i32.sub (local.get 0) (i32.const 1))))"#;
const USES_MIX: &str = r#"(module
    (import "lib" "mix" (func $mix (param i32 i64 f32) (result f32 i64 i32)))
    (func (export "run") (param i32 i64 f32) (result f32 i64 i32)
        (call $mix (local.get 0) (local.get 1) (local.get 2))))"#;

/// A module that calls the function `f` of `lib`, without parameters or results.
const CALLS: &str = r#"(module (import "lib" "f" (func $f)) (func $caller (export "run") (call $f)))"#;

/// A bench with this module as `lib.wat`.
fn with(lib: &str) -> Bench {
    let bench = Bench::new();
    bench.file("lib.wat", lib);
    bench
}

const LIB: &[&str] = &["--preload", "lib=lib.wat"];

fn results(object: &serde_json::Map<String, Value>) -> Vec<String> {
    let results = object["results"].as_array().unwrap_or_else(|| panic!("no results: {object:?}"));
    results.iter().map(|result| result["value"].as_str().expect("is text").to_string()).collect()
}

#[test]
fn a_preloaded_function_answers_with_values_of_every_width() {
    let bench = with(MIX);
    let (status, object) = bench.json(USES_MIX, &[LIB, &["run", "-5", "-2", "bits:0x7fc00001"]].concat());
    assert_eq!((status, results(&object)), (0, ["NaN", "4294967294", "-6"].map(String::from).to_vec()));
    assert_eq!(object["results"][0]["bits"], "0x7fc00001");
    assert_eq!(object["checked"], object["instructions"], "{object:?}");
    let text = bench.wat(USES_MIX, &[LIB, &["run", "0", "0", "1.5"]].concat());
    assert_eq!((text.status, text.err.as_str()), (0, ""));
    assert!(text.out.contains("= 1.5 (0x3fc00000) : f32, 4294967296 : i64, -1 : i32\n"), "{}", text.out);
}

#[test]
fn later_modules_use_earlier_ones() {
    let bench = Bench::new();
    bench.file(
        "store.wat",
        r#"(module (memory (export "memory") 1)
            (func (export "get") (param i32) (result i32) (i32.load (local.get 0))))"#,
    );
    bench.file(
        "sum.wat",
        r#"(module (import "store" "memory" (memory 1)) (import "store" "get" (func $get (param i32) (result i32)))
            (func (export "add") (param i32) (result i32)
                (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
                (call $get (i32.const 8))))"#,
    );
    let main = r#"(module (import "sum" "add" (func $add (param i32) (result i32)))
        (import "store" "get" (func $get (param i32) (result i32)))
        (func (export "run") (result i32 i32)
            (drop (call $add (i32.const 30))) (call $add (i32.const 12)) (call $get (i32.const 8))))"#;
    let (status, object) = bench.json(main, &["--preload", "store=store.wat", "--preload", "sum=sum.wat"]);
    assert_eq!((status, results(&object)), (0, ["42", "42"].map(String::from).to_vec()));
    bench.wat(main, &["--preload", "sum=sum.wat", "--preload", "store=store.wat"]).refused(&[
        "sum.wat, preloaded as `sum`",
        "the memory `memory` is imported from `store`",
        "before it",
    ]);
}

#[test]
fn state_stays_from_the_start_function_to_the_last_call() {
    let count = r#"(module (global $n (mut i32) (i32.const 0)) (start $s)
        (func $s (global.set $n (i32.const 40)))
        (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))"#;
    // The first call comes from the start function of the main module.
    let main = r#"(module (import "lib" "next" (func $next (result i32))) (start $s)
        (func $s (drop (call $next)))
        (func (export "run") (result i32 i32) (call $next) (call $next)))"#;
    let (status, object) = with(count).json(main, LIB);
    assert_eq!((status, results(&object)), (0, ["42", "43"].map(String::from).to_vec()));
}

#[test]
fn a_trap_ends_the_call_and_names_the_import() {
    let bench = with(r#"(module (func (export "f") (drop (i32.div_u (i32.const 1) (i32.const 0)))))"#);
    let (status, object) = bench.json(CALLS, LIB);
    assert_eq!((status, &object["outcome"], &object["trap"]), (2, &json!("trap"), &json!("integer divide by zero")));
    let chain: Vec<&Value> = object["backtrace"].as_array().unwrap().iter().map(|call| &call["function"]).collect();
    assert_eq!(chain, ["f of lib", "caller"], "{object:?}");
    let text = bench.wat(CALLS, LIB);
    assert!(text.out.contains("trapped: integer divide by zero") && text.out.contains("f of lib"), "{}", text.out);
    // What begins badly is not called at all.
    let bench = with(r#"(module (func $s unreachable) (start $s) (func (export "f")))"#);
    let ran = bench.wat(CALLS, LIB);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.starts_with("trap: lib.wat, preloaded as `lib`: ") && ran.err.contains("unreachable"),
        "{}",
        ran.err
    );
}

#[test]
fn limits_hold_in_preloaded_functions() {
    let forever = FOREVER.replace("run", "f");
    let (status, object) = with(&forever).json(CALLS, &[LIB, &["--max-cycles", "9999"]].concat());
    assert_eq!((status, &object["trap"]), (3, &json!("cycle limit reached")));
    assert_eq!(object["limit"], "a larger --max-cycles allows more");
    assert_eq!(object["backtrace"][0]["function"], "f of lib");

    let bench = with(r#"(module (func (export "f") (drop (f32.add (f32.const 1) (f32.const 2)))))"#);
    let board = [LIB, &["--plan", "alchitry-cu"]].concat();
    let ran = bench.wat(CALLS, &board);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);

    let large = format!(r#"(module (func (export "f") {}))"#, "(drop (i32.const 1))".repeat(5000));
    with(&large).wat(CALLS, &[LIB, &["--plan", "alchitry-cu"]].concat()).refused(&[
        "lib.wat, preloaded as `lib`",
        "too large for the plan alchitry-cu",
        "sim-large",
    ]);
}

#[test]
fn a_function_of_another_type_is_refused_with_both_types() {
    let both = |lib: &str, found: &str, wanted: &str| {
        let parts = ["the function `mix`, imported from the preloaded `lib`", found, wanted];
        with(lib).wat(USES_MIX, LIB).refused(&parts);
    };
    let wanted = "asks for (func (param i32 i64 f32) (result f32 i64 i32))";
    both(r#"(module (func (export "mix") (param i32 i64)))"#, "is (func (param i32 i64)),", wanted);
    both(r#"(module (memory (export "mix") 1 2))"#, "is (memory 1 2),", wanted);
    both(r#"(module (global (export "mix") (mut i64) (i64.const 0)))"#, "is (global (mut i64)),", wanted);
    // Of preloaded modules among each other, too.
    let bench = with(r#"(module (func (export "f") (result i32) (i32.const 1)))"#);
    bench.file("user.wat", CALLS);
    let args = [LIB, &["--preload", "user=user.wat"]].concat();
    bench
        .wat("(module (func (export \"run\")))", &args)
        .refused(&["user.wat, preloaded as `user`", "lib.f is (func (result i32)), and the import asks for (func)"]);
}

#[test]
fn what_cores_would_have_to_share_is_refused() {
    for (kind, exported, imported) in [
        ("memory", r#"(memory (export "x") 1)"#, "(memory 1)"),
        ("table", r#"(table (export "x") 1 funcref)"#, "(table 1 funcref)"),
        ("global", r#"(global (export "x") (mut i32) (i32.const 7))"#, "(global (mut i32))"),
        ("global", r#"(global (export "x") i32 (i32.const 7))"#, "(global i32)"),
    ] {
        let bench = with(&format!("(module {exported})"));
        let main = format!(r#"(module (import "lib" "x" {imported}) (func (export "run")))"#);
        let what = format!("the {kind} `x`, imported from the preloaded `lib`, cannot be shared");
        bench.wat(&main, LIB).refused(&[&what, "only functions"]);
    }
    let bench = with(r#"(module (func (export "f") (param funcref)))"#);
    let main = r#"(module (import "lib" "f" (func (param funcref))) (func (export "run")))"#;
    bench.wat(main, LIB).refused(&["the function `f`", "(func (param funcref))", "cannot be referred to"]);
}

#[test]
fn preloads_that_are_wrong_are_refused() {
    let bench = with(MIX);
    bench.wat(USES_MIX, &[LIB, LIB].concat()).refused(&["--preload lib", "two files"]);
    bench.wat(USES_MIX, &["--preload", "lib.wat"]).refused(&["lib.wat", "NAME=FILE"]);
    bench.wat(USES_MIX, &["--preload", "=lib.wat"]).refused(&["NAME=FILE"]);
    bench.wat(USES_MIX, &["--preload", "lib=absent.wat"]).refused(&["absent.wat"]);
    let ran = bench.wat(USES_MIX, &["--json", "--preload", "lib=absent.wat"]);
    let object: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out));
    assert_eq!((ran.status, &object["outcome"]), (1, &json!("error")), "{object}");
    for (module, name) in [("wasi_snapshot_preview1", "sched_yield"), ("wafer", "buttons")] {
        let import = format!(r#"(module (import "{module}" "{name}" (func (result i32))))"#);
        with(&import)
            .wat(USES_MIX, LIB)
            .refused(&["lib.wat, preloaded as `lib`", &format!("the function `{name}` is imported from `{module}`")]);
    }
}

#[test]
fn what_is_preloaded_is_provided() {
    let bench = with(r#"(module (func (export "f") (result i32) (i32.const 1)))"#);
    let main = r#"(module (import "lib" "f" (func $f (result i32))) (import "lib" "g" (func $g (result i32)))
        (func (export "run") (result i32 i32) (call $f) (call $g)))"#;
    // Preloaded functions come before stubs; what the module does not export is looked for further on.
    let stubbed = [LIB, &["--stub", "lib.*=2"]].concat();
    let (status, object) = bench.json(main, &[&stubbed[..], &["--strict"]].concat());
    assert_eq!((status, results(&object)), (0, ["1", "2"].map(String::from).to_vec()));
    let (status, object) = bench.json(main, &[&stubbed[..], &["--check", "--strict"]].concat());
    assert_eq!((status, &object["findings"]), (0, &json!([])), "{object:?}");
    bench.wat(main, &[LIB, &["--strict"]].concat()).refused(&["the function `g` is imported from `lib`"]);
    let ran = bench.wat(main, LIB);
    assert_eq!(ran.status, 3, "{}", ran.out);
    assert!(ran.err.contains("the function `g` of `lib`: a call that gets there ends"), "{}", ran.err);
}

#[test]
fn waves_take_the_place_of_no_preloaded_module() {
    let bench = with(MIX);
    bench.wat(USES_MIX, &[LIB, &["--vcd", "./lib.wat"]].concat()).refused(&["./lib.wat", "a preloaded module"]);
    assert_eq!(std::fs::read_to_string(bench.path("lib.wat")).unwrap(), MIX);
}
