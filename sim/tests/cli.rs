//! The program as users meet it: output, exit status, and one clear message for everything that is wrong.

use fst_reader::{FstFilter, FstHierarchyEntry, FstReader};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Runs in a directory of its own, so that whatever a run leaves behind goes with it.
struct Bench(TempDir);

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
        let Output { status, stdout, stderr } = command.args(args).current_dir(self.0.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { status: status.code().expect("not killed"), out: text(stdout), err: text(stderr) }
    }

    /// Runs a module given as text.
    fn wat(&self, text: &str, args: &[&str]) -> Ran {
        let file = self.file("module.wat", text);
        self.run(&[&[file.to_str().unwrap()], args].concat())
    }

    fn json(&self, text: &str, args: &[&str]) -> (i32, Map<String, Value>) {
        let ran = self.wat(text, &[args, &["--json"]].concat());
        match serde_json::from_str(&ran.out) {
            Ok(Value::Object(object)) => (ran.status, object),
            _ => panic!("not one JSON object: {} {}", ran.out, ran.err),
        }
    }
}

impl Ran {
    /// Asserts that this is an input error whose message has these parts.
    fn refused(&self, parts: &[&str]) {
        assert_eq!(self.status, 1, "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        assert!(self.err.starts_with("error: ") && self.err.matches("error:").count() == 1, "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part} is not in: {}", self.err);
        }
    }
}

fn add() -> String {
    Path::new(ROOT).join("add.wasm").to_str().unwrap().to_string()
}

const DIVIDE: &str = r#"(module (func $half (export "run") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1))))"#;
const FOREVER: &str = r#"(module (func (export "run") (loop (br 0))))"#;

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
        r#"(module (memory 1) (func (export "run") (drop (i32.load (i32.const 65532)))))"#,
        &["--plan", "alchitry-cu"],
    );
    let bytes = 1 << boards::ALCHITRY_CU.memory_log2;
    let words = format!("{bytes} bytes of memory in the plan alchitry-cu; --plan sim-large has 67108864");
    assert!(small.out.contains(&words), "{}", small.out);
    assert_eq!(bench.wat(FOREVER, &["--max-cycles", "5000"]).status, 3);
    let outside = r#"(module (memory 1) (data (i32.const 65535) "ab"))"#;
    let ran = bench.wat(&outside.replace("(data", r#"(func (export "run")) (data"#), &[]);
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn an_interrupt_ends_with_the_state_so_far() {
    let bench = Bench::new();
    let file = bench.file("forever.wat", FOREVER);
    // The design has to be compiled before: the interrupt is for the run.
    assert_eq!(bench.wat(FOREVER, &["--max-cycles", "1"]).status, 3);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    let child = command.arg(file).arg("--json").stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["outcome"], &object["trap"]), (&"exhausted".into(), &"interrupted".into()));
    assert!(object["cycles"].as_u64() > Some(0) && object["checked"] == object["instructions"]);
}

#[test]
fn memory_beyond_the_board_is_allowed_until_it_is_used() {
    let text = r#"(module (memory 40) (func (export "run") (param i32) (result i32) (i32.load (local.get 0))))"#;
    let bench = Bench::new();
    let near = bench.wat(text, &["run", "64", "--plan", "alchitry-cu"]);
    assert_eq!(near.status, 0, "{}{}", near.out, near.err);
    assert!(near.err.contains("2621440") && near.err.contains("alchitry-cu has"), "{}", near.err);
    let far = bench.wat(text, &["run", "100000", "--plan", "alchitry-cu"]);
    assert_eq!(far.status, 3, "{}", far.out);
    assert!(far.out.contains("beyond the memory of this board"), "{}", far.out);
    assert_eq!(bench.wat(text, &["run", "2621440", "--plan", "alchitry-cu"]).status, 2);
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
fn files_that_are_no_modules() {
    let bench = Bench::new();
    let whole = std::fs::read(add()).unwrap();
    let cut = bench.file("cut.wasm", &whole[..whole.len() - 45]);
    bench.run(&[cut.to_str().unwrap()]).refused(&["cut.wasm", "byte"]);
    let jpeg = bench.file("photo.wasm", [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F']);
    bench.run(&[jpeg.to_str().unwrap()]).refused(&["photo.wasm", "not a WebAssembly module"]);
    bench.run(&["absent.wasm"]).refused(&["absent.wasm"]);
    bench.wat(r#"(module (func (export "run") (result i32) (i64.const 1)))"#, &[]).refused(&["type mismatch", "run"]);
    bench.wat("(module (func", &[]).refused(&["module.wat"]);
}

#[test]
fn modules_that_the_core_cannot_run() {
    let bench = Bench::new();
    let float = r#"(module (func $f (export "run") (result f32) (f32.add (f32.const 1) (f32.const 2))))"#;
    bench.wat(float, &["--plan", "alchitry-cu"]).refused(&["module.wat", "`f`", "byte", "f32.add"]);
    let large = format!(r#"(module (func (export "run") {}))"#, "(drop (i32.const 1))".repeat(5000));
    bench.wat(&large, &["--plan", "alchitry-cu"]).refused(&[
        "bytes of code",
        &(1 << boards::ALCHITRY_CU.code_log2).to_string(),
        "sim-large",
    ]);
}

#[test]
fn calls_that_cannot_be_made() {
    let bench = Bench::new();
    let add = add();
    bench.run(&[&add, "sub", "2"]).refused(&["no function \"sub\"", "exports add"]);
    bench.run(&[&add, "add", "2", "x"]).refused(&["argument 2", "\"x\"", "i32"]);
    bench.run(&[&add, "add", "2", "4294967296"]).refused(&["argument 2", "4294967295"]);
    bench.run(&[&add, "add", "1", "2", "3"]).refused(&["takes 2", "(i32, i32)"]);
    let two = r#"(module (func (export "a")) (func (export "b")))"#;
    bench.wat(two, &[]).refused(&["which function", "a, b"]);
    bench.wat("(module)", &[]).refused(&["exports no functions"]);
}

#[test]
fn options_that_are_wrong() {
    let bench = Bench::new();
    let add = add();
    bench.run(&[&add, "--plan", "mine"]).refused(&["mine", "sim-large, alchitry-cu, icebreaker"]);
    bench.run(&[&add, "--engine", "fast"]).refused(&["fast", "auto, jit, verilator, rust-hdl"]);
    bench.run(&[&add, "--max-cycles", "many"]).refused(&["many"]);
    bench.run(&[&add, "add", "--vcd", "no/such/place.vcd"]).refused(&["no/such/place.vcd"]);
    bench.run(&[]).refused(&["<FILE>"]);
    assert_eq!(bench.run(&["--help"]).status, 0);
}

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
