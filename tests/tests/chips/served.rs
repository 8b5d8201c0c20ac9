//! A user's way to a board: `sim serve` offers a virtual one at a pseudo-terminal, and the loader is run at it.

use boards::ALCHITRY_CU;
use firmware_loader::session::Ending;
use isa::types::Value;
use std::io::Read;
use std::path::PathBuf;
use tempfile::TempDir;
use tests::on_board::{ADD, FNV, PRIMES, Program, TRAP};
use tests::served::Served;

fn serve(options: &[&str]) -> Served {
    Served::new(env!("CARGO_BIN_EXE_tools"), &[&["--board", ALCHITRY_CU.name], options].concat())
}

/// A folder with modules.
struct Modules(TempDir);

impl Modules {
    fn new() -> Modules {
        Modules(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("the folder is writable");
        path.to_str().expect("a name in Unicode").into()
    }
}

fn kernel(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("kernels").join(name);
    path.to_str().expect("a name in Unicode").into()
}

/// What wasmi returns, as it stands in the loader's object.
fn value(program: &Program) -> String {
    match program.expected {
        Ending::Returned(ref values) => values.iter().map(|&Value { bits, .. }| (bits as i32).to_string()).collect(),
        ref other => panic!("{other:?} is no result"),
    }
}

#[test]
fn programs_return_what_wasmi_returns() {
    let (board, modules) = (serve(&[]), Modules::new());
    let programs = [
        (modules.file("add.wat", ADD), "add", vec!["-2", "44"], Program::text(ADD, "add", &[-2, 44])),
        (kernel("fib.wasm"), "run", vec!["12"], Program::kernel("fib", 12)),
        (kernel("sieve.wasm"), "run", vec!["100"], Program::kernel("sieve", 100)),
        (modules.file("primes.wat", PRIMES), "f", vec!["1000"], Program::text(PRIMES, "f", &[1000])),
        (modules.file("fnv.wat", FNV), "f", vec!["50"], Program::text(FNV, "f", &[50])),
    ];
    for (file, function, arguments, program) in &programs {
        let object = board.json(&[&["run", file, function], &arguments[..]].concat());
        assert_eq!(object["outcome"], "return", "{file}: {object}");
        assert_eq!(object["results"][0]["value"], value(program), "{file}: {object}");
    }
    let fnv = programs.last().expect("there are some");
    let called = board.loader(&["call", &fnv.0, "f", "50"]);
    assert_eq!(called.status, Some(0), "{called:?}");
    assert!(called.stdout.starts_with(&format!("f(50) = {} : i32\n", value(&fnv.3))), "{called:?}");
}

#[test]
fn ends_without_a_result_say_what_happened_and_where() {
    let (board, modules) = (serve(&[]), Modules::new());
    let fresh = board.loader(&["status"]);
    assert_eq!((fresh.status, fresh.stdout.lines().next()), (Some(0), Some("idle, no module is loaded")), "{fresh:?}");

    let trap = board.loader(&["run", &modules.file("trap.wat", TRAP), "f", "0"]);
    assert_eq!(trap.status, Some(2), "{trap:?}");
    // The division is the last but one byte, before the function's `end`.
    let offset = wat::parse_str(TRAP).expect("is valid").windows(2).position(|w| w == [0x6e, 0x0b]).expect("divides");
    assert!(trap.stdout.starts_with("f(0) trapped: integer divide by zero\n"), "{trap:?}");
    assert!(trap.stdout.contains(&format!("  at      f, byte {offset} ({offset:#x})")), "{offset}: {trap:?}");
    assert!(trap.stdout.contains(": i32.div_u\n"), "{trap:?}");
    let status = board.loader(&["status"]);
    let stopped = "idle, a module is loaded\n  last call  stopped at code address 0x";
    assert!(status.stdout.starts_with(stopped), "{status:?}");
    assert!(status.stdout.contains("integer divide by zero"), "{status:?}");

    let limit = board.loader(&["run", &kernel("sieve.wasm"), "run", "8000"]);
    assert_eq!(limit.status, Some(3), "{limit:?}");
    assert!(limit.stdout.contains("exhausted: the access is inside the declared memory"), "{limit:?}");
}

/// Writes a line, and leaves in memory how many bytes that were.
const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 8) "\10\00\00\00\06\00\00\00hello\n")
    (func (export "_start") i32.const 1 i32.const 8 i32.const 1 i32.const 64 call $write drop))"#;

#[test]
fn a_program_of_wasi_prints_and_its_memory_can_be_read() {
    let (board, modules) = (serve(&[]), Modules::new());
    let run = board.loader(&["run", &modules.file("hello.wat", HELLO)]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), "hello\n"), "{run:?}");
    assert!(!run.stderr.contains("note: the module declares"), "its memory is a pool: {run:?}");
    assert!(run.stderr.contains("_start() returned\n"), "{run:?}");
    assert_eq!(board.json(&["peek", "0x40", "4"])["bytes"], "06000000");
    let text = board.loader(&["peek", "16", "6"]);
    assert!(text.stdout.starts_with("00000010  68 65 6c 6c 6f 0a "), "{text:?}");
}

/// Lights LEDs, writes `hi`, and returns what it reads.
const DEVICES: &str = r#"(module
    (import "wafer" "leds" (func $leds (param i32)))
    (import "wafer" "uart_write" (func $write (param i32)))
    (import "wafer" "uart_read" (func $read (result i32)))
    (func (export "run") (result i32)
        (call $leds (i32.const 5))
        (call $write (i32.const 0x168)) (call $write (i32.const 0x69)) (call $write (i32.const 10))
        call $read))"#;

/// The chip answers for the LEDs, which the host would show, and the host for the serial line.
#[test]
fn devices_of_the_chip_and_of_the_host_work_together() {
    let (board, modules) = (serve(&[]), Modules::new());
    let file = modules.file("devices.wat", DEVICES);
    let run = board.loader(&["run", &file]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), "hi\n"), "{run:?}");
    assert!(run.stderr.starts_with("run() = -1 : i32\n"), "nothing to read, and nothing about LEDs: {run:?}");
    let text = DEVICES.replace("\"leds\" (func", "\"led\" (func");
    let wrong = board.loader(&["run", "--strict", &modules.file("wrong.wat", &text)]);
    assert!(wrong.status == Some(1) && wrong.stderr.contains("the devices are leds, buttons"), "{wrong:?}");
}

/// Writes that it begins, counts, and writes that it ends.
const COUNTS: &str = r#"(module
    (import "wafer" "uart_write" (func $write (param i32)))
    (func (export "run") (param $n i32) (result i32)
        (call $write (i32.const 60))
        (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (call $write (i32.const 72)) (call $write (i32.const 105)) (call $write (i32.const 10))
        i32.const 7))"#;

/// The host that has started the call is killed; what the program writes from then on, another one shows.
#[test]
fn the_console_joins_a_call_whose_host_is_gone() {
    let (board, modules) = (serve(&[]), Modules::new());
    let file = modules.file("counts.wat", COUNTS);
    let mut host = board.start(&["run", &file, "run", "1000000"]);
    let mut begins = [0];
    host.stdout.as_mut().expect("it is piped").read_exact(&mut begins).expect("it writes");
    host.kill().expect("it runs");
    host.wait().expect("it has ended");
    let status = board.json(&["status", &file]);
    assert_eq!((&begins[..], &status["is_file"]), (&b"<"[..], &true.into()), "{status}");
    let console = board.loader(&["console", &file, "run"]);
    // The first call of the host may have been answered or not when that was killed.
    assert_eq!((console.status, console.stdout.trim_start_matches('<')), (Some(0), "Hi\n"), "{console:?}");
    assert!(console.stderr.contains(" = 7 : i32\n"), "{console:?}");
}

#[test]
fn a_board_at_a_port_passes_its_self_test() {
    let board = serve(&[]);
    let report = board.json(&["selftest", "--quick"]);
    assert_eq!(
        (&report["outcome"], &report["board"]["board"]),
        (&"passed".into(), &ALCHITRY_CU.name.into()),
        "{report}"
    );
    let wrong = board.loader(&["selftest", "--quick", "--board", "icebreaker"]);
    assert!(wrong.status == Some(1) && wrong.stderr.contains("expected was icebreaker"), "{wrong:?}");
}

/// A third of the longest frames is spoilt, which costs time and nothing else: twelve attempts are enough.
#[test]
fn a_noisy_line_costs_repetitions() {
    let faults = ["--seed", "3", "--flip", "0.0006", "--lose", "0.0006", "--repeat", "0.0006", "--skew", "1"];
    let (board, modules) = (serve(&faults), Modules::new());
    let fnv = modules.file("fnv.wat", FNV);
    let mut repeated = 0;
    for n in 1..=8 {
        let load = board.json(&["load", &fnv]);
        assert_eq!(load["outcome"], "loaded", "{faults:?}: {load}");
        repeated += load["repeated"].as_u64().expect("a number");
        let call = board.json(&["call", &fnv, "f", &n.to_string()]);
        let expected = value(&Program::text(FNV, "f", &[n]));
        assert_eq!(call["results"][0]["value"], expected, "{faults:?}: {call}");
    }
    println!("{faults:?}: {repeated} frames were sent again");
    assert!(repeated > 0, "{faults:?}: no frame was spoilt");
}
