//! Answers that the user gives.

use super::*;
use firmware_loader::wasi::Stub;
use isa::outcome::{Exhausted, Stop, Trap};

const MODULE: &str = r#"(module
    (import "env" "pair" (func (param f64) (result i32 i64)))
    (import "env" "number" (func (result f32)))
    (import "env" "nothing" (func (param externref)))
    (import "a.b" "c.d" (func (result externref)))
    (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
    (import "env" "memory" (memory 1)))"#;

fn stubs(texts: &[&str]) -> Vec<Stub> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// What each function answers.
fn replies(texts: &[&str]) -> Result<Vec<Reply>, String> {
    let module = parse_text(MODULE).unwrap();
    let mut wasi = Wasi::new(&module);
    wasi.stub(&module, &stubs(texts)).map_err(|error| error.to_string())?;
    let call = |function| {
        let Ok(reply) = wasi.call(function, &[], &mut Bytes(Vec::new()));
        reply
    };
    Ok((0..5).map(call).collect())
}

#[test]
fn values_take_the_types_of_the_results() {
    let missing = Reply::Stop(Stop::Exhausted(Exhausted::Import));
    let trap = Reply::Stop(Stop::Trap(Trap::Unreachable));
    let value = |ty, bits| Value { ty, bits };
    let yielded = Reply::Results(vec![value(ValType::I32, 0)]);
    let none = [missing.clone(), missing.clone(), missing.clone(), missing.clone(), yielded.clone()];
    assert_eq!(replies(&[]).unwrap(), none);
    let found = replies(&["env.*=-2", "env.nothing=trap", "a.b.c.d=null", "wasi_snapshot_preview1.sched_yield=6"]);
    let pair = [value(ValType::I32, 0xffff_fffe), value(ValType::I64, -2i64 as u64)];
    let expected = [
        Reply::Results(pair.into()),
        Reply::Results(vec![value(ValType::F32, (-2f32).to_bits().into())]),
        trap,
        Reply::Results(vec![value(ValType::ExternRef, 0)]),
        Reply::Results(vec![value(ValType::I32, 6)]),
    ];
    assert_eq!(found.unwrap(), expected);
    let last = replies(&["env.number=1", "env.number=2"]).unwrap()[1].clone();
    assert_eq!(last, Reply::Results(vec![value(ValType::F32, 2f32.to_bits().into())]), "the last of two");
    assert_eq!(replies(&["a.*=trap"]).unwrap(), none, "a module is named in full");
}

#[test]
fn stubs_that_do_not_fit_are_refused() {
    for (stub, parts) in [
        ("env.pair=1.5", ["env.pair", "not a value of type i32"]),
        ("env.*=4294967296", ["env.*", "i32"]),
        ("env.nunber=1", ["env.nunber", "imports no such function"]),
        ("env.memory=1", ["env.memory", "imports no such function"]),
    ] {
        let error = replies(&[stub]).unwrap_err();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
    for text in ["env.pair", "env=1", "env.pair=", "=1", ""] {
        assert!(text.parse::<Stub>().unwrap_err().contains("MODULE.NAME=VALUE"), "{text}");
    }
}
