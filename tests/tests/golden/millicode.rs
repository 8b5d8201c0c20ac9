//! The float library in wasmi against `rustc_apfloat`: every instruction, on special values and on random operands, and
//! what the loader and the core rely on. `WAFER_FLOATS=n` tests n random operands for each instruction, `WAFER_SEED=s`
//! begins with seed s.

use firmware_loader::millicode::FLOATS;
use firmware_loader::parse_text;
use isa::instr::{Immediate, Instr, instructions};
use isa::module::{Function, Module};
use isa::op::{Feature, Op, Unit};
use std::collections::BTreeSet;
use tests::float::library::Library;
use tests::float::vectors::{Random, pairs};
use tests::float::{compare, operations};
use tests::setting::setting;

/// Of all pairs of special values one in so many.
const SOME: usize = 7;

#[test]
fn every_float_instruction_has_a_function() {
    let library = Library::new();
    let instructions: BTreeSet<&str> = operations().map(|op| op.row().name).collect();
    assert_eq!(instructions.len(), 66);
    assert_eq!(library.names().collect::<BTreeSet<_>>(), instructions);
}

#[test]
fn every_function_agrees_with_apfloat() {
    let mut library = Library::new();
    let count = setting("WAFER_FLOATS", 30_000);
    let mut random = Random::new(setting("WAFER_SEED", 1));
    let (mut tested, mut special, mut traps) = (0, 0, 0);
    for op in operations() {
        let given: Vec<_> = pairs(op, SOME).collect();
        special += given.len();
        let random = (0..count).map(|_| random.operands(op));
        let mut differences = Vec::new();
        for (a, b) in given.into_iter().chain(random) {
            let found = library.execute(op, a, b);
            traps += matches!(found, Some(Err(_))) as u64;
            differences.extend(compare(op, a, b, found).err().map(|difference| difference.to_string()));
        }
        assert!(differences.is_empty(), "{} differences, among them {}", differences.len(), differences[0]);
        tested += 1;
    }
    println!("{tested} instructions, {special} special and {} random operands, {traps} traps", tested * count);
    assert_eq!(tested, 66);
    assert!(special > 800_000 && traps > 1_000, "{special} special operands, {traps} traps");
}

/// No more than a frame beside its own, no memory, no tables, no floats, and globals for constants that are long.
#[test]
fn functions_call_one_deep_and_have_short_integer_instructions() {
    let mut count = 0;
    for (file, text) in FLOATS {
        let module = parse_text(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(module.tables.is_empty() && module.memories.is_empty() && module.start.is_none(), "{file}");
        assert!(module.globals.len() <= 6, "{file}: a slot of the value stack for each global");
        assert!(module.globals.iter().all(|global| !global.ty.mutable), "{file}");
        assert!(module.imports.iter().all(|import| import.module == "trap"), "{file}");
        for function in &module.functions {
            for i in body(&module, function) {
                count += 1;
                assert!(is_allowed(i.op), "{file}: {}", i.op);
                assert!(i.op != Op::I64Const || i.len <= SHORT, "{file}: {:?} is long", i.imm);
                let called = callee(&module, &i).into_iter().flat_map(|callee| body(&module, callee));
                assert!(!called.into_iter().any(|i| callee(&module, &i).is_some()), "{file}: calls are too deep");
            }
        }
    }
    assert!(count > 2_000, "{count} instructions");
}

/// An `i64.const` with a short form: the opcode and four bytes.
const SHORT: u32 = 5;

fn body<'a>(module: &'a Module, function: &Function) -> Vec<Instr<'a>> {
    let body = instructions(&module.code, function.entry, function.end);
    body.map(|instr| instr.expect("is valid")).collect()
}

/// The function of the library that is called.
fn callee<'a>(module: &'a Module, i: &Instr) -> Option<&'a Function> {
    match i.imm {
        Immediate::Func(index) => module.defined(index),
        _ => None,
    }
}

fn is_allowed(op: Op) -> bool {
    let row = op.row();
    let unit = match row.unit {
        Unit::Control => !matches!(op, Op::BrTable | Op::CallIndirect),
        Unit::Load { .. } | Unit::Store { .. } | Unit::Memory | Unit::Table | Unit::Float => false,
        _ => true,
    };
    unit && row.feature == Feature::Mvp && !row.name.contains("f32") && !row.name.contains("f64")
}
