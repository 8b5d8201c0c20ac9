//! Each bad input gets one clear message with its place, and never a panic.

mod random;

use firmware_loader::gate::{self, Strictness, Target};
use firmware_loader::{Error, Kind, parse, parse_text, read};
use isa::module::Import;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use std::path::Path;

fn read_contents(name: &str, contents: &[u8]) -> Result<(), Error> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, contents).unwrap();
    read(&path).map(|_| ())
}

fn shows(error: &Error, kind: Kind, parts: &[&str]) {
    let text = error.to_string();
    assert_eq!(error.kind, kind, "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in `{text}`");
    }
}

const SMALL: &str = "(module (func $twice (export \"two\") (param i32) (result i32) local.get 0 i32.const 2 i32.mul))";

#[test]
fn a_missing_file() {
    let error = read(Path::new("no/such/file.wasm")).unwrap_err();
    shows(&error, Kind::Io, &["no/such/file.wasm: cannot be read"]);
}

#[test]
fn files_that_are_no_modules() {
    let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 0x10, b'J', b'F', b'I', b'F'];
    let error = read_contents("photo.wasm", &jpeg).unwrap_err();
    shows(&error, Kind::Format, &["photo.wasm", "not a WebAssembly module", "begins with the bytes ff d8 ff e0"]);
    shows(&read_contents("empty.wasm", b"").unwrap_err(), Kind::Format, &["it is empty"]);
    shows(&read_contents("note.wat", b"hello").unwrap_err(), Kind::Format, &["68 65 6c 6c", "`(module`"]);
    let error = read_contents("cut.wasm", b"\0asm\x01\0").unwrap_err();
    shows(&error, Kind::Invalid, &["cut.wasm", "6 bytes seems cut off"]);
    let component = read_contents("c.wasm", b"\0asm\x0d\0\x01\0").unwrap_err();
    shows(&component, Kind::Unsupported, &["c.wasm: a component", "`wasm32-wasip1`"]);
    let version = read_contents("two.wasm", b"\0asm\x02\0\0\0").unwrap_err();
    shows(&version, Kind::Format, &["two.wasm", "version 2, expected 1"]);
}

/// Sizes that WebAssembly allows and the validator does not; a number that the file has no room for is damage.
#[test]
fn limits_are_told_from_what_is_invalid() {
    let locals = "(module (func (local ".to_string() + &"i32 ".repeat(50_001) + ")))";
    let params = "(module (func (param ".to_string() + &"i32 ".repeat(1001) + ")))";
    let results = "(module (type (func (result ".to_string() + &"i32 ".repeat(1001) + "))))";
    let name = format!("(module (func (export \"{}\")))", "n".repeat(100_001));
    let cases = [
        (locals, "50,000 locals"),
        (params, "1,000 parameters"),
        (results, "1,000 results"),
        (name, "100,000 bytes in a name"),
    ];
    for (text, limit) in cases {
        let error = parse_text(&text).unwrap_err();
        shows(&error, Kind::Limit, &["more than", limit, "a limit of this program"]);
    }
    for (text, limit) in [("i32 ".repeat(1000), "param"), ("i32 ".repeat(1000), "result")] {
        assert!(parse_text(&format!("(module (type (func ({limit} {text}))))")).is_ok());
    }
    // Types that claim 2,000 parameters, and an export whose name claims 200,000 bytes.
    let header = b"\0asm\x01\0\0\0";
    for claim in [&b"\x01\x05\x01\x60\xd0\x0f\x7f"[..], b"\x07\x06\x01\xc0\x9a\x0c\x61\0"] {
        shows(&parse(&[header, claim].concat()).unwrap_err(), Kind::Invalid, &["is invalid"]);
    }
}

/// Each ends in one message, soon, and without the memory that it claims.
#[cfg(unix)]
#[test]
fn endless_and_silent_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    shows(&read(dir.path()).unwrap_err(), Kind::Io, &["is a directory"]);
    shows(&read(Path::new("/dev/zero")).unwrap_err(), Kind::Limit, &["/dev/zero", "does not come to its end"]);
    let large = dir.path().join("large.wasm");
    std::fs::File::create(&large).unwrap().set_len(3 << 30).unwrap();
    shows(&read(&large).unwrap_err(), Kind::Limit, &["large.wasm", "has 3221225472 bytes", "up to 134217728 bytes"]);
    let (silent, pipe) = (dir.path().join("silent"), dir.path().join("pipe"));
    if !std::process::Command::new("mkfifo").args([&silent, &pipe]).status().is_ok_and(|status| status.success()) {
        println!("skipped: mkfifo is not there");
        return;
    }
    shows(&read(&silent).unwrap_err(), Kind::Io, &["silent", "in 3 seconds", "to a file first"]);
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, SMALL).unwrap()
    });
    assert!(read(&pipe).is_ok());
    writer.join().unwrap();
}

#[test]
fn contents_tell_text_from_binary() {
    let binary = wat::parse_str(SMALL).unwrap();
    assert!(read_contents("wrong.wat", &binary).is_ok());
    assert!(read_contents("wrong.wasm", SMALL.as_bytes()).is_ok());
    assert!(read_contents("comment.wat", format!(";; a comment\n {SMALL}").as_bytes()).is_ok());
    assert!(read_contents("comment.wat", format!("(; a comment ;) {SMALL}").as_bytes()).is_ok());
}

#[test]
fn text_errors_have_line_and_column() {
    let error = read_contents("a.wat", b"(module\n  (func i32.cost 1))").unwrap_err();
    shows(&error, Kind::Text, &["a.wat", ":2:9"]);
}

#[test]
fn invalid_code_names_function_and_offset() {
    let error = parse_text("(module (func) (func $bad (result i32) i64.const 1))").unwrap_err();
    shows(&error, Kind::Invalid, &["function `bad`", "of the binary form", "type mismatch"]);
    let binary = wat::parse_str("(module (func) (func (export \"bad\") (result i32) i64.const 1))").unwrap();
    let error = parse(&binary).unwrap_err();
    shows(&error, Kind::Invalid, &["function `bad`", "byte "]);
    assert!(!error.to_string().contains("of the binary form"));
}

#[test]
fn features_and_instructions_beyond_the_table_are_refused() {
    let simd = parse_text("(module (func (param v128)))").unwrap_err();
    shows(&simd, Kind::Unsupported, &["SIMD", "-mcpu=mvp"]);
    let memories = parse_text("(module (memory 1) (memory 1))").unwrap_err();
    shows(&memories, Kind::Unsupported, &["multiple memories", "-mcpu=mvp"]);
    // More of them than the validator takes, and what it takes none of beside.
    let many = parse_text(&format!("(module {})", "(memory 0)".repeat(101))).unwrap_err();
    shows(&many, Kind::Unsupported, &["multiple memories", "-mcpu=mvp"]);
    let continuations = "(module (type $f (func)) (type $c (cont $f)) (table 1 contref (ref.null cont)))";
    shows(&parse_text(continuations).unwrap_err(), Kind::Unsupported, &["stack switching", "-mcpu=mvp"]);
}

#[test]
fn imports_that_are_no_device_say_what_the_devices_are() {
    let plan = &boards::ALCHITRY_CU;
    let target = Target::of_plan(plan, boards::PLANS);
    let provides = |_: &Import| false;
    let refusal = |import: &str| {
        let module = parse_text(&format!("(module (import \"wafer\" {import}))")).unwrap();
        gate::hosted_image(&module, &target, provides, Strictness::Strict).unwrap_err()
    };
    let unknown = refusal("\"led\" (func (param i32))");
    let parts = ["the function `led` is imported from `wafer`", "the devices are leds, buttons"];
    shows(&unknown, Kind::Unsupported, &parts);
    let wide = refusal("\"leds\" (func (param i64))");
    shows(&wide, Kind::Unsupported, &["`leds`", "its type is (func (param i32))"]);
    let global = refusal("\"cycles\" (global i32)");
    shows(&global, Kind::Unsupported, &["the global `cycles`", "its type is (func (result i32))"]);
}

#[test]
fn every_cut_of_a_module_is_an_error() {
    let binary = wat::parse_str(SMALL).unwrap();
    // Valid are: the header alone, the header with types, all but the names, all.
    let whole = (0..=binary.len()).filter(|&len| parse(&binary[..len]).is_ok()).count();
    assert_eq!(whole, 4);
}

/// Parses, and gates and builds for every plan what is still valid.
fn survive(bytes: &[u8]) -> bool {
    let Ok(module) = parse(bytes) else { return false };
    for plan in boards::PLANS {
        for strictness in [Strictness::Strict, Strictness::Lenient] {
            let _ = gate::hosted_image(&module, &Target::of_plan(plan, boards::PLANS), |_| true, strictness);
        }
    }
    true
}

#[test]
fn mutated_modules_do_not_panic() {
    let mut valid = 0;
    random::modules(3, 100, |bytes, _| {
        let mut random = StdRng::seed_from_u64(bytes.len() as u64);
        for _ in 0..50 {
            let mut mutated = bytes.to_vec();
            for _ in 0..random.random_range(1..4) {
                random::mutate(&mut mutated, &mut random);
            }
            valid += u32::from(survive(&mutated));
        }
    });
    assert!(valid > 100, "only {valid} mutations are still valid modules");
}

#[test]
fn noise_does_not_panic() {
    let seed = 4;
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..2000 {
        let mut bytes = vec![0; random.random_range(0..200)];
        random.fill_bytes(&mut bytes);
        assert!(!survive(&bytes));
        survive(&[b"\0asm\x01\0\0\0", &bytes[..]].concat());
        let _ = parse_text(&String::from_utf8_lossy(&bytes));
    }
}
