//! One clear message for everything that is wrong with files, calls and options.

use crate::{Bench, add};

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
    let import = r#"(module (import "env" "f" (func $f)) (func (export "run") (call $f)))"#;
    bench.wat(import, &["--strict", "--plan", "alchitry-cu"]).refused(&["module.wat", "`f`", "`env`"]);
    let large = format!(r#"(module (func (export "run") {}))"#, "(drop (i32.const 1))".repeat(5000));
    bench.wat(&large, &["--plan", "alchitry-cu"]).refused(&[
        "bytes of code",
        &boards::ALCHITRY_CU.code_bytes().to_string(),
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
    bench
        .run(&[&add, "--plan", "mine"])
        .refused(&["mine", "sim-large, alchitry-cu, alchitry-cu-fast, icebreaker, ulx3s-85, ulx3s-25"]);
    bench.run(&[&add, "--engine", "fast"]).refused(&["fast", "auto, jit, verilator, rust-hdl"]);
    bench.run(&[&add, "--max-cycles", "many"]).refused(&["many"]);
    bench.run(&[&add, "add", "--vcd", "no/such/place.vcd"]).refused(&["no/such/place.vcd"]);
    for option in ["--from", "--to"] {
        bench.run(&["--trace", option, "0", &add, "add"]).refused(&[option, "0 is not in 1.."]);
    }
    bench.run(&[]).refused(&["<FILE>"]);
    assert_eq!(bench.run(&["--help"]).status, 0);
}
