//! The component in a small design of its own, `tests/component`: a full core with resolver in Icarus, a compact one
//! without in Verilator. It is loaded over its registers, and its programs print and move pins over its bus.

use boards::{ALCHITRY_CU, BOARDS, ICEBREAKER};
use firmware_loader::choice::{Choice, choose};
use firmware_loader::component::Writes;
use firmware_loader::gate::{Strictness, hosted_image};
use hdl::component::files::files;
use isa::component::status;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::plan::CorePlan;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tests::generated::root;
use tests::tools::installed;

/// What the bench prints is in `tests/component/bench.v`, what stands at which address in `example.v`.
const PROGRAM: &str = r#"(module
    (import "wafer" "bus_read" (func $read (param i32) (result i32)))
    (import "wafer" "bus_write" (func $write (param i32 i32)))
    (import "wafer" "bus_error" (func $error (result i32)))
    (import "env" "answer" (func $answer (param i64) (result i64)))
    (memory 1) (data (i32.const 0) "hi\n\00")
    (func (export "prints") (result i32) (local $at i32) (local $byte i32)
        (loop $next
            (local.set $byte (i32.load8_u (local.get $at)))
            (if (local.get $byte) (then
                (call $write (i32.const 0x10000000) (local.get $byte))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br $next))))
        (call $write (i32.const 0x20000000) (i32.const 1))
        (call $write (i32.const 0x20000000) (i32.const 0))
        (call $write (i32.const 0x20000000) (i32.const 5))
        (call $write (i32.const 0x40) (i32.const 1000))
        (call $write (i32.const 0x44) (i32.const 77))
        (i32.store (i32.const 0) (i32.const 0x1234))
        (i32.add (call $read (i32.const 0x43)) (call $read (i32.const 0x20000000))))
    (func (export "fails") (result i32) (local $first i32)
        (local.set $first (i32.or (call $read (i32.const 0x40000000)) (call $error)))
        (call $write (i32.const 0x50000000) (i32.const 1))
        (i32.add (i32.add (i32.mul (local.get $first) (i32.const 100)) (i32.mul (call $error) (i32.const 10)))
            (call $error)))
    (func (export "traps") (param i32) (drop (i32.div_u (i32.const 1) (local.get 0))))
    (func (export "asks") (param i64) (result i64)
        (i64.add (call $answer (i64.add (local.get 0) (i64.const 1))) (i64.const 7)))
    (func (export "endless") (loop (br 0)))
    (func (export "hangs") (drop (call $read (i32.const 0x30000000)))))"#;

/// Behind another one: memory is empty again, and the start function goes first.
const SECOND: &str = r#"(module
    (import "wafer" "bus_write" (func $write (param i32 i32)))
    (memory 1)
    (func $begin (call $write (i32.const 0x20000000) (i32.const 7)))
    (start $begin)
    (func (export "loads") (result i32)
        (call $write (i32.const 0x20000000) (i32.const 9)) (i32.load (i32.const 0))))"#;

/// Index of the import `answer`.
const ANSWER: u32 = 3;
const CYCLES: Stop = Stop::Exhausted(Exhausted::Cycles);

/// A module made for a plan.
struct Loaded {
    module: Module,
    image: Image,
    plan: &'static CorePlan,
}

impl Loaded {
    fn new(text: &str, plan: &'static CorePlan) -> Loaded {
        let module = firmware_loader::parse_text(text).unwrap_or_else(|e| panic!("{e}"));
        let target = sim::load::target(plan);
        let image = hosted_image(&module, &target, |_| true, Strictness::Strict).unwrap_or_else(|e| panic!("{e}"));
        Loaded { module, image, plan }
    }

    /// The list that calls a function.
    fn list(&self, function: &str, arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.into()).collect();
        let choice: Option<Choice> =
            choose(&self.module, Path::new("program"), Some(function), &arguments).unwrap_or_else(|e| panic!("{e}"));
        let base = self.image.layout.base;
        Writes::new(&self.module, self.image.clone(), self.plan, choice.as_ref()).text(&self.module, base, self.plan)
    }

    /// The slot of a call's first result.
    fn result(&self) -> String {
        format!("+result={}", self.image.layout.base)
    }
}

/// Runs a command in a directory; what it printed.
fn run(directory: &Path, command: &mut Command) -> String {
    let output = command.current_dir(directory).output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

/// The design around the component, as a program.
struct Bench {
    directory: TempDir,
    program: Vec<String>,
}

/// Hand-written Verilog of the test.
fn sources() -> [PathBuf; 3] {
    ["boot.v", "example.v", "bench.v"].map(|name| root().join("tests/component").join(name))
}

impl Bench {
    /// A directory with the files of the component.
    fn files(plan: &CorePlan) -> TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        for file in files(plan).unwrap_or_else(|e| panic!("{e}")) {
            std::fs::write(directory.path().join(file.name), file.text).expect("it is writable");
        }
        directory
    }

    fn icarus(plan: &CorePlan) -> Bench {
        let directory = Bench::files(plan);
        let mut command = Command::new("iverilog");
        command.args(["-g2005-sv", "-s", "bench", "-o", "bench.vvp"]).args(sources()).arg("wafer_core.v");
        run(directory.path(), &mut command);
        Bench { directory, program: ["vvp", "bench.vvp"].map(String::from).to_vec() }
    }

    fn verilator(plan: &CorePlan) -> Bench {
        let directory = Bench::files(plan);
        let mut command = Command::new("verilator");
        command.args(["--binary", "--timing", "-Wno-lint", "-Wno-style", "--top-module", "bench", "-CFLAGS", "-O0"]);
        command.args(["--Mdir", "objects", "-o", "bench"]).args(sources()).arg("wafer_core.v");
        run(directory.path(), &mut command);
        Bench { directory, program: vec!["objects/bench".into()] }
    }

    /// The lines that it prints of what happens.
    fn run(&self, list: &str, options: &[&str]) -> Vec<String> {
        std::fs::write(self.directory.path().join("image.hex"), list).expect("it is writable");
        let mut command = Command::new(&self.program[0]);
        let text = run(self.directory.path(), command.args(&self.program[1..]).args(options));
        const WORDS: [&str; 11] =
            ["byte ", "pins ", "call ", "status ", "at ", "memory ", "result ", "low ", "start ", "refused", "endless"];
        text.lines().filter(|line| WORDS.iter().any(|word| line.starts_with(word))).map(String::from).collect()
    }
}

/// The line of STATUS behind a call on a core that is ready, and how the call ended.
fn ended(stop: Option<Stop>) -> String {
    format!("status {:04x}", 1 << status::READY | u32::from(stop.map_or(0, Stop::code)) << status::STOP)
}

/// Without the place of a stop, which depends on the cycle of a halt.
fn without_place(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().filter(|line| !line.starts_with("at ")).collect()
}

fn programs_run_on(bench: &Bench, plan: &'static CorePlan) {
    let loaded = Loaded::new(PROGRAM, plan);
    let result = loaded.result();
    let printed = ["byte 68", "byte 69", "byte 0a", "pins 01", "pins 00", "pins 05"];
    let lines = bench.run(&loaded.list("prints", &[]), &[&result]);
    let returned = ended(None);
    assert_eq!(lines, [&printed[..], &[&returned, "at 0", "memory 00001234", "result 000003ed"]].concat());

    let lines = bench.run(&loaded.list("fails", &[]), &[&result]);
    assert_eq!(lines[0], returned);
    assert_eq!(lines.last().map(String::as_str), Some("result 0000006e"), "100 + 10 + 0");

    // i32.div_u is 0x6e.
    let place = loaded.module.code.iter().position(|&byte| byte == 0x6e).expect("it divides");
    let lines = bench.run(&loaded.list("traps", &["0"]), &[]);
    assert_eq!(lines[..2], [ended(Some(Stop::Trap(Trap::DivideByZero))), format!("at {place}")]);

    let lines = bench.run(&loaded.list("asks", &["4294967298"]), &[&result]);
    let call = format!("call {ANSWER} 00000001_00000003");
    assert_eq!(lines[..2], [call, returned.clone()]);
    assert_eq!(lines.last().map(String::as_str), Some("result 00000011"), "3 * 3 + 1 + 7");

    for function in ["endless", "hangs"] {
        let lines = without_place(bench.run(&loaded.list(function, &[]), &["+halt=200"]));
        assert_eq!(lines[..2], ["low refused".to_string(), ended(Some(CYCLES))], "{function}");
    }

    // One list behind another, without the write that ends the first one.
    let first = loaded.list("prints", &[]);
    let first = first.trim_end().rsplit_once('\n').expect("it has lines").0;
    let second = Loaded::new(SECOND, plan);
    let lines = bench.run(&format!("{first}\n{}", second.list("loads", &[])), &[&second.result()]);
    let expected = ["pins 07", "pins 09", &returned, "at 0", "memory 00000000", "result 00000000"];
    assert_eq!(lines, [&printed[..], &expected].concat());
}

#[test]
fn the_component_runs_programs_in_icarus() {
    if !installed(&["iverilog"]) {
        return;
    }
    let bench = Bench::icarus(&ALCHITRY_CU);
    programs_run_on(&bench, &ALCHITRY_CU);

    // Nothing is resolved.
    let lines = bench.run("00_00000000\n", &["+start=4"]);
    assert_eq!(lines[..2], ["start refused", "status 0000"]);
    let mut loaded = Loaded::new(PROGRAM, &ALCHITRY_CU);
    let traps = loaded.module.exported_function("traps").expect("is exported");
    let entry = loaded.image.functions[traps as usize].entry;
    loaded.image.code[entry as usize] = 0xff;
    let lines = bench.run(&loaded.list("prints", &[]), &["+start=4"]);
    let stop = lines[2].strip_prefix("status ").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let stop = stop.map(|bits| (bits & 0xff, Stop::from_code((bits >> status::STOP) as u8)));
    assert_eq!(lines[..2], ["refused", "start refused"]);
    assert!(matches!(stop, Some((0, Some(Stop::Fault(_))))), "{lines:?}");
}

#[test]
fn the_component_runs_programs_in_verilator() {
    if !installed(&["verilator"]) {
        return;
    }
    programs_run_on(&Bench::verilator(&ICEBREAKER), &ICEBREAKER);
}

#[test]
fn verilator_has_nothing_to_say_of_components() {
    if !installed(&["verilator"]) {
        return;
    }
    for board in BOARDS {
        let directory = Bench::files(board.plan);
        let mut command = Command::new("verilator");
        command.args(["--lint-only", "-Wall", "--top-module", "wafer_core", "wafer_core.vlt", "wafer_core.v"]);
        let text = run(directory.path(), &mut command);
        assert!(!text.contains("%Warning"), "{}: {text}", board.name);
    }
}

/// A Python that has LiteX: that of a directory below `target`, else any. Says so if there is none.
fn python() -> Option<PathBuf> {
    let pythons = [root().join("target/litex/bin/python3"), "python3".into()];
    let has_litex = |python: &PathBuf| {
        let output = Command::new(python).args(["-c", "import litex"]).stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    let found = pythons.into_iter().find(has_litex);
    if found.is_none() {
        let how = "python3 -m venv target/litex && target/litex/bin/pip install litex";
        let _ = writeln!(std::io::stderr(), "skipped: LiteX is not installed; {how}");
    }
    found
}

/// The SoC that LiteX makes has the ports of the component, says Icarus.
#[test]
fn litex_elaborates_the_component() {
    let Some(python) = python().filter(|_| installed(&["iverilog"])) else { return };
    let directory = Bench::files(&ALCHITRY_CU);
    let script = root().join("tests/component/soc.py");
    run(directory.path(), Command::new(python).arg(script).args([".", "soc.v"]));
    let soc = std::fs::read_to_string(directory.path().join("soc.v")).expect("it was written");
    assert!(soc.contains("wafer_core wafer_core("), "{soc}");
    let mut command = Command::new("iverilog");
    run(directory.path(), command.args(["-g2005-sv", "-Wall", "-s", "soc", "-o", "soc.vvp", "soc.v", "wafer_core.v"]));
}
