//! How calls end, in text and in JSON, and the exit status.

use crate::{Bench, DIVIDE, FOREVER, ROOT, add};
use serde_json::{Map, Value};
use std::path::Path;

#[test]
fn the_first_thing_a_newcomer_types() {
    let ran = Bench::new().run(&[&add(), "add", "2", "3"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for part in ["add(2, 3) = 5 : i32\n", "cycles ", "instructions  4, ", "sim-large", "all 4 records agree"] {
        assert!(ran.out.contains(part), "{part} is not in: {}", ran.out);
    }
    let ran = Bench::new().run(&[&add()]);
    assert!(ran.out.contains("add(0, 0) = 0 : i32") && ran.out.contains("not given and are 0"), "{}", ran.out);
}

#[test]
fn add_wasm_is_add_wat() {
    let bytes = std::fs::read(add()).unwrap();
    let (binary, text) = (firmware_loader::parse(&bytes), firmware_loader::read(&Path::new(ROOT).join("add.wat")));
    assert_eq!(format!("{:?}", binary.unwrap()), format!("{:?}", text.unwrap()));
}

#[test]
fn each_way_to_end_has_its_status() {
    let bench = Bench::new();
    let ran = bench.wat(DIVIDE, &["run", "1", "0"]);
    assert!(ran.out.contains("trapped: integer divide by zero") && ran.out.contains("half, byte "), "{}", ran.out);
    assert_eq!(bench.wat(r#"(module (func (export "run") unreachable))"#, &[]).status, 2);
    let deep = bench.wat(r#"(module (func $f (export "run") (call $f)))"#, &[]);
    assert_eq!(deep.status, 3, "{}", deep.out);
    assert!(deep.out.contains("call stack exhausted"), "{}", deep.out);
    assert!(deep.out.contains("4096 calls at once in the plan sim-large; no plan has more"), "{}", deep.out);
    let small = bench.wat(
        r#"(module (memory 1) (func (export "run")
            (i32.store (i32.const 0) (i32.const 1)) (i32.store (i32.const 17408) (i32.const 1))))"#,
        &["--plan", "alchitry-cu"],
    );
    let bytes = boards::ALCHITRY_CU.memory_bytes();
    let words = format!(
        "{bytes} bytes of memory, 4 blocks, of which the one that this address could have is in use, in the plan \
         alchitry-cu; --plan sim-large has 67108864"
    );
    assert!(small.out.contains(&words), "{}", small.out);
    assert_eq!(bench.wat(FOREVER, &["--max-cycles", "5000"]).status, 3);
    let outside = r#"(module (memory 1) (data (i32.const 65535) "ab"))"#;
    let ran = bench.wat(&outside.replace("(data", r#"(func (export "run")) (data"#), &[]);
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn memory_beyond_the_board_is_allowed_until_it_is_used() {
    let text = r#"(module (memory 1040) (func (export "run") (param i32) (result i32) (i32.load (local.get 0))))"#;
    let bench = Bench::new();
    let near = bench.wat(text, &["run", "64"]);
    assert_eq!(near.status, 0, "{}{}", near.out, near.err);
    assert!(near.err.contains("68157440") && near.err.contains("sim-large has"), "{}", near.err);
    let far = bench.wat(text, &["run", "68000000"]);
    assert_eq!(far.status, 3, "{}", far.out);
    assert!(far.out.contains("beyond the memory of this board"), "{}", far.out);
    assert_eq!(bench.wat(text, &["run", "68157440"]).status, 2);
}

#[test]
fn the_start_function_comes_first() {
    let text = r#"(module (memory 1) (func $s (i32.store (i32.const 8) (i32.const 41))) (start $s)
        (func (export "run") (result i32) (i32.load (i32.const 8))))"#;
    assert!(Bench::new().wat(text, &[]).out.contains("run() = 41 : i32"));
    let ran = Bench::new().wat(&text.replace("(i32.store", "unreachable (i32.store"), &[]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("the start function s trapped"), "{}", ran.out);
}

#[test]
fn json_has_every_field_whatever_happens() {
    let bench = Bench::new();
    let (status, ended) = bench.json(DIVIDE, &["run", "-7", "2"]);
    assert_eq!(status, 0);
    let result = serde_json::json!([{"type": "i32", "value": "-3"}]);
    assert_eq!((&ended["outcome"], &ended["results"]), (&"return".into(), &result));
    assert_eq!((&ended["trap"], &ended["function"], &ended["offset"]), (&Value::Null, &"run".into(), &Value::Null));
    assert!(ended["cycles"].as_u64() > ended["instructions"].as_u64());
    assert!(ended["cpi"].is_f64() && ended["engine"].is_string());
    assert_eq!((&ended["plan"], &ended["checked"]), (&"sim-large".into(), &ended["instructions"]));

    let (status, trapped) = bench.json(DIVIDE, &["run", "1", "0"]);
    assert_eq!((status, &trapped["outcome"]), (2, &"trap".into()));
    assert_eq!((&trapped["trap"], &trapped["function"]), (&"integer divide by zero".into(), &"half".into()));
    let offset = trapped["offset"].as_u64().unwrap() as usize;
    let module = firmware_loader::parse_text(DIVIDE).unwrap();
    assert_eq!(module.code[offset - module.code_offset as usize], 0x6d);

    let (status, long) = bench.json(FOREVER, &["--max-cycles", "1000", "--no-check"]);
    assert_eq!((status, &long["outcome"], &long["trap"]), (3, &"exhausted".into(), &"cycle limit reached".into()));
    assert_eq!((&long["cycles"], &long["checked"]), (&1000.into(), &Value::Null));
    assert!(
        long["limit"].as_str().is_some_and(|text| text.starts_with("1000 cycles; a larger --max-cycles")),
        "{long:?}"
    );
    // The last cycle that a call takes is also the least limit for it.
    let needed = ended["cycles"].as_u64().unwrap();
    let limited = |cycles: u64| bench.json(DIVIDE, &["--max-cycles", &cycles.to_string(), "run", "-7", "2"]);
    assert_eq!((limited(needed).1, limited(needed - 1).0), (ended.clone(), 3));
    let keys = |object: &Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
    assert!(keys(&ended) == keys(&trapped) && keys(&ended) == keys(&long));
}
